"""Calculating: counts, aggregates, ratios, differences and what lies between dates."""

from __future__ import annotations

AGGREGATES = {
    "average": "avg", "mean": "avg", "avg": "avg", "total": "sum", "sum": "sum", "maximum": "max", "max": "max",
    "highest": "max", "largest": "max", "greatest": "max", "biggest": "max", "longest": "max", "minimum": "min",
    "min": "min", "lowest": "min", "smallest": "min", "shortest": "min", "latest": "max", "earliest": "min",
    "combined": "sum", "overall": "sum", "tallest": "max", "heaviest": "max", "oldest": "max", "youngest": "min",
    "most recent": "max",
}  # fmt: skip

SURE_AGGREGATES = frozenset(
    {"average", "mean", "avg", "total", "sum", "maximum", "max", "minimum", "min", "combined", "overall"}
)
"""These aggregate whatever stands around them; the others may also pick a row."""

RATIOS = {
    "ratio of": "ratio", "proportion of": "ratio", "fraction of": "ratio", "share of": "ratio", "what share of": "ratio",
    "percentage of": "percent", "percent of": "percent", "what percentage of": "percent", "what percent of": "percent",
    "the percentage of": "percent", "the proportion of": "ratio", "the ratio of": "ratio", "ratio between": "ratio",
}  # fmt: skip
"""What stands before a part of the rows; whether it is told as a number or in percent."""

AGAINST = {
    "to": True,
    "out of": False,
    "versus": True,
    "vs": True,
    "compared to": True,
    "over": True,
    "among": False,
}
"""What stands between the part and what it is divided by; True: by the other part, else by all that is left."""

COUNTS = (
    "how many",
    "number of",
    "total number of",
    "count of",
    "count the number of",
    "count",
    "total count of",
    "number of total",
    "count of total",
    "number of all",
    "number of time",
    "how many time",
)

PERIODS_BETWEEN = ("minute", "hour", "day", "week", "month", "year")

CALCULATIONS = {
    **dict.fromkeys(("ratio of", "the ratio of", "ratio between"), "/"),
    **dict.fromkeys(("difference between", "difference in", "difference of", "gap between", "time between", "interval between", "time from", "time it take from", "how long between", "how long from", "how long be between", "how long do it take from", "how long do it take between", "how long it take from", "how much time between", "duration between", "duration from", "delay between", "lag between"), ""),
    **{f"{asked} in {unit} {word}": unit for unit in PERIODS_BETWEEN for word in ("between", "from") for asked in ("time", "duration", "delay", "lag")},
    **{f"{unit} {word}": unit for unit in PERIODS_BETWEEN for word in ("between", "from")},
    **{f"{counted} {unit} {word}": unit for unit in PERIODS_BETWEEN for word in ("between", "from", "pass between", "lie between", "be between", "do it take from", "be there between")
       for counted in ("how many", "number of")},
}  # fmt: skip
"""What stands before the two things that are calculated with, and what lies between dates is counted in."""

STARTINGS = frozenset("start begin from open first hired hire created order ordered".split())
ENDINGS = frozenset("end finish to close last left leave completed return returned delivered".split())
