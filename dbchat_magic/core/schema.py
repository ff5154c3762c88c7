"""Schema: the tables of a database as the translators see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


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

    def table(self, name: str) -> Table | None:
        """The table of this name, whatever its case."""
        return self._tables_by_name.get(name.lower())

    @cached_property
    def _tables_by_name(self) -> dict[str, Table]:
        return {table.name.lower(): table for table in self.tables}
