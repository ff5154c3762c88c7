"""DB-GPT's chat modes against a running server."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest

from tests.jupyter.server.conftest import Site
from tests.jupyter.server.test_chat import CHAT, read_view

VIEW = re.compile(r'<chart-view content=".*?" />')


def say(site: Site, question: str, mode: str | None, param: str | None = None, **changes: Any) -> str:
    body = {"model": "m", "messages": question, "chat_mode": mode, "chat_param": param}
    reply = site.ask("POST", CHAT, body | changes)
    assert reply.status == 200, reply.text
    if changes.get("stream"):
        *chunks, done = reply.events
        assert done == "[DONE]"
        return "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)
    content: str = reply.json["choices"][0]["message"]["content"]
    return content


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("what can you do?", "chat_dashboard"),
        ("hello", "dbchat_magic"),
        ("which datasources are there?", "Datasources: demo."),
        ("which model translates?", "offline"),
        ("can you delete a table?", "only read"),
        ("which tables are there?", "order_lines"),
        ("sing me a song", "I cannot talk about this"),
    ],
)
@pytest.mark.parametrize("mode", ["chat_normal", None])
def test_chat_normal_is_about_the_product_and_the_tables_and_says_what_it_cannot(
    empty: Site, question: str, told: str, mode: str | None
):
    assert told in say(empty, question, mode)


def test_chat_normal_looks_at_a_datasource_that_is_named_and_takes_any_name(empty: Site):
    with sqlite3.connect(empty.folder / "zoo.sqlite") as database:
        database.execute("CREATE TABLE cages (name TEXT)")
    empty.add("zoo", "zoo.sqlite")
    assert "cages" in say(empty, "which tables are there?", "chat_normal", "zoo")
    assert "dbchat_magic" in say(empty, "hello", "chat_normal", "nowhere")


def test_chat_with_db_qa_answers_from_the_catalogue(alone: Site):
    told = say(alone, "what columns do orders have and how are they related?", "chat_with_db_qa", "demo")
    assert "orders.customer_id refers to customers.customer_id" in told
    assert "order_date DATE" in say(alone, "describe orders", "chat_with_db_qa", "demo")
    unknown = say(alone, "what is love?", "chat_with_db_qa", "demo")
    assert "questions about the tables" in unknown
    assert "chart-view" not in told + unknown


def test_chat_dashboard_gives_four_to_eight_analyses_of_which_each_runs(alone: Site):
    for content in (
        say(alone, "", "chat_dashboard", "demo"),
        say(alone, "", "chat_dashboard", "demo", stream=True),
    ):
        views = [read_view(view) for view in VIEW.findall(content)]
        assert 4 <= len(views) <= 8
        assert len({view["sql"] for view in views}) == len(views)
        assert {view["type"] for view in views} & {"response_line_chart", "response_bar_chart"}
        with sqlite3.connect(alone.home / "demo.sqlite") as database:
            for view in views:
                rows = database.execute(view["sql"]).fetchmany(len(view["data"]))
                assert rows == [tuple(record.values()) for record in view["data"]]
        assert re.search(r"^1\. ", content, re.MULTILINE)


def test_a_dashboard_is_about_what_the_question_names(alone: Site):
    views = [
        read_view(view) for view in VIEW.findall(say(alone, "show me the reviews", "chat_dashboard", "demo"))
    ]
    assert len(views) >= 4
    assert all("reviews" in view["sql"] for view in views)


def test_a_dashboard_of_nothing_says_so(empty: Site):
    sqlite3.connect(empty.folder / "nothing.sqlite").execute("VACUUM")
    empty.add("nothing", "nothing.sqlite")
    assert "has no tables" in say(empty, "overview", "chat_dashboard", "nothing")


@pytest.mark.parametrize("mode", ["chat_with_db_qa", "chat_dashboard", "chat_data", "chat_with_db_execute"])
def test_what_needs_a_datasource_says_so(alone: Site, mode: str):
    asked = {"model": "m", "messages": "x", "chat_mode": mode}
    for param, said in (
        (None, "invalid_chat_param"),
        ("", "invalid_chat_param"),
        ("nowhere", "not found for: nowhere"),
    ):
        reply = alone.ask("POST", CHAT, asked | {"chat_param": param})
        assert (reply.status, said in reply.json["err_msg"]) == (400, True)


@pytest.mark.parametrize("table", ["knowledge_space", "space_data", "spaces"])
def test_db_gpt_s_own_example_runs_with_its_question(empty: Site, table: str):
    with sqlite3.connect(empty.folder / "dbgpt.sqlite") as database:
        database.execute(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT, vector_type TEXT, owner TEXT)"
        )
        database.execute("CREATE TABLE gpts_app (id INTEGER PRIMARY KEY, app_name TEXT)")
        rows = [(f"s{number}",) for number in range(9)]
        database.executemany(
            f"INSERT INTO {table} (name, vector_type, owner) VALUES (?, 'Chroma', 'dbgpt')", rows
        )
    empty.add("dbgpt", "dbgpt.sqlite")
    for stream in (False, True):
        content = say(empty, "show space datas limit 5", "chat_data", "dbgpt", stream=stream)
        assert [record["name"] for record in read_view(content)["data"]] == ["s0", "s1", "s2", "s3", "s4"]
    (empty.folder / "dbgpt.sqlite").unlink()


def test_a_limit_that_is_no_end_of_a_question_stays_in_it(alone: Site):
    assert "chart-view" not in say(alone, "zorgle limit the 5 blorps", "chat_data", "demo")
    assert "chart-view" not in say(alone, "zorgle the blorps limit 5", "chat_data", "demo")
