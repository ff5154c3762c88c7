"""Dialect: all that differs between kinds of databases, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parameter:
    """One field that a datasource of this kind may have; forms and errors are drawn from it."""

    name: str
    label: str
    type: str = "string"
    """"string", "integer" or "path" (a file that must exist)."""
    required: bool = False
    default: str | int | None = None
    secret: bool = False
    description: str = ""


@dataclass(frozen=True)
class Dialect:
    """A kind of database. Built-in ones and plug-ins come in by the entry-point group
    `dbchat_magic.dialects` (name -> Dialect)."""

    name: str
    """The kind as users write it: the `type` of a Datasource."""
    label: str
    """The kind's proper name, for people."""
    sqlglot: str
    """sqlglot's name for this SQL."""
    parameters: tuple[Parameter, ...]
    aliases: tuple[str, ...] = ()
    url_schemes: tuple[str, ...] = ()
    """What stands before `://` in an SQLAlchemy URL of this kind."""
    suffixes: tuple[str, ...] = ()
    """Endings of files that hold such a database (".sqlite"); the first bytes decide."""
    magic_bytes: tuple[tuple[int, bytes], ...] = ()
    """(offset, bytes) pairs found in every file of this kind."""
    driver: str = "sqlite3"
    """The module that must be importable."""
    extra: str = ""
    """The extra of this package that installs the driver; empty: nothing to install."""
    embedded: bool = False
    """Runs inside our process: hence in the worker, which can be killed."""
    session: tuple[str, ...] = ()
    """Statements that make a new session unable to write."""
    catalogue: Mapping[str, str] = field(default_factory=dict)
    """Statements that read the schema, by what they read (`core/schema.py` names them)."""
    system_tables: frozenset[str] = frozenset()
    """Tables of the database itself that a query may read (lower case)."""
    functions: frozenset[str] = frozenset()
    """Names of functions known to be harmless (lower case)."""
    forbidden_functions: Mapping[str, str] = field(default_factory=dict)
    """Names of functions known to do harm, each with the reason."""
