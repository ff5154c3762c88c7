"""The lists of functions and tables that the guard holds statements against, for every dialect."""

from __future__ import annotations

import contextlib
import re

import pytest
import sqlglot
from sqlglot import exp

from dbchat_magic.core.guard import check
from dbchat_magic.core.sql_nodes import ALLOWED_NODES, REFUSED_NODES
from dbchat_magic.dialects import Dialect, find_dialect
from dbchat_magic.errors import SqlRejected

NAMES = ("sqlite", "duckdb", "postgresql", "mariadb")
CALLS = ("()", "(1)", "('a', 'b')", "(1, 2, 3)", "(x USING utf8)", "('a' IN 'b')", "(a MONTH)")

SPELT_APART = {
    "sqlite": {"->", "->>", "match"},
    "duckdb": {"apply", "case"},
    "postgresql": {"overlaps"},
    "mariadb": {"date_add", "date_sub", "default", "insert", "match", "overlaps"},
}
"""Harmless ones that are no calls, or need another form than those in CALLS."""


@pytest.fixture(params=NAMES)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return find_dialect(str(request.param))


def refusal(sql: str, dialect: Dialect) -> SqlRejected | None:
    try:
        check(sql, dialect.name)
    except SqlRejected as refused:
        return refused
    return None


def test_no_name_is_both_harmless_and_refused(dialect: Dialect):
    harmless = dialect.functions | dialect.table_functions
    assert not harmless & set(dialect.forbidden_functions)
    assert not dialect.system_tables & set(dialect.forbidden_tables)
    assert not dialect.fixed_arguments.keys() & set(dialect.functions)


def test_refused_names_come_with_a_reason(dialect: Dialect):
    reasons = [*dialect.forbidden_functions.values(), *dialect.forbidden_tables.values()]
    assert all(re.match(r"it |SHOW |one ", reason) for reason in reasons)


def test_names_are_lower_case_as_the_guard_compares_them(dialect: Dialect):
    names = {
        *dialect.functions,
        *dialect.forbidden_functions,
        *dialect.table_functions,
        *dialect.system_tables,
        *dialect.forbidden_tables,
        *dialect.session_variables,
        *dialect.code_comments,
    }
    assert {name for name in names if name != name.lower()} <= set(dialect.code_comments)


def test_extra_nodes_are_classes_of_sqlglot_that_are_refused_elsewhere(dialect: Dialect):
    assert dialect.nodes <= REFUSED_NODES
    assert dialect.roots <= ALLOWED_NODES | dialect.nodes


def test_every_harmless_function_can_be_called(dialect: Dialect):
    """Whatever class of sqlglot's its name makes: one that is on no list is noticed here."""
    uncallable = {
        name for name in dialect.functions if all(refusal(f"SELECT {name}{call}", dialect) for call in CALLS)
    }
    assert uncallable == SPELT_APART[dialect.name]


def test_functions_that_only_sqlglot_knows_are_unknown(dialect: Dialect):
    """Its classes come from thirty databases: the same name may be a user's own function here."""
    parser = sqlglot.Dialect.get_or_raise(dialect.sqlglot).parser_class
    known = {name.lower() for name in (*parser.FUNCTIONS, *parser.FUNCTION_PARSERS)}
    strange = known - dialect.functions - dialect.table_functions - dialect.fixed_arguments.keys()
    passed = {name for name in strange if refusal(f"SELECT {name}(1)", dialect) is None}
    assert passed <= {"char", "columns", "date", "decimal", "time", "timestamp", "values", "year"}


def test_words_that_call_a_function_without_brackets_only_tell_the_time_or_the_user(dialect: Dialect):
    parser = sqlglot.Dialect.get_or_raise(dialect.sqlglot).parser_class
    for kind in parser.NO_PAREN_FUNCTIONS.values():
        if kind.__name__ in ALLOWED_NODES | dialect.nodes:
            assert re.match(
                r"Current(Catalog|Date|Datetime|Role|Schema|Time|User)|Local|Session|Sys|Utc", kind.__name__
            )


def test_what_writes_waits_or_reads_files_is_refused_by_name():
    expected = {
        "duckdb": "nextval setval setseed read_text read_csv glob query query_table sleep_ms pg_sleep getenv"
        " json_execute_serialized_sql sniff_csv checkpoint write_log current_setting duckdb_secrets pandas_scan",
        "postgresql": "nextval set_config setseed pg_sleep pg_read_file pg_ls_dir lo_import lo_export dblink"
        " query_to_xml database_to_xml ts_stat pg_advisory_lock pg_notify pg_terminate_backend pg_reload_conf",
        "mariadb": "sleep benchmark load_file get_lock release_lock master_pos_wait nextval sys_exec password",
    }
    for name, words in expected.items():
        assert set(words.split()) <= set(find_dialect(name).forbidden_functions)


def test_every_harmless_function_of_this_duckdb_is_on_a_list():
    duckdb = pytest.importorskip("duckdb")
    dialect = find_dialect("duckdb")
    with contextlib.closing(duckdb.connect()) as database:
        rows = database.execute(
            "SELECT DISTINCT function_name, coalesce(has_side_effects, false) FROM duckdb_functions()"
            " WHERE function_type IN ('scalar', 'aggregate', 'macro')"
        ).fetchall()
    volatile = {name.lower() for name, effects in rows if effects}
    assert volatile & dialect.functions <= {
        "random",
        "uuid",
        "gen_random_uuid",
        "uuidv4",
        "uuidv7",
        "error",
        "current_query",
    }


@pytest.mark.parametrize("name", NAMES)
def test_types_are_no_functions(name: str):
    assert check("SELECT CAST(1 AS DECIMAL(10, 2))", name).text
    assert refusal('SELECT "decimal"(1)', find_dialect(name)) is not None or name == "mariadb"


def test_node_classes_are_found_by_name():
    assert all(hasattr(exp, name) for name in find_dialect("postgresql").nodes)
