"""SQLite session: a file open for reading, in the worker process. Nothing but the standard library."""

from __future__ import annotations

import functools
import os
import sqlite3
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dbchat_magic.core.worker_process import INTERRUPTED, NO_MEMORY, Categories, Opening

if TYPE_CHECKING:
    from dbchat_magic.core.sqlite_columns import SqliteColumns

ADDRESSES = 0
"""Bytes of address space that the driver takes beside what it may use."""

STEPS = 10_000
"""Operations of SQLite's machine between two looks at the clock."""
STRANGE_TABLE = ("vtable constructor failed", "not authorized")
"""What is said of a virtual table that was not there yet when the session was opened, among others."""
SLOW_SECONDS = 0.5
"""What takes longer to begin is not run twice."""
LOCK_SECONDS = 1.5
"""How long to wait for another program's lock."""


def open_session(opening: Opening, is_over: Callable[[], bool]) -> SqliteSession:
    """A session that can read `opening["path"]` and do nothing else.

    `session` are statements to begin with, `limits` numbers by the names of SQLite's constants, `warm_up`
    table-valued functions, `functions` and `pragmas` what may be used.
    """
    return SqliteSession(opening, is_over)


class SqliteSession:
    """The open file."""

    def __init__(self, opening: Opening, is_over: Callable[[], bool]) -> None:
        self.opening = opening
        self.is_over = is_over
        self.connection = connect(opening, is_over)

    def execute(self, sql: str, *, is_many: bool = False) -> SqliteCursor:
        """Execute; once more on a new connection where another program has changed the virtual tables."""
        try:
            return SqliteCursor(self, sql)
        except sqlite3.DatabaseError as error:
            if not str(error).startswith(STRANGE_TABLE):
                raise
        old, self.connection = self.connection, connect(self.opening, self.is_over)
        old.close()
        return SqliteCursor(self, sql)

    def interrupt(self) -> None:
        self.connection.interrupt()

    def rest(self) -> None:
        """Nothing is held between two statements."""

    def describe(self, error: Exception) -> tuple[str, str]:
        kind = getattr(error, "sqlite_errorname", type(error).__name__)
        return {"SQLITE_INTERRUPT": INTERRUPTED, "SQLITE_NOMEM": NO_MEMORY}.get(kind, kind), str(error)


class SqliteCursor:
    """Its values are plain as they are."""

    encoded: tuple[int, ...] = ()
    categories: Categories = ()

    def __init__(self, session: SqliteSession, sql: str) -> None:
        self._session = session
        self._sql = sql
        self._cursor = session.connection.execute(sql)
        self._head: list[tuple[Any, ...]] = []
        """Rows that were fetched before they were asked for."""
        self._given = 0
        self.columns = tuple(column[0] for column in self._cursor.description or ())
        self.close = self._cursor.close

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        rows = self._head[self._given : self._given + count]
        self._given += len(rows)
        return rows or self._cursor.fetchmany(count)

    def by_columns(self) -> SqliteColumns | None:
        """The statement once more, by a driver that fetches columns: where it is quick, and its rows are many."""
        started = time.monotonic()
        wanted = self._session.opening["head"]
        self._head = self._cursor.fetchmany(wanted)
        if len(self._head) < wanted or time.monotonic() - started > SLOW_SECONDS:
            return None
        from dbchat_magic.core.sqlite_columns import choose_columns  # pyarrow and the driver

        return choose_columns(self._session, self._sql, self._head)


def connect(opening: Opening, is_over: Callable[[], bool]) -> sqlite3.Connection:
    connection = open_readable(opening["path"])
    connection.text_factory = functools.partial(str, encoding="utf-8", errors="replace")
    for statement in opening["session"]:
        connection.execute(statement)
    connection.execute(f"PRAGMA hard_heap_limit = {opening['memory'] * 3 // 4}")
    # The authorizer would refuse the declarations by which virtual tables come to life.
    for name in (*opening["warm_up"], *virtual_tables(connection)):
        warm_up(connection, name)
    for name, value in opening["limits"].items():
        connection.setlimit(getattr(sqlite3, name), value)
    connection.set_authorizer(make_authorizer(frozenset(opening["functions"]), frozenset(opening["pragmas"])))
    connection.set_progress_handler(is_over, STEPS)
    return connection


def options_for(path: str) -> str:
    """How another connection opens the file that one is open on already."""
    return "mode=ro&immutable=1" if is_without_writers(path) else "mode=ro"


def is_without_writers(path: str) -> bool:
    """A file in WAL mode wants two more files beside it. Where nobody can make them, nobody writes either."""
    return not os.access(os.path.dirname(path), os.W_OK) and not unread_log(path)  # noqa: PTH120 - no pathlib here


def open_readable(path: str) -> sqlite3.Connection:
    try:
        return open_file(path, "mode=ro")
    except sqlite3.OperationalError:
        if not is_without_writers(path):
            raise
        return open_file(path, "mode=ro&immutable=1")


def open_file(path: str, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file_uri(path)}?{options}",
        uri=True,
        timeout=LOCK_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # another thread interrupts it
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def file_uri(path: str) -> str:
    """The path as SQLite reads it in a URI.

    >>> file_uri("/data/a?b #1.db")
    'file:///data/a%3Fb%20%231.db'
    """
    slashes = path.replace(os.sep, "/")
    return "file://" + ("" if slashes.startswith("/") else "/") + quote(os.fsencode(slashes), safe="/:")


def unread_log(path: str) -> bool:
    """There is a write-ahead log, whose rows would be missed."""
    try:
        return os.stat(path + "-wal").st_size > 0  # noqa: PTH116 - no pathlib here
    except OSError:
        return False


def virtual_tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
    )
    return [name for (name,) in found]


def warm_up(connection: sqlite3.Connection, name: str) -> None:
    quoted = name.replace('"', '""')
    try:
        connection.execute(f'SELECT * FROM "{quoted}" LIMIT 0').close()
    except sqlite3.Error:
        return  # a module that this SQLite does not have: a statement that uses it will say so


def make_authorizer(functions: frozenset[str], pragmas: frozenset[str]) -> Callable[..., int]:
    reading = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)

    def authorize(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
        allowed = (
            action in reading
            or (action == sqlite3.SQLITE_FUNCTION and str(second).lower() in functions)
            or (action == sqlite3.SQLITE_PRAGMA and str(first).lower() in pragmas)
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return authorize
