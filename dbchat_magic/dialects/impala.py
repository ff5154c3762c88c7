"""Apache Impala: through impyla."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

IMPALA = Dialect(
    name="impala",
    label="Apache Impala",
    sqlglot="hive",
    is_tried=False,
    parameters=server_parameters(21050),
    url_schemes=("impala",),
    driver="impala",
    extra="impala",
    url_parameters=SERVER_URL,
    sqlalchemy="impala",
    # It has no read-only sessions: Ranger's or the server's own authorization makes a user one.
    begin=("SET EXEC_TIME_LIMIT_S={whole_seconds}",),
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
