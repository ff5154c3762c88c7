"""Arrow sink: where the worker puts a large result by columns, and where the other side finds it.

On Linux it is a piece of memory that has no name in any folder and is gone when both sides have let go of it:
what one side writes there the other maps. Elsewhere the bytes go through the pipe.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from dbchat_magic.core.worker_process import TOO_MANY_BYTES, ByColumns, Stopped, Untrue

Place = str | bytes
"""A path that can be mapped, or the bytes themselves: Arrow's stream format in either case."""


class Sink:
    """One result on its way."""

    def __init__(self, is_shared: bool) -> None:
        self._descriptor = make_memory() if is_shared else None
        path = f"/proc/{os.getpid()}/fd/{self._descriptor}"
        self._path = "" if self._descriptor is None else path
        self._file: Any = pa.OSFile(path, "wb") if self._path else pa.BufferOutputStream()

    def fill(
        self, batches: ByColumns, row_limit: int | None, byte_limit: int, check: Callable[[], None]
    ) -> None:
        """Take the batches in; raises Stopped where they are larger than they may be, Untrue where there are
        none, and whatever `check` does."""
        left = row_limit
        writer = None
        for batch in batches:
            check()
            batch = batch if left is None or batch.num_rows <= left else batch.slice(0, left)
            writer = writer or pa.ipc.new_stream(self._file, batch.schema)
            writer.write_batch(batch)
            if self._file.tell() > byte_limit:
                raise Stopped(TOO_MANY_BYTES)
            if left is not None and (left := left - batch.num_rows) <= 0:
                break
        if writer is None:
            raise Untrue
        writer.close()

    def place(self) -> Place:
        """Where it can be read, now that it is complete."""
        if not self._path:
            return bytes(self._file.getvalue())
        self._file.close()
        return self._path

    def close(self) -> None:
        """Let go of it; what the other side has mapped stays there for it."""
        self._file.close()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def make_memory() -> int | None:
    """A descriptor of memory that another process of this user can map; None where there is no such thing."""
    try:
        descriptor = os.memfd_create("dbchat", os.MFD_CLOEXEC)
        os.fchmod(descriptor, 0o600)
    except (AttributeError, OSError):
        return None
    return descriptor


def read_place(place: Place) -> pa.Table:
    """The whole result; raises OSError where it cannot be mapped."""
    source = pa.py_buffer(place) if isinstance(place, bytes) else pa.memory_map(place)
    return pa.ipc.open_stream(source).read_all()


def write_batch(batch: pa.RecordBatch) -> bytes:
    """A part of a result, to be read by `read_place`."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())
