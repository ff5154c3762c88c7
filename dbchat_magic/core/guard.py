"""Guard: `check` lets one reading statement through and nothing else; SafeSql is the proof that it did.

What is not known to be harmless is refused, and so is whatever the parser cannot read.
"""

from __future__ import annotations

import difflib
import itertools
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from dbchat_magic.core.schema import Schema
from dbchat_magic.core.sql_nodes import ALLOWED_NODES
from dbchat_magic.dialects import Dialect, find_dialect
from dbchat_magic.errors import SqlRejected

MAX_CHARACTERS = 20_000
MAX_DEPTH = 150
MAX_TOKENS = 5_000
MIN_STEPS, STEPS_PER_TOKEN = 1_000, 2
"""How far the parser may go. It backtracks: nested types would take it exponential time."""

# The parser warns of what it will not parse; the verdict here says so already.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

READING = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.VALUES, TokenType.L_PAREN})
"""What a statement may begin with."""
READING_ROOTS = (exp.Select, exp.SetOperation, exp.Values, exp.Subquery)
OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})

NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})
BEFORE_BRACKETS = frozenset({"bernoulli", "filter", "materialized", "over", "repeatable", "sets", "system"})
"""Words that are no functions where a bracket follows them (lower case)."""

BLANKS = " \t\r\n"
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
COMMENT_MARKS = ("--", "/*", "#", "//")
WIDE_FORMAT = re.compile(r"%[^A-Za-z]*(\*|\d{5})")

PARSER_JARGON = re.compile(r"<Token [^>]*? text: (.*?), line: [^>]*>|<class '[\w.]*?(\w+)'>")

ONLY_READING = "Only one statement that reads can run: SELECT, WITH … SELECT, VALUES, or EXPLAIN of these."


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
    allowed = spoken.functions.union(name.lower() for name in functions)
    try:
        statement = read_statement(sql, spoken)
        nodes = list(parse(statement, spoken).walk())
        rules = Rules(spoken, schema, allowed, cte_names(nodes))
        for node in nodes:
            check_node(node, rules)
        check_nothing_hidden(statement.tokens, nodes, rules)
    except RecursionError:
        raise SqlRejected(
            "The statement is nested too deeply.", "Split it with WITH, or ask a simpler question."
        ) from None
    return SafeSql(statement.text, spoken.name)


# ------------------------------------------------------------------------------------------- the text


@dataclass(frozen=True)
class Statement:
    """A text that is one statement: its tokens, and the text without comments.

    The tokens are those of the statement itself; `text` may begin with EXPLAIN.
    """

    tokens: list[Token]
    text: str


def read_statement(sql: str, dialect: Dialect) -> Statement:
    check_text(sql)
    tokens = tokenize(sql, dialect)
    if not tokens:
        raise SqlRejected("There is no statement in this text.", ONLY_READING)
    explain = ""
    if tokens[0].text.upper() == "EXPLAIN":
        explain, sql, tokens = unwrap_explain(sql[tokens[0].end + 1 :], dialect)
    tokens = check_single(tokens)
    check_beginning(tokens[0])
    check_depth(tokens)
    return Statement(tokens, explain + cut_comments(sql, tokens))


def check_text(sql: str) -> None:
    if len(sql) > MAX_CHARACTERS:
        raise SqlRejected(
            f"The statement is longer than {MAX_CHARACTERS:,} characters ({len(sql):,}).",
            "Long lists of values are better joined from a table.",
        )
    if unreadable := UNREADABLE.search(sql):
        raise SqlRejected(
            f"There is a control character at position {unreadable.start() + 1}.",
            "Remove it; only line breaks and tabs may stand in a statement.",
            repr(unreadable.group()),
        )


def tokenize(sql: str, dialect: Dialect) -> list[Token]:
    try:
        tokens = sqlglot.tokenize(sql, read=dialect.sqlglot)
    except SqlglotError as error:
        raise unreadable_sql(dialect, str(error)) from None
    if len(tokens) > MAX_TOKENS:
        raise SqlRejected(
            f"The statement has more than {MAX_TOKENS:,} words and signs ({len(tokens):,}).",
            "Long lists of values are better joined from a table.",
        )
    return tokens


