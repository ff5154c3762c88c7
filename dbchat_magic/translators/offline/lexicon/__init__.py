"""Lexicon: the phrases that readers look for, as data. Words are in their dictionary form.

A file holds what one kind of reader looks for; all are imported from here.
"""

from __future__ import annotations

from dbchat_magic.translators.offline.lexicon.arranging import (
    ASCENDING,
    DESCENDING,
    GROUPS,
    ORDER_ALONE,
    ORDERS,
)
from dbchat_magic.translators.offline.lexicon.calculating import (
    AGAINST,
    AGGREGATES,
    CALCULATIONS,
    COUNTS,
    ENDINGS,
    PERIODS_BETWEEN,
    RATIOS,
    STARTINGS,
    SURE_AGGREGATES,
)
from dbchat_magic.translators.offline.lexicon.comparing import (
    COMPARATIVES,
    COMPARISONS,
    CONTAINS,
    TRAILING_COMPARISONS,
)
from dbchat_magic.translators.offline.lexicon.happening import (
    CLOSING,
    DUE,
    ENDING,
    FULFILLING,
    NOT,
    NOT_OPPOSITES,
    PARTICIPLES,
    PRESENT,
    STATES,
)
from dbchat_magic.translators.offline.lexicon.measuring import (
    ADDED_UP,
    ADJECTIVES,
    AVERAGED,
    OPPOSITES,
    TOTALS,
    VERBS,
)
from dbchat_magic.translators.offline.lexicon.ranking import (
    COMMON,
    EXTREMES,
    IN_TIME,
    MOST,
    OTHER_TIMES,
    SUPERLATIVES,
)
from dbchat_magic.translators.offline.lexicon.taking_roles import (
    ROLES,
    SUBORDINATES,
    SUPERIORS,
)
from dbchat_magic.translators.offline.lexicon.trading import (
    EVENTS,
    MONEY,
    MONEY_COLUMNS,
    MONEY_WORDS,
    TRADES,
    TRADING,
    UNITS_SOLD,
)
from dbchat_magic.translators.offline.lexicon.wording import (
    DISTINCT,
    EVERYTHING,
    NEGATIONS,
    RELATIVES,
)

__all__ = (
    "ADDED_UP",
    "ADJECTIVES",
    "AGAINST",
    "AGGREGATES",
    "ASCENDING",
    "AVERAGED",
    "CALCULATIONS",
    "CLOSING",
    "COMMON",
    "COMPARATIVES",
    "COMPARISONS",
    "CONTAINS",
    "COUNTS",
    "DESCENDING",
    "DISTINCT",
    "DUE",
    "ENDING",
    "ENDINGS",
    "EVENTS",
    "EVERYTHING",
    "EXTREMES",
    "FULFILLING",
    "GROUPS",
    "IN_TIME",
    "MONEY",
    "MONEY_COLUMNS",
    "MONEY_WORDS",
    "MOST",
    "NEGATIONS",
    "NOT",
    "NOT_OPPOSITES",
    "OPPOSITES",
    "ORDERS",
    "ORDER_ALONE",
    "OTHER_TIMES",
    "PARTICIPLES",
    "PERIODS_BETWEEN",
    "PRESENT",
    "RATIOS",
    "RELATIVES",
    "ROLES",
    "STARTINGS",
    "STATES",
    "SUBORDINATES",
    "SUPERIORS",
    "SUPERLATIVES",
    "SURE_AGGREGATES",
    "TOTALS",
    "TRADES",
    "TRADING",
    "TRAILING_COMPARISONS",
    "UNITS_SOLD",
    "VERBS",
)
