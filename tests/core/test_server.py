"""Servers: one body of tests over PostgreSQL and MariaDB, real ones."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core import batches
from dbchat_magic.core import server as module
from dbchat_magic.core.binding import to_literal
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql, check
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.server import ServerConnection
from dbchat_magic.core.settings import Settings
from dbchat_magic.errors import (
    DatasourceError,
    DbChatError,
    NameUnknown,
    PasswordNeeded,
    QueryCancelled,
    QueryFailed,
    QueryTimeout,
)
from tests.servers import PASSWORD, Server, free_port, relay

SLOW = {"postgresql": "SELECT pg_sleep(60)", "mariadb": "SELECT sleep(60)"}
NUMBERS = {
    "postgresql": "SELECT a FROM generate_series(1, 3000000) AS g(a)",
    "mariadb": "SELECT seq FROM seq_1_to_3000000",
}
CONTROL_BACK = 10.0
"""Two seconds on an idle machine."""

BOUND_TEXTS = (
    "it's",
    'a "b"',
    "a\\",
    "\\' OR 1=1 -- ",
    "'; DROP TABLE t; --",
    "%s %(x)s",
    "李 🙂",
    "a\nb",
    "",
)

counter = itertools.count()


@dataclass(frozen=True)
class Shop:
    """A database of one server, as the admin sees it and as a datasource."""

    server: Server
    database: str

    @property
    def kind(self) -> str:
        return self.server.kind

    def make(self, *statements: str) -> None:
        self.server.execute(*statements, database=self.database)

    def source(self, **changes: Any) -> Datasource:
        params = {**self.server.params(self.database), **changes}
        password = params.pop("password")
        if password:
            params["password"] = hold(password)
        return Datasource(0, "shop", self.kind, params)

    def connect(self, **changes: Any) -> ServerConnection:
        connection = connect(self.source(**changes), Settings(home=Path()))
        assert isinstance(connection, ServerConnection)
        return connection


@pytest.fixture(params=["postgresql", "mariadb"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    server: Server = request.getfixturevalue(request.param)
    yield Shop(server, server.make_database(f"shop_{next(counter)}"))
    close_all()


def run(connection: ServerConnection, sql: str, row_limit: int | None = 10, seconds: float = 20.0):
    return connection.run(SafeSql(sql, connection.dialect.name), row_limit=row_limit, seconds=seconds)


def assert_next_question_works(connection: ServerConnection) -> None:
    assert run(connection, "SELECT 41 + 1").rows == [(42,)]


# -------------------------------------------------------------------------------------------- answers


def test_rows_come_back_with_the_names_of_their_columns(shop: Shop):
    shop.make("CREATE TABLE t (a INT, b VARCHAR(20))", "INSERT INTO t VALUES (1, 'x'), (2, NULL)")
    found = run(shop.connect(), "SELECT a, b AS second, a AS a FROM t ORDER BY a")
    assert found.columns == ("a", "second", "a")
    assert found.rows == [(1, "x", 1), (2, None, 2)]


@pytest.mark.parametrize("row_limit", [0, 1, 999])
def test_no_more_rows_than_asked_for_and_quickly(shop: Shop, row_limit: int):
    connection = shop.connect()
    started = time.monotonic()
    assert len(run(connection, NUMBERS[shop.kind], row_limit).rows) == row_limit
    assert time.monotonic() - started < CONTROL_BACK
    assert_next_question_works(connection)


def test_all_rows_come_when_all_are_wanted(shop: Shop):
    sql = NUMBERS[shop.kind].replace("3000000", "20000")
    assert run(shop.connect(), sql, None).count == 20_000


def test_signs_that_mean_something_to_drivers_are_text(shop: Shop):
    assert run(shop.connect(), "SELECT ':x', '%s %(y)s 100%', 5 % 3").rows == [(":x", "%s %(y)s 100%", 2)]


@pytest.mark.parametrize("text", BOUND_TEXTS)
def test_a_bound_text_comes_back_through_the_guard(shop: Shop, text: str):
    connection = shop.connect()
    safe = check(f"SELECT {to_literal(text, connection.dialect)}", shop.kind)
    assert connection.run(safe, row_limit=5, seconds=20).rows == [(text,)]


def test_bound_days_and_times_are_days_and_times(shop: Shop):
    connection = shop.connect()
    day, noon = datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 12, 0, 0, 500_000)
    literals = ", ".join(to_literal(value, connection.dialect) for value in (day, noon, -5))
    found = connection.run(check(f"SELECT {literals}", shop.kind), row_limit=5, seconds=20).rows
    # MariaDB's own literals keep no parts of a second unless they are asked for.
    assert found == [(day, noon, -5)] or found == [(day, noon.replace(microsecond=0), -5)]


def test_values_of_every_kind_arrive(shop: Shop):
    if shop.kind == "postgresql":
        sql = (
            "SELECT 1.50::numeric, date '2024-02-29', timestamptz '2024-01-01 00:00+00', '{1,2}'::int[],"
            " '{\"a\": 1}'::jsonb, inet '10.0.0.1', 'infinity'::date, interval '3 days', '\\x00ff'::bytea,"
            " int4range(1, 5), true, 'nan'::numeric, '20000-01-01'::timestamp"
        )
        expected = [
            Decimal("1.50"), datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC), [1, 2],
            {"a": 1}, "10.0.0.1", "infinity", datetime.timedelta(days=3), b"\x00\xff", "[1, 5)", True,
        ]  # fmt: skip
    else:
        sql = (
            "SELECT cast(1.50 AS decimal(5,2)), date '2024-02-29', timestamp '2024-01-01 00:00:00', x'00ff',"
            " cast('3:00:00' AS time), '李雷 🙂', 1e300"
        )
        expected = [
            Decimal("1.50"), datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 1), b"\x00\xff",
            datetime.timedelta(hours=3), "李雷 🙂", 1e300,
        ]  # fmt: skip
    assert list(run(shop.connect(), sql).rows[0])[: len(expected)] == expected


def test_a_mistake_comes_with_the_databases_words(shop: Shop):
    connection = shop.connect()
    with pytest.raises(NameUnknown, match="nope"):
        run(connection, "SELECT nope FROM (SELECT 1 AS a) AS x")
    with pytest.raises(QueryFailed, match="syntax"):
        run(connection, "SELECT 1 +")
    assert_next_question_works(connection)


# ------------------------------------------------------------------------------------------- read-only


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "DROP TABLE t",
        "CREATE TABLE other (a INT)",
        "SELECT 1; DELETE FROM t",
        "UPDATE t SET a = 5",
    ],
)
def test_the_session_alone_only_reads_whoever_it_is(shop: Shop, sql: str):
    shop.make("CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)")
    connection = shop.connect(user=shop.server.admin, password=shop.server.admin_password)
    with contextlib.suppress(QueryFailed):
        run(connection, sql)
    assert shop.server.execute("SELECT a FROM t", database=shop.database) == [(1,)]
    assert_next_question_works(connection)


def test_what_a_statement_does_to_its_session_is_undone(shop: Shop):
    connection = shop.connect(user=shop.server.admin, password=shop.server.admin_password)
    undo = {
        "postgresql": "SELECT set_config('default_transaction_read_only', 'off', false), set_config('statement_timeout', '0', false)",
        "mariadb": "SET SESSION TRANSACTION READ WRITE",
    }
    shop.make("CREATE TABLE t (a INT)")
    for _ in range(3):
        with contextlib.suppress(QueryFailed):
            run(connection, undo[shop.kind])
        with pytest.raises(QueryFailed):
            run(connection, "INSERT INTO t VALUES (1)")
    assert shop.server.execute("SELECT * FROM t", database=shop.database) == []


def test_a_role_with_the_servers_files_is_refused_for_questions(shop: Shop, home: Path):
    shop.make("CREATE TABLE orders (id INT PRIMARY KEY, amount INT)")
    chat = DbChat(home=home)
    admin = {"user": shop.server.admin, "password": shop.server.admin_password}
    with pytest.raises(DatasourceError, match="no session of it can be made harmless") as refusal:
        chat.ask("how many orders are there?", shop.source(**admin))
    assert "allow_superuser" in refusal.value.hint
    assert chat.run("SELECT 1 AS a", shop.source(**admin)).frame["a"].tolist() == [1]
    allowed = shop.source(**admin, allow_superuser="yes")
    assert chat.ask("how many orders are there?", allowed).frame.iloc[0, 0] == 0


def test_a_test_tells_version_and_who_could_write(shop: Shop, home: Path):
    shop.make("CREATE TABLE t (a INT)")
    chat = DbChat(home=home)
    tested = chat.test(shop.source())
    assert (tested.tables, tested.read_only, tested.can_write, tested.remedy) == (1, True, False, "")
    assert tested.version.startswith({"postgresql": "PostgreSQL 1", "mariadb": "MariaDB 1"}[shop.kind])
    assert 0 < tested.latency < 10
    admin = chat.test(shop.source(user=shop.server.admin, password=shop.server.admin_password))
    assert admin.can_write
    assert shop.database in admin.remedy


# ------------------------------------------------------------------------------------- time and cancel


def test_control_is_back_soon_after_the_limit_and_the_server_is_idle(shop: Shop):
    connection = shop.connect()
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        run(connection, SLOW[shop.kind], seconds=0.5)
    assert time.monotonic() - started < CONTROL_BACK
    assert_next_question_works(connection)
    assert_idle(shop)


def test_cancel_from_another_thread_ends_the_statement_on_the_server(shop: Shop):
    connection = shop.connect()
    threading.Timer(0.5, connection.cancel).start()
    with pytest.raises(QueryCancelled):
        run(connection, SLOW[shop.kind])
    assert_next_question_works(connection)
    assert_idle(shop)


def test_an_interrupt_ends_the_statement_on_the_server_and_is_raised_again(shop: Shop):
    connection = shop.connect()
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(connection, SLOW[shop.kind])
    assert time.monotonic() - started < CONTROL_BACK
    assert_next_question_works(connection)
    assert_idle(shop)


def assert_idle(shop: Shop) -> None:
    looks = {
        "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'reader'",
        "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE user = 'reader' AND command = 'Query'",
    }
    end = time.monotonic() + 5
    while shop.server.execute(looks[shop.kind]) != [(0,)]:
        assert time.monotonic() < end, "the server still works on it"
        time.sleep(0.1)


def test_several_threads_ask_at_once(shop: Shop):
    connection = shop.connect()
    wait = {"postgresql": "SELECT pg_sleep(0.3), {}", "mariadb": "SELECT sleep(0.3), {}"}[shop.kind]
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(run(connection, wait.format(n)).rows[0][1]))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(8))


def test_a_result_of_too_many_bytes_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "BYTE_LIMIT", 2**20)
    connection = shop.connect()
    wide = {
        "postgresql": "SELECT repeat('x', 10000) FROM generate_series(1, 1000)",
        "mariadb": "SELECT repeat('x', 10000) FROM seq_1_to_1000",
    }
    with pytest.raises(QueryFailed, match="larger than"):
        run(connection, wide[shop.kind], None)
    assert_next_question_works(connection)


def test_bytes_are_counted_where_the_system_tells_them_and_elsewhere_not():
    pytest.importorskip("psycopg")
    from dbchat_magic.core.bounded_psycopg import received

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as sender,
    ):
        receiver, _ = listener.accept()
        with receiver:
            before = received(receiver.fileno())
            sender.sendall(b"x" * 1000)
            receiver.recv(1000, socket.MSG_WAITALL)
            assert received(receiver.fileno()) - before == (1000 if sys.platform == "linux" else 0)
    one, other = socket.socketpair()
    with one, other:
        assert received(one.fileno()) == 0
        one.sendall(b"still open")
        assert other.recv(10) == b"still open"


# ------------------------------------------------------------------------------------ what can go wrong


def test_a_wrong_or_missing_password_is_asked_for(shop: Shop):
    for password in ("wrong", ""):
        with pytest.raises(PasswordNeeded, match="does not let this user in") as refusal:
            shop.connect(password=password)
        assert PASSWORD not in str(refusal.value)


def test_another_database_of_that_server(shop: Shop):
    with pytest.raises(DatasourceError, match="no such database"):
        shop.connect(database="nope")


def test_nobody_answers(shop: Shop):
    with pytest.raises(DatasourceError, match="cannot be reached"):
        shop.connect(port=free_port())
    with pytest.raises(DatasourceError, match="cannot be reached"):
        shop.connect(host="no-such-host.invalid")


def test_another_protocol_answers(shop: Shop):
    with speaking(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as port:
        started = time.monotonic()
        with pytest.raises(DatasourceError) as refusal:
            shop.connect(port=port)
        assert time.monotonic() - started < CONTROL_BACK
        assert "127.0.0.1" in refusal.value.message


def test_a_server_that_accepts_and_says_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.5)
    with speaking(b"") as port:
        started = time.monotonic()
        with pytest.raises(DbChatError):
            shop.connect(port=port)
        assert time.monotonic() - started < CONTROL_BACK


def test_a_server_that_stops_answering_in_the_middle(shop: Shop):
    with relay(shop.server.port) as proxy:
        connection = shop.connect(port=proxy.port)
        proxy.stalled.set()
        started = time.monotonic()
        with pytest.raises(QueryTimeout):
            run(connection, "SELECT 1", seconds=0.5)
        assert time.monotonic() - started < CONTROL_BACK
        proxy.stalled.clear()
        assert_next_question_works(connection)


def test_a_connection_that_was_closed_while_it_waited_is_opened_anew(shop: Shop):
    connection = shop.connect()
    assert_next_question_works(connection)
    kill_sessions(shop)
    assert_next_question_works(connection)


@dataclass
class Clock:
    """The time, as a test has it."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def let_wait(connection: ServerConnection, seconds: float) -> None:
    """Let the connection that is open wait in the pool for so long."""
    connection.clock = clock = Clock()
    assert_next_question_works(connection)
    end = time.monotonic() + CONTROL_BACK
    while connection.pool.checkedout():
        assert time.monotonic() < end, "the connection is not given back"
        time.sleep(0.01)
    clock.now = seconds


