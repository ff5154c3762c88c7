import datetime
import math
import sqlite3
import uuid
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dbchat_magic.core.binding import Unbindable, is_list, plain, to_literal, to_literals
from dbchat_magic.dialects import find_dialect

SQLITE, DUCKDB, POSTGRESQL, MARIADB = map(find_dialect, ("sqlite", "duckdb", "postgresql", "mariadb"))
NOON = datetime.datetime(2026, 3, 1, 12, 30, 0, 250)
TEXTS = [
    "plain",
    "it's",
    'a "b"',
    "a\\",
    "\\' OR 1=1 --",
    "'; DROP TABLE t; --",
    "李 🙂",
    "a\nb",
    "{{x}} :y",
    "",
]


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "NULL"),
        (pd.NA, "NULL"),
        (pd.NaT, "NULL"),
        (math.nan, "NULL"),
        (np.float64("nan"), "NULL"),
        (True, "TRUE"),
        (np.bool_(False), "FALSE"),
        (3, "3"),
        (-3, "(-3)"),
        (np.int64(-7), "(-7)"),
        (2**80, str(2**80)),
        (1e-7, "1e-07"),
        (Decimal("-0.10"), "(-0.10)"),
        (Decimal("1E+3"), "1000"),
        ("it's", "'it''s'"),
        (pa.scalar("a"), "'a'"),
        (uuid.UUID(int=5), "'00000000-0000-0000-0000-000000000005'"),
        (datetime.time(9, 5), "'09:05:00'"),
        (datetime.date(2026, 3, 1), "CAST('2026-03-01' AS DATE)"),
        (NOON, "CAST('2026-03-01 12:30:00.000250' AS TIMESTAMP)"),
        (pd.Timestamp("2026-03-01"), "CAST('2026-03-01 00:00:00' AS TIMESTAMP)"),
        (np.datetime64("2026-03-01", "ns"), "CAST('2026-03-01 00:00:00' AS TIMESTAMP)"),
    ],
)
def test_a_value_is_written(value, literal):
    assert to_literal(value, DUCKDB) == literal


def test_days_and_times_in_sqlite_are_texts_that_compare():
    assert to_literal(datetime.date(2026, 3, 1), SQLITE) == "'2026-03-01'"
    assert to_literal(pd.Timestamp("2026-03-01"), SQLITE) == "'2026-03-01'"
    assert to_literal(NOON, SQLITE) == "'2026-03-01 12:30:00.000250'"


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_comes_back_from_the_embedded_ones(text):
    assert sqlite3.connect(":memory:").execute(f"SELECT {to_literal(text, SQLITE)}").fetchone() == (text,)
    assert duckdb.connect().execute(f"SELECT {to_literal(text, DUCKDB)}").fetchone() == (text,)


@pytest.mark.parametrize("column", [[1, 2], (1, 2), pd.Series([1, 2]), pd.Index([1, 2]), np.array([1, 2])])
def test_lists_of_every_kind(column):
    assert is_list(column)
    assert to_literals(column, POSTGRESQL) == "1, 2"


@pytest.mark.parametrize("value", ["ab", {"a": 1}, 5, np.int64(1), pd.DataFrame({"a": [1]}), np.array(3)])
def test_what_is_no_list(value):
    assert not is_list(value)


@pytest.mark.parametrize(
    "value", [math.inf, b"x", object(), {"a": 1}, datetime.timedelta(1), "a\x00b", "\ud800", 1j]
)
def test_what_has_no_literal_is_told(value):
    with pytest.raises(Unbindable):
        to_literal(value, DUCKDB)


def test_zones_where_literals_have_them():
    noon = pd.Timestamp("2026-03-01 12:00", tz="Europe/Berlin")
    assert to_literal(noon, POSTGRESQL) == "CAST('2026-03-01 12:00:00+01:00' AS TIMESTAMPTZ)"
    with pytest.raises(Unbindable, match="zone"):
        to_literal(noon, MARIADB)
    with pytest.raises(Unbindable, match="empty"):
        to_literals([], MARIADB)


def test_plain_is_pythons_own():
    assert plain(np.float64(0.5)) == 0.5
    assert type(plain(np.str_("a"))) is str
