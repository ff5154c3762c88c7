"""Roles: "the manager of Clara", "flights from Berlin to Rome", "home and away team", "more than their manager"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbchat_magic.linking.index import stem
from dbchat_magic.linking.kinds import is_comparable, is_number
from dbchat_magic.linking.names import name_words
from dbchat_magic.linking.stopwords import FUNCTION_WORDS
from dbchat_magic.linking.words import Word
from dbchat_magic.translators.offline.draft import JOINING, Draft
from dbchat_magic.translators.offline.joins import KEYS, Role, role_words
from dbchat_magic.translators.offline.lexicon import (
    COMPARISONS,
    COUNTS,
    NEGATIONS,
    ROLES,
    SUBORDINATES,
    SUPERIORS,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Condition, Either, Term
from dbchat_magic.translators.offline.readers.averages import compared_column

POINTING = frozenset("the a an their his her its each every respective corresponding own".split())

BEFORE_VALUE = frozenset("the a an be by to at in on named called name directly any city".split()) | NEGATIONS
"""What may stand between a role and who or what has it."""

PEOPLE = frozenset({"person", "someone", "somebody", "everyone", "everybody"})
"""Who is asked for where the role says of which table: "people who report to Clara"."""

PREPOSITIONS = frozenset({"from", "to"})

LEADING = frozenset("manage manages supervise supervises leads".split())
"""Verbs whose object is not the superior: "who manages Clara"."""

WHOLE = 0.95
"""A column whose name fits as well is meant itself, not what it points at."""

REACH = 6
"""Words at most between a role and a value."""


def read_roles(draft: Draft) -> Draft:
    """Tables that take part once more, as what a key of the table asked about points at."""
    if not roles_of(draft):
        return draft
    for read in (
        read_same_role,
        read_compared_roles,
        read_values_in_roles,
        read_subordinates,
        read_shown_roles,
    ):
        draft = read(draft)
    return draft


def roles_of(draft: Draft) -> tuple[Role, ...]:
    """The roles that the table asked about gives, then those of other tables named."""
    owners = dict.fromkeys((draft.focus, *draft.mentioned_tables().values()))
    return tuple(role for owner in owners for role in draft.graph.roles.get(owner, ()))


# ------------------------------------------------------------------------------------------------ who has a role


def read_values_in_roles(draft: Draft) -> Draft:
    """ "whose manager is Clara Weber", "managed by Clara", "from Berlin": values of the table in its role."""
    for run in value_runs(draft):
        said = role_before(draft, run[0]) or role_behind(draft, run[-1])
        if said is None:
            continue
        draft = restrict_in_role(draft, said, run)
    return draft


def value_runs(draft: Draft) -> Iterator[list[int]]:
    """Values that stand together, "Clara Weber", by their places."""
    run: list[int] = []
    for place in range(len(draft.mentions) + 1):
        if draft.free(place) and draft.is_value(place):
            run.append(place)
        elif run:
            yield run
            run = []


@dataclass(frozen=True)
class Said:
    """A role, the mentions that say it, and whether they deny it."""

    role: Role
    places: tuple[int, ...]
    denied: bool = False


def role_before(draft: Draft, value: int) -> Said | None:
    """The role that the words before a value say; between them its table and its columns may be named."""
    passed: list[int] = []
    denied = False
    for place in range(value - 1, max(-1, value - REACH), -1):
        found = role_at(draft, place)
        if draft.mentions[place].text.lower() in LEADING:
            return None
        if found is not None and (draft.lemma(place) not in PREPOSITIONS or found.owner != found.target):
            verb = (
                [place - 1]
                if draft.lemma(place) in PREPOSITIONS and role_at(draft, place - 1) == found
                else []
            )
            first = place - len(verb)
            negations = [before for before in (first - 1, first - 2) if draft.lemma(before) in NEGATIONS]
            return Said(found, (place, *verb, *passed, *negations[:1]), denied or bool(negations))
        if draft.lemma(place) in NEGATIONS:
            denied = True
        if draft.lemma(place) not in BEFORE_VALUE and not belongs_to_role(draft, place):
            return None
        passed.append(place)
    return None


def role_behind(draft: Draft, value: int) -> Said | None:
    """ "did Anna send": what somebody does says the role."""
    role = role_at(draft, value + 1)
    acts = {draft.lemma(where) for where in range(value)} & {"do", "have"}
    return Said(role, (value + 1,)) if role and acts and role.owner != role.target else None


def belongs_to_role(draft: Draft, place: int) -> bool:
    """Whether the mention is the table of a role or one of its columns."""
    targets = {role.target for role in roles_of(draft)}
    mention = draft.mentions[place]
    return any(link.table in targets for link in (*mention.tables, *mention.columns))


def role_at(draft: Draft, place: int) -> Role | None:
    """The role that the words at a place say; the name of another table says none."""
    if not draft.free(place):
        return None
    words = draft.mentions[place].words
    fitting = [role for role in roles_of(draft) if all_said(role, words)]
    if draft.is_table(place):
        fitting = [role for role in fitting if is_more_than_table(draft, place, role)]
    return max(fitting, key=lambda role: len(role_words(role)), default=None)


def is_more_than_table(draft: Draft, place: int, role: Role) -> bool:
    """Whether what reads as a table says a role: "home team", "sender"; "Kyle's friends", which are kept in friends."""
    if draft.table_at(place) == role.owner:
        return bool(owner_run(draft, place))
    said = set(draft.mentions[place].lemma.split())
    return draft.table_at(place) == role.target and (
        bool(said & set(name_words(draft.table(role.target).local)) and said & set(role_words(role)))
        or any(said & group for group in ROLES)
    )


def all_said(role: Role, words: tuple[Word, ...]) -> bool:
    """Whether each word of the role's name is said, in this or another form."""
    names = [word for word in role_words(role) if word not in FUNCTION_WORDS] or list(role_words(role))
    return all(any(means(word, name) for word in words) for name in names)


