"""Explain: what a statement does, in plain words, step by step, from its syntax tree alone.

What has no words here is shown as SQL: nothing is guessed, and nothing that passes the guard raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from dbchat_magic.dialects import find_dialect
from dbchat_magic.language import both, marked, phrase

BEGINNING = re.compile(r"[\s(]*(SELECT|WITH|VALUES|FROM)\b", re.IGNORECASE)
"""How the statements begin that have words here."""
INDENT = "  "
KEPT = {
    "LEFT": marked(", and keeps rows that have none"),
    "RIGHT": marked(", and keeps rows of it that match none"),
    "FULL": marked(", and keeps the rows of either side that match none"),
}
"""What an outer join does beside joining."""
LONGEST_SQL = 200
"""Characters of SQL that is shown as it is."""

Say = Callable[["Explainer", Any], str]


def explain_sql(sql: str, dialect: str) -> tuple[str, ...]:
    """The steps of a statement, one in each line; those of a query inside it are indented.

    >>> explain_sql("SELECT country, count(*) FROM customers GROUP BY country LIMIT 3", "sqlite")
    ('Takes the rows of customers.', 'Makes one row for each country.', 'Shows country, number of rows.', \
'Stops after 3 rows.')
    """
    name = find_dialect(dialect).sqlglot
    try:
        trees = sqlglot.parse(sql, read=name) if BEGINNING.match(sql) else []
        if len(trees) == 1 and isinstance(trees[0], exp.Query | exp.Values):
            return tuple(Explainer(name).steps(trees[0]))
    except (SqlglotError, RecursionError):
        pass
    return (runs(shorten(sql)),)


class Explainer:
    """Says what the parts of one statement do; holds what its names stand for."""

    def __init__(self, dialect: str, names: Mapping[str, str] | None = None) -> None:
        self.dialect = dialect
        self.names = dict(names or {})
        """What an alias stands for, lower case."""

    # ----------------------------------------------------------------------------------------- the steps

    def steps(self, query: exp.Expr) -> list[str]:
        """The steps of a query in the order in which they may be thought of."""
        if unread(query, QUERIES.get(type(query), PLAIN)):
            return [runs(self.sql(query))]
        if isinstance(query, exp.Subquery):
            return [*self.made_first(query), *self.steps(query.this), *self.endings(query)]
        if isinstance(query, exp.SetOperation):
            return [*self.made_first(query), *self.combined(query), *self.endings(query)]
        if isinstance(query, exp.Select):
            return [*self.made_first(query), *self.selected(query), *self.endings(query)]
        if isinstance(query, exp.Values):
            return [phrase("Shows {rows} written in the statement.", rows=row_count(len(query.expressions)))]
        return [runs(self.sql(query))]

    def made_first(self, query: exp.Expr) -> Iterator[str]:
        """What a WITH makes before all else."""
        clause = query.args.get("with_")
        if clause is None:
            return
        if unread(clause, READ[exp.With]):
            yield phrase("First makes {sql}.", sql=self.sql(clause))
            return
        makes = marked("First makes “{name}”:")
        if clause.args.get("recursive"):
            makes = marked("First makes “{name}”, which may go on from its own rows:")
        for cte in clause.expressions:
            yield phrase(makes, name=cte.alias)
            yield from self.inside(cte.this)

    def inside(self, query: exp.Expr) -> list[str]:
        """The steps of a query inside this one, indented."""
        return [INDENT + line for line in Explainer(self.dialect, self.names).steps(query)]

    def combined(self, query: exp.SetOperation) -> Iterator[str]:
        if isinstance(query, exp.Union) and query.args.get("distinct") is not False:
            yield phrase("Takes the rows of both, each different row once:")
        elif isinstance(query, exp.Union):
            yield phrase("Takes the rows of both, repeated ones too:")
        elif isinstance(query, exp.Intersect):
            yield phrase("Takes the rows that both of these give:")
        else:
            yield phrase("Takes the rows of the first that the second does not give:")
        for number, side in enumerate((query.this, query.expression), 1):
            first, *rest = Explainer(self.dialect, self.names).steps(side)
            yield f"{INDENT}{number}. {first}"
            yield from (f"{INDENT}   {line}" for line in rest)

    def selected(self, query: exp.Select) -> Iterator[str]:
        args = query.args
        source = args.get("from_")
        joins = args.get("joins") or []
        self.learn([each.this for each in (source, *joins) if each is not None])
        if source is not None:
            yield from self.taken(source.this, marked("Takes the rows of {source}"))
        for join in joins:
            yield from self.joined(join)
        if where := args.get("where"):
            yield from self.conditions(where.this, marked("Keeps the rows where {condition}"))
        yield from self.grouped(query)
        if having := args.get("having"):
            yield from self.conditions(having.this, marked("Keeps those where {condition}"))
        for window in args.get("windows") or []:
            yield phrase("Calls {window} a window.", window=self.sql(window).replace(" OVER (", " AS (", 1))
        if qualify := args.get("qualify"):
            yield from self.conditions(qualify.this, marked("Keeps the rows where {condition}"))
        shown = phrase(", ").join(map(self.shown, query.expressions))
        yield phrase("Shows {columns}.", columns=shown) if shown else phrase("Shows all columns.")
        if distinct := args.get("distinct"):
            on = distinct.args.get("on")
            if on:
                yield phrase("Keeps the first row for each {columns}.", columns=self.listed(on))
            else:
                yield phrase("Leaves out repeated rows.")

    def learn(self, sources: list[exp.Expr]) -> None:
        """What the aliases stand for; where a table takes part twice, each of them for itself."""
        tables = [source for source in sources if isinstance(source, exp.Table)]
        names = [table.name.lower() for table in tables]
        for source in sources:
            is_once = isinstance(source, exp.Table) and names.count(source.name.lower()) == 1
            if source.alias:
                self.names[source.alias.lower()] = source.name if is_once else source.alias

    def taken(self, source: exp.Expr, line: str, **values: str) -> Iterator[str]:
        """The rows of a table, or those of a query and how it makes them; `line` is a phrase of the source."""
        names = source.args.get("alias")
        if isinstance(source, exp.Subquery) and not (names and names.args.get("columns")):
            called = (
                phrase("a query called “{name}”", name=source.alias) if source.alias else phrase("a query")
            )
            yield phrase("{text}:", text=phrase(line, source=called, **values))
            yield from self.inside(source)
        else:
            yield phrase("{text}.", text=phrase(line, source=self.source(source), **values))

    def source(self, source: exp.Expr) -> str:
        is_plain = isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier)
        if not is_plain or unread(source, READ[exp.Table]):
            return self.sql(source)
        schema = source.args.get("db")
        name = f"{schema.name}.{source.name}" if schema else source.name
        if source.alias and source.alias != source.name:
            return phrase("{name} (called {alias})", name=name, alias=source.alias)
        return name

    def joined(self, join: exp.Join) -> Iterator[str]:
        if unread(join, READ[exp.Join]):
            yield phrase("Joins {sql}.", sql=self.sql(join))
            return
        side, kind = (join.side or "").upper(), (join.kind or "").upper()
        method = (join.method or "").upper()
        condition = self.join_condition(join, method)
        if kind in ("SEMI", "ANTI"):
            line = marked("Keeps the rows that have no match among the rows of {source}{condition}")
            if kind == "SEMI":
                line = marked("Keeps the rows that have a match among the rows of {source}{condition}")
            yield from self.taken(join.this, line, condition=condition)
        elif not condition and (not side or kind == "CROSS"):
            yield from self.taken(join.this, marked("Combines each row with every row of {source}"))
        else:
            line = marked("Adds to each row the matching rows of {source}{condition}{kept}")
            kept = phrase(KEPT[side]) if side in KEPT else ""
            yield from self.taken(join.this, line, condition=condition, kept=kept)

    def join_condition(self, join: exp.Join, method: str) -> str:
        on = join.args.get("on")
        where = phrase(" where {condition}", condition=self.say(on)) if on else ""
        if method not in ("", "NATURAL"):
            return f" ({method}){where}"
        if where:
            return where
        if using := join.args.get("using"):
            return phrase(" with the same {columns}", columns=both(each.name for each in using))
        return phrase(" with the same values in columns of the same name") if method == "NATURAL" else ""

    def conditions(self, node: exp.Expr, line: str) -> Iterator[str]:
        """Conditions that must all hold, a line for each; `line` is a phrase of the first."""
        parts = conjuncts(node)
        said = [phrase(line, condition=self.say(parts[0]))]
        said += [INDENT + phrase("and {condition}", condition=self.say(part)) for part in parts[1:]]
        yield from (phrase("{text},", text=each) for each in said[:-1])
        yield phrase("{text}.", text=said[-1])

    def grouped(self, query: exp.Select) -> Iterator[str]:
        group = query.args.get("group")
        if group is None:
            if any(aggregates(part) for part in query.expressions):
                yield phrase("Makes one row of all of them.")
            return
        if group.args.get("all"):
            yield phrase("Makes one row for each combination of what is not aggregated.")
            return
        sets = any(isinstance(each, exp.Rollup | exp.Cube | exp.GroupingSets) for each in group.expressions)
        if sets or unread(group, READ[exp.Group]):
            yield phrase("Makes groups: {sql}.", sql=self.sql(group))
            return
        keys = [self.key(each, query) for each in group.expressions]
        yield phrase("Makes one row for each {keys}.", keys=join_words(keys, " and "))

    def key(self, node: exp.Expr, query: exp.Select) -> str:
        """What is grouped or sorted by; "2" is the second column shown."""
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
            place = int(node.name) - 1
            if place < len(query.expressions):
                return self.say(query.expressions[place].unalias())
            return phrase("column {number}", number=node.name)
        if node.find(exp.Case):  # long: what it is made of is told where it is shown
            named = (
                each.alias for each in query.expressions if isinstance(each, exp.Alias) and each.this == node
            )
            return next(named, "") or self.say(node)
        return self.say(node)

    def endings(self, query: exp.Expr) -> Iterator[str]:
        """How the rows are sorted and cut."""
        if order := query.args.get("order"):
            select = query if isinstance(query, exp.Select) else exp.Select()
            orders = phrase(", then by ").join(self.ordered(each, select) for each in order.expressions)
            yield phrase("Sorts by {orders}.", orders=orders)
        limit, offset = query.args.get("limit"), query.args.get("offset")
        elsewhere = limit.args.get("offset") if limit is not None else None
        skipped = offset.expression if offset is not None else elsewhere
        if skipped is not None:
            yield phrase("Leaves out the first {rows}.", rows=self.rows(skipped))
        if limit is not None:
            yield from self.limited(limit)

    def limited(self, limit: exp.Expr) -> Iterator[str]:
        options = limit.args.get("limit_options")
        number = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
        if isinstance(options, exp.LimitOptions) and (
            options.args.get("percent") or options.args.get("with_ties")
        ):
            yield phrase("Cuts the rows: {sql}.", sql=self.sql(limit))
        else:
            rows = self.rows(number) if number is not None else row_count(1)
            yield phrase("Stops after {rows}.", rows=rows)

    def rows(self, number: exp.Expr) -> str:
        is_plain = isinstance(number, exp.Literal) and number.name.isdigit()
        return row_count(int(number.name) if is_plain else self.say(number))

    def ordered(self, node: exp.Expr, query: exp.Select) -> str:
        if not isinstance(node, exp.Ordered):
            return self.key(node, query)
        if unread(node, READ[exp.Ordered]):
            return self.sql(node)
        key = self.key(node.this, query)
        if node.args.get("desc"):
            return phrase("{key}, largest first", key=key)
        return phrase("{key}, smallest first", key=key)

    def shown(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Alias):
            text = self.say(node.this)
            same = text == node.alias or text.startswith(f"{node.alias} of ")
            return text if same else phrase("{text} as {name}", text=text, name=node.alias)
        return self.say(node)

    # ------------------------------------------------------------------------------------------ the parts

    def say(self, node: exp.Expr) -> str:
        """An expression in words; as SQL where there are none for it."""
        say = SAID.get(type(node))
        text = say(self, node) if say and not unread(node, READ.get(type(node), PLAIN)) else ""
        return text or self.sql(node)

    def sql(self, node: exp.Expr) -> str:
        return shorten(node.sql(dialect=self.dialect))

    def sql_that(self, node: exp.Expr, *, negated: bool) -> str:
        """A condition as SQL."""
        return phrase("not {sql}", sql=self.sql(node)) if negated else self.sql(node)

    def listed(self, nodes: Iterable[exp.Expr] | exp.Expr, last: str = " and ") -> str:
        found = list(nodes) if not isinstance(nodes, exp.Expr) else nodes.expressions or [nodes]
        return join_words([self.say(each) for each in found], last)

    def query(self, node: exp.Expr) -> str:
        """A query inside an expression, in one line."""
        lines = Explainer(self.dialect, self.names).steps(node)
        return phrase("; ").join(lower_first(line.strip()).rstrip(".,:。，：") for line in lines)

    def within(self, node: exp.Expr) -> str:
        """An expression as a part of another, in brackets where its own parts could be taken for the other's."""
        text = self.say(node)
        return f"({text})" if isinstance(node, exp.Connector) else text

    def whole(self, node: exp.Expr) -> str:
        """An expression of which all is meant: "average of (a − b)" is not "average of a − b"."""
        text = self.say(node)
        return f"({text})" if isinstance(node, exp.Binary) and not isinstance(node, exp.Dot) else text


