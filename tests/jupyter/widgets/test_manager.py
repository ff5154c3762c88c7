import html
import json
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import ipywidgets
import pytest

import dbchat_magic
from dbchat_magic import dialects
from dbchat_magic.core import connect
from dbchat_magic.core.datasources import resolve_params
from dbchat_magic.dialects.sqlite import SQLITE
from dbchat_magic.jupyter.notebook import DbChat
from dbchat_magic.jupyter.widgets.manager import DatasourceManager
from tests.jupyter.widgets.pages import Page, eventually

MARKUP = "<img src=x onerror=alert(1)>&\"'"


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE books ( -- what can be lent\n book_id INTEGER PRIMARY KEY,\n title TEXT -- on the cover\n);"
            "CREATE TABLE loans (loan_id INTEGER PRIMARY KEY, book_id INTEGER REFERENCES books (book_id));"
            "INSERT INTO books (title) VALUES ('A'), ('B');"
        )
    return path


@pytest.fixture
def store(home):
    return dbchat_magic.DbChat().datasources


@pytest.fixture
def opened():
    """Opens a manager, as a user of one notebook sees it."""
    yield lambda: ManagerPage(DatasourceManager(DbChat()))
    ipywidgets.Widget.close_all()


class ManagerPage(Page):
    @property
    def manager(self):
        return self.widget

    def add(self, name, path, comment=""):
        self.press("New…")
        self.field("Name").value, self.field("File").value = name, str(path)
        self.field("Comment").value = comment
        self.press("Add")

    def choose(self, start):
        self.list.index = next(at for at, label in enumerate(self.list.options) if label[0].startswith(start))
        self.manager.wait()

    @property
    def tables(self):
        return [label for label, _ in self.select("Tables").options]

    def choose_table(self, start):
        at = next(at for at, label in enumerate(self.tables) if label.startswith(start))
        self.select("Tables").index = at

    @property
    def list(self):
        return self.select("Datasources")

    @property
    def labels(self):
        return [label for label, _ in self.list.options]


def test_a_first_user_sees_the_demo_and_the_form(opened):
    page = opened()
    assert page.labels == ["demo (SQLite) · in use · the built-in shop, for trying things out"]
    assert page.field("Kind").value == "sqlite"
    assert "In use in this notebook: demo" in page.text


def test_a_datasource_is_added_tested_used_and_removed(opened, store, library):
    page = opened()
    page.add("library", library, "of mine")
    assert [source.comment for source in store.all()] == ["of mine"]
    assert page.labels[0] == "library (SQLite) · in use · never tested · of mine"
    assert page.list.label == page.labels[0]
    page.press("Test")
    assert re.search(r"library works \(SQLite 3[\d.]+\): 2 tables, read in \d+ ms\.", page.text)
    page.choose("demo")
    page.press("Use")
    assert "demo is asked from now on" in page.text
    page.choose("library")
    page.press("Remove")
    assert "Remove library from the list?" in page.text
    page.press("No, keep")
    assert store.all()
    page.press("Remove")
    page.press("Yes, remove")
    assert store.all() == []
    assert "its data were not touched" in page.text
    assert page.list.value is None
    assert library.exists()


