"""Worker pipe: how the replies of a worker process reach whoever waits for them."""

from __future__ import annotations

import marshal
import os
import queue
import sys
import threading
from typing import BinaryIO, Protocol

from dbchat_magic.core.worker_process import LENGTH, Frame, read_frame

GONE: Frame = ("gone",)
"""Comes after the last frame."""
CHUNK = 2**16
"""Bytes that are read at once: what a pipe holds."""
CLOSE_SECONDS = 0.5
"""How long to wait for whoever is reading, once the process has ended."""


class Replies(Protocol):
    """The frames that a process sends."""

    is_torn: bool
    """Reading was broken off in the midst of a frame: what follows means nothing."""

    def receive(self, seconds: float) -> Frame | None:
        """The next frame, GONE after the last, None when there was none for these seconds. One thread at a time."""

    def close(self) -> None:
        """Let go of the pipe of a process that has ended; from any thread."""


def open_replies(pipe: BinaryIO) -> Replies:
    """The frames that come out of this pipe."""
    return ThreadedReplies(pipe) if sys.platform == "win32" else PolledReplies(pipe)


class PolledReplies:
    """Read by whoever waits for them: to hand them on from another thread would cost more than a small result."""

    def __init__(self, pipe: BinaryIO) -> None:
        import select

        self._pipe = pipe
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)
        self._read = bytearray()
        """Of what came, what has not been taken yet."""
        self._reading = threading.Lock()
        self.is_torn = False

    def receive(self, seconds: float) -> Frame | None:
        with self._reading:
            while (frame := self._take()) is None:
                if self._pipe.closed:
                    return GONE
                if not self._poll.poll(seconds * 1000):
                    return None
                self.is_torn = True  # in case that Ctrl-C comes between these lines
                chunk = os.read(self._pipe.fileno(), CHUNK)
                self._read += chunk
                self.is_torn = False
                if not chunk:
                    return GONE
            return frame

    def _take(self) -> Frame | None:
        """A frame that has come whole."""
        size = LENGTH.size
        if len(self._read) < size:
            return None
        end = size + LENGTH.unpack_from(self._read)[0]
        if len(self._read) < end:
            return None
        with memoryview(self._read) as read:
            frame: Frame = marshal.loads(read[size:end])  # noqa: S302 - from the other end of our own pipe
        del self._read[:end]
        return frame

    def close(self) -> None:
        # Whoever is reading is at the end of the pipe.
        if self._reading.acquire(timeout=CLOSE_SECONDS):
            try:
                self._pipe.close()
            finally:
                self._reading.release()


class ThreadedReplies:
    """Read by a thread of their own: where nobody can look whether a pipe holds something."""

    is_torn = False

    def __init__(self, pipe: BinaryIO) -> None:
        self._frames: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        # It knows only what it needs: else whoever waits for the frames could not be forgotten.
        self._thread = threading.Thread(
            target=pass_on, args=(pipe, self._frames), name="dbchat-worker", daemon=True
        )
        self._thread.start()

    def receive(self, seconds: float) -> Frame | None:
        try:
            return self._frames.get(timeout=seconds)
        except queue.Empty:
            return None

    def close(self) -> None:
        self._thread.join(CLOSE_SECONDS)


def pass_on(pipe: BinaryIO, frames: queue.SimpleQueue[Frame]) -> None:
    """Read the frames to their end."""
    with pipe:
        while frame := read_frame(pipe):
            frames.put(frame)
    frames.put(GONE)
