"""Values: which column holds the text "Berlin"? An index of the data's own spellings, for linking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

SECRET = re.compile(
    r"passw|passphrase|pwd|secret|token|credential|(api|private|access|session)_?key|e[-_]?mail|credit_?card"
    r"|card_?number|cvv|cvc|iban|(?<![a-z])ssn(?![a-z])",
    re.IGNORECASE,
)
"""Columns whose names match are never read for samples."""

LONGEST = 80
"""Characters; longer texts are prose, nobody names them in a question."""


@dataclass(frozen=True)
class Value:
    """A text that a column holds."""

    table: str
    column: str
    text: str


@dataclass(frozen=True)
class ColumnValues:
    """What a bounded read of one column found."""

    texts: tuple[str, ...] = ()
    """Distinct texts, commonest first."""
    distinct: int = 0
    """Distinct values, not only texts, among those read."""
    read: int = 0
    """Values that are not NULL among those read."""
    samples: tuple[object, ...] = ()
    """A dozen of the commonest values of any type."""
    low: float | None = None
    """The smallest number among them; None: they are no numbers."""
    high: float | None = None
    complete: bool = False
    """All rows of the table were read."""

    @property
    def unique(self) -> bool:
        """Every value read was different."""
        return self.read > 1 and self.distinct == self.read


@dataclass(frozen=True)
class ValueIndex:
    """The texts found in a database by their words. Held in memory, never written or sent."""

    columns: Mapping[tuple[str, str], ColumnValues] = field(default_factory=dict)
    """By (table, column)."""

    def find(self, text: str) -> tuple[Value, ...]:
        """The values spelt like `text`, whatever their case and punctuation."""
        return self._by_key.get(value_key(text), ())

    def containing(self, word: str) -> tuple[Value, ...]:
        """The values of which `word` is one of the words."""
        return self._by_word.get(value_key(word), ())

    def of(self, table: str, column: str) -> ColumnValues:
        """What is known of one column; an empty record where nothing was read."""
        return self.columns.get((table, column), ColumnValues())

    def prepare(self) -> None:
        """Do what the first search would have to do first."""
        _ = self.longest, self._by_word

    @cached_property
    def longest(self) -> int:
        """Words in the longest value."""
        return max((key.count(" ") + 1 for key in self._by_key), default=0)

    @cached_property
    def _by_key(self) -> dict[str, tuple[Value, ...]]:
        return group((value_key(value.text), value) for value in self._values())

    @cached_property
    def _by_word(self) -> dict[str, tuple[Value, ...]]:
        return group(
            (word, value)
            for value in self._values()
            for word in dict.fromkeys(value_key(value.text).split(" "))
            if word
        )

    def _values(self) -> Iterable[Value]:
        for (table, column), found in self.columns.items():
            for text in found.texts:
                if len(text) <= LONGEST:
                    yield Value(table, column, text)


def value_key(text: str) -> str:
    """The form in which texts are compared.

    >>> value_key("  Saint-Étienne (FR)")
    'saint étienne fr'
    """
    return " ".join(re.findall(r"\w+", text.casefold()))


def group(pairs: Iterable[tuple[str, Value]]) -> dict[str, tuple[Value, ...]]:
    lists: dict[str, list[Value]] = {}
    for key, value in pairs:
        lists.setdefault(key, []).append(value)
    return {key: tuple(found) for key, found in lists.items()}
