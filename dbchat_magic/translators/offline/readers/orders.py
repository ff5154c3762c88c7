"""Orders: "sorted by age, oldest first", "in alphabetical order of name"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dbchat_magic.linking.kinds import TELLING, is_date, is_number
from dbchat_magic.translators.offline.draft import ARTICLES, Draft
from dbchat_magic.translators.offline.lexicon import (
    AGGREGATES,
    ASCENDING,
    COMPARISONS,
    COUNTS,
    DESCENDING,
    GROUPS,
    ORDER_ALONE,
    ORDERS,
    SUPERLATIVES,
)
from dbchat_magic.translators.offline.query import ColumnRef, Order, Term
from dbchat_magic.translators.offline.readers.metrics import find_metric_term, with_metrics
from dbchat_magic.translators.offline.readers.money import restricted
from dbchat_magic.translators.offline.readers.superlatives import measured_by
from dbchat_magic.translators.offline.readers.takings import ADDING, Takings, find_takings, is_counted
from dbchat_magic.translators.offline.readers.terms import find_counted, find_term

COMPARING = frozenset(word for phrase in COMPARISONS for word in phrase.split())

ASKING = ARTICLES | set("show list give display find me us see all our".split())
"""What may stand before the table of a list."""

ENDS = (".", "?", "!", ";", ",")

TABLE_WITHIN = 4
"""Words at the beginning of which one names the table."""


def read_orders(draft: Draft) -> Draft:
    """Sorting by what a phrase of order names; else by the "by" before "from highest to lowest"."""
    for start, end, phrase in draft.phrases(ORDERS):
        if not is_counted_noun(draft, start, phrase):
            draft = order_by(draft, start, end, descending=ORDERS[phrase])
    if draft.query.order:
        return draft
    if (listed := order_list(draft)) is not None:
        return listed
    for start, end, phrase in draft.phrases(ORDER_ALONE):
        draft = order_by_nearest(draft, start, end, descending=ORDER_ALONE[phrase])
    if draft.query.order:
        return draft
    for start, _, phrase in draft.phrases((*DESCENDING, *ASCENDING)):
        by = draft.first(range(start), lambda place: draft.lemma(place) == "by")
        if by is not None:
            return order_by(draft, by, by + 1, descending=phrase in DESCENDING)
    for start, end, phrase in draft.phrases(("from most to least", "from least to most")):
        opened = [
            place for place in (start - 1, start - 2) if draft.lemma(place) in ("ordered", "sorted", ",")
        ]
        found = order_by_count(draft, start, end, descending=phrase == "from most to least")
        if found is not None:
            return found.use(*opened)
    return draft


def order_list(draft: Draft) -> Draft | None:
    """ "List customers by name", "products by price": sorted by what tells the rows apart, not counted for each."""
    place = draft.first(range(TABLE_WITHIN), draft.is_table)
    if place is None or draft.lemma(place + 1) != "by" or draft.table_at(place) != draft.focus:
        return None
    opened = all(draft.lemma(before) in ASKING for before in range(place))
    takings = find_takings(draft, place + 2) if opened else None
    if takings is not None:
        return order_by_takings(draft, place + 1, takings, descending=True)
    counted = order_by_how_many(draft, place) if opened else None
    if counted is not None:
        return counted
    found = find_term(draft, place + 2)
    column = found.term.column if found and not found.term.operand and not found.term.function else None
    if found is None or column is None or column.table != draft.focus or is_date(draft.column(column)):
        return None
    goes_on = found.end < len(draft.mentions) and draft.lemma(found.end) not in (
        *ENDS,
        *DESCENDING,
        *ASCENDING,
    )
    if not opened or goes_on or not tells_apart(draft, column) or column in draft.key(column.table):
        return None
    return order_by(draft, place + 1, place + 2, descending=False)


def order_by_how_many(draft: Draft, place: int) -> Draft | None:
    """ "Customers by number of orders", "by total orders": how many stand beside each."""
    behind = draft.skip(place + 2, ADDING)
    found = find_term(draft, behind)
    term = found.term if found is not None else None
    places = found.places if found is not None else ()
    if behind > place + 2 and is_counted(draft, behind):
        term, places = Term(table=draft.table_at(behind), function="count"), (behind,)
    if term is None or term.function != "count" or term.column or term.table == draft.focus:
        return None
    shown = (*draft.known_by(draft.focus), term)
    descending, said = read_direction(draft, place + 1, (term,), descending=True)
    order = (Order(term, descending),)
    used = (*range(place, max(places) + 1), *said)
    return draft.use(*used, group=draft.key(draft.focus), select=shown, order=order)


def tells_apart(draft: Draft, ref: ColumnRef) -> bool:
    """Whether rows are known by it, or most have a value of their own there: a name, a price; not a country."""
    if Term(ref) in draft.labels(ref.table):
        return True
    held = draft.schema.values.of(ref.table, ref.column)
    if is_number(draft.column(ref)):
        return held.read > 1 and held.distinct > held.read / 2
    return held.unique and held.read >= TELLING


def is_counted_noun(draft: Draft, start: int, phrase: str) -> bool:
    """ "Number of orders by country", "average order by country" and "the largest order by amount" sort nothing."""
    first = phrase.split(maxsplit=1)[0]
    before = draft.lemma(start - 1)
    ranked = before in SUPERLATIVES or AGGREGATES.get(before) == "avg"
    return draft.mentions[start].text.lower() == f"{first}s" or (draft.is_table(start) and ranked)


def order_by(draft: Draft, start: int, end: int, *, descending: bool) -> Draft:
    """Sort by the columns, counts or aggregates listed from `end` on."""
    terms: list[Term] = []
    places = list(range(start, end))
    takings = find_takings(draft, end)
    if takings is not None:
        return order_by_takings(draft, start, takings, descending=descending)
    found = find_metric_term(draft, end) or find_term(draft, end)
    while found is not None:
        terms.append(found.term)
        places += found.places
        found = find_term(draft, draft.skip(found.end, ("and", ",")))
    if not terms:
        return order_by_adjective(draft, start, end)
    descending, said = read_direction(draft, start, terms, descending=descending)
    draft = with_metrics(draft, terms)
    return draft.use(*places, *said, order=tuple(Order(term, descending) for term in terms))


def order_by_takings(draft: Draft, start: int, takings: Takings, *, descending: bool) -> Draft:
    """ "Customers sorted by total spent": what was taken in stands beside each."""
    term = takings.term
    descending, said = read_direction(draft, start, (term,), descending=descending)
    draft = restricted(draft, takings).use(*range(start, takings.places.stop), *said)
    if term.owner == draft.focus and not draft.query.group:
        return draft.use(order=(Order(replace(term, function=""), descending),))
    order = (Order(term, descending),)
    if draft.query.group or draft.query.select or not draft.focus:
        return draft.use(order=order)
    shown = (*draft.known_by(draft.focus), term)
    return draft.use(group=draft.key(draft.focus), select=shown, order=order)


def order_by_adjective(draft: Draft, start: int, end: int) -> Draft:
    """ "ordered from oldest to youngest"."""
    place = draft.skip(end, ("from", "the", "by"))
    measured = (
        measured_by(draft, draft.lemma(place), draft.focus) if draft.lemma(place) in SUPERLATIVES else None
    )
    if measured is None:
        return draft
    column, descending = measured
    return draft.use(*range(start, len(draft.mentions)), order=(Order(Term(column), descending),))


def read_direction(
    draft: Draft, start: int, terms: Sequence[Term], *, descending: bool
) -> tuple[bool, list[int]]:
    """Which way to sort and the places that say so; `descending` where none does."""
    places: list[int] = []
    for begin, stop, phrase in draft.phrases((*DESCENDING, *ASCENDING)):
        if begin >= start - 3:
            descending = phrase not in ASCENDING
            places += range(begin, stop)
            if "old" in phrase and all(term.column and is_date(draft.column(term.column)) for term in terms):
                descending = not descending  # the oldest have the earliest dates
    return descending, places


def order_by_nearest(draft: Draft, start: int, end: int, *, descending: bool) -> Draft:
    """Sort by the column nearest before the phrase that is no condition, else by what rows are known by."""
    counted = order_by_count(draft, start, end, descending=descending)
    if counted is not None:
        return counted
    before = range(start - 1, -1, -1)
    by = draft.first(before, lambda place: draft.lemma(place) == "by")
    metric = None if by is None else find_metric_term(draft, by + 1)
    if by is not None and metric is not None:
        order = (Order(metric.term, descending),)
        return with_metrics(draft, [metric.term]).use(*range(start, end), by, *metric.places, order=order)
    shown = [place for place in before if draft.is_column(place) and not is_compared(draft, place)]
    for place in (*shown, *(place for place in before if draft.is_column(place))):
        column = draft.choose_column(place)
        if column is not None:
            return draft.use(*range(start, end), order=(Order(Term(column), descending),))
    labels = draft.labels(draft.focus) if draft.focus else ()
    return draft.use(*range(start, end), order=(Order(labels[0], descending),)) if labels else draft


def order_by_count(draft: Draft, start: int, end: int, *, descending: bool) -> Draft | None:
    """ "How many airlines are there in each country, in descending order": by how many."""
    alphabetical = any(
        "alphabet" in draft.lemma(place) or "lexico" in draft.lemma(place) for place in range(start, end)
    )
    counts = next((count for count in draft.phrases(COUNTS) if count[0] < start), None)
    grouped = next(draft.phrases(GROUPS), None)
    if alphabetical or counts is None or grouped is None:
        return None
    term = find_counted(draft, counts[0], counts[1]).term
    return draft.use(*range(start, end), order=(Order(term, descending),))


def is_compared(draft: Draft, place: int) -> bool:
    """Whether a value, a number or a comparison follows: then the column is a condition."""
    after = draft.skip(place + 1, COMPARING | {"be", "the", "of", "in", "than", "or", "equal", "to"})
    return after < len(draft.mentions) and (draft.is_value(after) or draft.mentions[after].number is not None)
