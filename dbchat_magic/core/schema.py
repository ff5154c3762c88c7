"""Schema: the tables of a database as the translators see them, read with a few catalogue statements."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dbchat_magic.core.values import SECRET, ColumnValues, ValueIndex
from dbchat_magic.errors import DatasourceError, QueryFailed

if TYPE_CHECKING:
    from dbchat_magic.core.connect import Connection
    from dbchat_magic.core.datasources import Datasource


@dataclass(frozen=True)
class Column:
    """A column: its SQL type as declared, and a few of its values for linking."""

    name: str
    type: str = ""
    nullable: bool = True
    comment: str = ""
    samples: tuple[object, ...] = ()
    """Distinct values that are not NULL, commonest first; at most a dozen."""


@dataclass(frozen=True)
class ForeignKey:
    """`columns` of the table that owns this key point at `target_columns` of `target`."""

    columns: tuple[str, ...]
    target: str
    """The target table's name."""
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table or view."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str = ""
    rows: int | None = None
    """About how many rows there are; None: not known."""
    kind: str = "table"
    """"table" or "view"."""
    schema: str = ""
    """The database schema (namespace) that holds it; empty where there is only one."""

    def column(self, name: str) -> Column | None:
        """The column of this name, whatever its case."""
        return self._columns_by_name.get(name.lower())

    @cached_property
    def _columns_by_name(self) -> dict[str, Column]:
        return {column.name.lower(): column for column in self.columns}


@dataclass(frozen=True)
class Schema:
    """All tables that a datasource shows."""

    tables: tuple[Table, ...]
    dialect: str = "sqlite"
    values: ValueIndex = field(default_factory=ValueIndex, repr=False, compare=False)
    """The texts found in the data."""

    def table(self, name: str) -> Table | None:
        """The table of this name, whatever its case."""
        return self._tables_by_name.get(name.lower())

    def only(self, names: Iterable[str]) -> Schema:
        """The schema less all tables but these; raises DatasourceError listing the tables for an unknown one."""
        chosen = {name.strip().lower() for name in names}
        for name in chosen - self._tables_by_name.keys():
            known = ", ".join(table.name for table in self.tables[:30])
            raise DatasourceError(f"There is no table {name!r}.", f"Tables: {known or 'none at all'}.")
        kept = tuple(table for table in self.tables if table.name.lower() in chosen)
        names_kept = {table.name for table in kept}
        values = {key: found for key, found in self.values.columns.items() if key[0] in names_kept}
        return Schema(kept, self.dialect, ValueIndex(values))

    @cached_property
    def _tables_by_name(self) -> dict[str, Table]:
        return {table.name.lower(): table for table in self.tables}


COUNTED = 100_000
"""Rows counted one by one; a larger table's count is an estimate."""

READ = 20_000
"""Rows of a table looked at for values."""

TEXTS = 5_000
"""Distinct texts kept of a column."""

SAMPLES = 12
"""Values kept as examples of a column."""

VALUE_SECONDS = 5.0
"""Time for the values of all tables together; tables after that have none."""


def read_schema(connection: Connection) -> Schema:
    """Tables, keys, comments, row counts and values, in bulk. Raises QueryFailed and its children."""
    dialect = connection.dialect
    relations = [tuple(map(text_of, row)) for row in connection.catalogue(dialect.catalogue["relations"])]
    columns = read_columns(connection, relations)
    keys = read_foreign_keys(connection)
    bare = tuple(
        to_table(name, kind, sql, columns[name], keys.get(name, ()))
        for name, kind, sql in relations
        if columns.get(name)
    )
    tables = with_targets(bare)
    counts = read_row_counts(connection, [table.name for table in tables if table.kind == "table"])
    counted = [replace(table, rows=counts.get(table.name)) for table in tables]
    values = read_values(connection, counted)
    sampled = tuple(with_samples(table, values) for table in counted)
    return Schema(sampled, dialect.name, values)


def fingerprint(datasource: Datasource) -> str:
    """A text that changes when the datasource's files do; empty for a server."""
    path = datasource.params.get("path")
    if path is None:
        return ""
    marks = []
    for name in (str(path), f"{path}-wal"):
        try:
            state = Path(name).stat()
        except OSError:
            continue
        marks.append(f"{state.st_mtime_ns}:{state.st_size}:{state.st_ino}")
    return " ".join(marks)


def read_columns(
    connection: Connection, relations: Sequence[tuple[str, ...]]
) -> dict[str, list[tuple[object, ...]]]:
    """Rows (name, type, not null, place in the primary key) of each table, views one by one.

    A view that fails (its table is gone) is left out; one of them must not hide the rest.
    """
    statements = connection.dialect.catalogue
    found: dict[str, list[tuple[object, ...]]] = {}
    for table, *column in connection.catalogue(statements["columns"]):
        found.setdefault(text_of(table), []).append(tuple(column))
    for name, kind, _ in relations:
        if kind == "view":
            try:
                rows = connection.catalogue(statements["view_columns"].format(name=quote_text(name)))
            except QueryFailed:
                continue
            found[name] = [tuple(column) for _, *column in rows]
    return found


