"""Guard: `check` lets one reading statement through and nothing else; SafeSql is the proof that it did.

What is not known to be harmless is refused, and so is whatever the parser cannot read.
"""

from __future__ import annotations

import contextlib
import difflib
import itertools
import logging
import re
import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.core.sql_nodes import ALLOWED_NODES
from dbchat_magic.dialects import Dialect, find_dialect
from dbchat_magic.errors import SqlRejected
from dbchat_magic.language import either, marked, phrase

MAX_CHARACTERS = 20_000
MAX_DEPTH = 150
MAX_TOKENS = 5_000
MIN_STEPS, STEPS_PER_TOKEN = 1_000, 2
"""How far the parser may go. It backtracks: nested types would take it exponential time."""

# The parser warns of what it will not parse; the verdict here says so already.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

READING = frozenset({"SELECT", "WITH", "VALUES", "("})
"""What a query may begin with."""
READING_ROOTS = frozenset({"Select", "Union", "Except", "Intersect", "Values", "Subquery"})
OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
QUOTED = frozenset({TokenType.IDENTIFIER, TokenType.STRING, TokenType.HEREDOC_STRING})

BEFORE_BRACKETS = frozenset(
    """
    against all and any apply array as asof between bernoulli by case columns cross cube distinct div else end escape
    except exclude exists fetch filter first following for force from full glob group having ignore ilike in
    index inner intersect into interval is join key lateral left like limit match materialized minus name
    natural next not of offset on only operator or order outer over partition passing path pivot preceding qualify range
    recursive regexp rename repeatable replace reservoir returning right rlike rollup row rows select separator
    set sets similar some struct system table tablesample then to top union unnest unpivot use using value
    values varying when where window with within xor
    """.split()
)
"""Words that are no functions where a bracket follows them."""
TYPES_WITH_SIZE = frozenset(
    """
    bigint bit char character datetime dec decimal double enum fixed float int integer mediumint national
    nchar numeric nvarchar precision real signed smallint time timestamp timestamptz tinyint unsigned varbinary
    varbit varchar year
    """.split()
)
"""Types that take a length in brackets, of those that no function of a user's own can be called by."""

BLANKS = " \t\r\n"
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
COMMENT_MARKS = ("--", "/*", "#", "//")
WIDE_FORMAT = re.compile(r"(%[^A-Za-z]*|\{[^{}]*)(\*|\d{5})|\{[^{}]*\{")
OPERATOR_SIGNS = frozenset("+-*/<>=~!@#%^&|`?")

PARSER_JARGON = re.compile(r"<Token [^>]*? text: (.*?), line: [^>]*>|<class '[\w.]*?(\w+)'>")

ONLY_READING = marked(
    "Only one statement that reads can run: SELECT, WITH … SELECT, VALUES, or EXPLAIN of these."
)


@dataclass(frozen=True)
class SafeSql:
    """A statement that passed: the original text with its comments cut. Made only by `check`."""

    text: str
    dialect: str


def check(sql: str, dialect: str, schema: Schema | None = None, functions: Iterable[str] = ()) -> SafeSql:
    """The statement, if it is one that only reads.

    With a `schema`, tables must be in it; `functions` are names of the user's own that may be called.
    Raises SqlRejected (`part` is what is not allowed), DatasourceError for an unknown dialect.
    """
    spoken = find_dialect(dialect)
    own = frozenset(name.lower() for name in functions)
    known = Passed(sql, spoken.name, own, id(schema))
    if (found := passed.get(known)) is not None and found.schema() is schema:
        return found.safe
    safe = check_anew(sql, spoken, schema, own)
    passed[known] = Verdict(nothing if schema is None else weakref.ref(schema), safe)
    while len(passed) > MOST_PASSED:
        with contextlib.suppress(KeyError):  # another thread was quicker
            passed.popitem(last=False)
    return safe


class Passed(NamedTuple):
    """What a verdict is about; of the schema its place in memory."""

    sql: str
    dialect: str
    functions: frozenset[str]
    schema: int


class Verdict(NamedTuple):
    """That a statement passed, with the very schema it was held against."""

    schema: Callable[[], Schema | None]
    safe: SafeSql


MOST_PASSED = 256
"""Statements that are remembered to have passed: checking takes milliseconds for each kilobyte."""
passed: OrderedDict[Passed, Verdict] = OrderedDict()


