"""%dbsource: datasources from every common place, with their passwords apart."""

from __future__ import annotations

import builtins
import getpass
import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace
from urllib.parse import quote

import pandas as pd
import polars as pl
import pytest

import dbchat_magic
from dbchat_magic.core import connect, inspect
from dbchat_magic.core.ask import DbChat
from dbchat_magic.core.datasources import hold_password, resolve_params
from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.errors import PasswordNeeded
from tests.servers import PASSWORD

SERVER = {"host": "db.test", "port": 5433, "user": "ann", "database": "shop"}


@pytest.fixture
def store(home):
    return dbchat_magic.DbChat().datasources


@pytest.fixture
def person(notebook, monkeypatch):
    """Somebody who answers what a cell asks: `answers` are typed in turn, `asked` are the prompts."""
    typist = SimpleNamespace(answers=[], asked=[])

    def read(prompt=""):
        typist.asked.append(prompt)
        return typist.answers.pop(0)

    monkeypatch.setattr(notebook.shell, "kernel", SimpleNamespace(_allow_stdin=True))
    monkeypatch.setattr(getpass, "getpass", read)
    monkeypatch.setattr(builtins, "input", read)
    return typist


def fields(store, name, home):
    """What a connection gets."""
    return resolve_params(store.get(name), home)


# ------------------------------------------------------------------------------------------ where it is from


def test_a_url_s_fields_are_kept_and_the_password_is_asked_for(notebook, person, store, home):
    person.answers = ["CANARY"]
    ran = notebook.run("%dbsource add shop postgresql://ann@db.test:5433/shop?sslmode=require")
    assert ran.success, ran.text
    assert person.asked == ["Password of ann (Enter: none): "]
    assert fields(store, "shop", home) == {**SERVER, "sslmode": "require", "password": "CANARY"}
    assert "not encrypted" in ran.text  # said once
    person.answers = ["CANARY"]
    assert "not encrypted" not in notebook.run("%dbsource add two postgresql://ann@db.test/shop").text


def test_a_password_in_a_url_is_not_kept_and_that_is_said(notebook, person, store, home):
    person.answers = [""]
    ran = notebook.run("%dbsource add shop postgresql://ann:s3cret@db.test:5433/shop")
    assert "is not kept. IPython's history holds the line" in ran.text
    assert fields(store, "shop", home) == SERVER
    assert not (home / "secrets").exists()


def test_where_nobody_can_be_asked_it_is_said_how_to_give_a_password(notebook, store, home):
    ran = notebook.run("%dbsource add shop postgresql://ann@db.test:5433/shop")
    assert ran.success
    assert "%dbsource password shop" in ran.text
    assert "${env:NAME}" in ran.text
    assert fields(store, "shop", home) == SERVER
    refused = notebook.run("%dbsource password shop")
    assert "Nobody can be asked" in refused.text


def test_a_url_may_refer_to_a_variable_for_its_password(notebook, store, home, monkeypatch):
    assert notebook.run("%dbsource add shop postgresql://ann:${env:SHOP_PW}@db.test:5433/shop").success
    monkeypatch.setenv("SHOP_PW", "CANARY")
    assert fields(store, "shop", home) == {**SERVER, "password": "CANARY"}


@pytest.mark.parametrize("place", ["${env:DATABASE_URL}", "$DATABASE_URL", "'${DATABASE_URL}'"])
def test_a_variable_may_hold_the_url_with_its_password(notebook, store, home, monkeypatch, place):
    monkeypatch.setenv("DATABASE_URL", "postgres://ann:CANARY%40@db.test:5433/shop")
    ran = notebook.run(f"%dbsource add shop {place}")
    assert ran.success, ran.text
    assert fields(store, "shop", home) == {**SERVER, "password": "CANARY@"}


