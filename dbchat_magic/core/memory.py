"""Memory: questions with the SQL that a person has verified as their answer, for each datasource.

Whether two questions are alike is a matter of language: `Likeness` says it, which core finds by its entry point.
"""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, cast

from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.question import Turn
from dbchat_magic.core.secrets import redact
from dbchat_magic.core.store import Store
from dbchat_magic.core.values import ValueIndex
from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase, sentences

GROUP = "dbchat_magic.likeness"

EXAMPLES = 5
"""Verified answers at most that go with a question as examples."""
ALIKE = 0.35
"""Likeness from which on an answer may serve as an example."""
LONGEST_FAULT = 300
"""Characters of why an answer no longer runs."""

NOW = re.compile(
    r"\bcurrent_(date|time|timestamp)\b|\b(now|curdate|curtime|sysdate|utc_date|utc_timestamp|today|getdate"
    r"|localtime|localtimestamp|unix_timestamp)\b|'now'",
    re.IGNORECASE,
)
"""SQL that moves with the day it is run on: "last month" is right in it for ever."""

YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
"""SQL without one is tied to no day."""


class Likeness(Protocol):
    """What the entry-point group `dbchat_magic.likeness` offers: which questions are alike."""

    def key(self, question: str, today: datetime.date | None) -> str:
        """The question without what makes no difference to its answer.

        With `today`, periods that are relative to it ("last month") are the dates that they mean then.
        """

    def is_same(self, one: str, other: str, values: ValueIndex) -> bool:
        """Whether two questions of one key also name the same values of the data."""

    def stands_alone(self, question: str) -> bool:
        """Whether it can be understood without the question before it."""

    def nearness(self, question: str, others: Sequence[str]) -> list[float]:
        """How alike each of the others is, from 0 to 1."""


@dataclass(frozen=True)
class Verified:
    """A question with the SQL that answers it."""

    id: int
    question: str
    sql: str
    saved: str = ""
    """When, in UTC."""
    fault: str = ""
    """Why it no longer runs, hence is not used; empty: as far as is known it does."""
    key: str = field(default="", repr=False, compare=False)
    """What the same question is known by."""

    @property
    def turn(self) -> Turn:
        return Turn(self.question, self.sql)


@dataclass(frozen=True)
class Imported:
    """What an import came to."""

    added: int
    broken: tuple[Verified, ...]
    """Those among them that do not run here: kept, but not used."""


class Answered(Protocol):
    """What is saved: an Answer, whose SQL has run."""

    @property
    def question(self) -> str: ...
    @property
    def sql(self) -> str: ...


Named = str | Datasource | None
"""A datasource as the public face takes it."""


