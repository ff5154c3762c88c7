"""Reading: one reading of a database's schema, in a thread of its own, so that whoever waits can see how far it is
and leave.

Tables come first, then values for VALUE_SECONDS; with these a question can be asked. The values that are left
are read on in the background, giving way to questions, and appear when they are all there.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dbchat_magic.core.connect import Connection, is_kept
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.core.value_reading import ValueReader
from dbchat_magic.errors import DbChatError, QueryCancelled

VALUE_SECONDS = 5.0
"""Time for the values of all tables together before the first question is answered."""
BACKGROUND_SECONDS = 300.0
"""Time for those that are left; tables after that have none."""
STATEMENT_SECONDS = {True: 1.0, False: 5.0}
"""What a statement in the background may take: an embedded database makes questions wait for it."""
QUIET_SECONDS = 0.5
"""How long after a question the background reads on."""
LOOK_SECONDS = 0.1
"""How often whoever waits looks up; Windows delivers Ctrl-C no sooner."""
PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Progress:
    """How far a reading is."""

    datasource: str
    done: int = 0
    total: int = 0
    """0: not known yet."""


OnProgress = Callable[[Progress | None], None]
"""Called in the thread that waits for a reading, ten times a second; None: it waits no longer."""


class Work(Protocol):
    """What is to be read, and what becomes of it."""

    @property
    def name(self) -> str:
        """The datasource's, for people."""

    def read_tables(self) -> tuple[Table, ...]:
        """The tables without values; raises QueryFailed and its children."""

    def make_reader(self, tables: tuple[Table, ...]) -> ValueReader:
        """What reads the values of these tables."""

    def publish(self, reading: Reading, tables: tuple[Table, ...], reader: ValueReader) -> Schema:
        """Make a Schema of what was read, and let it be known unless `reading` is out of date."""


class Reading:
    """Reads one database, once."""

    def __init__(self, work: Work, connection: Connection) -> None:
        self.progress = Progress(work.name)
        self.background = False
        """Somebody wants it read whether or not anybody waits."""
        self._connection = connection
        self._work = work
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._schema: Schema | None = None
        self._error: BaseException | None = None
        self._reader: ValueReader | None = None
        self._tables: tuple[Table, ...] = ()
        self._touched = 0.0
        self._left = BACKGROUND_SECONDS
        self._waiting = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="dbchat-schema", daemon=True)

    @property
    def is_under_way(self) -> bool:
        """Its first part is being read: whoever needs the schema may wait for it."""
        return not self._ready.is_set() and not self._stop.is_set()

    @property
    def is_over(self) -> bool:
        """Nothing is read any more."""
        return not self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def wait(self, on_progress: OnProgress | None = None) -> Schema:
        """The schema, with the values that were read in time; raises what reading it raised.

        Ctrl-C leaves; the last who leaves stops the reading.
        """
        with self._lock:
            self._waiting += 1
        try:
            while not self._ready.wait(LOOK_SECONDS):
                if on_progress is not None:
                    on_progress(self.progress)
        finally:
            self._leave()
            if on_progress is not None:
                on_progress(None)
        if self._error is not None:
            raise self._error
        assert self._schema is not None
        return self._schema

    def stop(self) -> None:
        """Read no more; what runs is the last statement."""
        self._stop.set()

    def join(self, seconds: float | None = None) -> None:
        """Wait until nothing is read any more."""
        self._thread.join(seconds)

    def give_way(self) -> None:
        """A question is asked: the background waits a little."""
        self._touched = time.monotonic()

    def go_on(self, connection: Connection) -> None:
        """Read on in the background where it was left because the connection was closed."""
        with self._lock:
            if self._reader is None or not self._reader.left or self._left <= 0:
                return
            if self._thread.is_alive() or self._stop.is_set() or self._error is not None:
                return
            self._connection = self._reader.connection = connection
            self._thread = threading.Thread(target=self._read_rest, name="dbchat-schema", daemon=True)
            self._thread.start()

    # ---------------------------------------------------------------------------------------- the thread

    def _run(self) -> None:
        try:
            self._tables = self._work.read_tables()
            self._reader = reader = self._work.make_reader(self._tables)
            self._read_first(reader)
            self._schema = self._work.publish(self, self._tables, reader)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits, whatever it is
            self._error = error
        self._ready.set()
        if self._error is None:
            self._read_rest()

    def _read_first(self, reader: ValueReader) -> None:
        deadline = time.monotonic() + VALUE_SECONDS
        total = len(self._tables)
        while reader.left and not self._stop.is_set():
            self.progress = Progress(self.progress.datasource, total - reader.left, total)
            left = deadline - time.monotonic()
            if left <= 0:
                return
            reader.read_next(left)

    def _read_rest(self) -> None:
        """Values of the tables that are left, while the connection is kept open and time is left."""
        reader = self._reader
        if reader is None or not reader.left or reads_variables(self._connection):
            return
        before = reader.left
        seconds = STATEMENT_SECONDS[self._connection.dialect.embedded]
        while reader.left and self._left > 0 and self._wait_for_quiet():
            started = time.monotonic()
            try:
                reader.read_next(seconds)
            except QueryCancelled:  # somebody stopped all statements; this one comes again
                pass
            except DbChatError:  # it cannot be reached any more
                break
            self._left -= time.monotonic() - started
        if reader.left < before and not self._stop.is_set():
            self._schema = self._work.publish(self, self._tables, reader)

    def _wait_for_quiet(self) -> bool:
        """Wait until nobody asks; False when there is no more to be read."""
        while is_kept(self._connection) and not self._stop.is_set():
            is_asked = time.monotonic() - self._touched < QUIET_SECONDS
            if not is_asked and not getattr(self._connection, "busy", False):
                return True
            self._stop.wait(PAUSE_SECONDS)
        return False

    def _leave(self) -> None:
        with self._lock:
            self._waiting -= 1
            is_wanted = self._waiting or self.background or self._ready.is_set()
        if not is_wanted:
            self.stop()
            with contextlib.suppress(Exception):  # what cannot be cancelled ends by its time limit
                self._connection.cancel()


def reads_variables(connection: Connection) -> bool:
    """It reads variables of the notebook, which must not be touched while the user's own code runs."""
    return any(parameter.type == "frame" for parameter in connection.dialect.parameters)
