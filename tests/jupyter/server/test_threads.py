"""Questions take turns at working, and none keeps its turn while it waits."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dbchat_magic.core.course import Course
from dbchat_magic.errors import QueryCancelled
from dbchat_magic.jupyter.server import threads as module
from dbchat_magic.jupyter.server.failures import Refused
from dbchat_magic.jupyter.server.threads import Limits, Threads

SOON = 30


@pytest.fixture
def threads():
    found = Threads(Limits(questions=4, waiting=4, streams=1))
    yield found
    found.close()


def test_one_works_at_a_time_and_who_waits_lets_others(threads: Threads):
    at_work, most = 0, 0
    waiting = threading.Barrier(3)  # all three are in there at once, or nobody comes out
    lock = threading.Lock()

    def question(_: int) -> None:
        nonlocal at_work, most
        turn = threads.turn()
        with turn.working():
            with turn.waiting(), turn.waiting():
                waiting.wait(SOON)
            with lock:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.05)
            with lock:
                at_work -= 1

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(question, range(3)))
    assert most == 1


def test_who_waits_without_saying_so_does_not_hold_up_the_rest(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    first, second = threads.turn(), threads.turn()
    with first.working(), second.working():
        pass
    assert threads._turns.acquire(timeout=0)
    threads._turns.release()
    assert not first._has_turn


def test_beyond_the_limit_nothing_is_taken(threads: Threads):
    async def ask() -> None:
        release = threading.Event()
        busy = [
            asyncio.ensure_future(threads.work(asyncio.Event(), Course(), release.wait, SOON))
            for _ in range(4)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            await threads.work(asyncio.Event(), Course(), print)
        release.set()
        await asyncio.gather(*busy)
        assert await threads.work(asyncio.Event(), Course(), len, "abc") == 3

    asyncio.run(ask())


def test_a_client_that_has_gone_stops_its_own_course_only(threads: Threads):
    async def ask() -> None:
        courses = [threads.turn(), threads.turn()]
        gone = [asyncio.Event(), asyncio.Event()]
        begun, stopped = threading.Event(), threading.Event()

        def wait_in(course: Course) -> str:
            with course.waiting(), course.stopping_by(stopped.set):
                begun.set()
                assert stopped.wait(SOON)
            course.check()
            return "answered"

        def answer(course: Course) -> str:
            with course.waiting():
                assert stopped.wait(SOON)
            course.check()
            return "answered"

        first = asyncio.ensure_future(threads.work(gone[0], courses[0], wait_in, courses[0]))
        second = asyncio.ensure_future(threads.work(gone[1], courses[1], answer, courses[1]))
        assert await threads.look(begun.wait, SOON)
        gone[0].set()
        with pytest.raises(QueryCancelled):
            await first
        assert await second == "answered"
        assert threads.questions == 0

    asyncio.run(ask())


def test_streams_are_counted_also_when_they_fail(threads: Threads):
    def stream() -> None:
        with threads.streaming():
            with pytest.raises(Refused):
                threads.streaming().__enter__()
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        stream()
    with threads.streaming():
        assert threads.streams == 1
    assert threads.streams == 0
