"""Declining: what an answer may not leave out. Without it the answer would be to another question."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

from dbchat_magic.linking.dates import SMALL
from dbchat_magic.linking.kinds import is_flag, is_number
from dbchat_magic.linking.names import name_words
from dbchat_magic.linking.stopwords import FINER_TIMES, FUNCTION_WORDS, NOT_CALCULATED, OPERATOR_WORDS
from dbchat_magic.linking.words import lemma_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.joins import Role
from dbchat_magic.translators.offline.lexicon import AGGREGATES, COMPARATIVES, NEGATIONS, SUPERLATIVES
from dbchat_magic.translators.offline.query import Query, comparisons_of
from dbchat_magic.translators.offline.readers.firsts import table_behind
from dbchat_magic.translators.offline.readers.states import is_state, said_at
from dbchat_magic.translators.offline.readers.superlatives import PARTS_OF_TIME

SHARES = frozenset({"share", "percentage", "percent", "proportion", "ratio", "fraction"})
"""Words that ask for a part of a whole."""

CRUCIAL = NEGATIONS | {
    word
    for word in (*SUPERLATIVES, *COMPARATIVES, *AGGREGATES)
    if " " not in word and word not in ("first", "last", "top")
}
"""Without these the answer would be to another question."""

ORDINALS = frozenset("second third fourth fifth sixth seventh eighth ninth tenth".split())

MONEY_ALONE = frozenset("revenue turnover spending takings proceeds income profit margin".split())
"""Words for money: where no column was found for one, the rest of the question asks for something else."""

SHORTEST_SUPERLATIVE = 5
"""A word that ends in -est is longer: "best", "west"."""

COUNTED = (frozenset(SMALL) - {"one"}) | ORDINALS
"""Numbers as words; "one" is also a pronoun."""


def asks_something_else(draft: Draft, query: Query, ignored: tuple[str, ...], places: list[int]) -> bool:
    """Whether what was not used, the words and the mentions at these places, makes it another question, or the query
    cannot be what was meant."""
    return (
        any(is_crucial(word) for word in ignored)
        or any(test(draft, place) for place in places for test in CRUCIAL_TESTS)
        or passes_over_names(draft, places)
        or is_share_of_rows(draft, query)
        or groups_figures(draft, query)
        or contradicts_itself(query)
        or asks_how_much(draft, query)
        or multiplies(draft, query)
        or bool(top_places(draft))
        or ranks_within(draft, query)
    )


# ---------------------------------------------------------------------------------------------- words left out


def is_crucial(word: str) -> bool:
    """Whether an answer that leaves the word out would be to another question."""
    said = word.lower()
    return said.isdigit() or any(
        part in CRUCIAL or {part, lemma_of(part)} & (COUNTED | NOT_CALCULATED | FINER_TIMES | MONEY_ALONE)
        for part in (said, *said.split())
    )


CURRENCIES = frozenset("USD EUR GBP JPY CHF CNY AUD CAD INR".split())
"""A unit that is said along with a figure; the figure is the same without it."""


def is_group(draft: Draft, place: int) -> bool:
    """Whether the word says for each of what, where nothing else does, or what for each: "sales per salesperson",
    "stock per warehouse"."""
    mention = draft.mentions[place]
    if mention.linked:
        return False
    if mention.text not in CURRENCIES and draft.lemma(place + 1) == "per":
        return True
    return (
        draft.lemma(place) not in ("one", "other")
        and not draft.query.group
        and draft.lemma(place - 1) in ("per", "each", "every")
    )


def is_month(draft: Draft, place: int) -> bool:
    """The "in May" of no year, which is not the verb."""
    return draft.lemma(place) == "may" and draft.lemma(place - 1) in ("in", "since", "until", "of", "during")


def is_rate(draft: Draft, place: int) -> bool:
    """ "Return rate", "failure rate": a part of the rows, which no column is called."""
    before = FUNCTION_WORDS | OPERATOR_WORDS | {""}
    if said_at(draft, place) != "rate" or draft.lemma(place - 1) in before - {"return"}:
        return False
    column = draft.choose_column(place)
    return column is None or "rate" not in name_words(column.column)


def is_superlative(draft: Draft, place: int) -> bool:
    """ "The busiest physician", "top diagnoses", "starts with": what nobody understood of what picks or bounds the rows."""
    lemma = draft.lemma(place)
    unknown = lemma.endswith("est") and len(lemma) > SHORTEST_SUPERLATIVE and not draft.mentions[place].linked
    names = draft.is_table(place + 1) or draft.is_column(place + 1)
    return (
        (unknown and names)
        or (lemma == "top" and names)
        or (lemma in ("start", "begin", "end") and draft.lemma(place + 1) == "with")
    )


def is_share(draft: Draft, place: int) -> bool:
    """ "The share of": what is left without it is the whole."""
    return draft.lemma(place) in SHARES and draft.lemma(place + 1) == "of"


def is_condition(draft: Draft, place: int) -> bool:
    """ "Customers who cancelled the newsletter": a column that says yes or no is a condition, even where it is not
    understood which."""
    column = draft.choose_column(place) if draft.is_column(place) else None
    return column is not None and is_flag(draft.column(column))


def is_place_in_time(draft: Draft, place: int) -> bool:
    """ "The last order", "the first quarter", "who ordered first", "the last price", where nothing is put in the order of
    its time; not the "first" of "first and last name"."""
    if draft.lemma(place) not in ("first", "last", "recent"):
        return False
    counted = any(mention.number is not None for mention in draft.mentions[place + 1 : place + 2])
    behind = place + 1 + counted
    ends = all(mention.text[:1] in ".?!" for mention in draft.mentions[place + 1 :])
    column = draft.choose_column(behind) if draft.is_column(behind) else None
    names = column is not None and "name" in name_words(column.column)
    said = draft.lemma(behind) in PARTS_OF_TIME or table_behind(draft, behind) is not None
    return ends or said or (column is not None and not names)


def is_ranking(draft: Draft, place: int) -> bool:
    """ "The most loved products": what is not ranked is not the most of anything."""
    said = draft.lemma(place) in ("most", "least") and draft.lemma(place - 1) != "at"
    return said and not draft.query.order


CRUCIAL_TESTS = (
    is_group,
    is_month,
    is_rate,
    is_superlative,
    is_share,
    is_condition,
    is_state,
    is_place_in_time,
    is_ranking,
)
"""Whether the word at a place says what an answer without it does not tell."""


def passes_over_names(draft: Draft, ignored: list[int]) -> bool:
    """Whether one of these mentions names something that nobody knows here, "customers in Atlantis": what is left of
    the question when it is passed over asks something else. Names begin with a capital where a sentence does not
    begin; in a question that is written in capitals none can be told."""
    words = [word for mention in draft.mentions for word in mention.words if word.text[:1].isalpha()]
    if 2 * sum(word.capital for word in words) > len(words):
        return False
    return any(
        mention.words[0].capital
        and not mention.linked
        and mention.dates is None
        and len(mention.text) > 1
        and mention.text not in CURRENCIES
        and not begins_sentence(draft, place)
        for place in ignored
        for mention in (draft.mentions[place],)
    )


def begins_sentence(draft: Draft, place: int) -> bool:
    return place == 0 or draft.mentions[place - 1].text[-1:] in tuple(".?!:;")


# ------------------------------------------------------------------------------------- queries not meant


def is_share_of_rows(draft: Draft, query: Query) -> bool:
    """ "The percentage of orders that were returned", where no share is worked out."""
    calculated = any(term.function in ("ratio", "percent") or term.op or term.of_all for term in query.select)
    return not calculated and any(
        is_share(draft, place) and draft.is_table(draft.skip(place + 2, ("the", "all", "our")))
        for place in range(len(draft.mentions))
    )


def groups_figures(draft: Draft, query: Query) -> bool:
    """ "Price per km": a figure that hardly two rows share is divided by, not grouped by."""
    return any(
        isinstance(sample, (float, Decimal)) and sample % 1
        for ref in query.group
        if not ref.period
        for sample in draft.column(ref).samples
    )


def contradicts_itself(query: Query) -> bool:
    """ "Unpaid invoices per month", where only the day they were paid is known: what is missing lies in no month,
    and is no group."""
    missing = {part.left.column for part in comparisons_of(query.where) if part.op == "is null"}
    days = {replace(ref, period="") for ref in query.group}
    bounded = {part.left.column for part in comparisons_of(query.where) if part.op in ("<", "<=", ">", ">=")}
    return bool(missing & (days | bounded))


def asks_how_much(draft: Draft, query: Query) -> bool:
    """ "How much did they pay", where no figure is shown."""
    if draft.lemma(0) != "how" or draft.lemma(1) != "much":
        return False
    return not any(
        term.function or term.op or (term.column and is_number(draft.column(term.column)))
        for term in query.select
    )


def multiplies(draft: Draft, query: Query) -> bool:
    """Whether rows of two tables are added up side by side, each once for every row of the other."""
    added = {
        term.owner for term in query.select if term.function in ("sum", "avg", "count") and not term.distinct
    }
    if query.also is not None:
        return False
    return any(
        has_many(draft, one, other) and has_many(draft, other, one)
        for one, other in itertools.combinations(added, 2)
    )


def has_many(draft: Draft, one: str, other: str) -> bool:
    """Whether a row of one table has many of the other."""
    return any(join.many for join in draft.graph.path((one,), other) or ())


def top_places(draft: Draft) -> list[int]:
    """The "top" of "top 5 physicians", by nobody knows what."""
    if draft.query.limit is None or draft.query.order:
        return []
    return [place for place in sorted(draft.used) if draft.lemma(place) in ("top", "bottom")]


def ranks_within(draft: Draft, query: Query) -> bool:
    """ "The total of the last 5 orders", "the oldest of the patients per city": what is one for several rows leaves no
    row among them to put in an order."""
    grouped = query.group or any(term.function for term in query.select)
    if not grouped or query.per:
        return False
    for term in (order.term for order in query.order[:1]):
        whole = not isinstance(term.owner, Role) and set(draft.key(term.owner)) <= set(query.group)
        if not term.function and term.column not in query.group and not whole:
            return True
    return False