def nothing() -> None:
    return None


def check_anew(sql: str, spoken: Dialect, schema: Schema | None, own: frozenset[str]) -> SafeSql:
    try:
        statement = read_statement(sql, spoken)
        rules = Rules(spoken, schema, own)
        if statement.tables is None:
            check_query(statement, rules)
        else:
            for table in statement.tables:
                check_table_name(table, None, rules)
    except RecursionError:
        raise SqlRejected(
            phrase("The statement is nested too deeply."),
            phrase("Split it with WITH, or ask a simpler question."),
        ) from None
    return SafeSql(statement.text, spoken.name)


# ------------------------------------------------------------------------------------------- the text


@dataclass(frozen=True)
class TableName:
    """A table as a statement names it."""

    name: str
    db: str = ""
    catalog: str = ""

    @property
    def text(self) -> str:
        return ".".join(part for part in (self.catalog, self.db, self.name) if part)

    @property
    def lowered(self) -> str:
        """The name with its schema, lower case."""
        return f"{self.db}.{self.name}".lower() if self.db else self.name.lower()


@dataclass(frozen=True)
class Statement:
    """A text that is one statement: its tokens, and the text without comments.

    The tokens are those of the query itself; `text` may begin with EXPLAIN.
    """

    tokens: list[Token]
    text: str
    tables: tuple[TableName, ...] | None = None
    """What one of the dialect's plain statements names; None: it is a query."""


def read_statement(sql: str, dialect: Dialect) -> Statement:
    check_text(sql)
    first = next(iter(tokenize(sql, dialect)), None)
    words: tuple[str, ...] = ()
    if first and first.text.upper() in first_words(dialect):
        words = (first.text.upper(),)
        check_comments(sql[: first.start], [], dialect)
        # The tokenizer may take all that follows such a word for one text.
        sql, tokens = read_tokens(sql[first.end + 1 :], dialect)
        if (plain := read_plain_statement(words[0], sql, tokens, dialect)) is not None:
            return plain
        words, tokens = unwrap(words[0], tokens, dialect)
    else:
        sql, tokens = read_tokens(sql, dialect)
    tokens = check_single(tokens)
    check_beginning(tokens, dialect)
    check_depth(tokens)
    return Statement(tokens, " ".join((*words, cut_comments(sql, tokens))))


@lru_cache(maxsize=32)
def words_of(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(text.split()) for text in texts)


def first_words(dialect: Dialect) -> set[str]:
    """Words that begin something other than a query."""
    plain = words_of(dialect.plain_statements)
    return {words[0] for words in (*dialect.prefixes, *plain)}


def read_plain_statement(word: str, body: str, tokens: list[Token], dialect: Dialect) -> Statement | None:
    """The statement, if it is one of the dialect's plain ones."""
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens = tokens[:-1]
    for pattern in words_of(dialect.plain_statements):
        if pattern[0] == word and (tables := match_words(pattern[1:], tokens)) is not None:
            text = f"{word} {cut_comments(body, tokens)}" if tokens else word
            return Statement(tokens, text, tables)
    return None


def match_words(pattern: Sequence[str], tokens: Sequence[Token]) -> tuple[TableName, ...] | None:
    """The tables named where the tokens are just these words; None when they are not."""
    tables: list[TableName] = []
    at = 0
    for word in pattern:
        if at >= len(tokens):
            return None
        token = tokens[at]
        at += 1
        if word == "{text}":
            fits = token.token_type == TokenType.STRING
        elif word == "{table}":
            parts = [token.text]
            fits = is_name(token)
            while fits and at + 1 < len(tokens) and tokens[at].token_type == TokenType.DOT:
                parts.append(tokens[at + 1].text)
                fits = is_name(tokens[at + 1]) and len(parts) <= 3
                at += 2
            tables.append(TableName(*reversed(parts)))
        elif word.startswith("{"):
            fits = is_name(token)
        else:
            fits = token.token_type not in QUOTED and token.text.upper() == word
        if not fits:
            return None
    return tuple(tables) if at == len(tokens) else None


def is_name(token: Token) -> bool:
    return token.token_type == TokenType.IDENTIFIER or (
        token.token_type not in QUOTED and token.text.isidentifier()
    )


