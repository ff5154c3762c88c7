"""Values: bounded in time and size, and never of a column that is private."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core import value_reading
from dbchat_magic.core.connect import Connection, connect
from dbchat_magic.core.datasources import datasource_from_path
from dbchat_magic.core.schema import Column, Table
from dbchat_magic.core.schema_cache import read_schema
from dbchat_magic.core.settings import read_settings
from dbchat_magic.core.value_reading import column_values, is_private, read_values

Open = Callable[[str], Connection]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """A connection to a new SQLite file that this script makes."""

    def make(script: str) -> Connection:
        rows = sqlite3.connect(tmp_path / "made.db")
        rows.executescript(script)
        rows.close()
        return connect(datasource_from_path(tmp_path / "made.db"), read_settings())

    return make


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database was asked."""
    from dbchat_magic.core.worker import WorkerConnection

    asked: list[str] = []
    ask = WorkerConnection.catalogue

    def noted(self: Any, sql: str, **more: Any) -> Any:
        asked.append(sql)
        return ask(self, sql, **more)

    monkeypatch.setattr(WorkerConnection, "catalogue", noted)
    return asked


STAFF = """
    CREATE TABLE staff (id INTEGER PRIMARY KEY, name TEXT, e_mail TEXT, eMail2 TEXT, userPassword TEXT,
      access_token TEXT, api_key TEXT, phone_mobile TEXT, note TEXT);
    INSERT INTO staff VALUES (1, 'Ann', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7');
    """
SECRET_COLUMNS = ("e_mail", "eMail2", "userPassword", "access_token", "api_key")


def reads_of(statements: list[str]) -> str:
    found = [sql for sql in statements if 'FROM "staff"' in sql and "count(" not in sql]
    assert len(found) == 1
    return found[0]


def test_secret_columns_are_in_no_statement(opened: Open, statements: list[str]):
    schema = read_schema(opened(STAFF))
    assert not any(name in reads_of(statements) for name in SECRET_COLUMNS)
    assert schema.values.find("c7")
    assert not any(schema.values.find(f"c{number}") for number in range(1, 6))


def test_columns_of_the_setting_are_in_no_statement(
    opened: Open, statements: list[str], monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
):
    opened(STAFF)
    monkeypatch.setenv("DBCHAT_PRIVATE_COLUMNS", "*phone*, STAFF.note")
    schema = DbChat(home=home).schema(str(tmp_path / "made.db"))
    read = reads_of(statements)
    assert not any(name in read for name in (*SECRET_COLUMNS, "phone_mobile", "note"))
    staff = schema.table("staff")
    assert staff is not None
    assert [column.name for column in staff.columns if column.samples] == ["id", "name"]
    assert schema.values.find("ann")
    assert not schema.values.find("c6")


@pytest.mark.parametrize(
    ("pattern", "private"),
    [
        ("name", True),
        ("*AME", True),
        ("staff.name", True),
        ("hr.staff.*", True),
        ("sales.*", False),
        ("nam", False),
    ],
)
def test_patterns_name_columns_and_tables(pattern: str, private: bool):
    table = Table("hr.staff", (Column("name", "text"),), schema="hr", qualified=True)
    assert is_private(table, table.columns[0], (pattern,)) is private


def test_no_value_is_on_the_disk(opened: Open, home: Path, tmp_path: Path):
    opened("CREATE TABLE t (word TEXT); INSERT INTO t VALUES ('CANARY');")
    assert DbChat(home=home).schema(str(tmp_path / "made.db")).values.find("canary")
    written = list((home / "schemas").iterdir())
    assert written
    assert not any(b"CANARY" in path.read_bytes() for path in written)


def test_texts_of_all_columns_together_are_bounded(opened: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(value_reading, "TEXTS_IN_ALL", 500)
    columns = ", ".join(f"c{number} TEXT" for number in range(40))
    cells = ", ".join(f"'{number} of ' || value" for number in range(40))
    schema = read_schema(
        opened(
            f"CREATE TABLE wide ({columns}); WITH n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 50)"
            f" INSERT INTO wide SELECT {cells} FROM n;"
        )
    )
    assert sum(len(found.texts) for found in schema.values.columns.values()) == 500
    assert all(column.samples for column in schema.tables[0].columns)  # examples are of all


def test_rows_of_a_wide_table_and_long_texts_are_bounded(opened: Open, statements: list[str]):
    columns = ", ".join(f"c{number} TEXT" for number in range(400))
    connection = opened(
        f"CREATE TABLE wide ({columns}); INSERT INTO wide (c0, c1) VALUES ('{'x' * 500}', 'short');"
    )
    schema = read_schema(connection)
    assert statements[-1].endswith("LIMIT 500")
    assert schema.values.of("wide", "c0").texts == ()
    assert schema.values.of("wide", "c1").texts == ("short",)


def test_time_is_bounded(opened: Open):
    connection = opened("CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('one');")
    tables = (Table("a", (Column("x", "TEXT"),)),)
    assert read_values(connection, tables, (), 0.0).columns == {}
    assert read_values(connection, tables, (), 5.0).find("one")


def test_what_is_known_of_a_column():
    values = column_values([3, 1, None, 3, 2], complete=True)
    assert (values.low, values.high, values.distinct, values.read, values.complete) == (1, 3, 3, 4, True)
    assert not values.unique
    assert column_values(["a", "b"]).low is None
    assert column_values(["a", "b"]).unique
