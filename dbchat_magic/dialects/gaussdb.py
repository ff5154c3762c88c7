"""GaussDB: Huawei's server, which speaks PostgreSQL's protocol, through psycopg."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.common import information_schema
from dbchat_magic.dialects.postgresql import POSTGRESQL

GAUSSDB = replace(
    POSTGRESQL,
    name="gaussdb",
    label="GaussDB",
    is_tried=False,
    aliases=(),
    url_schemes=("gaussdb", "gaussdb+psycopg", "gaussdb+psycopg2"),
    parameters=tuple(
        replace(each, default=8000) if each.name == "port" else each for each in POSTGRESQL.parameters
    ),
    extra="gaussdb",
    session=("SET default_transaction_read_only = on", "SET lockwait_timeout = 2000"),
    begin=("START TRANSACTION READ ONLY", "SET LOCAL statement_timeout = {milliseconds}"),
    reset=("ROLLBACK", "DISCARD ALL"),
    catalogue=information_schema(
        "table_schema NOT IN ('information_schema', 'pg_catalog', 'dbe_perf', 'snapshot', 'blockchain', 'db4ai')",
        search_path="SELECT current_schema()",
        version="SELECT version()",
    ),
    remedy="CREATE USER {reader} PASSWORD '…';\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};",
)
