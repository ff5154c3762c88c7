"""Focus: which table the question is about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import GROUPS, MONEY
from dbchat_magic.translators.offline.readers.money import amount_of, price_times_quantity

AFTER_GROUP = frozenset(phrase.split()[-1] for phrase in GROUPS)


def read_focus(draft: Draft) -> Draft:
    """The first table named outside "for each …"; without one, the table that explains most mentions."""
    tables = draft.mentioned_tables()
    grouped = {place for place in tables if draft.lemma(place - 1) in AFTER_GROUP}
    outside = [place for place in tables if place not in grouped]
    for place in outside or list(tables):
        return replace(draft, focus=tables[place])
    weights: Counter[str] = Counter()
    for mention in draft.mentions:
        best: dict[str, float] = {}
        for link in (*mention.columns, *mention.values):
            best[link.table] = max(best.get(link.table, 0), link.score)
        weights.update(best)
    if next(draft.phrases(MONEY), None) and (table := selling_table(draft)):
        return replace(draft, focus=table)
    if not weights:
        return draft
    top = max(weights.values())
    likeliest = [name for name, weight in weights.items() if weight > top - 0.02]
    return replace(
        draft, focus=min(likeliest, key=lambda name: (len(draft.table(name).foreign_keys), len(name)))
    )


def selling_table(draft: Draft) -> str:
    """The largest table with an amount taken in: what a question about revenue alone is about."""
    found = [table for table in draft.schema.tables if amount_of(table) or price_times_quantity(table)]
    return max(found, key=lambda table: table.rows or 0).name if found else ""