# ---------------------------------------------------------------------------------------------- the words


def say_column(self: Explainer, node: exp.Column) -> str:
    if isinstance(node.this, exp.Star):
        return phrase("all columns of {table}", table=self.names.get(node.table.lower(), node.table))
    owner = self.names.get(node.table.lower(), node.table)
    return phrase("{columns} of {table}", columns=node.name, table=owner) if owner else node.name


def say_star(self: Explainer, node: exp.Star) -> str:
    is_less = any(node.args.get(key) for key in ("except_", "replace", "rename"))
    return "" if is_less else phrase("all columns")


def say_literal(self: Explainer, node: exp.Literal) -> str:
    return f"'{node.name}'" if node.is_string else node.name


def say_boolean(self: Explainer, node: exp.Boolean) -> str:
    return phrase("true") if node.this else phrase("false")


def say_name(self: Explainer, node: exp.Identifier) -> str:
    return str(node.name)


def say_alias(self: Explainer, node: exp.Alias) -> str:
    return self.shown(node)


def say_negative(self: Explainer, node: exp.Neg) -> str:
    return f"-{self.within(node.this)}"


def say_count(self: Explainer, node: exp.Count) -> str:
    if isinstance(node.this, exp.Distinct):
        return phrase("number of different {things}", things=self.listed(node.this.expressions))
    if node.this is None or isinstance(node.this, exp.Star | exp.Literal):
        return phrase("number of rows")
    return phrase("number of rows that have {value}", value=self.say(node.this))


