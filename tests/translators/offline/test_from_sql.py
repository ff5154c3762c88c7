"""What the offline translator writes it can read again."""

from __future__ import annotations

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.translators.offline.from_sql import read_query
from dbchat_magic.translators.offline.joins import JoinGraph
from dbchat_magic.translators.offline.query import Comparison
from dbchat_magic.translators.offline.sql import to_sql
from tests.translators.offline.test_corpus import pairs


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    return DbChat(tmp_path_factory.mktemp("home"))


WRITTEN = [str(pair.values[1]) for pair in pairs()]

NUMBERED = [sql for sql in WRITTEN if "ROW_NUMBER()" in sql]


@pytest.mark.parametrize("sql", NUMBERED)
def test_the_first_rows_of_each_group_are_not_read_again(chat: DbChat, sql: str) -> None:
    """A question that follows them is read as one that stands alone."""
    assert read_query(sql, chat.schema("demo")) is None


@pytest.mark.parametrize("sql", [sql for sql in WRITTEN if sql not in NUMBERED])
def test_sql_read_and_written_again_gives_the_same_rows(chat: DbChat, sql: str) -> None:
    schema = chat.schema("demo")
    query = read_query(sql, schema)
    assert query is not None
    again = to_sql(query, schema, JoinGraph(schema))
    before, after = (chat.run(text, "demo", rows=50).frame for text in (sql, again))
    assert before.shape == after.shape
    if "ORDER BY" in sql or len(before) < 50:
        rows = [sorted(map(str, frame.itertuples(index=False, name=None))) for frame in (before, after)]
        assert rows[0] == rows[1]


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgresql", "mariadb"])
@pytest.mark.parametrize(
    ("condition", "op"),
    [
        ("name IS NOT NULL", "is not null"),
        ("NOT name IS NULL", "is not null"),
        ("name IS NULL", "is null"),
        ("name NOT LIKE 'a%'", "not like"),
        ("NOT name LIKE 'a%'", "not like"),
        ("name NOT IN ('a')", "not in"),
    ],
)
def test_a_negation_stays_one_however_the_parser_holds_it(dialect: str, condition: str, op: str) -> None:
    schema = Schema((Table("pets", (Column("name"),)),), dialect)
    query = read_query(f"SELECT name FROM pets WHERE {condition}", schema)
    assert query is not None
    (comparison,) = query.where
    assert isinstance(comparison, Comparison)
    assert comparison.op == op


def test_what_is_no_select_is_not_read_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    schema = Schema((Table("pets", (Column("name"),)),))
    for sql in (
        "EXPLAIN SELECT name FROM pets",
        "PRAGMA table_info(pets)",
        "WITH q AS (SELECT 1) SELECT * FROM q",
        "",
    ):
        assert read_query(sql, schema) is None
    assert not caplog.text
