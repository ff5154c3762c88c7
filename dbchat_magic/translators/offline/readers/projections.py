"""Projections: what is shown: the columns named and not read otherwise, else what a row is known by."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.linking.kinds import is_number
from dbchat_magic.translators.offline.draft import ARTICLES, Draft
from dbchat_magic.translators.offline.lexicon import DISTINCT, EVERYTHING
from dbchat_magic.translators.offline.query import Term, comparisons_of, tables_of
from dbchat_magic.translators.offline.readers.columns import read_columns
from dbchat_magic.translators.offline.readers.roles import persons

OPENING = ARTICLES | set("show list give display find me us all our".split())
"""What may stand before the first of two tables of which both are shown."""

OWN = frozenset("their its his her respective corresponding".split())


def read_projections(draft: Draft) -> Draft:
    draft = read_everything(draft)
    draft = read_columns(read_pair(draft))
    draft = read_tables(draft)
    draft = read_distinct(draft)
    return show_something(draft)


def read_everything(draft: Draft) -> Draft:
    for start, end, _ in draft.phrases(EVERYTHING):
        named = any(draft.is_column(place) for place in range(start, end))
        if draft.focus and not draft.query.select and not named:
            return draft.use(*range(start, end), everything=True, tables=(draft.focus, *draft.query.tables))
    return draft


def read_pair(draft: Draft) -> Draft:
    """ "Physicians and their departments": what rows of both are known by."""
    query = draft.query
    tables = list(draft.mentioned_tables())
    if len(tables) != 2 or query.select or query.group or query.everything or draft.goes_on or draft.demand:
        return draft
    first, second = tables
    between = [draft.lemma(place) for place in range(first + 1, second)]
    others = any(draft.free(place) and draft.is_column(place) for place in range(len(draft.mentions)))
    opens = all(draft.lemma(place) in OPENING for place in range(first))
    if others or not opens or len(between) != 2 or between[0] not in ("and", "with") or between[1] not in OWN:
        return draft
    one, other = draft.table_at(first), draft.table_at(second)
    behind = comparisons_of(tuple(part for place, part in draft.clauses if place > second))
    if any(part.left.owner != other for part in behind):
        return draft  # "customers with their orders in 2024" are not those of 2024
    shown = (*draft.known_by(one), *draft.known_by(other))
    return draft.use(first, second, select=shown)


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
