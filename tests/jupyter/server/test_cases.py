"""Some 300 requests made up from the OpenAPI document: no reply of 5xx, none that the document does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.server.cases import operations, try_operation
from tests.jupyter.server.conftest import Site
from tests.jupyter.server.launch import launched

CASES = 300
OPERATIONS = operations()


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory, shop_file: Path) -> Iterator[Site]:
    with launched(tmp_path_factory.mktemp("fuzzed"), shop_file, "", DBCHAT_TIMEOUT="60") as site:
        yield site


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_is_sent_the_reply_is_one_that_is_documented(fuzzed: Site, operation: Any):
    try_operation(operation, fuzzed, CASES // len(OPERATIONS) + 1, derandomize=True)
