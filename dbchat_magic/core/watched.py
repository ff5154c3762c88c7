"""Watched: a call in a thread of its own, while the caller's thread keeps the time and hears Ctrl-C.

Drivers block their thread, and most are deaf to signals meanwhile; hence whoever asks never calls them itself.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

LOOK_SECONDS = 0.1
"""How often the waiting thread looks at the clock; Windows delivers Ctrl-C no sooner."""
CANCEL_AFTER = 0.5
"""Seconds past the limit, which the database keeps by itself, when the statement is cancelled."""
DROP_AFTER = 1.75
"""Seconds past the limit when it is waited for no longer."""
OBEY_SECONDS = 1.0
"""How long a cancelled statement may take to end."""

T = TypeVar("T")
Item = TypeVar("Item")
T_co = TypeVar("T_co", covariant=True)


class Work(Protocol[T_co]):
    """What is done in the thread."""

    def work(self) -> T_co:
        """Give the result, or raise."""

    def cancel(self) -> None:
        """End `work` from another thread: it raises soon. Must not block for long, and may do nothing."""

    def drop(self) -> None:
        """Cut `work` off from whatever it waits for; its result is of no use any more."""

    def settle(self) -> None:
        """Tidy up in the thread, after the result has been handed over."""


class Overdue(Exception):
    """The time is over and the work was dropped."""


class Watched(Generic[T]):
    """One call. `asked` tells whether somebody wanted it cancelled, `late` whether its time was over."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._done = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None
        self.asked = False
        self.late = False

    def run(self, seconds: float) -> T:
        """The work's result or error; raises Overdue when it outlasts `seconds` and does not obey."""
        started = time.monotonic()
        threading.Thread(target=self._go, name="dbchat-statement", daemon=True).start()
        try:
            while not self._done.wait(LOOK_SECONDS):
                self._look(time.monotonic() - started, seconds)
        except BaseException:  # Ctrl-C, or the time is over
            self._leave()
            raise
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # set before `_done`

    def pour(self, items: queue.Queue[Item], seconds: float) -> Iterator[Item]:
        """What the work puts into `items` while it goes on, each within `seconds` of the one before it."""
        last = time.monotonic()
        threading.Thread(target=self._go, name="dbchat-statement", daemon=True).start()
        try:
            while not (self._done.is_set() and items.empty()):
                try:
                    item = items.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    self._look(time.monotonic() - last, seconds)
                    continue
                yield item
                last = time.monotonic()
        except BaseException:  # Ctrl-C, the time is over, or nobody wants more
            self._leave()
            raise
        if self._error is not None:
            raise self._error

    def cancel(self) -> None:
        """End it because somebody wants that; called from any thread."""
        self.asked = True
        self._cancelled_at = time.monotonic()
        self._call_off()

    _cancelled_at: float | None = None

    def _go(self) -> None:
        try:
            self._result = self._work.work()
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, whatever it is
            self._error = error
        self._done.set()
        with contextlib.suppress(Exception):  # the result is out; what cannot be tidied up is thrown away
            self._work.settle()

    def _look(self, passed: float, seconds: float) -> None:
        if self._cancelled_at is not None and time.monotonic() - self._cancelled_at > OBEY_SECONDS:
            raise Overdue
        if passed > seconds + DROP_AFTER:
            raise Overdue
        if passed > seconds + CANCEL_AFTER and not self.late:
            self.late = True
            self._call_off()

    def _call_off(self) -> None:
        # The driver may have to open a second connection for it: the waiting thread goes on meanwhile.
        threading.Thread(target=self._cancel_quietly, name="dbchat-cancel", daemon=True).start()

    def _cancel_quietly(self) -> None:
        with contextlib.suppress(Exception):  # what cannot be cancelled is dropped a second later
            self._work.cancel()

    def _leave(self) -> None:
        """Leave no statement running behind."""
        if not self._done.is_set() and self._cancelled_at is None and not self.late:
            self._call_off()
            self._done.wait(OBEY_SECONDS)
        if not self._done.is_set():
            self._work.drop()
