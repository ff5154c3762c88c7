"""Values: "in Berlin", "named 'Smith'", "not from France", "milk or cat", "both milk and cat"."""

from __future__ import annotations

from collections.abc import Iterable

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.index import Link
from dbchat_magic.linking.kinds import is_number
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import AGAINST, NEGATIONS, RATIOS, ROLES
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Query, Term

BETWEEN = frozenset(
    {
        "be",
        "by",
        "of",
        "=",
        "equal",
        "to",
        "the",
        "a",
        "an",
        "in",
        "named",
        "called",
        "as",
        "at",
        "name",
        "with",
        "from",
        "not",
        ",",
        "and",
        "or",
        "either",
        "'s",
    }
)
"""What may stand between a column and its value."""

AS_ITS = frozenset({"as", "for", "in", "the", "their", "its", "his", "her", "a", "an"})
"""What may stand between a value and its column: "Android as their platform"."""

LISTING = frozenset({"the", "from", "in", "a", "an", "of"})
"""What may stand before each value of a list."""

EXCLUDING = frozenset({"except", "excluding"})


def read_values(draft: Draft) -> Draft:
    both = any(draft.lemma(place) == "both" for place in range(len(draft.mentions)))
    found: list[tuple[int, Comparison]] = []
    for place in range(len(draft.mentions)):
        if draft.free(place) and draft.is_value(place):
            person = read_person(draft, place)
            if person is not None:
                draft = person
                continue
            condition = choose_value(draft, place, draft.mentions[place].values)
            if condition is None:
                continue
            column_place = column_beside(draft, place)
            negation = negation_before(draft, place)
            shared = negation_shared(draft, place, condition)
            draft = draft.use(place, *column_place, *negation, *shared)
            if negation or shared:
                op = "not like" if condition.op == "like" else "<>"
                draft = draft.restrict(Comparison(condition.left, op, condition.values), place)
            else:
                found.append((place, condition))
    return combine(draft, found, both=both)


def read_person(draft: Draft, place: int) -> Draft | None:
    """ "the author 'Ada Lovelace'", where first and last names are columns of their own."""
    mention = draft.mentions[place]
    first, _, last = mention.text.partition(" ")
    if mention.values or not mention.quoted or not last or column_beside(draft, place):
        return None
    for table in draft.schema.tables:
        labels = [term.column for term in draft.labels(table.name) if term.column]
        if len(labels) == 2 and all(
            holds(draft, ref, part) for ref, part in zip(labels, (first, last), strict=True)
        ):
            draft = draft.restrict(Comparison(Term(labels[0]), "=", (first,)), place)
            return draft.restrict(Comparison(Term(labels[1]), "=", (last,)), place)
    return None


def holds(draft: Draft, ref: ColumnRef, text: str) -> bool:
    """Whether the column has this very text among its values."""
    found = draft.schema.values.find(text)
    return any((value.table, value.column) == (ref.table, ref.column) for value in found)


def choose_value(draft: Draft, place: int, values: Iterable[Link]) -> Comparison | None:
    """The column that holds the value: the one named beside it, else the best that does."""
    named = column_beside(draft, place)
    links = tuple(values)
    text = draft.mentions[place].words[0].text
    if named:
        columns = draft.mentions[named[0]].columns
        held = {(link.table, link.column): link for link in links}
        ref = draft.choose_link(named[0], [link for link in columns if (link.table, link.column) in held])
        if ref is not None:
            return Comparison(Term(ref), "=", (held[ref.table, ref.column].value,))
        ref = draft.choose_column(named[0], holds_text)
        return equal_or_like(draft, ref, text) if ref else None
    ref = draft.choose_link(place, directed(draft, place, links))
    if ref is not None:
        spelt = next(link.value for link in links if (link.table, link.column) == (ref.table, ref.column))
        return Comparison(Term(ref), "=", (spelt,))
    if draft.mentions[place].quoted and draft.focus:
        labels = draft.labels(draft.focus)
        if labels and labels[0].column:
            return equal_or_like(draft, labels[0].column, text)
    return None