def unwrap_explain(body: str, dialect: Dialect) -> tuple[str, str, list[Token]]:
    """What stands before the explained statement, its text, and its tokens."""
    tokens = tokenize(body, dialect)
    words = tuple(token.text.upper() for token in tokens[:2])
    for options in dialect.explain_words:
        if words[: len(options)] == options and len(tokens) > len(options):
            return " ".join(("EXPLAIN", *options, "")), body, tokens[len(options) :]
    raise SqlRejected("There is nothing to explain.", "Write a SELECT after EXPLAIN.", "EXPLAIN")


def check_single(tokens: list[Token]) -> list[Token]:
    """The tokens without semicolons before and after."""
    between = [at for at, token in enumerate(tokens) if token.token_type != TokenType.SEMICOLON]
    if not between:
        raise SqlRejected("There is no statement in this text.", ONLY_READING)
    single = tokens[between[0] : between[-1] + 1]
    if len(single) != len(between):
        raise SqlRejected("There is more than one statement in this text.", "Run one at a time.", ";")
    return single


def check_beginning(first: Token) -> None:
    if first.token_type not in READING:
        raise SqlRejected(
            f"{first.text.upper()[:40]} is not a statement that reads.", ONLY_READING, first.text[:40]
        )


def check_depth(tokens: Iterable[Token]) -> None:
    depth = 0
    for token in tokens:
        if token.token_type in OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                raise SqlRejected(
                    f"Brackets are nested more than {MAX_DEPTH} deep.", "Split the statement with WITH."
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
            f"There is an unusual blank in the statement ({gap!a}).",
            "Use plain blanks outside of quotes.",
            gap,
        )
    return "\n" if "\n" in gap else " "


# ------------------------------------------------------------------------------------------- the tree


def parse(statement: Statement, dialect: Dialect) -> exp.Expr:
    for token in statement.tokens:
        if token.token_type == TokenType.IDENTIFIER and "]" in token.text:
            # Some databases end a [name] at the first "]", the parser reads "]]" as one.
            raise SqlRejected("A name holds a square bracket.", 'Write it in double quotes, "…".', token.text)
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
        raise SqlRejected("This is not one statement.", ONLY_READING)
    if not isinstance(root, READING_ROOTS):
        raise refused_node(root, type(root).__name__)
    return root


def unreadable_sql(dialect: Dialect, words: str) -> SqlRejected:
    found = PARSER_JARGON.sub(r"\1\2", re.sub(r"\x1b\[\d*m", "", words).split("\n")[0])
    found = found.replace("SENTINEL", "the end")[:200]
    return SqlRejected(
        f"This cannot be read as {dialect.label} SQL: {found}",
        f"Check the spelling, and that it is {dialect.label}'s way to say it.",
    )


def bounded_parser(sqlglot_name: str) -> Any:
    return bounded_parser_class(sqlglot_name)(dialect=sqlglot_name)


@lru_cache(maxsize=32)
def bounded_parser_class(sqlglot_name: str) -> type[Any]:
    parser: type[Any] = sqlglot.Dialect.get_or_raise(sqlglot_name).parser_class

    class BoundedParser(parser):  # type: ignore[misc]  # which class it is, is known at run time only
        """The dialect's parser, which gives up after `steps_left` steps."""

        steps_left = 0

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
    functions: frozenset[str]
    ctes: Mapping[int, frozenset[str]]
    """By the id of a WITH clause: the names it gives, lower case."""


def cte_names(nodes: Iterable[exp.Expr]) -> dict[int, frozenset[str]]:
    clauses = (node for node in nodes if isinstance(node, exp.With))
    return {id(clause): frozenset(cte.alias.lower() for cte in clause.expressions) for clause in clauses}


