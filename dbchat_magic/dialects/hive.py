"""Apache Hive: HiveServer2, through PyHive."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

HIVE = Dialect(
    name="hive",
    label="Apache Hive",
    sqlglot="hive",
    is_tried=False,
    parameters=server_parameters(10000),
    url_schemes=("hive",),
    driver="pyhive",
    extra="hive",
    url_parameters=SERVER_URL,
    sqlalchemy="hive",
    # It has no read-only sessions: Ranger's or the server's own authorization makes a user one.
    begin=("SET hive.query.timeout.seconds={whole_seconds}s",),
    errors={
        "Table not found": "unknown name",
        "Could not resolve": "unknown name",
        "SemanticException": "unknown name",
    },
    lists_one_by_one=True,
    catalogue={"values": "SELECT {columns} FROM {table} LIMIT {limit}", "version": "SELECT version()"},
    quote="`",
    seconds_between="unix_timestamp(:later) - unix_timestamp(:earlier)",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
