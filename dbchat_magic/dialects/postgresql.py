"""PostgreSQL: a server, through psycopg."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, Parameter, server_parameters
from dbchat_magic.dialects.postgresql_functions import (
    FORBIDDEN_FUNCTIONS,
    FORBIDDEN_TABLES,
    FUNCTIONS,
    OPERATORS,
    RESERVED,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)

ERRORS = {
    "57014": "CANCELLED",  # also what a statement_timeout comes to
    "53200": "NO_MEMORY",
    "54000": "value too large",
    "53100": "disk full",
    "55P03": "locked",
    "25006": "read-only",
    "42501": "no rights",
    "42P01": "unknown name",
    "42703": "unknown name",
    "42883": "unknown name",
    "3F000": "unknown name",
    "53300": "too busy",
    "57P": "gone",
    "08": "gone",
    "certificate": "certificate",
    "SSL": "certificate",
    "ssl": "certificate",
    "no password supplied": "password",
    "password authentication failed": "password",
    "no pg_hba.conf entry": "password",
    "role ": "password",
    "too many clients": "too busy",
    "remaining connection slots": "too busy",
    'database "': "no database",
    "invalid response": "other protocol",
    "server closed the connection unexpectedly": "gone",
    "the connection is closed": "gone",
    "the connection is lost": "gone",
    "consuming input failed": "gone",
    "failed to resolve host": "unreachable",
    "could not translate host name": "unreachable",
    "Connection refused": "unreachable",
    "timeout expired": "unreachable",
    "connection failed": "unreachable",
}
"""By SQLSTATE ("PostgreSQL Error Codes" in its manual), or by words of libpq's."""

OWN_SCHEMAS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"

READABLE = "has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')"

CATALOGUE = {
    "relations": (
        "SELECT n.nspname, c.relname,"
        " CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'"
        " ELSE 'table' END,"
        " obj_description(c.oid, 'pg_class'),"
        " CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0 THEN c.reltuples::bigint"
        "  WHEN c.relkind IN ('r', 'm') AND pg_relation_size(c.oid) = 0 THEN 0"
        "  WHEN c.relkind = 'p' THEN (SELECT sum(greatest(p.reltuples, 0))::bigint"
        "   FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid WHERE t.isleaf) END,"
        " NULL"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {OWN_SCHEMAS} AND {READABLE}"
        " ORDER BY n.nspname, c.relname"
    ),
    "columns": (
        "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " coalesce(array_position(k.conkey, a.attnum), 0), d.description,"
        " e.labels"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_type y ON y.oid = a.atttypid"
        " LEFT JOIN (SELECT enumtypid, string_agg(enumlabel, E'\\x1f' ORDER BY enumsortorder) AS labels"
        "  FROM pg_enum GROUP BY enumtypid) e"
        "  ON e.enumtypid = CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END"
        " LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'"
        " LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass"
        "  AND d.objsubid = a.attnum"
        " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        f" AND NOT c.relispartition AND {OWN_SCHEMAS} AND {READABLE}"
        " AND (has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT'))"
        " ORDER BY c.oid, a.attnum"
    ),
    "foreign_keys": (
        "SELECT n.nspname, c.relname, k.oid::bigint, a.attname, tn.nspname, t.relname, ta.attname"
        " FROM pg_constraint k"
        " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace"
        " CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(column_number, target_number, place)"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.column_number"
        " JOIN pg_attribute ta ON ta.attrelid = t.oid AND ta.attnum = u.target_number"
        " WHERE k.contype = 'f' AND k.conparentid = 0"
        " ORDER BY k.oid, u.place"
    ),
    "search_path": "SELECT unnest(current_schemas(false))",
    "fingerprint": (
        "SELECT (SELECT concat(count(*), ' ', sum(c.xmin::text::bigint)) FROM pg_class c"
        "  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')),"
        " (SELECT concat(count(*), ' ', sum(a.xmin::text::bigint)) FROM pg_attribute a WHERE a.attnum > 0),"
        " (SELECT concat(count(*), ' ', sum(k.xmin::text::bigint)) FROM pg_constraint k),"
        " (SELECT concat(count(*), ' ', sum(d.xmin::text::bigint)) FROM pg_description d)"
    ),
    "values": "SELECT {columns} FROM {table} LIMIT {limit}",
    "count": "SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {limit}) AS counted",
    "short_text": "left({column}::text, {limit})",
    "version": "SELECT 'PostgreSQL ' || current_setting('server_version')",
    "read_only": "SELECT current_setting('transaction_read_only') = 'on'",
    "powers": (
        "SELECT 'superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper"
        " UNION ALL SELECT r.rolname FROM pg_roles r WHERE r.rolname IN"
        "  ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')"
        "  AND pg_has_role(current_user, r.oid, 'member')"
        "  AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    ),
    "can_write": (
        "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE c.relkind IN ('r', 'p', 'v', 'f') AND {OWN_SCHEMAS} AND has_schema_privilege(n.oid, 'USAGE')"
        " AND (has_table_privilege(c.oid, 'INSERT') OR has_table_privilege(c.oid, 'UPDATE')"
        "  OR has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE')))"
        f" OR EXISTS (SELECT 1 FROM pg_namespace n WHERE {OWN_SCHEMAS} AND has_schema_privilege(n.oid, 'CREATE'))"
    ),
}
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
    advice=(
        "Take parts of dates with EXTRACT(YEAR FROM …) and date_trunc('month', …).",
        "Whole numbers divide to whole numbers: write a::numeric / b; round(…, 2) wants numeric.",
        "ILIKE ignores case, LIKE does not; names with capital letters need double quotes.",
        "Every shown column that is not aggregated must be in GROUP BY.",
    ),
    aliases=("postgres",),
    parameters=(
        *server_parameters(5432),
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
    url_parameters=SERVER_URL,
    sqlalchemy="postgresql+psycopg",
    connect_arguments={
        "application_name": "dbchat_magic",
        "connect_timeout": 10,
    },
    # Statements, not startup options: those are refused by PgBouncer.
    session=(
        (
            "SET default_transaction_read_only = on; SET lock_timeout = 2000; SET work_mem = '16MB';"
            " SET idle_in_transaction_session_timeout = 60000; SET standard_conforming_strings = on"
        ),
    ),
    begin=(
        (
            "BEGIN READ ONLY; SET LOCAL statement_timeout = {milliseconds}; SET LOCAL lock_timeout = 2000;"
            " SET LOCAL cursor_tuple_fraction = 1"  # plan for all rows, not for the first ones
        ),
    ),
    reset=("ROLLBACK", "DISCARD ALL"),
    errors=ERRORS,
    catalogue=CATALOGUE,
    reserved=RESERVED,
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
    remedy=(
        "CREATE ROLE {reader} LOGIN PASSWORD '…';\n"
        "GRANT CONNECT ON DATABASE {database} TO {reader};\n"
        "GRANT pg_read_all_data TO {reader};  -- PostgreSQL 14 and later"
    ),
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
