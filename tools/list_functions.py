"""Which functions a database has, and on which list of its dialect each stands.

    python tools/list_functions.py sqlite
    python tools/list_functions.py duckdb
    python tools/list_functions.py postgresql --url "host=127.0.0.1 user=reader dbname=shop"
    python tools/list_functions.py mariadb --url mysql://reader@127.0.0.1:3306

A server's address may stand in DBCHAT_LIST_URL instead. PostgreSQL and DuckDB tell which functions have no
side effects: those alone are listed, less the workings of operators, types and indexes. MariaDB has no such
mark: all are listed, from `information_schema.sql_functions` and the help tables (10.6 and later).

What is on no list is printed last: read its documentation, then put it into the dialect's file by hand, on
the harmless list or on the refused one with its reason. The lists are data; they do not follow the engine
that happens to be installed.
"""
# ruff: noqa: T201 - prints its findings

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import textwrap
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote, urlsplit

from dbchat_magic.dialects import Dialect, find_dialect


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("dialect", choices=sorted(CATALOGUES))
    parser.add_argument("--url", default=os.environ.get("DBCHAT_LIST_URL", ""), help="where a server is")
    arguments = parser.parse_args()
    dialect = find_dialect(arguments.dialect)
    version, names = CATALOGUES[dialect.name](arguments.url)
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
        "On no list": here - dialect.functions - dialect.fixed_arguments.keys() - refused,
    }


def read_sqlite(_url: str) -> tuple[str, list[str]]:
    with sqlite3.connect(":memory:") as connection:
        names = [name for (name,) in connection.execute("SELECT DISTINCT name FROM pragma_function_list")]
    return sqlite3.sqlite_version, names


def read_duckdb(_url: str) -> tuple[str, list[str]]:
    import duckdb

    with contextlib.closing(duckdb.connect()) as connection:
        rows = connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions()"
            " WHERE function_type IN ('scalar', 'aggregate', 'macro', 'window')"
            " AND NOT coalesce(has_side_effects, false) AND regexp_full_match(function_name, '[A-Za-z]\\w*')"
            " AND NOT regexp_matches(function_name, '^(icu_)?collate_')"
        ).fetchall()
    return duckdb.__version__, [name for (name,) in rows]


POSTGRESQL_FUNCTIONS = """
    SELECT proname FROM pg_proc p
    LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
    WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile IN ('i', 's') AND prokind IN ('f', 'a', 'w')
      AND NOT EXISTS (SELECT 1 FROM unnest(coalesce(proallargtypes, proargtypes::oid[])) a
                      WHERE a IN ('internal'::regtype, 'cstring'::regtype))
      AND prorettype NOT IN ('internal'::regtype, 'trigger'::regtype, 'cstring'::regtype,
                             'event_trigger'::regtype)
    GROUP BY 1
    HAVING bool_or(prokind IN ('a', 'w')) OR bool_or(coalesce(d.description, '') !~
      '^(implementation of|I/O|btree|hash|less-equal-greater|window RANGE|aggregate .*function|adjust .* to typmod'
      '|larger of|smaller of|internal|planner|restriction|join selectivity|SP-GiST|GiST|GIN|BRIN|statistics'
      '|\\(internal\\)|less than|greater than|equal|not equal)')
    ORDER BY 1
"""


def read_postgresql(url: str) -> tuple[str, list[str]]:
    import psycopg

    with psycopg.connect(url) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        names = [str(name) for (name,) in connection.execute(POSTGRESQL_FUNCTIONS).fetchall()]
    return str(version[0]) if version else "", names


MARIADB_FUNCTIONS = """
    SELECT function FROM information_schema.sql_functions
    UNION SELECT t.name FROM mysql.help_topic t JOIN mysql.help_category c USING (help_category_id)
    WHERE c.name LIKE '%functions%' AND t.name RLIKE '^[A-Za-z][A-Za-z0-9_]*$'
"""


def read_mariadb(url: str) -> tuple[str, list[str]]:
    import pymysql

    place = urlsplit(url)
    connection = pymysql.connect(
        host=place.hostname or "localhost",
        port=place.port or 3306,
        user=unquote(place.username or "root"),
        password=unquote(place.password or ""),
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        version = str(cursor.fetchall()[0][0])
        cursor.execute(MARIADB_FUNCTIONS)
        return version, [str(name) for (name,) in cursor.fetchall()]


CATALOGUES: Mapping[str, Callable[[str], tuple[str, list[str]]]] = {
    "sqlite": read_sqlite,
    "duckdb": read_duckdb,
    "postgresql": read_postgresql,
    "mariadb": read_mariadb,
}

if __name__ == "__main__":
    main()
