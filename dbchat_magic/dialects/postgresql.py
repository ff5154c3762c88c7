"""PostgreSQL: a server, through psycopg."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.dialects.postgresql_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

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
    table_functions=TABLE_FUNCTIONS,
    system_tables=SYSTEM_TABLES,
    forbidden_tables=FORBIDDEN_TABLES,
)
