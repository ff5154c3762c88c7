"""Server: a database on a server, through a pool whose sessions can only read and are reset after each question."""

from __future__ import annotations

import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.batches import FIRST_BATCH, as_shown, batches, fetch
from dbchat_magic.core.connect import Rows, find_driver_spec
from dbchat_magic.core.course import Course
from dbchat_magic.core.drivers import Driver, find_driver
from dbchat_magic.core.failures import TooLarge, find_meaning, translate_error
from dbchat_magic.core.secrets import redact
from dbchat_magic.core.watched import LOOK_SECONDS, Overdue, Watched
from dbchat_magic.core.worker_process import AHEAD, CANCELLED, MANY, TIMEOUT, TOO_MANY_BYTES
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DbChatError

if TYPE_CHECKING:
    from sqlalchemy.pool import QueuePool

    from dbchat_magic.core.guard import SafeSql

POOL = 4
"""Connections that are kept open."""
OVERFLOW = 8
"""Connections beyond those, while many ask at once."""
CONNECT_SECONDS = 20.0
"""How long opening a connection may take, its first statements included."""
POUR_SECONDS = 86_400.0
"""What the database is told where a whole result is poured out; from one part to the next we look ourselves."""
PING_AFTER = 30.0
"""Seconds that a connection may wait in the pool and be used without a ping."""
PING_SECONDS = 2.0
"""How long the answer may take; the connection is broken off half a second later."""
IDLE_SECONDS = 240.0
"""A connection unused for longer is replaced: what stands between may have forgotten it without a word."""

AT_THE_DOOR = {"": "unreachable", "gone": "unreachable", "no rights": "no database"}
"""What an error means that comes before there is a session."""


