"""Draft: a question being read: its mentions, what has been read so far and the Query that comes of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.linking.index import Link
from dbchat_magic.linking.kinds import is_comparable, known_columns, points_elsewhere
from dbchat_magic.linking.mentions import Mention
from dbchat_magic.linking.names import name_words
from dbchat_magic.translators.offline.joins import APART, JoinGraph, table_of
from dbchat_magic.translators.offline.lexicon import ADJECTIVES, OPPOSITES, PARTICIPLES
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Condition, Query, Term, tables_of

Wanted = Callable[[Table, Column], bool]

ARTICLES = frozenset({"a", "an", "the"})

JOINING = frozenset(
    "and , or the a an all their its his her both also as well respective corresponding".split()
)
"""Words between the columns of one list."""

OWNING = frozenset({"of", "for", "in", "from", "each", "every", "to", "on", "by", "about"})
"""Words between a column and the table it belongs to."""


SOLD = frozenset({"sell", "ordered", "bought", "buy", "purchased"})
"""Behind a column they say that it is one of sales: "quantity sold"."""

SELLING = frozenset({"order", "sale", "invoice", "purchase"})
"""Words in the names of tables of sales."""

PhraseBook = dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@lru_cache(maxsize=256)
def phrase_book(phrases: tuple[str, ...]) -> PhraseBook:
    """The phrases as words, by their first one, longest first."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase in sorted(phrases, key=lambda phrase: -len(phrase.split())):
        words = tuple(phrase.split())
        by_first.setdefault(words[0], []).append((words, phrase))
    return {first: tuple(entries) for first, entries in by_first.items()}


