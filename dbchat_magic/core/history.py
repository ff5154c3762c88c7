"""History: what was asked, what was run, how long it took and how it ended."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from dbchat_magic.core.store import Store


@dataclass(frozen=True)
class Entry:
    """One question or statement that was run."""

    datasource: str
    question: str
    sql: str
    translator: str
    """The translator's name; "user" when the user wrote the SQL."""
    outcome: str = "answered"
    """"answered", or the name of the error's class."""
    rows: int | None = None
    seconds: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    """US dollars; None: not known."""
    asked: str = ""
    """When, in UTC: "2026-01-31T09:30:00Z"."""
    id: int = field(default=0, compare=False)
    """Later ones have higher numbers."""


class History:
    """The questions asked on this machine, newest last."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, entry: Entry) -> None:
        """Write one line; its time is now, and its datasource was used last then."""
        with self._store.writing() as rows:
            rows.execute(
                "INSERT INTO history (datasource, question, sql, translator, outcome, rows, seconds,"
                " prompt_tokens, completion_tokens, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.datasource,
                    entry.question,
                    entry.sql,
                    entry.translator,
                    entry.outcome,
                    entry.rows,
                    entry.seconds,
                    entry.prompt_tokens,
                    entry.completion_tokens,
                    entry.cost,
                ),
            )
            rows.execute(
                "UPDATE datasources SET last_used = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE name = ?",
                (entry.datasource,),
            )

    def recent(self, count: int = 20) -> list[Entry]:
        """The newest `count` entries, oldest of them first."""
        with self._store.reading() as rows:
            found = rows.execute("SELECT * FROM history ORDER BY id DESC LIMIT ?", (count,)).fetchall()
        return [to_entry(row) for row in reversed(found)]

    def page(self, count: int, before: int | None = None, datasource: str | None = None) -> list[Entry]:
        """The newest `count` questions, newest first: those older than entry `before`, those to one datasource.

        What was run without a question is none.
        """
        with self._store.reading() as rows:
            found = rows.execute(
                "SELECT * FROM history WHERE question <> '' AND (? IS NULL OR id < ?)"
                " AND (? IS NULL OR datasource = ? COLLATE NOCASE) ORDER BY id DESC LIMIT ?",
                (before, before, datasource, datasource, count),
            ).fetchall()
        return [to_entry(row) for row in found]


def to_entry(row: sqlite3.Row) -> Entry:
    return Entry(**{key: row[key] for key in row.keys()})
