"""Chart view: the tag in which DB-GPT's answers carry their SQL and their rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from dbchat_magic.rendering.cells import json_value

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.chart import ChartSpec

MOST_RECORDS = 1_000
TABLE = "response_table"
DISPLAY_TYPES = {
    "area": "response_area_chart",
    "bar": "response_bar_chart",
    "heatmap": "response_heatmap_chart",
    "line": "response_line_chart",
    "pie": "response_pie_chart",
    "scatter": "response_scatter_chart",
}
"""What DB-GPT's page draws, by our kinds of charts; anything else is a table there."""


@dataclass(frozen=True)
class ChartView:
    """What the tag holds."""

    type: str
    sql: str
    data: tuple[dict[str, Any], ...] = ()
    """Records, at most MOST_RECORDS."""


def chart_view(sql: str, frame: pd.DataFrame, chart: ChartSpec | None) -> ChartView:
    return ChartView(DISPLAY_TYPES.get(chart.kind, TABLE) if chart else TABLE, sql, records_of(frame))


def records_of(frame: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    head = frame.iloc[:MOST_RECORDS]
    names = [str(name) for name in head.columns]
    columns = [[json_value(value) for value in head.iloc[:, at]] for at in range(len(names))]
    return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def tag(view: ChartView, *, raw_quotes: bool) -> str:
    """The tag; no value in it can end it, and no name or value is markup.

    `raw_quotes`: quotes stay as they are, as in DB-GPT v0.6's replies that are not streamed.
    A line break in the SQL is the two characters that JSON makes of it.

    >>> tag(ChartView("response_table", "SELECT 1 > 0", ({"a": "<b>"},)), raw_quotes=True)
    '<chart-view content="{"type": "response_table", "sql": "SELECT 1 &gt; 0", "data": [{"a": "&lt;b&gt;"}]}" />'
    >>> tag(ChartView("response_table", "SELECT 1"), raw_quotes=False)
    '<chart-view content="{&quot;type&quot;: &quot;response_table&quot;, &quot;sql&quot;: &quot;SELECT 1&quot;, &quot;data&quot;: []}" />'
    """
    inner = json.dumps(
        {"type": view.type, "sql": view.sql, "data": view.data}, ensure_ascii=False, allow_nan=False
    )
    content = escape(inner, quote=False)
    return f'<chart-view content="{content if raw_quotes else content.replace(chr(34), "&quot;")}" />'
