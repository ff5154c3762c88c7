"""CockroachDB: a server that speaks PostgreSQL's protocol and most of its SQL, through psycopg."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.postgresql import POSTGRESQL

COCKROACHDB = replace(
    POSTGRESQL,
    name="cockroachdb",
    label="CockroachDB",
    is_tried=False,
    aliases=(),
    url_schemes=("cockroachdb", "cockroachdb+psycopg", "cockroach"),
    parameters=tuple(
        replace(each, default=26257) if each.name == "port" else each for each in POSTGRESQL.parameters
    ),
    extra="cockroachdb",
    # It has no DISCARD ALL of everything and no cursor_tuple_fraction; read-only transactions it has.
    session=("SET default_transaction_read_only = on; SET idle_in_transaction_session_timeout = 60000",),
    begin=("BEGIN READ ONLY; SET LOCAL statement_timeout = {milliseconds}",),
    reset=("ROLLBACK", "RESET ALL"),
    catalogue={key: sql for key, sql in POSTGRESQL.catalogue.items() if key not in ("fingerprint", "powers")},
    remedy="CREATE USER {reader} WITH PASSWORD '…';\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};",
)
