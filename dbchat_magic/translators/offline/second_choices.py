"""Second choices: the question read once more with the next-best column for one of its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbchat_magic.linking.index import Link
from dbchat_magic.linking.mentions import Mention
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import Query, comparisons_of

RIVAL = 0.75
"""A link that fits worse than this part of the best is no second choice."""

TRIED = 3
"""Words at most that are read otherwise, one at a time."""


def second_choices(read: Draft) -> Iterator[Draft]:
    """For the words whose column is least certain: the draft as before it was read, without what was chosen."""
    chosen = columns_of(read.query)
    doubtful: list[tuple[float, int, Mention]] = []
    for place, mention in enumerate(read.mentions):
        gap, columns = without_chosen(mention.columns, chosen)
        if place in read.used and columns:
            doubtful.append((gap, place, replace(mention, columns=columns)))
        gap, values = without_chosen(mention.values, chosen)
        if place in read.used and values:
            doubtful.append((gap, place, replace(mention, values=values)))
    for _, place, mention in sorted(doubtful, key=lambda one: one[:2])[:TRIED]:
        mentions = (*read.mentions[:place], mention, *read.mentions[place + 1 :])
        yield afresh(replace(read, mentions=mentions))


def without_chosen(links: tuple[Link, ...], chosen: set[tuple[str, str]]) -> tuple[float, tuple[Link, ...]]:
    """How much worse the next-best link fits than the one chosen, and all but that; none where nothing else fits."""
    used = [link for link in links if (link.table, link.column) in chosen]
    rest = tuple(link for link in links if (link.table, link.column) not in chosen)
    if not used or not rest or rest[0].score < RIVAL * used[0].score:
        return 0.0, ()
    return used[0].score - rest[0].score, rest


def afresh(draft: Draft) -> Draft:
    """The draft as it was before any reader, marked as a second choice."""
    return replace(
        draft,
        query=Query(),
        used=frozenset(),
        clauses=(),
        guesses=(),
        demand=0,
        beyond=(),
        labelled=False,
        unsure=None,
        second_choice=True,
    )


def columns_of(query: Query) -> set[tuple[str, str]]:
    """The columns that a query shows, compares, groups and sorts by."""
    compared = comparisons_of((*query.where, *query.having))
    terms = [*query.select, *(order.term for order in query.order), *(part.left for part in compared)]
    refs = [*query.group, *(ref for term in terms for ref in term.columns)]
    return {(ref.table, ref.column) for ref in refs}
