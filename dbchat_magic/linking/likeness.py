"""Likeness: how near in meaning two words are, by word vectors and WordNet. Loaded when a word needs it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

SAME_SENSE, ONE_LEVEL, TWO_LEVELS = 1.0, 0.8, 0.5
"""Likeness of words that share a sense, or whose senses lie one or two hypernyms apart."""


class Likeness:
    """21,719 words as vectors of 128 dimensions, and 38,740 WordNet lemmas with two levels of hypernyms."""

    def __init__(self) -> None:
        import numpy as np  # a tenth of a second

        folder = files("dbchat_magic.linking") / "data"
        with (folder / "words.npz").open("rb") as file, np.load(file) as stored:
            words = str(stored["w"]).split("\n")
            vectors = stored["v"].astype(np.float32)
        self._place = {word: place for place, word in enumerate(words)}
        self._vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        with (folder / "wordnet.json.gz").open("rb") as file:
            wordnet = json.loads(gzip.decompress(file.read()))
        self._senses: dict[str, list[int]] = wordnet["l"]
        self._hypernyms: list[list[int]] = wordnet["h"]

    def knows(self, word: str) -> bool:
        """Whether it is an English word."""
        return word in self._place or word in self._senses

    def vector(self, words: Sequence[str]) -> Vector | None:
        """The mean of the words' vectors, of length 1; None when no word has one."""
        import numpy as np

        places = [self._place[word] for word in words if word in self._place]
        if not places:
            return None
        mean = self._vectors[places].mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)

    def by_senses(self, one: str, other: str) -> float:
        """How near two words are in WordNet, 0 to 1."""
        first, second = self._levels(one), self._levels(other)
        shared = [
            (near, far)
            for near, senses in enumerate(first)
            for far, others in enumerate(second)
            if senses & others
        ]
        if not shared:
            return 0.0
        return (SAME_SENSE, ONE_LEVEL, TWO_LEVELS)[min(near + far for near, far in shared)]

    def _levels(self, word: str) -> tuple[set[int], set[int]]:
        """The word's senses, and those one level above them."""
        senses = set(self._senses.get(word, ()))
        above = {higher for sense in senses for higher in self._hypernyms[sense]}
        return senses, above - senses


@lru_cache(maxsize=1)
def likeness() -> Likeness:
    """The words, loaded once."""
    return Likeness()


def senses_of_name(words: Sequence[str], word: str, known: Likeness) -> float:
    """How near a word is to a name of one or several words: to all of it, else to its words on average."""
    whole = known.by_senses(word, " ".join(words)) if len(words) > 1 else 0.0
    parts = [known.by_senses(word, part) for part in words]
    return max(whole, sum(parts) / len(parts) if parts else 0.0)
