"""DuckDB session: a file, or views over data files, open for reading; in the worker process or in this one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import duckdb

from dbchat_magic.core.file_views import make_views, quoted_list
from dbchat_magic.core.plain_values import PLAIN, encode
from dbchat_magic.core.worker_process import INTERRUPTED, NO_MEMORY, Opening

ADDRESSES = 2**30
"""Bytes of address space that the driver takes beside what it may use: its code and its threads' stacks."""

THREADS = 2
Settings = dict[str, str | bool | int | float | list[str]]
READING = ("SELECT", "EXPLAIN", "MULTI")
"""Types of statements that read; a PIVOT whose columns are found in the data is several (MULTI)."""


def open_session(opening: Opening, is_over: Callable[[], bool]) -> DuckdbSession:
    """A session that can read `opening["path"]`, or else the data files in `opening["files"]`, and nothing else.

    `is_over` is not asked: DuckDB does not let Python look at the clock while it works.
    """
    return DuckdbSession(opening)


class DuckdbSession:
    """An open database. Each statement runs in a transaction that only reads, on a cursor of its own."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self._connection: duckdb.DuckDBPyConnection | None = connect(opening)
        self._running: duckdb.DuckDBPyConnection | None = None

    def execute(self, sql: str) -> DuckdbCursor:
        if self._connection is None:
            self._connection = connect(self.opening)
        check_reading(self._connection, sql)
        cursor = self._running = self._connection.cursor()
        try:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            return DuckdbCursor(cursor.execute(sql))
        except BaseException:
            cursor.close()
            raise

    def interrupt(self) -> None:
        running = self._running
        if running is not None:
            running.interrupt()

    def rest(self) -> None:
        """Close the file: while it is open here, nobody can write to it."""
        if self._connection is not None and not self.opening["files"]:
            self._running = None
            self._connection.close()
            self._connection = None

    def describe(self, error: Exception) -> tuple[str, str]:
        kinds = {"InterruptException": INTERRUPTED, "OutOfMemoryException": NO_MEMORY}
        name = type(error).__name__
        return kinds.get(name, name), str(error)


def connect(opening: Opening) -> duckdb.DuckDBPyConnection:
    settings: Settings = {
        **opening["settings"],
        "memory_limit": f"{opening['memory'] * 3 // 4 // 2**20}MB",
        "threads": str(THREADS),
    }
    if opening["files"]:
        sys.path += opening.get("workbook_folders", [])
        connection = open_files(settings, opening["files"], opening["one_table"])
    else:
        connection = duckdb.connect(
            opening["path"], read_only=True, config={**settings, "enable_external_access": "false"}
        )
    for statement in opening["session"]:
        connection.execute(statement)
    return connection


def open_files(settings: Settings, files: list[str], one_table: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that shows these files and can reach no other."""
    connection = duckdb.connect(":memory:", config=settings)
    make_views(connection, files, one_table)
    connection.execute(f"SET allowed_paths = {quoted_list(files)}")
    connection.execute("SET enable_external_access = false")
    return connection


def check_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raises PermissionException for all but one statement that reads."""
    kinds = [statement.type.name for statement in connection.extract_statements(sql)]
    if len(kinds) != 1 or kinds[0] not in READING:
        raise duckdb.PermissionException(f"only one statement that reads is allowed, not {kinds}")


class DuckdbCursor:
    """Its values are plain or encoded, by the types of the columns."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        description = cursor.description or []
        self.columns = tuple(column[0] for column in description)
        self.encoded = tuple(
            place for place, column in enumerate(description) if str(column[1]) not in PLAIN_TYPES
        )

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._cursor.fetchmany(count)
        if not self.encoded:
            return rows
        return [tuple(value if type(value) in PLAIN else encode(value) for value in row) for row in rows]

    def close(self) -> None:
        self._cursor.close()


PLAIN_TYPES = frozenset(
    """
    BIGINT BLOB BOOLEAN DOUBLE FLOAT HUGEINT INTEGER SMALLINT TINYINT UBIGINT UHUGEINT UINTEGER USMALLINT
    UTINYINT VARCHAR NULL
    """.split()
)
