"""The corpus, and the throwaway databases that its statements assume."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.core.worker import DatabaseFile, WorkerConnection
from dbchat_magic.dialects import find_dialect

HERE = Path(__file__).parent
CANARY = "CANARY-7f3a"

DIALECTS = {"sqlite": "sqlite", "duckdb": "duckdb", "postgres": "postgresql", "mysql": "mariadb"}
"""The corpus' names of the databases, and ours."""

OWN_FUNCTIONS = ("city_label",)
"""The harmless functions that `setup_*.sql` makes."""

TABLES = (
    "customers",
    "products",
    "orders",
    "employees",
    "events",
    "words",
    "客户订单",
    "odd; DROP TABLE x",
    "v_order_totals",
)
MORE_TABLES = {
    "postgresql": ("mv_city", "v_bad"),
    "mariadb": ("seq_1_to_5", "seq_1_to_99999"),
}
NAMESPACES = {"duckdb": "main", "postgresql": "public", "mariadb": "sec_case"}


@dataclass(frozen=True)
class Case:
    """One statement of the corpus, for one database."""

    id: str
    sql: str
    must: str
    dialect: str
    """Our name of it."""
    kind: str

    @property
    def test_id(self) -> str:
        return f"{self.dialect}-{self.id}"


@cache
def read_cases(files: tuple[Path, ...] = (HERE / "attacks.jsonl", HERE / "more.jsonl")) -> tuple[Case, ...]:
    """Those for any database once for each."""
    found = []
    for file in files:
        for line in map(json.loads, file.read_text("utf-8").splitlines()):
            spoken = DIALECTS.values() if line["dialect"] == "any" else [DIALECTS[line["dialect"]]]
            found += [Case(line["id"], line["sql"], line["must"], own, line["kind"]) for own in spoken]
    return tuple(found)


def cases(must: str, *dialects: str) -> pytest.MarkDecorator:
    """Run a test with every case of this kind as `case`: of these dialects, else of all."""
    chosen = [
        case for case in read_cases() if case.must == must and (not dialects or case.dialect in dialects)
    ]
    return pytest.mark.parametrize("case", chosen, ids=[case.test_id for case in chosen])


@cache
def schema_of(dialect: str) -> Schema:
    """What `setup_*.sql` makes there, by name only."""
    namespace = NAMESPACES.get(dialect, "")
    names: Iterable[str] = (*TABLES, *MORE_TABLES.get(dialect, ()))
    return Schema(tuple(Table(name, (), schema=namespace) for name in names), dialect)


@dataclass(frozen=True)
class Target:
    """The folder that `@DIR@` stands for, with the SQLite database under attack in it."""

    folder: Path
    connection: WorkerConnection
    schema: Schema

    @property
    def database(self) -> Path:
        return self.folder / "target.db"

    def text(self, case: Case) -> str:
        return case.sql.replace("@DIR@", str(self.folder))

    def unguarded(self, case: Case) -> SafeSql:
        """The case as if the guard had let it through."""
        return SafeSql(self.text(case), "sqlite")

    def state(self) -> dict[str, bytes]:
        """All that a statement must leave as it is: every file of the folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "out").mkdir()
    (folder / "canary.txt").write_text(f"{CANARY},secret line\n", "utf-8")
    (folder / "people.csv").write_text(f"id,who\n1,{CANARY}\n2,bob\n", "utf-8")
    (folder / "people.json").write_text(f'[{{"id": 1, "who": "{CANARY}"}}]', "utf-8")
    (folder / "load.csv").write_text("1,2\n", "utf-8")
    make_database(folder / "target.db", (HERE / "setup_sqlite.sql").read_text("utf-8"))
    for name in ("other.db", "victim.db"):
        make_database(folder / name, f"CREATE TABLE secrets(k); INSERT INTO secrets VALUES('{CANARY}');")
    connection = WorkerConnection(DatabaseFile(find_dialect("sqlite"), folder / "target.db"))
    yield Target(folder, connection, read_tables(folder / "target.db"))
    connection.close()


def make_database(path: Path, script: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(script)


def read_tables(path: Path) -> Schema:
    with contextlib.closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        return Schema(tuple(Table(name, ()) for (name,) in found))
