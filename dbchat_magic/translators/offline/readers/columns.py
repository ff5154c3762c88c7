"""Columns: which of those named are shown, in the order of the question."""

from __future__ import annotations

import itertools

from dbchat_magic.linking.kinds import is_flag, is_key, is_number
from dbchat_magic.linking.names import name_words, without
from dbchat_magic.translators.offline.draft import JOINING, Draft
from dbchat_magic.translators.offline.joins import Role
from dbchat_magic.translators.offline.lexicon import AGGREGATES, RELATIVES
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Term, comparisons_of
from dbchat_magic.translators.offline.readers.roles import persons

NUMBERING = frozenset({"many", "number", "count", *AGGREGATES})
"""Words that ask for a number: columns before them are shown beside it."""

CERTAIN = 0.9
"""A name that fits as well as this says its column."""

CLAUSES = frozenset("who whom whose that which where they having associated belong with".split())
"""Words that open a clause which describes."""

DEMANDS = frozenset(". ? ! ; what show list give find return display tell report and ,".split())
"""Words behind which something else is asked for."""

AGENTS = frozenset("by via through from with".split())
"""Words behind which stands who or what did it."""

POSSESSIVES = frozenset("their its his her the".split())


def read_columns(draft: Draft) -> Draft:
    """Every column that no other reader took, in the order of the question and before the counts."""
    shown = leading_table(draft)
    for place in range(len(draft.mentions)):
        if draft.free(place) and draft.lemma(place) in ("first", "middle"):
            draft, terms = first_and_last(draft, place)
            shown += [(place, term) for term in terms]
        elif (
            draft.free(place)
            and draft.is_column(place)
            and (names_the_next(draft, place) or is_done_to(draft, place))
        ):
            draft = draft.use(place)
        elif draft.free(place) and draft.is_column(place):
            column = grouped_key(draft, draft.choose_column(place))
            if column is not None and draft.lemma(place - 1) == "full" and (labels := person(draft, place)):
                draft = draft.use(place - 1)
                shown += [(place, term) for term in labels]
            elif column is not None and shown and is_possessed(draft, place):
                draft = draft.restrict(Comparison(Term(column), "is not null"), place)
            elif column is not None and shown and says_again(draft, place, column):
                draft = draft.use(place)
            elif column is not None:
                shown += [(place, term) for term in named_terms(draft, place, column)]
    if draft.demand and any(place > draft.demand for place, _ in shown):
        draft = draft.use(*(place for place, _ in shown if place < draft.demand))
        shown = [one for one in shown if one[0] > draft.demand]
    if not shown:
        return draft
    draft, shown = without_described(draft, shown)
    if not shown:
        return draft
    shown = only_asked(draft, shown)
    shown = without_doubtful(draft, shown)
    shown = without_mentioned(draft, shown)
    terms = [term for _, term in shown]
    existing = [term for term in draft.query.select if term not in terms]
    if draft.query.group and any(not term.function for term in existing) and in_groups(existing, terms):
        existing = [term for term in existing if term.function]
    aggregated = [term for term in existing if term.function]
    roles = [
        term for term in existing if not term.function and (isinstance(term.owner, Role) or term.operand)
    ]
    others = [term for term in existing if not term.function and term not in roles]
    select = (*others, *terms, *roles, *aggregated)
    return draft.use(*(place for place, _ in shown), select=tuple(dict.fromkeys(select)))


def is_done_to(draft: Draft, place: int) -> bool:
    """The verb of "orders shipped by DHL": it says which of them, not what of them is shown."""
    return draft.is_participle(place) and draft.is_table(place - 1) and draft.lemma(place + 1) in AGENTS


