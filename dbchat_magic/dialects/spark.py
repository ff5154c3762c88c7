"""Apache Spark: a cluster, or this computer as one, through a Spark Connect server."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, Parameter

SPARK = Dialect(
    name="spark",
    label="Apache Spark",
    sqlglot="spark",
    advice=(
        "Take parts of dates with year(…), month(…), date_trunc('month', …); / divides exactly, div to whole numbers.",
        "ILIKE ignores case; every shown column that is not aggregated must be in GROUP BY.",
    ),
    parameters=(
        Parameter("host", "Host", default="localhost", description="Of the Spark Connect server."),
        Parameter("port", "Port", type="integer", default=15002),
        Parameter("user", "User", default="dbchat"),
        Parameter("database", "Schema", default="default"),
    ),
    url_schemes=("spark", "sc"),
    driver="pyspark",
    extra="spark",
    url_parameters={each: SERVER_URL[each] for each in ("host", "port", "username", "database")},
    lists_one_by_one=True,
    catalogue={
        "search_path": "SELECT current_schema()",
        "values": "SELECT {columns} FROM {table} LIMIT {limit}",
        "count": "SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {limit})",
        "version": "SELECT concat('Spark ', version())",
    },
    errors={
        "TABLE_OR_VIEW_NOT_FOUND": "unknown name",
        "UNRESOLVED_COLUMN": "unknown name",
        "UNRESOLVED_ROUTINE": "unknown name",
        "SCHEMA_NOT_FOUND": "no database",
        "OPERATION_CANCELED": "CANCELLED",
        "INVALID_HANDLE": "gone",
        "UNAVAILABLE": "unreachable",
        "failed to connect": "unreachable",
    },
    functions=FUNCTIONS,
    forbidden_functions={
        **FORBIDDEN_FUNCTIONS,
        "input_file_name": "it tells about files",
        "try_reflect": "it runs code or statements that were not checked",
    },
    system_qualifiers=frozenset({"information_schema", "system", "global_temp"}),
    # Text, parquet and the like before a name in quotes make it a file.
    file_names=r"[/\\*?\[\]:]",
    default_qualifiers=frozenset({"default"}),
    quote="`",
    seconds_between="timestampdiff(SECOND, :earlier, :later)",
)
