"""Often: "which products were returned most often", "the 5 most ordered products": how many rows a verb stands for."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.linking.kinds import is_temporal
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import Order, Term
from dbchat_magic.translators.offline.readers.groups import find_grouping
from dbchat_magic.translators.offline.readers.money import SEVERAL
from dbchat_magic.translators.offline.readers.states import SHORTEST_STEM, is_called, verb_stems
from dbchat_magic.translators.offline.readers.superlatives import limit_before
from dbchat_magic.translators.offline.readers.tops import EACH, one_of_table, said_between

OFTEN = (
    "most often", "most frequently", "most commonly", "the most often", "the most", "most",
    "least often", "least frequently", "least commonly", "the least often", "the least", "least",
)  # fmt: skip
NEAR = 3
"""Joins less than these lie between the rows and what is counted for them."""
BETWEEN = frozenset({"be", "have", "get", "been", "that", "which", "who"})
"""What may stand between the table and the verb."""


def read_often(draft: Draft) -> Draft:
    """Rows of the table named, ranked by how many rows of another one they have, which the verb says."""
    for start, end, phrase in draft.phrases(OFTEN):
        before, behind = start - 1, end
        if draft.is_table(behind + 1) and draft.free(behind) and draft.is_participle(behind):
            verb, place = behind, behind + 1
        elif draft.free(before) and draft.is_participle(before):
            verb, place = before, draft.skip(before - 1, BETWEEN, step=-1)
        else:
            continue
        if not draft.is_table(place) or draft.query.group:
            continue
        counted = table_of_verb(draft, verb, draft.table_at(place))
        if counted:
            places = (place, verb, *range(start, end))
            ranked = rank_rows(draft, counted, places, descending="least" not in phrase)
            return of_each(ranked, place)
    return draft


def of_each(draft: Draft, place: int) -> Draft:
    """ "Which drug is prescribed most often per department": the first of each, ranked at this place."""
    each = next(draft.phrases(EACH), None)
    if each is None:
        return draft
    grouping = find_grouping(draft, draft.skip(each[1], ("the", "of")))
    if grouping is None or not grouping.columns:
        return replace(draft, beyond=(*draft.beyond, said_between(draft, each[0], each[1] - 1)))
    query = draft.query
    asks_one = draft.lemma(0) in ("which", "what", "who") and query.limit == SEVERAL
    return draft.use(
        *range(*each[:2]),
        *grouping.places,
        group=(*grouping.columns, *query.group),
        select=(*(grouping.shown or tuple(map(Term, grouping.columns))), *query.select),
        limit=1 if asks_one or one_of_table(draft, place) else query.limit,
        per=grouping.columns,
    )


def table_of_verb(draft: Draft, place: int, subject: str) -> str:
    """The table near the subject that is called as the verb is: returns for "returned", or whose date is: prescriptions
    for "prescribed", by prescribed_on; "" where there is none."""
    date = draft.choose_column(place, is_temporal) if draft.is_column(place) else None
    if date is not None and date.table != subject:
        return date.table if draft.graph.distance(subject, date.table) < NEAR else ""
    verb = draft.mentions[place].text.lower()
    stems = {stem for stem in verb_stems(verb) if len(stem) >= SHORTEST_STEM}
    near = [
        (draft.graph.distance(subject, table.name), len(name_words(table.local)), table.name)
        for table in draft.schema.tables
        if table.name != subject and is_called(name_words(table.local)[-1], stems)
    ]
    distance, _, name = min(near, default=(NEAR, 0, ""))
    return name if distance < NEAR else ""


def rank_rows(draft: Draft, counted: str, places: tuple[int, ...], *, descending: bool) -> Draft:
    """The table at the first of these places, by its rows in the other."""
    subject = draft.table_at(places[0])
    limit, number = limit_before(draft, min(places))
    labels = draft.known_by(subject)
    count = Term(table=counted, function="count")
    return draft.use(
        *places,
        *number,
        group=draft.key(subject),
        select=(*labels, count),
        order=(Order(count, descending),),
        limit=limit if limit > 1 else one_of_table(draft, places[0]) or SEVERAL,
        tables=(subject, counted, *draft.query.tables),
    )
