"""The datasource manager and the ask panel, through every button, in JupyterLab and in Notebook 7.

Pictures of the steps lie in `screenshots/` beside this file.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.browser.conftest import Lab
from tests.browser.test_lab import picture, rows_of, run_below, wait_until_idle
from tests.browser.test_servers import make_zoo
from tests.servers import PASSWORD, Server

MARKUP = "<img src=x onerror=window.ran=1>"
QUESTION = "how many animals are there per keeper"
FRONTS = ("lab", "notebook")
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
UNNAMED = """node => [...node.querySelectorAll('input, select, textarea, button')]
    .filter(each => each.offsetParent !== null)
    .filter(each => !(each.labels?.[0]?.textContent || each.getAttribute('aria-label') || each.textContent || each.title))
    .map(each => each.outerHTML)"""
"""What a screen reader could not name."""


@pytest.fixture
def notebook(lab: Lab, notebook: str, request: pytest.FixtureRequest) -> str:
    """A file of this test alone, hence a kernel of its own."""
    own = re.sub(r"\W+", "-", request.node.name).strip("-") + ".ipynb"
    (lab.folder / notebook).rename(lab.folder / own)
    return own


@pytest.fixture
def front(page, lab: Lab, notebook: str):
    """Opens a front end with a notebook whose kernel is ready."""

    def open_front(name: str):
        page.goto(lab.address_of(notebook) if name == "lab" else lab.address_in_notebook(notebook))
        wait_until_idle(page)
        if name == "lab":
            page.locator("#jupyterlab-splash").wait_for(state="detached")
        return page

    return open_front


@pytest.fixture(scope="module")
def zoo(postgresql: Server) -> dict[str, str | int]:
    """The fields of a database on a server."""
    return postgresql.params(make_zoo(postgresql, "widgets_zoo"))


@pytest.fixture
def music(lab: Lab) -> Path:
    path = lab.folder / "music.sqlite"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE artists (artist_id INTEGER PRIMARY KEY, name TEXT, born INTEGER)")
        connection.execute(f'CREATE TABLE "{MARKUP}" ("{MARKUP}" INTEGER PRIMARY KEY)')
        connection.executemany("INSERT INTO artists VALUES (?, ?, ?)", [(1, "Nina", 1933), (2, MARKUP, None)])
    connection.close()
    return path


class Widget:
    """A widget in the page, and which of its buttons were pressed."""

    def __init__(self, page, source: str, name: str) -> None:
        self.page = page
        self.name = name
        run_below(page, source)
        self.box = page.locator(f".{name}").last
        self.box.wait_for()
        self.pressed: set[str] = set()

    def press(self, label: str) -> None:
        self.box.get_by_role("button", name=label, exact=True).click()
        self.pressed.add(label)

    def says(self, words: str | re.Pattern[str]) -> None:
        self.box.get_by_text(words).first.wait_for()

    def field(self, label: str):
        return self.box.get_by_label(label, exact=True).filter(visible=True)

    def fill(self, label: str, text: str) -> None:
        box = self.field(label)
        box.fill(text)
        box.press("Tab")

    def choose(self, label: str, start: str) -> None:
        """An option of a list by its beginning."""
        options = self.field(label)
        option = options.locator("option", has_text=beginning(start)).first
        option.wait_for(state="attached")
        options.select_option(label=option.inner_text())

    def tab(self, label: str) -> None:
        self.box.get_by_role("button", name=label, exact=True).click()
        self.pressed.add(label)

    @property
    def buttons(self) -> set[str]:
        """All, also those that are hidden now."""
        return set(self.box.locator("button").all_inner_texts()) - {""}


def beginning(words: str) -> re.Pattern[str]:
    """The blanks of a list in the page are wide ones."""
    return re.compile("^" + re.escape(words).replace("\\ ", r"\s"))


def save_with_widgets(page, lab: Lab, notebook: str) -> str:
    """The notebook's file, with the state of its widgets in it."""
    page.evaluate("window.jupyterapp.shell.currentWidget.context.save()")
    saved = (lab.folder / notebook).read_text("utf-8")
    assert "widget-state+json" in saved
    return saved


