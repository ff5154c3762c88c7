"""2,000 requests made up from the OpenAPI document, other ones each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbchat_magic.demo import demo_database
from tests.jupyter.server.cases import operations, try_operation
from tests.jupyter.server.launch import launched

CASES = 2_000


@pytest.mark.soak
def test_whatever_is_sent_the_reply_is_one_that_is_documented(tmp_path: Path):
    found = operations()
    shop_file = demo_database(tmp_path / "shop")
    with launched(tmp_path, shop_file, "", DBCHAT_TIMEOUT="60") as site:
        for operation in found:
            try_operation(operation, site, CASES // len(found) + 1, derandomize=False)
