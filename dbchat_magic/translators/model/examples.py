"""Examples: questions with their SQL, made from a schema's own tables and keys, for models that learn by them.

The questions are put together here, the offline translator answers them; what it is not sure of is left out.
Small models gain much by examples of the schema at hand, and little by foreign ones.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator

from dbchat_magic.core.question import Question, Turn
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import NotUnderstood
from dbchat_magic.linking.kinds import label_columns
from dbchat_magic.linking.names import name_words, table_words

MOST_TRIED = 6
"""Questions of a kind that are put until one is answered."""
SURE = 0.6
TODAY = datetime.date(2000, 1, 1)
"""The questions do not depend on it."""

Translate = Callable[[Question, Schema], Translation]


def make_examples(schema: Schema, translate: Translate, *, with_values: bool) -> tuple[Turn, ...]:
    """At most one pair of each kind; `with_values`: values of the data may be in them. Deterministic for a schema."""
    made: list[Turn] = []
    for kind in (*KINDS, *((conditions,) if with_values else ())):
        for text in itertools.islice(kind(schema), MOST_TRIED):
            try:
                found = translate(Question(text, "", today=TODAY), schema)
            except NotUnderstood:
                continue
            if found.confidence >= SURE and not found.ignored:
                made.append(Turn(text, " ".join(found.sql.split())))
                break
    return tuple(made)


def pairs(schema: Schema) -> Iterator[tuple[Table, Table]]:
    """(many, one): tables where each row of the first points at a row of the second."""
    for table in schema.tables:
        for key in (*table.foreign_keys, *table.inferred_keys):
            target = schema.table(key.target)
            if target is not None and target is not table and len(key.columns) == 1:
                yield table, target


def counted_groups(schema: Schema) -> Iterator[str]:
    for many, one in pairs(schema):
        if label := label_of(one, schema):
            yield f"How many {plural(many)} are there for each {singular(one)} {label}?"
            yield f"How many {plural(many)} does each {singular(one)} have? Show the {label} and the number."


def absences(schema: Schema) -> Iterator[str]:
    for many, one in pairs(schema):
        if label := label_of(one, schema):
            yield f"Show the {label} of the {plural(one)} that have no {plural(many)}."


def superlatives(schema: Schema) -> Iterator[str]:
    for many, one in pairs(schema):
        if label := label_of(one, schema):
            yield f"What is the {label} of the {singular(one)} with the most {plural(many)}?"


def conditions(schema: Schema) -> Iterator[str]:
    for many, one in pairs(schema):
        label, value = label_of(many, schema), value_of(one, schema)
        if label and value:
            yield f"Show the {label} of the {plural(many)} whose {singular(one)} {value}."


KINDS: tuple[Callable[[Schema], Iterator[str]], ...] = (counted_groups, absences, superlatives)


def label_of(table: Table, schema: Schema) -> str:
    """The column by which people know the table's rows, as they say it; empty where there is none."""
    columns = label_columns(table, schema.values)
    return " ".join(name_words(columns[0].name)) if columns else ""


def value_of(table: Table, schema: Schema) -> str:
    for column in table.columns:
        texts = schema.values.of(table.name, column.name).texts
        if texts and 2 < len(texts[0]) <= 20 and texts[0].isprintable() and "'" not in texts[0]:
            return f"{' '.join(name_words(column.name))} is '{texts[0]}'"
    return ""


def singular(table: Table) -> str:
    return " ".join(table_words(table.local))


def plural(table: Table) -> str:
    word = singular(table)
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
