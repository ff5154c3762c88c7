from dataclasses import replace

import pandas as pd
import pytest

from dbchat_magic.core import inspect
from dbchat_magic.core.ask import Answer
from dbchat_magic.core.chart import ChartSpec, choose_chart
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.rendering.text import (
    answer_text,
    chart_text,
    findings_of,
    schema_text,
    table_text,
    width_of,
    works_text,
)

COUNTRIES = pd.DataFrame({"country": ["Germany", "日本", None], "orders": [120, 60, 7]})


def lines(text):
    return text.split("\n")


def test_numbers_stand_right_and_null_is_visible_and_wide_characters_are_counted():
    assert lines(table_text(COUNTRIES, 10)) == [
        "country  orders",
        "───────  ──────",
        "Germany     120",
        "日本         60",
        "NULL          7",
        "3 rows",
    ]


def test_only_the_first_rows_are_shown_and_that_is_said():
    assert lines(table_text(COUNTRIES, 2))[-2:] == ["日本         60", "first 2 of 3 rows"]
    assert (
        lines(table_text(COUNTRIES, 2, truncated=True))[-1] == "first 2 of the first 3 rows; there are more"
    )


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    frame = pd.DataFrame({f"column {n}": ["long text " * n, "東京" * n] for n in range(1, 30)})
    text = table_text(frame, 10, width)
    assert all(width_of(line) <= width for line in lines(text) if "more column" not in line)
    assert "more columns: " in text


def test_a_row_too_wide_stands_upright():
    text = table_text(pd.DataFrame([{f"column_{n}": n for n in range(20)}]), 10, 80)
    assert lines(text)[0] == "column_0   0"
    assert lines(text)[-1] == "1 row"


def test_a_result_without_rows_or_columns():
    assert lines(table_text(pd.DataFrame({"a": [], "b": []}), 10)) == ["a  b", "─  ─", "no rows"]
    assert table_text(pd.DataFrame(), 10) == "no rows"


def test_an_escape_sequence_in_the_data_is_not_obeyed():
    frame = pd.DataFrame({"\x1b[2J": ["\x1b]0;title\x07", "a\nb"]})
    answer = Answer(
        "q", "demo", "SELECT '\x1b[2J'", frame, reading="\x1b[2J", ignored=("\x1b[2J",), notes=("\x1b[2J",)
    )
    assert "\x1b" not in answer_text(answer)
    assert "\x07" not in answer_text(answer)


def test_an_answer_shows_reading_sql_table_and_picture_in_this_order():
    answer = Answer(
        "orders per country",
        "demo",
        "SELECT\n  1",
        COUNTRIES,
        chart=choose_chart(COUNTRIES),
        reading="Number of orders for each country.",
        ignored=("please",),
        notes=("Two countries have no orders.",),
    )
    text = answer_text(answer)
    parts = [
        "Number of orders",
        "Not used: please",
        "Note: Two",
        "  SELECT\n    1",
        "country  orders",
        "3 rows",
        "█",
    ]
    assert sorted(parts, key=text.index) == parts


def test_bars_have_a_label_and_a_figure_each():
    assert lines(chart_text(COUNTRIES, ChartSpec("bar", "country", "orders"), 40)) == [
        "Orders by country",
        "Germany  ██████████████████████████  120",
        "日本     █████████████                60",
        "NULL     █▌                            7",
    ]


