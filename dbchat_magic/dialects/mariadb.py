"""MariaDB, and MySQL, which speaks nearly the same: a server, through PyMySQL."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.dialects.mariadb_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

MARIADB = Dialect(
    name="mariadb",
    label="MariaDB",
    sqlglot="mysql",
    aliases=("mysql",),
    parameters=(
        Parameter("host", "Host", default="localhost", description="The server's name or address."),
        Parameter("port", "Port", type="integer", default=3306),
        Parameter("user", "User", description="Best one that can only read."),
        Parameter("password", "Password", secret=True, description="Kept apart from all else."),
        Parameter("database", "Database", required=True, description="The name of the database there."),
        Parameter(
            "ssl_ca",
            "Root certificate",
            description="The file that vouches for the server.",
            url_option="ssl_ca",
        ),
    ),
    url_schemes=("mariadb", "mysql", "mariadb+pymysql", "mysql+pymysql"),
    driver="pymysql",
    extra="mariadb",
    url_parameters={
        "host": "host",
        "port": "port",
        "username": "user",
        "password": "password",
        "database": "database",
    },
    sqlalchemy="mysql+pymysql",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    table_functions=TABLE_FUNCTIONS,
    system_tables=SYSTEM_TABLES,
    forbidden_tables=FORBIDDEN_TABLES,
)
