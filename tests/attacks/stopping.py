"""Stopping: how soon control is back from a statement that must be stopped, and what memory it took meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dbchat_magic.core.connect import connect
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.settings import Settings
from dbchat_magic.core.worker import WorkerConnection
from dbchat_magic.errors import QueryFailed
from tests.attacks.targets import SessionTarget

ROWS = 10_001
"""As many as a question fetches."""
LOOK_SECONDS = 0.01
FORGET_PEAK = "5"
"""What Linux wants to read in `clear_refs` to count a process's peak anew."""


@dataclass(frozen=True)
class Stop:
    """How a statement ended."""

    outcome: str
    """Our error's name, or what came back."""
    seconds: float
    kernel: int
    """MB by which this process grew at most."""
    worker: int
    """MB that the worker had at most; 0: there is none."""


def run_until_stopped(target: SessionTarget, sql: str, seconds: float) -> Stop:
    """Run a statement as if the guard had let it through, with the rows that a question may have."""
    connection = connect(target.source, Settings(home=Path()))
    connection.run(SafeSql("SELECT 1", target.kind), row_limit=1, seconds=20)
    with watched_memory(connection) as memory:
        started = time.monotonic()
        try:
            rows = connection.run(SafeSql(sql, target.kind), row_limit=ROWS, seconds=seconds).rows
            outcome = f"{len(rows)} rows"
        except QueryFailed as error:
            outcome = type(error).__name__
        taken = time.monotonic() - started
    return Stop(outcome, taken, memory["kernel"], memory["worker"])


@contextlib.contextmanager
def watched_memory(connection: object) -> Iterator[dict[str, int]]:
    """Afterwards: MB by which this process has grown, and the most that the worker had."""
    worker = connection._worker if isinstance(connection, WorkerConnection) else None
    pid = worker._process.pid if worker is not None else None
    found = {"kernel": 0, "worker": 0}
    done = threading.Event()

    def look() -> None:
        if pid is not None:
            found["worker"] = max(found["worker"], megabytes(pid, "VmHWM"))

    def look_on() -> None:
        while not done.wait(LOOK_SECONDS):
            look()

    if pid is not None:
        forget_peak(pid)
    before = forget_peak()
    looking = threading.Thread(target=look_on)
    looking.start()
    try:
        yield found
    finally:
        done.set()
        looking.join()
        look()
        found["kernel"] = megabytes("self", "VmHWM") - before


def forget_peak(pid: int | str = "self") -> int:
    """Count a process's peak from now on; MB that it has now."""
    clear = Path(f"/proc/{pid}/clear_refs")
    if not clear.exists():
        pytest.skip("only Linux tells a process's peak since a moment")
    clear.write_text(FORGET_PEAK)
    return megabytes(pid, "VmRSS")


def megabytes(pid: int | str, name: str) -> int:
    with contextlib.suppress(OSError):  # it has ended
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) >> 10
    return 0
