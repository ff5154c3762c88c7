"""A model that writes slowly, asked from the sidebar: what is seen meanwhile, stopping it, and the same rows in a cell."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.browser.conftest import Lab, run_lab
from tests.browser.test_lab import ask, open_lab, picture, rows_of, run_below
from tests.translators.model.faulty import Exchange, FaultyServer, chunk, run_faulty_server

MARKUP = "<img src=x onerror=window.ran=1>"
SQL = "SELECT country, COUNT(*) AS customers FROM customers GROUP BY country ORDER BY 2 DESC, 1 LIMIT 3"
THOUGHT = f"The customers have a country. {MARKUP} Counting them needs no join.\n"
SAID = f"The three countries with the most customers.\n```sql\n{SQL}\n```"
QUESTION = "in which three countries do most customers live?"
WRITING = "What the model writes"


@dataclass
class Slow:
    """Thinks, writes a word at a time, and waits to be let go before the last; then it says whether anybody listens."""

    released: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> None:
        try:
            self.write(exchange)
        except OSError:
            self.left.set()

    def write(self, exchange: Exchange) -> None:
        exchange.stream(chunk(None, reasoning_content=THOUGHT))
        *words, last = SAID.splitlines(keepends=True)
        for word in words:
            exchange.event(chunk(word))
        while not self.released.wait(0.1):
            exchange.event(b": still here\n\n")
        usage = {"prompt_tokens": 1100, "completion_tokens": 7, "total_tokens": 1107}
        for event in (chunk(last), chunk(None, "stop"), {"choices": [], "usage": usage}, "[DONE]"):
            exchange.event(event)


@pytest.fixture(scope="module")
def model() -> Iterator[FaultyServer]:
    with run_faulty_server() as running:
        yield running


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, model: FaultyServer) -> Iterator[Lab]:
    """A JupyterLab whose server and kernels ask the model."""
    settings = {"DBCHAT_MODEL": "m-70b", "DBCHAT_BASE_URL": model.base_url, "DBCHAT_API_KEY": "sk-scripted"}
    with run_lab(tmp_path_factory.mktemp("lab"), **settings) as running:
        yield running


def change_theme(page, name: str, is_light: str) -> None:
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: '{name}' }})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{is_light}'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def test_what_a_model_writes_is_seen_before_the_answer_and_a_cell_gives_the_same_rows(
    page, lab: Lab, model: FaultyServer, notebook
):
    slow = Slow()
    model.then(slow)
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("radio", name="demo").wait_for()
    ask(sidebar, "demo", QUESTION)
    written = sidebar.get_by_role("region", name=WRITING)
    written.get_by_text("The three countries").wait_for()
    assert THOUGHT in written.inner_text()
    assert SQL in written.inner_text()
    sidebar.get_by_role("status").get_by_text("Translating…").wait_for()
    assert sidebar.get_by_role("table").count() == 0
    assert sidebar.get_by_label("Question to demo").evaluate("node => node === document.activeElement")
    picture(page, "14-model-writes")
    change_theme(page, "JupyterLab Dark", "false")
    picture(page, "15-model-writes-dark")
    change_theme(page, "JupyterLab Light", "true")

    slow.released.set()
    table = sidebar.get_by_role("table")
    table.wait_for()
    assert written.count() == 0
    sidebar.get_by_text("1,100 + 7 tokens").wait_for()
    rows = rows_of(table)
    assert len(rows) == 3
    picture(page, "16-model-answered")

    run_below(page, "%load_ext dbchat_magic")
    shown = run_below(page, f"%dbchat -d demo {QUESTION}").locator("table").first
    shown.wait_for()
    assert rows_of(shown) == rows
    picture(page, "17-model-in-a-cell")
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0


def test_stop_ends_the_question_at_the_model_and_the_next_one_is_answered(
    page, lab: Lab, model: FaultyServer, notebook
):
    slow = Slow()
    model.then(slow)
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("radio", name="demo").wait_for()
    ask(sidebar, "demo", QUESTION)
    sidebar.get_by_role("region", name=WRITING).get_by_text("The three countries").wait_for()
    sidebar.get_by_role("button", name="Stop").click()
    sidebar.get_by_text("Stopped.").wait_for()
    assert slow.left.wait(30), "the model still writes for nobody"
    assert sidebar.get_by_role("region", name=WRITING).count() == 0
    assert sidebar.get_by_role("button", name="Ask", exact=True).evaluate(
        "node => node === document.activeElement"
    )
    picture(page, "18-model-stopped")

    model.says(SAID)
    sidebar.get_by_role("button", name="Ask", exact=True).click()
    table = sidebar.get_by_role("table")
    table.wait_for()
    assert len(rows_of(table)) == 3
