"""Targets: one throwaway database of each kind, as an attacker finds it and as its owner sees it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dbchat_magic.core.connect import Rows, close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.settings import Settings
from tests.attacks.conftest import CANARY, HERE, Case, make_database
from tests.servers import PASSWORD, Server

TABLES = ("customers", "products", "orders", "employees", "events", "words", "客户订单", "odd; DROP TABLE x")


@dataclass(frozen=True)
class SessionTarget:
    """A database under attack through one of our sessions."""

    kind: str
    folder: Path
    """What `@DIR@` stands for."""
    source: Datasource
    look: Callable[[], object]
    """All of the database that a statement must leave as it is, as its owner sees it."""
    as_owner: Callable[[str], object]
    """Run a statement that may do everything."""

    def run(self, sql: str, seconds: float = 5.0, row_limit: int | None = 10) -> Rows:
        """Run a statement as if the guard had let it through."""
        connection = connect(self.source, Settings(home=Path()))
        return connection.run(SafeSql(sql, self.kind), row_limit=row_limit, seconds=seconds)

    def text(self, case: Case) -> str:
        return case.sql.replace("@DIR@", str(self.folder))

    def state(self) -> object:
        """The database, and every file of the folder."""
        files = {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
        return self.look(), files


def fill_folder(folder: Path) -> None:
    """The files that the corpus speaks of."""
    (folder / "out").mkdir()
    (folder / "canary.txt").write_text(f"{CANARY},secret line\n", "utf-8")
    (folder / "people.csv").write_text(f"id,who\n1,{CANARY}\n2,bob\n", "utf-8")
    (folder / "people.json").write_text(f'[{{"id": 1, "who": "{CANARY}"}}]', "utf-8")
    (folder / "load.csv").write_text("1,2\n", "utf-8")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777)


def sum_of(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


@contextlib.contextmanager
def attack_sqlite(folder: Path) -> Iterator[SessionTarget]:
    fill_folder(folder)
    path = folder / "target.db"
    make_database(path, (HERE / "setup_sqlite.sql").read_text("utf-8"))
    for name in ("other.db", "victim.db"):
        make_database(folder / name, f"CREATE TABLE secrets(k); INSERT INTO secrets VALUES('{CANARY}');")

    def as_owner(sql: str) -> None:
        with contextlib.closing(sqlite3.connect(path)) as owned, owned:
            owned.execute(sql)

    source = Datasource(0, "x", "sqlite", {"path": str(path)})
    yield SessionTarget("sqlite", folder, source, lambda: None, as_owner)


@contextlib.contextmanager
def attack_duckdb(folder: Path) -> Iterator[SessionTarget]:
    fill_folder(folder)
    path = folder / "target.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute((HERE / "setup_duckdb.sql").read_text("utf-8"))
    with duckdb.connect(str(folder / "other.duckdb")) as database:
        database.execute(f"CREATE TABLE secrets(k VARCHAR); INSERT INTO secrets VALUES('{CANARY}')")

    # The file of the database is among those of the folder: there is nothing else to look at.
    def as_owner(sql: str) -> None:
        close_all()  # the worker may still hold the file
        with duckdb.connect(str(path)) as owned:
            owned.execute(sql)

    source = Datasource(0, "x", "duckdb", {"path": str(path)})
    yield SessionTarget("duckdb", folder, source, lambda: None, as_owner)


def source_of(server: Server, database: str, user: str) -> Datasource:
    params = server.params(database, user, hold(PASSWORD))
    return Datasource(0, "x", server.kind, params)


def owner_of(server: Server) -> Callable[[str], object]:
    return lambda sql: server.execute(sql, database="sec_case")


@contextlib.contextmanager
def attack_postgresql(server: Server, folder: Path) -> Iterator[SessionTarget]:
    fill_folder(folder)
    server.execute("CREATE DATABASE sec_case", f"CREATE ROLE sec_ro LOGIN PASSWORD '{PASSWORD}'")
    script = (HERE / "setup_postgres.sql").read_text("utf-8").replace("@DIR@", str(folder))
    server.execute(script, database="sec_case")
    sums = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"
        for name in TABLES
    )
    looks = (
        sums,
        "SELECT count(*) FROM pg_class",
        "SELECT count(*) FROM pg_proc",
        "SELECT rolname, rolsuper FROM pg_roles ORDER BY 1",
        "SELECT last_value FROM order_seq",
        "SELECT loid, md5(data) FROM pg_largeobject ORDER BY 1",
        "SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting",
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
    )

    def look() -> object:
        with contextlib.closing(server.connect("sec_case", server.admin, server.admin_password)) as owner:
            return [owner.execute(sql).fetchall() for sql in looks]

    yield SessionTarget("postgresql", folder, source_of(server, "sec_case", "sec_ro"), look, owner_of(server))
    server.execute("DROP DATABASE sec_case WITH (FORCE)", "DROP ROLE sec_ro")


@contextlib.contextmanager
def attack_mariadb(server: Server, folder: Path) -> Iterator[SessionTarget]:
    fill_folder(folder)
    server.execute(
        "CREATE DATABASE sec_case CHARACTER SET utf8mb4",
        f"CREATE USER sec_ro@'%' IDENTIFIED BY '{PASSWORD}'",
        "GRANT SELECT, EXECUTE, SHOW VIEW ON sec_case.* TO sec_ro@'%'",
    )
    script = (HERE / "setup_mariadb.sql").read_text("utf-8").replace("@DIR@", str(folder))
    server.execute(*statements_of(script), database="sec_case")
    looks = (
        *(f"SELECT * FROM `{name}` ORDER BY 1" for name in TABLES),
        "SELECT count(*) FROM information_schema.tables",
        "SELECT count(*) FROM information_schema.routines",
        "SELECT user, host FROM mysql.global_priv ORDER BY 1, 2",
        "SELECT next_not_cached_value FROM order_seq",
        "SELECT @@global.max_connections, @@global.general_log, @@global.read_only",
    )

    def look() -> object:
        with contextlib.closing(server.connect("sec_case", server.admin, server.admin_password)) as owner:
            cursor: Any = owner.cursor()
            found = []
            for sql in looks:
                cursor.execute(sql)
                found.append(sum_of(cursor.fetchall()))
            return found

    yield SessionTarget("mariadb", folder, source_of(server, "sec_case", "sec_ro"), look, owner_of(server))
    server.execute("DROP DATABASE sec_case", "DROP USER sec_ro@'%'")


@contextlib.contextmanager
def attack_all(folder: Path, postgresql: Server, mariadb: Server) -> Iterator[dict[str, SessionTarget]]:
    """A target of each kind, by its name."""
    with contextlib.ExitStack() as stack:
        targets = [
            stack.enter_context(attack_sqlite(new_folder(folder / "sqlite"))),
            stack.enter_context(attack_duckdb(new_folder(folder / "duckdb"))),
            # Where the server itself may read and write.
            stack.enter_context(attack_postgresql(postgresql, new_folder(postgresql.folder / "attacked"))),
            stack.enter_context(attack_mariadb(mariadb, new_folder(mariadb.folder / "attacked"))),
        ]
        try:
            yield {target.kind: target for target in targets}
        finally:
            close_all()
    for server in (postgresql, mariadb):
        shutil.rmtree(server.folder / "attacked", ignore_errors=True)


def new_folder(path: Path) -> Path:
    path.mkdir()
    return path


def statements_of(script: str) -> list[str]:
    """One statement a line; comments are lines of their own."""
    lines = (line.strip() for line in script.splitlines())
    return [line.rstrip(";") for line in lines if line and not line.startswith("--")]
