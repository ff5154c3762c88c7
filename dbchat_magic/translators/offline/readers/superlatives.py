"""Superlatives: "the oldest student", "top 5 products by price", "the city with the most customers"."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.core.schema import Column
from dbchat_magic.linking.kinds import is_comparable, is_date, is_number, is_temporal
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.adding import function_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    AGGREGATES,
    COMMON,
    IN_TIME,
    MOST,
    OPPOSITES,
    OTHER_TIMES,
    SUPERLATIVES,
    SURE_AGGREGATES,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Order, Term
from dbchat_magic.translators.offline.readers.dates import date_of_rows
from dbchat_magic.translators.offline.readers.groups import date_of, find_grouping, in_period, period_at
from dbchat_magic.translators.offline.readers.takings import find_takings
from dbchat_magic.translators.offline.readers.terms import find_term

COUNTED_BETWEEN = frozenset("the a different distinct number of total unique item record".split())

PICKING = frozenset("with have whose by who that which 's on for at get receive receives".split())
"""Before a superlative they pick a row; else "the highest price" is a number."""

ASKING = frozenset("which what the list show find give me top".split())
"""Between these and a column a number says how many are wanted: "which 3 carriers"."""

PARTICLES = frozenset({"up", "in", "out", "off"})
"""They belong to the verb before them: "signed up"."""

PARTS_OF_TIME = frozenset("half quarter month week day year hour season decade century".split())

AGGREGATING = frozenset({"average", "mean", "total", "sum", "combined", "avg"})

MANY_ROWS = 100_000
"""A number above this is not how many rows somebody wants to see."""


def read_superlatives(draft: Draft) -> Draft:
    """The first of the readers below that finds its phrase; a question ranks once."""
    if any(not (order.term.column and order.term.column.period) for order in draft.query.order):
        return draft
    if draft.query.order:  # by the periods of "per month"
        return read_common(draft)
    for read in (read_common, read_most, read_superlative):
        found = read(draft)
        if found is not draft:
            return found
    return draft


# ------------------------------------------------------------------------------------- how often, how many


def read_common(draft: Draft) -> Draft:
    """ "The most common city": the value that occurs in most rows; "the most popular plan": the row of most others."""
    for start, end, phrase in draft.phrases(COMMON):
        rows = place_of_rows(draft, start, end)
        if rows is not None:
            return rank_by_use(draft, rows, start, end, phrase)
        near = (*range(end, end + 4), *range(start - 1, start - 5, -1))
        place = draft.first(near, draft.is_column)
        column = draft.choose_column(place) if place is not None else None
        if place is not None and column is not None:
            limit, number = limit_before(draft, start)
            count = Term(table=column.table, function="count")
            draft = grouped_by(draft, max(place, end - 1) + 1)
            draft = draft.use(*range(start, end), place, *number, order=(Order(count, COMMON[phrase]),))
            if may_be_missing(draft, column):
                draft = draft.restrict(Comparison(Term(column), "is not null"), start)
            return among_groups(draft, (column,), (Term(column),), limit)
    return draft


def place_of_rows(draft: Draft, start: int, end: int) -> int | None:
    """Where a table is named whose rows are meant: "most popular plan", "which plan is most popular"."""
    if draft.is_table(end):
        return None if draft.is_column(end + 1) else end  # "most common apartment type"
    before = draft.skip(start - 1, ("the", "be"), step=-1)
    ends = end == len(draft.mentions) or not draft.is_column(end)
    return before if ends and draft.is_table(before) and before < start - 1 else None


def rank_by_use(draft: Draft, place: int, start: int, end: int, phrase: str) -> Draft:
    """Rows of the table at the place by how many rows refer to each; nothing where it is not clear which count."""
    table = draft.table_at(place)
    popular = bool({"popular", "used"} & set(phrase.split()))
    counted = referring_table(draft, table, popular=popular)
    draft = draft.use(*range(start, end))
    if not counted:
        said = " ".join(mention.text for mention in draft.mentions[start:end])
        return replace(draft, beyond=(*draft.beyond, said))
    limit, number = limit_before(draft, start)
    order = (Order(Term(table=counted, function="count"), COMMON[phrase]),)
    draft = grouped_by(draft, max(place, end - 1) + 1)
    labels = draft.labels(table) if draft.query.group else ()
    draft = draft.use(*number, order=order, tables=(table, counted))
    return among_groups(draft, draft.key(table), labels, limit)


def among_groups(draft: Draft, columns: tuple[ColumnRef, ...], shown: tuple[Term, ...], limit: int) -> Draft:
    """The first of what is counted; of each group where groups are named: "the most common diagnosis per city"."""
    query = draft.query
    if query.group == draft.key(columns[0].table):  # "the most common country across members": of all
        return draft.use(select=shown, group=columns, limit=limit)
    if not query.group:
        return draft.use(select=(*query.select, *shown), group=columns, limit=limit)
    shown = shown or tuple(map(Term, columns))
    counts = tuple(order.term for order in query.order if order.term.function)
    plain = tuple(term for term in query.select if not term.function)
    return draft.use(
        select=tuple(dict.fromkeys((*plain, *shown, *counts))),
        group=tuple(dict.fromkeys((*query.group, *columns))),
        order=(*(order for order in query.order if order.term.function), *map(Order, map(Term, columns))),
        limit=limit,
        per=query.group,
    )


def may_be_missing(draft: Draft, ref: ColumnRef) -> bool:
    """Whether the value of a row may be unknown: it would come before all others, or be the most common."""
    held = draft.schema.values.of(ref.table, ref.column)
    rows = draft.table(ref.table).rows
    return draft.column(ref).nullable and not (held.complete and rows is not None and held.read >= rows)


def grouped_by(draft: Draft, place: int) -> Draft:
    """ "The most common diagnosis by department": of each, where nothing behind says which ("by patient 12")."""
    if draft.query.group or draft.lemma(place) != "by" or not draft.free(place):
        return draft
    grouping = find_grouping(draft, draft.skip(place + 1, ("the",)))
    if grouping is None or not grouping.columns:
        return draft
    behind = max(grouping.places) + 1
    if behind < len(draft.mentions) and (draft.is_value(behind) or draft.mentions[behind].number is not None):
        return draft
    shown = grouping.shown or tuple(map(Term, grouping.columns))
    return draft.use(place, *grouping.places, group=grouping.columns, select=shown)


def referring_table(draft: Draft, table: str, *, popular: bool) -> str:
    """The only table whose rows refer to rows of this one, or the only one of them that holds events or links: rows
    that have no name of their own. "" where there are several, and where what is popular may be told one step further:
    of categories of products that are ordered.
    """
    referring = [join.new for join in draft.graph.edges.get(table, ()) if join.many]
    events = [name for name in referring if not draft.labels(name)]
    found = events or referring
    if len(found) != 1 or any(role.target == table for role in draft.graph.roles.get(found[0], ())):
        return ""
    further = not events and any(
        join.many for join in draft.graph.edges.get(found[0], ()) if join.new != table
    )
    return "" if popular and further else found[0]


def read_most(draft: Draft) -> Draft:
    """ "the most orders", "the largest number of pets": how many rows of another table there are."""
    for start, end, phrase in draft.phrases(MOST):
        if draft.lemma(start - 1) in ("and", ",") and draft.lemma(start - 2) in AGGREGATES:
            continue  # a list of aggregates
        if phrase.endswith("time"):
            subject, columns = subject_before(draft, start)
            return (
                draft
                if columns
                else rank_by_count(draft.use(*range(start, end)), subject, "", MOST[phrase], start)
            )
        place = counted_place(draft, start, end)
        if place is None:
            continue
        if draft.is_table(place):
            subject, columns = subject_before(draft, start)
            if subject or columns:
                counted = draft.table_at(place)
                ranked = (
                    rank_values_by_count(draft, columns[0], counted, MOST[phrase], start)
                    if columns
                    else rank_by_count(draft, subject, counted, MOST[phrase], start)
                )
                return ranked if ranked is draft else ranked.use(*range(start, end), place)
            continue
        column = draft.choose_column(place, is_comparable)
        if column is not None:
            limit, number = limit_before(draft, start)
            order = (Order(Term(column), MOST[phrase]),)
            return draft.use(*range(start, end), place, *number, order=order, limit=limit)
        subject, columns = subject_before(draft, start)
        counted_column = draft.choose_column(place)
        if counted_column is not None and subject and not columns and subject != counted_column.table:
            draft = draft.use(*range(start, end), place)
            return rank_by_count(draft, subject, counted_column.table, MOST[phrase], start)
    return draft


def counted_place(draft: Draft, start: int, end: int) -> int | None:
    """Where the table or column stands that a "most" counts; None when it says something else."""
    place = draft.first(range(end, end + 4), lambda where: draft.is_table(where) or draft.is_column(where))
    if place is None or draft.lemma(start - 1) == "at":  # "at least"
        return None
    between = range(end, place)
    if any(not draft.is_value(where) and draft.lemma(where) not in COUNTED_BETWEEN for where in between):
        return None
    return place


def rank_by_count(draft: Draft, subject: str, counted: str, descending: bool, start: int) -> Draft:
    """Rows of `subject` by how many rows of `counted` belong to each."""
    limit, number = limit_before(draft, start)
    other = counted if counted and counted != subject else most_linked(draft, subject)
    if not other:
        return draft
    order = (Order(Term(table=other, function="count"), descending),)
    return draft.use(*number, group=draft.key(subject), order=order, limit=limit, tables=(subject, other))


def rank_values_by_count(
    draft: Draft, column: ColumnRef, counted: str, descending: bool, start: int
) -> Draft:
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
            if draft.is_participle(before) and is_date(draft.column(column)):
                continue  # "who closed the most tickets": the verb
            owner = draft.owner_of(before)
            return (owner, []) if owner else ("", [column])
    return draft.focus, []


# -------------------------------------------------------------------------------------------- the first n


def read_top(draft: Draft) -> Draft:
    """ "top 5 customers by revenue", "the 3 most expensive products", "first 10 orders"."""
    for start, end, phrase in draft.phrases(("top", "first", "bottom")):
        number = draft.mentions[end].number if draft.free(end) else None
        if number is not None and 0 < number < MANY_ROWS:
            draft = draft.use(start, end, limit=int(number))
            return rank_top(draft, end, descending=phrase == "top")
    return draft


def rank_top(draft: Draft, end: int, *, descending: bool) -> Draft:
    """By what follows "by": a column, a count, or how many rows of a table there are."""
    limit = draft.query.limit
    by = draft.first(range(end, len(draft.mentions)), lambda place: introduces_rank(draft, place))
    if by is None:
        return rank_top_common(draft, end + 1) if descending else draft
    if period_at(draft, end + 1)[0]:
        return rank_top_periods(draft, end + 1, by, descending=descending)
    if draft.is_column(end + 1):
        return rank_top_values(draft, end + 1, by, descending=descending)
    if find_takings(draft, by + 1) is not None:  # left to the reader of money
        return draft
    for place in range(by + 1, len(draft.mentions)):
        found = find_term(draft, place, is_comparable)
        if found is not None and found.term.column is not None and found.term.function != "count":
            return rank_by_term(draft.use(by, *found.places), found.term, descending)
        counted = (
            found.term.table if found is not None else draft.table_at(place) if draft.is_table(place) else ""
        )
        if counted and counted != draft.focus:
            draft = draft.use(by, *(found.places if found is not None else (place,)))
            ranked = rank_by_count(draft, draft.focus, counted, descending, -1)
            count = Term(table=counted, function="count")
            return ranked.use(limit=limit, select=(*draft.known_by(draft.focus), count))
    return draft


def rank_top_common(draft: Draft, place: int) -> Draft:
    """ "Top 3 diagnoses": the values that most rows have, where nothing else ranks them."""
    column = draft.choose_column(place) if draft.is_column(place) else None
    if column is None or is_number(draft.column(column)) or column.table != draft.focus:
        return draft
    if draft.schema.values.of(column.table, column.column).unique or draft.labels(draft.focus) == (
        Term(column),
    ):
        return draft
    count = Term(table=column.table, function="count")
    return draft.use(place, group=(column,), select=(Term(column), count), order=(Order(count, True),))


def rank_top_periods(draft: Draft, place: int, by: int, *, descending: bool) -> Draft:
    """ "Top 3 months by number of orders", "by revenue": in which most rows lie, or most is added up."""
    period, said = period_at(draft, place)
    found = find_term(draft, by + 1, is_comparable)
    if found is None:  # what ranks is left to a later reader: "revenue"
        dated = date_of(draft, place, period)
        return draft.use(*said, by, group=dated[:1], select=(Term(dated[0]),)) if dated else draft
    term = found.term if found.term.function else replace(found.term, function="sum")
    when = in_period(draft, date_of_rows(draft, (term.owner,)), period)
    if when is None:
        return draft
    return draft.use(
        *said,
        by,
        *found.places,
        group=(when,),
        select=(Term(when), term),
        order=(Order(term, descending),),
    )


def rank_top_values(draft: Draft, place: int, by: int, *, descending: bool) -> Draft:
    """ "top 3 carriers by number of shipments", "top 5 countries by revenue": the values of a column."""
    column = draft.choose_column(place)
    found = find_term(draft, by + 1, is_comparable)
    if column is None:
        return draft
    if found is None:  # what ranks is left to a later reader: "revenue"
        return draft.use(place, by, group=(column,), select=(Term(column),))
    draft = draft.use(place, by, *found.places)
    term = found.term
    if term.column is not None and not term.function:
        if term.column.table == column.table and draft.schema.values.of(column.table, column.column).unique:
            return draft.use(select=(Term(column),), order=(Order(term, descending),))
        term = replace(term, function="sum")
    return draft.use(group=(column,), select=(Term(column), term), order=(Order(term, descending),))


def rank_by_term(draft: Draft, term: Term, descending: bool) -> Draft:
    """Rows of the focus by a column of theirs; by what it comes to where each has several rows of another table."""
    path = draft.graph.path((draft.focus,), term.owner) or ()
    if not any(join.many for join in path):
        return draft.use(order=(Order(replace(term, function=""), descending),))
    total = term if term.function or not term.column else replace(term, function=function_of(term.column))
    order = (Order(total, descending),)
    return draft.use(select=(*draft.known_by(draft.focus), total), group=draft.key(draft.focus), order=order)


def introduces_rank(draft: Draft, place: int) -> bool:
    """Whether what ranks the rows follows: "by revenue", "with most orders"."""
    return draft.lemma(place) == "by" or (
        draft.lemma(place) in ("with", "in", "of") and draft.lemma(place + 1) != "the"
    )


# --------------------------------------------------------------------------------------- the most of a column


def read_superlative(draft: Draft) -> Draft:
    """ "the highest price" beside other columns, "the youngest teacher": the first row in that order."""
    for start, end, phrase in draft.phrases(SUPERLATIVES):
        if draft.lemma(end) in ("and", ",", "or") and draft.lemma(end + 1) in AGGREGATES:
            continue  # a list of aggregates
        for read in (read_adverb, read_ranking_aggregate, read_named_column, read_adjective):
            found = read(draft, start, end, phrase)
            if found is not None:
                return found
    return draft


def read_adverb(draft: Draft, start: int, end: int, phrase: str) -> Draft | None:
    """ "which store opened first", "who signed up last": the date before it."""
    verb = draft.skip(start - 1, PARTICLES, step=-1)
    dated = draft.choose_column(verb, is_temporal) if draft.is_column(verb) else None
    if dated is None or (phrase in ("first", "last") and draft.is_column(end)):
        return None
    order = (Order(Term(dated), phrase != "first" and wants_most(phrase)),)
    return draft.use(*range(verb, end), order=order, limit=1)


def read_ranking_aggregate(draft: Draft, start: int, end: int, phrase: str) -> Draft | None:
    """ "the highest average salary", "the greatest total amount": what is grouped, by an aggregate."""
    if draft.lemma(end) not in AGGREGATING:
        return None
    place = end + 1
    while draft.lemma(place) in ("of", "the", "number", "amount") and not draft.is_column(place):
        place += 1
    column = draft.choose_column(place, is_comparable) if draft.is_column(place) else None
    if column is None:
        return None
    subject, columns = subject_before(draft, start)
    limit, number = limit_before(draft, start)
    group = tuple(columns) or draft.key(subject)
    order = (Order(Term(column, function=AGGREGATES[draft.lemma(end)]), wants_most(phrase)),)
    return draft.use(*range(start, place + 1), *number, group=group, order=order, limit=limit)


def read_named_column(draft: Draft, start: int, end: int, phrase: str) -> Draft | None:
    """ "with the highest price": the column behind it, where a row is picked."""
    place = draft.first(range(end, end + 2), draft.is_column)
    limit, number = limit_before(draft, start)
    if place is None or (phrase in ("first", "last") and draft.is_column(end)):
        return None
    column = draft.choose_column(place, is_comparable) if picks_a_row(draft, start) or number else None
    if column is None:
        return None
    order = (Order(Term(column), wants_most(phrase)),)
    return draft.use(*range(start, end), *number, place, order=order, limit=limit)


def read_adjective(draft: Draft, start: int, end: int, phrase: str) -> Draft | None:
    """ "the youngest teacher": the column that the adjective measures."""
    behind = draft.first(range(end, end + 2), draft.is_column)
    named = behind is not None and draft.choose_column(behind, is_comparable) is not None
    if named or (behind is not None and phrase in ("first", "last")):
        return None
    if phrase in SURE_AGGREGATES and not picks_a_row(draft, start):
        return None
    table = draft.table_at(end) if draft.is_table(end) else draft.focus
    measured = measured_by(draft, phrase, table)
    if measured is None or (phrase in IN_TIME and not tells_when(draft, phrase, end, measured[0])):
        return None
    column, descending = measured
    limit, number = limit_before(draft, start)
    return draft.use(*range(start, end), *number, order=(Order(Term(column), descending),), limit=limit)


def tells_when(draft: Draft, phrase: str, end: int, ref: ColumnRef) -> bool:
    """Whether a column tells what comes first: no birth, no number of days; nor is the first of its months meant."""
    if phrase == "oldest":
        return True
    column = draft.column(ref)
    told = is_temporal(draft.table(ref.table), column) or tells_time_of_day(column)
    return told and not OTHER_TIMES & set(name_words(column.name)) and draft.lemma(end) not in PARTS_OF_TIME


def tells_time_of_day(column: Column) -> bool:
    shown = [str(sample) for sample in column.samples]
    return bool(shown) and not is_date(column) and all(":" in text for text in shown)


def picks_a_row(draft: Draft, start: int) -> bool:
    """Whether the superlative chooses among rows: "with the highest price", not "what is the highest price"."""
    before = start - 1
    while draft.lemma(before) in ("the", "a", "an", "of", "its", "their") or (
        before > 0 and draft.mentions[before].number is not None
    ):
        before -= 1
    return draft.lemma(before) in PICKING and before > 0


def measured_by(draft: Draft, superlative: str, table: str) -> tuple[ColumnRef, bool] | None:
    """The column that a superlative measures in a table, and whether it wants the largest values of it."""
    adjective = SUPERLATIVES[superlative]
    base = OPPOSITES.get(adjective, adjective)
    found = draft.measured(adjective, table)
    if found is None:
        return None
    column, more = found
    newest = adjective in ("new", "recent")
    return column, more if newest or base == adjective else not more


def wants_most(superlative: str) -> bool:
    """Whether it wants the largest values of a column that is named beside it."""
    adjective = SUPERLATIVES[superlative]
    return adjective in ("recent", "new") or adjective not in OPPOSITES


def limit_before(draft: Draft, start: int) -> tuple[int, list[int]]:
    """(how many, the number's place): "the 3 youngest"; one where no number says more."""
    if draft.query.limit is not None:  # "top 3" said it
        return draft.query.limit, []
    counting = [
        place
        for place in range(start)
        if draft.is_table(place + 1) or (draft.lemma(place - 1) in ASKING and draft.is_column(place + 1))
    ]
    for place in (start - 1, start - 2, *counting):
        number = draft.mentions[place].number if draft.free(place) and not names_a_row(draft, place) else None
        if number is not None and 0 < number < MANY_ROWS:
            return int(number), [place]
    return 1, []


def names_a_row(draft: Draft, place: int) -> bool:
    """The 7 of "customer 7"."""
    return draft.is_table(place - 1) and not draft.is_plural(place - 1)