@pytest.mark.parametrize("name", FRONTS)
def test_every_button_of_the_manager(page, lab: Lab, notebook, front, music, zoo, name):
    front(name)
    manager = Widget(page, "import dbchat_magic; dbchat_magic.manage()", "dbchat-manager")
    manager.fill("Name", "music")
    manager.fill("Comment", MARKUP)
    manager.fill("File", music.name)
    manager.press("Add")
    manager.says("music is added.")
    manager.choose("Tables", "artists")
    manager.press("First rows")
    manager.box.get_by_role("cell", name="Nina").wait_for()
    manager.fill("Search", "born")
    manager.says("1 table")
    picture(page, f"20-{name}-manager-tables")

    manager.press("New…")
    manager.box.get_by_label("Kind").select_option(label="PostgreSQL")
    manager.fill("Name", "zoo")
    for label in ("Host", "Port", "User", "Database"):
        manager.fill(label, str(zoo[label.lower()]))
    manager.fill("Password", PASSWORD)
    secret = manager.field("Password")
    page.wait_for_function("node => node.value === ''", arg=secret.element_handle())
    assert PASSWORD not in save_with_widgets(page, lab, notebook)
    picture(page, f"21-{name}-manager-form")
    manager.press("Add")
    manager.says("zoo is added.")
    manager.choose("Tables", "animals")
    manager.says("keepers.keeper_id")
    manager.press("Test")
    manager.says(re.compile("zoo works"))
    manager.press("Use")
    manager.says("zoo is asked from now on.")
    picture(page, f"22-{name}-manager")
    used = run_below(page, f"%load_ext dbchat_magic\n%dbchat {QUESTION}").locator("table").first
    used.wait_for()
    assert sorted(rows_of(used)) == [["Ann", "2"], ["Bob", "1"]]

    manager.press("Edit…")
    manager.fill("Name", "animals")
    manager.fill("Comment", "of the zoo")
    manager.press("Save")
    manager.says("animals is saved.")
    manager.press("Edit…")
    manager.press("Cancel")
    manager.press("Refresh")
    manager.says("The list has not changed.")

    manager.tab("Glossary")
    manager.press("Write a draft")
    manager.says("A draft is written")
    manager.fill("Glossary", "synonyms:\n  keepers: warden\n")
    manager.press("Save glossary")
    manager.says("The glossary is kept")
    manager.fill("Glossary", "nonsense")
    manager.press("Undo")
    picture(page, f"23-{name}-manager-glossary")
    run_below(page, f"%dbchat {QUESTION}\n%dbchat --save").get_by_text("Verified").wait_for()
    manager.tab("Verified answers")
    manager.choose("Questions", QUESTION)
    manager.press("Check all")
    manager.says("all of them run")
    manager.press("Save answer")
    manager.says("From now on this SQL answers")
    picture(page, f"24-{name}-manager-answers")
    for label in ("Forget…", "No, keep it", "Forget…", "Yes, forget it"):
        manager.press(label)
    manager.says("is forgotten")

    manager.tab("Tables")
    for label in ("Remove", "No, keep", "Remove", "Yes, remove"):
        manager.press(label)
    manager.says("animals is removed from the list")
    assert not manager.box.evaluate(UNNAMED)
    left = manager.buttons - manager.pressed
    assert left == {"Connect", "Connect and keep", "Stop", "More tables"}  # pressed in other tests
    assert page.evaluate("window.ran") is None
    assert PASSWORD not in save_with_widgets(page, lab, notebook)
    assert PASSWORD not in page.content()


@pytest.mark.parametrize("name", FRONTS)
def test_a_password_is_asked_for_and_what_hangs_is_stopped(page, lab: Lab, notebook, front, zoo, name):
    front(name)
    params = {key: value for key, value in zoo.items() if key != "password"}
    store = "import dbchat_magic, socket; sources = dbchat_magic.DbChat().datasources\n"
    store += f"sources.add('zoo', 'postgresql', **{params!r})\n"
    store += "mute = socket.create_server(('127.0.0.1', 0))\n"
    store += "sources.add('mute', 'postgresql', host='127.0.0.1', port=mute.getsockname()[1], user='me', database='d')"
    run_below(page, store)
    manager = Widget(page, "dbchat_magic.manage()", "dbchat-manager")
    manager.choose("Datasources", "mute")
    manager.says(re.compile("Reading the tables of mute"))
    manager.press("Stop")
    manager.says("Stopped.")
    manager.press("Test")
    manager.says(re.compile("Connecting to mute"))
    picture(page, f"25-{name}-manager-hangs")
    manager.press("Stop")
    manager.choose("Datasources", "zoo")
    manager.fill("Password", "wrong")
    manager.press("Connect")
    manager.says(re.compile("authentication failed"))
    manager.fill("Password", PASSWORD)
    manager.press("Connect")
    manager.says("zoo is open until the kernel ends.")
    manager.choose("Tables", "keepers")

    run_below(page, "import dbchat_magic as other; other.DbChat().datasources.update('zoo', name='animals')")
    manager.choose("Datasources", "animals")
    assert PASSWORD not in save_with_widgets(page, lab, notebook)


