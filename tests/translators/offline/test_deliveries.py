"""Rows that are sold once: their price is the revenue; a verb is no column, and a rate that no column is called is declined."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.errors import NotUnderstood
from tests.sqlite_files import write_sqlite

TABLES = """
CREATE TABLE vehicles (vehicle_id INTEGER PRIMARY KEY, make TEXT);
CREATE TABLE drivers (driver_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE clients (client_id INTEGER PRIMARY KEY, name TEXT, region TEXT);
CREATE TABLE deliveries (
    delivery_id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES clients, driver_id INTEGER REFERENCES drivers,
    vehicle_id INTEGER REFERENCES vehicles, picked_up_on DATE, distance_km REAL, price REAL, status TEXT
);
CREATE TABLE ratings (
    rating_id INTEGER PRIMARY KEY, delivery_id INTEGER REFERENCES deliveries, rating INTEGER
);
INSERT INTO vehicles VALUES (1, 'Volvo'), (2, 'Scania');
INSERT INTO drivers VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO clients VALUES (1, 'Acme', 'North'), (2, 'Beta', 'South');
INSERT INTO deliveries VALUES (1, 1, 1, 1, '2024-01-05', 10.5, 100, 'delivered'),
    (2, 1, 2, 2, '2024-02-05', 20.5, 50, 'failed'), (3, 2, 2, 1, '2024-02-07', 30.5, 25, 'delivered');
INSERT INTO ratings VALUES (1, 1, 5), (2, 2, 1);
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_sqlite(tmp_path_factory.mktemp("deliveries") / "deliveries.sqlite", TABLES)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("revenue by region", [["North", 150.0], ["South", 25.0]]),
        ("top 1 drivers by revenue", [["Ann", 100.0]]),
        ("average distance per delivery", [[20.5]]),
        ("how many deliveries did each driver make in February 2024", [["Bob", 2]]),
        ("deliveries per make", [["Scania", 1], ["Volvo", 2]]),
    ],
)
def test_these_rows_come(home: Path, source: str, question: str, rows: list[list[object]]) -> None:
    chat = DbChat(home)
    assert chat.run(chat.translate(question, source).sql, source).frame.to_numpy().tolist() == rows


@pytest.mark.parametrize(
    "question",
    [
        "failure rate per driver",
        "delivery rate by region",
        "average price per km",
        "which client pays the most",
        "profit by region",
    ],
)
def test_what_cannot_be_worked_out_is_declined(home: Path, source: str, question: str) -> None:
    with pytest.raises(NotUnderstood):
        DbChat(home).translate(question, source)
