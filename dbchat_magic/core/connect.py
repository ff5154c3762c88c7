"""Connect: from a Datasource to a Connection whose sessions can only read."""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.util
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dbchat_magic.core.datasources import Datasource, resolve_params
from dbchat_magic.core.settings import Settings
from dbchat_magic.dialects import Dialect, find_dialect
from dbchat_magic.errors import DatasourceError
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    import pyarrow as pa

    from dbchat_magic.core.course import Course
    from dbchat_magic.core.guard import SafeSql
    from dbchat_magic.core.worker_process import Categories

Fields = Mapping[str, str | int]
"""What a connection gets: the parameters of its kind."""
WARM = 8
"""Connections kept open; beyond, the one that has waited longest is closed."""


@dataclass(frozen=True)
class Rows:
    """What a statement gave: the columns' names and the rows, at most as many as were asked for."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    """Empty where `table` is."""
    table: pa.Table | None = None
    """The rows by columns, where they are many and the types of the database have a true form there."""
    kinds: tuple[str | Callable[[Any, bool], Any], ...] = ()
    """With `table`: the database's own types of the columns where Arrow's do not say it all, or what makes
    pandas' columns of them; it is told whether decimals stay exact."""
    categories: Categories = ()
    """With `rows`: the columns that are enumerations."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows) if self.table is None else int(self.table.num_rows)


class Connection(Protocol):
    """A datasource that is open for reading; an SQLAlchemy pool or the worker stands behind it.

    Safe to use from several threads (statements of one Connection run one after another).
    """

    dialect: Dialect

    def run(
        self, safe: SafeSql, *, row_limit: int | None, seconds: float, course: Course | None = None
    ) -> Rows:
        """Run a checked statement and fetch at most `row_limit` rows (None: all of them).

        After `seconds` it is ended in the database (QueryTimeout). `course` can stop this statement and no
        other, also while it waits for its turn (QueryCancelled). KeyboardInterrupt in the calling thread
        cancels it and is raised again. Raises QueryFailed with the database's words otherwise.
        """

    def catalogue(
        self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0
    ) -> list[tuple[object, ...]]:
        """Run one of our own statements about the schema or samples: never text from a question or a model.

        Same session, same limits, same errors as `run`; rows as plain tuples.
        """

    def fingerprint(self) -> str:
        """A text that changes when the tables may have changed; cheap. Raises as `catalogue` does."""

    def cancel(self) -> None:
        """End the statements that other threads are running, if any: each raises QueryCancelled there."""

    def reset(self) -> None:
        """Bring the session back to how it was opened."""

    def close(self) -> None:
        """Give everything back; the Connection is not used again."""


class Pouring(Connection, Protocol):
    """A Connection that can give a whole result, however large."""

    def pour(self, safe: SafeSql, *, seconds: float, course: Course | None = None) -> Iterator[Rows]:
        """Run a checked statement and give all its rows, some at a time, however many there are; the first are
        none and tell the columns' names. `seconds` count from one to the next. Raises as `run` does.
        """


class Opened(Connection, Protocol):
    """A Connection that is kept warm."""

    @property
    def busy(self) -> bool:
        """A statement is running."""

    def open(self) -> None:
        """Have it opened; raises DatasourceError or QueryFailed when it cannot be."""


def connect(datasource: Datasource, settings: Settings) -> Connection:
    """The Connection to a datasource: a warm one where there is one.

    Raises DatasourceError when the fields do not fit or the database cannot be opened, its child
    PasswordNeeded when it wants a password, QueryFailed when it is locked.
    """
    dialect = find_dialect(datasource.type)
    get_fields = functools.cache(lambda: resolve_params(datasource, settings.home))
    key = key_of(datasource, dialect, get_fields)
    with _lock:
        connection = _connections.pop(key, None) or make_connection(datasource, dialect, get_fields())
        _connections[key] = connection
        close_oldest()
    connection.open()
    return connection


def is_kept(connection: Connection) -> bool:
    """It is open for the next question: nobody has closed it."""
    with _lock:
        return any(each is connection for each in _connections.values())


def make_connection(datasource: Datasource, dialect: Dialect, fields: Fields) -> Opened:
    """A Connection that opens when it is first asked. The modules are imported here: they need ours."""
    kinds = {parameter.type: parameter.name for parameter in dialect.parameters}
    if "frame" in kinds:
        from dbchat_magic.core.frames import FrameConnection

        return FrameConnection(dialect, str(fields[kinds["frame"]]))
    if dialect.embedded:
        from dbchat_magic.core.worker import DatabaseFile, DatabaseFolder, WorkerConnection

        if "folder" in kinds:
            return WorkerConnection(DatabaseFolder(dialect, find_path(datasource)))
        if "files" not in kinds:
            return WorkerConnection(DatabaseFile(dialect, find_path(datasource)))
        from dbchat_magic.core.data_files import DataFiles

        return WorkerConnection(DataFiles(dialect, str(fields[kinds["files"]]), datasource.name))
    from dbchat_magic.core.server import ServerConnection

    return ServerConnection(dialect, fields, place_name(fields))


def place_name(fields: Fields) -> str:
    """A server's database for people: never its user, never a password."""
    return f"{fields.get('host', 'localhost')}:{fields.get('port', '')}/{fields.get('database', '')}"


