"""Rewordings: a question with words that the database does not use replaced by those of its own that mean the same.

"Kinds of layouts" becomes "types of templates"; compound names are then found like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dbchat_magic.core.values import value_key
from dbchat_magic.linking.index import NameIndex, stem
from dbchat_magic.linking.likeness import likeness, together
from dbchat_magic.linking.stopwords import (
    CALCULATED,
    FINER_TIMES,
    FUNCTION_WORDS,
    NOT_CALCULATED,
    OPERATOR_WORDS,
    READ_ELSEWHERE,
)
from dbchat_magic.linking.words import Word, lemma_of

if TYPE_CHECKING:
    from dbchat_magic.linking.likeness import Vector

LONGEST = 3
"""Words of a phrase that is replaced."""

ALIKE = 0.42
"""Likeness from which a name's word may be meant."""

VALUE_ALIKE = 0.75
"""Likeness from which a value of the data may be meant."""

SAME_STEM = 0.9
"""Likeness of words that differ in their ending only: "promotional" and "promotion"."""

CHOICES = 3
"""Words tried for one."""

TRIED = 8
"""Rewordings of a whole question that are looked at."""

FEW = 30
"""A column with more values than this is no list of kinds."""

DROPPED = 0.85
"""What the likeness of a phrase's last word is worth for the whole phrase: "academic session"."""


@dataclass(frozen=True)
class Swap:
    """Words of the question, and what the database may call them."""

    said: tuple[str, ...]
    """Lemmas."""
    meant: tuple[str, ...]
    fit: float


