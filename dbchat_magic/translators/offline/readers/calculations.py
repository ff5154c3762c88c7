"""Calculations: what "difference between price and cost" or "days from order to delivery" stands for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date, is_measure
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft, Wanted
from dbchat_magic.translators.offline.lexicon import (
    CALCULATIONS,
    ENDINGS,
    EXTREMES,
    PERIODS_BETWEEN,
    STARTINGS,
)
from dbchat_magic.translators.offline.query import ColumnRef, Term

AROUND = frozenset(
    "the a an of its their his her date time day on when it they he she be take get was does do each".split()
)
"""What may stand around a column that is calculated with."""

JOINS = frozenset({"and", "to", "until", "till", "from", "by"})

ALIKE = 4
"""Letters at least with which a word and the name of a date begin alike."""


@dataclass(frozen=True)
class FoundTerm:
    """A term and the words that say it."""

    term: Term
    places: tuple[int, ...]
    end: int
    """The place behind it."""


def find_calculation(draft: Draft, place: int) -> FoundTerm | None:
    """ "difference between A and B", "days from A to B" that begins here; both dates or both numbers."""
    opened = draft.phrase_at(place, CALCULATIONS)
    if opened is None:
        return None
    end, phrase = opened
    spread = find_spread(draft, end)
    if spread is not None:
        return replace(spread, places=(*range(place, end), *spread.places))
    for wanted in (is_measure,) if CALCULATIONS[phrase] == "/" else (holds_dates, is_measure):
        pair = find_pair(draft, end, wanted)
        if pair is not None:
            first, joining, second = pair
            behind = unit_behind(draft, second[2]) if wanted is holds_dates else []
            unit = draft.lemma(behind[-1]) if behind else CALCULATIONS[phrase]
            term = difference(draft, first[0], second[0], unit)
            places = (*range(place, end), *first[1], joining, *second[1], *behind)
            return FoundTerm(term, places, max(places) + 1)
    return None


def unit_behind(draft: Draft, place: int) -> list[int]:
    """ "time from order to delivery in hours"."""
    said = draft.lemma(place) == "in" and draft.lemma(place + 1) in PERIODS_BETWEEN
    return [place, place + 1] if said and draft.free(place + 1) else []


Operand = tuple[ColumnRef, tuple[int, ...], int]
"""A column that is calculated with, the mentions that say it and the place behind them."""


def find_pair(draft: Draft, place: int, wanted: Wanted) -> tuple[Operand, int, Operand] | None:
    """ "A and B", with the place of the word between them."""
    first = operand(draft, place, wanted)
    joining = draft.skip(first[2], AROUND) if first else place
    if first is None or draft.lemma(joining) not in JOINS:
        return None
    second = operand(draft, joining + 1, wanted)
    return (first, joining, second) if second is not None and first[0] != second[0] else None


def find_infix(draft: Draft, place: int) -> FoundTerm | None:
    """ "price minus cost", "points divided by games"."""
    for phrase, op in (
        ("minus", "-"),
        ("plus", "+"),
        ("time", "*"),
        ("divided by", "/"),
        ("multiplied by", "*"),
    ):
        said = draft.phrase_at(place, (phrase,))
        if said is None or (phrase == "time" and draft.mentions[place].text.lower() != "times"):
            continue
        first, second = operand(draft, place - 1, is_measure, step=-1), operand(draft, said[0], is_measure)
        if first and second:
            term = Term(first[0], operand=second[0], op=op)
            return FoundTerm(term, (*first[1], *range(place, said[0]), *second[1]), second[2])
    return None


def operand(draft: Draft, place: int, wanted: Wanted, step: int = 1) -> Operand | None:
    """What is calculated with; a table stands for its date, and "delivery" for the date called delivered_on."""
    start = draft.skip(place, AROUND, step)
    if not draft.free(start):
        return None
    column = draft.choose_column(start, wanted) if draft.is_column(start) else None
    if column is None and wanted is holds_dates:
        column = (
            date_of_table(draft, draft.table_at(start)) if draft.is_table(start) else None
        ) or date_like(draft, start)
    if column is None:
        return None
    end = draft.skip(start + 1, ("date", "time", "day", "on")) if step > 0 else start + 1
    return column, tuple(range(start, end)), end


def date_like(draft: Draft, place: int) -> ColumnRef | None:
    """The date of a table that takes part whose name begins like the word."""
    said = draft.lemma(place)
    near = [join.new for join in draft.graph.edges.get(draft.focus, ())]
    for name in dict.fromkeys((*draft.tables_with_dates(), *near)):
        for column in draft.table(name).columns:
            if is_date(column) and any(begin_alike(said, word) for word in name_words(column.name)):
                return ColumnRef(name, column.name)
    return None


def begin_alike(one: str, other: str) -> bool:
    """ "delivery" and "delivered", "shipping" and "shipped"."""
    common = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
    return common >= ALIKE and common >= min(len(one), len(other)) - 3


def date_of_table(draft: Draft, table: str) -> ColumnRef | None:
    """The date that tells when a row of the table happened: its only one, or the one called like it."""
    dates = [column.name for column in draft.table(table).columns if is_date(column)]
    own = set(name_words(draft.table(table).local))
    named = [name for name in dates if own & set(name_words(name))] or (dates if len(dates) == 1 else [])
    return ColumnRef(table, named[0]) if named else None


def holds_dates(table: Table, column: Column) -> bool:
    return is_date(column)


def both_dates(draft: Draft, one: ColumnRef, other: ColumnRef) -> bool:
    return is_date(draft.column(one)) and is_date(draft.column(other))


def difference(draft: Draft, first: ColumnRef, second: ColumnRef, unit: str) -> Term:
    """Of numbers the first less the second, from a highest the lowest; of dates what lies between them."""
    if both_dates(draft, first, second):
        said = set(name_words(first.column)), set(name_words(second.column))
        if said[0] & ENDINGS and said[1] & STARTINGS:
            first, second = second, first
        return Term(second, operand=first, op=unit or "day")
    if unit == "/":
        return Term(first, operand=second, op="/")
    if "minimum" in name_words(first.column) and "maximum" in name_words(second.column):
        first, second = second, first
    return Term(first, operand=second, op="-")


def find_spread(draft: Draft, place: int) -> FoundTerm | None:
    """ "the highest and lowest salary": of one column, or of the two that hold them."""
    start = draft.skip(place, ("the",))
    joining = start + 1
    behind = draft.skip(joining + 1, ("the",))
    one = EXTREMES.get(draft.lemma(start), "")
    if (
        not one
        or draft.lemma(joining) not in ("and", "to")
        or (draft.is_column(start) and draft.is_column(behind))
    ):
        return None
    other = draft.lemma(behind).split(" ")[0]
    if EXTREMES.get(other, one) == one:
        return None
    named = behind if draft.is_column(behind) else draft.skip(behind + 1, ("of", "the"))
    column = draft.choose_column(named, is_measure) if draft.is_column(named) else None
    if column is None:
        return None
    places = tuple(range(start, named + 1))
    twin = twin_of(draft, column)
    if twin is None:
        return FoundTerm(Term(column, function="spread"), places, named + 1)
    high, low = (column, twin) if "maximum" in name_words(column.column) else (twin, column)
    return FoundTerm(Term(high, operand=low, op="-"), places, named + 1)


def twin_of(draft: Draft, column: ColumnRef) -> ColumnRef | None:
    """The column min_salary of max_salary, and the other way round."""
    swapped = {"maximum": "minimum", "minimum": "maximum"}
    words = name_words(column.column)
    wanted = tuple(swapped.get(word, word) for word in words)
    for other in draft.table(column.table).columns:
        if wanted != words and name_words(other.name) == wanted:
            return ColumnRef(column.table, other.name)
    return None
