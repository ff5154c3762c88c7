"""Orders: "sorted by age, oldest first", "in alphabetical order of name"."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    AGGREGATES,
    COMPARISONS,
    COUNTS,
    DESCENDING,
    ORDER_ALONE,
    ORDERS,
    SUPERLATIVES,
)
from dbchat_magic.translators.offline.query import ColumnRef, Order, Term
from dbchat_magic.translators.offline.readers.superlatives import read_adjective

COMPARING = frozenset(word for phrase in COMPARISONS for word in phrase.split())

SKIPPED = frozenset({"the", "of", "by", "their", "its", "from", "in", "total", "each", "a", "to"})


def read_orders(draft: Draft) -> Draft:
    """Sorting by what a phrase of order names; else by the "by" before "from highest to lowest"."""
    for start, end, phrase in draft.phrases(ORDERS):
        draft = order_by(draft, start, end, descending=ORDERS[phrase])
    if draft.query.order:
        return draft
    for start, end, phrase in draft.phrases(ORDER_ALONE):
        draft = order_by_nearest(draft, start, end, descending=ORDER_ALONE[phrase])
    if draft.query.order:
        return draft
    for start, _, _ in draft.phrases(DESCENDING):
        by = next((place for place in range(start) if draft.lemma(place) == "by"), -1)
        if by >= 0:
            return order_by(draft, by, by + 1, descending=True)
    return draft


def order_by(draft: Draft, start: int, end: int, *, descending: bool) -> Draft:
    """Sort by the columns, counts or aggregates listed from `end` on."""
    orders: list[Order] = []
    places = list(range(start, end))
    place, function, counted = end, "", False
    while place < len(draft.mentions):
        counts = next((stop for begin, stop, _ in draft.phrases(COUNTS) if begin == place), 0)
        if counts:
            places += range(place, counts)
            place, counted = counts, True
            continue
        if draft.lemma(place) in AGGREGATES and not draft.is_column(place):
            function = AGGREGATES[draft.lemma(place)]
            places.append(place)
        elif draft.lemma(place) in SUPERLATIVES:
            adjective = read_adjective(draft, place, draft.focus)
            if adjective is None:
                break
            column, descending = adjective
            return draft.use(*range(start, len(draft.mentions)), order=(Order(Term(column), descending),))
        elif counted and draft.is_table(place):
            orders.append(Order(Term(table=draft.table_at(place), function="count")))
            places.append(place)
            counted = False
        elif draft.is_column(place) and (chosen := draft.choose_column(place)):
            orders.append(Order(Term(chosen, function="count" if counted else function)))
            places.append(place)
            function, counted = "", False
        elif draft.lemma(place) not in SKIPPED and draft.lemma(place) not in ("and", ","):
            break
        place += 1
    if counted:
        orders.append(Order(Term(table=draft.focus, function="count")))
    for begin, stop, phrase in draft.phrases(
        (*DESCENDING, "ascending", "in ascending order", "asc", "increasing")
    ):
        if begin >= start - 3:
            descending = (
                draft.lemma(begin) not in ("ascending", "asc", "increasing") and "ascending" not in phrase
            )
            places += range(begin, stop)
            if "old" in phrase and all(
                order.term.column and is_date(draft.column(order.term.column)) for order in orders
            ):
                descending = not descending
    if not orders:
        return draft
    return draft.use(*places, order=tuple(Order(order.term, descending) for order in orders))


def compared(draft: Draft, place: int) -> bool:
    """Whether a value, a number or a comparison follows: then the column is a condition."""
    after = place + 1
    while (
        draft.lemma(after) in ("be", "the", "of", "in", "than", "or", "equal", "to")
        or draft.lemma(after) in COMPARING
    ):
        after += 1
    return after < len(draft.mentions) and (draft.is_value(after) or draft.mentions[after].number is not None)


def order_by_nearest(draft: Draft, start: int, end: int, *, descending: bool) -> Draft:
    """Sort by the column nearest before the phrase (it is shown as well)."""

    def sortable(table: Table, column: Column) -> bool:
        return True

    shown = [place for place in range(start) if draft.is_column(place) and not compared(draft, place)]
    for place in (*reversed(shown), *range(start - 1, -1, -1)):
        if draft.is_column(place) and (column := draft.choose_column(place, sortable)):
            return draft.use(*range(start, end), order=(Order(Term(column), descending),))
    from dbchat_magic.linking.kinds import label_columns

    if draft.focus:
        labels = label_columns(draft.table(draft.focus), draft.schema.values)
        if labels:
            ref = ColumnRef(draft.focus, labels[0].name)
            return draft.use(*range(start, end), order=(Order(Term(ref), descending),))
    return draft
