"""Amounts: "weight over 10", "older than 30", "with at least 3 orders", "between 5 and 10", "document with id 3"."""

from __future__ import annotations

from dbchat_magic.linking.kinds import is_measure, is_number
from dbchat_magic.linking.mentions import TIMES
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    AGGREGATES,
    COMPARATIVES,
    COMPARISONS,
    SURE_AGGREGATES,
    TRAILING_COMPARISONS,
    VERBS,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Term
from dbchat_magic.translators.offline.readers.bounds import (
    among,
    compare,
    compare_age,
    comparison_before,
    goes_on_comparing,
    is_numbered,
    several,
)
from dbchat_magic.translators.offline.readers.superlatives import most_linked, subject_before
from dbchat_magic.translators.offline.readers.takings import amount_of
from dbchat_magic.translators.offline.readers.values import holds_text

SKIPPED = frozenset(
    "the a an $ of is be that time different distinct type total any such 's corresponding".split()
)
"""What may stand between a number and what it counts."""

BARE_BOUNDS = ("over", "above", "under", "below")
ENDS = ("", ".", "?", ",", "and", "or", "but", "per", "by", "in", "from", "during", "since", "each")
"""What may stand behind a number that counts nothing named."""
MONEY_UNITS = frozenset("euro eur € dollar usd pound gbp £ franc chf yen rupee buck".split())
OLDEST = 130
"""Years of an age."""

INSIDE = SKIPPED | {"in", "record", "on", "copy", "item"}
"""The same where the number is a bound: "more than 3 in the inventory"."""


def read_amounts(draft: Draft) -> Draft:
    for place in range(len(draft.mentions)):
        if draft.free(place) and draft.mentions[place].number is not None:
            draft = read_amount(draft, place)
    return draft


def read_amount(draft: Draft, place: int) -> Draft:
    """What a number bounds: a count of another table's rows, the column beside it, or a key."""
    number = draft.mentions[place].number
    assert number is not None
    start, op, phrase = comparison_before(draft, place)
    end = place + 1
    divided = read_divided(draft, place)
    if divided is not None:
        return divided
    for begin, stop, trailing in draft.phrases(TRAILING_COMPARISONS):
        if begin == end and not goes_on_comparing(draft, stop):
            op, end = TRAILING_COMPARISONS[trailing], stop
    values, op, start, end = several(draft, place, start, op, end, number)
    return (
        read_years_old(draft, start, end, op, values)
        or read_times(draft, place, start, end, op, values)
        or read_counted(draft, start, end, op, values)
        or read_same(draft, start, end, op, values)
        or read_worth(draft, start, end, op, values, phrase)
        or read_after(draft, start, end, op, values)
        or read_before(draft, start, end, op, values)
        or read_by_adjective(draft, start, end, op, values, phrase)
        or read_by_verb(draft, start, end, op, values)
        or read_key(draft, start, end, op, values)
        or draft
    )


def read_divided(draft: Draft, place: int) -> Draft | None:
    """ "a greater weight than 10": the column stands inside the comparison."""
    if draft.lemma(place - 1) != "than" or not draft.is_column(place - 2):
        return None
    op = COMPARISONS.get(f"{draft.lemma(place - 3)} than", "")
    column = draft.choose_column(place - 2, is_measure)
    number = draft.mentions[place].number
    if op not in ("<", ">") or column is None or number is None:
        return None
    return compare(draft, column, op, (number,), list(range(place - 3, place + 1)))


