"""Aggregates: "how many orders", "average and maximum age", "total revenue"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date, is_key, is_number, is_year
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGGREGATES, COUNTS, DISTINCT
from dbchat_magic.translators.offline.query import ColumnRef, Term
from dbchat_magic.translators.offline.readers.takings import amount_of, is_counted, worth_of

SKIPPED = DISTINCT | set(
    "the of a all number amount value in total its their available recorded these those any".split()
)
"""What may stand between a function and its column."""

JOINING = frozenset({"and", ",", "the", "or", "as", "well"})


def read_aggregates(draft: Draft) -> Draft:
    """Counts first: "total number of orders" is no sum."""
    draft = read_on_average(read_counts(draft))
    for place in range(len(draft.mentions)):
        draft = read_aggregate(draft, place)
    return draft


def read_on_average(draft: Draft) -> Draft:
    """ "on average, how large is the population"."""
    for start, end, _ in draft.phrases(("on average", "in total", "altogether")):
        function = "avg" if draft.lemma(start + 1) == "average" else "sum"
        for place in range(len(draft.mentions)):
            if draft.free(place) and draft.is_column(place):
                column = draft.choose_column(place, partial(is_addable, functions=("sum",)))
                if column is not None:
                    return show(draft.use(*range(start, end), place), Term(column, function=function))
    return draft


def read_counts(draft: Draft) -> Draft:
    counts = list(draft.phrases(COUNTS))
    last = [count for count in counts if count[0] > draft.demand > 0]
    for start, end, _ in counts:
        counted = read_count(draft, start, end)
        said_below = last and start < draft.demand
        draft = counted.use(select=draft.query.select) if said_below else counted
    if any(term.function == "count" for term in draft.query.select):
        for start, end, _ in draft.phrases(("in total", "altogether", "overall", "in all")):
            draft = draft.use(*range(start, end))
    return draft


def read_count(draft: Draft, start: int, end: int) -> Draft:
    """ "how many X": rows of a table, or distinct values of a column that is no measure."""
    distinct = [place for place in range(end, end + 3) if draft.lemma(place) in DISTINCT]
    place = skip_to_name(draft, end)
    totals = [where for where in range(end, place) if draft.lemma(where) == "total"]
    draft_with = partial(draft.use, *range(start, end), *distinct, *totals)
    if draft.lemma(start - 1) in AGGREGATES and draft.is_column(place):
        return draft  # "average number of passengers": the column is called so
    if (totals or draft.lemma(start) == "total") and draft.free(place) and draft.is_column(place):
        measure = draft.choose_column(place, partial(is_addable, functions=("sum",)))
        if measure is not None:
            return show(draft_with(place), Term(measure, function="sum"))
    if draft.free(place) and (named_by_column(draft, place) if distinct else draft.is_column(place)):
        column = draft.choose_column(place)
        if column is not None:
            return show(draft_with(place), count_of(draft, column, distinct=bool(distinct)))
    if draft.is_table(place) and not (distinct and draft.is_column(place + 1)):
        return show(draft_with(place), Term(table=draft.table_at(place), function="count"))
    if draft.free(place) and draft.is_column(place) and (column := draft.choose_column(place)):
        return show(draft_with(place), count_of(draft, column, distinct=bool(distinct)))
    return show(draft_with(), Term(table=draft.focus, function="count")) if draft.focus else draft


def skip_to_name(draft: Draft, place: int) -> int:
    while draft.lemma(place) in SKIPPED and not draft.is_column(place):
        place += 1
    return place


def named_by_column(draft: Draft, place: int) -> bool:
    """Whether a column is called exactly so: "different allergy types", where a table is too."""
    links = draft.mentions[place].columns
    return bool(links) and links[0].score >= 0.95


def count_of(draft: Draft, column: ColumnRef, *, distinct: bool) -> Term:
    """A column of counts is shown as it is; of others the distinct values are counted."""
    table = draft.table(column.table)
    if (
        not distinct
        and is_number(draft.column(column))
        and not is_key(table, draft.column(column))
        and not is_year(draft.column(column))
    ):
        return Term(column)
    if column.column in table.primary_key and len(table.primary_key) == 1:
        return Term(table=table.name, function="count")
    return Term(column, function="count", distinct=True)


def read_aggregate(draft: Draft, place: int) -> Draft:
    """A list of functions before a list of columns: "the average and maximum age and weight"."""
    functions, places, end = read_functions(draft, place)
    if not functions:
        return draft
    name = skip_to_name(draft, end)
    if functions == ["sum"] and is_counted(draft, name):
        if draft.lemma(place) == "sum":  # "sum of all bills" counts nothing
            amount = amount_of(draft.table(draft.table_at(name)))
            return show(draft.use(*places, name), amount) if amount else draft
        counted, worth = Term(table=draft.table_at(name), function="count"), worth_of(draft, name)
        shown = show(draft.use(*places, name), worth or counted)
        return replace(shown, unsure=(worth, counted)) if worth else shown
    columns = (
        read_measures(draft, name, functions)
        or read_owned(draft, name, functions)
        or read_worth(draft, name, functions)
    )
    if not columns:
        return draft
    draft = draft.use(*places, *columns)
    for column in columns.values():
        for function in functions:
            draft = show(draft, Term(column, function=function))
    return draft


def read_owned(draft: Draft, place: int, functions: Sequence[str]) -> dict[int, ColumnRef]:
    """ "Average order amount": the amount is an order's."""
    if not draft.is_table(place) or not draft.free(place + 1):
        return {}
    owner = draft.table_at(place)

    def is_theirs(table: Table, column: Column) -> bool:
        return table.name == owner and is_addable(table, column, functions)

    column = draft.choose_column(place + 1, is_theirs)
    return {} if column is None else {place + 1: column}


