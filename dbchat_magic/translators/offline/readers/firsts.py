"""Firsts and lasts: "last 5 invoices", "first order of customer 7", "when was the last visit": rows by their time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dbchat_magic.language import phrase
from dbchat_magic.linking.kinds import is_flag, is_temporal
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import IN_TIME, MONEY, SUPERLATIVES
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Order, Term
from dbchat_magic.translators.offline.readers.dates import time_of_rows, times_of
from dbchat_magic.translators.offline.readers.often import table_of_verb
from dbchat_magic.translators.offline.readers.superlatives import (
    PARTICLES,
    may_be_missing,
    measured_by,
    picks_a_row,
    tells_time_of_day,
)
from dbchat_magic.translators.offline.readers.terms import find_term
from dbchat_magic.translators.offline.readers.tops import EACH, number_at, number_beside, said_between

BETWEEN = 3
"""Words at most between "last" and the table: "the last 5 urgent tickets"."""

LINKING = frozenset("that who which be been have get ever".split())
"""What may stand between the table and the verb that says which date counts: "customers that signed up"."""

OF_EACH = frozenset({"whose", "their", "his", "her", "its"})
"""Before "first order" they speak of one for each row of another table."""

CERTAIN = 0.9
"""A name that fits as well as this says its column."""

COMPARING = frozenset("after before since until than between to except".split())
"""Before "the first order" they compare with it, or count from it: "next to last"."""

NAMES_OF_TIMES = frozenset({"date", "time", "day", "year", "month", "timestamp"})


@dataclass(frozen=True)
class Ranked:
    """The rows that are put in the order of their time."""

    table: str
    date: ColumnRef
    places: tuple[int, ...]
    """What says the table and the date."""
    end: int
    """The place behind them."""
    guess: str = ""


def read_firsts(draft: Draft) -> Draft:
    """The rows that "first", "latest", "most recent" single out; one where no number says how many."""
    if draft.query.order or draft.query.group:
        return draft
    for start, end, words in draft.phrases(IN_TIME):
        if words in ("first", "last") and (found := read_first_date(draft, start, end, words)) is not None:
            return found
        table = table_behind(draft, end + bool(number_at(draft, end)))
        if table is None and not is_verb_of_time(draft, end):
            continue
        ranked = ranked_by_word(draft, end) if table is None else ranked_rows(draft, end, table, words)
        if table is None and ranked is None:
            continue
        if table is not None and is_left_to_others(draft, table, words, ranked):
            return draft
        if ranked is None or is_beyond(draft, start, ranked, is_verb=table is None):
            return refuse(draft, start, end)
        return rank_in_time(draft, start, end, ranked, latest=IN_TIME[words] == "latest")
    return draft


def read_first_date(draft: Draft, start: int, end: int, words: str) -> Draft | None:
    """ "What was the last order date": of dates that are named so, the latest."""
    date = draft.choose_column(end, is_temporal) if draft.free(end) and draft.is_column(end) else None
    if date is None or draft.mentions[end].words[-1].lemma not in NAMES_OF_TIMES:
        return None
    if draft.mentions[end].score < CERTAIN or picks_a_row(draft, start):
        return None
    if is_beyond(draft, start, Ranked(date.table, date, (end,), end + 1), is_verb=True):
        return refuse(draft, start, end)
    shown = Term(date, function="max" if words == "last" else "min")
    return draft.use(*range(start, end + 1), select=(*draft.query.select, shown))


def refuse(draft: Draft, start: int, end: int) -> Draft:
    """Nothing is said about it rather than something else."""
    return replace(draft.use(*range(start, end)), beyond=(*draft.beyond, said_between(draft, start, end - 1)))


def rank_in_time(draft: Draft, start: int, end: int, ranked: Ranked, *, latest: bool) -> Draft:
    """Asked "when", shows the time; of two rows of one time the one with the later key comes later."""
    limit, numbers = number_beside(draft, start, end)
    top = [start - 2] if numbers and draft.lemma(start - 2) == "top" else []
    asks_when = draft.lemma(0) == "when"
    keys = draft.table(ranked.table).primary_key if ranked.table == draft.focus and not asks_when else ()
    order = (ranked.date, *(ColumnRef(ranked.table, key) for key in keys if len(keys) == 1))
    when = [0] if asks_when else []
    draft = draft.use(
        *when,
        *numbers,
        *top,
        *range(start, end),
        *ranked.places,
        guess=ranked.guess,
        select=(Term(ranked.date),) if asks_when else draft.query.select,
        order=tuple(Order(Term(ref), latest) for ref in order),
        limit=limit or 1,
        tables=(ranked.table, *draft.query.tables) if asks_when else (*draft.query.tables, ranked.table),
    )
    if latest or not may_be_missing(draft, ranked.date):
        return draft
    return draft.restrict(Comparison(Term(ranked.date), "is not null"), start)


# ---------------------------------------------------------------------------------------------- of what, by which date


def table_behind(draft: Draft, place: int) -> int | None:
    """Where the table stands whose rows are meant; before it only what describes them: "urgent", "hired"."""
    for where in range(place, place + BETWEEN + 1):
        if draft.is_table(where):
            return where
        if not 0 <= where < len(draft.mentions) or not describes(draft, where):
            return None
    return None


def describes(draft: Draft, place: int) -> bool:
    column = draft.choose_column(place) if draft.is_column(place) else None
    flag = column is not None and is_flag(draft.column(column))
    return flag or bool(draft.mentions[place].values) or draft.is_participle(place)


def is_verb_of_time(draft: Draft, place: int) -> bool:
    """The verb of "when was patient 12 last admitted"."""
    return draft.free(place) and draft.is_participle(place) and draft.lemma(place - 1) != "the"


def ranked_by_word(draft: Draft, place: int) -> Ranked | None:
    """By the date that a verb names, or that of the rows that it stands for: "was last ordered"."""
    date = draft.choose_column(place, is_temporal) if draft.is_column(place) else None
    if date is not None:
        return Ranked(date.table, date, (place,), place + 1)
    table = table_of_verb(draft, place, draft.focus) if draft.focus else ""
    date = time_of_rows(draft, table) if table else None
    return Ranked(table, date, (place,), place + 1) if date else None


def ranked_rows(draft: Draft, end: int, place: int, words: str) -> Ranked | None:
    """Rows of the table at a place, by the date that a verb beside it names, else by their own."""
    table = draft.table_at(place)
    if any(is_done_elsewhere(draft, where, table) for where in range(end, place)):
        return None
    for where in verbs_beside(draft, end, place):
        date = draft.choose_column(
            where, lambda owner, column: owner.name == table and is_temporal(owner, column)
        )
        if date is not None:
            particles = [where + 1] if draft.lemma(where + 1) in PARTICLES else []
            return Ranked(table, date, (place, where, *particles), max(place, where) + 1)
    if (named := date_named_behind(draft, place, table)) is not None:
        return Ranked(table, named, (place,), place + 1)
    date = time_of_rows(draft, table)
    grown = words == "oldest" and (draft.labels(table) or measured_by(draft, words, table))
    if date is None or grown:  # the oldest person is not the one whose row is
        return None
    guess = phrase("The dates are those of {column}.", column=date.column)
    doubtful = len(list(times_of(draft.table(table)))) > 1 or may_be_missing(draft, date)
    return Ranked(table, date, (place,), place + 1, guess if doubtful else "")


def date_named_behind(draft: Draft, place: int, table: str) -> ColumnRef | None:
    """ "The claim with the latest claim settlement date": which of the dates of the table counts."""
    if not draft.is_column(place + 1) or draft.mentions[place + 1].words[-1].lemma not in NAMES_OF_TIMES:
        return None
    date = draft.choose_column(place + 1, is_temporal)
    return date if date is not None and date.table == table else None


def is_done_elsewhere(draft: Draft, place: int, table: str) -> bool:
    """The verb of "the last 5 returned products": their order is that of rows of another table, of which each has many."""
    if not draft.is_participle(place) or draft.is_value(place):
        return False
    date = draft.choose_column(place, is_temporal) if draft.is_column(place) else None
    return date.table != table if date else bool(table_of_verb(draft, place, table))


def verbs_beside(draft: Draft, end: int, place: int) -> Iterator[int]:
    """ "The last hired employee", "the first customers that signed up": where a column is named by a verb."""
    for where in (*range(end, place), draft.skip(place + 1, LINKING)):
        said = draft.mentions[where] if where < len(draft.mentions) else None
        named = draft.is_column(where) or (draft.lemma(0) == "when" and where > place)
        if said and named and said.words[-1].lemma not in NAMES_OF_TIMES:
            yield where


def is_left_to_others(draft: Draft, place: int, words: str, ranked: Ranked | None) -> bool:
    """Whether the rows are only listed ("first 10 plans"), ranked by what follows "by", or measured by a column for the
    age of somebody or the time of day."""
    listed = words == "first" and number_at(draft, place - 1) > 0
    if ranked is not None:
        return listed and ranks_otherwise(draft, ranked.end)
    measured = measured_by(draft, words, draft.table_at(place)) if words in SUPERLATIVES else None
    by_column = measured is not None and (words == "oldest" or tells_time_of_day(draft.column(measured[0])))
    return listed or by_column


# ------------------------------------------------------------------------------------------ how many, and of each row


def is_beyond(draft: Draft, start: int, ranked: Ranked, *, is_verb: bool) -> bool:
    """Whether more is asked than which rows come first: of each patient, of two kinds, or by whom."""
    listed = draft.lemma(start - 1) in ("and", "or", ",") and draft.lemma(start - 2) in IN_TIME
    compared = draft.lemma(draft.skip(start - 1, ("the",), step=-1)) in COMPARING
    by_whom = draft.lemma(0) == "who" and not draft.labels(draft.focus)
    return (
        listed
        or compared
        or by_whom
        or singles_out_for_each(draft, start, ranked, is_verb=is_verb)
        or ranks_otherwise(draft, ranked.end)
    )


def singles_out_for_each(draft: Draft, start: int, ranked: Ranked, *, is_verb: bool) -> bool:
    """Whether each row of a table has its own first: "patients whose first visit was in 2024", "first seen in 2024"."""
    if draft.lemma(start - 1) in OF_EACH or next(draft.phrases(EACH), None):
        return True
    subject = draft.first(range(start - 1, -1, -1), draft.is_table)
    if subject is None or (draft.table_at(subject) == ranked.table and not is_verb):
        return False
    return draft.is_plural(subject)


def ranks_otherwise(draft: Draft, end: int) -> bool:
    """Whether something else ranks the rows: "first 10 customers by revenue"; not "last 5 shipments by DHL"."""
    by = draft.first(range(end, len(draft.mentions)), lambda place: draft.lemma(place) == "by")
    if by is None or not draft.free(by):
        return False
    behind = draft.skip(by + 1, ("the", "their", "its"))
    one = draft.is_table(behind) and behind + 1 < len(draft.mentions)  # "by customer 7"
    return bool(find_term(draft, by + 1) or draft.phrase_at(behind, MONEY)) or (
        draft.is_table(behind) and not one
    )
