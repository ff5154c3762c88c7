"""Worker process: holds one embedded database open for reading and runs one statement after another.

Requests come in on stdin and replies go out on stdout as frames: four bytes of length, then a marshalled
tuple of plain values (both ends are the same Python).

    -> opening                                    first of all, see `Opening`
    -> ("run", number, sql, seconds, row_limit, byte_limit, may_have_columns)
    -> ("pour", number, sql, seconds)             all rows, a frame at a time
    -> ("more", number)                           another frame may come
    -> ("cancel", number)
    <- ("ready",)
    <- ("columns", number, names, encoded, categories)
                                                  encoded: places of the columns to be decoded
    <- ("rows", number, rows)…, ("end", number)
    <- ("few", number, names, encoded, categories, rows)
                                                  all that in one: each frame costs the other side its time
    <- ("arrow", number, kinds, place)            many rows at once, as `core/arrow_sink.py` has them
    <- ("error", number, kind, words)             kind: the database's own, or one of those below
"""

from __future__ import annotations

import importlib
import itertools
import marshal
import os
import struct
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from dbchat_magic.core.arrow_sink import Sink

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
POURED = 1024
"""Rows in a frame where a whole result is poured out."""
MANY = 20_000
"""Where more rows than these may come, it pays to load what fetches by columns."""
AHEAD = 4
"""Frames that may be on their way before another is asked for, where a result is poured out."""
LOOK_SECONDS = 0.05
REST_LOOK_SECONDS = 0.25
"""How often a thread looks whether the other one is at work: so late a statement may hear that it is cancelled."""
REST_SECONDS = 1.0
"""How long the database stays as it is after a statement."""
STACK = 2**23
"""Bytes of a thread's stack, as many as a program's first one has: deep statements are read by recursion."""
FILE_BYTES = 2**31
"""The largest file that a sort may write."""

Frame = tuple[Any, ...]
Categories = tuple[tuple[int, tuple[str, ...]], ...]
"""The columns that are enumerations: their places, and the values that they declare, in their order."""
Opening = dict[str, Any]
"""How a session is opened: `module` is the one that holds its `open_session`, `folders` are where it finds its
driver, `memory` are the bytes that the process may take; the rest is for `open_session`."""


class Cursor(Protocol):
    """The rows of a statement."""

    columns: tuple[str, ...]
    encoded: tuple[int, ...]
    """Places of the columns whose values `encode` has to be asked about."""
    categories: Categories

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        """The next rows as plain values; none: that was all."""

    def by_columns(self) -> ByColumns | None:
        """All rows that there are, as columns; None where their types have no true form there, or they are few.

        `fetch` still gives all of them after that, for whoever finds the columns Untrue.
        """

    def close(self) -> None:
        """Free what the rows hold."""


class ByColumns(Protocol):
    """The rows of a statement as Arrow has them."""

    kinds: tuple[str, ...]
    """The database's own types of the columns, where Arrow's do not say it all."""

    def __iter__(self) -> Iterator[Any]:
        """Record batches. Raises Untrue where a value comes that the columns cannot hold as it is."""


class Session(Protocol):
    """An open database, of whatever kind."""

    def execute(self, sql: str, *, is_many: bool = False) -> Cursor:
        """Run a statement; `is_many`: `by_columns` will be asked for."""

    def interrupt(self) -> None:
        """End the statement that runs; called from another thread."""

    def rest(self) -> None:
        """Let go of what others may want, such as a lock on the file; the next statement takes it again."""

    def describe(self, error: Exception) -> tuple[str, str]:
        """The kind of an error (INTERRUPTED, NO_MEMORY or the database's own), and its words."""


class Untrue(Exception):
    """Fetched by columns, a value would not be what it is."""


class Stopped(Exception):
    """A statement is over before its end; the argument is the kind of error."""


