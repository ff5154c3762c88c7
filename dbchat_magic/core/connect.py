"""Connect: from a Datasource to a Connection whose sessions can only read."""

from __future__ import annotations

import atexit
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.settings import Settings
from dbchat_magic.dialects import Dialect, find_dialect
from dbchat_magic.errors import DatasourceError

if TYPE_CHECKING:
    from dbchat_magic.core.guard import SafeSql
    from dbchat_magic.core.worker import WorkerConnection

WARM = 8
"""Connections kept open; beyond, the one that has waited longest is closed."""


@dataclass(frozen=True)
class Rows:
    """What a statement gave: the columns' names and the rows, at most as many as were asked for."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


class Connection(Protocol):
    """A datasource that is open for reading; an SQLAlchemy pool or the worker stands behind it.

    Safe to use from several threads (statements of one Connection run one after another).
    """

    dialect: Dialect

    def run(self, safe: SafeSql, *, row_limit: int | None, seconds: float) -> Rows:
        """Run a checked statement and fetch at most `row_limit` rows (None: all of them).

        After `seconds` it is ended in the database (QueryTimeout). KeyboardInterrupt in the calling
        thread cancels it and is raised again. Raises QueryFailed with the database's words otherwise.
        """

    def catalogue(
        self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0
    ) -> list[tuple[object, ...]]:
        """Run one of our own statements about the schema or samples: never text from a question or a model.

        Same session, same limits, same errors as `run`; rows as plain tuples.
        """

    def cancel(self) -> None:
        """End the statement that another thread is running, if any: it raises QueryCancelled there."""

    def reset(self) -> None:
        """Bring the session back to how it was opened."""

    def close(self) -> None:
        """Give everything back; the Connection is not used again."""


def connect(datasource: Datasource, settings: Settings) -> Connection:
    """The Connection to a datasource: a warm one where there is one.

    Raises DatasourceError when the fields do not fit or the database cannot be opened, QueryFailed when it
    is locked.
    """
    dialect = find_dialect(datasource.type)
    if not dialect.embedded:
        raise DatasourceError(f"{dialect.label} cannot be asked yet.", "SQLite files can.")
    return connect_file(dialect, find_path(datasource))


def find_path(datasource: Datasource) -> Path:
    """The datasource's file, as an absolute path; raises DatasourceError when it names none."""
    path = str(datasource.params.get("path", ""))
    if not path or path == ":memory:" or "\x00" in path:
        raise DatasourceError(
            f"The datasource {datasource.name} names no file.",
            "Give the path of an existing file; a database in memory cannot be reached from here.",
        )
    try:
        return Path(path).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise DatasourceError(
            f"{path} is not a path: {error}.", "Give the path of an existing file."
        ) from None


# ----------------------------------------------------------------------------------- warm connections

_connections: OrderedDict[tuple[str, Path], WorkerConnection] = OrderedDict()
_lock = threading.Lock()


def connect_file(dialect: Dialect, path: Path) -> Connection:
    from dbchat_magic.core.worker import WorkerConnection  # it needs Rows of this module

    with _lock:
        connection = _connections.pop((dialect.name, path), None) or WorkerConnection(dialect, path)
        _connections[dialect.name, path] = connection
        close_oldest()
    connection.open()
    return connection


def close_oldest() -> None:
    for key, connection in list(_connections.items()):
        if len(_connections) <= WARM:
            return
        if not connection.busy:
            del _connections[key]
            connection.close()


def close_all() -> None:
    """Close every warm connection and end its process; the next question opens it anew."""
    with _lock:
        while _connections:
            _, connection = _connections.popitem()
            connection.close()


def forget_all() -> None:
    """In a forked process: the connections are its parent's."""
    global _lock  # noqa: PLW0603 - whoever held it is not in this process
    _lock = threading.Lock()
    _connections.clear()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_all)
