"""Order: in which order bars stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SEQUENCES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "monday tuesday wednesday thursday friday saturday sunday",
    "mon tue wed thu fri sat sun",
    "xxs xs s m l xl xxl xxxl",
    "small medium large",
    "low medium high critical",
    "never rarely sometimes often always",
)  # fmt: skip
NUMBERED = re.compile(
    r"[<>≤≥≈~$€£]?\s*[-+]?\d|(q|w|h|week|day|level|grade|class|stage|step|year|month|quarter)\s*\d",
    re.IGNORECASE,
)


def bar_order(
    labels: Sequence[str], values: Sequence[float | None], declared: Sequence[str] = ()
) -> list[int]:
    """Positions of the bars from first to last: the largest first, unless their own order says something.

    Months, days and sizes stand as they follow one another, and so does what an enumeration has `declared`. The
    result's order stays where it goes up or down by the figures, as a question asked for, or where the labels
    are numbers.

    >>> bar_order(["a", "b", "c"], [1, 3, 2]), bar_order(["Tue", "Mon", "Wed"], [1, 3, 2])
    ([1, 2, 0], [1, 0, 2])
    >>> bar_order(["paid", "new", "(none)"], [1, 3, 2], ["new", "paid"])
    [1, 0, 2]
    """
    positions = list(range(len(labels)))
    if declared:
        place_of = {name: place for place, name in enumerate(declared)}
        return sorted(positions, key=lambda at: place_of.get(labels[at], len(declared)))
    if sequence := find_sequence(labels):
        return sorted(positions, key=lambda at: sequence.index(word_of(labels[at])))
    if is_numbered(labels) or is_monotonic([value for value in values if value is not None]):
        return positions
    return sorted(positions, key=lambda at: (values[at] is None, -(values[at] or 0)))


def declared_order(series: pd.Series[Any]) -> list[str]:
    """What an enumeration declares; nothing where that is the alphabet, which says nothing.

    >>> import pandas as pd
    >>> declared_order(pd.Series(pd.Categorical(["b"], ["b", "a"], ordered=True))), declared_order(pd.Series(["b"]))
    (['b', 'a'], [])
    """
    if not getattr(series.dtype, "ordered", None):
        return []
    names = [str(name) for name in series.cat.categories]
    return names if names != sorted(names) else []


def find_sequence(labels: Sequence[str]) -> list[str]:
    """The words, in their order, that readers know these labels from; empty where they know none.

    >>> find_sequence(["Wed", "Mon"])[:3], find_sequence(["Spain", "Italy"])
    (['mon', 'tue', 'wed'], [])
    """
    words = set(map(word_of, labels))
    return next((known for sequence in SEQUENCES if words <= set(known := sequence.split())), [])


def is_numbered(labels: Sequence[str]) -> bool:
    """Whether labels are numbers, ranges or numbered steps.

    >>> is_numbered(["0-9", "10-19"]), is_numbered(["Q1", "Q2"]), is_numbered(["Spain", "7 up"])
    (True, True, False)
    """
    return all(NUMBERED.match(word_of(label)) for label in labels)


def word_of(label: str) -> str:
    return label.strip().lower()


def is_monotonic(values: Sequence[float]) -> bool:
    return all(a <= b for a, b in pairwise(values)) or all(a >= b for a, b in pairwise(values))
