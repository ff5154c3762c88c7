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
    table_functions=TABLE_FUNCTIONS,
    system_tables=SYSTEM_TABLES,
    forbidden_tables=FORBIDDEN_TABLES,
)