def of(words: str) -> Say:
    """A function of one thing: "total of {value}"."""

    def say(self: Explainer, node: exp.Expr) -> str:
        inner = node.this
        if inner is None or node.args.get("expressions"):
            return ""
        if isinstance(inner, exp.Distinct):
            different = phrase("different {things}", things=self.listed(inner.expressions))
            return phrase(words, value=different)
        return phrase(words, value=self.whole(inner))

    return say


def unread(node: exp.Expr, read: frozenset[str]) -> bool:
    """Whether a part of the node plays no part in the words for it."""
    return any(value for key, value in node.args.items() if key not in read and key not in HARMLESS)


def compared(words: str) -> Say:
    def say(self: Explainer, node: exp.Expr) -> str:
        left, right = node.args.get("this"), node.args.get("expression")
        if left is None or right is None:
            return ""
        return phrase(words, left=self.within(left), right=self.within(right))

    return say


def constant(words: str) -> Say:
    return lambda _self, _node: phrase(words)


def say_and(self: Explainer, node: exp.Expr) -> str:
    link = (
        marked("{condition} and {other}") if isinstance(node, exp.And) else marked("{condition} or {other}")
    )
    text, *others = [self.within(part.unnest()) for part in flattened(node)]
    for other in others:
        text = phrase(link, condition=text, other=other)
    return text


