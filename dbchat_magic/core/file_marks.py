"""File marks: when a database file was written last, told without opening it."""

from __future__ import annotations

import contextlib
import os

Mark = tuple[int, int, int]
"""Nanoseconds since 1970, bytes, and which file it is."""


def marks_of(path: str | os.PathLike[str]) -> tuple[Mark, ...]:
    """The marks of a file and of its write-ahead log; none for what is not there. Cheap: it is done before every
    question."""
    marks = []
    for place in (os.fspath(path), f"{os.fspath(path)}-wal"):
        with contextlib.suppress(OSError):
            state = os.stat(place)  # noqa: PTH116 - before every question
            marks.append((state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(marks)
