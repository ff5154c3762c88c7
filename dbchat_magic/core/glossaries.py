"""Glossaries: where the glossary of a datasource lies, and the Schema as it has it.

`NAME.dbchat.yaml` beside the notebook (in the working folder) goes before `glossaries/NAME.dbchat.yaml` in the
home folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.glossary import Glossary, Join
from dbchat_magic.core.glossary_draft import draft
from dbchat_magic.core.glossary_file import parse_glossary, read_glossary, read_text
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.values import ValueIndex
from dbchat_magic.errors import GlossaryError
from dbchat_magic.language import phrase

ENDING = ".dbchat.yaml"

State = tuple[str, int, int]
"""A file as it is now: its path, when it was written, its size."""


@dataclass(frozen=True)
class Applied:
    """A schema as a glossary has it, with what it was made from."""

    before: Schema
    state: State
    schema: Schema


@dataclass(frozen=True)
class Written:
    """A glossary as somebody wrote it."""

    path: Path | None
    """None: there is no file yet."""
    text: str = ""


class Glossaries:
    """The glossaries of datasources. Safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        self._home = home / "glossaries"
        self._applied: dict[str, Applied] = {}
        self._lock = threading.Lock()

    def apply(self, source: Datasource, schema: Schema) -> Schema:
        """The schema as translators are to see it; the same object while neither it nor the file changes.

        Raises GlossaryError naming file and line.
        """
        state = next(filter(None, map(state_of, self._places(source))), None)
        if state is None:
            return schema
        with self._lock:
            known = self._applied.get(source.name)
        if known is None or known.before is not schema or known.state != state:
            glossary = read_glossary(Path(state[0]), schema)
            known = Applied(schema, state, with_glossary(schema, glossary))
            with self._lock:
                self._applied[source.name] = known
        return known.schema

    def find(self, source: Datasource) -> Path | None:
        """The file of a datasource; None where nobody wrote one."""
        return next((path for path in self._places(source) if path.is_file()), None)

    def written(self, source: Datasource) -> Written:
        """The text of a datasource's glossary, whether or not it can be used. Raises GlossaryError."""
        path = self.find(source)
        return Written(None) if path is None else Written(path, read_text(path))

    def save(self, source: Datasource, schema: Schema, text: str, seen: Written) -> Written:
        """Write a glossary that can be used with `schema`, the database's own; `seen` is what it is made from.

        Raises GlossaryError where it cannot be used, and where somebody else has changed it since: nothing is
        written then.
        """
        now = self.written(source)
        if now != seen:
            raise GlossaryError(
                phrase("The glossary was changed meanwhile by somebody else."),
                phrase("Save again to put yours in its place."),
            )
        for path in [now.path] if now.path else self._places(source):
            parse_glossary(text, path, schema)
            with contextlib.suppress(OSError):
                if path.parent == self._home:
                    self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace_text(path, text)
                return Written(path, text)
        raise GlossaryError(
            phrase("The glossary cannot be written."), phrase("Free some room, or set DBCHAT_HOME.")
        )

    def write_draft(self, source: Datasource, schema: Schema) -> Path:
        """Write a first glossary beside the notebook, or in the home folder where nothing can be written there.

        A file that is there is never touched. Raises GlossaryError.
        """
        text = draft(schema, source.name)
        reason = ""
        for path in self._places(source):
            try:
                if path.parent == self._home:
                    self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                return path
            except OSError as error:
                reason = str(error.strerror)
            else:
                return path
        raise GlossaryError(
            phrase("No glossary can be written: {reason}.", reason=reason),
            phrase("Free some room, or set DBCHAT_HOME."),
        )

    def _places(self, source: Datasource) -> Iterator[Path]:
        name = re.sub(r"[^\w.-]+", "_", source.name) + ENDING
        with contextlib.suppress(FileNotFoundError):  # the working folder was removed
            yield Path.cwd() / name
        yield self._home / name


def replace_text(path: Path, text: str) -> None:
    """The file as a whole, or as it was."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def state_of(path: Path) -> State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size


def with_glossary(schema: Schema, glossary: Glossary) -> Schema:
    """The schema with the glossary's joins and descriptions, without what it hides."""
    shown = [table for table in schema.tables if table.name not in glossary.hidden_tables]
    names = {table.name for table in shown}
    hidden = set(glossary.hidden_columns)
    values = {
        place: found
        for place, found in schema.values.columns.items()
        if place[0] in names and place not in hidden
    }
    return replace(
        schema,
        tables=tuple(with_terms(table, glossary, names) for table in shown),
        values=ValueIndex(values),
        glossary=glossary.only(names),
    )


def with_terms(table: Table, glossary: Glossary, shown: set[str]) -> Table:
    hidden = {column for name, column in glossary.hidden_columns if name == table.name}
    about = {each.column: each.text for each in glossary.descriptions if each.table == table.name}
    added = tuple(to_key(join) for join in glossary.joins if join.table == table.name)
    taken = {name for key in added for name in key.columns}
    return replace(
        table,
        columns=tuple(
            described(column, about.get(column.name, ""))
            for column in table.columns
            if column.name not in hidden
        ),
        foreign_keys=(*(key for key in table.foreign_keys if key.target in shown), *added),
        inferred_keys=tuple(
            key for key in table.inferred_keys if key.target in shown and not taken.intersection(key.columns)
        ),
        comment=together(about.get("", ""), table.comment),
    )


def described(column: Column, text: str) -> Column:
    return replace(column, comment=together(text, column.comment)) if text else column


def together(text: str, comment: str) -> str:
    """What the user wrote, before what the database says."""
    return "; ".join(dict.fromkeys(part for part in (text, comment) if part))


def to_key(join: Join) -> ForeignKey:
    return ForeignKey(join.columns, join.target, join.target_columns)
