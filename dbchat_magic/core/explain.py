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

BEGINNING = re.compile(r"[\s(]*(SELECT|WITH|VALUES|FROM)\b", re.IGNORECASE)
"""How the statements begin that have words here."""
INDENT = "  "
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
    return (f"Runs {shorten(sql)}",)


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
            return [f"Runs {self.sql(query)}"]
        if isinstance(query, exp.Subquery):
            return [*self.made_first(query), *self.steps(query.this), *self.endings(query)]
        if isinstance(query, exp.SetOperation):
            return [*self.made_first(query), *self.combined(query), *self.endings(query)]
        if isinstance(query, exp.Select):
            return [*self.made_first(query), *self.selected(query), *self.endings(query)]
        if isinstance(query, exp.Values):
            return [f"Shows {count(len(query.expressions), 'row')} written in the statement."]
        return [f"Runs {self.sql(query)}"]

    def made_first(self, query: exp.Expr) -> Iterator[str]:
        """What a WITH makes before all else."""
        clause = query.args.get("with_")
        if clause is None:
            return
        if unread(clause, READ[exp.With]):
            yield f"First makes {self.sql(clause)}."
            return
        again = ", which may go on from its own rows" if clause.args.get("recursive") else ""
        for cte in clause.expressions:
            yield f"First makes “{cte.alias}”{again}:"
            yield from self.inside(cte.this)

    def inside(self, query: exp.Expr) -> list[str]:
        """The steps of a query inside this one, indented."""
        return [INDENT + line for line in Explainer(self.dialect, self.names).steps(query)]

    def combined(self, query: exp.SetOperation) -> Iterator[str]:
        distinct = query.args.get("distinct") is not False
        if isinstance(query, exp.Union):
            yield "Takes the rows of both, " + (
                "each different row once:" if distinct else "repeated ones too:"
            )
        elif isinstance(query, exp.Intersect):
            yield "Takes the rows that both of these give:"
        else:
            yield "Takes the rows of the first that the second does not give:"
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
            yield from self.taken(source.this, "Takes the rows of ")
        for join in joins:
            yield from self.joined(join)
        if where := args.get("where"):
            yield from self.conditions(where.this, "Keeps the rows where ")
        yield from self.grouped(query)
        if having := args.get("having"):
            yield from self.conditions(having.this, "Keeps those where ")
        for window in args.get("windows") or []:
            yield f"Calls {self.sql(window).replace(' OVER (', ' AS (', 1)} a window."
        if qualify := args.get("qualify"):
            yield from self.conditions(qualify.this, "Keeps the rows where ")
        shown = ", ".join(map(self.shown, query.expressions))
        yield f"Shows {shown}." if shown else "Shows all columns."
        if distinct := args.get("distinct"):
            on = distinct.args.get("on")
            yield f"Keeps the first row for each {self.listed(on)}." if on else "Leaves out repeated rows."

    def learn(self, sources: list[exp.Expr]) -> None:
        """What the aliases stand for; where a table takes part twice, each of them for itself."""
        tables = [source for source in sources if isinstance(source, exp.Table)]
        names = [table.name.lower() for table in tables]
        for source in sources:
            is_once = isinstance(source, exp.Table) and names.count(source.name.lower()) == 1
            if source.alias:
                self.names[source.alias.lower()] = source.name if is_once else source.alias

    def taken(self, source: exp.Expr, start: str, end: str = "") -> Iterator[str]:
        """The rows of a table, or those of a query and how it makes them."""
        names = source.args.get("alias")
        if isinstance(source, exp.Subquery) and not (names and names.args.get("columns")):
            called = f" called “{source.alias}”" if source.alias else ""
            yield f"{start}a query{called}{end}:"
            yield from self.inside(source)
        else:
            yield f"{start}{self.source(source)}{end}."

    def source(self, source: exp.Expr) -> str:
        is_plain = isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier)
        if not is_plain or unread(source, READ[exp.Table]):
            return self.sql(source)
        schema = source.args.get("db")
        name = f"{schema.name}.{source.name}" if schema else source.name
        return f"{name} (called {source.alias})" if source.alias and source.alias != source.name else name

    def joined(self, join: exp.Join) -> Iterator[str]:
        if unread(join, READ[exp.Join]):
            yield f"Joins {self.sql(join)}."
            return
        side, kind = (join.side or "").upper(), (join.kind or "").upper()
        method = (join.method or "").upper()
        condition = self.join_condition(join, method)
        if kind in ("SEMI", "ANTI"):
            has = "have a match" if kind == "SEMI" else "have no match"
            yield from self.taken(join.this, f"Keeps the rows that {has} among the rows of ", condition)
        elif not condition and (not side or kind == "CROSS"):
            yield from self.taken(join.this, "Combines each row with every row of ")
        else:
            kept = {
                "LEFT": ", and keeps rows that have none",
                "RIGHT": ", and keeps rows of it that match none",
                "FULL": ", and keeps the rows of either side that match none",
            }.get(side, "")
            yield from self.taken(join.this, "Adds to each row the matching rows of ", condition + kept)

    def join_condition(self, join: exp.Join, method: str) -> str:
        if method not in ("", "NATURAL"):
            return f" ({method})" + (f" where {self.say(join.args['on'])}" if join.args.get("on") else "")
        if on := join.args.get("on"):
            return f" where {self.say(on)}"
        if using := join.args.get("using"):
            return f" with the same {' and '.join(each.name for each in using)}"
        return " with the same values in columns of the same name" if method == "NATURAL" else ""

    def conditions(self, node: exp.Expr, start: str) -> Iterator[str]:
        """Conditions that must all hold, a line for each."""
        parts = conjuncts(node)
        yield f"{start}{self.say(parts[0])}{',' if len(parts) > 1 else '.'}"
        for place, part in enumerate(parts[1:], 2):
            yield f"{INDENT}and {self.say(part)}{'.' if place == len(parts) else ','}"

    def grouped(self, query: exp.Select) -> Iterator[str]:
        group = query.args.get("group")
        if group is None:
            if any(aggregates(part) for part in query.expressions):
                yield "Makes one row of all of them."
            return
        if group.args.get("all"):
            yield "Makes one row for each combination of what is not aggregated."
            return
        sets = any(isinstance(each, exp.Rollup | exp.Cube | exp.GroupingSets) for each in group.expressions)
        if sets or unread(group, READ[exp.Group]):
            yield f"Makes groups: {self.sql(group)}."
            return
        keys = [self.key(each, query) for each in group.expressions]
        yield f"Makes one row for each {join_words(keys, 'and')}."

    def key(self, node: exp.Expr, query: exp.Select) -> str:
        """What is grouped or sorted by; "2" is the second column shown."""
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
            place = int(node.name) - 1
            if place < len(query.expressions):
                return self.say(query.expressions[place].unalias())
            return f"column {node.name}"
        return self.say(node)

    def endings(self, query: exp.Expr) -> Iterator[str]:
        """How the rows are sorted and cut."""
        if order := query.args.get("order"):
            select = query if isinstance(query, exp.Select) else exp.Select()
            yield f"Sorts by {', then by '.join(self.ordered(each, select) for each in order.expressions)}."
        limit, offset = query.args.get("limit"), query.args.get("offset")
        elsewhere = limit.args.get("offset") if limit is not None else None
        skipped = offset.expression if offset is not None else elsewhere
        if skipped is not None:
            yield f"Leaves out the first {self.rows(skipped)}."
        if limit is not None:
            yield from self.limited(limit)

    def limited(self, limit: exp.Expr) -> Iterator[str]:
        options = limit.args.get("limit_options")
        number = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
        if isinstance(options, exp.LimitOptions) and (
            options.args.get("percent") or options.args.get("with_ties")
        ):
            yield f"Cuts the rows: {self.sql(limit)}."
        else:
            yield f"Stops after {self.rows(number) if number is not None else '1 row'}."

    def rows(self, number: exp.Expr) -> str:
        is_plain = isinstance(number, exp.Literal) and number.name.isdigit()
        return count(int(number.name), "row") if is_plain else f"{self.say(number)} rows"

    def ordered(self, node: exp.Expr, query: exp.Select) -> str:
        if not isinstance(node, exp.Ordered):
            return self.key(node, query)
        if unread(node, READ[exp.Ordered]):
            return self.sql(node)
        return f"{self.key(node.this, query)}, {'largest' if node.args.get('desc') else 'smallest'} first"

    def shown(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Alias):
            text = self.say(node.this)
            same = text == node.alias or text.startswith(f"{node.alias} of ")
            return text if same else f"{text} as {node.alias}"
        return self.say(node)

    # ------------------------------------------------------------------------------------------ the parts

    def say(self, node: exp.Expr) -> str:
        """An expression in words; as SQL where there are none for it."""
        say = SAID.get(type(node))
        text = say(self, node) if say and not unread(node, READ.get(type(node), PLAIN)) else ""
        return text or self.sql(node)

    def sql(self, node: exp.Expr) -> str:
        return shorten(node.sql(dialect=self.dialect))

    def listed(self, nodes: Iterable[exp.Expr] | exp.Expr, word: str = "and") -> str:
        found = list(nodes) if not isinstance(nodes, exp.Expr) else nodes.expressions or [nodes]
        return join_words([self.say(each) for each in found], word)

    def query(self, node: exp.Expr) -> str:
        """A query inside an expression, in one line."""
        lines = Explainer(self.dialect, self.names).steps(node)
        return "; ".join(lower_first(line.strip()).rstrip(".,:") for line in lines)

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
        return f"all columns of {self.names.get(node.table.lower(), node.table)}"
    owner = self.names.get(node.table.lower(), node.table)
    return f"{node.name} of {owner}" if owner else node.name


