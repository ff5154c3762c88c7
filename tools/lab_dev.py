"""JupyterLab on the sources of the sidebar: a change is built as it is saved; reload the page to see it.

The environment's own copy of the extension gives way to a link to the bundle that is built anew; `make` puts a copy
in its place again when it next installs.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402
from tools.sidebar import find_node, is_installed  # noqa: E402

SOURCES = ROOT / "labextension"
BUNDLE = ROOT / "dbchat_magic" / "labextension"
INSTALLED = Path(sys.prefix, "share", "jupyter", "labextensions", "dbchat_magic")


def main() -> int:
    node, npm = find_node()
    if not is_installed(SOURCES):
        subprocess.run([*npm, "ci", "--include=dev"], cwd=SOURCES, check=True)
    if not BUNDLE.exists():
        hatch_build.build(SOURCES, BUNDLE)
    link()
    modules = SOURCES / "node_modules"
    builder = modules / "@jupyter" / "builder" / "lib" / "build-labextension.js"
    core = modules / "@jupyterlab" / "core-meta" / "core.package.json"
    watching = [
        [node, str(modules / "typescript" / "bin" / "tsc"), "--watch", "--preserveWatchOutput"],
        [node, str(builder), "--development", "--watch", "--core-package-file", str(core), "."],
    ]
    running = [subprocess.Popen(command, cwd=SOURCES) for command in watching]
    try:
        return subprocess.run(
            [sys.executable, "-m", "jupyterlab", *as_root(), *sys.argv[1:]], check=False
        ).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)


def link() -> None:
    """JupyterLab reads the bundle where it is built; it is none for a release any more, hence without its stamp."""
    (BUNDLE / "sources.sha256").unlink(missing_ok=True)
    if INSTALLED.is_symlink():
        INSTALLED.unlink()
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.parent.mkdir(parents=True, exist_ok=True)
    INSTALLED.symlink_to(BUNDLE, target_is_directory=True)


def as_root() -> list[str]:
    return ["--allow-root"] if os.name == "posix" and os.getuid() == 0 else []


if __name__ == "__main__":
    sys.exit(main())
