"""Columns that a generated statement names: told before the database is asked, and only where it is certain."""

from __future__ import annotations

import pytest

from dbchat_magic.core.names import check_columns
from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.errors import SqlRejected

SCHEMA = Schema(
    (
        Table("customers", (Column("id"), Column("first_name"), Column("city"))),
        Table("orders", (Column("id"), Column("customer_id"), Column("total"))),
        Table("hr.staff", (Column("id"), Column("wage")), schema="hr", qualified=True),
    )
)

UNKNOWN = [
    ("SELECT firstname FROM customers", "no column firstname in customers", "Near it: first_name"),
    ("SELECT c.total FROM customers AS c", "no column total in customers", "There is orders.total"),
    (
        "SELECT nothing FROM customers, orders",
        "no column nothing in customers or orders",
        "Columns there: id",
    ),
    ("SELECT id FROM orders WHERE amount > 1", "no column amount in orders", "Columns there"),
    ("SELECT s.pay FROM hr.staff AS s", "no column pay in hr.staff", "id, wage"),
    (
        "SELECT id FROM customers WHERE id IN (SELECT o.nobody FROM orders o)",
        "no column nobody in orders",
        "",
    ),
    ("SELECT count(*) FROM orders GROUP BY shop", "no column shop in orders", ""),
    (
        "SELECT customers.city FROM orders",
        "customers is none of the tables that are read there",
        "Join customers",
    ),
    ("SELECT customers.city FROM customers AS c", "customers is none of the tables", "from: c"),
]


@pytest.mark.parametrize(("sql", "message", "hint"), UNKNOWN)
def test_a_column_that_no_table_has_is_told_with_what_there_is(sql: str, message: str, hint: str) -> None:
    with pytest.raises(SqlRejected) as caught:
        check_columns(sql, SCHEMA)
    assert message in caught.value.message
    assert hint in caught.value.hint


CERTAIN = [
    "SELECT FIRST_NAME, customers.City FROM customers",
    "SELECT count(*) AS n FROM orders GROUP BY customer_id ORDER BY n",
    "SELECT x FROM (SELECT id AS x FROM orders) AS o",
    "WITH big AS (SELECT id AS x FROM orders) SELECT x, y FROM big",
    "SELECT c.city FROM customers AS c WHERE EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)",
    "SELECT city FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE city = 'x')",
    'SELECT id FROM customers WHERE city = "Berlin"',  # a text, where SQLite finds no such column
    "SELECT rowid, ctid FROM orders",
    "SELECT orders FROM orders",  # the row, in PostgreSQL and DuckDB
    "SELECT wherever.x FROM orders",
    "SELECT a FROM elsewhere",
    "SELECT value FROM orders, json_each('[1]')",
    "SELECT no such thing",
    "this is no SQL",
]


@pytest.mark.parametrize("sql", CERTAIN)
def test_what_is_not_certain_is_left_to_the_database(sql: str) -> None:
    check_columns(sql, SCHEMA)
