"""Aggregates: "how many orders", "average and maximum age", "total revenue"."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date, is_key, is_number, is_year
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGGREGATES, COUNTS, DISTINCT
from dbchat_magic.translators.offline.query import ColumnRef, Term

SKIPPED = (
    frozenset(
        {
            "the",
            "of",
            "a",
            "all",
            "number",
            "amount",
            "value",
            "in",
            "total",
            "its",
            "their",
            "available",
            "recorded",
            "these",
            "those",
            "any",
        }
    )
    | DISTINCT
)


def read_aggregates(draft: Draft) -> Draft:
    draft = read_on_average(read_counts(draft))
    place = 0
    while place < len(draft.mentions):
        draft = read_aggregate(draft, place)
        place += 1
    return draft


def read_on_average(draft: Draft) -> Draft:
    """ "on average, how large is the population"."""
    for start, end, _ in draft.phrases(("on average", "in total", "altogether")):
        function = "avg" if draft.lemma(start + 1) == "average" else "sum"
        for place in range(len(draft.mentions)):
            if draft.free(place) and draft.is_column(place):
                column = draft.choose_column(place, lambda table, column: addable(table, column, ["sum"]))
                if column is not None:
                    return show(draft.use(*range(start, end), place), Term(column, function=function))
    return draft


def read_counts(draft: Draft) -> Draft:
    for start, end, _ in draft.phrases(COUNTS):
        draft = read_count(draft, start, end)
    if any(term.function == "count" for term in draft.query.select):
        for start, end, _ in draft.phrases(("in total", "altogether", "overall", "in all")):
            draft = draft.use(*range(start, end))
    return draft


def read_count(draft: Draft, start: int, end: int) -> Draft:
    """ "how many X": rows of a table, or distinct values of a column that is no measure."""
    distinct = [
        place for place in range(end, min(end + 3, len(draft.mentions))) if draft.lemma(place) in DISTINCT
    ]
    place = end
    while draft.lemma(place) in SKIPPED and not draft.is_column(place):
        place += 1
    places = [*range(start, end), *distinct]
    if draft.lemma(start - 1) in AGGREGATES and draft.is_column(place):
        return draft
    if draft.lemma(start) == "total" and draft.is_column(place) and draft.free(place):
        measure = draft.choose_column(place, lambda table, column: addable(table, column, ["sum"]))
        if measure is not None:
            return show(draft.use(*places, place), Term(measure, function="sum"))
    whole = place < len(draft.mentions) and draft.mentions[place].columns[:1]
    if distinct and whole and whole[0].score >= 0.95 and draft.free(place):
        column = draft.choose_column(place)
        if column is not None:
            return show(draft.use(*places, place), count_of(draft, column, distinct=True))
    if (
        place < len(draft.mentions)
        and draft.is_table(place)
        and not (distinct and draft.is_column(place + 1))
    ):
        term = Term(table=draft.table_at(place), function="count")
        return show(draft.use(*places, place), term)
    if place < len(draft.mentions) and draft.is_column(place) and draft.free(place):
        column = draft.choose_column(place)
        if column is not None:
            return show(draft.use(*places, place), count_of(draft, column, distinct=bool(distinct)))
    if draft.focus:
        return show(draft.use(*places), Term(table=draft.focus, function="count"))
    return draft


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
    functions: list[str] = []
    places: list[int] = []
    here = place
    while (
        draft.free(here)
        and draft.lemma(here) in AGGREGATES
        and not (
            draft.is_column(here)
            and draft.mentions[here].score > 0.95
            and not draft.is_column(here + 1)
            and draft.lemma(here + 1) not in ("of", "and")
        )
    ):
        functions.append(AGGREGATES[draft.lemma(here)])
        places.append(here)
        here += 1
        while draft.lemma(here) in ("and", ",", "the", "or", "as", "well") and any(
            draft.lemma(after) in AGGREGATES for after in (here + 1, here + 2, here + 3)
        ):
            here += 1
    if not functions:
        return draft
    while draft.lemma(here) in SKIPPED and not draft.is_column(here):
        here += 1
    columns: list[ColumnRef] = []
    while draft.free(here) and draft.is_column(here):
        column = draft.choose_column(here, lambda table, column: addable(table, column, functions))
        if column is None:
            break
        columns.append(column)
        places.append(here)
        after = here + 1
        while draft.lemma(after) in ("and", ",", "the"):
            after += 1
        if after == here + 1 or draft.lemma(after) in AGGREGATES or draft.query.group:
            break
        if not (
            draft.is_column(after)
            and draft.choose_column(after, lambda table, column: addable(table, column, functions))
        ):
            break
        here = after
    if not columns:
        return draft
    draft = draft.use(*places)
    for column in columns:
        for function in functions:
            draft = show(draft, Term(column, function=function))
    return draft


def addable(table: Table, column: Column, functions: list[str]) -> bool:
    if any(function in ("avg", "sum") for function in functions):
        return is_number(column) and not is_key(table, column)
    return ((is_number(column) or is_date(column)) and not is_key(table, column)) or is_year(column)


def show(draft: Draft, term: Term) -> Draft:
    return draft if term in draft.query.select else draft.use(select=(*draft.query.select, term))
