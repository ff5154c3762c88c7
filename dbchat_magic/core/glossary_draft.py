"""Glossary draft: the first text of a glossary, from what a schema says. All of it is a comment until somebody
takes away the #; it holds names and comments, never values of the data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from dbchat_magic.core.schema import Column, Schema, Table

MOST_TABLES = 40
"""Tables that a draft speaks of, the largest ones."""

PRICE = re.compile(r"price|cost|rate", re.IGNORECASE)
QUANTITY = re.compile(r"quantity|qty|count|units|pieces", re.IGNORECASE)
AMOUNT = re.compile(r"amount|total|revenue|sales|salary|fee", re.IGNORECASE)
NUMERIC = re.compile(r"int|num|dec|real|doub|float|money", re.IGNORECASE)
STATE = re.compile(r"^(status|state)$", re.IGNORECASE)
GONE = re.compile(
    r"^(is_)?(deleted|archived|cancelled|canceled|removed|void)(_(at|on|date))?$", re.IGNORECASE
)
ALIVE = re.compile(r"^(is_)?(active|enabled|valid|current)$", re.IGNORECASE)
TECHNICAL = re.compile(
    r"^(audit|log|tmp|temp|backup|bak|migration|schema_|alembic|django_)|_(log|audit|bak|tmp|backup)$"
)
FLAG = re.compile(r"bool|bit|int", re.IGNORECASE)

HEAD = """\
# What words mean in the datasource {name}: dbchat_magic reads this file anew when it has changed.
# A line with a # counts for nothing. Take away the # before what you need, and correct what stands there.
# What is wrong is told with its line; %dbsource terms {name} tells whether all of it can be used.
"""

SECTIONS = {
    "synonyms": "Other words for tables and columns, with commas between.",
    "descriptions": "What they hold, for people and models.",
    "metrics": "Figures that have a name. A field sql: and further ones (description:, synonyms:) may stand below it.",
    "filters": "What rows must meet to count, unless the question says otherwise; unless: holds words that lift it.",
    "joins": "Columns that point at another table, where the database does not say so.",
    "hidden": "Tables and columns that questions do not see; * stands for anything.",
}


def draft(schema: Schema, name: str) -> str:
    """The text of a first glossary."""
    tables = sorted(schema.tables, key=lambda table: -(table.rows or 0))[:MOST_TABLES]
    tables.sort(key=lambda table: table.name)
    lines = {
        "synonyms": [f"{spelt(table.name)}: " for table in tables],
        "descriptions": [
            f"{spelt(place)}: {spelt(about)}" for table in tables for place, about in described(table)
        ],
        "metrics": [f"{spelt(called)}: {sql}" for called, sql in all_metrics(tables).items()],
        "filters": [f"{spelt(table.name)}: {sql}" for table in tables for sql in filters(table)],
        "joins": [
            f"- {table.name}.{key.columns[0]} = {key.target}.{key.target_columns[0]}  # guessed, and used as it is"
            for table in tables
            for key in table.inferred_keys
            if len(key.columns) == 1
        ],
        "hidden": [f"- {spelt(table.name)}" for table in tables if TECHNICAL.search(table.name.lower())],
    }
    parts = [HEAD.format(name=name)]
    for section, about in SECTIONS.items():
        example = "" if lines[section] else f" For instance: {EXAMPLES[section]}"
        body = (f"  # {line}" for line in lines[section])
        parts.append("\n".join((f"# {about}{example}", f"{section}:", *body, "")))
    return "\n".join(parts)


EXAMPLES = {
    "synonyms": "orders: purchases, sales",
    "descriptions": "orders.status: open, paid or cancelled",
    "metrics": "revenue: sum(unit_price * quantity)",
    "filters": "orders: status <> 'cancelled'",
    "joins": "- orders.customer_id = customers.id",
    "hidden": "- audit_*",
}
"""What is written where a schema gives nothing."""


def described(table: Table) -> Iterator[tuple[str, str]]:
    """Tables, and the columns that have a comment in the database."""
    yield table.name, table.comment
    for column in table.columns:
        if column.comment:
            yield f"{table.name}.{column.name}", column.comment


def all_metrics(tables: Sequence[Table]) -> dict[str, str]:
    """The metrics of all tables by their names; of two that would be called the same, the later says its table."""
    found: dict[str, str] = {}
    for table in tables:
        for called, sql in metrics(table):
            found[f"{called} of {words(table.local)}" if called in found else called] = sql
    return found


def metrics(table: Table) -> Iterator[tuple[str, str]]:
    numbers = [column for column in table.columns if is_number(table, column)]
    prices = [column for column in numbers if PRICE.search(column.name)]
    quantities = [column for column in numbers if QUANTITY.search(column.name)]
    if prices and quantities:
        place, factor = (f"{quoted(table.local)}.{quoted(each[0].name)}" for each in (prices, quantities))
        yield f"value of {words(table.local)}", f"sum({place} * {factor})"
    for column in numbers:
        if AMOUNT.search(column.name):
            name = words(column.name)
            called = name if "total" in name else f"total {name}"
            yield called, f"sum({quoted(table.local)}.{quoted(column.name)})"


def filters(table: Table) -> Iterator[str]:
    for column in table.columns:
        name = quoted(column.name)
        if STATE.fullmatch(column.name):
            yield f"{name} <> 'cancelled'"
        elif GONE.fullmatch(column.name):
            yield f"{name} = 0" if FLAG.search(column.type) else f"{name} IS NULL"
        elif ALIVE.fullmatch(column.name):
            yield f"{name} = 1"


def is_number(table: Table, column: Column) -> bool:
    keys = {name for key in (*table.foreign_keys, *table.inferred_keys) for name in key.columns}
    return bool(NUMERIC.search(column.type)) and column.name not in (*table.primary_key, *keys)


def words(name: str) -> str:
    return name.replace("_", " ").lower()


def quoted(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else f'"{name}"'


def spelt(text: str) -> str:
    """As YAML takes it for a text: in quotes, which are JSON's, where it could be anything else.

    >>> spelt("orders"), spelt("a: b"), spelt("")
    ('orders', '"a: b"', '')
    """
    is_plain = re.fullmatch(r"[^\W\d_][\w .-]*", text) and text.lower() not in (
        "null",
        "yes",
        "no",
        "true",
        "false",
    )
    return text if is_plain or not text else json.dumps(text, ensure_ascii=False)
