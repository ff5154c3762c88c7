from __future__ import annotations

import contextlib
import itertools
import sqlite3
import time

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite

from dbchat_magic.core import sql_nodes
from dbchat_magic.core.guard import MAX_CHARACTERS, MAX_DEPTH, MAX_TOKENS, SafeSql, check
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import DatasourceError, SqlRejected

SHOP = Schema((Table("orders", ()), Table("odd name", ()), Table("客户订单", ())))
SLOWEST = 2.0
"""Seconds: a tenth on an idle machine; a parser that backtracks without end takes minutes."""


def refusal(sql: str, schema: Schema | None = None) -> SqlRejected:
    with pytest.raises(SqlRejected) as caught:
        check(sql, "sqlite", schema)
    return caught.value


# ------------------------------------------------------------------------------------------- the lists


def node_classes() -> set[str]:
    found = [exp.Expr]
    for node in found:
        found.extend(kind for kind in node.__subclasses__() if kind not in found)
    return {kind.__name__ for kind in found if kind.__module__.startswith("sqlglot.expressions")}


def test_every_node_class_of_sqlglot_is_on_exactly_one_list():
    lists = (
        sql_nodes.ALLOWED_STRUCTURE,
        sql_nodes.ALLOWED_FUNCTIONS,
        sql_nodes.REFUSED_STRUCTURE,
        sql_nodes.REFUSED_FUNCTIONS,
    )
    for one, other in itertools.combinations(lists, 2):
        assert not one & other
    assert frozenset().union(*lists) == node_classes()


@pytest.mark.parametrize(
    "name",
    "Command Insert Update Delete Merge Create Drop Alter Copy Into Lock Set Pragma Attach Detach Use".split(),
)
def test_nodes_that_do_more_than_read_are_refused(name: str):
    assert name in sql_nodes.REFUSED_NODES


# ------------------------------------------------------------------------------------------- the text


def test_the_original_text_runs_with_its_comments_cut():
    sql = "-- how many?\nSELECT  count( * )/* of */,'--no' FROM [orders] -- all\n WHERE 1=1-- x\n;"
    assert check(sql, "sqlite") == SafeSql("SELECT  count( * ) ,'--no' FROM [orders]\nWHERE 1=1", "sqlite")


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT 1/**/-/**/-1", "SELECT 1 - -1"),
        ("SELECT 'it''s /* no comment */'", "SELECT 'it''s /* no comment */'"),
        ("explain -- x\nquery /* y */ plan /* z */ select 1;", "EXPLAIN QUERY PLAN select 1"),
        ("EXPLAIN SELECT 1", "EXPLAIN SELECT 1"),
        (";;SELECT 1;;", "SELECT 1"),
        ('SELECT "a""b", `c``d`, [e f] FROM orders', 'SELECT "a""b", `c``d`, [e f] FROM orders'),
        ("/* a */ WITH x AS (SELECT 1) SELECT * FROM x", "WITH x AS (SELECT 1) SELECT * FROM x"),
    ],
)
def test_cutting_keeps_everything_else(sql: str, text: str):
    assert check(sql, "sqlite").text == text


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("", "no statement"),
        (" \n ", "no statement"),
        ("-- only a comment", "no statement"),
        (";", "no statement"),
        ("SELECT 1; SELECT 2", "more than one"),
        ("DROP TABLE orders", "DROP is not"),
        ("PRAGMA table_info(orders)", "PRAGMA is not"),
        ("EXPLAIN ANALYZE SELECT 1", "ANALYZE is not"),
        ("EXPLAIN", "nothing to explain"),
        ("EXPLAIN QUERY PLAN", "not a statement"),
        ("SELECT 1\x00", "control character"),
        ("SELECT '\ud800'", "control character"),
        ("SELECT\u00a01", "unusual blank"),
        ("SELECT [a]] FROM orders]", "square bracket"),
        ("SELECT FROM WHERE", "cannot be read"),
        ("SELECT 'open", "cannot be read"),
        ("WITH x AS (SELECT 1) DELETE FROM orders", "DELETE is not allowed"),
        ("SELECT * INTO copy FROM orders", "INTO is not allowed"),
        ("SELECT * FROM orders FOR UPDATE", "LOCK is not allowed"),
        ("SELECT ?", "parameter without a value"),
        ("SELECT :name", "parameter without a value"),
        ("SELECT load_extension('x')", "it loads code"),
        ("SELECT \"load_extension\"('x')", "it loads code"),
        ("SELECT lenght(1)", "not known"),
        ("SELECT other.abs(1)", "outside of this database"),
        ("SELECT printf('%.*c', 9, 'x')", "too large"),
        ("SELECT printf('%-%*c', 9, 'x')", "too large"),
        ("SELECT format('%99999d', 9)", "too large"),
        ("SELECT printf('%' || '*c', 9, 'x')", "must be a text"),
        ("SELECT printf(note, 9) FROM orders", "must be a text"),
        ("SELECT * FROM sqlite_stmt", "belongs to SQLite itself"),
        ("SELECT * FROM pragma_database_list", "belongs to SQLite itself"),
        ("SELECT * FROM pragma_user_version(7)", "not known"),
        ("SELECT * FROM abs(7)", "does not stand for a table"),
        ("SELECT * FROM dbstat", "may not be read"),
        ("SELECT * FROM temp.orders", "outside of this database"),
        ("SELECT * FROM readfile('/etc/passwd')", "it reads files"),
        ("SELECT 1 IN pragma_database_list", "belongs to SQLite itself"),
        ("SELECT 1 IN temp.orders", "outside of this database"),
    ],
)
def test_a_refusal_says_which_part_and_why(sql: str, words: str):
    assert words in refusal(sql).message


