"""Spark Connect: a cluster's SQL by its own client, whose results are Arrow.

It has no sessions that only read. Hence every statement is run as a part of a query of ours, where nothing but a
query can stand.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any

from dbchat_magic.core import batches
from dbchat_magic.core.connect import Rows
from dbchat_magic.core.drivers import Driver
from dbchat_magic.core.failures import TooLarge

if TYPE_CHECKING:
    import pyarrow as pa

CLOSE_SECONDS = 2.0
"""How long the server may take to give a session back; after that the channel is closed without its word."""


class SparkConnect(Driver):
    """Spark, through pyspark's client for Connect servers."""

    always_by_columns = True

    def connect_fields(self, fields: dict[str, Any]) -> SparkConnection:
        """A session of its own at the server."""
        from pyspark.sql import SparkSession  # a second

        place = f"sc://{fields.get('host', 'localhost')}:{fields.get('port', 15002)}/;user_id="
        session = SparkSession.builder.remote(f"{place}{fields.get('user', 'dbchat')}").create()
        forget_at_exit(session.client)
        if database := fields.get("database"):
            session.catalog.setCurrentDatabase(str(database))
        return SparkConnection(session)

    def prepare(self, connection: Any) -> None:
        """It is ready."""

    def cursor(self, connection: Any, sql: str) -> Any:
        return SparkCursor(connection.session, as_part)

    def fetch_columns(self, connection: Any, sql: str, row_limit: int | None) -> Rows | None:
        limit = "" if row_limit is None else f" LIMIT {row_limit}"
        with contextlib.closing(arrive(connection.session, as_part(sql) + limit)) as parts:
            table = join(parts)
        return Rows(tuple(table.column_names), [], table)

    def ping(self, connection: Any, sql: str) -> None:
        """Any setting: the one call there and back that has the server plan and run nothing."""
        connection.session.conf.get("spark.sql.session.timeZone")

    def cancel(self, connection: Any) -> bool:
        connection.session.interruptAll()
        return True

    def abort(self, connection: Any) -> None:
        connection.break_off()

    def code(self, error: Exception) -> str:
        condition = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
        return str((condition() if condition else None) or type(error).__name__)

    def words(self, error: Exception) -> str:
        return str(error).partition("\n\nJVM stacktrace")[0].partition("SQLSTATE")[0]


def forget_at_exit(client: Any) -> None:
    """Let the process end where the server has gone: pyspark would try for minutes. Closing is ours."""
    for name in ("_on_exit", "_cleanup_ml_cache"):  # one or the other, by its version
        if hook := getattr(client, name, None):
            atexit.unregister(hook)


def as_part(sql: str) -> str:
    """A query with the statement inside: what is no query cannot be read there."""
    return f"SELECT * FROM (\n{sql}\n) AS dbchat_rows"


def arrive(session: Any, sql: str) -> Generator[pa.Table]:
    """What a query gives, batch by batch as the server sends it; closing it ends the query there."""
    import pyarrow as pa

    frame = session.sql(sql)
    plan = frame._plan  # noqa: SLF001 - all that pyspark offers by columns is the whole result at once
    parts = session.client.to_table_as_iterator(plan.to_proto(session.client), plan.observations)
    with contextlib.closing(parts):
        for part in parts:
            if isinstance(part, pa.Table):
                yield part


def join(parts: Iterable[pa.Table]) -> pa.Table:
    """The batches as one table, whose times are told in UTC; raises TooLarge as soon as they are."""
    import pyarrow as pa

    arrived, size = [], 0
    for part in parts:
        arrived.append(part)
        size += part.nbytes
        if size > batches.byte_limit():
            raise TooLarge
    table = pa.concat_tables(arrived)
    return table.cast(pa.schema([field.with_type(in_utc(field.type)) for field in table.schema]))


def in_utc(kind: pa.DataType) -> pa.DataType:
    """The type of a column, with times in UTC instead of the session's zone, also inside of lists and structures.

    >>> import pyarrow as pa
    >>> in_utc(pa.list_(pa.timestamp("us", "Asia/Tokyo"))).value_type
    TimestampType(timestamp[us, tz=UTC])
    """
    import pyarrow as pa

    if pa.types.is_timestamp(kind) and kind.tz:
        return pa.timestamp(kind.unit, "UTC")
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(in_utc(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(in_utc(field.type)) for field in kind])
    return kind


class SparkConnection:
    """A session, as far as it has to look like a driver's connection."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def cursor(self) -> SparkCursor:
        return SparkCursor(self.session)

    def close(self) -> None:
        """Give the session back; where nobody answers, leave without that."""
        stopping = threading.Thread(target=self.session.stop, name="dbchat-spark-stop", daemon=True)
        with contextlib.suppress(RuntimeError):  # from Python 3.12 on none is started while the process ends
            stopping.start()
            stopping.join(CLOSE_SECONDS)
            if not stopping.is_alive():
                return
        self.break_off()

    def break_off(self) -> None:
        """Close the channel: whoever waits for the server wakes up, and nobody tries again."""
        self.session.release_session_on_close = False
        self.session.client._channel.close()  # noqa: SLF001 - close() itself waits for the server


class SparkCursor:
    """A statement of ours, about the tables; or a whole result, a part at a time."""

    def __init__(self, session: Any, made_of: Callable[[str], str] = str) -> None:
        self._session = session
        self._made_of = made_of
        self._rows: Any = iter(())
        self.description: list[tuple[str, Any]] = []

    def execute(self, sql: str) -> None:
        frame = self._session.sql(self._made_of(sql))
        self.description = [(field.name, field.dataType) for field in frame.schema.fields]
        self._rows = frame.toLocalIterator()

    def fetchmany(self, count: int) -> list[tuple[Any, ...]]:
        return [tuple(row) for _, row in zip(range(count), self._rows, strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._rows]

    def fetchone(self) -> tuple[Any, ...]:
        return tuple(next(self._rows))

    def close(self) -> None:
        self._rows = iter(())
