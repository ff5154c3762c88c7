"""Trading: money taken in, and what is bought and sold."""

from __future__ import annotations

MONEY = (
    "revenue", "sale", "turnover", "spend", "spending", "spent", "earn", "earned", "earning", "sell", "selling", "sold",
    "proceed", "takings", "order value", "basket value",
)  # fmt: skip
"""Words for what is taken in by selling, where no column is called so."""

MONEY_COLUMNS = (
    "revenue",
    "sale",
    "line total",
    "total amount",
    "total price",
    "amount",
    "total",
    "subtotal",
)
"""Names of columns that hold it, best first; else a price times a quantity."""

MONEY_WORDS = frozenset(
    "revenue sale line total amount price subtotal sum grand order invoice net gross value paid usd eur payment".split()
)
"""Words of which the name of such a column is made."""

UNITS_SOLD = (
    "best selling",
    "bestselling",
    "top selling",
    "most sold",
    "best seller",
    "most ordered",
    "most bought",
)
"""Phrases that rank by how much was sold."""

TRADING = {"buy": True, "purchase": True, "purchased": True, "order": True, "ordered": True, "sell": True}
"""Verbs that happen in a table of orders or sales."""

TRADES = (
    "order line",
    "order item",
    "order detail",
    "invoice line",
    "invoice item",
    "sale",
    "order",
    "purchase",
    "invoice",
    "transaction",
)
"""What such a table is called, best first."""

EVENTS = {"paid": "payment", "lent": "loan", "withdrawn": "withdrawal"}
"""Participles that are spelt unlike what tables of such events are called."""
