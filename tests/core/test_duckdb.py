"""DuckDB: files, data files and frames."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from dbchat_magic import DbChat
from dbchat_magic.core import frames
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.errors import (
    DatasourceError,
    DbChatError,
    NameUnknown,
    QueryCancelled,
    QueryFailed,
    QueryTimeout,
)

ENDLESS = "SELECT sum(random()) FROM range(1000000000000)"
CONTROL_BACK = 10.0
"""Two seconds on an idle machine."""


@pytest.fixture
def chat(home: Path) -> Iterator[DbChat]:
    yield DbChat(home=home)
    close_all()
    frames.set_namespace(dict)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute(
            """
            CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
            CREATE SCHEMA hr;
            CREATE TABLE orders (id INT PRIMARY KEY, mood mood, day DATE, amount DECIMAL(10, 2), tags INT[]);
            CREATE TABLE hr.staff (id INT PRIMARY KEY, name VARCHAR, boss INT REFERENCES hr.staff (id));
            CREATE TABLE hr.orders (id INT);
            CREATE VIEW days AS SELECT day, count(*) AS n FROM orders GROUP BY day;
            COMMENT ON TABLE orders IS 'what was bought';
            COMMENT ON COLUMN orders.amount IS 'in euros';
            INSERT INTO orders VALUES (1, 'sad', '2024-01-02', 1.50, [1, 2]), (2, NULL, NULL, NULL, NULL);
            INSERT INTO hr.staff VALUES (1, 'Ann', NULL);
            """
        )
    return path


def source(kind: str, **params: Any) -> Datasource:
    return Datasource(0, "sales", kind, {name: str(value) for name, value in params.items()})


def run(chat: DbChat, where: Datasource, sql: str, row_limit: int | None = 10, seconds: float = 20.0):
    connection = connect(where, chat.settings)
    return connection.run(SafeSql(sql, "duckdb"), row_limit=row_limit, seconds=seconds)


# --------------------------------------------------------------------------------------------- the file


def test_values_of_every_kind_cross_to_this_process(chat: DbChat, path: Path):
    sql = (
        "SELECT day, amount, tags, {'a': 1, 'b': [DATE '2024-01-01']} AS s, map {'k': 1.5} AS m, uuid() AS u,"
        " TIMESTAMPTZ '2024-01-01 00:00:00+00' AS z, INTERVAL 3 DAY AS i, TIME '10:00' AS t, 2::HUGEINT ** 100 AS h,"
        " 'ab'::BLOB AS b, '1010'::BIT AS bits FROM orders WHERE id = 1"
    )
    direct = duckdb.connect(str(path), read_only=True)
    expected = direct.execute(sql).fetchone()
    direct.close()
    found = run(chat, source("duckdb", path=path), sql)
    assert expected is not None
    for name, got, wanted in zip(found.columns, found.rows[0], expected, strict=True):
        if name != "u":
            assert got == wanted, name


def test_tables_of_several_schemas(chat: DbChat, path: Path):
    schema = chat.schema(source("duckdb", path=path))
    assert sorted(table.name for table in schema.tables) == ["days", "hr.orders", "hr.staff", "orders"]
    orders, staff = schema.table("orders"), schema.table("hr.staff")
    assert orders is not None
    assert staff is not None
    assert (orders.rows, orders.comment, orders.primary_key) == (2, "what was bought", ("id",))
    assert orders.columns[1].choices == ("sad", "it's ok")
    assert orders.columns[3].comment == "in euros"
    assert (staff.local, staff.schema, staff.foreign_keys[0].target) == ("staff", "hr", "hr.staff")
    assert schema.table("main.orders") == orders


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders",
        "CREATE TEMP TABLE x AS SELECT 1",
        "WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d",
        "COPY orders TO '{folder}/out.csv'",
        "SELECT * FROM read_text('{folder}/secret.txt')",
        "SELECT * FROM '{folder}/people.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "ATTACH '{folder}/other.duckdb'",
        "SELECT 1; SELECT 2",
        "PRAGMA database_list",
    ],
)
def test_the_session_alone_only_reads(chat: DbChat, path: Path, sql: str):
    (path.parent / "secret.txt").write_text("CANARY")
    (path.parent / "people.csv").write_text("id,who\n1,CANARY\n")
    before = sorted(path.parent.iterdir())
    with pytest.raises(QueryFailed):
        run(chat, source("duckdb", path=path), sql.format(folder=path.parent))
    assert sorted(path.parent.iterdir()) == before
    assert run(chat, source("duckdb", path=path), "SELECT count(*) FROM orders").rows == [(2,)]


@pytest.mark.parametrize("sql", [ENDLESS, "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"])
def test_control_is_back_soon_after_the_limit(chat: DbChat, path: Path, sql: str):
    run(chat, source("duckdb", path=path), "SELECT 1")
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        run(chat, source("duckdb", path=path), sql, seconds=0.4)
    assert time.monotonic() - started < CONTROL_BACK
    assert run(chat, source("duckdb", path=path), "SELECT 1").rows == [(1,)]


def test_what_takes_all_memory_fails_and_nothing_else_does(chat: DbChat, path: Path):
    with pytest.raises(QueryFailed):
        run(chat, source("duckdb", path=path), "SELECT length(repeat('x', 4000000000))")
    assert run(chat, source("duckdb", path=path), "SELECT 1").rows == [(1,)]


def test_the_file_is_free_for_others_a_moment_after_a_question(chat: DbChat, path: Path):
    where = source("duckdb", path=path)
    run(chat, where, "SELECT 1")
    end = time.monotonic() + 15
    while True:
        try:
            with duckdb.connect(str(path)) as database:
                database.execute("INSERT INTO orders (id) VALUES (3)")
            break
        except duckdb.IOException:
            assert time.monotonic() < end, "the worker keeps the file locked"
            time.sleep(0.2)
    assert run(chat, where, "SELECT count(*) FROM orders").rows == [(3,)]


def test_a_file_that_this_notebook_holds_is_said_to_be(chat: DbChat, path: Path):
    with duckdb.connect(str(path)):
        with pytest.raises(DbChatError, match="This notebook itself holds") as refusal:
            run(chat, source("duckdb", path=path), "SELECT 1")
        assert "%dbsource add" in refusal.value.hint
    assert run(chat, source("duckdb", path=path), "SELECT 1").rows == [(1,)]


def test_files_that_are_no_databases_are_said(chat: DbChat, tmp_path: Path):
    (tmp_path / "empty.duckdb").touch()
    (tmp_path / "other.duckdb").write_bytes(b"x" * 10_000)
    for name in ("empty.duckdb", "other.duckdb", "none.duckdb"):
        with pytest.raises(DbChatError, match=name):
            run(chat, source("duckdb", path=tmp_path / name), "SELECT 1")
    assert not (tmp_path / "none.duckdb").exists()
    assert (tmp_path / "empty.duckdb").stat().st_size == 0


# ------------------------------------------------------------------------------------------- data files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    days = pd.to_datetime(["2024-01-01", "2024-02-01"])
    pd.DataFrame({"id": [1, 2], "day": days, "amount": [1.5, 2.5]}).to_parquet(folder / "2023.parquet")
    pd.DataFrame({"id": [3, 4], "day": days, "amount": [3.5, None]}).to_parquet(folder / "2024.parquet")
    pd.DataFrame({"name": ["Ann", "Bob"], "city": ["Berlin", "Paris"]}).to_csv(
        folder / "customers.csv", index=False
    )
    pd.DataFrame({"stadt": ["Köln"]}).to_csv(folder / "old stuff.csv", index=False, encoding="latin-1")
    pd.DataFrame({"a": [1, 2], "when": days}).to_excel(
        folder / "book.xlsx", index=False, sheet_name="Sheet 1"
    )
    (folder / "lines.jsonl").write_text('{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n')
    (folder / "notes.txt").write_text("CANARY")
    return folder


def tables_of(chat: DbChat, pattern: Path | str) -> dict[str, list[str]]:
    schema = chat.schema(source("files", path=pattern))
    return {table.name: [column.name for column in table.columns] for table in schema.tables}


def test_files_of_one_shape_are_one_table(chat: DbChat, folder: Path):
    assert tables_of(chat, folder / "*.parquet") == {"sales": ["id", "day", "amount"]}
    where = source("files", path=folder / "*.parquet")
    assert run(chat, where, "SELECT count(*), sum(amount) FROM sales").rows == [(4, 7.5)]


def test_each_file_of_a_folder_is_a_table(chat: DbChat, folder: Path):
    tables = tables_of(chat, folder)
    assert sorted(tables) == ["2023", "2024", "book", "customers", "lines", "old_stuff"]
    assert tables["book"] == ["a", "when"]
    answer = chat.ask("how many customers are there per city?", source("files", path=folder))
    assert sorted(map(tuple, answer.frame.to_numpy().tolist())) == [("Berlin", 1), ("Paris", 1)]


def test_files_of_several_shapes_are_several_tables(chat: DbChat, folder: Path):
    assert sorted(tables_of(chat, folder / "*.csv")) == ["customers", "old_stuff"]
    assert run(chat, source("files", path=folder / "*.csv"), "SELECT stadt FROM old_stuff").rows == [
        ("Köln",)
    ]


def test_a_file_that_comes_or_changes_is_noticed(chat: DbChat, folder: Path):
    where = source("files", path=folder / "customers.csv")
    assert run(chat, where, "SELECT count(*) FROM customers").rows == [(2,)]
    with (folder / "customers.csv").open("a") as file:
        file.write("Cid,Rome\n")
    assert run(chat, where, "SELECT count(*) FROM customers").rows == [(3,)]
    pattern = source("files", path=folder / "*.parquet")
    assert run(chat, pattern, "SELECT count(*) FROM sales").rows == [(4,)]
    pd.DataFrame({"id": [5], "day": pd.to_datetime(["2025-01-01"]), "amount": [1.0]}).to_parquet(
        folder / "2025.parquet"
    )
    assert run(chat, pattern, "SELECT count(*) FROM sales").rows == [(5,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{folder}/notes.txt')",
        "SELECT * FROM '{folder}/customers.csv'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/2023.parquet' (USE_TMP_FILE false)",
        "CREATE TABLE t AS SELECT 1",
    ],
)
def test_no_other_file_can_be_reached_and_none_written(chat: DbChat, folder: Path, sql: str):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(QueryFailed):
        run(chat, source("files", path=folder / "*.parquet"), sql.format(folder=folder))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_files_there_says_which_there_are(chat: DbChat, folder: Path):
    with pytest.raises(DatasourceError, match="no data files") as refusal:
        run(chat, source("files", path=folder / "*.tsv"), "SELECT 1")
    assert "customers.csv" in refusal.value.hint


# ----------------------------------------------------------------------------------------------- frames


def show(**variables: object) -> None:
    frames.set_namespace(lambda: variables)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_frame_is_asked_as_a_table_of_its_name(chat: DbChat, make: Any):
    show(df=make({"city": ["Berlin", "Paris", "Berlin"], "amount": [1.0, 2.0, None]}))
    answer = chat.ask("total amount per city", source("frame", variable="df"))
    assert {row[0]: row[1] for row in answer.frame.to_numpy().tolist()} == {"Berlin": 1.0, "Paris": 2.0}


def test_another_frame_in_its_place_is_noticed(chat: DbChat):
    where = source("frame", variable="df")
    show(df=pd.DataFrame({"a": [1]}))
    assert [column.name for column in chat.schema(where).tables[0].columns] == ["a"]
    show(df=pd.DataFrame({"b": [1, 2]}))
    assert [column.name for column in chat.schema(where).tables[0].columns] == ["b"]
    assert run(chat, where, "SELECT count(*) FROM df").rows == [(2,)]


def test_a_variable_that_is_no_frame_says_which_are(chat: DbChat):
    show(df=pd.DataFrame({"a": [1]}), text="x", _hidden=pd.DataFrame())
    with pytest.raises(DatasourceError, match="no variable nix") as refusal:
        chat.schema(source("frame", variable="nix"))
    assert refusal.value.hint.endswith("DataFrames here: df.")
    with pytest.raises(DatasourceError, match="text is no DataFrame"):
        chat.schema(source("frame", variable="text"))


def test_a_duckdb_connection_of_the_notebook_shows_its_tables(chat: DbChat):
    with duckdb.connect() as own:
        own.execute("CREATE TABLE mine AS SELECT 1 AS a")
        show(con=own)
        where = source("frame", variable="con")
        assert [table.name for table in chat.schema(where).tables] == ["mine"]
        assert run(chat, where, "SELECT a FROM mine").rows == [(1,)]
        with pytest.raises(QueryFailed):
            run(chat, where, "DELETE FROM mine")
        own.execute("INSERT INTO mine VALUES (2)")
        assert run(chat, where, "SELECT count(*) FROM mine").rows == [(2,)]


def test_a_frame_reaches_no_files(chat: DbChat, folder: Path):
    show(df=pd.DataFrame({"a": [1]}))
    for sql in (f"SELECT * FROM read_text('{folder}/notes.txt')", "SET enable_external_access = true"):
        with pytest.raises(QueryFailed):
            run(chat, source("frame", variable="df"), sql)


def test_a_statement_over_a_frame_ends_at_its_limit(chat: DbChat):
    show(df=pd.DataFrame({"a": [1]}))
    where = source("frame", variable="df")
    with pytest.raises(QueryTimeout):
        run(chat, where, ENDLESS, seconds=0.4)
    threading.Timer(0.5, connect(where, chat.settings).cancel).start()
    with pytest.raises(QueryCancelled):
        run(chat, where, ENDLESS)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        run(chat, where, ENDLESS)
    assert run(chat, where, "SELECT a FROM df").rows == [(1,)]
    with pytest.raises(NameUnknown):
        run(chat, where, "SELECT nope FROM df")
