"""A number for each group where none is asked for by name, in a database whose tables have no column called "name"."""

from __future__ import annotations

import sqlite3

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.errors import Ambiguous, NotUnderstood

SCRIPT = """
CREATE TABLE clubs (id INTEGER PRIMARY KEY, brand TEXT, country TEXT, founded_on DATE, staff_salary REAL);
CREATE TABLE members (id INTEGER PRIMARY KEY, club_id INTEGER REFERENCES clubs, email TEXT, role TEXT);
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY, club_id INTEGER REFERENCES clubs, issued_on DATE, settled_on DATE, total REAL
);
CREATE TABLE visits (
    id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES members, kind TEXT, satisfaction INTEGER, seats INTEGER
);
"""


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    return DbChat(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def clubs(tmp_path_factory: pytest.TempPathFactory) -> Datasource:
    path = tmp_path_factory.mktemp("data") / "clubs.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCRIPT)
        for n in range(1, 41):
            country = ("Peru", "Chile", "Kenya")[n % 3]
            connection.execute(
                "INSERT INTO clubs VALUES (?, ?, ?, ?, ?)",
                (n, f"Club {n}", country, "2024-05-06", 900 + n % 5),
            )
            connection.execute(
                "INSERT INTO members VALUES (?, ?, ?, ?)", (n, n % 7 + 1, f"m{n}@mail.example", "guest")
            )
            settled = "2025-02-03" if n % 2 else None
            connection.execute(
                "INSERT INTO invoices VALUES (?, ?, ?, ?, ?)", (n, n % 9 + 1, "2025-01-02", settled, n * 1.5)
            )
            connection.execute(
                "INSERT INTO visits VALUES (?, ?, ?, ?, ?)",
                (n, n % 11 + 1, ("day", "week")[n % 2], n % 5, n % 4),
            )
    return Datasource(0, "clubs", "sqlite", {"path": str(path)})


CORPUS = """
-- clubs founded in 2024 by country
SELECT country, COUNT(*) AS number_of_clubs FROM clubs WHERE founded_on >= '2024-01-01' AND founded_on < '2025-01-01' GROUP BY country

-- satisfaction per kind
SELECT kind, AVG(satisfaction) AS average_satisfaction FROM visits GROUP BY kind

-- seats per kind
SELECT kind, SUM(seats) AS total_seats FROM visits GROUP BY kind

-- total invoiced per month
SELECT STRFTIME('%Y-%m', issued_on) AS month, SUM(total) AS total_total FROM invoices GROUP BY STRFTIME('%Y-%m', issued_on) ORDER BY STRFTIME('%Y-%m', issued_on) ASC

-- total settled
SELECT SUM(total) AS total_total FROM invoices WHERE NOT settled_on IS NULL

-- top 3 clubs by total invoiced
SELECT clubs.brand, SUM(invoices.total) AS total_total FROM clubs JOIN invoices ON clubs.id = invoices.club_id GROUP BY clubs.id, clubs.brand ORDER BY SUM(invoices.total) DESC LIMIT 3

-- average invoice
SELECT AVG(total) AS average_total FROM invoices

-- how many visits does each member have?
SELECT members.email, COUNT(*) AS number_of_visits FROM members JOIN visits ON members.id = visits.member_id GROUP BY members.id, members.email

-- share of clubs per country
SELECT country, 100.0 * COUNT(*) / NULLIF(SUM(COUNT(*)) OVER (), 0) AS percent FROM clubs GROUP BY country
"""


@pytest.mark.parametrize(("question", "sql"), [pair[3:].split("\n") for pair in CORPUS.strip().split("\n\n")])
def test_the_question_becomes_this_sql(chat: DbChat, clubs: Datasource, question: str, sql: str) -> None:
    assert " ".join(chat.translate(question, clubs).sql.split()) == sql
    chat.run(sql, clubs)


def test_a_measure_that_is_told_both_ways_is_offered_both_ways(chat: DbChat, clubs: Datasource) -> None:
    with pytest.raises(Ambiguous) as caught:
        chat.ask("staff salary by country", clubs)
    shown = {" ".join(choice.sql.split()).split(" FROM")[0] for choice in caught.value.choices}
    assert shown == {
        "SELECT country, SUM(staff_salary) AS total_staff_salary",
        "SELECT country, AVG(staff_salary) AS average_staff_salary",
    }


def test_a_share_is_not_told_where_a_row_is_in_several_groups(chat: DbChat, clubs: Datasource) -> None:
    with pytest.raises(NotUnderstood, match="share"):
        chat.translate("share of members per kind", clubs)