class Memory:
    """The verified answers on this machine. Safe to use from several threads and processes.

    `find_source` gives the datasource that a name means; `try_sql` gives a statement as the guard has it, once
    it has run.
    """

    def __init__(
        self,
        store: Store,
        find_source: Callable[[Named], Datasource],
        try_sql: Callable[[str, Datasource], str],
    ) -> None:
        self._store = store
        self._find_source = find_source
        self._try = try_sql

    # ----------------------------------------------------------------------------------- the public face

    def add(self, question: str, sql: str, datasource: Named = None) -> Verified:
        """Verify SQL as the answer to a question, in place of an earlier one; it is run first.

        Raises SqlRejected, QueryFailed and its children, DbChatError for a question that cannot be kept.
        """
        source = self._find_source(datasource)
        text = check_question(question)
        return self._put(source, text, self._try(sql, source))

    def save(self, answer: Answered, question: str = "", datasource: Named = None) -> Verified:
        """Verify an answer, under another question if one is given; raises DbChatError as `add` does."""
        return self._put(
            self._find_source(datasource), check_question(question or answer.question), answer.sql
        )

    def all(self, datasource: Named = None) -> list[Verified]:
        """The verified answers of a datasource, oldest first."""
        return self._all(self._find_source(datasource))

    def get(self, id: int, datasource: Named = None) -> Verified:
        """The verified answer of this number; raises DbChatError listing those there are."""
        known = self.all(datasource)
        found = next((each for each in known if each.id == id), None)
        if found is None:
            numbers = ", ".join(str(each.id) for each in known[:30])
            raise DbChatError(
                phrase("There is no verified answer {id}.", id=id),
                phrase("There is {names}.", names=numbers or phrase("none yet")),
            )
        return found

    def update(
        self, id: int, *, question: str | None = None, sql: str | None = None, datasource: Named = None
    ) -> Verified:
        """Change a verified answer. New SQL that does not run is kept with its `fault`, and is not used."""
        source = self._find_source(datasource)
        old = self.get(id, source)
        text = old.question if question is None else check_question(question)
        new = (
            replace(old, question=text)
            if sql is None
            else self._tried(replace(old, question=text, sql=sql), source)
        )
        with self._store.writing(durable=True) as rows:
            try:
                rows.execute(
                    "UPDATE verified SET question = ?, key = ?, sql = ?, fault = ? WHERE id = ?",
                    (new.question, key_of(new.question, new.sql), new.sql, new.fault, id),
                )
            except sqlite3.IntegrityError:
                raise DbChatError(
                    phrase("There is another verified answer to {text!r}.", text=text),
                    phrase("Remove that one first."),
                ) from None
        return new

    def remove(self, id: int, datasource: Named = None) -> Verified:
        """Forget a verified answer, and return it."""
        found = self.get(id, datasource)
        with self._store.writing(durable=True) as rows:
            rows.execute("DELETE FROM verified WHERE id = ?", (id,))
        return found

    def check(self, datasource: Named = None) -> list[Verified]:
        """Run each of a datasource's answers, note which of them do not, and give all."""
        source = self._find_source(datasource)
        checked = [self._tried(each, source) for each in self._all(source)]
        for each in checked:
            self.note_fault(each, each.fault)
        return checked

    def export(self, path: str | Path, datasource: Named = None) -> int:
        """Write a datasource's answers to a file, a JSON object in each line; gives how many."""
        found = self.all(datasource)
        lines = [
            json.dumps({"question": each.question, "sql": each.sql, "saved": each.saved}, ensure_ascii=False)
            for each in found
        ]
        try:
            Path(path).expanduser().write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise DbChatError(
                phrase("{path} cannot be written: {reason}.", path=path, reason=error.strerror),
                phrase("Give another file."),
            ) from None
        return len(found)

    def import_(self, path: str | Path, datasource: Named = None) -> Imported:
        """Take the answers of a file as `export` writes them: all of them or, where one cannot be read, none.

        Each is run; those that do not run here are kept and not used. Raises DbChatError with file and line.
        """
        source = self._find_source(datasource)
        tried = [self._tried(each, source) for each in read_lines(Path(path).expanduser())]
        with self._store.writing(durable=True) as rows:
            for each in tried:
                write(rows, memory_name(source), each)
        return Imported(len(tried), tuple(each for each in tried if each.fault))

    # -------------------------------------------------------------------------------- for a question's path

    def holds(self, source: Datasource) -> bool:
        """Whether there are any answers of a datasource."""
        with self._store.reading() as rows:
            found = rows.execute(
                "SELECT 1 FROM verified WHERE datasource = ? LIMIT 1", (memory_name(source),)
            )
            return found.fetchone() is not None

    def find(
        self, question: str, source: Datasource, values: ValueIndex, today: datetime.date
    ) -> Verified | None:
        """The verified answer to the same question, if there is one that runs."""
        known = [each for each in self._all(source) if not each.fault]
        if not known:
            return None
        like = find_likeness()
        keys = {like.key(question, None), like.key(question, today)}
        same = [each for each in known if each.key in keys and like.is_same(question, each.question, values)]
        return same[-1] if same and like.stands_alone(question) else None

    def nearest(self, question: str, source: Datasource, count: int = EXAMPLES) -> tuple[Verified, ...]:
        """The verified answers to questions most like this one that run, nearest first."""
        known = [each for each in self._all(source) if not each.fault]
        if not known:
            return ()
        near = find_likeness().nearness(question, [each.question for each in known])
        ranked = sorted(zip(near, known, strict=True), key=lambda pair: -pair[0])
        return tuple(each for likeness, each in ranked[:count] if likeness >= ALIKE)

    def note_fault(self, verified: Verified, fault: str) -> None:
        """Keep why an answer does not run; "": it does."""
        with self._store.writing() as rows:
            rows.execute(
                "UPDATE verified SET fault = ? WHERE id = ?", (redact(fault)[:LONGEST_FAULT], verified.id)
            )

    # ------------------------------------------------------------------------------------------ the rows

    def _put(self, source: Datasource, question: str, sql: str) -> Verified:
        with self._store.writing(durable=True) as rows:
            write(rows, memory_name(source), Verified(0, question, sql))
            row = rows.execute(
                "SELECT * FROM verified WHERE datasource = ? AND key = ?",
                (memory_name(source), key_of(question, sql)),
            ).fetchone()
        return to_verified(row)

    def _all(self, source: Datasource) -> list[Verified]:
        with self._store.reading() as rows:
            found = rows.execute(
                "SELECT * FROM verified WHERE datasource = ? ORDER BY id", (memory_name(source),)
            ).fetchall()
        return [to_verified(row) for row in found]

    def _tried(self, verified: Verified, source: Datasource) -> Verified:
        """The answer as it is now known to run, or not."""
        try:
            return replace(verified, sql=self._try(verified.sql, source), fault="")
        except DbChatError as error:
            return replace(verified, fault=redact(error.message)[:LONGEST_FAULT])