class ServerConnection:
    """A Connection to a server; see `Connection`."""

    def __init__(self, dialect: Dialect, fields: Mapping[str, str | int], name: str) -> None:
        find_driver_spec(dialect)
        self.dialect = dialect
        self.name = name
        self.driver = find_driver(dialect.driver)
        self._connect = make_connect(dialect, fields)
        self.pool = make_pool(self._open_session, self._look_over)
        self.clock: Callable[[], float] = time.time
        """By which it is told how long a connection has waited; it goes on while the computer sleeps."""
        self._running: set[Watched[Rows]] = set()
        self._opened = False

    def run(
        self, safe: SafeSql, *, row_limit: int | None, seconds: float, course: Course | None = None
    ) -> Rows:
        """Run a checked statement; see `Connection.run`."""
        return self._ask(safe.text, row_limit, seconds, fetch, course)

    def pour(self, safe: SafeSql, *, seconds: float, course: Course | None = None) -> Iterator[Rows]:
        """Run a checked statement and give all its rows; see `Connection.pour`."""
        course = course or Course()
        statement = Pouring(self, safe.text)
        watched: Watched[Rows] = Watched(statement)
        try:
            with self._noted(watched, course):
                yield from watched.pour(statement.items, seconds)
            return
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, as in `_watch`
            failure = self._told(error, watched, statement, seconds)
        raise failure.failure if isinstance(failure, Gone) else failure

    def catalogue(
        self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0
    ) -> list[tuple[object, ...]]:
        """Run one of our own statements; see `Connection.catalogue`."""
        return self._ask(sql, row_limit, seconds, fetch_few if row_limit else fetch_all).rows

    def fingerprint(self) -> str:
        """What the catalogue says of its own rows; see `Connection.fingerprint`."""
        statement = self.dialect.catalogue.get("fingerprint")
        return str(self.catalogue(statement)) if statement else ""

    def open(self) -> None:
        """Have a connection opened; raises DatasourceError or PasswordNeeded when it cannot be."""
        if not self._opened:
            self._ask(self.dialect.ping, None, CONNECT_SECONDS, fetch_all)
            self._opened = True

    @property
    def busy(self) -> bool:
        """A statement is running."""
        return bool(self._running)

    def cancel(self) -> None:
        """End the statements that other threads are running; see `Connection.cancel`."""
        for running in tuple(self._running):
            running.cancel()

    def reset(self) -> None:
        """Nothing to do: each session is reset when its statement has ended."""

    def close(self) -> None:
        """Close all connections that are not in use."""
        self.pool.dispose()

    def _ask(
        self, sql: str, row_limit: int | None, seconds: float, fetch: Fetch, course: Course | None = None
    ) -> Rows:
        for is_last_try in (False, True):
            statement = Statement(self, sql, row_limit, seconds, fetch)
            try:
                return self._watch(statement, seconds, course or Course())
            except Gone as lost:
                # A connection that waited in the pool may have been closed by the server: reading can be
                # done again on a new one.
                if is_last_try or not statement.was_waiting:
                    raise lost.failure from None
                self.pool.dispose()
        raise AssertionError("the loop ends by return or raise")

    def _watch(self, statement: Statement, seconds: float, course: Course) -> Rows:
        watched: Watched[Rows] = Watched(statement)
        try:
            with self._noted(watched, course):
                return watched.run(seconds if self._opened else max(seconds, CONNECT_SECONDS))
        except Exception as error:  # noqa: BLE001 - whatever the driver raises; none of it may show a password
            failure = self._told(error, watched, statement, seconds)
        raise failure  # out here: inside, it would carry the driver's error along, and its frames the password

    @contextlib.contextmanager
    def _noted(self, watched: Watched[Rows], course: Course) -> Iterator[None]:
        """While inside, the statement is one of those that run, and is stopped with its question."""
        self._running.add(watched)
        try:
            with course.stopping_by(watched.cancel):
                yield
        finally:
            self._running.discard(watched)

    def _told(
        self, error: Exception, watched: Watched[Rows], statement: Statement, seconds: float
    ) -> Exception:
        """What failed, in our words; to be raised where the error is handled no more."""
        if isinstance(error, DbChatError):
            return error
        if isinstance(error, Overdue):
            return self._failure(CANCELLED if watched.asked else TIMEOUT, "", seconds)
        if isinstance(error, TooLarge):
            return self._failure(TOO_MANY_BYTES, "", seconds)
        return self._translate(error, watched, statement, seconds)

    def _translate(
        self, error: Exception, watched: Watched[Rows], statement: Statement, seconds: float
    ) -> DbChatError | Gone:
        kind, words = self.driver.code(error), redact(self.driver.words(error))
        meaning = find_meaning(self.dialect, kind, words)
        if watched.asked:
            return self._failure(CANCELLED, "", seconds)
        if watched.late or meaning == TIMEOUT or (meaning == CANCELLED and statement.is_over(seconds)):
            return self._failure(TIMEOUT, "", seconds)
        if not statement.has_session:
            at_the_door = AT_THE_DOOR.get(meaning, meaning)
            return translate_error(self.dialect, kind, words, name=self.name, certain=at_the_door)
        failure = self._failure(kind, words, seconds)
        return Gone(failure) if meaning == "gone" else failure

    def _failure(self, kind: str, words: str, seconds: float) -> DbChatError:
        return translate_error(self.dialect, kind, words, name=self.name, seconds=seconds)

    def _open_session(self) -> Any:
        connection = self._connect()
        try:
            self.driver.prepare(connection)
            run_all(connection, self.dialect.session)
        except BaseException:
            connection.close()
            raise
        return connection

    def _look_over(self, connection: Any, record: Any, _: Any) -> None:
        """What the pool asks before it gives a connection away; raises what has it replaced.

        A young one costs no round trip. Where one no longer answers, those that waited beside it go with it.
        """
        from sqlalchemy.exc import DisconnectionError, InvalidatePoolError

        waited = self.clock() - record.info["last"] if "last" in record.info else 0.0
        if waited > IDLE_SECONDS:
            raise DisconnectionError
        if waited >= PING_AFTER and not self._answers(connection):
            raise InvalidatePoolError

    def _answers(self, connection: Any) -> bool:
        """Whether the server answers on this connection, and soon."""
        try:
            Watched(Ping(self.driver, connection, self.dialect.ping)).run(PING_SECONDS)
        except Exception:  # noqa: BLE001 - whatever the driver raises: another connection takes its place
            return False
        return True

    def end(self, number: int) -> None:
        """End what another session runs, over a connection of its own."""
        with contextlib.closing(self._connect()) as connection:
            run_all(connection, [self.dialect.kill.format(number=number)])


