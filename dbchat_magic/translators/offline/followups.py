"""Follow-ups: "only those from France", "and by month?", "how many are there": they change what was asked before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dbchat_magic.language import marked, phrase
from dbchat_magic.linking.dates import is_year
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.joins import JoinGraph
from dbchat_magic.translators.offline.lexicon import DISTINCT
from dbchat_magic.translators.offline.query import Comparison, Condition, Order, Query, Term, tables_of
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

GOES_ON = marked("I took this to go on from the question before.")

EQUALITIES = ("=", "in")
LOWER, UPPER = (">", ">="), ("<", "<=")

RANKS = {
    **dict.fromkeys("largest biggest highest greatest top best most maximum max".split(), True),
    **dict.fromkeys("smallest lowest least fewest bottom worst minimum min".split(), False),
}
"""Words that rank by the figures shown; True: the largest first."""
SORTED = {"descending": True, "desc": True, "ascending": False, "asc": False}
SORTING = frozenset("sort sorted order ordered rank ranked".split())
TOLD = frozenset({*RANKS, *SORTED, *SORTING})
FILLING = frozenset(
    "and or but only just now then the a an of in by to with please show me give list keep what which is are be one for"
    " them those these they it its result value figure number total ? . ! ,".split()
)
"""Words beside a ranking that say nothing more."""

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
    if (ranked := rank(draft, before)) is not None:
        return ranked
    draft = replace(draft, focus=table_measured(before), goes_on=True, before=before)
    for reader in READERS:
        if reader is not read_projections:
            draft = reader(draft)
    asked = draft.query
    shown = named_columns(draft)
    changed = change(draft, before, asked, shown)
    if changed is None:
        return None
    kept = tables_kept(draft, before) if asked.group else before.tables
    tables = tuple(dict.fromkeys((*kept, *asked.tables)))
    places = (*shown, *(place for place in draft.mentioned_tables() if draft.free(place)))
    draft = draft.use(*places, guess=phrase(GOES_ON))
    return replace(draft, query=without_bridges(replace(changed, tables=tables), draft.graph))


def without_bridges(query: Query, graph: JoinGraph) -> Query:
    """The query without the tables that only join others: whatever is joined anyway needs no name."""
    needed = tables_of(replace(query, tables=query.tables[:1]))
    joined = {join.new for join in graph.tree(needed) or ()} - set(needed)
    return replace(query, tables=tuple(name for name in query.tables if name not in joined))


def table_measured(query: Query) -> str:
    """The table whose rows are counted or whose figures are added up, else the first one."""
    return next((term.owner for term in query.select if term.function and term.owner), tables_of(query)[0])


def tables_kept(draft: Draft, before: Query) -> tuple[str, ...]:
    """The tables of the query before, less those that were there for its groups alone."""
    if not before.group:
        return before.tables
    measured = table_measured(before)
    grouped = {ref.table for ref in before.group}
    between = {join.new for name in grouped for join in draft.graph.path((measured,), name) or ()}
    return tuple(name for name in before.tables if name == measured or name not in grouped | between)


def rank(draft: Draft, before: Query) -> Draft | None:
    """ "only the three largest", "sorted descending", "only 3": by the figures shown; None where more is said."""
    numbers = [int(mention.number) for mention in draft.mentions if mention.number is not None]
    counted = {word for mention in draft.mentions if mention.number is not None for word in mention.words}
    words = [word for mention in draft.mentions for word in mention.words if word not in counted]
    said = [
        next((form for form in (word.text.lower(), word.lemma) if form in TOLD), word.lemma) for word in words
    ]
    if set(said) - TOLD - FILLING or len(numbers) > 1 or any(is_year(str(number)) for number in numbers):
        return None
    ranks = [RANKS[word] for word in said if word in RANKS]
    order = before.order
    if ranks or SORTING.intersection(said):
        figures = [term for term in before.select if term.function] or [one.term for one in before.order]
        descending = [*ranks, *(SORTED[word] for word in said if word in SORTED), True][0]
        order = tuple(Order(figure, descending) for figure in figures[:1])
    if not order or not (ranks or numbers or order != before.order):
        return None
    limit = numbers[0] if numbers else 1 if ranks else before.limit
    draft = draft.use(*range(len(draft.mentions)), guess=phrase(GOES_ON))
    query = replace(without_bridges(before, draft.graph), order=order, limit=limit)
    return replace(draft, query=query, goes_on=True)


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
            query,
            select=(*labels, *counted),
            group=asked.group,
            everything=False,
            distinct=False,
            order=(),
            limit=None,
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

    Of two equalities for one column only one can hold, and of two ranges that exclude each other ("in 2024", "and in
    2025?"); "what about" replaces any condition on its column.
    """
    later = [part for part in asked if isinstance(part, Comparison)]

    def replaced(part: Condition) -> bool:
        same = [one for one in later if isinstance(part, Comparison) and one.left == part.left]
        if not isinstance(part, Comparison) or not same:
            return False
        equal = part.op in EQUALITIES and any(one.op in EQUALITIES for one in same)
        ranges = [one for one in before if isinstance(one, Comparison) and one.left == part.left]
        return instead or equal or exclude_each_other(ranges, same)

    return tuple(dict.fromkeys((*(part for part in before if not replaced(part)), *asked)))


def exclude_each_other(before: list[Comparison], later: list[Comparison]) -> bool:
    """Whether nothing lies in both ranges, each of which is bounded on both sides."""
    try:
        (low, high), (next_low, next_high) = bounds(before), bounds(later)
        return bool(high <= next_low or next_high <= low)
    except (TypeError, ValueError):
        return False


def bounds(parts: list[Comparison]) -> tuple[Any, Any]:
    """The lowest and highest value of a range; raises ValueError where it has none, or several."""
    ((low,),) = (part.values for part in parts if part.op in LOWER)
    ((high,),) = (part.values for part in parts if part.op in UPPER)
    return (low, high) if isinstance(low, int | float) else (str(low), str(high))


def named_columns(draft: Draft) -> dict[int, Term]:
    """The columns that the follow-up names and no reader took, by their places."""
    found = {
        place: draft.choose_column(place)
        for place in range(len(draft.mentions))
        if draft.free(place) and draft.is_column(place)
    }
    return {place: Term(column) for place, column in found.items() if column is not None}
