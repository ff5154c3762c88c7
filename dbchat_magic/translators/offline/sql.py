"""SQL: a Query as sqlglot nodes, hence right in the datasource's own dialect."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import cast

import sqlglot
from sqlglot import exp

from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.core.spelling import spelling
from dbchat_magic.core.value_reading import TEXTUAL
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import NotUnderstood
from dbchat_magic.language import both, phrase
from dbchat_magic.translators.offline.joins import Join, JoinGraph, Role, role_words, table_of, with_owners
from dbchat_magic.translators.offline.meaning import default_filters, metric_expression
from dbchat_magic.translators.offline.query import (
    All,
    ColumnRef,
    Comparison,
    Condition,
    Either,
    Order,
    Query,
    Term,
    comparisons_of,
    tables_of,
)

SECONDS = {"minute": 60, "hour": 3600}
ARITHMETIC = {"*": exp.Mul, "-": exp.Sub, "+": exp.Add}
AGGREGATED = {"avg": "average", "sum": "total", "min": "minimum", "max": "maximum", "spread": "spread"}
COMPARE = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
FUNCTIONS = {"count": exp.Count, "sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}
PERIODS = {"year": "%Y", "month": "%Y-%m", "week": "%Y-%m-%d", "day": "%Y-%m-%d", "hour": "%H"}
MYSQL_FAMILY = ("mysql", "doris", "starrocks", "singlestore")
METRIC_ALIASES = {"avg": "average_", "min": "minimum_", "max": "maximum_"}
PLACE = "place"
"""The name of a row's number among those of its group."""


def to_sql(query: Query, schema: Schema, graph: JoinGraph) -> str:
    """The query's text in the schema's dialect. Raises NotUnderstood when its tables do not hang together."""
    name = find_dialect(schema.dialect).sqlglot
    return SqlBuilder(schema, graph).select(query).sql(dialect=name, pretty=True)