def directed(draft: Draft, place: int, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """ "from LAX to ORD", "to Chicago (ORD)": of several columns that hold the value those called like the word before."""
    before = place - 1
    if draft.lemma(before) == "(":
        before -= 2
    said = {draft.lemma(draft.skip(before, ("the", "in", "at"), step=-1)), draft.lemma(before)}
    groups = [group for group in ROLES if said & group]
    called = tuple(
        link for link in links if any(group.intersection(name_words(link.column)) for group in groups)
    )
    return called or links


def equal_or_like(draft: Draft, ref: ColumnRef, text: str) -> Comparison:
    """A text that no value equals but some contain is a part of them."""
    known = draft.schema.values.of(ref.table, ref.column).texts
    part = text.casefold()
    if any(part in value.casefold() for value in known):
        return Comparison(Term(ref), "like", (f"%{text}%",))
    return Comparison(Term(ref), "=", (text,))


def column_beside(draft: Draft, place: int) -> list[int]:
    """The place of the column named just before a value ("city is Berlin") or behind it ("Berlin city").

    Only a column that holds the value; for a quoted text that none holds, any.
    """
    for before in range(place - 1, max(-1, place - 7), -1):
        if draft.is_column(before) and draft.free(before):
            if may_hold(draft, before, place):
                return [before]
            break
        if draft.lemma(before) not in BETWEEN and not draft.is_value(before):
            break
    after = place + 1
    while draft.lemma(after) in AS_ITS and draft.lemma(place + 1) in ("as", "for", "in"):
        after += 1
    if draft.free(after) and draft.is_column(after) and may_hold(draft, after, place):
        return [after]
    return []


def may_hold(draft: Draft, column: int, value: int) -> bool:
    values = draft.mentions[value].values
    if not values:
        return (
            draft.mentions[value].quoted
            and column < value
            and draft.choose_column(column, holds_text) is not None
        )
    held = {(link.table, link.column) for link in values}
    return any((link.table, link.column) in held for link in draft.mentions[column].columns)


def negation_before(draft: Draft, place: int) -> list[int]:
    """The place of a "not" that belongs to the value."""
    for before in range(place - 1, max(-1, place - 8), -1):
        lemma = draft.lemma(before)
        if (lemma in NEGATIONS or lemma in EXCLUDING) and draft.free(before):
            return [before]
        if lemma == "than" and draft.lemma(before - 1) == "other":
            return [before - 1, before]
        if lemma not in BETWEEN and lemma not in ("have", "any", "live") and not draft.is_column(before):
            break
    return []


def negation_shared(draft: Draft, place: int, condition: Comparison) -> list[int]:
    """The "or" behind a value of the same column that is denied: "not from Berlin or Hamburg"."""
    joining = draft.skip(place - 1, LISTING, step=-1)
    if draft.lemma(joining) not in ("or", "nor", "and") or not draft.clauses:
        return []
    before = draft.skip(joining - 1, (",",), step=-1)
    at, last = draft.clauses[-1]
    denied = isinstance(last, Comparison) and last.op in ("<>", "not like") and last.left == condition.left
    return [joining] if denied and at == before else []


def combine(draft: Draft, found: list[tuple[int, Comparison]], *, both: bool) -> Draft:
    """Values of one column are alternatives, unless "both" asks for rows that meet each."""
    columns: dict[tuple[Term, bool], list[object]] = {}
    places: dict[tuple[Term, bool], int] = {}
    for place, condition in found:
        if condition.op != "=":
            draft = draft.restrict(condition, place)
            continue
        side = (condition.left, divides_before(draft, place))
        before = [where for where, one in found if one.left == condition.left and where < place]
        draft = draft.use(*listing(draft, before[-1], place) if before else ())
        columns.setdefault(side, []).extend(condition.values)
        places.setdefault(side, place)
    for (left, divided), values in columns.items():
        distinct = tuple(dict.fromkeys(values))
        both = both or (
            len(distinct) == 2 and joined_by_and(draft, [place for place, one in found if one.left == left])
        )
        if len(distinct) == 2 and both and not several_each(draft, left):
            for value in distinct:  # each row has one of them: what is shown may have both
                draft = draft.restrict(Comparison(left, "=", (value,)), places[left, divided])
            continue
        if len(distinct) == 2 and both and draft.query.also is None:
            also = Query(where=(Comparison(left, "=", distinct[1:]),), tables=(draft.focus,))
            draft = draft.use(also=also)
            distinct = distinct[:1]
        draft = draft.restrict(
            Comparison(left, "=" if len(distinct) == 1 else "in", distinct), places[left, divided]
        )
    return draft


def listing(draft: Draft, start: int, end: int) -> list[int]:
    """The "or" between two values of one column, where nothing else that was read stands between them."""
    between = [where for where in range(start + 1, end) if draft.lemma(where) == "or"]
    others = [place for place, _ in draft.clauses if start < place < end]
    return [] if others else between


def joined_by_and(draft: Draft, places: list[int]) -> bool:
    """ "allergic to milk and cats": what one can have several of."""
    if len(places) != 2 or draft.query.group:
        return False
    between = {draft.lemma(place) for place in range(places[0] + 1, places[1])}
    counted = any(draft.lemma(place) in ("each", "between", "many", "every") for place in range(places[0]))
    left = draft.mentions[places[0]].values[:1]
    return (
        between <= {"and", "the", "a", "in", "to", "with", "from"}
        and "and" in between
        and not counted
        and bool(left)
        and several_each(draft, Term(ColumnRef(left[0].table, left[0].column)))
    )


def divides_before(draft: Draft, place: int) -> bool:
    """Whether the place is below the line of a ratio: "ratio of A to B"."""
    opened = [end for _, end, _ in draft.phrases(RATIOS)]
    return bool(opened) and any(opened[0] < start < place for start, _, _ in draft.phrases(AGAINST))


def several_each(draft: Draft, term: Term) -> bool:
    """Whether a row of the focus can have several values of it."""
    path = draft.graph.path((draft.focus,), term.owner) if draft.focus else None
    return any(join.many for join in path or ())


def holds_text(table: Table, column: Column) -> bool:
    return not is_number(column)
