"""Names: whether the columns that a generated statement names are there, before the database is asked.

Told only where it is certain: what a statement may name beyond the catalogue is left to the database.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from dbchat_magic.core.guard import parse_bounded
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import SqlRejected
from dbchat_magic.language import either, phrase, sentences

HIDDEN = frozenset(
    """
    rowid oid _rowid_ docid rank ctid xmin xmax cmin cmax tableoid filename file_row_number file_index
    """.split()
)
"""Columns that tables have though no catalogue lists them."""
LISTED = 12


def check_columns(sql: str, schema: Schema) -> None:
    """Raises SqlRejected, listing what there is, for a column that none of its tables has."""
    tree = parse_bounded(sql, find_dialect(schema.dialect).sqlglot)
    for scope in scopes_of(tree) if tree is not None else ():
        for column in scope.columns:
            if column.parent_select is scope.expression:  # not one of a query inside
                check_column(column, scope, schema)


def scopes_of(tree: exp.Expr) -> list[Scope]:
    """The queries in a tree, each with its sources; none where they cannot be told."""
    try:
        return traverse_scope(tree)
    except (SqlglotError, RecursionError):
        return []


def check_column(column: exp.Column, scope: Scope, schema: Schema) -> None:
    name = column.name
    if not name or name.lower() in HIDDEN or isinstance(column.this, exp.Star):
        return
    if column.this.args.get("quoted"):  # where there is no such column, SQLite reads it as a text
        return
    if is_said_of_nothing(column, scope, schema):
        raise SqlRejected(
            phrase(
                "{table}.{name} is named, but {table} is none of the tables that are read there.",
                table=column.table,
                name=name,
            ),
            phrase(
                "Join {table}, or take the column from: {tables}.",
                table=column.table,
                tables=", ".join(scope.sources),
            ),
            f"{column.table}.{name}",
        )
    tables = tables_of(column, scope, schema)
    if tables is None or any(table.column(name) for table in tables):
        return
    if not column.table and name.lower() in {each.lower() for each in (*aliases_of(scope), *scope.sources)}:
        return  # what is shown under that name, or a whole row
    raise unknown_column(column, tables, schema)


def is_said_of_nothing(column: exp.Column, scope: Scope, schema: Schema) -> bool:
    """Whether a column is said of a table of the schema that neither this query nor one around it reads."""
    owner = column.table.lower()
    if not owner or column.db or schema.table(column.table) is None:
        return False
    around: Scope | None = scope
    while around is not None:
        if owner in {name.lower() for name in around.sources}:
            return False
        around = around.parent
    return True


def tables_of(column: exp.Column, scope: Scope, schema: Schema) -> list[Table] | None:
    """The tables that may hold the column; None where that cannot be told."""
    if column.db:
        return None
    sources = scope.sources
    if column.table:
        source = next(
            (found for name, found in sources.items() if name.lower() == column.table.lower()), None
        )
        table = table_of(source, schema)
        return None if table is None else [table]
    found = [table_of(source, schema) for source in sources.values()]
    if not found or None in found or scope.is_correlated_subquery or scope.parent is not None:
        return None  # it may be a column of the query around it
    return [table for table in found if table is not None]


def table_of(source: object, schema: Schema) -> Table | None:
    if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
        return None
    table = schema.table(f"{source.db}.{source.name}" if source.db else source.name)
    return table if table is not None and table.columns else None


def aliases_of(scope: Scope) -> Iterator[str]:
    expression = scope.expression
    if isinstance(expression, exp.Query):
        yield from (each.alias for each in expression.selects if each.alias)


def unknown_column(column: exp.Column, tables: Sequence[Table], schema: Schema) -> SqlRejected:
    name = column.name
    where = either([table.name for table in tables])
    own = [each.name for table in tables for each in table.columns]
    elsewhere = [
        f"{table.name}.{found.name}" for table in schema.tables if (found := table.column(name)) is not None
    ]
    near = difflib.get_close_matches(name.lower(), {each.lower(): each for each in own}, n=3, cutoff=0.6)
    spelt = {each.lower(): each for each in own}
    hints = []
    if near:
        hints.append(phrase("Near it: {names}.", names=", ".join(spelt[each] for each in near)))
    if elsewhere:
        hints.append(phrase("There is {names}.", names=", ".join(elsewhere[:LISTED])))
    listed = ", ".join(own[:LISTED]) + (", …" if len(own) > LISTED else "")
    hints.append(phrase("Columns there: {names}.", names=listed))
    return SqlRejected(
        phrase("There is no column {name} in {tables}.", name=name, tables=where), sentences(*hints), name
    )
