"""Superlatives: "the oldest student", "top 5 products by price", "the city with the most customers"."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import is_date, is_key, is_number, is_year, label_columns
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    ADJECTIVES,
    AGGREGATES,
    COMMON,
    COUNTS,
    MOST,
    OPPOSITES,
    SUPERLATIVES,
    SURE_AGGREGATES,
)
from dbchat_magic.translators.offline.query import ColumnRef, Order, Term
from dbchat_magic.translators.offline.readers.groups import key_of

COUNTED_BETWEEN = frozenset(
    {"the", "a", "different", "distinct", "number", "of", "total", "unique", "item", "record"}
)

PICKING = frozenset(
    {
        "with",
        "have",
        "whose",
        "by",
        "who",
        "that",
        "which",
        "'s",
        "on",
        "for",
        "at",
        "get",
        "receive",
        "receives",
    }
)
"""Before a superlative they pick a row; else "the highest price" is a number."""


def read_superlatives(draft: Draft) -> Draft:
    if draft.query.order:
        return draft
    for read in (read_common, read_most, read_superlative):
        found = read(draft)
        if found is not draft:
            return found
    return draft


def read_common(draft: Draft) -> Draft:
    """ "the most common city": the value that occurs in most rows."""
    for start, end, phrase in draft.phrases(COMMON):
        behind = range(end, min(end + 4, len(draft.mentions)))
        for place in (*behind, *range(start - 1, max(-1, start - 5), -1)):
            if draft.is_column(place) and (column := draft.choose_column(place)):
                places = [*range(start, end), place]
                limit, number = limit_before(draft, start)
                order = (Order(Term(table=column.table, function="count"), COMMON[phrase]),)
                return draft.use(
                    *places,
                    *number,
                    select=(*draft.query.select, Term(column)),
                    group=(column,),
                    order=order,
                    limit=limit,
                )
        if draft.focus and draft.is_table(end):
            return rank_by_count(draft, [*range(start, end)], draft.table_at(end), "", COMMON[phrase], start)
    return draft


def read_most(draft: Draft) -> Draft:
    """ "the most orders", "the largest number of pets": how many rows of another table there are."""
    for start, end, phrase in draft.phrases(MOST):
        place = next(
            (
                where
                for where in range(end, min(end + 4, len(draft.mentions)))
                if draft.is_table(where) or draft.is_column(where)
            ),
            -1,
        )
        between = [
            where
            for where in range(end, place)
            if not draft.is_value(where) and draft.lemma(where) not in COUNTED_BETWEEN
        ]
        if (
            place < 0
            or between
            or draft.lemma(start - 1) == "at"
            or (place > end and draft.lemma(end) in SUPERLATIVES)
        ):
            continue
        places = [*range(start, end), place]
        if draft.is_table(place):
            subject, columns = subject_before(draft, start)
            if subject or columns:
                draft = draft.use(*places)
                if columns:
                    return rank_column(draft, columns[0], draft.table_at(place), MOST[phrase], start)
                return rank_by_count(draft, [], subject, draft.table_at(place), MOST[phrase], start)
            continue
        column = draft.choose_column(place, comparable) if draft.is_column(place) else None
        if column is not None:
            limit, number = limit_before(draft, start)
            return draft.use(*places, *number, order=(Order(Term(column), MOST[phrase]),), limit=limit)
    return draft


def rank_by_count(
    draft: Draft, places: list[int], subject: str, counted: str, descending: bool, start: int
) -> Draft:
    """Rows of `subject` by how many rows of `counted` belong to each."""
    limit, number = limit_before(draft, start)
    other = counted if counted and counted != subject else most_linked(draft, subject)
    if not other:
        return draft
    order = (Order(Term(table=other, function="count"), descending),)
    return draft.use(
        *places,
        *number,
        group=tuple(key_of(draft.table(subject))),
        order=order,
        limit=limit,
        tables=(subject, other),
    )


def rank_column(draft: Draft, column: ColumnRef, counted: str, descending: bool, start: int) -> Draft:
    """Values of a column by how many rows of `counted` have each."""
    limit, number = limit_before(draft, start)
    order = (Order(Term(table=counted, function="count"), descending),)
    return draft.use(*number, group=(column,), order=order, limit=limit, tables=(column.table, counted))


def most_linked(draft: Draft, table: str) -> str:
    """The table with most rows among those that point at this one: what makes a row of it popular."""
    joins = [join.new for join in draft.graph.edges.get(table, ()) if join.many]
    return max(joins, key=lambda name: draft.table(name).rows or 0, default="")


def subject_before(draft: Draft, place: int) -> tuple[str, list[ColumnRef]]:
    """What has the most: the table or the column nearest before; the focus when there is none."""
    for before in range(place - 1, -1, -1):
        if draft.is_table(before) and draft.mentions[before].score > 0.85:
            return draft.table_at(before), []
        if draft.is_column(before) and (column := draft.choose_column(before)):
            owner = draft.owner_of(before)
            if owner:
                return owner, []
            return "", [column]
    return draft.focus, []


def read_top(draft: Draft) -> Draft:
    """ "top 5 customers by revenue", "the 3 most expensive products", "first 10 orders"."""
    for start, end, _ in draft.phrases(("top", "first", "bottom")):
        number = draft.mentions[end].number if draft.free(end) else None
        if number is None or not 0 < number < 100_000:
            continue
        draft = draft.use(start, end, limit=int(number))
        descending = draft.lemma(start) == "top"
        by = next((place for place in range(end, len(draft.mentions)) if introduces_rank(draft, place)), -1)
        for place in range(by + 1 if by >= 0 else end + 1, len(draft.mentions)):
            counts = next((stop for begin, stop, _ in draft.phrases(COUNTS) if begin == place), 0)
            if counts and draft.is_table(counts):
                subject = draft.focus
                return rank_by_count(
                    draft.use(*range(place, counts + 1), by),
                    [],
                    subject,
                    draft.table_at(counts),
                    descending,
                    -1,
                ).use(limit=int(number))
            if by >= 0 and draft.is_column(place) and (column := draft.choose_column(place, comparable)):
                return rank_by_column(draft.use(by, place), column, descending)
            if by >= 0 and draft.is_table(place) and draft.table_at(place) != draft.focus:
                return rank_by_count(
                    draft.use(by, place), [], draft.focus, draft.table_at(place), descending, -1
                ).use(limit=int(number))
        return draft
    return draft


def rank_by_column(draft: Draft, column: ColumnRef, descending: bool) -> Draft:
    """Rows of the focus by a column of theirs; by its sum where each has several rows of another table."""
    path = draft.graph.path((draft.focus,), column.table) or ()
    if not any(join.many for join in path):
        return draft.use(order=(Order(Term(column), descending),))
    total = Term(column, function="sum")
    labels = label_columns(draft.table(draft.focus), draft.schema.values)
    shown = tuple(Term(ColumnRef(draft.focus, label.name)) for label in labels)
    group = tuple(key_of(draft.table(draft.focus)))
    return draft.use(select=(*shown, total), group=group, order=(Order(total, descending),))


def introduces_rank(draft: Draft, place: int) -> bool:
    """Whether what ranks the rows follows: "by revenue", "with most orders"."""
    return draft.lemma(place) == "by" or (
        draft.lemma(place) in ("with", "in", "of") and draft.lemma(place + 1) != "the"
    )


def read_superlative(draft: Draft) -> Draft:
    """ "the highest price" beside other columns, "the youngest teacher": the first row in that order."""
    for start, end, phrase in draft.phrases(SUPERLATIVES):
        if phrase in ("first", "last") and draft.is_column(end):
            continue
        if draft.is_column(start - 1) and (dated := draft.choose_column(start - 1, is_temporal)):
            order = (Order(Term(dated), direction(phrase) if phrase != "first" else False),)
            return draft.use(start - 1, *range(start, end), order=order, limit=1)
        column_place = next(
            (where for where in range(end, min(end + 2, len(draft.mentions))) if draft.is_column(where)), -1
        )
        if draft.lemma(end) in ("and", ",", "or") and draft.lemma(end + 1) in AGGREGATES:
            continue
        picks = picks_a_row(draft, start)
        ranked = rank_by_aggregate(draft, start, end, phrase)
        if ranked is not draft:
            return ranked
        if phrase in SURE_AGGREGATES and not picks:
            continue
        limit, number = limit_before(draft, start)
        if column_place >= 0:
            column = draft.choose_column(column_place, comparable)
            if column is None or not (picks or number):
                continue
            descending = direction(phrase)
            return draft.use(
                *range(start, end),
                *number,
                column_place,
                order=(Order(Term(column), descending),),
                limit=limit,
            )
        table = draft.table_at(end) if draft.is_table(end) else draft.focus
        if not table:
            continue
        adjective = read_adjective(draft, start, table, phrase)
        if adjective is None:
            continue
        column, descending = adjective
        return draft.use(*range(start, end), *number, order=(Order(Term(column), descending),), limit=limit)
    return draft


def rank_by_aggregate(draft: Draft, start: int, end: int, phrase: str) -> Draft:
    """ "the highest average salary", "the greatest total amount": what is grouped, by an aggregate."""
    if draft.lemma(end) not in ("average", "mean", "total", "sum", "combined", "avg"):
        return draft
    place = end + 1
    while draft.lemma(place) in ("of", "the", "number", "amount"):
        place += 1
    column = draft.choose_column(place, comparable) if draft.is_column(place) else None
    if column is None:
        return draft
    subject, columns = subject_before(draft, start)
    limit, number = limit_before(draft, start)
    group = tuple(columns) or tuple(key_of(draft.table(subject)))
    order = (Order(Term(column, function=AGGREGATES[draft.lemma(end)]), direction(phrase)),)
    return draft.use(*range(start, place + 1), *number, group=group, order=order, limit=limit)


def picks_a_row(draft: Draft, start: int) -> bool:
    """Whether the superlative chooses among rows: "with the highest price", not "what is the highest price"."""
    before = start - 1
    while draft.lemma(before) in ("the", "a", "an", "of", "its", "their") or (
        before > 0 and draft.mentions[before].number is not None
    ):
        before -= 1
    return draft.lemma(before) in PICKING and before > 0


def read_adjective(draft: Draft, place: int, table: str, phrase: str = "") -> tuple[ColumnRef, bool] | None:
    """The column that an adjective measures in a table, and whether the superlative wants most of it."""
    adjective = SUPERLATIVES.get(phrase or draft.lemma(place), "")
    base = OPPOSITES.get(adjective, adjective)
    concepts = ADJECTIVES.get(base)
    if not table or concepts is None:
        return None
    found = draft.concept(table, concepts)
    if found is None:
        return None
    column, more = found
    newest = adjective in ("new", "recent")
    return column, more if newest or base == adjective else not more


def direction(phrase: str) -> bool:
    """Whether the superlative before a named column wants the largest values of it."""
    adjective = SUPERLATIVES[phrase]
    return adjective in ("recent", "new") or adjective not in OPPOSITES


def limit_before(draft: Draft, start: int) -> tuple[int, list[int]]:
    """(how many, the number's place): "the 3 youngest"; one where no number says more."""
    for place in (start - 1, start - 2):
        number = draft.mentions[place].number if draft.free(place) else None
        if number is not None and 0 < number < 10_000:
            return int(number), [place]
    for place in range(len(draft.mentions) - 1):
        number = draft.mentions[place].number if draft.free(place) and place < start else None
        if number is not None and 0 < number < 10_000 and draft.is_table(place + 1):
            return int(number), [place]
    return 1, []


def is_temporal(table: Table, column: Column) -> bool:
    return is_date(column) or is_year(column)


def comparable(table: Table, column: Column) -> bool:
    """Whether "highest" and "lowest" of it mean something."""
    return (is_number(column) or is_date(column) or is_year(column)) and not is_key(table, column)
