"""Which questions give an overview, and that they can be answered."""

from __future__ import annotations

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.overview import choose_questions
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.values import ColumnValues, ValueIndex

SALES = Table(
    "sales",
    (
        Column("sale_id", "INTEGER"),
        Column("shop_id", "INTEGER"),
        Column("sold_on", "DATE"),
        Column("paid_by", "TEXT"),
        Column("note", "TEXT"),
        Column("amount", "REAL"),
        Column("unit_price", "REAL"),
        Column("zip_code", "INTEGER"),
    ),
    primary_key=("sale_id",),
    foreign_keys=(ForeignKey(("shop_id",), "shops", ("shop_id",)),),
    rows=500,
)
SHOPS = Table(
    "shops", (Column("shop_id", "INTEGER"), Column("name", "TEXT")), primary_key=("shop_id",), rows=9
)
VALUES = ValueIndex(
    {
        ("sales", "paid_by"): ColumnValues(distinct=3, read=500),
        ("sales", "note"): ColumnValues(distinct=480, read=500),
        ("shops", "name"): ColumnValues(distinct=9, read=9),
    }
)
SCHEMA = Schema((SHOPS, SALES), values=VALUES)


def test_the_questions_are_of_time_kind_amount_and_what_a_table_points_at():
    assert choose_questions(SCHEMA)[:4] == (
        "how many sales per month",
        "how many shops are there",
        "how many sales per paid by",
        "first 10 shops",
    )
    questions = choose_questions(SCHEMA)
    assert "total amount of sales per paid by" in questions
    assert "top 10 shops by number of sales" in questions
    assert "average unit price of sales" in questions


@pytest.mark.parametrize("word", ["note", "zip", "sale id", "total unit price", "shops per name"])
def test_what_tells_nothing_is_not_asked(word: str):
    """Texts that are all different, codes, keys, sums of prices."""
    assert not [question for question in choose_questions(SCHEMA) if word in question]


def test_a_wish_names_the_tables():
    assert {question.split()[2] for question in choose_questions(SCHEMA, "look at the shops")} <= {
        "shops",
        "10",
    }


def test_nothing_is_asked_where_nothing_is():
    assert choose_questions(Schema(())) == ()


def test_the_demo_s_questions_are_mostly_answered(home):
    chat = DbChat(home=home)
    questions = choose_questions(chat.schema("demo"))[:10]
    answers = [chat.ask(question, "demo", rows=50) for question in questions]
    assert all(len(answer.frame) for answer in answers)