def check_text(sql: str) -> None:
    if len(sql) > MAX_CHARACTERS:
        raise SqlRejected(
            phrase(
                "The statement is longer than {most:,} characters ({count:,}).",
                most=MAX_CHARACTERS,
                count=len(sql),
            ),
            phrase("Long lists of values are better joined from a table."),
        )
    if unreadable := UNREADABLE.search(sql):
        raise SqlRejected(
            phrase("There is a control character at position {place}.", place=unreadable.start() + 1),
            phrase("Remove it; only line breaks and tabs may stand in a statement."),
            repr(unreadable.group()),
        )


def read_tokens(sql: str, dialect: Dialect) -> tuple[str, list[Token]]:
    """The text without comments, and its tokens: where a comment stands, words that belong together are not
    read as such."""
    tokens = tokenize(sql, dialect)
    check_comments(sql, tokens, dialect)
    if not tokens:
        return "", []
    text = cut_comments(sql, tokens)
    return text, tokens if text == sql else tokenize(text, dialect)


def tokenize(sql: str, dialect: Dialect) -> list[Token]:
    try:
        tokens = sqlglot.tokenize(sql, read=dialect.sqlglot)
    except SqlglotError as error:
        raise unreadable_sql(dialect, str(error)) from None
    if len(tokens) > MAX_TOKENS:
        raise SqlRejected(
            phrase(
                "The statement has more than {most:,} words and signs ({count:,}).",
                most=MAX_TOKENS,
                count=len(tokens),
            ),
            phrase("Long lists of values are better joined from a table."),
        )
    if hint := next((token for token in tokens if token.token_type == TokenType.HINT), None):
        raise SqlRejected(
            phrase("Hints to the database are not allowed."), phrase("Leave out /*+ … */."), hint.text[:40]
        )
    return tokens


def check_comments(sql: str, tokens: Sequence[Token], dialect: Dialect) -> None:
    """Refuses comments that the database runs: the parser does not see what they hold."""
    if not any(mark in sql.upper() for mark in dialect.code_comments):
        return
    ends = [0, *(token.end + 1 for token in tokens)]
    starts = [*(token.start for token in tokens), len(sql)]
    for end, start in zip(ends, starts, strict=True):
        for mark in dialect.code_comments:
            if mark in sql[end:start].upper():
                raise SqlRejected(
                    phrase(
                        "A comment that begins with {mark} is run by {label}.", mark=mark, label=dialect.label
                    ),
                    phrase("Write what it holds as SQL, or leave it out."),
                    mark,
                )


def unwrap(word: str, tokens: list[Token], dialect: Dialect) -> tuple[tuple[str, ...], list[Token]]:
    """The words that stand before a query, and the query's tokens."""
    texts = tuple(token.text.upper() for token in tokens[:8] if token.token_type not in QUOTED)
    for words in dialect.prefixes:
        rest = len(words) - 1
        if words[0] == word and texts[:rest] == words[1:] and len(tokens) > rest:
            return words, tokens[rest:]
    allowed = [" ".join(words) for words in (*dialect.prefixes, *words_of(dialect.plain_statements))]
    if any(words[0] == word for words in dialect.prefixes):
        raise SqlRejected(
            phrase("There is nothing to {verb}.", verb=word.lower()),
            phrase("Write a SELECT after {word}.", word=word),
            word,
        )
    known = ", ".join(text for text in allowed if text.startswith(word))
    raise SqlRejected(
        phrase("This {word} is not known to be harmless.", word=word),
        phrase("Allowed: {known}.", known=known),
        word,
    )


def check_single(tokens: list[Token]) -> list[Token]:
    """The tokens without semicolons before and after."""
    between = [at for at, token in enumerate(tokens) if token.token_type != TokenType.SEMICOLON]
    if not between:
        raise SqlRejected(phrase("There is no statement in this text."), phrase(ONLY_READING))
    single = tokens[between[0] : between[-1] + 1]
    if len(single) != len(between):
        raise SqlRejected(
            phrase("There is more than one statement in this text."), phrase("Run one at a time."), ";"
        )
    return single


