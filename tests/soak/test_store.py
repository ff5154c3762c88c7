from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dbchat_magic.core.history import History
from dbchat_magic.core.store import Store
from tests.core.store_writers import check_mixed_operations

pytestmark = pytest.mark.soak

WRITERS = 4
ROUNDS = 20

WRITER = """
import sys
from pathlib import Path
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.store import Store
history = History(Store(Path(sys.argv[1])))
for number in range(100_000):
    history.add(Entry("demo", f"{sys.argv[2]} {number}", "SELECT 1", "offline"))
    print(number, flush=True)
"""


def test_what_was_acknowledged_is_there_after_a_kill(home: Path):
    """Several processes write; they are killed in the middle, again and again."""
    for round in range(ROUNDS):
        acknowledged = write_and_kill(home, [f"{round}.{writer}" for writer in range(WRITERS)])
        kept = {entry.question for entry in History(Store(home)).recent(1_000_000)}
        assert acknowledged
        assert acknowledged <= kept


@pytest.mark.parametrize("round", range(ROUNDS))
def test_mixed_operations_of_processes_that_are_killed(home: Path, round: int):
    check_mixed_operations(home, processes=8, operations=200, kills=3)


def write_and_kill(home: Path, names: list[str]) -> set[str]:
    """What the writers said they had written."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home), name],
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    time.sleep(1.5)
    for writer in writers:
        writer.kill()
    acknowledged: set[str] = set()
    for name, writer in zip(names, writers, strict=True):
        said, _ = writer.communicate()
        acknowledged |= {f"{name} {line}" for line in said.splitlines() if line.isdecimal()}
    return acknowledged