def without_described(draft: Draft, shown: list[tuple[int, Term]]) -> tuple[Draft, list[tuple[int, Term]]]:
    """Of "how many students have declared a major" nothing is shown but the number: a major must be known."""
    if draft.query.group or not any(term.function for term in draft.query.select):
        return draft, shown
    asks = draft.first(range(len(draft.mentions)), lambda place: draft.lemma(place) in NUMBERING)
    if draft.goes_on or draft.demand or asks is None or any(place < asks for place, _ in shown):
        return draft, shown
    kept = [(place, term) for place, term in shown if is_listed(draft, place)]
    for place, term in shown:
        if (place, term) in kept:
            continue
        known = term.column is not None and draft.column(term.column).nullable and is_had(draft, place)
        if known:
            draft = draft.restrict(Comparison(term, "is not null"), place)
        elif term.column is None or not is_flag(draft.column(term.column)):  # which would be a condition
            draft = draft.use(place)
    return draft, kept


def is_listed(draft: Draft, place: int) -> bool:
    """Whether the column stands in a list of what is shown, or says what is counted for each of which."""
    before = draft.skip(place - 1, POSSESSIVES | {"a", "an", "all"}, step=-1)
    return draft.lemma(before) in (
        "and",
        ",",
        "each",
        "every",
        "per",
        "by",
        "show",
        "list",
    ) or draft.is_column(before)


def is_had(draft: Draft, place: int) -> bool:
    """ "have declared a major", "with a major"."""
    return any(draft.lemma(where) in ("have", "with") for where in range(place - 4, place))


def leading_table(draft: Draft) -> list[tuple[int, Term]]:
    """The label of the table in "list employees and the city of their store", "drugs and their prices"."""
    place = next((where for where in range(min(4, len(draft.mentions))) if draft.is_table(where)), -1)
    if (
        place < 0
        or draft.lemma(place + 1) not in ("and", ",", "with")
        or draft.query.group
        or draft.query.select
    ):
        return []
    after = place + 2
    while draft.lemma(after) in JOINING:
        after += 1
    if not draft.is_column(after) or draft.table_at(place) != draft.focus:
        return []
    column = draft.choose_column(after)
    owner = column.table if column else draft.focus
    possessed = draft.lemma(place + 1) != "," and draft.lemma(place + 2) in POSSESSIVES - {"the"}
    return (
        [(place, label) for label in draft.labels(draft.focus)] if owner != draft.focus or possessed else []
    )


def grouped_key(draft: Draft, column: ColumnRef | None) -> ColumnRef | None:
    """The key that the rows are grouped by, where the column only points at it."""
    if column is None:
        return None
    pointed = (
        ColumnRef(join.new, join.pairs[0][1])
        for join in draft.graph.edges.get(column.table, ())
        if len(join.pairs) == 1 and join.pairs[0][0] == column.column
    )
    return next((target for target in pointed if target in draft.query.group), column)


def says_again(draft: Draft, place: int, column: ColumnRef) -> bool:
    """Whether it is another word for a column that is a condition or an order already: no wish to see it."""
    if draft.mentions[place].score >= CERTAIN or draft.lemma(place - 1) in JOINING:
        return False
    compared = [
        part.left for part in comparisons_of((*draft.query.where, *draft.query.having)) if not part.query
    ]
    return Term(column) in (*compared, *(order.term for order in draft.query.order))


def first_and_last(draft: Draft, place: int) -> tuple[Draft, list[Term]]:
    """The "first" of "first and last names"."""
    after = draft.skip(place + 1, ("and", ",", "middle", "or"))
    if after == place + 1 or not draft.is_column(after) or not draft.free(after):
        return draft, []
    last = draft.choose_column(after)
    wanted = (draft.lemma(place), "name")
    for column in draft.table(last.table).columns if last else ():
        if last and wanted == without(name_words(column.name), name_words(draft.table(last.table).local)):
            return draft.use(place), [Term(ColumnRef(last.table, column.name))]
    return draft, []


