"""What the sidebar of a real JupyterLab does beside asking: tables, history, verified answers, notebooks, languages."""

from __future__ import annotations

import json
import re
import sqlite3
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

from tests.browser.conftest import Lab
from tests.browser.test_lab import (
    add_file,
    answer,
    ask,
    open_lab,
    picture,
    rows_of,
    run_all,
    run_below,
    table_item,
    wait_until_idle,
)

QUESTION = "average order value per channel in 2024"
"""Not one that the sidebar suggests."""
SERIOUS = {"serious", "critical"}


def open_sections(sidebar) -> None:
    for name in ("History", "Verified answers"):
        title = sidebar.get_by_label(f"{name} Section")
        if title.get_attribute("aria-expanded") == "false":
            title.click()


def cells_of(page) -> list[str]:
    sources: list[str] = page.evaluate(
        "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(cell => cell.source)"
    )
    return sources


def chat(lab: Lab, question: str) -> dict[str, Any]:
    """What the sidebar's own route says to whoever asks it."""
    request = urllib.request.Request(
        f"{lab.url}dbchat/ask",
        json.dumps({"question": question, "datasource": "demo"}).encode(),
        {"Authorization": f"token {lab.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        found: dict[str, Any] = json.load(reply)
    return found


def watch_policy(page, lab: Lab) -> list[str]:
    """What breaks the content security policy, and what is fetched from elsewhere, from now on."""
    broken: list[str] = []
    page.on(
        "console",
        lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None,
    )
    page.on("request", lambda sent: None if is_ours(sent.url, lab) else broken.append(sent.url))
    return broken


def is_ours(url: str, lab: Lab) -> bool:
    return url.startswith((lab.url, lab.url.replace("http", "ws"), "data:", "blob:"))


def test_tables_questions_and_answers_go_from_the_sidebar_into_the_notebook(page, lab: Lab, notebook):
    broken = watch_policy(page, lab)
    sidebar = open_lab(page, lab, notebook)

    search = sidebar.get_by_role("searchbox")
    search.fill("carrier")
    sidebar.get_by_role("tree").get_by_text("carrier").first.wait_for()
    assert table_item(sidebar, "customers").count() == 0
    search.fill("")
    table_item(sidebar, "orders").hover()
    sidebar.get_by_role("button", name="First rows of orders", exact=True).click()
    window = page.get_by_role("dialog")
    window.get_by_role("table").wait_for()
    assert len(rows_of(window.get_by_role("table"))) == 20
    picture(page, "21-first-rows")
    window.get_by_role("button", name="Close").click()

    table_item(sidebar, "orders").drag_to(page.locator(".jp-Notebook .cm-content").first)
    assert "orders" in cells_of(page)[0]
    table_item(sidebar, "orders").click()
    table_item(sidebar, "order_id, INTEGER").hover()
    sidebar.get_by_role("button", name="Insert order_id into the notebook").click()
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells[0].source.includes('order_id')"
    )
    table_item(sidebar, "orders").hover()
    sidebar.get_by_role("button", name="Ask about orders").click()
    box = sidebar.get_by_label("Question to demo")
    page.wait_for_function("document.querySelector('.jp-DbChat-questionBox').value.includes('orders')")
    assert box.evaluate("node => node === document.activeElement")

    ask(sidebar, "demo", QUESTION)
    table = sidebar.get_by_role("table")
    table.wait_for()
    asked = rows_of(table)
    sidebar.locator(".jp-DbChat-chart :is(svg, canvas)").first.wait_for()
    picture(page, "22-answer-with-chart")
    sidebar.get_by_role("button", name="Insert DataFrame cell").click()
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.some(c => c.source.includes('<<'))"
    )
    handle = sidebar.locator(".jp-DbChat-handle").bounding_box()
    below = page.locator(".jp-Notebook .jp-Cell").last.bounding_box()
    page.mouse.move(handle["x"] + 3, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(below["x"] + 200, below["y"] + 20, steps=12)
    page.mouse.up()
    page.wait_for_function(
        f"window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
        f".filter(c => c.source.includes({json.dumps(QUESTION)})).length === 2"
    )
    loaded, *cells = [cell for cell in cells_of(page) if "dbchat" in cell]
    assert loaded == "%load_ext dbchat_magic"
    assert sorted(cells) == [
        f"%%dbchat -d demo\n{QUESTION}",
        f"%%dbchat -d demo average_order_value_channel = <<\n{QUESTION}",
    ]
    page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource('1')")
    run_all(page)
    for at in (2, 3):
        shown = page.locator(".jp-Notebook .jp-Cell").nth(at).locator("table").first
        shown.wait_for()
        assert rows_of(shown) == asked
    picture(page, "23-cells-run")
    http = chat(lab, QUESTION)
    assert [row[0] for row in http["rows"]] == [row[0] for row in asked]
    assert [f"{row[1]:.2f}" for row in http["rows"]] == [
        f"{float(row[1].replace(',', '')):.2f}" for row in asked
    ]
    assert broken == []


def test_what_the_kernel_does_is_seen_within_two_seconds_and_all_is_there_after_a_reload(
    page, lab: Lab, notebook
):
    sidebar = open_lab(page, lab, notebook)
    table_item(sidebar, "orders").wait_for()
    open_sections(sidebar)
    run_below(page, "%load_ext dbchat_magic")
    run_below(page, "%dbchat -d demo how many products are there").get_by_text("160").first.wait_for()
    asked = sidebar.get_by_role("list", name="Questions asked").get_by_text("how many products are there")
    asked.first.wait_for(timeout=2_500)
    run_below(page, "%dbchat --save")
    saved = sidebar.get_by_role("list", name="Verified answers")
    saved.get_by_text("how many products are there").wait_for(timeout=4_000)

    ask(sidebar, "demo", "how many customers per segment")
    sidebar.get_by_role("table").wait_for()
    sidebar.get_by_role("button", name="Save as verified…").click()
    window = page.get_by_role("dialog")
    picture(page, "24-saving")
    window.get_by_role("button", name="Save", exact=True).click()
    window.wait_for(state="detached")
    saved.get_by_text("how many customers per segment").wait_for()
    listed = run_below(
        page, "import dbchat_magic; [v.question for v in dbchat_magic.DbChat().memory.all('demo')]"
    )
    listed.get_by_text("how many customers per segment").wait_for()
    sidebar.get_by_role("button", name="Run “how many customers per segment”").focus()
    page.keyboard.press("Enter")
    sidebar.get_by_text("This is a verified answer").wait_for()
    sidebar.get_by_role("button", name="Forget “how many products are there”").focus()
    page.keyboard.press("Enter")
    saved.get_by_text("how many products are there").wait_for(state="detached")

    box = sidebar.get_by_label("Question to demo")
    box.fill("")
    box.press("ArrowUp")
    assert box.input_value() == "how many customers per segment"
    box.fill("half a quest")
    picture(page, "25-lists")
    page.wait_for_timeout(1_500)  # JupyterLab writes its state a second later
    page.goto(lab.address_of(notebook).replace("&reset", ""))
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    sidebar.get_by_role("list", name="Verified answers").wait_for()
    assert sidebar.get_by_label("Question to demo").input_value() == "half a quest"


def test_commands_stand_in_palette_menu_launcher_and_settings_and_keys_reach_them(page, lab: Lab):
    page.goto(f"{lab.url}lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(".jp-LauncherCard", has_text="DbChat").click()
    sidebar = page.locator("#dbchat-sidebar")
    sidebar.get_by_role("radio", name="demo").wait_for()
    page.keyboard.press("Control+Alt+q")
    assert sidebar.get_by_label("Question to demo").evaluate("node => node === document.activeElement")
    page.get_by_role("menuitem", name="DbChat", exact=True).click()
    page.get_by_role("menuitem", name="Add a Datasource…").wait_for()
    picture(page, "26-menu")
    page.keyboard.press("Escape")
    page.evaluate("window.jupyterapp.commands.execute('apputils:activate-command-palette')")
    page.keyboard.type("dbchat")
    page.locator(".lm-CommandPalette-item", has_text="Look for Models").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("window.jupyterapp.commands.execute('settingeditor:open', { query: 'DbChat' })")
    page.locator(".jp-SettingsPanel").get_by_text("Default datasource").first.wait_for()
    picture(page, "27-settings")


def faults_in(page, part: str) -> list[tuple[str, str]]:
    """What axe finds serious in a part of the page, but for what JupyterLab's own buttons and titles have."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=part).response["violations"]
    return [
        (each["id"], node["html"])
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
        if not node["html"].startswith(("<jp-", "<h3 "))
    ]


def test_nothing_keeps_people_with_a_keyboard_or_a_screen_reader_out(page, lab: Lab, notebook):
    sidebar = open_lab(page, lab, notebook)
    table_item(sidebar, "orders").click()
    open_sections(sidebar)
    ask(sidebar, "demo", "how many orders per country")
    sidebar.get_by_role("table").wait_for()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):  # as it was, at last
        page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: '{theme}' }})")
        page.wait_for_function(f"document.body.dataset.jpThemeName === '{theme}'")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        assert faults_in(page, "#dbchat-sidebar") == []
    sidebar.get_by_role("button", name="Add a datasource").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).wait_for()
    assert faults_in(page, ".jp-DbChat-body") == []
    page.keyboard.press("Escape")
    tree = sidebar.get_by_role("tree")
    tree.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    sidebar.get_by_role("treeitem", expanded=True).first.wait_for()
    page.keyboard.press("Tab")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("First rows of")


def test_five_thousand_tables_are_scrolled_and_searched(page, lab: Lab, notebook):
    path = lab.folder / "many.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(
            "BEGIN;"
            + ";".join(
                f"CREATE TABLE sales_{at:04} (id INTEGER PRIMARY KEY, amount_{at} REAL)"
                for at in range(5_000)
            )
            + ";COMMIT"
        )
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("radio", name="demo").wait_for()
    add_file(page, sidebar, "many", path.name)
    table_item(sidebar, "sales_0000").wait_for(timeout=90_000)
    tree = sidebar.get_by_role("tree")
    assert tree.locator("[role=treeitem]").count() < 80
    slowest = tree.evaluate(
        """async node => {
            let slowest = 0;
            for (let step = 0; step < 60; step++) {
                const begun = performance.now();
                node.scrollTop += 400;
                await new Promise(resolve => requestAnimationFrame(resolve));
                slowest = Math.max(slowest, performance.now() - begun);
            }
            return slowest;
        }"""
    )
    assert slowest < 1_000, "milliseconds that one step took"
    tree.focus()
    page.keyboard.press("End")
    table_item(sidebar, "sales_4999").wait_for()
    picture(page, "28-many-tables")
    sidebar.get_by_role("searchbox").fill("amount_4711")
    table_item(sidebar, "sales_4711").click()
    table_item(sidebar, "amount_4711, REAL").wait_for()
    sidebar.get_by_role("radio", name="many").hover()
    sidebar.get_by_role("button", name="Remove many").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    sidebar.get_by_role("radio", name="many").wait_for(state="detached")


BROKEN_STREAM = 'event: step\ndata: {"name": "translate", "detail": ""}\n\nevent: wro'


REPLIES = {
    "The answer broke off": {"status": 200, "content_type": "text/event-stream", "body": BROKEN_STREAM},
    "sent something else than an answer": {"status": 200, "body": "<html>sign in</html>"},
    "no longer knows you": {"status": 403, "body": "{}"},
    "cannot be reached": None,
}


def test_a_question_that_is_not_answered_says_why_and_the_next_one_is(page, lab: Lab):
    page.set_viewport_size({"width": 200, "height": 700})
    page.goto(f"{lab.url}lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.get_by_role("tab", name="DbChat").click()
    sidebar = page.locator("#dbchat-sidebar")
    sidebar.get_by_role("radio", name="demo").wait_for()
    for words, reply in REPLIES.items():
        page.route("**/dbchat/ask*", partial(answer, reply))
        ask(sidebar, "demo", "how many orders are there")
        sidebar.get_by_role("alert").get_by_text(words).wait_for()
        said = sidebar.get_by_role("alert").bounding_box()
        assert said["x"] + said["width"] <= 200
        picture(page, "29-narrow-" + re.sub(r"\W+", "-", words).lower())
        page.unroute_all()
        sidebar.get_by_role("button", name="Ask", exact=True).click()
        sidebar.get_by_role("table").wait_for()
    assert sidebar.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_a_notebook_whose_kernel_is_gone_gets_its_cell_and_a_word(page, lab: Lab, notebook):
    sidebar = open_lab(page, lab, notebook)
    ask(sidebar, "demo", "how many orders are there")
    sidebar.get_by_role("table").wait_for()
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
    sidebar.get_by_role("button", name="Insert as %%dbchat cell").click()
    page.get_by_text("The kernel of this notebook is not running").first.wait_for()
    assert "%%dbchat -d demo\nhow many orders are there" in cells_of(page)


def test_it_is_there_in_notebook_7_with_sql_in_colours_and_names_at_the_tab_key(page, lab: Lab, notebook):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(error.stack or str(error)))
    page.goto(f"{lab.url}notebooks/{notebook}?token={lab.token}")
    page.get_by_role("menuitem", name="DbChat", exact=True).click()
    page.get_by_role("menuitem", name="Show DbChat").click()
    sidebar = page.locator("#dbchat-sidebar")
    sidebar.get_by_role("radio", name="demo").wait_for()
    wait_until_idle(page)
    ask(sidebar, "demo", "how many orders per country")
    sidebar.get_by_role("table").wait_for()
    sidebar.get_by_role("button", name="Insert as %%dbchat cell").click()
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.some(c => c.source.includes('-d demo'))"
    )
    run_all(page)
    page.locator(".jp-Notebook .jp-OutputArea table").first.wait_for()
    picture(page, "30-notebook-7")
    run_below(page, "%%dbchat -d demo --sql\nSELECT count(*) FROM customers")
    cell = page.locator(".jp-Notebook .jp-Cell").last
    assert (
        page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCell.model.mimeType")
        == "text/x-sql"
    )
    page.evaluate(
        """() => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            notebook.activeCell.model.sharedModel.setSource('%%dbchat -d demo --sql\\nSELECT segm FROM customers');
            notebook.mode = 'edit';
            notebook.activeCell.editor.focus();
            notebook.activeCell.editor.setCursorPosition({ line: 1, column: 11 });
        }"""
    )
    completed = (
        cell.get_by_text("SELECT segment FROM customers").or_(page.locator(".jp-Completer-item")).first
    )
    for _ in range(8):  # JupyterLab does not wait for a kernel that takes more than a second
        page.keyboard.press("Tab")
        page.wait_for_timeout(3_000)
        if completed.is_visible():
            break
    completed.wait_for()
    picture(page, "31-completed")
    assert not [fault for fault in faults if "labextensions/dbchat_magic" in fault]


def test_it_speaks_chinese_where_jupyterlab_does(page, lab: Lab, notebook):
    settings = Path(lab.folder.parent, "settings", "@jupyterlab", "translation-extension")
    settings.mkdir(parents=True, exist_ok=True)
    chosen = settings / "plugin.jupyterlab-settings"
    chosen.write_text(json.dumps({"locale": "zh_CN"}), "utf-8")
    try:
        page.goto(lab.address_of(notebook))
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        page.get_by_role("tab", name="DbChat").click()
        sidebar = page.locator("#dbchat-sidebar")
        sidebar.get_by_label("向 demo 提问").wait_for()
        sidebar.get_by_role("button", name="添加数据源").click()
        page.get_by_role("dialog").get_by_label("名称", exact=True).wait_for()
        picture(page, "32-chinese")
    finally:
        chosen.unlink()
