"""Datasources: kept by name, checked before they are kept, found by name, URL or path."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dbchat_magic.core.datasources import DatasourceStore, find_datasource
from dbchat_magic.core.store import Store
from dbchat_magic.errors import DatasourceError


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
        "postgresql://u:CANARY@host/db",
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
