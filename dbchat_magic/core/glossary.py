"""Glossary: what the words of a company mean in its database, as a user wrote it down.

These are the values alone; `glossary_file.py` reads them from a file, `glossaries.py` brings them into a Schema.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Synonym:
    """Another word for a table or column."""

    word: str
    table: str
    column: str = ""
    """Empty: the table itself."""


@dataclass(frozen=True)
class Description:
    """What a table or column holds, in a sentence for people and models."""

    text: str
    table: str
    column: str = ""
    """Empty: the table itself."""


@dataclass(frozen=True)
class Metric:
    """A figure that is called by a name: revenue is sum(unit_price * quantity)."""

    name: str
    text: str
    """Its SQL as the user wrote it."""
    sql: str
    """The same with every column's table: sum(order_items.unit_price * order_items.quantity)."""
    tables: tuple[str, ...]
    """Those whose columns it needs, in the order it names them."""
    aggregate: bool
    """It makes one figure of many rows; else it has a value in each row."""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    """What else it is called."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True)
class Filter:
    """What rows of a table must meet to count, unless the question says otherwise."""

    table: str
    text: str
    """Its SQL as the user wrote it."""
    sql: str
    """The same with the table before every column."""
    columns: tuple[str, ...]
    """Those it looks at: a question that restricts one of them decides for itself."""
    values: tuple[str, ...] = ()
    """The texts it compares with."""
    unless: tuple[str, ...] = ()
    """Words that lift it when a question has them."""


@dataclass(frozen=True)
class Join:
    """`columns` of `table` point at `target_columns` of `target`, though the database does not say so."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """All that one file says. Its names are those of the schema it was read for."""

    path: str = ""
    """The file; empty: there is none."""
    synonyms: tuple[Synonym, ...] = ()
    descriptions: tuple[Description, ...] = ()
    metrics: tuple[Metric, ...] = ()
    filters: tuple[Filter, ...] = ()
    joins: tuple[Join, ...] = ()
    hidden_tables: tuple[str, ...] = ()
    hidden_columns: tuple[tuple[str, str], ...] = ()
    """(table, column)."""

    @property
    def summary(self) -> str:
        """What there is of each kind, in a line."""
        kinds = {
            "synonym": self.synonyms,
            "description": self.descriptions,
            "metric": self.metrics,
            "filter": self.filters,
            "join": self.joins,
            "hidden table or column": (*self.hidden_tables, *self.hidden_columns),
        }
        counts = [f"{len(each)} {kind}{'s' if len(each) > 1 else ''}" for kind, each in kinds.items() if each]
        return ", ".join(counts).replace("table or columns", "tables and columns") or "nothing yet"

    def filters_of(self, table: str) -> tuple[Filter, ...]:
        """What the rows of a table must meet."""
        return tuple(found for found in self.filters if found.table == table)

    def only(self, tables: Container[str]) -> Glossary:
        """What it says of these tables alone."""
        return replace(
            self,
            synonyms=tuple(each for each in self.synonyms if each.table in tables),
            descriptions=tuple(each for each in self.descriptions if each.table in tables),
            metrics=tuple(each for each in self.metrics if all(name in tables for name in each.tables)),
            filters=tuple(each for each in self.filters if each.table in tables),
            joins=tuple(each for each in self.joins if each.table in tables and each.target in tables),
        )
