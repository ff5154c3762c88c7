import base64
import io
import json
import re
import sqlite3
import threading
import time
from contextlib import closing

import ipywidgets
import pandas as pd
import pytest

import dbchat_magic
from dbchat_magic.jupyter.notebook import DbChat
from dbchat_magic.jupyter.widgets import downloads
from dbchat_magic.jupyter.widgets.panel import AskPanel
from tests.jupyter.widgets.pages import Page, eventually
from tests.translators.model.faulty import chunk, run_faulty_server, saying

MARKUP = "<img src=x onerror=alert(1)>"
QUESTION = "how many books are there per author"
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE authors (author_id INTEGER PRIMARY KEY, name TEXT, country TEXT);"
            "CREATE TABLE books (book_id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES authors, title TEXT);"
            "INSERT INTO authors VALUES (1, 'Ann', 'France'), (2, 'Bob', 'Italy');"
            "INSERT INTO books VALUES (1, 1, 'A'), (2, 1, 'B'), (3, 2, 'C');"
        )
        connection.execute("INSERT INTO authors VALUES (3, ?, 'Italy')", (MARKUP,))
        connection.commit()
    return path


@pytest.fixture
def chat(home, library):
    chat = dbchat_magic.DbChat()
    chat.datasources.add("library", "sqlite", path=library)
    return chat


@pytest.fixture
def opened(chat):
    yield lambda **settings: PanelPage(AskPanel(DbChat(**settings)))
    ipywidgets.Widget.close_all()


class PanelPage(Page):
    def ask(self, question):
        self.field("Question").value = question
        self.press("Ask")

    @property
    def turns(self):
        return [label for label in self.buttons if re.match(r"\d+\. .* → ", label)]

    @property
    def bundles(self):
        return [output["data"] for each in self.shown(ipywidgets.Output) for output in each.outputs]


def test_an_answer_has_a_table_a_chart_its_sql_and_how_it_was_read(opened):
    page = opened()
    page.ask(QUESTION)
    table, chart = page.bundles
    assert "<table>" in table["text/html"]
    assert "application/vnd.vegalite.v5+json" in chart
    assert "GROUP BY" in page.field("SQL").value
    assert "What the SQL does:" in page.text
    assert "2 rows from library in" in page.text
    assert page.widget.answer.frame.shape == (2, 2)


def test_the_panel_and_the_magic_give_the_same_rows(notebook, chat):
    page = PanelPage(notebook.run("import dbchat_magic; dbchat_magic.panel()").value)
    for question in (QUESTION, "authors from Italy"):
        page.ask(question)
        [frame] = [notebook.run(f"%dbchat -q {question}").value]
        pd.testing.assert_frame_equal(page.widget.answer.frame, frame)
    page.widget.close()


def test_enter_asks(opened):
    page = opened()
    page.field("Question").value = QUESTION
    page.field("Question")._handle_custom_msg({"event": "submit"}, [])
    page.widget.wait()
    assert page.turns


def test_a_follow_up_leans_on_the_question_before_and_each_turn_is_seen_again(opened):
    page = opened()
    page.ask("authors from Italy")
    page.ask("how many are there?")
    assert len(page.turns) == 2
    assert page.widget.answer.frame.iloc[0, 0] == 2
    page.press(page.turns[0])
    assert len(page.widget.answer.frame) == 2
    assert [len(turn) for turn in page.widget._conversations._turns.values()] == [2]
    page.press("New conversation")
    assert not page.turns
    assert page.widget.answer is None
    page.ask("how many are there?")
    assert [len(turn) for turn in page.widget._conversations._turns.values()] in ([], [1])


def test_suggestions_come_from_the_tables_and_from_what_was_asked(opened, chat):
    chat.ask("authors from Italy", "library")
    page = opened()
    options = page.field("Question").options
    assert options[0] == "authors from Italy"
    assert any("books" in option for option in options)
    page.press("authors from Italy")
    assert page.turns[0].startswith("1. authors from Italy → 2 rows")
    assert "authors from Italy" not in page.buttons


def test_a_question_that_can_be_read_in_several_ways_offers_them_numbered(opened):
    page = opened(datasource="demo", confidence=1.0)
    page.ask("how many names")
    choices = [label for label in page.buttons if re.match(r"\d+\. ", label)]
    assert len(choices) > 1
    assert "several ways" in page.text
    page.press(choices[1])
    assert page.turns[0].startswith("1. how many names → ")
    assert page.turns[0].endswith(choices[1][3:])
    assert choices[1] not in page.buttons


def test_changed_sql_goes_through_the_guard(opened):
    page = opened()
    page.ask(QUESTION)
    page.field("SQL").value = "DELETE FROM books"
    page.press("Run SQL")
    assert 'role="alert"' in page.html
    assert page.field("SQL").value == "DELETE FROM books"
    page.field("SQL").value = "SELECT title FROM books"
    page.press("Run SQL")
    assert len(page.widget.answer.frame) == 3
    assert "You wrote the SQL yourself." in page.text


def test_a_query_that_runs_is_stopped(opened):
    page = opened()
    page.ask(QUESTION)
    page.field("SQL").value = ENDLESS
    page.button("Run SQL").click()
    eventually(lambda: "Running the SQL" in page.text and " s" in page.text)
    time.sleep(0.5)
    page.press("Stop")
    assert "Stopped." in page.text
    page.ask("authors from Italy")  # the database is free again
    assert "2 rows from library" in page.text


