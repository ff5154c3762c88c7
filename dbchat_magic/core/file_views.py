"""File views: data files as views of a DuckDB database in memory, made in the worker process."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

READERS = {
    ".csv": "read_csv",
    ".csv.gz": "read_csv",
    ".tsv": "read_csv",
    ".json": "read_json_auto",
    ".jsonl": "read_json_auto",
    ".ndjson": "read_json_auto",
    ".parquet": "read_parquet",
}
SHEETS = ".xlsx"
ENCODINGS = ("utf-8", "latin-1", "utf-16")
COMPARED = 50
"""Files whose columns are compared before they are taken for parts of one table."""


def make_views(connection: duckdb.DuckDBPyConnection, files: Sequence[str], one_table: str) -> None:
    """A view for each file, or one (`one_table`) for all where their columns are the same; sheets are tables.

    Raises duckdb's errors for a file that cannot be read.
    """
    paths = [Path(file) for file in files]
    data = [path for path in paths if not path.name.lower().endswith(SHEETS)]
    taken: set[str] = set()
    if one_table and len(data) > 1 and have_same_columns(connection, data):
        make_view(connection, free_name(one_table, taken), data)
    else:
        only = one_table if len(paths) == 1 else ""
        for path in data:
            make_view(connection, free_name(only or stem_of(path), taken), [path])
    for path in paths:
        if path.name.lower().endswith(SHEETS):
            copy_workbook(connection, path, taken)


def make_view(connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path]) -> None:
    last: duckdb.Error | None = None
    for encoding in ENCODINGS:
        try:
            connection.execute(
                f"CREATE OR REPLACE VIEW {quote(name)} AS SELECT * FROM {source_of(paths, encoding)}"
            )
            connection.execute(f"SELECT * FROM {quote(name)} LIMIT 100").fetchall()
            return
        except duckdb.InvalidInputException as error:  # not of this encoding
            last = last or error
    assert last is not None
    raise last


def source_of(paths: Sequence[Path], encoding: str = ENCODINGS[0]) -> str:
    """A call that reads these files, all of one kind."""
    reader = READERS[ending_of(paths[0])]
    options = ""
    if reader == "read_csv":
        options = f", encoding = '{encoding}'"
    if len(paths) > 1:
        options += ", union_by_name = true"
    return f"{reader}({quoted_list(paths)}{options})"


def quoted_list(paths: Sequence[str | Path]) -> str:
    """The paths as a list in SQL."""
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"


def have_same_columns(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> bool:
    if len({ending_of(path) for path in paths}) > 1:
        return False
    try:
        columns = {names_of(connection, path) for path in paths[:COMPARED]}
    except duckdb.Error:
        return False
    return len(columns) == 1


def names_of(connection: duckdb.DuckDBPyConnection, path: Path) -> frozenset[str]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source_of([path])}").fetchall()
    return frozenset(row[0] for row in rows)


def ending_of(path: Path) -> str:
    return max(
        (ending for ending in READERS if path.name.lower().endswith(ending)), key=len, default=path.suffix
    )


def stem_of(path: Path) -> str:
    """What a file's table is called.

    >>> stem_of(Path("/data/Sales 2024.csv.gz"))
    'Sales_2024'
    """
    name = path.name[: len(path.name) - len(ending_of(path))]
    return re.sub(r"\W+", "_", name).strip("_") or "data"


def free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free.lower())
    return free


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# ---------------------------------------------------------------------------------------- workbooks


def copy_workbook(connection: duckdb.DuckDBPyConnection, path: Path, taken: set[str]) -> None:
    """Each sheet with rows as a table; DuckDB finds out the types as it does for CSV."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.max_row]
    for sheet in sheets:
        name = stem_of(path) if len(sheets) == 1 else re.sub(r"\W+", "_", sheet.title).strip("_")
        with tempfile.TemporaryDirectory() as folder:
            copied = Path(folder) / "sheet.csv"
            with copied.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows_of(sheet))
            connection.execute(
                f"CREATE TABLE {quote(free_name(name or 'sheet', taken))} AS SELECT * FROM {source_of([copied])}"
            )
    book.close()


def rows_of(sheet: Any) -> Iterator[list[Any]]:
    """The rows with a value in them, dates as texts that sort."""
    for row in sheet.iter_rows(values_only=True):
        if any(cell is not None for cell in row):
            yield [cell.isoformat() if hasattr(cell, "isoformat") else cell for cell in row]