def names_the_next(draft: Draft, place: int) -> bool:
    """Whether it is the "name" of "names of all cities", where the cities are a column of texts."""
    if draft.lemma(place) not in ("name", "value", "title"):
        return False
    after = draft.skip(place + 1, ("of", "the", "all", "each", "every", "different", "distinct"))
    if after == place + 1 or not draft.is_column(after):
        return False
    column = draft.choose_column(after)
    return (
        column is not None
        and not is_number(draft.column(column))
        and not is_key(draft.table(column.table), draft.column(column))
    )


def only_asked(draft: Draft, shown: list[tuple[int, Term]]) -> list[tuple[int, Term]]:
    """Of "which committees have delegates …" only what stands behind "which" is shown."""
    first = shown[0][0]
    if draft.lemma(first - 1) not in ("which", "what") or any(
        draft.lemma(place) == "." or draft.lemma(place) == "?" for place in range(first, shown[-1][0])
    ):
        return shown
    last = first
    for place, _ in shown:
        if all(
            draft.lemma(between) in JOINING or draft.is_column(between) for between in range(last + 1, place)
        ):
            last = place
    return [one for one in shown if one[0] <= last]


def without_doubtful(draft: Draft, shown: list[tuple[int, Term]]) -> list[tuple[int, Term]]:
    """Less the columns that only mean about what a word says, unless they stand in a list with others."""
    sure = [place for place, _ in shown if not draft.mentions[place].reworded]
    listed = set(sure)
    for before, place in [
        *itertools.pairwise(p for p, _ in shown),
        *itertools.pairwise(p for p, _ in reversed(shown)),
    ]:
        low, high = sorted((before, place))
        if before in listed and all(draft.lemma(between) in JOINING for between in range(low + 1, high)):
            listed.add(place)
    return [one for one in shown if one[0] in listed] if sure else shown


def without_mentioned(draft: Draft, shown: list[tuple[int, Term]]) -> list[tuple[int, Term]]:
    """Less the columns in clauses that only say more about what is shown before: "dates of games they attended"."""
    kept: list[tuple[int, Term]] = []
    for place, term in shown:
        if not kept or not opens_clause(draft, kept[-1][0] + 1, place):
            kept.append((place, term))
    return kept


def opens_clause(draft: Draft, start: int, end: int) -> bool:
    """Whether a clause that describes begins between the places, and no new demand behind it."""
    opened = False
    for place in range(start, end):
        lemma = draft.lemma(place)
        if lemma in CLAUSES and not (lemma in ("that", "with") and draft.lemma(place + 1) in POSSESSIVES):
            opened = True
        elif lemma in DEMANDS:
            opened = False
    return opened


def person(draft: Draft, place: int) -> list[Term]:
    """First and last name of the table that a "full name" belongs to."""
    owner = draft.owner_of(place) or draft.focus
    labels = draft.labels(owner) if owner else ()
    return list(labels) if len(labels) == 2 else []


def is_possessed(draft: Draft, place: int) -> bool:
    """Whether the column stands in "who have …": a condition that there is one, not something to show."""
    before = draft.skip(place - 1, ("a", "an", "the", "any", "some"), step=-1)
    return draft.lemma(before) == "have" and draft.lemma(before - 1) in RELATIVES


def named_terms(draft: Draft, place: int, column: ColumnRef) -> list[Term]:
    """The columns to show for a mention: "full name" and a bare "name" of a person are first and last name."""
    owner = name_words(draft.table(column.table).local)
    words = without(name_words(column.column), owner)
    said = without(tuple(draft.lemma(place).split()), owner)
    if said in (("full", "name"), ("name",)) and words in (
        ("first", "name"),
        ("last", "name"),
        ("middle", "name"),
    ):
        labels = draft.labels(column.table)
        if len(labels) == 2:
            return list(labels)
    return list(persons(draft, column)) or [Term(column)]


def in_groups(existing: list[Term], named: list[Term]) -> bool:
    """Whether the question itself names what to show of a group's table: then its label is not added."""
    owners = {term.owner for term in named}
    return all(term.owner in owners for term in existing if not term.function)