def find_path(datasource: Datasource) -> Path:
    """The datasource's file, as an absolute path; raises DatasourceError when it names none."""
    path = str(datasource.params.get("path", ""))
    if not path or path == ":memory:" or "\x00" in path:
        raise DatasourceError(
            phrase("The datasource {name} names no file.", name=datasource.name),
            phrase("Give the path of an existing file; a database in memory cannot be reached from here."),
        )
    try:
        return real_path(path)
    except (OSError, RuntimeError) as error:
        raise DatasourceError(
            phrase("{path} is not a path: {error}.", path=path, error=error),
            phrase("Give the path of an existing file."),
        ) from None


def real_path(path: str) -> Path:
    """The path without links. While the same file is there it is not looked for anew, folder by folder."""
    place = os.path.expanduser(path)  # noqa: PTH111 - before every question
    try:
        state = os.stat(place)  # noqa: PTH116
    except OSError:
        return Path(os.path.realpath(place))
    identity = state.st_dev, state.st_ino
    known = _real_paths.get(place)
    if known is None or known[0] != identity:
        if len(_real_paths) >= WARM:
            _real_paths.clear()
        known = _real_paths[place] = identity, Path(os.path.realpath(place))
    return known[1]


_real_paths: dict[str, tuple[tuple[int, int], Path]] = {}


def find_driver_spec(dialect: Dialect) -> ModuleSpec:
    """Where the driver is installed; it is not imported. Raises DatasourceError saying what to install."""
    found = None
    with contextlib.suppress(ModuleNotFoundError):  # not even the package that it is a part of
        found = importlib.util.find_spec(dialect.driver)
    if found is None or found.origin is None:  # a folder that happens to be called so
        raise DatasourceError(
            phrase(
                "{label} needs the package {driver}, which is not installed here.",
                label=dialect.label,
                driver=dialect.driver,
            ),
            phrase(
                "Install it: pip install 'dbchat_magic[{extra}]', then restart the kernel.",
                extra=dialect.extra,
            ),
        )
    return found


# ----------------------------------------------------------------------------------- warm connections

_connections: OrderedDict[Hashable, Opened] = OrderedDict()
_lock = threading.Lock()


def key_of(datasource: Datasource, dialect: Dialect, get_fields: Callable[[], Fields]) -> Hashable:
    """What two datasources share when they share connections; passwords are in it as a sum only.

    Of a file its fields are not asked for.
    """
    if dialect.embedded and "path" in datasource.params:
        named = datasource.name if any(each.type == "files" for each in dialect.parameters) else ""
        return dialect.name, find_path(datasource), named
    described = repr(sorted((name, str(value)) for name, value in get_fields().items())).encode()
    return dialect.name, hashlib.blake2b(described, key=_salt, digest_size=16).hexdigest()


_salt = os.urandom(16)


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