def test_only_a_connection_that_has_waited_is_asked_whether_it_answers(shop: Shop):
    with pings(shop) as heard:
        connection = shop.connect()
        at_first = heard()
        let_wait(connection, module.PING_AFTER - 1)
        assert_next_question_works(connection)
        assert heard() == at_first
        let_wait(connection, module.PING_AFTER)
        assert_next_question_works(connection)
        end = time.monotonic() + CONTROL_BACK  # the server writes its log when it likes
        while heard() <= at_first and time.monotonic() < end:
            time.sleep(0.1)
        assert heard() == at_first + 1


@contextlib.contextmanager
def pings(shop: Shop) -> Iterator[Callable[[], int]]:
    """How many pings the server says that it got."""
    if shop.kind == "postgresql":
        shop.make(f"ALTER DATABASE {shop.database} SET log_statement = 'all'")
        log = shop.server.folder / "log"
        yield lambda: log.read_text(errors="replace").count("statement: SELECT 1\n")
        return
    shop.server.execute("SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = ON")
    heard = "SELECT count(*) FROM mysql.general_log WHERE argument = 'SELECT 1' AND user_host LIKE 'reader%'"
    try:
        yield lambda: int(shop.server.execute(heard)[0][0])
    finally:
        shop.server.execute("SET GLOBAL general_log = OFF", "SET GLOBAL log_output = 'FILE'")


