"""Drivers: what PEP 249 leaves open and each driver does its own way."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.postgresql_enums import read_categories

if TYPE_CHECKING:
    from dbchat_magic.core.connect import Rows
    from dbchat_magic.core.worker_process import Categories


class Driver:
    """A driver that does nothing but what PEP 249 says."""

    always_by_columns = False
    """It has its results by columns, however few their rows."""

    def connect_fields(self, fields: dict[str, Any]) -> Any:
        """A new connection by a datasource's own fields, where SQLAlchemy does not know the driver."""
        raise NotImplementedError

    def connect(self, module: Any, *arguments: Any, **keywords: Any) -> Any:
        """A new connection; where the driver can be told so, one that takes no more than a result may have."""
        return module.connect(*arguments, **keywords)

    def prepare(self, connection: Any) -> None:
        """Make a new connection ready: every statement by itself, values as they can be shown."""
        connection.autocommit = True

    def cursor(self, connection: Any, sql: str) -> Any:
        """A cursor that fetches row by row what the statement gives, where the driver can."""
        return connection.cursor()

    def execute(self, cursor: Any, sql: str) -> None:
        """Run a statement as it is: never with parameters, so that `%` and `:` stay what they are."""
        cursor.execute(sql)

    def fetch_columns(self, connection: Any, sql: str, row_limit: int | None) -> Rows | None:
        """Run a statement and fetch its rows by columns; None where that is no gain."""
        return None

    def read_categories(
        self, connection: Any, description: Sequence[Any], values_at: Callable[[int], Iterable[object]] | None
    ) -> Categories:
        """The columns that are enumerations, where the driver knows; see `postgresql_enums.read_categories`."""
        return ()

    def ping(self, connection: Any, sql: str) -> None:
        """Have the server answer, by this smallest statement or by less; raises when it does not."""
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            cursor.fetchall()

    def forget_bytes(self, connection: Any) -> None:
        """What came so far counts no longer for what a statement may bring: it has been put away."""

    def cancel(self, connection: Any) -> bool:
        """End the running statement from another thread; False: it takes a second connection's `kill`."""
        return False

    def abandon(self, connection: Any, cursor: Any) -> bool:
        """Leave rows unread; False: the connection cannot be used afterwards."""
        cursor.close()
        return True

    def abort(self, connection: Any) -> None:
        """Break the connection off, so that whoever waits for it wakes up."""
        connection.close()

    def code(self, error: Exception) -> str:
        """The database's code for an error, or the name of its class."""
        return type(error).__name__

    def words(self, error: Exception) -> str:
        """What the database says."""
        return str(error)


class Psycopg(Driver):
    """PostgreSQL."""

    def connect(self, module: Any, *arguments: Any, **keywords: Any) -> Any:
        from dbchat_magic.core.bounded_psycopg import BoundedConnection

        return BoundedConnection.connect(*arguments, **keywords)

    def prepare(self, connection: Any) -> None:
        connection.autocommit = True
        connection.prepare_threshold = None  # resetting a session forgets what it has prepared
        for name, loader in tolerant_loaders().items():
            connection.adapters.register_loader(name, loader)

    def cursor(self, connection: Any, sql: str) -> Any:
        # A named cursor takes nothing but one query, and its rows stay on the server until they are fetched.
        if sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH", "VALUES")):
            return connection.cursor(name="dbchat")  # SCROLL or NO SCROLL is not a word of every such server
        return connection.cursor()

    def execute(self, cursor: Any, sql: str) -> None:
        if hasattr(cursor, "itersize"):
            cursor.execute(sql)
        else:
            cursor.execute(sql, prepare=True)  # the server itself refuses two statements

    def fetch_columns(self, connection: Any, sql: str, row_limit: int | None) -> Rows | None:
        if importlib.util.find_spec("pyarrow") is None:
            return None
        from dbchat_magic.core.postgresql_columns import fetch_columns  # pyarrow

        return fetch_columns(connection, sql, row_limit)

    def read_categories(
        self, connection: Any, description: Sequence[Any], values_at: Callable[[int], Iterable[object]] | None
    ) -> Categories:
        return read_categories(connection, description, values_at)

    def cancel(self, connection: Any) -> bool:
        connection.cancel_safe(timeout=2)
        return True

    def abort(self, connection: Any) -> None:
        shut(os.dup(connection.fileno()))

    def code(self, error: Exception) -> str:
        return getattr(error, "sqlstate", None) or type(error).__name__

    def words(self, error: Exception) -> str:
        diagnosis = getattr(error, "diag", None)
        if said := getattr(diagnosis, "message_primary", None):
            return str(said)
        # Of "connection to server at … failed: FATAL: no such role" the end counts.
        return str(error).rpartition(" failed: ")[2].partition("\n\t")[0]


