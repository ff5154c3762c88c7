"""Describe: a Query in plain words, so that a person sees how the question was read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import groupby
from typing import cast

from dbchat_magic.core.schema import Schema
from dbchat_magic.language import both, either, is_english, marked, phrase
from dbchat_magic.linking.names import raw_words
from dbchat_magic.linking.words import lemma_of
from dbchat_magic.translators.offline.joins import Role, role_words, table_of
from dbchat_magic.translators.offline.query import (
    All,
    ColumnRef,
    Comparison,
    Condition,
    Either,
    Query,
    Term,
    tables_of,
)

ARITHMETIC = {
    "*": marked("{left} times {right}"),
    "-": marked("{left} minus {right}"),
    "+": marked("{left} plus {right}"),
    "/": marked("{left} divided by {right}"),
}
FUNCTIONS = {
    "spread": marked("difference between the highest and the lowest"),
    "avg": marked("average"),
    "sum": marked("total"),
    "min": marked("lowest"),
    "max": marked("highest"),
}
OPS = {
    "=": marked("{left} is {right}"),
    "<>": marked("{left} is not {right}"),
    "<": marked("{left} is below {right}"),
    "<=": marked("{left} is at most {right}"),
    ">": marked("{left} is above {right}"),
    ">=": marked("{left} is at least {right}"),
    "in": marked("{left} is one of {right}"),
    "not in": marked("{left} is none of {right}"),
    "like": marked("{left} matches {right}"),
    "not like": marked("{left} does not match {right}"),
    "is null": marked("{left} is missing"),
    "is not null": marked("{left} is known"),
}
DATE_OPS = {
    "<": marked("{left} is before {date}"),
    ">=": marked("{left} is from {date}"),
    "=": marked("{left} is on {date}"),
    ">": marked("{left} is after {date}"),
    "<=": marked("{left} is until {date}"),
}
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def describe(query: Query, schema: Schema) -> str:
    """One sentence: "Name of customers where country is 'France', by age, largest first, only the first 5."."""
    text = Description(schema).sentence(query)
    return phrase("{text}.", text=text[:1].upper() + text[1:] if is_english() else text)


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
            held = all_of([self.said_beside(part, present) for part in present])
            parts.append(phrase("where {conditions}", conditions=held))
        if query.also is not None:
            also = all_of([self.condition(part) for part in query.also.where])
            parts.append(phrase("and also {conditions}", conditions=also))
        if query.having:
            held = all_of([self.condition(part).replace(" is ", " ", 1) for part in query.having])
            parts.append(phrase("with {conditions}", conditions=held))
        text, *others = parts
        for other in others:
            text = phrase("{text} {part}", text=text, part=other)
        for order in query.order:
            by = marked("{text}, by {term}, smallest first")
            if order.descending:
                by = marked("{text}, by {term}, largest first")
            text = phrase(by, text=text, term=self.term(order.term))
        if query.limit is not None:
            only = (
                marked("{text}, only the first {limit}")
                if query.limit > 1
                else marked("{text}, only the first")
            )
            text = phrase(only, text=text, limit=query.limit)
        if query.per:
            groups = both(self.group_names(replace(query, group=query.per)))
            text = phrase("{text} for each {groups}", text=text, groups=groups)
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
            text = phrase("all about {table}", table=self.table(query.tables[0]))
        if query.counted:
            text = phrase("number of different {things}", things=text or both(groups))
        elif groups:
            text = phrase("{things} for each {groups}", things=text, groups=both(groups))
        if query.distinct:
            text = phrase("different {things}", things=text)
        others = [self.table(name) for name in tables_of(query) if name not in self.said]
        return phrase("{things} together with {tables}", things=text, tables=both(others)) if others else text

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
                names.append(" ".join((*said[:-1], lemma_of(said[-1]) if is_english() else said[-1])))
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
                of = marked("{columns} of the {table}") if isinstance(owner, Role) else OF
                columns = both([phrase(", ").join(names[:-1]), names[-1]])
                parts.append(phrase(of, columns=columns, table=self.table(owner)))
        return phrase(", ").join(parts)

    def term(self, term: Term, *, in_full: bool = False) -> str:
        if term.part:
            return self.share(term)
        if term.of_all:
            whole = self.term(replace(term, of_all=False), in_full=in_full)
            return phrase("{things} in percent of all", things=whole)
        if term.metric is not None:
            return self.metric(term)
        if term.column is None:
            return phrase("number of {things}", things=self.table(term.table))
        name = self.column(term.column, in_full=in_full)
        if term.operand is not None:
            name = self.calculated(term, words(term.column.column), self.column(term.operand))
        if term.function == "count":
            if term.distinct:
                return phrase("number of different {things}", things=name)
            return phrase("number of {things}", things=name)
        function = FUNCTIONS.get(term.function, "")
        return name if not function or name.startswith(function) else function_of(function, name)

    def metric(self, term: Term) -> str:
        """Its name, the first time with what the glossary says it is: "revenue (sum(price * quantity))"."""
        metric = term.metric
        assert metric is not None
        function = FUNCTIONS.get(term.function, "") if term.function != "sum" else ""
        name = function_of(function, metric.name) if function else metric.name
        text = (
            name if metric.name in self.said else phrase("{name} ({meaning})", name=name, meaning=metric.text)
        )
        self.said.update((metric.name, *metric.tables))
        return text

    def calculated(self, term: Term, name: str, operand: str) -> str:
        """ "unit price times quantity of order lines", "days from shipped on to delivered on of shipments"."""
        if term.op in ARITHMETIC:
            return phrase(ARITHMETIC[term.op], left=name, right=operand)
        assert term.operand is not None
        return phrase(
            "{unit}s from {start} to {end}",
            unit=phrase(term.op),
            start=words(term.operand.column),
            end=self.column(cast(ColumnRef, term.column)),
        )

    def share(self, term: Term) -> str:
        part = all_of([self.condition(condition) for condition in term.part])
        whole = all_of([self.condition(condition) for condition in term.whole]) if term.whole else ""
        share = SHARES[term.function == "percent", bool(whole)]
        return phrase(share, table=self.table(term.table), part=part, whole=whole)

    def column(self, ref: ColumnRef, *, in_full: bool = False) -> str:
        """ "name of customers"; only "name" where the table was said, or says the column's name itself."""
        name = words(ref.column)
        if ref.period:
            name = phrase("{period} of {value}", period=phrase(ref.period), value=name)
        is_said = ref.table in self.said and ref.table == self.main and not in_full
        if isinstance(ref.table, Role):
            return phrase("{columns} of the {table}", columns=name, table=self.table(ref.table))
        if is_said or set(raw_words(ref.table)) <= set(raw_words(ref.column)):
            self.said.add(ref.table)
            return name
        return phrase(OF, columns=name, table=self.table(ref.table))

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
        is_choice = isinstance(part, Either) and len(others) > 1
        return phrase("either {condition}", condition=said) if is_choice else said

    def condition(self, part: Condition) -> str:
        if isinstance(part, Either | All):
            said = [self.condition(inner) for inner in part.parts]
            return one_of(said) if isinstance(part, Either) else all_of(said)
        return self.comparison(part)

    def absence(self, query: Query) -> str:
        """ "without any orders", "without any pets where type is 'cat'"."""
        inner = Description(self.schema)
        inner.main = tables_of(query)[-1]
        things = inner.table(inner.main)
        told = [
            part for part in query.where if not (isinstance(part, Comparison) and part.op == "is not null")
        ]
        if not told:
            return phrase("without any {things}", things=things)
        held = all_of([inner.condition(part) for part in told])
        return phrase("without any {things} where {conditions}", things=things, conditions=held)

    def comparison(self, part: Comparison) -> str:
        left = self.term(part.left)
        if part.values and isinstance(part.values[0], datetime.date):
            if part.op not in DATE_OPS:
                return f"{left} is {part.op} {part.values[0]}"
            return phrase(DATE_OPS[part.op], left=left, date=part.values[0])
        if part.query is not None:
            inner = Description(self.schema).sentence(part.query)
            if part.op == "in":
                return phrase("{left} is one of those: {query}", left=left, query=inner)
            return phrase(OPS[part.op], left=left, right=phrase("the {query}", query=inner))
        if part.other is not None:
            return phrase(OPS[part.op], left=left, right=self.term(part.other))
        if part.op == "between":
            low, high = map(value_text, part.values[:2])
            return phrase("{left} is between {low} and {high}", left=left, low=low, high=high)
        return phrase(OPS[part.op], left=left, right=either(map(value_text, part.values))).rstrip()


OF = marked("{columns} of {table}")
SHARES = {
    (True, True): marked("percentage of {table} where {part} to those where {whole}"),
    (True, False): marked("percentage of {table} where {part} to all"),
    (False, True): marked("ratio of {table} where {part} to those where {whole}"),
    (False, False): marked("ratio of {table} where {part} to all"),
}
"""By whether it is a percentage, and whether it is of some rows only."""


def function_of(function: str, name: str) -> str:
    return phrase("{function} {name}", function=phrase(function), name=name)


def all_of(conditions: Sequence[str]) -> str:
    return in_turn("{condition} and {other}", conditions)


def one_of(conditions: Sequence[str]) -> str:
    return in_turn("{condition} or {other}", conditions)


def in_turn(link: str, conditions: Sequence[str]) -> str:
    return reduce(lambda text, other: phrase(link, condition=text, other=other), conditions or ("",))


def value_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int) else f"'{value}'"


def words(name: str) -> str:
    """A name as people would write it: "order_lines" is "order lines"; in another language it stays as it is."""
    return (" ".join(PART.findall(name)).lower() or name) if is_english() else name
