import datetime as dt
import itertools
import json
from decimal import Decimal

import pandas as pd
import pytest

from dbchat_magic.core.chart import ChartSpec, choose_chart
from dbchat_magic.rendering.vegalite import PALETTE, to_vegalite

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


@pytest.mark.parametrize(
    ("name", "figures", "axis", "told"),
    [
        ("share_of_sales", [0.25, 0.5], {"format": ".0%"}, ".1%"),
        ("errorRate", [0.001, 0.02], {"format": ".1%"}, ".1%"),
        ("rating_share", [0, 1], {"tickMinStep": 1}, ",d"),  # counts, as far as can be seen
        ("total_amount", [3.5, 12], None, ",.2f"),
        ("n", [3, 12], {"tickMinStep": 1}, ",d"),
        ("height_cm", [3.25, 12], None, ",.2f"),
    ],
)
def test_figures_are_written_as_what_they_measure(name, figures, axis, told):
    encoding = drawn(pd.DataFrame({"kind": ["a", "b"], name: figures}), "bar")["encoding"]
    assert encoding["y"].get("axis") == axis
    assert [part.get("format") for part in encoding["tooltip"]] == [None, told]


def test_millions_are_short_on_the_axis_and_whole_where_one_is_told():
    encoding = drawn(pd.DataFrame({"kind": ["a", "b"], "n": [3_000_000, 2_000_000_000]}))["encoding"]
    assert encoding["y"]["axis"]["format"] == "~s"
    assert encoding["tooltip"][1]["format"] == ",d"


def test_bars_stand_in_an_order_that_says_something():
    def order(labels, figures):
        return [row["x"] for row in values(drawn(pd.DataFrame({"k": labels, "n": figures}), "bar"))]

    assert order(["Spain", "Italy", "Chad"], [2, 9, 4]) == ["Italy", "Chad", "Spain"]
    assert order(["Spain", "Italy", "Chad"], [2, 4, 9]) == ["Spain", "Italy", "Chad"]  # as it was asked for
    assert order(["Sat", "Mon", "Fri"], [2, 9, 4]) == ["Mon", "Fri", "Sat"]
    states = pd.Categorical(["paid", None, "new"], ["new", "sent", "paid"], ordered=True)
    assert order(states, [2, 9, 4]) == ["new", "paid", "(none)"]
    alphabet = pd.Categorical(["a", "c", "b"], ["a", "b", "c"], ordered=True)
    assert order(alphabet, [2, 9, 4]) == ["c", "b", "a"]  # it says nothing
    assert order(["0-9", "10-19", "20+"], [2, 9, 4]) == ["0-9", "10-19", "20+"]


def test_a_bar_of_all_others_that_would_dwarf_the_rest_is_a_line_of_text():
    chart = drawn(pd.DataFrame({"name": [f"n{n}" for n in range(100)], "total": [5] * 100}))
    assert len(values(chart)) == 29
    assert chart["title"]["subtitle"] == "the largest 29 of 100; the other 71 come to 355 together"


def test_groups_are_told_apart_without_colours():
    frame = pd.DataFrame(
        {"day": ["2025-01-01", "2025-01-02"] * 2, "k": ["a", "a", "b", "b"], "n": [1, 2, 3, 4]}
    )
    assert drawn(frame)["encoding"]["strokeDash"]["field"] == "color"
    points = pd.DataFrame({"a": [1.5, 2, 3, 7], "b": [1, 5, 2, 2.5], "k": list("xyxy")})
    assert drawn(points, "scatter")["encoding"]["shape"]["field"] == "color"


def test_the_palette_is_seen_on_white_and_on_black_and_told_apart_by_the_colour_blind():
    """Contrast as WCAG 2.1 defines it; deuteranopia after Machado, Oliveira and Fernandes (2009)."""
    colours = [[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in PALETTE]
    linear = [
        [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in c] for c in colours
    ]
    for red, green, blue in linear:
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert 1.05 / (light + 0.05) >= 2.4
        assert (light + 0.05) / 0.05 >= 3
    seen = [[sum(m * part for m, part in zip(row, c, strict=True)) for row in DEUTERANOPIA] for c in linear]
    for one, other in itertools.combinations(seen[:5], 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 0.1


DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.01182, 0.04294, 0.968881),
)


@pytest.mark.parametrize(
    ("times", "axis", "told"),
    [
        (["2025-01-01", "2025-02-01"], "%b %-d", "%Y-%m-%d"),
        (["2024-01-01", "2025-02-01"], "%b %Y", "%Y-%m-%d"),
        (["2025-01-01 10:00", "2025-01-01 17:30"], "%H:%M", "%Y-%m-%d %H:%M"),
        (["2025-01-01 10:00", "2025-01-03 17:30"], "%b %-d, %H:%M", "%Y-%m-%d %H:%M"),
        (["2024", "2025"], "%Y", "%Y"),
    ],
)
def test_moments_are_told_in_the_fineness_of_the_data(times, axis, told):
    encoding = drawn(pd.DataFrame({"at": times, "n": [1, 2]}), "line")["encoding"]
    assert encoding["x"]["axis"]["format"] == axis
    assert encoding["tooltip"][0]["format"] == told


def test_a_time_with_a_zone_is_drawn_as_the_table_shows_it():
    times = pd.to_datetime(["2025-01-02 10:00+02:00", "2025-01-03 00:00+02:00"])
    assert values(drawn(pd.DataFrame({"at": times, "n": [1, 2]}), "line"))[0]["x"] == "2025-01-02T10:00:00"
