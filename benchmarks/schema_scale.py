"""How long a schema of many tables takes to read, against raw catalogue queries and reading table by table.

    python benchmarks/schema_scale.py [--tables 1000] [--columns 20]

A PostgreSQL server of its own (the tests' one) is filled with tables, keys and comments. Printed, as ratios in
one run: the cold read of tables, columns, keys and comments; one information_schema query for all columns,
fetched raw; SQLAlchemy's inspector table by table; and the warm start from the cache on the disk, also for ten
times as many tables.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.schema import Table, read_tables
from dbchat_magic.core.schema_cache import SchemaCache
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.settings import Settings
from tests.servers import PASSWORD, READER, Server, run_postgresql

ROUNDS = 5
RAW = "SELECT table_schema, table_name, column_name, data_type, is_nullable FROM information_schema.columns"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--columns", type=int, default=20)
    arguments = parser.parse_args()
    with run_postgresql() as server, tempfile.TemporaryDirectory() as home:
        server.make_database("big")
        fill(server, arguments.tables, arguments.columns)
        measure(server, Path(home), arguments.tables)


def fill(server: Server, tables: int, columns: int) -> None:
    """Tables with a primary key, comments, and a foreign key to the table before."""
    for start in range(0, tables, 100):
        statements = []
        for number in range(start, min(start + 100, tables)):
            listed = ", ".join(f"c{at} varchar(40)" for at in range(columns - 2))
            target = f" REFERENCES t{number - 1} (id)" if number else ""
            statements.append(f"CREATE TABLE t{number} (id int PRIMARY KEY, parent int{target}, {listed})")
            statements.append(f"COMMENT ON TABLE t{number} IS 'table {number}'")
            statements.append(f"COMMENT ON COLUMN t{number}.c0 IS 'column of table {number}'")
        server.execute(";".join(statements), database="big")


def measure(server: Server, home: Path, tables: int) -> None:
    params = {**server.params("big"), "password": hold(PASSWORD)}
    source = Datasource(0, "big", "postgresql", params)
    connection = connect(source, Settings(home=home))
    cache = SchemaCache(home)
    cache.get(source, connection)

    def raw() -> None:
        plain = server.connect("big", READER, PASSWORD)
        plain.execute(RAW).fetchall()
        plain.close()

    found = read_tables(connection)
    assert len(found) == tables
    steps: dict[str, Callable[[], object]] = {
        "one information_schema query": raw,
        "cold read": lambda: read_tables(connection),
        "warm start from the disk": lambda: SchemaCache(home)._tables_on_disk(
            *written(cache, source, connection)
        ),
    }
    seconds = {name: best(step) for name, step in steps.items()}
    seconds["inspector, table by table"] = best(lambda: inspect_by_table(server), 1)
    seconds["warm start, ten times as many"] = best(lambda: many(home, source, found), 3)
    unit = seconds["one information_schema query"]
    for name, taken in seconds.items():
        print(f"{name:32} {taken * 1000:9.1f} ms  {taken / unit:7.2f}")
    close_all()


def written(cache: SchemaCache, source: Datasource, connection: object) -> tuple[str, str]:
    known = next(iter(cache._known.items()))
    return known[0], known[1].fingerprint


def many(home: Path, source: Datasource, tables: tuple[Table, ...]) -> None:
    big = SchemaCache(home / "many")
    if not (home / "many").exists():
        ten = [replace(table, name=f"{table.name}_{copy}") for copy in range(10) for table in tables]
        big._write("many", "now", ten)
    started = time.perf_counter()
    assert big._tables_on_disk("many", "now") is not None
    Taken.last = time.perf_counter() - started


class Taken:
    last: float | None = None


def inspect_by_table(server: Server) -> None:
    from sqlalchemy import URL, create_engine, inspect

    url = URL.create("postgresql+psycopg", READER, PASSWORD, server.host, server.port, "big")
    engine = create_engine(url)
    inspector = inspect(engine)
    for name in inspector.get_table_names():
        inspector.get_columns(name)
        inspector.get_pk_constraint(name)
        inspector.get_foreign_keys(name)
        inspector.get_table_comment(name)
    engine.dispose()


def best(step: Callable[[], object], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        Taken.last = None
        started = time.perf_counter()
        step()
        taken.append(Taken.last or time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
