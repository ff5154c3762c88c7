"""Tables outside the search path are asked like any other, and called by their own names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.connect import close_all
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.secrets import hold
from tests.servers import PASSWORD, Server


@pytest.fixture
def company(postgresql: Server) -> Iterator[Datasource]:
    name = postgresql.make_database("company")
    postgresql.execute(
        "CREATE SCHEMA hr",
        "CREATE TABLE staff (id int PRIMARY KEY, name text)",
        "CREATE TABLE hr.holidays (id int PRIMARY KEY, staff_id int REFERENCES staff, day date)",
        "CREATE TABLE orders (id int PRIMARY KEY, staff_id int REFERENCES staff)",
        "CREATE TABLE hr.orders (id int PRIMARY KEY, note text)",
        "INSERT INTO staff VALUES (1, 'Ann'), (2, 'Bob')",
        "INSERT INTO hr.holidays VALUES (1, 1, '2025-01-02'), (2, 1, '2025-01-03'), (3, 2, '2025-05-01')",
        "INSERT INTO orders VALUES (1, 1)",
        database=name,
    )
    yield Datasource(0, "company", "postgresql", {**postgresql.params(name), "password": hold(PASSWORD)})
    postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")
    close_all()


def test_a_table_of_another_schema_is_joined_and_called_by_its_own_name(home, company: Datasource) -> None:
    answer = DbChat(home).ask("how many holidays per staff?", company)
    assert "hr.holidays" in answer.sql
    assert "hr" not in answer.reading.split()
    assert list(answer.frame.columns) == ["name", "number_of_holidays"]
    assert dict(answer.frame.to_numpy().tolist()) == {"Ann": 2, "Bob": 1}


def test_of_two_tables_of_one_name_the_session_s_own_is_meant(home, company: Datasource) -> None:
    assert DbChat(home).ask("how many orders are there?", company).frame.iloc[0, 0] == 1


@pytest.mark.parametrize(
    "question",
    [
        "how many hr orders are there?",
        "how many hr.orders are there?",
        "how many orders are in the hr schema?",
    ],
)
def test_the_schema_said_with_a_table_decides(home, company: Datasource, question: str) -> None:
    answer = DbChat(home).ask(question, company)
    assert "hr.orders" in answer.sql
    assert answer.frame.iloc[0, 0] == 0