def say_star(self: Explainer, node: exp.Star) -> str:
    return "" if any(node.args.get(key) for key in ("except_", "replace", "rename")) else "all columns"


def say_literal(self: Explainer, node: exp.Literal) -> str:
    return f"'{node.name}'" if node.is_string else node.name


def say_boolean(self: Explainer, node: exp.Boolean) -> str:
    return "true" if node.this else "false"


def say_name(self: Explainer, node: exp.Identifier) -> str:
    return str(node.name)


def say_alias(self: Explainer, node: exp.Alias) -> str:
    return self.shown(node)


def say_negative(self: Explainer, node: exp.Neg) -> str:
    return f"-{self.within(node.this)}"


def say_count(self: Explainer, node: exp.Count) -> str:
    if isinstance(node.this, exp.Distinct):
        return f"number of different {self.listed(node.this.expressions)}"
    if node.this is None or isinstance(node.this, exp.Star | exp.Literal):
        return "number of rows"
    return f"number of rows that have {self.say(node.this)}"


def of(words: str) -> Say:
    """A function of one thing: "total of X"."""

    def say(self: Explainer, node: exp.Expr) -> str:
        inner = node.this
        if inner is None or node.args.get("expressions"):
            return ""
        if isinstance(inner, exp.Distinct):
            return f"{words} of different {self.listed(inner.expressions)}"
        return f"{words} of {self.whole(inner)}"

    return say