def test_a_connection_that_was_closed_while_it_waited_long_is_replaced_before_it_is_used(shop: Shop):
    connection = shop.connect()
    let_wait(connection, module.PING_AFTER)
    kill_sessions(shop)
    # What is poured out cannot be asked for again: it would fail on the connection that was closed.
    parts = connection.pour(SafeSql("SELECT 41 + 1", connection.dialect.name), seconds=20)
    assert [row for part in parts for row in part.rows] == [(42,)]


def test_a_connection_that_was_lost_without_a_word_is_replaced_in_time(shop: Shop):
    with relay(shop.server.port) as proxy:
        connection = shop.connect(port=proxy.port)
        let_wait(connection, module.PING_AFTER)
        proxy.lose_those_that_are_open()
        started = time.monotonic()
        assert_next_question_works(connection)
        assert time.monotonic() - started < CONTROL_BACK


def test_those_that_waited_beside_a_lost_one_are_replaced_without_being_asked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    with relay(shop.server.port) as proxy:
        connection = shop.connect(port=proxy.port)
        taken = [connection.pool.connect() for _ in range(module.POOL)]
        for each in taken:
            each.info["last"] = 0.0
            each.close()
        let_wait(connection, module.PING_AFTER)
        proxy.lose_those_that_are_open()
        asked: list[object] = []
        ping = connection.driver.ping

        def counted(lost: object, sql: str) -> None:
            asked.append(lost)
            ping(lost, sql)

        monkeypatch.setattr(connection.driver, "ping", counted)
        for _ in range(module.POOL + 1):
            assert_next_question_works(connection)
        assert len(asked) == 1


