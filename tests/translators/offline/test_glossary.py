"""The offline translator obeys the user's glossary: each question must give what SQL written by hand gives."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.connect import close_all
from dbchat_magic.errors import NotUnderstood
from tests.copies import COPY_TO_SERVER, copy_to_duckdb
from tests.servers import Server

TABLES = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT, left_on DATE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), status TEXT, placed_on DATE);
CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id),
    product_id INTEGER REFERENCES products (id), unit_price REAL, quantity INTEGER);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, list_price REAL, unit_cost REAL);
INSERT INTO customers VALUES (1, 'Ann', 'France', NULL), (2, 'Bob', 'Italy', NULL), (3, 'Cid', 'France', '2025-05-05');
INSERT INTO orders VALUES (1, 1, 'paid', '2026-01-05'), (2, 2, 'paid', '2026-02-05'), (3, 2, 'cancelled', '2026-02-06'),
    (4, 3, 'open', '2026-02-07');
INSERT INTO products VALUES (1, 'Lamp', 30, 10), (2, 'Desk', 100, 95), (3, 'Chair', 50, 20);
INSERT INTO order_lines VALUES (1, 1, 1, 30, 2), (2, 1, 2, 100, 1), (3, 2, 1, 25, 4), (4, 3, 2, 90, 3), (5, 4, 3, 50, 1);
"""

GLOSSARY = """
synonyms:
  customers: [patrons, account holders]
  customers.country: homeland
metrics:
  takings: sum(unit_price * quantity)
  revenue: sum(order_lines.unit_price * order_lines.quantity)
  basket size:
    sql: 1.0 * sum(quantity) / count(distinct order_lines.order_id)
    synonyms: [basket]
  margin: list_price - unit_cost
filters:
  orders: status <> 'cancelled'
  customers:
    sql: left_on IS NULL
    unless: [former]
"""

JOINED = "FROM customers c JOIN orders o ON o.customer_id = c.id JOIN order_lines l ON l.order_id = o.id"
KEPT = "WHERE o.status <> 'cancelled' AND c.left_on IS NULL"
SUM = "sum(l.unit_price * l.quantity)"


@pytest.fixture
def chat(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DbChat:
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as rows:
        rows.executescript(TABLES)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.dbchat.yaml").write_text(GLOSSARY)
    chat = DbChat(home)
    chat.datasources.add("shop", "sqlite", path=path)
    return chat


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("how many patrons are there", "SELECT count(*) FROM customers WHERE left_on IS NULL"),
        ("how many account holders per homeland",
         "SELECT country, count(*) FROM customers WHERE left_on IS NULL GROUP BY 1"),
        ("total revenue", f"SELECT {SUM} FROM order_lines l"),
        ("revenue", f"SELECT {SUM} FROM order_lines l"),
        ("revenue per country", f"SELECT c.country, {SUM} {JOINED} {KEPT} GROUP BY 1"),
        ("takings by homeland", f"SELECT c.country, {SUM} {JOINED} {KEPT} GROUP BY 1"),
        ("average revenue by month",
         f"SELECT strftime('%Y-%m', o.placed_on), avg(l.unit_price * l.quantity) {JOINED} {KEPT} OR c.id = 3 GROUP BY 1 ORDER BY 1"),
        ("customers with revenue over 120", f"SELECT c.name, {SUM} {JOINED} {KEPT} GROUP BY c.id HAVING {SUM} > 120"),
        ("customers with a revenue of at most 120",
         f"SELECT c.name, {SUM} {JOINED} {KEPT} GROUP BY c.id HAVING {SUM} <= 120"),
        ("customers with over 120 in revenue", f"SELECT c.name, {SUM} {JOINED} {KEPT} GROUP BY c.id HAVING {SUM} > 120"),
        ("customers with revenue between 50 and 120",
         f"SELECT c.name, {SUM} {JOINED} {KEPT} GROUP BY c.id HAVING {SUM} BETWEEN 50 AND 120"),
        ("top 1 customers by revenue", f"SELECT c.name, {SUM} {JOINED} {KEPT} GROUP BY c.id ORDER BY 2 DESC LIMIT 1"),
        ("which country has the lowest revenue",
         f"SELECT c.country, {SUM} {JOINED} {KEPT} GROUP BY 1 ORDER BY 2 LIMIT 1"),
        ("products sorted by revenue",
         f"SELECT p.name, {SUM} FROM products p JOIN order_lines l ON l.product_id = p.id GROUP BY p.id ORDER BY 2"),
        ("products by margin descending", "SELECT name, list_price - unit_cost FROM products ORDER BY 2 DESC"),
        ("products with margin over 10", "SELECT * FROM products WHERE list_price - unit_cost > 10"),
        ("average margin", "SELECT avg(list_price - unit_cost) FROM products"),
        ("which product has the highest margin",
         "SELECT name, list_price - unit_cost FROM products ORDER BY 2 DESC LIMIT 1"),
        ("basket size per country",
         f"SELECT c.country, 1.0 * sum(l.quantity) / count(DISTINCT l.order_id) {JOINED} {KEPT} GROUP BY 1"),
        ("revenue per month for customers from France",
         f"SELECT strftime('%Y-%m', o.placed_on), {SUM} {JOINED} {KEPT} AND c.country = 'France' GROUP BY 1 ORDER BY 1"),
        ("customers with revenue over 20 in February 2026",
         f"SELECT c.name, {SUM} {JOINED} {KEPT} AND o.placed_on >= '2026-02-01' GROUP BY c.id HAVING {SUM} > 20"),
        ("how many orders are there", "SELECT count(*) FROM orders WHERE status <> 'cancelled'"),
        ("how many cancelled orders are there", "SELECT count(*) FROM orders WHERE status = 'cancelled'"),
        ("how many orders including cancelled ones", "SELECT count(*) FROM orders"),
        ("how many former customers are there", "SELECT count(*) FROM customers"),
        ("how many orders does each customer have",
         f"SELECT c.name, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id {KEPT} GROUP BY c.id"),
    ],
)  # fmt: skip
def test_a_question_gives_what_the_glossary_means(chat: DbChat, question: str, sql: str) -> None:
    found, wanted = chat.ask(question).frame, chat.run(sql).frame
    assert sorted(map(str, found.values.tolist())) == sorted(map(str, wanted.values.tolist()))
    if "ORDER BY" in sql:
        assert found.values.tolist() == wanted.values.tolist()


