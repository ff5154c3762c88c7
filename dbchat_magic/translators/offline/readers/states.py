"""States: "unpaid bills", "tickets that are open", "overdue invoices": what has not been done yet to the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.linking.kinds import NO, is_date, is_flag, points_elsewhere
from dbchat_magic.linking.names import name_words
from dbchat_magic.linking.stopwords import FUNCTION_WORDS
from dbchat_magic.linking.words import lemma_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import (
    CLOSING,
    DUE,
    ENDING,
    FULFILLING,
    NOT,
    NOT_OPPOSITES,
    PARTICIPLES,
    PRESENT,
    RELATIVES,
    STATES,
)
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Term
from dbchat_magic.translators.offline.readers.dates import range_at

STILL = frozenset("still not currently yet already now all".split())
"""What may stand between "are" and a state."""

SHORTEST_STEM = 4

UNDONE = {"open": CLOSING, "active": ENDING, "current": ENDING}
"""States, each with what has not happened yet."""

HAVING_BEEN = frozenset({"have", "be", "been", "get", "already"})

ENDS = frozenset({"", ".", "?", "!"})

BEING = frozenset({"be", "remain", "stay", "leave"})


def read_states(draft: Draft) -> Draft:
    """A word for a state that a date, which may be missing, a missing key or a flag tells is a condition."""
    dated = any(range_at(draft, place) for place in range(len(draft.mentions)))
    for place in range(len(draft.mentions)):
        if not draft.free(place):
            continue
        day = None if dated else day_it_happened(draft, place)
        if day is not None:
            draft = draft.restrict(Comparison(Term(day), "is not null"), place)
            continue
        table = table_described(draft, place)
        if not table or not may_be_state(draft, place, table):
            continue
        for condition in conditions_of(draft, table, said_at(draft, place)):
            draft = draft.restrict(condition, place, *adverbs_before(draft, place))
    return draft


def day_it_happened(draft: Draft, place: int) -> ColumnRef | None:
    """The date of "discontinued products", "employees who left", which only those have that it happened to."""
    if not draft.is_participle(place) or not draft.is_column(place):
        return None
    day = draft.choose_column(place, is_event)
    if day is None or draft.choose_column(place) != day or asks_when(draft, place):
        return None
    described = draft.is_table(place + 1) and draft.table_at(place + 1) == day.table
    before = draft.skip(place - 1, HAVING_BEEN, step=-1)
    alone = draft.lemma(place + 1) in ENDS and draft.nearest_table(place) == day.table
    return day if described or (alone and draft.lemma(before) in RELATIVES) else None


def asks_when(draft: Draft, place: int) -> bool:
    """ "The date when the order was shipped"."""
    return any(draft.lemma(where) in ("when", "date", "day", "time") for where in range(place))


def read_done(draft: Draft) -> Draft:
    """ "Tickets closed per month": those that were."""
    for ref in draft.query.group:
        day = replace(ref, period="")
        happened = Comparison(Term(day), "is not null")
        if ref.period and draft.column(day).nullable and says_happened(draft, day):
            draft = draft if happened in draft.query.where else draft.restrict(happened)
    return draft


def says_happened(draft: Draft, day: ColumnRef) -> bool:
    """Whether the question has the verb that a date is called by."""
    return any(
        draft.is_participle(place) and is_named_by(draft, place, day) for place in range(len(draft.mentions))
    )


def is_named_by(draft: Draft, place: int, day: ColumnRef) -> bool:
    return any((link.table, link.column) == (day.table, day.column) for link in draft.mentions[place].columns)


def said_at(draft: Draft, place: int) -> str:
    """The word as the question has it, in lower case."""
    mention = draft.mentions[place]
    return (mention.reworded or mention.text).lower()


def may_be_state(draft: Draft, place: int, table: str) -> bool:
    """Whether no column of the table but a date, and no value, is called so."""
    mention = draft.mentions[place]
    if mention.quoted or mention.metric or draft.is_value(place) or draft.is_table(place):
        return False
    columns = [] if mention.reworded else [link for link in mention.columns if link.table == table]
    return all(is_date(draft.column(ColumnRef(link.table, link.column))) for link in columns)


def adverbs_before(draft: Draft, place: int) -> range:
    return range(draft.skip(place - 1, STILL - {"not"}, step=-1) + 1, place)


def table_described(draft: Draft, place: int) -> str:
    """The table of "unpaid invoices", "unpaid EUR invoices", "invoices that are unpaid"; "" where there is none."""
    for ahead in (place + 1, place + 2):
        if draft.is_table(ahead):
            return draft.table_at(ahead)
        if draft.lemma(ahead) in FUNCTION_WORDS:
            break
    return draft.nearest_table(place) if is_predicate(draft, place) else ""


def is_predicate(draft: Draft, place: int) -> bool:
    """ "… are still open"."""
    return draft.lemma(draft.skip(place - 1, STILL, step=-1)) in BEING


def conditions_of(draft: Draft, name: str, said: str) -> list[Comparison]:
    """What the state asks of the columns of a table; empty where none of them tells it."""
    table = draft.table(name)
    if said in UNDONE:
        return missing(table, name, columns_for(table, UNDONE[said], is_event))
    if said == "former":
        return [
            replace(one, op="is not null")
            for one in missing(table, name, columns_for(table, ENDING, is_event))
        ]
    if said == "overdue":
        due = columns_for(table, DUE, lambda _table, column: is_date(column))
        done = missing(table, name, columns_for(table, FULFILLING, is_event))
        late = [Comparison(Term(ColumnRef(name, column.name)), "<", (draft.today,)) for column in due]
        return [late[0], done[0]] if late and done else []
    positive = opposite_of(said)
    if not positive:
        return []
    closes = any(is_called(verb, verb_stems(positive)) for verb in CLOSING)
    for columns in (columns_for(table, (positive,), lacks), columns_for(table, CLOSING * closes, is_event)):
        if columns:
            return missing(table, name, columns)
    flags = columns_for(table, (positive,), lambda _table, column: is_flag(column))
    return [
        Comparison(Term(ColumnRef(name, column.name)), "=", (sample,))
        for column in flags[:1]
        for sample in column.samples
        if str(sample).lower() in NO
    ]


def missing(table: Table, name: str, columns: list[Column]) -> list[Comparison]:
    return [Comparison(Term(ColumnRef(name, column.name)), "is null") for column in columns[:1]]


def is_event(_table: Table, column: Column) -> bool:
    """Whether it tells when something was done, if it was."""
    return is_date(column) and column.nullable


def lacks(table: Table, column: Column) -> bool:
    """Whether a row without it has not been dealt with: "unassigned" without an assignee."""
    return column.nullable and (is_date(column) or points_elsewhere(table, column))


def columns_for(table: Table, verbs: Iterable[str], wanted: Callable[[Table, Column], bool]) -> list[Column]:
    """The columns that are called as one of the verbs is: closed_at for "close"."""
    stems = {stem for verb in verbs for stem in verb_stems(verb)}
    return [
        column
        for column in table.columns
        if wanted(table, column) and any(is_called(word, stems) for word in name_words(column.name))
    ]


def is_called(word: str, stems: set[str]) -> bool:
    """Whether a word of a name is a form of the verb with these stems, or what it begins with: TERM_DT."""
    return bool(stems & verb_stems(word)) or any(
        min(len(stem), len(word)) >= SHORTEST_STEM and (word.startswith(stem) or stem.startswith(word))
        for stem in stems
    )


def verb_stems(verb: str) -> set[str]:
    """What the forms of a verb begin with.

    >>> sorted(verb_stems("shipped")), sorted(verb_stems("closed")), sorted(verb_stems("paid"))
    (['ship', 'shippe', 'shipped'], ['clos', 'close', 'closed'], ['paid', 'pay'])
    """
    stems = {verb, lemma_of(verb)}
    if verb.endswith("ed"):
        bare = verb[:-2]
        stems |= {bare[:-1] if bare[-1:] == bare[-2:-1] else bare, verb[:-1]}
    return stems


def opposite_of(said: str) -> str:
    """The rest of a word that begins with a "not": "paid" of "unpaid"; "" where it does not."""
    for start in NOT:
        rest = said.removeprefix(start)
        if rest != said and said not in NOT_OPPOSITES and len(rest) >= SHORTEST_STEM:
            return rest
    return ""


# ------------------------------------------------------------------------------------- states not understood


def is_state(draft: Draft, place: int) -> bool:
    """Whether the word, which no reader used, says in what state the rows are: without it the answer is about others.

    "Overdue invoices", "accounts that cancelled", "which of them are dormant?".
    """
    said = said_at(draft, place)
    if said == "still" and draft.lemma(place - 1) == "be":
        return True
    known = said in STATES or is_undone(said)
    ends = draft.lemma(place + 1) in ENDS
    done = ends and place > 0 and draft.is_participle(place - 1)  # "delivered late"
    if known and (done or table_described(draft, place) or draft.lemma(place - 1) in RELATIVES):
        return True
    unlinked = not draft.mentions[place].linked and said.isalpha() and said not in PRESENT
    unlinked = unlinked and not said.endswith("ing")  # "majors that students are studying"
    return ends and unlinked and (is_predicate(draft, place) or draft.lemma(place - 1) in RELATIVES)


def is_undone(said: str) -> bool:
    """ "Unpaid", "unshipped", "inactive"."""
    rest = opposite_of(said)
    return rest.endswith("ed") or rest in PARTICIPLES or rest in STATES
