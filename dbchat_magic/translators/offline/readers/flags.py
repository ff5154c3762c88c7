"""Flags: "customers who are active", "not approved": columns that only say yes or no."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import NEGATIONS
from dbchat_magic.translators.offline.query import Comparison, Term

YES = frozenset({"1", "y", "yes", "t", "true"})
NO = frozenset({"0", "n", "no", "f", "false"})
SAYING = frozenset({"be", "get", "who", "that", "which", "not", "have", "been", "yet"}) | NEGATIONS


def read_flags(draft: Draft) -> Draft:
    """A flag behind "are" or before its table is a condition, not something to show."""
    for place in range(len(draft.mentions)):
        if not draft.free(place) or not draft.is_column(place):
            continue
        happened = draft.lemma(place - 1) == "be" and draft.mentions[place].text.endswith("ed")
        dated = draft.choose_column(place, is_event) if happened else None
        if dated is not None and draft.choose_column(place) == dated:
            draft = draft.restrict(Comparison(Term(dated), "is not null"), place)
            continue
        adjective = draft.lemma(place - 1) in SAYING or draft.is_table(place + 1)
        column = draft.choose_column(place, is_flag) if adjective else None
        if column is None or draft.choose_column(place) != column:
            continue
        negations = [where for where in range(max(0, place - 3), place) if draft.lemma(where) in NEGATIONS]
        samples = {str(sample).lower(): sample for sample in draft.column(column).samples}
        wanted = [samples[text] for text in samples if text in (NO if negations else YES)]
        if wanted:
            draft = draft.restrict(Comparison(Term(column), "=", (wanted[0],)), place, *negations)
    return draft


def is_event(table: Table, column: Column) -> bool:
    """Whether it tells when something happened, if it did: "discontinued_on"."""
    return is_date(column) and column.nullable


def is_flag(table: Table, column: Column) -> bool:
    texts = {str(sample).lower() for sample in column.samples}
    return bool(texts) and len(texts) <= 2 and (texts <= YES | NO)
