"""Glossary: what a user wrote changes what translators see; what is wrong in it is told with file and line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.glossary import Glossary, Synonym
from dbchat_magic.errors import GlossaryError

TABLES = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT, email TEXT, deleted_on DATE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, buyer INTEGER, status TEXT, placed_on DATE);
CREATE TABLE "order lines" (order_id INTEGER REFERENCES orders (id), price REAL, quantity INTEGER, "select" TEXT);
CREATE TABLE audit_log (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE audit_rows (id INTEGER PRIMARY KEY);
"""

WHOLE = """
# What we mean by our words.
synonyms:
  customers: [clients, buyers]
  customers.country: home country, land
descriptions:
  orders: What was ordered in the shop.
  Orders.status: open, paid or cancelled
metrics:
  revenue: sum(price * quantity)
  basket size:
    sql: sum(quantity) / count(distinct "order lines".order_id)
    description: Pieces in an order.
    synonyms: [basket]
  line total: price * quantity
filters:
  orders: status <> 'cancelled'
  customers:
    sql: deleted_on IS NULL
    unless: [former, deleted]
joins:
  - orders.buyer = customers.id
hidden:
  - audit_*
  - customers.email
"""


@pytest.fixture
def chat(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DbChat:
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as rows:
        rows.executescript(TABLES)
    monkeypatch.chdir(tmp_path)
    chat = DbChat(home)
    chat.datasources.add("shop", "sqlite", path=path)
    return chat


def write(text: str) -> Path:
    path = Path("shop.dbchat.yaml")
    path.write_text(text, encoding="utf-8")
    return path


def glossary(chat: DbChat, text: str) -> Glossary:
    write(text)
    return chat.schema().glossary


def test_all_of_a_file_is_read(chat: DbChat) -> None:
    read = glossary(chat, WHOLE)
    assert Path(read.path).name == "shop.dbchat.yaml"
    assert read.synonyms == (
        Synonym("clients", "customers"),
        Synonym("buyers", "customers"),
        Synonym("home country", "customers", "country"),
        Synonym("land", "customers", "country"),
    )
    revenue, basket, total = read.metrics
    assert revenue.sql == 'SUM("order lines".price * "order lines".quantity)'
    assert (revenue.text, revenue.tables, revenue.aggregate) == (
        "sum(price * quantity)",
        ("order lines",),
        True,
    )
    assert (basket.names, basket.description) == (("basket size", "basket"), "Pieces in an order.")
    assert not total.aggregate
    (paid,) = read.filters_of("orders")
    assert (paid.sql, paid.columns, paid.values) == (
        "orders.status <> 'cancelled'",
        ("status",),
        ("cancelled",),
    )
    assert read.filters_of("customers")[0].unless == ("former", "deleted")


def test_the_schema_is_as_the_glossary_has_it(chat: DbChat) -> None:
    write(WHOLE)
    schema = chat.schema()
    assert [table.name for table in schema.tables] == ["customers", "order lines", "orders"]
    customers, orders = schema.table("customers"), schema.table("orders")
    assert customers
    assert orders
    assert customers.column("email") is None
    assert not [place for place in schema.values.columns if place == ("customers", "email")]
    assert orders.comment == "What was ordered in the shop."
    assert orders.columns[2].comment == "open, paid or cancelled"
    (key,) = orders.foreign_keys
    assert (key.columns, key.target, key.target_columns, key.inferred) == (
        ("buyer",),
        "customers",
        ("id",),
        False,
    )


def test_the_schema_stays_the_same_object_until_the_file_changes(chat: DbChat) -> None:
    before = chat.schema()
    path = write(WHOLE)
    schema = chat.schema()
    assert schema is not before
    assert chat.schema() is schema
    path.write_text("hidden: audit_*")
    assert chat.schema() is not schema
    assert chat.schema().table("audit_log") is None
    path.unlink()
    assert chat.schema() is before, "the schema as it was read is kept without the glossary"


def test_what_is_written_down_of_a_schema_is_without_its_glossary(chat: DbChat, home: Path) -> None:
    write(WHOLE)
    assert chat.schema().table("audit_log") is None
    Path("shop.dbchat.yaml").unlink()
    assert DbChat(home).schema().table("audit_log"), "read from the disk"


def test_beside_the_notebook_goes_before_the_home_folder(chat: DbChat, home: Path) -> None:
    (home / "glossaries").mkdir()
    (home / "glossaries" / "shop.dbchat.yaml").write_text("hidden: orders")
    assert chat.schema().table("orders") is None
    write("hidden: audit_log")
    assert chat.schema().table("orders")
    assert chat.schema().table("audit_log") is None


def test_an_empty_file_says_nothing(chat: DbChat) -> None:
    for text in ("", "# nothing yet\n", "synonyms:\nmetrics:\n", "synonyms: {}\nhidden: []\n"):
        assert glossary(chat, text) == Glossary(str(Path("shop.dbchat.yaml").resolve()))


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("metric:\n  a: b", 1, "no section 'metric'", "'metrics'"),
        ("\nsynonyms:\n  customer: client", 3, "no table 'customer'", "'customers'"),
        ("synonyms:\n  customers.nam: x", 2, "no column 'nam' in customers", "'name'"),
        ("synonyms:\n  - clients", 2, "form name: what it is", "revenue:"),
        ("synonyms:\n  orders:\n    - [a]", 3, "text is missing", ""),
        ("metrics:\n  a: sum(prise)", 2, "No table has a column 'prise'", "'price'"),
        ("metrics:\n  a: count(name)", 2, "Several tables have a column 'name'", "audit_log.name or"),
        ("metrics:\n  a: sum(price", 2, "cannot be read as SQLite", "one expression"),
        ("metrics:\n  a: sum(price); delete from orders", 2, "cannot be read", ""),
        ("metrics:\n  a: (select sum(price) from orders)", 2, "more than an expression", "SELECT"),
        ("metrics:\n  a: sum(price) over ()", 2, "more than an expression", "OVER"),
        ("metrics:\n  a: price, quantity", 2, "cannot be read", ""),
        ("metrics:\n  a: price from orders", 2, "more than an expression", "FROM"),
        ("metrics:\n  a: drop table orders", 2, "cannot be read", ""),
        (
            "metrics:\n  a: price\n  b:\n    sql: price\n    synonyms: [c, A]",
            5,
            "the name of two metrics",
            "line 2",
        ),
        ("metrics:\n  a: load_extension(email)", 2, "load_extension() is not allowed", ""),
        ("metrics:\n  a: sum(audit_log.id)\nhidden: audit_log", 2, "audit_log is hidden", ""),
        ("metrics:\n  a:\n    sqll: x", 3, "no field 'sqll'", "'sql'"),
        ("metrics:\n  a:\n    description: x", 2, "has no SQL", ""),
        ("metrics:\n  a: 1 + 1", 2, "names no column", ""),
        ("metrics:\n  a: price\n  A: price", 3, "stands here twice", "line 2"),
        ("filters:\n  orders: buyer.x = 1", 2, "no table 'buyer'", ""),
        ("filters:\n  orders: customers.name = 'x'", 2, "cannot look into customers", ""),
        ("filters:\n  orders: count(*) > 1", 2, "row by row", ""),
        ("filters:\n  orders.status: x", 2, "belongs to a table", ""),
        ("joins:\n  - orders.buyer", 2, "is not a join", ""),
        ("joins:\n  - orders.buyer = customers", 2, "not a column", ""),
        ("joins:\n  - orders.buyer = customers.id and orders.id = audit_log.id", 2, "more than two", ""),
        ("hidden:\n  - customers.id", 2, "is a key", ""),
        ("hidden:\n  - nothing_*", 2, "no table", ""),
        ("hidden:\n  - *_log", 2, "not YAML", "begins with *"),
        ("a: [", 1, "not YAML", "quotes"),
        ("metrics:\n\ta: b", 2, "not YAML", ""),
        ("metrics:\n  a: b: c", 2, "not YAML", ""),
        ("synonyms:\n  customers: &a [x]\n  orders: !!python/name:os.system x", 3, "", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    chat: DbChat, text: str, line: int, message: str, hint: str
) -> None:
    if not message:  # tags mean nothing here: nothing is made of them, and the text is a text
        assert glossary(chat, text).synonyms[-1] == Synonym("x", "orders")
        return
    with pytest.raises(GlossaryError) as raised:
        glossary(chat, text)
    assert raised.value.message.startswith(f"shop.dbchat.yaml, line {line}: ")
    assert message in raised.value.message
    assert hint in raised.value.hint


def test_a_wrong_file_stops_questions_and_loses_nothing(chat: DbChat) -> None:
    path = write("metrics:\n  revenue: sum(prise)\n")
    with pytest.raises(GlossaryError, match="line 2"):
        chat.ask("how many orders")
    assert path.read_text() == "metrics:\n  revenue: sum(prise)\n"
    assert chat.run("SELECT count(*) FROM audit_log").frame.iloc[0, 0] == 0, "SQL needs no glossary"
    path.write_text("metrics:\n  revenue: sum(price)\n")
    assert len(chat.ask("how many orders").frame) == 1


def test_nothing_of_it_reaches_a_log(chat: DbChat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    write(WHOLE)
    chat.ask("basket size")
    for text in (
        "drop table cancelled",
        "pragma cancelled",
        "cancelled; explain cancelled",
        "call cancelled()",
    ):
        with pytest.raises(GlossaryError):
            glossary(chat, f"metrics:\n  a: {text}")
    assert "cancelled" not in caplog.text
    assert "basket" not in caplog.text


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"x: " + b"[" * 5_000, b"a: " + b"b" * 1_000_001, b"x: \x00"]
)
def test_a_file_that_is_no_text_is_an_error_too(chat: DbChat, content: bytes) -> None:
    Path("shop.dbchat.yaml").write_bytes(content)
    with pytest.raises(GlossaryError, match=r"shop\.dbchat\.yaml"):
        chat.schema()


def test_a_restriction_to_tables_restricts_the_glossary(chat: DbChat) -> None:
    write(WHOLE)
    schema = chat.schema().only(["orders"])
    assert [metric.name for metric in schema.glossary.metrics] == []
    assert [each.table for each in schema.glossary.filters] == ["orders"]
