"""Binding: values of a program as literals of a database's SQL. sqlglot writes them; none is pasted as text.

Literals, not a driver's parameters: the guard sees the statement that runs, every way of fetching takes it, and the SQL
of an answer can be run again as it stands.
"""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlglot import exp

from dbchat_magic.dialects import Dialect
from dbchat_magic.language import phrase

LISTS = (list, tuple, set, frozenset, range)
MISSING = frozenset({"NoneType", "NAType", "NaTType"})
WITHOUT_ZONES = frozenset({"mysql", "doris", "starrocks", "singlestore"})
"""sqlglot's names of those whose literals have no offset."""


class Unbindable(Exception):
    """A value that SQL has no literal for; the argument says what it is."""


def is_list(value: object) -> bool:
    """It holds values: a list or the like, a column of pandas, Polars, Arrow or NumPy."""
    return isinstance(value, LISTS) or (getattr(value, "ndim", 0) == 1 and hasattr(value, "__iter__"))


def to_literal(value: object, dialect: Dialect) -> str:
    """One value as SQL; raises Unbindable."""
    return write(to_expression(plain(value), dialect), dialect)


def to_literals(values: Iterable[object], dialect: Dialect) -> str:
    """Values as the inside of a list, `1, 2, 3`; raises Unbindable, also where there are none."""
    return ", ".join(to_literal(value, dialect) for value in members(values))


def members(values: Iterable[object]) -> list[object]:
    """The values; raises Unbindable where there are none."""
    found = list(values)
    if not found:
        raise Unbindable(phrase("an empty list"))
    return found


def plain(value: Any) -> Any:
    """The value as Python's own where it is one of NumPy's, Arrow's or pandas'; None where it is missing."""
    kind = type(value)
    if kind.__name__ in MISSING or (isinstance(value, float) and math.isnan(value)):
        return None
    package = kind.__module__.partition(".")[0]
    if package == "numpy" and kind.__name__ == "datetime64":
        value = value.astype("datetime64[us]").item()
    elif package == "numpy" and hasattr(value, "item"):
        value = value.item()
    elif package == "pyarrow" and hasattr(value, "as_py"):
        value = value.as_py()
    return None if isinstance(value, float) and math.isnan(value) else value


def to_expression(value: Any, dialect: Dialect) -> exp.Expr:
    """Raises Unbindable."""
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float | Decimal):
        return to_number(value)
    if isinstance(value, str | uuid.UUID):
        return to_text(str(value))
    if isinstance(value, datetime.datetime):
        return to_time(value, dialect)
    if isinstance(value, datetime.date):
        return dated(value.isoformat(), "date", dialect)
    if isinstance(value, datetime.time):
        return to_text(value.isoformat())
    raise Unbindable(phrase("a value of the type {type}", type=type(value).__name__))


def to_number(value: float | Decimal) -> exp.Expr:
    """A negative one in parentheses: two signs in a row begin a comment."""
    if isinstance(value, int):
        number: exp.Expr = exp.Literal.number(abs(int(value)))
    elif not math.isfinite(value):
        raise Unbindable(phrase("the number {value}", value=value))
    else:
        number = exp.Literal.number(
            format(abs(value), "f") if isinstance(value, Decimal) else repr(abs(value))
        )
    return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number


def to_text(value: str) -> exp.Expr:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unbindable(phrase("a text with a character that databases do not take"))
    return exp.Literal.string(value)


def to_time(value: datetime.datetime, dialect: Dialect) -> exp.Expr:
    """In SQLite, where times are texts, midnight is the day: so it is less than every time of that day."""
    if value.tzinfo is not None:
        if dialect.sqlglot in WITHOUT_ZONES:
            raise Unbindable(phrase("a time with a zone"))
        return dated(value.isoformat(" "), "timestamptz", dialect)
    if dialect.sqlglot == "sqlite" and value.time() == datetime.time():
        return to_text(value.date().isoformat())
    return dated(value.isoformat(" "), "datetime" if dialect.sqlglot == "mysql" else "timestamp", dialect)


def dated(text: str, kind: str, dialect: Dialect) -> exp.Expr:
    return to_text(text) if dialect.sqlglot == "sqlite" else exp.cast(to_text(text), kind)


def write(expression: exp.Expr, dialect: Dialect) -> str:
    return expression.sql(dialect=dialect.sqlglot)