def main() -> None:
    """Serve requests until the other side has gone."""
    frame = read_frame(sys.stdin.buffer)
    if frame is None:
        return
    opening: Opening = frame[0]
    runner = Runner()
    try:
        sys.path += opening["folders"]
        os.environ["ARROW_DEFAULT_MEMORY_POOL"] = (
            "system"  # others reserve more addresses than there are here
        )
        runner.is_shared, runner.has_arrow = opening["shared"], opening["arrow"]
        module = importlib.import_module(opening["module"])
        bound_process(opening["memory"] + module.ADDRESSES)
        runner.session = module.open_session(opening, runner.is_over)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: every error is a reply
        reply(("error", OPENING, *runner.describe(error)))
        return
    reply(("ready",))
    turns = Turns(runner)
    threading.stack_size(STACK)
    threading.Thread(target=turns.serve, daemon=True).start()
    turns.serve()


class Turns:
    """Two threads, of which one listens and runs what it has been asked. The other looks now and then whether a
    statement takes its time, and listens meanwhile.

    To hand each request to another thread, or to wake one, would cost more than a small statement does.
    """

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.listening = threading.Lock()
        self.working = threading.Lock()
        self.ended = time.monotonic()
        """When a statement has ended last."""
        self.is_at_rest = False

    def serve(self) -> None:
        """Listen as soon as the other one does not, until a statement is to be run; again and again."""
        while True:
            while not self.listening.acquire(blocking=False):
                time.sleep(self.look())
            try:
                request = self.listen()
            finally:
                self.listening.release()
            with self.working:
                self.is_at_rest = False
                self.runner.answer(request)
                self.ended = time.monotonic()

    def listen(self) -> Frame:
        """The next statement to be run; ends the process when the other side has gone."""
        while frame := read_frame(sys.stdin.buffer):
            if frame[0] == "cancel":
                self.runner.cancel(frame[1])
            elif frame[0] == "more":
                self.runner.credit.release()
            else:
                return frame
        os._exit(0)

    def look(self) -> float:
        """Let the database rest if nobody has asked anything for a while. Seconds until the next look."""
        is_idle = time.monotonic() - self.ended > REST_SECONDS
        if is_idle and not self.is_at_rest and self.working.acquire(blocking=False):
            try:
                assert self.runner.session is not None
                self.runner.session.rest()
                self.is_at_rest = True
            finally:
                self.working.release()
        return REST_LOOK_SECONDS if self.is_at_rest else LOOK_SECONDS