class SqlBuilder:
    """Builds one statement; holds what every part of it needs to know."""

    def __init__(self, schema: Schema, graph: JoinGraph) -> None:
        self.schema = schema
        self.graph = graph
        self.unfiltered: tuple[str, ...] = ()
        spoken = find_dialect(schema.dialect)
        self.sqlglot_name = spoken.sqlglot
        self.has_types = not spoken.loose_types
        self.seconds_between = sqlglot.parse_one(spoken.seconds_between, read=spoken.sqlglot)
        # Whoever types "lamp" means "Lamp" too.
        self.like = exp.Like if spoken.like_ignores_case else exp.ILike
        self.identifier = spelling(schema.dialect).identifier

    def select(self, query: Query) -> exp.Select:
        """A SELECT with its joins; columns carry their table's name where there are several."""
        if query.counted:
            inner = self.select(replace(query, counted=False)).subquery("counted")
            return exp.select(exp.alias_(exp.Count(this=exp.Star()), "number")).from_(inner)
        tables = with_owners(tables_of(query))
        joins = self.graph.tree(tables)
        if joins is None:
            raise NotUnderstood(
                phrase("Nothing connects {tables}.", tables=both(tables)),
                phrase("Ask about tables that share a key."),
            )
        qualify = bool(joins)
        query = self.with_membership(query, qualify)
        built = exp.select(*self.projections(query, qualify)).from_(self.table(tables[0]))
        for join in joins:
            built = built.join(
                self.table(join.new), on=self.join_condition(join), join_type=self.join_type(join, query)
            )
        for condition in query.where:
            built = built.where(self.condition(condition, qualify))
        for filter in self.filters(query, (tables[0], *(join.new for join in joins)), qualify):
            built = built.where(filter)
        for column in query.group:
            built = built.group_by(self.column(column, qualify))
        for condition in query.having:
            built = built.having(self.condition(condition, qualify))
        ordered = [self.ordered(order, qualify) for order in query.order]
        if query.per:
            return self.first_of_each(built, ordered, query, qualify)
        for order in ordered:
            built = built.order_by(order)
        if query.limit is not None:
            built = built.limit(query.limit)
        return built.distinct() if query.distinct else built

    def filters(self, query: Query, tables: tuple[str, ...], qualify: bool) -> Iterator[exp.Expr]:
        """The default filters of the tables, but for those that the question lifts."""
        self.unfiltered = self.unfiltered or query.unfiltered
        filtered = tuple(name for name in tables if name not in self.unfiltered)
        return default_filters(query, filtered, self.schema, lambda ref: self.column(ref, qualify))

    def ordered(self, order: Order, qualify: bool) -> exp.Ordered:
        return exp.Ordered(
            this=self.term(order.term, qualify), desc=order.descending, nulls_first=not order.descending
        )

    def first_of_each(
        self, built: exp.Select, ordered: list[exp.Ordered], query: Query, qualify: bool
    ) -> exp.Select:
        """The statement's first rows for each value of `per`: its rows numbered, and those with a small number."""
        names = names_of(query.select)
        shown = [
            term if term.output_name == name else exp.alias_(term.unalias(), self.identifier(name))
            for term, name in zip(built.selects, names, strict=True)
        ]
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[self.column(column, qualify) for column in query.per],
            order=exp.Order(expressions=ordered),
        )
        numbered = built.select(*shown, exp.alias_(number, PLACE), append=False).subquery("numbered")
        groups = [name for term, name in zip(query.select, names, strict=True) if tells_group(term, query)]
        return (
            exp.select(*(exp.column(self.identifier(name)) for name in names))
            .from_(numbered)
            .where(exp.LTE(this=exp.column(PLACE), expression=exp.Literal.number(query.limit or 1)))
            .order_by(*(exp.column(self.identifier(name)) for name in (*groups, PLACE)))
        )

    def with_membership(self, query: Query, qualify: bool) -> Query:
        """`also` as a condition: the rows' key is among those the other query gives."""
        if query.also is None:
            return query
        owner = self.known(tables_of(query)[0])
        key = query.also_by or ColumnRef(owner.name, row_key(owner))
        inner = replace(query.also, select=(Term(key),), distinct=False)
        return replace(query, where=(*query.where, Comparison(Term(key), "in", query=inner)), also=None)

    def projections(self, query: Query, qualify: bool) -> list[exp.Expr]:
        if query.everything and any(
            table == query.tables[0] for table, _ in self.schema.glossary.hidden_columns
        ):
            owner = self.known(query.tables[0])
            return [self.column(ColumnRef(owner.name, column.name), qualify) for column in owner.columns]
        if query.everything:
            star = exp.Star()
            return [exp.Column(this=star, **self.place(query.tables[0])) if qualify else star]
        return [self.projection(term, qualify) for term in query.select]

    def projection(self, term: Term, qualify: bool) -> exp.Expr:
        built = self.term(term, qualify)
        if term.column is not None and term.column.period and not term.function:
            return exp.alias_(built, term.column.period)
        if term.operand is not None and not term.function:
            return exp.alias_(built, calculated_name(term) or "amount")
        if term.column is not None and isinstance(term.column.table, Role) and not term.function:
            name = f"{self.role_name(term.column.table)}_{slug(term.column.column)}"
            return exp.alias_(built, self.identifier(name))
        return exp.alias_(built, alias_of(term)) if term.function else built

    def term(self, term: Term, qualify: bool) -> exp.Expr:
        if term.part:
            return self.share(term, qualify)
        if term.of_all:
            return self.share_of_all(term, qualify)
        if term.metric is not None:
            return metric_expression(term, self.schema, lambda ref: self.column(ref, qualify))
        if term.column is None:
            return exp.Count(this=exp.Star())
        column = self.calculated(term, qualify)
        if not term.function:
            return column
        if term.function == "spread":
            return exp.Sub(this=exp.Max(this=column), expression=exp.Min(this=column.copy()))
        inner = exp.Distinct(expressions=[column]) if term.distinct else column
        return FUNCTIONS[term.function](this=inner)

    def calculated(self, term: Term, qualify: bool) -> exp.Expr:
        """The term's column, calculated with its operand."""
        assert term.column is not None
        column = self.column(term.column, qualify)
        if term.operand is None:
            return column
        operand = self.column(term.operand, qualify)
        if term.op == "/":
            below = exp.Nullif(this=operand, expression=exp.Literal.number(0))
            return exp.Div(
                this=exp.Mul(this=exp.Literal.number("1.0"), expression=column), expression=below, typed=True
            )
        if term.op in ARITHMETIC:
            return ARITHMETIC[term.op](this=column, expression=operand)
        if term.op in SECONDS:
            times = self.as_moment(column, term.column), self.as_moment(operand, term.operand)
            return self.time_between(*times, SECONDS[term.op])
        return between(self.as_date(column, term.column), self.as_date(operand, term.operand), term.op)

    def time_between(self, later: exp.Expr, earlier: exp.Expr, seconds: int) -> exp.Expr:
        """What lies between two times, in units of so many seconds, with fractions."""
        found = exp.replace_placeholders(self.seconds_between, later=later, earlier=earlier)
        return exp.Div(this=exp.cast(found, "double"), expression=exp.Literal.number(seconds), typed=True)

    def share(self, term: Term, qualify: bool) -> exp.Expr:
        """Rows that meet one part by rows that meet the other: never a division of whole numbers, nor by zero."""

        def meeting(conditions: tuple[Condition, ...]) -> exp.Expr:
            if not conditions:
                return exp.Count(this=exp.Star())
            test = exp.and_(*(self.condition(condition, qualify) for condition in conditions))
            one, nothing = exp.Literal.number(1), exp.Literal.number(0)
            return exp.Sum(this=exp.case().when(test, one).else_(nothing))

        times = exp.Literal.number("100.0" if term.function == "percent" else "1.0")
        below = exp.Nullif(this=meeting(term.whole), expression=exp.Literal.number(0))
        return exp.Div(this=exp.Mul(this=times, expression=meeting(term.part)), expression=below, typed=True)

    def share_of_all(self, term: Term, qualify: bool) -> exp.Expr:
        """What a group has in percent of what all have: their aggregates are added up once more."""
        own = self.term(replace(term, of_all=False), qualify)
        total = exp.Window(this=exp.Sum(this=own.copy()))
        times = exp.Mul(this=exp.Literal.number("100.0"), expression=own)
        below = exp.Nullif(this=total, expression=exp.Literal.number(0))
        return exp.Div(this=times, expression=below, typed=True)

    def condition(self, condition: Condition, qualify: bool) -> exp.Expr:
        if isinstance(condition, Either):
            return exp.or_(*(self.condition(part, qualify) for part in condition.parts))
        if isinstance(condition, All):
            return exp.and_(*(self.condition(part, qualify) for part in condition.parts))
        left = self.term(condition.left, qualify)
        if condition.other is not None:
            return COMPARE[condition.op](this=left, expression=self.term(condition.other, qualify))
        return self.comparison(left, condition)

    def comparison(self, left: exp.Expr, condition: Comparison) -> exp.Expr:
        op, values = condition.op, condition.values
        if op in ("is null", "is not null"):
            test: exp.Expr = exp.Is(this=left, expression=exp.Null())
            return exp.not_(test) if op == "is not null" else test
        if condition.query is not None:
            inner = self.select(condition.query)
            if op in COMPARE:
                return COMPARE[op](this=left, expression=exp.Subquery(this=inner))
            test = exp.In(this=left, query=exp.Subquery(this=inner))
            return exp.not_(test) if op == "not in" else test
        if op in ("in", "not in"):
            test = exp.In(this=left, expressions=[literal(value) for value in values])
            return exp.not_(test) if op == "not in" else test
        if op == "between":
            return exp.Between(this=left, low=literal(values[0]), high=literal(values[1]))
        if op in ("like", "not like"):
            test = self.like(this=left, expression=literal(values[0]))
            return exp.not_(test) if op == "not like" else test
        return COMPARE[op](this=left, expression=literal(values[0]))

    def join_type(self, join: Join, query: Query) -> str:
        """A role that is only shown takes nothing away: the employee without a manager stays."""
        if not isinstance(join.new, Role):
            return ""
        known = self.known(join.new.owner).column(join.new.column)
        asked = {part.left.owner for part in comparisons_of((*query.where, *query.having))}
        asked |= {part.other.owner for part in comparisons_of(query.where) if part.other}
        asked |= {column.table for column in query.group}
        shown = any(term.owner == join.new for term in query.select)
        return "left" if known and known.nullable and shown and join.new not in asked else ""

    def join_condition(self, join: Join) -> exp.Expr:
        return exp.and_(
            *(
                exp.EQ(
                    this=self.column(ColumnRef(join.known, known), qualify=True),
                    expression=self.column(ColumnRef(join.new, new), qualify=True),
                )
                for known, new in join.pairs
            )
        )

    def column(self, ref: ColumnRef, qualify: bool) -> exp.Expr:
        column = exp.Column(this=self.identifier(ref.column), **(self.place(ref.table) if qualify else {}))
        return in_period(self.as_time(column, ref), ref.period, self.sqlglot_name) if ref.period else column

    def as_time(self, column: exp.Expr, ref: ColumnRef) -> exp.Expr:
        """The column as a time, where a database with types holds it as a text."""
        known = self.known(ref.table).column(ref.column)
        is_text = known is not None and TEXTUAL.search(known.type) is not None
        return exp.cast(column, "timestamp") if is_text and self.has_types else column

    def as_moment(self, column: exp.Expr, ref: ColumnRef) -> exp.Expr:
        """The column as a time of some day: a day is its first moment."""
        known = self.known(ref.table).column(ref.column)
        is_moment = known is not None and known.type.lower().startswith(("timestamp", "datetime"))
        return column if is_moment or not self.has_types else exp.cast(column, "timestamp")

    def as_date(self, column: exp.Expr, ref: ColumnRef) -> exp.Expr:
        """The column as a day without a time of day."""
        known = self.known(ref.table).column(ref.column)
        is_day = known is not None and known.type.lower() == "date"
        return column if is_day else exp.TsOrDsToDate(this=self.as_time(column, ref))

    def table(self, name: str) -> exp.Table:
        table = self.known(name)
        return exp.Table(
            this=self.identifier(table.local),
            db=self.identifier(table.schema) if table.qualified else None,
            alias=exp.TableAlias(this=self.identifier(self.role_name(name)))
            if isinstance(name, Role)
            else None,
        )

    def place(self, name: str) -> dict[str, exp.Identifier]:
        """The table's own name, with its schema where the session does not look for it; for a role the role's."""
        if isinstance(name, Role):
            return {"table": self.identifier(self.role_name(name))}
        table = self.known(name)
        local = {"table": self.identifier(table.local)}
        return {**local, "db": self.identifier(table.schema)} if table.qualified else local

    def role_name(self, role: Role) -> str:
        """ "manager" for the employees that manager_id means; with the table's name where a table is called so."""
        name = "_".join(role_words(role)) or slug(role.column)
        taken = {table.local.lower() for table in self.schema.tables}
        return f"{name}_{slug(self.known(role).local)}" if name in taken else name

    def known(self, name: str) -> Table:
        return cast(Table, self.schema.table(table_of(name)))


