"""Value reading: the texts and examples of a database's columns, bounded in time, size and by what is private.

A column that is private is in no statement.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dbchat_magic.core.schema import Column, Table, quote_name, reach
from dbchat_magic.core.values import LONGEST, SECRET, ColumnValues, ValueIndex
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import QueryCancelled, QueryFailed, QueryTimeout

if TYPE_CHECKING:
    from dbchat_magic.core.connect import Connection

READ = 20_000
"""Rows of a table looked at for values."""

CELLS = 200_000
"""Values of a table looked at: fewer rows of a wide one."""

TEXTS = 5_000
"""Distinct texts kept of a column."""

TEXTS_IN_ALL = 200_000
"""Texts kept of all columns together; after that the examples of a column only."""

KEPT = 400
"""Characters of the longest text kept: of those beyond LONGEST a question may name a part."""

SAMPLES = 12
"""Values kept as examples of a column."""

LEAST_SECONDS = 0.5
"""What a statement is given even when the time is nearly over."""

NO_VALUES = re.compile(
    r"bytea|blob|binary|json|xml|geom|point|polygon|vector|struct|map\(|union|\[\]|bit", re.IGNORECASE
)
"""Types whose values nobody names in a question."""
TEXTUAL = re.compile(r"char|text|string|clob|enum|name", re.IGNORECASE)


class ValueReader:
    """Reads the values of some tables one after the other, small tables first; it can be left and taken up again."""

    def __init__(self, connection: Connection, tables: Sequence[Table], private: Sequence[str] = ()) -> None:
        self.connection = connection
        self._private = private
        self._left = deque(sorted(tables, key=lambda table: ("view" in table.kind, table.rows or 0)))
        self._room = TEXTS_IN_ALL
        self._slow: set[str] = set()
        """Tables that took too long once; they come again, last, when a statement may have more time."""
        self._found = {
            (table.name, column.name): choices_of(column)
            for table in tables
            for column in table.columns
            if column.choices
        }

    @property
    def left(self) -> int:
        """Tables whose values have not been read."""
        return len(self._left)

    def index(self) -> ValueIndex:
        """What was found so far."""
        return ValueIndex(dict(self._found))

    def read_next(self, seconds: float) -> None:
        """Read one more table, for this long at most; one that fails has no values."""
        table = self._left[0]
        columns = [column for column in table.columns if has_values(table, column, self._private)]
        limit = min(READ, CELLS // max(len(columns), 1))
        try:
            rows = self._rows(table, columns, limit, seconds) if columns else []
        except QueryCancelled:  # somebody stopped all statements: this table is not to blame
            raise
        except QueryTimeout:
            rows = []
            if table.name not in self._slow:
                self._slow.add(table.name)
                self._left.append(table)
        except QueryFailed:  # a view that fails or takes too long, a table that may not be read
            rows = []
        self._left.popleft()
        for place, column in enumerate(columns) if rows else ():
            values = column_values([row[place] for row in rows], self._room, len(rows) < limit)
            self._room -= len(values.texts)
            self._found[table.name, column.name] = values

    def _rows(
        self, table: Table, columns: Sequence[Column], limit: int, seconds: float
    ) -> list[tuple[object, ...]]:
        dialect = self.connection.dialect
        listed = ", ".join(short(column, dialect) for column in columns)
        sql = dialect.catalogue["values"].format(columns=listed, table=reach(table, dialect), limit=limit)
        return self.connection.catalogue(sql, seconds=max(seconds, LEAST_SECONDS))


def read_values(
    connection: Connection, tables: Sequence[Table], private: Sequence[str], seconds: float
) -> ValueIndex:
    """The values of all tables that can be read in this time."""
    reader = ValueReader(connection, tables, private)
    deadline = time.monotonic() + seconds
    while reader.left and (left := deadline - time.monotonic()) > 0:
        reader.read_next(left)
    return reader.index()


def has_values(table: Table, column: Column, private: Sequence[str]) -> bool:
    """Whether the column's values may be read and could be named in a question."""
    if NO_VALUES.search(column.type) or column.choices:
        return False
    return not is_private(table, column, private)


def is_private(table: Table, column: Column, patterns: Sequence[str]) -> bool:
    """It is called as secrets are, or as one of the patterns (`*phone*`, `staff.*`) says."""
    if SECRET.search(column.name):
        return True
    names = [column.name, f"{table.name}.{column.name}", f"{table.local}.{column.name}"]
    return any(fnmatchcase(name.lower(), pattern.lower()) for name in names for pattern in patterns)


def short(column: Column, dialect: Dialect) -> str:
    """The column, cut to what a person would type where the database can do that."""
    name = quote_name(column.name, dialect.quote)
    cut = dialect.catalogue.get("short_text")
    return cut.format(column=name, limit=LONGEST + 1) if cut and TEXTUAL.search(column.type) else name


def choices_of(column: Column) -> ColumnValues:
    """The values of an enumeration, which nobody needs to read."""
    return ColumnValues(column.choices, len(column.choices), 0, column.choices[:SAMPLES])


def column_values(cells: Sequence[object], room: int = TEXTS, complete: bool = False) -> ColumnValues:
    """What is kept of a column's values; at most `room` texts, `complete`: these are all rows."""
    counts = Counter(cell for cell in cells if cell is not None)
    commonest = [cell for cell, _ in counts.most_common()]
    texts = [cell for cell in commonest if isinstance(cell, str) and len(cell) <= KEPT]
    numbers = (
        [float(cell) for cell in commonest if isinstance(cell, int | float | Decimal)] if not texts else []
    )
    return ColumnValues(
        texts=tuple(texts[: max(min(TEXTS, room), 0)]),
        distinct=len(counts),
        read=counts.total(),
        samples=tuple(commonest[:SAMPLES]),
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        complete=complete,
    )


def with_samples(table: Table, values: ValueIndex) -> Table:
    """The table whose columns have examples of their values."""
    if not any((table.name, column.name) in values.columns for column in table.columns):
        return table
    return replace(
        table,
        columns=tuple(
            replace(column, samples=values.of(table.name, column.name).samples) for column in table.columns
        ),
    )
