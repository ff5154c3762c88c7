"""Ask: the path of a question, from plain words to an Answer. Start reading here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbchat_magic.core.chart import ChartSpec
from dbchat_magic.core.translator import Translation, Usage

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Answer:
    """What a question comes to."""

    question: str
    datasource: str
    """The datasource's name."""
    sql: str
    frame: pd.DataFrame
    chart: ChartSpec | None = None
    reading: str = ""
    """How the question was understood; empty when the user wrote the SQL."""
    confidence: float = 1.0
    alternatives: tuple[Translation, ...] = ()
    ignored: tuple[str, ...] = ()
    """Words of the question that played no part."""
    truncated: bool = False
    """There were more rows than the limit."""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    usage: Usage = Usage()
