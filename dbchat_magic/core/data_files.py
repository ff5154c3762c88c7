"""Data files: CSV, Parquet, JSON lines and Excel files, asked where they lie through views of DuckDB's."""

from __future__ import annotations

import glob
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DatasourceError
from dbchat_magic.language import phrase

MOST_FILES = 1_000
SHEETS = ".xlsx"
"""Workbooks are copied into the worker's memory; all else is read in place."""


@dataclass(frozen=True)
class DataFiles:
    """The files that a pattern, a folder or a single path names: a worker's `Place`."""

    dialect: Dialect
    pattern: str
    name: str

    def look(self) -> tuple[tuple[str, int, int], ...]:
        states = ((path, path.stat()) for path in find_data_files(self.pattern, self.dialect))
        return tuple((str(path), state.st_mtime_ns, state.st_size) for path, state in states)

    def fingerprint(self) -> str:
        return str(self.look())

    def opening(self) -> dict[str, Any]:
        files = find_data_files(self.pattern, self.dialect)
        folders = {}
        if any(suffix_of(path, self.dialect) == SHEETS for path in files):
            folders = {"workbook_folders": folders_of_workbooks()}
        is_pattern = glob.has_magic(self.pattern)
        return {
            "path": "",
            "files": [str(path) for path in files],
            "one_table": self.name if is_pattern else "",
            **folders,
        }


def find_data_files(pattern: str, dialect: Dialect) -> list[Path]:
    """The files of a pattern, a folder (those in it) or a path, sorted.

    Raises DatasourceError where there are none, listing what there is instead.
    """
    path = Path(pattern).expanduser()
    try:
        found = list_files(path, dialect)
    except (OSError, ValueError) as error:
        raise DatasourceError(
            phrase("{pattern} cannot be read: {error}.", pattern=pattern, error=error),
            phrase("Check the path."),
        ) from None
    if len(found) > MOST_FILES:
        raise DatasourceError(
            phrase(
                "{pattern} names {count:,} files, more than {most:,}.",
                pattern=pattern,
                count=len(found),
                most=MOST_FILES,
            ),
            phrase("Use a narrower pattern."),
        )
    if not found:
        raise DatasourceError(
            phrase("There are no data files at {pattern}.", pattern=pattern), hint_near(path, dialect)
        )
    return found


def list_files(path: Path, dialect: Dialect) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and suffix_of(file, dialect))
    if path.is_file():
        if not suffix_of(path, dialect):
            raise DatasourceError(
                phrase("{path} is not a data file of a kind known here.", path=path),
                phrase("Known endings: {endings}.", endings=", ".join(dialect.suffixes)),
            )
        return [path]
    found = map(Path, glob.glob(str(path), recursive=True))  # noqa: PTH207 - the pattern may be absolute
    return sorted(file for file in found if file.is_file() and suffix_of(file, dialect))


def suffix_of(path: Path, dialect: Dialect) -> str:
    """The ending by which a file is read; empty: it is no data file.

    The longest counts: `.csv.gz` before `.gz`.
    """
    name = path.name.lower()
    return max((suffix for suffix in dialect.suffixes if name.endswith(suffix)), key=len, default="")


def hint_near(path: Path, dialect: Dialect) -> str:
    folder = path if path.is_dir() else path.parent
    while glob.has_magic(str(folder)):
        folder = folder.parent
    if not folder.is_dir():
        return phrase("The folder {folder} does not exist.", folder=folder)
    near = sorted(file.name for file in folder.iterdir() if suffix_of(file, dialect))
    if near:
        return phrase("In {folder} there are: {names}.", folder=folder, names=", ".join(near[:8]))
    return phrase("Endings that can be read: {endings}.", endings=", ".join(dialect.suffixes))


def folders_of_workbooks() -> Sequence[str]:
    """Where the reader of Excel files lies, and what it needs."""
    found = [importlib.util.find_spec(name) for name in ("openpyxl", "et_xmlfile")]
    if any(spec is None or spec.origin is None for spec in found):
        raise DatasourceError(
            phrase("Excel files need the package openpyxl."),
            phrase("Install it: pip install 'dbchat_magic[files]'."),
        )
    return [str(Path(spec.origin).parent.parent) for spec in found if spec is not None and spec.origin]
