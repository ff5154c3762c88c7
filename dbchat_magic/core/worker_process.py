"""Worker process: holds one SQLite file open for reading and runs one statement after another.

Started by path with nothing but the standard library, so that it is there at once. Requests come in on
stdin and replies go out on stdout as frames: four bytes of length, then a marshalled tuple of plain values
(both ends are the same Python).

    -> opening                                    first of all, see `open_session`
    -> ("run", number, sql, row_limit, byte_limit, seconds)
    -> ("cancel", number)
    <- ("ready",)
    <- ("columns", number, names), ("rows", number, rows)…, ("end", number)
    <- ("error", number, kind, words)             kind: a name of SQLite's, or one of those below
"""

from __future__ import annotations

import functools
import marshal
import os
import queue
import sqlite3
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

TIMEOUT = "TIMEOUT"
CANCELLED = "CANCELLED"
TOO_MANY_BYTES = "TOO_MANY_BYTES"
NO_MEMORY = "SQLITE_NOMEM"

OPENING = 0
"""The number of the request that opens the session."""

LENGTH = struct.Struct(">I")
STEPS = 10_000
"""Operations of SQLite's machine between two looks at the clock."""
BATCH = 64
"""Rows in a frame: few, because a row may be megabytes."""
STRANGE_TABLE = ("vtable constructor failed", "not authorized")
"""What is said of a virtual table that was not there yet when the session was opened, among others."""
LOCK_SECONDS = 1.5
"""How long to wait for another program's lock."""
FILE_BYTES = 2**31
"""The largest file that a sort may write."""

Frame = tuple[Any, ...]
Reply = Callable[[Frame], None]


class Stopped(Exception):
    """A statement is over before its end; the argument is the kind of error."""


def main() -> None:
    requests: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    reply = functools.partial(write_frame, sys.stdout.buffer)
    opening = read_frame(sys.stdin.buffer)
    if opening is None:
        return
    try:
        bound_process(opening[0]["memory"])
        session = Session(opening[0])
    except Exception as error:  # noqa: BLE001 - the boundary of the process: every error is a reply
        reply(("error", OPENING, *describe(error)))
        return
    threading.Thread(target=listen, args=(session, requests), daemon=True).start()
    reply(("ready",))
    while True:
        session.answer(requests.get(), reply)


def listen(session: Session, requests: queue.SimpleQueue[Frame]) -> None:
    """Pass requests on while a statement runs; end the process when the other side has gone."""
    while frame := read_frame(sys.stdin.buffer):
        if frame[0] == "cancel":
            session.cancel(frame[1])
        else:
            requests.put(frame)
    os._exit(0)


class Session:
    """The open file, and the statement that runs."""

    def __init__(self, opening: dict[str, Any]) -> None:
        self.opening = opening
        self.connection = open_session(opening, self.is_over)
        self.number = OPENING
        self.deadline = 0.0
        self.cancelled = OPENING
        self.lock = threading.Lock()

    def answer(self, request: Frame, reply: Reply) -> None:
        """Run the statement of a request; every outcome is a reply."""
        _, number, sql, row_limit, byte_limit, seconds = request
        with self.lock:
            self.number = number
            self.deadline = time.monotonic() + seconds
        try:
            self.run(sql, row_limit, byte_limit, reply)
            outcome: Frame = ("end", number)
        except Exception as error:  # noqa: BLE001 - the boundary of the process: every error is a reply
            outcome = ("error", number, *self.describe(error))
        with self.lock:
            self.number = OPENING
        reply(outcome)

    def run(self, sql: str, row_limit: int | None, byte_limit: int, reply: Reply) -> None:
        cursor = self.execute(sql)
        try:
            reply(("columns", self.number, tuple(column[0] for column in cursor.description or ())))
            room = byte_limit
            for rows in batches(cursor, row_limit):
                frame = marshal.dumps(("rows", self.number, rows))
                room -= len(frame)
                if room < 0:
                    raise Stopped(TOO_MANY_BYTES)
                write_bytes(sys.stdout.buffer, frame)
                if self.is_over():
                    raise Stopped(self.why())
        finally:
            cursor.close()

    def execute(self, sql: str) -> sqlite3.Cursor:
        """Execute; once more on a new session where another program has changed the virtual tables."""
        try:
            return self.connection.execute(sql)
        except sqlite3.DatabaseError as error:
            if not str(error).startswith(STRANGE_TABLE):
                raise
        with self.lock:
            self.connection.close()
            self.connection = open_session(self.opening, self.is_over)
        return self.connection.execute(sql)

    def cancel(self, number: int) -> None:
        with self.lock:
            if number == self.number:
                self.cancelled = number
                self.connection.interrupt()

    def is_over(self) -> bool:
        return self.cancelled == self.number or time.monotonic() > self.deadline

    def why(self) -> str:
        return CANCELLED if self.cancelled == self.number else TIMEOUT

    def describe(self, error: Exception) -> tuple[str, str]:
        kind, words = describe(error)
        return (self.why() if kind == "SQLITE_INTERRUPT" else kind), words


