"""Kinds that speak PostgreSQL's or MariaDB's protocol, each against the real server of its family.

What this tells: their fields, sessions, catalogue and cancelling go through the driver as they are written, and our
side is whole. The products themselves have not answered: what they alone know is left out here, by name.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.server import ServerConnection
from dbchat_magic.core.settings import Settings
from dbchat_magic.dialects import Dialect, dialects, find_dialect
from dbchat_magic.errors import QueryCancelled, QueryFailed, QueryTimeout
from tests.servers import PASSWORD, READER, Server

FAMILIES: Mapping[str, str] = {
    "cockroachdb": "postgresql",
    "gaussdb": "postgresql",
    "opengauss": "postgresql",
    "redshift": "postgresql",
    "doris": "mariadb",
    "oceanbase": "mariadb",
    "starrocks": "mariadb",
    "tidb": "mariadb",
}
OWN_STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "gaussdb": ("SET lockwait_timeout = 2000",),
    "opengauss": ("SET lockwait_timeout = 2000",),
    "doris": ("SET exec_mem_limit = 1073741824", "SET query_timeout = {whole_seconds}"),
    "oceanbase": ("SET SESSION ob_query_timeout = {milliseconds}000",),
    "starrocks": ("SET query_mem_limit = 1073741824", "SET query_timeout = {whole_seconds}"),
    "tidb": (
        "SET SESSION tidb_mem_quota_query = 1073741824",
        "SET SESSION max_execution_time = {milliseconds}",
        "KILL TIDB QUERY {number}",
    ),
}
"""Statements that only the product knows."""
OWN_TABLES: Mapping[str, tuple[str, ...]] = {
    "redshift": (
        "CREATE VIEW pg_catalog.svv_tables AS SELECT * FROM information_schema.tables",
        "CREATE VIEW pg_catalog.svv_columns AS SELECT * FROM information_schema.columns",
    )
}
"""Tables that only the product has, made of the standard's."""
SLOW = {"postgresql": "SELECT pg_sleep(60)", "mariadb": "SELECT sleep(60)"}

counter = itertools.count()


@dataclass(frozen=True)
class Shop:
    """A database with two tables, as a datasource of a kind that the server is not."""

    kind: str
    server: Server
    database: str

    @property
    def url(self) -> str:
        return (
            f"{self.kind}://{READER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.server.port}/{self.database}"
        )

    def source(self, user: str = READER, password: str = PASSWORD) -> Datasource:
        params = self.server.params(self.database, user) | {"password": hold(password)}
        return Datasource(0, "shop", self.kind, params)

    def connect(self, user: str = READER, password: str = PASSWORD) -> ServerConnection:
        connection = connect(self.source(user, password), Settings(home=Path()))
        assert isinstance(connection, ServerConnection)
        return connection

    def run(self, connection: ServerConnection, sql: str, seconds: float = 20.0):
        return connection.run(SafeSql(sql, self.kind), row_limit=10, seconds=seconds).rows


@pytest.fixture(params=sorted(FAMILIES))
def shop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    kind: str = request.param
    server: Server = request.getfixturevalue(FAMILIES[kind])
    dialect = find_dialect(kind)
    assert not dialect.is_tried
    found = Shop(kind, server, server.make_database(f"family_{next(counter)}"))
    server.execute(
        *(
            "CREATE TABLE customers (id INT PRIMARY KEY, country VARCHAR(20) NOT NULL)",
            "CREATE VIEW french AS SELECT id FROM customers WHERE country = 'France'",
            "INSERT INTO customers VALUES (1, 'France'), (2, 'Spain'), (3, 'France')",
        ),
        database=found.database,
    )
    if kind in OWN_TABLES:
        server.execute("SET allow_system_table_mods = on", *OWN_TABLES[kind], database=found.database)
    monkeypatch.setitem(dialects(), kind, without_own_statements(dialect))
    yield found
    close_all()


def without_own_statements(dialect: Dialect) -> Dialect:
    own = OWN_STATEMENTS.get(dialect.name, ())
    assert set(own) <= {*dialect.session, *dialect.begin, dialect.kill}
    return replace(
        dialect,
        session=tuple(each for each in dialect.session if each not in own),
        begin=tuple(each for each in dialect.begin if each not in own),
        kill="KILL QUERY {number}" if dialect.kill in own else dialect.kill,
    )


