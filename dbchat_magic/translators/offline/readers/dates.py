"""Dates: "in March 2024", "since 2020", "between 2020 and 2022", "last 30 days", "before 1990"."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.language import phrase
from dbchat_magic.linking.dates import DateRange, is_year, year_range
from dbchat_magic.linking.kinds import is_date, is_temporal
from dbchat_magic.linking.kinds import is_year as is_year_column
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import COMPARISONS, OTHER_TIMES, TRAILING_COMPARISONS
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Condition, Term, comparisons_of

FAR = 3
"""Joins to a table whose dates are not meant any more."""

DATED = frozenset({"in", "of", "year", "during", "since"})
"""Words before a year that no column near can hold: a date further away is meant."""


OF_AMOUNTS = frozenset({"over", "above", "under", "below"})
"""Comparisons that are said of amounts: a number behind them is no year."""


def read_dates(draft: Draft) -> Draft:
    for place in range(len(draft.mentions)):
        draft = read_between(draft, place) or read_one(draft, place) or draft
    return draft


def range_at(draft: Draft, place: int) -> DateRange | None:
    """The days meant at a place: a date, or a year that no other column claims."""
    if not draft.free(place):
        return None
    mention = draft.mentions[place]
    if mention.dates is not None:
        return mention.dates
    text = mention.text
    if not is_year(text) or mention.quoted:
        return None
    return year_range(int(text))


def read_between(draft: Draft, place: int) -> Draft | None:
    """ "between A and B", "from A to B"."""
    opener = draft.lemma(place)
    if opener not in ("between", "from") or not draft.free(place):
        return None
    low, high = range_at(draft, place + 1), range_at(draft, place + 3)
    joins = {"between": ("and",), "from": ("to", "until", "through")}[opener]
    if low is None or high is None or draft.lemma(place + 2) not in joins:
        return None
    return restrict(draft, DateRange(low.start, high.end, 0), "=", list(range(place, place + 4)))


def read_one(draft: Draft, place: int) -> Draft | None:
    """One date with what stands before it: "in", "since", "before", "after"."""
    found = range_at(draft, place)
    if found is None:
        return None
    if draft.lemma(place - 1) == "of" and draft.lemma(place - 2) == "inclusive":
        return draft.use(place - 2, place - 1, place)  # "the last 7 days, inclusive of today"
    for start, end, words in draft.phrases(COMPARISONS):
        if end == place or (
            end < place and all(draft.lemma(where) in ("the", "year") for where in range(end, place))
        ):
            if (
                words in OF_AMOUNTS
                and draft.mentions[place].dates is None
                and not is_dated_before(draft, start)
            ):
                return None  # "bills over 2000"
            op = "=" if words == "from" else COMPARISONS[words]
            return restrict(draft, found, op, list(range(start, place + 1)))
    for start, end, words in draft.phrases(TRAILING_COMPARISONS):
        if start == place + 1 and range_at(draft, end) is None:
            return restrict(draft, found, TRAILING_COMPARISONS[words], list(range(place, end)))
    return restrict(draft, found, "=", [place])


def is_dated_before(draft: Draft, start: int) -> bool:
    """Whether a column of times, or a verb, stands before a comparison."""
    before = start - 1
    named = draft.is_column(before) and draft.choose_column(before, is_temporal) is not None
    return named or (before >= 0 and draft.is_participle(before)) or draft.lemma(before) in ("year", "be")


def restrict(draft: Draft, days: DateRange, op: str, places: list[int]) -> Draft | None:
    """The condition that the date column nearby lies in, before or after these days."""
    column, column_places = date_column(draft, places[0])
    if column is None:
        return None
    condition = (
        year_conditions(column, days, op)
        if is_year_column(draft.column(column))
        else day_conditions(column, days, op)
    )
    if not condition:
        return None
    guess = "" if column_places else phrase("The dates are those of {column}.", column=column.column)
    draft = draft.use(*places, *column_places, guess=guess)
    for part in condition:
        draft = draft.restrict(part, places[0])
    return draft


def day_conditions(column: ColumnRef, days: DateRange, op: str) -> tuple[Condition, ...]:
    start, end = days.start, days.end
    if op == "=" and start and end:
        return (Comparison(Term(column), ">=", (start,)), Comparison(Term(column), "<", (end,)))
    wanted: dict[str, tuple[str, datetime.date | None]] = {
        "<": ("<", start), "<=": ("<", end), ">": (">=", end), ">=": (">=", start)
    }  # fmt: skip
    if op not in wanted or wanted[op][1] is None:
        return ()
    return (Comparison(Term(column), wanted[op][0], (wanted[op][1],)),)


def year_conditions(column: ColumnRef, days: DateRange, op: str) -> tuple[Condition, ...]:
    if days.start is None or days.end is None:
        return ()
    first, last = days.start.year, (days.end - datetime.timedelta(days=1)).year
    if op == "=" and first != last:
        return (Comparison(Term(column), "between", (first, last)),)
    return (Comparison(Term(column), op, (first if op in ("=", "<", ">=", "<>") else last,)),)


def date_column(draft: Draft, place: int) -> tuple[ColumnRef | None, list[int]]:
    """The date or year column named just before, else the only one of the focus or of a table named."""
    for before in range(place - 1, max(-1, place - 6), -1):
        if draft.is_column(before) and (column := draft.choose_column(before, is_temporal)):
            return column, [before]
    if (asked := dated_before(draft)) is not None:
        return asked, []
    if (ranking := date_that_ranks(draft)) is not None:
        return ranking, []
    for table in dict.fromkeys((*added_up(draft), *draft.tables_with_dates())):
        columns = [column for column in draft.table(table).columns if is_temporal(draft.table(table), column)]
        columns.sort(key=lambda column: "birth" in name_words(column.name))
        if columns:
            return ColumnRef(table, columns[0].name), []
    told = draft.lemma(place - 1) in DATED or draft.lemma(place) in DATED or draft.is_value(place - 1)
    return (nearest_dated(draft) if told else None), []


def date_that_ranks(draft: Draft) -> ColumnRef | None:
    """ "Which customer placed the last order in 2024": the date by which the order is the last."""
    first = next((order.term for order in draft.query.order if order.term.column), None)
    if first is None or first.function or first.column is None or first.column.table == draft.focus:
        return None
    return first.column if is_date(draft.column(first.column)) and not first.column.period else None


def date_of_rows(draft: Draft, tables: Iterable[str]) -> ColumnRef | None:
    """When a row was, by the first of these tables that has a date."""
    dates = (
        ColumnRef(name, column.name)
        for name in tables
        for column in draft.table(name).columns
        if is_date(column)
    )
    return next(dates, None)


def time_of_rows(draft: Draft, table: str) -> ColumnRef | None:
    """When a row of the table happened or began: the first of its dates that tells that."""
    column = next(times_of(draft.table(table)), None)
    return ColumnRef(table, column.name) if column else None


def times_of(table: Table) -> Iterator[Column]:
    """Dates, then years, but those of births, of ends, of changes and of what is to come."""
    told = [column for column in table.columns if not OTHER_TIMES.intersection(name_words(column.name))]
    dates = [column for column in told if is_date(column)]
    yield from dates or (column for column in told if is_year_column(column))


def dated_before(draft: Draft) -> ColumnRef | None:
    """The date that the question before was bounded by."""
    columns = [part.left.column for part in comparisons_of(draft.before.where) if not part.left.function]
    return next(
        (ref for ref in columns if ref and is_temporal(draft.table(ref.table), draft.column(ref))), None
    )


def added_up(draft: Draft) -> list[str]:
    """The tables whose amounts are added up or whose rows are counted for others, and what they point at: when they
    happened is what a date tells."""
    owners = [
        term.owner
        for query in (draft.query, draft.before)
        for term in (
            *query.select,
            *(order.term for order in query.order),
            *(part.left for part in comparisons_of(query.having)),
        )
        if term.function == "sum" or (term.function == "count" and term.owner != draft.focus)
    ]
    pointed = [join.new for name in owners for join in draft.graph.edges.get(name, ()) if not join.many]
    pointed.sort(key=lambda name: -(draft.table(name).rows or 0))
    return [*owners, *pointed]


def nearest_dated(draft: Draft) -> ColumnRef | None:
    """The date or year of the nearest table that has one."""
    dated = [
        (draft.graph.distance(draft.focus, table.name), ColumnRef(table.name, column.name))
        for table in draft.schema.tables
        for column in table.columns
        if draft.focus and is_temporal(table, column)
    ]
    distance, found = min(dated, key=lambda one: one[0], default=(FAR, None))
    return found if distance < FAR else None
