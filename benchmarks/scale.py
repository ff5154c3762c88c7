"""The same questions of the same tables, in a DuckDB file on this computer and on a Spark Connect server.

What is asked is pushed down as one statement; what comes back is counted. Spark runs here with two threads, started
from the pyspark package: the figures show what a question costs beyond its work, not what a cluster can do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "how many orders are there?",
    "how many orders per country?",
    "average price per country",
    "how many customers per country?",
    "orders with a price over 9.9",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    if find_spec("pyspark") is None:
        parser.error("pyspark is not installed here: pip install -e '.[spark]'; it needs Java 17, too")
    sys.path.insert(0, str(ROOT))
    from dbchat_magic import DbChat
    from tests.spark_server import run_spark

    with tempfile.TemporaryDirectory() as home, run_spark() as spark:
        chat = DbChat(home=home)
        chat.datasources.add(name="laptop", type="duckdb", path=str(make_duckdb(Path(home), rows)))
        make_spark(spark.port, rows)
        chat.datasources.add(name="cluster", type="spark", host="127.0.0.1", port=spark.port)
        for name in ("laptop", "cluster"):
            start = time.perf_counter()
            chat.schema(name)
            print(
                f"{name}: connecting and reading the schema {time.perf_counter() - start:.1f} s", flush=True
            )
        different = 0
        print(f"{'question':<40}{'rows back':>10}{'laptop':>10}{'cluster':>10}   same rows")
        for question in QUESTIONS:
            found = {name: ask(chat, question, name) for name in ("laptop", "cluster")}
            same = rows_of(found["laptop"]) == rows_of(found["cluster"])
            different += not same
            times = "".join(f"{answer.seconds * 1000:7.0f} ms" for answer in found.values())
            print(f"{question:<40}{len(found['cluster'].frame):>10}{times}   {same}", flush=True)
    return int(different > 0)


def ask(chat: Any, question: str, name: str) -> Any:
    chat.ask(question, name, model="offline")
    return chat.ask(question, name, model="offline")


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    rows = answer.frame.round(6).astype("string").fillna("").itertuples(index=False, name=None)
    return sorted(rows)[:5] if answer.truncated else sorted(rows)


def make_duckdb(folder: Path, rows: int) -> Path:
    import duckdb

    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute(
            "CREATE TABLE customers AS SELECT i AS id, 'name ' || i AS name, 'c' || (i % 7) AS country"
            " FROM range(1000) r(i)"
        )
        database.execute(
            "CREATE TABLE orders AS SELECT i AS id, (i * 7919) % 1000 AS customer_id, 'c' || (i % 5) AS country,"
            f" ((i * 31) % 1000 / 100.0)::DECIMAL(10, 2) AS price FROM range({rows}) r(i)"
        )
    return path


def make_spark(port: int, rows: int) -> None:
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    owner = builder.remote(f"sc://127.0.0.1:{port}").create()
    owner.sql(
        "CREATE TABLE customers USING parquet AS SELECT id, concat('name ', id) AS name, concat('c', id % 7) AS country"
        " FROM range(1000)"
    ).collect()
    owner.sql(
        "CREATE TABLE orders USING parquet AS SELECT id, (id * 7919) % 1000 AS customer_id, concat('c', id % 5) AS country,"
        f" cast((id * 31) % 1000 / 100.0 AS DECIMAL(10, 2)) AS price FROM range({rows})"
    ).collect()
    owner.stop()  # else it looks for the server when that has gone


if __name__ == "__main__":
    raise SystemExit(main())
