"""Mend: what is wrong with a model's statement for certain is put right without asking it again.

A name spelt otherwise, a column said of the wrong table, a value in another case, functions of another database.
Changes are made in the text where they stand; the rest of it stays as the model wrote it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope

from dbchat_magic.core.guard import check, parse_bounded
from dbchat_magic.core.names import scopes_of, tables_of
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.core.spelling import spelling
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import SqlRejected
from dbchat_magic.language import in_english

OTHERS = ("mysql", "postgres", "duckdb", "tsql")
"""Whose SQL models write most often where it is not wanted."""
FOREIGN = frozenset(
    """
    concat concat_ws curdate date_format date_part date_trunc datediff datepart day dayofmonth extract getdate hour if
    isnull left len month now nvl right strftime substring to_char year
    """.split()
)
"""Functions that one database has and another has not, by which the same is meant everywhere."""
TRANSLATED = frozenset(
    """
    and avg between case cast coalesce concat concatws count currentdate currenttimestamp currenttimestampltz date
    datediff datetrunc day dayofmonth extract greatest hour if ifnull iif left length lower max min month nullif or
    right round strtodate substring sum timetostr timestamptrunc trim tschartotime tsordsdiff tsordstodate
    tsordstodatestr tsordstotimestamp upper xor year
    """.split()
)
"""What a statement that is translated may call: nothing in these is lost on the way."""
UNTOUCHABLE = re.compile(r"--|/\*|//|[#@\[\]\\$;{}]|:=|\b[eExXbBnN]'")
"""Comments, variables, arrays and escapes: they mean other things in another database."""
COMPARISONS = (exp.EQ, exp.NEQ, exp.In)


@dataclass(frozen=True)
class Change:
    """The characters from `start` up to and with `end` become `text`."""

    start: int
    end: int
    text: str


def mend(sql: str, schema: Schema) -> str:
    """The statement, put right where that is certain; itself where nothing is."""
    mended = in_own_words(sql, schema)
    for changes_of in (renamed_tables, changed_columns, changed_values):
        tree = parse_bounded(mended, find_dialect(schema.dialect).sqlglot)
        if tree is None:
            return mended
        mended = apply(mended, list(changes_of(tree, schema)))
    return mended


def apply(sql: str, changes: list[Change]) -> str:
    """The text with its changes; of two at one place the first."""
    done: set[int] = set()
    for change in sorted(changes, key=lambda change: -change.start):
        if change.start not in done:
            done.add(change.start)
            sql = sql[: change.start] + change.text + sql[change.end + 1 :]
    return sql


# -------------------------------------------------------------------------------------- another dialect


def in_own_words(sql: str, schema: Schema) -> str:
    """SQL of another database as that of this one, where only functions or words of the other are in the way.

    Nothing else that the guard refuses is touched: what is no slip of a writer stays as it is, and is refused.
    """
    refusal = refused(sql, schema)
    if refusal is None or UNTOUCHABLE.search(sql) or not is_foreign(refusal):
        return sql
    own = find_dialect(schema.dialect).sqlglot
    for other in OTHERS:
        tree = parse_bounded(sql, other) if other != own else None
        if tree is None or not set(called(tree)) <= TRANSLATED:
            continue
        if refused(translated := written_in(tree, own), schema) is None:
            return translated
    return sql


def refused(sql: str, schema: Schema) -> SqlRejected | None:
    """Why the guard does not let it through, whatever its tables; None: it does."""
    try:
        check(sql, schema.dialect)
    except SqlRejected as refusal:
        return refusal
    return None


def is_foreign(refusal: SqlRejected) -> bool:
    """Whether it is for a function of another database, or for words that this one's grammar does not have."""
    return refusal.part.lower() in FOREIGN or in_english(refusal.message).startswith("This cannot be read")


def called(tree: exp.Expr) -> Iterator[str]:
    """The functions of a statement, as their classes are called; those that sqlglot does not know by their names."""
    for node in tree.find_all(exp.Func):
        yield node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()


PARTS = {"YEAR": "%Y", "MONTH": "%m", "DAY": "%d"}


def written_in(tree: exp.Expr, dialect: str) -> str:
    """The statement in another dialect; empty where it cannot be written. For SQLite with YEAR(…) and the like
    spelt out, which sqlglot leaves as they are.

    >>> written_in(exp.select(exp.func("YEAR", exp.column("d"))).from_("t"), "sqlite")
    "SELECT CAST(STRFTIME('%Y', d) AS INTEGER) FROM t"
    """

    def spell(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Year | exp.Month | exp.Day):
            inner = node.this.this if isinstance(node.this, exp.Date | exp.TsOrDsToDate) else node.this
            part = PARTS[type(node).__name__.upper()]
            return exp.cast(exp.func("STRFTIME", exp.Literal.string(part), inner.copy()), "integer")
        if isinstance(node, exp.Left):
            return exp.func("SUBSTR", node.this.copy(), exp.Literal.number(1), node.expression.copy())
        return node

    try:
        return (tree.transform(spell) if dialect == "sqlite" else tree).sql(dialect=dialect)
    except (SqlglotError, RecursionError):
        return ""


