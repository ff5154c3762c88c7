"""Databricks: a warehouse over a lake, through its own connector."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, Parameter

DATABRICKS = Dialect(
    name="databricks",
    label="Databricks",
    sqlglot="databricks",
    is_tried=False,
    parameters=(
        Parameter("host", "Host", required=True, description="As in abc.cloud.databricks.com."),
        Parameter("port", "Port", type="integer", default=443),
        Parameter("user", "User", default="token"),
        Parameter("password", "Access token", secret=True),
        Parameter("database", "Schema", default="default"),
        Parameter("http_path", "HTTP path", required=True, url_option="http_path"),
        Parameter("catalog", "Catalog", url_option="catalog"),
    ),
    url_schemes=("databricks",),
    driver="databricks.sql",
    extra="databricks",
    url_parameters=SERVER_URL,
    sqlalchemy="databricks",
    begin=("SET STATEMENT_TIMEOUT = {whole_seconds}",),
    errors={"TABLE_OR_VIEW_NOT_FOUND": "unknown name", "UNRESOLVED_COLUMN": "unknown name"},
    catalogue=information_schema(
        "table_schema <> 'information_schema'",
        comments="comment",
        search_path="SELECT current_schema()",
        version="SELECT 'Databricks'",
    ),
    system_qualifiers=frozenset({"information_schema", "system"}),
    quote="`",
    seconds_between="timestampdiff(SECOND, :earlier, :later)",
    remedy="GRANT USE SCHEMA, SELECT ON SCHEMA {database} TO `{reader}`;",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