def test_the_tables_are_read_when_a_datasource_is_chosen(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    assert "books" not in page.text
    page.choose("library")
    page.choose_table("books")
    assert page.tables == ["books (about 2 rows) · what can be lent", "loans (about 0 rows)"]
    page.choose_table("loans")
    assert "books.book_id" in page.text
    page.choose_table("books")
    for word in (
        "books",
        "what can be lent",
        "about 2 rows",
        "title",
        "TEXT",
        "on the cover",
    ):
        assert word in page.text


def test_the_form_is_closed_where_there_is_something_to_ask(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    assert page.shown(ipywidgets.Dropdown) == []
    page.press("New…")
    assert page.field("Kind").description == "Kind"


@pytest.mark.parametrize("label", ["Use", "Test", "Remove"])
def test_nothing_chosen_is_said(opened, label):
    page = opened()
    page.press(label)
    assert "No datasource is chosen. Choose one in the list first." in page.text


def test_the_demo_stays(opened):
    page = opened()
    page.choose("demo")
    page.press("Remove")
    assert "The demo is built in" in page.text
    assert any(label.startswith("orders ") for label in page.tables)


@pytest.mark.parametrize(
    ("name", "path", "said"),
    [
        ("shop", "nothing.sqlite", "There is no file nothing.sqlite"),
        ("shop", "", "needs &#x27;path&#x27;"),
        ("", "{library}", "cannot be a datasource"),
        ("library", "{library}", "There is a datasource called &#x27;library&#x27; already"),
    ],
)
def test_what_is_wrong_is_a_line_and_a_hint(opened, store, library, name, path, said):
    store.add("library", "sqlite", path=library)
    page = opened()
    page.add(name, path.format(library=library))
    assert said in page.html
    assert 'role="alert"' in page.html
    assert page.field("Name").value == name


def test_a_file_that_was_damaged_since(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    library.write_bytes(library.read_bytes()[:100] + b"\xff" * 5_000)
    page.choose("library")
    assert 'role="alert"' in page.html
    page.press("Test")
    assert 'role="alert"' in page.html
    assert "Traceback" not in page.text
    library.unlink()
    page.press("Test")
    assert "There is no file" in page.text


def test_a_database_without_tables(opened, store, tmp_path):
    (tmp_path / "empty.sqlite").touch()
    page = opened()
    page.add("empty", tmp_path / "empty.sqlite")
    assert "empty has no tables." in page.text


@pytest.mark.parametrize("label", ["Use", "Test", "Remove", "Refresh"])
def test_what_was_removed_elsewhere_is_gone_from_the_list(opened, store, library, label):
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    store.remove("library")
    page.press(label)
    assert len(page.labels) == 1
    assert page.list.value is None
    assert "library is not there any more" in page.text or label == "Refresh"


def test_what_was_removed_elsewhere_while_the_question_stands(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    page.press("Remove")
    store.remove("library")
    again = store.add("library", "sqlite", path=library)
    page.press("Yes, remove")
    assert "library is not there any more" in page.text
    assert store.all() == [again]


def test_choosing_another_takes_the_question_back(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    page.press("Remove")
    page.choose("demo")
    assert "Remove library" not in page.text
    assert store.all()


def test_what_was_added_and_renamed_elsewhere_shows_and_the_choice_stays(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    store.update("library", name="books at home")
    store.add("another", "sqlite", path=library)
    page.press("Refresh")
    assert [label.partition(" (")[0] for label in page.labels] == ["another", "books at home", "demo"]
    assert page.list.label.startswith("books at home")
    assert "The list is up to date." in page.text
    page.press("Refresh")
    assert "The list has not changed." in page.text
    page.press("Use")
    assert "In use in this notebook: books at home" in page.text


def test_markup_in_names_comments_and_the_schema_shows_and_does_not_act(opened, store, tmp_path):
    path = tmp_path / "<b>file.sqlite"
    name = MARKUP.replace('"', '""')
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            f'CREATE TABLE "{name}" ( -- {MARKUP}\n "{name}" "{name}" PRIMARY KEY -- {MARKUP}\n)'
        )
        connection.commit()
    store.add(MARKUP, "sqlite", path=path, comment=MARKUP)
    page = opened()
    page.choose(MARKUP[:5])
    for label in ("Test", "Use", "Remove", "Yes, remove"):
        assert "&lt;img" in page.html
        assert "<img" not in page.html
        assert "<b>file" not in page.html
        page.press(label)
    assert "<img" not in page.html


def test_the_notebook_has_one_datasource_in_use(notebook, library):
    notebook.run(f"%dbsource add library {library}\n%dbsource use demo")
    page = ManagerPage(notebook.run("%dbsource").value)
    assert "In use in this notebook: demo" in page.text
    page.choose("library")
    page.press("Use")
    assert "library" in notebook.run("%dbchat").text
    notebook.run("%dbsource use demo")
    assert "In use in this notebook: demo" in page.text
    notebook.run(f"%dbsource use {library}")
    assert f"In use in this notebook: {library} (not in the list)" in page.text
    page.manager.close()


def test_the_manager_may_be_there_before_the_magics(notebook, library):
    notebook.run("%unload_ext dbchat_magic")
    page = ManagerPage(notebook.run("import dbchat_magic; dbchat_magic.manage()").value)
    page.add("library", library)
    page.choose("demo")
    page.press("Use")
    notebook.run("%load_ext dbchat_magic")
    assert notebook.run("%dbchat -q how many orders?").success
    page.choose("library")
    page.press("Use")
    assert notebook.run("%dbchat -q -s SELECT * FROM books").success
    page.manager.close()


def test_where_no_widget_shows_there_is_a_sentence(opened):
    bundle = opened().manager._repr_mimebundle_()
    assert bundle["text/plain"] == "The datasource manager, a widget. Where none shows: %dbsource list"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_bug_is_said_and_stays_a_traceback(notebook, monkeypatch):
    page = ManagerPage(notebook.run("%dbsource").value)
    monkeypatch.setattr(DbChat, "chat", lambda self: 1 / 0)
    notebook.shell.push({"press": page.press})
    ran = notebook.run("press('Refresh')")
    assert "ZeroDivisionError" in ran.text
    assert "This is a bug of dbchat_magic." in page.text
    page.manager.close()


# ------------------------------------------------------------------------------- other kinds of databases


@pytest.fixture
def vault(monkeypatch):
    """A kind of database with fields of every sort, come in by the door of plug-ins."""
    parameters = (
        dialects.Parameter("host", "Server", required=True, description="Where it runs."),
        dialects.Parameter("port", "Port", type="integer", default=5432),
        dialects.Parameter("password", "Password", secret=True),
    )
    vault = dialects.Dialect("vault", "Vault", "postgres", parameters, driver="vault_driver")
    entries = [
        SimpleNamespace(name=each.name, value=each.name, load=lambda each=each: each)
        for each in (SQLITE, vault)
    ]
    monkeypatch.setattr(dialects, "entry_points", lambda group: entries)
    dialects.dialects.cache_clear()
    yield vault
    dialects.dialects.cache_clear()


def test_the_form_is_drawn_from_the_parameters_of_the_kind(opened, vault, store):
    page = opened()
    page.field("Kind").value = "vault"
    assert page.field("Server").placeholder == "Where it runs."
    assert page.field("Port").value == "5432"
    assert isinstance(page.field("Password"), ipywidgets.Password)
    page.field("Name").value, page.field("Server").value = "safe", " host.test "
    page.press("Add")
    assert dict(store.get("safe").params) == {"host": "host.test", "port": 5432}
    page.press("Test")
    assert "Vault needs the package vault_driver" in page.text


@pytest.mark.parametrize("port", ["1", "many"])
def test_a_secret_is_in_no_state_once_it_is_read(opened, vault, port):
    page = opened()
    page.field("Kind").value = "vault"
    page.field("Name").value, page.field("Server").value, page.field("Port").value = "safe", "host", port
    page.field("Password").value = "open sesame "
    page.press("Add")
    assert "open sesame" not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


def test_a_secret_goes_with_its_field(opened, vault):
    page = opened()
    page.field("Kind").value = "vault"
    page.field("Password").value = "open sesame"
    page.field("Kind").value = "sqlite"
    assert "open sesame" not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


# ---------------------------------------------------------------------------------- passwords and real fields


def test_choices_are_a_list_and_yes_or_no_a_box(opened, store):
    page = opened()
    page.field("Kind").value = "postgresql"
    assert page.field("Port").value == "5432"
    assert page.field("Encryption").options[:2] == (("", ""), ("disable", "disable"))
    [box] = page.shown(ipywidgets.Checkbox)
    assert (box.description, box.value) == ("Allow a superuser", False)
    page.field("Name").value, page.field("Database").value = "shop", "d"
    page.field("Encryption").value, box.value = "require", True
    page.field("Password").value = "open sesame"
    page.press("Add")
    assert "shop is added." in page.text
    params = dict(store.get("shop").params)
    assert params.pop("password").startswith("file:")
    assert params == {
        "host": "localhost",
        "port": 5432,
        "database": "d",
        "sslmode": "require",
        "allow_superuser": True,
    }
    assert "not encrypted" in page.text
    assert "open sesame" not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


@pytest.fixture
def locked(postgresql, store):
    """A datasource that is kept without its password."""
    name = postgresql.make_database("locked")
    postgresql.execute("CREATE TABLE IF NOT EXISTS cages (id int PRIMARY KEY)", database=name)
    params = postgresql.params(name)
    password = params.pop("password")
    store.add("zoo", "postgresql", **params)
    yield password
    connect.close_all()
    postgresql.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_password_that_is_wanted_is_asked_for_and_holds_for_the_kernel(opened, store, locked):
    page = opened()
    page.choose("zoo")
    assert "password" in page.text
    page.field("Password").value = "wrong"
    page.press("Connect")
    assert page.field("Password").value == ""
    page.field("Password").value = locked
    page.press("Connect")
    assert "zoo is open until the kernel ends." in page.text
    assert page.tables[0].startswith("cages")
    assert not page.shown(ipywidgets.Password)
    page.press("Test")
    assert "zoo works" in page.text
    assert "Sessions opened here refuse to write." in page.text
    assert store.get("zoo").password == ""
    assert store.get("zoo").test_result.startswith("zoo works")
    assert locked not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


def test_a_password_that_is_wanted_can_be_kept(opened, store, locked, home):
    page = opened()
    page.choose("zoo")
    page.field("Password").value = locked
    page.press("Connect and keep")
    assert "The password is kept." in page.text
    assert resolve_params(store.get("zoo"), home)["password"] == locked


def test_another_choice_takes_the_password_field_away(opened, locked):
    page = opened()
    page.choose("zoo")
    page.field("Password").value = "half typed"
    page.choose("demo")
    assert not page.shown(ipywidgets.Password)
    assert "half typed" not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


def test_the_last_use_and_test_are_shown(opened, store, library):
    store.add("library", "sqlite", path=library)
    store.remember_test("library", "It broke <b>.", works=False)
    page = opened()
    page.choose("library")
    assert re.search(
        r"fails \(tested \d{4}-\d\d-\d\d \d\d:\d\d UTC\): It broke <b>\.", html.unescape(page.text)
    )
    assert "fails (tested" in page.labels[0]
    page.press("Test")
    assert "works (tested" in page.labels[0]


# ------------------------------------------------------------------------------------- changed by several


def test_a_datasource_is_renamed_and_changed_and_stays_the_one_in_use(opened, store, library, tmp_path):
    shutil.copy(library, tmp_path / "copy.sqlite")
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    page.press("Use")
    page.press("Edit…")
    assert page.field("File").value == str(library)
    page.field("Name").value, page.field("Comment").value = "books", "all of them"
    page.field("File").value = str(tmp_path / "copy.sqlite")
    page.press("Save")
    assert "books is saved." in page.text
    [kept] = store.all()
    assert (kept.name, kept.comment, kept.params["path"]) == (
        "books",
        "all of them",
        str(tmp_path / "copy.sqlite"),
    )
    assert "In use in this notebook: books" in page.text
    assert page.list.label.startswith("books (SQLite) · in use")
    assert page.shown(ipywidgets.Dropdown) == []


def test_the_second_to_save_is_told_what_the_first_changed_and_loses_nothing(opened, store, library):
    store.add("library", "sqlite", path=library, comment="old")
    one, two = opened(), opened()
    for page in (one, two):
        page.choose("library")
        page.press("Edit…")
    one.field("Comment").value = "of the first"
    one.press("Save")
    two.field("Comment").value, two.field("Name").value = "of the second", "mine"
    two.press("Save")
    assert "changed meanwhile" in two.text
    assert "comment: old → of the first" in two.text
    assert store.get("library").comment == "of the first"
    assert (two.field("Comment").value, two.field("Name").value) == ("of the second", "mine")
    two.press("Save")
    assert store.get("mine").comment == "of the second"


def test_the_fields_of_a_datasource_removed_while_its_form_is_open_make_a_new_one(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    page.press("Edit…")
    page.field("Comment").value = "typed"
    store.remove("library")
    eventually(lambda: "library is not there any more." in page.text)
    page.press("Add")
    assert store.get("library").comment == "typed"


def test_what_another_kernel_changes_is_told(opened, store, library):
    page = opened()
    store.add("library", "sqlite", path=library)
    eventually(lambda: "Another notebook or the sidebar: library was added." in page.text)
    page.choose("library")
    store.update("library", name="books")
    eventually(lambda: "library is called books now" in page.text)
    assert page.list.label.startswith("books")
    page.manager.close()
    eventually(lambda: not page.manager._watch._thread.is_alive())


# --------------------------------------------------------------------------------------- what takes long


@pytest.fixture
def silent():
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_test_that_hangs_is_stopped_and_says_nothing_later(opened, store, silent, library):
    store.add("mute", "postgresql", host="127.0.0.1", port=silent, user="me", database="d")
    store.add("library", "sqlite", path=library)
    page = opened()
    page.list.index = 1
    assert "Reading the tables of mute" in page.text
    page.press("Stop")
    page.button("Test").click()
    assert "Connecting to mute" in page.text
    eventually(lambda: re.search(r"… \d+ s", page.text))
    page.press("Stop")
    assert "Stopped." in page.text
    assert not any(each.description == "Stop" for each in page.shown(ipywidgets.Button))
    page.choose("library")
    page.press("Test")
    assert "library works" in page.text


def test_a_large_schema_lists_a_page_and_is_searched_by_tables_and_columns(opened, store, tmp_path):
    path = tmp_path / "large.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "".join(f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, column_{n} TEXT);" for n in range(150))
            + "CREATE TABLE orders (id INTEGER PRIMARY KEY, placed TEXT, t7_id INTEGER REFERENCES t7 (id));"
        )
    store.add("large", "sqlite", path=path)
    page = opened()
    page.choose("large")
    assert "100 of 151 tables" in page.text
    page.press("More tables")
    assert len(page.tables) == 151
    page.field("Search").value = "column_77"
    assert [label.split(" · ")[-1] for label in page.tables] == ["column_77"]
    page.field("Search").value = "ORDER plac"
    assert page.tables[0].startswith("orders")
    page.choose_table("orders")
    assert "t7.id" in page.text
    page.field("Search").value = "nothing like it"
    assert "No table or column is called so." in page.text
    assert "t7.id" not in page.text


def test_the_first_rows_of_a_table_are_read_when_asked_for(opened, store, library):
    with closing(sqlite3.connect(library)) as connection:
        connection.execute("UPDATE books SET title = ? WHERE book_id = 2", (MARKUP,))
        connection.commit()
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    page.choose_table("books")
    assert "<td" in page.html
    page.press("First rows")
    assert "&lt;img" in page.html
    assert "<img" not in page.html
    page.choose_table("loans")
    assert "&lt;img" not in page.html


# ------------------------------------------------------------------------------------------- what is inside


def test_a_glossary_is_drafted_checked_and_saved(opened, store, library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    page.press("Write a draft")
    path = tmp_path / "library.dbchat.yaml"
    assert page.field("Glossary").value == path.read_text("utf-8")
    page.field("Glossary").value = "synonyms:\n  boks: tomes\n"
    page.press("Save glossary")
    assert "line 2" in page.text
    assert page.field("Glossary").value == "synonyms:\n  boks: tomes\n"
    page.field("Glossary").value = "synonyms:\n  books: tomes\nhidden:\n- loans\n"
    page.press("Save glossary")
    assert "The glossary is kept" in page.text
    assert path.read_text("utf-8") == "synonyms:\n  books: tomes\nhidden:\n- loans\n"
    page.field("Glossary").value += "- books\n"  # what is hidden can still be named
    path.write_text("synonyms:\n  books: works\n", "utf-8")
    page.press("Save glossary")
    assert "changed meanwhile" in page.text
    assert "works" in path.read_text("utf-8")
    page.press("Undo")
    assert page.field("Glossary").value == "synonyms:\n  books: works\n"


def test_a_glossary_that_cannot_be_used_is_shown_to_be_mended(opened, store, library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "library.dbchat.yaml").write_text("metrics: <b>\n", "utf-8")
    store.add("library", "sqlite", path=library)
    page = opened()
    page.choose("library")
    assert "library.dbchat.yaml, line 1" in page.text
    page.field("Glossary").value = ""
    page.press("Save glossary")
    page.press("Refresh")
    assert page.tables


def test_verified_answers_are_changed_checked_and_forgotten(opened, store, library):
    store.add("library", "sqlite", path=library)
    memory = dbchat_magic.DbChat().memory
    memory.add("how many books", "SELECT count(*) FROM books", "library")
    page = opened()
    page.choose("library")
    page.select("Questions").index = 0
    assert page.field("SQL").value == "SELECT count(*) FROM books"
    page.field("SQL").value = "SELECT nothing FROM books"
    page.press("Save answer")
    assert "not used" in page.text
    page.press("Check all")
    assert "do not run" in page.text
    page.field("SQL").value = "SELECT count(*) AS n FROM books"
    page.press("Save answer")
    assert "From now on this SQL answers “how many books”." in page.text
    assert memory.all("library")[0].fault == ""
    memory.add("all <b>books", "SELECT * FROM books", "library")
    eventually(lambda: len(page.select("Questions").options) == 2)
    page.press("Forget…")
    page.press("No, keep it")
    page.press("Forget…")
    page.press("Yes, forget it")
    assert [each.question for each in memory.all("library")] == ["all <b>books"]


@pytest.mark.parametrize("label", ["Add", "Save"])
def test_a_password_is_in_no_state_while_it_is_typed_nor_lost_by_an_error(opened, store, vault, label):
    page = opened()
    page.field("Kind").value = "vault"
    page.field("Name").value, page.field("Server").value, page.field("Port").value = "safe", "host", "1"
    page.field("Password").value = "open sesame"
    assert "open sesame" not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)
    if label == "Save":
        page.press("Add")
        page.choose("safe")
        page.press("Edit…")
        assert "kept" in page.field("Password").placeholder
        page.field("Password").value = "open sesame two"
    page.field("Port").value = "many"
    page.press(label)
    assert "whole number" in page.text
    page.field("Port").value = "2"
    page.press(label)
    kept = store.get("safe")
    assert kept.params["port"] == 2
    assert store.secrets.resolve(kept.params["password"]).startswith("open sesame")
    assert store.secrets.resolve(kept.params["password"]).endswith("two" if label == "Save" else "sesame")
    assert "sesame" not in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)
