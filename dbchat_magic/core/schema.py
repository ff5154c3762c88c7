"""Schema: the tables of a database as the translators see them, read with a few catalogue statements.

What these statements give is the same for every kind of database: `RELATIONS`, `COLUMNS` and `FOREIGN_KEYS`
name the places in their rows.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dbchat_magic.core.glossary import Glossary
from dbchat_magic.core.values import ValueIndex
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DatasourceError, QueryFailed
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.core.connect import Connection


@dataclass(frozen=True)
class Column:
    """A column: its SQL type as declared, and a few of its values for linking."""

    name: str
    type: str = ""
    nullable: bool = True
    comment: str = ""
    samples: tuple[object, ...] = ()
    """Distinct values that are not NULL, commonest first; at most a dozen."""
    choices: tuple[str, ...] = ()
    """The values of an enumeration, as declared."""


@dataclass(frozen=True)
class ForeignKey:
    """`columns` of the table that owns this key point at `target_columns` of `target`."""

    columns: tuple[str, ...]
    target: str
    """The target table's name."""
    target_columns: tuple[str, ...]
    inferred: bool = False
    """Nobody declared it: names, types and values say so (`core/keys.py`)."""


@dataclass(frozen=True)
class Table:
    """A table or view."""

    name: str
    """By which a statement reaches it: alone where the session looks for it, else `schema.name`. No two tables
    of a Schema share it."""
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str = ""
    rows: int | None = None
    """About how many rows there are; None: not known."""
    kind: str = "table"
    """"table", "view", "materialized view" or "foreign table"."""
    schema: str = ""
    """The database schema (namespace) that holds it; empty where there is only one."""
    qualified: bool = False
    """Its name is `schema.name`: the session does not look for it."""
    inferred_keys: tuple[ForeignKey, ...] = ()
    """Foreign keys that nobody declared but that are likely; of columns that no declared one has."""

    @property
    def local(self) -> str:
        """Its name within its schema."""
        return self.name[len(self.schema) + 1 :] if self.qualified else self.name

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
    glossary: Glossary = Glossary()
    """What the user says the words mean; what it hides is no longer here, its joins and descriptions are."""

    def table(self, name: str) -> Table | None:
        """The table of this name, or of `schema.name`, whatever the case."""
        return self._tables_by_name.get(name.lower())

    def only(self, names: Iterable[str]) -> Schema:
        """The schema less all tables but these; raises DatasourceError listing the tables for an unknown one."""
        names_kept = {self.find(name.strip()).name for name in names}
        kept = tuple(table for table in self.tables if table.name in names_kept)
        values = {key: found for key, found in self.values.columns.items() if key[0] in names_kept}
        return Schema(kept, self.dialect, ValueIndex(values), self.glossary.only(names_kept))

    def find(self, name: str) -> Table:
        """The table of this name; raises DatasourceError listing those there are."""
        found = self.table(name)
        if found is None:
            known = ", ".join(table.name for table in self.tables[:30])
            raise DatasourceError(
                phrase("There is no table {name!r}.", name=name),
                phrase("Tables: {names}.", names=known or phrase("none at all")),
            )
        return found

    @cached_property
    def _tables_by_name(self) -> dict[str, Table]:
        qualified = {f"{table.schema}.{table.local}".lower(): table for table in self.tables if table.schema}
        return qualified | {table.name.lower(): table for table in self.tables}


RELATIONS = ("schema", "name", "kind", "comment", "rows", "definition")
"""What a row of `catalogue["relations"]` holds; `definition` is the CREATE statement, where comments may be."""
COLUMNS = ("schema", "table", "name", "type", "not_null", "key_place", "comment", "choices")
"""What a row of `catalogue["columns"]` holds; `choices` are the values of an enumeration, with CHOICES_APART."""
FOREIGN_KEYS = ("schema", "table", "key", "column", "target_schema", "target", "target_column")
"""What a row of `catalogue["foreign_keys"]` holds, one for each pair of columns."""
CHOICES_APART = "\x1f"

COUNTED = 100_000
"""Rows counted one by one; a larger table's count is an estimate."""

COUNT_SECONDS = 3.0
"""Time for counting the rows of all tables together, of those whose number the catalogue does not tell."""