# --------------------------------------------------------------------------------------------- names


def renamed_tables(tree: exp.Expr, schema: Schema) -> Iterator[Change]:
    """A table that there is under a name with other blanks, underscores or ending."""
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    spell = spelling(schema.dialect)
    for node in tree.find_all(exp.Table):
        if node.name.lower() in own or node.db or not node.name or schema.table(node.name):
            continue
        found = [table for table in schema.tables if key_of(table.local) == key_of(node.name)]
        place = node.this.meta
        if len(found) == 1 and "start" in place:
            yield Change(place["start"], place["end"], spell.table(found[0]))


def key_of(name: str) -> str:
    """What names have in common that differ in blanks, underscores or their ending.

    >>> key_of("Order_Items") == key_of("orderitem")
    True
    """
    return re.sub(r"[\W_]+", "", name.lower()).removesuffix("s")


def columns_of(tree: exp.Expr) -> Iterator[tuple[exp.Column, Scope]]:
    """Each column with the query that it stands in."""
    for scope in scopes_of(tree):
        for column in scope.columns:
            if column.parent_select is scope.expression and isinstance(column.this, exp.Identifier):
                yield column, scope


def changed_columns(tree: exp.Expr, schema: Schema) -> Iterator[Change]:
    """A column said of a table that does not have it, where just one other table of the query does; and one
    spelt otherwise."""
    spell = spelling(schema.dialect)
    for column, scope in columns_of(tree):
        tables = tables_of(column, scope, schema)
        if tables is None or any(table.column(column.name) for table in tables):
            continue
        place = column.this.meta
        owner = column.args.get("table")
        others = owners_of(column.name, scope, schema) if owner is not None else []
        if len(others) == 1 and owner is not None and "start" in owner.meta:
            yield Change(owner.meta["start"], owner.meta["end"], others[0])
            continue
        near = {
            each.name
            for table in tables
            for each in table.columns
            if key_of(each.name) == key_of(column.name)
        }
        if len(near) == 1 and "start" in place:
            yield Change(place["start"], place["end"], spell.name(near.pop()))


def owners_of(name: str, scope: Scope, schema: Schema) -> list[str]:
    """The aliases in a query whose tables have a column of this name."""
    found = []
    for alias, source in scope.sources.items():
        if isinstance(source, exp.Table) and (table := schema.table(source.name)) and table.column(name):
            found.append(alias)
    return found


# -------------------------------------------------------------------------------------------- values


@dataclass(frozen=True)
class Compared:
    """A text that a statement compares a column with."""

    table: Table
    column: str
    literal: exp.Literal


def compared_texts(tree: exp.Expr, schema: Schema) -> Iterator[Compared]:
    for column, scope in columns_of(tree):
        comparison = column.parent
        if not isinstance(comparison, COMPARISONS):
            continue
        tables = tables_of(column, scope, schema) or []
        holding = [(table, known) for table in tables if (known := table.column(column.name))]
        if len(holding) == 1:
            table, known = holding[0]
            yield from (Compared(table, known.name, literal) for literal in literals_of(comparison))


def changed_values(tree: exp.Expr, schema: Schema) -> Iterator[Change]:
    """ "france" where the column holds "France", and nothing spelt as the model spells it."""
    for each in compared_texts(tree, schema):
        place = each.literal.meta
        spelt = own_spelling(each.table, each.column, each.literal.name, schema)
        if spelt and "start" in place:
            yield Change(place["start"], place["end"], exp.Literal.string(spelt).sql())


@dataclass(frozen=True)
class Missing:
    """A text that a statement asks a column for, which no row of it has."""

    table: str
    column: str
    text: str
    near: tuple[str, ...]
    """What the column does hold that is spelt like it."""


def missing_values(sql: str, schema: Schema) -> list[Missing]:
    """The texts that a statement wants a column to equal, and that none of its values, all of them known, does."""
    tree = parse_bounded(sql, find_dialect(schema.dialect).sqlglot)
    found = []
    for each in compared_texts(tree, schema) if tree is not None else ():
        known = schema.values.of(each.table.name, each.column)
        is_known = known.texts and known.complete and len(known.texts) == known.distinct
        is_equal = isinstance(each.literal.parent, exp.EQ)
        if is_equal and is_known and each.literal.name not in known.texts:
            near = difflib.get_close_matches(each.literal.name, known.texts, n=5, cutoff=0.5)
            found.append(Missing(each.table.name, each.column, each.literal.name, tuple(near)))
    return found


def literals_of(comparison: exp.Expr) -> Iterator[exp.Literal]:
    sides = (*comparison.expressions, comparison.this, comparison.args.get("expression"))
    yield from (side for side in sides if isinstance(side, exp.Literal) and side.is_string)


def own_spelling(table: Table, column: str, text: str, schema: Schema) -> str | None:
    """How the data spells a text; None where it spells it so, or where that is not known."""
    texts = schema.values.of(table.name, column).texts
    if not texts or text in texts:
        return None
    found = [each for each in texts if each.casefold().strip() == text.casefold().strip()]
    return found[0] if len(found) == 1 else None
