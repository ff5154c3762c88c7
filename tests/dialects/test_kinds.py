"""Every kind of database comes in by the same door, and whatever it is, the guard knows what is harmless there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import sqlglot

from dbchat_magic.core.connect import find_driver_spec
from dbchat_magic.core.guard import check
from dbchat_magic.core.schema import COLUMNS, RELATIONS
from dbchat_magic.dialects import Dialect, dialects, find_dialect
from dbchat_magic.errors import DatasourceError, SqlRejected

KINDS = """
athena bigquery chdb clickhouse cockroachdb databricks db2 doris duckdb gaussdb hana hive impala mariadb maxcompute
mssql oceanbase opengauss oracle postgresql presto redshift snowflake spark sqlite starrocks tidb trino vertica
""".split()
TRIED = {"chdb", "duckdb", "files", "frame", "mariadb", "postgresql", "spark", "sqlite"}
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_what_was_run_for_real_and_what_was_not_is_said():
    assert {name for name, dialect in dialects().items() if dialect.is_tried} == TRIED
    assert set(KINDS) <= set(dialects())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_complete(kind: str):
    dialect = find_dialect(kind)
    extras = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    assert kind in extras
    assert dialect.name == kind
    assert dialect.functions
    assert dialect.forbidden_functions
    sqlglot.Dialect.get_or_raise(dialect.sqlglot)  # raises for one that it does not know
    assert "values" in dialect.catalogue
    assert dialect.lists_one_by_one or {"relations", "columns"} <= set(dialect.catalogue)
    dialect.remedy.format(reader="r", database="d")
    for begin in dialect.begin:
        begin.format(seconds=1.5, whole_seconds=2, milliseconds=1500)
    assert dialect.embedded or dialect.driver


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_that_reads_passes_and_others_do_not(kind: str):
    check("SELECT city, COUNT(*) AS n, MAX(price) FROM orders WHERE price > 1 GROUP BY city", kind)
    for harmful in (
        "INSERT INTO orders VALUES (1)",
        "DELETE FROM orders",
        "DROP TABLE orders",
        "CREATE TABLE x (a INT)",
        "SELECT 1; SELECT 2",
        "SELECT unheard_of(1)",
        "SELECT * FROM orders; DROP TABLE orders",
        "GRANT SELECT ON orders TO PUBLIC",
    ):
        with pytest.raises(SqlRejected):
            check(harmful, kind)


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        ("snowflake", "SELECT SYSTEM$CANCEL_ALL_QUERIES(1)"),
        ("snowflake", "SELECT * FROM @stage/file.csv"),
        ("bigquery", "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')"),
        ("mssql", "SELECT * FROM OPENROWSET('SQLNCLI', 's', 'SELECT 1')"),
        ("mssql", "SELECT a INTO b FROM t"),
        ("mssql", "EXEC xp_cmdshell 'dir'"),
        ("mssql", "SELECT * FROM sys.sql_logins"),
        ("oracle", "SELECT utl_http.request('http://x') FROM dual"),
        ("oracle", "SELECT dbms_xmlgen.getxml('select 1') FROM dual"),
        ("databricks", "SELECT * FROM read_files('/x')"),
        ("databricks", "SELECT ai_query('m', 'x')"),
        ("spark", "SELECT * FROM parquet.`/etc/x`"),
        ("spark", "SELECT reflect('java.lang.System', 'getenv')"),
        ("spark", "SELECT java_method('java.lang.System', 'getenv')"),
        ("spark", "SELECT TRANSFORM(a) USING 'cat' AS (b) FROM t"),
        ("hive", "SELECT reflect('java.lang.System', 'exit', 0)"),
        ("trino", "SELECT * FROM TABLE(system.query('DROP TABLE x'))"),
        ("clickhouse", "SELECT * FROM url('http://x', 'CSV', 'a String')"),
        ("clickhouse", "SELECT 1 SETTINGS readonly = 0"),
        ("starrocks", "SELECT * FROM FILES('path' = 's3://x')"),
        ("oceanbase", "SELECT LOAD_FILE('/etc/passwd')"),
        ("tidb", "SELECT 1 INTO OUTFILE '/tmp/x'"),
        ("redshift", "SELECT pg_read_file('x')"),
        ("cockroachdb", "SELECT pg_sleep(9)"),
        ("cockroachdb", "SELECT crdb_internal.force_panic('x')"),
        ("vertica", "SELECT * FROM v_monitor.sessions"),
    ],
)
def test_what_does_harm_in_one_kind_is_refused_there(kind: str, sql: str):
    with pytest.raises(SqlRejected):
        check(sql, kind)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - TRIED))
def test_a_driver_that_is_not_installed_is_named_with_its_extra(kind: str):
    dialect = find_dialect(kind)
    if dialect.driver in ("psycopg", "pymysql"):
        return
    with pytest.raises(DatasourceError, match=rf"pip install 'dbchat_magic\[{kind}\]'"):
        find_driver_spec(dialect)


@pytest.mark.parametrize("kind", KINDS)
def test_the_catalogue_has_as_many_columns_as_are_read(kind: str):
    dialect: Dialect = find_dialect(kind)
    for what, wanted in (("relations", RELATIONS), ("columns", COLUMNS)):
        statement = dialect.catalogue.get(what)
        if statement is None:
            continue
        tree = sqlglot.parse_one(statement, read=dialect.sqlglot)
        assert isinstance(tree, sqlglot.exp.Query)
        assert len(tree.selects) == len(wanted), what
