"""chDB, ClickHouse's engine, for real: in its process, by its own types, and out of reach of all but its tables."""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dbchat_magic.core.ask import DbChat
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.execute import make_frame
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.errors import DatasourceError, QueryFailed, QueryTimeout, SqlRejected

MAKE = """
import sys
from chdb import session
s = session.Session(sys.argv[1])
for statement in sys.argv[2:]:
    s.query(statement)
s.close()
"""
STATEMENTS = """
CREATE DATABASE shop;
CREATE TABLE shop.customers (id Int64, name String, city LowCardinality(String)) ENGINE = MergeTree ORDER BY id;
INSERT INTO shop.customers SELECT number, concat('name ', toString(number)), ['Berlin', 'Rome'][number % 2 + 1]
  FROM numbers(10);
CREATE TABLE shop.orders (id Int64, customer_id Int64, price Decimal(10, 2), maybe Nullable(UInt64),
  placed DateTime('Europe/Berlin'), exact DateTime64(6), day Date, kind Enum8('web' = 1, 'shop' = 2),
  tags Array(String), big Int128, f Float64, u UUID) ENGINE = MergeTree ORDER BY id;
INSERT INTO shop.orders SELECT number, number % 10, number / 4, if(number % 3, number, NULL),
  toDateTime('2024-07-01 10:00:00', 'Europe/Berlin') + number, '2024-01-02 03:04:05.678901', '2024-01-02', 'web',
  ['a', 'b'], toInt128('170141183460469231731687303715884105727'), if(number % 2, nan, inf),
  '7f1c25c6-9b0a-4b51-9a0e-4a1f7f1c25c6' FROM numbers(30);
"""


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbChat]:
    pytest.importorskip("chdb")
    folder = tmp_path_factory.mktemp("chdb")
    subprocess.run(
        [sys.executable, "-c", MAKE, str(folder / "db"), *STATEMENTS.strip().rstrip(";").split(";\n")],
        check=True,
    )
    chat = DbChat(home=folder / "home")
    chat.datasources.add(name="events", type="chdb", path=str(folder / "db"))
    yield chat
    close_all()


def run(chat: DbChat, sql: str, seconds: float = 20, row_limit: int | None = 10) -> Any:
    connection = connect(chat.datasources.get("events"), chat.settings)
    return connection.run(SafeSql(sql, "chdb"), row_limit=row_limit, seconds=seconds)


def test_a_question_is_answered(chat: DbChat):
    tables = {table.name: table for table in chat.schema("events").tables}
    assert sorted(tables) == ["customers", "orders"]
    assert [column.name for column in tables["customers"].columns] == ["id", "name", "city"]
    assert tables["orders"].rows == 30
    assert chat.ask("how many orders are there?", "events").frame.iloc[0, 0] == 30
    assert len(chat.ask("customers from Berlin", "events").frame) == 5


def test_values_are_what_the_engine_says_they_are(chat: DbChat):
    (row,) = run(chat, "SELECT * FROM orders WHERE id = 1").rows
    placed = row[4]
    assert row[:4] == (1, 1, Decimal("0.25"), 1)
    assert placed.isoformat() == "2024-07-01T10:00:01+02:00"
    assert row[5:10] == (
        datetime.datetime(2024, 1, 2, 3, 4, 5, 678901),
        datetime.date(2024, 1, 2),
        "web",
        ["a", "b"],
        2**127 - 1,
    )
    assert str(row[10]) == "nan"
    assert str(row[11]) == "7f1c25c6-9b0a-4b51-9a0e-4a1f7f1c25c6"


def test_by_columns_or_by_rows_is_the_same(chat: DbChat):
    sql = (
        "SELECT number AS n, if(number % 3, number, NULL) AS m, toString(number) AS s, number / 7 AS f,"
        " toDate('2024-01-01') + number AS d, number % 2 = 0 AS b, NULL AS x FROM numbers(5000)"
    )
    quick = run(chat, sql.replace(", NULL AS x", ""), row_limit=None)
    assert quick.table is not None
    by_rows = run(chat, sql.replace(", NULL AS x", ""), row_limit=20_000)
    pd.testing.assert_frame_equal(make_frame(quick), make_frame(by_rows), check_freq=False)
    assert run(chat, sql, row_limit=None).table is None


def test_an_enumeration_is_categories_in_the_order_of_its_numbers(chat: DbChat):
    found = make_frame(run(chat, "SELECT kind FROM orders ORDER BY id"))["kind"]
    assert found.cat.categories.tolist() == ["web", "shop"]
    assert found.cat.ordered
    declared = "SELECT CAST(arrayJoin(['a', NULL]) AS Nullable(Enum16('it\\'s' = 500, 'a' = -2))) AS x"
    found = make_frame(run(chat, declared))["x"]
    assert found.cat.categories.tolist() == ["a", "it's"]
    assert found.isna().tolist() == [False, True]


ATTACKS = (
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT file('/etc/hostname')",
    "SELECT * FROM `/etc/hostname`",
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM executable('x.sh', 'CSV', 'a String')",
    "SELECT * FROM s3('http://127.0.0.1:1/x.csv')",
    "SELECT * FROM (SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')) AS q",
    "WITH (SELECT count() FROM url('http://127.0.0.1:1/', 'CSV', 'a String')) AS n SELECT n",
    "SELECT * FROM python('x')",
    "SELECT hostName()",
    "SELECT getSetting('readonly')",
    "SELECT * FROM system.users",
    "SELECT * FROM system.settings",
    "SELECT 1; SELECT 2",
    "SELECT 1 SETTINGS readonly = 0",
    "INSERT INTO orders (id) VALUES (99)",
    "INSERT INTO FUNCTION file('@DIR@/left.csv', 'CSV', 'a String') SELECT 'x'",
    "SELECT * FROM orders INTO OUTFILE '@DIR@/left.csv'",
    "CREATE TABLE x (a Int8) ENGINE = Memory",
    "DROP TABLE orders",
    "ALTER TABLE orders DELETE WHERE 1",
    "SET readonly = 0",
    "ATTACH TABLE x",
    "SYSTEM SHUTDOWN",
    "EXPLAIN ESTIMATE SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT dictGet('a', 'b', 1)",
    "SELECT sleep(3)",
)


@pytest.mark.parametrize("sql", ATTACKS)
def test_attacks_are_refused_by_the_guard_and_by_the_session_alone(chat: DbChat, sql: str, tmp_path: Path):
    statement = sql.replace("@DIR@", str(tmp_path))
    with pytest.raises(SqlRejected):
        chat.run(statement, "events")
    with pytest.raises(QueryFailed):
        run(chat, statement)
    assert list(tmp_path.iterdir()) == []
    assert run(chat, "SELECT count() FROM orders").rows == [(30,)]


def test_what_does_not_end_is_ended_with_its_process(chat: DbChat):
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        run(chat, "SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1", seconds=0.5)
    assert time.monotonic() - started < 12
    assert run(chat, "SELECT count() FROM orders").rows == [(30,)]


def test_a_mistake_comes_with_the_engines_words(chat: DbChat):
    with pytest.raises(QueryFailed, match="nope"):
        run(chat, "SELECT nope FROM orders")


def test_a_folder_must_be_there(chat: DbChat, tmp_path: Path):
    with pytest.raises(DatasourceError, match="There is no folder"):
        chat.datasources.add(name="none", type="chdb", path=str(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []
