"""A follow-up changes what was asked before; a question of its own does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbchat_magic import DbChat


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    return DbChat(tmp_path_factory.mktemp("home"))


CONVERSATIONS = [
    (
        ["customers from Germany", "only those born after 1990"],
        "SELECT * FROM customers WHERE country = 'Germany' AND birth_year > 1990",
    ),
    (
        ["customers from Germany", "what about France?"],
        "SELECT * FROM customers WHERE country = 'France'",
    ),
    (
        ["customers from Germany", "how many are there?"],
        "SELECT COUNT(*) AS number_of_customers FROM customers WHERE country = 'Germany'",
    ),
    (
        ["customers from Germany", "show their cities", "only the different ones"],
        "SELECT DISTINCT city FROM customers WHERE country = 'Germany'",
    ),
    (
        ["names of products with a list price over 300", "sort them by list price from highest to lowest"],
        "SELECT name FROM products WHERE list_price > 300 ORDER BY list_price DESC",
    ),
    (
        ["how many orders are there per channel?", "and by status?"],
        "SELECT status, COUNT(*) AS number_of_orders FROM orders GROUP BY status",
    ),
    (
        ["number of orders per month in 2024", "what about 2025?"],
        (
            "SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders "
            "WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01' "
            "GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC"
        ),
    ),
    (
        ["how many orders per country", "and by month?", "only the three largest"],
        (
            "SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders "
            "GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY COUNT(*) DESC LIMIT 3"
        ),
    ),
    (
        ["number of orders per store in 2024", "and in 2025?"],
        (
            "SELECT stores.name, COUNT(*) AS number_of_orders FROM stores JOIN orders ON stores.store_id = "
            "orders.store_id WHERE orders.order_date >= '2025-01-01' AND orders.order_date < '2026-01-01' "
            "GROUP BY stores.store_id, stores.name"
        ),
    ),
    (
        ["how many employees per store", "sort them ascending", "only 2"],
        (
            "SELECT stores.name, COUNT(*) AS number_of_employees FROM stores JOIN employees ON stores.store_id = "
            "employees.store_id GROUP BY stores.store_id, stores.name ORDER BY COUNT(*) ASC LIMIT 2"
        ),
    ),
    (
        ["names of suppliers in Italy", "also show their lead time days"],
        "SELECT name, lead_time_days FROM suppliers WHERE country = 'Italy'",
    ),
    (
        ["customers from Germany", "how many products are there?"],
        "SELECT COUNT(*) AS number_of_products FROM products",
    ),
]


@pytest.mark.parametrize(
    ("questions", "sql"), CONVERSATIONS, ids=[" > ".join(asked) for asked, _ in CONVERSATIONS]
)
def test_the_conversation_comes_to_this_sql(chat: DbChat, questions: list[str], sql: str) -> None:
    history: list[tuple[str, str]] = []
    for question in questions:
        translation = chat.translate(question, "demo", history=history)
        history.append((question, translation.sql))
    assert " ".join(history[-1][1].split()) == sql
    chat.run(history[-1][1], "demo", rows=3)


def test_going_on_is_told(chat: DbChat) -> None:
    before = ("customers from Germany", "SELECT * FROM customers WHERE country = 'Germany'")
    translation = chat.translate("only those from Berlin", "demo", history=[before])
    assert any("question before" in note for note in translation.notes)


@pytest.mark.parametrize(
    "sql",
    [
        "not SQL at all (",
        "SELECT 1",
        "SELECT * FROM customers UNION SELECT * FROM customers",
        "WITH c AS (SELECT 1) SELECT * FROM c",
        "SELECT * FROM nowhere",
        "DROP TABLE customers",
        "",
    ],
)
def test_what_cannot_be_changed_leaves_the_question_alone(chat: DbChat, sql: str) -> None:
    translation = chat.translate("how many of those customers are there?", "demo", history=[("before", sql)])
    assert "COUNT(*)" in translation.sql


def test_the_offline_translator_follows_through_the_python_interface(home: Path) -> None:
    chat = DbChat(home)
    first = chat.ask("customers from Germany", "demo")
    second = chat.ask("how many are there?", "demo", history=[(first.question, first.sql)])
    assert second.frame.iloc[0, 0] == len(first.frame)
