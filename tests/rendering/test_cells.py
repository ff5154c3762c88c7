import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from dbchat_magic.rendering.cells import count_text, json_number, json_value, plain, show_column, show_columns

NAT = pd.NaT


def moment(*parts):
    return dt.datetime(*parts)


def cells(*values):
    return list(show_column("x", values).cells)


def test_null_is_not_an_empty_text():
    assert cells(None, "", float("nan"), pd.NA, NAT) == [None, "", None, None, None]


def test_a_column_of_fractions_has_as_many_decimals_as_it_needs():
    assert cells(480730.9099999999, 1.5, 2.0) == ["480730.91", "1.50", "2.00"]
    assert cells(Decimal("1.50"), Decimal(2)) == ["1.5", "2.0"]
    assert cells(Decimal("1E+400"), Decimal("Infinity")) == ["1e+400", "inf"]
    assert cells(1.0, 2.0, None) == ["1", "2", None]
    assert cells(0.00000123, 1e20, float("inf")) == ["1.23e-06", "1e+20", "inf"]


def test_whole_numbers_are_shown_to_the_last_digit():
    assert cells(2**70, 5, True) == [str(2**70), "5", "True"]
    assert cells(np.int64(2024), np.float64(0.5)) == ["2024", "0.5"]


def test_days_without_a_time_show_none():
    assert cells(moment(2025, 1, 2), moment(2025, 1, 3)) == ["2025-01-02", "2025-01-03"]
    assert cells(moment(2025, 1, 2, 8, 30), None) == ["2025-01-02 08:30:00", None]
    assert cells(pd.Timestamp("2025-01-02"), dt.date(2025, 1, 3)) == ["2025-01-02 00:00:00", "2025-01-03"]


def test_bytes_are_cut():
    assert cells(b"\x00\xff", b"a" * 100) == ["0x00ff", "0x616161616161616161616161… (100 bytes)"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("right\u202eleft", "right\\u202eleft"),
        ("bell\x07", "bell\\x07"),
        ("half\ud800", "half\\ud800"),
        ("two\nlines\ttab", "two lines tab"),
        ("Zürich 東京 👍", "Zürich 東京 👍"),
    ],
)
def test_every_character_shows_and_none_acts(text, shown):
    assert plain(text) == shown
    plain(text).encode("utf-8")


def test_two_columns_of_one_name_are_both_shown():
    frame = pd.DataFrame([[1, "a"]], columns=["n", "n"])
    assert [column.cells for column in show_columns(frame, 5)] == [("1",), ("a",)]


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (Decimal("1.5"), 1.5),
        (Decimal("NaN"), None),
        (Decimal("0.10"), 0.1),
        (Decimal("1E+400"), f"1{400 * '0'}"),
        (Decimal("9007199254740993.25"), "9007199254740993.25"),
        (b"\x00\xff", "00ff"),
        (2**70, 2**70),
        (np.int64(5), 5),
        (np.bool_(True), True),
        (pd.NA, None),
        (NAT, None),
        (dt.date(2025, 1, 2), "2025-01-02"),
        (moment(2025, 1, 2, 3), "2025-01-02T03:00:00"),
        (dt.timedelta(hours=1), "1:00:00"),
        ("half\ud800", "half?"),
        (["a"], "['a']"),
    ],
)
def test_json_carries_every_value(value, carried):
    assert json_value(value) == carried
    json.dumps(json_value(value), allow_nan=False).encode()


def test_a_figure_of_a_chart_is_a_number_or_nothing():
    assert [json_number(value) for value in (2**70, 2.0, Decimal("0.5"), "5", True, float("inf"), None)] == [
        float(2**70), 2, 0.5, None, None, None, None
    ]  # fmt: skip


def test_the_count_says_what_is_cut():
    assert count_text(0, 0, truncated=True) == "only the columns; there are rows"
    assert count_text(0, 0, truncated=False) == "no rows"
    assert count_text(1, 1, truncated=False) == "1 row"
    assert count_text(5, 5, truncated=True) == "first 5 rows; there are more"
