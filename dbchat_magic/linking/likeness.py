"""Likeness: how near in meaning two words are, by a thesaurus, WordNet and word vectors. Loaded when a word needs it."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

HEAD, LISTED = 0.9, 0.8
"""Likeness of two words of one line in the thesaurus: where one of them stands first, and else."""

SAME_SENSE, BESIDE, ONE_LEVEL, TWO_LEVELS = 1.0, 0.75, 0.7, 0.4
"""Likeness of words that share a sense, derive from or resemble each other, or lie one or two hypernyms apart."""

RARER = 0.93
"""What each place further down among a word's senses leaves of it."""

UNRELATED = 0.2
"""Cosine of words that have nothing to do with each other."""

DIMENSIONS = 128


class Likeness:
    """A thesaurus of database English, 43,609 WordNet lemmas with what is near them, 21,719 words as vectors."""

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
        self._above: list[list[int]] = wordnet["h"]
        self._beside: list[list[int]] = wordnet["b"]
        self._thesaurus = read_thesaurus((folder / "thesaurus.txt").read_text("utf-8"))

    def knows(self, word: str) -> bool:
        """Whether it is an English word or phrase."""
        return word in self._place or word in self._senses or word in self._lines

    def vector(self, words: Sequence[str]) -> Vector | None:
        """The mean of the words' vectors, of length 1; None when no word has one."""
        import numpy as np

        places = [self._place[word] for word in words if word in self._place]
        if not places:
            return None
        mean = self._vectors[places].mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)

    def vectors(self, words: Iterable[str]) -> Vector:
        """A row for each word; zeros where it has no vector."""
        import numpy as np

        nothing = np.zeros(DIMENSIONS, dtype=np.float32)
        rows = [self._vectors[self._place[word]] if word in self._place else nothing for word in words]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def listed(self, word: str) -> dict[str, float]:
        """The words and phrases that the thesaurus has beside this one, with their likeness."""
        found: dict[str, float] = {}
        for line in self._lines.get(word, ()):
            terms = self._thesaurus[line]
            for place, term in enumerate(terms):
                near = HEAD if place == 0 or terms[0] == word else LISTED
                found[term] = max(found.get(term, 0.0), near)
        found.pop(word, None)
        return found

    def related(self, word: str) -> dict[int, float]:
        """The senses at and around those of a word, with their likeness."""
        found: dict[int, float] = {}

        def add(senses: Iterable[int], near: float) -> None:
            for sense in senses:
                found[sense] = max(found.get(sense, 0.0), near)

        for place, sense in enumerate(self._senses.get(word, ())):
            weight = RARER**place
            above = self._above[sense]
            add((sense,), SAME_SENSE * weight)
            add(self._beside[sense], BESIDE * weight)
            add(above, ONE_LEVEL * weight)
            add((higher for one in above for higher in self._above[one]), TWO_LEVELS * weight)
        return found

    @cached_property
    def _lines(self) -> dict[str, list[int]]:
        lines: dict[str, list[int]] = defaultdict(list)
        for number, terms in enumerate(self._thesaurus):
            for term in terms:
                lines[term].append(number)
        return dict(lines)


def read_thesaurus(text: str) -> list[tuple[str, ...]]:
    """Its lines as words and phrases, without comments.

    >>> read_thesaurus("# people\\nclient, customer\\n")
    [('client', 'customer')]
    """
    return [
        tuple(term.strip() for term in line.split(","))
        for line in text.splitlines()
        if line and not line.startswith("#")
    ]


@lru_cache(maxsize=1)
def likeness() -> Likeness:
    """The words, loaded once."""
    return Likeness()


def together(listed: float, senses: float, cosine: float) -> float:
    """The likeness that the three sources give together: each leaves less doubt."""
    near = max(0.0, (cosine - UNRELATED) / (1 - UNRELATED))
    return 1 - (1 - listed) * (1 - 0.6 * senses) * (1 - 0.6 * near)
