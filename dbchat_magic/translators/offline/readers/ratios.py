"""Ratios: "ratio of A to B", "what percentage of orders were cancelled": a part of the rows by another part or all."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from dbchat_magic.linking.kinds import is_measure
from dbchat_magic.translators.offline.adding import function_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGAINST, COUNTS, RATIOS
from dbchat_magic.translators.offline.query import Condition, Term, comparisons_of

SCOPES = frozenset({"in", "for", "during", "at", "within"})
"""Words before a condition that both parts meet."""

NAMED = 0.8
"""A column that fits worse only has the word in its name."""

ENDS = frozenset({".", "?", ";"})


WHOLES = frozenset({"the", "all", "our", "total"})
"""What may stand before what is shared."""

DIVIDING = frozenset({"per", "by", "each", "every"})

SAYING = frozenset({"be", "have", "that", "which", "who", "whose"})
"""Words behind which stands what is said of the part."""


@dataclass(frozen=True)
class Division:
    """Where a ratio's words stand: the part from `start` to `middle`, what it is divided by from there to `end`."""

    start: int
    middle: int
    end: int
    places: tuple[int, ...]
    two_parts: bool


def read_ratios(draft: Draft) -> Draft:
    """Conditions of the part, and of the other part, leave the query's own conditions."""
    for start, end, phrase in draft.phrases(RATIOS):
        if not draft.focus or any(is_called_so(draft, place) for place in range(start, end)):
            continue
        division = divide(draft, start, end)
        part = clauses_between(draft, division.start, division.middle)
        whole = clauses_between(draft, division.middle, division.end) if division.two_parts else ()
        is_ratio = division.two_parts or "ratio" in phrase
        among_groups = None if is_ratio else share_of_groups(draft, start, end, part)
        if among_groups is not None:
            return among_groups
        if not part:
            continue
        kept = tuple(one for one in draft.query.where if one not in (*part, *whole))
        share = Term(table=draft.focus, function=RATIOS[phrase], part=part, whole=whole)
        counts = [
            place
            for begin, stop, _ in draft.phrases((*COUNTS, "overall", "in total"))
            for place in range(begin, stop)
            if begin >= end
        ]
        return draft.use(*division.places, *counts, where=kept, select=(*draft.query.select, share))
    return draft


def share_of_groups(draft: Draft, start: int, end: int, part: tuple[Condition, ...]) -> Draft | None:
    """ "Share of visits per status", "percentage of revenue by category in 2024": what each group has of all."""
    query = draft.query
    if not query.group or not all(bounds_all(draft, end, condition) for condition in part):
        return None
    place = draft.skip(end, WHOLES)
    known = [term for term in query.select if term.function]
    term = known[0] if known else shared_at(draft, place)
    if len(known) > 1 or term is None or term.metric or term.function not in ("sum", "count"):
        return None
    tables = {ref.table for ref in query.group}
    path = draft.graph.path((term.owner,), next(iter(tables))) if tables != {term.owner} else ()
    if path is None or len(tables) > 1 or any(join.many for join in path):
        return None  # a row would belong to several groups
    plain = tuple(one for one in query.select if not one.function)
    return draft.use(*range(start, end), place, select=(*plain, replace(term, of_all=True)))


def bounds_all(draft: Draft, end: int, condition: Condition) -> bool:
    """Whether all groups meet the condition, since it stands behind them or is a time that nothing is said to be in."""
    place = next(place for place, clause in draft.clauses if clause == condition)
    between = [draft.lemma(where) for where in range(end, place)]
    dated = any(
        isinstance(value, datetime.date) for one in comparisons_of((condition,)) for value in one.values
    )
    return bool(DIVIDING & set(between)) or (dated and not SAYING & set(between))


def shared_at(draft: Draft, place: int) -> Term | None:
    """The rows of a table or the sum of a measure, if a word there names them."""
    if draft.is_table(place):
        return Term(table=draft.table_at(place), function="count")
    column = draft.choose_column(place, is_measure) if draft.is_column(place) and draft.free(place) else None
    return Term(column, function=function_of(column)) if column else None


def is_called_so(draft: Draft, place: int) -> bool:
    """Whether a column has this very name: "the percentage" of a table of votes."""
    return draft.is_column(place) and draft.mentions[place].score >= NAMED


def divide(draft: Draft, start: int, end: int) -> Division:
    last = draft.first(range(end, len(draft.mentions)), lambda place: draft.lemma(place) in ENDS)
    last = len(draft.mentions) if last is None else last
    for begin, stop, phrase in draft.phrases(AGAINST):
        if end < begin < last:
            places = (*range(start, end), *range(begin, stop))
            return Division(end, begin, scope(draft, stop, last), places, AGAINST[phrase])
    return Division(end, last, last, tuple(range(start, end)), two_parts=False)


def scope(draft: Draft, start: int, end: int) -> int:
    """Where in the second half a condition begins that both parts meet: "… below 4 in New York"."""
    scoped = draft.first(
        range(end - 1, start, -1), lambda place: draft.lemma(place) in SCOPES and draft.is_value(place + 1)
    )
    return end if scoped is None else scoped


def clauses_between(draft: Draft, start: int, end: int) -> tuple[Condition, ...]:
    return tuple(
        condition
        for place, condition in draft.clauses
        if start <= place < end and condition in draft.query.where
    )
