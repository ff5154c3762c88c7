"""One way of fetching a table into pandas, in a process of its own: prints wall time, CPU time and peak memory.

Started by `fetch.py`, with the Python that has what it needs. CPU and memory are those of this process and of
whatever it has started, together; each way is warm: it has imported what it needs and fetched a few rows.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Way = Callable[[str], Any]
SMALL = "SELECT * FROM t WHERE id <= 10"


def measure(way: Way, sql: str) -> dict[str, float]:
    way(SMALL)
    cpu, start = cpu_seconds(), time.perf_counter()
    frame = way(sql)
    wall = time.perf_counter() - start
    spent = cpu_seconds() - cpu
    return {"wall": wall, "cpu": spent, "peak": peak_megabytes(), "rows": len(frame)}


def processes() -> list[int]:
    """The numbers of this process and of its children."""
    me = os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
    return [me, *map(int, children)]


def cpu_seconds() -> float:
    ticks = 0
    for process in processes():
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_megabytes() -> float:
    kilobytes = 0
    for process in processes():
        status = Path(f"/proc/{process}/status").read_text()
        kilobytes += int(re.findall(r"VmHWM:\s+(\d+)", status)[0])
    return kilobytes / 1024


# ------------------------------------------------------------------------------------------- the ways


def ours(kind: str, place: str) -> Way:
    from dbchat_magic.core.connect import connect
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.execute import execute
    from dbchat_magic.core.guard import check
    from dbchat_magic.core.settings import Settings

    params = {"path": place} if kind != "postgresql" else json.loads(place)
    connection = connect(Datasource(0, "x", kind, params), Settings(home=Path("/nowhere")))
    limit = 10_000_000  # as `-n 10000000` asks for

    def fetch(sql: str) -> Any:
        return execute(connection, check(sql, kind), limit, 600).frame

    fetch("SELECT * FROM t")  # the worker has loaded what it fetches with
    return fetch


def adbc(kind: str, place: str) -> Way:
    """Arrow by ADBC, then pandas; PostgreSQL's decimals, which come as texts, made numbers."""
    import pyarrow as pa

    driver: Any = importlib.import_module(f"adbc_driver_{kind}.dbapi")
    connection = driver.connect(f"file:{place}?mode=ro" if kind == "sqlite" else url(json.loads(place)))

    def fetch(sql: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            table = cursor.fetch_arrow_table()
        for at, field in enumerate(table.schema):
            if isinstance(field.type, pa.BaseExtensionType):
                texts = pa.chunked_array(
                    [chunk.storage for chunk in table.column(at).chunks], field.type.storage_type
                )
                table = table.set_column(at, field.name, texts.cast(pa.float64()))
        return to_pandas(table)

    return fetch


def arrow(kind: str, place: str) -> Way:
    """DuckDB's own Arrow, then pandas; decimals made numbers by Arrow."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect(place, read_only=True)

    def fetch(sql: str) -> Any:
        relation = connection.sql(sql)
        table = (getattr(relation, "to_arrow_table", None) or relation.arrow)()
        for at, field in enumerate(table.schema):
            if pa.types.is_decimal(field.type):
                table = table.set_column(at, field.name, table.column(at).cast(pa.float64()))
        return to_pandas(table)

    return fetch


def to_pandas(table: Any) -> Any:
    """Whole numbers stay whole where some are missing."""
    import pandas as pd
    import pyarrow as pa

    whole = {
        pa.int8(): pd.Int8Dtype(),
        pa.int16(): pd.Int16Dtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.int64(): pd.Int64Dtype(),
    }
    return table.to_pandas(types_mapper=whole.get)


def read_sql(kind: str, place: str) -> Way:
    import pandas as pd
    import sqlalchemy

    engine = sqlalchemy.create_engine(sqlalchemy_url(kind, place))
    return lambda sql: pd.read_sql(sql, engine)


def jupysql(kind: str, place: str) -> Way:
    import warnings

    from IPython.core.interactiveshell import InteractiveShell

    warnings.simplefilter("ignore")
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "sql")
    shell.run_line_magic("config", "SqlMagic.autopandas = True")
    shell.run_line_magic("config", "SqlMagic.feedback = 0")
    shell.run_line_magic("sql", sqlalchemy_url(kind, place))
    return lambda sql: shell.run_line_magic("sql", sql)


def sqlalchemy_url(kind: str, place: str) -> str:
    if kind == "postgresql":
        return url(json.loads(place)).replace("postgresql://", "postgresql+psycopg://")
    return f"{kind}:///{place}"


def url(params: dict[str, Any]) -> str:
    from urllib.parse import quote

    password = quote(params["password"], safe="")
    return f"postgresql://{params['user']}:{password}@{params['host']}:{params['port']}/{params['database']}"


WAYS: dict[str, Callable[[str, str], Way]] = {
    "ours": ours,
    "adbc": adbc,
    "arrow": arrow,
    "read_sql": read_sql,
    "jupysql": jupysql,
}

if __name__ == "__main__":
    name, kind, place, sql = sys.argv[1:]
    print("\n" + json.dumps(measure(WAYS[name](kind, place), sql)), flush=True)
    os._exit(0)  # what others print at their end is not asked for
