"""Answers that come as events: the steps on the way, what a model writes, and how a stream ends or is left."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.server.conftest import KEY, Site
from tests.jupyter.server.launch import WRITING, launched
from tests.jupyter.server.test_chat import CHAT, read_view
from tests.jupyter.server.test_sidebar import ASK, ENDLESS, outcome_of_last

EVENTS = {"Accept": "text/event-stream"}
WRITTEN = "SELECT count(*) FROM customers WHERE 1 < 2"


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory, shop_file: Path) -> Iterator[Site]:
    """A server whose translator writes as a model does."""
    with launched(tmp_path_factory.mktemp("writing"), shop_file, WRITING, DBCHAT_MODEL="writer") as site:
        yield site


def events_of(text: str) -> list[tuple[str, Any]]:
    """Names and data."""
    found = []
    for event in text.split("\n\n"):
        if event:
            name, data = event.split("\n")
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def ask_for_events(site: Site, **body: Any) -> list[tuple[str, Any]]:
    reply = site.ask("POST", ASK, {"datasource": "demo"} | body, headers=EVENTS)
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    return events_of(reply.text)


def test_the_sidebar_s_stream_tells_the_steps_and_then_the_answer(site: Site):
    *steps, (name, answer) = ask_for_events(site, question="how many customers are there?")
    assert [event for event, _ in steps] == ["step"] * 3
    assert [step["name"] for _, step in steps] == ["schema", "translate", "run"]
    assert steps[-1][1]["detail"] == answer["sql"]
    whole = site.ask("POST", ASK, {"question": "how many customers are there?", "datasource": "demo"}).json
    assert name == "answer"
    assert answer | {"seconds": 0} == whole | {"seconds": 0}


def test_an_error_is_the_last_event(alone: Site):
    (name, problem) = ask_for_events(alone, question="zorgle the blorp")[-1]
    assert name == "error"
    assert (problem["kind"], problem["status"]) == ("NotUnderstood", 422)
    assert problem.keys() == {"message", "hint", "kind", "status"}


def test_what_is_wrong_with_the_request_itself_is_an_ordinary_reply(alone: Site):
    reply = alone.ask("POST", ASK, {"question": ["x"]}, headers=EVENTS)
    assert (reply.status, reply.json["kind"]) == (400, "BadRequest")


def test_what_a_model_writes_comes_as_it_is_written(writing: Site):
    events = ask_for_events(writing, question="how many?")
    wrote = [data for name, data in events if name == "wrote"]
    assert [(each["text"], each["is_reasoning"]) for each in wrote] == [
        ("hm, customers", True),
        ("SELECT count(*)", False),
        (" FROM customers WHERE 1 < 2", False),
    ]
    assert events[-1][1]["rows"] == [[2400]]
    assert events[-1][1]["usage"] == {"prompt_tokens": 11, "completion_tokens": 7, "calls": 0, "cost": None}


def test_db_gpt_s_stream_has_it_too_then_the_reply_with_its_real_tokens(writing: Site):
    asked = {"model": "writer", "messages": "how many?", "chat_mode": "chat_data", "chat_param": "demo"}
    *chunks, _ = writing.ask("POST", CHAT, asked | {"stream": True}).events
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    said = "".join(delta["content"] for delta in deltas)
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "hm, customers"
    assert said.startswith(WRITTEN.replace("<", "&lt;") + "\n\nNumber of customers.")
    assert list(read_view(said)["data"][0].values()) == [2400]
    tokens = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    assert chunks[-1]["usage"] == tokens
    whole = writing.ask("POST", CHAT, asked).json
    assert whole["usage"] == tokens
    assert whole["choices"][0]["message"]["content"].startswith("Number of customers.")


def test_a_bug_in_mid_stream_ends_it_properly_and_tells_nothing(writing: Site):
    asked = {
        "model": "writer",
        "messages": "break",
        "chat_mode": "chat_data",
        "chat_param": "demo",
        "stream": True,
    }
    reply = writing.ask("POST", CHAT, asked)
    assert reply.text.endswith("data: [DONE]\n\n")
    assert "inside the server" in reply.text
    events = ask_for_events(writing, question="break")
    assert (events[-1][0], events[-1][1]["kind"]) == ("error", "Bug")
    assert "CANARY of a bug" not in reply.text + str(events) + writing.log.read_text("utf-8")


def begin(site: Site, path: str, body: object, headers: dict[str, str]) -> http.client.HTTPResponse:
    """A stream of which the beginning has come."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"} | headers
    connection.request("POST", path, json.dumps(body), sent)
    reply = connection.getresponse()
    assert reply.readline().startswith((b"event:", b"data:"))
    return reply


def test_a_stream_cut_in_the_middle_stops_its_query_alone(empty: Site):
    """Two run on one database: the one that goes away, and one that stays."""
    empty.add("cut", "shop.sqlite")
    body = {"question": "", "sql": ENDLESS, "datasource": "cut"}
    staying = begin(empty, ASK, body, EVENTS)
    going = begin(empty, ASK, body, EVENTS)
    going.close()
    assert outcome_of_last(empty, "cut", seconds=120) == "QueryCancelled"
    assert count_outcomes(empty, "cut") == 1
    staying.close()
    wait_for(lambda: count_outcomes(empty, "cut") == 2)
    wait_for(lambda: figure(empty, "dbchat_questions") == 0)
    assert figure(empty, "dbchat_streams") == 0


def test_a_model_s_stream_that_is_cut_stops_the_translator(writing: Site):
    asked = {
        "model": "m",
        "messages": "for ever",
        "chat_mode": "chat_data",
        "chat_param": "demo",
        "stream": True,
    }
    stream = begin(writing, CHAT, asked, {})
    assert figure(writing, "dbchat_questions") == 1
    stream.close()
    wait_for(lambda: figure(writing, "dbchat_questions") == 0)


def test_half_closed_connections_are_as_good_as_closed(empty: Site):
    """The client has sent its request and says that nothing more will come."""
    empty.add("half", "shop.sqlite")
    reply = begin(empty, ASK, {"question": "", "sql": ENDLESS, "datasource": "half"}, EVENTS)
    assert reply.fp is not None
    reply.fp.raw._sock.shutdown(1)  # type: ignore[attr-defined]
    assert outcome_of_last(empty, "half", seconds=120) == "QueryCancelled"
    reply.close()
    wait_for(lambda: figure(empty, "dbchat_requests_in_flight") == 1)  # the one that asks


def count_outcomes(site: Site, datasource: str) -> int:
    import sqlite3

    with sqlite3.connect(site.home / "store.sqlite") as rows:
        (count,) = rows.execute("SELECT count(*) FROM history WHERE datasource = ?", (datasource,)).fetchone()
    return int(count)


def figure(site: Site, name: str) -> float:
    """One of the server's metrics."""
    lines = site.ask("GET", "/dbchat/metrics").text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


def wait_for(is_so: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)