def unread(node: exp.Expr, read: frozenset[str]) -> bool:
    """Whether a part of the node plays no part in the words for it."""
    return any(value for key, value in node.args.items() if key not in read and key not in HARMLESS)


def compared(words: str) -> Say:
    def say(self: Explainer, node: exp.Expr) -> str:
        left, right = node.args.get("this"), node.args.get("expression")
        if left is None or right is None:
            return ""
        return f"{self.within(left)} {words} {self.within(right)}"

    return say


def constant(words: str) -> Say:
    return lambda _self, _node: words


def say_and(self: Explainer, node: exp.Expr) -> str:
    word = "and" if isinstance(node, exp.And) else "or"
    return f" {word} ".join(self.within(part.unnest()) for part in flattened(node))


def say_not(self: Explainer, node: exp.Not) -> str:
    inner = node.this.unnest()
    say = NEGATED.get(type(inner))
    if say and not unread(inner, READ.get(type(inner), PLAIN)):
        return say(self, inner, negated=True)
    return f"not ({self.say(inner)})"


def say_is(self: Explainer, node: exp.Is, *, negated: bool = False) -> str:
    left, right = self.within(node.this), node.expression
    negated = negated != bool(node.args.get("negate"))
    if isinstance(right, exp.Not):
        right, negated = right.this, not negated
    if isinstance(right, exp.Null):
        return f"{left} is {'known' if negated else 'missing'}"
    return f"{left} is {'not ' if negated else ''}{self.say(right)}"


