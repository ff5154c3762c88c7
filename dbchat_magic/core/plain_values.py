"""Plain values: cells of any type as what `marshal` can carry between two processes, and back.

What is not plain becomes a pair (tag, content); no plain value is a tuple.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

PLAIN = (bool, int, float, str, bytes, type(None))

ENCODERS: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    datetime.datetime: ("datetime", datetime.datetime.isoformat),
    datetime.date: ("date", datetime.date.isoformat),
    datetime.time: ("time", datetime.time.isoformat),
    datetime.timedelta: ("timedelta", lambda value: (value.days, value.seconds, value.microseconds)),
    Decimal: ("decimal", str),
    uuid.UUID: ("uuid", str),
}
DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda parts: datetime.timedelta(*parts),
    "decimal": Decimal,
    "uuid": uuid.UUID,
}


def encode(value: Any) -> Any:
    """The value in plain ones; what has no form of its own becomes its text.

    >>> encode([1, Decimal("2.50"), {"day": datetime.date(2024, 1, 2)}])
    [1, ('decimal', '2.50'), {'day': ('date', '2024-01-02')}]
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in ENCODERS:
        tag, to_plain = ENCODERS[kind]
        return tag, to_plain(value)
    if isinstance(value, list | tuple):
        return [encode(each) for each in value]
    if isinstance(value, dict):
        return {key if type(key) in PLAIN else str(key): encode(each) for key, each in value.items()}
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return str(value)


def decode(value: Any) -> Any:
    """What `encode` was given.

    >>> decode(encode(datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.UTC)))
    datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)
    """
    if isinstance(value, tuple):
        tag, content = value
        return DECODERS[tag](content)
    if isinstance(value, list):
        return [decode(each) for each in value]
    if isinstance(value, dict):
        return {key: decode(each) for key, each in value.items()}
    return value


def decode_columns(rows: list[tuple[Any, ...]], places: tuple[int, ...]) -> list[tuple[Any, ...]]:
    """The rows with the values at these places decoded."""
    if not places:
        return rows
    decoded = []
    for row in rows:
        cells = list(row)
        for place in places:
            cells[place] = decode(cells[place])
        decoded.append(tuple(cells))
    return decoded