def check_node(node: exp.Expr, rules: Rules) -> None:
    kind = type(node).__name__
    if kind not in ALLOWED_NODES:
        raise refused_node(node, kind)
    if isinstance(node, exp.Func):
        check_function(node, rules)
    elif isinstance(node, exp.Table) and node.arg_key != "indexed":  # there it is an index
        check_table(node, rules)
    elif isinstance(node, exp.In) and node.args.get("field") is not None:
        check_in(node, rules)


def check_nothing_hidden(tokens: Sequence[Token], nodes: Iterable[exp.Expr], rules: Rules) -> None:
    """The parser drops arguments that a function has too many of: look for calls and queries in the text."""
    found = list(nodes)
    queries = sum(token.token_type == TokenType.SELECT for token in tokens)
    if queries > sum(isinstance(node, exp.Select) for node in found):
        raise SqlRejected(
            "A part of this statement cannot be read.", "Do its functions have too many values?"
        )
    lists = {node.name.lower() for node in found if isinstance(node, exp.TableAlias) and node.columns}
    known = rules.functions | rules.dialect.table_functions | computing_functions() | lists | BEFORE_BRACKETS
    for token, following in itertools.pairwise(tokens):
        if following.token_type == TokenType.L_PAREN and token.token_type in NAMES:
            name = token.text.lower()
            if name in rules.dialect.forbidden_functions and name not in rules.functions | lists:
                reason = rules.dialect.forbidden_functions[name]
                raise SqlRejected(f"The function {name}() is not allowed: {reason}.", part=name)
            if name not in known:
                raise unknown_function(name, rules.functions)


@lru_cache(maxsize=1)
def computing_functions() -> frozenset[str]:
    """Names that the parser knows functions by, of those that are allowed."""
    classes = {name.lower(): kind.__name__ for name, kind in exp.FUNCTION_BY_NAME.items()}
    spelt_apart = {name.lower() for name in sqlglot.Parser.FUNCTION_PARSERS} - classes.keys()
    return frozenset(spelt_apart | {name for name, kind in classes.items() if kind in ALLOWED_NODES})


def refused_node(node: exp.Expr, kind: str) -> SqlRejected:
    if isinstance(node, exp.Placeholder | exp.Parameter | exp.SessionParameter):
        return SqlRejected(
            "There is a parameter without a value in the statement.", "Write the value itself.", kind
        )
    if isinstance(node, exp.Func):
        name = function_names(node)[0]
        return SqlRejected(f"The function {name}() is not allowed.", "Only functions that compute are.", name)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).upper()
    return SqlRejected(f"{words} is not allowed in a statement that reads.", ONLY_READING, kind)


def check_function(node: exp.Func, rules: Rules) -> None:
    names = function_names(node)
    forbidden = rules.dialect.forbidden_functions
    for name in names:
        if name in forbidden and name not in rules.functions:
            raise SqlRejected(f"The function {name}() is not allowed: {forbidden[name]}.", part=name)
    is_table = isinstance(node.parent, exp.Table) and node.parent.this is node
    known = rules.functions | rules.dialect.table_functions if is_table else rules.functions
    if isinstance(node, exp.Anonymous) and names[0] not in known:
        raise unknown_function(names[0], known)
    if isinstance(node.parent, exp.Dot) and node.parent.expression is node:
        check_qualifier(node.parent.this.name, names[0], rules)
    if not rules.dialect.format_functions.isdisjoint(names):
        check_format(node, names[0])


def function_names(node: exp.Func) -> list[str]:
    """How the function may be spelt, lower case."""
    if isinstance(node, exp.Anonymous):
        return [node.name.lower()]
    return [name.lower() for name in node.sql_names()]


def unknown_function(name: str, known: Iterable[str]) -> SqlRejected:
    name = name[:60]
    near = difflib.get_close_matches(name, known, 3)
    hint = (
        f"Did you mean {' or '.join(near)}?" if near else "Only functions known to be harmless are allowed."
    )
    return SqlRejected(f"The function {name}() is not known.", hint, name)