def say_not(self: Explainer, node: exp.Not) -> str:
    inner = node.this.unnest()
    say = NEGATED.get(type(inner))
    if say and not unread(inner, READ.get(type(inner), PLAIN)):
        return say(self, inner, negated=True)
    return phrase("not ({condition})", condition=self.say(inner))


def say_is(self: Explainer, node: exp.Is, *, negated: bool = False) -> str:
    left, right = self.within(node.this), node.expression
    negated = negated != bool(node.args.get("negate"))
    if isinstance(right, exp.Not):
        right, negated = right.this, not negated
    if isinstance(right, exp.Null):
        return phrase("{left} is known", left=left) if negated else phrase("{left} is missing", left=left)
    return phrase(IS_NOT if negated else IS, left=left, right=self.say(right))


def say_in(self: Explainer, node: exp.In, *, negated: bool = False) -> str:
    left, query = self.within(node.this), node.args.get("query")
    if query is not None:
        among = marked("{left} is among the results of ({query})")
        if negated:
            among = marked("{left} is not among the results of ({query})")
        return phrase(among, left=left, query=self.query(query))
    if not node.expressions:
        return self.sql_that(node, negated=negated)
    one_of = marked("{left} is none of {right}") if negated else marked("{left} is one of {right}")
    return phrase(one_of, left=left, right=self.listed(node.expressions, " or "))


