"""Terms: what "name", "average age" or "number of orders" at a place of the question stands for."""

from __future__ import annotations

from dbchat_magic.translators.offline.draft import Draft, Wanted
from dbchat_magic.translators.offline.lexicon import AGGREGATES, COUNTS
from dbchat_magic.translators.offline.query import Term
from dbchat_magic.translators.offline.readers.calculations import FoundTerm, find_calculation

BEFORE = frozenset({"the", "of", "by", "their", "its", "from", "in", "each", "a", "to"})


def find_term(draft: Draft, place: int, wanted: Wanted | None = None) -> FoundTerm | None:
    """The term that begins here, articles aside; None when something else does."""
    start = draft.skip(place, BEFORE)
    calculated = find_calculation(draft, start)
    if calculated is not None:
        return calculated
    counts = draft.phrase_at(start, COUNTS)
    if counts is not None:
        return find_counted(draft, start, counts[0])
    function = ""
    named = start
    behind = draft.skip(start + 1, BEFORE)
    if draft.lemma(start) in AGGREGATES and (draft.is_column(behind) or not draft.is_column(start)):
        function = AGGREGATES[draft.lemma(start)]
        named = behind
    column = draft.choose_column(named, wanted) if draft.is_column(named) else None
    if column is None:
        return None
    places = (named,) if named == start else (start, named)
    return FoundTerm(Term(column, function=function), places, named + 1)


def find_counted(draft: Draft, start: int, end: int) -> FoundTerm:
    """What a phrase of counting counts: a table, a column's values, or without either the focus."""
    counted = draft.skip(end, BEFORE)
    column = draft.choose_column(counted) if draft.is_column(counted) else None
    if draft.is_table(counted):
        term = Term(table=draft.table_at(counted), function="count")
    elif column is not None:
        term = Term(column, function="count")
    else:
        return FoundTerm(Term(table=draft.focus, function="count"), tuple(range(start, end)), end)
    return FoundTerm(term, (*range(start, end), counted), counted + 1)
