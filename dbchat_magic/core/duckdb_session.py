"""DuckDB session: a file, or views over data files, open for reading; in the worker process or in this one."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb

from dbchat_magic.core.file_views import make_views, quoted_list
from dbchat_magic.core.plain_values import PLAIN, encode
from dbchat_magic.core.worker_process import INTERRUPTED, NO_MEMORY, Categories, Opening

ADDRESSES = 2**30
"""Bytes of address space that the driver takes beside what it may use: its code and its threads' stacks."""

THREADS = 2
BATCH_ROWS = 61_440
"""Rows of a batch by columns: thirty of DuckDB's vectors."""
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

    def execute(self, sql: str, *, is_many: bool = False) -> DuckdbCursor:
        if self._connection is None:
            self._connection = connect(self.opening)
        kind = check_reading(self._connection, sql)
        cursor = self._running = self._connection.cursor()
        try:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            return DuckdbCursor(cursor, sql, by_columns=is_many and kind == "SELECT")
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
        name, words = type(error).__name__, str(error)
        if isinstance(error, OSError | ValueError) and " Error: " in words:  # as Arrow's reader hands it on
            name = words.partition(" Error: ")[0].title().replace(" ", "").replace("Io", "IO") + "Exception"
        return kinds.get(name, name), words


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


def check_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The type of the statement; raises PermissionException for all but one that reads."""
    kinds = [statement.type.name for statement in connection.extract_statements(sql)]
    if len(kinds) != 1 or kinds[0] not in READING:
        raise duckdb.PermissionException(f"only one statement that reads is allowed, not {kinds}")
    return kinds[0]


class DuckdbCursor:
    """Its values are plain or encoded, by the types of the columns.

    Where they may be wanted by columns, the statement runs when the first are asked for.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, sql: str, *, by_columns: bool = False) -> None:
        self._cursor = cursor
        self._sql = sql
        self._relation = cursor.sql(sql) if by_columns else None
        self._is_run = self._relation is None
        if self._relation is None:
            description = cursor.execute(sql).description or []
            self.columns = tuple(column[0] for column in description)
            self.types = tuple(str(column[1]) for column in description)
        else:
            self.columns = tuple(self._relation.columns)
            self.types = tuple(map(str, self._relation.types))
        self.categories = find_categories(self.types)
        enumerations = {place for place, _ in self.categories}
        self.encoded = tuple(
            place
            for place, type in enumerate(self.types)
            if type not in PLAIN_TYPES and place not in enumerations
        )

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        if not self._is_run:
            self._cursor.execute(self._sql)
            self._is_run = True
        rows: list[tuple[Any, ...]] = self._cursor.fetchmany(count)
        if not self.encoded:
            return rows
        return [tuple(value if type(value) in PLAIN else encode(value) for value in row) for row in rows]

    def by_columns(self) -> DuckdbColumns | None:
        if self._relation is None or not all(map(is_quick, self.types)):
            return None
        return DuckdbColumns(self._relation, self.types)

    def close(self) -> None:
        self._cursor.close()


def find_categories(types: Sequence[str]) -> Categories:
    """The columns that are enumerations, by the types that DuckDB says they have.

    >>> find_categories(["INTEGER", "ENUM('small', 'it''s large')", "ENUM('a')[]"])
    ((1, ('small', "it's large")),)
    """
    return tuple(
        (place, tuple(quoted.replace("''", "'") for quoted in QUOTED.findall(type)))
        for place, type in enumerate(types)
        if type.startswith("ENUM(") and type.endswith(")")
    )


QUOTED = re.compile(r"'((?:[^']|'')*)'")

QUICK_TYPES = frozenset(
    """
    BIGINT BLOB BOOLEAN DATE DOUBLE FLOAT HUGEINT INTEGER SMALLINT TIMESTAMP TINYINT UBIGINT UINTEGER USMALLINT
    UTINYINT VARCHAR
    """.split()
)
"""Types whose values Arrow has as Python would have them; of DECIMAL and ENUM all."""


def is_quick(type: str) -> bool:
    return type in QUICK_TYPES or (type.startswith(("DECIMAL(", "ENUM(")) and type.endswith(")"))


class DuckdbColumns:
    """What a relation comes to, a batch at a time."""

    def __init__(self, relation: Any, types: tuple[str, ...]) -> None:
        self._relation = relation
        self.kinds = types

    def __iter__(self) -> Iterator[Any]:
        from dbchat_magic.core.arrow_truth import check_times  # pyarrow

        open_reader = getattr(self._relation, "to_arrow_reader", None) or self._relation.fetch_arrow_reader
        for batch in open_reader(BATCH_ROWS):
            check_times(batch)
            yield batch


PLAIN_TYPES = frozenset(
    """
    BIGINT BLOB BOOLEAN DOUBLE FLOAT HUGEINT INTEGER SMALLINT TINYINT UBIGINT UHUGEINT UINTEGER USMALLINT
    UTINYINT VARCHAR NULL
    """.split()
)