def check_beginning(tokens: Sequence[Token], dialect: Dialect) -> None:
    """The first word, behind brackets, is one that a query begins with."""
    first = next((token for token in tokens if token.token_type != TokenType.L_PAREN), tokens[0])
    word = first.text.upper()[:40]
    if first.token_type in QUOTED or (word not in READING and word not in dialect.beginnings):
        raise SqlRejected(
            phrase("{word} is not a statement that reads.", word=word), phrase(ONLY_READING), first.text[:40]
        )


def check_depth(tokens: Iterable[Token]) -> None:
    depth = 0
    for token in tokens:
        if token.token_type in OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                raise SqlRejected(
                    phrase("Brackets are nested more than {most} deep.", most=MAX_DEPTH),
                    phrase("Split the statement with WITH."),
                )
        elif token.token_type in CLOSING:
            depth -= 1


def cut_comments(sql: str, tokens: list[Token]) -> str:
    """The original text from the first token to the last; where comments stood is a blank."""
    pieces = [sql[tokens[0].start : tokens[0].end + 1]]
    for before, token in itertools.pairwise(tokens):
        gap = sql[before.end + 1 : token.start]
        pieces.append(gap if not gap.strip(BLANKS) else cut_gap(gap))
        pieces.append(sql[token.start : token.end + 1])
    return "".join(pieces)


def cut_gap(gap: str) -> str:
    if not gap.strip(BLANKS).startswith(COMMENT_MARKS):
        raise SqlRejected(
            phrase("There is an unusual blank in the statement ({gap!a}).", gap=gap),
            phrase("Use plain blanks outside of quotes."),
            gap,
        )
    return "\n" if "\n" in gap else " "


# ------------------------------------------------------------------------------------------- the tree


def parse(statement: Statement, dialect: Dialect) -> tuple[exp.Expr, list[exp.Table]]:
    """The tree, and every table that the parser came across."""
    for token in statement.tokens:
        if token.token_type == TokenType.IDENTIFIER and "]" in token.text:
            # Some databases end a [name] at the first "]", the parser reads "]]" as one.
            raise SqlRejected(
                phrase("A name holds a square bracket."),
                phrase('Write it in double quotes, "…".'),
                token.text,
            )
    parser = bounded_parser(dialect.sqlglot)
    parser.steps_left = MIN_STEPS + STEPS_PER_TOKEN * len(statement.tokens)
    try:
        trees = parser.parse(statement.tokens, statement.text)
    except SqlglotError as error:
        raise unreadable_sql(dialect, str(error)) from None
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the parser stumbles over has not been checked
        raise unreadable_sql(dialect, type(error).__name__) from None
    root = trees[0] if len(trees) == 1 else None
    if root is None:
        raise SqlRejected(phrase("This is not one statement."), phrase(ONLY_READING))
    kind = type(root).__name__
    if kind not in READING_ROOTS and kind not in dialect.roots:
        raise refused_node(root, kind)
    return root, parser.tables


def parse_bounded(sql: str, sqlglot_dialect: str) -> exp.Expr | None:
    """The tree of a text that nobody has checked, within the bounds of one that is; None where it cannot be read.

    It is no verdict: what is made of it goes through `check` like anything else.
    """
    try:
        check_text(sql)
        tokens = sqlglot.tokenize(sql, read=sqlglot_dialect)
        check_depth(tokens)
        if len(tokens) > MAX_TOKENS:
            return None
        parser = bounded_parser(sqlglot_dialect)
        parser.steps_left = MIN_STEPS + STEPS_PER_TOKEN * len(tokens)
        trees = parser.parse(tokens, sql)
    except (SqlRejected, SqlglotError, RecursionError):
        return None
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over cannot be read
        return None
    return trees[0] if len(trees) == 1 else None


def unreadable_sql(dialect: Dialect, words: str) -> SqlRejected:
    found = PARSER_JARGON.sub(r"\1\2", re.sub(r"\x1b\[\d*m", "", words).split("\n")[0])
    found = found.replace("SENTINEL", "the end")[:200]
    return SqlRejected(
        phrase("This cannot be read as {label} SQL: {found}", label=dialect.label, found=found),
        phrase("Check the spelling, and that it is {label}'s way to say it.", label=dialect.label),
    )


def bounded_parser(sqlglot_name: str) -> Any:
    return bounded_parser_class(sqlglot_name)(dialect=sqlglot_name)


