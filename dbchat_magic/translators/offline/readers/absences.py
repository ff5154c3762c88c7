"""Absences: "customers without orders", "students who do not have a pet", "products never bought"."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.joins import Join
from dbchat_magic.translators.offline.lexicon import COMPARISONS, NEGATIONS, RELATIVES
from dbchat_magic.translators.offline.query import (
    ColumnRef,
    Comparison,
    Condition,
    Query,
    Term,
    comparisons_of,
)
from dbchat_magic.translators.offline.readers.amounts import read_amounts
from dbchat_magic.translators.offline.readers.dates import read_dates
from dbchat_magic.translators.offline.readers.parts import read_parts
from dbchat_magic.translators.offline.readers.values import choose_value, holds_text, read_values

BEFORE_MISSING = frozenset(
    {"a", "an", "any", "have", "be", "been", "yet", "the", "their", "its", "listed", "known"}
)

BEFORE_NEGATION = RELATIVES | {"do", "be", "have"}
"""What stands between a column and the "not" of its clause."""

BEGINNING = RELATIVES | {"be", "have", "do", "also"}
"""Words behind an "and" with which another clause begins."""

CLAUSE_ENDS = frozenset({".", "?", ";", ",", "but"})


def read_absences(draft: Draft) -> Draft:
    if not draft.focus:
        return draft
    for place in range(len(draft.mentions)):
        if draft.free(place) and draft.lemma(place) in NEGATIONS and not compares(draft, place):
            found = read_absence(draft, place)
            if found is not draft:
                return found
    return draft


def compares(draft: Draft, place: int) -> bool:
    """Whether the negation belongs to a comparison with a number: "no more than 5"."""
    return any(start == place and end > place + 1 for start, end, _ in draft.phrases(COMPARISONS))


def read_absence(draft: Draft, place: int) -> Draft:
    """Rows of the focus whose key is not among those that the rest of the clause speaks of."""
    clause = range(place + 1, end_of_clause(draft, place + 1))
    tables = [where for where in clause if draft.is_table(where) and draft.table_at(where) != draft.focus]
    inner = clause_values(draft, clause)
    valued = read_absent_value(draft, place, clause)
    if valued is not None:
        return valued
    if not tables and any(condition.left.owner == draft.focus for condition in inner.values()):
        return draft  # "not from France": the reader of values sees to it
    if not tables and not inner:
        columns = [where for where in clause[:4] if draft.is_column(where) and draft.free(where)]
        return read_missing(draft, place, columns[0]) if columns else draft
    other = nearest(draft, tables) if tables else next(iter(inner.values())).left.owner
    path = draft.graph.path((draft.focus,), other)
    if not path:
        return draft
    inside = read_inside(draft, clause, other)
    owners = {part.left.owner for part in comparisons_of(inside.query.where)}
    if owners and draft.focus not in owners:
        conditions, places = inside.query.where, [where for where in clause if not inside.free(where)]
    else:
        conditions, places = tuple(inner.values()), list(inner)
    draft = draft.use(tables=(draft.focus, *draft.query.tables))
    return draft.restrict(not_among(draft, path, other, conditions), place, *tables, *places)


def read_inside(draft: Draft, clause: range, focus: str) -> Draft:
    """What the words of the clause ask of rows of another table."""
    outside = [where for where in range(len(draft.mentions)) if where not in clause]
    inside = replace(draft.use(*outside), focus=focus, query=Query(), clauses=())
    for read in (read_parts, read_dates, read_amounts, read_values):
        inside = read(inside)
    return inside


def read_absent_value(draft: Draft, place: int, clause: range) -> Draft | None:
    """ "publishers that have no book in 1989", "cities without any customer": values of a column that no such row has."""
    before = draft.skip(place - 1, BEFORE_NEGATION, step=-1)
    column = draft.choose_column(before, holds_text) if draft.is_column(before) else None
    if column is None or draft.schema.values.of(column.table, column.column).unique:
        return None
    tables = [where for where in clause if draft.is_table(where)]
    others = tuple(draft.table_at(where) for where in tables)
    inside = read_inside(draft, clause, others[0] if others else column.table)
    if not inside.query.where and not set(others) - {column.table}:
        return None
    if not others and all(part.left.column == column for part in comparisons_of(inside.query.where)):
        return None
    known = Comparison(Term(column), "is not null")
    query = Query(
        select=(Term(column),),
        where=(*inside.query.where, *((known,) if draft.column(column).nullable else ())),
        tables=tuple(dict.fromkeys((column.table, *others))),
    )
    places = [where for where in clause if not inside.free(where) and draft.free(where)]
    draft = draft.use(*tables, tables=(column.table, *draft.query.tables), distinct=True)
    return draft.restrict(Comparison(Term(column), "not in", query=query), place, *places)


def end_of_clause(draft: Draft, place: int) -> int:
    while (
        place < len(draft.mentions)
        and draft.lemma(place) not in CLAUSE_ENDS
        and not begins_anew(draft, place)
    ):
        place += 1
    return place


def begins_anew(draft: Draft, place: int) -> bool:
    """ "… and are older than 30": the next clause."""
    return draft.lemma(place) in ("and", "or") and draft.lemma(place + 1) in BEGINNING


def clause_values(draft: Draft, clause: range) -> dict[int, Comparison]:
    """The conditions that values in the clause make, by their places."""
    found = {
        place: choose_value(draft, place, draft.mentions[place].values)
        for place in clause
        if draft.is_value(place)
    }
    return {place: condition for place, condition in found.items() if condition is not None}


def read_missing(draft: Draft, place: int, column_place: int) -> Draft:
    """ "without a phone", "not delivered": the column has no value; one of another table: no row there."""
    between = [draft.lemma(where) for where in range(place + 1, column_place)]
    if any(lemma not in BEFORE_MISSING for lemma in between):
        return draft
    column = draft.choose_column(column_place)
    if column is None:
        return draft
    if column.table == draft.focus:
        missing = draft.column(column).nullable
        return draft.restrict(Comparison(Term(column), "is null"), place, column_place) if missing else draft
    path = draft.graph.path((draft.focus,), column.table)
    if not path or not path[0].many:
        return draft
    clause = range(column_place + 1, end_of_clause(draft, column_place + 1))
    inside = read_inside(draft, clause, column.table)  # "not prescribed in 2024"
    places = [where for where in clause if draft.free(where) and not inside.free(where)]
    draft = draft.use(tables=(draft.focus, *draft.query.tables))
    return draft.restrict(
        not_among(draft, path, column.table, inside.query.where), place, column_place, *places
    )


def nearest(draft: Draft, places: list[int]) -> str:
    """The table of the clause that lies nearest, those that point at the focus first."""

    def remoteness(name: str) -> tuple[bool, int]:
        path = draft.graph.path((draft.focus,), name) or ()
        return (not (path and path[0].many), len(path) or 99)

    return min((draft.table_at(place) for place in places), key=remoteness)


def not_among(draft: Draft, path: tuple[Join, ...], other: str, inner: tuple[Condition, ...]) -> Comparison:
    """The focus's side of the first join is not among the other side's; the rest is joined inside.

    Each row of a bridge has one in the far table; a line of an order may have been returned or not.
    """
    first = path[0]
    ours, theirs = first.pairs[0]
    key = ColumnRef(first.new, theirs)
    if draft.column(key).nullable:  # NOT IN with a NULL inside is never true
        inner = (*inner, Comparison(Term(key), "is not null"))
    bridge = len(path) == 2 and not path[1].many and not inner_needs(inner, other)
    rest = () if bridge else (other,)
    query = Query(
        select=(Term(key),), where=inner, tables=(first.new, *(name for name in rest if name != first.new))
    )
    return Comparison(Term(ColumnRef(first.known, ours)), "not in", query=query)


def inner_needs(inner: tuple[Condition, ...], other: str) -> bool:
    """Whether a condition inside is about the far table."""
    return any(isinstance(part, Comparison) and part.left.owner == other for part in inner)
