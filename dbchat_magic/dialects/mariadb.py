"""MariaDB, and MySQL, which speaks nearly the same: a server, through PyMySQL."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, Parameter, server_parameters
from dbchat_magic.dialects.mariadb_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    RESERVED,
    SESSION_VARIABLES,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

ERRORS = {
    "1317": "CANCELLED",
    "1969": "TIMEOUT",
    "3024": "TIMEOUT",
    "1205": "locked",
    "1037": "NO_MEMORY",
    "1038": "NO_MEMORY",
    "1041": "NO_MEMORY",
    "1021": "disk full",
    "1114": "disk full",
    "1290": "read-only",
    "1792": "read-only",
    "1045": "password",
    "1698": "password",
    "1251": "password",
    "1049": "no database",
    "1040": "too busy",
    "1203": "too busy",
    "1226": "too busy",
    "1044": "no rights",
    "1142": "no rights",
    "1143": "no rights",
    "1227": "no rights",
    "1370": "no rights",
    "1054": "unknown name",
    "1146": "unknown name",
    "1305": "unknown name",
    "certificate": "certificate",
    "SSL": "certificate",
    "_ssl": "certificate",
    "2003": "unreachable",
    "2006": "gone",
    "2013": "gone",
    "2014": "gone",
    "2055": "gone",
    "InterfaceError": "gone",
    "Packet sequence number wrong": "other protocol",
    "InternalError": "other protocol",
}
# By error number ("MariaDB Error Code Reference"), or by words of PyMySQL's.

OWN_SCHEMAS = "table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')"

GRANTEE = "concat('''', replace(current_user(), '@', '''@'''), '''')"

WRITING = (
    "('ALTER', 'CREATE', 'CREATE ROUTINE', 'CREATE VIEW', 'DELETE', 'DROP', 'EVENT', 'INDEX', 'INSERT',"
    " 'TRIGGER', 'UPDATE')"
)

CATALOGUE = {
    "relations": (
        "SELECT table_schema, table_name, if(table_type LIKE '%VIEW', 'view', 'table'),"
        " if(table_type LIKE '%VIEW', '', table_comment), table_rows, NULL"
        f" FROM information_schema.tables WHERE {OWN_SCHEMAS} AND table_schema = database()"
        " ORDER BY table_schema, table_name"
    ),
    "columns": (
        "SELECT c.table_schema, c.table_name, c.column_name, c.column_type, c.is_nullable = 'NO',"
        " coalesce(k.ordinal_position, 0), c.column_comment,"
        " if(c.data_type = 'enum', replace(replace(substr(c.column_type, 7, char_length(c.column_type) - 8),"
        "  ''',''', char(31 USING utf8mb4)), '''''', ''''), NULL)"
        " FROM information_schema.columns c LEFT JOIN information_schema.key_column_usage k"
        " ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name"
        " AND k.constraint_name = 'PRIMARY' AND k.constraint_schema = database()"
        " WHERE c.table_schema = database() AND find_in_set('select', c.privileges)"
        " ORDER BY c.table_schema, c.table_name, c.ordinal_position"
    ),
    "foreign_keys": (
        "SELECT table_schema, table_name, concat(table_name, '.', constraint_name), column_name,"
        " referenced_table_schema, referenced_table_name, referenced_column_name"
        " FROM information_schema.key_column_usage"
        " WHERE table_schema = database() AND constraint_schema = database()"
        " AND referenced_table_name IS NOT NULL"
        " ORDER BY table_name, constraint_name, ordinal_position"
    ),
    "search_path": "SELECT database()",
    "fingerprint": (
        "SELECT count(*), bit_xor(crc32(concat_ws('|', table_name, column_name, column_type, column_comment,"
        " column_key))) FROM information_schema.columns WHERE table_schema = database()"
    ),
    "values": "SELECT {columns} FROM {table} LIMIT {limit}",
    "short_text": "left({column}, {limit})",
    "version": "SELECT if(version() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), version()",
    "read_only": "SELECT @@session.tx_read_only",
    "powers": (
        "SELECT privilege_type FROM information_schema.user_privileges"
        f" WHERE grantee = {GRANTEE} AND privilege_type IN ('SUPER', 'FILE')"
    ),
    "can_write": (
        f"SELECT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE grantee = {GRANTEE}"
        f" AND privilege_type IN {WRITING})"
        f" OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE grantee = {GRANTEE}"
        f" AND table_schema = database() AND privilege_type IN {WRITING})"
        f" OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE grantee = {GRANTEE}"
        f" AND table_schema = database() AND privilege_type IN {WRITING})"
    ),
}
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
    advice=(
        "Take parts of dates with YEAR(…), MONTH(…), DATE_FORMAT(…, '%Y-%m').",
        "Texts are joined with CONCAT(…), never with || or +; names are quoted with backticks; LIKE ignores case.",
    ),
    aliases=("mysql",),
    parameters=(
        *server_parameters(3306),
        Parameter(
            "ssl_ca",
            "Root certificate",
            description="The file that vouches for the server.",
            url_option="ssl_ca",
        ),
        Parameter(
            "allow_superuser",
            "Allow a superuser",
            type="boolean",
            description="Run generated SQL although this user may read and write the server's files.",
        ),
    ),
    url_schemes=("mariadb", "mysql", "mariadb+pymysql", "mysql+pymysql"),
    driver="pymysql",
    extra="mariadb",
    url_parameters=SERVER_URL,
    sqlalchemy="mysql+pymysql",
    connect_arguments={
        "charset": "utf8mb4",
        "client_flag": 0,  # hence without MULTI_STATEMENTS
        "connect_timeout": 10,
        "local_infile": False,
        "program_name": "dbchat_magic",
    },
    session=(
        "SET SESSION TRANSACTION READ ONLY",
        # As the guard reads quotes and backslashes.
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
        "SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2",
        "SET SESSION div_precision_increment = 10",  # averages and shares of more than four decimals
    ),
    # MariaDB reads /*M! … */ and leaves out /*!50708 … */; MySQL does the reverse.
    begin=(
        (
            "SET /*M!100101 SESSION max_statement_time = {seconds:.3f} */"
            " /*!50708 SESSION max_execution_time = {milliseconds} */"
        ),
        "START TRANSACTION READ ONLY",
    ),
    reset=("ROLLBACK", "DO release_all_locks()"),
    session_number="SELECT connection_id()",
    kill="KILL QUERY {number}",
    errors=ERRORS,
    catalogue=CATALOGUE,
    reserved=RESERVED,
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    table_functions=TABLE_FUNCTIONS,
    system_tables=SYSTEM_TABLES,
    system_qualifiers=frozenset({"information_schema", "mysql", "performance_schema", "sys"}),
    forbidden_tables=FORBIDDEN_TABLES,
    quote="`",
    like_ignores_case=True,
    seconds_between="TIMESTAMPDIFF(SECOND, :earlier, :later)",
    remedy=(
        "CREATE USER {reader}@'%' IDENTIFIED BY '…';\n"
        "GRANT SELECT, SHOW VIEW ON {database}.* TO {reader}@'%';"
    ),
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