@lru_cache(maxsize=32)
def bounded_parser_class(sqlglot_name: str) -> type[Any]:
    parser: type[Any] = sqlglot.Dialect.get_or_raise(sqlglot_name).parser_class

    class BoundedParser(parser):  # type: ignore[misc]  # which class it is, is known at run time only
        """The dialect's parser, which gives up after `steps_left` steps and notes the tables it finds."""

        steps_left = 0

        def reset(self) -> None:
            super().reset()
            self.tables: list[exp.Table] = []

        def _parse_table(self, *args: Any, **kwargs: Any) -> Any:
            found = super()._parse_table(*args, **kwargs)
            if isinstance(found, exp.Table):
                self.tables.append(found)
            return found

        def _advance(self, times: int = 1) -> None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise RecursionError
            super()._advance(times)

    return BoundedParser


@dataclass(frozen=True)
class Rules:
    """What the nodes of one statement are held against."""

    dialect: Dialect
    schema: Schema | None
    own: frozenset[str]
    """Functions of the user's own that may be called, lower case."""
    ctes: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By the id of a WITH clause: the names it gives, lower case."""
    calls: Mapping[int, str] = field(default_factory=dict)
    """By their place in the text: the words before brackets, lower case."""

    def knows(self, function: str) -> bool:
        dialect = self.dialect
        return function in dialect.functions or function in self.own or function in dialect.fixed_arguments


def check_query(statement: Statement, rules: Rules) -> None:
    root, tables = parse(statement, rules.dialect)
    nodes = list(root.walk())
    rules = replace(rules, ctes=cte_names(nodes), calls=called_words(statement.tokens))
    for node in nodes:
        check_node(node, rules)
    check_calls(statement.tokens, nodes, rules)
    check_tables_seen(statement.tokens, tables, nodes)
    check_variables(statement.tokens, rules.dialect)
    check_operators(statement, rules.dialect)


def called_words(tokens: Iterable[Token]) -> dict[int, str]:
    return {
        token.start: token.text.lower()
        for token, following in itertools.pairwise(tokens)
        if following.token_type == TokenType.L_PAREN
    }


def cte_names(nodes: Iterable[exp.Expr]) -> dict[int, frozenset[str]]:
    clauses = (node for node in nodes if isinstance(node, exp.With))
    return {id(clause): frozenset(cte.alias.lower() for cte in clause.expressions) for clause in clauses}


def check_node(node: exp.Expr, rules: Rules) -> None:
    kind = type(node).__name__
    if (
        kind not in ALLOWED_NODES
        and kind not in rules.dialect.nodes
        and not is_harmless_variable(node, rules)
    ):
        raise refused_node(node, kind)
    if isinstance(node, exp.Query) and (node.args.get("settings") or node.args.get("format")):
        raise SqlRejected(
            phrase("Settings and formats are not for a statement to name."),
            phrase("Leave out SETTINGS and FORMAT."),
            "SETTINGS",
        )
    if isinstance(node, exp.Func):
        check_function(node, rules)
    elif isinstance(node, exp.Table) and node.arg_key != "indexed":  # there it is an index
        check_table(node, rules)
    elif isinstance(node, exp.In) and rules.dialect.in_names_tables and node.args.get("field") is not None:
        check_in(node, rules)
    elif isinstance(node, exp.Describe | exp.Summarize) and not is_of_table_or_query(node):
        raise refused_node(node, kind)
    elif isinstance(node, exp.CTE) and not isinstance(node.this, exp.Query | exp.Values | exp.Pivot):
        raise SqlRejected(
            phrase("{name} is not a query.", name=node.alias[:60]), phrase(ONLY_READING), "WITH"
        )
    elif isinstance(node, exp.Operator):
        check_operator_qualifier(str(node.args["operator"]), rules.dialect)


def is_of_table_or_query(node: exp.Expr) -> bool:
    return isinstance(node.this, exp.Table | exp.Query) and not node.args.get("style")


def is_harmless_variable(node: exp.Expr, rules: Rules) -> bool:
    return isinstance(node, exp.SessionParameter) and node.name.lower() in rules.dialect.session_variables


def check_calls(tokens: Sequence[Token], nodes: Iterable[exp.Expr], rules: Rules) -> None:
    """Every word before a bracket is a harmless function's.

    The parser knows some functions by names that are the users' own in another database, and it drops
    arguments that a function has too many of: hence the text is looked at, too.
    """
    lists = Counter(node.name.lower() for node in nodes if isinstance(node, exp.TableAlias) and node.columns)
    for token, following in itertools.pairwise(tokens):
        if following.token_type != TokenType.L_PAREN or not is_name(token):
            continue
        name = token.text.lower()
        if rules.knows(name) or name in rules.dialect.table_functions:
            continue
        if token.token_type != TokenType.IDENTIFIER and (name in BEFORE_BRACKETS or name in TYPES_WITH_SIZE):
            continue
        check_not_forbidden(name, rules)
        lists[name] -= 1
        if lists[name] < 0:
            raise unknown_function(name, rules)


def check_tables_seen(
    tokens: Sequence[Token], tables: Iterable[exp.Table], nodes: Iterable[exp.Expr]
) -> None:
    """No table stands in a part that the parser dropped."""
    seen = {node.meta.get("start") for node in nodes if isinstance(node, exp.Identifier)}
    named = [table.this.meta.get("start") for table in tables if isinstance(table.this, exp.Identifier)]
    named += [
        following.start
        for token, following in itertools.pairwise(tokens)
        if token.token_type not in QUOTED and token.text.upper() == "TABLE" and is_name(following)
    ]
    if not seen.issuperset(named):
        raise SqlRejected(
            phrase("A part of this statement cannot be read."),
            phrase("Do its functions have too many values?"),
        )


def check_variables(tokens: Sequence[Token], dialect: Dialect) -> None:
    for at, token in enumerate(tokens):
        if token.token_type == TokenType.PARAMETER:
            raise unfilled_parameter(token.text)
        if token.token_type == TokenType.SESSION_PARAMETER:
            words = [following.text.lower() for following in tokens[at + 1 : at + 4]]
            name = words[-1] if words[1:2] == ["."] else next(iter(words), "")
            if name not in dialect.session_variables:
                raise unfilled_parameter(f"@@{name}")


def check_operators(statement: Statement, dialect: Dialect) -> None:
    """Signs that stand together are one operator to a database where anybody can make operators."""
    if not dialect.operators:
        return
    sign, end = "", -1
    for token in (*statement.tokens, None):
        if token and token.start == end and is_sign(token):
            sign += token.text
        else:
            check_operator(sign, dialect)
            sign = token.text if token and is_sign(token) else ""
        end = token.end + 1 if token else -1


def is_sign(token: Token) -> bool:
    return token.token_type not in QUOTED and OPERATOR_SIGNS.issuperset(token.text)


def check_operator_qualifier(operator: str, dialect: Dialect) -> None:
    """`OPERATOR(schema.+)`: only the database's own."""
    qualifier = operator.rpartition(".")[0].strip().lower()
    if qualifier and qualifier not in (dialect.function_qualifiers or ()):
        raise SqlRejected(
            phrase("The operator {operator} is not known.", operator=operator[:60]),
            phrase("Write its sign alone."),
            operator[:60],
        )


