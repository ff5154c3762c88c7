"""NameIndex: from what people say to the tables and columns whose names say it."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

import snowballstemmer

from dbchat_magic.core.glossary import Metric
from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.linking.kinds import label_columns
from dbchat_magic.linking.names import (
    joined,
    name_words,
    partial_score,
    raw_words,
    spoken_forms,
    table_words,
)
from dbchat_magic.linking.words import lemma_of

STEMMER = snowballstemmer.stemmer("english")

ROLE = 0.78
"""How well the name of a column that points at a table names the table."""

LABEL = 0.9
"""How well "name" says the column by which people know a table's rows, whatever it is called."""

KEY = 0.95
"""How well "id" says a table's key, whatever it is called."""

KEY_WORDS = frozenset({"id", "code", "number", "key", "no"})

KEPT = 8
"""Schemas whose indexes are kept ready."""

LOWEST = 0.45
"""Links that fit worse are not kept."""


@dataclass(frozen=True)
class Link:
    """What a stretch of the question may mean, with how well it fits (0 to 1)."""

    table: str
    column: str = ""
    """Empty: the table itself."""
    value: str | None = None
    """The text in the data's own spelling; None: the column itself."""
    score: float = 1.0


class NameIndex:
    """Every table and column of a schema by the ways people say its name."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.vocabulary: set[str] = set()
        """The words of all names."""
        self._exact: dict[str, list[Link]] = defaultdict(list)
        self._bags: dict[tuple[str, ...], list[Link]] = defaultdict(list)
        self._stems: dict[tuple[str, ...], list[Link]] = defaultdict(list)
        self._owners = {table.name: name_words(table.local) for table in schema.tables}
        for table in schema.tables:
            self._add_table(table)
            for column in table.columns:
                self._add_column(table, column)
        for synonym in schema.glossary.synonyms:
            self._add(name_words(synonym.word), Link(synonym.table, synonym.column), named=True)
        self._metrics = {
            joined(name_words(name)): metric for metric in schema.glossary.metrics for name in metric.names
        }

    def find(self, words: tuple[str, ...]) -> list[Link]:
        """The tables and columns that these words (lemmas) say, best first."""
        words = tuple(part for word in words for part in word.split("_") if part)
        found: dict[tuple[str, str], Link] = {}
        for links, cost in (
            (self._exact.get(joined(words), []), 0.0),
            (
                self._bags.get(bag(words), []) if len(words) > 1 and words[:2] != ("number", "of") else [],
                0.04,
            ),
            (self._stems.get(stems(words), []), 0.1),
        ):
            for link in links:
                score = link.score - cost
                place = (link.table, link.column)
                if owned_by(words, self._owners[link.table]):
                    continue
                if score >= LOWEST and (place not in found or found[place].score < score):
                    found[place] = Link(link.table, link.column, score=score)
        return sorted(found.values(), key=lambda link: -link.score)

    def metric(self, words: tuple[str, ...]) -> Metric | None:
        """The metric of the user's glossary that is called so."""
        return self._metrics.get(joined(words))

    def shortened(self, word: str) -> list[Link]:
        """Tables and columns whose name shortens this word: "prereq" for "prerequisite"."""
        short = [
            known for known in self.vocabulary if 4 <= len(known) < len(word) - 1 and word.startswith(known)
        ]
        if not short:
            return []
        return [replace(link, score=link.score - 0.12) for link in self.find((max(short, key=len),))]

    def _add_table(self, table: Table) -> None:
        held = table_words(table.local)
        for words in {self._owners[table.name], raw_words(table.local), held}:
            for form, score in table_forms(words):
                self._add(form, Link(table.name, score=score), named=form == words)
        if table.schema:  # "hr orders", "hr.orders"
            for said in (
                (table.schema.lower(), *held),
                (lemma_of(f"{table.schema}.{table.local}".lower()),),
            ):
                self._add(said, Link(table.name), named=False)
        for column in label_columns(table, self.schema.values)[:1]:
            for form in (("name",), (*self._owners[table.name], "name")):
                self._add(form, Link(table.name, column.name, score=LABEL), named=False)

    def _add_column(self, table: Table, column: Column) -> None:
        owner = table_words(table.local)
        if table.primary_key == (column.name,):
            for form in (("id",), (*owner, "id")):
                self._add(form, Link(table.name, column.name, score=KEY), named=False)
        for words in {name_words(column.name), raw_words(column.name)}:
            for form, score in spoken_forms(words, owner):
                self._add(form, Link(table.name, column.name, score=score), named=form == words)
        self._add_role(table, column)
        if column.comment and len(column.comment) < 60:
            for form, score in spoken_forms(name_words(column.comment), ()):
                self._add(form, Link(table.name, column.name, score=score - 0.05), named=False)

    def _add_role(self, table: Table, column: Column) -> None:
        """ "student" of a column student_id that points at a table pupils is another name for a pupil."""
        targets = [key.target for key in table.foreign_keys if key.columns == (column.name,)]
        role = tuple(word for word in name_words(column.name) if word not in KEY_WORDS)
        if role and len(targets) == 1 and targets[0] != table.name:
            self._add(role, Link(targets[0], score=ROLE), named=False)

    def _add(self, form: tuple[str, ...], link: Link, *, named: bool) -> None:
        """One way to say it; `named`: it is the name itself, whose words may come in another order."""
        if link.score < LOWEST:
            return
        self.vocabulary.update(form)
        self._exact[joined(form)].append(link)
        if len(form) > 1 and named:
            self._bags[bag(form)].append(link)
        self._stems[stems(form)].append(link)


_kept: OrderedDict[int, NameIndex] = OrderedDict()
_lock, _stemming = Lock(), Lock()


def name_index(schema: Schema) -> NameIndex:
    """The index of a schema; the last KEPT ones are kept, since a large one takes seconds."""
    with _lock:
        found = _kept.get(id(schema))
        if found is None or found.schema is not schema:
            found = _kept[id(schema)] = NameIndex(schema)
        _kept.move_to_end(id(schema))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return found


def owned_by(words: tuple[str, ...], table: tuple[str, ...]) -> bool:
    """Whether the words name a table behind an "of": "id of the course" is a column and its table, not one name."""
    if "of" not in words:
        return False
    tail = words[words.index("of") + 1 :]
    tail = tail[1:] if tail[:1] == ("the",) else tail
    return bool(tail) and table[-len(tail) :] == tail


def table_forms(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The ways people say a table's name; its last word weighs most.

    >>> dict(table_forms(("available", "feature")))[("feature",)]
    0.8
    """
    yield words, 1.0
    for start in range(1, len(words)):
        yield words[start:], 0.92 - 0.12 * start
    for length in range(len(words) - 1, 0, -1):
        yield words[:length], min(0.7, partial_score(words, words[:length], 0))


def bag(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words whatever their order: "staff number" is "number of staff"."""
    return tuple(sorted(word for word in words if word not in ("of", "the", "in")))


def stems(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending, by Porter's second algorithm (Snowball, Porter 2001)."""
    with _stemming:  # the stemmer keeps the word it works on
        return str(STEMMER.stemWord(word))
