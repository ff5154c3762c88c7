"""MaxCompute: Alibaba's warehouse, through pyodps. The password is the access key's secret."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import Dialect, Parameter

MAXCOMPUTE = Dialect(
    name="maxcompute",
    label="MaxCompute",
    sqlglot="hive",
    is_tried=False,
    parameters=(
        Parameter("host", "Project", required=True),
        Parameter("user", "Access key id", required=True),
        Parameter("password", "Access key secret", secret=True),
        Parameter("endpoint", "Endpoint", required=True, url_option="endpoint"),
    ),
    url_schemes=("odps", "maxcompute"),
    driver="odps",
    extra="maxcompute",
    url_parameters={"host": "host", "username": "user", "password": "password"},
    sqlalchemy="odps",
    begin=("SET odps.sql.allow.fullscan=false",),
    errors={"Table not found": "unknown name", "ODPS-0130131": "unknown name", "NoPermission": "no rights"},
    lists_one_by_one=True,
    catalogue={"values": "SELECT {columns} FROM {table} LIMIT {limit}"},
    quote="`",
    seconds_between="unix_timestamp(:later) - unix_timestamp(:earlier)",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
