"""Spark for real: a Connect server on this computer, asked as an analyst would."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dbchat_magic.core import batches
from dbchat_magic.core.ask import DbChat
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.server import PING_AFTER, ServerConnection
from dbchat_magic.errors import QueryCancelled, QueryFailed, QueryTimeout
from tests.servers import relay
from tests.spark_server import SparkServer, run_spark

pytestmark = pytest.mark.soak

TABLES = """
CREATE TABLE orders USING parquet AS SELECT id, concat('c', id % 5) AS country,
  cast(id / 4 AS decimal(10, 2)) AS price,
  timestamp'2024-01-01' + make_interval(0, 0, 0, 0, 0, 0, id) AS ordered, CASE WHEN id % 3 > 0 THEN id END AS maybe
  FROM range(100000);
CREATE TABLE customers USING parquet AS SELECT id, concat('name ', id) AS name FROM range(50)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[SparkServer]:
    with run_spark() as server:
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder
        owner = builder.remote(f"sc://127.0.0.1:{server.port}").create()
        for statement in TABLES.split(";"):
            owner.sql(statement).collect()
        owner.stop()
        yield server


@pytest.fixture(scope="module")
def chat(server: SparkServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbChat]:
    chat = DbChat(home=tmp_path_factory.mktemp("spark"))
    chat.datasources.add(name="lake", type="spark", host="127.0.0.1", port=server.port)
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


ENDLESS = "SELECT count(*) FROM range(1000000000000) WHERE sha2(cast(id AS string), 256) = 'x'"


def test_what_does_not_end_is_cancelled(chat: DbChat, server: SparkServer):
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        run(chat, ENDLESS, seconds=1)
    assert time.monotonic() - started < 10
    assert_idle(server)
    assert run(chat, "SELECT 1 AS one").table["one"].to_pylist() == [1]


def test_what_is_cancelled_from_another_thread_ends_on_the_server(chat: DbChat, server: SparkServer):
    connection = connect(chat.datasources.get("lake"), chat.settings)

    def cancel_when_it_runs() -> None:
        wait_until(server.running_jobs, "the statement does not run")
        connection.cancel()

    threading.Thread(target=cancel_when_it_runs).start()
    with pytest.raises(QueryCancelled):
        run(chat, ENDLESS)
    assert_idle(server)


def assert_idle(server: SparkServer) -> None:
    wait_until(lambda: not server.running_jobs(), "the server still works on it")


def wait_until(is_so: Callable[[], object], what_else: str) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, what_else
        time.sleep(0.1)


def test_a_result_of_too_many_bytes_is_refused_while_it_comes(
    chat: DbChat, server: SparkServer, monkeypatch: pytest.MonkeyPatch
):
    """Its last part does not end: whoever counts when all is there counts never."""
    monkeypatch.setattr(batches, "BYTE_LIMIT", 2**24)
    wide = "SELECT repeat(sha2(cast(id AS string), 256), 100) AS a FROM range(0, 8000, 1, 8)"
    endless = (
        "SELECT cast(id AS string) AS a FROM range(1000000000000) WHERE sha2(cast(id AS string), 256) = 'x'"
    )
    with pytest.raises(QueryFailed, match="larger than"):
        run(chat, f"{wide} UNION ALL {endless}", row_limit=None)
    assert_idle(server)
    assert run(chat, "SELECT 1 AS one").table["one"].to_pylist() == [1]


def test_a_result_without_rows_has_its_columns(chat: DbChat):
    for row_limit in (0, None):
        found = run(chat, "SELECT id, name FROM customers WHERE id < 0", row_limit=row_limit)
        assert (found.columns, found.count) == (("id", "name"), 0)


def test_a_session_that_was_lost_without_a_word_is_replaced_in_time(chat: DbChat, server: SparkServer):
    with relay(server.port) as proxy:
        chat.datasources.add(name="far", type="spark", host="127.0.0.1", port=proxy.port)
        connection = connect(chat.datasources.get("far"), chat.settings)
        assert isinstance(connection, ServerConnection)
        connection.run(SafeSql("SELECT 1 AS one", "spark"), row_limit=1, seconds=60)
        wait_until(lambda: not connection.pool.checkedout(), "the session is not given back")
        connection.clock = lambda: time.time() + PING_AFTER
        proxy.lose_those_that_are_open()
        found = connection.run(SafeSql("SELECT 2 AS two", "spark"), row_limit=1, seconds=60)
        assert found.table is not None
        assert found.table["two"].to_pylist() == [2]


LEAVING = """
import sys
from dbchat_magic import DbChat

chat = DbChat(sys.argv[1])
chat.datasources.add(name="lake", type="spark", host="127.0.0.1", port=int(sys.argv[2]))
print(chat.run("SELECT 1 AS one", "lake").frame["one"][0], flush=True)
sys.stdin.read()
"""


def test_a_process_ends_although_its_server_was_lost(server: SparkServer, home: Path):
    with relay(server.port) as proxy:
        process = subprocess.Popen(
            [sys.executable, "-c", LEAVING, str(home), str(proxy.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "1\n"
            time.sleep(
                5
            )  # pyspark has yet to tell the server that it has read all, and waits for that to the end
            proxy.lose_those_that_are_open()
            process.communicate("", timeout=30)
        finally:
            process.kill()
            process.wait()


def test_a_whole_result_goes_to_a_file(chat: DbChat, tmp_path: Path):
    assert chat.export("SELECT * FROM orders", tmp_path / "orders.parquet", "lake").rows == 100_000
    assert pd.read_parquet(tmp_path / "orders.parquet")["id"].sum() == sum(range(100_000))