@pytest.mark.parametrize(
    ("dialect", "sql", "words"),
    [
        ("duckdb", "SELECT * FROM 'people.csv'", "name of a file"),
        ("duckdb", 'SELECT * FROM "s3://bucket/x"', "name of a file"),
        ("duckdb", "SELECT * FROM read_csv('x')", "it reads files"),
        ("duckdb", "SELECT 'x'.getenv()", "it shows settings"),
        ("duckdb", "SUMMARIZE 'people.csv'", "not a statement that reads"),
        ("duckdb", "SELECT * FROM (SUMMARIZE 'people.csv')", "SUMMARIZE is not allowed"),
        ("duckdb", "SHOW 'people.csv'", "not known to be harmless"),
        ("duckdb", "SELECT * FROM (SHOW x)", "SHOW may only stand alone"),
        ("duckdb", "SELECT format('{:>99999}', 1)", "too large"),
        ("duckdb", "SELECT * FROM other.main.orders", "outside of this database"),
        ("duckdb", "PRAGMA threads = 1", "PRAGMA is not"),
        ("postgresql", "SELECT 7 #>- 8", "operator #>- is not known"),
        ("postgresql", "SELECT 7 OPERATOR(public.+) 8", "operator public.+ is not known"),
        ("postgresql", "SELECT mine.lower('x')", "outside of this database"),
        ("postgresql", "SELECT current_setting('data_directory')", "for a few names only"),
        ("postgresql", "SHOW data_directory", "not known to be harmless"),
        ("postgresql", "EXPLAIN (ANALYZE) SELECT 1", "ANALYZE is not"),
        ("postgresql", "EXPLAIN (FORMAT JSON, ANALYZE) SELECT 1", "FORMAT is not"),
        ("postgresql", "SELECT * FROM pg_shadow", "it may hold passwords"),
        ("postgresql", "SELECT * FROM pg_catalog.pg_stats", "values of tables"),
        ("postgresql", "SELECT * FROM pg_toast.pg_toast_1", "belongs to PostgreSQL itself"),
        ("postgresql", "SELECT first(1)", "not known"),
        ("postgresql", "SELECT * FROM db.public.orders", "outside of this database"),
        ("mariadb", "SELECT 1 /*!50000 + 1 */", "is run by MariaDB"),
        ("mariadb", "/*M!100 SELECT 1 */", "is run by MariaDB"),
        ("mariadb", "SELECT /*+ SET_VAR(a=1) */ 1", "Hints"),
        ("mariadb", "SELECT @@datadir", "parameter without a value"),
        ("mariadb", "SELECT @a := 1", "parameter without a value"),
        ("mariadb", "SHOW VARIABLES", "not known to be harmless"),
        ("mariadb", "SELECT * FROM mysql.user", "it may hold passwords"),
        ("mariadb", "SELECT * FROM sys.version", "belongs to MariaDB itself"),
        ("mariadb", "EXPLAIN FORMAT=JSON DELETE FROM orders", "DELETE is not"),
    ],
)
def test_each_dialect_has_rules_of_its_own(dialect: str, sql: str, words: str):
    with pytest.raises(SqlRejected) as caught:
        check(sql, dialect)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("dialect", "sql", "text"),
    [
        ("duckdb", "FROM orders -- all", "FROM orders"),
        ("duckdb", "describe /* x */ orders;", "DESCRIBE orders"),
        ("duckdb", "summarize from orders", "SUMMARIZE from orders"),
        ("postgresql", "SELECT 1 ORDER /* x */ BY 1", "SELECT 1 ORDER BY 1"),
        ("postgresql", "explain (costs off) SELECT 1", "EXPLAIN ( COSTS OFF ) SELECT 1"),
        ("mariadb", "SELECT 1--1 # x", "SELECT 1--1"),
        ("mariadb", "SELECT '/*! no comment */'", "SELECT '/*! no comment */'"),
        ("mariadb", "SELECT a->'$.b', a->>'$.b' FROM t", "SELECT a->'$.b', a->>'$.b' FROM t"),
        ("mariadb", "show full columns from `orders` like 'a%'", "SHOW full columns from `orders` like 'a%'"),
    ],
)
def test_what_runs_is_the_text_of_the_statement(dialect: str, sql: str, text: str):
    assert check(sql, dialect).text == text


