"""Alternatives: "older than 30 or from Berlin": conditions with an "or" between them."""

from __future__ import annotations

import itertools

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import Condition, Either


def read_alternatives(draft: Draft) -> Draft:
    """Neighbouring conditions with a free "or" between them need only hold one at a time."""
    clauses = sorted(draft.clauses, key=lambda clause: clause[0])
    for (place, condition), (next_place, next_condition) in itertools.pairwise(clauses):
        ors = [
            where
            for where in range(place + 1, next_place)
            if draft.free(where) and draft.lemma(where) == "or"
        ]
        if ors and condition in draft.query.where and next_condition in draft.query.where:
            rest = tuple(one for one in draft.query.where if one not in (condition, next_condition))
            parts: tuple[Condition, ...] = (condition, next_condition)
            return draft.use(*ors, where=(*rest, Either(parts)))
    return draft