@pytest.mark.parametrize("kind", sorted(OWN_STATEMENTS))
def test_only_what_the_family_does_not_know_is_left_out(kind: str, request: pytest.FixtureRequest):
    server: Server = request.getfixturevalue(FAMILIES[kind])
    for statement in OWN_STATEMENTS[kind]:
        with pytest.raises(Exception, match=r"(?i)unknown|unrecognized|syntax"):
            server.execute(statement.format(whole_seconds=1, milliseconds=1000, number=0))


def test_a_question_is_answered_and_the_catalogue_is_read(shop: Shop, home: Path):
    chat = DbChat(home=home)
    schema = chat.schema(shop.source())
    customers, french = schema.table("customers"), schema.table("french")
    assert customers is not None
    assert french is not None
    assert [(each.name, each.nullable) for each in customers.columns] == [("id", False), ("country", False)]
    assert (len(schema.tables), customers.kind, french.kind) == (2, "table", "view")
    frame = chat.ask("how many customers per country?", shop.source()).frame
    assert sorted(map(tuple, frame.itertuples(index=False))) == [("France", 2), ("Spain", 1)]


def test_a_url_says_the_fields(shop: Shop, home: Path):
    frame = DbChat(home=home).ask("how many customers are there?", shop.url).frame
    assert frame.iloc[0, 0] == 3


def test_a_test_says_that_nobody_has_tried_the_kind(shop: Shop, home: Path):
    tested = DbChat(home=home).test(shop.source())
    assert tested.tables == 2
    assert tested.version
    assert any("nobody has tried" in note for note in tested.notes)


@pytest.mark.parametrize(
    "shop", ["cockroachdb", "gaussdb", "oceanbase", "opengauss", "redshift"], indirect=True
)
def test_a_session_that_only_reads_does_so_whoever_it_is(shop: Shop):
    connection = shop.connect(shop.server.admin, shop.server.admin_password)
    for _ in range(2):  # also in the session that was reset
        with pytest.raises(QueryFailed):
            shop.run(connection, "DELETE FROM customers")
    assert shop.server.execute("SELECT count(*) FROM customers", database=shop.database) == [(3,)]


def test_a_statement_is_cancelled_on_the_server(shop: Shop):
    connection = shop.connect()
    threading.Timer(0.5, connection.cancel).start()
    with pytest.raises(QueryCancelled):
        shop.run(connection, SLOW[shop.server.kind])
    assert shop.run(connection, "SELECT 41 + 1") == [(42,)]


def test_a_statement_that_takes_too_long_is_ended(shop: Shop):
    connection = shop.connect()
    with pytest.raises(QueryTimeout):
        shop.run(connection, SLOW[shop.server.kind], seconds=0.5)
    assert shop.run(connection, "SELECT 41 + 1") == [(42,)]


def test_many_rows_come_and_a_whole_result_is_poured_out(shop: Shop):
    many = {
        "postgresql": "SELECT a FROM generate_series(1, 25000) AS g(a)",
        "mariadb": "SELECT seq AS a FROM seq_1_to_25000",
    }
    connection, safe = shop.connect(), SafeSql(many[shop.server.kind], shop.kind)
    assert connection.run(safe, row_limit=None, seconds=20).count == 25_000
    assert sum(part.count for part in connection.pour(safe, seconds=20)) == 25_000


def test_a_server_that_knows_no_copy_of_a_query_is_not_asked_for_one():
    pytest.importorskip("pyarrow")
    from dbchat_magic.core.postgresql_columns import fetch_columns

    redshift = SimpleNamespace(info=SimpleNamespace(encoding="utf-8", server_version=80_002))
    assert fetch_columns(redshift, "SELECT 1", None) is None


@pytest.mark.parametrize("shop", ["redshift"], indirect=True)
def test_a_cursor_is_declared_in_words_that_every_server_of_the_family_knows(shop: Shop):
    """Redshift's whole grammar is DECLARE name CURSOR FOR query."""
    shop.server.execute(f"ALTER DATABASE {shop.database} SET log_statement = 'all'")
    shop.run(shop.connect(), "SELECT 'as written'")
    log = (shop.server.folder / "log").read_text(errors="replace")
    assert re.findall(": (DECLARE .*) FOR SELECT 'as written'", log) == ['DECLARE "dbchat" CURSOR']


def test_a_mistake_comes_with_the_servers_words(shop: Shop):
    connection = shop.connect()
    with pytest.raises(QueryFailed, match="nope"):
        shop.run(connection, "SELECT nope FROM customers")
    with contextlib.suppress(QueryFailed):
        shop.run(connection, "SELECT 1 +")
    assert shop.run(connection, "SELECT 41 + 1") == [(42,)]
