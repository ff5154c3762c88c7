"""Replies arrive whole, whichever way they are read, and however the process writes them."""

from __future__ import annotations

import contextlib
import marshal
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pytest

from dbchat_magic.core.worker_pipe import CHUNK, GONE, PolledReplies, Replies, ThreadedReplies, open_replies
from dbchat_magic.core.worker_process import LENGTH, Frame

WAYS = [PolledReplies, ThreadedReplies]


@dataclass
class Ends:
    """Both ends of a pipe."""

    writing: BinaryIO
    replies: Replies

    def write(self, body: bytes) -> None:
        self.writing.write(body)
        self.writing.flush()


@pytest.fixture(params=WAYS)
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    with opened(request.param) as ends:
        yield ends


@contextlib.contextmanager
def opened(make: Callable[[BinaryIO], Replies]) -> Iterator[Ends]:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as end:
        ends = Ends(end, make(os.fdopen(reading, "rb")))
        yield ends
    ends.replies.close()


def as_bytes(*frames: Frame) -> bytes:
    bodies = map(marshal.dumps, frames)
    return b"".join(LENGTH.pack(len(body)) + body for body in bodies)


def test_frames_come_one_by_one_and_then_it_is_gone(ends: Ends):
    frames: list[Frame] = [("rows", 1, [(n, "x" * n)]) for n in range(20)]
    ends.write(as_bytes(*frames))
    assert [ends.replies.receive(5) for _ in frames] == frames
    ends.writing.close()
    assert ends.replies.receive(5) == GONE


def test_nothing_comes_for_a_while(ends: Ends):
    started = time.monotonic()
    assert ends.replies.receive(0.05) is None
    assert time.monotonic() - started >= 0.05
    ends.write(as_bytes(("end", 1)))
    assert ends.replies.receive(5) == ("end", 1)


def test_a_frame_in_pieces_is_put_together(ends: Ends):
    frame: Frame = ("rows", 1, [("李雷 🙂", b"\x00", None, 1.5)])
    body = as_bytes(frame, ("end", 1))
    for byte in body[:-1]:
        ends.write(bytes([byte]))
        time.sleep(0.001)
    assert ends.replies.receive(5) == frame
    assert ends.replies.receive(0.05) is None
    ends.write(body[-1:])
    assert ends.replies.receive(5) == ("end", 1)


def test_a_frame_larger_than_a_pipe_comes_whole(ends: Ends):
    frame: Frame = ("rows", 1, [("x" * CHUNK * 5,)])
    writer = threading.Thread(target=ends.write, args=(as_bytes(frame, ("end", 1)),))
    writer.start()
    assert ends.replies.receive(5) == frame
    assert ends.replies.receive(5) == ("end", 1)
    writer.join()


def test_half_a_frame_of_a_process_that_died_is_none(ends: Ends):
    ends.write(as_bytes(("end", 1))[:-1])
    ends.writing.close()
    assert ends.replies.receive(5) == GONE


def test_closing_waits_for_whoever_reads():
    with opened(PolledReplies) as ends:
        got: list[Frame | None] = []
        reader = threading.Thread(target=lambda: got.append(ends.replies.receive(30)))
        reader.start()
        time.sleep(0.05)
        ends.writing.close()  # as the end of the process does
        ends.replies.close()
        reader.join(5)
        assert got == [GONE]
        assert ends.replies.receive(5) == GONE


def test_ctrl_c_while_nothing_comes_tears_nothing(monkeypatch: pytest.MonkeyPatch):
    with opened(open_replies) as ends:
        assert isinstance(ends.replies, PolledReplies)

        class Interrupting:
            def poll(self, _milliseconds: float) -> list[object]:
                raise KeyboardInterrupt

        waiting = ends.replies._poll
        monkeypatch.setattr(ends.replies, "_poll", Interrupting())
        with pytest.raises(KeyboardInterrupt):
            ends.replies.receive(5)
        assert not ends.replies.is_torn
        monkeypatch.setattr(ends.replies, "_poll", waiting)
        ends.write(as_bytes(("end", 1)))
        assert ends.replies.receive(5) == ("end", 1)


def test_ctrl_c_behind_what_was_read_is_known(monkeypatch: pytest.MonkeyPatch):
    with opened(open_replies) as ends:

        def read(_descriptor: int, _count: int) -> bytes:
            raise KeyboardInterrupt  # the bytes are out of the pipe, and nowhere else

        ends.write(as_bytes(("end", 1)))
        with monkeypatch.context() as patch:
            patch.setattr(os, "read", read)
            with pytest.raises(KeyboardInterrupt):
                ends.replies.receive(5)
        assert ends.replies.is_torn
