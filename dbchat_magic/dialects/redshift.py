"""Amazon Redshift: a warehouse that speaks PostgreSQL 8's protocol, through psycopg."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.common import information_schema
from dbchat_magic.dialects.postgresql import POSTGRESQL

REDSHIFT = replace(
    POSTGRESQL,
    name="redshift",
    label="Amazon Redshift",
    is_tried=False,
    aliases=(),
    sqlglot="redshift",
    url_schemes=("redshift", "redshift+psycopg", "redshift+psycopg2"),
    parameters=tuple(
        replace(each, default=5439) if each.name == "port" else each for each in POSTGRESQL.parameters
    ),
    extra="redshift",
    connect_arguments={**POSTGRESQL.connect_arguments, "client_encoding": "utf-8"},
    session=(),
    # `transaction_read_only` is the transaction's; a time limit is the session's.
    begin=("BEGIN READ ONLY", "SET statement_timeout TO {milliseconds}"),
    reset=("ROLLBACK", "RESET ALL"),
    catalogue=information_schema(
        "table_schema NOT IN ('information_schema', 'pg_catalog', 'pg_internal', 'pg_automv')",
        prefix="svv_",
        search_path="SELECT current_schema()",
        version="SELECT version()",
    ),
    remedy="CREATE USER {reader} PASSWORD '…';\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};",
)
