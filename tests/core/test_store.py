"""The store: private, complete after a kill, the same for several processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dbchat_magic.core.datasources import DatasourceStore
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.store import MIGRATIONS, Store
from dbchat_magic.errors import DbChatError

WRITER = """
import sys
from pathlib import Path
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.store import Store

store = Store(Path(sys.argv[1]))
history = History(store)
for number in range(int(sys.argv[2])):
    history.add(Entry("demo", f"{sys.argv[3]}-{number}", "", "offline"))
    with store.writing() as rows:
        seen = rows.execute("SELECT count(*) FROM history WHERE question LIKE ?", (sys.argv[3] + "-%",)).fetchone()[0]
    print(seen, flush=True)
"""


def test_only_the_user_may_read_it(home: Path) -> None:
    store = Store(home / "deeper")
    with store.reading():
        pass
    if os.name == "posix":
        assert store.path.stat().st_mode & 0o777 == 0o600
        assert store.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_may_read_is_closed_to_them(home: Path) -> None:
    store = Store(home)
    with store.reading():
        pass
    store.path.chmod(0o644)
    with store.reading():
        pass
    if os.name == "posix":
        assert store.path.stat().st_mode & 0o777 == 0o600


def test_it_is_a_write_ahead_log_of_the_newest_version(home: Path) -> None:
    with Store(home).reading() as rows:
        assert rows.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert rows.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert rows.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_transaction_that_fails_leaves_nothing(home: Path) -> None:
    store = Store(home)

    def fail_after_writing() -> None:
        with store.writing() as rows:
            rows.execute("INSERT INTO datasources (name, type, params) VALUES ('a', 'sqlite', '{}')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert DatasourceStore(store).all() == []


def test_a_newer_file_is_refused_and_left_alone(home: Path) -> None:
    store = Store(home)
    with store.reading():
        pass
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    with pytest.raises(DbChatError, match="newer version"), store.reading():
        pass
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1


def test_a_damaged_file_is_moved_aside_and_said(home: Path) -> None:
    store = Store(home)
    home.mkdir(exist_ok=True)
    store.path.write_bytes(b"this is no database, " * 100)
    with pytest.warns(UserWarning, match="damaged"), store.reading() as rows:
        assert rows.execute("SELECT count(*) FROM datasources").fetchone()[0] == 0
    aside = [path for path in home.iterdir() if "corrupt" in path.name]
    assert len(aside) == 1
    assert aside[0].read_bytes().startswith(b"this is no database")


def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(DbChatError, match="DBCHAT_HOME"), Store(blocked / "home").reading():
        pass


def test_processes_that_write_at_once_lose_nothing(home: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home), "25", f"writer{n}"], stdout=subprocess.PIPE
        )
        for n in range(4)
    ]
    for writer in writers:
        seen = writer.communicate(timeout=120)[0].split()
        assert writer.returncode == 0
        assert [int(count) for count in seen] == list(range(1, 26))  # each sees its own writes
    assert len(History(Store(home)).recent(1000)) == 100


def test_what_was_acknowledged_survives_a_kill(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), "100000", "victim"], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(20)][-1]
        writer.kill()
    entries = History(Store(home)).recent(100_000)
    assert len(entries) >= acknowledged
    with Store(home).reading() as rows:
        assert rows.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_history_is_given_oldest_first(home: Path) -> None:
    history = History(Store(home))
    for question in ("one", "two", "three"):
        history.add(Entry("demo", question, "SELECT 1", "offline", rows=1, seconds=0.1))
    assert [entry.question for entry in history.recent(2)] == ["two", "three"]
    assert history.recent(1)[0].asked.endswith("Z")