class Runner:
    """The statement that runs in the session."""

    session: Session | None = None

    def __init__(self) -> None:
        self.number = OPENING
        self.deadline = 0.0
        self.cancelled = OPENING
        """The latest request that is to end, which may not have begun yet; numbers only grow."""
        self.lock = threading.Lock()
        self.has_arrow = False
        self.is_shared = False
        """The other side can map what this one has in memory."""
        self.sink: Sink | None = None
        """What the other side may still be reading."""
        self.credit = threading.Semaphore(AHEAD)
        """Frames that may be poured out before the other side has asked for more."""

    def answer(self, request: Frame) -> None:
        """Run the statement of a request; every outcome is a reply, which goes along with what was put before it:
        waking the other side costs more than a small result does."""
        work, number, sql, seconds, *bounds = request
        self.let_go()
        with self.lock:
            self.number = number
            self.deadline = time.monotonic() + seconds
        try:
            last = self.pour(sql, seconds) if work == "pour" else self.run(sql, *bounds)
        except Exception as error:  # noqa: BLE001 - the boundary of the process: every error is a reply
            last = marshal.dumps(("error", number, *self.describe(error)))
        with self.lock:
            self.number = OPENING
        put(last)
        sys.stdout.buffer.flush()

    def run(self, sql: str, row_limit: int | None, byte_limit: int, may_have_columns: bool) -> bytes:
        """Put the rows; what is to come last."""
        by_columns = may_have_columns and self.has_arrow
        cursor = self.execute(sql, is_many=by_columns)
        try:
            if by_columns and (columns := self.take_columns(cursor, row_limit, byte_limit)) is not None:
                put(marshal.dumps(self.heading(cursor)))
                put(marshal.dumps(columns))
                return self.end()
            return self.put_rows(cursor, row_limit, byte_limit)
        finally:
            cursor.close()

    def execute(self, sql: str, *, is_many: bool = False) -> Cursor:
        assert self.session is not None
        if self.cancelled == self.number:
            raise Stopped(CANCELLED)
        return self.session.execute(sql, is_many=is_many)

    def heading(self, cursor: Cursor) -> Frame:
        return "columns", self.number, cursor.columns, cursor.encoded, cursor.categories

    def end(self) -> bytes:
        return marshal.dumps(("end", self.number))

    def put_rows(self, cursor: Cursor, row_limit: int | None, byte_limit: int) -> bytes:
        """Put the rows, some at a time; what is to come last: all of them, where they are few."""
        found = batches(cursor, row_limit)
        first, second = next(found, []), next(found, None)
        room = byte_limit
        if second is None:
            few = marshal.dumps(("few", *self.heading(cursor)[1:], first))
            if len(few) > room:
                raise Stopped(TOO_MANY_BYTES)
            return few
        put(marshal.dumps(self.heading(cursor)))
        for rows in itertools.chain((first, second), found):
            frame = marshal.dumps(("rows", self.number, rows))
            room -= len(frame)
            if room < 0:
                raise Stopped(TOO_MANY_BYTES)
            put(frame)
            sys.stdout.buffer.flush()
            self.check()
        return self.end()

    def take_columns(self, cursor: Cursor, row_limit: int | None, byte_limit: int) -> Frame | None:
        """Take all rows by columns, if their types allow it and they are many; the frame that says where they are."""
        found = cursor.by_columns()
        if found is None:
            return None
        from dbchat_magic.core.arrow_sink import Sink  # pyarrow

        self.sink = sink = Sink(self.is_shared)
        try:
            sink.fill(found, row_limit, byte_limit, self.check)
        except Untrue:
            self.let_go()
            return None
        return "arrow", self.number, found.kinds, sink.place()

    def pour(self, sql: str, seconds: float) -> bytes:
        """Send all rows, no faster than they are taken; what is to come last. The time counts from one frame to the
        next."""
        self.credit = threading.Semaphore(AHEAD)
        cursor = self.execute(sql, is_many=self.has_arrow)
        try:
            reply(self.heading(cursor))
            for frame in self.frames(cursor):
                self.check()
                while not self.credit.acquire(timeout=REST_SECONDS):
                    self.deadline = time.monotonic() + seconds  # the other side is at work
                    self.check()
                reply(frame)
                self.deadline = time.monotonic() + seconds
            return self.end()
        finally:
            cursor.close()

    def frames(self, cursor: Cursor) -> Iterator[Frame]:
        """All rows: by columns as long as they are true, then one by one."""
        given = 0
        found = cursor.by_columns() if self.has_arrow else None
        if found is not None:
            from dbchat_magic.core.arrow_sink import write_batch  # pyarrow

            try:
                for batch in found:
                    given += batch.num_rows
                    yield "arrow", self.number, found.kinds, write_batch(batch)
                return
            except Untrue:
                for rows in batches(cursor, given, POURED):
                    self.check()
                    del rows  # they were given by columns
        for rows in batches(cursor, None, POURED):
            yield "rows", self.number, rows

    def let_go(self) -> None:
        """Of what was sent before: whoever got it has a hold of their own."""
        sink, self.sink = self.sink, None
        if sink is not None:
            sink.close()

    def check(self) -> None:
        """Raises Stopped when the statement is over."""
        if self.is_over():
            raise Stopped(self.why())

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


def reply(frame: Frame) -> None:
    """Send a frame to the other side, and what was put before it."""
    write_frame(sys.stdout.buffer, frame)


def put(body: bytes) -> None:
    """Have a marshalled frame sent along with the next one."""
    put_bytes(sys.stdout.buffer, body)


def batches(cursor: Cursor, row_limit: int | None, size: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
    left = sys.maxsize if row_limit is None else row_limit
    while left > 0 and (rows := cursor.fetch(min(size, left))):
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
    """Send a frame, and what was put before it."""
    put_bytes(stream, marshal.dumps(frame))
    stream.flush()


def put_bytes(stream: BinaryIO, body: bytes) -> None:
    """Have a frame sent along with the next one."""
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
