import datetime as dt
import json
from decimal import Decimal

import pandas as pd
import pytest

from dbchat_magic.core.chart import ChartSpec, choose_chart
from dbchat_magic.rendering.vegalite import to_vegalite

BARS = pd.DataFrame({"country": ["Germany", "France", None], "revenue_eur": [120.5, 60, 7]})


def values(chart):
    return chart["data"]["values"]


def drawn(frame, asked=None, title=""):
    spec = choose_chart(frame, asked, title)
    assert spec
    chart = to_vegalite(frame, spec)
    json.dumps(chart, allow_nan=False).encode("utf-8")
    return chart


def test_a_bar_chart():
    chart = drawn(BARS)
    assert chart["$schema"].endswith("/v5.json")
    assert chart["mark"]["type"] == "bar"
    assert values(chart)[2] == {"x": "(none)", "y": 7}
    assert chart["encoding"]["y"]["title"] == "Revenue (€)"
    assert chart["title"] == {"text": "Revenue (€) by country"}


def test_the_question_is_the_title():
    assert drawn(BARS, title="revenue per country?")["title"] == {"text": "Revenue per country?"}


def test_a_description_stands_in_for_the_picture():
    assert (
        drawn(BARS)["description"] == "Bar chart: Revenue (€) by country. Germany 120.5; France 60; (none) 7."
    )


def test_names_and_values_from_the_database_are_never_expressions_or_paths():
    evil = "datum['x'].constructor.constructor('alert(1)')()"
    frame = pd.DataFrame({f"a.b[0] {evil}": [evil, "b"], "$n'\"": [1, 2]})
    chart = drawn(frame, title=evil)
    fields = [part["field"] for part in chart["encoding"].values() if isinstance(part, dict)]
    assert fields == ["x", "y"] or fields == ["y", "x"]
    assert "expr" not in json.dumps(chart)
    assert "signal" not in json.dumps(chart)


@pytest.mark.parametrize(
    ("times", "first"),
    [
        (["2023", "2024"], "2023-01-01T00:00:00"),
        ([2023, 2024], "2023-01-01T00:00:00"),
        (["2025-02", "2025-03"], "2025-02-01T00:00:00"),
        (["2024-Q2", "2024-Q3"], "2024-04-01T00:00:00"),
        (["2024-W01", "2024-W02"], "2024-01-01T00:00:00"),
        ([dt.date(2025, 1, 2), dt.date(2025, 1, 3)], "2025-01-02T00:00:00"),
        (pd.to_datetime(["2025-01-02 10:00", "2025-01-03 00:00"]), "2025-01-02T10:00:00"),
        (["2025-01-02 10:00:00", "2025-01-03 00:00:00"], "2025-01-02T10:00:00"),
    ],
)
def test_dates_are_temporal_and_the_same_day_in_every_zone(times, first):
    chart = drawn(pd.DataFrame({"year": times, "total": [1, 2]}))
    assert chart["encoding"]["x"]["type"] == "temporal"
    assert values(chart)[0]["x"] == first


def test_what_is_no_date_stays_a_label():
    chart = to_vegalite(
        pd.DataFrame({"when": ["soon", "later"], "n": [1, 2]}), ChartSpec("line", "when", "n")
    )
    assert chart["encoding"]["x"]["type"] == "ordinal"


def test_more_than_thirty_bars_become_thirty_with_the_rest_added_up():
    frame = pd.DataFrame({"name": [f"n{n}" for n in range(50)], "total": range(50)})
    rows = values(drawn(frame))
    assert len(rows) == 30
    assert rows[-1] == {"x": "other (21)", "y": sum(range(21))}
    assert sum(row["y"] for row in rows) == sum(range(50))


def test_averages_are_not_added_up():
    frame = pd.DataFrame({"name": [f"n{n}" for n in range(50)], "avg(price)": range(50)})
    chart = drawn(frame)
    assert [row["x"] for row in values(chart)] == [f"n{n}" for n in range(20, 50)]
    assert chart["title"]["subtitle"] == "the largest 30 of 50"


def test_values_that_json_has_no_word_for():
    frame = pd.DataFrame(
        {
            "name": pd.Series(["a", "b", "c", "d", "half\ud800"], dtype=object),
            "n": [Decimal("1.5"), 2**70, float("nan"), float("inf"), None],
        }
    )
    chart = to_vegalite(frame, ChartSpec("bar", "name", "n"))
    json.dumps(chart, allow_nan=False).encode("utf-8")
    assert [row["y"] for row in values(chart)] == [1.5, float(2**70), None, None, None]


@pytest.mark.parametrize("asked", ["bar", "pie", "scatter", "area", "line", "heatmap", "number"])
def test_every_kind_can_be_drawn(asked):
    frames = {
        "area": pd.DataFrame({"year": ["2024", "2025"], "n": [1, 2]}),
        "line": pd.DataFrame({"year": ["2024", "2025"] * 2, "kind": list("aabb"), "n": range(4)}),
        "heatmap": pd.DataFrame({"a": list("xxyy"), "b": list("uvuv"), "n": range(4)}),
        "scatter": pd.DataFrame({"price": [1, 2, 3], "cost": [1, 2, 4]}),
        "number": pd.DataFrame({"n": [8600]}),
    }
    chart = drawn(frames.get(asked, BARS), asked)
    marks = {"pie": "arc", "scatter": "point", "heatmap": "rect", "number": "text"}
    assert chart["mark"]["type"] == marks.get(asked, asked)


def test_grouped_bars_lie_side_by_side():
    frame = pd.DataFrame({"country": list("aabb"), "channel": ["web", "store"] * 2, "n": range(4)})
    assert "xOffset" in drawn(frame)["encoding"]


def test_a_picture_is_not_sent_to_strangers():
    assert drawn(BARS)["usermeta"]["embedOptions"]["actions"]["editor"] is False


@pytest.mark.parametrize(
    "spec", [ChartSpec("table"), ChartSpec("bar", "nothing", "revenue_eur"), ChartSpec("bar")]
)
def test_what_cannot_be_drawn_is_a_value_error(spec):
    with pytest.raises(ValueError, match="cannot be drawn"):
        to_vegalite(BARS, spec)
