"""Confidence: how likely a reading is right, and which words it did not use."""

from __future__ import annotations

from dbchat_magic.linking.stopwords import FUNCTION_WORDS, OPERATOR_WORDS
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGGREGATES, COMPARATIVES, NEGATIONS, SUPERLATIVES
from dbchat_magic.translators.offline.query import Query, tables_of

CRUCIAL = NEGATIONS | {
    word
    for word in (*SUPERLATIVES, *COMPARATIVES, *AGGREGATES)
    if " " not in word and word not in ("first", "last", "top")
}
"""Without these the answer would be to another question."""

POLITE = frozenset(
    {
        "name",
        "named",
        "called",
        "whose",
        "value",
        "different",
        "live",
        "work",
        "hold",
        "take",
        "make",
        "use",
        "belong",
        "recorded",
        "available",
        "database",
        "table",
        "data",
        "also",
        "please",
        "result",
        "answer",
        "show",
        "give",
        "me",
    }
)
"""Words that say nothing more once the rest is understood."""


def ignored_words(draft: Draft) -> tuple[str, ...]:
    """The question's words that no reader used and that are not mere grammar."""
    return tuple(
        mention.text
        for place, mention in enumerate(draft.mentions)
        if place not in draft.used and not is_grammar(draft, place)
    )


def is_grammar(draft: Draft, place: int) -> bool:
    mention = draft.mentions[place]
    if draft.is_table(place) and draft.table_at(place) in (draft.focus, *tables_of(draft.query)):
        return True
    if any(mention.text[:1] in mark for mark in ".,?!;:()'’%$"):
        return True
    return all(word.lemma in FUNCTION_WORDS or word.lemma in POLITE for word in mention.words)


def confidence_of(draft: Draft, query: Query, ignored: tuple[str, ...]) -> float:
    """Between 0 (decline) and 1: every word left over, weak link, guess and join takes from it."""
    understood = sum(mention.linked or mention.number is not None for mention in draft.mentions)
    content = [word for word in ignored if word.lower() not in OPERATOR_WORDS and not word.isdigit()]
    crucial = any(word.lower() in CRUCIAL or word.isdigit() for word in ignored)
    if not understood or crucial or len(content) > understood + 1:
        return 0.0
    confidence = 0.92
    for mention in draft.mentions:
        if mention.linked:
            confidence *= 1 - 0.35 * (1 - mention.score)
    confidence *= 0.82 ** len(content) * 0.6 ** (len(ignored) - len(content))
    confidence *= 0.9 ** len(draft.guesses)
    confidence *= 0.95 ** max(0, len(tables_of(query)) - 1)
    return round(confidence, 3)