def check_format(node: exp.Func, name: str) -> None:
    """Its format must be written out: a width from elsewhere decides how much memory the call takes."""
    template = node.this if isinstance(node, exp.Format) else next(iter(node.expressions), None)
    if template is None:
        return
    if not (isinstance(template, exp.Literal) and template.is_string):
        raise SqlRejected(f"The format of {name}() must be a text in quotes.", part=name)
    if WIDE_FORMAT.search(template.name.replace("%%", "")) or WIDE_FORMAT.search(template.name):
        raise SqlRejected(f"The format of {name}() has a width that is too large.", "Use up to 9999.", name)


def check_qualifier(qualifier: str, name: str, rules: Rules) -> None:
    if rules.dialect.qualifiers is not None and qualifier.lower() not in rules.dialect.qualifiers:
        raise SqlRejected(
            f"{qualifier}.{name} lies outside of this database.",
            f"Write {name} alone.",
            f"{qualifier}.{name}",
        )


def check_table(node: exp.Table, rules: Rules) -> None:
    if isinstance(node.this, exp.Func):
        check_function(node.this, rules)
        name = function_names(node.this)[0]
        own = rules.functions - rules.dialect.functions
        if name not in rules.dialect.table_functions and name not in own:
            raise SqlRejected(f"{name}() does not stand for a table.", "Call it in the SELECT list.", name)
    elif isinstance(node.this, exp.Identifier):
        check_table_name(node.name, node, rules)
    else:
        raise refused_node(node.this, type(node.this).__name__)
    for qualifier in (node.catalog, node.db):
        if qualifier:
            check_qualifier(qualifier, node.name, rules)


def check_in(node: exp.In, rules: Rules) -> None:
    """`x IN name`: the name is a table's or a table function's."""
    field = node.args["field"]
    if isinstance(field, exp.Column | exp.Identifier):
        check_table_name(field.name, node, rules)
        if isinstance(field, exp.Column) and field.table:
            check_qualifier(field.table, field.name, rules)
    elif not isinstance(field, exp.Func) or rules.dialect.table_functions.isdisjoint(function_names(field)):
        raise SqlRejected("What stands after IN is not a list.", "Write IN (…) or IN (SELECT …).", "IN")


def check_table_name(name: str, node: exp.Expr, rules: Rules) -> None:
    lowered = name.lower()
    if lowered in rules.dialect.system_tables or lowered in rules.dialect.table_functions:
        return
    if lowered.startswith(rules.dialect.system_prefixes):
        raise refused_table(lowered, rules)
    if is_visible_cte(lowered, node, rules):
        return
    forbidden = lowered in rules.dialect.forbidden_tables
    if forbidden if rules.schema is None else rules.schema.table(lowered) is None:
        raise refused_table(lowered, rules)


def is_visible_cte(name: str, node: exp.Expr, rules: Rules) -> bool:
    """A WITH clause of a query around the node gives this name."""
    ancestor = node.parent
    while ancestor is not None:
        if name in rules.ctes.get(id(ancestor.args.get("with_")), ()):
            return True
        ancestor = ancestor.parent
    return False


def refused_table(name: str, rules: Rules) -> SqlRejected:
    name = name[:60]
    dialect = rules.dialect
    if name in dialect.forbidden_tables:
        reason = dialect.forbidden_tables[name]
        return SqlRejected(f"The table {name} may not be read: {reason}.", part=name)
    if name.startswith(dialect.system_prefixes):
        return SqlRejected(
            f"{name} belongs to {dialect.label} itself and may not be read.",
            "Ask about your own tables.",
            name,
        )
    known = [table.name for table in rules.schema.tables] if rules.schema else []
    near = difflib.get_close_matches(name, known, 3, 0.5) or known[:12]
    return SqlRejected(f"There is no table {name} here.", f"Tables: {', '.join(near) or 'none'}.", name)
