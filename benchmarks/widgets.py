"""How long a datasource manager over 5,000 tables takes to open, to show its tables, and to search them.

The database is made here; what is measured is the kernel's part: the front end draws a list of 100 names.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

TABLES, COLUMNS = 5_000, 12
SEARCHES = ("o", "order", "column_7", "order 4999", "t4321_column_3", "nothing is called so")


def main() -> None:
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DBCHAT_HOME"] = folder
        path = make_database(Path(folder) / "large.sqlite", tables)
        measure(path, tables)


def make_database(path: Path, tables: int) -> Path:
    columns = ", ".join(f"t{{n}}_column_{at} TEXT" for at in range(COLUMNS))
    with sqlite3.connect(path) as connection:
        for n in range(tables):
            connection.execute(f"CREATE TABLE orders_{n} (id INTEGER PRIMARY KEY, {columns.format(n=n)})")
    connection.close()
    return path


def measure(path: Path, tables: int) -> None:
    import ipywidgets

    import dbchat_magic
    from dbchat_magic.core.connect import close_all
    from dbchat_magic.jupyter.notebook import DbChat
    from dbchat_magic.jupyter.widgets.manager import DatasourceManager

    source = dbchat_magic.DbChat().datasources.add("large", "sqlite", path=path)
    settings = DbChat()
    manager, opened = timed(lambda: DatasourceManager(settings))
    print(f"opens in {1000 * opened:,.0f} ms")

    listed = find(manager, "Datasources")

    def choose() -> None:
        listed.value = source.id
        manager.wait(300)

    for words in ("read for the first time", "known"):
        listed.value = None
        print(f"{tables:,} tables, {words}: shown after {1000 * timed(choose)[1]:,.0f} ms")
    search, found = find(manager, "Search"), find(manager, "Tables")
    for words in SEARCHES:
        taken = []
        for _ in range(7):
            search.value = ""
            taken.append(timed(partial(setattr, search, "value", words))[1])
        print(f"search {words!r}: {1000 * statistics.median(taken):.1f} ms, {len(found.options)} listed")
    ipywidgets.Widget.close_all()
    close_all()


def find(widget: Any, label: str) -> Any:
    """The control of this label."""
    controls = [widget]
    for each in controls:
        controls += getattr(each, "children", ())
    return next(each for each in controls if getattr(each, "description", "") == label)


def timed(step: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    value = step()
    return value, time.perf_counter() - started


if __name__ == "__main__":
    main()
