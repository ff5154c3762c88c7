"""Processes that change the store at once, some of them killed, and what must hold afterwards."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path

from dbchat_magic.core.datasources import DatasourceStore
from dbchat_magic.core.history import History
from dbchat_magic.core.store import Store

MIXED_WRITER = """
import sys
from pathlib import Path
from dbchat_magic.core.datasources import DatasourceStore
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.store import Store

store = Store(Path(sys.argv[1]))
me, operations = sys.argv[2], int(sys.argv[3])
sources, history = DatasourceStore(store), History(store)


def count_up():
    with store.writing() as rows:
        count = int(rows.execute("SELECT comment FROM datasources WHERE name = 'shared'").fetchone()[0])
        rows.execute("UPDATE datasources SET comment = ? WHERE name = 'shared'", (str(count + 1),))


for number in range(operations // 4):
    name = f"{me}-{number}"
    sources.add(name, "postgresql", host="h", database="d", comment="0")
    print("added", number, flush=True)
    history.add(Entry(name, name, "SELECT 1", "offline"))
    print("asked", number, flush=True)
    count_up()
    print("counted", number, flush=True)
    changed = sources.update(name, comment="1", name=f"{name}-renamed")
    assert sources.get(changed.name) == changed, "own write not seen"
    if number % 2:
        sources.remove(changed.id)
    print("changed", number, flush=True)
"""


def check_mixed_operations(home: Path, processes: int, operations: int, kills: int) -> None:
    """Start them, kill some at random; then no error was shown, no acknowledged change is lost, the file is whole."""
    store = Store(home)
    DatasourceStore(store).add("shared", "postgresql", database="d", comment="0")
    writers = {f"w{number}": start_writer(home, f"w{number}", operations) for number in range(processes)}
    victims = random.sample(sorted(writers), kills)
    for victim in victims:
        time.sleep(random.uniform(0.2, 0.5))
        writers[victim].kill()
    done: dict[str, list[str]] = {}
    for name, writer in writers.items():
        said, errors = writer.communicate(timeout=300)
        assert not errors, errors
        assert writer.returncode == 0 or name in victims
        done[name] = re.findall(r"^(?:added|asked|counted|changed) \d+$", said, re.MULTILINE)
        assert len(done[name]) == operations or name in victims
    check_nothing_lost(store, done, victims)


def start_writer(home: Path, name: str, operations: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", MIXED_WRITER, str(home), name, str(operations)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_nothing_lost(store: Store, done: dict[str, list[str]], victims: list[str]) -> None:
    sources = DatasourceStore(store)
    names = {source.name for source in sources.all()}
    asked = {entry.question for entry in History(store).recent(1_000_000)}
    for writer, steps in done.items():
        for step in steps:
            kind, _, number = step.partition(" ")
            name = f"{writer}-{number}"
            if kind == "asked":
                assert name in asked
            if kind == "changed":
                assert name not in names
                assert (f"{name}-renamed" in names) == (int(number) % 2 == 0)
    counted = sum(step.startswith("counted") for steps in done.values() for step in steps)
    assert counted <= int(sources.get("shared").comment) <= counted + len(victims)
    with store.reading() as rows:
        assert rows.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
