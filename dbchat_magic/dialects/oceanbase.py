"""OceanBase: a distributed server in its MySQL mode, through PyMySQL."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.mariadb import MARIADB

OCEANBASE = replace(
    MARIADB,
    name="oceanbase",
    label="OceanBase",
    is_tried=False,
    aliases=(),
    url_schemes=("oceanbase", "oceanbase+pymysql"),
    parameters=tuple(
        replace(each, default=2881) if each.name == "port" else each for each in MARIADB.parameters
    ),
    extra="oceanbase",
    session=("SET SESSION TRANSACTION READ ONLY", "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'"),
    begin=("SET SESSION ob_query_timeout = {milliseconds}000", "START TRANSACTION READ ONLY"),
    reset=("ROLLBACK",),
    catalogue={
        key: sql for key, sql in MARIADB.catalogue.items() if key not in ("powers", "can_write", "read_only")
    },
)
