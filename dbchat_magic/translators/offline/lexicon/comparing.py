"""Comparing: what stands around a number or before a part of a text, and how it is compared."""

from __future__ import annotations

COMPARISONS = {
    "more than": ">", "greater than": ">", "larger than": ">", "bigger than": ">", "higher than": ">", "over": ">",
    "above": ">", "after": ">", "older than": ">", "longer than": ">", "heavier than": ">", "taller than": ">",
    "later than": ">", "exceed": ">", "exceeding": ">", "better than": ">", "beyond": ">", "bigger": ">",
    "less than": "<", "fewer than": "<", "smaller than": "<", "lower than": "<", "under": "<", "below": "<",
    "before": "<", "younger than": "<", "shorter than": "<", "lighter than": "<", "earlier than": "<",
    "prior to": "<", "cheaper than": "<", "more expensive than": ">", "newer than": ">",
    "at least": ">=", "in or after": ">=", "on or after": ">=", "on or before": "<=", "in or before": "<=",
    "above or equal to": ">=", "below or equal to": "<=", "within": "<=", "no less than": ">=", "not less than": ">=", "no fewer than": ">=", "since": ">=",
    "minimum of": ">=", "from": ">=", "starting from": ">=", "greater than or equal to": ">=",
    "more than or equal to": ">=", "not before": ">=",
    "at most": "<=", "no more than": "<=", "not more than": "<=", "up to": "<=", "until": "<=", "by": "=",
    "maximum of": "<=", "less than or equal to": "<=", "not exceeding": "<=", "not after": "<=",
    "equal to": "=", "equals": "=", "equal": "=", "exactly": "=", "only": "=", "not equal to": "<>",
    "other than": "<>", "different from": "<>", "not": "<>", ">": ">", "<": "<", ">=": ">=", "<=": "<=", "=": "=",
    "!=": "<>", "<>": "<>",
}  # fmt: skip
"""What may stand before a number."""

TRAILING_COMPARISONS = {
    "or more": ">=", "or above": ">=", "or over": ">=", "or higher": ">=", "or later": ">=", "or after": ">=", "and after": ">=", "and later": ">=", "or before": "<=", "and before": "<=", "or older": ">=",
    "and above": ">=", "and over": ">=", "and more": ">=", "and older": ">=", "or greater": ">=",
    "or less": "<=", "or fewer": "<=", "or below": "<=", "or under": "<=", "or lower": "<=", "or earlier": "<=",
    "and below": "<=", "and under": "<=", "or younger": "<=", "and younger": "<=",
}  # fmt: skip
"""What may stand after a number."""

COMPARATIVES = {
    "older": "old", "taller": "tall", "heavier": "heavy", "longer": "long", "larger": "large", "bigger": "large",
    "later": "late", "faster": "fast", "richer": "rich", "better": "good", "younger": "young",
    "shorter": "short", "lighter": "light", "smaller": "small", "cheaper": "cheap", "earlier": "early",
    "slower": "slow", "poorer": "poor", "newer": "recent", "higher": "high", "lower": "low", "deeper": "deep",
    "wider": "wide",
}  # fmt: skip

CONTAINS = {
    "contain": "%{}%", "containing": "%{}%", "contain the word": "%{}%", "contain the letter": "%{}%",
    "contain the substring": "%{}%", "contain the string": "%{}%", "containing the word": "%{}%",
    "contain the text": "%{}%", "contain the phrase": "%{}%", "containing the letter": "%{}%",
    "containing substring": "%{}%", "containing the substring": "%{}%", "containing the phrase": "%{}%",
    "include": "%{}%", "including": "%{}%", "include the word": "%{}%", "include the substring": "%{}%",
    "have substring": "%{}%", "have the word": "%{}%", "have the substring": "%{}%", "have the letter": "%{}%", "have a substring": "%{}%",
    "the letter": "%{}%", "letter": "%{}%", "with the word": "%{}%", "with the substring": "%{}%", "with substring": "%{}%", "with the letter": "%{}%",
    "have the string": "%{}%", "like": "%{}%", "the substring": "%{}%", "the word": "%{}%", "mention": "%{}%",
    "start with": "{}%", "starting with": "{}%", "begin with": "{}%", "beginning with": "{}%",
    "start with the letter": "{}%", "begin with the letter": "{}%", "starting with the letter": "{}%",
    "with the prefix": "{}%", "prefixed with": "{}%", "have prefix": "{}%", "with prefix": "{}%",
    "end with": "%{}", "ending with": "%{}", "end in": "%{}", "ending in": "%{}", "end with the letter": "%{}",
}  # fmt: skip
"""What stands before a part of a text, as the pattern it means."""
