"""1,000,000 rows of 8 mixed columns into pandas, from SQLite, DuckDB and PostgreSQL: by us and by others.

For each database the ways take turns, each time in a new process; medians are compared. "Best" is the quickest
way that keeps the types, as far as others have one. The targets: CPU and wall time at most 1.15 times the best
and at least 3.5 times less than JupySQL's and pandas.read_sql's on SQLite and PostgreSQL; memory at most 1.6
times the best.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from peers import peers_python

ROOT = Path(__file__).parents[1]
SQL = "SELECT * FROM t"
WAYS = {
    "sqlite": ("ours", "adbc", "read_sql", "jupysql"),
    "duckdb": ("ours", "arrow", "jupysql"),
    "postgresql": ("ours", "adbc", "read_sql", "jupysql"),
}
BEST = {"sqlite": "adbc", "duckdb": "arrow", "postgresql": "adbc"}

ROWS = (
    "SELECT i AS id, CASE WHEN i % 10 > 0 THEN i * 7919 % 10000 END AS customer,"
    " CASE i % 5 WHEN 0 THEN 'Germany' WHEN 1 THEN 'France' WHEN 2 THEN 'Brazil' WHEN 3 THEN '日本' ELSE 'Norway' END"
    " AS country, 'name ' || (i * 104729 % 1000003) AS name, i * 7919 % 10007 / 7.0 AS price, i % 9 AS quantity"
)
MAKE = {
    "sqlite": f"CREATE TABLE t AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT {{count}})"
    f" {ROWS}, datetime('2020-01-01', i || ' minutes') AS day, i * 31 % 100000 / 100.0 AS amount FROM r",
    "duckdb": f"CREATE TABLE t AS {ROWS}, TIMESTAMP '2020-01-01' + to_minutes(i) AS day,"
    " (i * 31 % 100000 / 100.0)::DECIMAL(10, 2) AS amount FROM range(1, {count} + 1) r(i)",
    "postgresql": f"CREATE TABLE t AS {ROWS.replace('/ 7.0', '/ 7.0::float8')},"
    " timestamp '2020-01-01' + i * interval '1 minute' AS day,"
    " (i * 31 % 100000 / 100.0)::numeric(10, 2) AS amount FROM generate_series(1, {count}::bigint) i",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=WAYS, help="one database")
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for kind in [options.only] if options.only else WAYS:
            place = stack.enter_context(make(kind, Path(folder), options.rows))
            missed += report(kind, run(kind, place, options.rounds, options.rows))
    return int(missed > 0)


@contextlib.contextmanager
def make(kind: str, folder: Path, count: int) -> Iterator[str]:
    """The table, and where it is."""
    statement = MAKE[kind].format(count=count)
    path = folder / f"t.{kind}"
    if kind == "sqlite":
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(statement)
        yield str(path)
    elif kind == "duckdb":
        import duckdb

        with duckdb.connect(str(path)) as owned:
            owned.execute(statement)
        yield str(path)
    else:
        sys.path.insert(0, str(ROOT))
        from tests.servers import run_postgresql

        with run_postgresql() as server:
            database_name = server.make_database("fetch")
            server.execute(statement, "ANALYZE t", database=database_name)
            yield json.dumps(server.params(database_name))


def run(kind: str, place: str, rounds: int, count: int) -> dict[str, dict[str, float]]:
    """The medians of each way."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS[kind]}
    for _ in range(rounds):
        for way, measured in found.items():
            measured.append(fetch(way, kind, place))
            assert measured[-1]["rows"] == count, (way, measured[-1])
    return {
        way: {what: statistics.median(each[what] for each in measured) for what in ("wall", "cpu", "peak")}
        for way, measured in found.items()
    }


def fetch(way: str, kind: str, place: str) -> dict[str, float]:
    python = sys.executable if way == "ours" else peers_python()
    environment = os.environ | ({"PYTHONPATH": str(ROOT)} if way == "ours" else {})
    ended = subprocess.run(
        [python, str(Path(__file__).with_name("fetch_ways.py")), way, kind, place, SQL],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{way} on {kind}: {ended.stderr[-2000:]}")
    measured: dict[str, float] = json.loads(ended.stdout.strip().splitlines()[-1])
    return measured


def report(kind: str, found: dict[str, dict[str, float]]) -> int:
    """Print the figures; how many targets are missed."""
    best = found[BEST[kind]]
    print(f"{kind:<12}{'wall':>8}{'CPU':>8}{'MB':>8}   relative to {BEST[kind]}: wall, CPU, memory")
    for way, measured in found.items():
        ratios = "".join(f"{measured[what] / best[what]:8.2f}" for what in ("wall", "cpu", "peak"))
        print(
            f"  {way:<10}{measured['wall']:8.2f}{measured['cpu']:8.2f}{measured['peak']:8.0f}   {ratios}",
            flush=True,
        )
    ours = found["ours"]
    missed = [
        what
        for what, most in (("wall", 1.15), ("cpu", 1.15), ("peak", 1.6))
        if ours[what] > most * best[what]
    ]
    for other in ("read_sql", "jupysql"):
        if other in found and kind != "duckdb":
            times = {what: found[other][what] / ours[what] for what in ("wall", "cpu")}
            print(
                f"  {other} takes {times['wall']:.1f} times our wall time, {times['cpu']:.1f} times our CPU time"
            )
            missed += [f"{other} {what}" for what, ratio in times.items() if ratio < 3.5]
    print(f"  targets missed: {', '.join(missed) or 'none'}", flush=True)
    return len(missed)


if __name__ == "__main__":
    raise SystemExit(main())