def write(rows: sqlite3.Connection, name: str, new: Verified) -> None:
    """A row; in place of the one that answers the same question, unless only that one runs."""
    rows.execute(
        "INSERT INTO verified (datasource, key, question, sql, fault) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (datasource, key) DO UPDATE SET question = excluded.question, sql = excluded.sql,"
        " fault = excluded.fault, saved = excluded.saved WHERE excluded.fault = '' OR fault <> ''",
        (name, key_of(new.question, new.sql), new.question, new.sql, new.fault),
    )


def to_verified(row: sqlite3.Row) -> Verified:
    return Verified(row["id"], row["question"], row["sql"], row["saved"], row["fault"], row["key"])


def memory_name(source: Datasource) -> str:
    """Under which name a datasource's answers are kept: its own, or the place of one that is not kept."""
    return source.name if source.id else source.database


def key_of(question: str, sql: str) -> str:
    """What the same question is known by. "Last month" in SQL with its dates written out is that month only."""
    is_tied = YEAR.search(sql) and not NOW.search(sql)
    return find_likeness().key(question, datetime.date.today() if is_tied else None)


def check_question(text: str) -> str:
    """The question as it is kept; raises DbChatError for one that cannot be found again."""
    question = " ".join(text.split())
    if not question:
        raise DbChatError(
            phrase("Which question does it answer?"),
            phrase('Give it with the SQL, such as "orders per country".'),
        )
    if not find_likeness().stands_alone(question):
        raise DbChatError(
            phrase("{question!r} is understood only after the question before it.", question=question),
            phrase('Give the whole question, such as "orders per country".'),
        )
    return question


def read_lines(path: Path) -> list[Verified]:
    """The answers in a file of JSON lines; raises DbChatError with file and line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DbChatError(
            phrase("{path} cannot be read: {error}.", path=path, error=error),
            phrase("Give a file of JSON lines."),
        ) from None
    return [read_line(line, path.name, number) for number, line in enumerate(lines, 1) if line.strip()]


def read_line(line: str, name: str, number: int) -> Verified:
    try:
        content: Any = json.loads(line)
        question, sql = content["question"], content["sql"]
    except (ValueError, KeyError, TypeError, RecursionError):
        question = sql = None
    if not (isinstance(question, str) and isinstance(sql, str)):
        raise DbChatError(
            phrase(
                '{name}, line {line}: This is not {{"question": "…", "sql": "…"}}.', name=name, line=number
            ),
            phrase("Nothing was taken. Each line is a JSON object with these two texts."),
        )
    try:
        return Verified(0, check_question(question), sql)
    except DbChatError as error:
        raise DbChatError(
            phrase("{name}, line {line}: {message}", name=name, line=number, message=error.message),
            sentences(phrase("Nothing was taken."), error.hint),
        ) from None


@cache
def find_likeness() -> Likeness:
    """The installed Likeness; loaded with the first verified answer."""
    for entry in entry_points(group=GROUP):
        return cast(Likeness, entry.load()())
    raise DbChatError(
        phrase("Nothing here tells which questions are alike."), phrase("Is the package installed?")
    )
