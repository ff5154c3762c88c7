"""Apache Doris: a warehouse that speaks MySQL's protocol, through PyMySQL."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.mariadb import MARIADB

DORIS = replace(
    MARIADB,
    name="doris",
    label="Apache Doris",
    is_tried=False,
    aliases=(),
    url_schemes=("doris", "doris+pymysql"),
    parameters=tuple(
        replace(each, default=9030) if each.name == "port" else each for each in MARIADB.parameters
    ),
    extra="doris",
    sqlglot="doris",
    # It has no read-only sessions: the guard and the user's rights have to do.
    session=("SET exec_mem_limit = 1073741824",),
    begin=("SET query_timeout = {whole_seconds}",),
    reset=(),
    catalogue=information_schema(
        "table_schema NOT IN ('information_schema', 'sys', '_statistics_', '__internal_schema', 'mysql')"
        " AND table_schema = database()",
        search_path="SELECT database()",
        version="SELECT concat('Apache Doris ', version())",
    ),
    functions=MARIADB.functions | FUNCTIONS,
    forbidden_functions={**MARIADB.forbidden_functions, **FORBIDDEN_FUNCTIONS},
    remedy="CREATE USER {reader} IDENTIFIED BY '…';\nGRANT SELECT ON ALL TABLES IN DATABASE {database} TO USER {reader};",
)