def means(word: Word, name: str) -> bool:
    """ "managed" and "boss" mean a manager, "destination" what is called dest."""
    said = {word.lemma, word.text.lower()}
    if name in said or stem(name) in {stem(form) for form in said}:
        return True
    return any(name in group and said & group for group in ROLES)


def restrict_in_role(draft: Draft, said: Said, run: list[int]) -> Draft:
    """The conditions that the values make on the table in its role, or on the key itself where it holds them."""
    conditions: list[Condition] = []
    for place in run:
        column = column_in_role(draft, said, place)
        if column is None:
            return draft
        ref, value = column
        conditions.append(Comparison(Term(ref), "<>" if said.denied else "=", (value,)))
    if said.denied and len(conditions) > 1:
        conditions = [Either(tuple(conditions))]
    people = [place for place in range(run[0]) if draft.free(place) and draft.lemma(place) in PEOPLE]
    draft = draft.use(
        *said.places,
        *run,
        *people,
        tables=tuple(dict.fromkeys((draft.focus, said.role.owner, *draft.query.tables))),
    )
    for condition in conditions:
        draft = draft.restrict(condition, *run)
    return draft


def column_in_role(draft: Draft, said: Said, place: int) -> tuple[ColumnRef, object] | None:
    """The column that holds the value, and the value in the data's own spelling."""
    role, links = said.role, draft.mentions[place].values
    direct = [link for link in links if (link.table, link.column) == (role.owner, role.column)]
    if direct:
        return ColumnRef(role.owner, role.column), direct[0].value
    held = [link for link in links if link.table == role.target]
    named = {(link.table, link.column) for where in said.places for link in draft.mentions[where].columns[:3]}
    column = draft.choose_link(place, [link for link in held if (link.table, link.column) in named] or held)
    if column is None:
        return None
    spelt = next(link.value for link in held if link.column == column.column)
    return ColumnRef(role, column.column), spelt


def read_subordinates(draft: Draft) -> Draft:
    """ "the subordinates of Clara", "Clara's direct reports": who has her for a superior."""
    role = next((role for role in roles_of(draft) if is_superior(role)), None)
    for place in range(len(draft.mentions)):
        if role is None or draft.lemma(place) not in SUBORDINATES or not draft.free(place):
            continue
        run = owner_run(draft, place)
        if run:
            direct = [place - 1] if draft.lemma(place - 1) == "direct" else []
            return restrict_in_role(draft, Said(role, (place, *direct)), run)
    return draft


def is_superior(role: Role) -> bool:
    return role.owner == role.target and bool(SUPERIORS.intersection(role_words(role)))


def owner_run(draft: Draft, place: int) -> list[int]:
    """The values behind "of" or before "'s" that say whose something is."""
    for run in value_runs(draft):
        behind = draft.lemma(place + 1) in ("of", "for") and draft.skip(place + 2, POINTING) == run[0]
        before = draft.skip(run[-1] + 1, ("'s", "’s", "'", "’", "direct")) == place > run[-1] + 1
        if behind or before:
            return run
    return []


