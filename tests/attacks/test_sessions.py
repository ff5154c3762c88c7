"""The corpus against our sessions alone, the guard switched off, and against both; each on a real database."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import pytest

from dbchat_magic.core.guard import check
from dbchat_magic.errors import DbChatError, QueryFailed, SqlRejected
from tests.attacks.conftest import CANARY, OWN_FUNCTIONS, Case, cases, schema_of
from tests.attacks.targets import SessionTarget, attack_all
from tests.servers import Server

SERVERS = ("duckdb", "postgresql", "mariadb")

SECONDS = 0.5
"""The limit of what must be stopped."""
CONTROL_BACK = SECONDS + 8  # two on an idle machine


@pytest.fixture(scope="module")
def targets(
    postgresql: Server, mariadb: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, SessionTarget]]:
    with attack_all(tmp_path_factory.mktemp("attacked"), postgresql, mariadb) as targets:
        yield targets


@pytest.mark.parametrize("kind", SERVERS)
def test_what_an_attack_would_do_would_be_seen(kind: str, targets: dict[str, SessionTarget]):
    target = targets[kind]
    before = target.state()
    left = target.folder / "out" / "left"
    left.write_text("x")
    assert target.state() != before
    left.unlink()
    for sql in ("UPDATE orders SET amount = amount + 1 WHERE id = 7", "CREATE TABLE left_behind (a INT)"):
        target.as_owner(sql)
        assert target.state() != before
    target.as_owner("UPDATE orders SET amount = amount - 1 WHERE id = 7")
    target.as_owner("DROP TABLE left_behind")
    assert kind == "duckdb" or target.state() == before


@cases("refuse", *SERVERS)
def test_the_session_alone_lets_no_attack_have_an_effect(case: Case, targets: dict[str, SessionTarget]):
    target = targets[case.dialect]
    before = target.state()
    rows: object = []
    with contextlib.suppress(DbChatError):
        rows = target.run(target.text(case), seconds=2).rows
    assert target.state() == before
    assert CANARY not in str(rows)
    assert target.run("SELECT count(*), min(name) FROM customers").rows == [(5, "Ann")]


@cases("allow", *SERVERS)
def test_harmless_statements_run_as_they_are_checked(case: Case, targets: dict[str, SessionTarget]):
    target = targets[case.dialect]
    safe = check(target.text(case), case.dialect, schema_of(case.dialect), OWN_FUNCTIONS)
    target.run(safe.text, seconds=20)


@cases("stop_by_timeout", *SERVERS)
def test_the_session_alone_stops_what_does_not_end(case: Case, targets: dict[str, SessionTarget]):
    target = targets[case.dialect]
    target.run("SELECT 1")
    started = time.monotonic()
    with pytest.raises(QueryFailed):
        target.run(target.text(case), seconds=SECONDS)
    assert time.monotonic() - started < CONTROL_BACK
    assert target.run("SELECT count(*), min(name) FROM customers").rows == [(5, "Ann")]


@cases("refuse", *SERVERS)
def test_guard_and_session_leave_nothing(case: Case, targets: dict[str, SessionTarget]):
    target = targets[case.dialect]
    try:
        safe = check(target.text(case), case.dialect, schema_of(case.dialect), OWN_FUNCTIONS)
    except SqlRejected:
        return
    before = target.state()
    rows: object = []
    with contextlib.suppress(DbChatError):
        rows = target.run(safe.text).rows
    assert target.state() == before
    assert CANARY not in str(rows)
