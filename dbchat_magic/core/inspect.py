"""Inspect: what a test of a datasource finds out: its version, how far away it is, and who could write."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbchat_magic.core import schema
from dbchat_magic.errors import DatasourceError, QueryFailed
from dbchat_magic.language import both, phrase, sentences

if TYPE_CHECKING:
    from dbchat_magic.core.connect import Connection
    from dbchat_magic.core.datasources import Datasource

READER = "dbchat_reader"
"""What a role that can only read is called in our proposals."""


@dataclass(frozen=True)
class Tested:
    """What a test of a datasource found."""

    datasource: str
    tables: int
    seconds: float
    """What connecting and reading the schema took."""
    version: str = ""
    """The database program and its version, as it says so itself."""
    latency: float = 0.0
    """Seconds that the smallest statement took, there and back."""
    read_only: bool = True
    """Sessions opened here refuse to write."""
    can_write: bool | None = None
    """The role could write in a session of its own; None: a file, which has no roles."""
    remedy: str = ""
    """Statements that make a role which cannot write; empty where none is needed."""
    notes: tuple[str, ...] = ()
    """What else a person should know, a sentence each."""


def inspect(connection: Connection, source: Datasource, tables: int, seconds: float) -> Tested:
    """What the database says of itself and of the role that we have there. Raises QueryFailed."""
    dialect = connection.dialect
    version = " ".join(str(part).strip() for row in ask(connection, "version") for part in row)
    read_only = ask(connection, "read_only")
    can_write = ask(connection, "can_write")
    powers = powers_of(connection)
    may_write = bool(can_write[0][0]) or bool(powers) if can_write else None
    notes = []
    if powers:
        notes.append(phrase("The role is {powers}: it can reach the server's files.", powers=both(powers)))
        if not allows_superuser(source):
            notes.append(
                phrase("Questions are refused for it; say allow_superuser=yes if it must be this role.")
            )
    if not dialect.is_tried:
        notes.append(
            phrase(
                "{label} is a kind that nobody has tried here yet: its settings are as its documentation says.",
                label=dialect.label,
            )
        )
    if tables == 0:
        notes.append(phrase("There are no tables that this role may read."))
    database = str(source.params.get("database", ""))
    return Tested(
        datasource=source.name,
        tables=tables,
        seconds=seconds,
        version=version,
        latency=measure_latency(connection),
        read_only=bool(read_only[0][0]) if read_only else True,
        can_write=may_write,
        remedy=dialect.remedy.format(reader=READER, database=database) if may_write else "",
        notes=tuple(notes),
    )


def check_role(connection: Connection, source: Datasource) -> None:
    """Raises DatasourceError when the role has powers that no session setting takes away.

    The user's own statements may run all the same: it is what a translator wrote that is refused.
    """
    powers = powers_of(connection)
    if not powers or allows_superuser(source):
        return
    remedy = connection.dialect.remedy.format(
        reader=READER, database=source.params.get("database", "")
    ).replace("\n", " ")
    raise DatasourceError(
        phrase(
            "The role of {name} is {powers}, so no session of it can be made harmless.",
            name=source.name,
            powers=both(powers),
        ),
        sentences(
            phrase("Use one that only reads: {remedy}", remedy=remedy),
            phrase(
                "If it must be this one: %dbsource update {name} --allow_superuser yes.", name=source.name
            ),
        ),
    )


def powers_of(connection: Connection) -> Sequence[str]:
    """What the role may do that a read-only session does not take away; asked once for a connection."""
    known: tuple[str, ...] | None = getattr(connection, "powers", None)
    if known is None:
        known = tuple(str(row[0]).lower() for row in ask(connection, "powers"))
        setattr(connection, "powers", known)  # noqa: B010 - a Connection of another package may not know it
    return known


def allows_superuser(source: Datasource) -> bool:
    return str(source.params.get("allow_superuser", "")).lower() in ("1", "true", "yes", "on")


def measure_latency(connection: Connection) -> float:
    """Seconds of the quickest of a few smallest statements."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        connection.catalogue(connection.dialect.ping)
        taken.append(time.perf_counter() - started)
    return min(taken)


def ask(connection: Connection, what: str) -> list[tuple[object, ...]]:
    """The rows of a catalogue statement; none where there is no such statement, or it is not allowed."""
    try:
        return schema.ask(connection, what)
    except QueryFailed:
        return []