def say_in(self: Explainer, node: exp.In, *, negated: bool = False) -> str:
    left, query = self.within(node.this), node.args.get("query")
    if query is not None:
        return f"{left} is {'not ' if negated else ''}among the results of ({self.query(query)})"
    if not node.expressions:
        return f"{'not ' if negated else ''}{self.sql(node)}"
    return f"{left} is {'none' if negated else 'one'} of {self.listed(node.expressions, 'or')}"


def say_exists(self: Explainer, node: exp.Exists, *, negated: bool = False) -> str:
    if not isinstance(node.this, exp.Query):
        return f"{'not ' if negated else ''}{self.sql(node)}"
    return f"there is {'no' if negated else 'a'} result of ({self.query(node.this)})"


def say_like(self: Explainer, node: exp.Expr, *, negated: bool = False) -> str:
    left, pattern = self.within(node.this), node.expression
    negated = negated != bool(node.args.get("negate"))
    case = " in any case" if isinstance(node, exp.ILike) else ""
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        return f"{left} is {'not ' if negated else ''}like {self.say(pattern)}{case}"
    text = pattern.name
    inner = text.strip("%")
    if not inner or "%" in inner or "_" in inner or "\\" in inner:
        words = "does not look like" if negated else "looks like"
        return f"{left} {words} '{text}' (% is any text, _ one letter){case}"
    if text.startswith("%") and text.endswith("%"):
        words = "does not contain" if negated else "contains"
    elif text.endswith("%"):
        words = "does not begin with" if negated else "begins with"
    elif text.startswith("%"):
        words = "does not end with" if negated else "ends with"
    else:
        words = "is not" if negated else "is"
    return f"{left} {words} '{inner}'{case}"


def say_between(self: Explainer, node: exp.Between, *, negated: bool = False) -> str:
    low, high = (self.within(node.args[key]) for key in ("low", "high"))
    symmetric = ", whichever is larger" if node.args.get("symmetric") else ""
    return f"{self.within(node.this)} is {'not ' if negated else ''}between {low} and {high}{symmetric}"


def say_paren(self: Explainer, node: exp.Paren) -> str:
    return f"({self.say(node.this)})"


def say_case(self: Explainer, node: exp.Case) -> str:
    parts = []
    for when in node.args.get("ifs") or []:
        test = self.say(when.this)
        if node.this is not None:
            test = f"{self.within(node.this)} is {test}"
        parts.append(f"{self.say(when.args['true'])} if {test}")
    default = node.args.get("default")
    parts.append(f"else {self.say(default) if default is not None else 'nothing'}")
    return "(" + ", ".join(parts) + ")"


def say_if(self: Explainer, node: exp.If) -> str:
    yes, no = node.args.get("true"), node.args.get("false")
    if yes is None:
        return ""
    return f"({self.say(yes)} if {self.say(node.this)}, else {self.say(no) if no is not None else 'nothing'})"


def say_cast(self: Explainer, node: exp.Cast) -> str:
    return f"{self.whole(node.this)} as {node.to.sql(dialect=self.dialect)}"


def say_coalesce(self: Explainer, node: exp.Coalesce) -> str:
    first, *others = [node.this, *node.expressions]
    return f"{self.within(first)}" + "".join(
        f", or {self.within(each)} where that is missing" for each in others
    )


def say_round(self: Explainer, node: exp.Round) -> str:
    places = node.args.get("decimals")
    text = f"{self.whole(node.this)} rounded"
    if places is None:
        return text
    is_plain = isinstance(places, exp.Literal) and places.name.isdigit()
    return f"{text} to {count(int(places.name), 'decimal') if is_plain else f'{self.say(places)} decimals'}"


PERIODS = {
    "%Y": "year", "%Y-%m": "month", "%m": "number of the month", "%Y-%m-%d": "day", "%d": "day of the month",
    "%H": "hour", "%w": "weekday", "%Y-W%W": "week", "%W": "number of the week", "%j": "day of the year",
    "%M": "minute",
}  # fmt: skip


def say_time_text(self: Explainer, node: exp.TimeToStr) -> str:
    format = node.args.get("format")
    period = PERIODS.get(format.name) if isinstance(format, exp.Literal) else None
    return f"{period} of {self.within(time_of(node.this))}" if period else ""


