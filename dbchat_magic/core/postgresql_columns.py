"""PostgreSQL columns: a large result as CSV from COPY, read by Arrow, over the guarded session's own connection.

COPY is the quickest way in which PostgreSQL sends rows, and its texts say exactly what the values are: what
Arrow has no type for is read by the same loaders as rows are.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import generators, postgres
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.waiting import Wait
from pyarrow import csv

from dbchat_magic.core import batches
from dbchat_magic.core.arrow_truth import BELOW, FIRST_DAY, LAST_DAY, is_between
from dbchat_magic.core.batches import KNOWN, to_text
from dbchat_magic.core.connect import Rows
from dbchat_magic.core.failures import TooLarge
from dbchat_magic.core.postgresql_enums import read_categories

if TYPE_CHECKING:
    from dbchat_magic.core.execute import Array

CHUNK = 2**23
"""Bytes that are read by Arrow at a time."""
COPY_SINCE = 90_000
"""The first version of PostgreSQL whose COPY takes what we write; Redshift says that it is 8.0."""
BEGINNINGS = ("SELECT", "WITH", "VALUES")

TYPES = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), pa.int64()),
    **dict.fromkeys(("float4", "float8"), pa.float64()),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
}
"""Types that Arrow reads as they are; all others are texts at first."""
TIMES = ("date", "timestamp", "timestamptz")


def fetch_columns(connection: Any, sql: str, row_limit: int | None) -> Rows | None:
    """The rows of a query by columns; None for a statement that is no query, or a server of another encoding
    or without such a COPY.

    The server has to take the text as one query first, as it takes any: a cursor is declared for it, which
    tells the columns' types too. Raises the driver's errors, and TooLarge.
    """
    server = connection.info
    if server.encoding != "utf-8" or server.server_version < COPY_SINCE:
        return None
    if not sql.lstrip(" (\n").upper().startswith(BEGINNINGS):
        return None
    with connection.cursor(name="dbchat", scrollable=False) as gate:
        gate.execute(sql)
        description = gate.description or []
    if not description:
        return None
    columns = [Column(connection, column.type_code) for column in description]
    bounded = sql if row_limit is None else f"SELECT * FROM (\n{sql}\n) AS dbchat_rows LIMIT {row_limit}"
    reading = Reading(columns)
    connection.wait(copy(connection.pgconn, f"COPY (\n{bounded}\n) TO STDOUT (FORMAT csv)", reading.take))
    table = reading.table()
    for place, declared in read_categories(
        connection, description, lambda at: table.column(at).unique().to_pylist()
    ):
        columns[place].categories = declared
    names = tuple(column.name for column in description)
    return Rows(names, [], table, tuple(column.make for column in columns))


def copy(pgconn: Any, sql: str, take: Callable[[bytearray], None]) -> Any:
    """Hand on what a COPY sends, many whole rows at a time; a generator of psycopg's, so that its bytes are counted while it waits."""
    pgconn.send_query_params(sql.encode(), None)  # which the server refuses to take for two statements
    found = (yield from generators.execute(pgconn))[-1]
    if found.status != ExecStatus.COPY_OUT:
        raise error_from_result(found)
    rows = bytearray()
    get = pgconn.get_copy_data  # a million times
    while True:
        count, row = get(1)
        if count > 0:
            rows += row
            if len(rows) > CHUNK:
                take(rows)
                rows = bytearray()
        elif count == 0:
            yield Wait.R
            pgconn.consume_input()
        else:
            break
    take(rows)
    ended = (yield from generators.fetch_many(pgconn))[-1]
    if ended.status != ExecStatus.COMMAND_OK:
        raise error_from_result(ended)


