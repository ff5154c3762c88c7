"""Vega-Lite: a ChartSpec and its frame as a Vega-Lite v5 specification.

Made by hand, because JupyterLab draws versions 3 to 5 only. Charts are data: column names and values go in as
plain text under names of ours, so that nothing from a database can be an expression or a path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dbchat_magic.rendering.cells import json_number, plain, show_columns
from dbchat_magic.rendering.measures import Measure, read_measure
from dbchat_magic.rendering.order import bar_order, declared_order
from dbchat_magic.rendering.times import moment, time_axis, time_format
from dbchat_magic.rendering.words import words_of_name

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.chart import ChartSpec

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MOST_BARS = 30
MOST_VALUES = 5_000
MOST_POINTS_MARKED = 40
MOST_SPOKEN = 8
"""Values that the description for those who cannot see the picture reads out."""
LONGEST_LABEL = 40
LONGEST_TITLE = 90
NULL_LABEL = "(none)"
OTHER_LABEL = "other"
MOST_OF_THE_LARGEST = 5
"""A bar of all others that is longer than this times the largest would dwarf it."""
PALETTE = ("#2f7fc1", "#d98200", "#00966c", "#c264a0", "#d55e00", "#4fa3d8", "#8a8a00", "#8c8c8c")
"""Told apart by people who are colour-blind (after Okabe and Ito, "Color universal design", 2008), and seen on white
as on black; lines and points differ in shape too."""
MOST_SHAPES = 6
WIDTH = 560
HEIGHT = 260

Json = dict[str, Any]
Row = dict[str, str | int | float | None]

NOT_ADDITIVE = re.compile(
    r"(?i)(^|[^a-z])(avg|average|mean|min|max|median|rate|ratio|share|pct|percent\w*|price|age)([^a-z]|$)"
)


def to_vegalite(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    """The chart as a dictionary that `json.dumps` takes as it is, with an alternative text in `description`.

    Raises ValueError for a kind that is no picture ("table") or a column that the frame does not have.
    """
    missing = [
        name for name in (spec.x, spec.y, spec.color) if name is not None and name not in frame.columns
    ]
    if missing or spec.kind not in DRAWERS or spec.y is None:
        raise ValueError(
            f"a chart {spec.kind!r} of {spec.x!r}, {spec.y!r} and {spec.color!r} cannot be drawn"
        )
    drawn = DRAWERS[spec.kind](frame, spec)
    rows = drawn["data"]["values"]
    return {
        "$schema": SCHEMA,
        "title": {"text": headline(spec.title) or title_of(spec), **drawn.pop("cut", {})},
        "description": describe(spec, rows),
        **drawn,
        "config": {
            "view": {"stroke": None},
            "axis": {"labelLimit": 240},
            "range": {"category": list(PALETTE)},
            "mark": {"color": PALETTE[0]},
        },
        "usermeta": {
            "embedOptions": {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}
        },
    }


def headline(question: str) -> str:
    """The question over its chart."""
    text = shorten(plain(question), LONGEST_TITLE)
    return text[:1].upper() + text[1:]


def title_of(spec: ChartSpec) -> str:
    """What the chart shows, in words: "Sum of total amount by month"."""
    measured, *others = (
        (spec.color, spec.x, spec.y) if spec.kind == "heatmap" else (spec.y, spec.x, spec.color)
    )
    by = " and ".join(name_in_sentence(name) for name in others if name is not None)
    return f"{words_of_name(measured or '')} by {by}" if by else words_of_name(measured or "")


def name_in_sentence(name: str) -> str:
    words = words_of_name(name)
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def describe(spec: ChartSpec, rows: Sequence[Row]) -> str:
    """The chart for a reader who does not see it: kind, what by what, the first values."""
    spoken = "; ".join(
        " ".join(str(value) for value in row.values() if value is not None) for row in rows[:MOST_SPOKEN]
    )
    more = f"; {len(rows):,} in all" if len(rows) > MOST_SPOKEN else ""
    kind = {"number": "A number", "line": "Line chart", "area": "Area chart"}.get(
        spec.kind, f"{spec.kind} chart"
    )
    return f"{kind[:1].upper()}{kind[1:]}: {title_of(spec)}. {spoken}{more}."


def draw_bar(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    """Bars in an order that says something, lying where their labels are many or long."""
    rows = table(frame, spec)[:MOST_VALUES]
    cut: Json = {}
    declared = [shorten(plain(name)) for name in declared_order(frame[spec.x])]
    if not spec.color or declared:
        rows = in_order(rows, declared)
    if not spec.color:
        rows, cut = group_rest(rows, str(spec.y))
    labels = list(dict.fromkeys(str(row["x"]) for row in rows))
    is_lying = len(labels) > 8 or max(map(len, labels), default=0) > 12
    category: Json = {"field": "x", "type": "nominal", "sort": None, "title": words_of_name(str(spec.x))}
    if not is_lying:
        category["axis"] = {"labelAngle": 0 if sum(map(len, labels)) < 70 else -35}
    figures = figures_of(frame, spec.y)
    encoding: Json = {"y" if is_lying else "x": category, "x" if is_lying else "y": measure("y", figures)}
    if spec.color:
        encoding["color"] = {"field": "color", "type": "nominal", "title": words_of_name(spec.color)}
        encoding["yOffset" if is_lying else "xOffset"] = {"field": "color", "type": "nominal"}
    size: Json = {"width": WIDTH, "height": {"step": 12 if spec.color else 22}} if is_lying else {
        "width": min(WIDTH, 90 * len(labels) + 40), "height": HEIGHT
    }  # fmt: skip
    return {
        "data": {"values": rows},
        "mark": {"type": "bar"},
        "encoding": with_tooltip(encoding, y=figures.format),
        "cut": cut,
        **size,
    }


def in_order(rows: list[Row], declared: Sequence[str]) -> list[Row]:
    figures = [None if row["y"] is None else float(row["y"]) for row in rows]
    return [rows[at] for at in bar_order([str(row["x"]) for row in rows], figures, declared)]


def group_rest(rows: list[Row], measured: str) -> tuple[list[Row], Json]:
    """The largest bars in their order, and what to write where the small ones are missing.

    They are added up where their sum means something: to a bar, or to a line of text where that bar would make all
    others small.
    """
    if len(rows) <= MOST_BARS:
        return rows, {}
    is_additive = not NOT_ADDITIVE.search(measured)
    ranked = sorted(rows, key=lambda row: -abs(float(row["y"] or 0)))
    kept = {id(row) for row in ranked[: MOST_BARS - is_additive]}
    shown = [row for row in rows if id(row) in kept]
    if not is_additive:
        return shown, {"subtitle": f"the largest {MOST_BARS} of {len(rows):,}"}
    rest = [float(row["y"] or 0) for row in rows if id(row) not in kept]
    total = json_number(round(sum(rest), 6)) or 0
    if abs(total) > MOST_OF_THE_LARGEST * abs(float(ranked[0]["y"] or 0)):
        told = (
            f"the largest {len(shown)} of {len(rows):,}; the other {len(rest):,} come to {total:,} together"
        )
        return shown, {"subtitle": told}
    return [*shown, {"x": f"{OTHER_LABEL} ({len(rest):,})", "y": total}], {}


def draw_line(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    return draw_over_time(frame, spec, {"type": "line", "point": len(frame) <= MOST_POINTS_MARKED})


def draw_area(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    return draw_over_time(frame, spec, {"type": "area", "opacity": 0.7, "line": True})


def draw_over_time(frame: pd.DataFrame, spec: ChartSpec, mark: Json) -> Json:
    texts = list(show_columns(frame[[spec.x]], MOST_VALUES)[0].cells)
    moments = [None if text is None else moment(text) for text in texts]
    rows = table(frame, spec)[:MOST_VALUES]
    is_time = all(found for found, text in zip(moments, texts, strict=True) if text is not None)
    if is_time:
        rows = [{**row, "x": found} for row, found in zip(rows, moments, strict=True) if found is not None]
    when: Json = {
        "field": "x",
        "type": "temporal" if is_time else "ordinal",
        "title": words_of_name(str(spec.x)),
    }
    figures = figures_of(frame, spec.y)
    formats = {"y": figures.format}
    if is_time:
        told = [text for text in texts if text is not None]
        when |= time_axis(told)
        formats["x"] = time_format(told)
    encoding: Json = {"x": when, "y": measure("y", figures)}
    if spec.color:
        encoding |= told_apart(rows, spec.color, "strokeDash" if mark["type"] == "line" else "")
        encoding["color"] = {**encoding["color"], "legend": {"symbolType": "stroke", "symbolStrokeWidth": 2}}
    return {
        "data": {"values": rows},
        "mark": mark,
        "encoding": with_tooltip(encoding, **formats),
        "width": WIDTH,
        "height": HEIGHT,
    }


def draw_pie(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    figures = figures_of(frame, spec.y)
    encoding: Json = {
        "theta": {"field": "y", "type": "quantitative", "title": figures.title, "stack": True},
        "color": {"field": "x", "type": "nominal", "sort": None, "title": words_of_name(str(spec.x))},
    }
    order = {"field": "order", "type": "quantitative"}
    rows = [{**row, "order": at} for at, row in enumerate(table(frame, spec)[:MOST_BARS])]
    return {
        "data": {"values": rows},
        "mark": {"type": "arc", "innerRadius": 40},
        "encoding": {**with_tooltip(encoding, y=figures.format), "order": order},
        "width": HEIGHT,
        "height": HEIGHT,
    }


def draw_scatter(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    rows = [
        {**row, "x": json_number(value)}
        for row, value in zip(table(frame, spec)[:MOST_VALUES], frame[spec.x], strict=False)
    ]
    across, up = figures_of(frame, spec.x), figures_of(frame, spec.y)
    encoding: Json = {"x": measure("x", across, zero=False), "y": measure("y", up, zero=False)}
    if spec.color:
        encoding |= told_apart(rows, spec.color, "shape")
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "opacity": 0.6},
        "encoding": with_tooltip(encoding, x=across.format, y=up.format),
        "width": WIDTH,
        "height": HEIGHT,
    }


def draw_heatmap(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    columns = [
        labels(frame, spec.x),
        labels(frame, spec.y),
        [json_number(value) for value in frame[spec.color]],
    ]
    rows: list[Row] = [dict(zip(("x", "y", "color"), row, strict=True)) for row in zip(*columns, strict=True)]
    figures = figures_of(frame, spec.color)
    encoding: Json = {
        "x": {"field": "x", "type": "nominal", "sort": None, "title": words_of_name(str(spec.x))},
        "y": {"field": "y", "type": "nominal", "sort": None, "title": words_of_name(str(spec.y))},
        "color": {**measure("color", figures), "scale": {"scheme": "viridis"}},
    }
    return {
        "data": {"values": rows[:MOST_VALUES]},
        "mark": {"type": "rect"},
        "encoding": with_tooltip(encoding, color=figures.format),
        "width": {"step": 28},
        "height": {"step": 22},
    }


def draw_number(frame: pd.DataFrame, spec: ChartSpec) -> Json:
    format = figures_of(frame, spec.y).format
    return {
        "data": {"values": [{"y": json_number(frame[spec.y].iloc[0])}]},
        "mark": {"type": "text", "fontSize": 44, "fontWeight": 600},
        "encoding": {"text": {"field": "y", "type": "quantitative", "format": format}},
        "width": 260,
        "height": 70,
    }


DRAWERS = {
    "bar": draw_bar,
    "line": draw_line,
    "area": draw_area,
    "pie": draw_pie,
    "scatter": draw_scatter,
    "heatmap": draw_heatmap,
    "number": draw_number,
}


def table(frame: pd.DataFrame, spec: ChartSpec) -> list[Row]:
    """The chart's columns under names of ours: x and color as labels, y as figures."""
    columns: dict[str, Sequence[str | int | float | None]] = {
        "x": labels(frame, spec.x),
        "y": [json_number(value) for value in frame[spec.y]],
    }
    if spec.color:
        columns["color"] = labels(frame, spec.color)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def labels(frame: pd.DataFrame, name: str | None) -> list[str]:
    cells = show_columns(frame[[name]], len(frame))[0].cells
    return [shorten(cell) if cell is not None else NULL_LABEL for cell in cells]


