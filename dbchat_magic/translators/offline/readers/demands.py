"""Demands: "Who spent most? Return the name and the total.": the last sentence that demands says what is shown."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.translators.offline.draft import Draft

DEMANDING = frozenset("return show list give display include find report output provide".split())
"""Verbs with which a sentence says what to show."""

MARKS = ".?!;"


def read_demand(draft: Draft) -> Draft:
    """ "Who spent most? Return the name and the total.": the last sentence that demands says what is shown."""
    for place in range(len(draft.mentions) - 2, 1, -1):
        ends = draft.mentions[place - 1].text[:1] in MARKS
        if ends and draft.lemma(place) in DEMANDING and names_something(draft, place + 1):
            return replace(draft.use(place), demand=place)
    return draft


def names_something(draft: Draft, start: int) -> bool:
    """Whether the sentence from here on names columns or counts, not an order only."""
    end = draft.first(
        range(start, len(draft.mentions)), lambda place: draft.mentions[place].text[:1] in MARKS
    )
    places = range(start, len(draft.mentions) if end is None else end)
    return any(draft.is_column(place) for place in places) and draft.lemma(start) != "result"
