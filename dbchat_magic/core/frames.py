"""Frames: DataFrames of the notebook, and its own DuckDB connections, asked in this process without copying.

They cannot be handed to another process, so that a statement which cannot be interrupted can only be waited
for: what is said of the worker does not hold here.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.batches import fetch
from dbchat_magic.core.connect import Rows, find_driver_spec
from dbchat_magic.core.course import Course
from dbchat_magic.core.failures import BYTE_LIMIT, TooLarge, translate_error
from dbchat_magic.core.watched import LOOK_SECONDS, Overdue, Watched
from dbchat_magic.core.worker_process import (
    CANCELLED,
    INTERRUPTED,
    MANY,
    TIMEOUT,
    TOO_MANY_BYTES,
    ByColumns,
    Untrue,
)
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DatasourceError, DbChatError
from dbchat_magic.language import marked, phrase, sentences

if TYPE_CHECKING:
    import duckdb

    from dbchat_magic.core.guard import SafeSql

MEMORY = "2GB"
"""What DuckDB may take in this process beside the frames themselves."""

Namespace = Callable[[], Mapping[str, Any]]

_namespace: Namespace = dict


def set_namespace(namespace: Namespace) -> None:
    """Where the notebook's variables are found."""
    global _namespace  # noqa: PLW0603 - one notebook per process
    _namespace = namespace


def find_variable(name: str) -> Any:
    """The notebook's variable, if it can be asked; raises DatasourceError when not, listing those that can."""
    variables = _namespace()
    found = variables.get(name)
    if is_frame(found) or is_duckdb(found):
        return found
    frames = sorted(
        key
        for key, value in variables.items()
        if not key.startswith("_") and (is_frame(value) or is_duckdb(value))
    )
    what = marked("There is no variable {name} in this notebook.")
    if found is not None:
        what = marked("{name} is no DataFrame.")
    there = phrase("No DataFrame is there yet.")
    if frames:
        there = phrase("DataFrames here: {names}.", names=", ".join(frames))
    raise DatasourceError(phrase(what, name=name), sentences(phrase("Run the cell that makes it."), there))


def is_frame(value: object) -> bool:
    """A DataFrame of pandas, Polars or Arrow; none of them is imported for the question."""
    kind = type(value)
    names = {(each.__module__.partition(".")[0], each.__name__) for each in kind.__mro__}
    return not names.isdisjoint(
        {("pandas", "DataFrame"), ("polars", "DataFrame"), ("polars", "LazyFrame"), ("pyarrow", "Table")}
    )


def is_duckdb(value: object) -> bool:
    """A connection of DuckDB's."""
    return type(value).__name__ == "DuckDBPyConnection"


