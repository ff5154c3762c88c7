"""SAP HANA: through hdbcli."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

HANA = Dialect(
    name="hana",
    label="SAP HANA",
    sqlglot="postgres",
    is_tried=False,
    parameters=server_parameters(30015),
    url_schemes=("hana", "hana+hdbcli"),
    driver="hdbcli",
    extra="hana",
    url_parameters=SERVER_URL,
    sqlalchemy="hana",
    session=("SET TRANSACTION READ ONLY",),
    begin=("SET 'STATEMENT_TIMEOUT' = '{whole_seconds}'", "SET TRANSACTION READ ONLY"),
    ping="SELECT 1 FROM dummy",
    reset=("ROLLBACK",),
    errors={
        "259": "unknown name",
        "260": "unknown name",
        "258": "no rights",
        "10": "password",
        "139": "CANCELLED",
    },
    catalogue={
        "relations": (
            "SELECT t.schema_name, t.table_name, 'table', t.comments, m.record_count, NULL FROM sys.tables t"
            " LEFT JOIN sys.m_tables m ON m.schema_name = t.schema_name AND m.table_name = t.table_name"
            " WHERE t.is_system_table = 'FALSE' ORDER BY t.schema_name, t.table_name"
        ),
        "columns": (
            "SELECT schema_name, table_name, column_name, data_type_name,"
            " CASE is_nullable WHEN 'FALSE' THEN 1 ELSE 0 END, 0, comments, NULL FROM sys.table_columns"
            " WHERE schema_name NOT LIKE '%SYS%' ORDER BY schema_name, table_name, position"
        ),
        "search_path": "SELECT CURRENT_SCHEMA FROM dummy",
        "values": "SELECT {columns} FROM {table} LIMIT {limit}",
        "version": "SELECT version FROM sys.m_database",
    },
    system_qualifiers=frozenset({"sys", "_sys_statistics", "_sys_repo"}),
    seconds_between="SECONDS_BETWEEN(:earlier, :later)",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
