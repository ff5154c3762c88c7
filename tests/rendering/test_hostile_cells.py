"""Cells and names that would act where they are shown: in every output they are text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from dbchat_magic.core.ask import Answer
from dbchat_magic.core.chart import KINDS, ChartSpec, choose_chart
from dbchat_magic.jupyter.server.chart_view import chart_view, tag
from dbchat_magic.rendering.cells import ACTING
from dbchat_magic.rendering.html import answer_html
from dbchat_magic.rendering.text import answer_text
from dbchat_magic.rendering.vegalite import to_vegalite
from tests.rendering.test_html import parse

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "tag": "<img src=x onerror=alert(1)>",
    "end of the tag": '"/></chart-view><b>',
    "end of the table": "</td></table><iframe src=//x>",
    "address": "javascript:alert(1)",
    "link": "[a](javascript:alert(1)) ![b](http://x.invalid/b.png)",
    "entity": "&lt;script&gt;&quot;&#x3c;",
    "formula": '=HYPERLINK("http://x.invalid","y")',
    "expression": "datum.a['constructor']('alert(1)')()",
    "terminal": "\x1b]8;;http://x.invalid\x07\x1b[2J",
    "one-byte terminal": "\x9b2J",
    "turned round": "a\u202etxt.exe\u2066\u200f",
    "line ends": "a\r\nb\u2028c",
    "template": "{{7*7}} ${7*7} <%= 7 %>",
    "mathematics": "$\\href{javascript:alert(1)}{x}$",
}
hostile = pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)

SAFE_KEYS = frozenset({"expr", "signal", "href", "url", "loader"})
"""What in a Vega-Lite specification is run, or fetched."""


def answer(cell: str) -> Answer:
    frame = pd.DataFrame({cell: [cell, "b"], "n": [1, 2]})
    chart = choose_chart(frame, "bar", cell)
    return Answer(cell, cell, cell, frame, chart, reading=cell, notes=(cell,), ignored=(cell,))


@hostile
def test_in_html(cell: str):
    shown = answer_html(answer(cell))
    tags = parse(shown)
    assert "mathjax_ignore" in tags.seen[0][1]["class"].split()
    assert all("href" not in attributes and "src" not in attributes for _, attributes in tags.seen)
    assert not ACTING.search(shown.replace("\n", ""))
    if not ACTING.search(cell):
        assert cell in "".join(tags.text)


@hostile
@pytest.mark.parametrize("raw_quotes", [True, False])
def test_in_a_chart_view(cell: str, raw_quotes: bool):
    made = answer(cell)
    view = chart_view(made.sql, made.frame, made.chart)
    written = tag(view, raw_quotes=raw_quotes)
    inner = written.removeprefix('<chart-view content="').removesuffix('" />')
    assert len(inner) == len(written) - len('<chart-view content="" />')
    assert not re.search("[<>]", inner)
    assert raw_quotes or '"' not in inner
    read = json.loads(inner, object_hook=unescaped) if raw_quotes else json.loads(html.unescape(inner))
    assert read["data"][0] == {cell: cell, "n": 1}
    assert read["sql"] == cell


def unescaped(found: dict[str, Any]) -> dict[str, Any]:
    return {
        html.unescape(key): html.unescape(value) if isinstance(value, str) else value
        for key, value in found.items()
    }


@hostile
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"table", "none"}))
def test_in_a_chart(cell: str, kind: str):
    frame = pd.DataFrame({cell: [cell, "b"], f"{cell}2": ["c", cell], "n": [1, 2], "m": [3, 4]})
    spec = choose_chart(frame, kind, cell)
    if spec is None or spec.kind == "table":
        return
    chart = to_vegalite(frame, spec)
    assert not SAFE_KEYS & set(keys_of(chart))
    for key, value in texts_of({name: part for name, part in chart.items() if name != "data"}):
        assert key in ("text", "subtitle", "title", "description") or cell not in value


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from keys_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys_of(part)


def texts_of(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a specification, with the key that it stands at."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from texts_of(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part, key)
    elif isinstance(value, str):
        yield key, value


@hostile
def test_in_a_terminal(cell: str):
    shown = answer_text(answer(cell), 10, 80)
    assert not ACTING.search(shown.replace("\n", ""))


def test_a_chart_of_one_value_is_text():
    frame = pd.DataFrame({"<script>": [1]})
    chart = to_vegalite(frame, ChartSpec("number", None, "<script>"))
    assert not SAFE_KEYS & set(keys_of(chart))
