"""CSV: a frame whose texts a spreadsheet does not run as formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile("[=+\\-@\t\n\uff1d\uff0b\uff0d\uff20]")
"""How a text begins that a spreadsheet may run; the last four are the wide forms of the first."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text, and name of a column, that would be run."""
    import pandas as pd

    guarded = {
        at: frame.iloc[:, at].map(as_text) if may_hold_texts(frame.iloc[:, at]) else frame.iloc[:, at]
        for at in range(len(frame.columns))
    }
    guarded_frame = pd.DataFrame(guarded, index=frame.index)
    guarded_frame.columns = frame.columns.map(as_text)
    return guarded_frame


def may_hold_texts(column: pd.Series[Any]) -> bool:
    return column.dtype.kind not in "biufcmM"


def as_text(cell: Any) -> Any:
    """The cell; a text that would be run stands behind an apostrophe. A number is one also where it is a text.

    A carriage return becomes a line feed: the writer of CSV does not quote the former, and what follows it
    would begin a row.

    >>> as_text("=1+1"), as_text("-5.50"), as_text(-5), as_text("- none")
    ("'=1+1", '-5.50', -5, "'- none")
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    runs = FORMULA.match(text) and not NUMBER.fullmatch(text)
    return f"'{text}" if runs else text