@pytest.mark.parametrize("kind", ["duckdb", "postgresql", "mariadb"])
def test_other_databases_give_the_same_rows(
    chat: DbChat, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "duckdb":
        copy_to_duckdb(tmp_path / "shop.sqlite", tmp_path / "copy.duckdb")
        chat.datasources.add("copy", kind, path=tmp_path / "copy.duckdb")
    else:
        server: Server = request.getfixturevalue(kind)
        name = server.make_database("glossary")
        COPY_TO_SERVER[kind](tmp_path / "shop.sqlite", server, name)
        chat.datasources.add("copy", kind, **server.params(name))
    (tmp_path / "copy.dbchat.yaml").write_text(GLOSSARY)
    for question in (
        "revenue per country",
        "customers with revenue over 120",
        "average revenue by month",
        "basket size per country",
        "how many orders including cancelled ones",
        "which product has the highest margin",
    ):
        frames = [chat.ask(question, source).frame for source in ("shop", "copy")]
        one, other = (sorted(map(str, frame.astype(str).values.tolist())) for frame in frames)
        assert one == other, question
    before = chat.ask("how many orders are there", "copy")
    then = chat.ask("and by status?", "copy", history=[(before.question, before.sql)])
    assert then.sql.count("cancelled") == 1
    close_all()


def test_the_reading_tells_metrics_and_filters(chat: DbChat) -> None:
    answer = chat.ask("revenue per country")
    assert "(sum(order_lines.unit_price * order_lines.quantity))" in answer.reading
    assert "orders only where status <> 'cancelled'" in answer.reading
    assert "customers only where left_on IS NULL" in answer.reading
    assert "cancelled" not in chat.ask("how many orders including cancelled ones").reading


def test_the_trace_tells_what_a_metric_is(chat: DbChat) -> None:
    assert "margin: metric list_price - unit_cost" in chat.why("average margin")


def test_what_cannot_be_aggregated_again_is_declined(chat: DbChat) -> None:
    with pytest.raises(NotUnderstood, match="maximum, basket size"):
        chat.translate("maximum basket size per country")


@pytest.mark.parametrize(
    ("first", "then", "sql"),
    [
        ("revenue per country", "only those from France",
         f"SELECT c.country, {SUM} {JOINED} {KEPT} AND c.country = 'France' GROUP BY 1"),
        ("how many orders are there", "and by status?",
         "SELECT status, count(*) FROM orders WHERE status <> 'cancelled' GROUP BY 1"),
        ("how many orders including cancelled ones", "and by status?",
         "SELECT status, count(*) FROM orders GROUP BY 1"),
    ],
)  # fmt: skip
def test_a_follow_up_keeps_metric_and_filter(chat: DbChat, first: str, then: str, sql: str) -> None:
    before = chat.ask(first)
    answer = chat.ask(then, history=[(before.question, before.sql)])
    assert sorted(map(str, answer.frame.values.tolist())) == sorted(
        map(str, chat.run(sql).frame.values.tolist())
    )
    assert answer.sql.count("cancelled") <= 1, "no filter twice"


def test_rows_that_a_join_repeats_are_told(chat: DbChat, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as rows, rows:
        rows.execute("CREATE TABLE payments (order_id INTEGER REFERENCES orders (id), method TEXT)")
        rows.execute("INSERT INTO payments VALUES (1, 'card'), (1, 'cash')")
    assert any("more than once" in note for note in chat.ask("revenue per method").notes)
    assert not any("more than once" in note for note in chat.ask("revenue per country").notes)


def test_hidden_things_are_not_found(chat: DbChat, tmp_path: Path) -> None:
    (tmp_path / "shop.dbchat.yaml").write_text("hidden: [products, customers.left_on]")
    assert "products" not in chat.translate("how many products are there").sql
    assert list(chat.ask("list all customers").frame.columns) == ["id", "name", "country"]


def test_a_join_of_the_glossary_connects_tables(chat: DbChat, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as rows, rows:
        rows.execute("CREATE TABLE visits (who INTEGER, browser TEXT)")
        rows.execute("INSERT INTO visits VALUES (1, 'Fox'), (2, 'Fox'), (2, 'Lynx')")
    (tmp_path / "shop.dbchat.yaml").write_text("joins:\n  - visits.who = customers.id\n")
    frame = chat.ask("how many visits per country").frame
    assert sorted(map(tuple, frame.values.tolist())) == [("France", 1), ("Italy", 2)]
