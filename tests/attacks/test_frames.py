"""The corpus against a frame of the notebook, the guard switched off: DuckDB runs in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dbchat_magic.core import frames
from dbchat_magic.core.frames import FrameConnection
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import DbChatError
from tests.attacks.conftest import CANARY, Case, cases
from tests.attacks.targets import fill_folder


@dataclass(frozen=True)
class FrameTarget:
    """A frame under attack, in a folder with files that are none of its business."""

    folder: Path
    orders: pd.DataFrame
    connection: FrameConnection

    def state(self) -> object:
        files = {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}
        return files, self.orders.to_dict("list")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrameTarget]:
    folder = tmp_path_factory.mktemp("frames")
    fill_folder(folder)
    with duckdb.connect(str(folder / "other.duckdb")) as other:
        other.execute(f"CREATE TABLE secrets(k VARCHAR); INSERT INTO secrets VALUES('{CANARY}')")
    orders = pd.DataFrame({"id": [1, 2], "amount": [1.0, 2.0], "note": ["a", "b"]})
    secret = pd.DataFrame({"k": [CANARY]})
    frames.set_namespace(lambda: {"orders": orders, "secret_df": secret})
    connection = FrameConnection(find_dialect("frame"), "orders")
    yield FrameTarget(folder, orders, connection)
    connection.close()
    frames.set_namespace(dict)


@cases("refuse", "duckdb")
def test_no_attack_on_a_frame_has_an_effect(case: Case, target: FrameTarget):
    before = target.state()
    rows: object = []
    sql = case.sql.replace("@DIR@", str(target.folder))
    with contextlib.suppress(DbChatError):
        rows = target.connection.run(SafeSql(sql, "duckdb"), row_limit=10, seconds=2).rows
    assert target.state() == before
    assert CANARY not in str(rows)
    found = target.connection.run(SafeSql("SELECT count(*) FROM orders", "duckdb"), row_limit=1, seconds=5)
    assert found.rows == [(2,)]