class Rewordings:
    """Finds what a database calls the words that it does not know."""

    def __init__(self, names: NameIndex) -> None:
        self.names = names
        self._known: dict[tuple[str, ...], list[Swap]] = {}

    def of(self, words: Sequence[Word]) -> list[tuple[Word, ...]]:
        """The question reworded in several ways, the likeliest first. One word is replaced everywhere."""
        chosen: list[tuple[Swap, ...]] = [()]
        for swaps in self.unknown(words).values():
            chosen += [(*before, swap) for before in chosen for swap in swaps]
            chosen = sorted(chosen, key=lambda swaps: -sum(swap.fit for swap in swaps))[: 4 * TRIED]
        return [reworded(words, swaps) for swaps in chosen[:TRIED] if swaps]

    def unknown(self, words: Sequence[Word]) -> dict[tuple[str, ...], list[Swap]]:
        """What the database does not know by that name, with what it may call it; longer phrases first."""
        found: dict[tuple[str, ...], list[Swap]] = {}
        for length in range(LONGEST, 0, -1):
            for start in range(len(words) - length + 1):
                span = words[start : start + length]
                said = words_of(span)
                inside = any(set(said) <= set(longer) for longer in found)
                if (
                    not inside
                    and may_be_reworded(span)
                    and not self.is_named(said)
                    and (swaps := self.swaps(said))
                ):
                    found[said] = swaps
        return found

    def is_named(self, said: tuple[str, ...]) -> bool:
        found = self.names.find(said)
        return (bool(found) and found[0].score >= 0.6) or self.names.metric(said) is not None

    def swaps(self, said: tuple[str, ...]) -> list[Swap]:
        """What the words may mean here, best first."""
        if said not in self._known:
            found: dict[tuple[str, ...], float] = {}
            for meant, fit in self._find(said):
                found[meant] = max(fit, found.get(meant, 0.0))
            best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:CHOICES]
            self._known[said] = [Swap(said, meant, round(fit, 3)) for meant, fit in best]
        return self._known[said]

    def _find(self, said: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
        phrase = " ".join(said)
        if len(said) > 1 and not likeness().knows(phrase):
            return
        listed = likeness().listed(phrase)
        for term, fit in listed.items():
            meant = tuple(term.split(" "))
            if len(meant) > 1 and self.is_named(meant):
                yield meant, fit
        if said[0] in READ_ELSEWHERE and len(said) == 1:
            for word in set(listed) & self.words.keys():
                yield (word,), listed[word]
            return
        for word, fit in self._near(said, listed):
            named = word in self.names.vocabulary
            if fit >= ALIKE if named else (fit >= VALUE_ALIKE and len(said) == 1):
                yield (word,), fit

    def _near(self, said: tuple[str, ...], listed: dict[str, float]) -> Iterator[tuple[str, float]]:
        """Each word of the database that may be near, with its likeness."""
        known = likeness()
        vector = known.vector(said)
        cosines = self._vectors @ vector if vector is not None else [0.0] * len(self.words)
        senses: dict[str, float] = defaultdict(float)
        for sense, near in known.related(" ".join(said)).items():
            for word, far in self._by_sense.get(sense, {}).items():
                senses[word] = max(senses[word], near * far)
        for word, place in self.words.items():
            cosine = float(cosines[place])
            if word == said[-1]:
                continue
            if len(said) == 1 and stem(word) == stem(said[0]):
                yield word, SAME_STEM
                continue
            if cosine > 0.3 or word in listed or word in senses:
                yield word, together(listed.get(word, 0.0), senses.get(word, 0.0), cosine)

    @cached_property
    def words(self) -> dict[str, int]:
        """The words of the database's names and of its short lists of values, with their places in `_vectors`."""
        found = sorted(
            {word for word in (*self.names.vocabulary, *self._kinds()) if len(word) > 2 and word.isalpha()}
        )
        return {word: place for place, word in enumerate(found)}

    def _kinds(self) -> Iterator[str]:
        """The values of columns that hold few different ones: "cat", "dog"."""
        for found in self.names.schema.values.columns.values():
            if found.distinct <= FEW and len(found.texts) == found.distinct:
                yield from (lemma_of(value_key(text)) for text in found.texts)

    @cached_property
    def _vectors(self) -> Vector:
        return likeness().vectors(self.words)

    @cached_property
    def _by_sense(self) -> dict[int, dict[str, float]]:
        """The database's words by the senses at and around theirs."""
        found: dict[int, dict[str, float]] = defaultdict(dict)
        for word in self.words:
            for sense, near in likeness().related(word).items():
                found[sense][word] = near
        return dict(found)


def may_be_reworded(span: Sequence[Word]) -> bool:
    """Whether the words may be another name of something."""
    return (
        all(word.text.replace("-", "").isalpha() and not word.quoted for word in span)
        and not any(word.text.lower() in FUNCTION_WORDS for word in span)
        and len(span[-1].lemma) > 2
        and span[-1].lemma not in FUNCTION_WORDS
        and (len(span) > 1 or span[0].lemma not in OPERATOR_WORDS)
        and span[-1].lemma not in CALCULATED | FINER_TIMES
        and not any(word.lemma in NOT_CALCULATED for word in span)
        and not any(word.capital and word.start > 0 for word in span)
    )


def reworded(words: Sequence[Word], swaps: Sequence[Swap]) -> tuple[Word, ...]:
    """The question with everything replaced, wherever it stands."""
    found: list[Word] = []
    place = 0
    while place < len(words):
        swap = next((swap for swap in swaps if starts_with(words[place:], swap.said)), None)
        if swap is None:
            found.append(words[place])
            place += 1
            continue
        span = words[place : place + len(swap.said)]
        said = " ".join(word.text for word in span)
        found += [
            replace(span[0], text=meant, lemma=meant, end=span[-1].end, instead_of=said, fit=swap.fit)
            for meant in swap.meant
        ]
        place += len(swap.said)
    return tuple(found)


def words_of(span: Sequence[Word]) -> tuple[str, ...]:
    """What is looked up: "given names" is "given name"."""
    return (*(word.text.lower() for word in span[:-1]), *(word.lemma for word in span[-1:]))


def starts_with(words: Sequence[Word], said: tuple[str, ...]) -> bool:
    return words_of(words[: len(said)]) == said
