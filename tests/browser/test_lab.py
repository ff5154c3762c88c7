"""What a person does with the sidebar, the notebook and the manager, in a real JupyterLab.

Pictures of every step lie in `screenshots/` beside this file.
"""

from __future__ import annotations

import json
import re
import sqlite3
from functools import partial
from pathlib import Path

import pytest

import dbchat_magic
from tests.browser.conftest import SCREENSHOTS, Lab

MARKUP = "<img src=x onerror=window.ran=1>"
"""Would run if it were ever taken for HTML."""
SOURCE = f"music {MARKUP}"
QUESTION = "show all artists"


@pytest.fixture
def music(lab: Lab) -> Path:
    """A database whose names and values hold markup."""
    path = lab.folder / "music.sqlite"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE artists (artist_id INTEGER PRIMARY KEY, name TEXT, born INTEGER)")
    connection.execute(f'CREATE TABLE "<b>odd</b>" (id INTEGER PRIMARY KEY, "{MARKUP}" TEXT)')
    artists = [(1, "Nina", 1933), (2, MARKUP, None), (3, "Ella", 1917)]
    connection.executemany("INSERT INTO artists VALUES (?, ?, ?)", artists)
    connection.commit()
    connection.close()
    return path


def open_lab(page, lab: Lab, notebook: str):
    """The page with the notebook in front and its kernel ready; the sidebar, open."""
    page.goto(lab.address_of(notebook))
    wait_until_idle(page)
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.get_by_role("tab", name="DbChat").click()
    return page.locator("#dbchat-sidebar")


def wait_until_idle(page) -> None:
    """Before a kernel exists the toolbar says idle already, and a cell that is run then is dropped.

    The page may not even have begun to load: without its application there is nothing to wait for yet.
    """
    page.wait_for_function(
        """() => {
            const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
            return session?.session?.kernel?.connectionStatus === 'connected'
                && session.kernelDisplayStatus === 'idle';
        }"""
    )


def run_all(page) -> None:
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_until_idle(page)


def run_below(page, source: str, is_awaited: bool = True):
    """Add a cell at the end and run it; its output."""
    page.evaluate(
        """async ([source, isAwaited]) => {
            const { commands, shell } = window.jupyterapp;
            const notebook = shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            await commands.execute('notebook:insert-cell-below');
            notebook.activeCell.model.sharedModel.setSource(source);
            const run = commands.execute('notebook:run-cell');
            if (isAwaited) await run;
        }""",
        [source, is_awaited],
    )
    return page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-OutputArea")


def ask(sidebar, datasource: str, question: str) -> None:
    box = sidebar.get_by_label(f"Question to {datasource}")
    box.fill(question)
    box.press("Enter")


def open_form(page, sidebar):
    """The window in which a datasource is added."""
    sidebar.get_by_role("button", name="Add a datasource").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).wait_for()
    return form


def add_file(page, sidebar, name: str, file: str) -> None:
    form = open_form(page, sidebar)
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("File", exact=True).fill(file)
    form.get_by_role("button", name="Add", exact=True).click()
    sidebar.get_by_role("radio", name=name).wait_for()


def table_item(sidebar, name: str):
    return sidebar.get_by_role("treeitem", name=name, exact=True)


def rows_of(table) -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]


def picture(page, name: str) -> None:
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_what_is_added_and_asked_in_the_sidebar_is_the_same_in_the_notebook(page, lab: Lab, music, notebook):
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("radio", name="demo").wait_for()
    picture(page, "1-opened")

    form = open_form(page, sidebar)
    form.get_by_label("Name", exact=True).fill(SOURCE)
    form.get_by_label("File", exact=True).fill("../secret.sqlite")
    form.get_by_role("button", name="Add", exact=True).click()
    form.get_by_role("alert").wait_for()
    picture(page, "2-refused")
    form.get_by_label("File", exact=True).fill(music.name)
    form.get_by_role("button", name="Test", exact=True).click()
    form.get_by_text("It works: SQLite").wait_for()
    form.get_by_role("button", name="Add", exact=True).click()
    form.wait_for(state="detached")
    assert sidebar.get_by_role("radio", name=SOURCE).is_checked()
    sidebar.get_by_title("works", exact=True).wait_for()
    table_item(sidebar, "artists").click()
    table_item(sidebar, "<b>odd</b>").click()

    ask(sidebar, SOURCE, QUESTION)
    table = sidebar.get_by_role("table")
    table.wait_for()
    asked = rows_of(table)
    assert asked == [["1", "Nina", "1933"], ["2", MARKUP, "NULL"], ["3", "Ella", "1917"]]
    picture(page, "3-answered")

    sidebar.get_by_role("button", name="Insert as %%dbchat cell").click()
    cell = page.locator(".jp-Notebook .jp-Cell").nth(1)
    cell.get_by_text(QUESTION).wait_for()
    page.wait_for_function("document.activeElement.closest('.jp-Notebook') !== null")
    run_all(page)
    shown = cell.locator(".jp-OutputArea table").first
    shown.wait_for()
    assert rows_of(shown) == asked
    picture(page, "4-inserted-and-run")

    listed = run_below(page, "%dbsource list")
    listed.get_by_text("music.sqlite").wait_for()
    assert MARKUP in listed.inner_text()
    manager = run_below(page, "import dbchat_magic; dbchat_magic.manage()")
    manager.locator("select option", has_text="music").first.wait_for(state="attached")
    option = manager.locator("select option", has_text="music").first.inner_text()
    manager.get_by_label("Datasources").select_option(label=option)
    picture(page, "5-manager")
    manager.get_by_role("button", name="Remove", exact=True).click()
    manager.get_by_role("button", name="Yes, remove").click()
    sidebar.get_by_role("radio", name=SOURCE).wait_for(state="detached", timeout=5_000)
    assert sidebar.get_by_role("radio", name="demo").is_checked()
    sidebar.get_by_text(f"From {SOURCE}").wait_for()
    picture(page, "6-removed-elsewhere")

    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0


