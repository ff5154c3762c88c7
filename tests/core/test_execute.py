from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dbchat_magic.core.connect import Rows
from dbchat_magic.core.execute import Result, execute, make_frame, unique_names
from dbchat_magic.core.guard import check
from dbchat_magic.core.worker import DatabaseFile, WorkerConnection
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import QueryFailed, QueryTimeout

EAST = timezone(timedelta(hours=2))


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerConnection]:
    path: Path = tmp_path_factory.mktemp("execute") / "shop.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 'x', 1.5), (2, NULL, NULL), (NULL, 'z', 2)"
        )
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), path))
    yield connection
    connection.close()


def ask(connection: WorkerConnection, sql: str, row_limit: int | None = 10, seconds: float = 10) -> Result:
    return execute(connection, check(sql, "sqlite"), row_limit, seconds)


def test_a_statement_becomes_a_frame(connection: WorkerConnection):
    result = ask(connection, "SELECT a, b, c FROM t")
    assert list(result.frame.columns) == ["a", "b", "c"]
    assert [str(kind) for kind in result.frame.dtypes][::2] == ["Int64", "float64"]
    assert result.frame["a"].tolist()[:2] == [1, 2]
    assert result.frame["a"].isna().tolist() == [False, False, True]
    assert result.frame["b"].isna().tolist() == [False, True, False]
    assert not result.truncated
    assert result.seconds > 0


@pytest.mark.parametrize(
    ("row_limit", "count", "truncated"),
    [(0, 0, True), (2, 2, True), (3, 3, False), (4, 3, False), (None, 3, False)],
)
def test_one_row_more_tells_whether_rows_were_cut(
    connection: WorkerConnection, row_limit: int | None, count: int, truncated: bool
):
    result = ask(connection, "SELECT a, b FROM t", row_limit)
    assert (len(result.frame), result.truncated) == (count, truncated)
    assert list(result.frame.columns) == ["a", "b"]


def test_no_rows_keep_their_columns(connection: WorkerConnection):
    result = ask(connection, "SELECT a, b AS a, c FROM t WHERE a > 99")
    assert list(result.frame.columns) == ["a", "a_2", "c"]
    assert len(result.frame) == 0


def test_errors_are_ours(connection: WorkerConnection):
    with pytest.raises(QueryFailed, match="no such column"):
        ask(connection, "SELECT nope FROM t")
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    with pytest.raises(QueryTimeout):
        ask(connection, endless, seconds=0.2)


def test_two_thousand_columns(connection: WorkerConnection):
    result = ask(connection, f"SELECT {', '.join(['a'] * 2_000)} FROM t")
    assert result.frame.shape == (3, 2_000)
    assert result.frame.columns[-1] == "a_2000"


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2], "int64"),
        ([1, None], "Int64"),
        ([1.5, 2.0], "float64"),
        ([1.5, None], "float64"),
        ([1, 2.5, None], "float64"),
        ([2**60, 2.5], "object"),
        ([2**63, 1], "object"),
        ([2**63 - 1, -(2**63), None], "Int64"),
        ([True, False], "bool"),
        ([True, None], "boolean"),
        ([1, "x"], "object"),
        ([b"x", None], "object"),
        ([None, None], "object"),
        ([Decimal("1.50"), None], "float64"),
        ([Decimal(2), 3], "float64"),
        ([Decimal(2**70), Decimal(1)], "object"),
        ([date(2024, 1, 2), None], "datetime64[us]"),
        ([datetime(2024, 1, 2, 3, 4, 5, 6), None], "datetime64[us]"),
        ([datetime(1, 1, 1), datetime(9999, 12, 31)], "datetime64[us]"),
        ([datetime(2024, 1, 2, tzinfo=UTC), None], "datetime64[us, UTC]"),
        ([datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 7, 2, tzinfo=EAST)], "datetime64[us, UTC]"),
        ([datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 2)], "object"),
        ([timedelta(days=1, seconds=2), None], "timedelta64[us]"),
        ([[1, 2], None], "object"),
        ([{"a": 1}, None], "object"),
    ],
)
def test_a_column_has_the_type_of_its_values_and_loses_none(values: list[object], dtype: str):
    column = make_frame(Rows(("x",), [(value,) for value in values]))["x"]
    assert str(column.dtype) == dtype
    for kept, value in zip(column, values, strict=True):
        if value is None:
            assert pd.isna(kept)
        else:
            assert kept == (datetime.combine(value, time()) if type(value) is date else value)


def test_texts_have_pandas_own_type():
    column = make_frame(Rows(("x",), [("a",), (None,), ("李",)]))["x"]
    assert column.dtype == pd.Series(["a"]).dtype
    assert column.isna().tolist() == [False, True, False]


def test_numbers_without_end_stay():
    column = make_frame(Rows(("x",), [(math.inf,), (-math.inf,), (None,)]))["x"]
    assert column.tolist()[:2] == [math.inf, -math.inf]


def test_a_result_without_columns():
    assert make_frame(Rows((), [])).shape == (0, 0)


def test_names_stay_unique_whatever_they_are():
    names = ["a", "a", "a_2", "", "", "A"]
    assert len(set(unique_names(names))) == len(names)
    assert unique_names(["x", "y"]) == ["x", "y"]
