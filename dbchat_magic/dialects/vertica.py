"""Vertica: a warehouse, through vertica-python."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

VERTICA = Dialect(
    name="vertica",
    label="Vertica",
    sqlglot="postgres",
    is_tried=False,
    parameters=server_parameters(5433),
    url_schemes=("vertica", "vertica+vertica_python"),
    driver="vertica_python",
    extra="vertica",
    url_parameters=SERVER_URL,
    sqlalchemy="vertica+vertica_python",
    session=("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",),
    begin=("SET SESSION RUNTIMECAP '{whole_seconds} SECONDS'",),
    reset=("ROLLBACK",),
    errors={"42V01": "unknown name", "42703": "unknown name", "28000": "password", "57014": "CANCELLED"},
    catalogue={
        "relations": (
            "SELECT table_schema, table_name, 'table', NULL, NULL, NULL FROM v_catalog.tables"
            " WHERE NOT is_system_table UNION ALL SELECT table_schema, table_name, 'view', NULL, NULL, NULL"
            " FROM v_catalog.views WHERE NOT is_system_view ORDER BY 1, 2"
        ),
        "columns": (
            "SELECT table_schema, table_name, column_name, data_type, NOT is_nullable, 0, NULL, NULL"
            " FROM v_catalog.columns WHERE NOT is_system_table UNION ALL SELECT table_schema, table_name,"
            " column_name, data_type, false, 0, NULL, NULL FROM v_catalog.view_columns ORDER BY 1, 2"
        ),
        "search_path": "SELECT current_schema()",
        "values": "SELECT {columns} FROM {table} LIMIT {limit}",
        "version": "SELECT version()",
    },
    system_qualifiers=frozenset({"v_catalog", "v_monitor", "v_internal"}),
    default_qualifiers=frozenset({"public"}),
    remedy="CREATE USER {reader} IDENTIFIED BY '…';\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
