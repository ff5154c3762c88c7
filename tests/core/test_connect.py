from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbchat_magic.core import connect as module
from dbchat_magic.core.connect import WARM, Connection, close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.settings import Settings
from dbchat_magic.core.worker import WorkerConnection
from dbchat_magic.errors import DatasourceError, QueryCancelled


@pytest.fixture(autouse=True)
def no_warm_connections() -> Iterator[None]:
    close_all()
    yield
    close_all()


def source(path: Path | str, type: str = "sqlite") -> Datasource:
    return Datasource(0, "shop", type, {"path": str(path)})


def write(path: Path, script: str = "CREATE TABLE t(a)") -> Path:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    return path


def open_source(path: Path | str) -> WorkerConnection:
    connection = connect(source(path), Settings(home=Path()))
    assert isinstance(connection, WorkerConnection)
    return connection


def pid(connection: WorkerConnection) -> int:
    assert connection._worker is not None
    return connection._worker._process.pid


def test_a_worker_is_a_connection(tmp_path: Path):
    connection: Connection = open_source(write(tmp_path / "a.db"))
    assert connection.dialect.name == "sqlite"
    assert connection.catalogue("SELECT name FROM sqlite_master") == [("t",)]
    connection.reset()


def test_the_next_question_finds_the_connection_warm(tmp_path: Path):
    path = write(tmp_path / "a.db")
    (tmp_path / "folder").mkdir()
    first = open_source(path)
    assert open_source(path) is first
    assert open_source(tmp_path / "folder" / ".." / "a.db") is first


def test_a_link_is_the_file_that_it_points_at(tmp_path: Path):
    path = write(tmp_path / "a.db")
    try:
        (tmp_path / "link.db").symlink_to(path)
    except OSError:
        return  # a right of its own on Windows
    assert open_source(tmp_path / "link.db") is open_source(path)


def test_a_closed_connection_is_opened_anew(tmp_path: Path):
    path = write(tmp_path / "a.db")
    before = pid(open_source(path))
    close_all()
    assert pid(open_source(path)) != before


def test_only_so_many_stay_warm(tmp_path: Path):
    connections = [open_source(write(tmp_path / f"{n}.db")) for n in range(WARM + 2)]
    assert [connection._worker is None for connection in connections] == [True, True] + [False] * WARM
    assert connections[0].catalogue("SELECT 1") == [(1,)]
    connections[0].close()


def test_whoever_connects_does_not_wait_for_a_running_statement(tmp_path: Path):
    path = write(tmp_path / "a.db")
    connection = open_source(path)
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"

    def ask() -> None:
        with contextlib.suppress(QueryCancelled):
            connection.run(SafeSql(endless, "sqlite"), row_limit=1, seconds=20)

    thread = threading.Thread(target=ask)
    thread.start()
    while not connection.busy:
        time.sleep(0.01)
    started = time.monotonic()
    assert open_source(path) is connection
    assert time.monotonic() - started < 8  # it does not wait for the statement that runs
    time.sleep(0.1)
    connection.cancel()
    thread.join(5)
    assert not thread.is_alive()


# ------------------------------------------------------------------------------- what cannot be opened


def refusal(path: Path | str, type: str = "sqlite") -> DatasourceError:
    with pytest.raises(DatasourceError) as caught:
        connect(source(path, type), Settings(home=Path()))
    assert caught.value.hint
    return caught.value


def test_a_missing_file_is_named_with_those_that_are_there_and_not_made(tmp_path: Path):
    write(tmp_path / "shop.db")
    error = refusal(tmp_path / "shpo.db")
    assert "There is no file" in error.message
    assert "shop.db" in error.hint
    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]


def test_a_missing_folder(tmp_path: Path):
    assert "does not exist either" in refusal(tmp_path / "no" / "shop.db").hint


def test_a_folder(tmp_path: Path):
    write(tmp_path / "shop.db")
    error = refusal(tmp_path)
    assert "is a folder" in error.message
    assert "shop.db" in error.hint


