"""What the sidebar reads in pieces and keeps in step with: tables, first rows, history, verified answers, models."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest

import dbchat_magic
from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.jupyter.server.tables import Page, write_page
from tests.jupyter.server.conftest import Site
from tests.servers import PASSWORD, Server

DEMO = "datasource=demo"
ODD = 'a "b" <i>&'


@pytest.fixture
def odd(empty: Site) -> Site:
    """With a database of odd names."""
    path = empty.folder / "odd.sqlite"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        name = ODD.replace('"', '""')
        database.execute(f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY, "x y" TEXT)')
        database.executemany(f'INSERT INTO "{name}" VALUES (?, ?)', [(1, "<b>"), (2, None), (3, "z")])
    empty.add("odd", "odd.sqlite")
    return empty


# ------------------------------------------------------------------------------------------------ tables


def test_tables_come_by_pages_and_are_all_there(alone: Site):
    pages = [alone.ask("GET", f"/dbchat/tables?{DEMO}&offset={at}&limit=4").json for at in (0, 4, 8, 12, 16)]
    names = [table["name"] for page in pages for table in page["tables"]]
    whole = [table["name"] for table in alone.ask("GET", f"/dbchat/schema?{DEMO}").json["tables"]]
    assert names == whole
    assert {page["total"] for page in pages} == {len(whole)}


def test_a_search_finds_names_then_columns(alone: Site):
    found = alone.ask("GET", f"/dbchat/tables?{DEMO}&search=order").json
    first, *rest = found["tables"]
    assert first["name"].startswith("order")
    assert found["found"] == len(found["tables"]) < found["total"]
    by_columns = [table for table in rest if "order" not in table["name"]]
    assert by_columns
    assert all(any("order" in column for column in table["matches"]) for table in by_columns)
    assert alone.ask("GET", f"/dbchat/tables?{DEMO}&search=zorgle").json["tables"] == []


def test_five_thousand_tables_are_searched_by_words():
    columns = (Column("id", "int"), Column("amount_paid", "numeric"))
    schema = Schema(tuple(Table(f"sales_{at:04}", columns) for at in range(5_000)))
    page = write_page("big", schema, Page(offset=4_990, limit=200))
    assert (page["total"], page["found"], len(page["tables"])) == (5_000, 5_000, 10)
    assert [each["name"] for each in write_page("big", schema, Page("SALES 4711"))["tables"]] == [
        "sales_4711"
    ]
    by_column = write_page("big", schema, Page("0042 paid"))["tables"]
    assert [(each["name"], each["matches"]) for each in by_column] == [("sales_0042", ["amount_paid"])]


@pytest.mark.parametrize("query", ["offset=-1", "limit=1001", "limit=x", "offset=" + "9" * 30])
def test_pages_that_cannot_be(alone: Site, query: str):
    reply = alone.ask("GET", f"/dbchat/tables?{DEMO}&{query}")
    assert (reply.status, reply.json["kind"]) == (400, "BadRequest")


def test_a_table_and_its_first_rows_whatever_its_name(odd: Site):
    asked = f"datasource=odd&name={quote(ODD)}"
    table = odd.ask("GET", f"/dbchat/table?{asked}").json
    assert [column["name"] for column in table["columns"]] == ["id", "x y"]
    assert table["sql_name"] == '"a ""b"" <i>&"'
    assert table["columns"][1]["sql_name"] == '"x y"'
    rows = odd.ask("GET", f"/dbchat/table/rows?{asked}&limit=2").json
    assert (rows["rows"], rows["truncated"]) == ([[1, "<b>"], [2, None]], True)
    assert odd.ask("GET", f"/dbchat/table/rows?{asked}").json["truncated"] is False
    assert odd.ask("GET", "/dbchat/history").json["entries"] == [] or all(
        entry["question"] != ODD for entry in odd.ask("GET", "/dbchat/history").json["entries"]
    )


@pytest.mark.parametrize("route", ["/dbchat/table", "/dbchat/table/rows"])
def test_a_table_that_is_not_there(alone: Site, route: str):
    reply = alone.ask("GET", f"{route}?{DEMO}&name=nothing")
    assert (reply.status, reply.json["kind"]) == (400, "DatasourceError")
    assert "orders" in reply.json["hint"]
    assert alone.ask("GET", f"{route}?{DEMO}").status == 400


def test_questions_to_begin_with_are_answered(alone: Site):
    about = alone.ask("GET", f"/dbchat/questions?{DEMO}&table=orders").json["questions"]
    whole = alone.ask("GET", f"/dbchat/questions?{DEMO}").json["questions"]
    assert about
    assert all("order" in question for question in about)
    for question in (about[0], whole[0]):
        assert alone.ask("POST", "/dbchat/ask", {"question": question, "datasource": "demo"}).status == 200


# ------------------------------------------------------------------------------------- datasources, changed


def test_a_datasource_is_changed_and_its_password_stays(empty: Site, postgresql: Server):
    params = postgresql.params(postgresql.make_database("changed"))
    body = {"name": "first", "type": "postgresql", "params": params, "comment": "old"}
    id = empty.ask("POST", "/dbchat/datasources", body).json["id"]
    tried = empty.ask("POST", f"/dbchat/datasources/{id}/test", {})
    assert tried.status == 200
    new = {"type": "postgresql", "name": "second", "params": {"password": "", "sslmode": "prefer"}}
    changed = empty.ask("PUT", f"/dbchat/datasources/{id}", new).json
    assert (changed["name"], changed["comment"], changed["works"]) == ("second", "old", True)
    assert changed["params"]["sslmode"] == "prefer"
    assert empty.ask("POST", f"/dbchat/datasources/{id}/test", {}).status == 200
    emptied = empty.ask(
        "PUT",
        f"/dbchat/datasources/{id}",
        {"type": "postgresql", "params": {"sslmode": "", "password": "******"}},
    ).json
    assert "sslmode" not in emptied["params"]
    assert emptied["params"]["password"] == "******"
    elsewhere = {"type": "postgresql", "params": {"host": "db.test", "password": ""}}
    refused = empty.ask("PUT", f"/dbchat/datasources/{id}", elsewhere)
    assert refused.status == 400
    assert "password" in refused.json["message"]
    assert PASSWORD not in empty.log.read_text("utf-8")


def test_one_that_is_not_there_and_the_demo_cannot_be_changed(empty: Site):
    body = {"type": "sqlite", "params": {"path": "shop.sqlite"}}
    assert empty.ask("PUT", "/dbchat/datasources/4711", body).status == 404
    reply = empty.ask("PUT", "/dbchat/datasources/0", body)
    assert (reply.status, "built in" in reply.json["message"]) == (400, True)


def test_a_datasource_is_tried_before_it_is_kept(empty: Site):
    good = {"type": "sqlite", "params": {"path": "shop.sqlite"}}
    assert empty.ask("POST", "/dbchat/datasources/test", good).json["tables"] > 10
    outside = {"type": "sqlite", "params": {"path": "../home/store.sqlite"}}
    assert empty.ask("POST", "/dbchat/datasources/test", outside).status == 400
    assert empty.ask("GET", "/dbchat/datasources").json["datasources"][0]["builtin"]


def test_what_a_test_came_to_is_listed(empty: Site):
    def works() -> object:
        return empty.ask("GET", "/dbchat/datasources").json["datasources"][0]["works"]

    path: Path = empty.folder / "soon_gone.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (id INTEGER)")
    id = empty.add("gone", path.name)
    assert works() is None
    empty.ask("POST", f"/dbchat/datasources/{id}/test", {})
    assert works() is True
    path.unlink()
    assert empty.ask("POST", f"/dbchat/datasources/{id}/test", {}).status >= 400
    assert works() is False


# --------------------------------------------------------------------------- changes, history, verified, models


def test_what_a_kernel_changes_is_counted_and_listed(empty: Site):
    before = empty.ask("GET", "/dbchat/changes").json
    chat = dbchat_magic.DbChat(home=empty.home)  # as a kernel would
    answer = chat.ask("how many customers are there?", "demo")
    saved = chat.memory.save(answer, datasource="demo")
    after = empty.ask("GET", "/dbchat/changes").json
    assert (after["history"], after["verified"]) > (before["history"], before["verified"])
    newest = empty.ask("GET", f"/dbchat/history?{DEMO}&limit=1").json
    assert newest["entries"][0]["question"] == "how many customers are there?"
    listed = empty.ask("GET", f"/dbchat/verified?{DEMO}").json["verified"]
    assert listed[0]["id"] == saved.id
    assert empty.ask("DELETE", f"/dbchat/verified/{saved.id}?{DEMO}").json["question"] == saved.question
    assert chat.memory.all("demo") == []


def test_history_goes_back_page_by_page(empty: Site):
    for number in range(5):
        empty.ask("POST", "/dbchat/ask", {"question": f"first {number + 1} customers", "datasource": "demo"})
    seen, before = [], ""
    while True:
        page = empty.ask("GET", f"/dbchat/history?limit=2{before}").json
        seen += [entry["id"] for entry in page["entries"]]
        if page["next"] is None or len(seen) >= 5:
            break
        before = f"&before={page['next']}"
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) >= 5
    assert empty.ask("GET", "/dbchat/history?datasource=nothing").json == {"entries": [], "next": None}


def test_a_verified_answer_is_kept_given_changed_checked_and_forgotten(empty: Site):
    body = {
        "question": "what is the highest order id of all orders",
        "sql": "SELECT max(order_id) AS n FROM orders",
        "datasource": "demo",
    }
    made = empty.ask("POST", "/dbchat/verified", body)
    assert made.status == 201
    id = made.json["id"]
    answer = empty.ask(
        "POST",
        "/dbchat/ask",
        {"question": "what is the highest order id of all orders", "datasource": "demo"},
    ).json
    assert (answer["verified"], answer["sql"]) == (True, made.json["sql"])
    broken = empty.ask(
        "PUT", f"/dbchat/verified/{id}", {"sql": "SELECT nothing FROM orders", "datasource": "demo"}
    )
    assert broken.json["fault"]
    checked = empty.ask("POST", f"/dbchat/verified/check?{DEMO}", {}).json["verified"]
    assert checked[0]["fault"]
    assert empty.ask("DELETE", f"/dbchat/verified/{id}?{DEMO}").status == 200
    assert empty.ask("DELETE", f"/dbchat/verified/{id}?{DEMO}").status == 404
    assert empty.ask("PUT", f"/dbchat/verified/{id}", {"question": "x", "datasource": "demo"}).status == 404


def test_only_sql_that_reads_and_runs_is_verified(alone: Site):
    for sql in ("DROP TABLE orders", "SELECT nothing FROM orders"):
        body = {"question": "orders", "sql": sql, "datasource": "demo"}
        assert alone.ask("POST", "/dbchat/verified", body).status == 422
    assert alone.ask("POST", "/dbchat/verified", {"question": "orders"}).status == 400


def test_who_answers_and_that_no_model_of_a_request_s_own_is_asked(alone: Site):
    assert alone.ask("GET", "/dbchat/models").json == {"configured": "offline", "address": "", "models": []}
    asked = {"question": "how many orders are there?", "datasource": "demo"}
    assert alone.ask("POST", "/dbchat/ask", asked | {"model": "offline"}).status == 200
    reply = alone.ask("POST", "/dbchat/ask", asked | {"model": "evil/gpt"})
    assert (reply.status, reply.json["kind"]) == (404, "NotFound")


def test_an_answer_says_whether_its_question_stands_alone(alone: Site):
    first = alone.ask("POST", "/dbchat/ask", {"question": "orders per country", "datasource": "demo"}).json
    turn = {"question": first["question"], "sql": first["sql"]}
    after = {"datasource": "demo", "history": [turn]}
    follows = {
        question: alone.ask("POST", "/dbchat/ask", {"question": question} | after).json["follows"]
        for question in ("and only for Germany?", "how many customers are there?")
    }
    assert follows == {"and only for Germany?": True, "how many customers are there?": False}
    assert first["follows"] is False