class Gone(Exception):
    """The server had closed the connection; `failure` says so to a person."""

    def __init__(self, failure: DbChatError) -> None:
        super().__init__()
        self.failure = failure


class Ping:
    """The smallest statement, on a connection that has waited; it is broken off where no answer comes."""

    def __init__(self, driver: Driver, connection: Any, sql: str) -> None:
        self.driver = driver
        self.connection = connection
        self.sql = sql

    def work(self) -> None:
        self.driver.ping(self.connection, self.sql)

    def cancel(self) -> None:
        self.driver.abort(self.connection)

    def drop(self) -> None:
        """It was broken off already."""

    def settle(self) -> None:
        """It leaves nothing behind."""


class Statement:
    """One statement on one connection of the pool: the work that is watched."""

    def __init__(
        self, server: ServerConnection, sql: str, row_limit: int | None, seconds: float, fetch: Fetch
    ) -> None:
        self.server = server
        self.fetch = fetch
        self.driver: Driver = server.driver
        self.sql = sql
        self.row_limit = row_limit
        self.seconds = seconds
        self.was_waiting = False
        """The connection came from the pool, where it may have been closed unnoticed."""
        self.started = time.monotonic()
        self._pooled: Any = None
        self._lock = threading.Lock()
        self._dropped = False
        self._cancelled = False
        self._cancelling = threading.Lock()
        """Held while the server is told, so that the connection is nobody else's meanwhile."""
        self._settled = False
        self._unread = False
        """Rows were left that the driver cannot skip."""

    @property
    def has_session(self) -> bool:
        """A connection was opened."""
        return self._pooled is not None

    def is_over(self, seconds: float) -> bool:
        return time.monotonic() - self.started >= seconds * 0.95

    def work(self) -> Rows:
        connection = self._take()
        dialect = self.server.dialect
        limits = {
            "seconds": max(self.seconds, 0.001),
            "whole_seconds": max(math.ceil(self.seconds), 1),
            "milliseconds": max(int(self.seconds * 1000), 1),
        }
        run_all(connection, [begin.format(**limits) for begin in dialect.begin])
        is_many = self.row_limit is None or self.row_limit > MANY
        if self.fetch is fetch and (is_many or self.driver.always_by_columns):
            found = self.driver.fetch_columns(connection, self.sql, self.row_limit)
            if found is not None:
                return found
        cursor = connection.cursor() if self.fetch is fetch_all else self.driver.cursor(connection, self.sql)
        self.driver.execute(cursor, self.sql)
        self._unread = True
        columns = tuple(column[0] for column in cursor.description or ())
        try:
            rows, is_all = self.fetch(cursor, self.row_limit) if columns else ([], True)
            categories = (
                self.driver.read_categories(connection, cursor.description, lambda at: values_at(rows, at))
                if columns and self.fetch is fetch
                else ()
            )
        except BaseException:
            with contextlib.suppress(Exception):  # the connection is not used again
                self.driver.abandon(connection, cursor)
            raise
        if is_all:
            cursor.close()
        self._unread = not (is_all or self.driver.abandon(connection, cursor))
        return Rows(columns, rows, categories=categories)

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            pooled = self._pooled
        with self._cancelling:
            if pooled is None or self._settled:
                return
            if not self.driver.cancel(pooled.dbapi_connection) and "number" in pooled.info:
                self.server.end(pooled.info["number"])

    def drop(self) -> None:
        with self._lock:
            self._dropped = True
            pooled = self._pooled
        if pooled is not None:
            with contextlib.suppress(Exception):  # it may be closed by now
                self.driver.abort(pooled.dbapi_connection)

    def settle(self) -> None:
        with self._cancelling:
            self._settled = True
        pooled = self._pooled
        if pooled is None:
            return
        try:
            if self._dropped or self._unread:
                pooled.invalidate()
            else:
                dialect = self.server.dialect
                run_all(pooled.dbapi_connection, (*dialect.reset, *dialect.session))
                pooled.info["last"] = self.server.clock()
        except Exception:  # noqa: BLE001 - what cannot be reset is thrown away
            pooled.invalidate()
        finally:
            pooled.close()

    def _take(self) -> Any:
        """A connection of the pool, looked over."""
        pooled = self.server.pool.connect()
        with self._lock:
            self._pooled = pooled
            self.was_waiting = "last" in pooled.info
            if self._dropped or self._cancelled:
                raise Overdue  # nobody waits for it any more
        dialect = self.server.dialect
        if dialect.session_number and "number" not in pooled.info:
            pooled.info["number"] = read_one(pooled.dbapi_connection, dialect.session_number)
        return pooled.dbapi_connection