@pytest.mark.parametrize("name", FRONTS)
def test_every_button_of_the_panel(page, lab: Lab, notebook, front, zoo, name):
    front(name)
    run_below(
        page, f"import dbchat_magic\ndbchat_magic.DbChat().datasources.add('zoo', 'postgresql', **{zoo!r})"
    )
    panel = Widget(page, "panel = dbchat_magic.panel()\npanel", "dbchat-panel")
    question = panel.box.get_by_label("Question", exact=True)
    question.fill(QUESTION)
    question.press("Enter")
    table = panel.box.locator(".jp-OutputArea table")
    table.wait_for()
    rows = rows_of(table)
    assert sorted(rows) == [["Ann", "2"], ["Bob", "1"]]
    picture(page, f"30-{name}-panel-table")
    asked = run_below(page, f"%load_ext dbchat_magic\n%dbchat {QUESTION}").locator("table").first
    asked.wait_for()
    assert rows_of(asked) == rows

    panel.tab("Chart")
    panel.box.locator(".vega-embed canvas, .vega-embed svg").first.wait_for()
    picture(page, f"31-{name}-panel-chart")
    panel.field("Chart").select_option(label="line")
    panel.field("Chart").select_option(index=0)
    panel.tab("How it was read")
    panel.says("What the SQL does:")
    picture(page, f"32-{name}-panel-read")
    panel.tab("SQL")
    panel.fill("SQL", "DELETE FROM animals")
    panel.press("Run SQL")
    panel.box.get_by_role("alert").wait_for()
    picture(page, f"33-{name}-panel-refused")
    panel.fill("SQL", ENDLESS)
    panel.press("Run SQL")
    panel.says(re.compile("Running the SQL"))
    assert "4" in run_below(page, "2 + 2").inner_text()  # cells run meanwhile
    panel.press("Stop")
    panel.says("Stopped.")
    panel.fill("SQL", f"SELECT name AS \"<b>{MARKUP}\", '{MARKUP}' AS value FROM animals")
    panel.press("Run SQL")
    panel.says("3 rows from zoo")
    panel.tab("Table")
    panel.box.get_by_role("cell", name=MARKUP).first.wait_for()

    question.fill("animals of Ann")
    panel.press("Ask")
    panel.says(re.compile("3\\. animals of Ann"))
    panel.press("Save as verified")
    panel.says("From now on this SQL answers")
    for kind in ("CSV", "Parquet"):
        panel.press(kind)
        with page.expect_download() as download:
            panel.box.get_by_role("link", name=f"animals-of-ann.{kind.lower()}").click()
        assert download.value.suggested_filename == f"animals-of-ann.{kind.lower()}"
        assert download.value.path().stat().st_size > 20
    panel.press("To a new cell")
    panel.says("The cell is below")
    cell = panel.box.get_by_label("Cell", exact=True).input_value()
    assert cell.startswith("%%dbchat --datasource 'zoo' --sql\nSELECT")
    picture(page, f"34-{name}-panel-cell")
    page.evaluate(
        """async () => {
            const { commands, shell } = window.jupyterapp;
            shell.currentWidget.content.activeCellIndex = shell.currentWidget.content.widgets.length - 1;
            await commands.execute('notebook:run-cell');
        }"""
    )
    page.wait_for_function(
        "text => window.jupyterapp.shell.currentWidget.content.widgets.at(-1).model.sharedModel.source === text",
        arg=cell,
    )
    panel.box.get_by_role("button", name=f"1. {QUESTION}").click()
    panel.says("2 rows from zoo")
    panel.press("Find models")
    panel.says(re.compile("No model was found|Models that can be asked"))
    panel.press("New conversation")
    panel.says("The conversation is forgotten")
    panel.box.get_by_label("Datasource", exact=True).select_option(label="demo")
    suggested = panel.box.locator(".dbchat-choice", has_text="payments")
    suggested.first.wait_for()
    words = suggested.first.inner_text()
    suggested.first.click()
    panel.says(beginning(f"1. {words}"))
    assert not panel.box.evaluate(UNNAMED)
    left = {label for label in panel.buttons - panel.pressed if not re.match(r"\d+\. ", label)}
    assert left == {
        "Connect",
        "Connect and keep",
        "Save",
    }  # Talk's, pressed in the manager; and pressed in-process
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("name", FRONTS)
def test_the_panel_by_keyboard_alone(page, lab: Lab, notebook, front, name):
    front(name)
    panel = Widget(page, "import dbchat_magic; dbchat_magic.panel()", "dbchat-panel")
    panel.box.get_by_label("Question", exact=True).focus()
    page.keyboard.type("how many orders per country")
    page.keyboard.press("Enter")
    panel.box.locator(".jp-OutputArea table").wait_for()
    reached = []
    panel.box.get_by_label("Datasource", exact=True).focus()
    for _ in range(60):
        inside = page.evaluate(
            """() => { const e = document.activeElement; return e.closest('.dbchat-panel')
                ? (e.textContent.trim() || e.labels?.[0]?.textContent || e.tagName)
                : null }"""
        )
        if inside is None:
            break
        reached.append(inside)
        page.keyboard.press("Tab")
    for label in (
        "Ask",
        "Find models",
        "New conversation",
        "Save as verified",
        "CSV",
        "Parquet",
        "To a new cell",
    ):
        assert label in reached
    assert {"Table", "Chart", "SQL", "How it was read"} <= set(reached)
    panel.box.get_by_role("button", name="Chart", exact=True).focus()
    page.keyboard.press("Space")
    panel.field("Chart").wait_for()
    picture(page, f"35-{name}-panel-keyboard")


