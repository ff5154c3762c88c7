"""chDB session: a folder of chDB's open for reading; in the worker process.

The engine takes no statement back once it runs, so whoever has waited long enough ends the process. Nor does it
keep a reader from files and other servers: hence the engine's own parser is asked first which functions and
tables a statement names.
"""

from __future__ import annotations

import datetime
import json
import re
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import chdb

from dbchat_magic.core.plain_values import PLAIN, encode
from dbchat_magic.core.worker_process import Categories, Opening

ADDRESSES = 2**46
"""The engine reserves far more addresses than it uses; `max_memory_usage` bounds what it takes."""

HEADED_ROWS = "JSONCompactEachRowWithNamesAndTypes"
BATCH_ROWS = 65_536
SETTINGS = (
    "SET output_format_json_quote_64bit_integers = 0",
    "SET output_format_json_quote_decimals = 1",
    "SET output_format_json_quote_denormals = 1",
    "SET max_threads = 2",
)
NAMED = re.compile(r"^ *(Function|TableFunction|TableIdentifier|Set\b) ?(\S*)")
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\"(?:[^\"\\]|\\.)*\"")
ENDINGS = re.compile(r"\b(INTO OUTFILE|FORMAT|SETTINGS)\b")
READING = re.compile(r"\s*\(*\s*(SELECT|WITH|EXPLAIN)\b", re.IGNORECASE)


def open_session(opening: Opening, is_over: Callable[[], bool]) -> ChdbSession:
    """A session that can read the tables in the folder `opening["path"]`, and nothing else.

    `is_over` is not asked: the engine does not let Python look at the clock while it works.
    """
    return ChdbSession(opening)


def open_folder(path: str) -> Any:
    connect: Any = chdb.connect
    return connect(f"{path}?mode=ro")


class Refused(Exception):
    """A statement that names what a reader needs not."""


class ChdbSession:
    """The open folder."""

    def __init__(self, opening: Opening) -> None:
        self.functions = frozenset(opening["functions"]) | frozenset(opening["warm_up"]) | OPERATORS
        self.ours = frozenset(opening["ours"])
        self.connection: Any = open_folder(opening["path"])
        for setting in (*SETTINGS, f"SET max_memory_usage = {opening['memory']}"):
            self.connection.query(setting)
        databases = self._lines("SELECT name FROM system.databases WHERE name NOT IN ('system', 'default')")
        own = [name for name in databases if name.lower() != "information_schema"]
        if len(own) == 1 and not self._lines("SHOW TABLES FROM default"):
            self.connection.query(f"USE {quoted_name(own[0])}")

    def execute(self, sql: str, *, is_many: bool = False) -> ChdbCursor:
        if sql not in self.ours:
            self.check(sql)
        return ChdbCursor(self.connection, sql)

    def check(self, sql: str) -> None:
        """Raises Refused for what is not one statement that reads tables by functions known to be harmless."""
        if not READING.match(sql):
            raise Refused("only statements that read are allowed")
        told = self._lines(f"SELECT formatQuerySingleLine({quoted_text(sql)})")  # raises for two statements
        if ENDINGS.search(QUOTED.sub("", " ".join(told))):
            raise Refused("neither files, formats nor settings are for a statement to name")
        for line in self._lines(f"EXPLAIN AST {sql}"):
            found = NAMED.match(line)
            if found is None:
                continue
            kind, name = found.groups()
            if kind == "Set":
                raise Refused("settings are not for a statement to change")
            if kind == "TableIdentifier" and ("/" in name or name.lower().startswith("system.")):
                raise Refused(f"{name} is no table of this database")
            if kind != "TableIdentifier" and name.lower() not in self.functions:
                raise Refused(f"the function {name} is not known to be harmless")

    def _lines(self, sql: str) -> list[str]:
        return str(self.connection.query(sql, "TSVRaw")).splitlines()

    def interrupt(self) -> None:
        """The engine knows no such thing: the process is ended."""

    def rest(self) -> None:
        """Nothing is held between two statements."""

    def describe(self, error: Exception) -> tuple[str, str]:
        words = str(error)
        code = re.search(r"\(([A-Z_]+)\)\s*$", words)
        kind = code[1] if code else type(error).__name__
        return ("READONLY" if isinstance(error, Refused) else kind), re.sub(
            r"^Code: \d+\. DB::Exception: |\s*\([A-Z_]+\)\s*$", "", words
        )


OPERATORS = frozenset(
    """
    and or not equals notequals less greater lessorequals greaterorequals plus minus multiply divide modulo negate
    in notin globalin globalnotin like notlike ilike notilike isnull isnotnull tuple array tupleelement arrayelement
    concat lambda interval
    """.split()
)
"""How the engine's parser calls operators."""


