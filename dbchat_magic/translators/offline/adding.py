"""Adding: which measures add up and which are averaged, by what their columns are called."""

from __future__ import annotations

from dbchat_magic.linking.names import name_words
from dbchat_magic.linking.words import lemma_of
from dbchat_magic.translators.offline.lexicon import ADDED_UP, AGGREGATES, AVERAGED, TOTALS
from dbchat_magic.translators.offline.query import ColumnRef


def function_of(ref: ColumnRef) -> str:
    """The average where the name is of a kind that does not add up, unless it is a total."""
    words = name_words(ref.column)
    if any(AGGREGATES.get(word) == "avg" for word in words) or is_of_one(ref):
        return "avg"
    return "avg" if AVERAGED.intersection(words) and not TOTALS.intersection(words) else "sum"


def is_of_one(ref: ColumnRef) -> bool:
    """ "unit cost", not "units sold"."""
    words = name_words(ref.column)
    return len(words) > 1 and words[0] == "unit" and not ref.column.lower().startswith("units")


def is_told(ref: ColumnRef) -> bool:
    """Whether the name tells which of both: by a kind that is known, or alone in the plural: "seats"."""
    words = name_words(ref.column)
    plural = len(words) == 1 and ref.column.lower() != lemma_of(ref.column.lower())
    known = AVERAGED | ADDED_UP | TOTALS | AGGREGATES.keys()
    return plural or bool(known.intersection(words))
