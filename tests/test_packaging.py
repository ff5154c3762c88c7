"""What the wheel and the sdist hold, and how the JupyterLab extension gets into them."""

from __future__ import annotations

import configparser
import email
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import dbchat_magic
import hatch_build

ROOT = Path(__file__).parents[1]
EXTENSION = "share/jupyter/labextensions/dbchat_magic/"


def build(source: Path, target: str, folder: Path, **environment: str) -> Path:
    """Build without isolation; the one file that came of it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=source,
        env=os.environ | environment,
        check=True,
        capture_output=True,
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel made from the sdist, on a machine without Node: PATH is empty."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return zipfile.ZipFile(build(source, "wheel", tmp_path_factory.mktemp("wheel"), PATH=""))


def tracked(folder: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def dist_info(wheel: zipfile.ZipFile, file: str) -> str:
    (name,) = (name for name in wheel.namelist() if name.endswith(f".dist-info/{file}"))
    return wheel.read(name).decode("utf-8")


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile):
    assert "dbchat_magic/py.typed" in wheel.namelist()
    assert tracked("dbchat_magic") <= set(wheel.namelist())


def test_the_wheel_holds_nothing_but_the_package_and_the_extension(wheel: zipfile.ZipFile):
    roots = {name.partition("/")[0] for name in wheel.namelist()}
    stem = f"dbchat_magic-{dbchat_magic.__version__}"
    assert roots == {"dbchat_magic", f"{stem}.data", f"{stem}.dist-info"}


def test_the_extension_is_in_the_wheel_once_and_where_jupyter_looks(wheel: zipfile.ZipFile):
    packages = [name for name in wheel.namelist() if name.endswith("/package.json")]
    assert packages == [f"dbchat_magic-{dbchat_magic.__version__}.data/data/{EXTENSION}package.json"]
    loaded = json.loads(wheel.read(packages[0]))["jupyterlab"]["_build"]["load"]
    assert packages[0].replace("package.json", loaded) in wheel.namelist()


def test_the_extension_says_how_to_uninstall_it(wheel: zipfile.ZipFile):
    (name,) = (name for name in wheel.namelist() if name.endswith(f"{EXTENSION}install.json"))
    install = json.loads(wheel.read(name))
    assert install["packageManager"] == "python"
    assert "pip uninstall dbchat_magic" in install["uninstallInstructions"]


def test_the_extension_names_no_path_of_the_machine_that_built_it(wheel: zipfile.ZipFile):
    files = [name for name in wheel.namelist() if EXTENSION in name]
    assert files
    assert not [name for name in files if str(ROOT).encode() in wheel.read(name)]


def test_dialects_and_translators_are_entry_points(wheel: zipfile.ZipFile):
    points = configparser.ConfigParser()
    points.read_string(dist_info(wheel, "entry_points.txt"))
    assert points["dbchat_magic.dialects"]["sqlite"] == "dbchat_magic.dialects.sqlite:SQLITE"
    assert points["dbchat_magic.translators"]["offline"].startswith("dbchat_magic.translators.offline:")


def test_the_metadata_names_version_licence_and_extras(wheel: zipfile.ZipFile):
    metadata = email.message_from_string(dist_info(wheel, "METADATA"))
    assert metadata["Version"] == dbchat_magic.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert {"all", "charts", "lab", "server", "sqlite", "test"} <= set(metadata.get_all("Provides-Extra", []))
    assert "Apache License" in dist_info(wheel, "licenses/LICENSE")


def test_the_sdist_holds_the_sources_and_the_built_extension(sdist: Path):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert tracked("dbchat_magic") | tracked("labextension") | tracked("tests") <= names
    assert "dbchat_magic/labextension/sources.sha256" in names
    assert not [name for name in names if "node_modules" in name or name.startswith("labextension/lib")]


def test_the_extension_has_the_version_of_the_package():
    package = json.loads((ROOT / "labextension" / "package.json").read_text("utf-8"))
    assert package["version"] == dbchat_magic.__version__


def test_jupyterlab_lists_the_installed_extension_as_enabled():
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "labextension", "list"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", listed.stdout + listed.stderr)
    assert re.search(r"dbchat_magic v\S+ enabled +OK", shown)


class TestHook:
    @pytest.fixture
    def sources(self, tmp_path: Path) -> Path:
        folder = tmp_path / "labextension"
        (folder / "src").mkdir(parents=True)
        (folder / "package.json").write_bytes(b"{}\n")
        (folder / "src" / "index.ts").write_bytes(b"export default [];\n")
        for name in {*hatch_build.SOURCES} - {"package.json", "src", "style", "schema"}:
            (folder / name).write_bytes(b"")
        return folder

    @pytest.fixture
    def bundle(self, sources: Path) -> Path:
        folder = sources.parent / "bundle"
        folder.mkdir()
        (folder / "sources.sha256").write_text(hatch_build.digest(sources) + "\n", "ascii")
        return folder

    def test_a_bundle_of_these_sources_is_fresh(self, bundle: Path, sources: Path):
        assert hatch_build.is_fresh(bundle, sources)

    def test_another_source_makes_it_stale(self, bundle: Path, sources: Path):
        (sources / "src" / "model.ts").write_bytes(b"")
        assert not hatch_build.is_fresh(bundle, sources)

    def test_other_line_endings_do_not(self, bundle: Path, sources: Path):
        (sources / "src" / "index.ts").write_bytes(b"export default [];\r\n")
        assert hatch_build.is_fresh(bundle, sources)

    def test_other_files_and_dates_do_not(self, bundle: Path, sources: Path):
        (sources / "node_modules").mkdir()
        (sources / "node_modules" / "x.js").write_bytes(b"")
        os.utime(sources / "src" / "index.ts", (0, 0))
        assert hatch_build.is_fresh(bundle, sources)

    def test_a_bundle_without_a_stamp_was_broken_off(self, bundle: Path, sources: Path):
        (bundle / "sources.sha256").unlink()
        assert not hatch_build.is_fresh(bundle, sources)

    @pytest.mark.parametrize(
        ("version", "wanted"),
        [
            ("v18.20.4", False),
            ("v20.18.1", False),
            ("v20.19.0", True),
            ("v21.7.3", False),
            ("v22.11.0", False),
            ("v22.12.0", True),
            ("v24.1.0", True),
            ("nonsense", False),
        ],
    )
    def test_which_node_will_do(self, version: str, wanted: bool):
        assert hatch_build.is_wanted(version) is wanted

    def test_a_failing_step_is_told_with_its_last_words(self, tmp_path: Path):
        script = "print('registry is away'); raise SystemExit(3)"
        with pytest.raises(RuntimeError, match=r"could not be built(.|\n)*registry is away(.|\n)*needs Node"):
            hatch_build.run([sys.executable, "-c", script], tmp_path)

    def test_a_step_that_cannot_start_is_told_too(self, tmp_path: Path):
        with pytest.raises(RuntimeError, match="could not be built"):
            hatch_build.run([str(tmp_path / "no-such-program")], tmp_path)


def test_installing_enables_the_extension_of_the_server(wheel: zipfile.ZipFile):
    (name,) = (name for name in wheel.namelist() if "/etc/jupyter/" in name)
    assert name.endswith(".data/data/etc/jupyter/jupyter_server_config.d/dbchat_magic.json")
    enabled = json.loads(wheel.read(name))["ServerApp"]["jpserver_extensions"]
    assert enabled == {"dbchat_magic.jupyter.server": True}


LARGEST_BUNDLE = 300_000
"""Bytes: more would be felt when JupyterLab starts. React and what else JupyterLab has itself is not in it."""


def test_the_extension_is_small(wheel: zipfile.ZipFile):
    static = [entry for entry in wheel.infolist() if f"{EXTENSION}static/" in entry.filename]
    assert static
    assert sum(entry.file_size for entry in static) < LARGEST_BUNDLE


def test_jupyterlab_finds_the_sidebar_in_chinese(wheel: zipfile.ZipFile):
    assert "dbchat_magic/locale/zh_CN/LC_MESSAGES/dbchat_magic.json" in wheel.namelist()
    points = configparser.ConfigParser()
    points.read_string(dist_info(wheel, "entry_points.txt"))
    assert points["jupyterlab.locale"]["dbchat_magic"] == "dbchat_magic"
