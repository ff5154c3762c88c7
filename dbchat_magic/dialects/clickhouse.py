"""ClickHouse: a server, through clickhouse-connect; and chDB, its engine in a folder, run in the worker."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.clickhouse_functions import FORBIDDEN_FUNCTIONS, FUNCTIONS, TABLE_FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, Parameter, server_parameters

OWN = "database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')"

CATALOGUE = {
    "relations": (
        "SELECT database, name, if(engine LIKE '%View', 'view', 'table'), comment, total_rows, NULL"
        f" FROM system.tables WHERE {OWN} AND NOT is_temporary ORDER BY database, name"
    ),
    "columns": (
        "SELECT database, table, name, type, type NOT LIKE '%Nullable(%', if(is_in_primary_key, position, 0), comment,"
        " if(type LIKE '%Enum%', arrayStringConcat(extractAll(type, '\\'([^\\']*)\\' = '), char(31)), NULL)"
        f" FROM system.columns WHERE {OWN} ORDER BY database, table, position"
    ),
    "search_path": "SELECT currentDatabase()",
    "fingerprint": (
        f"SELECT count(), max(metadata_modification_time), sum(cityHash64(name)) FROM system.tables WHERE {OWN}"
    ),
    "values": "SELECT {columns} FROM {table} LIMIT {limit}",
    "short_text": "substring(toString({column}), 1, {limit})",
    "version": "SELECT 'ClickHouse ' || version()",
    "read_only": "SELECT toUInt8(getSetting('readonly')) > 0",
}

CLICKHOUSE = Dialect(
    name="clickhouse",
    label="ClickHouse",
    sqlglot="clickhouse",
    is_tried=False,
    advice=(
        "Take parts of dates with toYear(…), toMonth(…), toStartOfMonth(…).",
        "count() needs no star; / divides exactly, intDiv to whole numbers; ILIKE ignores case.",
    ),
    parameters=server_parameters(8123),
    url_schemes=("clickhouse", "clickhousedb", "clickhousedb+connect", "clickhouse+http"),
    driver="clickhouse_connect",
    extra="clickhouse",
    url_parameters=SERVER_URL,
    sqlalchemy="clickhousedb",
    session=("SET readonly = 2", "SET max_result_bytes = 268435456"),
    begin=("SET max_execution_time = {seconds}",),
    errors={
        "UNKNOWN_TABLE": "unknown name",
        "UNKNOWN_IDENTIFIER": "unknown name",
        "UNKNOWN_FUNCTION": "unknown name",
        "READONLY": "read-only",
        "ACCESS_DENIED": "no rights",
        "AUTHENTICATION_FAILED": "password",
        "UNKNOWN_DATABASE": "no database",
        "TIMEOUT_EXCEEDED": "TIMEOUT",
        "QUERY_WAS_CANCELLED": "CANCELLED",
        "MEMORY_LIMIT_EXCEEDED": "NO_MEMORY",
        "Connection refused": "unreachable",
    },
    catalogue=CATALOGUE,
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    table_functions=TABLE_FUNCTIONS,
    system_qualifiers=frozenset({"system", "information_schema"}),
    forbidden_tables={},
    file_names=r"[/\\*?\[\]:]",
    quote="`",
    seconds_between="dateDiff('second', :earlier, :later)",
    prefixes=(("EXPLAIN",), ("EXPLAIN", "PLAN"), ("EXPLAIN", "SYNTAX")),
    remedy="CREATE USER {reader} IDENTIFIED BY '…' SETTINGS readonly = 2;\nGRANT SELECT ON {database}.* TO {reader};",
)

CHDB = replace(
    CLICKHOUSE,
    name="chdb",
    label="chDB",
    is_tried=True,
    parameters=(
        Parameter(
            "path", "Folder", type="folder", required=True, description="An existing folder of chDB's."
        ),
    ),
    url_schemes=("chdb",),
    url_parameters={"database": "path"},
    driver="chdb",
    extra="chdb",
    sqlalchemy="",
    embedded=True,
    session_module="chdb_session",
    column_drivers=("pyarrow", "numpy"),
    begin=(),
    session=(),
    remedy="",
)