def test_an_answer_is_verified_with_its_whole_question(opened, chat):
    page = opened()
    page.ask("authors from Italy")
    page.press("Save as verified")
    page.ask("only those named Bob")
    page.press("Save as verified")
    page.field("Whole question").value = "authors from Italy named Bob"
    page.press("Save")
    saved = [each.question for each in chat.memory.all("library")]
    assert saved == ["authors from Italy", "authors from Italy named Bob"]


def test_the_cell_gives_the_answer_again(notebook, chat):
    page = PanelPage(notebook.run("import dbchat_magic; dbchat_magic.panel()").value)
    notebook.run("%unload_ext dbchat_magic")
    page.ask(QUESTION)
    page.press("To a new cell")
    ran = notebook.run(page.field("Cell").value)
    pd.testing.assert_frame_equal(ran.value, page.widget.answer.frame)
    page.widget.close()


def test_rows_are_downloaded(opened):
    page = opened()
    page.ask("authors from Italy")
    for kind, read in (("CSV", pd.read_csv), ("Parquet", pd.read_parquet)):
        page.press(kind)
        [address] = re.findall(r'href="data:[^,]*;base64,([^"]*)"', page.html)
        frame = read(io.BytesIO(base64.b64decode(address)))
        assert list(frame["name"]) == ["Bob", MARKUP]
        assert f'download="authors-from-italy.{kind.lower()}"' in page.html


def test_many_rows_go_to_a_new_file(tmp_path):
    frame = pd.DataFrame([[1, "a", b"x"], [2.5, 7, None]], columns=["n", "n", "mixed"])
    for number in ("", "-2"):
        told = downloads.offer_html(frame, "all?", "parquet", tmp_path, largest=10)
        assert f"all{number}.parquet" in told
    assert list(pd.read_parquet(tmp_path / "all-2.parquet").columns) == ["n", "n_2", "mixed"]


def test_markup_shows_and_does_not_act(opened, chat):
    chat.datasources.update("library", name=MARKUP, comment=MARKUP)
    page = opened()
    page.ask("authors from Italy")
    assert "&lt;img" in page.html
    page.field("SQL").value = f"SELECT '{MARKUP}' AS \"{MARKUP}\""
    page.press("Run SQL")
    page.press("CSV")
    assert "<img" not in page.html


def test_a_datasource_removed_elsewhere_is_told(opened, chat, library):
    chat.datasources.add("other", "sqlite", path=library)
    page = opened()
    page.field("Datasource").value = "other"
    page.widget.wait()
    chat.datasources.remove("other")
    eventually(lambda: "other is not there any more." in page.text)
    assert page.field("Datasource").value == "library"
    page.ask(QUESTION)
    assert page.turns


def test_what_is_in_use_in_the_notebook_is_picked(notebook, chat):
    page = PanelPage(notebook.run("import dbchat_magic; dbchat_magic.panel()").value)
    assert page.field("Datasource").value == "library"
    notebook.run("%dbsource use demo")
    assert page.field("Datasource").value == "demo"
    page.widget.close()


def test_a_model_is_picked_and_what_it_is_told_is_said(opened, monkeypatch):
    with run_faulty_server() as server:
        monkeypatch.setenv("DBCHAT_API_KEY", "sk-scripted")
        page = opened(model="m-70b", base_url=server.base_url)
        assert page.field("Translator").value == "m-70b"
        assert "names of tables and columns" in page.text
        page.field("Translator").value = "offline"
        assert "names of tables and columns" not in page.text
        page.ask(QUESTION)
        assert page.turns
        page.press("Find models")
        assert "Models that can be asked" in page.text or "No model was found" in page.text


def test_what_a_model_writes_is_seen_and_stopped(opened, monkeypatch):
    """It is told as it comes, and shows as text; Stop ends it, and the next question is answered."""
    left = threading.Event()

    def never_ends(exchange):
        exchange.stream(chunk(None, reasoning_content=f"{MARKUP} thinks"))
        try:
            while True:
                exchange.event(b": still here\n\n")
                time.sleep(0.1)
        except OSError:
            left.set()

    with run_faulty_server() as server:
        monkeypatch.setenv("DBCHAT_API_KEY", "sk-scripted")
        server.then(never_ends, saying("```sql\nSELECT name FROM authors WHERE country = 'Italy'\n```"))
        page = opened(model="m-70b", base_url=server.base_url)
        page.field("Question").value = "authors from Italy"
        page.button("Ask").click()
        eventually(lambda: "The model writes" in page.text, seconds=30)
        assert "&lt;img" in page.html
        assert "<img" not in page.html
        page.press("Stop")
        assert left.wait(30)
        page.ask("authors from Italy")
        assert list(page.widget.answer.frame["name"]) == ["Bob", MARKUP]


@pytest.mark.parametrize("question", ["", "  "])
def test_an_empty_question_is_said(opened, question):
    page = opened()
    page.ask(question)
    assert "The question is empty." in page.text


def test_the_state_of_a_panel_can_be_saved(opened):
    page = opened()
    page.ask("authors from Italy")
    json.dumps(ipywidgets.Widget.get_manager_state())
