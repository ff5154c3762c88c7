import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from dbchat_magic.core.chart import KINDS, ChartSpec, choose_chart
from dbchat_magic.errors import DbChatError

COUNTRIES = ["Germany", "France", "Spain"]
MONTHS = ["2025-01", "2025-02", "2025-03"]


def chosen(columns, asked=None):
    spec = choose_chart(pd.DataFrame(columns), asked)
    return spec and (spec.kind, spec.x, spec.y, spec.color)


@pytest.mark.parametrize(
    "times",
    [
        [dt.date(2025, 1, 1), dt.date(2025, 1, 2), dt.date(2025, 1, 3)],
        pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]),
        ["2025-01-01", "2025-01-02", "2025-01-03"],
        ["2025-01-01 10:00:00", "2025-01-02 11:30:00", "2025-01-03 00:00:00"],
        MONTHS,
        ["2024-Q1", "2024-Q2", "2024-Q3"],
        ["2023", "2024", "2025"],
        ["2025-01-01", None, "2025-01-03"],
    ],
)
def test_a_measure_over_time_is_a_line(times):
    assert chosen({"when": times, "total": [1.5, 2.5, 3.0]}) == ("line", "when", "total", None)


def test_a_number_is_a_year_only_when_it_is_called_one():
    assert chosen({"year": [2023, 2024, 2025], "total": [1, 2, 3]}) == ("line", "year", "total", None)
    assert chosen({"orderYear": [2023, 2024, 2025], "total": [1, 2, 3]}) == (
        "line",
        "orderYear",
        "total",
        None,
    )
    assert chosen({"price": [2023.5, 2024, 2025], "weight": [1, 2, 3]}) == (
        "scatter",
        "price",
        "weight",
        None,
    )


def test_lines_of_several_categories_have_colours():
    columns = {"month": MONTHS * 2, "channel": ["web"] * 3 + ["store"] * 3, "sum(amount)": range(6)}
    assert chosen(columns) == ("line", "month", "sum(amount)", "channel")


def test_a_category_and_a_measure_are_bars():
    assert chosen({"country": COUNTRIES, "n": [3, 2, 1]}) == ("bar", "country", "n", None)
    assert chosen({"country": [*COUNTRIES[:2], None], "n": [3, 2, 1]}) == ("bar", "country", "n", None)
    assert chosen({"is_member": [True, False], "n": [3, 2]}) == ("bar", "is_member", "n", None)
    assert chosen({"country": COUNTRIES, "n": [Decimal("3.1"), Decimal(2), None]}) == (
        "bar",
        "country",
        "n",
        None,
    )


def test_an_identifier_is_never_measured():
    assert chosen({"product_id": [1, 2, 3], "name": ["a", "b", "c"], "sold": [9, 8, 7]}) == (
        "bar",
        "name",
        "sold",
        None,
    )
    assert chosen({"CustomerId": [1, 2, 3], "Total": [9, 8, 7]}) == ("bar", "CustomerId", "Total", None)
    for name in ("id", "order_id", "AlbumId", "zip", "phone", "postal_code", "customer_number"):
        assert chosen({name: [1, 2, 3], "name": ["a", "b", "c"]}) is None


def test_a_count_of_identifiers_is_measured():
    assert chosen({"country": COUNTRIES, "count(order_id)": [3, 2, 1]}) == (
        "bar",
        "country",
        "count(order_id)",
        None,
    )
    assert chosen({"country": COUNTRIES, "number_of_orders": [3, 2, 1]})[2] == "number_of_orders"


def test_stars_with_their_counts_are_bars_not_points():
    assert chosen({"rating": [1, 2, 3, 4, 5], "count": [5, 9, 20, 40, 31]}) == (
        "bar",
        "rating",
        "count",
        None,
    )
    assert chosen({"month": range(1, 13), "total": range(12)}) == ("bar", "month", "total", None)


