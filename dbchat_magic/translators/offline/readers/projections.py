"""Projections: what is shown: the columns named and not read otherwise, else what a row is known by."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.linking.kinds import is_number
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import DISTINCT, EVERYTHING
from dbchat_magic.translators.offline.query import Term, tables_of
from dbchat_magic.translators.offline.readers.columns import read_columns
from dbchat_magic.translators.offline.readers.roles import persons


def read_projections(draft: Draft) -> Draft:
    draft = read_everything(draft)
    draft = read_columns(draft)
    draft = read_tables(draft)
    draft = read_distinct(draft)
    return show_something(draft)


def read_everything(draft: Draft) -> Draft:
    for start, end, _ in draft.phrases(EVERYTHING):
        named = any(draft.is_column(place) for place in range(start, end))
        if draft.focus and not draft.query.select and not named:
            return draft.use(*range(start, end), everything=True, tables=(draft.focus, *draft.query.tables))
    return draft


def read_tables(draft: Draft) -> Draft:
    """Tables named and not read otherwise take part: "students who have pets"."""
    places = [place for place in draft.mentioned_tables() if draft.free(place)]
    names = [draft.table_at(place) for place in places]
    return draft.use(*places, tables=tuple(dict.fromkeys((*draft.query.tables, *names))))


def read_distinct(draft: Draft) -> Draft:
    places = [
        place for place in range(len(draft.mentions)) if draft.free(place) and draft.lemma(place) in DISTINCT
    ]
    plain = all(not term.function for term in draft.query.select)
    if places and plain and not draft.query.group:
        return draft.use(*places, distinct=True)
    return draft.use(distinct=draft.query.distinct or lists_values(draft)) if plain else draft


def lists_values(draft: Draft) -> bool:
    """Whether the question asks which values a column has, as in "show all cities"."""
    query = draft.query
    if len(query.select) != 1 or draft.mentioned_tables() or query.where or query.order or query.group:
        return False
    column = query.select[0].column
    if column is None or is_number(draft.column(column)):
        return False
    return not draft.schema.values.of(column.table, column.column).unique


def show_something(draft: Draft) -> Draft:
    """Without a column to show: the group, else what rows of the focus are known by, else all of it."""
    query = draft.query
    if query.select and draft.focus and all(term.operand and not term.function for term in query.select):
        each = any(draft.lemma(place) in ("each", "every", "all") for place in range(len(draft.mentions)))
        named = draft.known_by(draft.focus)
        return draft.use(select=(*named, *query.select)) if each else draft
    if query.select or query.everything or not draft.focus:
        return draft
    grouped = tuple(term for ref in query.group for term in persons(draft, ref) or (Term(ref),))
    if any(ref.table != draft.focus for ref in query.group):
        return replace(draft.use(select=grouped), labelled=True)
    labels = draft.labels(draft.focus)
    bare = draft.is_table(0)  # "customers from Germany": the rows themselves
    narrowed = query.where or query.having or query.order or len(tables_of(query)) > 1
    if labels and (grouped or (narrowed and not bare)):
        return replace(draft.use(select=labels), labelled=True)
    if grouped:
        return replace(draft.use(select=grouped), labelled=True)
    return draft.use(everything=True, tables=tuple(dict.fromkeys((draft.focus, *query.tables))))