def tolerant_loaders() -> dict[str, Any]:
    """Loaders of dates that Python has no value for (infinity, years after 9999): they stay texts."""
    from psycopg.types import datetime as loaders

    def tolerant(loader: type[Any]) -> type[Any]:
        class Tolerant(loader):  # type: ignore[misc]  # which class it is, is known at run time only
            def load(self, data: Any) -> Any:
                try:
                    return super().load(data)
                except Exception:  # noqa: BLE001 - psycopg's errors; the text is right in any case
                    return bytes(data).decode()

        return Tolerant

    return {
        "date": tolerant(loaders.DateLoader),
        "interval": tolerant(loaders.IntervalLoader),
        "timestamp": tolerant(loaders.TimestampLoader),
        "timestamptz": tolerant(loaders.TimestamptzLoader),
    }


class PyMySql(Driver):
    """MariaDB and MySQL."""

    def connect(self, module: Any, *arguments: Any, **keywords: Any) -> Any:
        from dbchat_magic.core.bounded_pymysql import BoundedConnection

        return BoundedConnection(*arguments, **keywords)

    def prepare(self, connection: Any) -> None:
        connection.autocommit(True)

    def cursor(self, connection: Any, sql: str) -> Any:
        from pymysql.cursors import SSCursor

        return connection.cursor(SSCursor)

    def forget_bytes(self, connection: Any) -> None:
        connection.received = 0

    def abandon(self, connection: Any, cursor: Any) -> bool:
        cursor.connection = None  # else closing it would read all that is left
        cursor._result.unbuffered_active = False  # noqa: SLF001 - and so would forgetting it
        return False

    def abort(self, connection: Any) -> None:
        found = connection._sock  # noqa: SLF001 - there is no public way to break off
        if found is not None:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    def code(self, error: Exception) -> str:
        code = error.args[0] if error.args else ""
        return str(code) if isinstance(code, int) and code else type(error).__name__

    def words(self, error: Exception) -> str:
        return str(error.args[1]) if len(error.args) > 1 else str(error)


def shut(descriptor: int) -> None:
    """Shut down the socket behind a duplicate of its descriptor."""
    with contextlib.suppress(OSError), socket.socket(fileno=descriptor) as duplicate:
        duplicate.shutdown(socket.SHUT_RDWR)


class Cancelling(Driver):
    """A driver that ends a statement by a method of its connection, called from another thread."""

    def cancel(self, connection: Any) -> bool:
        connection.cancel()
        return True


class OracleDb(Cancelling):
    """Oracle."""

    def prepare(self, connection: Any) -> None:
        connection.autocommit = False  # a read-only transaction begins with each statement

    def words(self, error: Exception) -> str:
        return str(error).partition("\nHelp:")[0]

    def code(self, error: Exception) -> str:
        return getattr(error.args[0], "full_code", "") if error.args else type(error).__name__


class Plain(Driver):
    """A driver whose connections say in their arguments, not afterwards, that each statement stands by itself."""

    def prepare(self, connection: Any) -> None:
        """It is ready."""


class CursorCancelling(Plain):
    """A driver whose cursors end their own statement, called from another thread."""

    def __init__(self, method: str = "cancel") -> None:
        self._method = method
        self._cursors: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        """By the connection's place in memory: the cursor that was made last."""

    def cursor(self, connection: Any, sql: str) -> Any:
        cursor = self._cursors[id(connection)] = connection.cursor()
        return cursor

    def cancel(self, connection: Any) -> bool:
        cursor = self._cursors.get(id(connection))
        if cursor is None:
            return False
        getattr(cursor, self._method)()
        return True


DRIVERS: Mapping[str, Driver] = {
    "psycopg": Psycopg(),
    "pymysql": PyMySql(),
    "oracledb": OracleDb(),
    "vertica_python": Cancelling(),
    "impala": CursorCancelling("cancel_operation"),
    **{name: CursorCancelling() for name in ("databricks.sql", "pyathena", "pyhive", "trino")},
    **dict.fromkeys(
        "clickhouse_connect google.cloud.bigquery hdbcli ibm_db_dbi odps pymssql snowflake.connector".split(),
        Plain(),
    ),
}


def find_driver(module: str) -> Driver:
    """What is known of a driver; the plain PEP 249 where nothing is."""
    if module == "pyspark":
        from dbchat_magic.core.spark_connect import SparkConnect

        return SparkConnect()
    return DRIVERS.get(module, Driver())
