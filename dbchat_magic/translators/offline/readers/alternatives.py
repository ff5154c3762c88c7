"""Alternatives: "older than 30 or from Berlin": conditions with an "or" between them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import All, Comparison, Condition, Either, comparisons_of
from dbchat_magic.translators.offline.readers.bounds import among

APART_AT = 2
"""Joins between two tables of which a list was wanted rather than what connects them."""


LISTING = frozenset("and or , the all our a an both".split())


@dataclass(frozen=True)
class Clause:
    """What is said at one place: one condition, or several that only hold together."""

    first: int
    last: int
    conditions: tuple[Condition, ...]


def read_alternatives(draft: Draft) -> Draft:
    """Of neighbouring conditions with a free "or" between them one need hold; the others all must.

    "From Germany who signed up before 2022 or after 2024": each is from Germany.
    """
    alternatives: list[Clause] = []
    ors: list[int] = []
    for clause, following in itertools.pairwise(clauses_of(draft)):
        between = range(clause.last + 1, following.first)
        found = [place for place in between if draft.free(place) and draft.lemma(place) == "or"]
        if found and (not alternatives or alternatives[-1] == clause):
            alternatives = [*(alternatives or [clause]), following]
            ors += found
    return either(draft, alternatives).use(*ors) if alternatives else draft


def clauses_of(draft: Draft) -> list[Clause]:
    """The conditions that still hold, in the order said; those of one date or one name together."""
    held = (*draft.query.where, *draft.query.having)
    found: list[Clause] = []
    for place, condition in sorted(draft.clauses, key=lambda clause: clause[0]):
        if condition not in held:
            continue
        if found and place - found[-1].last <= 1:
            found[-1] = replace(found[-1], last=place, conditions=(*found[-1].conditions, condition))
        else:
            found.append(Clause(place, place, (condition,)))
    return found


def either(draft: Draft, clauses: list[Clause]) -> Draft:
    """The draft with the conditions of these clauses as one."""
    conditions = [condition for clause in clauses for condition in clause.conditions]
    where = tuple(one for one in draft.query.where if one not in conditions)
    having = tuple(one for one in draft.query.having if one not in conditions)
    if all(one in draft.query.having for one in conditions):
        return draft.use(having=(*having, Either(tuple(map(together, clauses)))))
    owners = {one.left.owner for one in comparisons_of(tuple(conditions))}
    of_one = len(owners) == 1 and not any(one in draft.query.having for one in conditions)
    parts = tuple(together(clause) if of_one else member(draft, clause) for clause in clauses)
    if len(having) == len(draft.query.having):
        return draft.use(where=(*where, Either(parts)))
    counted = {one.left.owner for one in comparisons_of(tuple(conditions)) if one in draft.query.having}
    tables = tuple(name for name in draft.query.tables if name == draft.focus or name not in counted)
    group = draft.query.group if having else ()
    return draft.use(where=(*where, Either(parts)), having=having, group=group, tables=tables)


def together(clause: Clause) -> Condition:
    return clause.conditions[0] if len(clause.conditions) == 1 else All(clause.conditions)


def member(draft: Draft, clause: Clause) -> Condition:
    """The clause, said of each row: "with more than 5 orders" as being among those that have more than 5.

    So is what another table's rows tell, for a row without any of them may be meant by the other alternative.
    """
    grouped = tuple(
        one for one in clause.conditions if isinstance(one, Comparison) and one in draft.query.having
    )
    key = draft.query.group if grouped else draft.key(draft.focus) if draft.focus else ()
    others = {one.left.owner for one in comparisons_of(clause.conditions)} - {draft.focus}
    if len(key) != 1 or not (grouped or (others and all(is_beside(draft, name) for name in others))):
        return together(clause)
    return among(key, grouped, *(one for one in clause.conditions if one not in grouped))


def is_beside(draft: Draft, table: str) -> bool:
    """Whether a row of the focus may have several of the table, of which nothing else is asked."""
    path = draft.graph.path((draft.focus,), table) or ()
    named = any(
        draft.free(place) and draft.is_table(place) and draft.table_at(place) == table
        for place in range(len(draft.mentions))
    )
    return any(join.many for join in path) and not named


def read_two_lists(draft: Draft) -> Draft:
    """ "Names of customers and suppliers": rows of two tables below each other, of which no Query can be made.

    Where a key of one points at the other, the pairs may be meant; where neither does, they are not.
    """
    for place in range(len(draft.mentions)):
        second = draft.skip(place + 1, LISTING)
        joins = {draft.lemma(where) for where in range(place + 1, second)} & {"and", "or"}
        if not joins or not draft.is_table(place) or not draft.is_table(second):
            continue
        pair = draft.table_at(place), draft.table_at(second)
        listed = draft.lemma(draft.skip(place - 1, LISTING, step=-1)) == "of"
        behind = draft.lemma(second + 1) in ("", "in", "from", "with", ".", "?", "who", "that")
        if listed and behind and draft.free(place) and draft.graph.distance(*pair) >= APART_AT:
            text = " ".join(mention.text for mention in draft.mentions[place : second + 1])
            return replace(draft, beyond=(*draft.beyond, text))
    return draft