def say_period(self: Explainer, node: exp.Expr) -> str:
    """date_trunc and extract."""
    unit, time = node.args.get("unit"), node.this
    if isinstance(node, exp.Extract):
        unit, time = node.this, node.expression
    name = unit.name.lower() if isinstance(unit, exp.Expr) else ""
    return f"{name} of {self.within(time_of(time))}" if name.isalpha() and isinstance(time, exp.Expr) else ""


def time_of(node: exp.Expr) -> exp.Expr:
    """The value itself, where the parser wrapped it to say that it is a time."""
    return node.this if isinstance(node, exp.TsOrDsToTimestamp | exp.TsOrDsToDate) else node


def say_joined_texts(self: Explainer, node: exp.Expr) -> str:
    parts = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
    return " followed by ".join(self.within(part) for part in parts)


def say_subquery(self: Explainer, node: exp.Expr) -> str:
    return f"the result of ({self.query(node)})"


def say_filter(self: Explainer, node: exp.Filter) -> str:
    return f"{self.say(node.this)}, of those where {self.say(node.expression.this)}"


def say_window(self: Explainer, node: exp.Window) -> str:
    if node.args.get("over") not in (None, "OVER"):
        return ""
    text = self.say(node.this)
    if parts := node.args.get("partition_by"):
        text += f" within each {self.listed(parts)}"
    if order := node.args.get("order"):
        listed = ", then ".join(self.ordered(each, exp.Select()) for each in order.expressions)
        text += f" in the order of {listed}"
    if spec := node.args.get("spec"):
        text += f" ({self.sql(spec)})"
    return text if parts or order else f"{text} of all rows"


def say_neighbour(words: str) -> Say:
    def say(self: Explainer, node: exp.Expr) -> str:
        offset, default = node.args.get("offset"), node.args.get("default")
        if default is not None:
            return ""
        far = f"{self.say(offset)} rows" if offset is not None and offset.name != "1" else "the row"
        return f"{self.within(node.this)} of {far} {words}"

    return say


def say_distinct(self: Explainer, node: exp.Distinct) -> str:
    return "" if node.args.get("on") else f"different {self.listed(node.expressions)}"


SAID: dict[type[Any], Say] = {
    exp.Column: say_column,
    exp.Star: say_star,
    exp.Literal: say_literal,
    exp.Null: constant("nothing"),
    exp.Boolean: say_boolean,
    exp.Identifier: say_name,
    exp.Alias: say_alias,
    exp.Count: say_count,
    exp.Sum: of("total"),
    exp.Avg: of("average"),
    exp.Min: of("smallest"),
    exp.Max: of("largest"),
    exp.EQ: compared("is"),
    exp.NEQ: compared("is not"),
    exp.GT: compared("is above"),
    exp.GTE: compared("is at least"),
    exp.LT: compared("is below"),
    exp.LTE: compared("is at most"),
    exp.Add: compared("+"),
    exp.Sub: compared("−"),
    exp.Mul: compared("×"),
    exp.Div: compared("/"),
    exp.IntDiv: compared("divided without rest by"),
    exp.Mod: compared("modulo"),
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
    exp.Abs: of("size"),
    exp.Length: of("length"),
    exp.Lower: of("small letters"),
    exp.Upper: of("capital letters"),
    exp.Year: of("year"),
    exp.Month: of("month"),
    exp.Day: of("day"),
    exp.Date: of("day"),
    exp.TimeToStr: say_time_text,
    exp.DateTrunc: say_period,
    exp.TimestampTrunc: say_period,
    exp.Extract: say_period,
    exp.CurrentDate: constant("today"),
    exp.CurrentTimestamp: constant("now"),
    exp.DPipe: say_joined_texts,
    exp.Concat: say_joined_texts,
    exp.Filter: say_filter,
    exp.Window: say_window,
    exp.RowNumber: constant("number of the row"),
    exp.Rank: constant("rank"),
    exp.DenseRank: constant("rank without gaps"),
    exp.Lag: say_neighbour("before"),
    exp.Lead: say_neighbour("after"),
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

    >>> join_words(["a", "b", "c"], "and")
    'a, b and c'
    """
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


def count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def shorten(sql: str) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= LONGEST_SQL else f"{text[: LONGEST_SQL - 1]}…"