def quoted_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def quoted_name(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


class ChdbCursor:
    """Rows as JSON has them, by the types that the engine says the columns have."""

    def __init__(self, connection: Any, sql: str) -> None:
        self._connection = connection
        self._sql = sql
        self._lines = self._read()
        self.columns = tuple(map(str, next(self._lines, ())))
        self.types = tuple(map(str, next(self._lines, ())))
        self._readers = tuple(map(reader_of, self.types))
        self.encoded = tuple(range(len(self.columns)))
        self.categories = find_categories(self.types)

    def _read(self) -> Iterator[list[Any]]:
        """The lines of the answer as they come."""
        rest = b""
        result = self._connection.send_query(self._sql, HEADED_ROWS)
        try:
            while True:
                part = result.fetch()
                content = b"" if part is None else bytes(part.bytes())
                if not content:
                    break
                *lines, rest = (rest + content).split(b"\n")
                for line in lines:
                    yield json.loads(line.decode("utf-8", "replace"))
            if rest.strip():
                yield json.loads(rest.decode("utf-8", "replace"))
        finally:
            result.close()

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for line in self._lines:
            values = (
                None if cell is None else read(cell) for read, cell in zip(self._readers, line, strict=True)
            )
            rows.append(tuple(value if type(value) in PLAIN else encode(value) for value in values))
            if len(rows) >= count:
                break
        return rows

    def by_columns(self) -> ChdbColumns | None:
        if not self.types or not all(map(is_quick, self.types)):
            return None
        return ChdbColumns(self._connection, self._sql)

    def close(self) -> None:
        close = getattr(self._lines, "close", None)
        if close is not None:
            close()


class ChdbColumns:
    """The rows as Arrow has them."""

    kinds: tuple[str, ...] = ()

    def __init__(self, connection: Any, sql: str) -> None:
        self._connection = connection
        self._sql = sql

    def __iter__(self) -> Iterator[Any]:
        import pyarrow as pa

        from dbchat_magic.core.arrow_truth import check_texts, check_times

        result = self._connection.send_query(self._sql, "Arrow")
        try:
            for batch in result.record_batch(rows_per_batch=BATCH_ROWS):
                check_times(batch)
                for column in batch.columns:
                    if pa.types.is_string(column.type):
                        check_texts(column)
                yield batch
        finally:
            result.close()


def plain_type(type: str) -> str:
    """The type without what says that a value may be missing, or how it is stored.

    >>> plain_type("LowCardinality(Nullable(String))")
    'String'
    """
    while found := re.fullmatch(r"(?:Nullable|LowCardinality)\((.*)\)", type):
        type = found[1]
    return type


QUICK = re.compile(r"U?Int(8|16|32|64)|Float(32|64)|String|Bool|Date(32)?")
WHOLE = re.compile(r"U?Int\d+")


def is_quick(type: str) -> bool:
    return QUICK.fullmatch(plain_type(type)) is not None


def find_categories(types: Sequence[str]) -> Categories:
    """The columns that are enumerations, whose values the engine compares by their numbers.

    >>> find_categories(["Int8", "Nullable(Enum8('high' = 2, 'it\\\\'s low' = -1))"])
    ((1, ("it's low", 'high')),)
    """
    return tuple(
        (
            place,
            tuple(re.sub(r"\\(.)", r"\1", name) for name, _ in sorted(found, key=lambda pair: int(pair[1]))),
        )
        for place, type in enumerate(types)
        if ENUMERATION.match(plain_type(type)) and (found := DECLARED.findall(type))
    )


ENUMERATION = re.compile(r"Enum(8|16)\(")
DECLARED = re.compile(r"'((?:[^'\\]|\\.)*)' = (-?\d+)")


def reader_of(type: str) -> Callable[[Any], Any]:
    """What makes a value of JSON's the value that it stands for."""
    plain = plain_type(type)
    if WHOLE.fullmatch(plain):
        return int
    if plain.startswith("Float"):
        return float
    if plain.startswith("Decimal"):
        return Decimal
    if plain in ("Date", "Date32"):
        return datetime.date.fromisoformat
    if plain.startswith("DateTime"):
        zone = re.search(r"'([^']+)'", plain)
        return time_reader(zone[1] if zone else "")
    return same


def same(value: Any) -> Any:
    return value


def time_reader(zone: str) -> Callable[[str], datetime.datetime]:
    known = zoneinfo.ZoneInfo(zone) if zone else None

    def read(text: str) -> datetime.datetime:
        return datetime.datetime.fromisoformat(text[:26]).replace(tzinfo=known)

    return read
