"""What a model gets to see: what fits its budget, the likeliest first, nothing that it must not see."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from dbchat_magic.core.question import Question, Turn
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.values import ColumnValues, ValueIndex
from dbchat_magic.linking.index import NameIndex
from dbchat_magic.linking.relevance import weigh_schema
from dbchat_magic.translators.model.endpoint import Endpoint
from dbchat_magic.translators.model.prompt import (
    Material,
    Prompts,
    choose_parts,
    count_tokens,
    make_messages,
    speaks_of_time,
)
from dbchat_magic.translators.model.schema_text import table_text

TODAY = datetime.date(2026, 3, 9)
ENDPOINT = Endpoint("http://127.0.0.1/v1", "m", context=8_000)


def material(schema: Schema, text: str, **more: object) -> Material:
    question = Question(text, "d", today=TODAY, **more)  # type: ignore[arg-type]
    return Material(question, schema, weigh_schema((text,), NameIndex(schema), TODAY))


def messages(schema: Schema, text: str, home: Path, endpoint: Endpoint = ENDPOINT, **more: object) -> str:
    made = make_messages(material(schema, text, **more), endpoint, Prompts(home))
    return "\n".join(message["content"] for message in made)


def large(tables: int, columns: int) -> Schema:
    made = [
        Table(f"table_{number}", tuple(Column(f"col_{number}_{place}", "TEXT") for place in range(columns)))
        for number in range(tables)
    ]
    wanted = Table("invoices", (Column("id", "INTEGER"), Column("amount", "REAL")), ("id",), rows=3)
    return Schema((*made[: tables // 2], wanted, *made[tables // 2 :]))


@pytest.mark.parametrize("tables", [29, 100, 1_000])
def test_a_prompt_stays_within_its_budget_whatever_the_schema(tables: int, home: Path) -> None:
    text = messages(large(tables, 20), "total amount of all invoices", home)
    assert count_tokens(text) <= ENDPOINT.context
    assert "CREATE TABLE invoices" in text


def test_a_small_schema_is_shown_whole_and_in_its_own_order(home: Path) -> None:
    schema = large(10, 3)
    shown = choose_parts(material(schema, "amount of invoices"), 10_000, ENDPOINT)
    assert shown == list(schema.tables)


def test_a_wide_table_keeps_its_keys_and_what_is_asked_for() -> None:
    columns = tuple(Column(f"metric_{number}", "REAL") for number in range(300))
    wide = Table(
        "facts",
        (*columns, Column("shop_id"), Column("humidity")),
        (),
        (ForeignKey(("shop_id",), "shops", ("id",)),),
    )
    shops = Table("shops", (Column("id"),), ("id",))
    noise = tuple(Table(f"other_{number}", (Column("a"),)) for number in range(40))
    schema = Schema((wide, shops, *noise))
    chosen = choose_parts(material(schema, "average humidity of facts"), 3_000, ENDPOINT)
    facts = next(table for table in chosen if table.name == "facts")
    assert {"shop_id", "humidity"} <= {column.name for column in facts.columns}
    assert len(facts.columns) < 60  # fmt: skip


TABLE = Table(
    "order lines",
    (
        Column("id", "INTEGER"),
        Column("select", "TEXT", comment="what\nwas; DROP TABLE x"),
        Column("state", "TEXT"),
        Column("note", "TEXT"),
        Column("kind", "TEXT", choices=("a", "b")),
        Column("order", "INTEGER"),
    ),
    ("id",),
    (ForeignKey(("order",), "orders", ("id",)),),
    comment="Lines of orders",
)
VALUES = ValueIndex(
    {
        ("order lines", "state"): ColumnValues(("new", "it's"), 2, 9, complete=True),
        ("order lines", "note"): ColumnValues(("some long prose",), 50, 60),
    }
)


def test_a_table_is_a_create_statement_with_what_is_known_of_it() -> None:
    schema = Schema((TABLE, Table("orders", (Column("id"),), ("id",))), values=VALUES)
    assert table_text(TABLE, schema, sees_values=True) == (
        'CREATE TABLE "order lines" ( -- Lines of orders\n'
        "  id INTEGER PRIMARY KEY,\n"
        '  "select" TEXT, -- what was; DROP TABLE x\n'
        "  state TEXT, -- 'new', 'it''s'\n"
        "  note TEXT,\n"
        "  kind TEXT, -- one of 'a', 'b'\n"
        '  "order" INTEGER REFERENCES orders (id)\n'
        ");"
    )
    assert "'new'" not in table_text(TABLE, schema, sees_values=False)


def test_keys_of_several_columns_stand_below_the_columns() -> None:
    two = Table("b", (Column("x"), Column("y")), ("x", "y"), (ForeignKey(("x", "y"), "b", ("x", "y")),))
    text = table_text(two, Schema((two,)), sees_values=False)
    assert "PRIMARY KEY (x, y)" in text
    assert "FOREIGN KEY (x, y) REFERENCES b (x, y)" in text


def test_the_day_is_told_only_where_it_matters(home: Path) -> None:
    schema = large(3, 2)
    assert "2026-03-09" in messages(schema, "invoices of last month", home)
    assert "2026-03-09" not in messages(schema, "invoices by last name", home)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("sales yesterday", True), ("the past 12 months", True), ("last 3 quarters", True), ("this", False),
     ("the last order", False), ("nowhere", False), ("30 days ago", True)],
)  # fmt: skip
def test_words_that_mean_another_time_each_day(text: str, expected: bool) -> None:
    assert speaks_of_time(text) is expected


def test_examples_and_conversation_stand_in_their_places(home: Path) -> None:
    made = make_messages(
        material(
            large(3, 2),
            "and their number?",
            examples=(Turn("how many invoices", "SELECT 42"),),
            history=(Turn("invoices", "SELECT 1"), Turn("of today", "SELECT 2")),
        ),
        ENDPOINT,
        Prompts(home),
    )
    assert "SELECT 42" in made[0]["content"]
    assert [message["role"] for message in made] == [
        "system",
        "user",
        "assistant",
        "user",
        "assistant",
        "user",
    ]


def test_the_beginning_is_the_same_for_each_question(home: Path) -> None:
    """So that a server need not read the tables again."""
    schema = large(5, 4)
    first, second = (
        make_messages(material(schema, text), ENDPOINT, Prompts(home))[0] for text in ("invoices", "table 3")
    )
    assert first == second


def test_no_field_is_filled_in_twice(home: Path) -> None:
    assert "{schema} {examples}" in messages(large(2, 2), "what is {schema} {examples}", home)
