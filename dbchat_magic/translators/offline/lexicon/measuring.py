"""Measuring: which columns an adjective or a verb measures."""

from __future__ import annotations

ADJECTIVES: dict[str, tuple[tuple[str, bool], ...]] = {
    "old": (("age", True), ("birth date", False), ("birthday", False), ("birth year", False), ("built", False),
            ("founded", False), ("date", False), ("year", False)),
    "tall": (("height", True),),
    "heavy": (("weight", True),),
    "long": (("length", True), ("duration", True), ("distance", True), ("runtime", True), ("time", True), ("millisecond", True), ("second", True), ("minute", True), ("hour", True), ("height", True)),
    "large": (("size", True), ("area", True), ("population", True), ("capacity", True), ("amount", True),
              ("total", True), ("number", True)),
    "expensive": (("price", True), ("cost", True), ("fee", True), ("rate", True), ("amount", True),
                  ("charge", True)),
    "late": (("date", True), ("time", True), ("year", True), ("created", True)),
    "fast": (("speed", True), ("time", False), ("duration", False)),
    "rich": (("salary", True), ("income", True), ("net worth", True), ("wealth", True), ("money", True)),
    "good": (("rating", True), ("score", True), ("grade", True), ("stars", True), ("points", True)),
    "populous": (("population", True),),
    "deep": (("depth", True),),
    "wide": (("width", True),),
    "high": (("height", True), ("elevation", True), ("altitude", True), ("score", True)),
    "strong": (("strength", True), ("power", True)),
    "profitable": (("profit", True), ("revenue", True)),
}  # fmt: skip
"""What an adjective measures: names to look for in the table, and whether more of it is more of the adjective."""

OPPOSITES = {
    "young": "old", "short": "long", "light": "heavy", "small": "large", "cheap": "expensive", "early": "late",
    "slow": "fast", "poor": "rich", "bad": "good", "new": "old", "recent": "late", "low": "high", "shallow": "deep",
    "narrow": "wide", "little": "large",
}  # fmt: skip
"""Adjectives that mean less of another; "new" and "recent" mean late."""

VERBS = {
    "earn": "rich",
    "make": "rich",
    "earns": "rich",
    "cost": "expensive",
    "weigh": "heavy",
    "last": "long",
    "measure": "long",
    "paid": "rich",
}
"""Verbs that measure what an adjective does: "employees who earn over 60000"."""

AVERAGED = frozenset(
    """
    rating score satisfaction grade gpa mark star age price rate percentage percent proportion ratio share fraction
    temperature weight height length width depth thickness diameter speed velocity density humidity pressure
    elevation altitude latitude longitude margin wage rank level index efficiency accuracy probability
    """.split()
)
"""Kinds of measures that do not add up: a group has their average."""

TOTALS = frozenset({"total", "subtotal", "sum", "amount", "count"})
"""In a name they say that it adds up, whatever it is of: "total price"."""

ADDED_UP = frozenset(
    """
    quantity revenue sale turnover proceed refund payment expense expenditure spending budget profit earning
    donation unit debt seat population attendance
    """.split()
)
"""Kinds of measures that add up: a group has their sum. A cost, a fee or a salary is asked for both ways."""