def test_a_connection_that_is_closed_while_it_works_is_said(shop: Shop):
    connection = shop.connect()
    threading.Timer(0.5, kill_sessions, (shop,)).start()
    with pytest.raises(QueryFailed):
        run(connection, SLOW[shop.kind])
    assert_next_question_works(connection)


def kill_sessions(shop: Shop) -> None:
    if shop.kind == "postgresql":
        shop.server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
        return
    for (number,) in shop.server.execute(
        "SELECT id FROM information_schema.processlist WHERE user = 'reader'"
    ):
        with contextlib.suppress(Exception):  # it may have gone by itself
            shop.server.execute(f"KILL {number}")


def test_a_database_dropped_while_in_use_is_said(shop: Shop):
    shop.make("CREATE TABLE t (a INT)")
    connection = shop.connect()
    run(connection, "SELECT * FROM t")
    kill_sessions(shop)
    quote = {"postgresql": '"', "mariadb": "`"}[shop.kind]
    shop.server.execute(f"DROP DATABASE {quote}{shop.database}{quote}")
    with pytest.raises(DbChatError):
        run(connection, "SELECT * FROM t")


def test_an_encryption_that_cannot_be_had_is_no_plain_connection(shop: Shop, tmp_path: Path):
    certificate = tmp_path / "root.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    wanted = {
        "postgresql": {"sslmode": "verify-full", "sslrootcert": str(certificate)},
        "mariadb": {"ssl_ca": str(certificate)},
    }
    with pytest.raises(DatasourceError):
        shop.connect(**wanted[shop.kind])


