"""Follow-ups: "only those from France", "and by month?", "how many are there": they change what was asked before."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import DISTINCT
from dbchat_magic.translators.offline.query import Comparison, Condition, Query, Term, tables_of
from dbchat_magic.translators.offline.readers import READERS
from dbchat_magic.translators.offline.readers.projections import read_projections

POINTING = frozenset(
    "them those these they their theirs it its ones he she him his her hers such same".split()
)
"""Words that point back at what was asked before."""

OPENING = frozenset(
    "and or but only just also now then instead what_about how_about sort order group".split()
)
"""Words with which a question goes on."""

ADDING = frozenset({"also", "add", "additionally", "too", "well"})
"""Words that ask for more columns beside those shown."""

EQUALITIES = ("=", "in")

SHORT = 4
"""Words of a question that names no table and is taken to go on."""


def is_followup(draft: Draft) -> bool:
    """Whether a question goes on from the one before: it points back, begins like it, or names no table."""
    lemmas = [word.lemma for mention in draft.mentions for word in mention.words]
    opening = {*lemmas[:1], "_".join(lemmas[:2])}
    if opening & OPENING:
        return True
    if POINTING.intersection(lemmas):
        return True
    return not draft.mentioned_tables() and sum(lemma.isalnum() for lemma in lemmas) <= SHORT


def follow(draft: Draft, before: Query) -> Draft | None:
    """The query before, changed as the follow-up says; None when nothing in it says how."""
    focus = tables_of(before)[0]
    draft = replace(draft, focus=focus, goes_on=True)
    for reader in READERS:
        if reader is not read_projections:
            draft = reader(draft)
    asked = draft.query
    shown = named_columns(draft)
    changed = change(draft, before, asked, shown)
    if changed is None:
        return None
    tables = tuple(dict.fromkeys((*before.tables, *asked.tables)))
    places = (*shown, *(place for place in draft.mentioned_tables() if draft.free(place)))
    draft = draft.use(*places, guess="I took this to go on from the question before")
    return replace(draft, query=replace(changed, tables=tables))


def change(draft: Draft, before: Query, asked: Query, shown: dict[int, Term]) -> Query | None:
    """Conditions are added, an order or a grouping replaced, and what is shown replaced or (“also”) added to."""
    lemmas = {mention.lemma for mention in draft.mentions}
    instead = "about" in lemmas or "instead" in lemmas
    query = replace(
        before,
        where=merged(before.where, asked.where, instead=instead),
        having=merged(before.having, asked.having, instead=instead),
    )
    aggregates = tuple(term for term in asked.select if term.function)
    if asked.group:
        kept = aggregates or tuple(term for term in before.select if term.function)
        counted = kept or (Term(table=tables_of(before)[0], function="count"),)
        labels = tuple(term for term in asked.select if not term.function)
        query = replace(
            query, select=(*labels, *counted), group=asked.group, everything=False, order=(), limit=None
        )
    elif aggregates:
        query = only_aggregates(query, aggregates, before)
    if asked.order:
        query = replace(query, order=asked.order, limit=asked.limit, group=query.group or asked.group)
    elif asked.limit is not None:
        query = replace(query, limit=asked.limit)
    if shown:
        adds = ADDING & lemmas or draft.lemma(0) == "and"
        added = before.select if adds and not before.everything else ()
        query = replace(query, select=tuple(dict.fromkeys((*added, *shown.values()))), everything=False)
    if lemmas & DISTINCT and not query.group:
        query = replace(query, distinct=True)
    return query if query != before else None


def only_aggregates(query: Query, aggregates: tuple[Term, ...], before: Query) -> Query:
    """ "how many are there": the rows before are counted, distinct ones by what was shown."""
    if before.distinct and len(before.select) == 1 and before.select[0].column is not None:
        shown = before.select[0]
        aggregates = tuple(
            replace(shown, function="count", distinct=True) if term.column is None else term
            for term in aggregates
        )
    if before.group and before.having:
        return replace(query, counted=True)
    return replace(query, select=aggregates, everything=False, distinct=False, order=(), limit=None, group=())


def merged(
    before: tuple[Condition, ...], asked: tuple[Condition, ...], *, instead: bool
) -> tuple[Condition, ...]:
    """Both, less those before that a later one takes the place of.

    Of two equalities for one column only one can hold; "what about" replaces any condition on its column.
    """
    ops = {part.left: part.op for part in asked if isinstance(part, Comparison)}

    def replaced(part: Condition) -> bool:
        if not isinstance(part, Comparison) or part.left not in ops:
            return False
        return instead or (part.op in EQUALITIES and ops[part.left] in EQUALITIES)

    return tuple(dict.fromkeys((*(part for part in before if not replaced(part)), *asked)))


def named_columns(draft: Draft) -> dict[int, Term]:
    """The columns that the follow-up names and no reader took, by their places."""
    found = {
        place: draft.choose_column(place)
        for place in range(len(draft.mentions))
        if draft.free(place) and draft.is_column(place)
    }
    return {place: Term(column) for place, column in found.items() if column is not None}
