"""Worker process: holds one embedded database open for reading and runs one statement after another.

Requests come in on stdin and replies go out on stdout as frames: four bytes of length, then a marshalled
tuple of plain values (both ends are the same Python).

    -> opening                                    first of all, see `Opening`
    -> ("run", number, sql, row_limit, byte_limit, seconds)
    -> ("cancel", number)
    <- ("ready",)
    <- ("columns", number, names, encoded)        encoded: places of the columns to be decoded
    <- ("rows", number, rows)…, ("end", number)
    <- ("error", number, kind, words)             kind: the database's own, or one of those below
"""

from __future__ import annotations

import functools
import importlib
import marshal
import os
import queue
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

TIMEOUT = "TIMEOUT"
CANCELLED = "CANCELLED"
TOO_MANY_BYTES = "TOO_MANY_BYTES"
NO_MEMORY = "NO_MEMORY"
INTERRUPTED = "INTERRUPTED"

OPENING = 0
"""The number of the request that opens the session."""

LENGTH = struct.Struct(">I")
BATCH = 64
"""Rows in a frame: few, because a row may be megabytes."""
REST_SECONDS = 1.0
"""How long the database stays as it is after a statement."""
FILE_BYTES = 2**31
"""The largest file that a sort may write."""

Frame = tuple[Any, ...]
Reply = Callable[[Frame], None]
Opening = dict[str, Any]
"""How a session is opened: `module` is the one that holds its `open_session`, `folders` are where it finds its
driver, `memory` are the bytes that the process may take; the rest is for `open_session`."""


class Cursor(Protocol):
    """The rows of a statement."""

    columns: tuple[str, ...]
    encoded: tuple[int, ...]
    """Places of the columns whose values `encode` has to be asked about."""

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        """The next rows as plain values; none: that was all."""

    def close(self) -> None:
        """Free what the rows hold."""


class Session(Protocol):
    """An open database, of whatever kind."""

    def execute(self, sql: str) -> Cursor:
        """Run a statement."""

    def interrupt(self) -> None:
        """End the statement that runs; called from another thread."""

    def rest(self) -> None:
        """Let go of what others may want, such as a lock on the file; the next statement takes it again."""

    def describe(self, error: Exception) -> tuple[str, str]:
        """The kind of an error (INTERRUPTED, NO_MEMORY or the database's own), and its words."""


class Stopped(Exception):
    """A statement is over before its end; the argument is the kind of error."""


def main() -> None:
    """Serve requests until the other side has gone."""
    requests: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    reply = functools.partial(write_frame, sys.stdout.buffer)
    frame = read_frame(sys.stdin.buffer)
    if frame is None:
        return
    opening: Opening = frame[0]
    runner = Runner()
    try:
        sys.path += opening["folders"]
        module = importlib.import_module(opening["module"])
        bound_process(opening["memory"] + module.ADDRESSES)
        runner.session = module.open_session(opening, runner.is_over)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: every error is a reply
        reply(("error", OPENING, *runner.describe(error)))
        return
    threading.Thread(target=listen, args=(runner, requests), daemon=True).start()
    reply(("ready",))
    while True:
        try:
            request = requests.get(timeout=REST_SECONDS)
        except queue.Empty:
            runner.session.rest()
            request = requests.get()
        runner.answer(request, reply)


def listen(runner: Runner, requests: queue.SimpleQueue[Frame]) -> None:
    """Pass requests on while a statement runs; end the process when the other side has gone."""
    while frame := read_frame(sys.stdin.buffer):
        if frame[0] == "cancel":
            runner.cancel(frame[1])
        else:
            requests.put(frame)
    os._exit(0)


class Runner:
    """The statement that runs in the session."""

    session: Session | None = None

    def __init__(self) -> None:
        self.number = OPENING
        self.deadline = 0.0
        self.cancelled = OPENING
        """The latest request that is to end, which may not have begun yet; numbers only grow."""
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
        assert self.session is not None
        if self.cancelled == self.number:
            raise Stopped(CANCELLED)
        cursor = self.session.execute(sql)
        try:
            reply(("columns", self.number, cursor.columns, cursor.encoded))
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

    def cancel(self, number: int) -> None:
        with self.lock:
            self.cancelled = max(self.cancelled, number)
            if number == self.number and self.session is not None:
                self.session.interrupt()

    def is_over(self) -> bool:
        return self.cancelled == self.number or time.monotonic() > self.deadline

    def why(self) -> str:
        return CANCELLED if self.cancelled == self.number else TIMEOUT

    def describe(self, error: Exception) -> tuple[str, str]:
        if isinstance(error, Stopped):
            return str(error), ""
        if isinstance(error, MemoryError):
            return NO_MEMORY, ""
        if self.session is None:
            kind, words = getattr(error, "sqlite_errorname", type(error).__name__), str(error)
        else:
            kind, words = self.session.describe(error)
        return (self.why() if kind == INTERRUPTED else kind), words


def batches(cursor: Cursor, row_limit: int | None) -> Iterator[list[tuple[Any, ...]]]:
    left = sys.maxsize if row_limit is None else row_limit
    while left > 0 and (rows := cursor.fetch(min(BATCH, left))):
        left -= len(rows)
        yield rows


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
