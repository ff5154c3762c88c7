"""Amazon Athena: queries over files in S3, through PyAthena. Who asks is known from the surroundings (AWS credentials)."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.dialect import Dialect, Parameter

ATHENA = Dialect(
    name="athena",
    label="Amazon Athena",
    sqlglot="trino",  # which it is; sqlglot's "athena" is two parsers
    is_tried=False,
    parameters=(
        Parameter(
            "host", "Region host", required=True, description="As in athena.eu-central-1.amazonaws.com."
        ),
        Parameter("port", "Port", type="integer", default=443),
        Parameter("database", "Database", required=True),
        Parameter("s3_staging_dir", "Results folder", required=True, url_option="s3_staging_dir"),
        Parameter(
            "work_group", "Work group", url_option="work_group", description="It bounds bytes and time."
        ),
    ),
    url_schemes=("athena", "awsathena+rest"),
    driver="pyathena",
    extra="athena",
    url_parameters={"host": "host", "port": "port", "database": "database"},
    sqlalchemy="awsathena+rest",
    errors={
        "TABLE_NOT_FOUND": "unknown name",
        "COLUMN_NOT_FOUND": "unknown name",
        "AccessDenied": "no rights",
    },
    catalogue=information_schema("table_schema <> 'information_schema'", version="SELECT 'Athena'"),
    system_qualifiers=frozenset({"information_schema"}),
    seconds_between="date_diff('second', :earlier, :later)",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
