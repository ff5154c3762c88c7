"""Files: a whole result written to a file as its rows come, never all in memory.

It is written beside its place and moved there when it is complete: no half of it ever has the name asked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase
from dbchat_magic.rendering.cells import json_value
from dbchat_magic.rendering.csv import without_formulas

if TYPE_CHECKING:
    import pandas as pd

MOST_DIGITS = 38
"""Of a decimal in a Parquet file that every reader can read."""
LOOSE_SCALE = 18
"""Digits behind the point, where the database has no rule how many there are."""
MOST_SHEET_ROWS = 1_048_575
"""What a sheet of Excel's holds beside its heading."""


@dataclass(frozen=True)
class WrittenFile:
    """A file that is complete, or how far it is."""

    path: Path
    rows: int
    bytes: int
    seconds: float


class Writer(Protocol):
    """One kind of file."""

    def write(self, frame: pd.DataFrame) -> None:
        """Add rows; the first call may have none, and tells the columns."""

    def close(self) -> None:
        """Complete the file."""


def check_file(path: str | Path) -> Path:
    """Where a result can be written; raises DbChatError for a kind of file that cannot be, or a missing folder."""
    found = Path(path).expanduser()
    if found.suffix.lower() not in WRITERS:
        raise DbChatError(
            phrase(
                "A result cannot be written as {kind}.",
                kind=found.suffix or phrase("a file without an ending"),
            ),
            phrase("Endings that can be: {endings}.", endings=", ".join(WRITERS)),
        )
    if not found.parent.is_dir():
        raise DbChatError(
            phrase("There is no folder {path}.", path=found.parent), phrase("Make it first, or name another.")
        )
    if found.is_dir():
        raise DbChatError(phrase("{path} is a folder.", path=found), phrase("Name a file."))
    return found


def write_file(
    path: Path, frames: Iterable[pd.DataFrame], on_progress: Callable[[WrittenFile], None] | None = None
) -> WrittenFile:
    """Write the frames one after another; `on_progress` is told after each how far it is.

    Raises DbChatError where the disk is full, or the rows do not fit into such a file.
    """
    started = time.monotonic()
    rows = 0
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with contextlib.closing(WRITERS[path.suffix.lower()](unfinished)) as writer:
            for frame in frames:
                writer.write(frame)
                rows += len(frame)
                if on_progress is not None:
                    size = unfinished.stat().st_size if unfinished.exists() else 0
                    on_progress(WrittenFile(path, rows, size, time.monotonic() - started))
        unfinished.replace(path)
    except OSError as error:
        raise DbChatError(
            phrase("{path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
            phrase("Name another place."),
        ) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return WrittenFile(path, rows, path.stat().st_size, time.monotonic() - started)


def create(path: Path) -> Any:
    """A new file, which nobody else has made meanwhile."""
    return os.fdopen(
        os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666), "wb"
    )


# ------------------------------------------------------------------------------------------- the kinds


class CsvWriter:
    """Comma-separated values in UTF-8; times in one form throughout."""

    def __init__(self, path: Path) -> None:
        self._file = create(path)
        self._has_heading = False

    def write(self, frame: pd.DataFrame) -> None:
        text = without_formulas(with_times_as_texts(frame)).to_csv(
            index=False, header=not self._has_heading, lineterminator="\n"
        )
        self._file.write(text.encode("utf-8", "replace"))
        self._has_heading = True

    def close(self) -> None:
        self._file.close()


class JsonLinesWriter:
    """An object a line."""

    def __init__(self, path: Path) -> None:
        self._file = create(path)

    def write(self, frame: pd.DataFrame) -> None:
        names = [str(name) for name in frame.columns]
        columns = [[json_value(cell) for cell in frame.iloc[:, at]] for at in range(len(names))]
        for row in zip(*columns, strict=True):
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            self._file.write(line.encode() + b"\n")

    def close(self) -> None:
        self._file.close()


