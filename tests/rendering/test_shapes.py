"""Results of every shape: each has a sensible chart or none, which Vega-Lite's own compiler takes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.settings import DECIMALS
from dbchat_magic.rendering.html import answer_html
from dbchat_magic.rendering.picture import draw_picture
from dbchat_magic.rendering.text import answer_text
from tests.rendering.test_html import parse
from tests.shapes import SHAPES, Shape


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shapes") / "shapes.duckdb"
    duckdb.connect(path).close()
    return path


@pytest.mark.parametrize("decimals", DECIMALS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_shape_is_shown_as_page_text_and_picture(
    shape: Shape, decimals: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBCHAT_DECIMALS", decimals)
    answer = DbChat().run(shape.sql, str(file))
    assert (answer.chart and answer.chart.kind) == shape.chart
    shown = "".join(parse(answer_html(answer)).text)
    for column in answer.frame.columns[:60]:
        assert column.replace("\u202e", "\\u202e") in shown
    assert answer_text(answer, 10, 80)
    if answer.chart:
        assert draw_picture(answer.to_vegalite(), ".png").startswith(b"\x89PNG")
