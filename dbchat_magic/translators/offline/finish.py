"""Finish: what makes a Query right whatever the words: no row counted twice, nothing shown that is not grouped."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import replace

from dbchat_magic.core.schema import Schema
from dbchat_magic.linking.kinds import known_columns
from dbchat_magic.translators.offline.joins import JoinGraph, table_of
from dbchat_magic.translators.offline.query import (
    All,
    ColumnRef,
    Comparison,
    Condition,
    Either,
    Order,
    Query,
    Term,
    tables_of,
)
from dbchat_magic.translators.offline.sql import row_key


def finish(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    for step in (
        meet_in_turn,
        set_side_by_side,
        average_all_rows,
        count_groups,
        group_what_is_shown,
        count_each_row_once,
        show_each_row_once,
    ):
        query = step(query, schema, graph)
    return query


def average_all_rows(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """ "Average distance per delivery": each row has one, so that the average is that of all; not of rows with names."""
    averages = [term for term in query.select if term.function]
    if any(term.column not in query.group for term in query.select if not term.function):
        return query
    owners = {term.owner for term in averages}
    if len(owners) != 1 or any(term.function != "avg" for term in averages) or query.having or query.order:
        return query
    table = schema.table(table_of(owners.pop()))
    key = table and tuple(ColumnRef(table.name, name) for name in table.primary_key)
    return replace(query, group=(), select=tuple(averages)) if key and query.group == key else query


def meet_in_turn(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """ "Publishers of books in 1989 and in 1990": no row is both, but what is shown may be shown by both."""
    pair = next((pair for pair in itertools.combinations(query.where, 2) if exclude_each_other(*pair)), None)
    shown = query.select[0].column if query.select else None
    if pair is None or shown is None or query.group or query.also or query.select[0].function:
        return query
    rest = tuple(part for part in query.where if part not in pair)
    also = Query(where=(*rest, pair[1]), tables=query.tables or (shown.table,))
    return replace(query, where=(*rest, pair[0]), also=also, also_by=shown, distinct=True)


def set_side_by_side(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """ "Revenue in 2024 and 2025", "compare March and April": no row lies in both, hence it is of either; amounts are
    told for each of them, where both are years or both are months."""
    bounds = [part for part in query.where if isinstance(part, Comparison) and is_bound(part)]
    for one, other in itertools.combinations(ranges_of(bounds), 2):
        if one[0].left != other[0].left or not exclude_each_other(one[1], other[0]):
            continue
        rest = tuple(part for part in query.where if part not in (*one, *other))
        query = replace(query, where=(*rest, Either((All(one), All(other)))))
        period = period_of(one) if period_of(one) == period_of(other) else ""
        column = one[0].left.column
        calculated = any(term.function for term in query.select)
        if not (period and column and calculated) or any(ref.period for ref in query.group):
            return query
        dated = replace(column, period=period)
        return replace(
            query,
            group=(dated, *query.group),
            select=(Term(dated), *query.select),
            order=query.order or (Order(Term(dated)),),
        )
    return query


def is_bound(part: Comparison) -> bool:
    return part.op in (">=", "<") and len(part.values) == 1 and isinstance(part.values[0], datetime.date)


def ranges_of(bounds: list[Comparison]) -> list[tuple[Comparison, Comparison]]:
    """Beginnings with the end that follows, earliest first."""
    pairs = [(low, high) for low, high in itertools.pairwise(bounds) if (low.op, high.op) == (">=", "<")]
    return sorted(
        (pair for pair in pairs if pair[0].left == pair[1].left), key=lambda pair: str(pair[0].values)
    )


def period_of(bounds: tuple[Comparison, Comparison]) -> str:
    """ "year" or "month" where the range is one; else nothing."""
    first, after = bounds[0].values[0], bounds[1].values[0]
    if not isinstance(first, datetime.date) or not isinstance(after, datetime.date) or first.day != 1:
        return ""
    if (first.month, after) == (1, datetime.date(first.year + 1, 1, 1)):
        return "year"
    following = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return "month" if after == following else ""


def exclude_each_other(one: Condition, other: Condition) -> bool:
    """Whether no row can meet both: equal to two values, or above the one and below the other."""
    if not isinstance(one, Comparison) or not isinstance(other, Comparison) or one.left != other.left:
        return False
    if not (one.values and other.values) or one.left.function:
        return False
    (low, lowest), (high, highest) = (one.op, one.values[0]), (other.op, other.values[0])
    if low in ("<", "<="):
        (low, lowest), (high, highest) = (high, highest), (low, lowest)
    if low == high == "=":
        return lowest != highest
    if low not in (">", ">=") or high not in ("<", "<="):
        return False
    return is_above(lowest, highest) or (lowest == highest and (low, high) != (">=", "<="))


def is_above(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one > other
    return isinstance(one, datetime.date) and isinstance(other, datetime.date) and one > other


def count_groups(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """ "How many cities have more than 3 airports": the groups are counted, not what is in each."""
    if len(query.select) != 1 or not query.having or query.select[0].function != "count":
        return query
    term = query.select[0]
    keys = {ref.table for ref in query.group} if term.column is None else set(query.group)
    counts_groups = term.table in keys if term.column is None else term.column in keys
    return (
        replace(query, select=tuple(Term(ref) for ref in query.group), counted=True)
        if counts_groups
        else query
    )


def group_what_is_shown(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """Beside an aggregate every plain column is grouped by."""
    plain = [term.column for term in query.select if not term.function and term.column]
    aggregated = any(term.function for term in (*query.select, *(order.term for order in query.order)))
    if not plain or not (aggregated or query.group or query.having):
        return query
    if any(term.function for term in query.select) and not query.group:
        return replace(query, group=tuple(dict.fromkeys((*keys_of_labels(query, plain, schema), *plain))))
    return replace(query, group=tuple(dict.fromkeys((*query.group, *plain))))


def keys_of_labels(query: Query, plain: list[ColumnRef], schema: Schema) -> list[ColumnRef]:
    """Rows known by a name are told apart by their key where something of theirs is counted or added up."""
    counted = {term.owner for term in query.select if term.function}
    keys: list[ColumnRef] = []
    for name in dict.fromkeys(ref.table for ref in plain):
        table = schema.table(table_of(name))
        assert table is not None
        labels = {column.name for column in known_columns(table, schema.values)}
        if name not in counted and labels & {ref.column for ref in plain if ref.table == name}:
            keys += [ColumnRef(name, key) for key in table.primary_key]
    return keys


def count_each_row_once(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """Rows of a table are counted by their key where a join may repeat them."""

    def once(term: Term) -> Term:
        if term.column is not None or term.part or term.metric or not repeats(term.table, query, graph):
            return term
        table = schema.table(table_of(term.table))
        assert table is not None
        if len(table.primary_key) > 1:
            return term
        return Term(
            ColumnRef(table.name, row_key(table)), function="count", distinct=True, of_all=term.of_all
        )

    shown = {term: once(term) for term in query.select}
    ranked = (replace(order, term=shown.get(order.term, order.term)) for order in query.order)
    return replace(query, select=tuple(shown.values()), order=tuple(ranked))


def repeats(table: str, query: Query, graph: JoinGraph) -> bool:
    """Whether the query's joins can bring a row of this table more than once."""
    tables = tables_of(query)
    if table not in tables:
        return False
    joins = graph.tree((table, *(name for name in tables if name != table)))
    return any(join.many for join in joins or ())


def show_each_row_once(query: Query, schema: Schema, graph: JoinGraph) -> Query:
    """Rows that a join only for a condition would repeat are shown once."""
    if query.distinct or query.group or any(term.function for term in query.select) or query.order:
        return query
    owners = {term.owner for term in query.select} or set(query.tables[:1])
    if len(owners) != 1:
        return query
    return replace(query, distinct=repeats(owners.pop(), query, graph))