def test_a_file_of_another_kind(tmp_path: Path):
    (tmp_path / "people.csv").write_text("id,name\n" + "1,Ann\n" * 1_000)
    assert "is no SQLite file" in refusal(tmp_path / "people.csv").message


def test_a_short_file_of_another_kind(tmp_path: Path):
    (tmp_path / "note.db").write_text("hello")
    assert "is no SQLite file" in refusal(tmp_path / "note.db").message


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_a_named_pipe(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.db")
    assert "not an ordinary file" in refusal(tmp_path / "pipe.db").message


@pytest.mark.parametrize("path", ["", ":memory:", "a\x00b"])
def test_no_file_at_all(path: str):
    assert "names no file" in refusal(path).message


def test_a_path_that_is_too_long():
    assert refusal("/" + "x" * 5_000 + ".db").message


def test_a_link_to_itself(tmp_path: Path):
    try:
        (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    except OSError:
        return  # a right of its own on Windows
    assert refusal(tmp_path / "loop.db").message


def test_an_unknown_kind(tmp_path: Path):
    assert "no kind of database" in refusal(tmp_path / "a.db", "nosuch").message


# ----------------------------------------------------------------------------------------- the process

LEAVE = """
import sys
from pathlib import Path
from dbchat_magic.core.connect import connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.settings import Settings
connection = connect(Datasource(0, "a", "sqlite", {"path": sys.argv[1]}), Settings(home=Path()))
connection.catalogue("SELECT 1")
print(connection._worker._process.pid)
print([name for name in ("pandas", "sqlalchemy", "sqlglot", "numpy") if name in sys.modules])
"""


def test_leaving_python_ends_the_process_and_connecting_loads_nothing_heavy(tmp_path: Path):
    path = write(tmp_path / "a.db")
    done = subprocess.run(
        [sys.executable, "-c", LEAVE, str(path)], capture_output=True, text=True, check=True, timeout=30
    )
    process, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    assert done.stderr == ""
    with pytest.raises(OSError):
        os.kill(int(process), 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks there")
def test_a_forked_process_leaves_its_parents_connections_alone(tmp_path: Path):
    open_source(write(tmp_path / "a.db"))
    code = (
        "import os, sys; from pathlib import Path; from dbchat_magic.core import connect as c;"
        "from dbchat_magic.core.datasources import Datasource; from dbchat_magic.core.settings import Settings;"
        "d = Datasource(0, 'a', 'sqlite', {'path': sys.argv[1]});"
        "one = c.connect(d, Settings(home=Path())); child = os.fork();"
        "other = c.connect(d, Settings(home=Path())) if not child else one;"
        "assert child or other is not one; del d;"
        "assert other.catalogue('SELECT 1') == [(1,)];"
        "child or sys.exit(0); status = os.waitpid(child, 0)[1];"
        "assert one.catalogue('SELECT 1') == [(1,)]; sys.exit(status != 0)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "a.db")],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_kept_after_close_all(tmp_path: Path):
    open_source(write(tmp_path / "a.db"))
    close_all()
    assert not module._connections


@pytest.mark.parametrize(
    ("kind", "fields", "extra"),
    [
        ("postgresql", {"database": "shop"}, "postgresql"),
        ("mariadb", {"database": "shop"}, "mariadb"),
        ("duckdb", {"path": "shop.duckdb"}, "duckdb"),
        ("files", {"path": "*.csv"}, "files"),
        ("frame", {"variable": "df"}, "files"),
    ],
)
def test_a_driver_that_is_missing_is_named_with_how_to_install_it(
    kind: str, fields: dict[str, str], extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "shop.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 100)
    (tmp_path / "a.csv").write_text("a\n1\n")
    if "path" in fields:
        fields = {"path": str(tmp_path / fields["path"])}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DatasourceError, match="not installed here") as refusal:
        connect(Datasource(0, "shop", kind, fields), Settings(home=tmp_path))
    assert f"dbchat_magic[{extra}]" in refusal.value.hint
