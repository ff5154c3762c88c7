"""History: what was asked, what was run, how long it took and how it ended."""

from __future__ import annotations

import atexit
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dbchat_magic.core.store import Store

MOMENT = 0.001
"""Seconds before a line is written: whoever asked has their answer by then."""
LONGEST_WAIT = 30.0
"""Seconds that a reader, and the end of the program, wait for the last lines."""


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

    def add_soon(self, entry: Entry) -> None:
        """Have one line written, in a moment: whoever asked does not wait for it."""
        LATER.do(lambda: self._add_apart(entry))

    def _add_apart(self, entry: Entry) -> None:
        self.add(entry)
        self._store.mark("datasources")  # whose next user need not ask what has been written

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
        LATER.wait()
        with self._store.reading() as rows:
            found = rows.execute("SELECT * FROM history ORDER BY id DESC LIMIT ?", (count,)).fetchall()
        return [to_entry(row) for row in reversed(found)]

    def page(self, count: int, before: int | None = None, datasource: str | None = None) -> list[Entry]:
        """The newest `count` questions, newest first: those older than entry `before`, those to one datasource.

        What was run without a question is none.
        """
        LATER.wait()
        with self._store.reading() as rows:
            found = rows.execute(
                "SELECT * FROM history WHERE question <> '' AND (? IS NULL OR id < ?)"
                " AND (? IS NULL OR datasource = ? COLLATE NOCASE) ORDER BY id DESC LIMIT ?",
                (before, before, datasource, datasource, count),
            ).fetchall()
        return [to_entry(row) for row in found]


def to_entry(row: sqlite3.Row) -> Entry:
    return Entry(**{key: row[key] for key in row.keys()})


class Later:
    """What is done in a thread of its own, one after another, while whoever asked has their answer already."""

    def __init__(self) -> None:
        self._steps: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._waiting = 0

    def do(self, step: Callable[[], None]) -> None:
        """Do the step soon. What cannot be written then is lost: it is not worth an answer."""
        with self._lock:
            self._waiting += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._go, name="dbchat-history", daemon=True)
                self._thread.start()
        self._steps.put(step)

    def wait(self) -> None:
        """Until all is done that was to be done so far, LONGEST_WAIT at most."""
        if self._waiting:
            done = threading.Event()
            self.do(done.set)
            done.wait(LONGEST_WAIT)

    def _go(self) -> None:
        while True:
            step = self._steps.get()
            time.sleep(MOMENT)
            try:
                step()
            except Exception:  # noqa: BLE001, S110 - whatever stands against it, the next line must be written
                pass
            finally:
                with self._lock:
                    self._waiting -= 1


LATER = Later()


def write_the_rest() -> None:
    LATER.wait()


atexit.register(write_the_rest)


def begin_anew() -> None:
    """In a forked process: the thread is its parent's."""
    global LATER  # noqa: PLW0603 - whoever held its lock is not in this process
    LATER = Later()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=begin_anew)
