"""Copies of a SQLite database in other kinds of databases: the same tables, keys and rows."""

from __future__ import annotations

import contextlib
import csv
import io
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.servers import Server

TYPES: Mapping[str, Mapping[str, str]] = {
    "duckdb": {
        "INTEGER": "BIGINT",
        "TEXT": "VARCHAR",
        "REAL": "DOUBLE",
        "DATE": "DATE",
        "DATETIME": "TIMESTAMP",
    },
    "postgresql": {
        "INTEGER": "bigint",
        "TEXT": "text",
        "REAL": "double precision",
        "DATE": "date",
        "DATETIME": "timestamp",
    },
    "mariadb": {
        "INTEGER": "bigint",
        "TEXT": "varchar(200)",
        "REAL": "double",
        "DATE": "date",
        "DATETIME": "datetime",
    },
}


@dataclass(frozen=True)
class Copied:
    """A table to be copied."""

    name: str
    columns: list[tuple[str, str]]
    key: list[str]
    foreign: list[tuple[str, str, str]]
    rows: list[tuple[Any, ...]]


def read_copy(path: Path) -> list[Copied]:
    """The tables, each after those it refers to."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        listed = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        tables = [read_table(database, name) for (name,) in listed]
    known = {table.name for table in tables}
    placed: list[Copied] = []
    while len(placed) < len(tables):
        done = {table.name for table in placed}
        placed += [
            table
            for table in tables
            if table.name not in done
            and all(target in done | {table.name} for _, target, _ in table.foreign if target in known)
        ]
    return placed


def read_table(database: sqlite3.Connection, name: str) -> Copied:
    columns = database.execute(f'PRAGMA table_info("{name}")').fetchall()
    keys = database.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
    return Copied(
        name,
        [(column[1], column[2]) for column in columns],
        [column[1] for column in sorted(columns, key=lambda column: column[5]) if column[5]],
        [(key[3], key[2], key[4]) for key in keys],
        database.execute(f'SELECT * FROM "{name}"').fetchall(),
    )


def create(table: Copied, kind: str, quote: str, with_keys: bool) -> str:
    parts = [f"{quote}{name}{quote} {TYPES[kind][type]}" for name, type in table.columns]
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(quote + name + quote for name in table.key)})")
    if with_keys:
        parts += [
            f"FOREIGN KEY ({quote}{column}{quote}) REFERENCES {quote}{target}{quote} ({quote}{theirs}{quote})"
            for column, target, theirs in table.foreign
        ]
    return f"CREATE TABLE {quote}{table.name}{quote} ({', '.join(parts)})"


def copy_to_duckdb(path: Path, target: Path) -> None:
    with duckdb.connect(str(target)) as database, tempfile.TemporaryDirectory() as folder:
        for table in read_copy(path):
            # DuckDB checks a key to the table itself row by row, in any order.
            kept = [key for key in table.foreign if key[1] != table.name]
            database.execute(
                create(Copied(table.name, table.columns, table.key, kept, []), "duckdb", '"', True)
            )
            file = Path(folder) / "rows.csv"
            file.write_text(as_csv(table), "utf-8")
            database.execute(f"COPY \"{table.name}\" FROM '{file}' (HEADER false, NULLSTR '\\N')")


def as_csv(table: Copied) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(["\\N" if cell is None else cell for cell in row] for row in table.rows)
    return text.getvalue()


def copy_to_postgresql(path: Path, server: Server, database: str) -> None:
    with contextlib.closing(server.connect(database, server.admin, server.admin_password)) as connection:
        for table in read_copy(path):
            connection.execute(create(table, "postgresql", '"', True))
            with connection.cursor().copy(
                f"COPY \"{table.name}\" FROM STDIN (FORMAT csv, NULL '\\N')"
            ) as copy:
                copy.write(as_csv(table))
        connection.execute("ANALYZE")


def copy_to_mariadb(path: Path, server: Server, database: str) -> None:
    with contextlib.closing(server.connect(database, server.admin, server.admin_password)) as connection:
        connection.autocommit(False)
        cursor = connection.cursor()
        cursor.execute("SET foreign_key_checks = 0")
        for table in read_copy(path):
            cursor.execute(create(table, "mariadb", "`", True))
            marks = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f"INSERT INTO `{table.name}` VALUES ({marks})", table.rows)
        connection.commit()


COPY_TO_SERVER: Mapping[str, Callable[[Path, Server, str], None]] = {
    "postgresql": copy_to_postgresql,
    "mariadb": copy_to_mariadb,
}
