"""Bounds: the numbers of a question with what they are compared by, and the conditions they make."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.dates import back
from dbchat_magic.linking.kinds import is_date, is_number, is_year
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import COMPARISONS
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Condition, Query, Term

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""Who is older was born earlier."""

SECONDS = {
    "millisecond": 0.001,
    "ms": 0.001,
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
}
"""Units of time in seconds."""


def comparison_before(draft: Draft, place: int) -> tuple[int, str, str]:
    """(where it begins, operator, phrase) of the comparison that ends at a number; "=" when there is none."""
    for start, end, phrase in draft.phrases(COMPARISONS):
        between = range(end, place)
        if end <= place and all(draft.lemma(where) in ("$", "the", "a", "of") for where in between):
            op = COMPARISONS[phrase]
            return start, "=" if phrase == "from" else op, phrase
    return place, "=", ""


def several(
    draft: Draft, place: int, start: int, op: str, end: int, number: float
) -> tuple[tuple[float, ...], str, int, int]:
    """ "between 5 and 10", "1 or 2": two numbers for one column."""
    second = draft.mentions[place + 2].number if draft.free(place + 2) else None
    opener = next(
        (where for where in (place - 1, place - 2) if draft.lemma(where) in ("between", "from", "range")), -1
    )
    if second is not None and opener >= 0 and draft.lemma(place + 1) in ("and", "to"):
        return (number, second), "between", opener, place + 3
    if second is not None and op == "=" and draft.lemma(place + 1) in ("or", "and"):
        return (number, second), "in", start, place + 3
    return (number,), op, start, end


def goes_on_comparing(draft: Draft, place: int) -> bool:
    """Whether another number follows: the "or above" of "below 3 or above 5" belongs to the 5."""
    return draft.lemma(place) == "than" or (
        0 <= place < len(draft.mentions) and draft.mentions[place].number is not None
    )


def compare(draft: Draft, column: ColumnRef, op: str, values: tuple[float, ...], places: list[int]) -> Draft:
    """The condition, in the unit that the column's name tells: "10 minutes" in milliseconds."""
    unit, behind = draft.lemma(max(places) + 1), max(places) + 1
    kept = next((word for word in name_words(column.column) if word in SECONDS), "")
    if unit in SECONDS and kept:
        values = tuple(round(value * SECONDS[unit] / SECONDS[kept], 9) for value in values)
        places = [*places, behind]
    spelt: tuple[object, ...] = (
        values
        if is_number(draft.column(column))
        else tuple(str(int(value)) if value.is_integer() else str(value) for value in values)
    )
    return draft.restrict(Comparison(Term(column), op, spelt), *places)


def compare_age(
    draft: Draft, measured: tuple[ColumnRef, bool], op: str, values: tuple[float, ...], places: list[int]
) -> Draft:
    """The condition on an age; where only the year or day of birth is known, on that."""
    column, more = measured
    held = draft.column(column)
    if more or not all(float(value).is_integer() for value in values):
        return compare(draft, column, op, values, places)
    flipped = FLIPPED.get(op, op)
    if is_year(held):
        return compare(
            draft, column, flipped, tuple(draft.today.year - value for value in values)[::-1], places
        )
    if is_date(held) and flipped in ("<", "<=", ">", ">="):
        (value,) = values
        return draft.restrict(
            Comparison(Term(column), flipped, (back(draft.today, int(value), "year"),)), *places
        )
    return compare(draft, column, op, values, places)


def among(group: tuple[ColumnRef, ...], having: tuple[Comparison, ...], *where: Condition) -> Comparison:
    """Being one of the groups that meet these: "with more than 5 orders" said of one row."""
    tables = dict.fromkeys((group[0].table, *(condition.left.owner for condition in having)))
    inner = Query(
        select=(Term(group[0]),),
        where=where,
        group=group if having else (),
        having=having,
        tables=tuple(tables),
    )
    return Comparison(Term(group[0]), "in", query=inner)


def is_numbered(table: Table, column: Column) -> bool:
    """Whether a number can be one of its values, as a number or in digits."""
    return is_number(column) or any(isinstance(sample, str) and sample.isdigit() for sample in column.samples)