def test_two_measures_are_points():
    columns = {"price": [1.5, 2.5, 3.0, 3.0], "weight": [2.0, 2.5, 9.0, 1.0]}
    assert chosen(columns) == ("scatter", "price", "weight", None)


def test_one_value_is_a_number():
    assert chosen({"count(*)": [8600]}) == ("number", None, "count(*)", None)


def test_two_categories_are_grouped_bars_while_few_and_a_heatmap_when_many():
    few = {"country": sorted(COUNTRIES * 2), "channel": ["web", "store"] * 3, "total": range(6)}
    assert chosen(few) == ("bar", "country", "total", "channel")
    many = {
        "country": sorted(COUNTRIES * 20),
        "product": list("abcdefghijklmnopqrst") * 3,
        "total": range(60),
    }
    assert chosen(many) == ("heatmap", "product", "country", "total")


def test_a_second_text_that_only_describes_the_first_is_left_out():
    assert chosen({"name": ["a", "b", "c"], "city": ["x", "x", "y"], "total": [1, 2, 3]}) == (
        "bar",
        "name",
        "total",
        None,
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"name": ["a", "b", "c"]},
        {"order_id": [1, 2, 3]},
        {"name": ["a"], "price": [1.5], "weight": [2.0]},
        {"country": ["Germany"], "total": [5]},
        {"country": ["Germany", "Germany", "Spain"], "price": [1, 2, 3]},
        {"comment": ["word " * 30, "text " * 30], "rating": [1, 2]},
        {"picture": [b"\x00", b"\x01"], "size": [1, 2]},
        {"country": COUNTRIES, "total": [None, None, None]},
        {"name": [], "total": []},
        {"name": [f"n{number}" for number in range(500)], "total": range(500)},
        {f"column {number}": [1, 2, 3] for number in range(30)},
        {"price": range(6_000), "weight": range(6_000)},
        {},
    ],
)
def test_a_table_says_more(columns):
    assert chosen(columns) is None


def test_two_columns_of_one_name_do_not_break():
    frame = pd.DataFrame([["a", 1, 2], ["b", 3, 4]], columns=["name", "n", "n"])
    assert choose_chart(frame) is None


def test_the_asked_kind_wins_where_the_data_can_carry_it():
    bars = {"country": COUNTRIES, "total": [3, 2, 1]}
    assert chosen(bars, "pie") == ("pie", "country", "total", None)
    assert chosen(bars, "Bar chart") == ("bar", "country", "total", None)
    assert chosen(bars, "scatter") == ("bar", "country", "total", None)
    assert chosen({"country": COUNTRIES, "total": [3, -2, 1]}, "pie") == ("bar", "country", "total", None)
    over_time = {"month": MONTHS, "total": [1, 2, 3]}
    assert chosen(over_time, "area") == ("area", "month", "total", None)
    assert chosen(over_time, "bar") == ("bar", "month", "total", None)
    measures = {"name": ["a", "b", "c"], "price": [1, 2, 3], "cost": [2, 3, 4]}
    assert chosen(measures, "scatter") == ("scatter", "price", "cost", "name")


@pytest.mark.parametrize("asked", ["none", "table"])
def test_no_chart_when_none_is_asked_for(asked):
    assert chosen({"country": COUNTRIES, "total": [3, 2, 1]}, asked) is None


def test_an_unknown_kind_is_our_error_and_lists_the_kinds():
    with pytest.raises(DbChatError) as caught:
        choose_chart(pd.DataFrame({"a": [1]}), "hologram")
    assert all(kind in caught.value.hint for kind in KINDS)


def test_the_title_is_kept():
    frame = pd.DataFrame({"country": COUNTRIES, "n": [3, 2, 1]})
    assert choose_chart(frame, title="orders per country") == ChartSpec(
        "bar", "country", "n", title="orders per country"
    )


def test_the_years_of_events_are_no_measure():
    frame = pd.DataFrame({"name": ["Nina", "Ella"], "born": [1933, 1917]})
    assert choose_chart(frame) is None
