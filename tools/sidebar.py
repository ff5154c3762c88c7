"""Runs a script of the sidebar's tests (labextension/tests/package.json): test, lint or fix.

Node comes from PATH; where there is none, from the PyPI package that the build uses too. Packages are fetched
again only when a lock file changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402

FOLDERS = (ROOT / "labextension", ROOT / "labextension" / "tests")


def main() -> int:
    node, npm = find_node()
    environment = os.environ | {"PATH": os.pathsep.join((str(Path(node).parent), os.environ["PATH"]))}
    for folder in FOLDERS:
        if not is_installed(folder):
            subprocess.run([*npm, "ci", "--include=dev"], cwd=folder, env=environment, check=True)
    return subprocess.run(
        [*npm, "run", "--silent", *sys.argv[1:]], cwd=FOLDERS[-1], env=environment, check=False
    ).returncode


def find_node() -> tuple[str, list[str]]:
    if hatch_build.find_node_on_path() is None and hatch_build.find_node_package() is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", hatch_build.NODE_PACKAGE], check=True)
    return hatch_build.find_node()


def is_installed(folder: Path) -> bool:
    """Whether what is there was installed by this lock file; npm writes the hidden one when it has finished."""
    written = folder / "node_modules" / ".package-lock.json"
    return written.is_file() and written.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime


if __name__ == "__main__":
    sys.exit(main())
