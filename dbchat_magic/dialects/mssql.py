"""SQL Server: Microsoft's server and Azure SQL, through pymssql."""

from __future__ import annotations

from dbchat_magic.dialects.common import FORBIDDEN_FUNCTIONS, FUNCTIONS, information_schema
from dbchat_magic.dialects.dialect import SERVER_URL, Dialect, server_parameters

MSSQL = Dialect(
    name="mssql",
    label="SQL Server",
    sqlglot="tsql",
    is_tried=False,
    advice=("Take parts of dates with YEAR(…), MONTH(…); TOP n stands after SELECT, there is no LIMIT.",),
    parameters=server_parameters(1433),
    url_schemes=("mssql", "mssql+pymssql", "sqlserver"),
    driver="pymssql",
    extra="mssql",
    url_parameters=SERVER_URL,
    sqlalchemy="mssql+pymssql",
    connect_arguments={"login_timeout": 10, "appname": "dbchat_magic", "read_only": True, "autocommit": True},
    # It has no read-only sessions: what a statement did is rolled back, and the role has to be one that reads.
    session=("SET LOCK_TIMEOUT 2000", "SET QUERY_GOVERNOR_COST_LIMIT 0"),
    begin=("BEGIN TRANSACTION",),
    reset=("IF @@TRANCOUNT > 0 ROLLBACK",),
    session_number="SELECT @@SPID",
    kill="KILL {number}",
    errors={
        "208": "unknown name",
        "207": "unknown name",
        "18456": "password",
        "4060": "no database",
        "229": "no rights",
        "1222": "locked",
        "20009": "unreachable",
        "20047": "gone",
    },
    catalogue={
        **information_schema(
            "table_schema NOT IN ('sys', 'INFORMATION_SCHEMA')",
            search_path="SELECT SCHEMA_NAME()",
            version="SELECT @@VERSION",
        ),
        "values": "SELECT TOP {limit} {columns} FROM {table}",
    },
    system_qualifiers=frozenset({"sys", "information_schema"}),
    default_qualifiers=frozenset({"dbo"}),
    seconds_between="DATEDIFF(SECOND, :earlier, :later)",
    like_ignores_case=True,
    remedy="CREATE LOGIN {reader} WITH PASSWORD = '…';\nCREATE USER {reader};\nALTER ROLE db_datareader ADD MEMBER {reader};",
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
)
