"""Measures asked by a question word: "how old is …", "when did …", "how much does … cost"."""

from __future__ import annotations

from dbchat_magic.linking.kinds import is_date
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import ADJECTIVES, VERBS
from dbchat_magic.translators.offline.query import ColumnRef, Term

HOW = {f"how {adjective}": adjective for adjective in (*ADJECTIVES, "big", "much")}
SAME = {"big": "large", "much": "expensive"}


def read_measures(draft: Draft) -> Draft:
    """Shows the column that the question word measures."""
    if not draft.focus:
        return draft
    for start, end, phrase in draft.phrases(HOW):
        if phrase == "how much" and any(term.function == "sum" for term in draft.query.select):
            return draft.use(*range(start, end))  # "how much did we sell"
        adjective = SAME.get(HOW[phrase], HOW[phrase])
        verb = [
            place
            for place in range(end, len(draft.mentions))
            if draft.lemma(place) in VERBS and draft.free(place)
        ]
        if phrase == "how much" and verb:  # "how much does it weigh"
            adjective, draft = VERBS[draft.lemma(verb[0])], draft.use(verb[0])
        found = draft.concept(draft.focus, ADJECTIVES[adjective])
        if found is not None:
            return draft.use(*range(start, end), select=(*draft.query.select, Term(found[0])))
    if draft.lemma(0) == "when":
        dates = [column for column in draft.table(draft.focus).columns if is_date(column)]
        named = any(draft.is_column(place) and draft.free(place) for place in range(len(draft.mentions)))
        if dates and not named and not draft.query.select:
            return draft.use(0, select=(Term(ColumnRef(draft.focus, dates[0].name)),))
    return draft
