"""Differences: "average days from order to delivery", "a difference between price and cost above 50"."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGGREGATES, PERIODS_BETWEEN, SUPERLATIVES
from dbchat_magic.translators.offline.query import Comparison, Order, Term
from dbchat_magic.translators.offline.readers.bounds import comparison_before
from dbchat_magic.translators.offline.readers.calculations import (
    FoundTerm,
    find_calculation,
    find_infix,
    holds_dates,
    operand,
)
from dbchat_magic.translators.offline.readers.superlatives import limit_before, subject_before, wants_most

BOUND = 5
"""Words at most from a difference to the number that bounds it."""


def read_differences(draft: Draft) -> Draft:
    """What is calculated is shown, added up, bounded by a number or what ranks the rows."""
    draft = read_days_after(draft)
    for place in range(len(draft.mentions)):
        found = find_calculation(draft, place) or find_infix(draft, place)
        if found is not None:
            draft = place_calculation(draft, place, found)
    return draft


def place_calculation(draft: Draft, place: int, found: FoundTerm) -> Draft:
    before = draft.skip(place - 1, ("the", "a", "of", "number"), step=-1)
    bounded = read_bound(draft, found)
    if bounded is not None:
        return bounded
    function = AGGREGATES.get(draft.lemma(before), "") if draft.free(before) else ""
    places = (*found.places, before) if function else found.places
    ranked = rank_groups(draft, found, before, function)
    if ranked is not None:
        return ranked
    averaged = next(draft.phrases(("on average",)), None)
    if averaged and not function:
        function, places = "avg", (*places, *range(averaged[0], averaged[1]))
    picks = draft.lemma(draft.skip(before - 1, ("the", "a"), step=-1)) in ("with", "have", "by", "whose")
    if function in ("max", "min") and picks and not draft.query.order:
        return draft.use(*places, order=(Order(found.term, function == "max"),), limit=draft.query.limit or 1)
    if found.term.function:
        function = found.term.function
    term = replace(found.term, function=function)
    return draft.use(*places, select=(*draft.query.select, term))


def rank_groups(draft: Draft, found: FoundTerm, before: int, function: str) -> Draft | None:
    """ "the carrier with the longest average time between order and delivery"."""
    superlative = draft.lemma(before - 1)
    if function not in ("avg", "sum") or superlative not in SUPERLATIVES or draft.query.order:
        return None
    subject, columns = subject_before(draft, before - 1)
    group = tuple(columns) or draft.key(subject)
    limit, number = limit_before(draft, before - 1)
    order = (Order(replace(found.term, function=function), wants_most(superlative)),)
    places = (*found.places, before, before - 1, *number)
    return draft.use(
        *places, group=group, order=order, limit=limit, select=(*draft.query.select, *map(Term, columns))
    )


def read_bound(draft: Draft, found: FoundTerm) -> Draft | None:
    """ "the difference between price and cost is more than 100"."""
    number = draft.first(
        range(found.end, found.end + BOUND), lambda place: draft.mentions[place].number is not None
    )
    if number is None or not draft.free(number):
        return None
    start, op, phrase = comparison_before(draft, number)
    if not phrase or start < found.end:
        return None
    unit = [number + 1] if draft.lemma(number + 1) in PERIODS_BETWEEN else []
    bound = draft.mentions[number].number
    term = found.term
    if unit and term.op in PERIODS_BETWEEN:
        term = replace(term, op=draft.lemma(number + 1))
    return draft.restrict(Comparison(term, op, (bound,)), *found.places, *range(start, number + 1), *unit)


def read_days_after(draft: Draft) -> Draft:
    """ "delivered more than 5 days after the promised date", "shipped within 2 days of the order date"."""
    for place, mention in enumerate(draft.mentions):
        unit, behind = draft.lemma(place + 1), draft.lemma(place + 2)
        if (
            mention.number is None
            or unit not in PERIODS_BETWEEN
            or behind not in ("after", "before", "of", "from")
        ):
            continue
        start, op, phrase = comparison_before(draft, place)
        later, earlier = (
            operand(draft, start - 1, holds_dates, step=-1),
            operand(draft, place + 3, holds_dates),
        )
        if not phrase or later is None or earlier is None or later[0] == earlier[0]:
            continue
        first, last = (later[0], earlier[0]) if behind == "before" else (earlier[0], later[0])
        condition = Comparison(Term(last, operand=first, op=unit), op, (mention.number,))
        draft = draft.restrict(condition, *later[1], *range(start, place + 3), *earlier[1])
    return draft
