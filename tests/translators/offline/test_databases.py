"""The same questions give the same rows whatever database holds the demo's tables."""

from __future__ import annotations

import contextlib
import datetime
import math
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.connect import close_all
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.secrets import hold
from dbchat_magic.demo import demo_database
from tests.copies import COPY_TO_SERVER, copy_to_duckdb
from tests.servers import PASSWORD, Server
from tests.translators.offline.test_corpus import TODAY, pairs

KINDS = ("duckdb", "postgresql", "mariadb")


TIES = {"who is the youngest customer?"}
"""Several rows are as good; which of them comes first is each database's own affair."""


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbChat]:
    yield DbChat(tmp_path_factory.mktemp("home"))
    close_all()


@pytest.fixture(scope="module", params=KINDS)
def copied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, chat: DbChat
) -> Datasource:
    """The demo in another database."""
    demo = demo_database(chat.settings.home)
    if request.param == "duckdb":
        path = tmp_path_factory.mktemp("copied") / "demo.duckdb"
        copy_to_duckdb(demo, path)
        return Datasource(0, "copied", "duckdb", {"path": str(path)})
    server: Server = request.getfixturevalue(request.param)
    name = server.make_database("demo_copy")
    COPY_TO_SERVER[request.param](demo, server, name)
    params: dict[str, Any] = server.params(name)
    return Datasource(0, "copied", request.param, {**params, "password": hold(params["password"])})


@pytest.mark.parametrize(("question", "sql"), list(pairs()))
def test_the_rows_are_those_of_sqlite(chat: DbChat, copied: Datasource, question: str, sql: str):
    expected = chat.run(sql, "demo")
    answer = chat.run(chat.translate(question, copied, today=TODAY).sql, copied)
    assert len(answer.frame) == len(expected.frame)
    assert question in TIES or rows_of(answer.frame) == rows_of(expected.frame), answer.sql


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_names_that_a_server_reads_as_something_else_are_quoted(
    request: pytest.FixtureRequest, chat: DbChat, kind: str
):
    server: Server = request.getfixturevalue(kind)
    name = server.make_database("odd_names")
    quote = {"postgresql": '"', "mariadb": "`"}[kind]
    columns = ("Id", "user", "Total Amount", "rank")
    listed = ", ".join(f"{quote}{column}{quote} int" for column in columns)
    server.execute(f"CREATE TABLE {quote}Album{quote} ({listed})", database=name)
    server.execute(f"INSERT INTO {quote}Album{quote} VALUES (1, 7, 30, 2), (2, 8, 40, 1)", database=name)
    source = Datasource(0, "odd", kind, {**server.params(name), "password": hold(PASSWORD)})
    assert list(chat.ask("show all albums", source).frame.columns) == list(columns)
    assert chat.ask("what is the sum of the total amount of albums?", source).frame.iloc[0, 0] == 70
    assert chat.ask("list the user of each album", source).frame["user"].tolist() == [7, 8]
    assert chat.ask("show the rank of albums with a total amount over 35", source).frame["rank"].tolist() == [
        1
    ]


@pytest.mark.parametrize("kind", ["sqlite", *KINDS])
def test_hours_and_weekdays_of_times(request: pytest.FixtureRequest, chat: DbChat, tmp_path: Path, kind: str):
    times = ("2025-03-03 00:00:00", "2025-03-09 23:59:59", "2025-03-10 09:30:00", "2025-03-15 18:45:00")
    statements = (
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, arrived_at TIMESTAMP)",
        "INSERT INTO visits VALUES " + ", ".join(f"({n}, '{time}')" for n, time in enumerate(times)),
    )
    if kind in ("sqlite", "duckdb"):
        path = tmp_path / "visits.db"
        with contextlib.closing(sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(path)) as made:
            for statement in statements:
                made.execute(statement)
            made.commit()
        source = Datasource(0, "visits", kind, {"path": str(path)})
    else:
        server: Server = request.getfixturevalue(kind)
        name = server.make_database("visits")
        server.execute(*statements, database=name)
        source = Datasource(0, "visits", kind, {**server.params(name), "password": hold(PASSWORD)})
    by_day = [["1 Monday", 2], ["6 Saturday", 1], ["7 Sunday", 1]]
    assert chat.ask("visits per weekday", source).frame.to_numpy().tolist() == by_day
    by_hour = [["00", 1], ["09", 1], ["18", 1], ["23", 1]]
    assert chat.ask("how many visits per hour of the day?", source).frame.to_numpy().tolist() == by_hour
    assert chat.ask("how many visits on weekends?", source).frame.iloc[0, 0] == 2


def rows_of(frame: Any) -> list[tuple[str, ...]]:
    """Sorted: which of two equal ones comes first is each database's own affair."""
    return sorted(tuple(map(as_text, row)) for row in frame.itertuples(index=False, name=None))


def as_text(cell: Any) -> str:
    """A value as all databases have it: numbers to six digits, days and times as text."""
    if (
        cell is None
        or (isinstance(cell, float) and math.isnan(cell))
        or type(cell).__name__ in ("NaTType", "NAType")
    ):
        return "NULL"
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float | Decimal):
        return f"{float(cell):.6g}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(cell)
