"""Oracle: through python-oracledb, which needs no client of Oracle's."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, Parameter, server_parameters

FIELDS = server_parameters(1521)

ORACLE = Dialect(
    name="oracle",
    label="Oracle",
    sqlglot="oracle",
    is_tried=False,
    advice=("Texts are joined with ||; FETCH FIRST n ROWS ONLY, no LIMIT; an empty text is NULL.",),
    parameters=(
        *(replace(each, required=False, label="SID") if each.name == "database" else each for each in FIELDS),
        Parameter("service_name", "Service", url_option="service_name", description="Instead of the SID."),
    ),
    url_schemes=("oracle", "oracle+oracledb"),
    driver="oracledb",
    extra="oracle",
    url_parameters=SERVER_URL,
    sqlalchemy="oracle+oracledb",
    begin=("SET TRANSACTION READ ONLY",),
    ping="SELECT 1 FROM dual",
    reset=("ROLLBACK",),
    errors={
        "ORA-00942": "unknown name",
        "ORA-00904": "unknown name",
        "ORA-01017": "password",
        "ORA-01013": "CANCELLED",
        "ORA-01456": "read-only",
        "ORA-12514": "no database",
        "DPY-6005": "unreachable",
        "DPY-4011": "gone",
    },
    catalogue={
        "relations": (
            "SELECT o.owner, o.object_name, lower(o.object_type), c.comments, t.num_rows, NULL FROM all_objects o"
            " LEFT JOIN all_tab_comments c ON c.owner = o.owner AND c.table_name = o.object_name"
            " LEFT JOIN all_tables t ON t.owner = o.owner AND t.table_name = o.object_name"
            " WHERE o.object_type IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW') AND o.oracle_maintained = 'N'"
            " ORDER BY o.owner, o.object_name"
        ),
        "columns": (
            "SELECT a.owner, a.table_name, a.column_name, a.data_type, CASE a.nullable WHEN 'N' THEN 1 ELSE 0 END,"
            " nvl((SELECT max(k.position) FROM all_constraints p JOIN all_cons_columns k"
            "  ON k.owner = p.owner AND k.constraint_name = p.constraint_name WHERE p.constraint_type = 'P'"
            "  AND p.owner = a.owner AND p.table_name = a.table_name AND k.column_name = a.column_name), 0),"
            " c.comments, NULL FROM all_tab_columns a JOIN all_users u ON u.username = a.owner"
            " AND u.oracle_maintained = 'N' LEFT JOIN all_col_comments c ON c.owner = a.owner"
            " AND c.table_name = a.table_name AND c.column_name = a.column_name"
            " ORDER BY a.owner, a.table_name, a.column_id"
        ),
        "search_path": "SELECT sys_context('USERENV', 'CURRENT_SCHEMA') FROM dual",
        "values": "SELECT {columns} FROM {table} FETCH FIRST {limit} ROWS ONLY",
        "version": "SELECT banner FROM v$version",
    },
    system_prefixes=("v$", "gv$", "dba_", "x$", "sys_"),
    system_qualifiers=frozenset({"sys", "system"}),
    seconds_between="(CAST(:later AS DATE) - CAST(:earlier AS DATE)) * 86400",
    remedy='CREATE USER {reader} IDENTIFIED BY "…";\nGRANT CREATE SESSION, SELECT ANY TABLE TO {reader};',
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