class FrameConnection:
    """A Connection to a variable of the notebook: a table with its name, or all tables of a DuckDB connection."""

    def __init__(self, dialect: Dialect, variable: str) -> None:
        find_driver_spec(dialect)
        self.dialect = dialect
        self.name = variable
        self._database: duckdb.DuckDBPyConnection | None = None
        self._turn = threading.Lock()
        self._running: Watched[Rows] | None = None

    def run(
        self, safe: SafeSql, *, row_limit: int | None, seconds: float, course: Course | None = None
    ) -> Rows:
        """Run a checked statement; see `Connection.run`."""
        return self._ask(safe.text, row_limit, seconds, course or Course())

    def pour(self, safe: SafeSql, *, seconds: float, course: Course | None = None) -> Iterator[Rows]:
        """Run a checked statement and give all its rows: it is all in this process's memory already."""
        rows = self._ask(safe.text, None, seconds, course or Course())
        yield Rows(rows.columns, [], categories=rows.categories)
        yield rows

    def catalogue(
        self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0
    ) -> list[tuple[object, ...]]:
        """Run one of our own statements; see `Connection.catalogue`."""
        return self._ask(sql, row_limit, seconds, Course(), may_have_columns=False).rows

    def open(self) -> None:
        """Raises DatasourceError when the variable is not there."""
        self.fingerprint()

    def fingerprint(self) -> str:
        """A text that changes when another frame takes the variable's place."""
        found = find_variable(self.name)
        return f"{id(found)} {getattr(found, 'shape', '')}"

    @property
    def busy(self) -> bool:
        """A statement is running."""
        return self._turn.locked()

    def cancel(self) -> None:
        """End the statement that another thread is running; see `Connection.cancel`."""
        running = self._running
        if running is not None:
            running.cancel()

    def reset(self) -> None:
        """Nothing to do: each statement has a cursor and a transaction of its own."""

    def close(self) -> None:
        """Let go of the database; the frame is nobody's but the notebook's."""
        self._database = None

    def _ask(
        self,
        sql: str,
        row_limit: int | None,
        seconds: float,
        course: Course,
        *,
        may_have_columns: bool = True,
    ) -> Rows:
        while not self._turn.acquire(timeout=LOOK_SECONDS):
            course.check()
        try:
            return self._watch(
                FrameStatement(self._cursor(), sql, row_limit, may_have_columns), seconds, course
            )
        finally:
            self._turn.release()

    def _watch(self, statement: FrameStatement, seconds: float, course: Course) -> Rows:
        self._running = watched = Watched[Rows](statement)
        try:
            with course.stopping_by(watched.cancel):
                return watched.run(seconds)
        except Overdue:
            self.close()  # whatever still runs there has a database of its own
            raise self._failure(CANCELLED if watched.asked else TIMEOUT, "", seconds) from None
        except DbChatError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever DuckDB raises is translated
            kind, words = type(error).__name__, str(error)
            if isinstance(error, TooLarge):
                kind = TOO_MANY_BYTES
            if kind == "InterruptException":
                kind = TIMEOUT if watched.late else INTERRUPTED
            raise self._failure(kind, words, seconds) from None
        finally:
            self._running = None

    def _failure(self, kind: str, words: str, seconds: float) -> DbChatError:
        return translate_error(self.dialect, kind, words, name=self.name, seconds=seconds)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A new cursor that shows the variable's present value."""
        import duckdb

        found: Any = find_variable(self.name)
        if is_duckdb(found):
            own: duckdb.DuckDBPyConnection = found.cursor()
            return own
        if self._database is None:
            settings: dict[str, Any] = dict(self.dialect.settings)
            settings |= {"enable_external_access": "false", "memory_limit": MEMORY}
            self._database = duckdb.connect(":memory:", config=settings)
            self._database.execute("SET lock_configuration = true")
        cursor = self._database.cursor()
        cursor.register(self.name, found)
        return cursor


class FrameStatement:
    """One statement on a cursor of its own: the work that is watched."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, sql: str, row_limit: int | None, may_have_columns: bool
    ) -> None:
        self.cursor = cursor
        self.may_have_columns = may_have_columns
        self.sql = sql
        self.row_limit = row_limit

    def work(self) -> Rows:
        from dbchat_magic.core.duckdb_session import DuckdbCursor, check_reading, find_categories  # duckdb

        kind = check_reading(self.cursor, self.sql)
        self.cursor.execute("BEGIN TRANSACTION READ ONLY")
        is_many = self.may_have_columns and (self.row_limit is None or self.row_limit > MANY)
        if is_many and kind == "SELECT" and importlib.util.find_spec("pyarrow"):
            found = DuckdbCursor(self.cursor, self.sql, by_columns=True)
            with contextlib.suppress(Untrue):
                if (columns := found.by_columns()) is not None:
                    return collect(found.columns, columns, self.row_limit)
        found_rows = self.cursor.execute(self.sql)
        description = found_rows.description or ()
        names = tuple(column[0] for column in description)
        rows, _ = fetch(found_rows, self.row_limit, first=1)
        return Rows(names, rows, categories=find_categories([str(column[1]) for column in description]))

    def cancel(self) -> None:
        self.cursor.interrupt()

    def drop(self) -> None:
        self.cursor.interrupt()

    def settle(self) -> None:
        """End the transaction; the frame's view goes with the cursor."""
        self.cursor.close()


def collect(names: tuple[str, ...], columns: ByColumns, row_limit: int | None) -> Rows:
    """What a statement gives by columns; raises TooLarge, and Untrue where there is nothing or it is not true."""
    import pyarrow as pa

    batches: list[pa.RecordBatch] = []
    size, left = 0, sys.maxsize if row_limit is None else row_limit
    for batch in columns:
        batches.append(batch.slice(0, left))
        left -= batches[-1].num_rows
        size += batch.nbytes
        if size > BYTE_LIMIT:
            raise TooLarge
        if not left:
            break
    if not batches:
        raise Untrue
    return Rows(names, [], pa.Table.from_batches(batches), columns.kinds)
