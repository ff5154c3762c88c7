"""Measures: how the figures of a column are written on an axis and told by a pointer, by name and values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbchat_magic.rendering.cells import json_number, most_decimals
from dbchat_magic.rendering.words import words_of_name

MONEY = re.compile(
    r"(?i)(^|[^a-z])(amount|balance|budget|cost|debt|discount|earning|expense|fee|income|margin|payment|price|profit"
    r"|refund|revenue|salary|salaries|sales|spend|spending|spent|subtotal|tax|turnover|wage)s?([^a-z]|$)"
)
PART = re.compile(
    r"(?i)(^|[^a-z])(fraction|percent|percentage|pct|probability|proportion|rate|ratio|share)s?([^a-z]|$)"
)
MILLION = 1_000_000
GIGA_IS_BILLION = "replace(datum.label, 'G', 'B')"
"""d3 writes 2e9 as 2G, its readers as 2B; the expression is ours and holds nothing from a database."""


@dataclass(frozen=True)
class Measure:
    """A column of figures as a chart writes it; the formats are d3's, which Vega-Lite takes."""

    title: str
    """In words, with the unit where the name tells it."""
    axis: dict[str, Any]
    """Properties of a Vega-Lite axis."""
    format: str
    """Of one figure, told exactly."""

    def write(self, value: Any) -> str:
        """One figure as the format says."""
        number = json_number(value)
        if number is None:
            return ""
        return f"{number:,.0f}" if self.format == ",d" else format(number, self.format)


def read_measure(name: str, values: Sequence[Any]) -> Measure:
    """How a column's figures are written: parts as percent, money with its cents, millions short on the axis.

    >>> read_measure("order_share", [0.25, 0.75]).write(0.25), read_measure("total_amount", [3.5, 1200]).write(1200)
    ('25.0%', '1,200.00')
    >>> read_measure("weight_kg", [3, 1200]).title, read_measure("n", [3, 1200]).write(1200)
    ('Weight (kg)', '1,200')
    """
    numbers = [number for value in values if (number := json_number(value)) is not None]
    title = words_of_name(name)
    if is_part(name, numbers):
        return Measure(
            title.removesuffix(" (%)"), {"format": ".0%" if spread(numbers) >= 0.05 else ".1%"}, ".1%"
        )
    decimals = most_decimals([float(number) for number in numbers])
    if decimals and MONEY.search(name):
        decimals = 2
    exact = f",.{decimals}f" if decimals else ",d"
    if max(map(abs, numbers), default=0) >= MILLION:
        return Measure(title, {"format": "~s", "labelExpr": GIGA_IS_BILLION}, exact)
    return Measure(title, {} if decimals else {"tickMinStep": 1}, exact)


def is_part(name: str, numbers: Sequence[float]) -> bool:
    """Figures between 0 and 1, and not all of them 0 or 1, in a column called a share."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return (
        bool(PART.search(spaced))
        and all(0 <= number <= 1 for number in numbers)
        and any(0 < number < 1 for number in numbers)
    )


def spread(numbers: Sequence[float]) -> float:
    return max(numbers) - min(*numbers, 0)
