"""SQLite columns: a large result by the ADBC driver, in the worker process, for statements that the guarded
session has taken already.

That driver has an SQLite of its own, which knows no authorizer. Hence it runs what the session has compiled
under its authorizer, on a connection that can only read, in a process whose memory is bounded and which is
killed when it does not end. The driver guesses a column's type from its first rows and makes texts of what
follows: so the statement is made to fail where a value may have been another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from dbchat_magic.core.arrow_truth import begins_with_any, check_floats, check_texts
from dbchat_magic.core.sqlite_session import SqliteSession, file_uri, options_for
from dbchat_magic.core.worker_process import Untrue

BATCH_ROWS = 65_536
"""Rows of a batch; from the first one the driver takes the types."""
OURS = "dbchat_rows"
"""The statement's name inside the one that we make of it."""
KNOWN: tuple[set[type], ...] = ({int}, {float}, {int, float}, {str}, set())
"""Types of a column's values that have a true form by columns; none: all are missing."""


def choose_columns(session: SqliteSession, sql: str, head: list[tuple[Any, ...]]) -> SqliteColumns | None:
    """The statement by columns; None where its first rows show that they would not be true, or it is no query."""
    kinds = [set(map(type, column)) - {type(None)} for column in zip(*head, strict=True)]
    if not all(kind in KNOWN for kind in kinds) or OURS in sql:
        return None
    texts = [place for place, kind in enumerate(kinds) if kind == {str}]
    like_numbers = [place for place in texts if any(map(is_like_number, (row[place] for row in head)))]
    wrapped = with_doubts(sql, len(kinds), texts, like_numbers)
    try:
        session.connection.execute(f"EXPLAIN {wrapped}").close()  # compiled under the authorizer, not run
    except sqlite3.Error:
        return None
    return SqliteColumns(session, wrapped, frozenset(texts), frozenset(texts).difference(like_numbers))


def is_like_number(value: str | None) -> bool:
    """A number that was made a text may look like this."""
    return bool(value) and str(value)[0] in NUMBER_BEGINS


NUMBER_BEGINS = "-0123456789I"  # the last of infinity: Inf


def with_doubts(sql: str, count: int, texts: list[int], like_numbers: list[int]) -> str:
    """The statement so that it fails where one of `texts` holds bytes, or one of `like_numbers` a number: for
    SQLite, numbers come before all texts, and bytes after them.

    A column of its own that told it would cost the driver a tenth of the time, and a condition would keep SQLite
    from taking a statement with LIMIT apart. Hence the failure stands in the place of the first column; what it
    is made of only looks as if it depended on that, else SQLite would work it out beforehand.

    >>> print(with_doubts("SELECT a, b FROM t", 2, [1], [1]))
    WITH dbchat_rows(c0, c1) AS (
    SELECT a, b FROM t
    ) SELECT CASE WHEN c1 >= x'' OR c1 < '' THEN abs((c0 IS NULL) * 0 - 9223372036854775807 - 1) ELSE c0 END, c1
    FROM dbchat_rows
    """
    first, *others = names = [f"c{place}" for place in range(count)]
    doubts = [f"c{place} >= x''" for place in texts] + [f"c{place} < ''" for place in like_numbers]
    if doubts:
        fails = f"abs(({first} IS NULL) * 0 - 9223372036854775807 - 1)"  # more than an integer can be
        first = f"CASE WHEN {' OR '.join(doubts)} THEN {fails} ELSE {first} END"
    wanted = ", ".join((first, *others))
    return f"WITH {OURS}({', '.join(names)}) AS (\n{sql}\n) SELECT {wanted}\nFROM {OURS}"


class SqliteColumns:
    """The rows of a statement, a batch at a time."""

    kinds: tuple[str, ...] = ()

    def __init__(
        self, session: SqliteSession, sql: str, texts: frozenset[int], words: frozenset[int]
    ) -> None:
        self._session = session
        self._sql = sql
        self._texts = texts
        self._words = words
        """Those of the texts among which nothing looks like a number."""

    def __iter__(self) -> Iterator[Any]:
        import adbc_driver_manager
        from adbc_driver_sqlite import dbapi

        path = self._session.opening["path"]
        try:
            with dbapi.connect(f"{file_uri(path)}?{options_for(path)}", autocommit=True) as connection:
                yield from self._batches(connection)
        except (adbc_driver_manager.Error, OSError, pa.ArrowInvalid, UnicodeDecodeError):
            raise Untrue from None  # the session runs it, and says what is wrong with it if anything is

    def _batches(self, connection: Any) -> Iterator[Any]:
        memory = self._session.opening["memory"] * 3 // 4
        with connection.cursor() as cursor:
            for pragma in (*self._session.opening["session"], f"PRAGMA hard_heap_limit = {memory}"):
                cursor.execute(pragma)
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
            cursor.execute(self._sql)
            for batch in cursor.fetch_record_batch():
                self._check(batch)
                yield batch

    def _check(self, batch: pa.RecordBatch) -> None:
        """Raises Untrue where a value of the batch is not what it was."""
        for place, column in enumerate(batch.columns):
            if pa.types.is_string(column.type):
                if place not in self._texts:
                    raise Untrue
                check_texts(column)
                if place in self._words and begins_with_any(column, NUMBER_BEGINS.encode()):
                    raise Untrue
            elif pa.types.is_floating(column.type):
                check_floats(column)
            elif not pa.types.is_integer(column.type):
                raise Untrue