HIDDEN = {
    "sqlite": ("load_extension('x')", "nosuch('x')", "(SELECT x FROM dbstat)", "(VALUES (nosuch()))"),
    "duckdb": ("getenv('x')", "(FROM 'x.csv')", "(TABLE pg_settings)", "(PIVOT 'x.csv' ON a)"),
    "postgresql": ("pg_sleep(1)", "(SELECT 1 FROM pg_shadow)", "(TABLE pg_shadow)"),
    "mariadb": ("sleep(1)", "(SELECT 1 FROM mysql.user)", "(SELECT @@datadir)"),
}


@pytest.mark.parametrize("dialect", HIDDEN)
def test_no_function_hides_what_it_is_given(dialect: str):
    """Of those that the parser knows: it drops what they have too much of."""
    parser = sqlglot.Dialect.get_or_raise(find_dialect(dialect).sqlglot).parser_class
    for name in sorted({*parser.FUNCTIONS, *parser.FUNCTION_PARSERS}):
        for hidden in HIDDEN[dialect]:
            for values in (hidden, f"1, {hidden}", f"1, 1, {hidden}, 1", f"1, 1, 1, {hidden}"):
                with pytest.raises(SqlRejected):
                    check(f"SELECT {name}({values})", dialect)


def test_an_unknown_dialect_is_a_datasource_error():
    with pytest.raises(DatasourceError, match="no kind of database"):
        check("SELECT 1", "nosuch")


def test_a_function_of_the_users_own_is_allowed_when_named():
    assert "not known" in refusal("SELECT my_label(1)").message
    assert check("SELECT my_label(1)", "sqlite", functions=["MY_LABEL"]).text


def test_a_misspelt_function_or_table_comes_with_a_suggestion():
    assert "length" in refusal("SELECT lenght('x')").hint
    assert "orders" in refusal("SELECT * FROM order_s", SHOP).hint


# ------------------------------------------------------------------------------------------ the tables


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM ORDERS",
        'SELECT * FROM "odd name" JOIN 客户订单 ON 1',
        "SELECT * FROM main.orders",
        "WITH mine AS (SELECT 1), more AS (SELECT * FROM mine) SELECT * FROM more, Mine",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT * FROM r",
        "WITH a AS (SELECT 1) SELECT (SELECT max(x) FROM (SELECT 1 AS x FROM a))",
        "SELECT * FROM json_each('[1]') j, pragma_table_info('orders')",
        "SELECT name FROM sqlite_master",
        "SELECT * FROM orders INDEXED BY an_index",
        "SELECT 1 IN orders",
    ],
)
def test_tables_of_the_schema_and_of_the_statement_may_be_read(sql: str):
    assert check(sql, "sqlite", SHOP).text == sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM nosuch",
        "SELECT * FROM orders, (SELECT * FROM nosuch)",
        "SELECT * FROM (WITH mine AS (SELECT 1) SELECT * FROM mine) JOIN mine",
        "WITH sqlite_stmt AS (SELECT 1) SELECT * FROM sqlite_stmt",
        "SELECT 1 IN nosuch",
    ],
)
def test_other_tables_may_not(sql: str):
    refusal(sql, SHOP)


def test_without_a_schema_any_table_of_the_users_may_be_read():
    assert check("SELECT * FROM whatever", "sqlite").text


