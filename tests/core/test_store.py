"""The store: private, complete after a kill, the same for several processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dbchat_magic.core import store as module
from dbchat_magic.core.datasources import DatasourceStore
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.store import MIGRATIONS, Store
from dbchat_magic.errors import DbChatError
from tests.core.store_writers import check_mixed_operations

VERSION_1 = """
CREATE TABLE datasources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    type TEXT NOT NULL,
    params TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    modified TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asked TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    datasource TEXT NOT NULL,
    question TEXT NOT NULL,
    sql TEXT NOT NULL,
    translator TEXT NOT NULL,
    outcome TEXT NOT NULL,
    rows INTEGER,
    seconds REAL,
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    completion_tokens INTEGER NOT NULL DEFAULT 0
);
INSERT INTO datasources (id, name, type, params, comment, created, modified) VALUES
    (7, 'Shop', 'sqlite', '{"path": "/data/shop.sqlite"}', 'mine', '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z');
INSERT INTO history (datasource, question, sql, translator, outcome, rows, seconds)
    VALUES ('Shop', 'how many?', 'SELECT 1', 'offline', 'answered', 1, 0.5);
PRAGMA user_version=1;
"""
"""The file as the first version of it was, word for word."""

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


def test_a_file_of_the_first_version_is_brought_up_to_date(home: Path) -> None:
    store = Store(home)
    with closing(sqlite3.connect(store.path)) as connection:
        connection.executescript(VERSION_1)
    [source] = DatasourceStore(store).all()
    assert (source.id, source.name, source.comment) == (7, "Shop", "mine")
    assert dict(source.params) == {"path": "/data/shop.sqlite"}
    assert (source.created, source.modified) == ("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z")
    assert (source.last_used, source.tested, source.test_result) == ("", "", "")
    assert [entry.question for entry in History(store).recent()] == ["how many?"]
    History(store).add(Entry("shop", "again?", "SELECT 1", "offline"))
    assert DatasourceStore(store).get("Shop").last_used


def test_several_processes_bring_one_file_up_to_date_at_once(home: Path) -> None:
    with closing(sqlite3.connect(Store(home).path)) as connection:
        connection.executescript(VERSION_1)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(home), "3", f"writer{n}"], stdout=subprocess.PIPE)
        for n in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert len(History(Store(home)).recent(100)) == 13


def test_pages_that_are_damaged_are_moved_aside_and_said(home: Path) -> None:
    store = Store(home)
    for number in range(200):
        History(store).add(Entry("demo", f"question {number} " * 20, "SELECT 1", "offline"))
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = store.path.read_bytes()
    store.path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.warns(UserWarning, match="damaged"), pytest.raises(DbChatError, match="was damaged"):
        History(store).recent(1000)
    History(store).add(Entry("demo", "and on", "SELECT 1", "offline"))
    assert [entry.question for entry in History(store).recent()] == ["and on"]
    assert [path for path in home.iterdir() if "corrupt" in path.name]


def test_a_program_that_holds_the_file_is_said_without_the_driver_s_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    store = Store(home)
    with store.writing(), pytest.raises(DbChatError) as caught:
        DatasourceStore(store).remove("x")
    assert "Another program" in str(caught.value)
    assert "locked" not in str(caught.value)


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


MIXED = 200


def test_mixed_operations_of_processes_that_are_killed_lose_nothing(home: Path) -> None:
    check_mixed_operations(home, processes=8, operations=MIXED, kills=3)


def test_history_is_given_oldest_first(home: Path) -> None:
    history = History(Store(home))
    for question in ("one", "two", "three"):
        history.add(Entry("demo", question, "SELECT 1", "offline", rows=1, seconds=0.1))
    assert [entry.question for entry in history.recent(2)] == ["two", "three"]
    assert history.recent(1)[0].asked.endswith("Z")


def test_what_another_process_changed_is_told_by_its_part(home: Path) -> None:
    store = Store(home)
    before = store.changes()
    script = "import sys; from dbchat_magic import DbChat; DbChat(sys.argv[1]).datasources.add('a', 'sqlite', path='x.db')"
    Path(home, "x.db").write_bytes(b"")
    subprocess.run([sys.executable, "-c", script.replace("x.db", str(home / "x.db")), str(home)], check=True)
    after = store.changes()
    changed = {part for part in after if after[part] != before[part]}
    assert changed == {"datasources"}
    DatasourceStore(store).remove("a")
    assert store.changes()["datasources"] > after["datasources"]
