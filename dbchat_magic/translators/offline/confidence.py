"""Confidence: how likely a reading is right, and which words it did not use."""

from __future__ import annotations

import math

from dbchat_magic.linking.rewording import words_of
from dbchat_magic.linking.stopwords import FUNCTION_WORDS, OPERATOR_WORDS
from dbchat_magic.translators.offline.declining import asks_something_else, is_month, is_rate, top_places
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import NEGATIONS
from dbchat_magic.translators.offline.query import Query, comparisons_of, tables_of

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
        "return",
        "respective",
        "list",
        "inclusive",
        "exclusive",
        "consider",
        "compare",
        "vs",
        "versus",
    }
)
"""Words that say nothing more once the rest is understood."""


def ignored_words(draft: Draft) -> tuple[str, ...]:
    """The question's words that no reader used and that are not mere grammar."""
    places = [*top_places(draft), *ignored_places(draft)]
    return (*draft.beyond, *(draft.mentions[place].text for place in places))


def ignored_places(draft: Draft) -> list[int]:
    return [
        place
        for place in range(len(draft.mentions))
        if is_rate(draft, place)
        or (place not in draft.used and (is_month(draft, place) or not is_grammar(draft, place)))
    ]


ASKING = frozenset(
    "many of all each every different distinct which what list find show count per top".split()
)


def is_asked_for(draft: Draft, place: int) -> bool:
    """Whether the word stands where a question says what it is about: "how many …", "all …", "each …"."""
    return draft.lemma(draft.skip(place - 1, ("the", "a", "an"), step=-1)) in ASKING


def is_grammar(draft: Draft, place: int) -> bool:
    mention = draft.mentions[place]
    if draft.is_table(place) and draft.table_at(place) in (draft.focus, *tables_of(draft.query)):
        return True
    if mention.lemma == "schema" or any(
        mention.lemma == draft.table(name).schema.lower()
        for name in (draft.focus, *tables_of(draft.query))
        if name
    ):
        return True
    if any(mention.text[:1] in mark for mark in ".,?!;:()'’%$"):
        return True
    return all(
        (word.lemma in FUNCTION_WORDS and word.lemma not in NEGATIONS) or word.lemma in POLITE
        for word in mention.words
    )


WEIGHTS = {
    "always": 2.03,
    "weak links": -1.31,
    "ignored words": -0.65,
    "guesses": 0.10,
    "joins": -0.73,
    "conditions": 0.02,
    "groups": -0.30,
    "order": 0.47,
    "nested": 0.16,
    "all columns": -1.11,
    "long question": -0.31,
    "many shown": -0.46,
    "reworded": -1.07,
    "rewordings": -0.52,
    "later table": -1.29,
    "bridges": -0.37,
    "near words ignored": -1.69,
    "near phrases passed over": -0.41,
    "asked for ignored": -0.57,
    "goes on": -0.41,
    "second choice": -2.30,
    "points back": -2.84,
    "goes on at length": -1.16,
    "nothing to show named": -1.62,
}
"""What speaks for a reading and against it: weights of a logistic regression of right on `evidence`, learned by
benchmarks/train_confidence.py from questions with known answers."""


def is_passed_over(draft: Draft, said: tuple[str, ...]) -> bool:
    """Whether words that may be another name of something stand in the question and are not all used."""
    places = [place for place, mention in enumerate(draft.mentions) for _ in mention.words]
    words = [word for mention in draft.mentions for word in mention.words]
    for start in range(len(words) - len(said) + 1):
        if words_of(words[start : start + len(said)]) == said:
            return not draft.used.issuperset(places[start : start + len(said)])
    return False


def confidence_of(draft: Draft, query: Query, ignored: tuple[str, ...]) -> float:
    """How likely the reading is right, between 0 (decline) and 1."""
    understood = sum(mention.linked or mention.number is not None for mention in draft.mentions)
    understood += any(column.period for column in query.group)
    if draft.lemma(0) != "who":  # "revenue last year" names no column
        understood += any(term.function in ("sum", "avg") for term in query.select)
    content = [word for word in ignored if word.lower() not in OPERATOR_WORDS and not word.isdigit()]
    crucial = asks_something_else(draft, query, ignored, ignored_places(draft))
    if not (understood or draft.goes_on) or crucial or draft.beyond or len(content) > understood + 1:
        return 0.0
    total = sum(WEIGHTS[name] * amount for name, amount in evidence(draft, query, ignored).items())
    return round(1 / (1 + math.exp(-total)), 3)


def evidence(draft: Draft, query: Query, ignored: tuple[str, ...]) -> dict[str, float]:
    """What can be counted about a reading, by the names in WEIGHTS."""
    swaps = {
        word.instead_of: word.fit for mention in draft.mentions for word in mention.words if word.instead_of
    }
    used = [mention for place, mention in enumerate(draft.mentions) if place in draft.used and mention.linked]
    comparisons = comparisons_of((*query.where, *query.having))
    return {
        "always": 1.0,
        "weak links": sum(1 - mention.score for mention in used),
        "ignored words": float(len(ignored)),
        "guesses": float(len(draft.guesses) - draft.goes_on),
        "nothing to show named": float(draft.labelled),
        "joins": float(max(0, len(tables_of(query)) - 1)),
        "conditions": float(len(comparisons)),
        "groups": float(bool(query.group)),
        "order": float(bool(query.order)),
        "nested": float(query.also is not None or any(part.query for part in comparisons)),
        "all columns": float(query.everything),
        "long question": max(0, len(draft.mentions) - 12) / 10,
        "many shown": float(max(0, len(query.select) - 2)),
        "reworded": sum(1 - fit for fit in swaps.values()),
        "rewordings": float(len(swaps)),
        "later table": float(draft.rank),
        "near words ignored": sum(
            draft.near.get((draft.lemma(place),), 0.0) for place in ignored_places(draft)
        ),
        "near phrases passed over": sum(
            fit for said, fit in draft.near.items() if len(said) > 1 and is_passed_over(draft, said)
        ),
        "bridges": float(len(draft.graph.tree(tables_of(query)) or ()) - max(0, len(tables_of(query)) - 1)),
        "goes on": float(draft.goes_on),
        "second choice": float(draft.second_choice),
        "points back": float(draft.points_back),
        "goes on at length": draft.goes_on * max(0, len(draft.mentions) - 5) / 10,
        "asked for ignored": float(sum(is_asked_for(draft, place) for place in ignored_places(draft))),
    }
