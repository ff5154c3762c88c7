"""DB-GPT's own clients, unmodified, each in an environment of its own: made once and kept under .cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[3]

LOCK = ROOT / ".cache" / "clients.lock"
INSTALL_SECONDS = 300
RUN_SECONDS = 120


@dataclass(frozen=True)
class Client:
    """A generation of the client: its version and what it needs to run.

    Without their own pins, which hold back SQLAlchemy and much else that a client never uses.
    """

    version: str
    packages: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def folder(self) -> Path:
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        return ROOT / ".cache" / f"dbgpt-client-{self.version}-python{python}"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def install(self) -> str:
        """Empty, or why it cannot be installed here."""
        if (self.folder / "ready").is_file():
            return ""
        pip = (str(self.python), "-m", "pip", "install", "-q", "--disable-pip-version-check")
        commands = (
            (sys.executable, "-m", "venv", "--clear", str(self.folder)),
            (*pip, "--no-deps", *self.packages),
            (*pip, *self.needs),
        )
        for command in commands:
            try:
                done = subprocess.run(command, capture_output=True, check=False, timeout=INSTALL_SECONDS)
            except subprocess.TimeoutExpired:
                return f"DB-GPT's client {self.version} could not be installed in time"
            if done.returncode:
                words = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
                return f"DB-GPT's client {self.version} cannot be installed here: {''.join(words)}"
        (self.folder / "ready").touch()
        return ""


OLD = Client("0.6.1", ("dbgpt==0.6.1",), ("pydantic", "httpx", "cachetools", "python-dotenv", "fastapi"))
NEW = Client(
    "0.8.2",
    ("dbgpt==0.8.2", "dbgpt-client==0.8.2", "dbgpt-ext==0.8.2"),
    ("pydantic", "httpx", "cachetools", "fastapi", "beautifulsoup4", "cloudpickle"),
)


@pytest.fixture(scope="session")
def clients() -> Mapping[str, Path]:
    """A Python for each generation, by its version."""
    LOCK.parent.mkdir(exist_ok=True)
    with FileLock(LOCK), ThreadPoolExecutor() as pool:  # tests run in several processes
        faults = [fault for fault in pool.map(Client.install, (OLD, NEW)) if fault]
    if faults:
        pytest.skip(faults[0])
    return {client.version: client.python for client in (OLD, NEW)}


def run_program(python: Path | str, program: str, *arguments: str, **environment: str) -> str:
    """What a program of a client's writes; it talks to this machine only."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [str(python), "-c", program, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=RUN_SECONDS,
        env=kept | {"PYTHONIOENCODING": "utf-8"} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
