"""Datasources: the databases a user asks, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Datasource:
    """A database by name. No secret is ever held here: a password is a reference to where it lives."""

    id: int
    """0: used once, not stored."""
    name: str
    type: str
    """A dialect's name."""
    params: Mapping[str, str | int] = field(default_factory=dict)
    """The dialect's parameters, as absolute paths, numbers and text."""
    comment: str = ""
