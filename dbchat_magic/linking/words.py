"""Words: a question cut into words, numbers and quoted texts, each with its dictionary form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Word:
    """A piece of the question: a word, a number, a quoted text or a punctuation mark."""

    text: str
    """As written; quoted texts without their quotes."""
    lemma: str
    """Lower case and singular: what words are compared by."""
    start: int
    """Where it begins in the question, in characters."""
    end: int
    quoted: bool = False
    instead_of: str = ""
    """What the question says here, where this is a word of the database's own that means about the same."""
    fit: float = 1.0
    """How near in meaning the two are."""

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def is_number(self) -> bool:
        return bool(NUMBER.fullmatch(self.text))


NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")

PIECE = re.compile(
    r"""(?P<quoted> (?<!\w)"[^"]+" | (?<!\w)“[^”]+” | (?<!\w)'[^']+'(?!\w) | (?<!\w)[‘`][^’'`]+[’'`](?!\w) )
      | (?P<date> \d{4}-\d{2}-\d{2}(?:[T\ ]\d{2}:\d{2}(?::\d{2})?)? | \d{1,2}/\d{1,2}/\d{4} )
      | (?P<number> (?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w]) )
      | (?P<possessive> (?<=\w)['’]s?(?!\w) )
      | (?P<degree> (?:most|least|best|worst|top|highest|lowest)(?=-[a-z]) )
      | (?P<word> [^\W_]+(?:[-.&@][^\W_]+|['’](?!s\b)[^\W_]+|_+[^\W_]+)* )
      | (?P<mark> [,;:?!.()/%$<>=]+ )""",
    re.VERBOSE,
)

IRREGULAR = {
    "people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child",
    "feet": "foot", "mice": "mouse", "geese": "goose", "teeth": "tooth", "data": "data", "media": "media",
    "lives": "life", "wives": "wife", "wolves": "wolf", "leaves": "leaf", "shelves": "shelf", "halves": "half",
    "series": "series", "species": "species", "news": "news", "bus": "bus", "gas": "gas", "lens": "lens",
    "analyses": "analysis", "bases": "base", "crises": "crisis", "indices": "index", "indexes": "index",
    "matrices": "matrix", "vertices": "vertex", "aliases": "alias", "buses": "bus", "gases": "gas",
    "movies": "movie", "cookies": "cookie", "ties": "tie", "zombies": "zombie", "calories": "calorie",
    "this": "this", "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "being": "be",
    "has": "have", "had": "have", "having": "have", "does": "do", "did": "do", "its": "its", "as": "as",
    "taught": "teach", "bought": "buy", "sold": "sell", "made": "make", "paid": "pay", "won": "win", "held": "hold",
    "wrote": "write", "written": "write", "gave": "give", "given": "give", "took": "take", "taken": "take",
    "went": "go", "gone": "go", "ran": "run", "led": "lead", "built": "build", "spent": "spend", "sent": "send",
    "got": "get", "met": "meet", "left": "leave", "lost": "lose", "grew": "grow", "flew": "fly", "flown": "fly",
    "drove": "drive", "driven": "drive", "sang": "sing", "sung": "sing", "born": "birth", "knew": "know",
    "known": "know", "began": "begin", "begun": "begin", "kept": "keep", "said": "say", "saw": "see", "seen": "see",
    "chose": "choose", "chosen": "choose", "stood": "stand", "understood": "understand", "found": "find",
    "his": "his", "us": "us", "yes": "yes", "always": "always", "less": "less", "perhaps": "perhaps",
}  # fmt: skip


@lru_cache(maxsize=50_000)
def lemma_of(text: str) -> str:
    """The singular in lower case.

    >>> [lemma_of(word) for word in ("Cities", "addresses", "status", "boxes", "houses", "people", "class")]
    ['city', 'address', 'status', 'box', 'house', 'person', 'class']
    """
    word = text.lower()
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes", "uses")) and not word.endswith(
        ("houses", "causes", "clauses", "shoes", "caches", "aches", "axes")
    ):
        return word[:-2]
    return word[:-1]


def split_words(text: str) -> tuple[Word, ...]:
    """The question's pieces in order.

    >>> [word.text for word in split_words("Who's in 'New York'? 1,200 students' pets.")]
    ['Who', "'s", 'in', 'New York', '?', '1,200', 'students', "'", 'pets', '.']
    """
    return tuple(to_word(piece) for piece in PIECE.finditer(text))


def to_word(piece: re.Match[str]) -> Word:
    text = piece.group()
    if piece.lastgroup == "quoted":
        inner = text[1:-1].strip()
        return Word(inner, inner.lower(), piece.start(), piece.end(), quoted=True)
    if piece.lastgroup in ("word", "degree"):
        return Word(text, lemma_of(text), piece.start(), piece.end())
    return Word(text, text.lower(), piece.start(), piece.end())
