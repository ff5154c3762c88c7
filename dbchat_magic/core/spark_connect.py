"""Spark Connect: a cluster's SQL by its own client, whose results are Arrow.

It has no sessions that only read. Hence every statement is run as a part of a query of ours, where nothing but a
query can stand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbchat_magic.core.connect import Rows
from dbchat_magic.core.drivers import Driver
from dbchat_magic.core.failures import BYTE_LIMIT, TooLarge


class SparkConnect(Driver):
    """Spark, through pyspark's client for Connect servers."""

    always_by_columns = True

    def connect_fields(self, fields: dict[str, Any]) -> SparkConnection:
        """A session of its own at the server."""
        from pyspark.sql import SparkSession  # a second

        place = f"sc://{fields.get('host', 'localhost')}:{fields.get('port', 15002)}/;user_id="
        session = SparkSession.builder.remote(f"{place}{fields.get('user', 'dbchat')}").create()
        if database := fields.get("database"):
            session.catalog.setCurrentDatabase(str(database))
        return SparkConnection(session)

    def prepare(self, connection: Any) -> None:
        """It is ready."""

    def cursor(self, connection: Any, sql: str) -> Any:
        return SparkCursor(connection.session, as_part)

    def fetch_columns(self, connection: Any, sql: str, row_limit: int | None) -> Rows | None:
        limit = "" if row_limit is None else f" LIMIT {row_limit}"
        table = connection.session.sql(as_part(sql) + limit).toArrow()
        if table.nbytes > BYTE_LIMIT:
            raise TooLarge
        return Rows(tuple(table.column_names), [], table)

    def cancel(self, connection: Any) -> bool:
        connection.session.interruptAll()
        return True

    def abort(self, connection: Any) -> None:
        connection.session.interruptAll()

    def code(self, error: Exception) -> str:
        condition = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
        return str((condition() if condition else None) or type(error).__name__)

    def words(self, error: Exception) -> str:
        return str(error).partition("\n\nJVM stacktrace")[0].partition("SQLSTATE")[0]


def as_part(sql: str) -> str:
    """A query with the statement inside: what is no query cannot be read there."""
    return f"SELECT * FROM (\n{sql}\n) AS dbchat_rows"


class SparkConnection:
    """A session, as far as it has to look like a driver's connection."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def cursor(self) -> SparkCursor:
        return SparkCursor(self.session)

    def close(self) -> None:
        self.session.stop()


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
