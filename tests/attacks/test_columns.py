"""The corpus by columns: what fetches large results quickly is no other way in. The guard is switched off."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import pytest

from dbchat_magic.core.connect import close_all
from dbchat_magic.errors import DbChatError, QueryFailed
from tests.attacks.conftest import CANARY, Case, cases
from tests.attacks.targets import SessionTarget, attack_all
from tests.servers import Server

KINDS = ("sqlite", "duckdb", "postgresql")


@pytest.fixture(scope="module")
def targets(
    postgresql: Server, mariadb: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, SessionTarget]]:
    with (
        pytest.MonkeyPatch.context() as patch,
        attack_all(tmp_path_factory.mktemp("attacked"), postgresql, mariadb) as targets,
    ):
        patch.setattr("dbchat_magic.core.worker.HEAD", 1)  # even a single row comes by columns
        close_all()
        yield targets


@cases("refuse", *KINDS)
def test_no_attack_has_an_effect_by_columns(case: Case, targets: dict[str, SessionTarget]):
    target = targets[case.dialect]
    before = target.state()
    seen = ""
    with contextlib.suppress(DbChatError):
        rows = target.run(target.text(case), seconds=1, row_limit=None)
        seen = str(rows.rows if rows.table is None else rows.table.slice(0, 1000).to_pydict())
    assert target.state() == before
    assert CANARY not in seen
    assert target.run("SELECT count(*), min(name) FROM customers").rows == [(5, "Ann")]


@cases("stop_by_timeout", "sqlite", "postgresql")
def test_what_does_not_end_is_stopped_by_columns_too(case: Case, targets: dict[str, SessionTarget]):
    target = targets[case.dialect]
    target.run("SELECT 1")
    started = time.monotonic()
    with pytest.raises(QueryFailed):
        target.run(target.text(case), seconds=0.4, row_limit=None)
    assert time.monotonic() - started < 8.4  # two on an idle machine
    assert target.run("SELECT count(*), min(name) FROM customers").rows == [(5, "Ann")]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_by_columns_that_they_come(kind: str, targets: dict[str, SessionTarget]):
    found = targets[kind].run("SELECT id, name FROM customers", row_limit=None)
    assert found.table is not None
    assert found.table.num_rows == 5
