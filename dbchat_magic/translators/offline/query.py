"""Query: what a question asks for, in terms of the schema; the form between words and SQL."""

from __future__ import annotations

from dataclasses import dataclass

from dbchat_magic.core.glossary import Metric


@dataclass(frozen=True)
class ColumnRef:
    """A column of a table, or the period of time that its date lies in."""

    table: str
    column: str
    period: str = ""
    """ "year", "quarter", "month", "week", "day", "weekday", "hour"; empty: the column's own value."""


@dataclass(frozen=True)
class Term:
    """Something that has a value: a column, an aggregate of one, or the number of a table's rows."""

    column: ColumnRef | None = None
    """None: the rows of `table`."""
    table: str = ""
    operand: ColumnRef | None = None
    """What the column is calculated with, row by row: unit price times quantity."""
    op: str = ""
    """How: "*", "-", "+", "/", or for dates what lies between the operand and the column is counted in: "day"…"""
    function: str = ""
    """"count", "sum", "avg", "min", "max", "spread" (from the lowest to the highest), "ratio", "percent" or nothing."""
    distinct: bool = False
    part: tuple[Condition, ...] = ()
    """For a ratio or percentage: what the rows above the line meet."""
    whole: tuple[Condition, ...] = ()
    """What the rows below the line meet; empty: all."""
    of_all: bool = False
    """Told in percent of what all groups have together."""
    metric: Metric | None = None
    """The figure of the user's glossary that it is; its function is "metric" where that is an aggregate itself."""

    @property
    def columns(self) -> tuple[ColumnRef, ...]:
        return tuple(ref for ref in (self.column, self.operand) if ref)

    @property
    def owner(self) -> str:
        """The table it comes from."""
        return self.column.table if self.column else self.table


@dataclass(frozen=True)
class Comparison:
    """`left` compared with values, with another term or with what a query gives."""

    left: Term
    op: str
    """One of =, <>, <, <=, >, >=, in, not in, like, not like, between, is null, is not null."""
    values: tuple[object, ...] = ()
    other: Term | None = None
    """Instead of values: compared with this."""
    query: Query | None = None
    """For in and not in: its rows; for the others: its only value."""


@dataclass(frozen=True)
class Either:
    """At least one of these holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class All:
    """Each of these holds: both ends of a range of days, where it is one of several alternatives."""

    parts: tuple[Condition, ...]


Condition = Comparison | Either | All


@dataclass(frozen=True)
class Order:
    term: Term
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """One SELECT. Tables are joined along the keys that connect everything it names."""

    select: tuple[Term, ...] = ()
    where: tuple[Condition, ...] = ()
    """All of them hold."""
    group: tuple[ColumnRef, ...] = ()
    having: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    per: tuple[ColumnRef, ...] = ()
    """The limit is one of rows for each value of these, not of all rows."""
    distinct: bool = False
    tables: tuple[str, ...] = ()
    """Tables that take part although no column of theirs is named; the first is the one asked about."""
    also: Query | None = None
    """Only rows that this query gives too."""
    also_by: ColumnRef | None = None
    """What the rows that both give are known by; None: the key of the table asked about."""
    counted: bool = False
    """Not its rows but how many there are."""
    everything: bool = False
    """All columns of the first table."""
    unfiltered: tuple[str, ...] = ()
    """Tables whose default filter is lifted."""


def tables_of(query: Query) -> tuple[str, ...]:
    """Every table that the query's own SELECT needs, in the order first named."""
    terms = [*query.select, *(order.term for order in query.order)]
    divided = [condition for term in terms for condition in (*term.part, *term.whole)]
    for comparison in comparisons_of((*query.where, *query.having, *divided)):
        terms += [comparison.left, *([comparison.other] if comparison.other else [])]
    named = [
        *query.tables,
        *(name for term in terms for name in ([ref.table for ref in term.columns] or [term.table])),
        *(name for term in terms if term.metric for name in term.metric.tables),
        *(column.table for column in (*query.group, *query.per)),
    ]
    return tuple(dict.fromkeys(name for name in named if name))


def comparisons_of(conditions: tuple[Condition, ...]) -> list[Comparison]:
    """Every comparison in the conditions, also those inside alternatives."""
    found: list[Comparison] = []
    for condition in conditions:
        found += comparisons_of(condition.parts) if isinstance(condition, Either | All) else [condition]
    return found
