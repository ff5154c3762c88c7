from __future__ import annotations

import contextlib
import sqlite3

import pytest

from dbchat_magic.dialects import find_dialect
from dbchat_magic.dialects.sqlite import SQLITE


@pytest.mark.parametrize("name", ["sqlite", " SQLite ", "sqlite+pysqlite"])
def test_it_is_found_by_its_names(name: str):
    assert find_dialect(name) is SQLITE


def test_every_function_of_this_sqlite_is_on_a_list():
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        here = {name for (name,) in database.execute("SELECT name FROM pragma_function_list")}
    assert here - SQLITE.functions - set(SQLITE.forbidden_functions) == set()


def test_no_function_is_both_harmless_and_refused():
    assert not SQLITE.functions & set(SQLITE.forbidden_functions)


def test_refused_functions_come_with_a_reason():
    assert all(SQLITE.forbidden_functions.values())
    assert {"load_extension", "readfile", "writefile", "randomblob", "zeroblob"} <= set(
        SQLITE.forbidden_functions
    )


def test_the_limits_are_constants_of_the_driver():
    assert all(isinstance(getattr(sqlite3, name), int) for name in SQLITE.limits)


def test_names_are_lower_case_as_the_guard_compares_them():
    names = {*SQLITE.functions, *SQLITE.forbidden_functions, *SQLITE.table_functions, *SQLITE.system_tables}
    assert names == {name.lower() for name in names}
