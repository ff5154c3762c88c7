"""By columns or by rows, a value is the same: every trap of the quick ways has a line here."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from dbchat_magic.core import arrow_sink, columns, frames, postgresql_enums
from dbchat_magic.core.connect import Connection, Rows, close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.execute import make_frame, make_frames
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
    postgresql.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'glad', 'angry')",
        "CREATE DOMAIN feeling AS mood",
        "CREATE TYPE pair AS (a int, b mood)",
        database=database,
    )
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
    assert_equal(make_frame(quick, exact=True), make_frame(by_rows, exact=True))
    frame = make_frame(quick)
    assert_equal(frame, make_frame(by_rows))
    return frame


def assert_equal(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(frame, other, check_exact=True, check_freq=False)
    for name in (name for name in frame.columns if pd.api.types.is_object_dtype(frame[name])):
        assert [type(value) for value in frame[name]] == [type(value) for value in other[name]]


def every_way(connection: Any, sql: str, *, exact: bool = False) -> list[pd.DataFrame]:
    """What a statement gives by rows, by columns where it may have them, and where all is poured out."""
    safe = SafeSql(sql, connection.dialect.name)
    found = [connection.run(safe, row_limit=limit, seconds=30) for limit in (MANY, None)]
    poured = pd.concat(make_frames(connection.pour(safe, seconds=30), exact), ignore_index=True)
    return [*(make_frame(rows, exact=exact) for rows in found), poured]


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


@pytest.mark.parametrize("first", ["NULL", "i", "'word'", "CASE WHEN i < 4500 THEN i END"])
@pytest.mark.parametrize("value", ["x'41'", "7"])
def test_one_value_of_another_kind_is_found_whatever_stands_beside_it(
    sqlite: Connection, first: str, value: str
):
    text = f"CASE WHEN i = 4800 THEN {value} WHEN i % 3 THEN 'w1' ELSE '1' END"
    beside = "CASE WHEN i % 2 THEN 'word' END"
    assert_same(sqlite, f"SELECT {first} AS a, {beside} AS b, {text} AS c FROM n", by_columns=False)
    assert_same(sqlite, f"SELECT {text} AS c, {beside} AS b FROM n", by_columns=False)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'n' || i AS x, i FROM n ORDER BY -i LIMIT 4900 OFFSET 50",
        "SELECT 'a' || i AS x FROM n UNION ALL SELECT 'b' || i FROM n ORDER BY 1 DESC",
        "SELECT DISTINCT 'n' || i AS x, i AS x FROM n",
        "SELECT '' || i AS x, count(*), max(i) OVER () FROM n GROUP BY 1 HAVING max(i) > 3 ORDER BY 1",
        "WITH a AS (SELECT i, 'x' AS x FROM n) SELECT a.x, b.i FROM a JOIN a AS b ON a.i = b.i -- all",
        "SELECT * FROM (SELECT '' || i AS x, row_number() OVER (ORDER BY i DESC) AS r FROM n)",
    ],
)
def test_statements_of_sqlite_in_other_forms(sqlite: Connection, sql: str):
    assert_same(sqlite, sql)


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
        "CASE WHEN i % 3 > 0 THEN (i * 1.1)::DECIMAL(30, 6) END",
        "NULL::DECIMAL(10, 2)",
        "CASE WHEN i % 3 > 0 THEN 'it''s' ELSE 'b' END::ENUM('b', 'a', 'it''s')",
        "CASE WHEN i % 3 > 0 THEN 'a' END::ENUM('b', 'a')",
        "NULL::ENUM('b', 'a')",
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
        "['a'::ENUM('a', 'b')]",
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
        "CASE WHEN i % 3 > 0 THEN (enum_range(NULL::mood))[1 + i % 3] END",
        "NULL::mood",
        "'glad'::feeling",
        "ROW(i, 'sad')::pair",
        "ARRAY['glad'::mood]",
        "'glad'::mood::text",
        "CASE WHEN i % 3 > 0 THEN i * 0.070 ELSE 'NaN' END",
        "(i * 1.1)::numeric(30, 6)",
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


# ------------------------------------------------------------------------------ decimals and categories


@pytest.fixture(scope="module")
def maria(mariadb: Server) -> Iterator[Connection]:
    database = mariadb.make_database("columns")
    mariadb.execute(
        "CREATE TABLE t (e ENUM('b', 'a'))", "INSERT INTO t VALUES ('a'), ('b')", database=database
    )
    yield connect(
        Datasource(0, "x", "mariadb", mariadb.params(database, password=hold(PASSWORD))),
        Settings(home=Path()),
    )
    close_all()


@pytest.fixture
def frame() -> Iterator[Connection]:
    sizes = pd.Categorical(["large", None, "small"], ["small", "medium", "large"])
    variables = {"clothes": pd.DataFrame({"size": sizes, "price": [Decimal("19.90"), None, Decimal("5.05")]})}
    frames.set_namespace(lambda: variables)
    yield connect(Datasource(0, "clothes", "frame", {"variable": "clothes"}), Settings(home=Path()))
    close_all()
    frames.set_namespace(dict)


DECIMALS = (
    "SELECT CAST(0.10 AS DECIMAL(20, 2)) AS x UNION ALL SELECT 123456789012345678.95 UNION ALL SELECT NULL"
    " ORDER BY x"
)


@pytest.mark.parametrize("kind", ["duck", "postgres", "maria", "frame"])
def test_decimals_are_floats_or_exact(kind: str, request: pytest.FixtureRequest):
    connection = request.getfixturevalue(kind)
    for found in every_way(connection, DECIMALS):
        assert str(found["x"].dtype) == "float64"
        assert sorted(found["x"].dropna()) == [0.1, 123456789012345678.95]
    for found in every_way(connection, DECIMALS, exact=True):
        assert found["x"].dtype == object
        assert sorted(map(str, found["x"])) == ["0.10", "123456789012345678.95", "None"]


def test_decimals_of_a_frame_stay_what_they_are(frame: Connection):
    for found in every_way(frame, "SELECT price FROM clothes", exact=True):
        assert found["price"].tolist() == [Decimal("19.90"), None, Decimal("5.05")]


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        ("duck", "SELECT unnest(['glad', NULL, 'sad'])::ENUM('sad', 'glad', 'angry') AS x"),
        ("postgres", "SELECT unnest(ARRAY['glad', NULL, 'sad']::mood[]) AS x"),
    ],
)
def test_an_enumeration_is_categories_in_its_order(kind: str, sql: str, request: pytest.FixtureRequest):
    connection = request.getfixturevalue(kind)
    expected = pd.DataFrame(
        {"x": pd.Categorical(["glad", None, "sad"], ["sad", "glad", "angry"], ordered=True)}
    )
    for found in [*every_way(connection, sql), *every_way(connection, sql, exact=True)]:
        pd.testing.assert_frame_equal(found, expected)
    for found in every_way(connection, f"SELECT x FROM ({sql}) AS t WHERE x IS NULL"):
        assert found["x"].cat.categories.tolist() == ["sad", "glad", "angry"]
        assert found["x"].isna().all()
    for found in every_way(connection, f"SELECT x FROM ({sql}) AS t WHERE false"):
        assert found["x"].cat.categories.tolist() == ["sad", "glad", "angry"]


def test_categories_of_a_frame_come_back(frame: Connection):
    for found in every_way(frame, "SELECT size FROM clothes ORDER BY size DESC NULLS LAST"):
        assert found["size"].cat.categories.tolist() == ["small", "medium", "large"]
        assert found["size"].cat.ordered
        assert found["size"].tolist()[:2] == ["large", "small"]
        assert found["size"].isna().tolist() == [False, False, True]


def test_an_enumeration_of_mariadb_stays_text(maria: Connection):
    for found in every_way(maria, "SELECT e FROM t ORDER BY e"):
        assert found["e"].tolist() == ["b", "a"]
        assert isinstance(found["e"].dtype, pd.StringDtype)


def test_what_an_enumeration_declares_later_is_known(postgres: Connection, postgresql: Server):
    database = "columns"
    postgresql.execute("CREATE TYPE state AS ENUM ('new', 'done')", database=database)
    sql = "SELECT unnest(enum_range(NULL::state)) AS x"
    assert [list(found["x"].cat.categories) for found in every_way(postgres, sql)] == [["new", "done"]] * 3
    postgresql.execute("ALTER TYPE state ADD VALUE 'begun' BEFORE 'done'", database=database)
    for found in every_way(postgres, sql):
        assert found["x"].tolist() == found["x"].cat.categories.tolist() == ["new", "begun", "done"]


def test_an_enumeration_is_asked_for_once_a_connection(postgres: Any, monkeypatch: pytest.MonkeyPatch):
    asked: list[Any] = []
    read = postgresql_enums.read_declared

    def read_declared(connection: Any, oids: Collection[int]) -> dict[int, tuple[str, ...]]:
        asked.append(connection)
        return read(connection, oids)

    postgres.close()
    monkeypatch.setattr(postgresql_enums, "read_declared", read_declared)
    for limit in (1, None, 1, None):
        postgres.run(SafeSql("SELECT 'glad'::mood AS x, 1 AS n", "postgresql"), row_limit=limit, seconds=5)
    postgres.run(SafeSql("SELECT 1 AS n, 'a' AS t", "postgresql"), row_limit=1, seconds=5)
    assert len(asked) == len(set(map(id, asked))) >= 1


def test_dictionaries_of_arrow_are_categories():
    words = pa.chunked_array(
        [pa.array(["b", None]).dictionary_encode(), pa.array(["a", "b"]).dictionary_encode()]
    )
    found = pd.Series(columns.make_array(words))
    assert found.tolist()[::2] == ["b", "a"]
    assert found.cat.categories.tolist() == ["b", "a"]
    assert not found.cat.ordered
    repeated = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["a", "a"]))
    assert pd.Series(columns.make_array(pa.chunked_array([repeated]))).tolist()[:2] == ["a", "a"]


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
