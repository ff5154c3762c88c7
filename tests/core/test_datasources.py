"""Datasources: kept by name, checked before they are kept, found by name, URL or path."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic.core.data_files import find_data_files
from dbchat_magic.core.datasources import (
    DatasourceStore,
    drop_password,
    find_datasource,
    hold_password,
    parse_url,
    resolve_params,
)
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.store import Store
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import DatasourceError

CANARY = "CANARY p@ss:w/örd%"
SERVER: dict[str, Any] = {"host": "db.test", "port": 5433, "user": "ann", "database": "shop"}


@pytest.fixture
def store(home: Path) -> DatasourceStore:
    return DatasourceStore(Store(home))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    connection.close()
    return path


def test_what_is_added_is_there_for_another_process(store: DatasourceStore, file: Path, home: Path) -> None:
    added = store.add("Shop", "sqlite", path=file, comment="mine")
    assert added.id > 0
    assert DatasourceStore(Store(home)).get("shop") == added  # names have no case
    assert DatasourceStore(Store(home)).get(added.id) == added


@pytest.mark.parametrize("is_log_full", [False, True])
def test_what_others_change_is_known_at_once_however_much_is_asked_meanwhile(
    store: DatasourceStore, file: Path, home: Path, is_log_full: bool
) -> None:
    others, history = DatasourceStore(Store(home)), History(store._store)
    for n in range(8):
        if is_log_full:  # what is written next goes over what is there, so that no file grows
            with sqlite3.connect(home / "store.sqlite") as rows:
                rows.execute("PRAGMA wal_checkpoint(RESTART)")
            rows.close()
        added = others.add(f"shop{n}", "sqlite", path=file)
        assert added in store.known()
        history.add_soon(Entry("shop0", "how many?", "SELECT 1", "offline"))
        assert history.recent(1)
        others.remove(added.id)
        assert added not in store.known()


def test_paths_are_kept_absolute(store: DatasourceStore, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert store.add("shop", "sqlite", path=file.name).params["path"] == str(file.resolve())


def test_update_changes_what_is_given_and_keeps_the_rest(store: DatasourceStore, file: Path) -> None:
    added = store.add("shop", "sqlite", path=file, comment="mine")
    changed = store.update("shop", name="store")
    assert (changed.id, changed.name, changed.comment) == (added.id, "store", "mine")
    assert store.update(added.id, comment="").comment == ""
    assert [source.name for source in store.all()] == ["store"]


def test_remove_gives_back_what_is_gone_and_leaves_the_file(store: DatasourceStore, file: Path) -> None:
    store.add("shop", "sqlite", path=file)
    assert store.remove("shop").name == "shop"
    assert store.all() == []
    assert file.exists()


@pytest.mark.parametrize("name", ["shop", "SHOP", " shop "])
def test_a_name_is_given_once(store: DatasourceStore, file: Path, name: str) -> None:
    store.add("shop", "sqlite", path=file)
    with pytest.raises(DatasourceError, match="already"):
        store.add(name, "sqlite", path=file)
    assert len(store.all()) == 1


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201, "sqlite://x"])
def test_some_texts_are_no_names(store: DatasourceStore, file: Path, name: str) -> None:
    with pytest.raises(DatasourceError, match="cannot be a datasource's name"):
        store.add(name, "sqlite", path=file)


@pytest.mark.parametrize("name", ["Größe & Co", "客户", 'it\'s "quoted"', "demo"])
def test_other_odd_names_are_names(store: DatasourceStore, file: Path, name: str) -> None:
    store.add(name, "sqlite", path=file)
    assert store.get(name).name == name


def test_unknown_fields_and_kinds_are_told_with_the_known_ones(store: DatasourceStore, file: Path) -> None:
    with pytest.raises(DatasourceError, match="Its fields: path"):
        store.add("shop", "sqlite", path=file, host="x")
    with pytest.raises(DatasourceError, match=r"Kinds you can use: .*sqlite"):
        store.add("shop", "access", path=file)
    with pytest.raises(DatasourceError, match="needs 'path'"):
        store.add("shop", "sqlite")


def test_a_missing_file_is_said_and_not_created(store: DatasourceStore, tmp_path: Path) -> None:
    with pytest.raises(DatasourceError, match="There is no file"):
        store.add("shop", "sqlite", path=tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()
    assert store.all() == []


def test_a_folder_and_another_file_are_no_databases(store: DatasourceStore, tmp_path: Path) -> None:
    with pytest.raises(DatasourceError, match="is a folder"):
        store.add("shop", "sqlite", path=tmp_path)
    (tmp_path / "text.db").write_text("id,name\n1,Ann\n" * 10)
    with pytest.raises(DatasourceError, match="not a SQLite file"):
        store.add("shop", "sqlite", path=tmp_path / "text.db")


def test_a_name_wins_over_a_file_of_that_name(
    store: DatasourceStore, file: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    kept = store.add(file.name, "sqlite", path=file)
    assert find_datasource(store, file.name, home) == kept


def test_urls_and_paths_are_used_once(store: DatasourceStore, file: Path, home: Path) -> None:
    for text in (str(file), f"sqlite:///{file}"):
        source = find_datasource(store, text, home)
        assert (source.id, source.type, source.params["path"]) == (0, "sqlite", str(file.resolve()))
    assert store.all() == []


def test_the_demo_is_there_unless_a_user_takes_its_name(
    store: DatasourceStore, file: Path, home: Path
) -> None:
    assert find_datasource(store, "demo", home).id == 0
    store.add("demo", "sqlite", path=file)
    assert find_datasource(store, "demo", home).params["path"] == str(file.resolve())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:CANARY@host/db?options=-c%20CANARY",
        "mariadb://u:CANARY@host/db?init_command=DELETE",
        "postgresql://u:x@CANARY@host/db",
        "nonsense://u:CANARY@host/db",
        "sqlite:///x.db?mode=CANARY",
        "sqlite://u:CANARY@[bad/db",
        "sqlite:///missing-CANARY-less.db?x=CANARY",
    ],
)
def test_a_url_that_is_refused_is_not_repeated(store: DatasourceStore, home: Path, url: str) -> None:
    with pytest.raises(DatasourceError) as caught:
        find_datasource(store, url, home)
    assert "CANARY" not in str(caught.value)


def test_an_unknown_name_is_told_with_the_known_ones(store: DatasourceStore, file: Path, home: Path) -> None:
    store.add("shop", "sqlite", path=file)
    with pytest.raises(DatasourceError, match="You have shop and the built-in demo"):
        find_datasource(store, "shpo", home)
    with pytest.raises(DatasourceError, match="There is no datasource 17"):
        store.get(17)


def test_looking_at_a_file_keeps_the_locks_of_this_process(
    store: DatasourceStore, file: Path, home: Path
) -> None:
    ours = sqlite3.connect(file, isolation_level=None)
    ours.execute("BEGIN IMMEDIATE")
    store.add("shop", "sqlite", path=file)
    find_datasource(store, str(file), home)
    other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    tried = subprocess.run([sys.executable, "-c", other, str(file)], capture_output=True, check=False)
    assert b"database is locked" in tried.stderr
    ours.close()


# ----------------------------------------------------------------------------------------------- secrets


def secret_files(home: Path) -> list[str]:
    return [path.read_text("utf-8") for path in (home / "secrets").glob("*")]


def test_a_password_is_kept_apart_and_given_to_the_connection_only(
    store: DatasourceStore, home: Path
) -> None:
    source = store.add("shop", "postgresql", password=CANARY, **SERVER)
    assert source.password == "******"
    assert "CANARY" not in repr(source)
    assert "CANARY" not in json.dumps(dict(source.params))
    assert b"CANARY" not in b"".join(path.read_bytes() for path in home.glob("store*"))
    assert resolve_params(source, home) == {"password": CANARY, **SERVER}
    assert "CANARY" not in repr(resolve_params(source, home))
    assert secret_files(home) == [CANARY]


def test_a_password_stays_through_update_and_rename_and_goes_with_its_datasource(
    store: DatasourceStore, home: Path
) -> None:
    store.add("shop", "postgresql", password=CANARY, **SERVER)
    for unchanged in ("", "******", None):
        store.update("shop", comment="c", password=unchanged)
    store.update("shop", name="store", port=5434)
    assert resolve_params(store.get("store"), home)["password"] == CANARY
    store.update("store", password="another")
    assert secret_files(home) == ["another"]
    store.remove("store")
    assert secret_files(home) == []


def test_what_fails_leaves_no_secret_behind(store: DatasourceStore, home: Path) -> None:
    store.add("shop", "postgresql", password="first", **SERVER)
    for attempt in (
        lambda: store.add("SHOP", "postgresql", password=CANARY, **SERVER),
        lambda: store.add("other", "postgresql", password=CANARY, host="h"),
        lambda: store.update("shop", name="a\nb", password=CANARY),
        lambda: store.update("gone", password=CANARY),
    ):
        with pytest.raises(DatasourceError) as caught:
            attempt()
        assert "CANARY" not in str(caught.value)
    assert secret_files(home) == ["first"]


def test_references_are_kept_as_they_are(
    store: DatasourceStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = store.add("shop", "postgresql", password="${env:SHOP_PW}", **SERVER)
    assert source.params["password"] == "${env:SHOP_PW}"
    with pytest.raises(DatasourceError, match="SHOP_PW is not set"):
        resolve_params(source, home)
    monkeypatch.setenv("SHOP_PW", CANARY)
    assert resolve_params(source, home)["password"] == CANARY


def test_a_password_for_this_session_goes_before_the_one_that_is_kept(
    store: DatasourceStore, home: Path
) -> None:
    source = store.add("shop", "postgresql", password="wrong", **SERVER)
    hold_password(source, CANARY)
    assert resolve_params(store.get("shop"), home)["password"] == CANARY
    assert (
        resolve_params(find_datasource(store, "postgresql://ann@db.test:5433/shop", home), home)["password"]
        == CANARY
    )
    drop_password(source)
    assert resolve_params(source, home)["password"] == "wrong"
    hold_password(source, CANARY)
    store.update("shop", password="right")
    assert resolve_params(store.get("shop"), home)["password"] == "right"


def test_defaults_are_filled_in_for_the_connection(store: DatasourceStore, home: Path) -> None:
    source = store.add("shop", "mariadb", database="shop")
    assert resolve_params(source, home) == {"host": "localhost", "port": 3306, "database": "shop"}


# -------------------------------------------------------------------------------------------------- URLs


def test_a_url_becomes_the_kind_s_own_fields(store: DatasourceStore, home: Path) -> None:
    source = find_datasource(
        store, "postgresql+psycopg://ann:CANARY%40@db.test:5433/shop?sslmode=require", home
    )
    assert source.name == "shop"
    assert {**source.params, "password": ""} == {**SERVER, "sslmode": "require", "password": ""}
    assert "CANARY" not in repr(source)
    assert resolve_params(source, home)["password"] == "CANARY@"
    assert secret_files(home) == []
    assert store.all() == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://h/d?options=-c%20x", "options"),
        ("postgresql://h/d?sslmode=off", "Encryption cannot be 'off'"),
        ("mysql+pymysql://h/d?init_command=DROP&local_infile=1", "init_command, local_infile"),
        ("mysql://h/d?read_default_file=/etc/x", "read_default_file"),
        ("sqlite://me@host/x.db", "A SQLite URL has no host"),
        ("sybase://h/d", r"URLs begin with .*duckdb://.* mariadb://"),
        ("postgresql://h:many/d", "cannot be read"),
        ("postgresql://h", "needs 'database'"),
        ("postgresql://h/d?sslmode=require&sslmode=disable", "sslmode"),
    ],
)
def test_options_that_are_code_and_parts_that_mean_nothing_are_refused(
    store: DatasourceStore, home: Path, url: str, said: str
) -> None:
    with pytest.raises(DatasourceError, match=said):
        find_datasource(store, url, home)


def test_a_variable_may_hold_the_url(
    store: DatasourceStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ann:CANARY@db.test/shop")
    for text in ("${env:DATABASE_URL}", "$DATABASE_URL", "${DATABASE_URL}"):
        source = find_datasource(store, text, home)
        assert (source.type, source.params["host"], source.password) == ("postgresql", "db.test", "******")
    monkeypatch.setenv("DATABASE_URL", "CANARY")
    with pytest.raises(DatasourceError) as caught:
        find_datasource(store, "$DATABASE_URL", home)
    assert "CANARY" not in str(caught.value)


def test_a_reference_in_a_url_stays_one() -> None:
    assert parse_url("postgresql://me:${env:PW}@h/d")[1]["password"] == "${env:PW}"


# ------------------------------------------------------------------------------------------------- files


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("a.csv", "b.csv", "c.jsonl"):
        (folder / name).write_text("x\n1\n")
    (folder / "readme.txt").write_text("hello")
    (folder / "empty.csv").touch()
    return folder


def test_a_file_a_folder_and_a_pattern_are_kept_absolute(
    store: DatasourceStore, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data.parent)
    found = {}
    for number, place in enumerate(("data/a.csv", "data", "./data/*.csv", "**/*.jsonl")):
        source = store.add(f"s{number}", "files", path=place)
        files = find_data_files(str(source.params["path"]), find_dialect("files"))
        found[place] = [path.name for path in files]
        assert Path(str(source.params["path"])).is_absolute()
    assert found == {
        "data/a.csv": ["a.csv"],
        "data": ["a.csv", "b.csv", "c.jsonl", "empty.csv"],
        "./data/*.csv": ["a.csv", "b.csv", "empty.csv"],
        "**/*.jsonl": ["c.jsonl"],
    }


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("data/*.parquet", r"In .*data there are: a.csv, b.csv, c.jsonl, empty.csv"),
        ("nowhere/*.csv", "folder .*nowhere does not exist"),
        ("data/z.csv", "There are no data files at .*data/z.csv"),
        ("data/readme.txt", "not a data file"),
        ("data/empty.csv", "is empty"),
        ("a\x00b", "not a path"),
        (" ", "not a path"),
    ],
)
def test_places_without_data_are_told_with_what_is_there(
    store: DatasourceStore, data: Path, monkeypatch: pytest.MonkeyPatch, place: str, said: str
) -> None:
    monkeypatch.chdir(data.parent)
    with pytest.raises(DatasourceError, match=said):
        store.add("sales", "files", path=place)


def test_a_place_tells_its_kind(
    store: DatasourceStore, data: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data.parent)
    for place, name in (("data/a.csv", "a"), ("./data", "data"), ("data/*.csv", "data")):
        source = find_datasource(store, place, home)
        assert (source.type, source.name) == ("files", name)


# ----------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("type", "field", "value", "said"),
    [
        ("postgresql", "sslmode", "maybe", "It can be disable, allow"),
        ("postgresql", "port", "many", "whole number"),
        ("postgresql", "allow_superuser", "perhaps", "yes or no"),
        ("postgresql", "host", "a\nb", "one line"),
        ("postgresql", "password", "CANARY\x00", "one line"),
        ("frame", "variable", "my frame", "cannot be a variable's name"),
    ],
)
def test_a_value_that_does_not_fit_is_told(
    store: DatasourceStore, type: str, field: str, value: str, said: str
) -> None:
    with pytest.raises(DatasourceError, match=said) as caught:
        store.add("x", type, **{"database": "d", field: value} if type == "postgresql" else {field: value})
    assert "CANARY" not in str(caught.value)


def test_yes_and_no_are_kept_as_such(store: DatasourceStore) -> None:
    source = store.add("x", "postgresql", database="d", allow_superuser="yes")
    assert source.params["allow_superuser"] is True
    assert store.update("x", allow_superuser=False).params["allow_superuser"] is False


# ---------------------------------------------------------------------------------- used, tested, changed


def test_when_it_was_used_and_what_its_test_came_to_are_kept(store: DatasourceStore, home: Path) -> None:
    store.add("shop", "postgresql", password=CANARY, **SERVER)
    assert (store.get("shop").last_used, store.get("shop").tested) == ("", "")
    History(Store(home)).add(Entry("shop", "q", "SELECT 1", "offline"))
    store.remember_test("shop", f"no entry with {CANARY}")
    source = store.get("shop")
    assert source.last_used.endswith("Z")
    assert source.tested.endswith("Z")
    assert source.test_result == "no entry with ******"
    store.remember_test(999, "gone meanwhile")


def test_an_update_of_what_another_process_removed_is_told(store: DatasourceStore, home: Path) -> None:
    source = store.add("shop", "postgresql", **SERVER)
    DatasourceStore(Store(home)).remove("shop")
    for change in (lambda: store.update(source.id, comment="c"), lambda: store.remove("shop")):
        with pytest.raises(DatasourceError, match="There is no datasource"):
            change()


def test_a_kind_that_is_not_installed_any_more_can_be_listed_and_removed(
    store: DatasourceStore, home: Path
) -> None:
    with Store(home).writing() as rows:
        rows.execute(
            "INSERT INTO datasources (name, type, params) VALUES ('old', 'gone', ?)",
            (json.dumps({"password": "file:secrets/x"}),),
        )
    assert store.get("old").password == "******"
    assert store.remove("old").name == "old"
