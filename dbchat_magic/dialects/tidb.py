"""TiDB: a distributed server that speaks MySQL's protocol, through PyMySQL."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.mariadb import MARIADB

TIDB = replace(
    MARIADB,
    name="tidb",
    label="TiDB",
    is_tried=False,
    aliases=(),
    url_schemes=("tidb", "tidb+pymysql"),
    parameters=tuple(
        replace(each, default=4000) if each.name == "port" else each for each in MARIADB.parameters
    ),
    extra="tidb",
    # It has no read-only sessions but with `tidb_enable_noop_functions`, where they do nothing: the guard and the
    # user's rights have to do.
    session=("SET SESSION tidb_mem_quota_query = 1073741824", "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'"),
    begin=("SET SESSION max_execution_time = {milliseconds}", "START TRANSACTION"),
    reset=("ROLLBACK",),
    kill="KILL TIDB QUERY {number}",
    catalogue={
        key: sql for key, sql in MARIADB.catalogue.items() if key not in ("powers", "can_write", "read_only")
    },
)