def describe(error: Exception) -> tuple[str, str]:
    """The kind of an error, and its words."""
    if isinstance(error, Stopped):
        return str(error), ""
    if isinstance(error, MemoryError):
        return NO_MEMORY, ""
    return getattr(error, "sqlite_errorname", type(error).__name__), str(error)


def batches(cursor: sqlite3.Cursor, row_limit: int | None) -> Iterator[list[tuple[object, ...]]]:
    left = sys.maxsize if row_limit is None else row_limit
    while left > 0 and (rows := cursor.fetchmany(min(BATCH, left))):
        left -= len(rows)
        yield rows


# ---------------------------------------------------------------------------------------- the session


def open_session(opening: dict[str, Any], is_over: Callable[[], bool]) -> sqlite3.Connection:
    """A connection that can read `opening["path"]` and do nothing else.

    `session` are statements to begin with, `limits` numbers by the names of SQLite's constants, `warm_up`
    table-valued functions, `functions` and `pragmas` what may be used.
    """
    connection = open_readable(opening["path"])
    connection.text_factory = functools.partial(str, encoding="utf-8", errors="replace")
    for statement in opening["session"]:
        connection.execute(statement)
    connection.execute(f"PRAGMA hard_heap_limit = {opening['memory'] * 3 // 4}")
    # The authorizer would refuse the declarations by which virtual tables come to life.
    for name in (*opening["warm_up"], *virtual_tables(connection)):
        warm_up(connection, name)
    for name, value in opening["limits"].items():
        connection.setlimit(getattr(sqlite3, name), value)
    connection.set_authorizer(make_authorizer(frozenset(opening["functions"]), frozenset(opening["pragmas"])))
    connection.set_progress_handler(is_over, STEPS)
    return connection


def open_readable(path: str) -> sqlite3.Connection:
    try:
        return open_file(path, "mode=ro")
    except sqlite3.OperationalError:
        # A file in WAL mode wants two more files beside it. Where nobody can make them, nobody writes either.
        if os.access(os.path.dirname(path), os.W_OK) or unread_log(path):  # noqa: PTH120 - no pathlib here
            raise
        return open_file(path, "mode=ro&immutable=1")


def open_file(path: str, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file_uri(path)}?{options}",
        uri=True,
        timeout=LOCK_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # another thread interrupts it
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def file_uri(path: str) -> str:
    """The path as SQLite reads it in a URI.

    >>> file_uri("/data/a?b #1.db")
    'file:///data/a%3Fb%20%231.db'
    """
    slashes = path.replace(os.sep, "/")
    return "file://" + ("" if slashes.startswith("/") else "/") + quote(os.fsencode(slashes), safe="/:")


def unread_log(path: str) -> bool:
    """There is a write-ahead log, whose rows would be missed."""
    try:
        return os.stat(path + "-wal").st_size > 0  # noqa: PTH116 - no pathlib here
    except OSError:
        return False


def virtual_tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
    )
    return [name for (name,) in found]


def warm_up(connection: sqlite3.Connection, name: str) -> None:
    quoted = name.replace('"', '""')
    try:
        connection.execute(f'SELECT * FROM "{quoted}" LIMIT 0').close()
    except sqlite3.Error:
        return  # a module that this SQLite does not have: a statement that uses it will say so


def make_authorizer(functions: frozenset[str], pragmas: frozenset[str]) -> Callable[..., int]:
    reading = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)

    def authorize(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
        allowed = (
            action in reading
            or (action == sqlite3.SQLITE_FUNCTION and str(second).lower() in functions)
            or (action == sqlite3.SQLITE_PRAGMA and str(first).lower() in pragmas)
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return authorize


def bound_process(memory: int) -> None:
    """Bound memory and files where the system can, and leave no core file."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_AS, memory),
    ):
        _, hard = resource.getrlimit(limit)
        try:
            resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):
            continue  # macOS has RLIMIT_AS but does not set it


# ------------------------------------------------------------------------------------------ the frames


def read_frame(stream: BinaryIO) -> Frame | None:
    """The next frame; None when there is none any more."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = stream.read(LENGTH.unpack(head)[0])
    if len(body) < LENGTH.unpack(head)[0]:
        return None
    frame: Frame = marshal.loads(body)  # noqa: S302 - from the other end of our own pipe
    return frame


def write_frame(stream: BinaryIO, frame: Frame) -> None:
    write_bytes(stream, marshal.dumps(frame))


def write_bytes(stream: BinaryIO, body: bytes) -> None:
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


if __name__ == "__main__":
    main()