def shorten(text: str, longest: int = LONGEST_LABEL) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def figures_of(frame: pd.DataFrame, name: str | None) -> Measure:
    return read_measure(str(name), list(frame[name]))


def measure(field: str, figures: Measure, zero: bool = True) -> Json:
    """A channel of figures with its title and how they stand on the axis."""
    channel = "legend" if field == "color" else "axis"
    encoding: Json = {"field": field, "type": "quantitative", "title": figures.title}
    if figures.axis:
        encoding[channel] = figures.axis
    if not zero:
        encoding["scale"] = {"zero": False}
    return encoding


def told_apart(rows: Sequence[Row], name: str, second: str) -> Json:
    """Groups by colour, and where they are few by a second channel for those who see no colours."""
    group = {"field": "color", "type": "nominal", "title": words_of_name(name)}
    is_few = len({row["color"] for row in rows}) <= MOST_SHAPES
    return {"color": group, second: group} if second and is_few else {"color": group}


def with_tooltip(encoding: Json, **formats: str) -> Json:
    """The encoding, with what a pointer over a mark tells; `formats` by field: figures and moments exactly."""
    shown = {part["field"]: part for channel, part in encoding.items() if not channel.endswith("Offset")}
    tooltip = [
        {key: part[key] for key in ("field", "type", "title") if key in part}
        | ({"format": formats[field]} if field in formats else {})
        for field, part in shown.items()
    ]
    return {**encoding, "tooltip": tooltip}
