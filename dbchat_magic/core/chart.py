"""Chart: which picture a result is worth, if any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("bar", "line", "area", "pie", "scatter", "heatmap", "number", "table")


@dataclass(frozen=True)
class ChartSpec:
    """A chart as data: columns of the frame by name."""

    kind: str
    """One of KINDS."""
    x: str | None = None
    y: str | None = None
    color: str | None = None
    title: str = ""


def choose_chart(frame: pd.DataFrame, asked: str | None = None, title: str = "") -> ChartSpec | None:
    raise NotImplementedError