@pytest.mark.parametrize("name", FRONTS)
def test_after_a_restart_of_the_kernel_the_old_widget_is_still_and_a_new_one_works(page, front, name):
    front(name)
    old = Widget(page, "import dbchat_magic; dbchat_magic.panel()", "dbchat-panel")
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    wait_until_idle(page)
    old.box.get_by_label("Question", exact=True).fill("how many orders are there")
    old.box.locator("button", has_text="Ask").click()  # its name has the sign of a broken link in it
    page.wait_for_timeout(1_000)
    assert page.get_by_role("dialog").count() == 0
    assert old.box.get_by_role("alert").count() == 0
    picture(page, f"36-{name}-restarted")
    new = Widget(page, "import dbchat_magic; dbchat_magic.panel()", "dbchat-panel")
    new.box.get_by_label("Question", exact=True).fill("how many orders are there")
    new.press("Ask")
    new.says(re.compile("1 row from demo"))


def test_the_widgets_speak_chinese(page, front):
    front("lab")
    run_below(page, "import os; os.environ['DBCHAT_LANG'] = 'zh'")
    panel = Widget(page, "import dbchat_magic; dbchat_magic.panel()", "dbchat-panel")
    panel.box.get_by_role("button", name="提问").wait_for()
    picture(page, "37-panel-chinese")
    manager = Widget(page, "dbchat_magic.manage()", "dbchat-manager")
    manager.box.get_by_role("button", name="测试").wait_for()
    picture(page, "38-manager-chinese")


@pytest.mark.parametrize("name", FRONTS)
def test_what_is_typed_while_a_cell_runs_is_asked_whole(page, front, name):
    front(name)
    panel = Widget(page, "import time, dbchat_magic; dbchat_magic.panel()", "dbchat-panel")
    run_below(page, "time.sleep(3)", is_awaited=False).page.get_by_text("[*]").first.wait_for()
    panel.box.get_by_label("Question", exact=True).focus()
    page.keyboard.type("how many orders per country")
    page.keyboard.press("Enter")
    panel.box.locator(".jp-OutputArea table").wait_for()


def test_a_form_that_is_filled_while_a_cell_runs_is_added_whole(page, front, music):
    front("lab")
    manager = Widget(page, "import time, dbchat_magic; dbchat_magic.manage()", "dbchat-manager")
    run_below(page, "time.sleep(3)", is_awaited=False).page.get_by_text("[*]").first.wait_for()
    for label, text in {"Name": "music", "Comment": "of two artists", "File": music.name}.items():
        manager.field(label).focus()
        page.keyboard.type(text)
    manager.press("Add")
    manager.says("music is added.")
    manager.press("Edit…")
    assert manager.field("Name").input_value() == "music"
    assert manager.field("Comment").input_value() == "of two artists"
    assert manager.field("File").input_value() == str(music)