def check_operator(signs: str, dialect: Dialect) -> None:
    while len(signs) > 1 and signs[-1] in "+-" and not signs.strip("+-*/<>="):
        signs = signs[:-1]  # a plus or minus of its own
    if signs and signs not in dialect.operators:
        raise SqlRejected(
            phrase("The operator {signs} is not known.", signs=signs),
            phrase("Put blanks between operators."),
            signs,
        )


def unfilled_parameter(part: str) -> SqlRejected:
    return SqlRejected(
        phrase("There is a parameter without a value in the statement."),
        phrase("Write the value itself."),
        part,
    )


def refused_node(node: exp.Expr, kind: str) -> SqlRejected:
    if isinstance(node, exp.Placeholder | exp.Parameter | exp.SessionParameter):
        return unfilled_parameter(kind)
    if isinstance(node, exp.Func):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()
        return SqlRejected(
            phrase("The function {name}() is not allowed.", name=name),
            phrase("Only functions that compute are."),
            name,
        )
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).upper()
    return SqlRejected(
        phrase("{words} is not allowed in a statement that reads.", words=words), phrase(ONLY_READING), kind
    )


def check_function(node: exp.Func, rules: Rules) -> None:
    dialect = rules.dialect
    names = function_names(node, rules)
    for name in names:
        check_not_forbidden(name, rules)
    is_table = isinstance(node.parent, exp.Table) and node.parent.this is node
    known = rules.knows(names[0]) or (is_table and names[0] in dialect.table_functions)
    if not known and (isinstance(node, exp.Anonymous) or is_spelt_as_call(node, rules)):
        raise unknown_function(names[0], rules)
    if isinstance(node.parent, exp.Dot) and node.parent.expression is node:
        check_function_qualifier(node.parent.this, names, rules)
    if not dialect.format_functions.isdisjoint(names):
        check_format(node, names[0])
    if names[0] in dialect.fixed_arguments:
        check_fixed_argument(node, names[0], dialect)