# ------------------------------------------------------------------------------------------- the schema


def test_tables_of_a_server_with_keys_comments_and_values(shop: Shop, home: Path):
    comments = {
        "postgresql": (
            "",
            "",
            ["COMMENT ON TABLE child IS 'the young'", "COMMENT ON COLUMN child.nm IS 'full name'"],
        ),
        "mariadb": (" COMMENT 'full name'", " COMMENT 'the young'", []),
    }
    column, table, after = comments[shop.kind]
    shop.make(
        "CREATE TABLE parent (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL)",
        f"CREATE TABLE child (a INT, b INT, nm VARCHAR(40){column}, parent_id INT, PRIMARY KEY (b, a),"
        f" FOREIGN KEY (parent_id) REFERENCES parent (id)){table}",
        "CREATE VIEW young AS SELECT nm FROM child",
        "INSERT INTO parent VALUES (1, 'Ann'), (2, 'Bob')",
        *after,
    )
    schema = DbChat(home=home).schema(shop.source())
    assert sorted(each.name for each in schema.tables) == ["child", "parent", "young"]
    child, parent, young = (schema.table(name) for name in ("child", "parent", "young"))
    assert child is not None
    assert parent is not None
    assert young is not None
    assert (child.primary_key, child.comment, child.kind, young.kind) == (
        ("b", "a"),
        "the young",
        "table",
        "view",
    )
    assert [(key.columns, key.target) for key in child.foreign_keys] == [(("parent_id",), "parent")]
    assert [each.nullable for each in parent.columns] == [False, False]
    assert next(each for each in child.columns if each.name == "nm").comment == "full name"
    assert [value.column for value in schema.values.find("ann")] == ["name"]


