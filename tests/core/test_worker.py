from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbchat_magic.core import failures, worker
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.sqlite_session import file_uri
from dbchat_magic.core.worker import DatabaseFile, WorkerConnection
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import DatasourceError, QueryCancelled, QueryFailed, QueryTimeout

SOON = 8.0
"""Seconds: two on an idle machine, for a shared one more; what is not ended takes far longer."""
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
DEAF = "SELECT instr(printf('%.*c', 3900000, 'a'), printf('%.*c', 1900000, 'a') || 'b')"
"""One operation that takes minutes: it hears no interrupt, only killing ends it."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop #1?.db"
    write(path, "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')")
    return path


@pytest.fixture
def connection(path: Path) -> Iterator[WorkerConnection]:
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), path))
    yield connection
    connection.close()


def write(path: Path, script: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(script)


def ask(connection: WorkerConnection, sql: str, seconds: float = 10, row_limit: int | None = 100):
    return connection.run(SafeSql(sql, "sqlite"), row_limit=row_limit, seconds=seconds)


def assert_next_question_works(connection: WorkerConnection) -> None:
    assert ask(connection, "SELECT max(a) FROM t").rows == [(3,)]


def process_of(connection: WorkerConnection) -> subprocess.Popen[bytes]:
    assert connection._worker is not None
    return connection._worker._process


def pid(connection: WorkerConnection) -> int:
    return process_of(connection).pid


def later(seconds: float, call: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, call)
    timer.start()
    return timer


# -------------------------------------------------------------------------------------------- answers


def test_rows_and_the_names_of_columns_come_back(connection: WorkerConnection):
    found = ask(connection, "SELECT a, b AS second, a AS a FROM t")
    assert found.columns == ("a", "second", "a")
    assert found.rows == [(1, "x", 1), (2, None, 2), (3, "z", 3)]


@pytest.mark.parametrize(("row_limit", "count"), [(0, 0), (1, 1), (200, 200), (1_000, 500), (None, 500)])
def test_no_more_rows_than_asked_for(connection: WorkerConnection, row_limit: int | None, count: int):
    numbers = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 500) SELECT n FROM r"
    found = ask(connection, numbers, row_limit=row_limit)
    assert found.columns == ("n",)
    assert found.rows == [(n,) for n in range(1, count + 1)]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 127, 128, 129])
def test_few_rows_and_many_come_the_same(connection: WorkerConnection, count: int):
    numbers = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 500)"
    found = ask(connection, f"{numbers} SELECT n, n * 2 AS m FROM r WHERE n <= {count}", row_limit=None)
    assert found.columns == ("n", "m")
    assert found.rows == [(n, n * 2) for n in range(1, count + 1)]


def test_values_of_every_kind_survive(connection: WorkerConnection):
    sql = "SELECT 9223372036854775807, -1.5, 9e999, x'00ff', '李雷 🙂', NULL, cast(x'41ff42' AS TEXT)"
    values = ask(connection, sql).rows[0]
    assert values == (2**63 - 1, -1.5, float("inf"), b"\x00\xff", "李雷 🙂", None, "A\ufffdB")


def test_the_catalogue_is_read_in_the_same_session(connection: WorkerConnection):
    assert connection.catalogue("SELECT name FROM pragma_table_info('t')") == [("a",), ("b",)]


def test_a_mistake_comes_with_the_databases_words(connection: WorkerConnection):
    with pytest.raises(QueryFailed, match="no such column: nope"):
        ask(connection, "SELECT nope FROM t")
    assert_next_question_works(connection)


def test_several_threads_are_served_one_after_another(connection: WorkerConnection):
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(ask(connection, f"SELECT {n}").rows[0][0]))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == sorted(map(str, range(20)))


# ------------------------------------------------------------------------------------------- read-only


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "CREATE TEMP TABLE x(y)",
        "PRAGMA query_only = OFF",
        "ATTACH ':memory:' AS m",
        "VACUUM INTO 'copy.db'",
        "BEGIN",
        "SELECT load_extension('x')",
        "SELECT zeroblob(9)",
        "SELECT a FROM t; SELECT 1",
    ],
)
def test_the_session_alone_only_reads(connection: WorkerConnection, path: Path, sql: str):
    before = path.read_bytes()
    with pytest.raises(QueryFailed):
        ask(connection, sql)
    assert path.read_bytes() == before
    assert_next_question_works(connection)


def test_virtual_tables_work_also_after_another_program_changed_the_schema(
    connection: WorkerConnection, path: Path
):
    write(path, "CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('one two')")
    assert ask(connection, "SELECT x FROM f WHERE f MATCH 'two'").rows == [("one two",)]
    write(path, "CREATE VIRTUAL TABLE g USING rtree(id, x0, x1); INSERT INTO g VALUES (1, 2, 3)")
    assert ask(connection, "SELECT id FROM g WHERE x0 > 1").rows == [(1,)]
    assert ask(connection, "SELECT value FROM json_each('[7]')").rows == [(7,)]


# --------------------------------------------------------------------------------------- time and room


@pytest.mark.parametrize("sql", [ENDLESS, DEAF], ids=["endless", "deaf"])
def test_control_is_back_soon_after_the_limit(connection: WorkerConnection, sql: str):
    assert_next_question_works(connection)
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.3 seconds"):
        ask(connection, sql, seconds=0.3)
    assert time.monotonic() - started < 0.3 + SOON
    assert_next_question_works(connection)


def test_fetching_counts_for_the_limit_too(connection: WorkerConnection):
    endless_rows = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
    with pytest.raises(QueryTimeout):
        ask(connection, endless_rows, seconds=0.3, row_limit=None)
    assert_next_question_works(connection)


def test_a_result_of_too_many_bytes_is_refused(connection: WorkerConnection, monkeypatch: pytest.MonkeyPatch):
    for module in (worker, failures):
        monkeypatch.setattr(module, "BYTE_LIMIT", 2**20)
    big = "SELECT printf('%.*c', 9999, 'x') FROM t a, t b, t c, t d, t e"
    with pytest.raises(QueryFailed, match="larger than 1 MB"):
        ask(connection, big, row_limit=None)
    assert_next_question_works(connection)


def test_a_query_that_takes_all_memory_fails_and_nothing_else_does(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker, "MEMORY", 2**27)
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), path))
    wide = ", ".join(["printf('%.*c', 3900000, 'x')"] * 60)
    with pytest.raises(QueryFailed, match="memory"):
        ask(connection, f"SELECT {wide}")
    assert_next_question_works(connection)
    connection.close()


# ---------------------------------------------------------------------------------------------- cancel


@pytest.mark.parametrize("sql", [ENDLESS, DEAF], ids=["endless", "deaf"])
def test_cancel_from_another_thread_ends_the_statement(connection: WorkerConnection, sql: str):
    assert_next_question_works(connection)
    later(0.2, connection.cancel)
    started = time.monotonic()
    with pytest.raises(QueryCancelled):
        ask(connection, sql, seconds=30)
    assert time.monotonic() - started < SOON
    assert_next_question_works(connection)


@pytest.mark.parametrize("pause", [0, 1.5])
def test_what_obeys_keeps_its_process_however_long_it_has_rested(connection: WorkerConnection, pause: float):
    ask(connection, "SELECT 1")
    before = pid(connection)
    for _ in range(3):
        time.sleep(pause)
        later(0.02, connection.cancel)
        with pytest.raises(QueryCancelled):
            ask(connection, ENDLESS)
    assert pid(connection) == before
    assert_next_question_works(connection)


def test_cancel_without_a_statement_does_nothing(connection: WorkerConnection):
    connection.cancel()
    assert_next_question_works(connection)
    connection.cancel()
    assert_next_question_works(connection)


@pytest.mark.parametrize("sql", [ENDLESS, DEAF], ids=["endless", "deaf"])
def test_an_interrupt_cancels_and_is_raised_again(connection: WorkerConnection, sql: str):
    assert_next_question_works(connection)
    later(0.2, _thread.interrupt_main)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        ask(connection, sql, seconds=30)
    assert time.monotonic() - started < SOON
    assert_next_question_works(connection)


def test_an_interrupt_that_tears_a_reply_costs_the_process_and_nothing_else(
    connection: WorkerConnection, monkeypatch: pytest.MonkeyPatch
):
    assert_next_question_works(connection)
    before = pid(connection)

    def read(_descriptor: int, _count: int) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "read", read)
        with pytest.raises(KeyboardInterrupt):
            ask(connection, "SELECT a FROM t")
    assert_next_question_works(connection)
    assert pid(connection) != before


def test_close_ends_a_running_statement_as_cancelled(connection: WorkerConnection):
    assert_next_question_works(connection)
    later(0.2, connection.close)
    with pytest.raises(QueryCancelled):
        ask(connection, ENDLESS, seconds=30)


# ----------------------------------------------------------------------------------------- the process


def test_a_process_that_dies_is_reported_and_started_anew(connection: WorkerConnection):
    assert_next_question_works(connection)
    first = pid(connection)
    later(0.2, process_of(connection).kill)
    with pytest.raises(QueryFailed, match="ended by itself"):
        ask(connection, ENDLESS, seconds=30)
    assert_next_question_works(connection)
    assert pid(connection) != first


def test_a_process_that_died_between_questions_is_not_noticed(connection: WorkerConnection):
    assert_next_question_works(connection)
    process_of(connection).kill()
    process_of(connection).wait()
    assert_next_question_works(connection)


def test_the_session_stays_warm(connection: WorkerConnection):
    assert_next_question_works(connection)
    first = pid(connection)
    assert_next_question_works(connection)
    assert pid(connection) == first


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a creation flag")
def test_the_process_is_not_reached_by_ctrl_c_in_a_terminal(connection: WorkerConnection):
    assert_next_question_works(connection)
    assert os.getpgid(pid(connection)) != os.getpgid(0)


ORPHAN = """
import sys, threading, time
from pathlib import Path
from dbchat_magic.core.worker import DatabaseFile, WorkerConnection
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.dialects import find_dialect
connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), Path(sys.argv[1])))
connection.run(SafeSql("SELECT 1", "sqlite"), row_limit=1, seconds=5)
print(connection._worker._process.pid, flush=True)
connection.run(SafeSql(sys.argv[2], "sqlite"), row_limit=1, seconds=60)
"""


def test_no_process_is_left_when_its_parent_is_killed(path: Path):
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(path), ENDLESS], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    orphan = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert_ends(orphan)


def assert_ends(process: int) -> None:
    end = time.monotonic() + 5
    while is_running(process) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(process)


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    if status.parent.parent.joinpath("self").exists():  # nobody may be there to reap it
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def test_a_forgotten_connection_ends_its_process(path: Path):
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), path))
    assert_next_question_works(connection)
    process = pid(connection)
    del connection
    assert_ends(process)


def test_many_questions_leave_nothing_behind(path: Path):
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), path))
    assert_next_question_works(connection)
    before = open_files(), threading.active_count()
    processes = {pid(connection)}
    for n in range(60):
        assert_next_question_works(connection)
        with contextlib.suppress(QueryFailed):
            ask(connection, "SELECT nope" if n % 2 else "DELETE FROM t")
        if n % 20 == 0:
            connection.close()  # a restart
        if n % 30 == 1:
            with contextlib.suppress(QueryTimeout):
                ask(connection, ENDLESS, seconds=0.05)
        assert_next_question_works(connection)
        processes.add(pid(connection))
    assert (open_files(), threading.active_count()) == before
    connection.close()
    assert len(processes) > 2
    for process in processes:
        assert_ends(process)


def open_files() -> int:
    folder = Path("/dev/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


# -------------------------------------------------------------------------------------------- the file


def test_another_file_in_its_place_is_noticed(connection: WorkerConnection, path: Path):
    assert_next_question_works(connection)
    path.rename(path.with_suffix(".old"))
    with pytest.raises(DatasourceError, match="There is no file"):
        ask(connection, "SELECT 1")
    write(path, "CREATE TABLE t(a); INSERT INTO t VALUES (42)")
    assert ask(connection, "SELECT a FROM t").rows == [(42,)]


def test_a_missing_file_is_never_made(tmp_path: Path):
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), tmp_path / "none.db"))
    with pytest.raises(DatasourceError, match="There is no file"):
        ask(connection, "SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_an_empty_database(tmp_path: Path):
    (tmp_path / "empty.db").touch()
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), tmp_path / "empty.db"))
    assert connection.catalogue("SELECT count(*) FROM sqlite_master") == [(0,)]
    connection.close()
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_a_damaged_file_is_a_datasource_error(path: Path):
    content = bytearray(path.read_bytes())
    content[16:4096] = b"\xaa" * 4080
    path.write_bytes(content)
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), path))
    with pytest.raises(DatasourceError):
        ask(connection, "SELECT * FROM t")
    connection.close()


def test_a_locked_database_is_said_to_be_locked(connection: WorkerConnection, path: Path):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with pytest.raises(QueryFailed, match="locked by another program"):
            ask(connection, "SELECT * FROM t")
        assert time.monotonic() - started < SOON
        other.execute("ROLLBACK")
    assert_next_question_works(connection)


def test_the_locks_of_this_process_stay(connection: WorkerConnection, path: Path):
    """Closing any handle of a file releases all its locks of a process: so nothing here may open it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as own:
        own.execute("BEGIN IMMEDIATE")
        assert_next_question_works(connection)
        competing = "import sqlite3, sys; sqlite3.connect(sys.argv[1], 0.1).execute('BEGIN IMMEDIATE')"
        done = subprocess.run([sys.executable, "-c", competing, str(path)], capture_output=True, check=False)
        assert b"database is locked" in done.stderr


