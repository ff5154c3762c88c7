"""DB-GPT's JSON, from files in the folder `wire`, and our values."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic.core.course import Event, Step, Wrote
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.translator import Translation, Usage
from dbchat_magic.dialects import Dialect, Parameter
from dbchat_magic.errors import Ambiguous, ModelUnreachable, QueryFailed, QueryTimeout
from dbchat_magic.jupyter.server import wire
from dbchat_magic.jupyter.server.chart_view import ChartView
from dbchat_magic.jupyter.server.conversations import LONGEST, MOST, Conversations
from dbchat_magic.jupyter.server.failures import Refused, find_failure

POSTGRES = Dialect(
    "postgresql",
    "PostgreSQL",
    "postgres",
    (
        Parameter("host", "Host", required=True),
        Parameter("port", "Port", type="integer", default=5432),
        Parameter("user", "User"),
        Parameter("password", "Password", secret=True),
        Parameter("database", "Database"),
    ),
)
VIEW = ChartView("response_bar_chart", "SELECT 1\nFROM t", ({"country": "A & B", "n": 1},))
REPLY = wire.Reply((wire.Section("Orders per country.", VIEW),), Usage(5, 7))


def read(name: str) -> Any:
    return json.loads(Path(__file__).with_name("wire").joinpath(name).read_text("utf-8"))


WRITTEN = read("written.json")
TIMES = ("2026-01-02T03:04:05Z", "2026-01-03T03:04:05Z")


def rule(case: dict[str, Any]) -> str:
    return str(case["rule"])


@pytest.mark.parametrize("case", read("datasources.json"), ids=rule)
def test_datasources_are_read(case: dict[str, Any]):
    check(case, wire.read_datasource)


@pytest.mark.parametrize("case", read("chats.json"), ids=rule)
def test_chats_are_read(case: dict[str, Any]):
    check(case, wire.read_chat)


def check(case: dict[str, Any], reader: Any) -> None:
    if "refused" in case:
        with pytest.raises(Refused) as caught:
            reader(case["body"])
        assert wire.failure(caught.value.failure, caught.value)["err_msg"] == case["refused"]
        assert wire.status(caught.value.failure) == 400
    else:
        assert asdict(reader(case["body"])) == case["read"]


def test_a_datasource_is_written_with_its_secret_masked():
    params: dict[str, str | int] = {
        "host": "db.example",
        "port": 5432,
        "user": "ann",
        "password": "secret",
        "database": "sales",
    }
    source = Datasource(7, "sales", "postgresql", params, "the sales", *TIMES)
    assert wire.write_datasource(source, POSTGRES) == WRITTEN["datasource"]


def test_the_name_is_also_the_database_of_a_new_datasource_unless_it_says_otherwise():
    flat = wire.DatasourceBody(None, "sales", "postgresql", {"host": "h", "path": "of another kind"})
    assert wire.fields_of(flat, POSTGRES, is_new=True) == {"host": "h", "database": "sales"}
    assert wire.fields_of(flat, POSTGRES, is_new=False) == {"host": "h"}
    named = wire.DatasourceBody(None, "mine", "postgresql", {"host": "h", "database": "d"}, is_flat=False)
    assert wire.fields_of(named, POSTGRES, is_new=True) == {"host": "h", "database": "d"}


def test_a_completion_and_a_stream_are_written():
    assert wire.write_completion("conv", 1_700_000_000, "m", REPLY) == WRITTEN["completion"]
    assert REPLY.parts == ["Orders per country.", WRITTEN["tag"]]
    said = wire.Said(incremental=True)
    first = wire.write_chunk("conv", 1_700_000_000, "m", said.add("Orders per country."))
    last = wire.write_chunk("conv", 1_700_000_000, "m", said.add(""), REPLY.usage)
    assert [first, last] == WRITTEN["chunks"]


def test_several_sections_are_apart_streamed_or_not():
    reply = wire.Reply((wire.Section("One.", VIEW), wire.Section("Two.")))
    assert "".join(reply.parts) == f"One.{WRITTEN['tag']}\n\nTwo."
    assert reply.text(raw_quotes=True).endswith('" />\n\nTwo.')


def test_what_a_model_writes_is_streamed_as_it_comes_its_thinking_apart_and_no_markup():
    said = wire.Said(incremental=True)
    events: list[Event] = [
        Step("translate"),
        Wrote("hm", is_reasoning=True),
        Wrote("a <b>"),
        Wrote("c"),
        Step("run", "SELECT 1"),
    ]
    deltas = [delta for event in events for delta in said.event(event)]
    assert [(delta["content"], delta.get("reasoning_content")) for delta in deltas] == [
        ("", "hm"),
        ("a &lt;b>", None),
        ("c", None),
        ("\n\n", None),
    ]
    assert said.pause() == []
    whole = wire.Said(incremental=False)
    contents = [delta["content"] for event in events for delta in whole.event(event)]
    assert contents == ["", "a &lt;b>", "a &lt;b>c", "a &lt;b>c\n\n"]


def test_the_choices_of_an_ambiguous_question_are_said():
    choices = [Translation("SELECT 1", "Orders <b>."), Translation("SELECT 2", "Customers.")]
    prose = wire.declined_reply(Ambiguous("Several ways", "Say which.", choices)).text(raw_quotes=True)
    assert prose == "This can be read in several ways:\n1. Orders &lt;b>.\n2. Customers.\nSay which."


def test_a_failed_query_has_a_tag_without_rows():
    text = wire.failed_reply(QueryFailed("No such column.", "Ask otherwise.")).text(raw_quotes=True)
    assert text == (
        "No such column.\nAsk otherwise.\n"
        '<chart-view content="{"type": "response_table", "sql": "", "data": []}" />'
    )


def test_our_errors_have_a_status_and_db_gpt_s_is_400():
    timeout = find_failure(QueryTimeout("Too long."), 500, "r")
    model = find_failure(ModelUnreachable("Nobody."), 500, "r")
    assert (timeout.status, timeout.kind, wire.status(timeout)) == (504, "QueryTimeout", 400)
    assert (model.status, model.kind) == (502, "ModelUnreachable")


def test_of_a_bug_nothing_is_told_but_the_request():
    failed = find_failure(ValueError("a CANARY secret"), 500, "abc123")
    assert (failed.status, failed.kind, wire.status(failed)) == (500, "Bug", 500)
    assert "CANARY" not in str(wire.failure(failed))
    assert "abc123" in str(wire.failure(failed)["err_msg"])


def test_conversations_are_bounded_and_apart():
    talks = Conversations()
    for number in range(LONGEST + 5):
        talks.add("one", "shop", f"question {number}", "SELECT 1")
    assert talks.history("one", "shop")[0] == ("question 5", "SELECT 1")
    assert len(talks.history("one", "shop")) == LONGEST
    assert talks.history("one", "other") == ()
    for number in range(MOST):
        talks.add(str(number), "shop", "q", "SELECT 1")
    assert talks.history("one", "shop") == ()