def read_tables(connection: Connection) -> tuple[Table, ...]:
    """The tables without their values. Raises QueryFailed and its children."""
    if connection.dialect.lists_one_by_one:
        relations, columns = list_one_by_one(connection)
    else:
        relations = [dict(zip(RELATIONS, row, strict=True)) for row in ask(connection, "relations")]
        columns = read_columns(connection, relations)
    paths = [text_of(row[0]) for row in ask(connection, "search_path")]
    shown = [each for each in relations if columns.get((text_of(each["schema"]), text_of(each["name"])))]
    names = name_tables([(text_of(each["schema"]), text_of(each["name"])) for each in shown], paths)
    keys = read_foreign_keys(connection, names)
    tables = tuple(
        to_table(each, names[place], columns[place], keys.get(place, ()))
        for each in shown
        for place in [(text_of(each["schema"]), text_of(each["name"]))]
    )
    # Of two tables of one name the one that the session looks for comes first, and is meant first.
    found = sorted(tables, key=lambda table: table.qualified)
    return with_row_counts(connection, with_targets(tuple(found)))


def list_one_by_one(
    connection: Connection,
) -> tuple[list[dict[str, object]], dict[Place, list[dict[str, object]]]]:
    """The tables and their columns as SHOW TABLES and DESCRIBE tell them; what of it cannot be read is left out."""
    relations: list[dict[str, object]] = []
    columns: dict[Place, list[dict[str, object]]] = {}
    for row in connection.catalogue("SHOW TABLES"):
        name = text_of(row[1] if len(row) > 1 else row[0])  # Spark says the schema first
        quoted = (
            connection.dialect.quote + name.replace(connection.dialect.quote, "") + connection.dialect.quote
        )
        try:
            described = connection.catalogue(f"DESCRIBE {quoted}")
        except QueryFailed:
            continue
        relations.append(dict(zip(RELATIONS, ("", name, "table", None, None, None), strict=True)))
        columns["", name] = [
            dict(
                zip(
                    COLUMNS,
                    ("", name, text_of(each[0]), text_of(each[1]), False, 0, each[2], None),
                    strict=True,
                )
            )
            for each in itertools.takewhile(is_column, described)
        ]
    return relations, columns


def is_column(described: Sequence[object]) -> bool:
    """After the columns come partitions and the like, under a heading."""
    return bool(text_of(described[0]).strip()) and not text_of(described[0]).startswith("#")


def ask(connection: Connection, what: str) -> list[tuple[object, ...]]:
    """The rows of a catalogue statement; none where this kind of database has no such statement."""
    statement = connection.dialect.catalogue.get(what)
    return connection.catalogue(statement) if statement else []


Place = tuple[str, str]
"""(schema, name) as the database says them."""


def name_tables(places: Sequence[Place], paths: Sequence[str]) -> dict[Place, str]:
    """By which name a statement reaches each table: alone if the first schema of `paths` that has one such is its own.

    >>> name_tables([("public", "orders"), ("hr", "orders"), ("hr", "staff")], ["hr", "public"])
    {('public', 'orders'): 'public.orders', ('hr', 'orders'): 'orders', ('hr', 'staff'): 'staff'}
    """
    known = set(places)

    def is_found(schema: str, name: str) -> bool:
        return not paths or next((path for path in paths if (path, name) in known), None) == schema

    return {
        (schema, name): name if is_found(schema, name) or not schema else f"{schema}.{name}"
        for schema, name in places
    }


def read_columns(
    connection: Connection, relations: Iterable[Mapping[str, object]]
) -> dict[Place, list[dict[str, object]]]:
    """The columns of each table; where a kind of database tells those of views one by one, of these too.

    A view that fails (its table is gone) is left out; one of them must not hide the rest.
    """
    found: dict[Place, list[dict[str, object]]] = {}
    for row in ask(connection, "columns"):
        column = dict(zip(COLUMNS, row, strict=True))
        found.setdefault((text_of(column["schema"]), text_of(column["table"])), []).append(column)
    of_view = connection.dialect.catalogue.get("view_columns")
    for each in relations if of_view else ():
        if each["kind"] == "view":
            name = text_of(each["name"])
            try:
                rows = connection.catalogue(str(of_view).format(name=quote_text(name)))
            except QueryFailed:
                continue
            found[text_of(each["schema"]), name] = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return found


def read_foreign_keys(
    connection: Connection, names: Mapping[Place, str]
) -> dict[Place, tuple[ForeignKey, ...]]:
    parts: dict[tuple[Place, object], list[dict[str, object]]] = {}
    for row in ask(connection, "foreign_keys"):
        pair = dict(zip(FOREIGN_KEYS, row, strict=True))
        place = text_of(pair["schema"]), text_of(pair["table"])
        parts.setdefault((place, pair["key"]), []).append(pair)
    spelt = {(schema.lower(), name.lower()): shown for (schema, name), shown in names.items()} | dict(names)
    found: dict[Place, list[ForeignKey]] = {}
    for (place, _), pairs in parts.items():
        target = text_of(pairs[0]["target_schema"]), text_of(pairs[0]["target"])
        shown = spelt.get(target) or spelt.get((target[0].lower(), target[1].lower()))
        if shown is None:  # gone, in another database, or not to be read
            continue
        key = ForeignKey(
            tuple(text_of(pair["column"]) for pair in pairs),
            shown,
            tuple(text_of(pair["target_column"]) for pair in pairs),
        )
        found.setdefault(place, []).append(key)
    return {place: tuple(keys) for place, keys in found.items()}


