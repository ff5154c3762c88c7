"""DuckDB: a file, run in the worker."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.dialects.duckdb_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    RESERVED,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

CATALOGUE = {
    "relations": (
        "SELECT schema_name, table_name, 'table', comment, estimated_size, NULL FROM duckdb_tables()"
        " WHERE NOT internal AND database_name = current_database()"
        " UNION ALL SELECT schema_name, view_name, 'view', comment, NULL, NULL FROM duckdb_views()"
        " WHERE NOT internal AND (database_name = current_database() OR temporary)"
        " ORDER BY 1, 2"
    ),
    "columns": (
        "SELECT c.schema_name, c.table_name, c.column_name, c.data_type, NOT c.is_nullable,"
        " coalesce(list_position(k.constraint_column_names, c.column_name), 0), c.comment,"
        " CASE WHEN c.data_type LIKE 'ENUM(%' THEN replace(array_to_string("
        "regexp_extract_all(c.data_type, '''((?:[^'']|'''')*)''', 1), chr(31)), '''''', '''') END"
        " FROM duckdb_columns() c LEFT JOIN duckdb_constraints() k ON k.table_oid = c.table_oid"
        " AND k.database_oid = c.database_oid AND k.constraint_type = 'PRIMARY KEY'"
        " WHERE NOT c.internal AND c.database_name IN (current_database(), 'temp')"
        " ORDER BY c.schema_name, c.table_name, c.column_index"
    ),
    "foreign_keys": (
        "SELECT schema_name, table_name, constraint_index, unnest(constraint_column_names),"
        " schema_name, referenced_table, unnest(referenced_column_names) FROM duckdb_constraints()"
        " WHERE constraint_type = 'FOREIGN KEY' AND database_name = current_database()"
    ),
    "search_path": "SELECT unnest(current_schemas(true))",
    "values": "SELECT {columns} FROM {table} LIMIT {limit}",
    "short_text": "left({column}::VARCHAR, {limit})",
    "version": "SELECT 'DuckDB ' || version()",
}


DUCKDB = Dialect(
    name="duckdb",
    label="DuckDB",
    sqlglot="duckdb",
    advice=(
        "Take parts of dates with year(…), month(…), date_trunc('month', …); / divides exactly, // to whole numbers.",
        "ILIKE ignores case, LIKE does not; every shown column that is not aggregated must be in GROUP BY.",
    ),
    parameters=(
        Parameter("path", "File", type="path", required=True, description="An existing DuckDB file."),
    ),
    url_schemes=("duckdb",),
    suffixes=(".duckdb", ".ddb"),
    magic_bytes=((8, b"DUCK"),),
    driver="duckdb",
    extra="duckdb",
    embedded=True,
    session_module="duckdb_session",
    column_drivers=("pyarrow", "numpy"),
    settings={
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "max_temp_directory_size": "2GB",
        "python_enable_replacements": "false",
    },
    session=("SET lock_configuration = true",),
    errors={
        "BinderException": "unknown name",
        "CatalogException": "unknown name",
        "Conflicting lock": "locked",
        "PermissionException": "refused",
        "TransactionException": "read-only",
        "Could not set lock": "locked",
        "different configuration": "locked",
        "not a valid DuckDB database file": "no database file",
        "SerializationException": "damaged",
        "IOException": "unreadable",
    },
    url_parameters={"database": "path"},
    catalogue=CATALOGUE,
    reserved=RESERVED,
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    format_functions=frozenset({"format", "printf"}),
    table_functions=TABLE_FUNCTIONS,
    function_qualifiers=None,  # what stands there may be a value: name.upper()
    system_tables=SYSTEM_TABLES,
    system_prefixes=("duckdb_", "pg_", "pragma_", "sqlite_"),
    system_qualifiers=frozenset({"information_schema", "pg_catalog", "system", "temp"}),
    forbidden_tables=FORBIDDEN_TABLES,
    default_qualifiers=frozenset({"main"}),
    catalogs=frozenset({"memory"}),
    file_names=r"[/\\*?\[\]:.]",
    prefixes=(("EXPLAIN",), ("DESCRIBE",), ("DESC",), ("SUMMARIZE",)),
    beginnings=frozenset({"FROM", "PIVOT", "TABLE", "UNPIVOT"}),
    plain_statements=(
        "DESC {table}",
        "DESCRIBE",
        "DESCRIBE {table}",
        "SHOW ALL TABLES",
        "SHOW DATABASES",
        "SHOW SCHEMAS",
        "SHOW TABLES",
        "SHOW TABLES FROM {schema}",
        "SHOW {table}",
        "SUMMARIZE {table}",
    ),
    nodes=frozenset({"CurrentRole", "Describe", "Summarize"}),
    roots=frozenset({"Pivot"}),
)