def say_exists(self: Explainer, node: exp.Exists, *, negated: bool = False) -> str:
    if not isinstance(node.this, exp.Query):
        return self.sql_that(node, negated=negated)
    there = marked("there is no result of ({query})") if negated else marked("there is a result of ({query})")
    return phrase(there, query=self.query(node.this))


def say_like(self: Explainer, node: exp.Expr, *, negated: bool = False) -> str:
    left, pattern = self.within(node.this), node.expression
    negated = negated != bool(node.args.get("negate"))
    case = phrase(" in any case") if isinstance(node, exp.ILike) else ""
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        is_like = (
            marked("{left} is not like {right}{case}") if negated else marked("{left} is like {right}{case}")
        )
        return phrase(is_like, left=left, right=self.say(pattern), case=case)
    text = pattern.name
    inner = text.strip("%")
    if not inner or "%" in inner or "_" in inner or "\\" in inner:
        words = LOOKS
    elif text.startswith("%") and text.endswith("%"):
        words = CONTAINS
    elif text.endswith("%"):
        words = BEGINS
    elif text.startswith("%"):
        words = ENDS
    else:
        words = IS_TEXT
    shown = text if words is LOOKS else inner
    return phrase(words[negated], left=left, text=shown, case=case)


IS = marked("{left} is {right}")
IS_NOT = marked("{left} is not {right}")
LOOKS = (
    marked("{left} looks like '{text}' (% is any text, _ one letter){case}"),
    marked("{left} does not look like '{text}' (% is any text, _ one letter){case}"),
)
CONTAINS = marked("{left} contains '{text}'{case}"), marked("{left} does not contain '{text}'{case}")
BEGINS = marked("{left} begins with '{text}'{case}"), marked("{left} does not begin with '{text}'{case}")
ENDS = marked("{left} ends with '{text}'{case}"), marked("{left} does not end with '{text}'{case}")
IS_TEXT = marked("{left} is '{text}'{case}"), marked("{left} is not '{text}'{case}")
"""Each with how it is denied."""


def say_between(self: Explainer, node: exp.Between, *, negated: bool = False) -> str:
    low, high = (self.within(node.args[key]) for key in ("low", "high"))
    between = marked("{left} is not between {low} and {high}") if negated else BETWEEN
    text = phrase(between, left=self.within(node.this), low=low, high=high)
    return phrase("{text}, whichever is larger", text=text) if node.args.get("symmetric") else text


BETWEEN = marked("{left} is between {low} and {high}")


def say_paren(self: Explainer, node: exp.Paren) -> str:
    return f"({self.say(node.this)})"


