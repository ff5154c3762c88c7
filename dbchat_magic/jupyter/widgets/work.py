"""Work: what may take long, one thing at a time, in a thread of its own: the kernel stays free for other cells, and
a person who does not want to wait is not held."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from dbchat_magic.core.course import Course, Event

T = TypeVar("T")

TICK = 0.5
"""Seconds between two looks at the clock."""


@dataclass
class Task:
    """One thing that is being done."""

    course: Course
    started: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class Work:
    """Does what takes long. `on_tick` is told twice a second how long it has taken; all telling holds `lock`.

    What has been stopped tells nothing more, whatever becomes of it: a driver may take its time to give up.
    """

    def __init__(self, lock: threading.RLock, on_tick: Callable[[float], None]) -> None:
        self._lock = lock
        self._on_tick = on_tick
        self._task: Task | None = None

    @property
    def is_going_on(self) -> bool:
        return self._task is not None

    def start(
        self,
        step: Callable[[Course], T],
        then: Callable[[T], None],
        fail: Callable[[Exception], None],
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        """Do a step; `then` is told its value, or `fail` what it raised. What went on before is stopped."""
        self.stop()
        task = Task(
            Course(None if on_event is None else lambda event: self._tell(task, lambda: on_event(event)))
        )
        self._task = task
        for target in (lambda: self._do(task, step, then, fail), lambda: self._watch(task)):
            threading.Thread(target=target, name="dbchat-widget", daemon=True).start()

    def stop(self) -> bool:
        """Leave what goes on: it is told to end, and nobody waits for that. Whether there was something."""
        with self._lock:
            task, self._task = self._task, None
        if task is None:
            return False
        task.ended.set()
        threading.Thread(target=task.course.stop, name="dbchat-stop", daemon=True).start()
        return True

    def wait(self, seconds: float = 30.0) -> None:
        """Until nothing goes on and all is told; for whoever has no page to look at. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while (task := self._under_way()) is not None:
            if not task.ended.wait(max(0.0, deadline - time.monotonic())):
                raise TimeoutError

    def _under_way(self) -> Task | None:
        """What goes on; while something that has ended is still being told, this waits."""
        with self._lock:
            return self._task

    def _do(
        self,
        task: Task,
        step: Callable[[Course], T],
        then: Callable[[T], None],
        fail: Callable[[Exception], None],
    ) -> None:
        try:
            value = step(task.course)
        except Exception as error:  # noqa: BLE001 - `fail` raises a bug again
            told = error
            self._end(task, lambda: fail(told))
        else:
            self._end(task, lambda: then(value))

    def _end(self, task: Task, tell: Callable[[], None]) -> None:
        with self._lock:
            if self._task is not task:
                return
            self._task = None
            try:
                tell()
            finally:
                task.ended.set()

    def _watch(self, task: Task) -> None:
        while not task.ended.wait(TICK):
            with contextlib.suppress(RuntimeError):  # the widget goes while the clock ticks
                self._tell(task, lambda: self._on_tick(task.seconds))

    def _tell(self, task: Task, tell: Callable[[], None]) -> None:
        with self._lock:
            if self._task is task:
                tell()
