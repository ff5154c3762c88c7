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
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.keys import with_inferred_keys
from dbchat_magic.core.reading import VALUE_SECONDS, OnProgress, Reading
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table, read_tables
from dbchat_magic.core.value_reading import ValueReader, read_values, with_samples

FORMAT = 2
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
        self.private = private
        self._known: dict[str, Known] = {}
        self._readings: dict[str, Reading] = {}
        self._lock = threading.Lock()

    def get(
        self, source: Datasource, connection: Connection, on_progress: OnProgress | None = None
    ) -> Schema:
        """The schema: what is known of it, while the database does not say that it has changed.

        Raises QueryFailed and its children.
        """
        found = self._find(source, connection)
        return found if isinstance(found, Schema) else found.wait(on_progress)

    def prepare(self, source: Datasource, connection: Connection) -> None:
        """Have the schema read in the background. Raises QueryFailed and its children."""
        found = self._find(source, connection)
        if isinstance(found, Reading):
            found.background = True

    def refresh(
        self, source: Datasource, connection: Connection, on_progress: OnProgress | None = None
    ) -> Schema:
        """The schema, read anew. Raises QueryFailed and its children."""
        key = key_of(source)
        self._file(key).unlink(missing_ok=True)
        reading = self._start(key, source, connection.fingerprint(), connection, is_new=True)
        return reading.wait(on_progress)

    def _find(self, source: Datasource, connection: Connection) -> Schema | Reading:
        """The schema if it is known, else what is reading it."""
        key = key_of(source)
        with self._lock:
            known, reading = self._known.get(key), self._readings.get(key)
        if reading is not None and reading.is_under_way:
            return reading
        is_file = connection.dialect.embedded  # looking at it costs nothing
        if known is None or is_file or time.monotonic() - known.checked >= CHECK_SECONDS:
            now = connection.fingerprint()
            if known is None or known.fingerprint != now:
                return self._start(key, source, now, connection)
            with self._lock:
                if not is_file and self._known.get(key) is known:  # else a later reading has just replaced it
                    self._known[key] = replace(known, checked=time.monotonic())
        if reading is not None:
            reading.give_way()
            reading.go_on(connection)
        return known.schema

    def _start(
        self, key: str, source: Datasource, now: str, connection: Connection, *, is_new: bool = False
    ) -> Reading:
        """A reading of the database; there is one at a time. `is_new`: not one that has begun already."""
        reading = Reading(Renewal(self, key, now, source.name, connection), connection)
        with self._lock:
            before = self._readings.get(key)
            if before is not None and before.is_under_way and not is_new:
                return before
            self._readings[key] = reading
        if before is not None:
            before.stop()
        reading.start()
        return reading

    def publish(self, key: str, now: str, reading: Reading, schema: Schema) -> None:
        """What was read becomes what is known, unless another reading has begun since."""
        with self._lock:
            if self._readings.get(key) is reading:
                self._known[key] = Known(now, schema, time.monotonic())

    # --------------------------------------------------------------------------------------- the disk

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}.json"

    def load(self, key: str, now: str) -> tuple[Table, ...] | None:
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

    def save(self, key: str, now: str, tables: Sequence[Table]) -> None:
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


class Renewal:
    """One schema that is to be read: from the disk if it is there, else from the database."""

    def __init__(self, cache: SchemaCache, key: str, now: str, name: str, connection: Connection) -> None:
        self.name = name
        self._cache = cache
        self._key = key
        self._now = now
        self._connection = connection
        self._is_from_disk = False

    def read_tables(self) -> tuple[Table, ...]:
        """The tables without values; raises QueryFailed and its children."""
        tables = self._cache.load(self._key, self._now)
        self._is_from_disk = tables is not None
        return read_tables(self._connection) if tables is None else tables

    def make_reader(self, tables: tuple[Table, ...]) -> ValueReader:
        return ValueReader(self._connection, tables, self._cache.private)

    def publish(self, reading: Reading, tables: tuple[Table, ...], reader: ValueReader) -> Schema:
        """Make a Schema of what was read, and let it be known. Keys are guessed once, then taken from the disk."""
        values = reader.index()
        values.prepare()
        if not self._is_from_disk:
            tables = with_inferred_keys(tables, values)
            self._cache.save(self._key, self._now, tables)
        sampled = tuple(with_samples(table, values) for table in tables)
        schema = Schema(sampled, self._connection.dialect.name, values)
        self._cache.publish(self._key, self._now, reading, schema)
        return schema


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
    return f"{source.database} {source.name if source.type == 'files' else ''}"


def from_table(table: Table) -> list[Any]:
    """A table as JSON takes it, short: there may be thousands."""
    return [
        table.name,
        [[each.name, each.type, int(each.nullable), each.comment, each.choices] for each in table.columns],
        table.primary_key,
        list(map(from_key, table.foreign_keys)),
        table.comment,
        table.rows,
        table.kind,
        table.schema,
        int(table.qualified),
        list(map(from_key, table.inferred_keys)),
    ]


def from_key(key: ForeignKey) -> list[Any]:
    return [key.columns, key.target, key.target_columns]


def to_key(content: list[Any], *, inferred: bool = False) -> ForeignKey:
    own, target, theirs = content
    return ForeignKey(tuple(own), target, tuple(theirs), inferred)


def to_table(content: list[Any]) -> Table:
    """The reverse of `from_table`."""
    name, columns, primary_key, foreign_keys, comment, rows, kind, schema, qualified, inferred = content
    return Table(
        name,
        tuple(
            Column(column, type, bool(nullable), about, (), tuple(choices))
            for column, type, nullable, about, choices in columns
        ),
        tuple(primary_key),
        tuple(map(to_key, foreign_keys)),
        comment,
        rows,
        kind,
        schema,
        bool(qualified),
        tuple(to_key(key, inferred=True) for key in inferred),
    )


def read_schema(connection: Connection, private: Sequence[str] = ()) -> Schema:
    """The schema of a database, past any cache: tables, keys, comments, row counts and values.

    `private` are patterns (`*phone*`, `staff.*`) of columns whose values are not read, beside those that
    `values.SECRET` knows. Raises QueryFailed and its children.
    """
    tables = read_tables(connection)
    values = read_values(connection, tables, private, VALUE_SECONDS)
    sampled = tuple(with_samples(table, values) for table in with_inferred_keys(tables, values))
    return Schema(sampled, connection.dialect.name, values)
