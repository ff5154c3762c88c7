"""A password and a key go through every front, with errors on the way; then nothing but the files made for
secrets may hold them."""

from __future__ import annotations

import builtins
import getpass
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dbchat_magic.core.datasources import resolve_params
from dbchat_magic.jupyter.notebook import DbChat, find_settings
from dbchat_magic.jupyter.widgets.manager import DatasourceManager
from tests.jupyter.conftest import Notebook
from tests.jupyter.server.conftest import KEY, Site, free_port, serve_command, start, stop
from tests.jupyter.widgets.test_manager import ManagerPage
from tests.servers import Server

CANARY = "CANARY p@ss:w/ord%"
WRONG = "CANARY-that-is-wrong"
API_KEY = "sk-CANARY-of-a-model"


@pytest.fixture
def database(postgresql: Server) -> Iterator[dict[str, Any]]:
    """The fields of a database whose role has the canary as its password."""
    name = postgresql.make_database("canary")
    postgresql.execute(
        f"CREATE ROLE bird LOGIN PASSWORD '{CANARY}'",
        "GRANT pg_read_all_data TO bird",
    )
    postgresql.execute("CREATE TABLE cages (id int PRIMARY KEY, colour text)", database=name)
    yield {"host": postgresql.host, "port": postgresql.port, "user": "bird", "database": name}
    postgresql.execute("DROP OWNED BY bird", "DROP ROLE bird")


@pytest.fixture
def on_disk(home: Path) -> Iterator[Notebook]:
    """A shell whose history is a file, as users have it."""
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.hist_file = str(home / "history.sqlite")
    shell = InteractiveShell.instance(colors="nocolor", config=config)
    shell.kernel = SimpleNamespace(_allow_stdin=True)  # type: ignore[attr-defined]
    shell.run_line_magic("load_ext", "dbchat_magic")
    yield Notebook(shell)
    shell.run_line_magic("unload_ext", "dbchat_magic")
    cast(Any, shell.history_manager).end_session()
    InteractiveShell.clear_instance()


@pytest.fixture
def site(tmp_path: Path, home: Path) -> Iterator[Site]:
    """A server of its own; its home is the test's."""
    port = free_port()
    running = start(serve_command(port), tmp_path, "", port, DBCHAT_SERVER_KEY=KEY, OPENAI_API_KEY=API_KEY)
    yield running
    stop(running)


def through_the_magics(notebook: Notebook, database: dict[str, Any], typed: list[str]) -> list[str]:
    """Adds, asks and fails in every way of showing a traceback."""
    place = "{host}:{port}/{database}".format(**database)
    said = []

    def run(cell: str, *answers: str) -> None:
        typed[:] = answers
        ran = notebook.run(cell)
        said.append(f"{ran.text}{ran.error!r}{json.dumps(ran.shown, default=str)}")

    run(f"%dbsource add shop postgresql://bird@{place}", CANARY)
    run("%dbchat -s SELECT * FROM cages")
    run("%dbsource test shop")
    assert "1 table, read in" in said[-1]
    run(f"%dbsource add wrong postgresql://bird@{place}", WRONG)
    run(f"%dbsource add away postgresql://bird@127.0.0.1:1/{database['database']}", CANARY)
    run(f"%dbsource add none postgresql://bird@{place}-missing", CANARY)
    run("%env CANARY_URL=postgresql://bird@nowhere.invalid/d")
    run("import os, dbchat_magic; chat = dbchat_magic.DbChat()")
    for short in (True, False):
        run(f"%config DbChat.short_errors = {short}")
        for mode in ("Plain", "Context", "Minimal", "Verbose"):
            run(f"%xmode {mode}")
            for name in ("wrong", "away", "none"):
                run(f"%dbsource test {name}", WRONG)
                assert " tables, read in" not in said[-1]
                run(f"%dbchat -d {name} how many cages are there?", "")
                run(f"chat.ask('how many cages?', {name!r})")
            run(
                "chat.datasources.add('shop', 'postgresql', database='d', password=os.getenv('CANARY_PASSWORD'))"
            )
            assert "already" in said[-1]
            run("chat.datasources.add('b', 'postgresql', host='h', password=os.getenv('CANARY_PASSWORD'))")
            run("chat.datasources.update('shop', sslmode='x', password=os.getenv('CANARY_PASSWORD'))")
            run("%dbsource add shop $CANARY_FULL_URL")
            run("chat.ask('how many cages?', os.getenv('CANARY_FULL_URL'))")
            run("chat.schema(os.getenv('CANARY_FULL_URL').replace('?options=x', ''))")
    run("chat.datasources.all(), chat.datasources.get('shop').params")
    run("%dbsource list")
    run("%dbsource show shop")
    run("%history")
    run("%dbchat --history")
    return said


def through_the_widgets(settings: DbChat) -> list[str]:
    page = ManagerPage(DatasourceManager(settings))
    said = []
    for name, word, port in (("one", CANARY, "1"), ("two", WRONG, "many"), ("one", CANARY, "2")):
        page.press("New…")
        page.field("Kind").value = "postgresql"
        page.field("Name").value, page.field("Port").value, page.field("Database").value = name, port, "d"
        page.field("Password").value = word
        page.press("Add")
        said.append(page.html)
        said.append(json.dumps(ipywidgets.Widget.get_manager_state(), default=str))
    page.press("Cancel")
    for name in ("wrong", "one"):
        page.choose(name)
        page.press("Test")
        said.append(page.html)
    page.choose("wrong")
    page.field("Password").value = WRONG
    page.press("Connect")
    said.append(page.html)
    said.append(json.dumps(ipywidgets.Widget.get_manager_state(), default=str))
    ipywidgets.Widget.close_all()
    return said


