"""Schema text: tables as a model reads them: as CREATE TABLE, with what is known of each column beside it."""

from __future__ import annotations

import re

from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.spelling import spelling

MOST_CHOICES = 8
"""Values of a column that are all shown."""
LONGEST_LIST = 80
LONGEST_SAMPLE = 20
"""Characters."""
LONGEST_COMMENT = 200


def table_text(table: Table, schema: Schema, sees_values: bool) -> str:
    """One table. Comments are cut and kept on their line: they are the database's, and may be anything."""
    spell = spelling(schema.dialect)
    keys = (*table.foreign_keys, *table.inferred_keys)
    alone = {key.columns[0]: key for key in keys if len(key.columns) == 1}
    lines: list[tuple[str, str]] = []
    for column in table.columns:
        text = f"{spell.name(column.name)} {column.type}".rstrip()
        if table.primary_key == (column.name,):
            text += " PRIMARY KEY"
        if key := alone.get(column.name):
            text += f" {references(key, schema)}"
        lines.append((text, column_note(table, column, schema, sees_values)))
    if len(table.primary_key) > 1:
        lines.append((f"PRIMARY KEY ({listed(table.primary_key, schema)})", ""))
    lines += [
        (f"FOREIGN KEY ({listed(key.columns, schema)}) {references(key, schema)}", "")
        for key in keys
        if len(key.columns) > 1
    ]
    head = f"CREATE TABLE {spell.table(table)} ({note(one_line(table.comment))}"
    last = len(lines) - 1
    body = [f"  {text}{',' if at < last else ''}{note(said)}" for at, (text, said) in enumerate(lines)]
    return "\n".join((head, *body, ");"))


def references(key: ForeignKey, schema: Schema) -> str:
    target = schema.table(key.target)
    name = spelling(schema.dialect).table(target) if target else key.target
    return f"REFERENCES {name} ({listed(key.target_columns, schema)})"


def listed(names: tuple[str, ...], schema: Schema) -> str:
    return ", ".join(map(spelling(schema.dialect).name, names))


def column_note(table: Table, column: Column, schema: Schema, sees_values: bool) -> str:
    parts = [one_line(column.comment)]
    if column.choices:
        parts.append("one of " + ", ".join(map(shown, column.choices[:MOST_CHOICES])))
    elif sees_values:
        parts.append(samples_of(table, column, schema))
    return "; ".join(part for part in parts if part)


def samples_of(table: Table, column: Column, schema: Schema) -> str:
    """All texts of a column that has few, one of those that have a form of their own, such as dates and codes.

    Names and prose tell a model nothing; those that the question names are told beside it.
    """
    known = schema.values.of(table.name, column.name)
    texts = known.texts
    if not texts:
        return ""
    if known.complete and len(texts) == known.distinct <= MOST_CHOICES:
        listed = ", ".join(map(shown, texts))
        if len(listed) <= LONGEST_LIST:
            return listed
    has_form = len(texts[0]) <= LONGEST_SAMPLE and any(char.isdigit() for char in texts[0])
    return f"such as {shown(texts[0])}" if has_form else ""


def shown(value: object) -> str:
    return "'" + one_line(str(value)).replace("'", "''") + "'"


def one_line(text: str) -> str:
    line = re.sub(r"\s+", " ", "".join(char if char.isprintable() else " " for char in text)).strip()
    return line[:LONGEST_COMMENT]


def note(text: str) -> str:
    return f" -- {text}" if text else ""
