"""Arrow truth: whether what comes by columns is what would have come by rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dbchat_magic.core.worker_process import Untrue

FIRST_DAY, LAST_DAY = -719_162, 2_932_895
"""0001-01-01 and 9999-12-30 as days since 1970. The day after stands for infinity where rows are fetched."""
DAY = 86_400_000_000
"""Microseconds."""
ASCII = 127
EXACT = 2**53
"""Up to here a float holds every whole number."""
BELOW = EXACT - 1
"""Up to here a float has been no other whole number."""


def check_times(batch: pa.RecordBatch) -> None:
    """Raises Untrue for days and times that Python has no value for, among them infinity."""
    for column in batch.columns:
        if pa.types.is_date32(column.type):
            found = is_between(column.view(pa.int32()), FIRST_DAY, LAST_DAY)
        elif pa.types.is_timestamp(column.type):
            found = is_between(column.view(pa.int64()), FIRST_DAY * DAY, LAST_DAY * DAY)
        else:
            continue
        if not found:
            raise Untrue


def begins_with_any(texts: Any, signs: bytes) -> bool:
    """One of the texts begins with one of these signs."""
    offsets, content = buffers_of(texts)
    is_sign = np.zeros(256, dtype=bool)
    is_sign[list(signs)] = True
    begins = offsets[:-1]
    # In most cases not even what stands where a text is empty or missing does.
    if not len(content) or not is_sign.take(content.take(begins, mode="clip")).any():
        return False
    is_text = begins < offsets[1:]
    if texts.null_count:
        is_text &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    return bool(is_sign[content[begins[is_text]]].any())


def buffers_of(texts: Any) -> tuple[Any, Any]:
    """Where the texts begin and end, and their bytes."""
    _, offsets, content = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return places, np.frombuffer(content or b"", dtype=np.uint8)


def check_texts(column: Any) -> None:
    """Raises Untrue for text that is no UTF-8."""
    offsets, content = buffers_of(column)
    if not len(offsets) or content[offsets[0] : offsets[-1]].max(initial=0) <= ASCII:
        return
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raise Untrue from None


def check_floats(column: Any) -> None:
    """Raises Untrue for floats that may have been whole numbers with more digits."""
    values = np.frombuffer(column.buffers()[1] or b"", dtype=np.float64)[
        column.offset : column.offset + len(column)
    ]
    if values.min(initial=0) >= -BELOW and values.max(initial=0) <= BELOW:  # the missing with them
        return
    if not is_between(pc.filter(column, pc.is_finite(column)), -BELOW, BELOW):
        raise Untrue


def is_between(column: Any, least: int, most: int) -> bool:
    found = pc.min_max(column)
    return not found["min"].is_valid or least <= found["min"].as_py() <= found["max"].as_py() <= most
