"""IPython in a terminal shows text, once."""

import os
import re
import signal
import sys
from typing import Any

import duckdb
import pytest

from dbchat_magic.rendering.cells import ACTING
from tests.shapes import SHAPES

pexpect: Any = pytest.importorskip("pexpect") if sys.platform != "win32" else None
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"
)

PROMPT = r"In \[\d+\]: "


@pytest.fixture
def terminal(tmp_path):
    environment = {**os.environ, "TERM": "dumb", "IPYTHONDIR": str(tmp_path / "ipython")}
    environment.pop("COLUMNS", None)  # of the terminal that the tests run in
    child = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"],
        env=environment,
        encoding="utf-8",
        dimensions=(40, 70),
        timeout=60,
    )
    child.expect(PROMPT)
    yield child
    child.kill(signal.SIGKILL)
    child.wait()  # a busy machine takes its time
    child.close()


def run(terminal, line):
    terminal.sendline(line)
    terminal.expect(PROMPT)
    # A line of progress is erased again, and what follows may stand in its place.
    shown = re.sub(r"\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)", "", terminal.before).replace("\r\x1b[K", "")
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown).replace("\r\n", "\n").partition("\n")[2]


def test_an_answer_is_text_and_shown_once(terminal):
    run(terminal, "%load_ext dbchat_magic")
    text = run(terminal, "%dbchat -s SELECT country, count(*) AS n FROM customers GROUP BY country")
    assert text.count("country           n") == 1
    assert text.count("United Kingdom  340") == 1
    assert "<" not in text
    assert "█" in text
    assert "Out[2]: DataFrame, 10 rows × 2 columns" in text
    assert [line for line in text.split("\n") if len(line) > 70] == []
    assert "Germany  606" in run(terminal, "_")


def test_an_error_is_a_line_and_a_hint(terminal):
    run(terminal, "%load_ext dbchat_magic")
    text = run(terminal, "%dbchat -s SELECT * FROM nothing")
    assert text.strip().startswith("There is no table nothing here.")
    assert "Traceback" not in text


def test_every_shape_of_result_is_text(terminal, tmp_path):
    duckdb.connect(tmp_path / "shapes.duckdb").close()
    run(terminal, f"%cd -q {tmp_path}")
    run(terminal, "%load_ext dbchat_magic")
    for name, shape in SHAPES.items():
        text = run(terminal, f"%dbchat -d shapes.duckdb -s {shape.sql};")
        assert "Traceback" not in text, name
        assert "row" in text, name
        assert ("█" in text or "┤" in text or "▁" in text) >= (shape.chart in ("bar", "line")), name
        assert not ACTING.search(text.replace("\n", "")), name
