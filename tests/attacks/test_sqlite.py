"""The corpus on SQLite: by the session alone, and by the guard and the session."""

from __future__ import annotations

import contextlib
import sqlite3
import time

import pytest

from dbchat_magic.core.guard import check
from dbchat_magic.errors import QueryFailed, SqlRejected
from tests.attacks.conftest import CANARY, Case, Target, cases

SECONDS = 0.4
"""The limit of what must be stopped."""
CONTROL_BACK = SECONDS + 8  # two on an idle machine


# ----------------------------------------------------------------------------------- the session alone


@cases("refuse", "sqlite")
def test_the_session_alone_lets_no_attack_have_an_effect(case: Case, target: Target):
    before = target.state()
    rows = []
    with contextlib.suppress(QueryFailed):
        rows = target.connection.run(target.unguarded(case), row_limit=10, seconds=5).rows
    assert target.state() == before
    assert CANARY not in str(rows)
    assert str(target.folder) not in str(rows)
    assert_session_is_as_before(target)


@cases("allow", "sqlite")
def test_the_session_gives_what_an_ordinary_connection_gives(case: Case, target: Target):
    with contextlib.closing(sqlite3.connect(target.database)) as ordinary:
        expected = ordinary.execute(case.sql).fetchall()
    for text in (target.unguarded(case), check(case.sql, "sqlite", target.schema)):
        assert target.connection.run(text, row_limit=None, seconds=5).rows == expected


@cases("stop_by_timeout", "sqlite")
def test_the_session_alone_stops_what_does_not_end(case: Case, target: Target):
    assert_stopped(target, case)
    assert_session_is_as_before(target)


# ------------------------------------------------------------------------------------------------ both


@cases("stop_by_timeout", "sqlite")
def test_what_the_guard_lets_through_is_stopped(case: Case, target: Target):
    try:
        check(case.sql, "sqlite", target.schema)
    except SqlRejected:
        return
    assert_stopped(target, case)
    assert_session_is_as_before(target)


def assert_stopped(target: Target, case: Case) -> None:
    target.connection.open()
    started = time.monotonic()
    with pytest.raises(QueryFailed):
        target.connection.run(target.unguarded(case), row_limit=10, seconds=SECONDS)
    assert time.monotonic() - started < CONTROL_BACK


def assert_session_is_as_before(target: Target) -> None:
    """What an attack might have left behind in the session is not there."""
    ask = target.connection.catalogue
    assert ask("SELECT count(*), min(name) FROM customers") == [(5, "Ann")]
    assert ask("SELECT count(*) FROM orders WHERE amount > 0") == [(2000,)]
    assert ask("SELECT 'a' LIKE 'A'") == [(1,)]
    left = (
        "SELECT name FROM pragma_table_list WHERE schema <> 'main' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
    )
    assert ask(left) == []
    with pytest.raises(QueryFailed):
        ask("CREATE TEMP TABLE left_behind (x)")
