"""Batches: rows fetched a few at a time, so that a result which is too large is noticed before it is all here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbchat_magic.core.failures import BYTE_LIMIT, TooLarge
from dbchat_magic.core.plain_values import ENCODERS, PLAIN

FIRST_BATCH, MOST_BATCH = 64, 4096
"""Rows fetched at a time: few at first, because a row may be megabytes."""
BATCH_BYTES = 2**22
"""Bytes that a batch should have."""


KNOWN = frozenset({*PLAIN, *ENCODERS, list, dict})
"""Types of values that stay as the driver gives them; all others are shown as text."""


def byte_limit() -> int:
    """Bytes that one result may take."""
    return BYTE_LIMIT


def fetch(
    cursor: Any, row_limit: int | None, first: int = FIRST_BATCH
) -> tuple[list[tuple[object, ...]], bool]:
    """At most this many rows, and whether these are known to be all. Raises TooLarge."""
    rows: list[tuple[object, ...]] = []
    room = BYTE_LIMIT
    for batch in batches(cursor, row_limit, first):
        room -= sum(map(size_of, batch))
        if room < 0:
            raise TooLarge
        rows += map(as_shown, batch)
    return rows, row_limit is None or len(rows) < row_limit


def batches(cursor: Any, row_limit: int | None, first: int) -> Iterator[list[tuple[Any, ...]]]:
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


def as_shown(row: tuple[Any, ...]) -> tuple[object, ...]:
    """The row with values of a driver's own types as texts."""
    return tuple(cell if type(cell) in KNOWN else to_text(cell) for cell in row)


def to_text(cell: Any) -> object:
    return bytes(cell) if isinstance(cell, bytearray | memoryview) else str(cell)
