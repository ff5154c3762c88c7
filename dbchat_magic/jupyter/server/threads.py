"""Threads: what handlers have done off the event loop, and how much of it at a time."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from dbchat_magic.core.course import Course, Event
from dbchat_magic.errors import QueryCancelled
from dbchat_magic.jupyter.server.failures import Refused
from dbchat_magic.language import phrase

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """How much is done at a time; beyond, the client is told to come again."""

    questions: int = 32
    """Questions that are answered at a time: most of them wait for a database."""
    waiting: int = 128
    """Questions, answered and waiting for their turn."""
    streams: int = 64
    """Replies that are sent as events."""
    looks: int = 4
    """Lists and looks into the store at a time; they have threads of their own, and none is refused."""


PATIENCE = 1.0
"""Seconds after which a question works on although it is not its turn: whoever has it may be waiting unsaid."""


class Turn(Course):
    """The course of a question that works only when it is its turn, and gives that up while it waits.

    One works at a time. Python runs one at a time anyway, and a crowd that changes places every few milliseconds
    keeps the event loop out for as long as it takes to go round.
    """

    def __init__(self, turns: threading.Semaphore, on_event: Callable[[Event], None] | None = None) -> None:
        super().__init__(on_event)
        self._turns = turns
        self._has_turn = False
        self._depth = 0

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """While inside, it is its turn, but for when it waits."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        self._depth += 1
        if self._depth == 1:
            self._give()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._take()

    def _take(self) -> None:
        self._has_turn = self._turns.acquire(timeout=PATIENCE)

    def _give(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turns.release()


class Threads:
    """One set for each server. Safe to use from the event loop only."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.streams = 0
        self._questions = ThreadPoolExecutor(limits.questions, thread_name_prefix="dbchat-question")
        self._looks = ThreadPoolExecutor(limits.looks, thread_name_prefix="dbchat-look")
        self._courses: set[Course] = set()
        self._turns = threading.Semaphore()

    @property
    def questions(self) -> int:
        """Answered and waiting."""
        return len(self._courses)

    def turn(self, on_event: Callable[[Event], None] | None = None) -> Turn:
        """The course of a question that is asked in these threads."""
        return Turn(self._turns, on_event)

    async def look(self, function: Callable[..., T], *arguments: object) -> T:
        """Something short."""
        return await asyncio.wrap_future(self._looks.submit(function, *arguments))

    async def work(
        self, gone: asyncio.Event, course: Course, function: Callable[..., T], *arguments: object
    ) -> T:
        """Something that asks a datasource. When the client has `gone`, or the server leaves, `course` is stopped.

        Raises Refused (429) when too many wait already, QueryCancelled when it was stopped before its turn.
        """
        self._check_room()
        self._courses.add(course)
        try:
            future = self._questions.submit(self._run, course, function, *arguments)
            done = asyncio.wrap_future(future)
            leaving = asyncio.ensure_future(gone.wait())
            waited: set[asyncio.Future[Any]] = {done, leaving}
            try:
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
            if not done.done() and not future.cancel():
                await self.look(course.stop)
            await asyncio.wait({done})
            if done.cancelled():
                raise QueryCancelled(phrase("Nobody waited for the answer any more."))
            return done.result()
        finally:
            self._courses.discard(course)

    def _check_room(self) -> None:
        if len(self._courses) >= self.limits.waiting:
            raise Refused(429)

    def _run(self, course: Course, function: Callable[..., T], *arguments: object) -> T:
        with course.working() if isinstance(course, Turn) else contextlib.nullcontext():
            return function(*arguments)

    @contextlib.contextmanager
    def streaming(self) -> Iterator[None]:
        """While inside, one more reply is sent as events; raises Refused (429) when there are too many, or when its
        question would not be taken: that could only be said within the stream."""
        self._check_room()
        if self.streams >= self.limits.streams:
            raise Refused(429, "As many answers are being streamed as may.")
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    def stop(self) -> None:
        """End all that is under way: each is answered that it was stopped."""
        for course in tuple(self._courses):
            self._looks.submit(course.stop)

    def close(self) -> None:
        """Take nothing new, and let go of what is left."""
        self.stop()
        self._questions.shutdown(wait=False, cancel_futures=True)
        self._looks.shutdown(wait=False)