class Column:
    """How one column is read."""

    def __init__(self, connection: Any, oid: int) -> None:
        known = postgres.types.get(oid)
        self.type = known.name if known is not None and known.array_oid != oid else ""
        self.arrow = TYPES.get(self.type, pa.string())
        loader = connection.adapters.get_loader(oid, Format.TEXT)
        self._is_text = loader is None or loader is connection.adapters.get_loader(0, Format.TEXT)
        self._load = Transformer(connection).get_loader(oid, Format.TEXT).load
        self._zone = connection.info.timezone
        self.categories: tuple[str, ...] = ()
        """What the type declares, if it is an enumeration."""

    def make(self, column: pa.ChunkedArray, exact: bool) -> Array:
        """The column as its values would have made it."""
        from dbchat_magic.core import columns

        if self.type == "numeric" and column.null_count < len(column):
            return self._numbers(column, exact)
        if self.categories:
            return columns.of_categories(column, self.categories)
        if pa.types.is_string(column.type) and not self._is_text:
            return self._loaded(column)
        made = columns.make_array(column.cast(pa.timestamp("us")) if self.type == "timestamptz" else column)
        if self.type != "timestamptz" or column.null_count == len(column):
            return made
        import pandas as pd

        return pd.DatetimeIndex(made).tz_localize(datetime.UTC).tz_convert(self._zone).array

    def _numbers(self, column: pa.ChunkedArray, exact: bool) -> Array:
        from dbchat_magic.core import columns
        from dbchat_magic.core.execute import make_array, make_exact_array

        if not exact:
            floats = column.cast(pa.float64())
            if is_between(floats, -BELOW, BELOW):
                return columns.make_array(floats)
        make = make_exact_array if exact else make_array
        return make([None if text is None else Decimal(text) for text in column.to_pylist()])

    def _loaded(self, column: pa.ChunkedArray) -> Array:
        """Of its texts, each read by the driver."""
        from dbchat_magic.core.execute import make_array

        loaded = (None if text is None else self._load(text.encode()) for text in column.to_pylist())
        return make_array([cell if type(cell) in KNOWN else to_text(cell) for cell in loaded])


class Reading:
    """The rows that have come so far."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._types = {f"c{at}": column.arrow for at, column in enumerate(columns)}
        self._columns = columns
        self._tables: list[pa.Table] = []
        self._room = batches.byte_limit()

    def table(self) -> pa.Table:
        """All rows, once they are here."""
        schema = pa.schema(list(self._types.items()))
        return pa.concat_tables([as_read(table, schema) for table in self._tables])

    def take(self, content: bytearray) -> None:
        """Take rows in; raises TooLarge."""
        self._room -= len(content)
        if self._room < 0:
            raise TooLarge
        try:
            self._tables.append(read_csv(content, self._types))
        except pa.ArrowInvalid:  # days and times that Python has no value for, either: texts they stay
            self._types = {
                name: pa.string() if column.type in TIMES else column.arrow
                for (name, _), column in zip(self._types.items(), self._columns, strict=True)
            }
            self._tables.append(read_csv(content, self._types))


def as_read(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with times as texts, where such came later."""
    if table.schema.equals(schema):
        return table
    columns = [
        column if column.type == field.type else as_texts(column)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Days and times as PostgreSQL writes them."""
    if not pa.types.is_timestamp(column.type) or column.type.tz is None:
        return column.cast(pa.string())
    return pc.binary_join_element_wise(column.cast(pa.timestamp("us")).cast(pa.string()), "+00", "")


def read_csv(content: bytearray, types: dict[str, Any]) -> pa.Table:
    """What COPY wrote; a missing value is nothing at all, an empty text has quotes."""
    if not content:
        return pa.schema(list(types.items())).empty_table()
    table = csv.read_csv(
        pa.py_buffer(content),
        csv.ReadOptions(column_names=list(types), block_size=len(content) + 1),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    return check_times(table)


def check_times(table: pa.Table) -> pa.Table:
    """Raises ArrowInvalid for times that Python has no value for."""
    for column in table.columns:
        if pa.types.is_date32(column.type) and not is_between(
            column.cast(pa.int32()), FIRST_DAY, LAST_DAY + 1
        ):
            raise pa.ArrowInvalid("a day out of range")
    return table
