"""Cells: how the values of a frame look to a person, and what of them JSON can carry."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dbchat_magic.language import counted, phrase

if TYPE_CHECKING:
    import pandas as pd

NULL = "NULL"
MOST_DECIMALS = 4
LARGEST_EXACT = 2**53
"""JavaScript and a double count no further without gaps."""
LONGEST_EXACT = 40
"""Digits before the point that a decimal is written out with."""
SHOWN_BYTES = 12

# Controls, what turns the direction of writing round, and halves of characters: they would act instead of show.
ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True)
class Column:
    """A column ready to be shown."""

    name: str
    cells: tuple[str | None, ...]
    """None: NULL."""
    is_number: bool


def show_columns(frame: pd.DataFrame, row_limit: int) -> list[Column]:
    """The first rows of a frame as text, column by column; nothing in it acts on a terminal or a page."""
    head = frame.iloc[:row_limit]
    return [show_column(str(name), list(head.iloc[:, at])) for at, name in enumerate(head.columns)]


def show_column(name: str, values: Sequence[Any]) -> Column:
    present = [value for value in values if not is_missing(value)]
    is_number = bool(present) and all(is_numeric(value) for value in present)
    decimals = most_decimals(present) if is_number else 0
    is_midnight = all(is_day(value) for value in present)
    cells = tuple(None if is_missing(value) else show_value(value, decimals, is_midnight) for value in values)
    return Column(plain(name), cells, is_number)


def type_of(series: pd.Series[Any]) -> str:
    """What a column holds, in a word; empty where it holds nothing or of everything.

    >>> import pandas as pd
    >>> type_of(pd.Series([1, 2])), type_of(pd.Series(["a"])), type_of(pd.Series([1.5])), type_of(pd.Series([None]))
    ('integer', 'text', 'decimal', '')
    """
    from pandas.api.types import infer_dtype  # loaded with the frame

    kind = infer_dtype(series, skipna=True)
    if kind in ("datetime64", "datetime"):
        return "date" if all(is_day(value) for value in series.dropna()) else "time"
    return TYPES.get(kind, "")


TYPES = {
    "string": "text", "categorical": "category", "bytes": "bytes", "integer": "integer", "floating": "decimal",
    "mixed-integer-float": "decimal", "decimal": "decimal", "boolean": "yes or no", "date": "date", "time": "time",
    "timedelta64": "duration", "timedelta": "duration",
}  # fmt: skip
"""Words for the kinds that pandas finds."""


def show_value(value: Any, decimals: int = MOST_DECIMALS, is_midnight: bool = False) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return show_bytes(bytes(value))
    if is_fraction(value):
        return show_fraction(value, decimals)
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d") if is_midnight else value.isoformat(sep=" ")
    return plain(str(value))


def show_bytes(value: bytes) -> str:
    rest = f"… ({len(value):,} bytes)" if len(value) > SHOWN_BYTES else ""
    return f"0x{value[:SHOWN_BYTES].hex()}{rest}"


def show_fraction(value: Any, decimals: int) -> str:
    """A number with as many decimals as its column has; very small and very large ones as powers.

    >>> show_fraction(480730.9099999999, 2), show_fraction(0.0000012, 2), show_fraction(float("inf"), 2)
    ('480730.91', '1.2e-06', 'inf')
    >>> show_fraction(12345678901234567.89, 2), show_fraction(Decimal("12345678901234567.89"), 2)
    ('1.23457e+16', '12345678901234567.89')
    """
    if not is_finite(value):
        return str(float(value))
    if isinstance(value, Decimal) and 10**15 <= abs(value) < 10**LONGEST_EXACT:
        return f"{value:f}"
    if value and not 10**-MOST_DECIMALS <= abs(value) < 10**15:
        return f"{value:.6g}"
    return f"{value:.{decimals}f}"


def most_decimals(values: Sequence[Any]) -> int:
    """How many decimals the numbers of a column need, MOST_DECIMALS at most."""
    needed = 0
    for value in values:
        if is_fraction(value) and math.isfinite(value) and abs(value) < 10**15:
            digits = f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2]
            needed = max(needed, len(digits))
    return needed


def is_missing(value: Any) -> bool:
    """NULL, NaN, NaT or pandas' NA.

    >>> is_missing(None), is_missing(float("nan")), is_missing(""), is_missing(0)
    (True, True, False, False)
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return is_fraction(value) and math.isnan(value)


def is_fraction(value: Any) -> bool:
    return isinstance(value, float | Decimal) or type(value).__name__ in ("float32", "float16", "longdouble")


def is_finite(value: Any) -> bool:
    """Also of a decimal that is too large for a float."""
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def is_numeric(value: Any) -> bool:
    return (
        not isinstance(value, bool)
        and (hasattr(value, "__index__") or is_fraction(value))
        and not is_bool(value)
    )


def is_bool(value: Any) -> bool:
    return type(value).__name__ in ("bool", "bool_")


def is_day(value: Any) -> bool:
    return isinstance(value, dt.datetime) and value.time() == dt.time(0)


def plain(text: str, keep_lines: bool = False) -> str:
    """Text whose every character shows: an escape sequence is read, not obeyed.

    >>> plain("a\\x1b[31mb"), plain("two\\nlines")
    ('a\\\\x1b[31mb', 'two lines')
    """

    def show(match: re.Match[str]) -> str:
        if match[0] in "\n\t" and keep_lines:
            return match[0]
        return (
            " "
            if match[0] in "\r\n\t"
            else match[0].encode("unicode_escape", "surrogatepass").decode("ascii")
        )

    return ACTING.sub(show, text.replace("\r\n", "\n"))


def json_value(value: Any) -> str | int | float | bool | None:
    """The value as JSON carries it: bytes as hexadecimal digits, times as ISO text, what is no number as null, a
    decimal that a float would change as text.

    >>> json_value(Decimal("2.50")), json_value(Decimal("12345678901234567.89"))
    (2.5, '12345678901234567.89')
    """
    if is_missing(value):
        return None
    if is_bool(value):
        return bool(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if is_fraction(value):
        return json_fraction(value) if is_finite(value) else None
    if is_numeric(value):
        return int(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value).encode("utf-8", "replace").decode("utf-8")


def json_fraction(value: Any) -> float | str:
    number = float(value)
    is_changed = isinstance(value, Decimal) and Decimal(repr(number)) != value
    return f"{value:f}" if is_changed else number


def json_number(value: Any) -> float | int | None:
    """The value as a figure of a chart; None where it is none."""
    if is_missing(value) or not is_numeric(value):
        return None
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) <= LARGEST_EXACT else number


def count_text(shown: int, total: int, truncated: bool) -> str:
    """How much of the result is to be seen.

    >>> count_text(10, 2400, False), count_text(3, 3, False), count_text(10, 10000, True)
    ('first 10 of 2,400 rows', '3 rows', 'first 10 of the first 10,000 rows; there are more')
    """
    rows = counted("{count} row", "{count} rows", total)
    if total == 0:
        return phrase("only the columns; there are rows") if truncated else phrase("no rows")
    if not truncated:
        return phrase("first {shown} of {rows}", shown=f"{shown:,}", rows=rows) if shown < total else rows
    if shown == total:
        return phrase("first {rows}; there are more", rows=rows)
    return phrase("first {shown} of the first {rows}; there are more", shown=f"{shown:,}", rows=rows)
