"""System packages that the tests drive: a browser and two database servers.

    python tools/system_packages.py          say what is missing, and ask before it is installed
    python tools/system_packages.py --yes    install it without asking (what .ci/run does)

They are installed with apt-get where that is there and we are root; elsewhere it says what to install. Tests
whose part is missing are skipped with a word, but never in CI.
"""
# ruff: noqa: T201 - talks to a person

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WANTED: Mapping[str, tuple[str, ...]] = {
    "chromium": ("chromium", "/usr/bin/chromium"),
    "postgresql": ("postgres", "/usr/lib/postgresql/*/bin/postgres"),
    "mariadb-server": ("mariadbd", "/usr/sbin/mariadbd"),
}
"""By Debian's name of the package: a program of it, and where it lies when it is not on PATH."""


def main() -> int:
    missing = [package for package, places in WANTED.items() if not is_there(*places)]
    if not missing:
        return 0
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(f"Some tests will be skipped; they want (Debian's names): {' '.join(missing)}", file=sys.stderr)
        return 0
    if "--yes" not in sys.argv and not agreed(missing):
        return 0
    return install(missing)


def is_there(program: str, pattern: str) -> bool:
    return bool(shutil.which(program)) or any(Path("/").glob(pattern.lstrip("/")))


def agreed(missing: list[str]) -> bool:
    """Whether a person says yes; nobody there to ask means no."""
    print(f"The whole test suite also wants: {' '.join(missing)}", file=sys.stderr)
    if not sys.stdin.isatty():
        print("Install them with: python tools/system_packages.py --yes", file=sys.stderr)
        return False
    print("Install them with apt-get now? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def install(missing: list[str]) -> int:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", *arguments], env=quiet, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
