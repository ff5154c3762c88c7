"""Trades: "which customers bought …": the way from buyer to goods leads over the orders."""

from __future__ import annotations

from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import TRADES, TRADING


def read_trades(draft: Draft) -> Draft:
    """Joins the table of orders or sales that a verb of trading speaks of."""
    for start, end, _ in draft.phrases(TRADING):
        if draft.is_table(start) or not draft.focus:
            continue
        for name in TRADES:
            tables = [
                table.name
                for table in draft.schema.tables
                if set(name.split()) <= set(name_words(table.local))
            ]
            near = [table for table in tables if draft.graph.distance(draft.focus, table) <= 3]
            if near:
                return draft.use(*range(start, end), tables=(*draft.query.tables, near[0]))
    return draft
