"""Describe: a Query in plain words, so that a person sees how the question was read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import cast

from dbchat_magic.core.schema import Schema
from dbchat_magic.linking.names import raw_words
from dbchat_magic.linking.words import lemma_of
from dbchat_magic.translators.offline.joins import Role, role_words, table_of
from dbchat_magic.translators.offline.query import (
    All,
    ColumnRef,
    Comparison,
    Condition,
    Either,
    Order,
    Query,
    Term,
    tables_of,
)

ARITHMETIC = {"*": "times", "-": "minus", "+": "plus", "/": "divided by"}
FUNCTIONS = {
    "spread": "difference between the highest and the lowest",
    "avg": "average",
    "sum": "total",
    "min": "lowest",
    "max": "highest",
}
OPS = {
    "=": "is", "<>": "is not", "<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least",
    "in": "is one of", "not in": "is none of", "like": "matches", "not like": "does not match",
    "is null": "is missing", "is not null": "is known",
}  # fmt: skip
DATE_OPS = {"<": "before", ">=": "from", "=": "on", ">": "after", "<=": "until"}
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def describe(query: Query, schema: Schema) -> str:
    """One sentence: "Name of customers where country is 'France', by age, largest first, only the first 5."."""
    text = Description(schema).sentence(query)
    return text[:1].upper() + text[1:] + "."


class Description:
    """A sentence in the making: a table is said with the first of its columns, not with each."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.said: set[str] = set()
        self.main = ""

    def sentence(self, query: Query) -> str:
        self.main = tables_of(query)[0]
        parts = [self.shown(query)]
        absent = [
            part
            for part in query.where
            if isinstance(part, Comparison) and part.op == "not in" and part.query
        ]
        parts += [self.absence(part.query) for part in absent if part.query]
        present = [part for part in query.where if part not in absent]
        if present:
            parts.append("where " + " and ".join(self.said_beside(part, present) for part in present))
        if query.also is not None:
            parts.append("and also " + " and ".join(self.condition(part) for part in query.also.where))
        if query.having:
            parts.append(
                "with " + " and ".join(self.condition(part).replace(" is ", " ", 1) for part in query.having)
            )
        text = " ".join(parts)
        for order in query.order:
            text += f", by {self.term(order.term)}, {first_said(order)}"
        if query.limit is not None:
            text += f", only the first {query.limit}" if query.limit > 1 else ", only the first"
        if query.per:
            text += f" for each {' and '.join(self.group_names(replace(query, group=query.per)))}"
        return text

    def shown(self, query: Query) -> str:
        """What is shown, for each of which groups, together with which tables."""
        groups = self.group_names(query)
        aggregated = [term for term in query.select if term.function]
        plain = [term for term in query.select if not term.function and term.column not in query.group]
        if groups and not aggregated:
            plain = list(query.select)
            groups = []
        text = self.listed([*plain, *aggregated]) if plain or aggregated else ""
        if query.everything:
            text = f"all about {self.table(query.tables[0])}"
        if query.counted:
            text = f"number of different {text or ' and '.join(groups)}"
        elif groups:
            text += f" for each {' and '.join(groups)}"
        if query.distinct:
            text = f"different {text}"
        others = [self.table(name) for name in tables_of(query) if name not in self.said]
        return f"{text} together with {' and '.join(others)}" if others else text

    def group_names(self, query: Query) -> list[str]:
        """A table grouped by its key is called by its name, other columns by theirs."""
        counted = {term.owner for term in query.select if term.function}
        names: list[str] = []
        keyed: set[str] = set()
        for ref in query.group:
            table = self.schema.table(table_of(ref.table))
            if table is not None and ref.column in table.primary_key:
                keyed.add(ref.table)
                said = self.table(ref.table).split()
                names.append(" ".join((*said[:-1], lemma_of(said[-1]))))
            elif ref.table not in keyed:
                if ref.table in counted:
                    self.said.add(ref.table)
                names.append(self.column(ref))
        return list(dict.fromkeys(names))

    def listed(self, terms: Sequence[Term]) -> str:
        """The terms, columns of one table together: "first name and last name of customers"."""
        parts: list[str] = []
        for (owner, function), group in groupby(
            terms, lambda term: (term.owner, bool(term.function or term.operand))
        ):
            same = list(group)
            if function or len(same) == 1:
                parts += [self.term(term, in_full=True) for term in same]
            else:
                names = [words(term.column.column) for term in same if term.column]
                the = "the " if isinstance(owner, Role) else ""
                parts.append(f"{', '.join(names[:-1])} and {names[-1]} of {the}{self.table(owner)}")
        return ", ".join(parts)

    def term(self, term: Term, *, in_full: bool = False) -> str:
        if term.part:
            return self.share(term)
        if term.metric is not None:
            return self.metric(term)
        if term.column is None:
            return f"number of {self.table(term.table)}"
        name = self.column(term.column, in_full=in_full)
        if term.operand is not None:
            name = self.calculated(term, words(term.column.column), self.column(term.operand))
        if term.function == "count":
            return f"number of {'different ' if term.distinct else ''}{name}"
        function = FUNCTIONS.get(term.function, "")
        return name if not function or name.startswith(function) else f"{function} {name}"

    def metric(self, term: Term) -> str:
        """Its name, the first time with what the glossary says it is: "revenue (sum(price * quantity))"."""
        metric = term.metric
        assert metric is not None
        function = FUNCTIONS.get(term.function, "") if term.function != "sum" else ""
        name = f"{function} {metric.name}".strip()
        text = name if metric.name in self.said else f"{name} ({metric.text})"
        self.said.update((metric.name, *metric.tables))
        return text

    def calculated(self, term: Term, name: str, operand: str) -> str:
        """ "unit price times quantity of order lines", "days from shipped on to delivered on of shipments"."""
        if term.op in ARITHMETIC:
            return f"{name} {ARITHMETIC[term.op]} {operand}"
        assert term.operand is not None
        return f"{term.op}s from {words(term.operand.column)} to {self.column(cast(ColumnRef, term.column))}"

    def share(self, term: Term) -> str:
        part = " and ".join(self.condition(condition) for condition in term.part)
        whole = " and ".join(self.condition(condition) for condition in term.whole)
        name = "percentage" if term.function == "percent" else "ratio"
        against = f"those where {whole}" if whole else "all"
        return f"{name} of {self.table(term.table)} where {part} to {against}"

    def column(self, ref: ColumnRef, *, in_full: bool = False) -> str:
        """ "name of customers"; only "name" where the table was said, or says the column's name itself."""
        name = words(ref.column)
        if ref.period:
            name = f"{ref.period} of {name}"
        is_said = ref.table in self.said and ref.table == self.main and not in_full
        if isinstance(ref.table, Role):
            return f"{name} of the {self.table(ref.table)}"
        if is_said or set(raw_words(ref.table)) <= set(raw_words(ref.column)):
            self.said.add(ref.table)
            return name
        return f"{name} of {self.table(ref.table)}"

    def table(self, name: str) -> str:
        self.said.add(name)
        if isinstance(name, Role):
            return " ".join(role_words(name))
        table = self.schema.table(name)
        if table is None or not table.qualified or self.schema.table(table.local) is not None:
            return words(name)
        return words(table.local)  # its schema need not be said: no other table is called so

    def said_beside(self, part: Condition, others: Sequence[Condition]) -> str:
        """The condition; alternatives beside others begin with "either", which tells how far they go."""
        said = self.condition(part)
        return f"either {said}" if isinstance(part, Either) and len(others) > 1 else said

    def condition(self, part: Condition) -> str:
        if isinstance(part, Either | All):
            joining = " or " if isinstance(part, Either) else " and "
            return joining.join(self.condition(inner) for inner in part.parts)
        return self.comparison(part)

    def absence(self, query: Query) -> str:
        """ "without any orders", "without any pets where type is 'cat'"."""
        inner = Description(self.schema)
        inner.main = tables_of(query)[-1]
        text = f"without any {inner.table(inner.main)}"
        told = [
            part for part in query.where if not (isinstance(part, Comparison) and part.op == "is not null")
        ]
        return f"{text} where {' and '.join(inner.condition(part) for part in told)}" if told else text

    def comparison(self, part: Comparison) -> str:
        left = self.term(part.left)
        if part.values and isinstance(part.values[0], datetime.date):
            return f"{left} is {DATE_OPS.get(part.op, part.op)} {part.values[0]}"
        if part.query is not None:
            inner = Description(self.schema).sentence(part.query)
            return f"{left} {OPS[part.op]} {'those: ' if part.op == 'in' else 'the '}{inner}"
        if part.other is not None:
            return f"{left} {OPS[part.op]} {self.term(part.other)}"
        if part.op == "between":
            return f"{left} is between {value_text(part.values[0])} and {value_text(part.values[1])}"
        return f"{left} {OPS[part.op]} {values_text(part.values)}".rstrip()


def first_said(order: Order) -> str:
    return "largest first" if order.descending else "smallest first"


def values_text(values: Iterable[object]) -> str:
    return " or ".join(value_text(value) for value in values)


def value_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int) else f"'{value}'"


def words(name: str) -> str:
    """A name as people would write it: "order_lines" is "order lines"."""
    return " ".join(PART.findall(name)).lower() or name
