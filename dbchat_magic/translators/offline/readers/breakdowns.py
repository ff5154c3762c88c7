"""Breakdowns: "accounts created in 2024 by country", "satisfaction per priority": a number for each group."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import NAMES, is_date, is_flag, is_measure, is_year
from dbchat_magic.translators.offline.adding import function_of, is_of_one, is_told
from dbchat_magic.translators.offline.draft import ARTICLES, JOINING, Draft
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Query, Term
from dbchat_magic.translators.offline.readers.bounds import among
from dbchat_magic.translators.offline.readers.groups import aggregates, group_by, is_numbered, sorts
from dbchat_magic.translators.offline.readers.orders import tells_apart

DIVIDING = ("by", "per", "for each", "for every", "broken down by", "split by")

ASKING = ARTICLES | set("show list give display find me us see plot chart of all our".split())
"""What may stand beside what is broken down, and shows nothing more."""

TABLE_WITHIN = 4
"""Words at the beginning of which one names the rows."""


def read_breakdowns(draft: Draft) -> Draft:
    """Rows with a condition are counted, a measure is averaged or added up, where nothing asks for a number."""
    whole, draft = draft, with_rows_restricted(draft)
    plain = Query(where=draft.query.where, tables=draft.query.tables)
    if draft.query != plain or draft.goes_on or draft.demand or aggregates(draft):
        return whole
    for start, end, phrase in draft.phrases(DIVIDING):
        if start == 0 or (phrase == "by" and is_doer(draft, start)) or not says_what(draft, start - 1):
            continue
        grouped = group_by(draft, start, end)
        if grouped is draft or is_numbered(grouped, grouped.used - draft.used):
            continue
        if not all(is_category(draft, ref) for ref in grouped.query.group):
            continue
        columns = [
            place for place in range(len(draft.mentions)) if grouped.free(place) and draft.is_column(place)
        ]
        found = measure_each(draft, grouped, columns, start) if columns else count_rows(draft, grouped, start)
        return found or whole
    return whole


def with_rows_restricted(draft: Draft) -> Draft:
    """ "Customers with more than 3 orders": what groups of one row each must meet, as a condition of the row."""
    query = draft.query
    if not query.having or len(query.group) != 1 or query.group != draft.key(draft.focus):
        return draft
    met = tuple(condition for condition in query.having if isinstance(condition, Comparison))
    joined = {condition.left.owner for condition in met}
    tables = tuple(name for name in query.tables if name not in joined)
    return draft.use(group=(), having=(), tables=tables, where=(*query.where, among(query.group, met)))


def is_doer(draft: Draft, by: int) -> bool:
    """Whether the "by" sorts, or tells who did it: "reviews in 2024 by customers from Germany"."""
    behind = draft.skip(by + 1, ARTICLES)
    plural = draft.is_table(behind) and draft.is_plural(behind)
    goes_on = behind + 1 < len(draft.mentions) and draft.lemma(behind + 1) not in (*JOINING, ".", "?")
    return sorts(draft, by) or (plural and goes_on)


def says_what(draft: Draft, place: int) -> bool:
    """Whether the word before "by" was understood: "written" of "books written in 2024 by author" is not."""
    return not draft.free(place) or draft.mentions[place].linked


def is_category(draft: Draft, ref: ColumnRef) -> bool:
    """Whether several rows may share it: a period, what another table has, or values of their own that come again."""
    if ref.period or (ref.column,) == draft.table(ref.table).primary_key:
        return True
    own = ref.table == draft.focus and tells_apart(draft, ref)
    return not is_date(draft.column(ref)) and not own


def count_rows(draft: Draft, grouped: Draft, by: int) -> Draft | None:
    """ "Patients older than 60 by city", "women by city": how many there are of each."""
    place = draft.first(range(min(TABLE_WITHIN, by)), draft.is_table)
    if place is None and all(not draft.free(before) or draft.lemma(before) in ASKING for before in range(by)):
        place = draft.first(range(by), lambda before: is_kind_of_row(draft, before))
    elif place is None or draft.table_at(place) != draft.focus or not opens(draft, place):
        return None
    if place is None or set(draft.key(draft.focus)) <= set(grouped.query.group):
        return None
    counted = Term(table=draft.focus, function="count")
    return grouped.use(place, select=(*grouped.query.select, counted))


def is_kind_of_row(draft: Draft, place: int) -> bool:
    """Whether the word is a condition on a category of the rows asked about: "women"."""
    lefts = [
        part.left.column for where, part in draft.clauses if where == place and isinstance(part, Comparison)
    ]
    return any(ref and ref.table == draft.focus and is_category(draft, ref) for ref in lefts)


def opens(draft: Draft, place: int) -> bool:
    """Whether nothing but a demand or a condition stands before the place."""
    return all(not draft.free(before) or draft.lemma(before) in ASKING for before in range(place))


def measure_each(draft: Draft, grouped: Draft, columns: list[int], by: int) -> Draft | None:
    """ "Satisfaction per priority": the average of what does not add up, the sum of what does; where every group is
    one row, its own value."""
    place = columns[0]
    if len(columns) > 1 or place > by:
        return None
    if names_rows(draft, place) and opens(draft, place):
        counted = Term(table=draft.focus, function="count")
        return grouped.use(place, select=(*grouped.query.select, counted))
    column = draft.choose_column(place, is_countable)
    if column is None or not opens(draft, place) or (is_of_one(column) and draft.lemma(place) == "unit"):
        return None
    if set(draft.key(column.table)) <= set(grouped.query.group):
        return grouped.use(place, group=(), select=(*grouped.query.select, Term(column)))
    term = Term(column, function=function_of(column))
    measured = grouped.use(place, select=(*grouped.query.select, term))
    if is_told(column):
        return measured
    other = replace(term, function="avg" if term.function == "sum" else "sum")
    return replace(measured, unsure=(term, other))


def names_rows(draft: Draft, place: int) -> bool:
    """Whether the rows are called by what they are known by, in the plural: the "companies" of a table of accounts."""
    column = draft.choose_column(place)
    plural = draft.is_plural(place)
    known = column is not None and draft.labels(draft.focus) == (Term(column),)
    return known and plural and not set(NAMES) & set(draft.lemma(place).split())


def is_countable(table: Table, column: Column) -> bool:
    return is_measure(table, column) and not is_flag(column) and not is_year(column)
