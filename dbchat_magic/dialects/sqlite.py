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
    catalogue={
        "relations": (
            "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY type, name"
        ),
        "columns": (
            'SELECT m.name, p.name, p.type, p."notnull", p.pk FROM sqlite_master m'
            " JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table' AND p.hidden <> 1"
            " ORDER BY m.name, p.cid"
        ),
        "view_columns": 'SELECT {name}, name, type, "notnull", pk FROM pragma_table_info({name}) ORDER BY cid',
        "foreign_keys": (
            'SELECT m.name, f.id, f."table", f."from", f."to" FROM sqlite_master m'
            " JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq"
        ),
        "count": "SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {limit})",
        "estimate": "SELECT max(rowid) FROM {table}",
        "values": "SELECT {columns} FROM {table} LIMIT {limit}",
    },
)
