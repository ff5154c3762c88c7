"""What has been done to a row, or not yet, is told by dates, keys and flags; a state that nothing tells is declined."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.errors import NotUnderstood
from tests.sqlite_files import write_sqlite

TODAY = datetime.date(2025, 6, 1)

TABLES = """
CREATE TABLE agents (id INTEGER PRIMARY KEY, name TEXT, is_lead BOOLEAN, active BOOLEAN);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, assignee_id INTEGER REFERENCES agents (id), priority TEXT,
    opened_at TIMESTAMP NOT NULL, closed_at TIMESTAMP
);
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY, due_on DATE NOT NULL, paid_on DATE, method TEXT, total REAL
);
CREATE TABLE contracts (id INTEGER PRIMARY KEY, started_on DATE NOT NULL, ended_on DATE);
CREATE TABLE parts (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE prescriptions (
    id INTEGER PRIMARY KEY, part_id INTEGER REFERENCES parts (id), prescribed_on DATE NOT NULL
);
INSERT INTO agents VALUES (1, 'Ann', 1, 1), (2, 'Bob', 0, 1), (3, 'Cem', 0, 0);
INSERT INTO tickets VALUES
    (1, 1, 'high', '2025-01-02 09:00:00', '2025-01-03 09:00:00'), (2, 2, 'high', '2025-02-02 09:00:00', NULL),
    (3, NULL, 'low', '2025-02-03 09:00:00', NULL), (4, 1, 'low', '2025-02-04 09:00:00', '2025-02-05 09:00:00');
INSERT INTO invoices VALUES (1, '2025-05-01', NULL, 'card', 10), (2, '2025-05-01', '2025-05-20', 'card', 20),
    (3, '2025-07-01', NULL, 'cash', 40);
INSERT INTO contracts VALUES (1, '2024-01-01', '2025-01-01'), (2, '2024-01-01', NULL);
INSERT INTO parts VALUES (1, 'nut'), (2, 'bolt');
INSERT INTO prescriptions VALUES (1, 2, '2025-01-01'), (2, 2, '2025-01-02'), (3, 1, '2025-01-01');
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_sqlite(tmp_path_factory.mktemp("states") / "states.sqlite", TABLES)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("unpaid invoices", [1, 3]),
        ("which invoices are unpaid?", [1, 3]),
        ("overdue invoices", [1]),
        ("invoices paid by card", [1, 2]),
        ("open tickets", [2, 3]),
        ("which tickets are still open?", [2, 3]),
        ("unresolved high tickets", [2]),
        ("unassigned tickets", [3]),
        ("active contracts", [2]),
        ("former contracts", [1]),
    ],
)
def test_a_state_is_a_condition(home: Path, source: str, question: str, ids: list[int]) -> None:
    chat = DbChat(home)
    translation = chat.translate(question, source, today=TODAY)
    assert list(chat.run(translation.sql, source).frame["id"]) == ids


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("how many tickets are open", [[2]]),
        ("open tickets per priority", [["high", 1], ["low", 1]]),
        ("tickets closed per month", [["2025-01", 1], ["2025-02", 1]]),
        ("number of unpaid invoices per method", [["card", 1], ["cash", 1]]),
        ("how many inactive agents", [[1]]),
        ("inactive agents", [["Cem"]]),
        ("leads of tickets", [["Ann"]]),
        ("who is the lead", [["Ann"]]),
        ("which parts are prescribed most often", [["bolt", 2], ["nut", 1]]),
    ],
)
def test_a_state_is_a_condition_of_what_is_counted(
    home: Path, source: str, question: str, rows: list[list[object]]
) -> None:
    chat = DbChat(home)
    translation = chat.translate(question, source, today=TODAY)
    assert chat.run(translation.sql, source).frame.to_numpy().tolist() == rows


@pytest.mark.parametrize(
    "question",
    [
        "overdue tickets",
        "unshipped invoices",
        "which agents are dormant?",
        "agents who churned",
        "how many contracts are pending",
        "who closed the most tickets",
        "which agents are still here?",
    ],
)
def test_a_state_that_nothing_tells_is_declined(home: Path, source: str, question: str) -> None:
    with pytest.raises(NotUnderstood):
        DbChat(home).translate(question, source, today=TODAY)


def test_a_date_that_is_asked_for_is_shown(home: Path, source: str) -> None:
    translation = DbChat(home).translate("when was ticket 1 closed", source, today=TODAY)
    assert "closed_at" in translation.sql.split("FROM")[0]
