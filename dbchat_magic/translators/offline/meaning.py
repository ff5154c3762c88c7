"""Meaning: what a user's glossary says as parts of SQL: metrics as expressions, default filters as conditions.

Both ways: into a statement that is built, and out of one that a follow-up changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import cast

import sqlglot
from sqlglot import exp

from dbchat_magic.core.glossary import Filter, Metric
from dbchat_magic.core.schema import Schema
from dbchat_magic.dialects import find_dialect
from dbchat_magic.language import phrase
from dbchat_magic.translators.offline.query import ColumnRef, Query, Term, comparisons_of

AS_DEFINED = "metric"
"""The function of a Term whose metric is itself one figure of many rows."""

AGGREGATES: dict[str, type[exp.Expr]] = {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}

ColumnMaker = Callable[[ColumnRef], exp.Expr]


@lru_cache(maxsize=512)
def parse(sql: str, dialect: str) -> exp.Expr:
    """An expression of a glossary, which was read once already; not to be changed."""
    return cast(exp.Expr, sqlglot.parse_one(f"SELECT {sql}", read=dialect).expressions[0].pop())


def metric_expression(term: Term, schema: Schema, column: ColumnMaker) -> exp.Expr:
    """A term with a metric as an expression: as defined, or aggregated in another way."""
    assert term.metric is not None
    tree = parse(term.metric.sql, find_dialect(schema.dialect).sqlglot)
    if term.function in AGGREGATES:
        inner = tree.this if term.metric.aggregate else tree
        return AGGREGATES[term.function](this=with_columns(inner, schema, column))
    return with_columns(tree, schema, column)


def with_columns(tree: exp.Expr, schema: Schema, column: ColumnMaker) -> exp.Expr:
    """A copy of the tree in which every column is written as the statement around it writes them."""

    def rewritten(node: exp.Expr) -> exp.Expr:
        return column(reference(node, schema)) if isinstance(node, exp.Column) else node

    return tree.copy().transform(rewritten)


def reference(node: exp.Column, schema: Schema) -> ColumnRef:
    owner = f"{node.db}.{node.table}" if node.db else node.table
    table = schema.table(owner)
    return ColumnRef(table.name if table else owner, node.name)


def plain_aggregate(metric: Metric, dialect: str) -> str:
    """The function of a metric that is just one: "sum" of sum(price * quantity); else ""."""
    tree = parse(metric.sql, find_dialect(dialect).sqlglot)
    return next((name for name, kind in AGGREGATES.items() if type(tree) is kind), "")


# ------------------------------------------------------------------------------------------------- filters


def default_filters(
    query: Query, tables: tuple[str, ...], schema: Schema, column: ColumnMaker
) -> Iterator[exp.Expr]:
    """What the rows of these tables must meet, where the query does not restrict the same columns itself."""
    restricted = {
        (part.left.column.table, part.left.column.column)
        for part in comparisons_of(query.where)
        if part.left.column
    }
    for table in tables:
        for each in schema.glossary.filters_of(table):
            if not restricted.intersection((table, name) for name in each.columns):
                tree = parse(each.sql, find_dialect(schema.dialect).sqlglot)
                yield (
                    exp.paren(with_columns(tree, schema, column))
                    if isinstance(tree, exp.Or)
                    else (with_columns(tree, schema, column))
                )


def filters_in(sql: str, schema: Schema) -> list[Filter]:
    """The default filters that a statement applies."""
    if not schema.glossary.filters:
        return []
    dialect = find_dialect(schema.dialect).sqlglot
    root = sqlglot.parse_one(sql, read=dialect)
    held = {bare(part) for where in root.find_all(exp.Where) for part in conjuncts(where.this)}
    names = {f"{table.db}.{table.name}" if table.db else table.name for table in root.find_all(exp.Table)}
    tables = {known.name for name in names if (known := schema.table(name))}
    return [
        each
        for each in schema.glossary.filters
        if each.table in tables and held.issuperset(map(bare, conjuncts(parse(each.sql, dialect))))
    ]


def say_filters(sql: str, schema: Schema) -> str:
    """What a reading adds for them: ", orders only where status <> 'cancelled'"."""
    return "".join(
        phrase(", {table} only where {condition}", table=each.table, condition=each.text)
        for each in filters_in(sql, schema)
    )


# -------------------------------------------------------------------------------------- out of a statement


def find_metric(node: exp.Expr, schema: Schema) -> Term | None:
    """The metric that an expression of a statement is."""
    if not schema.glossary.metrics:
        return None
    dialect = find_dialect(schema.dialect).sqlglot
    for metric in schema.glossary.metrics:
        tree = parse(metric.sql, dialect)
        if bare(tree) == bare(node):
            return metric_term(metric)
        inner = tree.this if metric.aggregate else tree
        for name, kind in AGGREGATES.items():
            if type(node) is kind and isinstance(inner, exp.Expr) and bare(inner) == bare(node.this):
                return metric_term(metric, name)
    return None


def metric_term(metric: Metric, function: str = "") -> Term:
    """A metric as a Term; one with a value in each row is added up unless another function is asked for."""
    own = AS_DEFINED if metric.aggregate else "sum"
    return Term(table=metric.tables[0], function=function or own, metric=metric)


def without_filters(where: exp.Expr | None, tables: tuple[str, ...], schema: Schema) -> list[exp.Expr]:
    """The conditions of a WHERE clause that are no default filter of these tables."""
    if where is None:
        return []
    dialect = find_dialect(schema.dialect).sqlglot
    filters = [each for table in tables for each in schema.glossary.filters_of(table)]
    known = {bare(part) for each in filters for part in conjuncts(parse(each.sql, dialect))}
    return [part for part in conjuncts(where.this) if bare(part) not in known]


def unfiltered_tables(where: exp.Expr | None, tables: tuple[str, ...], schema: Schema) -> tuple[str, ...]:
    """Those of the tables whose default filter a statement does not have."""
    held = {bare(part) for part in (conjuncts(where.this) if where is not None else ())}
    return tuple(
        table
        for table in tables
        for each in schema.glossary.filters_of(table)
        if not held.issuperset(map(bare, filter_parts(each, schema)))
    )


def filter_parts(each: Filter, schema: Schema) -> list[exp.Expr]:
    return conjuncts(parse(each.sql, find_dialect(schema.dialect).sqlglot))


def conjuncts(node: exp.Expr) -> list[exp.Expr]:
    """What must all hold."""
    node = node.unnest()
    return (
        [part for each in node.flatten() for part in conjuncts(each)] if isinstance(node, exp.And) else [node]
    )


def bare(node: exp.Expr) -> str:
    """An expression without tables, quotes and outer brackets: by it two spellings are compared."""

    def plain(part: exp.Expr) -> exp.Expr:
        return exp.column(exp.to_identifier(part.name.lower())) if isinstance(part, exp.Column) else part

    return node.unnest().copy().transform(plain).sql()
