"""Execute: a checked statement becomes a Result."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dbchat_magic.core.connect import Connection
from dbchat_magic.core.guard import SafeSql


@dataclass(frozen=True)
class Result:
    """What a statement gave."""

    frame: pd.DataFrame
    truncated: bool
    """There were more rows than the limit."""
    seconds: float


def execute(connection: Connection, safe: SafeSql, row_limit: int | None, seconds: float) -> Result:
    raise NotImplementedError
