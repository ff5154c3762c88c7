"""From SQL: a statement as a Query, so that a follow-up can change what was asked before."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from dbchat_magic.core.schema import Schema
from dbchat_magic.dialects import find_dialect
from dbchat_magic.linking.kinds import is_date
from dbchat_magic.translators.offline.joins import JoinGraph, Role, table_of
from dbchat_magic.translators.offline.meaning import find_metric, unfiltered_tables, without_filters
from dbchat_magic.translators.offline.query import (
    All,
    ColumnRef,
    Comparison,
    Condition,
    Either,
    Order,
    Query,
    Term,
)
from dbchat_magic.translators.offline.sql import COMPARE, FUNCTIONS, PERIODS, SqlBuilder, in_period

OPERATORS: dict[type[exp.Expr], str] = {node: op for op, node in COMPARE.items()}
AGGREGATES: dict[type[exp.Expr], str] = {node: name for name, node in FUNCTIONS.items()}


CALCULATIONS = ("*", "-", "+", "/")

PER_CENT = 100.0


class NotExpressible(Exception):
    """The statement does more than a Query can say."""


def read_query(sql: str, schema: Schema) -> Query | None:
    """The Query that a SELECT amounts to; None when it is something else or more than a Query can say."""
    if not sql.lstrip("( \t\r\n").upper().startswith("SELECT"):
        return None  # of other statements the parser writes some into the log
    try:
        statement = sqlglot.parse_one(sql, read=find_dialect(schema.dialect).sqlglot)
        return SqlReader(schema).query(statement)
    except (SqlglotError, NotExpressible, RecursionError):
        return None


class SqlReader:
    """Reads one statement; holds what every part of it needs to know."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.aliases: dict[str, str] = {}
        self.graph = JoinGraph(schema)
        self.dialect = find_dialect(schema.dialect).sqlglot

    def query(self, select: exp.Expr) -> Query:
        if isinstance(select, exp.Except | exp.Intersect):
            return self.combined(select)
        if not isinstance(select, exp.Select) or select.args.get("with_") or select.args.get("with"):
            raise NotExpressible
        self.aliases = self.tables(select)
        if not self.aliases:
            raise NotExpressible
        first = next(iter(self.aliases.values()))
        terms, everything = self.projections(select)
        tables = tuple(self.aliases.values())
        clause = select.args.get("where")
        where = tuple(self.condition(part) for part in without_filters(clause, tables, self.schema))
        return Query(
            select=terms,
            where=where,
            group=tuple(self.reference(node) for node in expressions(select, "group")),
            having=self.conditions(select.args.get("having")),
            order=tuple(self.order(node) for node in expressions(select, "order")),
            limit=self.limit(select),
            distinct=select.args.get("distinct") is not None,
            tables=tuple(dict.fromkeys((first, *self.aliases.values()))),
            everything=everything,
            unfiltered=unfiltered_tables(clause, tables, self.schema),
        )

    def combined(self, node: exp.Except | exp.Intersect) -> Query:
        """Rows of the first statement whose first column is, or is not, in the other."""
        one = SqlReader(self.schema).query(node.this)
        other = SqlReader(self.schema).query(node.expression)
        if one.everything or not one.select or not other.select or one.group:
            raise NotExpressible
        op = "in" if isinstance(node, exp.Intersect) else "not in"
        inner = replace(other, select=other.select[:1])
        return replace(one, where=(*one.where, Comparison(one.select[0], op, query=inner)), distinct=True)

    def tables(self, select: exp.Select) -> dict[str, str]:
        """The tables by their aliases, the first one first; each only once."""
        sources = [node for node in (select.find(exp.From), *select.args.get("joins", ())) if node]
        found: dict[str, str] = {}
        for node in sources:
            source = node.this
            named = f"{source.db}.{source.name}" if source.args.get("db") else source.name
            table = self.schema.table(named) if isinstance(source, exp.Table) else None
            if table is None or source.alias_or_name.lower() in found:
                raise NotExpressible
            name = self.role(node, table.name, found) or table.name
            if name in found.values():
                raise NotExpressible
            found[source.alias_or_name.lower()] = name
        return found

    def role(self, join: exp.Expr, target: str, found: dict[str, str]) -> Role | None:
        """The role that the join's condition gives the table, where it is not the one it has anyway."""
        columns = {column.name.lower() for column in (join.args.get("on") or exp.Null()).find_all(exp.Column)}
        for owner in found.values():
            roles = [role for role in self.graph.roles.get(owner, ()) if role.target == target]
            plain = {step.pairs[0][0] for step in self.graph.edges.get(owner, ()) if step.new == target}
            for role in roles:
                if role.column.lower() in columns and role.column not in plain:
                    return role
        return None

    def projections(self, select: exp.Select) -> tuple[tuple[Term, ...], bool]:
        """(terms, whether all columns are shown)."""
        if any(isinstance(node, exp.Star) or isinstance(node.this, exp.Star) for node in select.expressions):
            if len(select.expressions) > 1:
                raise NotExpressible
            star = select.expressions[0]
            if isinstance(star, exp.Star | exp.Column):
                return (), True
        return tuple(self.term(node.unalias()) for node in select.expressions), False

    def term(self, node: exp.Expr) -> Term:
        if (metric := find_metric(node, self.schema)) is not None:
            return metric
        if isinstance(node, exp.Paren):
            return self.term(node.this)
        calculated = self.calculated(node)
        if calculated is not None:
            return calculated
        if isinstance(node, exp.Div):
            return self.share(node)
        if isinstance(node, exp.Count):
            if isinstance(node.this, exp.Star):
                return Term(table=self.counted_table(), function="count")
            distinct = isinstance(node.this, exp.Distinct)
            inner = node.this.expressions[0] if distinct else node.this
            return Term(self.reference(inner), function="count", distinct=distinct)
        if type(node) in AGGREGATES:
            return replace(self.term(node.this), function=AGGREGATES[type(node)])
        return Term(self.reference(node))

    def counted_table(self) -> str:
        """Whose rows a join's are: each meets one row at most of every other table."""
        names = list(self.aliases.values())
        for name in names:
            met = {name}
            for _ in names:
                met |= {join.new for known in met for join in self.graph.joins_from(known) if not join.many}
            if met.issuperset(names):
                return name
        return names[0]

    def calculated(self, node: exp.Expr) -> Term | None:
        """A calculation with two columns, or with the highest and lowest of one, as sql.py writes it."""
        if not isinstance(node, exp.Sub | exp.Div | exp.Mul | exp.Add | exp.Cast | exp.DateDiff):
            return None
        columns = list(dict.fromkeys(column.sql() for column in node.find_all(exp.Column)))
        if len(columns) not in (1, 2):
            return None
        found = [self.reference(sqlglot.parse_one(column)) for column in columns]
        builder = SqlBuilder(self.schema, self.graph)
        qualify = "." in columns[0]
        written = node.sql(dialect=self.dialect)
        for term in calculations(found):
            if builder.term(term, qualify).sql(dialect=self.dialect) == written:
                return term
        return None

    def share(self, node: exp.Div) -> Term:
        """A ratio or percentage as sql.py writes it."""
        above, below = node.this.unnest(), node.expression.unnest()
        if not (isinstance(above, exp.Mul) and isinstance(below, exp.Nullif)):
            raise NotExpressible
        if isinstance(below.this, exp.Window):
            return self.share_of_all(above.expression, below.this)
        return Term(
            table=next(iter(self.aliases.values())),
            function="percent" if value_of(above.this) == PER_CENT else "ratio",
            part=self.counted(above.expression),
            whole=self.counted(below.this),
        )

    def share_of_all(self, own: exp.Expr, total: exp.Window) -> Term:
        """An aggregate by the sum of it over all groups, as sql.py writes it."""
        over_all = not total.args.get("partition_by") and not total.args.get("order")
        if not over_all or total.this != exp.Sum(this=own):
            raise NotExpressible
        return replace(self.term(own), of_all=True)

    def counted(self, node: exp.Expr) -> tuple[Condition, ...]:
        """What the counted rows meet."""
        if isinstance(node, exp.Count):
            return ()
        case = node.this if isinstance(node, exp.Sum) else None
        if not isinstance(case, exp.Case):
            raise NotExpressible
        return self.conditions(case.args["ifs"][0])

    def in_period(self, node: exp.Expr) -> ColumnRef | None:
        """The period of a date that our own SQL says so."""
        said = node.sql(self.dialect)
        dates = [node.find(exp.Column), *(cast.copy() for cast in node.find_all(exp.Cast))]
        for period in (*PERIODS, "quarter", "weekday"):
            for date in filter(None, dates):
                if in_period(date, period, self.dialect).sql(self.dialect) == said:
                    return replace(self.reference(date), period=period)
        return None

    def reference(self, node: exp.Expr) -> ColumnRef:
        if isinstance(node, exp.TimeToStr | exp.DPipe | exp.Concat | exp.Case) and (
            found := self.in_period(node)
        ):
            return found
        if isinstance(node, exp.TsOrDsToTimestamp | exp.Cast | exp.Paren):
            return self.reference(node.this)
        if not isinstance(node, exp.Column):
            raise NotExpressible
        named = self.aliases.get(node.table.lower()) if node.table else None
        for name in [named] if named else self.aliases.values():
            table = self.schema.table(table_of(name))
            column = table.column(node.name) if table else None
            if column is not None:
                return ColumnRef(name, column.name)
        raise NotExpressible

    def conditions(self, clause: exp.Expr | None) -> tuple[Condition, ...]:
        if clause is None:
            return ()
        return tuple(self.condition(part) for part in conjuncts(clause.this))

    def condition(self, node: exp.Expr) -> Condition:
        if isinstance(node, exp.Or):
            return Either(tuple(self.condition(part.unnest()) for part in node.flatten()))
        if isinstance(node, exp.And):
            return All(tuple(self.condition(part.unnest()) for part in node.flatten()))
        if isinstance(node, exp.Not):
            return negated(self.condition(node.this.unnest()))
        if node.args.get("negate"):  # how some dialects' parsers write NOT LIKE and IS NOT NULL
            return negated(self.comparison(node))
        return self.comparison(node)

    def comparison(self, node: exp.Expr) -> Comparison:
        if type(node) in OPERATORS:
            return self.compared(node, OPERATORS[type(node)])
        left = self.term(node.this)
        if isinstance(node, exp.Is):
            return Comparison(left, "is null")
        if isinstance(node, exp.Between):
            return Comparison(left, "between", (value_of(node.args["low"]), value_of(node.args["high"])))
        if isinstance(node, exp.Like | exp.ILike):
            return Comparison(left, "like", (value_of(node.expression),))
        if isinstance(node, exp.In):
            query = node.args.get("query")
            if query is not None:
                return Comparison(left, "in", query=SqlReader(self.schema).query(query.this))
            return Comparison(left, "in", tuple(value_of(item) for item in node.expressions))
        raise NotExpressible

    def compared(self, node: exp.Expr, op: str) -> Comparison:
        left, right = self.term(node.this), node.expression.unnest()
        if isinstance(right, exp.Subquery | exp.Select):
            return Comparison(left, op, query=SqlReader(self.schema).query(right.unnest()))
        if isinstance(right, exp.Column) and not right.this.quoted:
            return Comparison(left, op, other=self.term(right))
        return Comparison(left, op, (self.day(left, value_of(right)),))

    def day(self, left: Term, value: object) -> object:
        """The value; a text that a date is compared with as the day that it is."""
        table = self.schema.table(table_of(left.column.table)) if left.column and not left.function else None
        column = table.column(left.column.column) if table and left.column else None
        if not (isinstance(value, str) and column and is_date(column)):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return value

    def order(self, node: exp.Expr) -> Order:
        return Order(self.term(node.this), bool(node.args.get("desc")))

    def limit(self, select: exp.Select) -> int | None:
        node = select.args.get("limit")
        return int(node.expression.name) if node is not None else None


def calculations(columns: list[ColumnRef]) -> Iterator[Term]:
    """Everything that can be calculated with these columns."""
    if len(columns) == 1:
        yield Term(columns[0], function="spread")
        return
    for first, second in (columns, columns[::-1]):
        for op in (*CALCULATIONS, "minute", "hour", "day", "week", "month", "year"):
            yield Term(first, operand=second, op=op)


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """What holds together: the parts of nested ANDs."""
    inner = node.unnest()
    if isinstance(inner, exp.And):
        yield from conjuncts(inner.this)
        yield from conjuncts(inner.expression)
    else:
        yield inner


def expressions(select: exp.Select, clause: str) -> list[exp.Expr]:
    node = select.args.get(clause)
    return node.expressions if node is not None else []


def value_of(node: exp.Expr) -> object:
    if isinstance(node, exp.Neg):
        inner = value_of(node.this)
        return -inner if isinstance(inner, int | float) else inner
    if isinstance(node, exp.Column):  # SQLite reads a name in double quotes that is no column as a text
        return node.name
    if not isinstance(node, exp.Literal):
        raise NotExpressible
    if node.is_string:
        return node.name
    return float(node.name) if "." in node.name or "e" in node.name.lower() else int(node.name)


NEGATED = {"in": "not in", "like": "not like", "is null": "is not null", "=": "<>", "<": ">=", ">": "<=",
           "<=": ">", ">=": "<"}  # fmt: skip


def negated(condition: Condition) -> Condition:
    if isinstance(condition, Either | All) or condition.op not in NEGATED:
        raise NotExpressible
    return replace(condition, op=NEGATED[condition.op])