# --------------------------------------------------------------------------------------------- roles compared


def read_compared_roles(draft: Draft) -> Draft:
    """ "who earn more than their manager", "hired before their manager": a column of the row and of the role."""
    for start, end, phrase in draft.phrases(COMPARISONS):
        place = draft.skip(end, POINTING)
        role = role_at(draft, place) if place > end else None
        op = COMPARISONS[phrase]
        if role is None or op not in ("<", ">", "<=", ">="):
            continue
        before = draft.choose_column(start - 1, is_comparable) if draft.is_column(start - 1) else None
        column, places = (before, [start - 1]) if before else compared_column(draft, start, place, phrase)
        if column is None or column.table not in (role.owner, role.target):
            continue
        other = Term(ColumnRef(role, column.column))
        condition = Comparison(Term(ColumnRef(role.owner, column.column)), op, other=other)
        if role.owner == role.target:
            draft = draft.restrict(condition, *range(start, place + 1), *places)
    return draft


def read_same_role(draft: Draft) -> Draft:
    """ "in the same city as their manager"; "whose source and destination are in the same country"."""
    same = draft.first(
        range(len(draft.mentions)), lambda place: draft.lemma(place) == "same" and draft.free(place)
    )
    if same is None:
        return draft
    roles = [(place, role) for place in range(len(draft.mentions)) if (role := role_at(draft, place))]
    pairs = [role for _, role in roles if role.owner != role.target]
    column = draft.choose_column(same + 1) if draft.is_column(same + 1) else None
    if len(set(pairs)) == 2 and column is not None and column.table == pairs[0].target:
        left, right = (ColumnRef(role, column.column) for role in dict.fromkeys(pairs))
    elif len(roles) == 1 and draft.lemma(same + 2) == "as" and column is not None:
        left, right = column, ColumnRef(roles[0][1], column.column)
        if roles[0][1].target != column.table or draft.skip(same + 3, POINTING) != roles[0][0]:
            return draft
    elif (
        len(roles) == 1
        and draft.lemma(same + 2) == "as"
        and (shared := shared_key(draft, same + 1, roles[0][1]))
    ):
        left, right = shared, ColumnRef(roles[0][1], shared.column)
    else:
        return draft
    behind = [same + 2] if draft.lemma(same + 2) == "as" else []
    condition = Comparison(Term(left), "=", other=Term(right))
    return draft.restrict(condition, same, same + 1, *behind, *(place for place, _ in roles))


def shared_key(draft: Draft, place: int, role: Role) -> ColumnRef | None:
    """ "the same store as their manager": the key that points at the table."""
    if not draft.is_table(place) or role.owner != role.target:
        return None
    for join in draft.graph.edges.get(role.owner, ()):
        if join.new == draft.table_at(place) and len(join.pairs) == 1 and not join.many:
            return ColumnRef(role.owner, join.pairs[0][0])
    return None


# ------------------------------------------------------------------------------------------------- roles shown


def read_shown_roles(draft: Draft) -> Draft:
    """ "the name of the manager", "their managers", "home and away team": the table in its role is shown."""
    for place in range(len(draft.mentions)):
        role = role_at(draft, place)
        if role is None or draft.lemma(place) in PREPOSITIONS or not is_shown(draft, place, role):
            continue
        places, columns = columns_in_role(draft, place, role)
        shown = [ColumnRef(role, column) for column in columns] or known_by(draft, role)
        if not shown or (not places and is_column_itself(draft, place, role)):
            continue
        subject = subject_labels(draft.use(*places), place, role)
        draft = draft.use(
            place,
            *places,
            select=tuple(dict.fromkeys((*draft.query.select, *subject, *map(Term, shown)))),
            tables=tuple(dict.fromkeys((role.owner, *draft.query.tables))),
        )
    return draft


def is_shown(draft: Draft, place: int, role: Role) -> bool:
    """Whether a mention of a role asks for it: it is not counted, not what groups, and not the key itself."""
    mention = draft.mentions[place]
    before = draft.skip(place - 1, POINTING - {"each", "every"}, step=-1)
    if any(end == before + 1 or end == place for _, end, _ in draft.phrases(COUNTS)):
        return False
    bare = before == place - 1
    if draft.lemma(before) in (
        "each",
        "every",
        "per",
        "by",
        "which",
        "most",
        "have",
        "without",
        "no",
        "least",
    ):
        return False
    if bare and draft.lemma(before) in ("with", "have", "without"):
        return False  # "departments with managers"
    if set(mention.lemma.split()) & KEYS:
        return False
    if draft.is_table(place) and draft.table_at(place) == role.owner:
        return bool(owner_run(draft, place)) and not draft.query.group
    is_noun = mention.columns and (mention.columns[0].table, mention.columns[0].column) == (
        role.owner,
        role.column,
    )
    asks = draft.lemma(0) == "who" and any(draft.is_value(where) for where in range(len(draft.mentions)))
    return (
        bool(is_noun)
        or asks
        or draft.is_table(place + 1)
        or draft.is_column(place + 1)
        or is_paired(draft, place)
    )