def is_spelt_as_call(node: exp.Func, rules: Rules) -> bool:
    return "start" in node.meta and node.meta["start"] in rules.calls


def check_not_forbidden(name: str, rules: Rules) -> None:
    reason = rules.dialect.forbidden_functions.get(name)
    if reason and name not in rules.own:
        raise SqlRejected(
            phrase("The function {name}() is not allowed: {reason}.", name=name, reason=phrase(reason)),
            part=name,
        )


def function_names(node: exp.Func, rules: Rules) -> list[str]:
    """How the function is spelt, as far as the parser notes it, and how it may be; lower case."""
    if isinstance(node, exp.Anonymous):
        return [node.name.lower()]
    names = [name.lower().replace("j_s_o_n", "json").replace("x_m_l", "xml") for name in node.sql_names()]
    return [rules.calls[node.meta["start"]], *names] if is_spelt_as_call(node, rules) else names


def unknown_function(name: str, rules: Rules) -> SqlRejected:
    name = name[:60]
    alike = [known for known in rules.dialect.functions | rules.own if known[:1] == name[:1]]
    near = difflib.get_close_matches(name, alike, 3)
    hint = (
        phrase("Did you mean {names}?", names=either(near))
        if near
        else phrase("Only functions known to be harmless are allowed.")
    )
    return SqlRejected(phrase("The function {name}() is not known.", name=name), hint, name)


def check_function_qualifier(qualifier: exp.Expr, names: Iterable[str], rules: Rules) -> None:
    allowed = rules.dialect.function_qualifiers
    spelt = qualifier.name if isinstance(qualifier, exp.Identifier) else qualifier.sql()
    if allowed is None or spelt.lower() in allowed:
        return
    if not any(f"{spelt}.{name}".lower() in rules.own for name in names):
        name = next(iter(names))
        raise SqlRejected(
            phrase("{owner}.{name} lies outside of this database.", owner=spelt[:60], name=name),
            phrase("Write {name} alone.", name=name),
            f"{spelt[:60]}.{name}",
        )


def check_fixed_argument(node: exp.Func, name: str, dialect: Dialect) -> None:
    argument = next(iter(node.expressions), None)
    allowed = dialect.fixed_arguments[name]
    if not (isinstance(argument, exp.Literal) and argument.name.lower() in allowed):
        raise SqlRejected(
            phrase("{name}() is allowed for a few names only.", name=name),
            phrase("They are: {names}.", names=", ".join(sorted(allowed))),
            name,
        )


def check_format(node: exp.Func, name: str) -> None:
    """Its format must be written out: a width from elsewhere decides how much memory the call takes."""
    template = node.this if isinstance(node, exp.Format) else next(iter(node.expressions), None)
    if template is None:
        return
    if not (isinstance(template, exp.Literal) and template.is_string):
        raise SqlRejected(phrase("The format of {name}() must be a text in quotes.", name=name), part=name)
    if WIDE_FORMAT.search(template.name.replace("%%", "")) or WIDE_FORMAT.search(template.name):
        raise SqlRejected(
            phrase("The format of {name}() has a width that is too large.", name=name),
            phrase("Use up to 9999."),
            name,
        )


def check_table(node: exp.Table, rules: Rules) -> None:
    if isinstance(node.this, exp.Func):
        names = function_names(node.this, rules)
        name = names[0]
        if rules.dialect.table_functions.isdisjoint(names) and rules.own.isdisjoint(names):
            check_function(node.this, rules)
            raise SqlRejected(
                phrase("{name}() does not stand for a table.", name=name),
                phrase("Call it in the SELECT list."),
                name,
            )
        if node.db:
            check_function_qualifier(node.args["db"], [name], rules)
    elif isinstance(node.this, exp.Identifier):
        check_table_name(TableName(node.name, node.db, node.catalog), node, rules)
    elif not node.args.get("rows_from"):
        raise refused_node(node.this or node, type(node.this or node).__name__)