def read_years_old(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "over 20 years old"."""
    if draft.lemma(end) != "year" or draft.lemma(end + 1) not in ("old", "of"):
        return None
    places = [*range(start, end), end, end + 1, *([end + 2] if draft.lemma(end + 2) == "age" else [])]
    found = draft.measured("old", draft.nearest_table(start), draft.focus)
    return compare_age(draft, found, op, values, places) if found else None


def read_times(
    draft: Draft, place: int, start: int, end: int, op: str, values: tuple[float, ...]
) -> Draft | None:
    """ "who ordered more than twice", "at least 3 times": groups by how many rows of another table they have."""
    often = draft.lemma(place) in TIMES or draft.lemma(end) == "time"
    verb = start - 1 if start and draft.mentions[start - 1].text.endswith("ed") else start
    subject, columns = subject_before(draft, verb)
    if not often or columns or not subject or draft.query.having:
        return None
    named = [name for name in draft.mentioned_tables().values() if name != subject]
    counted = named[-1] if named else most_linked(draft, subject)
    if not counted:
        return None
    having = Comparison(Term(table=counted, function="count"), op, values)
    return draft.restrict_groups(
        having,
        *range(verb, end + (draft.lemma(end) == "time")),
        group=draft.query.group or draft.key(subject),
        tables=(subject, counted, *draft.query.tables),
    )


def read_counted(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "with more than 3 orders": groups by how many rows they have."""
    place = draft.skip(end, SKIPPED if op == "=" else INSIDE)
    if not draft.free(place) or not draft.is_table(place):
        return None
    counted = draft.table_at(place)
    subject, columns = subject_before(draft, start)
    earlier = draft.query.group if goes_on_counting(draft, start) else ()
    if len(earlier) == 1 and counted != earlier[0].table:  # the rows of two tables are not counted together
        having = Comparison(Term(table=counted, function="count"), op, values)
        return draft.restrict(among(earlier, (having,)), *range(start, place + 1))
    if not columns and (not subject or subject == counted):
        return None
    group = tuple(columns) or draft.key(subject)
    owner = columns[0].table if columns else subject
    having = Comparison(Term(table=counted, function="count"), op, values)
    return draft.restrict_groups(
        having,
        *range(start, place + 1),
        group=group,
        tables=(owner, counted, *draft.query.tables),
    )


def goes_on_counting(draft: Draft, start: int) -> bool:
    """Whether another count was read just before: "more than 5 orders and at least 3 reviews"."""
    before = draft.skip(start - 1, ("and", "or", ",", "but", "with", "have"), step=-1)
    return (
        before < start - 1 and not draft.free(before) and bool(draft.query.having) and draft.is_table(before)
    )


def read_same(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "above 5 and below 10": the column of the comparison just before."""
    before = draft.mentions[start - 2] if start >= 2 else None
    if (
        before is None
        or before.number is None
        or draft.free(start - 2)
        or draft.lemma(start - 1) not in ("and", "or", "but")
    ):
        return None
    if not draft.clauses or draft.is_column(end) or start == end - 1:
        return None
    last = draft.clauses[-1][1]
    if not isinstance(last, Comparison) or last.left.column is None or last.left.function:
        return None
    aged = draft.measured("old", last.left.owner)
    if aged is not None and aged[0] == last.left.column:
        return compare_age(draft, aged, op, values, list(range(start, end)))
    return compare(draft, last.left.column, op, values, list(range(start, end)))


def read_worth(
    draft: Draft, start: int, end: int, op: str, values: tuple[float, ...], phrase: str
) -> Draft | None:
    """ "orders over 500 euros", "orders above 500": the money of a row, where no column is named."""
    table = draft.nearest_table(start) or draft.focus
    is_money = (
        draft.lemma(end) in MONEY_UNITS or draft.lemma(start - 1) == "worth" or draft.lemma(end - 2) == "$"
    )
    is_bare = phrase in BARE_BOUNDS and draft.lemma(end) in ENDS
    if op == "=" or not table or not (is_money or is_bare):
        return None
    unit = [end] if draft.lemma(end) in MONEY_UNITS else []
    named = read_before(draft, start, end, op, values)
    if named is not None:
        return named.use(*unit)
    term = amount_of(draft.table(table))
    found = term.column if term else (draft.measured("expensive", table) or (None,))[0]
    if found is None:
        return None
    worth = [start - 1] if draft.lemma(start - 1) == "worth" else []
    return compare(draft, found, op, values, [*worth, *range(start, end), *unit])


def read_after(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "more than 1000 points", "2 credits": the column behind the number."""
    place = draft.skip(end, ("the", "of", "%", "$"))
    if not draft.free(place) or not draft.is_column(place):
        return None
    column = draft.choose_column(place, is_measure)
    before = draft.lemma(start - 1)
    if column is None or before in ("be", "id", "number", "="):
        return None
    return compare(draft, column, op, values, [*range(start, place + 1)])


def read_before(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "age is over 30", "id 3": the column before the number."""
    for place in range(start - 1, max(-1, start - 7), -1):
        if draft.mentions[place].number is not None or (
            draft.lemma(place) in ("who", "whose", "that", ",") and place < start - 2
        ):
            break
        wanted = is_numbered if op in ("=", "in", "<>") or place >= start - 2 else is_measure
        if op == "=" and place == start - 1 and draft.is_column(place):
            wanted = wanted if draft.choose_column(place, is_numbered) else holds_text
        if draft.is_column(place) and draft.free(place) and (column := draft.choose_column(place, wanted)):
            return read_aggregated(draft, place, start, end, op, values) or compare(
                draft, column, op, values, [place, *range(start, end)]
            )
    return None


def read_aggregated(
    draft: Draft, place: int, start: int, end: int, op: str, values: tuple[float, ...]
) -> Draft | None:
    """ "with an average salary above 8000": groups by an aggregate of theirs."""
    before = draft.skip(place - 1, ("of", "the", "number", "amount"), step=-1)
    while draft.is_table(before):
        before -= 1
    function = AGGREGATES.get(draft.lemma(before), "") if draft.lemma(before) in SURE_AGGREGATES else ""
    column = draft.choose_column(place, is_measure) if function and draft.free(before) else None
    if column is None:
        return None
    subject, columns = subject_before(draft, before)
    if not subject and not columns:
        return None
    group = draft.query.group or tuple(columns) or draft.key(subject)
    having = Comparison(Term(column, function=function), op, values)
    return draft.restrict_groups(having, *range(before, end), group=group)


def read_by_adjective(
    draft: Draft, start: int, end: int, op: str, values: tuple[float, ...], phrase: str
) -> Draft | None:
    """ "older than 30": the column that the adjective measures."""
    adjective = COMPARATIVES.get(phrase.split(maxsplit=1)[0] if phrase else "", "")
    if phrase in BARE_BOUNDS and not adjective and max(values) <= OLDEST:
        adjective = "old" if draft.lemma(end) in ("year", *ENDS) else ""
    found = draft.measured(adjective, draft.nearest_table(start), draft.focus)
    if found is None:
        return None
    unit = [where for where in (end, end + 1) if draft.lemma(where) in ("year", "old")]
    return compare_age(draft, found, op, values, [*range(start, end), *unit])


def read_by_verb(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "who earn at least 60000": the column that the verb measures."""
    for place in range(start - 1, max(-1, start - 4), -1):
        found = draft.measured(VERBS.get(draft.lemma(place), ""), draft.nearest_table(start), draft.focus)
        if found is not None:
            return compare(draft, found[0], op, values, [place, *range(start, end)])
    return None


def read_key(draft: Draft, start: int, end: int, op: str, values: tuple[float, ...]) -> Draft | None:
    """ "order 301": the row with this key."""
    place = start - 1
    if op not in ("=", "in") or not draft.is_table(place):
        return None
    table = draft.table(draft.table_at(place))
    if len(table.primary_key) != 1:
        return None
    column = ColumnRef(table.name, table.primary_key[0])
    if not is_number(draft.column(column)):
        return None
    return compare(draft, column, op, values, [*range(start, end)])
