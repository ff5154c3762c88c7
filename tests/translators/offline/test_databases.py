"""The corpus' questions have the same answers in every database that holds the demo's rows."""

from __future__ import annotations

import datetime
import decimal
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from dbchat_magic import DbChat
from dbchat_magic.demo import demo_database
from tests.servers import PASSWORD, READER, Server
from tests.translators.offline.test_corpus import TODAY, pairs

QUESTIONS = [str(pair.values[0]) for pair in pairs()]

TYPES = {
    "duckdb": {"DATETIME": "TIMESTAMP", "REAL": "DOUBLE"},
    "postgresql": {"DATETIME": "TIMESTAMP", "REAL": "DOUBLE PRECISION"},
    "mariadb": {"REAL": "DOUBLE", "TEXT": "VARCHAR(300)"},
}
"""The demo's types as each database calls them."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_database(tmp_path_factory.mktemp("demo"))


def test_duckdb_gives_the_same_answers(home: Path, demo: Path, tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "shop.duckdb"
    connection = duckdb.connect(str(path))
    for statement, name, frame in tables_of(demo, "duckdb"):
        connection.execute(re.sub(rf"REFERENCES {name} \(\w+\)", "", statement))  # it fills a table at once
        connection.register("rows_of_it", frame)
        connection.execute(f"INSERT INTO {name} SELECT * FROM rows_of_it")
        connection.unregister("rows_of_it")
    connection.close()
    compare(DbChat(home), str(path), str(demo))


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_gives_the_same_answers(
    home: Path, demo: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(kind)
    name = server.make_database("corpus")
    connection = server.connect(name, server.admin, server.admin_password)
    connection.autocommit = False
    cursor = connection.cursor()
    if kind == "mariadb":
        cursor.execute(f"ALTER DATABASE `{name}` CHARACTER SET utf8mb4")
    for statement, table, frame in tables_of(demo, kind):
        cursor.execute(statement)
        marks = ", ".join(["%s"] * frame.shape[1])
        rows = frame.astype(object).where(frame.notna(), None).values.tolist()
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.commit()
    connection.close()
    chat = DbChat(home)
    chat.datasources.add(
        name="corpus",
        type=kind,
        host=server.host,
        port=server.port,
        user=READER,
        password=PASSWORD,
        database=name,
    )
    compare(chat, "corpus", str(demo))


def tables_of(path: Path, kind: str) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each table's CREATE statement, name and rows."""
    connection = sqlite3.connect(path)
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE TABLE %'"
    ).fetchall()
    for name, sql in found:
        if name.startswith("sqlite_"):
            continue
        statement = re.sub(r"--[^\n]*", "", sql)
        for ours, theirs in TYPES[kind].items():
            statement = re.sub(rf"\b{ours}\b", theirs, statement)
        yield statement, name, pd.read_sql(f"SELECT * FROM {name}", connection)
    connection.close()


def compare(chat: DbChat, there: str, here: str) -> None:
    """Every question asked of both; all that differ are told together."""
    different = [
        f"{question}\n  {told[0]}\n  {told[1]}"
        for question in QUESTIONS
        if (told := answers(chat, question, there, here))[0] != told[1]
    ]
    assert not different, "\n".join(different)


def answers(chat: DbChat, question: str, *sources: str) -> list[object]:
    return [answer(chat, question, source) for source in sources]


def answer(chat: DbChat, question: str, source: str) -> object:
    """The rows as texts that do not depend on the database; where no order is asked for, sorted."""
    translation = chat.translate(question, source, today=TODAY)
    try:
        frame = chat.run(translation.sql, source, rows=0 if "SELECT *" in translation.sql else 100_000).frame
    except Exception as error:  # told with the question
        return f"{type(error).__name__}: {error}: {' '.join(translation.sql.split())}"
    rows = [tuple(plain(cell) for cell in row) for row in frame.itertuples(index=False, name=None)]
    return list(map(str.lower, frame.columns)), sorted(rows) if "LIMIT" not in translation.sql else len(rows)


def plain(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and cell != cell) or cell is pd.NaT:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float | decimal.Decimal):
        return f"{float(cell):.4f}"
    if isinstance(cell, datetime.date):
        return cell.isoformat().replace("T", " ").removesuffix(" 00:00:00")
    return str(cell)
