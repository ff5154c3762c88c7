"""openGauss: a server grown from PostgreSQL 9.2, through psycopg. Its users' passwords must be of a kind that libpq knows
(`password_encryption_type = 1`)."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.common import information_schema
from dbchat_magic.dialects.postgresql import POSTGRESQL

OPENGAUSS = replace(
    POSTGRESQL,
    name="opengauss",
    label="openGauss",
    is_tried=False,
    aliases=(),
    url_schemes=("opengauss", "opengauss+psycopg", "opengauss+psycopg2"),
    parameters=tuple(
        replace(each, default=5432) if each.name == "port" else each for each in POSTGRESQL.parameters
    ),
    extra="opengauss",
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
