"""Questions: which of them are the same but for their wording, and which are alike."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dbchat_magic.core.values import ValueIndex, value_key
from dbchat_magic.linking.dates import read_date
from dbchat_magic.linking.likeness import likeness
from dbchat_magic.linking.stopwords import FUNCTION_WORDS, OPERATOR_WORDS
from dbchat_magic.linking.words import Word, split_words

if TYPE_CHECKING:
    from dbchat_magic.linking.likeness import Vector

POLITE = frozenset("please kindly thanks thank hi hello hey the a an".split())
"""They say nothing of what is wanted, wherever they stand."""

ASKING = frozenset(
    """
    can could would will you i we i'd we'd i'll want need like to know see show shows showing give tell me us list
    display find get fetch return provide let what what's whats is are was were 's
    """.split()
)
"""They ask, where a question begins with them."""

ENDINGS = (("for", "me"), ("for", "us"), ("to", "me"), ("you",), ("are", "there"), ("do", "we", "have"))
"""They say nothing of it, where a question ends with them."""

PLURALS = frozenset("people men women children feet mice geese teeth indices vertices matrices".split())

VERBS = frozenset({"be", "have", "do"})
"""Their forms are no plurals."""

COMPARING = frozenset("%$<>=")
"""Signs that matter; others only divide."""

MOVING = frozenset(
    """
    ago tomorrow recent recently now next current currently date ytd mtd since upcoming latest january february
    march april june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday
    """.split()
)
"""Words of time that mean other dates on another day, where no date is read out of them."""

LEANING = frozenset(
    "and or but only just also instead then now same those these them they it that about not no".split()
)
"""A question that begins with one of these goes on from another."""

LEANING_WHERE_SHORT = frozenset(
    "by per with without except excluding including sorted in for from of as on".split()
)
"""So does one of a few words that begins with one of these."""
SHORT = 5

OF_BEFORE = frozenset("them those these it they ones".split())
"""What "of them" takes up was said before."""

OVERLAP = 0.6
"""How much common words count in likeness; the rest is how near all words are in meaning."""


@dataclass(frozen=True)
class Said:
    """One word of a question that matters to its answer."""

    key: str
    """What it is compared by."""
    text: str
    """As it was written."""


class QuestionLikeness:
    """The Likeness of core/memory.py, for English."""

    def key(self, question: str, today: datetime.date | None) -> str:
        """The words that matter, in the singular.

        >>> QuestionLikeness().key("Please show me the Orders per country!", None)
        'order per country'
        >>> QuestionLikeness().key("orders last month", datetime.date(2026, 3, 9))
        'order 2026-02-01..2026-03-01'
        """
        keys = [said.key for said in read(question, today)]
        return " ".join([*keys, f"on {today}"] if today and MOVING.intersection(keys) else keys)

    def is_same(self, one: str, other: str, values: ValueIndex) -> bool:
        """Whether no word that is written differently is a value in the one way and another, or none, in the other."""
        pairs = zip(read(one, None), read(other, None), strict=False)
        return not any(differ(mine.text, theirs.text, values) for mine, theirs in pairs)

    def stands_alone(self, question: str) -> bool:
        """Whether it can be understood without the question before it.

        >>> [QuestionLikeness().stands_alone(text) for text in ("And by month?", "How many of them?", "Orders")]
        [False, False, True]
        """
        words = read(question, None)
        keys = [said.key for said in words]
        matter = [said for said in words if said.text.lower() not in FUNCTION_WORDS | OPERATOR_WORDS]
        takes_up = any(
            key in OF_BEFORE and before in ("of", "for", "among") for before, key in itertools.pairwise(keys)
        )
        leans = keys[:1] and (keys[0] in LEANING or (keys[0] in LEANING_WHERE_SHORT and len(keys) <= SHORT))
        return bool(matter) and not (leans or takes_up or keys[-1] in OF_BEFORE)

    def nearness(self, question: str, others: Sequence[str]) -> list[float]:
        """By common words, and by how near in meaning all of them are."""
        mine = matter_of(question)
        return [near(mine, matter_of(other)) for other in others]


def read(question: str, today: datetime.date | None) -> list[Said]:
    """The words that matter; with `today`, a period as the dates that it means."""
    said = list(read_all(split_words(question), today))
    while said and said[0].key in ASKING:
        said.pop(0)
    for ending in ENDINGS:
        if tuple(each.key for each in said[-len(ending) :]) == ending:
            del said[-len(ending) :]
    return said


def read_all(words: Sequence[Word], today: datetime.date | None) -> Iterator[Said]:
    place = 0
    while place < len(words):
        dates = read_date(words[place:], today) if today else None
        if dates is not None:
            text = " ".join(word.text for word in words[place : place + dates.words])
            yield Said(f"{dates.start or ''}..{dates.end or ''}", text)
            place += dates.words
            continue
        word = words[place]
        key = key_of(word)
        if key and (word.quoted or key not in POLITE):
            yield Said(key, word.text)
        place += 1


def key_of(word: Word) -> str:
    """What a word is compared by; "" where it makes no difference."""
    lower = word.text.lower()
    if word.quoted:
        return f'"{word.text}"'
    if word.is_number:
        return lower.replace(",", "").lstrip("+")
    if lower in ("'", "’", "'s", "’s"):
        return ""
    if not any(letter.isalnum() for letter in lower):
        return lower if COMPARING.intersection(lower) else ""
    is_plural = (lower.endswith("s") or lower in PLURALS) and word.lemma not in VERBS
    return word.lemma if is_plural else lower


def differ(one: str, other: str, values: ValueIndex) -> bool:
    """Whether two spellings name different values of the data."""
    if one == other:
        return False
    mine, theirs = ({value.text for value in values.find(text)} for text in (one, other))
    if value_key(one) != value_key(other):
        return mine != theirs
    return one in mine and other in mine


@lru_cache(maxsize=20_000)
def matter_of(question: str) -> frozenset[str]:
    """The words that say what a question is about; numbers and quoted texts all alike.

    Words of counting and sorting are no part of it: "the highest" shows how "the lowest" is asked for, too.
    """
    found = set()
    for said in read(question, None):
        if said.key[:1] == '"' or said.key.replace(".", "").lstrip("-").isdigit():
            found.add("#")
        elif said.text.lower() not in FUNCTION_WORDS | OPERATOR_WORDS:
            found.add(said.key)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def vector_of(words: frozenset[str]) -> Vector | None:
    """What the words mean together. Kept, since each question is compared with all that were saved."""
    return likeness().vector(sorted(words))


def near(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1.

    >>> near(frozenset({"order", "country"}), frozenset({"order", "country"}))
    1.0
    """
    if one == other:
        return 1.0
    common = len(one & other) / max(1, len(one | other))
    mine, theirs = vector_of(one), vector_of(other)
    meant = 0.0 if mine is None or theirs is None else max(0.0, float(mine @ theirs))
    return OVERLAP * common + (1 - OVERLAP) * meant