def through_http(site: Site, database: dict[str, Any]) -> list[str]:
    flat = {
        "db_type": "postgresql",
        "db_name": "canary",
        "db_host": database["host"],
        "db_port": database["port"],
        "db_user": "bird",
        "db_pwd": CANARY,
        "comment": "",
    }
    made = site.ask("POST", "/api/v2/serve/datasources", flat)
    id = made.json["data"]["id"]
    assert made.json["data"]["db_pwd"] == "******"
    tested = site.ask("POST", f"/dbchat/datasources/{id}/test", {})
    assert tested.status == 200, tested.text
    kept = site.ask("PUT", "/api/v2/serve/datasources", made.json["data"] | {"comment": "changed"})
    again = site.ask("POST", f"/dbchat/datasources/{id}/test", {})
    assert again.status == 200, again.text
    replies = [
        made,
        tested,
        kept,
        again,
        site.ask("POST", "/api/v2/serve/datasources", flat),
        site.ask("POST", "/api/v2/serve/datasources", flat | {"db_port": "many"}),
        site.ask("POST", "/api/v2/serve/datasources", flat | {"db_name": "x", "db_pwd": [CANARY]}),
        site.ask("POST", "/api/v2/serve/datasources", flat | {"db_name": "x", "db_pwd": f"{CANARY}\n"}),
        site.ask("POST", "/api/v2/serve/datasources/test-connection", flat | {"db_pwd": WRONG}),
        site.ask("POST", "/api/v2/serve/datasources/test-connection", flat | {"db_port": 1}),
        site.ask(
            "POST", "/api/v2/serve/datasources/test-connection", flat | {"db_pwd": "${env:OPENAI_API_KEY}"}
        ),
        site.ask("PUT", "/api/v2/serve/datasources", flat | {"id": id, "db_port": 1}),
        site.ask("POST", f"/dbchat/datasources/{id}/test", {}),
        site.ask("POST", "/dbchat/ask", {"question": "how many cages?", "datasource": "canary"}),
        site.ask("GET", "/dbchat/datasources"),
        site.ask("GET", "/dbchat/status"),
        site.ask("GET", "/api/v2/serve/datasources"),
        site.ask("GET", f"/api/v2/serve/datasources/{id}"),
    ]
    return [f"{reply.text}{reply.headers}" for reply in replies]


def through_the_terminal(home: Path, database: dict[str, Any]) -> list[str]:
    place = "{host}:{port}/{database}".format(**database)
    said = []
    for url in (
        f"postgresql://bird:${{env:CANARY_PASSWORD}}@{place}",
        f"postgresql://bird:${{env:CANARY_WRONG}}@{place}",
        "$CANARY_FULL_URL",
        "shop",
        "wrong",
    ):
        command = [sys.executable, "-m", "dbchat_magic", "-s", "SELECT count(*) AS n FROM cages", "-d", url]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        said.append(f"{done.stdout}{done.stderr}")
        assert "Traceback" not in said[-1]
    assert "n" in said[0]
    assert "Traceback" not in said[1]
    return said


def test_neither_a_password_nor_a_key_is_anywhere_but_in_its_file(
    home: Path,
    tmp_path: Path,
    on_disk: Notebook,
    site: Site,
    database: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    typed: list[str] = []
    monkeypatch.setattr(getpass, "getpass", lambda prompt="": typed.pop(0) if typed else "")
    monkeypatch.setattr(builtins, "input", lambda prompt="": "")
    for name, value in (
        ("CANARY_PASSWORD", CANARY),
        ("CANARY_WRONG", WRONG),
        ("CANARY_FULL_URL", f"postgresql://bird:{WRONG}@127.0.0.1:1/d?options=x"),
        ("OPENAI_API_KEY", API_KEY),
        ("DBCHAT_API_KEY", API_KEY),
    ):
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.DEBUG)
    said = through_the_magics(on_disk, database, typed)
    store = find_settings(on_disk.shell).chat().datasources
    assert resolve_params(store.get("shop"), home)["password"] == CANARY
    said += through_the_widgets(find_settings(on_disk.shell))
    said += through_http(site, database)
    said += through_the_terminal(home, database)
    said.append(caplog.text)
    leaked = [text[max(0, at - 300) : at + 100] for text in said if (at := find(text)) >= 0]
    assert leaked == []
    cast(Any, on_disk.shell.history_manager).writeout_cache()
    holding = {path.relative_to(folder) for folder in (home, tmp_path) for path in files_with_canary(folder)}
    assert {path.parts[:-1] for path in holding} <= {("secrets",), ("home", "secrets")}
    assert all(os.name != "posix" or (home / "secrets").stat().st_mode & 0o077 == 0 for _ in holding)


def find(text: str) -> int:
    """Where a secret is, written in any way; names of our variables are none."""
    for harmless in ("CANARY_PASSWORD", "CANARY_WRONG", "CANARY_FULL_URL", "CANARY_URL"):
        text = text.replace(harmless, "-")
    return text.find("CANARY")


def files_with_canary(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and find(path.read_bytes().decode("latin-1")) >= 0
    ]
