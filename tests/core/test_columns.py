"""By columns or by rows, a value is the same: every trap of the quick ways has a line here."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from dbchat_magic.core import arrow_sink
from dbchat_magic.core.connect import Connection, Rows, close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.execute import make_frame
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.settings import Settings
from dbchat_magic.core.worker_process import MANY
from dbchat_magic.errors import QueryFailed, QueryTimeout
from tests.servers import PASSWORD, Server

ROWS = 5_000
"""More than SQLite looks at before it fetches by columns, fewer than anybody fetches so unasked."""


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("columns") / "t.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE n(i INTEGER PRIMARY KEY);"
            f"WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT {ROWS})"
            " INSERT INTO n SELECT i FROM r;"
        )
    yield connect(Datasource(0, "x", "sqlite", {"path": str(path)}), Settings(home=Path()))
    close_all()


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("columns") / "t.duckdb"
    duckdb.connect(str(path)).close()
    yield connect(Datasource(0, "x", "duckdb", {"path": str(path)}), Settings(home=Path()))
    close_all()


@pytest.fixture(scope="module")
def postgres(postgresql: Server) -> Iterator[Connection]:
    database = postgresql.make_database("columns")
    postgresql.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')", database=database)
    yield connect(
        Datasource(0, "x", "postgresql", postgresql.params(database, password=hold(PASSWORD))),
        Settings(home=Path()),
    )
    close_all()


def assert_same(connection: Connection, sql: str, *, by_columns: bool = True) -> pd.DataFrame:
    """The statement gives the same frame by rows, and by columns where it may have them."""
    safe = SafeSql(sql, connection.dialect.name)
    by_rows = connection.run(safe, row_limit=MANY, seconds=30)
    quick = connection.run(safe, row_limit=None, seconds=30)
    assert by_rows.table is None
    assert (quick.table is not None) is by_columns
    frame = make_frame(quick)
    pd.testing.assert_frame_equal(frame, make_frame(by_rows), check_exact=True, check_freq=False)
    for name in (name for name in frame.columns if pd.api.types.is_object_dtype(frame[name])):
        assert [type(value) for value in frame[name]] == [type(value) for value in make_frame(by_rows)[name]]
    return frame


# --------------------------------------------------------------------------------------------- SQLite


@pytest.mark.parametrize(
    "column",
    [
        "i",
        "CASE WHEN i % 3 THEN i END",
        "i * 900719925474099",
        "i * 1.5",
        "CASE WHEN i % 2 THEN 9e999 ELSE i / 7.0 END",
        "CASE WHEN i % 2 THEN i ELSE i + 0.5 END",
        "CASE WHEN i < 4500 THEN i ELSE i + 0.5 END",
        "'name ' || i",
        "CASE WHEN i % 5 THEN '' || i END",
        "CASE WHEN i % 5 THEN '李雷 🙂' || i END",
        "CASE WHEN i % 5 THEN '' END",
        "date('2020-01-01', i || ' days')",
        "NULL",
        "'a' || char(0) || 'b'",
    ],
)
def test_sqlite_by_columns(sqlite: Connection, column: str):
    assert_same(sqlite, f"SELECT i, {column} AS x, i AS i FROM n ORDER BY i DESC")


@pytest.mark.parametrize(
    "column",
    [
        "CASE WHEN i < 4500 THEN i ELSE 'later' END",
        "CASE WHEN i < 4500 THEN 'word' ELSE i END",
        "CASE WHEN i < 4500 THEN '1' ELSE -1.5 END",
        "CASE WHEN i < 4500 THEN 'word' ELSE x'41' END",
        "CASE WHEN i < 4500 THEN 'word' ELSE cast(x'41ff42' AS TEXT) END",
        "CASE WHEN i < 4500 THEN NULL ELSE 'first' END",
        "CASE WHEN i % 2 THEN 9007199254740993 ELSE 0.5 END",
        "CASE WHEN i % 2 THEN 1 ELSE 'x' END",
        "x'00ff'",
    ],
)
def test_a_column_of_sqlite_whose_type_changes_stays_what_it_is(sqlite: Connection, column: str):
    assert_same(sqlite, f"SELECT i, {column} AS x FROM n ORDER BY i", by_columns=False)


def test_what_sqlite_refuses_is_refused_by_columns_too(sqlite: Connection):
    with pytest.raises(QueryFailed, match="refused"):
        sqlite.run(SafeSql("SELECT i, randomblob(9) FROM n", "sqlite"), row_limit=None, seconds=5)
    with pytest.raises(QueryTimeout):
        sqlite.run(
            SafeSql("SELECT a.i, b.i, c.i FROM n a, n b, n c WHERE a.i > 0", "sqlite"),
            row_limit=None,
            seconds=0.5,
        )
    assert sqlite.catalogue("SELECT max(i) FROM n") == [(ROWS,)]


# --------------------------------------------------------------------------------------------- DuckDB


@pytest.mark.parametrize(
    "column",
    [
        "i::BIGINT",
        "CASE WHEN i % 3 > 0 THEN i * 4503599627370497 END",
        "i::UBIGINT + 9223372036854775800",
        "i::TINYINT::UTINYINT",
        "i::HUGEINT * 9223372036854775807",
        "(i % 100)::HUGEINT",
        "CASE WHEN i % 3 > 0 THEN i / 7 END",
        "(i / 7)::FLOAT",
        "CASE WHEN i % 3 > 0 THEN i % 2 = 0 END",
        "i % 2 = 0",
        "(i * 0.07)::DECIMAL(10, 2)",
        "(i * 1.1)::DECIMAL(18, 6)",
        "(i * 9007199254740993)::DECIMAL(38, 0)",
        "CASE WHEN i % 3 > 0 THEN 'name ' || i END",
        "DATE '2020-01-01' + i::INTEGER",
        "TIMESTAMP '2020-01-01' + to_microseconds(i)",
        "CASE WHEN i % 3 > 0 THEN ('a' || i)::BLOB END",
        "NULL::INTEGER",
        "CASE WHEN i % 2 > 0 THEN 'nan'::DOUBLE ELSE 'inf'::DOUBLE END",
    ],
)
def test_duckdb_by_columns(duck: Connection, column: str):
    assert_same(duck, f"SELECT i, {column} AS x, i AS i FROM range(100) t(i) ORDER BY i DESC")


@pytest.mark.parametrize(
    "column",
    [
        "TIMESTAMPTZ '2020-01-01 12:00:00+02' + to_days(i::INTEGER)",
        "CASE WHEN i > 50 THEN 'infinity'::TIMESTAMP ELSE TIMESTAMP '2020-01-01' END",
        "CASE WHEN i > 50 THEN DATE '0044-03-15 (BC)' ELSE DATE '2020-01-01' END",
        "CASE WHEN i > 50 THEN '290000-01-01'::TIMESTAMP END",
        "TIMESTAMP_NS '2020-01-01 00:00:00.123456789'",
        "uuid()::VARCHAR::UUID IS NULL, '10:00'::TIME",
        "[i, i + 1]",
        "{'a': i}",
        "MAP {i: 1}",
        "'a'::ENUM('a', 'b')",
        "to_days(i::INTEGER)",
        "'101'::BIT",
        """'{"a": 1}'::JSON""",
        "'7f1c25c6-9b0a-4b51-9a0e-4a1f7f1c25c6'::UUID",
    ],
)
def test_types_of_duckdb_that_arrow_has_otherwise_come_by_rows(duck: Connection, column: str):
    assert_same(duck, f"SELECT i, {column} AS x FROM range(100) t(i) ORDER BY i", by_columns=False)


def test_a_result_that_is_empty_or_explained(duck: Connection):
    assert_same(duck, "SELECT i, 'x' AS x FROM range(0) t(i)", by_columns=False)
    assert_same(duck, "SUMMARIZE SELECT 1 AS a")


def test_errors_by_columns_have_the_databases_words(duck: Connection):
    broken = SafeSql("SELECT ('x' || i)::INTEGER FROM range(90000) t(i)", "duckdb")
    with pytest.raises(QueryFailed, match="Could not convert string 'x"):
        duck.run(broken, row_limit=None, seconds=5)
    endless = SafeSql(
        "SELECT a.i FROM range(9000000) a(i), range(9000000) b(i) WHERE a.i + b.i < 0", "duckdb"
    )
    with pytest.raises(QueryTimeout):
        duck.run(endless, row_limit=None, seconds=0.3)


def test_a_frame_by_columns_may_be_changed(duck: Connection):
    sql = "SELECT i, 'a' || i AS t, TIMESTAMP '2020-01-01' AS d, CASE WHEN i > 1 THEN i END AS n FROM range(9) t(i)"
    frame = make_frame(duck.run(SafeSql(sql, "duckdb"), row_limit=None, seconds=5))
    new: list[Any] = [7, "new", pd.Timestamp("2021-01-01"), 5]
    for at, value in enumerate(new):
        frame.iloc[0, at] = value
    frame["i"] += 1
    assert frame.iloc[0].tolist() == [8, "new", pd.Timestamp("2021-01-01"), 5]


# ----------------------------------------------------------------------------------------- PostgreSQL


@pytest.mark.parametrize(
    "column",
    [
        "i::bigint",
        "CASE WHEN i % 3 > 0 THEN i * 4503599627370497 END",
        "i::smallint",
        "i / 7.0::float8",
        "(i / 7.0)::float4",
        "CASE WHEN i % 2 > 0 THEN 'NaN'::float8 ELSE '-Infinity'::float8 END",
        "i % 2 = 0",
        "CASE WHEN i % 3 > 0 THEN i % 2 = 0 END",
        "i * 0.07",
        "i * 9007199254740993::numeric",
        "CASE WHEN i > 50 THEN 'NaN'::numeric ELSE 1.10 END",
        "i::numeric::money",
        "('10.0.0.' || i)::inet",
        "'10.0.0.0/8'::cidr",
        "i * interval '1 month 2 hours'",
        "CASE WHEN i % 3 > 0 THEN 'O''Brien, \"x\"' || E'\\n' || i ELSE '' END",
        "NULLIF('', '')",
        "E'\\\\.'",
        "'abc'::char(5)",
        "'glad'::mood",
        "date '2020-01-01' + i::int",
        "timestamp '2020-01-01' + i * interval '1 microsecond'",
        "timestamptz '2020-03-01 12:00:00+02' + i * interval '1 day'",
        "NULL::timestamptz",
        "NULL::numeric",
        "time '10:00' + i * interval '1 second'",
        "timetz '10:00+02'",
        "CASE WHEN i > 50 THEN 'infinity'::timestamp ELSE '2020-01-01' END",
        "CASE WHEN i > 50 THEN '-infinity'::date ELSE '2020-01-01' END",
        "CASE WHEN i > 50 THEN '0044-03-15 BC'::date ELSE '2020-01-01' END",
        "CASE WHEN i > 50 THEN '20000-01-01'::timestamptz ELSE '2020-01-01 00:00+00' END",
        "gen_random_uuid() IS NULL, '7f1c25c6-9b0a-4b51-9a0e-4a1f7f1c25c6'::uuid",
        "ARRAY[i, NULL]",
        "jsonb_build_object('a', i)",
        """'{"a": [1]}'::json""",
        "'a'::bytea",
        "int4range(1, i::int + 2)",
        "ROW(i, 'x')",
    ],
)
def test_postgresql_by_columns(postgres: Connection, column: str):
    assert_same(postgres, f"SELECT i, {column} AS x, i AS i FROM generate_series(0, 99) i ORDER BY i DESC")


def test_times_that_come_later_change_nothing_of_those_before(
    postgres: Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dbchat_magic.core.postgresql_columns.CHUNK", 1_000)
    for type in ("date", "timestamp", "timestamptz"):
        assert_same(
            postgres,
            f"SELECT i, CASE WHEN i = 400 THEN 'infinity'::{type} ELSE timestamp '2020-01-01'"
            f" + i * interval '1 second' END AS x FROM generate_series(1, 500) i",
        )


@pytest.mark.parametrize(
    "sql", ["VALUES (1, 'a'), (2, NULL)", "(SELECT 1 AS a)", "WITH a AS (SELECT 1 AS a) SELECT * FROM a, a b"]
)
def test_queries_of_other_forms(postgres: Connection, sql: str):
    assert_same(postgres, sql)


def test_what_is_no_query_comes_by_rows(postgres: Connection):
    assert_same(postgres, "EXPLAIN SELECT 1", by_columns=False)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1) TO PROGRAM 'true' --",
        "SELECT 1; DELETE FROM pg_class",
        "WITH d AS (DELETE FROM pg_class RETURNING 1) SELECT * FROM d",
        "SELECT 1) TO STDOUT; COPY (SELECT 2",
    ],
)
def test_copy_takes_only_what_a_cursor_takes(postgres: Connection, sql: str):
    with pytest.raises(QueryFailed):
        postgres.run(SafeSql(sql, "postgresql"), row_limit=None, seconds=5)


def test_rows_by_copy_are_bounded_in_number_and_in_time(postgres: Connection):
    numbers = SafeSql("SELECT i FROM generate_series(1, 90000) i", "postgresql")
    assert postgres.run(numbers, row_limit=30_001, seconds=10).count == 30_001
    slow = SafeSql("SELECT a FROM generate_series(1, 9000000) a, generate_series(1, 9000) b", "postgresql")
    with pytest.raises(QueryTimeout):
        postgres.run(slow, row_limit=None, seconds=0.5)


# ------------------------------------------------------------------------------------------- the place


def test_the_sink_has_no_name_and_is_closed_again(duck: Connection):
    numbers = SafeSql("SELECT i FROM range(50000) t(i)", "duckdb")
    found: list[Rows] = [duck.run(numbers, row_limit=None, seconds=5) for _ in range(3)]
    duck.catalogue("SELECT 1")
    worker: Any = duck
    links = [str(link.readlink()) for link in Path(f"/proc/{worker._worker._process.pid}/fd").iterdir()]
    assert not [link for link in links if "memfd:dbchat" in link]
    assert [rows.table["i"][49_999].as_py() for rows in found if rows.table] == [49_999] * 3


def test_without_shared_memory_the_bytes_go_through_the_pipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("dbchat_magic.core.worker.can_share", lambda process: False)
    path = tmp_path / "t.duckdb"
    duckdb.connect(str(path)).close()
    connection = connect(Datasource(0, "x", "duckdb", {"path": str(path)}), Settings(home=tmp_path))
    frame = make_frame(
        connection.run(SafeSql("SELECT i FROM range(50000) t(i)", "duckdb"), row_limit=None, seconds=5)
    )
    assert frame["i"].sum() == sum(range(50_000))
    assert isinstance(arrow_sink.Sink(False).place(), bytes)
