"""Ranking: superlatives, and what has most or occurs most often."""

from __future__ import annotations

SUPERLATIVES = {
    "oldest": "old", "tallest": "tall", "heaviest": "heavy", "longest": "long", "largest": "large",
    "biggest": "large", "latest": "late", "fastest": "fast", "richest": "rich", "best": "good",
    "youngest": "young", "shortest": "short", "lightest": "light", "smallest": "small", "cheapest": "cheap",
    "earliest": "early", "slowest": "slow", "poorest": "poor", "newest": "recent", "worst": "bad",
    "highest": "high", "lowest": "low", "deepest": "deep", "widest": "wide", "greatest": "large",
    "strongest": "strong", "maximum": "large", "minimum": "small", "max": "large", "min": "small",
    "most expensive": "expensive", "least expensive": "cheap", "most recent": "recent", "most populous": "populous",
    "most populated": "populous", "most recently": "recent", "highest paid": "rich", "most profitable": "profitable",
    "first": "early", "last": "late", "highest rated": "good", "best rated": "good", "top rated": "good",
    "lowest rated": "bad", "worst rated": "bad", "highest earning": "rich", "lowest earning": "poor",
    "best paid": "rich", "lowest paid": "poor", "highest priced": "expensive", "lowest priced": "cheap",
}  # fmt: skip

MOST = {
    "most": True, "largest number of": True, "highest number of": True, "greatest number of": True,
    "biggest number of": True, "maximum number of": True, "most number of": True, "largest amount of": True,
    "maximum count of": True, "highest count of": True, "largest count of": True, "greatest amount of": True,
    "highest total number of": True, "largest total number of": True,
    "least": False, "fewest": False, "smallest number of": False, "lowest number of": False,
    "least number of": False, "minimum number of": False, "fewest number of": False, "smallest amount of": False,
    "least amount of": False, "most number of time": True, "most time": True, "fewest time": False, "least number of time": False,
}  # fmt: skip
"""How many of something decides; True: the more the better."""

COMMON = {
    "most common": True, "most popular": True, "most frequent": True, "most frequently": True, "most commonly": True,
    "most often": True, "most prominent": True, "least common": False, "least popular": False,
    "least frequent": False, "least frequently": False, "rarest": False, "most used": True, "commonest": True,
    "used most": True, "used most often": True, "used most frequently": True, "used least": False,
    "most commonly used": True, "most frequently used": True, "least used": False, "least commonly": False,
}  # fmt: skip
"""How often a value occurs decides."""

EXTREMES = {
    "maximum": "max", "highest": "max", "largest": "max", "max": "max", "greatest": "max", "biggest": "max", "top": "max",
    "minimum": "min", "lowest": "min", "smallest": "min", "min": "min",
}  # fmt: skip

IN_TIME = {
    "first": "earliest", "earliest": "earliest", "oldest": "earliest", "last": "latest", "latest": "latest",
    "newest": "latest", "most recent": "latest", "most recently": "latest",
}  # fmt: skip
"""Words that pick rows by their date: "the first order of each customer", "last 5 invoices"."""

OTHER_TIMES = frozenset(
    """birth birthday born death died dead last next update updated modify modified change changed edit edited delete
    deleted due expect expected promise promised plan planned end ended expire expired expiry until""".split()
)
"""Words in the name of a date that does not tell when its row happened or began."""