def test_a_schema_is_read_anew_when_the_database_has_changed(shop: Shop, home: Path):
    shop.make("CREATE TABLE orders (id INT PRIMARY KEY)")
    chat = DbChat(home=home)
    assert len(chat.schema(shop.source()).tables) == 1
    shop.make("CREATE TABLE customers (id INT PRIMARY KEY, city VARCHAR(20))")
    assert len(DbChat(home=home).schema(shop.source()).tables) == 2
    assert len(chat.refresh(shop.source()).tables) == 2
    shop.make("DROP TABLE customers")
    with pytest.raises(DbChatError):
        chat.ask("how many customers are there?", shop.source())


def test_a_warm_start_takes_the_tables_from_the_disk(shop: Shop, home: Path, monkeypatch: pytest.MonkeyPatch):
    shop.make("CREATE TABLE orders (id INT PRIMARY KEY)")
    first = DbChat(home=home).schema(shop.source())

    def forbidden(connection: object) -> None:
        raise AssertionError("the catalogue is read again")

    monkeypatch.setattr("dbchat_magic.core.schema_cache.read_tables", forbidden)
    assert DbChat(home=home).schema(shop.source()).tables == first.tables


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        'qu"ote',
        "b`tick",
        "semi; DROP TABLE x",
        "per%cent",
        "co:lon",
        "李雷",
        "Ünïcode",
        "it's",
        "dot.ted",
        "SELECT",
    ],
)
def test_names_with_every_odd_character(shop: Shop, home: Path, name: str):
    quote = {"postgresql": '"', "mariadb": "`"}[shop.kind]
    quoted = quote + name.replace(quote, quote * 2) + quote
    shop.make(f"CREATE TABLE {quoted} ({quoted} VARCHAR(20))", f"INSERT INTO {quoted} VALUES ('Berlin')")
    schema = DbChat(home=home).schema(shop.source())
    assert [(each.name, each.columns[0].name) for each in schema.tables] == [(name, name)]
    assert schema.values.find("berlin")
    assert DbChat(home=home).run(f"SELECT * FROM {quoted}", shop.source()).frame.iloc[0, 0] == "Berlin"


# --------------------------------------------------------------------------------------------- servers


@contextlib.contextmanager
def speaking(words: bytes) -> Iterator[int]:
    """A port where something answers that is no database."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if words:
                self.request.sendall(words)
                return
            with contextlib.suppress(OSError):
                while self.request.recv(1024):
                    pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as answering:
        answering.daemon_threads = True
        threading.Thread(target=answering.serve_forever, daemon=True).start()
        yield answering.server_address[1]
        answering.shutdown()