def in_period(column: exp.Expr, period: str, sqlglot_name: str) -> exp.Expr:
    """The date's period as a text that sorts: "2024", "2024-Q3", "2024-09", "2024-09-02" for a day and for the week
    from Monday on, "1 Monday", "09" for an hour of whichever day."""
    if period == "weekday":
        return weekday_of(column, sqlglot_name)
    if period == "quarter":
        return exp.DPipe(this=as_text(column, "%Y"), expression=quarter_of(column))
    return as_text(monday_of(column, sqlglot_name) if period == "week" else column, PERIODS[period])


def as_text(column: exp.Expr, format: str) -> exp.Expr:
    return exp.TimeToStr(this=column.copy(), format=exp.Literal.string(format))


def quarter_of(column: exp.Expr) -> exp.Case:
    """ "-Q3". Not by a division: what is left over is another matter in each database."""
    quarters = exp.Case(default=exp.Literal.string("-Q4"))
    for number in (1, 2, 3):
        last = exp.LTE(this=as_text(column, "%m"), expression=exp.Literal.string(f"{3 * number:02}"))
        quarters = quarters.when(last, exp.Literal.string(f"-Q{number}"))
    return quarters


WEEKDAYS = tuple(
    f"{number} {name}"
    for number, name in enumerate("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(), 1)
)


def weekday_of(column: exp.Expr, sqlglot_name: str) -> exp.Case:
    """ "1 Monday" to "7 Sunday": in the order of the days, and with their names."""
    numbers: list[exp.Expr] = [exp.Literal.number(number) for number in range(7)]
    if sqlglot_name == "sqlite":  # counts from Sunday
        day: exp.Expr = as_text(column, "%w")
        numbers = [exp.Literal.string(str(number % 7)) for number in range(1, 8)]
    elif sqlglot_name in MYSQL_FAMILY:
        day = exp.Anonymous(this="WEEKDAY", expressions=[column.copy()])
    elif sqlglot_name in KNOWING_ISO_DAYS:
        day = exp.Extract(this=exp.var("ISODOW"), expression=column.copy())
        numbers = [exp.Literal.number(number) for number in range(1, 8)]
    else:
        day = between(column.copy(), monday_of(column, sqlglot_name), "day")
    named = exp.Case(this=day)
    for number, name in zip(numbers, WEEKDAYS, strict=True):
        named = named.when(number, exp.Literal.string(name), copy=False)
    return named


KNOWING_ISO_DAYS = frozenset({"duckdb", "postgres", "redshift", "materialize", "risingwave"})


def monday_of(column: exp.Expr, sqlglot_name: str) -> exp.Expr:
    """The Monday that the date's week begins with. Numbers of weeks are counted differently everywhere."""
    if sqlglot_name == "sqlite":
        steps = [exp.Literal.string(step) for step in ("weekday 0", "-6 days")]
        return exp.Anonymous(this="DATE", expressions=[column.copy(), *steps])
    if sqlglot_name in MYSQL_FAMILY:
        days = exp.Anonymous(this="WEEKDAY", expressions=[column.copy()])
        return exp.DateSub(this=column.copy(), expression=days, unit=exp.var("DAY"))
    week = "ISOWEEK" if sqlglot_name == "bigquery" else "WEEK"
    return exp.DateTrunc(this=column.copy(), unit=exp.Literal.string(week))  # type: ignore[no-untyped-call]


def between(end: exp.Expr, start: exp.Expr, unit: str) -> exp.Expr:
    """How many days, weeks, months or years of the calendar lie between two days."""
    if unit in ("month", "year"):
        later, earlier = (
            exp.cast(exp.TimeToStr(this=day.copy(), format=exp.Literal.string("%Y")), "int")
            for day in (end, start)
        )
        years = exp.Sub(this=later, expression=earlier)
        if unit == "year":
            return years
        later, earlier = (
            exp.cast(exp.TimeToStr(this=day.copy(), format=exp.Literal.string("%m")), "int")
            for day in (end, start)
        )
        return exp.Sub(
            this=exp.Add(
                this=exp.Mul(this=exp.paren(years), expression=exp.Literal.number(12)), expression=later
            ),
            expression=earlier,
        )
    days = exp.DateDiff(this=end, expression=start, unit=exp.var("DAY"))
    return exp.Div(this=days, expression=exp.Literal.number("7.0")) if unit == "week" else days


def tells_group(term: Term, query: Query) -> bool:
    """Whether the column says which group a row is in: what groups, else what its table is known by."""
    if any(shown.column in query.per for shown in query.select):
        return term.column in query.per and not term.function
    return not term.function and term.owner in {column.table for column in query.per}


def names_of(terms: tuple[Term, ...]) -> list[str]:
    """A name for each column that a statement gives, no two the same."""
    plain = [alias_of(term) if term.function else column_name(term) for term in terms]
    names: list[str] = []
    for term, name in zip(terms, plain, strict=True):
        wanted = f"{slug(term.owner)}_{name}" if plain.count(name) > 1 or name == PLACE else name
        names.append(wanted if wanted not in names else f"{wanted}_{len(names) + 1}")
    return names


def column_name(term: Term) -> str:
    if term.operand is not None:
        return calculated_name(term) or "amount"
    return "number" if term.column is None else term.column.period or slug(term.column.column)


def row_key(table: Table) -> str:
    """The column that tells the rows of a table apart: its key, else its first column."""
    return table.primary_key[0] if len(table.primary_key) == 1 else table.columns[0].name


def alias_of(term: Term) -> str:
    """A name for an aggregate's column that can be used in pandas: "sum_amount", "number_of_orders"."""
    if term.part:
        return term.function
    if term.of_all:
        return "percent"
    if term.metric is not None:
        return slug(f"{METRIC_ALIASES.get(term.function, '')}{term.metric.name}")
    if term.column is None:
        return f"number_of_{slug(term.table.rpartition('.')[2])}" if term.table else "number"
    if term.function == "count":
        return f"number_of_{slug(term.column.column)}"
    if term.operand is not None:
        name = calculated_name(term)
        return f"{AGGREGATED[term.function]}_{name}" if name else AGGREGATED[term.function]
    word = AGGREGATED[term.function]
    name = slug(term.column.column)
    return name if name.startswith(f"{word}_") else f"{word}_{name}"


def calculated_name(term: Term) -> str:
    """ "days", "difference", "ratio", "sum"; nothing for a product, which is an amount."""
    return {"*": "", "-": "difference", "+": "sum", "/": "ratio"}.get(term.op, f"{term.op}s")


def slug(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_").lower() or "value"


def literal(value: object) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float | Decimal):
        number = int(value) if float(value).is_integer() else value
        return exp.Neg(this=exp.Literal.number(-number)) if number < 0 else exp.Literal.number(number)
    if isinstance(value, datetime.date):
        return exp.Literal.string(value.isoformat())
    return exp.Literal.string(str(value))