def read_foreign_keys(connection: Connection) -> dict[str, tuple[ForeignKey, ...]]:
    parts: dict[str, dict[object, list[tuple[str, str, str]]]] = {}
    for table, number, target, column, target_column in connection.catalogue(
        connection.dialect.catalogue["foreign_keys"]
    ):
        pairs = parts.setdefault(text_of(table), {}).setdefault(number, [])
        pairs.append((text_of(target), text_of(column), text_of(target_column)))
    return {
        table: tuple(
            ForeignKey(
                tuple(column for _, column, _ in pairs), pairs[0][0], tuple(target for _, _, target in pairs)
            )
            for pairs in numbered.values()
        )
        for table, numbered in parts.items()
    }


def to_table(
    name: str,
    kind: str,
    sql: str,
    columns: Sequence[tuple[object, ...]],
    foreign_keys: tuple[ForeignKey, ...],
) -> Table:
    comments = read_comments(sql)
    keyed = sorted((int(str(place)), text_of(column)) for column, _, _, place in columns if place)
    return Table(
        name=name,
        kind=kind,
        columns=tuple(
            Column(
                text_of(column),
                text_of(type),
                nullable=not (not_null or place),
                comment=comments.get(text_of(column).lower(), ""),
            )
            for column, type, not_null, place in columns
        ),
        primary_key=tuple(column for _, column in keyed),
        foreign_keys=foreign_keys,
        comment=comments.get("", ""),
    )


def with_targets(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """Foreign keys with the target's own spelling; one that names no column means the primary key.

    A key whose target is missing is dropped: it joins nothing.
    """
    known = {table.name.lower(): table for table in tables}

    def resolved(keys: Iterable[ForeignKey]) -> Iterable[ForeignKey]:
        for key in keys:
            target = known.get(key.target.lower())
            if target is None:
                continue
            columns = key.target_columns if all(key.target_columns) else target.primary_key
            found = [target.column(column) for column in columns]
            if len(found) == len(key.columns) and all(found):
                yield ForeignKey(key.columns, target.name, tuple(column.name for column in found if column))

    return tuple(replace(table, foreign_keys=tuple(resolved(table.foreign_keys))) for table in tables)


COMMENT = re.compile(
    r"""'(?:[^']|'')*' | --(?P<line>[^\n]*) | /\*(?P<block>.*?)\*/""", re.VERBOSE | re.DOTALL
)
FIRST_NAME = re.compile(r"""[\s,(]*(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|(\w+))""")


def read_comments(sql: str) -> dict[str, str]:
    """Comments in a CREATE TABLE, by the column (lower case) on whose line they end; "" for the table's.

    >>> read_comments("CREATE TABLE t ( -- who buys\\n  nm TEXT, -- full name\\n  x INT)")
    {'': 'who buys', 'nm': 'full name'}
    """
    comments: dict[str, str] = {}
    for found in COMMENT.finditer(sql):
        text = (found["line"] or found["block"] or "").strip()
        if not text:
            continue
        line = sql[sql.rfind("\n", 0, found.start()) + 1 : found.start()]
        name = FIRST_NAME.match(line)
        head = re.match(r"\s*create\b", line, re.IGNORECASE) or "(" not in sql[: found.start()]
        column = "" if head or name is None else next(part for part in name.groups() if part).lower()
        if column or head:
            comments.setdefault(column, text)
    return comments


def read_row_counts(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """Exact up to COUNTED rows; beyond, the dialect's cheap estimate."""
    statements = connection.dialect.catalogue
    counts: dict[str, int] = {}
    for name in names:
        quoted = quote_name(name)
        try:
            count = number_of(
                connection.catalogue(statements["count"].format(table=quoted, limit=COUNTED + 1))
            )
            if count > COUNTED:
                count = number_of(connection.catalogue(statements["estimate"].format(table=quoted))) or count
        except QueryFailed:  # a virtual table whose module is missing, a table without rowid
            continue
        counts[name] = count
    return counts


def read_values(connection: Connection, tables: Sequence[Table]) -> ValueIndex:
    """The texts of every table's first READ rows, small tables first, until VALUE_SECONDS are over."""
    deadline = time.monotonic() + VALUE_SECONDS
    found: dict[tuple[str, str], ColumnValues] = {}
    for table in sorted(tables, key=lambda table: (table.kind == "view", table.rows or 0)):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        columns = [column for column in table.columns if not SECRET.search(column.name)]
        if not columns:
            continue
        chosen = ", ".join(quote_name(column.name) for column in columns)
        sql = connection.dialect.catalogue["values"].format(
            columns=chosen, table=quote_name(table.name), limit=READ
        )
        try:
            rows = connection.catalogue(sql, seconds=max(left, 0.5))
        except QueryFailed:  # a view that fails or takes too long
            continue
        for place, column in enumerate(columns):
            found[table.name, column.name] = column_values([row[place] for row in rows])
    return ValueIndex(found)


def column_values(cells: Sequence[object]) -> ColumnValues:
    counts = Counter(cell for cell in cells if cell is not None)
    commonest = [cell for cell, _ in counts.most_common()]
    texts = [cell for cell in commonest if isinstance(cell, str)]
    return ColumnValues(tuple(texts[:TEXTS]), len(counts), counts.total(), tuple(commonest[:SAMPLES]))


def with_samples(table: Table, values: ValueIndex) -> Table:
    return replace(
        table,
        columns=tuple(
            replace(column, samples=values.of(table.name, column.name).samples) for column in table.columns
        ),
    )


def quote_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def number_of(rows: Sequence[Sequence[object]]) -> int:
    return int(str(rows[0][0] or 0))


def text_of(cell: object) -> str:
    return "" if cell is None else str(cell)
