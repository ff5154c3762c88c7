"""Averages: "older than the average age", "salary above average", "cost above price"."""

from __future__ import annotations

from dbchat_magic.linking.kinds import is_comparable, is_measure, is_number
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    COMPARATIVES,
    COMPARISONS,
    RELATIVES,
    VERBS,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Condition, Query, Term
from dbchat_magic.translators.offline.readers.values import choose_value

ALL_OF_THEM = frozenset({"all", "every", "any", "each"})
ONE_OF_THEM = frozenset({"some"})
"""Whom one is compared with: "older than every student" is older than the oldest."""

FUNCTIONS = {"average": "avg", "mean": "avg", "maximum": "max", "minimum": "min", "avg": "avg"}


def read_averages(draft: Draft) -> Draft:
    for start, end, phrase in draft.phrases(COMPARISONS):
        place = draft.skip(end, ("the", "a", "an", "its", "their"))
        op = COMPARISONS[phrase]
        place, function = compared_with(draft, place, op)
        if op not in ("<", ">", ">=", "<="):
            continue
        if function is None:
            draft = compare_columns(draft, start, place, op)
            continue
        column, places = compared_column(draft, start, place, phrase)
        if column is None:
            continue
        scope, scope_places = scope_behind(draft, place)
        inner = Query(select=(Term(column, function=function),), where=scope)
        places = [*places, *scope_places]
        condition = Comparison(Term(column), op, query=inner)
        draft = draft.restrict(condition, *range(start, place + 1), *places)
    return draft


def compared_with(draft: Draft, place: int, op: str) -> tuple[int, str | None]:
    """(the place of the word, the function) of "than the average …", "than that of every …", "than any …"."""
    if draft.lemma(place) in FUNCTIONS:
        return place, FUNCTIONS[draft.lemma(place)]
    behind = draft.skip(place, ("that", "those", "of", "the"))
    if draft.is_column(place) and draft.lemma(place + 1) == "of":
        behind = draft.skip(place + 1, ("of", "the"))
    sets_bound = op in (">", ">=")
    if draft.lemma(behind) in ALL_OF_THEM:
        return behind, "max" if sets_bound else "min"
    if draft.lemma(behind) in ONE_OF_THEM:
        return behind, "min" if sets_bound else "max"
    return place, None


def scope_behind(draft: Draft, place: int) -> tuple[tuple[Condition, ...], list[int]]:
    """Values behind "the average salary of …" say whose average is meant."""
    scope: list[Condition] = []
    places: list[int] = []
    for after in range(place + 1, len(draft.mentions)):
        if draft.lemma(after) in ("and", ",", "but", "or", "?", ".") or draft.lemma(after) in RELATIVES:
            break
        if draft.free(after) and draft.is_value(after):
            condition = choose_value(draft, after, draft.mentions[after].values)
            if condition is not None:
                scope.append(condition)
                places.append(after)
    return tuple(scope), places


def compare_columns(draft: Draft, start: int, place: int, op: str) -> Draft:
    """ "support rate is lower than oppose rate", "delivered after the promised date"."""
    before = draft.first(range(start - 1, start - 4, -1), draft.is_column)
    if before is None or not draft.is_column(place):
        return draft
    left, right = draft.choose_column(before, is_comparable), draft.choose_column(place, is_comparable)
    if left is None or right is None or left == right:
        return draft
    if is_number(draft.column(left)) != is_number(draft.column(right)):
        return draft
    end = draft.skip(place + 1, ("date", "time", "day"))
    return draft.restrict(Comparison(Term(left), op, other=Term(right)), before, *range(start, end))


def compared_column(
    draft: Draft, start: int, average: int, phrase: str
) -> tuple[ColumnRef | None, list[int]]:
    """The column behind "average", else the one before the comparison, else what its adjective measures."""
    after = draft.first(range(average + 1, average + 3), draft.is_column)
    before = draft.first(range(start - 1, start - 5, -1), draft.is_column)
    before_column = draft.choose_column(before, is_measure) if before is not None else None
    after_column = draft.choose_column(after, is_measure) if after is not None else None
    if after is not None and after_column is not None:
        same = [before] if before is not None and before_column == after_column else []
        return after_column, [after, *same]
    if before is not None and before_column is not None:
        return before_column, [before]
    adjective = COMPARATIVES.get(phrase.split(maxsplit=1)[0], "") or VERBS.get(draft.lemma(start - 1), "")
    found = draft.measured(adjective, draft.focus)
    return (found[0], []) if found else (None, [])