def to_table(
    relation: Mapping[str, object],
    name: str,
    columns: Sequence[Mapping[str, object]],
    foreign_keys: tuple[ForeignKey, ...],
) -> Table:
    comments = read_comments(text_of(relation["definition"]))
    keyed = sorted(
        (int(str(each["key_place"])), text_of(each["name"])) for each in columns if each["key_place"]
    )
    rows = relation["rows"]
    return Table(
        name=name,
        kind=text_of(relation["kind"]),
        columns=tuple(
            Column(
                text_of(each["name"]),
                text_of(each["type"]),
                nullable=not (each["not_null"] or each["key_place"]),
                comment=text_of(each["comment"]) or comments.get(text_of(each["name"]).lower(), ""),
                choices=tuple(text_of(each["choices"]).split(CHOICES_APART)) if each["choices"] else (),
            )
            for each in columns
        ),
        primary_key=tuple(column for _, column in keyed),
        foreign_keys=foreign_keys,
        comment=text_of(relation["comment"]) or comments.get("", ""),
        rows=None if rows is None else int(str(rows)),
        schema=text_of(relation["schema"]),
        qualified=name != text_of(relation["name"]),
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


def with_row_counts(connection: Connection, tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """How many rows the tables have whose number the catalogue does not tell.

    Exact up to COUNTED rows; beyond, the dialect's cheap estimate. Those after COUNT_SECONDS stay unknown.
    """
    statements = connection.dialect.catalogue
    if "count" not in statements:
        return tables
    deadline = time.monotonic() + COUNT_SECONDS
    counted = []
    for table in tables:
        left = deadline - time.monotonic()
        if table.rows is None and table.kind == "table" and left > 0:
            table = replace(table, rows=count_rows(connection, table, left))
        counted.append(table)
    return tuple(counted)


def count_rows(connection: Connection, table: Table, seconds: float) -> int | None:
    statements = connection.dialect.catalogue
    name = reach(table, connection.dialect)
    try:
        count = number_of(
            connection.catalogue(statements["count"].format(table=name, limit=COUNTED + 1), seconds=seconds)
        )
        if count > COUNTED and "estimate" in statements:
            count = number_of(connection.catalogue(statements["estimate"].format(table=name))) or count
    except QueryFailed:  # a virtual table whose module is missing, a table without rowid, no time left
        return None
    return count


def reach(table: Table, dialect: Dialect) -> str:
    """The table's name in a statement."""
    parts = (table.schema, table.local) if table.schema else (table.local,)
    return ".".join(quote_name(part, dialect.quote) for part in parts)


PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def plain_name(name: str, dialect: Dialect) -> str:
    """A name in a statement for people: in quotes only where it must or may be.

    >>> from dbchat_magic.dialects import find_dialect
    >>> [plain_name(name, find_dialect("mysql")) for name in ("orders", "order", "unit price")]
    ['orders', '`order`', '`unit price`']
    """
    return name if PLAIN.fullmatch(name) and name not in RESERVED else quote_name(name, dialect.quote)


def plain_reach(table: Table, dialect: Dialect) -> str:
    """The table's name in a statement for people: with its schema only where it is known by it."""
    parts = (table.schema, table.local) if table.schema and table.qualified else (table.local,)
    return ".".join(plain_name(part, dialect) for part in parts)


RESERVED = frozenset(
    "all analyze and any array as asc between both by case cast check collate column constraint create cross"
    " current_date current_time current_timestamp current_user default delete desc distinct div drop else end escape"
    " except exists false fetch for foreign from full glob grant group groups having if in index inner insert intersect"
    " interval into is isnull join key keys lateral leading left like limit match natural not notnull null offset on"
    " only or order outer over partition primary range rank read references right row row_number rows select"
    " session_user set some system table then to trailing trigger true union unique update usage user using values"
    " view when where window with write".split()
)
"""Words that one of the known databases does not take for a name."""


def quote_name(name: str, quote: str = '"') -> str:
    return quote + name.replace(quote, quote + quote) + quote


def quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def number_of(rows: Sequence[Sequence[object]]) -> int:
    return int(str(rows[0][0] or 0))


def text_of(cell: object) -> str:
    return "" if cell is None else str(cell)