class Pouring(Statement):
    """A statement whose rows are handed on as they come."""

    def __init__(self, server: ServerConnection, sql: str) -> None:
        super().__init__(server, sql, None, POUR_SECONDS, self._hand_on)
        self.items: queue.Queue[Rows] = queue.Queue(AHEAD)

    def _hand_on(self, cursor: Any, row_limit: int | None) -> tuple[list[tuple[object, ...]], bool]:
        columns = tuple(column[0] for column in cursor.description or ())
        connection = self._pooled.dbapi_connection
        categories = self.driver.read_categories(connection, cursor.description or (), None)
        self._put(Rows(columns, [], categories=categories))
        for batch in batches(cursor, None, FIRST_BATCH):
            self._put(Rows(columns, list(map(as_shown, batch)), categories=categories))
            self.driver.forget_bytes(connection)
        return [], True

    def _put(self, rows: Rows) -> None:
        while not (self._cancelled or self._dropped):
            with contextlib.suppress(queue.Full):
                return self.items.put(rows, timeout=LOOK_SECONDS)
        raise Overdue


def values_at(rows: Iterable[tuple[object, ...]], place: int) -> Iterator[object]:
    return (row[place] for row in rows)


Fetch = Callable[[Any, int | None], tuple[list[tuple[object, ...]], bool]]


def fetch_all(cursor: Any, row_limit: int | None) -> tuple[list[tuple[object, ...]], bool]:
    """Every row of one of our own statements, whose values need no care."""
    return list(cursor.fetchall()), True


def fetch_few(cursor: Any, row_limit: int | None) -> tuple[list[tuple[object, ...]], bool]:
    """Some rows of one of our own statements, never by columns."""
    return fetch(cursor, row_limit)


def make_connect(dialect: Dialect, fields: Mapping[str, str | int]) -> Callable[[], Any]:
    """A function that opens a connection of the driver, by what SQLAlchemy knows of its arguments.

    No URL with the password is kept anywhere.
    """
    driver = find_driver(dialect.driver)
    if not dialect.sqlalchemy:
        return lambda: driver.connect_fields(dict(fields))
    from sqlalchemy import URL  # a quarter of a second

    parts = {part: fields.get(name) for part, name in dialect.url_parameters.items()}
    options = {
        parameter.url_option: str(fields[parameter.name])
        for parameter in dialect.parameters
        if parameter.url_option and parameter.name in fields
    }
    url = URL.create(
        dialect.sqlalchemy,
        username=text_or_none(parts.get("username")),
        password=text_or_none(parts.get("password")),
        host=text_or_none(parts.get("host")),
        port=int(parts.get("port") or 0) or None,
        database=text_or_none(parts.get("database")),
        query=options,
    )
    spoken = url.get_dialect()()
    arguments, keywords = spoken.create_connect_args(url)
    module = url.get_dialect().import_dbapi()
    keywords = {**keywords, **dialect.connect_arguments}

    def connect() -> Any:
        return driver.connect(module, *arguments, **keywords)

    return connect


def text_or_none(value: str | int | None) -> str | None:
    return None if value is None or value == "" else str(value)


def make_pool(connect: Callable[[], Any], look_over: Callable[[Any, Any, Any], None]) -> QueuePool:
    from sqlalchemy import event
    from sqlalchemy.pool import QueuePool

    pool = QueuePool(
        connect, pool_size=POOL, max_overflow=OVERFLOW, timeout=CONNECT_SECONDS, reset_on_return=None
    )
    event.listen(pool, "checkout", look_over)
    return pool


def run_all(connection: Any, statements: Iterable[str]) -> None:
    for statement in statements:
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(statement)


def read_one(connection: Any, sql: str) -> Any:
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
