"""A database on a server, through every front of one JupyterLab: the same rows everywhere."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from tests.browser.conftest import Lab
from tests.browser.test_lab import ask, open_form, open_lab, picture, rows_of, run_below
from tests.servers import PASSWORD, Server

QUESTION = "how many animals are there per keeper?"


def make_zoo(server: Server, name: str = "browser_zoo") -> str:
    name = server.make_database(name)
    server.execute(
        "CREATE TABLE keepers (keeper_id int PRIMARY KEY, name text)",
        "CREATE TABLE animals (animal_id int PRIMARY KEY, keeper_id int REFERENCES keepers, name text)",
        "INSERT INTO keepers VALUES (1, 'Ann'), (2, 'Bob')",
        "INSERT INTO animals VALUES (1, 1, 'Leo'), (2, 1, 'Mia'), (3, 2, 'Kim')",
        database=name,
    )
    return name


def chat(lab: Lab, question: str) -> str:
    """What the HTTP API says."""
    body = {
        "model": "any",
        "messages": question,
        "chat_mode": "chat_data",
        "chat_param": "zoo",
        "stream": False,
    }
    request = urllib.request.Request(
        f"{lab.url}api/v2/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {lab.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        said: dict[str, Any] = json.load(reply)
    return str(said["choices"][0]["message"]["content"])


def test_a_server_added_in_the_sidebar_gives_the_same_rows_everywhere(
    page, lab: Lab, notebook, postgresql: Server
):
    params = postgresql.params(make_zoo(postgresql))
    sidebar = open_lab(page, lab, notebook)
    sidebar.get_by_role("radio", name="demo").wait_for()
    form = open_form(page, sidebar)
    form.get_by_label("Kind").select_option(label="PostgreSQL")
    form.get_by_label("Name", exact=True).fill("zoo")
    for label in ("Host", "Port", "User", "Database"):
        form.get_by_label(label, exact=True).fill(str(params[label.lower()]))
    password = form.get_by_label("Password", exact=True)
    assert password.get_attribute("type") == "password"
    password.fill("wrong")
    form.get_by_role("button", name="Test", exact=True).click()
    form.get_by_role("alert").wait_for()
    password.fill(PASSWORD)
    picture(page, "11-server-form")
    form.get_by_role("button", name="Add", exact=True).click()
    sidebar.get_by_role("radio", name="zoo").wait_for()
    ask(sidebar, "zoo", QUESTION)
    table = sidebar.get_by_role("table")
    table.wait_for()
    rows = rows_of(table)
    assert sorted(rows) == [["Ann", "2"], ["Bob", "1"]]
    picture(page, "12-server-answered")

    run_below(page, "%load_ext dbchat_magic")
    shown = run_below(page, f"%dbchat -d zoo {QUESTION}").locator("table").first
    shown.wait_for()
    assert rows_of(shown) == rows

    manager = run_below(page, "import dbchat_magic; dbchat_magic.manage()")
    manager.locator("select option", has_text="zoo").first.wait_for(state="attached")
    option = manager.locator("select option", has_text="zoo").first.inner_text()
    manager.get_by_label("Datasources").select_option(label=option)
    manager.get_by_role("button", name="Test", exact=True).click()
    manager.get_by_text("PostgreSQL").first.wait_for()
    manager.get_by_role("button", name="Use", exact=True).click()
    picture(page, "13-server-in-the-manager")
    used = run_below(page, f"%dbchat {QUESTION}").locator("table").first
    used.wait_for()
    assert rows_of(used) == rows

    content = chat(lab, QUESTION)
    assert '"Ann"' in content.replace("&quot;", '"')
    for name, count in rows:
        assert name in content
        assert count in content
    assert PASSWORD not in page.content()
