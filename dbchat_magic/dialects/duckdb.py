"""DuckDB: a file, run in the worker."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.dialects.duckdb_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

DUCKDB = Dialect(
    name="duckdb",
    label="DuckDB",
    sqlglot="duckdb",
    parameters=(
        Parameter("path", "File", type="path", required=True, description="An existing DuckDB file."),
    ),
    url_schemes=("duckdb",),
    suffixes=(".duckdb", ".ddb"),
    magic_bytes=((8, b"DUCK"),),
    driver="duckdb",
    extra="duckdb",
    embedded=True,
    url_parameters={"database": "path"},
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    format_functions=frozenset({"format", "printf"}),
    table_functions=TABLE_FUNCTIONS,
    function_qualifiers=None,  # what stands there may be a value: name.upper()
    system_tables=SYSTEM_TABLES,
    system_prefixes=("duckdb_", "pg_", "pragma_", "sqlite_"),
    system_qualifiers=frozenset({"information_schema", "pg_catalog", "system", "temp"}),
    forbidden_tables=FORBIDDEN_TABLES,
    default_qualifiers=frozenset({"main"}),
    catalogs=frozenset({"memory"}),
    file_names=r"[/\\*?\[\]:.]",
    prefixes=(("EXPLAIN",), ("DESCRIBE",), ("DESC",), ("SUMMARIZE",)),
    beginnings=frozenset({"FROM", "PIVOT", "TABLE", "UNPIVOT"}),
    plain_statements=(
        "DESC {table}",
        "DESCRIBE",
        "DESCRIBE {table}",
        "SHOW ALL TABLES",
        "SHOW DATABASES",
        "SHOW SCHEMAS",
        "SHOW TABLES",
        "SHOW TABLES FROM {schema}",
        "SHOW {table}",
        "SUMMARIZE {table}",
    ),
    nodes=frozenset({"CurrentRole", "Describe", "Summarize"}),
    roots=frozenset({"Pivot"}),
)