def say_case(self: Explainer, node: exp.Case) -> str:
    parts = []
    for when in node.args.get("ifs") or []:
        test = self.say(when.this)
        if node.this is not None:
            test = phrase(IS, left=self.within(node.this), right=test)
        parts.append(phrase("{value} if {condition}", value=self.say(when.args["true"]), condition=test))
    default = node.args.get("default")
    last = self.say(default) if default is not None else phrase("nothing")
    text = phrase("else {value}", value=last)
    for part in reversed(parts):
        text = phrase("{part}, {rest}", part=part, rest=text)
    return f"({text})"


def say_if(self: Explainer, node: exp.If) -> str:
    yes, no = node.args.get("true"), node.args.get("false")
    if yes is None:
        return ""
    text = phrase("{value} if {condition}", value=self.say(yes), condition=self.say(node.this))
    last = phrase("else {value}", value=self.say(no) if no is not None else phrase("nothing"))
    return f"({phrase('{part}, {rest}', part=text, rest=last)})"


def say_cast(self: Explainer, node: exp.Cast) -> str:
    return phrase("{value} as {type}", value=self.whole(node.this), type=node.to.sql(dialect=self.dialect))


def say_coalesce(self: Explainer, node: exp.Coalesce) -> str:
    first, *others = [node.this, *node.expressions]
    return f"{self.within(first)}" + "".join(
        phrase(", or {value} where that is missing", value=self.within(each)) for each in others
    )


def say_round(self: Explainer, node: exp.Round) -> str:
    places = node.args.get("decimals")
    value = self.whole(node.this)
    if places is None:
        return phrase("{value} rounded", value=value)
    is_plain = isinstance(places, exp.Literal) and places.name.isdigit()
    number = int(places.name) if is_plain else self.say(places)
    if number == 1:
        return phrase("{value} rounded to 1 decimal", value=value)
    return phrase("{value} rounded to {number} decimals", value=value, number=number)


PERIODS = {
    "%Y": marked("year"), "%Y-%m": marked("month"), "%m": marked("number of the month"), "%Y-%m-%d": marked("day"), "%d": marked("day of the month"),
    "%H": marked("hour"), "%w": marked("weekday"), "%Y-W%W": marked("week"), "%W": marked("number of the week"), "%j": marked("day of the year"),
    "%M": marked("minute"),
}  # fmt: skip
UNITS = (marked("quarter"), marked("second"), marked("decade"), marked("century"))
"""Others that SQL names itself."""


def say_time_text(self: Explainer, node: exp.TimeToStr) -> str:
    format = node.args.get("format")
    period = PERIODS.get(format.name) if isinstance(format, exp.Literal) else None
    return (
        phrase("{period} of {value}", period=phrase(period), value=self.within(time_of(node.this)))
        if period
        else ""
    )


def say_period(self: Explainer, node: exp.Expr) -> str:
    """date_trunc and extract."""
    unit, time = node.args.get("unit"), node.this
    if isinstance(node, exp.Extract):
        unit, time = node.this, node.expression
    name = unit.name.lower() if isinstance(unit, exp.Expr) else ""
    if not name.isalpha() or not isinstance(time, exp.Expr):
        return ""
    return phrase("{period} of {value}", period=phrase(name), value=self.within(time_of(time)))


def time_of(node: exp.Expr) -> exp.Expr:
    """The value itself, where the parser wrapped it to say that it is a time."""
    return node.this if isinstance(node, exp.TsOrDsToTimestamp | exp.TsOrDsToDate) else node


def say_joined_texts(self: Explainer, node: exp.Expr) -> str:
    parts = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
    text, *others = [self.within(part) for part in parts]
    for other in others:
        text = phrase("{text} followed by {other}", text=text, other=other)
    return text


def say_subquery(self: Explainer, node: exp.Expr) -> str:
    return phrase("the result of ({query})", query=self.query(node))


def say_filter(self: Explainer, node: exp.Filter) -> str:
    condition = self.say(node.expression.this)
    return phrase("{value}, of those where {condition}", value=self.say(node.this), condition=condition)