class ParquetWriter:
    """Parquet: a column has one type from the first row to the last."""

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError:
            raise DbChatError(
                phrase("Writing Parquet needs the package pyarrow."),
                phrase("Install it: pip install 'dbchat_magic[arrow]'."),
            ) from None
        self._pa, self._parquet = pa, parquet
        self._file = create(path)
        self._writer: Any = None
        self._schema: Any = None
        self._rows = 0

    def write(self, frame: pd.DataFrame) -> None:
        if self._writer is None:
            self._schema = self._schema_of(frame)
            self._writer = self._parquet.ParquetWriter(self._file, self._schema)
        self._writer.write_table(self._table(frame))
        self._rows += len(frame)

    def close(self) -> None:
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._file.close()

    def _schema_of(self, frame: pd.DataFrame) -> Any:
        """The columns' types as the first rows have them; a column of which nothing is known holds texts."""
        pa = self._pa
        fields = []
        for at, name in enumerate(frame.columns):
            try:
                type = pa.Array.from_pandas(frame.iloc[:, at]).type
            except (pa.ArrowInvalid, pa.ArrowTypeError):
                type = pa.string()
            fields.append(pa.field(str(name), self._roomy(type, frame.iloc[:, at])))
        return pa.schema(fields)

    def _roomy(self, type: Any, column: pd.Series[Any]) -> Any:
        """The type with room for what later rows may hold; where decimals have no scale in common, they need more."""
        pa = self._pa
        if pa.types.is_decimal128(type):
            is_loose = len({cell.as_tuple().exponent for cell in column.dropna()}) > 1
            room = MOST_DIGITS - (type.precision - type.scale)
            return pa.decimal128(MOST_DIGITS, max(type.scale, min(LOOSE_SCALE, room // 2) * is_loose))
        return pa.string() if pa.types.is_null(type) else type

    def _table(self, frame: pd.DataFrame) -> Any:
        columns = [self._column(frame.iloc[:, at], field) for at, field in enumerate(self._schema)]
        return self._pa.Table.from_arrays(columns, schema=self._schema)

    def _column(self, column: pd.Series[Any], field: Any) -> Any:
        pa = self._pa
        try:
            return pa.Array.from_pandas(column, type=field.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            if not self._rows and pa.types.is_string(field.type):
                return pa.array([None if cell is None else str(cell) for cell in column], pa.string())
            raise DbChatError(
                phrase(
                    "The column {name} holds values of several types, which Parquet cannot: the first are "
                    "{type}.",
                    name=field.name,
                    type=field.type,
                ),
                phrase("Write it as .csv or .jsonl, or CAST the column to one type."),
            ) from None


class SheetWriter:
    """A workbook of Excel's with one sheet; its texts are texts, never formulas."""

    def __init__(self, path: Path) -> None:
        try:
            from openpyxl import Workbook
            from openpyxl.cell import WriteOnlyCell
            from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        except ImportError:
            raise DbChatError(
                phrase("Writing Excel files needs the package openpyxl."),
                phrase("Install it: pip install 'dbchat_magic[files]'."),
            ) from None
        self._path = path
        self._cell, self._illegal = WriteOnlyCell, ILLEGAL_CHARACTERS_RE
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Result")
        self._rows = -1
        self._is_whole = True

    def write(self, frame: pd.DataFrame) -> None:
        if self._rows < 0:
            self._sheet.append([self._text(str(name)) for name in frame.columns])
            self._rows = 0
        self._rows += len(frame)
        if self._rows > MOST_SHEET_ROWS:
            self._is_whole = False
            raise DbChatError(
                phrase("An Excel sheet holds {most:,} rows, and there are more.", most=MOST_SHEET_ROWS),
                phrase("Write .csv or .parquet, or ask for less."),
            )
        columns = [[self._value(cell) for cell in frame.iloc[:, at]] for at in range(len(frame.columns))]
        for row in zip(*columns, strict=True):
            self._sheet.append(row)

    def close(self) -> None:
        if self._is_whole:
            with create(self._path) as file:
                self._book.save(file)

    def _value(self, cell: Any) -> Any:
        import datetime

        value = json_value(cell)
        if isinstance(cell, datetime.datetime) and value is not None and cell.tzinfo is None:
            return cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> Any:
        cell = self._cell(self._sheet, value=self._illegal.sub("", text))
        cell.data_type = "s"
        return cell


WRITERS: dict[str, Callable[[Path], Writer]] = {
    ".csv": CsvWriter,
    ".parquet": ParquetWriter,
    ".jsonl": JsonLinesWriter,
    ".xlsx": SheetWriter,
}


def with_times_as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Times in ISO form with their time of day, whether or not these rows have one."""
    times = [at for at in range(len(frame.columns)) if frame.iloc[:, at].dtype.kind == "M"]
    if not times:
        return frame
    made = {at: frame.iloc[:, at] for at in range(len(frame.columns))}
    for at in times:
        made[at] = made[at].map(lambda time: time.isoformat(sep=" "), na_action="ignore").astype("object")
    import pandas as pd

    changed = pd.DataFrame(made, index=frame.index)
    changed.columns = frame.columns
    return changed
