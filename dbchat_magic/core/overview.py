"""Overview: which questions give a first view of a database nobody has asked yet, chosen from its schema.

They are questions in words, so that each takes the same road as a person's: translator, guard, limits.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from dbchat_magic.core.about import keys_of, named_tables, words_of
from dbchat_magic.core.schema import Column, Schema, Table

TABLES = 3
"""Tables that are looked at: those named, else those in which most comes together."""
MOST_CATEGORIES = 25
"""A column with more different values is none to group by."""
TIME = re.compile(r"date|time", re.IGNORECASE)
NUMBER = re.compile(r"int|real|floa|doub|dec|num|money", re.IGNORECASE)
BIRTH = re.compile(r"birth|born", re.IGNORECASE)
NAME = re.compile(r"name|title|label", re.IGNORECASE)
NO_SUM = re.compile(
    r"\b(age|rating|score|price|rate|percent\w*|ratio|discount|temperature|height|weight|size|grade|level|stars)\b"
)
NO_MEASURE = re.compile(
    r"(^|_)(id|key|code|no|nr|number|year|month|day|zip|postal.*|phone|fax|lat|lon|latitude|longitude|version)$|id$",
    re.IGNORECASE,
)
"""Names of columns whose numbers nobody adds up."""


def choose_questions(schema: Schema, wish: str = "") -> tuple[str, ...]:
    """Questions for an overview, the most telling first; about the tables that `wish` names, if it names some."""
    named = named_tables(words_of(wish), schema)
    tables = named or central_tables(schema)
    return tuple(dict.fromkeys(alternate([questions_about(table, schema) for table in tables[:TABLES]])))


def central_tables(schema: Schema) -> tuple[Table, ...]:
    """Tables, not views where there are others, those first from which keys lead and that have many rows."""
    tables = [table for table in schema.tables if table.rows != 0]
    real = [table for table in tables if "view" not in table.kind]

    def weight(table: Table) -> tuple[int, int, int]:
        return (
            bool(measures_of(table, schema)) + bool(times_of(table)) + bool(keys_of(table)),
            table.rows or 0,
            len(table.columns),
        )

    return tuple(sorted(real or tables, key=weight, reverse=True))


def questions_about(table: Table, schema: Schema) -> Iterator[str]:
    """What one would ask of a table: over time, by kind, by what it points at, how much, how many."""
    things = spoken(table.local)
    measures = [spoken(column.name) for column in measures_of(table, schema)]
    kinds = [spoken(column.name) for column in kinds_of(table, schema)]
    targets = [spoken(target.local) for target in targets_of(table, schema)]
    if times_of(table):
        yield f"how many {things} per month"
    for kind, measure in itertools.zip_longest(kinds[:2], measures[:2]):
        if kind is not None:
            yield f"how many {things} per {kind}"
        if kind is not None and measure is not None:
            yield f"{added(measure)} of {things} per {kind}"
    for target in targets[:2]:
        yield f"top 10 {target} by number of {things}"
    for measure, target in zip(measures[:2], targets[:2], strict=False):
        yield f"average {measure} of {things} per {target}"
    for measure in measures[:2]:
        yield f"average {measure} of {things}"
    yield f"how many {things} are there"
    for kind in kinds[2:6]:
        yield f"how many {things} per {kind}"
    yield f"first 10 {things}"


def added(measure: str) -> str:
    """How much of it there is: what makes no sum is averaged.

    >>> added("total amount"), added("unit price")
    ('total total amount', 'average unit price')
    """
    return f"{'average' if NO_SUM.search(measure) else 'total'} {measure}"


def spoken(name: str) -> str:
    """A name as words.

    >>> spoken("orderLines_old")
    'order lines old'
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"\w+", apart.replace("_", " "))).lower()


def measures_of(table: Table, schema: Schema) -> list[Column]:
    """Columns of numbers that can be added up."""
    tied = tied_columns(table)
    return [
        column
        for column in table.columns
        if NUMBER.search(column.type)
        and not TIME.search(column.type)
        and column.name not in tied
        and not NO_MEASURE.search(column.name)
        and schema.values.of(table.name, column.name).distinct != 2
    ]


def times_of(table: Table) -> list[Column]:
    """Columns that say when something happened."""
    return [column for column in table.columns if TIME.search(column.type) and not BIRTH.search(column.name)]


def targets_of(table: Table, schema: Schema) -> list[Table]:
    """The tables that its keys lead to, of which one has a name."""
    targets = [schema.table(key.target) for key in keys_of(table)]
    return [
        target
        for target in targets
        if target is not None
        and target is not table
        and any(NAME.search(column.name) for column in target.columns)
    ]


def kinds_of(table: Table, schema: Schema) -> list[Column]:
    """Columns of few different texts, fewest first."""
    tied = tied_columns(table)
    found = [
        (distinct, column)
        for column in table.columns
        if column.name not in tied and not NUMBER.search(column.type) and not TIME.search(column.type)
        if not (values := schema.values.of(table.name, column.name)).unique
        if 2 <= (distinct := values.distinct) <= MOST_CATEGORIES
    ]
    return [column for _, column in sorted(found, key=lambda each: each[0])]


def tied_columns(table: Table) -> frozenset[str]:
    """Columns of keys."""
    return frozenset(table.primary_key).union(*(key.columns for key in keys_of(table)))


def alternate(lists: Sequence[Iterator[str]]) -> Iterator[str]:
    """One of each in turn."""
    for row in itertools.zip_longest(*lists):
        yield from (each for each in row if each is not None)
