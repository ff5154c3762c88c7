"""Times: moments on the axis of a chart, in the fineness of the data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

WHEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[ T](.+))?)?)?")
QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
WEEK = re.compile(r"(\d{4})-?W(\d\d)")
YEAR, MONTH, DAY = re.compile(r"\d{4}"), re.compile(r"\d{4}-\d\d"), re.compile(r"\d{4}-\d\d-\d\d")

FORMATS = ((YEAR, "%Y"), (MONTH, "%b %Y"), (QUARTER, "%Y Q%q"), (WEEK, "%Y-%m-%d"), (DAY, "%Y-%m-%d"))
"""How a pointer tells one moment, in d3's terms."""

FEW_TICKS = 16
DAYS_OF_A_SEASON = 100
DAYS_TO_TELL_HOURS = 4


def moment(text: str) -> str | None:
    """A time as ISO text as the clock there shows it, without a zone: a browser would move it to its own.

    >>> moment("2025"), moment("2025-03"), moment("2024-Q2"), moment("2025-03-01 10:30:00+02:00"), moment("soon")
    ('2025-01-01T00:00:00', '2025-03-01T00:00:00', '2024-04-01T00:00:00', '2025-03-01T10:30:00', None)
    """
    try:
        if found := QUARTER.fullmatch(text):
            return dt.datetime(int(found[1]), 3 * int(found[2]) - 2, 1).isoformat()  # noqa: DTZ001 (it has none)
        if found := WEEK.fullmatch(text):
            return f"{dt.date.fromisocalendar(int(found[1]), max(int(found[2]), 1), 1)}T00:00:00"
        if found := WHEN.fullmatch(text):
            day = f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}"
            read = dt.datetime.fromisoformat(f"{day}T{found[4] or '00:00:00'}")
            return read.replace(tzinfo=None).isoformat()
    except ValueError:
        return None
    return None


def time_axis(texts: Sequence[str]) -> dict[str, Any]:
    """Properties of a Vega-Lite channel of moments: a tick for each where they are few, in words that fit them."""
    few = len(set(texts)) <= FEW_TICKS
    if fits(YEAR, texts):
        return {"axis": {"format": "%Y", **({"tickCount": "year"} if few else {})}, "scale": {"nice": False}}
    if fits(MONTH, texts):
        return {"axis": {"format": "%b %Y", "labelOverlap": True}}
    if fits(QUARTER, texts):
        return {
            "axis": {"format": "%Y Q%q", **({"tickCount": {"interval": "month", "step": 3}} if few else {})}
        }
    days = days_between(texts)
    if fits(DAY, texts) or fits(WEEK, texts):
        return {"axis": {"format": "%b %-d" if days <= DAYS_OF_A_SEASON else "%b %Y", "labelOverlap": True}}
    if days <= DAYS_TO_TELL_HOURS:
        return {"axis": {"format": "%H:%M" if days <= 1 else "%b %-d, %H:%M", "labelOverlap": True}}
    return {"axis": {"labelOverlap": True}}


def time_format(texts: Sequence[str]) -> str:
    """How one moment is told, in d3's terms.

    >>> time_format(["2025-03", "2025-04"]), time_format(["2025-03-01 10:30:00"])
    ('%b %Y', '%Y-%m-%d %H:%M')
    """
    return next((told for pattern, told in FORMATS if fits(pattern, texts)), "%Y-%m-%d %H:%M")


def fits(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    return all(pattern.fullmatch(text) for text in texts)


def days_between(texts: Sequence[str]) -> float:
    found = sorted(read for text in texts if (read := moment(text)))
    span = (
        dt.datetime.fromisoformat(found[-1]) - dt.datetime.fromisoformat(found[0])
        if found
        else dt.timedelta()
    )
    return span.total_seconds() / 86_400
