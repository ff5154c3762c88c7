"""Flags: "customers who are active", "not approved": columns that only say yes or no."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import NO, YES, is_flag
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import ARTICLES, Draft
from dbchat_magic.translators.offline.lexicon import NEGATIONS
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Term
from dbchat_magic.translators.offline.readers.states import ENDS, asks_when, is_event

HAVING = frozenset(
    "have get receive subscribe subscribed want accept accepted agree consent opt opted use own hold include enable enabled"
    " take with sign signed".split()
)
"""What is done with what a flag tells: "subscribed to the newsletter"."""
ASKED = frozenset({"", "be", "list", "show", "all", "which", "name"})
"""Words before who is asked for."""
BELONGING = frozenset({"of", "in", "for", "at"})
BETWEEN = frozenset("the a an our any to for in into up on".split())
SAYING = frozenset({"be", "get", "who", "that", "which", "not", "have", "been", "yet"}) | NEGATIONS


def read_flags(draft: Draft) -> Draft:
    """A flag behind "are" or before its table is a condition, not something to show."""
    had: set[int] = set()
    for place in range(len(draft.mentions)):
        if not draft.free(place) or not draft.is_column(place):
            continue
        happened = (
            draft.lemma(place - 1) == "be" and draft.is_participle(place) and not asks_when(draft, place)
        )
        dated = draft.choose_column(place, is_event) if happened else None
        if dated is not None and draft.choose_column(place) == dated:
            draft = draft.restrict(Comparison(Term(dated), "is not null"), place)
            continue
        if (named := flag_of_noun(draft, place)) is not None:
            draft = show_those(draft, place, named)
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


def flag_of_noun(draft: Draft, place: int) -> ColumnRef | None:
    """The flag is_head of "heads of departments", "who is the head of cardiology", "who are the heads": rows of which it
    is true."""
    column = draft.choose_column(place, tells_yes_or_no)
    if column is None or draft.choose_column(place) != column or name_words(column.column)[0] != "be":
        return None
    asked = draft.lemma(draft.skip(place - 1, ARTICLES, step=-1)) in ASKED
    alone = draft.lemma(0) == "who" and draft.lemma(place + 1) in ENDS and not draft.mentioned_tables()
    return column if asked and (alone or draft.lemma(place + 1) in BELONGING) else None


def show_those(draft: Draft, place: int, flag: ColumnRef) -> Draft:
    """The rows that a flag is true of."""
    true = [sample for sample in draft.column(flag).samples if str(sample).lower() in YES]
    labels = draft.labels(flag.table)
    if not true or not labels:
        return draft
    return draft.use(select=(*draft.query.select, *labels)).restrict(
        Comparison(Term(flag), "=", (true[0],)), place
    )


def says_which(draft: Draft, place: int) -> bool:
    """Whether the answer is said behind it: "with the approval status 'No'"."""
    return any(
        where < len(draft.mentions)
        and (draft.mentions[where].quoted or draft.mentions[where].text.lower() in (YES | NO) - {"no"})
        for where in range(place + 1, place + 4)
    )


def tells_yes_or_no(table: Table, column: Column) -> bool:
    return is_flag(column)
