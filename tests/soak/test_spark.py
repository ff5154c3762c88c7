"""Spark for real: a Connect server on this computer, asked as an analyst would."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dbchat_magic.core.ask import DbChat
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.errors import QueryFailed, QueryTimeout
from tests.spark_server import run_spark

pytestmark = pytest.mark.soak

TABLES = """
CREATE TABLE orders USING parquet AS SELECT id, concat('c', id % 5) AS country,
  cast(id / 4 AS decimal(10, 2)) AS price,
  timestamp'2024-01-01' + make_interval(0, 0, 0, 0, 0, 0, id) AS ordered, CASE WHEN id % 3 > 0 THEN id END AS maybe
  FROM range(100000);
CREATE TABLE customers USING parquet AS SELECT id, concat('name ', id) AS name FROM range(50)
"""


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbChat]:
    with run_spark() as port:
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder
        owner = builder.remote(f"sc://127.0.0.1:{port}").create()
        for statement in TABLES.split(";"):
            owner.sql(statement).collect()
        chat = DbChat(home=tmp_path_factory.mktemp("spark"))
        chat.datasources.add(name="lake", type="spark", host="127.0.0.1", port=port)
        yield chat
        close_all()


def run(chat: DbChat, sql: str, seconds: float = 60, row_limit: int | None = 10) -> Any:
    connection = connect(chat.datasources.get("lake"), chat.settings)
    return connection.run(SafeSql(sql, "spark"), row_limit=row_limit, seconds=seconds)


def test_a_question_is_answered_where_the_data_are(chat: DbChat):
    assert sorted(table.name for table in chat.schema("lake").tables) == ["customers", "orders"]
    frame = chat.ask("how many orders per country?", "lake").frame
    assert sorted(frame.iloc[:, 1].tolist()) == [20_000] * 5


def test_types_come_as_pandas_users_expect(chat: DbChat):
    frame = chat.run("SELECT * FROM orders ORDER BY id LIMIT 3", "lake").frame
    assert [str(kind) for kind in frame.dtypes] == [
        "int64",
        "str",
        "float64",
        "datetime64[us, UTC]",
        "Int64",
    ]


def test_no_more_rows_cross_the_wire_than_were_asked_for(chat: DbChat):
    assert len(chat.run("SELECT * FROM orders", "lake", rows=7).frame) == 7
    assert run(chat, "SELECT * FROM range(100000000000)", row_limit=5).count == 5


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE customers",
        "INSERT INTO customers VALUES (1, 'a')",
        "CREATE TABLE x (a INT)",
        "SELECT 1) AS x; DROP TABLE customers --",
        "SET spark.sql.ansi.enabled = false",
    ],
)
def test_what_is_no_query_is_refused_by_the_session_alone(chat: DbChat, sql: str):
    with pytest.raises(QueryFailed):
        run(chat, sql)
    assert run(chat, "SELECT count(*) AS n FROM customers").table["n"].to_pylist() == [50]


def test_what_does_not_end_is_cancelled(chat: DbChat):
    endless = "SELECT count(*) FROM range(1000000000000) WHERE sha2(cast(id AS string), 256) = 'x'"
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        run(chat, endless, seconds=1)
    assert time.monotonic() - started < 10
    assert run(chat, "SELECT 1 AS one").table["one"].to_pylist() == [1]


def test_a_whole_result_goes_to_a_file(chat: DbChat, tmp_path: Path):
    assert chat.export("SELECT * FROM orders", tmp_path / "orders.parquet", "lake").rows == 100_000
    assert pd.read_parquet(tmp_path / "orders.parquet")["id"].sum() == sum(range(100_000))