def say_window(self: Explainer, node: exp.Window) -> str:
    if node.args.get("over") not in (None, "OVER"):
        return ""
    text = self.say(node.this)
    if parts := node.args.get("partition_by"):
        text = phrase("{value} within each {columns}", value=text, columns=self.listed(parts))
    if order := node.args.get("order"):
        orders = phrase(", then ").join(self.ordered(each, exp.Select()) for each in order.expressions)
        text = phrase("{value} in the order of {orders}", value=text, orders=orders)
    if spec := node.args.get("spec"):
        text += f" ({self.sql(spec)})"
    return text if parts or order else phrase("{value} of all rows", value=text)


def say_neighbour(next_one: str, further: str) -> Say:
    def say(self: Explainer, node: exp.Expr) -> str:
        offset, default = node.args.get("offset"), node.args.get("default")
        if default is not None:
            return ""
        value = self.within(node.this)
        if offset is None or offset.name == "1":
            return phrase(next_one, value=value)
        return phrase(further, value=value, number=self.say(offset))

    return say


def say_distinct(self: Explainer, node: exp.Distinct) -> str:
    if node.args.get("on"):
        return ""
    return phrase("different {things}", things=self.listed(node.expressions))


SAID: dict[type[Any], Say] = {
    exp.Column: say_column,
    exp.Star: say_star,
    exp.Literal: say_literal,
    exp.Null: constant(marked("nothing")),
    exp.Boolean: say_boolean,
    exp.Identifier: say_name,
    exp.Alias: say_alias,
    exp.Count: say_count,
    exp.Sum: of(marked("total of {value}")),
    exp.Avg: of(marked("average of {value}")),
    exp.Min: of(marked("smallest of {value}")),
    exp.Max: of(marked("largest of {value}")),
    exp.EQ: compared(IS),
    exp.NEQ: compared(IS_NOT),
    exp.GT: compared(marked("{left} is above {right}")),
    exp.GTE: compared(marked("{left} is at least {right}")),
    exp.LT: compared(marked("{left} is below {right}")),
    exp.LTE: compared(marked("{left} is at most {right}")),
    exp.Add: compared("{left} + {right}"),
    exp.Sub: compared("{left} − {right}"),
    exp.Mul: compared("{left} × {right}"),
    exp.Div: compared("{left} / {right}"),
    exp.IntDiv: compared(marked("{left} divided without rest by {right}")),
    exp.Mod: compared(marked("{left} modulo {right}")),
    exp.Neg: say_negative,
    exp.And: say_and,
    exp.Or: say_and,
    exp.Not: say_not,
    exp.Is: say_is,
    exp.In: say_in,
    exp.Exists: say_exists,
    exp.Like: say_like,
    exp.ILike: say_like,
    exp.Between: say_between,
    exp.Paren: say_paren,
    exp.Case: say_case,
    exp.If: say_if,
    exp.Cast: say_cast,
    exp.Coalesce: say_coalesce,
    exp.Round: say_round,
    exp.Abs: of(marked("size of {value}")),
    exp.Length: of(marked("length of {value}")),
    exp.Lower: of(marked("small letters of {value}")),
    exp.Upper: of(marked("capital letters of {value}")),
    exp.Year: of(marked("year of {value}")),
    exp.Month: of(marked("month of {value}")),
    exp.Day: of(marked("day of {value}")),
    exp.Date: of(marked("day of {value}")),
    exp.TimeToStr: say_time_text,
    exp.DateTrunc: say_period,
    exp.TimestampTrunc: say_period,
    exp.Extract: say_period,
    exp.CurrentDate: constant(marked("today")),
    exp.CurrentTimestamp: constant(marked("now")),
    exp.DPipe: say_joined_texts,
    exp.Concat: say_joined_texts,
    exp.Filter: say_filter,
    exp.Window: say_window,
    exp.RowNumber: constant(marked("number of the row")),
    exp.Rank: constant(marked("rank")),
    exp.DenseRank: constant(marked("rank without gaps")),
    exp.Lag: say_neighbour(marked("{value} of the row before"), marked("{value} of {number} rows before")),
    exp.Lead: say_neighbour(marked("{value} of the row after"), marked("{value} of {number} rows after")),
    exp.Distinct: say_distinct,
}
"""How each kind of node is said; any other is shown as SQL. "" says that the words would leave something out."""