def test_what_another_program_commits_is_seen(connection: WorkerConnection, path: Path):
    write(path, "PRAGMA journal_mode = WAL")
    assert_next_question_works(connection)
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO t VALUES (9, '')")
        other.commit()
        assert ask(connection, "SELECT max(a) FROM t").rows == [(9,)]


IN_A_FOLDER_WITHOUT_RIGHTS = """
import sys
from pathlib import Path
from dbchat_magic.core.worker import DatabaseFile, WorkerConnection
from dbchat_magic.dialects import find_dialect
try:
    print(WorkerConnection(DatabaseFile(find_dialect("sqlite"), Path(sys.argv[1]))).catalogue("SELECT max(a) FROM t"))
except Exception as error:
    print(type(error).__name__, error)
"""

AS_AN_ORDINARY_USER = """
import ctypes, os, sys
if os.geteuid() == 0:  # the capabilities of root to read and write whatever it likes
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept in another way there")
def test_a_database_in_a_folder_that_cannot_be_written_to():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (5)")
        write(folder / "plain.db", "CREATE TABLE t(a); INSERT INTO t VALUES (6)")
        write(folder / "closed.db", "CREATE TABLE t(a)")
        (folder / "closed.db").chmod(0)
        leave_a_log(folder / "log.db")
        folder.chmod(0o555)
        try:
            assert without_rights(folder / "wal.db") == "[(5,)]"
            assert without_rights(folder / "plain.db") == "[(6,)]"
            assert "may not be read by you" in without_rights(folder / "closed.db")
            assert without_rights(folder / "log.db").startswith(("[(8,)]", "DatasourceError"))
            assert sorted(path.name for path in folder.iterdir()) == [
                "closed.db",
                "log.db",
                "log.db-wal",
                "plain.db",
                "wal.db",
            ]
        finally:
            folder.chmod(0o755)


def leave_a_log(path: Path) -> None:
    """A database whose last rows are only in its write-ahead log."""
    with contextlib.closing(sqlite3.connect(path.with_suffix(".tmp"))) as database:
        database.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (7)")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.executescript("INSERT INTO t VALUES (8)")
        path.write_bytes(path.with_suffix(".tmp").read_bytes())
        Path(f"{path}-wal").write_bytes(Path(f"{path.with_suffix('.tmp')}-wal").read_bytes())
    path.with_suffix(".tmp").unlink()


def without_rights(path: Path) -> str:
    command = [sys.executable, "-c", AS_AN_ORDINARY_USER, IN_A_FOLDER_WITHOUT_RIGHTS, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/data/a b%.db", "file:///data/a%20b%25.db"),
        ("/data/客#?.db", "file:///data/%E5%AE%A2%23%3F.db"),
        ("C:/data/x.db", "file:///C:/data/x.db"),
        ("//server/share/x.db", "file:////server/share/x.db"),
    ],
)
def test_paths_as_uris(path: str, uri: str):
    assert file_uri(path) == uri


def test_the_signal_of_ctrl_c_is_the_parents_alone(connection: WorkerConnection):
    assert_next_question_works(connection)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert_next_question_works(connection)
