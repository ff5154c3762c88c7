"""Metrics: "revenue per country", "average revenue", "customers with revenue over 100", as the glossary defines them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.joins import APART
from dbchat_magic.translators.offline.lexicon import AGGREGATES
from dbchat_magic.translators.offline.meaning import AS_DEFINED, metric_term, plain_aggregate
from dbchat_magic.translators.offline.query import Comparison, Order, Term
from dbchat_magic.translators.offline.readers.bounds import comparison_before, several
from dbchat_magic.translators.offline.readers.calculations import FoundTerm
from dbchat_magic.translators.offline.readers.money import RANKS, place_money, rank_by_money
from dbchat_magic.translators.offline.readers.superlatives import limit_before, subject_before
from dbchat_magic.translators.offline.readers.terms import BEFORE

BETWEEN = frozenset("of be a an that is which with have its their the by".split())
"""What may stand between a metric and what it is compared with: "revenue of over 100"."""

BEHIND = frozenset("in of the $ % euro dollar usd eur".split())
"""The same where the number comes first: "over 100 euros in revenue"."""


def read_metrics(draft: Draft) -> Draft:
    for place, mention in enumerate(draft.mentions):
        metric = mention.metric
        if metric is None or not draft.free(place) or not draft.focus:
            continue
        if any(draft.graph.distance(draft.focus, table) >= APART for table in metric.tables):
            continue
        term = metric_term(metric)
        draft = (
            read_bound(draft, place, term)
            or read_ranked(draft, place, term)
            or read_shown(draft, place, term)
        )
    return draft


def read_bound(draft: Draft, place: int, term: Term) -> Draft | None:
    """ "with revenue over 100": groups by a metric; rows where it has a value in each row of the focus."""
    for number in range(len(draft.mentions)):
        value = draft.mentions[number].number
        if value is None or not draft.free(number):
            continue
        start, op, _ = comparison_before(draft, number)
        values, op, start, end = several(draft, number, start, op, number + 1, value)
        before, after = draft.skip(start - 1, BETWEEN, step=-1), draft.skip(end, BEHIND)
        if op == "=" or place not in (before, after):
            continue
        places = range(min(place, start), max(place + 1, end))
        metric = term.metric
        assert metric is not None
        if not metric.aggregate and metric.tables == (draft.focus,):
            return draft.restrict(Comparison(replace(term, function=""), op, values), *places)
        function = AGGREGATES.get(draft.lemma(place - 1), "")
        if function and can_be(function, term, draft):
            term, places = (
                aggregated(term, function, draft),
                range(min(place - 1, start), max(place + 1, end)),
            )
        subject, columns = subject_before(draft, min(place, start))
        group = draft.query.group or tuple(columns) or draft.key(subject or draft.focus)
        owner = columns[0].table if columns else subject or draft.focus
        having = (*draft.query.having, Comparison(term, op, values))
        tables = (owner, *metric.tables, *draft.query.tables)
        draft = draft.use(*places, group=group, having=having, tables=tables)
        return draft if columns or draft.query.select else draft.use(select=(*draft.labels(owner), term))
    return None


def read_ranked(draft: Draft, place: int, term: Term) -> Draft | None:
    """ "which country has the highest revenue", "the 3 products with the lowest margin"."""
    rank = draft.skip(place - 1, ("of", "the"), step=-1)
    if draft.lemma(rank) not in RANKS or not draft.free(rank):
        return None
    if draft.query.group:
        return rank_by_money(draft.use(place, rank), term, rank)
    before = range(rank - 1, -1, -1)
    subject = draft.first(before, lambda where: draft.is_table(where) or draft.is_column(where))
    if subject is None:
        return None
    column = None if draft.is_table(subject) else draft.choose_column(subject)
    limit, number = limit_before(draft, rank)
    draft = draft.use(place, rank, *number, order=(Order(term, RANKS[draft.lemma(rank)]),), limit=limit)
    if column is not None:
        return draft.use(subject, group=(column,), select=(*draft.query.select, Term(column), term))
    table = draft.table_at(subject)
    select = draft.query.select or draft.labels(table)
    return draft.use(group=draft.key(table), select=(*select, term))


def with_metrics(draft: Draft, terms: Sequence[Term]) -> Draft:
    """The draft with what it is sorted by beside each row, where that is a metric."""
    metrics = tuple(term for term in terms if term.metric)
    if not metrics or draft.query.group:
        return draft
    shown = (*draft.query.select, *draft.labels(draft.focus), *metrics)
    return draft.use(group=draft.key(draft.focus), select=shown)


def read_shown(draft: Draft, place: int, term: Term) -> Draft:
    """As what is shown, with the function asked for, or as what ranks the rows."""
    before = draft.skip(place - 1, ("of", "the"), step=-1)
    function = AGGREGATES.get(draft.lemma(before), "") if draft.free(before) else ""
    if function and not can_be(function, term, draft):
        return draft
    if function and (function == plain_aggregate_of(term, draft) or function == term.function):
        draft = draft.use(before)  # "total revenue" of a revenue that is a sum
    return place_money(draft, place, place + 1, term)


def find_metric_term(draft: Draft, place: int) -> FoundTerm | None:
    """The metric that begins here, articles aside."""
    named = draft.skip(place, BEFORE)
    if not draft.free(named) or not (metric := draft.mentions[named].metric):
        return None
    return FoundTerm(metric_term(metric), (named,), named + 1)


def can_be(function: str, term: Term, draft: Draft) -> bool:
    """Whether the function of a metric means something: not the average of a ratio of sums."""
    return term.function != AS_DEFINED or bool(plain_aggregate_of(term, draft))


def aggregated(term: Term, function: str, draft: Draft) -> Term:
    return term if function == plain_aggregate_of(term, draft) else replace(term, function=function)


def plain_aggregate_of(term: Term, draft: Draft) -> str:
    return plain_aggregate(term.metric, draft.schema.dialect) if term.metric else ""
