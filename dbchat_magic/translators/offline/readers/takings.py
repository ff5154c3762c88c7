"""Takings: which column holds money taken in, and which table's a participle speaks of: "total invoiced"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date, is_measure
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    ADDED_UP,
    EVENTS,
    MONEY,
    MONEY_COLUMNS,
    MONEY_WORDS,
    TRADING,
    UNITS_SOLD,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Term

EXCLUDED = frozenset({"refund", "return", "tax", "discount", "budget"})

PRICES = frozenset({"price", "fare", "fee", "charge"})
"""What the price of one row is called."""

BEYOND = 3
"""Joins at most between the focus and the table that holds the money."""

CERTAIN = 0.9
"""A name that fits as well as this says its column."""

ADDING = frozenset({"total", "sum"})

BETWEEN = frozenset({"of", "the", "amount"})
"""What may stand between "total" and what was taken in."""


@dataclass(frozen=True)
class Takings:
    """Money that words of the question speak of, and the mentions that say so."""

    term: Term
    places: range
    condition: Comparison | None = None
    """What tells the rows of which it was taken: "paid" where some are not yet."""


def read_totals(draft: Draft) -> Draft:
    """The "total" of "total spent", "total invoiced" and "total orders" adds up, whatever column is called so too."""
    for place in range(len(draft.mentions)):
        adds = draft.lemma(place) in ADDING and draft.mentions[place].columns
        if adds and (find_takings(draft, place + 1) is not None or is_counted(draft, place + 1)):
            plain = replace(draft.mentions[place], columns=(), values=())
            draft = replace(draft, mentions=(*draft.mentions[:place], plain, *draft.mentions[place + 1 :]))
    return draft


def is_counted(draft: Draft, place: int) -> bool:
    """The orders of "total orders"."""
    if not draft.is_table(place) or draft.is_column(place + 1) or draft.is_table(place + 1):
        return False
    return draft.is_plural(place)


def worth_of(draft: Draft, place: int) -> Term | None:
    """The money of the payments of "total payments", which is added up as often as they are counted."""
    is_money = (ADDED_UP | set(MONEY)) & set(draft.lemma(place).split())
    return amount_of(draft.table(draft.table_at(place))) if is_money else None


def find_takings(draft: Draft, place: int) -> Takings | None:
    """What was taken in, if the words from here on say so: "revenue", "spent"; "invoiced" behind a "total"."""
    start = draft.skip(place, BETWEEN | ADDING)
    phrase = draft.phrase_at(start, (*UNITS_SOLD, *MONEY))
    named = any(draft.is_column(where) for where in range(start, phrase[0])) if phrase else False
    if phrase and not named and not draft.is_table(phrase[0] - 1):
        term = money_of(draft)
        return Takings(term, range(start, phrase[0])) if term else None
    adding = draft.skip(start - 1, BETWEEN, step=-1)
    return find_event(draft, start) if draft.lemma(adding) in ADDING else None


def find_event(draft: Draft, place: int) -> Takings | None:
    """ "invoiced": the money of the table of invoices; "paid": of what has a date on which it was."""
    if place >= len(draft.mentions) or not is_event(draft.mentions[place].text.lower()):
        return None
    tables = sorted(tables_of_event(draft, place), key=lambda name: draft.graph.distance(draft.focus, name))
    for name in tables:
        term = amount_of(draft.table(name))
        if term is not None:
            return Takings(term, range(place, place + 1))
    for link in draft.mentions[place].columns:
        column = draft.column(ColumnRef(link.table, link.column))
        term = amount_of(draft.table(link.table)) if is_date(column) and link.score >= CERTAIN else None
        if term is not None:
            happened = Comparison(Term(ColumnRef(link.table, link.column)), "is not null")
            return Takings(term, range(place, place + 1), happened if column.nullable else None)
    return None


def is_event(text: str) -> bool:
    """Whether it is a participle of something other than buying, which is told in pieces as well."""
    return (
        (text.endswith("ed") or text in EVENTS)
        and text.removesuffix("d") not in TRADING
        and text not in TRADING
    )


def tables_of_event(draft: Draft, place: int) -> Iterator[str]:
    """Those called as the participle is: invoices that are invoiced, payments that are paid."""
    mention = draft.mentions[place]
    stem = mention.text.lower().removesuffix("ed")
    nouns = {stem, f"{stem}e", f"{stem}ion", f"{stem}ment", EVENTS.get(mention.text.lower(), "")}
    for table in draft.schema.tables:
        if name_words(table.local)[-1] in nouns:
            yield table.name


def money_of(draft: Draft) -> Term | None:
    """The sum of an amount in the focus or the nearest table that points at it; else price times quantity; else the
    price of what happens once."""
    by_distance = sorted(
        (distance, -(table.rows or 0), table.name)
        for table in draft.schema.tables
        if (distance := draft.graph.distance(draft.focus, table.name)) <= BEYOND
    )
    tables = [draft.table(name) for _, _, name in by_distance]
    amounts = (amount_of(table) or price_times_quantity(table) for table in tables)
    prices = (price_of_each(draft, table) for table in tables)
    return next((term for term in (*amounts, *prices) if term is not None), None)


def amount_of(table: Table) -> Term | None:
    """The sum of the table's column whose name says money taken in."""
    if EXCLUDED & set(name_words(table.local)):
        return None
    for name in MONEY_COLUMNS:
        for column in measures(table):
            words = set(name_words(column.name))
            if set(name.split()) <= words <= MONEY_WORDS:
                return Term(ColumnRef(table.name, column.name), function="sum")
    return None


def price_of_each(draft: Draft, table: Table) -> Term | None:
    """The sum of the price of what happens once, such as deliveries and bookings; not of a list of prices."""
    joins = draft.graph.edges.get(table.name, ())
    points_at = {join.new for join in joins if not join.many}
    counted = any(counts_pieces(draft.table(join.new)) for join in joins if join.many)
    prices = [column for column in measures(table) if name_words(column.name)[-1] in PRICES]
    if counted or len(points_at) < 2 or len(prices) != 1 or not any(map(is_date, table.columns)):
        return None
    return Term(ColumnRef(table.name, prices[0].name), function="sum")


def counts_pieces(table: Table) -> bool:
    """Whether its rows are so many pieces of something."""
    return any("quantity" in name_words(column.name) for column in table.columns)


def price_times_quantity(table: Table) -> Term | None:
    columns = {name_words(column.name): column for column in measures(table)}
    prices = [column for words, column in columns.items() if "price" in words]
    quantities = [column for words, column in columns.items() if "quantity" in words]
    if not prices or not quantities:
        return None
    return Term(
        ColumnRef(table.name, prices[0].name),
        operand=ColumnRef(table.name, quantities[0].name),
        op="*",
        function="sum",
    )


def measures(table: Table) -> Iterator[Column]:
    return (column for column in table.columns if is_measure(table, column))
