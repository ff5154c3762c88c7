"""Groups: "for each country", "per month", "average price by category"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date
from dbchat_magic.translators.offline.draft import JOINING, Draft
from dbchat_magic.translators.offline.lexicon import (
    AGGREGATES,
    COUNTS,
    DISTINCT,
    GROUPS,
    MONEY,
    MOST,
    ORDERS,
    RATIOS,
    SUPERLATIVES,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Order, Term
from dbchat_magic.translators.offline.readers.columns import named_terms
from dbchat_magic.translators.offline.readers.dates import added_up, date_of_rows, nearest_dated
from dbchat_magic.translators.offline.readers.roles import column_of, persons, role_at
from dbchat_magic.translators.offline.readers.takings import ADDING

PERIODS = ("year", "quarter", "month", "week", "day")

PARTS = {
    "weekday": "weekday", "week day": "weekday", "day of the week": "weekday", "day of week": "weekday",
    "hour": "hour", "hour of the day": "hour", "hour of day": "hour",
}  # fmt: skip
"""Periods that come again: those of every week are one."""

PERIOD_WORDS = {
    "monthly": "month", "yearly": "year", "annual": "year", "annually": "year", "daily": "day", "weekly": "week",
    "quarterly": "quarter", "over time": "month", "month by month": "month", "year by year": "year",
    "over the year": "year", "over the month": "month", "month over month": "month", "year over year": "year",
}  # fmt: skip

BEHIND = ("per", "for each", "for every")
"""What opens another group: "orders by month for each channel"."""

RANKING = frozenset({"most", "highest", "lowest", "least"})

SKIPPED = frozenset({"the", "of", "a", "'s", "those", "these", "them"}) | DISTINCT


def read_groups(draft: Draft) -> Draft:
    """Only where something is counted or added up: "the name of each student" is a list, not a grouping."""
    draft = read_period_of_most(read_best_period(read_period_words(draft)))
    calculated = any(term.function for term in draft.query.select)
    if not aggregates(draft) and not calculated and not draft.goes_on:
        return count_per(draft)
    for start, end, _ in draft.phrases(GROUPS):
        if draft.lemma(start - 1) != "than":  # "older than every student"
            draft = group_by(draft, start, end)
    by = next(
        (
            place
            for place in range(0 if draft.goes_on else 1, len(draft.mentions))
            if draft.lemma(place) == "by"
        ),
        None,
    )
    by_time = all(column.period for column in draft.query.group)  # "per month by category"
    if by is not None and draft.free(by) and by_time and not sorts(draft, by):
        draft = group_by(draft, by, by + 1)
    return draft


def count_per(draft: Draft) -> Draft:
    """ "orders per channel", "customers by country": how many there are of each."""
    place = next((where for where in range(min(3, len(draft.mentions))) if draft.is_table(where)), -1)
    if place < 0 or draft.lemma(place - 1) == "of" or draft.lemma(place - 2) in ("top", "bottom", "first"):
        return draft
    if draft.lemma(place + 1) not in ("per", "by"):
        return draft
    grouped = group_by(draft, place + 1, place + 2)
    is_dated = bool(period_at(draft, place + 2)[0])  # "by" and a period: no other reading is likely
    is_long = draft.lemma(place + 1) == "by" and not is_dated and len(draft.mentions) > place + 5
    if grouped is draft or is_long or is_numbered(grouped, grouped.used - draft.used):
        return draft
    for start, end, _ in grouped.phrases(BEHIND):
        grouped = group_by(grouped, start, end)
    counted = Term(table=draft.table_at(place), function="count")
    return grouped.use(place, select=(*grouped.query.select, counted))


def is_numbered(grouped: Draft, places: Iterable[int]) -> bool:
    """ "Orders by customer 7": a number behind what would be the group makes it a condition."""
    behind = max(places) + 1
    is_number = behind < len(grouped.mentions) and grouped.mentions[behind].number is not None
    return is_number and not any(ref.period for ref in grouped.query.group)


def read_period_words(draft: Draft) -> Draft:
    """ "monthly revenue", "orders over time"."""
    for start, end, phrase in draft.phrases(PERIOD_WORDS):
        found = date_of(draft, start, PERIOD_WORDS[phrase], is_said=True)
        if found is not None:
            ref, places = found
            order = draft.query.order or (Order(Term(ref)),)
            draft = draft.use(*range(start, end), *places, group=(*draft.query.group, ref), order=order)
            return draft.use(select=(*draft.query.select, Term(ref), *counted_over_time(draft)))
    return draft


def counted_over_time(draft: Draft) -> Iterator[Term]:
    """ "Orders over time": how many there are, where nothing else is said of them."""
    table = next(iter(draft.mentioned_tables()), None)
    says_more = any(draft.free(place) and draft.is_column(place) for place in range(len(draft.mentions)))
    if table is not None and not says_more and not aggregates(draft) and not draft.goes_on:
        yield Term(table=draft.table_at(table), function="count")


def read_best_period(draft: Draft) -> Draft:
    """ "which month had the highest revenue": the periods are what is ranked."""
    period, said = asked_period(draft, 3)
    place = said.start
    ranks = bool(period) and any(draft.lemma(where) in RANKING for where in range(place, place + 7))
    dated = date_of(draft, place, period) if ranks and next(draft.phrases(MONEY), None) else None
    if dated is None:
        return draft
    column, places = dated
    return draft.use(*said, *places, group=(column,), select=(*draft.query.select, Term(column)))


def read_period_of_most(draft: Draft) -> Draft:
    """ "Which month had the most orders": the periods are ranked by how many rows lie in them."""
    period, said = asked_period(draft, 4)
    if not period:
        return draft
    place = said.start
    for start, end, phrase in draft.phrases(MOST):
        counted = draft.skip(end, ("the", "of"))
        if start <= place or not draft.is_table(counted):
            continue
        table = draft.table_at(counted)
        own = draft.choose_column(place) if draft.is_column(place) else None
        ref = in_period(draft, date_of_rows(draft, (table,)), period)
        if ref is None or (own is not None and own.table == table):
            return draft
        count = Term(table=table, function="count")
        verb = [counted + 1] if draft.is_done(counted + 1) else []
        return draft.use(
            *said,
            *range(start, end),
            counted,
            *verb,
            group=(ref,),
            select=(Term(ref), count),
            order=(Order(count, descending=MOST[phrase]),),
            limit=1,
        )
    return draft


def asked_period(draft: Draft, within: int) -> tuple[str, range]:
    """The period of "which month", "in what year", said at one of so many first places; empty where none is, or
    something is grouped by already."""
    place = draft.first(range(within), lambda where: bool(period_at(draft, where)[0]))
    if place is None or draft.lemma(place - 1) not in ("which", "what") or draft.query.group:
        return "", range(0)
    return period_at(draft, place)


def period_at(draft: Draft, place: int) -> tuple[str, range]:
    """The period that is said from this place on, and the places that say it; empty where none is."""
    for start, end, phrase in draft.phrases(PARTS):
        if start == place:
            return PARTS[phrase], range(start, end)
    return (draft.lemma(place), range(place, place + 1)) if draft.lemma(place) in PERIODS else ("", range(0))


def date_of(
    draft: Draft, place: int, period: str, *, is_said: bool = False
) -> tuple[ColumnRef, list[int]] | None:
    """The date whose period is meant (with its place where the question names it), else one of the focus.

    None where a column itself is called "year" or "month" (unless `is_said`: no column is called so), and where
    the hour is asked of days.
    """
    mention = draft.mentions[place]
    if not is_said and mention.columns and mention.columns[0].score >= 0.95:
        return None
    day, places = dated_column(draft, place)
    ref = in_period(draft, day, period)
    return (ref, places) if ref is not None else None


def in_period(draft: Draft, day: ColumnRef | None, period: str) -> ColumnRef | None:
    """The period that the date lies in; None for the hour of what tells only days."""
    if day is None or (period == "hour" and not has_hours(draft.column(day))):
        return None
    return replace(day, period=period)


def has_hours(column: Column) -> bool:
    """Whether its dates tell the time of day."""
    shown = [str(sample) for sample in column.samples]
    typed = column.type.lower().startswith(("timestamp", "datetime"))
    return any(re.search(r"\d:\d\d", text) for text in shown) if shown else typed


def dated_column(draft: Draft, place: int) -> tuple[ColumnRef | None, list[int]]:
    """The date that the question names elsewhere, and where; else one that nobody names."""
    for where in range(len(draft.mentions)):
        ref = draft.choose_column(where, holds_dates) if where != place and draft.is_column(where) else None
        if ref is not None:
            return ref, [where]
    unnamed = date_of_rows(draft, draft.tables_with_dates())
    if unnamed is None and next(draft.phrases(MONEY), None):
        near = nearest_dated(draft)
        unnamed = near if near is not None and is_date(draft.column(near)) else None
    return unnamed, []


def holds_dates(table: Table, column: Column) -> bool:
    return is_date(column)


def aggregates(draft: Draft) -> bool:
    """Whether some word asks for a number about several rows; the "least" of "at least 3" does not."""
    asking = (*COUNTS, *AGGREGATES, *MOST, *MONEY, *RATIOS, "how much")
    return any(draft.lemma(start - 1) != "at" for start, _, _ in draft.phrases(asking))


def sorts(draft: Draft, by: int) -> bool:
    """Whether the "by" belongs to "sorted by" or to "top 5 … by"."""
    before = [draft.lemma(place) for place in range(max(0, by - 3), by) if not draft.is_table(place)]
    said = set("order ordered sort sorted rank ranked arranged descending ascending top".split())
    superlative = any(
        draft.lemma(place) in SUPERLATIVES or draft.lemma(place) in ("top", "most") for place in range(by)
    )
    adds = any(draft.lemma(place) in ADDING for place in range(by))  # "total billed by physician"
    passive = (draft.mentions[by - 1].text.endswith("ed") and not adds) or before[-1:] == ["make"]
    return bool(said & set(before)) or superlative or passive or " ".join(before[-1:]) in ORDERS


def group_by(draft: Draft, start: int, end: int) -> Draft:
    """Group by the columns, tables and periods listed from `end` on; unchanged when none is."""
    place = end
    used = list(range(start, end))
    found: list[Grouping] = []
    while place < len(draft.mentions):
        goes_on = found and draft.lemma(place) in JOINING and is_listed(draft, place + 1)
        if not goes_on and draft.lemma(place) not in SKIPPED:
            if any(place in grouping.places for grouping in found):
                place += 1
                continue
            grouping = find_grouping(draft, place) if draft.free(place) else None
            if grouping is not None and found and is_owner(draft, place):
                grouping = Grouping((place,))
            if grouping is None or (grouping.columns and found and follows_at_once(found[-1], place)):
                break
            found.append(grouping)
        place += 1
    columns = [column for grouping in found for column in grouping.columns]
    if not columns:
        return draft
    shown = [term for grouping in found for term in grouping.shown] or [Term(column) for column in columns]
    periods = tuple(Order(Term(column)) for column in columns if column.period)
    used += [place for grouping in found for place in grouping.places]
    plain = [term for term in draft.query.select if not term.function]
    aggregated = [term for term in draft.query.select if term.function]
    return draft.use(
        *used,
        group=tuple(dict.fromkeys((*draft.query.group, *columns))),
        select=tuple(dict.fromkeys((*plain, *shown, *aggregated))),
        order=draft.query.order or periods,
    )


def follows_at_once(before: Grouping, place: int) -> bool:
    """Whether nothing lists it with the group before: the verb of "each department offers"."""
    return bool(before.columns) and max(before.places) == place - 1


@dataclass(frozen=True)
class Grouping:
    """What one word of a list of groups stands for."""

    places: tuple[int, ...]
    columns: tuple[ColumnRef, ...] = ()
    shown: tuple[Term, ...] = ()


def is_owner(draft: Draft, place: int) -> bool:
    """Whether it is the table of the column before: the pet of "each type of pet"."""
    return draft.is_table(place) and draft.lemma(draft.skip(place - 1, ("the", "all"), step=-1)) == "of"


def read_compared_groups(draft: Draft) -> Draft:
    """ "The average salary of men and women": where every value of a column is listed, each is a group."""
    query = draft.query
    if query.group or not query.select or any(not term.function for term in query.select):
        return draft
    for part in query.where:
        if not isinstance(part, Comparison) or part.op != "in" or part.left.column is None:
            continue
        held = draft.schema.values.of(part.left.column.table, part.left.column.column)
        listed = any(draft.lemma(place) == "and" for place in range(len(draft.mentions)))
        if listed and set(map(str, part.values)) == set(held.texts):
            return draft.use(group=(part.left.column,), select=(part.left, *query.select))
    return draft


def find_grouping(draft: Draft, place: int) -> Grouping | None:
    """A period of time, a table (by its key, shown by its label) or a column; None when it is none of them."""
    period, said = period_at(draft, place)
    if period and (dated := date_of(draft, place, period)):
        column, places = dated
        return Grouping((*said, *places), (column,), (Term(column),))
    role = role_at(draft, place)
    named = column_of(draft, place + 1, role.target) if role else ""
    if role and named:  # "per destination city"
        ref = ColumnRef(role, named)
        return Grouping((place, place + 1), (ref,), (Term(ref),))
    if draft.is_table(place):
        if draft.is_table(place + 1) or draft.is_column(place + 1):
            return Grouping((place,))  # "product category": the first says which kind of the second
        table = draft.table_at(place)
        return Grouping((place,), draft.key(table), draft.labels(table))
    chosen = draft.choose_column(place) if draft.is_column(place) else None
    if chosen is None:
        return None
    names = tuple(named_terms(draft, place, chosen))
    if len(names) > 1 and names == draft.labels(chosen.table):  # "by customer name", not by the first alone
        return Grouping((place,), draft.key(chosen.table), names)
    return Grouping((place,), (chosen,), persons(draft, chosen) or (Term(chosen),))


def is_listed(draft: Draft, place: int) -> bool:
    """Whether a list of groups goes on here, rather than something else beginning ("…, how many")."""
    ends = place + 1 == len(draft.mentions) or draft.lemma(place + 1) in (".", "?")
    closes = draft.is_table(place) and draft.lemma(place - 1) == "and" and ends  # "by country and store"
    is_group = draft.is_column(place) or bool(period_at(draft, place)[0]) or closes
    return draft.free(place) and is_group and draft.lemma(place + 1) != "of"


def read_dated_groups(draft: Draft) -> Draft:
    """ "Revenue of the Berlin store per month": the months are those of what is added up, not the store's; where the
    question names another date, they are of that."""
    query = draft.query
    when = date_of_rows(draft, added_up(draft))
    changed = {
        ref: replace(when, period=ref.period)
        for ref in query.group
        if when is not None and ref.period and ref.table != when.table and not is_named(draft, ref)
    }
    if not changed:
        return draft
    return draft.use(
        group=tuple(changed.get(ref, ref) for ref in query.group),
        select=tuple(replace_column(term, changed) for term in query.select),
        order=tuple(replace(order, term=replace_column(order.term, changed)) for order in query.order),
    )


def is_named(draft: Draft, ref: ColumnRef) -> bool:
    """Whether a word of the question says this column."""
    return any(
        (found := draft.choose_column(place, holds_dates)) is not None and found == replace(ref, period="")
        for place in range(len(draft.mentions))
        if draft.is_column(place)
    )


def replace_column(term: Term, changed: Mapping[ColumnRef, ColumnRef]) -> Term:
    return replace(term, column=changed.get(term.column, term.column)) if term.column else term
