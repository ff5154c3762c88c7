"""Models in a notebook: named on a line or in %config, what they write shown as it comes, their failures one line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbchat_magic.jupyter import progress
from tests.jupyter.conftest import Notebook
from tests.translators.model.faulty import Exchange, FaultyServer, chunk, run_faulty_server

SQL = "SELECT COUNT(*) FROM orders WHERE 1 < 2"
KEY = "sk-CANARY-of-a-notebook"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    monkeypatch.setenv("DBCHAT_API_KEY", KEY)
    with run_faulty_server() as running:
        running.says(f"All orders are counted.\n```sql\n{SQL}\n```")
        yield running


@pytest.fixture
def asked(notebook: Notebook, server: FaultyServer) -> Notebook:
    notebook.run(f"%config DbChat.base_url = '{server.base_url}'")
    return notebook


def test_a_model_is_named_on_the_line(asked: Notebook, server: FaultyServer):
    ran = asked.run("df = %dbchat -m m-70b how many orders are there?")
    assert ran.success, ran.text
    assert asked.names["df"].attrs["dbchat"]["sql"] == SQL
    assert asked.names["df"].attrs["dbchat"]["reading"] == "All orders are counted."
    assert server.requests[0].body["model"] == "m-70b"


def test_a_model_in_config_translates_until_it_is_taken_out(asked: Notebook, server: FaultyServer):
    asked.run("%config DbChat.model = 'm-70b'")
    assert asked.run("%dbchat how many orders are there?").success
    assert asked.run("%dbchat -m offline how many customers are there?").success
    asked.run("%config DbChat.model = ''")
    assert asked.run("%dbchat how many products are there?").success
    assert len(server.requests) == 1


def test_every_front_of_a_kernel_gives_the_same_rows(asked: Notebook, server: FaultyServer):
    import dbchat_magic

    line = asked.run("%dbchat -m m-70b how many orders are there?").value
    cell = asked.run("%%dbchat -m m-70b\nhow many orders are there?").value
    chat = dbchat_magic.DbChat(settings=settings_of(server))
    assert line.equals(cell)
    assert line.equals(chat.ask("how many orders are there?", "demo").frame)


def settings_of(server: FaultyServer):
    from dataclasses import replace

    from dbchat_magic.core.settings import read_settings

    return replace(read_settings(), model="m-70b", base_url=server.base_url)


def test_what_it_writes_is_shown_as_it_comes_and_goes(
    asked: Notebook, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress, "SHOWN_AFTER", 0.0)

    def slowly(exchange: Exchange) -> None:
        exchange.stream(chunk("SELECT COUNT(*) "))
        time.sleep(0.5)
        exchange.event(chunk("FROM orders", "stop"))

    server.then(slowly)
    ran = asked.run("%dbchat -m m-70b how many orders are there?")
    lines = [bundle.get("text/plain", "") for bundle in ran.shown]
    assert "SELECT COUNT(*) " in lines
    assert "" in lines


def test_a_failure_is_a_line_and_a_hint_without_the_key(asked: Notebook, server: FaultyServer):
    server.then(lambda exchange: exchange.reply({"error": {"message": f"bad {KEY}"}}, 401))
    ran = asked.run("%dbchat -m m-70b how many orders are there?")
    assert not ran.success
    assert "does not accept the key" in ran.text
    assert "Traceback" not in ran.text
    assert KEY not in ran.text
    server.says(SQL)
    assert asked.run("%dbchat -m m-70b how many orders are there?").success


def test_the_other_reading_is_taken_by_its_number(asked: Notebook, server: FaultyServer):
    server.says("SELECT COUNT(*) FROM orders WHERE order_id < 10")
    first = asked.run("%dbchat -m m-70b how many orders are there?")
    assert "built-in translator reads it otherwise" in str(first.shown)
    second = asked.run("%dbchat 2")
    assert second.success, second.text
    assert second.value.iat[0, 0] > first.value.iat[0, 0]


def test_votes_are_counted(asked: Notebook, server: FaultyServer):
    assert asked.run("%dbchat -m m-70b --votes 3 how many orders are there?").success
    assert len(server.requests) == 3
    assert "not a number of votes" in asked.run("%dbchat --votes some orders").text
    assert "99 votes cannot be asked for" in asked.run("%dbchat --votes 99 how many orders").text


def test_models_are_listed(asked: Notebook, server: FaultyServer):
    server.then(lambda exchange: exchange.reply({"data": [{"id": "m-70b"}, {"id": "<b>m"}]}))
    ran = asked.run("%dbchat --models")
    assert ran.success, ran.text
    shown = str(ran.shown) + ran.text
    assert "offline" in shown
    assert "m-70b" in shown


def test_why_shows_prompt_and_reply_and_no_key(asked: Notebook, server: FaultyServer):
    asked.run("%dbchat -m m-70b how many orders are there?")
    text = asked.run("%dbchat --why").text
    assert "What the SQL does:" in text
    assert "CREATE TABLE orders" in text
    assert "All orders are counted." in text
    assert KEY not in text


def test_the_key_is_in_nothing_that_is_kept(asked: Notebook, server: FaultyServer, home: Path):
    asked.run("%dbchat -m m-70b how many orders are there?")
    asked.run("%config DbChat")
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]