def test_a_variable_that_is_missing_is_named(notebook, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "DATABASE_URL is not set" in notebook.run("%dbsource add shop $DATABASE_URL").text


def test_the_kind_alone_asks_field_by_field(notebook, person, store, home):
    person.answers = ["db.test", "5433", "ann", "CANARY", "shop", "require", "", ""]
    ran = notebook.run("%dbsource add shop --type postgresql")
    assert ran.success, ran.text
    assert fields(store, "shop", home) == {**SERVER, "password": "CANARY", "sslmode": "require"}
    assert person.asked[1] == "Port [5432]: "
    assert "verify-full" in person.asked[5]


def test_the_kind_alone_lists_the_fields_where_nobody_can_be_asked(notebook):
    ran = notebook.run("%dbsource add shop --type postgresql")
    assert "host, port, user, password, database (needed), sslmode" in ran.text
    assert "Write %dbsource add shop --type postgresql --host HOST --user NAME --database NAME." in ran.text


def test_a_name_that_is_taken_is_told_before_anything_is_asked(notebook, person):
    person.answers = ["first"]
    notebook.run("%dbsource add shop postgresql://h/d")
    assert "already" in notebook.run("%dbsource add SHOP postgresql://h/d").text
    assert len(person.asked) == 1


def test_an_engine_of_the_notebook(notebook, store, home):
    made = notebook.run(
        "from sqlalchemy import create_engine\n"
        "engine = create_engine('postgresql+psycopg://ann:CANARY@db.test:5433/shop?sslmode=require&application_name=x')"
    )
    assert made.success
    ran = notebook.run("%dbsource add shop engine")
    assert ran.success, ran.text
    assert "Left out: application_name" in ran.text
    assert fields(store, "shop", home) == {**SERVER, "password": "CANARY", "sslmode": "require"}


def test_a_sqlite_connection_of_the_notebook(notebook, store, tmp_path):
    path = tmp_path / "x.db"
    notebook.run(f"import sqlite3; conn = sqlite3.connect({str(path)!r}); conn.execute('CREATE TABLE t (a)')")
    assert notebook.run("%dbsource add x conn").success
    assert store.get("x").params["path"] == str(path)
    notebook.run("conn.close(); gone = sqlite3.connect(':memory:')")
    assert "in memory" in notebook.run("%dbsource add y gone").text


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_frame_of_the_notebook(notebook, store, make):
    notebook.shell.push({"df": make({"a": [1, 2]})})
    assert notebook.run("%dbsource add df --frame").success
    assert notebook.run("%dbsource add df --frame --name other").success
    assert notebook.run("%dbsource add third df").success
    for name in ("df", "other", "third"):
        assert (store.get(name).type, dict(store.get(name).params)) == ("frame", {"variable": "df"})
    assert "variable df of a notebook" in notebook.run("%dbsource list").shown[0]["text/plain"]


def test_a_duckdb_connection_of_the_notebook_is_asked_in_place(notebook, store):
    notebook.run("import duckdb; conn = duckdb.connect()")
    assert notebook.run("%dbsource add mine conn").success
    assert (store.get("mine").type, dict(store.get("mine").params)) == ("frame", {"variable": "conn"})


def test_what_is_no_frame_is_told_with_the_frames_there_are(notebook):
    notebook.shell.push({"df": pd.DataFrame(), "numbers": [1, 2]})
    ran = notebook.run("%dbsource add numbers --frame")
    assert "numbers is no DataFrame" in ran.text
    assert "DataFrames here: df." in ran.text
    assert "There is no variable missing" in notebook.run("%dbsource add missing --frame").text
    assert "numbers is a list, which is no database" in notebook.run("%dbsource add x numbers").text


def test_a_section_of_connections_ini(notebook, store, home, tmp_path):
    ini = tmp_path / "connections.ini"
    ini.write_text(
        "[shop]\ndrivername = postgresql\nusername = ann\npassword = CANARY%1\nhost = db.test\nport = 5433\n"
        "database = shop\nquery = {'sslmode': 'require', 'options': '-c x'}\n\n[other]\ndrivername = mysql\ndatabase = d\n"
    )
    ran = notebook.run(f"%dbsource add shop --from {ini}")
    assert "Left out: options" in ran.text
    assert fields(store, "shop", home) == {**SERVER, "password": "CANARY%1", "sslmode": "require"}
    assert notebook.run(f"%dbsource add third --from {ini} --section other").success
    assert store.get("third").type == "mariadb"
    assert "It has shop, other" in notebook.run(f"%dbsource add fourth --from {ini}").text
    assert "There is no file" in notebook.run("%dbsource add fourth --from none.ini").text
    ini.write_text("no sections")
    assert "cannot be read" in notebook.run(f"%dbsource add fourth --from {ini}").text


def test_data_files_a_folder_and_a_pattern(notebook, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x\n1\n")
    for name, place in (
        ("one", "data/a.csv"),
        ("two", "./data"),
        ("three", "./data/*.csv --comment 'of mine'"),
    ):
        assert notebook.run(f"%dbsource add {name} {place}").success
        assert store.get(name).type == "files"
    assert store.get("three").comment == "of mine"
    assert "In " in notebook.run("%dbsource add four ./data/*.parquet").text


# ------------------------------------------------------------------------------------------------ passwords


class Locked(DbChat):
    """One whose databases open with the right password only, as `connect` says it."""

    tables = Schema((Table("visits", (Column("city", "TEXT"),), schema="main"),))

    def open(self, source):
        given = resolve_params(source, self.settings.home).get("password")
        if given != "right":
            raise PasswordNeeded(f"{source.name} wants a password.", "Give it: %dbsource password NAME.")

    def schema(self, datasource=None):
        self.open(self._choose_datasource(datasource)[0])
        return self.tables

    refresh = schema

    def test(self, datasource=None):
        source, _ = self._choose_datasource(datasource)
        self.open(source)
        return inspect.Tested(
            source.name, 1, 0.01, version="PostgreSQL 15", can_write=True, remedy="CREATE ROLE x"
        )


@pytest.fixture
def locked(notebook, store):
    store.add("shop", "postgresql", **SERVER)
    settings = notebook.shell.magics_manager.registry["DbChatMagics"].settings
    settings._chat = Locked(settings=settings.settings())
    settings.datasource = "shop"
    return settings


@pytest.mark.parametrize(
    "line", ["%dbsource test shop", "%dbsource schema shop", "%dbsource refresh", "%dbchat"]
)
def test_a_missing_password_is_asked_for_once_and_kept_if_one_wants(
    notebook, person, locked, store, home, line
):
    person.answers = ["right", "y"]
    ran = notebook.run(line)
    assert ran.success, ran.text
    assert person.asked == ["Password of ann for shop: ", "Keep this password for next time? [y/N] "]
    assert fields(store, "shop", home)["password"] == "right"
    assert store.get("shop").password == "******"
    assert notebook.run(line).success
    assert len(person.asked) == 2


def test_a_password_that_is_not_kept_holds_for_the_session(notebook, person, locked, store):
    person.answers = ["right", ""]
    assert notebook.run("%dbsource test").success
    assert notebook.run("%dbsource schema").success
    assert store.get("shop").password == ""
    assert len(person.asked) == 2


def test_a_wrong_password_is_told_and_not_held(notebook, person, locked, store):
    person.answers = ["wrong"]
    ran = notebook.run("%dbsource test shop")
    assert "shop wants a password" in ran.text
    assert len(person.asked) == 1
    assert store.get("shop").test_result == "shop wants a password."
    person.answers = ["right"]
    assert "is kept" in notebook.run("%dbsource password shop").text
    assert notebook.run("%dbsource test shop").success


def test_where_nobody_can_be_asked_the_error_says_how(notebook, locked):
    ran = notebook.run("%dbsource test shop")
    assert not ran.success
    assert "%dbsource password" in ran.text


def test_a_password_in_a_typed_url_is_used_and_not_saved(notebook, locked, store):
    ran = notebook.run("%dbsource use postgresql://ann:right@db.test:5433/other")
    assert ran.success, ran.text
    assert "is not saved, but IPython's history holds the line" in ran.text
    assert locked.datasource == "postgresql://ann@db.test:5433/other"
    assert notebook.run("%dbsource schema").success
    assert notebook.run("%dbsource schema postgresql://ann:right@db.test:5433/third").success
    assert [source.name for source in store.all()] == ["shop"]
    locked.datasource = "postgresql://ann:right@db.test:5433/fourth"
    assert locked.datasource == "postgresql://ann@db.test:5433/fourth"


# ----------------------------------------------------------------------------------------------- what is shown


def test_a_test_is_told_line_by_line_and_remembered(notebook, locked, store):
    hold_password(store.get("shop"), "right")
    ran = notebook.run("%dbsource test")
    assert "shop works (PostgreSQL 15): 1 table, read in 10 ms." in ran.text
    assert "    CREATE ROLE x" in ran.text
    assert store.get("shop").test_result.startswith("shop works")
    assert "shop works" in notebook.run("%dbsource list").shown[0]["text/plain"]


def test_fields_are_shown_as_a_table_without_the_password(notebook, store):
    store.add("shop", "postgresql", password="CANARY", **SERVER)
    [shown] = notebook.run("%dbsource show shop").shown
    for text in shown.values():
        assert "db.test" in text
        assert "******" in text
        assert "CANARY" not in text
        assert "file:" not in text


def test_one_table_of_a_schema(notebook):
    assert "\norder_items" not in notebook.run("%dbsource schema demo orders").shown[0]["text/plain"]
    one = notebook.run("%dbsource schema orders").shown[0]["text/plain"]
    assert one.startswith("orders (about 8,600 rows)")
    assert "There is no datasource 'nothing'" in notebook.run("%dbsource schema nothing").text
    assert "There is no table 'nothing'" in notebook.run("%dbsource schema demo nothing").text


def test_fields_are_changed(notebook, store):
    store.add("shop", "postgresql", password="CANARY", **SERVER)
    assert "Changed shop" in notebook.run("%dbsource update shop --allow_superuser yes --port 99").text
    changed = store.get("shop")
    assert dict(changed.params) | {"password": ""} == {
        **SERVER,
        "port": 99,
        "allow_superuser": True,
        "password": "",
    }
    assert notebook.run("%dbsource update shop --comment 'of mine' --sslmode require").success
    assert store.get("shop").comment == "of mine"
    for line in (
        "update",
        "update shop",
        "update gone --port 1",
        "update shop --port x",
        "update shop --path y",
    ):
        ran = notebook.run(f"%dbsource {line}")
        assert not ran.success
        assert "Traceback" not in ran.text


def test_a_frame_is_asked(notebook):
    notebook.shell.push({"df": pd.DataFrame({"city": ["Bonn", "Köln"]})})
    notebook.run("%dbsource add df --frame")
    assert len(notebook.run("%dbchat -q -s SELECT * FROM df").value) == 2
    notebook.run("del df")
    assert "There is no variable df" in notebook.run("%dbchat -q -s SELECT * FROM df").text


def test_refresh_reads_anew(notebook, tmp_path):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
        notebook.run(f"%dbsource add x {path}")
        assert "x is read anew: 1 table." in notebook.run("%dbsource refresh x").text


@pytest.mark.parametrize("name", ["Größe & Co", "客户", 'it"s', "a.b/c", "-- x", "%s{0}$HOME", "x" * 200])
def test_every_odd_name_can_be_added_used_renamed_and_removed(notebook, tmp_path, name):
    sqlite3.connect(tmp_path / "x.db").close()
    path = tmp_path / "x.db"
    for line in (f"add '{name}' {path}", f"use '{name}'", f"show '{name}'", f"rename '{name}' plain"):
        if name.startswith("-") and line.startswith("add"):
            assert not notebook.run(f"%dbsource {line}").success
            return
        ran = notebook.run(f"%dbsource {line}")
        assert ran.success, ran.text
    assert notebook.run("%dbsource remove plain").success


# -------------------------------------------------------------------------------------------- a real kernel


def test_a_kernel_asks_its_front_end(kernel, home):
    """Through the wire: input_request with `password`, and nothing of the answer in what comes back."""
    _, client = kernel
    prompts, said = [], []

    def answer(message):
        prompts.append(message["content"])
        client.input("CANARY-typed")

    def hear(message):
        said.append(json.dumps(message["content"], default=str))

    def run(code, allow_stdin):
        reply = client.execute_interactive(
            code, allow_stdin=allow_stdin, stdin_hook=answer, output_hook=hear, timeout=60
        )
        return reply["content"]["status"]

    assert run("%load_ext dbchat_magic", False) == "ok"
    assert run("%dbsource add shop postgresql://ann@db.test/shop", True) == "ok"
    assert prompts == [{"prompt": "Password of ann (Enter: none): ", "password": True}]
    assert run("%dbsource add other postgresql://ann@db.test/shop", False) == "ok"
    assert len(prompts) == 1
    assert run("%dbsource show shop", False) == "ok"
    assert "CANARY" not in "".join(said)
    store = dbchat_magic.DbChat().datasources
    assert resolve_params(store.get("shop"), home)["password"] == "CANARY-typed"


# ----------------------------------------------------------------------------------------------- real servers


@pytest.fixture(params=["postgresql", "mariadb"])
def zoo(request):
    """(server, name of a database with one table)."""
    server = request.getfixturevalue(request.param)
    name = server.make_database(f"zoo_{request.param}")
    server.execute(
        "CREATE TABLE cages (id int PRIMARY KEY)", "INSERT INTO cages VALUES (1), (2)", database=name
    )
    yield server, name
    connect.close_all()
    server.execute(f"DROP DATABASE {name}{' WITH (FORCE)' * (request.param == 'postgresql')}")


def url_of(server, name, user="reader"):
    return f"{server.kind}://{user}@{server.host}:{server.port}/{name}"


def test_a_server_is_added_asked_and_tested(notebook, person, zoo, store):
    server, name = zoo
    person.answers = [PASSWORD]
    assert notebook.run(f"%dbsource add zoo {url_of(server, name)}").success
    assert len(notebook.run("%dbchat -q -s SELECT * FROM cages").value) == 2
    ran = notebook.run("%dbsource test")
    assert "zoo works" in ran.text
    assert "Sessions opened here refuse to write." in ran.text
    assert store.get("zoo").last_used
    assert "cages" in notebook.run("%dbsource schema").shown[0]["text/html"]
    assert notebook.run("%dbsource refresh").success


def test_a_server_answers_the_same_again_and_again(notebook, zoo, store):
    """Also when its driver would have begun to prepare the statement."""
    server, name = zoo
    store.add("zoo", server.kind, **server.params(name))
    for _ in range(12):
        for line in ("dbchat -q -d zoo -s SELECT * FROM cages", "dbsource refresh zoo"):
            ran = notebook.run(f"%{line}")
            assert ran.success, ran.text


def test_a_wrong_password_of_a_server_is_asked_for_again(notebook, person, zoo, store, home):
    server, name = zoo
    person.answers = ["wrong"]
    notebook.run(f"%dbsource add zoo {url_of(server, name)}")
    person.answers = [PASSWORD, "y"]
    ran = notebook.run("%dbchat -q -s SELECT * FROM cages")
    assert ran.success, ran.text
    assert person.asked[1:] == ["Password of reader for zoo: ", "Keep this password for next time? [y/N] "]
    assert fields(store, "zoo", home)["password"] == PASSWORD


def test_without_anybody_to_ask_the_error_says_how(notebook, zoo, store):
    server, name = zoo
    params = server.params(name)
    store.add("zoo", server.kind, **params | {"password": "wrong"})
    ran = notebook.run("%dbchat -d zoo -s SELECT * FROM cages")
    assert not ran.success
    assert "${env:" in ran.text
    assert PASSWORD not in ran.text


def test_a_typed_url_with_a_password_is_asked_and_not_saved(notebook, zoo, home):
    server, name = zoo
    url = url_of(server, name, user=f"reader:{quote(PASSWORD, safe='')}")
    ran = notebook.run(f"%dbchat -q -d {url} -s SELECT * FROM cages")
    assert ran.success, ran.text
    assert "is not saved" in ran.text
    assert not (home / "secrets").exists()
    again = notebook.run(f"%dbchat -q -d {url_of(server, name)} -s SELECT * FROM cages")
    assert again.success  # it holds for this session


@pytest.mark.parametrize("from_sqlalchemy", [True, False])
def test_a_live_connection_of_the_notebook_gives_its_fields(notebook, zoo, store, from_sqlalchemy):
    server, name = zoo
    if from_sqlalchemy:
        import sqlalchemy

        driver = {"postgresql": "postgresql+psycopg", "mariadb": "mysql+pymysql"}[server.kind]
        live = sqlalchemy.create_engine(
            sqlalchemy.URL.create(driver, "reader", PASSWORD, server.host, server.port, name)
        )
    else:
        live = server.connect(name, "reader", PASSWORD)
    notebook.shell.push({"live": live})
    ran = notebook.run("%dbsource add zoo live")
    assert ran.success, ran.text
    assert store.get("zoo").type == server.kind
    assert len(notebook.run("%dbchat -q -s SELECT * FROM cages").value) == 2
    (live.dispose if from_sqlalchemy else live.close)()


def test_the_servers_own_password_files_are_read(notebook, zoo, store, home, monkeypatch):
    server, name = zoo
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PGPASSFILE", str(home / ".pgpass"))
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    (home / ".pgpass").write_text(f"{server.host}:*:*:reader:{escaped}\n")
    (home / ".my.cnf").write_text(f'[client]\nuser=reader\npassword="{PASSWORD}"\n')
    for file in (home / ".pgpass", home / ".my.cnf"):
        file.chmod(0o600)
    assert notebook.run(f"%dbsource add zoo {url_of(server, name)}").success
    assert store.get("zoo").password == ""
    assert len(notebook.run("%dbchat -q -s SELECT * FROM cages").value) == 2
