"""Which functions a database has, and on which list of its dialect each stands.

    python tools/list_functions.py sqlite

What is on no list is printed last: read its documentation, then put it into the dialect's file by hand, on
the harmless list or on the refused one with its reason. The lists are data; they do not follow the engine
that happens to be installed.
"""
# ruff: noqa: T201 - prints its findings

from __future__ import annotations

import argparse
import sqlite3
import textwrap
from collections.abc import Callable, Iterable, Mapping

from dbchat_magic.dialects import Dialect, find_dialect


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("dialect", choices=sorted(CATALOGUES))
    dialect = find_dialect(parser.parse_args().dialect)
    version, names = CATALOGUES[dialect.name]()
    print(f"{dialect.label} {version} has {len(names)} functions.\n")
    for title, listed in sort_names(dialect, names).items():
        print(f"{title} ({len(listed)})")
        print(textwrap.fill(" ".join(sorted(listed)), 106, initial_indent="    ", subsequent_indent="    "))


def sort_names(dialect: Dialect, names: Iterable[str]) -> dict[str, set[str]]:
    here = {name.lower() for name in names}
    refused = set(dialect.forbidden_functions)
    return {
        "Harmless, and here": here & dialect.functions,
        "Harmless, and not here": set(dialect.functions) - here,
        "Refused, and here": here & refused,
        "On no list": here - dialect.functions - refused,
    }


def read_sqlite() -> tuple[str, list[str]]:
    with sqlite3.connect(":memory:") as connection:
        names = [name for (name,) in connection.execute("SELECT DISTINCT name FROM pragma_function_list")]
    return sqlite3.sqlite_version, names


CATALOGUES: Mapping[str, Callable[[], tuple[str, list[str]]]] = {"sqlite": read_sqlite}

if __name__ == "__main__":
    main()
