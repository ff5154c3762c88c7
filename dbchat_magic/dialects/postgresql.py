"""PostgreSQL: a server, through psycopg."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.dialects.postgresql_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    OPERATORS,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

SETTINGS = frozenset(
    """
    client_encoding datestyle default_transaction_read_only intervalstyle lc_collate lc_ctype lc_monetary
    lc_numeric lc_time lock_timeout search_path server_encoding server_version server_version_num
    standard_conforming_strings statement_timeout timezone transaction_isolation transaction_read_only work_mem
    """.split()
)
"""Settings that tell nothing of the server that matters."""

POSTGRESQL = Dialect(
    name="postgresql",
    label="PostgreSQL",
    sqlglot="postgres",
    aliases=("postgres",),
    parameters=(
        Parameter("host", "Host", default="localhost", description="The server's name or address."),
        Parameter("port", "Port", type="integer", default=5432),
        Parameter("user", "User", description="Best one that can only read."),
        Parameter("password", "Password", secret=True, description="Kept apart from all else."),
        Parameter("database", "Database", required=True, description="The name of the database there."),
        Parameter(
            "sslmode",
            "Encryption",
            choices=("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
            description="How the connection is encrypted; verify-full also checks who answers.",
            url_option="sslmode",
        ),
        Parameter(
            "sslrootcert",
            "Root certificate",
            description="The file that vouches for the server.",
            url_option="sslrootcert",
        ),
        Parameter(
            "allow_superuser",
            "Allow a superuser",
            type="boolean",
            description="Run generated SQL although this role's sessions cannot be made harmless.",
        ),
    ),
    url_schemes=("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"),
    driver="psycopg",
    extra="postgresql",
    url_parameters={
        "host": "host",
        "port": "port",
        "username": "user",
        "password": "password",
        "database": "database",
    },
    sqlalchemy="postgresql+psycopg",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    fixed_arguments={"current_setting": SETTINGS},
    table_functions=TABLE_FUNCTIONS | FUNCTIONS,
    function_qualifiers=frozenset({"pg_catalog"}),
    operators=OPERATORS,
    system_tables=SYSTEM_TABLES,
    system_prefixes=("pg_",),
    system_qualifiers=frozenset({"information_schema", "pg_catalog", "pg_temp", "pg_toast"}),
    forbidden_tables=FORBIDDEN_TABLES,
    default_qualifiers=frozenset({"public"}),
    prefixes=(
        ("EXPLAIN", "(", "COSTS", "OFF", ")"),
        ("EXPLAIN", "(", "FORMAT", "JSON", ")"),
        ("EXPLAIN", "(", "FORMAT", "TEXT", ")"),
        ("EXPLAIN",),
    ),
    beginnings=frozenset({"TABLE"}),
    plain_statements=(
        *(f"SHOW {name.upper()}" for name in sorted(SETTINGS)),
        "SHOW TIME ZONE",
        "SHOW TRANSACTION ISOLATION LEVEL",
    ),
    nodes=frozenset(
        "ColumnConstraint CurrentRole Host Operator PathColumnConstraint XMLElement XMLNamespace XMLTable".split()
    ),
)
