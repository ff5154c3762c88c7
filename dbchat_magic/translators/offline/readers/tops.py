"""Tops of each: "top 3 products per category by revenue", "the 2 most expensive products in each category"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dbchat_magic.linking.kinds import is_comparable
from dbchat_magic.translators.offline.adding import function_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import GROUPS, IN_TIME, MONEY, SUPERLATIVES, UNITS_SOLD
from dbchat_magic.translators.offline.query import Order, Term
from dbchat_magic.translators.offline.readers.dates import time_of_rows
from dbchat_magic.translators.offline.readers.groups import find_grouping
from dbchat_magic.translators.offline.readers.money import said
from dbchat_magic.translators.offline.readers.superlatives import (
    MANY_ROWS,
    measured_by,
    names_a_row,
    tells_when,
)
from dbchat_magic.translators.offline.readers.takings import money_of
from dbchat_magic.translators.offline.readers.terms import find_term

EACH = tuple(phrase for phrase in (*GROUPS, "within each") if {"each", "every", "per"} & set(phrase.split()))

BEST_SELLING = "best selling"

BETWEEN = 4
"""Words at most from the number to the table."""


@dataclass(frozen=True)
class Rank:
    """What the rows are ranked by, and the mentions that say so."""

    order: Order
    places: tuple[int, ...]
    guess: str = ""


def read_top_of_each(draft: Draft) -> Draft:
    """So many rows for each group; what ranks them must be said."""
    in_time = read_first_of_each(draft)
    if in_time is not draft:
        return in_time
    for start, end, phrase in draft.phrases(("top", "bottom", "first")):
        number = number_at(draft, end)
        if number:
            return rank_within(draft, (start, end), end + 1, number, descending=phrase == "top")
    for start, end, phrase in draft.phrases(SUPERLATIVES):
        if phrase in IN_TIME and not measures_time(draft, phrase, end):
            continue
        number = number_at(draft, start - 1)
        if number:
            return rank_within(draft, (start - 1, *range(start, end)), end, number, superlative=phrase)
        if one_of_table(draft, end) and measured_by(draft, phrase, draft.table_at(end)):
            return rank_within(draft, tuple(range(start, end)), end, 1, superlative=phrase)
    for start, end, _ in draft.phrases(UNITS_SOLD):
        one = one_of_table(draft, end)
        number = number_at(draft, start - 1)
        if number or one:
            counted = (start - 1,) if number else ()
            return rank_within(
                draft, (*counted, *range(start, end)), end, number or one, superlative=BEST_SELLING
            )
    return draft


def read_first_of_each(draft: Draft) -> Draft:
    """ "The last order of each customer", "first 2 visits per patient"; not "first 2 products per category by price"."""
    for start, end, phrase in draft.phrases(IN_TIME):
        number, counted = number_beside(draft, start, end)
        place = end + (end in counted)
        if not (draft.is_table(place) and (number or one_of_table(draft, place))):
            continue
        by = draft.first(range(place, len(draft.mentions)), lambda where: draft.lemma(where) == "by")
        if time_of_rows(draft, draft.table_at(place)) and (by is None or not number):
            places = (*range(start, end), *counted)
            return rank_within(draft, places, place, number or 1, superlative=IN_TIME[phrase])
    return draft


def measures_time(draft: Draft, phrase: str, end: int) -> bool:
    """Whether the table named there has a column that says which rows are "earliest": an hour, the age of the oldest."""
    measured = measured_by(draft, phrase, draft.table_at(end)) if draft.is_table(end) else None
    return measured is not None and tells_when(draft, phrase, end, measured[0])


def one_of_table(draft: Draft, place: int) -> int:
    """1 where a table is named in the singular: one row of it is meant."""
    return int(draft.is_table(place) and not draft.is_plural(place))


def number_beside(draft: Draft, start: int, end: int) -> tuple[int, tuple[int, ...]]:
    """ "Latest 5 orders", "5 latest orders": the number and its place; not the 7 of "when did customer 7 last order"."""
    if number_at(draft, end):
        return number_at(draft, end), (end,)
    number = 0 if names_a_row(draft, start - 1) else number_at(draft, start - 1)
    return (number, (start - 1,)) if number else (0, ())


def number_at(draft: Draft, place: int) -> int:
    number = draft.mentions[place].number if draft.free(place) else None
    return int(number) if number is not None and 0 < number < MANY_ROWS else 0


def rank_within(
    draft: Draft,
    places: tuple[int, ...],
    behind: int,
    number: int,
    *,
    superlative: str = "",
    descending: bool = True,
) -> Draft:
    """The query for the table named behind the number; declined where nothing says what ranks its rows."""
    ranked = draft.first(range(behind, behind + BETWEEN), draft.is_table)
    each = next(((start, end) for start, end, _ in draft.phrases(EACH) if start >= behind), None)
    if ranked is None or each is None or each[0] < ranked:
        return draft
    grouping = find_grouping(draft, draft.skip(each[1], ("the", "of")))
    table = draft.table_at(ranked)
    if grouping is None or not grouping.columns or any(column.table == "" for column in grouping.columns):
        return draft
    rank = find_rank(replace(draft, focus=table), table, superlative, ranked, descending=descending)
    periods = {column.table for column in grouping.columns if column.period}
    if rank is None or periods - {rank.order.term.owner}:
        return replace(draft, beyond=(said_between(draft, places[0], max(grouping.places)),))
    term = rank.order.term
    keys = draft.key(table) if superlative in IN_TIME.values() else ()  # of two on one day the later number
    labels = draft.known_by(table)
    shown = (*(grouping.shown or tuple(map(Term, grouping.columns))), *labels, term)
    return draft.use(
        *places,
        ranked,
        *range(*each),
        *grouping.places,
        *rank.places,
        guess=rank.guess,
        select=tuple(dict.fromkeys(shown)),
        group=(*grouping.columns, *draft.key(table)) if term.function else (),
        order=(rank.order, *(Order(Term(key), rank.order.descending) for key in keys)),
        limit=number,
        per=grouping.columns,
    )


def find_rank(draft: Draft, table: str, superlative: str, ranked: int, *, descending: bool) -> Rank | None:
    """ "most expensive" before the table, or what follows "by" behind it."""
    if superlative == BEST_SELLING:
        term = money_of(draft)
        return Rank(Order(term, True), (), said("best selling", term)) if term else None
    if superlative in IN_TIME.values():
        date = time_of_rows(draft, table)
        return Rank(Order(Term(date), superlative == "latest"), ()) if date else None
    if superlative:
        measured = measured_by(draft, superlative, table)
        return Rank(Order(Term(measured[0]), measured[1]), ()) if measured else None
    by = draft.first(range(ranked, len(draft.mentions)), lambda place: draft.lemma(place) == "by")
    if by is None:
        return None
    money = draft.phrase_at(draft.skip(by + 1, ("total", "the")), MONEY)
    if money is not None and not draft.is_column(money[0] - 1):
        term = money_of(draft)
        guess = said(said_between(draft, by + 1, money[0] - 1), term) if term else ""
        return Rank(Order(term, descending), tuple(range(by, money[0])), guess) if term else None
    found = find_term(draft, by + 1, is_comparable)
    if found is None or (found.term.column is None and found.term.table == table):
        return None
    return Rank(Order(summed(draft, found.term, table), descending), (by, *found.places))


def summed(draft: Draft, term: Term, table: str) -> Term:
    """A column of which each row of the table meets several values is added up; of grades the average is taken."""
    if term.function or term.column is None:
        return term
    path = draft.graph.path((table,), term.column.table) or ()
    return replace(term, function=function_of(term.column)) if any(join.many for join in path) else term


def said_between(draft: Draft, first: int, last: int) -> str:
    return " ".join(mention.text for mention in draft.mentions[first : last + 1])
