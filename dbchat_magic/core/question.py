"""Question: what a front hands to the path, and Turn, what was asked before it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from dbchat_magic.core.course import Course


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation with the SQL that answered it."""

    question: str
    sql: str


@dataclass(frozen=True)
class Question:
    """A question in plain words with everything its answer may depend on."""

    text: str
    datasource: str
    history: tuple[Turn, ...] = ()
    """Oldest first."""
    examples: tuple[Turn, ...] = ()
    """Verified answers to questions like this one, nearest first."""
    today: datetime.date = field(default_factory=datetime.date.today)
    """What "last month" is relative to."""
    row_limit: int = 10_000
    exact: bool = False
    """Decimals stay what they are; else they become floats."""
    tables: tuple[str, ...] = ()
    """Only these tables may be used; empty: all."""
    chart: str | None = None
    """The chart kind asked for, "none" for no chart, None to let the data decide."""
    votes: int = 1
    """How often a model is asked; the rows that most of its replies agree on are given."""
    course: Course = field(default_factory=Course, compare=False, repr=False)
    """Who watches this question, and may stop it."""
