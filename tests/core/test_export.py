"""A whole result goes to a file as it comes; no half of one ever has the file's name."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sqlite3
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from dbchat_magic.core.ask import DbChat
from dbchat_magic.core.course import Course
from dbchat_magic.core.secrets import hold
from dbchat_magic.errors import DbChatError, QueryCancelled, QueryFailed
from dbchat_magic.jupyter.grammar import read_command
from tests.servers import PASSWORD, Server

COUNT = 45_000


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    folder = tmp_path_factory.mktemp("export")
    with contextlib.closing(sqlite3.connect(folder / "t.db")) as database, database:
        database.execute(
            "CREATE TABLE t AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r"
            f" LIMIT {COUNT}) SELECT i, CASE WHEN i % 2 THEN '=1+' || i END AS name, i / 4.0 AS price,"
            " CASE WHEN i < 30000 THEN i ELSE 'later' END AS mixed FROM r"
        )
    chat = DbChat(home=folder / "home")
    chat.datasources.add(name="shop", type="sqlite", path=str(folder / "t.db"))
    return chat


SQL = "SELECT i, name, price FROM t ORDER BY i"


def test_parquet_has_the_types_of_the_frame(chat: DbChat, tmp_path: Path):
    far: list[int] = []
    written = chat.export(SQL, tmp_path / "t.parquet", "shop", on_progress=lambda each: far.append(each.rows))
    assert (written.rows, written.bytes) == (COUNT, (tmp_path / "t.parquet").stat().st_size)
    assert far == sorted(far)
    expected = chat.run(SQL, "shop", rows=COUNT).frame
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_exact_decimals_and_categories_are_written(chat: DbChat, tmp_path: Path):
    with duckdb.connect(tmp_path / "sales.duckdb") as database:
        database.execute(
            "CREATE TABLE t AS SELECT range AS n, (range * 4503599627370497.01)::DECIMAL(30, 2) AS price,"
            " CASE WHEN range % 3 > 0 THEN 'b' END::ENUM('c', 'b', 'a') AS grade FROM range(70000)"
        )
    place, sql = str(tmp_path / "sales.duckdb"), "SELECT price, grade FROM t ORDER BY n"
    exact = DbChat(settings=replace(chat.settings, decimals="exact"))
    expected = exact.run(sql, place, rows=70_000).frame
    assert expected["price"].iloc[-1] == Decimal("4503599627370497.01") * 69_999
    for ending in ("csv", "parquet", "jsonl"):
        exact.export(sql, tmp_path / f"t.{ending}", place)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), expected, check_exact=True)
    read = pd.read_csv(tmp_path / "t.csv", dtype=str, keep_default_na=False)
    assert read["price"].tolist() == expected["price"].map(str).tolist()
    assert read["grade"].tolist() == expected["grade"].astype(object).fillna("").tolist()
    lines = (tmp_path / "t.jsonl").read_text().splitlines()
    assert [Decimal(str(json.loads(line)["price"])) for line in lines] == expected["price"].tolist()
    assert json.loads(lines[0]) == {"price": 0.0, "grade": None}


def test_csv_and_json_lines_have_every_row(chat: DbChat, tmp_path: Path):
    chat.export(SQL, tmp_path / "t.csv", "shop")
    chat.export(SQL, tmp_path / "t.jsonl", "shop")
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert (len(rows), rows[0], rows[1]["name"]) == (
        COUNT,
        {"i": "1", "name": "'=1+1", "price": "0.25"},
        "",
    )
    lines = (tmp_path / "t.jsonl").read_text("utf-8").splitlines()
    assert (len(lines), json.loads(lines[-1])) == (COUNT, {"i": COUNT, "name": None, "price": COUNT / 4})


def test_a_workbook_holds_texts_not_formulas(chat: DbChat, tmp_path: Path):
    chat.export("SELECT i, name FROM t LIMIT 3", tmp_path / "t.XLSX", "shop")
    sheet = openpyxl.load_workbook(tmp_path / "t.XLSX").active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2]] == ["n", "s"]
    assert [tuple(row) for row in sheet.values] == [("i", "name"), (1, "=1+1"), (2, None), (3, "=1+3")]


def test_an_empty_result_has_its_columns(chat: DbChat, tmp_path: Path):
    for ending in ("csv", "parquet", "jsonl", "xlsx"):
        written = chat.export("SELECT i, name FROM t WHERE i < 0", tmp_path / f"t.{ending}", "shop")
        assert written.rows == 0
    assert (tmp_path / "t.csv").read_text() == "i,name\n"
    assert list(pd.read_parquet(tmp_path / "t.parquet").columns) == ["i", "name"]


def test_what_fails_leaves_what_was_there(chat: DbChat, tmp_path: Path):
    place = tmp_path / "t.parquet"
    place.write_text("before")
    with pytest.raises(DbChatError, match="mixed holds values of several types"):
        chat.export("SELECT mixed FROM t ORDER BY i", place, "shop")
    with pytest.raises(QueryFailed, match="no such column"):
        chat.export("SELECT nope FROM t", place, "shop")
    with pytest.raises(DbChatError, match=r"Endings that can be: \.csv"):
        chat.export(SQL, tmp_path / "t.txt", "shop")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("t.parquet", "before")]


def test_it_can_be_stopped_and_leaves_nothing(chat: DbChat, tmp_path: Path):
    course = Course()
    endless = "SELECT a.i, b.name FROM t a, t b, t c"
    with pytest.raises(QueryCancelled):
        chat.export(
            endless,
            tmp_path / "t.csv",
            "shop",
            course=course,
            on_progress=lambda _: threading.Thread(target=course.stop).start(),
        )
    assert list(tmp_path.iterdir()) == []
    assert len(chat.run("SELECT i FROM t LIMIT 2", "shop").frame) == 2


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_servers_rows_are_poured_and_its_statement_ends(
    kind: str, request: pytest.FixtureRequest, chat: DbChat, tmp_path: Path
):
    server: Server = request.getfixturevalue(kind)
    database = server.make_database(f"export_{os.getpid()}")
    chat.datasources.add(name=kind, type=kind, **server.params(database, password=hold(PASSWORD)))
    numbers = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 900) SELECT "
    sql = f"{numbers} a.i, b.i AS j FROM r a, r b WHERE b.i <= 50"
    assert chat.export(sql, tmp_path / "t.parquet", kind).rows == COUNT
    assert len(pd.read_parquet(tmp_path / "t.parquet")) == COUNT
    course = Course()
    with pytest.raises(QueryCancelled):
        chat.export(
            f"{numbers} a.i FROM r a, r b, r c, r d",
            tmp_path / "stopped.csv",
            kind,
            course=course,
            on_progress=lambda _: course.stop(),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
    assert chat.run("SELECT 1 AS one", kind).frame["one"].tolist() == [1]


def test_exact_decimals_of_no_common_scale_fit_into_parquet(postgresql: Server, chat: DbChat, tmp_path: Path):
    params = postgresql.params(postgresql.make_database("scales"), password=hold(PASSWORD))
    chat.datasources.add(name="scales", type="postgresql", **params)
    exact = DbChat(settings=replace(chat.settings, decimals="exact"))
    sql = (
        "SELECT CASE WHEN i < 44000 THEN round(i / 7.0, i % 3) ELSE i / 7.0 END AS x"
        f" FROM generate_series(1, {COUNT}) i ORDER BY i"
    )
    exact.export(sql, tmp_path / "t.parquet", "scales")
    read = pd.read_parquet(tmp_path / "t.parquet")["x"].tolist()
    assert read == exact.run(sql, "scales", rows=COUNT).frame["x"].tolist()


def test_a_name_with_a_dot_or_a_slash_is_a_file():
    assert read_command("-o out/t.csv how many").file == "out/t.csv"
    assert read_command("-o t how many").name == "t"
