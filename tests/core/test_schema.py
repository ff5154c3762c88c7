"""Reading a schema: in bulk, with keys, comments, counts and values, whatever the names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dbchat_magic.core.connect import connect
from dbchat_magic.core.datasources import datasource_from_path
from dbchat_magic.core.schema import ForeignKey, Schema, read_comments
from dbchat_magic.core.schema_cache import read_schema
from dbchat_magic.core.settings import read_settings
from dbchat_magic.errors import DatasourceError

Read = Callable[[str], Schema]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The schema of a new SQLite file that this script makes."""

    def make(script: str) -> Schema:
        path = tmp_path / "made.db"
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
        return read_schema(connect(datasource_from_path(path), read_settings()))

    return make


def test_keys_types_and_counts(read: Read) -> None:
    schema = read(
        """
        CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE child (a INT, b INT, parent_id INT REFERENCES parent, PRIMARY KEY (b, a));
        CREATE TABLE grandchild (x INT, y INT, FOREIGN KEY (x, y) REFERENCES CHILD (B, A));
        INSERT INTO parent VALUES (1, 'one'), (2, 'two');
        """
    )
    parent, child, grandchild = (schema.table(name) for name in ("parent", "CHILD", "grandchild"))
    assert parent is not None
    assert child is not None
    assert grandchild is not None
    assert (parent.primary_key, parent.rows) == (("id",), 2)
    assert [(column.name, column.type, column.nullable) for column in parent.columns] == [
        ("id", "INTEGER", False),
        ("name", "TEXT", False),
    ]
    assert child.primary_key == ("b", "a")
    assert child.foreign_keys == (ForeignKey(("parent_id",), "parent", ("id",)),)
    assert grandchild.foreign_keys == (ForeignKey(("x", "y"), "child", ("b", "a")),)
    assert child.rows == 0


def test_a_key_to_a_table_that_is_gone_is_left_out(read: Read) -> None:
    schema = read("CREATE TABLE child (a INT REFERENCES nowhere (id));")
    assert schema.tables[0].foreign_keys == ()


def test_a_view_that_fails_hides_nothing_else(read: Read) -> None:
    schema = read(
        """
        CREATE TABLE t (a INT);
        CREATE VIEW good AS SELECT a AS b FROM t;
        CREATE TABLE gone (a INT); CREATE VIEW bad AS SELECT a FROM gone; DROP TABLE gone;
        """
    )
    assert {(table.name, table.kind) for table in schema.tables} == {("t", "table"), ("good", "view")}


@pytest.mark.parametrize(
    "name", ["order", "a b", 'say "hi"', "it's", "客户订单", "Größe", "x;y", "-- x", "[b]", "`c`", "%s", ":x"]
)
def test_odd_names_are_names(read: Read, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    schema = read(f"CREATE TABLE {quoted} ({quoted} TEXT); INSERT INTO {quoted} VALUES ('v');")
    assert schema.tables[0].name == name
    assert schema.tables[0].columns[0].name == name
    assert schema.tables[0].rows == 1
    assert schema.values.find("v")[0].table == name


def test_comments_come_from_the_create_statement(read: Read) -> None:
    schema = read(
        """CREATE TABLE cust ( -- people who buy
            nm TEXT, -- full name
            "dob" TEXT /* day of birth */,
            kind TEXT DEFAULT '-- no comment'
        );"""
    )
    assert schema.tables[0].comment == "people who buy"
    assert [column.comment for column in schema.tables[0].columns] == ["full name", "day of birth", ""]


def test_comments_before_the_table() -> None:
    assert read_comments("CREATE TABLE t -- about t\n(a INT)") == {"": "about t"}


def test_values_are_found_whatever_their_case_and_punctuation(read: Read) -> None:
    schema = read(
        "CREATE TABLE t (city TEXT, n INT); INSERT INTO t VALUES ('Saint-Étienne', 3), ('Berlin', 3);"
    )
    assert [value.text for value in schema.values.find("SAINT ÉTIENNE")] == ["Saint-Étienne"]
    assert schema.tables[0].columns[1].samples == (3,)
    assert schema.values.find("3") == ()


def test_secret_columns_are_not_read(read: Read) -> None:
    schema = read(
        "CREATE TABLE u (name TEXT, password_hash TEXT, api_key TEXT); INSERT INTO u VALUES ('Ann', 'CANARY', 'CANARY');"
    )
    assert schema.values.find("CANARY") == ()
    assert schema.tables[0].columns[1].samples == ()
    assert schema.values.find("ann")


def test_two_thousand_columns(read: Read) -> None:
    columns = ", ".join(f"column_{number} TEXT" for number in range(2000))
    schema = read(f"CREATE TABLE wide ({columns}); INSERT INTO wide (column_1999) VALUES ('last');")
    assert len(schema.tables[0].columns) == 2000
    assert schema.values.find("last")[0].column == "column_1999"


def test_three_hundred_tables_and_none(read: Read) -> None:
    assert len(read("".join(f"CREATE TABLE t{number} (a INT);" for number in range(300))).tables) == 300


def test_an_empty_file_has_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert read_schema(connect(datasource_from_path(path), read_settings())).tables == ()


def test_the_fingerprint_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a INT)")
    connection.commit()
    before = connect(datasource_from_path(path), read_settings()).fingerprint()
    connection.execute("CREATE TABLE u (a INT)")
    connection.commit()
    connection.close()
    assert connect(datasource_from_path(path), read_settings()).fingerprint() != before


def test_a_schema_of_some_tables_knows_only_their_values(read: Read) -> None:
    schema = read(
        "CREATE TABLE a (x TEXT); CREATE TABLE b (y TEXT); INSERT INTO a VALUES ('in a'); INSERT INTO b VALUES ('in b');"
    )
    only = schema.only(["B"])
    assert [table.name for table in only.tables] == ["b"]
    assert only.values.find("in b")
    assert not only.values.find("in a")
    with pytest.raises(DatasourceError, match="Tables: a, b"):
        schema.only(["c"])
