"""About: questions about the tables themselves, answered from the schema: nothing is run, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table

MOST_LISTED = 60
"""Tables or columns that one answer lists; of the others it says how many there are."""


@dataclass(frozen=True)
class Topic:
    """A question, and what of the schema it names."""

    words: tuple[str, ...]
    """Lower case, in the singular."""
    schema: Schema
    tables: tuple[Table, ...]
    columns: tuple[tuple[Table, Column], ...]

    def says(self, words: Iterable[str]) -> bool:
        return not set(words).isdisjoint(self.words)


def tell_about(text: str, schema: Schema) -> str | None:
    """What the schema says to a question about it, in lines for people; None where that is not what it asks."""
    topic = read_topic(text, schema)
    answers = (tell(topic) for tell in TELLERS)
    return next((answer for answer in answers if answer is not None), None)


def read_topic(text: str, schema: Schema) -> Topic:
    words = words_of(text)
    tables = named_tables(words, schema)
    return Topic(words, schema, tables, named_columns(words, tables, schema))


# ------------------------------------------------------------------------------------------- what is told


def tell_keys(topic: Topic) -> str | None:
    if not topic.says({"key"}):
        return None
    asked = topic.tables or topic.schema.tables
    wants_foreign, wants_primary = topic.says({"foreign"}), topic.says({"primary"})
    lines = []
    if wants_primary or not wants_foreign:
        lines += [f"{table.name}: {', '.join(table.primary_key)}" for table in asked if table.primary_key]
    if wants_foreign or not wants_primary:
        lines += [line for table in asked for line in relation_lines(table)]
    return listed("Keys:", lines, "No keys are declared there.")


def tell_relations(topic: Topic) -> str | None:
    if not topic.says(RELATION_WORDS):
        return None
    asked = {table.name for table in topic.tables}
    lines = [
        relation_line(table, key)
        for table in topic.schema.tables
        for key in keys_of(table)
        if not asked
        or (len(asked) == 1 and asked & {table.name, key.target})
        or {table.name, key.target} <= asked
    ]
    named = " and ".join(table.name for table in topic.tables) or "The tables"
    return listed(f"How {named} hang together:", lines, f"{named}: no keys lead from one to another.")


def tell_types(topic: Topic) -> str | None:
    if not topic.says({"type", "datatype"}) or not topic.columns:
        return None
    lines = [f"{table.name}.{column_line(table, column)}" for table, column in topic.columns]
    return listed("Types:", lines)


def tell_where(topic: Topic) -> str | None:
    """Which tables have such a column."""
    has_such = topic.says({"which", "what"}) and "table" in topic.words and topic.says(HOLDING_WORDS)
    if not topic.says({"where"}) and not has_such:
        return None
    columns = topic.columns or headed_columns(topic.words, topic.schema)
    if not columns and topic.tables:
        return None
    lines = [f"{table.name}.{column_line(table, column)}" for table, column in columns]
    return listed("It is here:", lines, "No table has a column of that name.")


def tell_counts(topic: Topic) -> str | None:
    if not ("how" in topic.words and topic.says({"many", "large", "big"})) and "number" not in topic.words:
        return None
    if topic.says({"column", "field"}) and topic.tables:
        return "\n".join(f"{table.name} has {len(table.columns)} columns." for table in topic.tables)
    if topic.says({"row", "record", "entry"}) or (topic.tables and topic.says({"large", "big"})):
        asked = topic.tables or topic.schema.tables
        return listed("Rows, about:", [f"{table.name}: {rows_text(table)}" for table in asked])
    if topic.says({"table", "view"}):
        kind = "view" if "view" in topic.words and "table" not in topic.words else "table"
        found = [table for table in topic.schema.tables if kind == "table" or "view" in table.kind]
        return listed(
            f"There are {len(found)} {kind}s:", [table_line(table) for table in found], f"No {kind}s."
        )
    return None


def tell_tables_described(topic: Topic) -> str | None:
    """The columns of the tables that it names."""
    return "\n\n".join(map(describe_table, topic.tables)) if topic.tables else None


def tell_tables(topic: Topic) -> str | None:
    if not topic.says(TABLE_WORDS):
        return None
    lines = [table_line(table) for table in topic.schema.tables]
    return listed(f"There are {len(lines)} tables:", lines, "There are no tables.")


def tell_columns(topic: Topic) -> str | None:
    """The columns that it names, whichever table they are in."""
    lines = [f"{table.name}.{column_line(table, column)}" for table, column in topic.columns]
    return listed("Columns of that name:", lines) if lines else None


TELLERS = (
    tell_keys,
    tell_relations,
    tell_types,
    tell_where,
    tell_counts,
    tell_tables_described,
    tell_tables,
    tell_columns,
)
"""The first that has something to say answers."""

RELATION_WORDS = frozenset(
    "relation relationship related relate join joined connect connected connection reference linked link".split()
)
HOLDING_WORDS = frozenset("have has hold contain store with include".split())
TABLE_WORDS = frozenset(
    "table view schema database entity structure catalogue catalog data column field".split()
)


# --------------------------------------------------------------------------------------- lines for people


def listed(head: str, lines: Sequence[str], none: str = "") -> str:
    """A head and its lines, the first MOST_LISTED of them.

    >>> print(listed("Tables:", ["a", "b"]))
    Tables:
    - a
    - b
    """
    if not lines:
        return none
    more = [f"… and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else []
    return "\n".join([head, *(f"- {line}" for line in lines[:MOST_LISTED]), *more])


def table_line(table: Table) -> str:
    kind = "" if table.kind == "table" else f", {table.kind}"
    comment = f": {table.comment}" if table.comment else ""
    rows = "" if table.rows is None else f", {rows_text(table)} rows"
    return f"{table.name} ({len(table.columns)} columns{rows}{kind}){comment}"


def rows_text(table: Table) -> str:
    return "not known" if table.rows is None else f"{table.rows:,}"


def describe_table(table: Table) -> str:
    return listed(table_line(table), [column_line(table, column) for column in table.columns])


def column_line(table: Table, column: Column) -> str:
    parts = [f"{column.name} {column.type}".strip()]
    if column.name in table.primary_key:
        parts.append("primary key")
    elif not column.nullable:
        parts.append("never empty")
    for key in keys_of(table):
        if column.name in key.columns:
            target = key.target_columns[key.columns.index(column.name)]
            parts.append(f"refers to {key.target}.{target}" + (" (guessed)" if key.inferred else ""))
    if column.choices:
        parts.append(f"one of {', '.join(column.choices[:8])}")
    comment = f": {column.comment}" if column.comment else ""
    return ", ".join(parts) + comment


def keys_of(table: Table) -> tuple[ForeignKey, ...]:
    return (*table.foreign_keys, *table.inferred_keys)


def relation_lines(table: Table) -> list[str]:
    return [relation_line(table, key) for key in keys_of(table)]


def relation_line(table: Table, key: ForeignKey) -> str:
    ours = ", ".join(f"{table.name}.{column}" for column in key.columns)
    theirs = ", ".join(f"{key.target}.{column}" for column in key.target_columns)
    return f"{ours} refers to {theirs}" + (" (guessed)" if key.inferred else "")


# ------------------------------------------------------------------------------------- what is named in it


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text or a name, in the singular.

    >>> words_of("Which tables hold orderLines?")
    ('which', 'table', 'hold', 'order', 'line')
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).replace("_", " ")
    return tuple(map(singular, re.findall(r"\w+", apart.lower())))


def singular(word: str) -> str:
    """
    >>> [singular(word) for word in ("categories", "addresses", "orders", "status", "boss")]
    ['category', 'address', 'order', 'status', 'boss']
    """
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
    )


def named_tables(words: Sequence[str], schema: Schema) -> tuple[Table, ...]:
    """The tables whose names stand in the words; of "order lines" not also orders."""
    found = [(table, words_of(table.local)) for table in schema.tables]
    found = [(table, name) for table, name in found if holds(words, name)]
    longer = [name for _, name in found]
    return tuple(
        table for table, name in found if not any(len(o) > len(name) and holds(o, name) for o in longer)
    )


def named_columns(
    words: Sequence[str], tables: Sequence[Table], schema: Schema
) -> tuple[tuple[Table, Column], ...]:
    """The columns whose names stand in the words, of the tables named where some are."""
    return tuple(
        (table, column)
        for table in tables or schema.tables
        for column in table.columns
        if holds(words, words_of(column.name))
    )


def headed_columns(words: Sequence[str], schema: Schema) -> tuple[tuple[Table, Column], ...]:
    """The columns whose last word is one of the words: unit_price for a price."""
    return tuple(
        (table, column)
        for table in schema.tables
        for column in table.columns
        if words_of(column.name)[-1:] and words_of(column.name)[-1] in set(words) - {"table", "column"}
    )


def holds(words: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the part's words follow each other somewhere in the words."""
    count = len(part)
    return count > 0 and any(
        tuple(words[at : at + count]) == tuple(part) for at in range(len(words) - count + 1)
    )
