"""Reading a schema: what is shown meanwhile, how it is left, and what is read on in the background."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbchat_magic.core import connect as connections
from dbchat_magic.core import reading as module
from dbchat_magic.core.connect import Rows
from dbchat_magic.core.course import Course
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.reading import Progress
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.schema_cache import SchemaCache
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import QueryCancelled, QueryFailed, QueryTimeout

PATIENCE = 10.0


class Database:
    """A Connection to tables t0, t1, … whose statements take as long as a test wants."""

    dialect = find_dialect("sqlite")

    def __init__(self, tables: int) -> None:
        self.tables = tables
        self.busy = False
        self.statements: list[str] = []
        self.before: Callable[[str], None] = lambda sql: None
        self.cancelled = threading.Event()
        self.mark = "1"

    def catalogue(
        self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0
    ) -> list[tuple[object, ...]]:
        self.statements.append(sql)
        self.before(sql)
        names = [f"t{at}" for at in range(self.tables)]
        if "FROM sqlite_master WHERE" in sql:
            return [("", name, "table", None, 1, "") for name in names]
        if "pragma_table_xinfo" in sql:
            return [("", name, "word", "TEXT", 0, 0, None, None) for name in names]
        return [(f"in {sql.split()[3].strip(chr(34))}",)] if sql.startswith('SELECT "word"') else []

    def run(
        self, safe: SafeSql, *, row_limit: int | None, seconds: float, course: Course | None = None
    ) -> Rows:
        raise NotImplementedError

    def reset(self) -> None:
        pass

    def open(self) -> None:
        pass

    def fingerprint(self) -> str:
        return self.mark

    def cancel(self) -> None:
        self.cancelled.set()

    def close(self) -> None:
        connections._connections.pop(self, None)

    def values_read(self) -> int:
        return sum(sql.startswith('SELECT "word"') for sql in self.statements)


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database(20)
    connections._connections[made] = made
    yield made
    made.close()


@pytest.fixture
def cache(tmp_path: Path) -> SchemaCache:
    return SchemaCache(tmp_path)


SOURCE = Datasource(0, "shop", "sqlite", {"path": "shop.db"})


def eventually(is_so: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(is_so())


def threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "dbchat-schema"]


def value_count(schema: Schema) -> int:
    return len(schema.values.columns)


def test_values_that_take_too_long_are_read_on_in_the_background(
    database: Database, cache: SchemaCache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "VALUE_SECONDS", 0.2)
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.0)
    database.before = lambda sql: time.sleep(0.05)
    first = cache.get(SOURCE, database)
    assert len(first.tables) == 20
    assert 0 < value_count(first) < 20
    assert eventually(lambda: value_count(cache.get(SOURCE, database)) == 20)
    done = cache.get(SOURCE, database)
    assert done.values.find("in t19")
    assert done.tables[19].columns[0].samples
    assert value_count(first) < 20  # what a question holds does not change under it
    assert database.values_read() == 20


def test_the_background_gives_way_to_questions(
    database: Database, cache: SchemaCache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "VALUE_SECONDS", 0.0)
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.3)
    database.busy = True
    assert value_count(cache.get(SOURCE, database)) == 0
    time.sleep(0.3)
    assert database.values_read() == 0  # a statement of somebody else runs
    database.busy = False
    cache.get(SOURCE, database)
    time.sleep(0.1)
    assert database.values_read() == 0  # somebody has just asked
    assert eventually(lambda: database.values_read() == 20)


def test_there_is_one_reading_of_a_database_however_many_ask(database: Database, cache: SchemaCache):
    database.before = lambda sql: time.sleep(0.02)
    found: list[Schema] = []
    askers = [threading.Thread(target=lambda: found.append(cache.get(SOURCE, database))) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len({id(schema) for schema in found}) == 1
    assert database.values_read() == 20


def test_the_background_ends_when_the_connection_is_closed_and_goes_on_with_another(
    database: Database, cache: SchemaCache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "VALUE_SECONDS", 0.0)
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.0)
    database.before = lambda sql: time.sleep(0.05)
    cache.get(SOURCE, database)
    database.close()
    assert eventually(lambda: not threads())
    assert database.values_read() < 20
    connections._connections[database] = database
    cache.get(SOURCE, database)
    assert eventually(lambda: value_count(cache.get(SOURCE, database)) == 20)


def test_a_changed_database_is_read_anew_and_the_old_reading_ends(
    database: Database, cache: SchemaCache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "VALUE_SECONDS", 0.0)
    database.before = lambda sql: time.sleep(0.05)
    cache.get(SOURCE, database)
    database.mark, database.tables = "2", 3
    assert len(cache.get(SOURCE, database).tables) == 3
    assert eventually(lambda: not threads())
    assert value_count(cache.get(SOURCE, database)) == 3


def test_whoever_waits_is_told_how_far_it_is(database: Database, cache: SchemaCache):
    database.before = lambda sql: time.sleep(0.05)
    told: list[Progress | None] = []
    cache.get(SOURCE, database, told.append)
    assert told[-1] is None
    steps = [each for each in told if each is not None]
    assert {each.datasource for each in steps} == {"shop"}
    assert [each.done for each in steps] == sorted(each.done for each in steps)
    assert steps[-1].total == 20
    told.clear()
    cache.get(SOURCE, database, told.append)
    assert told == []  # it is known by now


@pytest.mark.parametrize("moment", ["pragma_table_xinfo", 'FROM "t7"'])
def test_ctrl_c_leaves_everything_usable(database: Database, cache: SchemaCache, moment: str):
    def hang(sql: str) -> None:
        if moment in sql and not database.cancelled.is_set():
            assert database.cancelled.wait(PATIENCE)
            raise QueryCancelled("Stopped.", "")

    def interrupt(progress: Progress | None) -> None:
        if progress is not None and any(moment in sql for sql in database.statements):
            raise KeyboardInterrupt

    database.before = hang
    with pytest.raises(KeyboardInterrupt):
        cache.get(SOURCE, database, interrupt)
    assert database.cancelled.is_set()
    assert len(cache.get(SOURCE, database).tables) == 20
    assert eventually(lambda: value_count(cache.get(SOURCE, database)) == 20)


def test_ctrl_c_of_one_does_not_stop_what_another_waits_for(database: Database, cache: SchemaCache):
    go = threading.Event()

    def wait(sql: str) -> None:
        assert go.wait(PATIENCE)

    database.before = wait
    cache.prepare(SOURCE, database)

    def interrupt(progress: Progress | None) -> None:
        if progress is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.get(SOURCE, database, interrupt)
    assert not database.cancelled.is_set()
    go.set()
    assert value_count(cache.get(SOURCE, database)) == 20
    assert database.values_read() == 20


def test_what_fails_fails_for_whoever_asks_and_can_be_asked_again(database: Database, cache: SchemaCache):
    def fail(sql: str) -> None:
        raise QueryFailed("The server is gone.", "")

    database.before = fail
    for _ in range(2):
        with pytest.raises(QueryFailed, match="gone"):
            cache.get(SOURCE, database)
    database.before = lambda sql: None
    assert len(cache.get(SOURCE, database).tables) == 20


def test_a_table_that_takes_too_long_comes_again_last_and_then_no_more(
    database: Database, cache: SchemaCache
):
    def slow(sql: str) -> None:
        if 'FROM "t3"' in sql:
            raise QueryTimeout("Too long.", "")

    database.before = slow
    schema = cache.get(SOURCE, database)
    assert value_count(schema) == 19
    assert [sql.split()[3] for sql in database.statements[-2:]] == ['"t19"', '"t3"']
    assert not threads()


ENDING = """
import sqlite3, sys
from dbchat_magic import DbChat
from dbchat_magic.core import reading
rows = sqlite3.connect("big.db")
for at in range(200):
    rows.execute(f"CREATE TABLE t{at} AS WITH n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n LIMIT 300)"
                 f" SELECT 'word ' || a AS word FROM n")
rows.commit(); rows.close()
reading.VALUE_SECONDS = 0.0
schema = DbChat(home="home").schema("big.db")
assert len(schema.tables) == 200 and not schema.values.columns
time = __import__("time"); time.sleep(reading.QUIET_SECONDS + 0.1)
"""


def test_a_process_ends_while_its_background_reads(tmp_path: Path):
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", ENDING], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert time.monotonic() - started < 30  # 2 on an idle machine
