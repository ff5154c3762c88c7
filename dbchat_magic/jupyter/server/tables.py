"""Tables: a schema in pieces, as a page can show it: names by pages, then one table. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dbchat_magic.core.schema import Schema, Table, plain_reach
from dbchat_magic.dialects import Dialect, find_dialect

Json = dict[str, Any]

USUAL_PAGE, LARGEST_PAGE = 200, 1_000
MOST_MATCHES = 5
"""Columns of a table that are named as what was found."""


@dataclass(frozen=True)
class Page:
    """Which tables are wanted: those that the words are found in, from `offset` on."""

    search: str = ""
    offset: int = 0
    limit: int = USUAL_PAGE


@dataclass(frozen=True)
class Found:
    """A table, and the columns that the words were found in; none: the table's own name has them."""

    table: Table
    columns: tuple[str, ...] = ()


def write_page(name: str, schema: Schema, page: Page) -> Json:
    """The page, how many tables there are and how many of them were found."""
    found = find_tables(schema, page.search)
    shown = found[page.offset : page.offset + page.limit]
    return {
        "datasource": name,
        "dialect": schema.dialect,
        "total": len(schema.tables),
        "found": len(found),
        "offset": page.offset,
        "tables": [write_head(each, find_dialect(schema.dialect)) for each in shown],
    }


def write_head(found: Found, dialect: Dialect) -> Json:
    table = found.table
    return {
        "name": table.name,
        "sql_name": plain_reach(table, dialect),
        "kind": table.kind,
        "comment": table.comment,
        "rows": table.rows,
        "column_count": len(table.columns),
        "matches": list(found.columns[:MOST_MATCHES]),
    }


def find_tables(schema: Schema, search: str) -> Sequence[Found]:
    """The tables whose names have all the words, those that begin so first; then those with such columns."""
    words = search.lower().split()
    if not words:
        return [Found(table) for table in schema.tables]
    named = [table for table in schema.tables if has_all(table.name, words)]
    begun = [table for table in named if table.name.lower().startswith(words[0])]
    heads = {id(table) for table in begun}
    names = {id(table) for table in named}
    others = (table for table in schema.tables if id(table) not in names)
    return [
        *map(Found, begun),
        *(Found(table) for table in named if id(table) not in heads),
        *found_by_columns(others, words),
    ]


def found_by_columns(tables: Iterator[Table], words: Sequence[str]) -> Iterator[Found]:
    """Tables with columns that have the words; words that the table's name has need not be there."""
    for table in tables:
        left = [word for word in words if word not in table.name.lower()]
        columns = tuple(column.name for column in table.columns if has_all(column.name, left))
        if columns:
            yield Found(table, columns)


def has_all(name: str, words: Sequence[str]) -> bool:
    """Whether each of the words is in the name.

    >>> has_all("Order_Items", ["item", "order"]), has_all("orders", ["item"])
    (True, False)
    """
    lower = name.lower()
    return all(word in lower for word in words)