def read_worth(draft: Draft, place: int, functions: Sequence[str]) -> dict[int, ColumnRef]:
    """ "Average bill per insurer": the average of the only money that a bill has; "average bills" counts them."""
    if functions != ["avg"] or not draft.is_table(place) or draft.is_column(place + 1):
        return {}
    singular = not draft.is_plural(place)
    term = amount_of(draft.table(draft.table_at(place))) if singular else None
    return {place: term.column} if term and term.column else {}


def read_functions(draft: Draft, place: int) -> tuple[list[str], list[int], int]:
    """The functions listed from here on, their places, and the place behind them."""
    functions: list[str] = []
    places: list[int] = []
    while draft.free(place) and draft.lemma(place) in AGGREGATES and not is_called_so(draft, place):
        functions.append(AGGREGATES[draft.lemma(place)])
        places.append(place)
        place += 1
        while draft.lemma(place) in JOINING and any(
            draft.lemma(after) in AGGREGATES for after in range(place + 1, place + 4)
        ):
            place += 1
    return functions, places, place


def is_called_so(draft: Draft, place: int) -> bool:
    """Whether "total" is a column's name here, not a function before one."""
    return (
        draft.is_column(place)
        and draft.mentions[place].score > 0.95
        and not draft.is_column(place + 1)
        and draft.lemma(place + 1) not in ("of", "and")
    )


def read_measures(draft: Draft, place: int, functions: Sequence[str]) -> dict[int, ColumnRef]:
    """The columns listed from here on that the functions can be taken of, by their places."""
    wanted = partial(is_addable, functions=functions)
    columns: dict[int, ColumnRef] = {}
    while draft.free(place) and draft.is_column(place):
        column = draft.choose_column(place, wanted)
        if column is None:
            break
        columns[place] = column
        after = draft.skip(place + 1, ("and", ",", "the"))
        if after == place + 1 or draft.query.group:
            break
        place = after
    return columns


def is_addable(table: Table, column: Column, functions: Sequence[str]) -> bool:
    """Whether the functions of this column mean something."""
    if any(function in ("avg", "sum") for function in functions):
        return is_number(column) and not is_key(table, column)
    return ((is_number(column) or is_date(column)) and not is_key(table, column)) or is_year(column)


def show(draft: Draft, term: Term) -> Draft:
    return draft if term in draft.query.select else draft.use(select=(*draft.query.select, term))
