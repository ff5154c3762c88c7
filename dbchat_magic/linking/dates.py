"""Dates: "in March 2024", "last 30 days", "since 2020" as half-open ranges of days."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dbchat_magic.linking.words import Word

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SHORT_MONTHS = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
RECENT = frozenset({"last", "past", "previous", "recent"})
SMALL = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


@dataclass(frozen=True)
class DateRange:
    """Days from `start` to the day before `end`; None: open on that side."""

    start: datetime.date | None
    end: datetime.date | None
    words: int
    """How many words of the question say it."""


def read_date(words: Sequence[Word], today: datetime.date) -> DateRange | None:
    """The range of days that the words begin with, if any.

    >>> from dbchat_magic.linking.words import split_words
    >>> day = datetime.date(2024, 3, 15)
    >>> found = read_date(split_words("last 30 days"), day)
    >>> str(found.start), str(found.end)
    ('2024-02-14', '2024-03-16')
    >>> found = read_date(split_words("March 2023"), day)
    >>> str(found.start), str(found.end)
    ('2023-03-01', '2023-04-01')
    """
    for read in (read_iso, read_relative, read_named_day, read_month, read_quarter):
        found = read(words, today)
        if found is not None:
            return found
    return None


def read_iso(words: Sequence[Word], today: datetime.date) -> DateRange | None:
    text = words[0].text
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", text):
            day = datetime.date.fromisoformat(text[:10])
        elif re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", text):
            month, day_number, year = map(int, text.split("/"))
            day = datetime.date(year, month, day_number)
        else:
            return None
    except ValueError:
        return None
    return DateRange(day, day + datetime.timedelta(days=1), 1)


def read_relative(words: Sequence[Word], today: datetime.date) -> DateRange | None:
    """ "last 30 days", "past two weeks", "last month", "this year"."""
    first, *rest = [word.lemma for word in words[:3]]
    if first in RECENT and rest:
        count = number_of(rest[0])
        if count is not None and len(rest) > 1 and rest[1] in UNITS:
            return DateRange(back(today, count, rest[1]), today + datetime.timedelta(days=1), 3)
        if rest[0] in UNITS:
            start = period_start(today, rest[0])
            return DateRange(previous_start(start, rest[0]), start, 2)
    if first in ("this", "current") and rest and rest[0] in UNITS:
        start = period_start(today, rest[0])
        return DateRange(start, next_start(start, rest[0]), 2)
    return None


def read_named_day(words: Sequence[Word], today: datetime.date) -> DateRange | None:
    days = {"today": 0, "yesterday": 1}
    if words[0].lemma not in days:
        return None
    day = today - datetime.timedelta(days=days[words[0].lemma])
    return DateRange(day, day + datetime.timedelta(days=1), 1)


def read_month(words: Sequence[Word], today: datetime.date) -> DateRange | None:
    """ "March 2024", "March 5, 2024", "5 March 2024"."""
    texts = [word.lemma for word in words[:4]]
    month = month_of(texts[0])
    if month:
        rest = [text for text in texts[1:] if text != ","]
        skipped = len(texts[1:]) - len(rest)
        if rest and is_year(rest[0]):
            start = datetime.date(int(rest[0]), month, 1)
            return DateRange(start, next_start(start, "month"), 2 + (texts[1] == ","))
        if len(rest) > 1 and DAY.fullmatch(rest[0]) and is_year(rest[1]):
            return one_day(int(rest[1]), month, int(re.sub(r"\D", "", rest[0])), 3 + skipped)
    elif len(texts) > 2 and DAY.fullmatch(texts[0]) and month_of(texts[1]) and is_year(texts[2]):
        return one_day(int(texts[2]), month_of(texts[1]), int(re.sub(r"\D", "", texts[0])), 3)
    return None


def read_quarter(words: Sequence[Word], today: datetime.date) -> DateRange | None:
    """ "Q2 2024"."""
    quarter = re.fullmatch(r"q([1-4])", words[0].lemma)
    if quarter is None or len(words) < 2 or not is_year(words[1].text):
        return None
    start = datetime.date(int(words[1].text), 3 * int(quarter[1]) - 2, 1)
    return DateRange(start, next_start(start, "quarter"), 2)


def year_range(year: int) -> DateRange:
    return DateRange(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1), 1)


def is_year(text: str) -> bool:
    return re.fullmatch(r"(?:1[5-9]|20)\d\d", text) is not None


def month_of(text: str) -> int:
    return MONTHS.index(text) + 1 if text in MONTHS else SHORT_MONTHS.get(text, 0)


def one_day(year: int, month: int, day: int, words: int) -> DateRange | None:
    try:
        start = datetime.date(year, month, day)
    except ValueError:
        return None
    return DateRange(start, start + datetime.timedelta(days=1), words)


def number_of(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    return SMALL.index(text) if text in SMALL else None


def back(day: datetime.date, count: int, unit: str) -> datetime.date:
    """`count` units before the day, so that "last 30 days" is today and the 30 days before it."""
    if unit in ("day", "week"):
        return day - datetime.timedelta(days=count * UNITS[unit])
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    place = day.year * 12 + day.month - 1 - months
    first = datetime.date(max(place // 12, 1), place % 12 + 1, 1)
    last = next_start(first, "month") - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def period_start(day: datetime.date, unit: str) -> datetime.date:
    if unit == "week":
        return day - datetime.timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return datetime.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return day.replace(month=1, day=1) if unit == "year" else day


def next_start(start: datetime.date, unit: str) -> datetime.date:
    return (
        period_start(start + datetime.timedelta(days=UNITS[unit] + 5), unit)
        if unit != "day"
        else start + datetime.timedelta(days=1)
    )


def previous_start(start: datetime.date, unit: str) -> datetime.date:
    return period_start(start - datetime.timedelta(days=1), unit)