def test_the_sidebar_reads_well_dark_and_narrow(page, lab: Lab, notebook):
    sidebar = open_lab(page, lab, notebook)
    table_item(sidebar, "orders").wait_for()
    ask(sidebar, "demo", "how many orders per country")
    sidebar.get_by_role("table").wait_for()
    sidebar.get_by_text("SQL", exact=True).click()
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    picture(page, "7-dark")
    page.set_viewport_size({"width": 420, "height": 700})
    picture(page, "8-narrow")
    assert sidebar.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_a_datasource_is_removed_after_a_question_and_stays_chosen_after_a_reload(
    page, lab: Lab, music, notebook
):
    sidebar = open_lab(page, lab, notebook)
    add_file(page, sidebar, "music", music.name)
    sidebar.get_by_role("radio", name="demo").click()
    page.wait_for_timeout(1_500)  # JupyterLab writes its state a second later
    page.reload()
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    table_item(sidebar, "orders").wait_for()
    assert sidebar.get_by_role("radio", name="demo").is_checked()

    sidebar.get_by_role("radio", name="music").hover()
    sidebar.get_by_role("button", name="Remove music").click()
    picture(page, "9-removing")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    sidebar.get_by_role("radio", name="music").wait_for(state="detached")
    assert music.exists()


def test_a_form_asked_for_before_the_server_answers_opens_when_it_has(page, lab: Lab, notebook):
    held = []
    page.route("**/dbchat/status*", lambda route: held.append(route))  # noqa: PLW0108 - its signature is asked for
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("button", name="Add a datasource").click()
    form = page.get_by_role("dialog")
    form.get_by_text("Waiting for the server…").wait_for()
    for route in held:
        route.continue_()
    page.unroute("**/dbchat/status*")
    form.get_by_label("Name", exact=True).wait_for()


def test_without_a_notebook_the_button_says_where_the_cell_would_go(page, lab: Lab):
    page.goto(f"{lab.url}lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.get_by_role("tab", name="DbChat").click()
    sidebar = page.locator("#dbchat-sidebar")
    sidebar.get_by_role("radio", name="demo").wait_for()
    ask(sidebar, "demo", "how many orders are there")
    sidebar.get_by_role("button", name="Insert as %%dbchat cell").click()
    page.get_by_text("Open a notebook first").first.wait_for()


def test_what_is_wrong_with_the_server_is_said(page, lab: Lab, notebook):
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("radio", name="demo").wait_for()
    status = {"version": "9.9.9", "translator": "offline", "row_limit": 1, "shown_rows": 1, "kinds": []}
    replies = {
        "The server part of DbChat is missing": {"status": 404, "body": "<html>404</html>"},
        "no longer knows you": {"status": 403, "body": '{"message": "Forbidden"}'},
        "sent something else than an answer": {"status": 200, "body": "<html>A proxy's page</html>"},
        "cannot be reached": None,
        f"DbChat {dbchat_magic.__version__}, the server 9.9.9": {"status": 200, "body": json.dumps(status)},
    }
    for words, reply in replies.items():
        page.unroute_all()
        routes = "**/dbchat/status*" if reply and "9.9.9" in words else "**/dbchat/**"
        page.route(routes, partial(answer, reply))
        look_until(page, sidebar.get_by_text(words))
        picture(page, "10-" + re.sub(r"\W+", "-", words).lower())
    assert sidebar.get_by_role("radio", name="demo").is_visible()
    page.unroute_all()


def answer(reply, route) -> None:
    if reply is None:
        route.abort()
    else:
        route.fulfill(**reply)


def look_until(page, shown) -> None:
    """Look again until it is shown: a reply to what was asked before may come in between."""
    for _ in range(8):
        look_again(page)
        page.wait_for_timeout(2_000)
        if shown.first.is_visible():
            return
    shown.wait_for()


def look_again(page) -> None:
    """Close and open the sidebar: it reads at once."""
    page.get_by_role("tab", name="DbChat").click()
    page.get_by_role("tab", name="DbChat").click()
