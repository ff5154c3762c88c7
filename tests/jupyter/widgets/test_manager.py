import html
import json
import re
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
    yield lambda: Page(DatasourceManager(DbChat()))
    ipywidgets.Widget.close_all()


class Page:
    """A manager by what a person sees of it."""

    def __init__(self, manager):
        self.manager = manager

    def press(self, label):
        [button] = [each for each in self.shown(ipywidgets.Button) if each.description == label]
        button.click()

    def field(self, label):
        controls = self.shown(ipywidgets.Text, ipywidgets.Dropdown, ipywidgets.ToggleButton)
        [control] = [each for each in controls if each.description == label]
        return control

    def add(self, name, path, comment=""):
        self.field("New…").value = True
        self.field("Name").value, self.field("File").value = name, str(path)
        self.field("Comment").value = comment
        self.press("Add")

    def choose(self, start):
        self.list.index = next(at for at, label in enumerate(self.list.options) if label[0].startswith(start))

    @property
    def list(self):
        return self.shown(ipywidgets.Select)[0]

    @property
    def labels(self):
        return [label for label, _ in self.list.options]

    @property
    def html(self):
        return "".join(each.value for each in self.shown(ipywidgets.HTML))

    @property
    def text(self):
        return re.sub(r"<style>.*?</style>|<[^>]*>", "", self.html, flags=re.DOTALL)

    def shown(self, *kinds):
        return [each for each in walk(self.manager) if isinstance(each, kinds)]


def walk(widget):
    if widget.layout.display != "none":
        yield widget
        for child in getattr(widget, "children", ()):
            yield from walk(child)


def test_a_first_user_sees_the_demo_and_the_form(opened):
    page = opened()
    assert page.labels == ["demo (SQLite) · in use · the built-in shop, for trying things out"]
    assert page.field("Kind").value == "sqlite"
    assert "In use in this notebook: demo" in page.text


def test_a_datasource_is_added_tested_used_and_removed(opened, store, library):
    page = opened()
    page.add("library", library, "of mine")
    assert [source.comment for source in store.all()] == ["of mine"]
    assert page.labels[0] == "library (SQLite) · in use · of mine"
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
    for word in (
        "books",
        "what can be lent",
        "about 2 rows",
        "title",
        "TEXT",
        "on the cover",
        "books.book_id",
    ):
        assert word in page.text


def test_the_form_is_closed_where_there_is_something_to_ask(opened, store, library):
    store.add("library", "sqlite", path=library)
    page = opened()
    assert page.shown(ipywidgets.Dropdown) == []
    page.field("New…").value = True
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
    assert "orders" in page.text


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
    page = Page(notebook.run("%dbsource").value)
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
    page = Page(notebook.run("import dbchat_magic; dbchat_magic.manage()").value)
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
    page = Page(notebook.run("%dbsource").value)
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
    assert "cages" in page.text
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
    store.remember_test("library", "library works <b>.")
    page = opened()
    page.choose("library")
    assert re.search(r"tested \d{4}-\d\d-\d\d: library works <b>\.", html.unescape(page.text))
