"""Trino: a query engine over many sources, through its own client."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

TRINO = Dialect(
    name="trino",
    label="Trino",
    sqlglot="trino",
    is_tried=False,
    advice=(
        "Take parts of dates with year(…), month(…), date_trunc('month', …); approx_distinct counts quickly.",
    ),
    parameters=server_parameters(8080),  # the database is catalog/schema
    url_schemes=("trino",),
    driver="trino",
    extra="trino",
    url_parameters=SERVER_URL,
    sqlalchemy="trino",
    # The catalog's own rights and `access-control.properties` make a user read-only; the session bounds the time.
    begin=("SET SESSION query_max_run_time = '{whole_seconds}s'",),
    errors={
        "TABLE_NOT_FOUND": "unknown name",
        "COLUMN_NOT_FOUND": "unknown name",
        "SCHEMA_NOT_FOUND": "no database",
        "EXCEEDED_TIME_LIMIT": "TIMEOUT",
        "USER_CANCELED": "CANCELLED",
        "Connection refused": "unreachable",
    },
    catalogue=information_schema(
        "table_schema <> 'information_schema'",
        search_path="SELECT current_schema",
        version="SELECT version()",
    ),
    system_qualifiers=frozenset({"information_schema", "system"}),
    seconds_between="date_diff('second', :earlier, :later)",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
