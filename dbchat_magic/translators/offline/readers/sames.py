"""Sames: "in the same city as Paul", "employees of the same department as Clara"."""

from __future__ import annotations

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Query, Term
from dbchat_magic.translators.offline.readers.values import choose_value

REACH = 8
"""Places between "as" and the value that says whose is meant."""


def read_sames(draft: Draft) -> Draft:
    """A column of the focus that has the value it has for somebody."""
    for place in range(len(draft.mentions)):
        if draft.lemma(place) == "same" and draft.free(place) and draft.lemma(place + 2) == "as":
            column = shared_column(draft, place + 1)
            value = draft.first(range(place + 3, place + 3 + REACH), draft.is_value)
            whose = choose_value(draft, value, draft.mentions[value].values) if value is not None else None
            if column is None or value is None or whose is None or whose.left.owner != column.table:
                continue
            inner = Query(select=(Term(column),), where=(whose,), tables=(column.table,))
            return draft.restrict(
                Comparison(Term(column), "in", query=inner),
                *range(place, place + 3),
                *between(draft, place + 3, value),
            )
    return draft


def shared_column(draft: Draft, place: int) -> ColumnRef | None:
    """The column named there; for a table, the column of the focus that points at it."""
    if draft.is_column(place):
        return draft.choose_column(place)
    if not draft.is_table(place):
        return None
    shared = draft.table_at(place)
    return next(
        (
            ColumnRef(draft.focus, join.pairs[0][0])
            for join in draft.graph.edges.get(draft.focus, ())
            if join.new == shared and len(join.pairs) == 1 and not join.many
        ),
        None,
    )


def between(draft: Draft, start: int, value: int) -> list[int]:
    """The value, and what stands before it: "someone with the first name"."""
    return [place for place in range(start, value + 1) if draft.free(place)]
