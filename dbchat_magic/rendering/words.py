"""Words: names of columns as a reader would write them."""

from __future__ import annotations

import re

from dbchat_magic.core.translator import Usage
from dbchat_magic.rendering.cells import plain

UNITS = {
    "eur": "€", "euro": "€", "euros": "€", "usd": "$", "dollars": "$", "gbp": "£", "chf": "CHF", "jpy": "¥",
    "pct": "%", "percent": "%", "percentage": "%", "kg": "kg", "km": "km", "cm": "cm", "mm": "mm",
    "m2": "m²", "sqm": "m²", "days": "days", "hours": "hours", "minutes": "minutes", "seconds": "seconds",
    "ms": "ms", "years": "years", "celsius": "°C", "kwh": "kWh", "mb": "MB", "gb": "GB",
}  # fmt: skip
AGGREGATES = {"sum": "Sum of", "total": "Total", "avg": "Average", "min": "Lowest", "max": "Highest"}
CALL = re.compile(r"(?i)(sum|total|avg|min|max|count)\(\s*(distinct\s+)?([^()]*)\)")
LONGEST = 80


def words_of_name(name: str) -> str:
    """A column's name as a title, with its unit where the name tells.

    >>> words_of_name("total_amount"), words_of_name("lead_time_days"), words_of_name("AlbumId")
    ('Total amount', 'Lead time (days)', 'Album id')
    >>> words_of_name("COUNT(*)"), words_of_name("SUM(o.total_amount)"), words_of_name("count(distinct city)")
    ('Count', 'Sum of total amount', 'Number of different city')
    """
    call = CALL.fullmatch(name.strip())
    if call:
        return words_of_call(call[1].lower(), bool(call[2]), call[3].strip().strip('"`[]'))
    if not re.fullmatch(r"[\w ]+", name):
        return plain(name)[:LONGEST]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).split()
    unit = UNITS.get(words[-1].lower()) if len(words) > 1 else None
    text = " ".join(soften(word) for word in (words[:-1] if unit else words)) or name
    return text[:1].upper() + text[1:LONGEST] + (f" ({unit})" if unit else "")


def usage_text(usage: Usage) -> str:
    """What asking a model took; empty where none was asked.

    >>> usage_text(Usage(1200, 40, calls=1)), usage_text(Usage(1200, 40, calls=2, cost=0.0004))
    ('1,200 + 40 tokens.', '2 requests, 1,200 + 40 tokens, 0.00040 US dollars.')
    """
    if not usage.calls:
        return ""
    requests = f"{usage.calls} requests, " if usage.calls > 1 else ""
    return f"{requests}{usage.in_words}."


def words_of_call(function: str, is_distinct: bool, argument: str) -> str:
    column = argument.rpartition(".")[2].strip('"`[]')
    if function == "count":
        if column in ("*", "", "1"):
            return "Count"
        return f"Number of {'different ' * is_distinct}{soften_name(column)}"
    return f"{AGGREGATES[function]} {soften_name(column)}"


def soften_name(name: str) -> str:
    words = words_of_name(name)
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def soften(word: str) -> str:
    """Lower case, but for abbreviations and words of other scripts."""
    return word if word.isupper() and len(word) <= 4 else word.lower()
