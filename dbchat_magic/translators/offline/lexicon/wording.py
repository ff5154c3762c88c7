"""Wording: words of grammar that decide what is asked."""

from __future__ import annotations

NEGATIONS = frozenset(
    {"not", "no", "never", "without", "don't", "doesn't", "didn't", "isn't", "aren't", "haven't", "hasn't", "wasn't",
     "weren't", "cannot", "can't", "neither", "hadn't", "won't", "didnt", "doesnt", "dont"}
)  # fmt: skip

DISTINCT = frozenset({"different", "distinct", "unique", "various"})

RELATIVES = frozenset({"who", "whom", "whose", "which", "that", "where", "with", "having", "when"})

EVERYTHING = (
    "all information", "all the information", "all detail", "all the detail", "every detail", "everything", "all column", "all the column",
    "all info", "all the info", "all attribute", "full detail", "all data", "all the data", "detail of all", "information of all",
    "all row", "all record", "all field",
)  # fmt: skip
