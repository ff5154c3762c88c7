"""Batches: rows fetched a few at a time, so that a result which is too large is noticed before it is all here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FIRST_BATCH, MOST_BATCH = 64, 4096
"""Rows fetched at a time: few at first, because a row may be megabytes."""
BATCH_BYTES = 2**22
"""Bytes that a batch should have."""


def batches(cursor: Any, row_limit: int | None, first: int = FIRST_BATCH) -> Iterator[list[tuple[Any, ...]]]:
    """Rows as they come, each batch as large as the one before lets expect it to fit."""
    left = row_limit
    count = first
    while left is None or left > 0:
        wanted = count if left is None else min(count, left)
        rows = list(cursor.fetchmany(wanted))
        if rows:
            yield rows
        if len(rows) < wanted:
            return
        if left is not None:
            left -= len(rows)
        size = sum(map(size_of, rows)) // len(rows) + 1
        count = max(1, min(MOST_BATCH, BATCH_BYTES // size, count * 4))


def size_of(row: tuple[Any, ...]) -> int:
    """About how many bytes a row takes."""
    return 16 * len(row) + sum(len(cell) for cell in row if isinstance(cell, str | bytes | list | dict))
