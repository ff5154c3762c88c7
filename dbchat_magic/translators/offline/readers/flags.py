"""Flags: "customers who are active", "not approved": columns that only say yes or no."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import NO, YES, is_date, is_flag
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import NEGATIONS
from dbchat_magic.translators.offline.query import Comparison, Term

HAVING = frozenset(
    "have get receive subscribe subscribed want accept accepted agree consent opt opted use own hold include enable enabled"
    " take with sign signed".split()
)
"""What is done with what a flag tells: "subscribed to the newsletter"."""
BETWEEN = frozenset("the a an our any to for in into up on".split())
SAYING = frozenset({"be", "get", "who", "that", "which", "not", "have", "been", "yet"}) | NEGATIONS


def read_flags(draft: Draft) -> Draft:
    """A flag behind "are" or before its table is a condition, not something to show."""
    had: set[int] = set()
    for place in range(len(draft.mentions)):
        if not draft.free(place) or not draft.is_column(place):
            continue
        happened = draft.lemma(place - 1) == "be" and draft.mentions[place].text.endswith("ed")
        dated = draft.choose_column(place, is_event) if happened else None
        if dated is not None and draft.choose_column(place) == dated:
            draft = draft.restrict(Comparison(Term(dated), "is not null"), place)
            continue
        before = draft.skip(place - 1, BETWEEN, step=-1)
        having = (
            draft.lemma(before) in HAVING
            or (before < place - 1 and draft.lemma(before) in NEGATIONS)
            or (draft.lemma(before) == "and" and before - 1 in had)
        ) and not says_which(draft, place)
        adjective = having or draft.lemma(place - 1) in SAYING or draft.is_table(place + 1)
        column = draft.choose_column(place, tells_yes_or_no) if adjective else None
        if column is None or draft.choose_column(place) != column:
            continue
        first = before - 2 if having else place - 3
        negations = [where for where in range(max(0, first), place) if draft.lemma(where) in NEGATIONS]
        samples = {str(sample).lower(): sample for sample in draft.column(column).samples}
        wanted = [samples[text] for text in samples if text in (NO if negations else YES)]
        if wanted:
            said = range(before, place + 1) if having else [place]
            draft = draft.restrict(Comparison(Term(column), "=", (wanted[0],)), *said, *negations)
            had.update([place] if having else [])
    return draft


def says_which(draft: Draft, place: int) -> bool:
    """Whether the answer is said behind it: "with the approval status 'No'"."""
    return any(
        where < len(draft.mentions)
        and (draft.mentions[where].quoted or draft.mentions[where].text.lower() in (YES | NO) - {"no"})
        for where in range(place + 1, place + 4)
    )


def is_event(table: Table, column: Column) -> bool:
    """Whether it tells when something happened, if it did: "discontinued_on"."""
    return is_date(column) and column.nullable


def tells_yes_or_no(table: Table, column: Column) -> bool:
    return is_flag(column)
