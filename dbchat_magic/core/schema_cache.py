"""Schema cache: schemas that were read, in memory and on the disk, and how to tell that they are out of date.

Values of the data are kept in memory only.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dbchat_magic.core.connect import Connection
from dbchat_magic.core.datasources import Datasource, database_of
from dbchat_magic.core.schema import (
    Column,
    ForeignKey,
    Schema,
    Table,
    read_tables,
    read_values,
    with_samples,
)

FORMAT = 1
"""Of the files; those of another are read anew from the database."""
CHECK_SECONDS = 20.0
"""How long a server's schema is taken as it is before the server is asked whether it has changed."""


@dataclass(frozen=True)
class Known:
    """A schema, and what the database said of itself when it was read."""

    fingerprint: str
    schema: Schema
    checked: float
    """When it was last known to be up to date, by `time.monotonic`."""


class SchemaCache:
    """The schemas of datasources. Safe to use from several threads and processes."""

    def __init__(self, home: Path, private: Sequence[str] = ()) -> None:
        self._folder = home / "schemas"
        self._private = private
        self._known: dict[str, Known] = {}
        self._lock = threading.Lock()

    def get(self, source: Datasource, connection: Connection) -> Schema:
        """The schema: what is known of it, while the database does not say that it has changed.

        Raises QueryFailed and its children.
        """
        key = key_of(source)
        with self._lock:
            known = self._known.get(key)
        is_file = connection.dialect.embedded  # looking at it costs nothing
        if known is not None and not is_file and time.monotonic() - known.checked < CHECK_SECONDS:
            return known.schema
        now = connection.fingerprint()
        if known is None or known.fingerprint != now:
            known = self._read(key, now, connection)
        return self._keep(key, replace(known, checked=time.monotonic()))

    def refresh(self, source: Datasource, connection: Connection) -> Schema:
        """The schema, read anew. Raises QueryFailed and its children."""
        key = key_of(source)
        self._file(key).unlink(missing_ok=True)
        return self._keep(key, self._read(key, connection.fingerprint(), connection))

    def _keep(self, key: str, known: Known) -> Schema:
        with self._lock:
            self._known[key] = known
        return known.schema

    def _read(self, key: str, now: str, connection: Connection) -> Known:
        tables = self._tables_on_disk(key, now)
        if tables is None:
            tables = read_tables(connection)
            self._write(key, now, tables)
        values = read_values(connection, tables, self._private)
        sampled = tuple(with_samples(table, values) for table in tables)
        return Known(now, Schema(sampled, connection.dialect.name, values), time.monotonic())

    # --------------------------------------------------------------------------------------- the disk

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}.json"

    def _tables_on_disk(self, key: str, now: str) -> tuple[Table, ...] | None:
        """The tables as they were written down; None where they are not, or not these."""
        if not now:
            return None
        try:
            with without_collector():
                return self._parse(key, now)
        except (OSError, ValueError, KeyError, TypeError):  # missing, cut off, or of another version
            return None

    def _parse(self, key: str, now: str) -> tuple[Table, ...] | None:
        content = json.loads(self._file(key).read_text(encoding="utf-8"))
        if (content["format"], content["key"], content["fingerprint"]) != (FORMAT, key, now):
            return None
        return tuple(map(to_table, content["tables"]))

    def _write(self, key: str, now: str, tables: Sequence[Table]) -> None:
        """Written beside and moved into place, so that no half of it is ever read. What fails is read again."""
        if not now:
            return
        content = {"format": FORMAT, "key": key, "fingerprint": now, "tables": list(map(from_table, tables))}
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
                Path(name).replace(self._file(key))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """While many objects are made that all stay, looking for garbage among them doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def key_of(source: Datasource) -> str:
    """The database behind a datasource, whatever its password; its name counts where a table is called so."""
    return f"{database_of(source)} {source.name if source.type == 'files' else ''}"


def from_table(table: Table) -> list[Any]:
    """A table as JSON takes it, short: there may be thousands."""
    return [
        table.name,
        [[each.name, each.type, int(each.nullable), each.comment, each.choices] for each in table.columns],
        table.primary_key,
        [[key.columns, key.target, key.target_columns] for key in table.foreign_keys],
        table.comment,
        table.rows,
        table.kind,
        table.schema,
        int(table.qualified),
    ]


def to_table(content: list[Any]) -> Table:
    """The reverse of `from_table`."""
    name, columns, primary_key, foreign_keys, comment, rows, kind, schema, qualified = content
    return Table(
        name,
        tuple(
            Column(column, type, bool(nullable), about, (), tuple(choices))
            for column, type, nullable, about, choices in columns
        ),
        tuple(primary_key),
        tuple(ForeignKey(tuple(own), target, tuple(theirs)) for own, target, theirs in foreign_keys),
        comment,
        rows,
        kind,
        schema,
        bool(qualified),
    )
