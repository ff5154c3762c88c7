"""The sidebar's calls against a running server: shapes as README.md beside the handlers shows them."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

import dbchat_magic
from tests.jupyter.server.conftest import KEY, Site
from tests.servers import Server

ASK = "/dbchat/ask"
ANSWER = set(
    "question datasource reading sql columns rows row_count truncated vegalite notes ignored confidence"
    " seconds verified follows".split()
)
ENDLESS = "SELECT count(*) FROM orders a, orders b, orders c"


def test_status(site: Site):
    status = site.ask("GET", "/dbchat/status").json
    kinds = {kind["name"]: kind for kind in status.pop("kinds")}
    assert status == {
        "version": dbchat_magic.__version__,
        "translator": "offline",
        "row_limit": 10_000,
        "shown_rows": 1_000,
    }
    assert kinds["sqlite"]["label"] == "SQLite"
    assert kinds["sqlite"]["parameters"] == [
        {
            "name": "path",
            "label": "File",
            "type": "path",
            "required": True,
            "secret": False,
            "default": None,
            "description": "An existing SQLite file.",
            "choices": [],
        }
    ]
    by_name = {field["name"]: field for field in kinds["postgresql"]["parameters"]}
    assert by_name["password"]["secret"]
    assert "verify-full" in by_name["sslmode"]["choices"]
    assert by_name["allow_superuser"]["type"] == "boolean"
    assert "frame" not in kinds


def test_a_question_is_answered_with_columns_rows_and_a_chart(site: Site):
    reply = site.ask("POST", ASK, {"question": "how many orders per country?", "datasource": "demo"})
    answer = reply.json
    assert (reply.status, answer.keys() - {"choices"}) == (200, ANSWER)
    assert [column["type"] for column in answer["columns"]] == ["text", "integer"]
    assert answer["row_count"] == len(answer["rows"])
    assert answer["vegalite"]["$schema"].endswith("/v5.json")
    with sqlite3.connect(site.home / "demo.sqlite") as database:
        assert [list(row) for row in database.execute(answer["sql"])] == answer["rows"]


def test_without_a_datasource_the_demo_is_asked_where_there_is_no_other(empty: Site):
    answer = empty.ask("POST", ASK, {"question": "how many customers are there?"}).json
    assert (answer["datasource"], answer["rows"]) == ("demo", [[2400]])
    assert empty.ask("GET", "/dbchat/schema").json["datasource"] == "demo"


def test_rows_limit_what_is_fetched_and_a_thousand_are_shown(alone: Site):
    sql = {"question": "", "datasource": "demo", "sql": "SELECT order_id FROM orders"}
    all_rows = alone.ask("POST", ASK, sql).json
    assert (len(all_rows["rows"]), all_rows["truncated"]) == (1_000, False)
    assert all_rows["row_count"] > 1_000
    some = alone.ask("POST", ASK, sql | {"rows": 2}).json
    assert (len(some["rows"]), some["row_count"], some["truncated"]) == (2, 2, True)
    none = alone.ask("POST", ASK, sql | {"rows": 0}).json
    assert (none["rows"], none["row_count"], none["columns"][0]["name"]) == ([], 0, "order_id")


def test_a_chart_is_drawn_as_asked_or_not_at_all(alone: Site):
    asked = {"question": "how many orders per country?", "datasource": "demo"}
    mark = alone.ask("POST", ASK, asked | {"chart": "pie"}).json["vegalite"]["mark"]
    assert "arc" in json.dumps(mark)
    assert alone.ask("POST", ASK, asked | {"chart": "none"}).json["vegalite"] is None
    reply = alone.ask("POST", ASK, asked | {"chart": "hologram"})
    assert (reply.status, reply.json["kind"]) == (400, "DbChatError")


def test_history_makes_a_conversation(alone: Site):
    first = alone.ask("POST", ASK, {"question": "how many orders per country?", "datasource": "demo"}).json
    turn = {"question": first["question"], "sql": first["sql"]}
    reply = alone.ask(
        "POST", ASK, {"question": "how many customers?", "datasource": "demo", "history": [turn]}
    )
    assert reply.status == 200


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"question": ""}, 422, "NotUnderstood"),
        ({"question": "zorgle the blorp"}, 422, "NotUnderstood"),
        ({"question": "x", "sql": "DROP TABLE orders"}, 422, "SqlRejected"),
        ({"question": "x", "sql": "SELECT json_extract('[', '$')"}, 422, "QueryFailed"),
        ({"question": "x", "datasource": "nowhere"}, 404, "NotFound"),
        ({}, 400, "BadRequest"),
        ({"question": ["x"]}, 400, "BadRequest"),
        ({"question": "x", "rows": -1}, 400, "BadRequest"),
        ({"question": "x", "rows": "many"}, 400, "BadRequest"),
        ({"question": "x", "rows": 10**19}, 400, "BadRequest"),
        ({"question": "x", "history": "before"}, 400, "BadRequest"),
        ({"question": "x", "history": [{"question": "y"}]}, 400, "BadRequest"),
    ],
)
def test_errors_are_sentences_with_a_kind(alone: Site, body: dict[str, object], status: int, kind: str):
    reply = alone.ask("POST", ASK, {"datasource": "demo"} | body)
    assert (reply.status, reply.json["kind"]) == (status, kind)
    assert reply.json.keys() == {"message", "hint", "kind"}
    assert reply.json["message"]


def test_the_schema(alone: Site):
    schema = alone.ask("GET", "/dbchat/schema?datasource=DEMO").json
    assert (schema["datasource"], schema["dialect"]) == ("demo", "sqlite")
    tables = {table["name"]: table for table in schema["tables"]}
    orders = tables["orders"]
    assert orders.keys() == {"name", "sql_name", "kind", "comment", "rows", "primary_key", "columns"}
    assert orders["primary_key"] == ["order_id"]
    columns = {column["name"]: column for column in orders["columns"]}
    assert columns["order_id"]["key"]
    assert columns["customer_id"]["references"] == {"table": "customers", "column": "customer_id"}
    assert columns["customer_id"].keys() == {
        "name",
        "sql_name",
        "type",
        "nullable",
        "comment",
        "key",
        "references",
    }
    assert alone.ask("GET", "/dbchat/schema?datasource=nowhere").status == 404


def test_a_schema_is_read_anew_when_that_is_asked_for(alone: Site, postgresql: Server):
    database = postgresql.make_database("read_anew")
    params = postgresql.params(database)
    made = alone.ask("POST", "/dbchat/datasources", {"name": "anew", "type": "postgresql", "params": params})
    assert alone.ask("GET", "/dbchat/schema?datasource=anew").json["tables"] == []
    postgresql.execute("CREATE TABLE cages (id INT)", database=database)
    tables = alone.ask("GET", "/dbchat/schema?datasource=anew&refresh=1").json["tables"]
    assert [table["name"] for table in tables] == ["cages"]
    alone.ask("DELETE", f"/dbchat/datasources/{made.json['id']}")


def test_values_that_javascript_would_change(empty: Site):
    with sqlite3.connect(empty.folder / "cells.sqlite") as database:
        database.execute("CREATE TABLE t (big INTEGER, ratio REAL, raw BLOB, name TEXT, mixed)")
        database.execute(
            "INSERT INTO t VALUES (9007199254740993, 9e999, x'00ff', '<b>', 1), (1, 0.5, NULL, NULL, 'a')"
        )
    empty.add("cells", "cells.sqlite")
    answer = empty.ask("POST", ASK, {"question": "", "sql": "SELECT * FROM t", "datasource": "cells"}).json
    assert answer["rows"] == [["9007199254740993", None, "00ff", "<b>", 1], [1, 0.5, None, None, "a"]]
    assert [column["type"] for column in answer["columns"]] == ["integer", "number", "other", "text", "other"]


def test_decimals_and_categories_are_valid_json(empty: Site):
    with duckdb.connect(empty.folder / "cells.duckdb") as database:
        database.execute(
            "CREATE TABLE t AS SELECT unnest(['b', NULL])::ENUM('b', 'a') AS grade,"
            " unnest([9007199254740993.00, 0.10])::DECIMAL(30, 2) AS price"
        )
    empty.add("exact", "cells.duckdb", "duckdb")
    answer = empty.ask("POST", ASK, {"question": "", "sql": "SELECT * FROM t", "datasource": "exact"}).json
    assert answer["rows"] == [["b", "9007199254740993.00"], [None, 0.1]]
    assert [column["type"] for column in answer["columns"]] == ["text", "number"]


def test_a_query_holds_up_nobody_and_ends_when_its_client_has_gone(empty: Site):
    empty.add("slow", "shop.sqlite")
    connection = http.client.HTTPConnection("127.0.0.1", empty.port, timeout=60)
    body = json.dumps({"question": "", "sql": ENDLESS, "datasource": "slow"})
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    connection.request("POST", ASK, body, headers)
    time.sleep(2)
    started = time.monotonic()
    assert empty.ask("GET", "/dbchat/datasources").status == 200
    assert empty.ask("POST", ASK, {"question": "how many customers?", "datasource": "demo"}).status == 200
    assert time.monotonic() - started < 15
    connection.close()
    assert outcome_of_last(empty, "slow", seconds=10) == "QueryCancelled"
    again = empty.ask("POST", ASK, {"question": "how many customers?", "datasource": "slow"}).json
    assert again["rows"] == [[2400]]


def outcome_of_last(site: Site, datasource: str, seconds: float) -> str | None:
    """How the datasource's last question ended, as history has it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with sqlite3.connect(site.home / "store.sqlite") as rows:
            found = rows.execute(
                "SELECT outcome FROM history WHERE datasource = ? ORDER BY id DESC", (datasource,)
            ).fetchone()
        if found:
            return str(found[0])
        time.sleep(0.1)
    return None


def test_many_questions_at_once_are_all_answered(alone: Site):
    questions = ["how many orders per country?", "how many customers are there?", "how many products?"] * 8
    with ThreadPoolExecutor(12) as pool:
        replies = list(
            pool.map(lambda text: alone.ask("POST", ASK, {"question": text, "datasource": "demo"}), questions)
        )
    assert {reply.status for reply in replies} == {200}
    assert len({(reply.json["question"], json.dumps(reply.json["rows"])) for reply in replies}) == 3
