"""The trace tells what words may mean, what was tried and why one reading was chosen."""

from __future__ import annotations

import datetime

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.translators.offline.trace import Trace, explain_translation


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    return DbChat(tmp_path_factory.mktemp("home")).schema("demo")


def explain(schema: Schema, text: str) -> Trace:
    return explain_translation(Question(text, "demo", today=datetime.date(2025, 12, 31)), schema)


def test_the_chosen_reading_comes_first_with_the_words_each_rule_understood(schema: Schema) -> None:
    trace = explain(schema, "how many orders were cancelled?")
    assert trace.readings[0].outcome == "chosen"
    assert ("read_aggregates", "How, many, orders".lower()) in trace.readings[0].steps
    assert "value 'cancelled' of orders.status" in str(trace)


def test_words_that_were_replaced_are_told(schema: Schema) -> None:
    trace = explain(schema, "how many clients are there?")
    assert "clients (read as customer)" in str(trace)


def test_a_declined_question_says_what_was_left_out(schema: Schema) -> None:
    trace = explain(schema, "customers who never smiled")
    assert all(reading.outcome != "chosen" for reading in trace.readings)
    assert "leaves out words" in str(trace)


def test_nothing_known_is_said_so(schema: Schema) -> None:
    assert "Nothing in it is known" in str(explain(schema, "why is the sky blue?"))
