"""Describe: a Query in plain words, so that a person sees how the question was read."""

from __future__ import annotations

from dbchat_magic.linking.names import raw_words
from dbchat_magic.translators.offline.query import (
    ColumnRef,
    Comparison,
    Condition,
    Either,
    Query,
    Term,
    tables_of,
)

FUNCTIONS = {"avg": "average", "sum": "total", "min": "lowest", "max": "highest"}
OPS = {
    "=": "is", "<>": "is not", "<": "below", "<=": "at most", ">": "above", ">=": "at least",
    "in": "is one of", "not in": "is none of", "like": "matches", "not like": "does not match",
    "is null": "is missing", "is not null": "is known",
}  # fmt: skip


def describe(query: Query) -> str:
    """One sentence: "Name of customers where country is 'France', by age descending, first 5"."""
    parts = [shown(query)]
    if query.where:
        parts.append("where " + " and ".join(condition(part) for part in query.where))
    if query.also is not None:
        parts.append("and also " + " and ".join(condition(part) for part in query.also.where))
    grouped = tuple(ref for ref in query.group if Term(ref) in query.select) or query.group
    if grouped and any(term.function for term in (*query.select, *(order.term for order in query.order))):
        parts.append("for each " + " and ".join(dict.fromkeys(named(ref) for ref in grouped)))
    if query.having:
        parts.append("with " + " and ".join(condition(part) for part in query.having))
    text = " ".join(parts)
    for order in query.order:
        text += f", by {term_text(order.term)}, {'largest' if order.descending else 'smallest'} first"
    if query.limit is not None:
        text += f", only the first {query.limit}" if query.limit > 1 else ", only the first"
    return text[:1].upper() + text[1:] + "."


def shown(query: Query) -> str:
    if query.counted:
        return "number of different " + " and ".join(
            named(term.column) for term in query.select if term.column
        )
    if query.everything:
        return f"all about {words(query.tables[0])}"
    listed = ", ".join(term_text(term) for term in query.select)
    owners = {term.owner for term in query.select}
    others = [words(name) for name in tables_of(query) if name not in owners]
    text = f"different {listed}" if query.distinct else listed
    return f"{text} together with {' and '.join(others)}" if others else text


def term_text(term: Term) -> str:
    if term.column is None:
        return f"number of {words(term.table)}"
    if term.function == "count":
        return f"number of {'different ' if term.distinct else ''}{named(term.column)}"
    name = named(term.column)
    if term.factor is not None:
        name = f"{words(term.column.column)} times {named(term.factor)}"
    return f"{FUNCTIONS[term.function]} {name}" if term.function else name


def named(ref: ColumnRef) -> str:
    """ "name of customers": the table is said where the column's name does not."""
    column, table = words(ref.column), words(ref.table)
    if ref.period:
        return f"{ref.period} of {column} of {table}"
    return column if set(raw_words(ref.table)) <= set(raw_words(ref.column)) else f"{column} of {table}"


def condition(part: Condition) -> str:
    if isinstance(part, Either):
        return " or ".join(condition(inner) for inner in part.parts)
    return comparison(part)


def comparison(part: Comparison) -> str:
    left = term_text(part.left)
    if part.query is not None:
        inner = shown(part.query)
        if part.query.where:
            inner += " where " + " and ".join(condition(one) for one in part.query.where)
        return f"{left} {OPS[part.op]} the {inner}"
    if part.other is not None:
        return f"{left} {OPS[part.op]} {term_text(part.other)}"
    if part.op == "between":
        return f"{left} between {part.values[0]} and {part.values[1]}"
    values = ", ".join(value_text(value) for value in part.values)
    return f"{left} {OPS[part.op]} {values}".rstrip()


def value_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int) else f"'{value}'"


def words(name: str) -> str:
    """A name as people would write it: "order_lines" is "order lines"."""
    import re

    return " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+", name)).lower() or name