def check_in(node: exp.In, rules: Rules) -> None:
    """`x IN name`: the name is a table's or a table function's."""
    field_node = node.args["field"]
    if isinstance(field_node, exp.Column | exp.Identifier):
        db = field_node.table if isinstance(field_node, exp.Column) else ""
        check_table_name(TableName(field_node.name, db), node, rules)
    elif not isinstance(field_node, exp.Func) or rules.dialect.table_functions.isdisjoint(
        function_names(field_node, rules)
    ):
        raise SqlRejected(
            phrase("What stands after IN is not a list."), phrase("Write IN (…) or IN (SELECT …)."), "IN"
        )


def check_table_name(table: TableName, node: exp.Expr | None, rules: Rules) -> None:
    dialect = rules.dialect
    check_qualifiers(table, dialect)
    if table.lowered in dialect.system_tables:
        return
    if is_system_table(table, dialect):
        raise refused_table(table, rules)
    if node is not None and not table.db and is_visible_cte(table.name.lower(), node, rules):
        return
    if rules.schema is not None:
        if find_table(table, rules.schema, dialect) is None:
            raise refused_table(table, rules)
    elif table.lowered in dialect.forbidden_tables or is_file_name(table, dialect):
        raise refused_table(table, rules)


def check_qualifiers(table: TableName, dialect: Dialect) -> None:
    outside = table.catalog and table.catalog.lower() not in dialect.catalogs
    if table.db and dialect.qualifiers is not None:
        outside = outside or table.db.lower() not in dialect.qualifiers
    if outside:
        raise SqlRejected(
            phrase("{table} lies outside of this database.", table=table.text[:120]),
            phrase("Write {name} alone.", name=table.name[:60]),
            table.text[:120],
        )


def is_system_table(table: TableName, dialect: Dialect) -> bool:
    if table.db.lower() in dialect.system_qualifiers:
        return True
    here = not table.db or table.db.lower() in dialect.default_qualifiers
    return here and table.name.lower().startswith(dialect.system_prefixes)


def is_file_name(table: TableName, dialect: Dialect) -> bool:
    return bool(dialect.file_names and re.search(dialect.file_names, table.name, re.IGNORECASE))


def find_table(table: TableName, schema: Schema, dialect: Dialect) -> Table | None:
    """The schema's table that a statement names with or without the namespace it is in."""
    if not table.db:
        return schema.table(table.name)
    if found := schema.table(table.lowered):
        return found
    bare = schema.table(table.name)
    if bare is None:
        return None
    namespaces = {bare.schema.lower()} if bare.schema else dialect.default_qualifiers
    return bare if table.db.lower() in namespaces else None


def is_visible_cte(name: str, node: exp.Expr, rules: Rules) -> bool:
    """A WITH clause of a query around the node gives this name."""
    ancestor = node.parent
    while ancestor is not None:
        if name in rules.ctes.get(id(ancestor.args.get("with_")), ()):
            return True
        ancestor = ancestor.parent
    return False


def refused_table(table: TableName, rules: Rules) -> SqlRejected:
    name = table.text[:60]
    dialect = rules.dialect
    reason = dialect.forbidden_tables.get(table.lowered) or dialect.forbidden_tables.get(table.name.lower())
    if reason:
        return SqlRejected(
            phrase("The table {name} may not be read: {reason}.", name=name, reason=phrase(reason)), part=name
        )
    if is_system_table(table, dialect):
        return SqlRejected(
            phrase("{name} belongs to {label} itself and may not be read.", name=name, label=dialect.label),
            phrase("Ask about your own tables."),
            name,
        )
    if rules.schema is None:
        return SqlRejected(
            phrase("{name} is the name of a file.", name=name),
            phrase("Only tables of the database may be read."),
            name,
        )
    known = [known.name for known in rules.schema.tables]
    near = difflib.get_close_matches(name, known, 3, 0.5) or known[:12]
    return SqlRejected(
        phrase("There is no table {name} here.", name=name),
        phrase("Tables: {names}.", names=", ".join(near) or phrase("none")),
        name,
    )