NEGATED: dict[type[Any], Callable[..., str]] = {
    exp.Is: say_is,
    exp.In: say_in,
    exp.Exists: say_exists,
    exp.Like: say_like,
    exp.ILike: say_like,
    exp.Between: say_between,
}
"""Those that are said in another way behind a NOT."""

PLAIN = frozenset({"this", "expression", "expressions"})
HARMLESS = frozenset(
    "typed safe big_int is_numeric zone nulls_first casts_non_integer_decimals input_type_preserved coalesce quoted"
    " is_string join_mark is_nvl".split()
)
"""Parts of nodes by which the parser remembers how something was written; they change nothing that is said."""

READ: dict[type[Any], frozenset[str]] = {
    exp.Column: PLAIN | {"table", "db"},
    exp.Alias: PLAIN | {"alias"},
    exp.Is: PLAIN | {"negate"},
    exp.Like: PLAIN | {"negate"},
    exp.ILike: PLAIN | {"negate"},
    exp.In: PLAIN | {"query"},
    exp.Between: PLAIN | {"low", "high", "symmetric"},
    exp.Case: PLAIN | {"ifs", "default"},
    exp.If: PLAIN | {"true", "false"},
    exp.Cast: PLAIN | {"to"},
    exp.Round: PLAIN | {"decimals"},
    exp.TimeToStr: PLAIN | {"format"},
    exp.DateTrunc: PLAIN | {"unit"},
    exp.TimestampTrunc: PLAIN | {"unit"},
    exp.Lag: PLAIN | {"offset"},
    exp.Lead: PLAIN | {"offset"},
    exp.Window: PLAIN | {"partition_by", "order", "spec", "over"},
    exp.Table: PLAIN | {"db", "catalog", "alias"},
    exp.Join: frozenset({"this", "on", "using", "side", "kind", "method"}),
    exp.Ordered: PLAIN | {"desc"},
    exp.Group: PLAIN | {"all"},
    exp.With: PLAIN | {"recursive"},
}
"""The parts that the words for a node say; one that has others is shown as SQL."""

ENDING = frozenset({"with_", "order", "limit", "offset"})
QUERIES: dict[type[Any], frozenset[str]] = {
    exp.Select: PLAIN
    | ENDING
    | {"from_", "joins", "where", "group", "having", "windows", "qualify", "distinct"},
    exp.Subquery: PLAIN | ENDING | {"alias"},
    exp.Union: PLAIN | ENDING | {"distinct"},
    exp.Intersect: PLAIN | ENDING | {"distinct"},
    exp.Except: PLAIN | ENDING | {"distinct"},
    exp.Values: PLAIN | {"alias"},
}
"""The same of queries; one that has others is shown as SQL whole."""

SAID |= dict.fromkeys(QUERIES, say_subquery)
READ |= QUERIES


def aggregates(node: exp.Expr) -> bool:
    """Whether it makes one value of many rows: not in a window, nor in a query of its own."""
    if isinstance(node, exp.Window | exp.Query):
        return False
    return isinstance(node, exp.AggFunc) or any(aggregates(each) for each in node.iter_expressions())


def conjuncts(node: exp.Expr) -> list[exp.Expr]:
    node = node.unnest()
    return (
        [part for each in flattened(node) for part in conjuncts(each)]
        if isinstance(node, exp.And)
        else [node]
    )


def flattened(node: exp.Expr) -> list[exp.Expr]:
    """What one AND or OR connects."""
    return list(node.flatten(unnest=False))


def join_words(words: Iterable[str], last: str) -> str:
    """The words as people list them.

    >>> join_words(["a", "b", "c"], " and ")
    'a, b and c'
    """
    *before, end = words
    return f"{phrase(', ').join(before)}{phrase(last)}{end}" if before else end


def row_count(number: int | str) -> str:
    return phrase("1 row") if number == 1 else phrase("{number} rows", number=number)


def runs(sql: str) -> str:
    return phrase("Runs {sql}", sql=sql)


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def shorten(sql: str) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= LONGEST_SQL else f"{text[: LONGEST_SQL - 1]}…"
