"""DB-GPT's chat completions against a running server."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from itertools import pairwise
from typing import Any

import pytest

from tests.jupyter.server.conftest import Site

CHAT = "/api/v2/chat/completions"
ASKED: dict[str, Any] = {
    "model": "chatgpt_proxyllm",
    "messages": "how many orders per country?",
    "chat_mode": "chat_data",
    "chat_param": "demo",
}
UNSET = dict.fromkeys(
    "temperature max_new_tokens conv_uid span_id user_name sys_code stream incremental enable_vis top_p top_k"
    " n max_tokens stop user repetition_penalty frequency_penalty presence_penalty".split()
)


def read_view(content: str) -> Any:
    """The tag of a reply as a careful client reads it, whichever way its quotes are written."""
    inner = content.split('<chart-view content="', 1)[1].removesuffix('" />')
    return unescape(json.loads(inner)) if inner.startswith('{"') else json.loads(html.unescape(inner))


def unescape(value: Any) -> Any:
    if isinstance(value, dict):
        return {html.unescape(name): unescape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [unescape(part) for part in value]
    return html.unescape(value) if isinstance(value, str) else value


def content_of(site: Site, **changes: Any) -> str:
    reply = site.ask("POST", CHAT, ASKED | changes)
    assert reply.status == 200, reply.text
    text: str = reply.json["choices"][0]["message"]["content"]
    return text


def test_a_question_is_answered_with_prose_and_rows(site: Site):
    reply = site.ask("POST", CHAT, ASKED | UNSET)
    completion = reply.json
    content = completion["choices"][0].pop("message")["content"]
    assert completion.keys() == {"id", "object", "created", "model", "choices", "usage"}
    assert completion["object"] == "chat.completion"
    assert completion["model"] == "chatgpt_proxyllm"
    assert isinstance(completion["created"], int)
    assert completion["choices"] == [{"index": 0, "finish_reason": "stop"}]
    assert completion["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    assert "no model chatgpt_proxyllm here" in content
    view = read_view(content)
    assert view["type"] == "response_bar_chart"
    with sqlite3.connect(site.home / "demo.sqlite") as database:
        names = list(view["data"][0])
        assert [dict(zip(names, row, strict=True)) for row in database.execute(view["sql"])] == view["data"]


def test_a_stream_says_the_same_and_ends(site: Site):
    reply = site.ask("POST", CHAT, ASKED | {"stream": True})
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    assert reply.text.endswith("data: [DONE]\n\n")
    *chunks, done = reply.events
    assert done == "[DONE]"
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert all(chunk.get("usage", {}) is not None for chunk in chunks)
    said = "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)
    whole = content_of(site)
    assert read_view(said) == read_view(whole)
    assert said.partition("<chart-view")[0] == whole.partition("<chart-view")[0]
    assert 'content="{&quot;type&quot;' in said
    assert 'content="{"type"' in whole


def test_pieces_that_are_not_incremental_hold_the_whole_text_so_far(alone: Site):
    *chunks, _ = alone.ask("POST", CHAT, ASKED | {"stream": True, "incremental": False}).events
    said = [chunk["choices"][0]["delta"]["content"] for chunk in chunks]
    assert all(later.startswith(earlier) for earlier, later in pairwise(said))
    assert "<chart-view" in said[-1]


@pytest.mark.parametrize(
    "messages",
    [
        "how many customers are there?",
        ["what is this?", "how many customers are there?"],
        [
            {"role": "system", "content": "be kind"},
            {"role": "user", "content": "how many customers are there?"},
        ],
        [
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "hello"},
            {"role": "user", "content": [{"type": "text", "text": "how many customers are there?"}]},
            {"role": "assistant", "content": "let me see"},
        ],
    ],
)
def test_the_last_thing_a_user_said_is_the_question(alone: Site, messages: object):
    assert list(read_view(content_of(alone, messages=messages))["data"][0].values()) == [2400]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"model": None}, "E0001", "body.model:Field required;"),
        ({"messages": None}, "E0001", "body.messages:Field required;"),
        ({"messages": 7}, "E0001", "body.messages:Input should be a valid string;"),
        ({"messages": []}, "E0001", "body.messages:"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "E0001", "body.messages:"),
        ({"stream": "yes"}, "E0001", "body.stream:Input should be a valid boolean;"),
        ({"conv_uid": "x" * 1_000}, "E0001", "body.conv_uid:"),
        ({"chat_mode": "chat_wishes"}, "400", "invalid_chat_mode"),
        ({"chat_param": None}, "400", "invalid_chat_param"),
        ({"chat_param": "nowhere"}, "E0003", "Database config not found for: nowhere"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_request_that_does_not_fit_is_an_envelope_also_where_a_stream_was_wanted(
    alone: Site, changes: dict[str, object], code: str, said: str, stream: bool
):
    reply = alone.ask("POST", CHAT, ASKED | {"stream": stream} | changes)
    assert reply.status == 400
    assert (reply.json["success"], reply.json["err_code"]) == (False, code)
    assert said in reply.json["err_msg"]


@pytest.mark.parametrize("question", ["", "zorgle the blorp", "x" * 3_000])
def test_what_is_not_understood_is_said_in_the_conversation(alone: Site, question: str):
    content = content_of(alone, messages=question)
    assert content
    assert "<chart-view" not in content
    *chunks, done = alone.ask("POST", CHAT, ASKED | {"messages": question, "stream": True}).events
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks) == content
    assert done == "[DONE]"


def test_a_query_that_fails_is_a_reply_without_rows(empty: Site):
    """A view over a table that is no more can be asked for, and fails."""
    with sqlite3.connect(empty.folder / "broken.sqlite") as database:
        database.executescript(
            "CREATE TABLE t (a); CREATE VIEW parcels AS SELECT a AS weight FROM t; DROP TABLE t"
        )
    empty.add("broken", "broken.sqlite")
    content = content_of(empty, messages="how many parcels are there?", chat_param="broken")
    if "<chart-view" in content:
        assert read_view(content)["data"] == []
    assert content.strip()


def test_markup_in_names_and_values_is_text(empty: Site):
    with sqlite3.connect(empty.folder / "markup.sqlite") as database:
        database.execute('CREATE TABLE pages (title TEXT, "<i>body</i>" TEXT)')
        evil = "\"/><script>alert(1)</script>\n&quot; ' \\ </chart-view>"
        database.execute("INSERT INTO pages VALUES (?, ?)", (evil, evil))
    empty.add("<b>markup</b>", "markup.sqlite")
    asked = {"messages": "show all pages", "chat_param": "<b>markup</b>"}
    for content in (content_of(empty, **asked), streamed(empty, **asked)):
        prose, _, rest = content.partition("<chart-view")
        assert "<" not in prose
        assert not re.search(r"[<>]", rest.removesuffix(" />"))
        assert read_view(content)["data"] == [{"title": evil, "<i>body</i>": evil}]


def streamed(site: Site, **changes: Any) -> str:
    *chunks, _ = site.ask("POST", CHAT, ASKED | {"stream": True} | changes).events
    return "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)


def test_a_conversation_goes_on_under_its_conv_uid(alone: Site):
    reply = alone.ask("POST", CHAT, ASKED | {"conv_uid": "talk-1"})
    assert reply.json["id"] == "talk-1"
    fresh = {alone.ask("POST", CHAT, ASKED).json["id"] for _ in range(2)}
    assert len(fresh) == 2


def test_values_that_json_lacks(empty: Site):
    with sqlite3.connect(empty.folder / "values.sqlite") as database:
        database.execute("CREATE TABLE readings (day TEXT, big INTEGER, ratio REAL, raw BLOB)")
        database.execute(
            "INSERT INTO readings VALUES ('2024-01-02', 9007199254740993, 9e999, x'00ff'), (NULL, NULL, NULL, NULL)"
        )
    empty.add("values", "values.sqlite")
    data = read_view(content_of(empty, messages="show all readings", chat_param="values"))["data"]
    assert data[0]["big"] == 9007199254740993
    assert data[0]["ratio"] is None
    assert set(data[1].values()) == {None}
