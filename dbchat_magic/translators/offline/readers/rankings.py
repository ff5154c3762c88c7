"""Rankings: "largest orders by amount", "smallest 5 suppliers by number of products": a superlative and what decides."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date, is_measure
from dbchat_magic.translators.offline.adding import function_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import ADJECTIVES, IN_TIME, SUPERLATIVES
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Order, Term
from dbchat_magic.translators.offline.readers.firsts import refuse
from dbchat_magic.translators.offline.readers.money import SEVERAL
from dbchat_magic.translators.offline.readers.superlatives import may_be_missing, wants_most
from dbchat_magic.translators.offline.readers.tops import Rank, find_rank, number_beside

OF_AGE = frozenset({"old", "young"})
"""Who is oldest was born earliest: a date does not measure it as a number does."""


RATED = frozenset({"good", "bad"})


def read_rankings(draft: Draft) -> Draft:
    """ "Biggest accounts by employees": the rows, or the values of a column, by what follows "by"."""
    if draft.query.order or draft.query.group:
        return draft
    for start, end, words in draft.phrases(SUPERLATIVES):
        number, counted = number_beside(draft, start, end)
        place = end + (end in counted)
        column = None if draft.is_table(place) else ranked_values(draft, place)
        table = column.table if column else draft.table_at(place) if draft.is_table(place) else ""
        if not table or words in IN_TIME or next(draft.phrases(("per", "each", "every")), None):
            continue
        among = replace(draft, focus=table)
        rank = find_rank(among, "" if column else table, "", place, descending=wants_most(words))
        rank = rank or rated_by_others(draft, table, words)
        if rank is None and names_groups(draft, place):
            return refuse(draft, start, place + 3)
        if rank is None or tells_age(draft, words, rank):
            continue
        limit = number or how_many(draft, place)
        draft = draft.use(*range(start, end), *counted, place, *rank.places, guess=rank.guess, limit=limit)
        return rank_values(draft, column, rank.order) if column else rank_rows(draft, table, rank.order)
    return draft


def rated_by_others(draft: Draft, table: str, words: str) -> Rank | None:
    """ "The best rated products": by the average of what the rows of another table give them."""
    good = SUPERLATIVES[words] in RATED and words.endswith("rated")
    for join in draft.graph.edges.get(table, ()) if good else ():
        found = draft.concept(join.new, ADJECTIVES["good"]) if join.many else None
        if found is not None:
            return Rank(Order(Term(found[0], function="avg"), wants_most(words)), ())
    return None


def how_many(draft: Draft, place: int) -> int:
    """One where what is ranked is named in the singular, or a question asks which it is."""
    singular = not draft.is_plural(place)
    return 1 if singular or draft.lemma(0) in ("which", "who", "what") else SEVERAL


def ranked_values(draft: Draft, place: int) -> ColumnRef | None:
    """The country of "largest countries by revenue"."""

    def is_category(table: Table, column: Column) -> bool:
        return not is_measure(table, column) and not is_date(column) and column.name not in table.primary_key

    return draft.choose_column(place, is_category) if draft.is_column(place) else None


def names_groups(draft: Draft, place: int) -> bool:
    """ "The most expensive products by category": the most expensive of each, or all of them sorted."""
    if draft.lemma(place + 1) != "by" or (
        place + 3 < len(draft.mentions) and draft.lemma(place + 3).isalnum()
    ):
        return False
    return draft.is_table(place + 2) or draft.is_column(place + 2)


def tells_age(draft: Draft, words: str, rank: Rank) -> bool:
    column = rank.order.term.column
    return column is not None and SUPERLATIVES[words] in OF_AGE and is_date(draft.column(column))


def rank_rows(draft: Draft, table: str, order: Order) -> Draft:
    """The rows themselves; beside an aggregate, each with it."""
    tables = tuple(dict.fromkeys((table, order.term.owner, *draft.query.tables)))
    if not order.term.function:
        return known_only(draft.use(order=(order,), tables=tables), order)
    shown = (*draft.known_by(table), order.term)
    return draft.use(group=draft.key(table), select=shown, order=(order,), tables=tables)


def rank_values(draft: Draft, column: ColumnRef, order: Order) -> Draft:
    """Values by what their rows have together; a plain column of rows that are known by them is theirs alone."""
    term = order.term
    if not term.function:
        held = draft.schema.values.of(column.table, column.column)
        if term.owner == column.table and held.unique:
            return known_only(draft.use(select=(Term(column),), order=(order,)), order)
        term = replace(term, function=function_of(term.column) if term.column else "count")
    order = replace(order, term=term)
    return draft.use(group=(column,), select=(Term(column), term), order=(order,))


def known_only(draft: Draft, order: Order) -> Draft:
    """What is not known is not the smallest."""
    ref = order.term.column
    if order.descending or ref is None or not may_be_missing(draft, ref):
        return draft
    return draft.restrict(Comparison(order.term, "is not null"))
