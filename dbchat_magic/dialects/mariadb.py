"""MariaDB, and MySQL, which speaks nearly the same: a server, through PyMySQL."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.dialects.mariadb_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    SESSION_VARIABLES,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

PLAIN_STATEMENTS = (
    *(f"{word} {{table}}" for word in ("DESC", "DESCRIBE", "EXPLAIN")),
    *(f"{word} {{table}} {{column}}" for word in ("DESC", "DESCRIBE", "EXPLAIN")),
    *(
        f"SHOW {full}{kind}{source}{like}"
        for full in ("", "FULL ")
        for kind in ("COLUMNS", "FIELDS")
        for source in (" FROM {table}", " IN {table}")
        for like in ("", " LIKE {text}")
    ),
    *(
        f"SHOW {kind}{source}{like}"
        for kind in ("TABLES", "FULL TABLES", "TABLE STATUS")
        for source in ("", " FROM {database}", " IN {database}")
        for like in ("", " LIKE {text}")
    ),
    *(f"SHOW {kind} {word} {{table}}" for kind in ("INDEX", "INDEXES", "KEYS") for word in ("FROM", "IN")),
    "SHOW CHARACTER SET",
    "SHOW COLLATION",
    "SHOW CREATE TABLE {table}",
    "SHOW CREATE VIEW {table}",
    "SHOW DATABASES",
    "SHOW ERRORS",
    "SHOW SCHEMAS",
    "SHOW WARNINGS",
)
"""DESCRIBE and SHOW, as far as they tell of tables only."""

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
    system_qualifiers=frozenset({"information_schema", "mysql", "performance_schema", "sys"}),
    forbidden_tables=FORBIDDEN_TABLES,
    session_variables=SESSION_VARIABLES,
    code_comments=("/*!", "/*M!"),
    prefixes=(
        ("EXPLAIN", "FORMAT", "=", "JSON"),
        ("EXPLAIN", "FORMAT", "=", "TRADITIONAL"),
        ("EXPLAIN", "FORMAT", "=", "TREE"),
        ("EXPLAIN", "EXTENDED"),
        ("EXPLAIN", "PARTITIONS"),
        ("EXPLAIN",),
        ("DESCRIBE",),
        ("DESC",),
    ),
    beginnings=frozenset({"TABLE"}),
    plain_statements=PLAIN_STATEMENTS,
    nodes=frozenset({"Collation", "Compress", "CurrentRole", "IndexTableHint", "Partition", "WeightString"}),
)
