"""Weekdays: "orders placed on Mondays", "at weekends": days that come again every week."""

from __future__ import annotations

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import Comparison, Term
from dbchat_magic.translators.offline.readers.groups import date_of
from dbchat_magic.translators.offline.sql import WEEKDAYS

DAYS = {f"{day[2:].lower()}s": (day,) for day in WEEKDAYS} | {
    "weekends": WEEKDAYS[5:],
    "weekend": WEEKDAYS[5:],
    "weekdays": WEEKDAYS[:5],
}
"""By the plural: "on Monday" may be the last one."""
BEFORE = frozenset({"on", "at", "in", "during", "over", "the", "a", "every"})


def read_weekdays(draft: Draft) -> Draft:
    """A condition on the weekday of a date."""
    for place, mention in enumerate(draft.mentions):
        days = DAYS.get(mention.text.lower())
        said = draft.skip(place - 1, BEFORE, step=-1) + 1
        if days is None or said == place or not draft.free(place):
            continue
        found = date_of(draft, place, "weekday", is_said=True)
        if found is None:
            continue
        column, places = found
        verb = [said - 1] if draft.is_done(said - 1) else []
        condition = Comparison(Term(column), "=" if len(days) == 1 else "in", days)
        draft = draft.restrict(condition, *verb, *range(said, place + 1), *places)
    return draft
