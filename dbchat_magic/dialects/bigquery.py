"""BigQuery: Google's warehouse, through sqlalchemy-bigquery. Who asks is known from the surroundings (Application Default
Credentials)."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.dialect import Dialect, Parameter

BIGQUERY = Dialect(
    name="bigquery",
    label="BigQuery",
    sqlglot="bigquery",
    is_tried=False,
    parameters=(
        Parameter("host", "Project", required=True, description="Who pays for the query."),
        Parameter("database", "Dataset", required=True),
    ),
    url_schemes=("bigquery",),
    driver="google.cloud.bigquery",
    extra="bigquery",
    url_parameters={"host": "host", "database": "database"},
    sqlalchemy="bigquery",
    # It has no sessions that only read: the account wants the role bigquery.dataViewer, no more.
    catalogue={
        **information_schema("TRUE", prefix="INFORMATION_SCHEMA.", search_path=""),
        "version": "SELECT 'BigQuery'",
    },
    errors={"notFound": "unknown name", "Unrecognized name": "unknown name", "accessDenied": "no rights"},
    system_qualifiers=frozenset({"information_schema"}),
    quote="`",
    seconds_between="TIMESTAMP_DIFF(:later, :earlier, SECOND)",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