@dataclass(frozen=True)
class Draft:
    """What readers take and give back: none changes it, each returns the next."""

    mentions: tuple[Mention, ...]
    schema: Schema
    graph: JoinGraph
    today: datetime.date
    query: Query = Query()
    used: frozenset[int] = frozenset()
    """Places of the mentions that a reader has understood."""
    focus: str = ""
    """The table that the question is about."""
    near: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    """Words that the database does not use, with how near the nearest word that it does use is."""
    rank: int = 0
    """How many other tables are likelier to be that."""
    clauses: tuple[tuple[int, Condition], ...] = ()
    """Where in the question each condition stands."""
    guesses: tuple[str, ...] = ()
    """What was decided without a word of the question saying so."""
    goes_on: bool = False
    """It is a follow-up: what it does not say was said before."""
    before: Query = Query()
    """What was said before, where it is a follow-up."""
    second_choice: bool = False
    """One of its words is read as the second-best column that it may mean."""
    points_back: bool = False
    """It speaks of what was asked before, and is read as if it stood alone."""
    demand: int = 0
    """Where the last sentence that says what to show begins ("…? Return the name and the total."); 0: nowhere."""
    beyond: tuple[str, ...] = ()
    """Phrases that are understood and of which no Query can be made."""
    labelled: bool = False
    """What is shown of the rows was decided so too."""
    unsure: tuple[Term, Term] | None = None
    """A number that was asked for, and another that may be meant as well: a sum and an average."""

    def about(self, focus: str) -> Draft:
        """The draft for a question about this table: what nothing connects with it cannot be meant."""

        def connected(links: tuple[Link, ...]) -> tuple[Link, ...]:
            return tuple(link for link in links if self.graph.distance(focus, link.table) < APART)

        mentions = tuple(
            replace(
                mention,
                tables=connected(mention.tables),
                columns=connected(mention.columns),
                values=connected(mention.values),
            )
            if mention.linked
            else mention
            for mention in self.mentions
        )
        return replace(self, focus=focus, mentions=mentions)

    def use(self, *places: int, guess: str = "", **query: Any) -> Draft:
        """The draft with more mentions understood and parts of its query replaced."""
        return replace(
            self,
            used=self.used | frozenset(places),
            query=replace(self.query, **query),
            guesses=(*self.guesses, guess) if guess else self.guesses,
        )

    def restrict(self, condition: Condition, *places: int, guess: str = "") -> Draft:
        """The draft with one more condition that all rows must meet, read at these places."""
        draft = self.use(*places, guess=guess, where=(*self.query.where, condition))
        return replace(draft, clauses=(*self.clauses, (min(places, default=0), condition)))

    def restrict_groups(self, condition: Comparison, *places: int, **query: Any) -> Draft:
        """The draft with one more condition that all groups must meet, read at these places."""
        draft = self.use(*places, having=(*self.query.having, condition), **query)
        return replace(draft, clauses=(*self.clauses, (min(places, default=0), condition)))

    def lemma(self, place: int) -> str:
        """The words at a place; "" outside the question."""
        return self.mentions[place].lemma if 0 <= place < len(self.mentions) else ""

    def free(self, place: int) -> bool:
        return 0 <= place < len(self.mentions) and place not in self.used

    def phrases(self, phrases: Iterable[str]) -> Iterator[tuple[int, int, str]]:
        """(start, end, phrase) of each phrase in the question, longest first at each place, none overlapping."""
        book = phrase_book(tuple(phrases))
        place = 0
        while place < len(self.mentions):
            word = self.mentions[place].words[0]
            for words, phrase in (*book.get(word.lemma, ()), *book.get(word.text.lower(), ())):
                end = self.phrase_end(place, words)
                if end:
                    yield place, end, phrase
                    place = end - 1
                    break
            place += 1

    def phrase_end(self, place: int, words: tuple[str, ...]) -> int:
        """The place after the phrase when it begins here; else 0."""
        for position, word in enumerate(words):
            while position and self.lemma(place) in ARTICLES and word not in ARTICLES and self.free(place):
                place += 1
            if not self.free(place):
                return 0
            mention = self.mentions[place]
            if len(mention.words) != 1 or word not in (mention.words[0].lemma, mention.words[0].text.lower()):
                return 0
            place += 1
        return place

    def phrase_at(self, place: int, phrases: Iterable[str]) -> tuple[int, str] | None:
        """(the place behind it, the phrase) when one of the phrases begins here."""
        return next(((end, phrase) for start, end, phrase in self.phrases(phrases) if start == place), None)

    def skip(self, place: int, words: Container[str], step: int = 1) -> int:
        """The first place from here on (back with step -1) whose word is none of these."""
        while self.lemma(place) in words:
            place += step
        return place

    def first(self, places: Iterable[int], test: Callable[[int], bool]) -> int | None:
        """The first of the places that passes the test."""
        return next((place for place in places if 0 <= place < len(self.mentions) and test(place)), None)

    def is_table(self, place: int) -> bool:
        """Whether the mention is best read as a table."""
        if not 0 <= place < len(self.mentions):
            return False
        mention = self.mentions[place]
        if not mention.tables:
            return False
        rival = max((links[0].score for links in (mention.columns, mention.values) if links), default=0.0)
        one_of = mention.text.lower() == mention.lemma and self.lemma(place + 1) == "of"
        if one_of and mention.columns and mention.columns[0].score == rival:
            return mention.tables[0].score > rival  # "the address of store 1" is a column
        return mention.tables[0].score >= rival

    def is_plural(self, place: int) -> bool:
        """Whether the word is not said in its dictionary form: "orders"."""
        return self.mentions[place].text.lower() != self.lemma(place)

    def is_participle(self, place: int) -> bool:
        """Whether the word looks like one: "ordered", "paid"."""
        text = self.mentions[place].text.lower()
        return text.endswith("ed") or text in PARTICIPLES

    def is_done(self, place: int) -> bool:
        """Whether it is a participle that says nothing about the data: the "placed" of "orders placed in May"."""
        return self.free(place) and not self.mentions[place].linked and self.is_participle(place)

    def is_column(self, place: int) -> bool:
        """Whether the mention is best read as a column."""
        if not 0 <= place < len(self.mentions):
            return False
        mention = self.mentions[place]
        if not mention.columns or self.is_table(place):
            return False
        return not mention.values or mention.columns[0].score >= mention.values[0].score - 0.02

    def is_value(self, place: int) -> bool:
        """Whether the mention is best read as a value of the data."""
        if not 0 <= place < len(self.mentions):
            return False
        mention = self.mentions[place]
        return mention.quoted or bool(
            mention.values and not self.is_table(place) and not self.is_column(place)
        )

    def table_at(self, place: int) -> str:
        """The table meant there; of several that fit as well, the one nearest to the focus."""
        links = self.mentions[place].tables
        if len(links) == 1:
            return links[0].table
        near = {link.table: min(self.graph.distance(self.focus, link.table), 4) for link in links}

        def fit(link: Link) -> float:
            return (
                link.score - 0.05 * near[link.table] + 0.2 * self.says_schema(self.table(link.table).schema)
            )

        return max(links, key=fit).table

    def says_schema(self, name: str) -> bool:
        """Whether the question names this schema beside the word: "orders in the hr schema"."""
        if not name:
            return False
        lemmas = [mention.lemma for mention in self.mentions]
        return any(
            lemma == name.lower()
            and "schema" in (*lemmas[max(0, place - 1) : place], *lemmas[place + 1 : place + 2])
            for place, lemma in enumerate(lemmas)
        )

    def tables_with_dates(self) -> list[str]:
        """Where a date that is not named may be: the focus, tables named, then what they point at, largest first.

        Before all of them those of a metric: "revenue in 2024" is of orders in 2024, whoever placed them.
        """
        metrics = [name for mention in self.mentions if mention.metric for name in mention.metric.tables]
        taking_part = (self.focus, *self.mentioned_tables().values(), *tables_of(self.query))
        named = [name for name in taking_part if name]
        return list(dict.fromkeys([*metrics, *self.pointed_at(metrics), *named, *self.pointed_at(named)]))

    def pointed_at(self, tables: Iterable[str]) -> list[str]:
        """The tables that these point at, largest first."""
        pointed = [join.new for name in tables for join in self.graph.edges.get(name, ()) if not join.many]
        return sorted(pointed, key=lambda name: -(self.table(name).rows or 0))

    def mentioned_tables(self) -> dict[int, str]:
        """The tables that the question names, by place."""
        return {place: self.table_at(place) for place in range(len(self.mentions)) if self.is_table(place)}

    def key(self, table: str) -> tuple[ColumnRef, ...]:
        """The columns that tell the rows of a table apart."""
        found = self.table(table)
        return tuple(ColumnRef(table, name) for name in found.primary_key or (found.columns[0].name,))

    def labels(self, table: str) -> tuple[Term, ...]:
        """What people know the rows of a table by; empty when nothing looks like it."""
        columns = known_columns(self.table(table), self.schema.values)
        return tuple(Term(ColumnRef(table, column.name)) for column in columns)

    def known_by(self, table: str) -> tuple[Term, ...]:
        """The labels of a table, else its key."""
        return self.labels(table) or tuple(Term(column) for column in self.key(table))

    def table(self, name: str) -> Table:
        table = self.schema.table(table_of(name))
        assert table is not None, name
        return table

    def column(self, ref: ColumnRef) -> Column:
        column = self.table(ref.table).column(ref.column)
        assert column is not None, ref
        return column

    def choose_column(self, place: int, wanted: Wanted | None = None) -> ColumnRef | None:
        """The column meant at a place: well named, and of a table that the words around it point to."""
        return self.choose_link(place, self.mentions[place].columns, wanted)

    def choose_link(
        self, place: int, links: Iterable[Link], wanted: Wanted | None = None
    ) -> ColumnRef | None:
        """The column of the best link, seen from a place in the question; None when none is wanted."""
        owner, nearby = self.owner_of(place), self.nearest_table(place)
        named = set(self.mentioned_tables().values())
        is_sold = self.lemma(place + 1) in SOLD

        def fit(link: Link) -> float:
            table = self.table(link.table)
            column = table.column(link.column)
            score = link.score
            score += 0.3 * (link.table == owner) + 0.12 * (link.table == nearby)
            score += 0.2 * (ColumnRef(link.table, link.column) in self.query.group)
            score += 0.15 * (link.table == self.focus) + 0.08 * (link.table in named)
            around = {name for name in (owner, nearby, self.focus) if name} or named
            if around:
                score -= 0.04 * min(5, *(self.graph.distance(link.table, name) for name in around))
            if column is not None and points_elsewhere(table, column):
                score -= 0.03
            return score + 0.2 * (is_sold and bool(SELLING.intersection(name_words(table.local))))

        fitting = [
            link
            for link in links
            if wanted is None
            or wanted(self.table(link.table), self.column(ColumnRef(link.table, link.column)))
        ]
        best = max(fitting, key=fit, default=None)
        return ColumnRef(best.table, best.column) if best else None

    def owner_of(self, place: int) -> str:
        """The table to which grammar ties a column: "names of students", "students' names", "student names"."""
        return self._owner_after(place) or self._owner_before(place)

    def _owner_after(self, place: int) -> str:
        """ "age and name of all the students": the table behind the list and an "of"."""
        tied, unknown = False, 0
        for after in range(place + 1, len(self.mentions)):
            lemma = self.lemma(after)
            if lemma in OWNING:
                tied = True
            elif self.is_table(after):
                return self.table_at(after) if tied else ""
            elif lemma in JOINING or (self.is_column(after) and not tied):
                continue
            elif tied and unknown < 2 and lemma.isalpha():
                unknown += 1  # "names of female students"
            else:
                return ""
        return ""

    def _owner_before(self, place: int) -> str:
        """ "the students' age and name": the table before the list."""
        for before in range(place - 1, -1, -1):
            lemma = self.lemma(before)
            if self.is_table(before):
                return self.table_at(before)
            if (
                lemma not in JOINING
                and lemma
                not in ("'s", "'", "’s", "’", "whose", "with", "have", "that", "by", "distinct", "different")
                and not self.is_column(before)
            ):
                return ""
        return ""

    def nearest_table(self, place: int) -> str:
        """The table named last before a place, else the next one."""
        named = self.mentioned_tables()
        before = [where for where in named if where < place]
        after = [where for where in named if where > place]
        return named[before[-1]] if before else named[after[0]] if after else ""

    def measured(self, adjective: str, *tables: str) -> tuple[ColumnRef, bool] | None:
        """The column of the first of these tables that an adjective or its opposite measures ("young": age).

        With whether more of it is more of the adjective that is not the opposite.
        """
        concepts = ADJECTIVES.get(OPPOSITES.get(adjective, adjective))
        for table in filter(None, tables if concepts else ()):
            found = self.concept(table, concepts or ())
            if found is not None:
                return found
        return None

    def concept(self, table: str, names: Iterable[tuple[str, bool]]) -> tuple[ColumnRef, bool] | None:
        """The first of these names that a column of the table has, with the flag beside it."""
        owner = self.table(table)
        for name, flag in names:
            for column in owner.columns:
                if is_comparable(owner, column) and set(name.split()) <= set(name_words(column.name)):
                    return ColumnRef(table, column.name), flag
        return None