SALES = Schema((Table("orders", (), schema="shop"), Table("old.orders", (), schema="old")))


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM orders", "SELECT * FROM SHOP.orders", "SELECT * FROM old.Orders"]
)
@pytest.mark.parametrize("dialect", ["duckdb", "postgresql", "mariadb"])
def test_tables_are_found_with_and_without_their_namespace(dialect: str, sql: str):
    assert check(sql, dialect, SALES).text == sql


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM new.orders", "SELECT * FROM a.shop.orders", "SHOW COLUMNS FROM nosuch"]
)
@pytest.mark.parametrize("dialect", ["duckdb", "postgresql", "mariadb"])
def test_tables_of_other_namespaces_are_not(dialect: str, sql: str):
    with pytest.raises(SqlRejected):
        check(sql, dialect, SALES)


def test_a_function_in_a_schema_of_the_users_own_is_named_with_it():
    assert check("SELECT mine.label(1)", "postgresql", functions=["mine.label", "label"]).text
    with pytest.raises(SqlRejected):
        check("SELECT other.label(1)", "postgresql", functions=["mine.label", "label"])


# --------------------------------------------------------------------------------------- time and depth


HUGE = {
    "long": "SELECT " + "a" * MAX_CHARACTERS,
    "many words": "SELECT " + "a," * MAX_TOKENS + "a",
    "as many words as may be": "SELECT " + "a+" * (MAX_TOKENS // 2 - 10) + "a",
    "deep": "SELECT " + "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
    "deep without end": "SELECT " + "(" * MAX_DEPTH,
    "nested CASE": "SELECT " + "CASE WHEN " * 400 + "1" + " THEN 1 END" * 400,
    "not": "SELECT " + "NOT " * 4_000 + "1",
    "minus": "SELECT " + "- " * 4_000 + "1",
    "types, where the parser backtracks": "SELECT " + "decimal(" * 60 + "1" + ")" * 60,
    "joins, where it backtracks too": "SELECT " + "STRAIGHT_JOIN " * 1_400,
    "CTEs": "WITH " + "a AS (SELECT 1)," * 400 + "b AS (SELECT 1) SELECT 1 FROM " + "b," * 700 + "b",
    "comments": "SELECT 1" + "/**/" * 4_900,
    "quotes": "SELECT " + "'" * 19_000,
    "unions": "SELECT 1" + " UNION SELECT 1" * 1_200,
}


@pytest.mark.parametrize("sql", HUGE.values(), ids=HUGE)
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgresql", "mariadb"])
def test_a_verdict_comes_quickly_on_any_text(sql: str, dialect: str):
    check("SELECT 1", dialect)
    started = time.thread_time()  # of this thread alone: the machine may be busy
    with contextlib.suppress(SqlRejected):
        check(sql, dialect, SHOP)
    assert time.thread_time() - started < SLOWEST


def test_harmless_nesting_passes():
    assert check("SELECT " + "(" * 30 + "1" + ")" * 30, "sqlite").text


# ---------------------------------------------------------------------------------------- random texts

WORDS = sorted({word for word in SQLite.Tokenizer.KEYWORDS if word.strip()})
pieces = st.sampled_from([*WORDS, *"()[],.;*=<>-+|'\"`?:@$%", "orders", "1", "'x'", "abs(", "decimal("])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(pieces, max_size=60).map(" ".join)))
def test_random_text_gets_a_verdict_and_nothing_else(text: str):
    for sql in (text, f"SELECT {text}"):
        with contextlib.suppress(SqlRejected):
            assert isinstance(check(sql, "sqlite", SHOP), SafeSql)


@st.composite
def selects(draw: st.DrawFn) -> str:
    """Harmless statements about a table t(a, b)."""
    values = st.sampled_from(
        ["a", "b", "1", "'x'", "NULL", "abs(a)", "a + b", "(a)", "coalesce(b, 0)", "'--'"]
    )
    conditions = st.sampled_from(["a > 1", "b IS NULL", "a IN (1, 2)", "b LIKE '%x%'", "NOT a = 2", "1=1"])
    blanks = st.sampled_from([" ", "\n", " /* DROP TABLE t; */ ", " -- ;\n"])
    parts = ["SELECT", draw(values), ",", draw(values), "FROM t WHERE", draw(conditions)]
    parts += draw(st.sampled_from([[], ["AND", "a < 3"], ["UNION ALL SELECT 1, 2"], ["ORDER BY 1, 2"]]))
    return "".join(part + draw(blanks) for part in parts)


@settings(max_examples=100, deadline=1_000)
@given(selects())
def test_harmless_statements_pass_and_mean_what_they_meant(sql: str):
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.executescript("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2), (2, NULL), (3, 'x')")
        safe = check(sql, "sqlite", Schema((Table("t", ()),)))
        assert database.execute(safe.text).fetchall() == database.execute(sql).fetchall()
