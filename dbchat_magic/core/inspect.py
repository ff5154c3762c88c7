"""Inspect: what a test of a datasource finds out: its version, how far away it is, and who could write."""

from __future__ import annotations

from dataclasses import dataclass


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
