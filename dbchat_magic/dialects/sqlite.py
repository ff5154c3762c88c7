"""SQLite: a file, run in the worker."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter

SQLITE = Dialect(
    name="sqlite",
    label="SQLite",
    sqlglot="sqlite",
    parameters=(Parameter("path", "File", type="path", required=True, description="An existing SQLite file."),),
    url_schemes=("sqlite", "sqlite+pysqlite"),
    suffixes=(".sqlite", ".sqlite3", ".db", ".db3"),
    magic_bytes=((0, b"SQLite format 3\x00"),),
    embedded=True,
)
