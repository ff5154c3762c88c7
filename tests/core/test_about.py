"""Questions about the tables, on a schema made by hand."""

from __future__ import annotations

import pytest

from dbchat_magic.core.about import MOST_LISTED, listed, tell_about
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table

CUSTOMERS = Table(
    "customers",
    (Column("id", "INTEGER", nullable=False), Column("eMail", "TEXT"), Column("city", "TEXT")),
    primary_key=("id",),
    comment="who buys",
    rows=1200,
)
ORDERS = Table(
    "orders",
    (
        Column("id", "INTEGER"),
        Column("customer_id", "INTEGER", nullable=False),
        Column("unit_price", "REAL", comment="in euros"),
        Column("state", "TEXT", choices=("open", "paid")),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("customer_id",), "customers", ("id",)),),
)
LINES = Table(
    "order_lines",
    (Column("order_id", "INTEGER"),),
    inferred_keys=(ForeignKey(("order_id",), "orders", ("id",), inferred=True),),
)
SCHEMA = Schema((CUSTOMERS, ORDERS, LINES, Table("recent", (Column("city", "TEXT"),), kind="view")))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which tables are there?", ["There are 4 tables:", "customers (3 columns, 1,200 rows): who buys"]),
        ("how many tables?", ["There are 4 tables:"]),
        ("how many views do you have", ["There are 1 views:", "recent"]),
        ("how many columns does orders have?", ["orders has 4 columns."]),
        ("how many rows are in customers", ["customers: 1,200"]),
        ("how big is orders", ["orders: not known"]),
        ("columns of customer", ["eMail TEXT", "id INTEGER, primary key"]),
        (
            "describe orders",
            ["state TEXT, one of open, paid", "refers to customers.id", "unit_price REAL: in euros"],
        ),
        ("what is in order lines", ["order_lines (1 columns)", "refers to orders.id (guessed)"]),
        ("primary key of orders", ["orders: id"]),
        ("foreign keys", ["orders.customer_id refers to customers.id"]),
        (
            "how do customers and orders hang together, how are they related?",
            ["orders.customer_id refers to"],
        ),
        ("how are customers and order lines related", ["no keys lead from one to another"]),
        ("what is the type of the city?", ["customers.city TEXT", "recent.city TEXT"]),
        ("where is the e_mail", ["customers.eMail TEXT"]),
        ("which tables have a price?", ["orders.unit_price REAL"]),
        ("which tables have a wing span", ["No table has a column of that name."]),
        ("state", ["orders.state TEXT"]),
    ],
)
def test_what_is_told(question: str, told: list[str]):
    answer = tell_about(question, SCHEMA)
    assert answer is not None
    assert [part for part in told if part not in answer] == [], answer


def test_of_order_lines_the_orders_are_not_told():
    answer = tell_about("describe order lines", SCHEMA)
    assert answer is not None
    assert "unit_price" not in answer


@pytest.mark.parametrize("question", ["", "what is love?", "sing a song", "1 + 1"])
def test_what_is_not_about_the_tables_is_not_answered(question: str):
    assert tell_about(question, SCHEMA) is None


def test_long_lists_say_how_much_is_left():
    lines = listed("All:", [str(number) for number in range(MOST_LISTED + 5)]).splitlines()
    assert len(lines) == MOST_LISTED + 2
    assert lines[-1] == "… and 5 more"


def test_a_database_without_tables():
    assert tell_about("which tables are there?", Schema(())) == "There are no tables."