def test_bars_below_zero_grow_to_the_left():
    frame = pd.DataFrame({"name": ["a", "b"], "gain": [2, -2]})
    assert lines(chart_text(frame, ChartSpec("bar", "name", "gain"), 17))[1:] == [
        "a       █████   2",
        "b  █████       -2",
    ]


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (pd.DataFrame({"n": [8600]}), "number"),
        (pd.DataFrame({"month": [f"2025-{m:02}" for m in range(1, 13)], "total": range(12)}), "line"),
        (pd.DataFrame({"day": pd.date_range("2020-01-01", periods=900), "total": range(900)}), "line"),
        (
            pd.DataFrame({"day": pd.date_range("2020-01-01", periods=90), "total": [None] * 89 + [1.0]}),
            "line",
        ),
        (
            pd.DataFrame(
                {"year": ["2024", "2025"] * 2, "channel": ["web"] * 2 + ["store"] * 2, "n": [1, 2, 3, None]}
            ),
            "line",
        ),
        (pd.DataFrame({"price": [1.5, 2, 3], "cost": [1, 1, 1]}), "scatter"),
        (
            pd.DataFrame(
                {"a": sorted("xyz" * 20), "b": [f"b{n}" for n in range(20)] * 3, "n": [0] * 60},
            ),
            "heatmap",
        ),
        (pd.DataFrame({"a": ["x", "y"], "n": [0, 0]}), "bar"),
        (pd.DataFrame({"a": ["x", "y"], "n": [None, 5]}), "bar"),
    ],
)
@pytest.mark.parametrize("width", [30, 80])
def test_every_kind_has_a_picture_that_fits(frame, kind, width):
    spec = choose_chart(frame)
    assert spec
    assert spec.kind == kind
    assert all(width_of(line) <= width for line in lines(chart_text(frame, spec, width))[1:])


def test_many_bars_are_cut_and_that_is_said():
    frame = pd.DataFrame({"name": [f"n{n}" for n in range(60)], "total": range(60)})
    assert lines(chart_text(frame, ChartSpec("bar", "name", "total")))[-1] == "… and 36 more"


ORDERS = Table(
    "orders",
    (Column("order_id", "INTEGER"), Column("customer_id", "INTEGER", comment="who bought")),
    primary_key=("order_id",),
    foreign_keys=(ForeignKey(("customer_id",), "customers", ("customer_id",)),),
    rows=8600,
    comment="what was sold",
)


def test_a_schema_is_a_tree_of_tables_and_columns():
    assert schema_text(Schema((ORDERS,))).split("\n") == [
        "orders (about 8,600 rows): what was sold",
        "  order_id     INTEGER  key",
        "  customer_id  INTEGER  → customers.customer_id  who bought",
    ]
    assert schema_text(Schema(())) == "no tables"


def test_namespaces_are_branches_and_views_are_marked():
    views = Table("totals", (Column("n", "int"),), kind="view", schema="hr")
    assert schema_text(Schema((replace(ORDERS, schema="sales"), views))).split("\n")[::3] == [
        "sales (1 table)",
        "    customer_id  INTEGER  → customers.customer_id  who bought",
        "    n     int",
    ]


@pytest.mark.parametrize("width", [30, 80])
def test_a_large_schema_is_its_tables_names(width):
    tables = tuple(replace(ORDERS, name=f"table_{n}", schema="s") for n in range(1000))
    shown = lines(schema_text(Schema(tables), width))
    assert len(shown) == 1001
    assert shown[-1] == "(1,000 tables; the columns of one: %dbsource schema NAME TABLE)"
    assert all(width_of(line) <= width for line in shown[:-1])


def test_what_a_test_found_is_told_line_by_line():
    tested = inspect.Tested(
        "shop",
        12,
        0.035,
        version="PostgreSQL 15.3",
        latency=0.0004,
        can_write=True,
        remedy="CREATE ROLE reader;\nGRANT SELECT",
        notes=("The catalogue is large.",),
    )
    assert [works_text(tested), *findings_of(tested)] == [
        "shop works (PostgreSQL 15.3): 12 tables, read in 35 ms.",
        "The smallest statement takes 0.4 ms.",
        "Sessions opened here refuse to write.",
        "The role itself could write in a session of its own; safer is one that cannot.",
        "Statements that make such a role:",
        "    CREATE ROLE reader;",
        "    GRANT SELECT",
        "The catalogue is large.",
    ]
    assert findings_of(inspect.Tested("f", 1, 0.001, can_write=None)) == [
        "Sessions opened here refuse to write."
    ]
