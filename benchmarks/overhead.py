"""What `%dbchat --sql` adds to a small query, statement seen before, over the driver and pandas by hand.

The targets, medians: at most 1 ms on SQLite and 5 ms on DuckDB, whatever the statement's length; JupySQL's
`%sql` is measured beside it. All in one run, the ways taking turns.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import peers_python

TARGETS = {"sqlite": 1.0, "duckdb": 5.0}
SHORT = "SELECT id, name, price FROM t WHERE id <= 20"
LONG = (
    "SELECT id, name, price FROM t WHERE id <= 20 AND ("
    + " OR ".join(f"(name = 'name {n}' AND price > {n} / 3.0)" for n in range(40))
    + " OR id > 0)"
)
"""1.6 kB."""

CHILD = """
import json, statistics, sys, time
from IPython.core.interactiveshell import InteractiveShell

way, kind, path, sql, rounds = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
shell = InteractiveShell.instance()
import pandas as pd
if kind == "sqlite":
    import sqlite3
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    def by_hand():
        cursor = connection.execute(sql)
        return pd.DataFrame(cursor.fetchall(), columns=[column[0] for column in cursor.description])
else:
    import duckdb
    def connect():
        return duckdb.connect(path, read_only=True)
    connection = connect() if way != "jupysql" else None
    def by_hand():
        return connection.execute(sql).df()
if way == "ours":
    shell.run_line_magic("load_ext", "dbchat_magic")
    shell.run_line_magic("dbsource", f"add bench {path}")
    def asked():
        return shell.run_line_magic("dbchat", f"-q -s -d bench {sql}")
else:
    shell.run_line_magic("load_ext", "sql")
    shell.run_line_magic("config", "SqlMagic.autopandas = True")
    shell.run_line_magic("config", "SqlMagic.feedback = 0")
    shell.run_line_magic("sql", f"{kind}:///{path}")
    def asked():
        return shell.run_line_magic("sql", sql)
    if kind == "duckdb":
        by_hand = None

def timed(call):
    time.sleep(0.005)  # as at a keyboard: what happens after a value is returned has its time, and nothing is warm
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000

taken = {"asked": [], "by hand": []}
for _ in range(rounds + 5):
    taken["asked"].append(timed(asked))
    if by_hand is not None:
        taken["by hand"].append(timed(by_hand))
print(json.dumps({name: statistics.median(times[5:]) for name, times in taken.items() if times}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        paths = make(Path(folder))
        for kind, path in paths.items():
            for length, sql in (("short", SHORT), ("1.6 kB", LONG)):
                ours = run("ours", kind, path, sql, rounds, folder)
                theirs = run("jupysql", kind, path, sql, max(rounds // 5, 5), folder)
                by_hand = ours["by hand"]
                added = ours["asked"] - by_hand
                missed |= added > TARGETS[kind]
                print(
                    f"{kind:<8}{length:<8} by hand {by_hand:6.2f} ms; we add {added:6.2f} ms"
                    f" (target {TARGETS[kind]:g}); JupySQL adds {theirs['asked'] - by_hand:6.2f} ms",
                    flush=True,
                )
    return int(missed)


def make(folder: Path) -> dict[str, str]:
    rows = "SELECT i AS id, 'name ' || i AS name, i / 7.0 AS price FROM r"
    numbers = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 1000)"
    paths = {"sqlite": str(folder / "t.db"), "duckdb": str(folder / "t.duckdb")}
    with contextlib.closing(sqlite3.connect(paths["sqlite"])) as database, database:
        database.execute(f"CREATE TABLE t AS {numbers} {rows}")
    import duckdb

    with duckdb.connect(paths["duckdb"]) as owned:
        owned.execute(f"CREATE TABLE t AS {numbers} {rows}")
    return paths


def run(way: str, kind: str, path: str, sql: str, rounds: int, home: str) -> dict[str, float]:
    python = sys.executable if way == "ours" else peers_python()
    environment = os.environ | {"IPYTHONDIR": home, "DBCHAT_HOME": str(Path(home) / f"{kind}-{len(sql)}")}
    if way == "ours":
        environment |= {"PYTHONPATH": str(Path(__file__).parents[1])}
    ended = subprocess.run(
        [python, "-c", CHILD, way, kind, path, sql, str(rounds)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])
    said = [line for line in ended.stdout.splitlines() if line.startswith("{")]  # others say goodbye, too
    measured: dict[str, float] = json.loads(said[-1])
    return measured


if __name__ == "__main__":
    raise SystemExit(main())
