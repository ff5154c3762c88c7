"""Snowflake: a warehouse in the cloud, through its own connector."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.dialect import Dialect, Parameter

SNOWFLAKE = Dialect(
    name="snowflake",
    label="Snowflake",
    sqlglot="snowflake",
    is_tried=False,
    parameters=(
        Parameter("host", "Account", required=True, description="As in ab12345.eu-central-1."),
        Parameter("user", "User", required=True),
        Parameter("password", "Password", secret=True),
        Parameter("database", "Database", required=True, description="DATABASE or DATABASE/SCHEMA."),
        Parameter("warehouse", "Warehouse", url_option="warehouse"),
        Parameter("role", "Role", url_option="role", description="Best one that can only read."),
    ),
    url_schemes=("snowflake",),
    driver="snowflake.connector",
    extra="snowflake",
    url_parameters={"host": "host", "username": "user", "password": "password", "database": "database"},
    sqlalchemy="snowflake",
    begin=("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {whole_seconds}, QUERY_TAG = 'dbchat_magic'",),
    session_number="SELECT CURRENT_SESSION()",
    kill="SELECT SYSTEM$CANCEL_ALL_QUERIES({number})",
    errors={"002003": "unknown name", "000904": "unknown name", "250001": "password", "000604": "CANCELLED"},
    catalogue=information_schema(
        "table_schema <> 'INFORMATION_SCHEMA'",
        comments="comment",
        search_path="SELECT CURRENT_SCHEMA()",
        version="SELECT 'Snowflake ' || CURRENT_VERSION()",
    ),
    system_qualifiers=frozenset({"information_schema", "snowflake"}),
    seconds_between="DATEDIFF('second', :earlier, :later)",
    remedy="CREATE ROLE {reader};\nGRANT USAGE ON DATABASE {database} TO ROLE {reader};\nGRANT SELECT ON ALL TABLES IN DATABASE {database} TO ROLE {reader};",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
