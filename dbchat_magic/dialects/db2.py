"""Db2: IBM's server, through ibm_db."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

DB2 = Dialect(
    name="db2",
    label="Db2",
    sqlglot="postgres",
    is_tried=False,
    parameters=server_parameters(50000),
    url_schemes=("db2", "db2+ibm_db", "ibm_db_sa"),
    driver="ibm_db_dbi",
    extra="db2",
    url_parameters=SERVER_URL,
    sqlalchemy="db2+ibm_db",
    session=("SET CURRENT LOCK TIMEOUT 2", "SET CURRENT ISOLATION = UR"),
    ping="SELECT 1 FROM sysibm.sysdummy1",
    reset=("ROLLBACK",),
    errors={
        "SQL0204N": "unknown name",
        "SQL0206N": "unknown name",
        "SQL30082N": "password",
        "SQL0952N": "CANCELLED",
    },
    catalogue={
        "relations": (
            "SELECT trim(tabschema), tabname, CASE type WHEN 'V' THEN 'view' ELSE 'table' END, remarks,"
            " nullif(card, -1), NULL FROM syscat.tables WHERE ownertype = 'U' AND type IN ('T', 'V', 'S')"
            " ORDER BY tabschema, tabname"
        ),
        "columns": (
            "SELECT trim(c.tabschema), c.tabname, c.colname, c.typename, CASE c.nulls WHEN 'N' THEN 1 ELSE 0 END,"
            " coalesce(c.keyseq, 0), c.remarks, NULL FROM syscat.columns c JOIN syscat.tables t"
            " ON t.tabschema = c.tabschema AND t.tabname = c.tabname AND t.ownertype = 'U'"
            " ORDER BY c.tabschema, c.tabname, c.colno"
        ),
        "foreign_keys": (
            "SELECT trim(r.tabschema), r.tabname, r.constname, k.colname, trim(r.reftabschema), r.reftabname, p.colname"
            " FROM syscat.references r JOIN syscat.keycoluse k ON k.constname = r.constname AND k.tabschema = r.tabschema"
            " JOIN syscat.keycoluse p ON p.constname = r.refkeyname AND p.colseq = k.colseq"
            " AND p.tabschema = r.reftabschema ORDER BY r.tabname, r.constname, k.colseq"
        ),
        "search_path": "SELECT trim(CURRENT SCHEMA) FROM sysibm.sysdummy1",
        "values": "SELECT {columns} FROM {table} FETCH FIRST {limit} ROWS ONLY",
        "version": "SELECT service_level FROM sysibmadm.env_inst_info",
    },
    system_qualifiers=frozenset({"syscat", "sysibm", "sysibmadm", "sysproc", "sysstat"}),
    seconds_between="TIMESTAMPDIFF(2, CHAR(:later - :earlier))",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
