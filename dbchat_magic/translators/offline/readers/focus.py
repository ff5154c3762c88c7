"""Focus: which table the question is about."""

from __future__ import annotations

from collections import Counter

from dbchat_magic.core.schema import Table
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import GROUPS, MONEY, SUBORDINATES
from dbchat_magic.translators.offline.readers.roles import all_said, is_superior
from dbchat_magic.translators.offline.readers.takings import amount_of, price_times_quantity

AFTER_GROUP = frozenset(phrase.split()[-1] for phrase in GROUPS)


TIE = 0.02
"""Tables that explain a question this nearly as well are both possible."""


def find_focuses(draft: Draft) -> list[str]:
    """The tables that the question may be about, likeliest first; empty when it speaks of none.

    The tables it names, those outside "for each …" first; without one, those that explain most mentions.
    """
    tables = draft.mentioned_tables()
    grouped = [place for place in tables if draft.lemma(place - 1) in AFTER_GROUP]
    outside = [place for place in tables if place not in grouped]
    if tables:
        return list(dict.fromkeys(tables[place] for place in (*outside, *grouped)))
    metrics = [mention.metric for mention in draft.mentions if mention.metric]
    if metrics:
        return [metrics[0].tables[0]]
    if giving := [name for name in draft.graph.roles if gives_role_said(draft, name)]:
        return giving
    if (money := next(draft.phrases(MONEY), None)) and (table := selling_table(draft)):
        return [order_of(draft, table) if money[2] == "basket value" else table]
    return explaining_tables(draft)


def gives_role_said(draft: Draft, name: str) -> bool:
    """Whether the question speaks of somebody's superior, and the table holds who that is for each of its rows."""
    return any(
        is_superior(role) and (mention.words[0].lemma in SUBORDINATES or all_said(role, mention.words))
        for role in draft.graph.roles[name]
        for mention in draft.mentions
    )


def explaining_tables(draft: Draft) -> list[str]:
    """The tables whose columns and values explain most of the question, all that do so about as well."""
    weights: Counter[str] = Counter()
    for mention in draft.mentions:
        best: dict[str, float] = {}
        for link in (*mention.columns, *mention.values):
            best[link.table] = max(best.get(link.table, 0), link.score)
        weights.update(best)
    top = max(weights.values(), default=0)
    likeliest = [name for name, weight in weights.items() if weight > top - TIE]
    likeliest = [name for name in likeliest if draft.table(name).kind == "table"] or likeliest
    return sorted(likeliest, key=lambda name: (count_keys(draft.table(name)), len(name)))


def count_keys(table: Table) -> int:
    return len(table.foreign_keys) + len(table.inferred_keys)


def order_of(draft: Draft, lines: str) -> str:
    """The table of whole orders that those of an order's lines point at; the lines where no amount of it is kept."""
    wholes = (join.new for join in draft.graph.edges.get(lines, ()) if not join.many)
    return next((name for name in wholes if amount_of(draft.table(name))), lines)


def selling_table(draft: Draft) -> str:
    """The largest table with an amount taken in: what a question about revenue alone is about."""
    found = [table for table in draft.schema.tables if amount_of(table) or price_times_quantity(table)]
    return max(found, key=lambda table: table.rows or 0).name if found else ""
