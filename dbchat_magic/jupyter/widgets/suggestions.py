"""Suggestions: questions that one may want to put to a datasource: those asked before, then some that its tables
suggest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dbchat_magic.core.overview import choose_questions

if TYPE_CHECKING:
    from dbchat_magic.core.history import Entry
    from dbchat_magic.core.schema import Schema

MOST_ASKED = 20
MOST = 40


def suggest_questions(schema: Schema, entries: Iterable[Entry], datasource: str) -> tuple[str, ...]:
    """The newest questions that this datasource answered, and what a first look at it would ask."""
    newest = reversed(list(entries))
    asked = [
        entry.question
        for entry in newest
        if entry.question and entry.outcome == "answered" and entry.datasource.lower() == datasource.lower()
    ]
    asked = list(dict.fromkeys(asked))[:MOST_ASKED]
    names = [f"how many {table.local} are there" for table in schema.tables[:MOST]]
    return tuple(dict.fromkeys([*asked, *choose_questions(schema), *names]))[:MOST]
