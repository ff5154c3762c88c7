"""Ratios: "ratio of A to B", "what percentage of orders were cancelled": a part of the rows by another part or all."""

from __future__ import annotations

from dataclasses import dataclass

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGAINST, COUNTS, RATIOS
from dbchat_magic.translators.offline.query import Condition, Term

SCOPES = frozenset({"in", "for", "during", "at", "within"})
"""Words before a condition that both parts meet."""

NAMED = 0.8
"""A column that fits worse only has the word in its name."""

ENDS = frozenset({".", "?", ";"})


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