def is_column_itself(draft: Draft, place: int, role: Role) -> bool:
    """Whether the words are the very name of the key's column."""
    return any(
        link.score >= WHOLE and (link.table, link.column) == (role.owner, role.column)
        for link in draft.mentions[place].columns[:3]
    )


def known_by(draft: Draft, role: Role) -> list[ColumnRef]:
    """What the table in its role is known by; the key itself where that tells something: an airport's code."""
    if role.owner != role.target and not is_number(draft.column(ColumnRef(role.owner, role.column))):
        return [ColumnRef(role.owner, role.column)]
    return [ColumnRef(role, name) for name in label_names(draft, role)]


def is_paired(draft: Draft, place: int) -> bool:
    """The home of "home and away team"."""
    after = draft.skip(place + 1, ("and", "or", ","))
    return after > place + 1 and role_at(draft, after) is not None


def columns_in_role(draft: Draft, place: int, role: Role) -> tuple[list[int], list[str]]:
    """The columns named behind ("manager's salary") or before ("name and salary of the manager"), with their places."""
    places: list[int] = []
    after = place + 1
    while is_paired(draft, after - 1):  # "home and away team names"
        after = draft.skip(after, ("and", "or", ",")) + 1
    while draft.lemma(after) in ("'s", "’s", "'", "’") or (
        draft.is_table(after) and draft.table_at(after) == role.target
    ):
        places.append(after)
        after += 1
    column = column_of(draft, after, role.target)
    if column:
        return [*places, after], [column] if draft.lemma(after) != "name" else label_names(draft, role)
    of = draft.skip(place - 1, POINTING, step=-1)
    if run := owner_run(draft, place):  # "salary of Clara's manager"
        of = min(of, run[0] - 1)
    if draft.lemma(of) not in ("of", "for"):
        return places, []
    before = of - 1
    columns: list[str] = []
    while draft.free(before) and (column := column_of(draft, before, role.target)):
        columns.insert(0, column)
        places.append(before)
        if draft.lemma(before) == "name":
            return places, label_names(draft, role)
        before = draft.skip(before - 1, JOINING, step=-1)
    return places, columns


def label_names(draft: Draft, role: Role) -> list[str]:
    return [label.column.column for label in draft.labels(role.target) if label.column]


def column_of(draft: Draft, place: int, table: str) -> str:
    """The column of the table that a place names, if any."""
    if not draft.free(place) or not draft.is_column(place):
        return ""
    keys = {role.column for role in roles_of(draft)}
    links = [
        link for link in draft.mentions[place].columns if link.table == table and link.column not in keys
    ]
    return links[0].column if links else ""


def subject_labels(draft: Draft, place: int, role: Role) -> tuple[Term, ...]:
    """The label of the employees in "employees with their managers", where none of their columns is named."""
    subject = next(
        (where for where in range(place) if draft.is_table(where) and draft.table_at(where) == role.owner),
        None,
    )
    if subject is None or any(draft.is_column(where) and draft.free(where) for where in range(place)):
        return ()
    between = {draft.lemma(where) for where in range(subject + 1, place)}
    listed = JOINING | POINTING | {"with", "along", "together", "of", "name"}
    return draft.labels(role.owner) if between <= listed and between & {"with", "and", ","} else ()


def persons(draft: Draft, column: ColumnRef) -> tuple[Term, ...]:
    """What the rows are known by that a key means, where the question says "manager" and not "manager id"."""
    role = next(
        (role for role in draft.graph.roles.get(column.table, ()) if role.column == column.column), None
    )
    if role is None:
        return ()
    saying = [
        place
        for place, mention in enumerate(draft.mentions)
        if any((link.table, link.column) == (column.table, column.column) for link in mention.columns[:3])
    ]
    if not saying or any(
        is_column_itself(draft, place, role) or set(draft.lemma(place).split()) & KEYS for place in saying
    ):
        return ()
    return tuple(Term(shown) for shown in known_by(draft, role))
