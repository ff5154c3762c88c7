"""Relevance: which tables and columns of a large schema a question may need, for whoever cannot read all of it.

Nothing needed should be lost, so every meaning of every stretch of the question counts, not only the best one.
"""

from __future__ import annotations

import datetime
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from dbchat_magic.core.schema import Schema
from dbchat_magic.linking.index import Link, NameIndex
from dbchat_magic.linking.likeness import likeness
from dbchat_magic.linking.mentions import Mention, candidate_spans
from dbchat_magic.linking.names import name_words
from dbchat_magic.linking.stopwords import FUNCTION_WORDS, OPERATOR_WORDS
from dbchat_magic.linking.words import Word, split_words

if TYPE_CHECKING:
    from dbchat_magic.linking.likeness import Vector

OF_COLUMN, OF_VALUE = 0.8, 0.85
"""What a link to a column, and to a value of it, says for its table, beside a link to the table itself."""
SOFT = 0.5
"""What likeness in meaning counts beside a link."""
NEAR = 0.35
"""Likeness of words below which they say nothing of each other."""
JOINING = 0.45
"""What is left of the weaker of two tables for one that joins them."""
NEIGHBOUR = 0.15
"""What is left of a table for those it points at, or that point at it."""
ANCHORS = 8
"""Tables whose connections are looked at."""
LONGEST_PATH = 3
"""Joins between two of them."""


@dataclass(frozen=True)
class Relevance:
    """How likely a question needs each part of a schema; only the order matters."""

    tables: Mapping[str, float]
    """Every table."""
    columns: Mapping[tuple[str, str], float]
    """Columns that something speaks for."""
    values: tuple[Link, ...] = ()
    """Values of the data that the question may name, best first."""

    def ranked(self) -> list[str]:
        """The tables, likeliest first."""
        return sorted(self.tables, key=lambda name: -self.tables[name])


def weigh_schema(texts: Sequence[str], names: NameIndex, today: datetime.date) -> Relevance:
    """How much each table and column has to do with a question; `texts` are the question and, where it follows
    others, those before it.
    """
    schema = names.schema
    tables: dict[str, float] = defaultdict(float, {table.name: 0.0 for table in schema.tables})
    columns: dict[tuple[str, str], float] = defaultdict(float)
    values: list[Link] = []
    for text in texts:
        words = split_words(text)
        mentions = [
            mention for spans in candidate_spans(words, names, today).values() for _, mention in spans
        ]
        for mention in mentions:
            add_links(mention, tables, columns)
            values.extend(mention.values)
        add_likeness(words, names, tables, columns)
    add_connections(schema, tables)
    return Relevance(dict(tables), dict(columns), best_values(values))


def add_links(mention: Mention, tables: dict[str, float], columns: dict[tuple[str, str], float]) -> None:
    """What names and values say. Where many tables have a column of that name, it speaks less for each."""
    length = 1 + 0.1 * (len(mention.words) - 1)
    for link in mention.tables:
        tables[link.table] += link.score * length
    for links, weight in ((mention.columns, OF_COLUMN), (mention.values, OF_VALUE)):
        shared = len({link.table for link in links}) ** 0.5
        seen: set[str] = set()
        for link in links:
            place = link.table, link.column
            columns[place] = max(columns[place], link.score)
            if link.table not in seen:
                seen.add(link.table)
                tables[link.table] += weight * link.score * length / max(shared, 1.0)


def add_likeness(
    words: Sequence[Word], names: NameIndex, tables: dict[str, float], columns: dict[tuple[str, str], float]
) -> None:
    """What words of like meaning say, by their vectors: "teacher" for instructor."""
    import numpy as np  # a tenth of a second

    asked = sorted({word.lemma for word in words if tells(word)})
    known = schema_words(names)
    if not asked or not len(known.starts):
        return
    near = likeness().vectors(asked) @ known.vectors.T
    near = np.where(near >= NEAR, near, 0.0)
    # The best word of each name, for each word that is asked.
    best = np.maximum.reduceat(near[:, known.words], known.starts, axis=1)
    for at in np.flatnonzero(best.max(axis=0)):
        table, column = known.places[at]
        if column:
            columns[table, column] = max(columns[table, column], SOFT * float(best[:, at].max()))
    weighed = np.where(known.is_column, OF_COLUMN * best, best)
    for name, found in zip(
        known.tables, np.maximum.reduceat(weighed, known.table_starts, axis=1).T, strict=True
    ):
        tables[name] += SOFT * float((found**2).sum())


@dataclass(frozen=True)
class SchemaWords:
    """The words of all names of a schema: those of a table, then those of each of its columns, table by table."""

    vectors: Vector
    """A row for each word of the vocabulary."""
    words: list[int]
    """The names' words, as places in the vocabulary, one name after the other."""
    starts: list[int]
    """Where each name begins among them."""
    places: list[tuple[str, str]]
    """The table and column that each name is of."""
    is_column: list[bool]
    tables: list[str]
    table_starts: list[int]
    """Where the names of each table begin."""


_kept: WeakKeyDictionary[NameIndex, SchemaWords] = WeakKeyDictionary()


def schema_words(names: NameIndex) -> SchemaWords:
    """The words of a schema's names; put together once."""
    if names not in _kept:
        _kept[names] = read_words(names.schema)
    return _kept[names]


def read_words(schema: Schema) -> SchemaWords:
    vocabulary: dict[str, int] = {}
    words: list[int] = []
    starts: list[int] = []
    places: list[tuple[str, str]] = []
    tables: list[str] = []
    table_starts: list[int] = []
    for table in schema.tables:
        named = [("", table.local), *((column.name, column.name) for column in table.columns)]
        spoken = [(column, name_words(name)) for column, name in named]
        first = len(starts)
        for column, parts in spoken:
            if parts:
                starts.append(len(words))
                places.append((table.name, column))
                words += [vocabulary.setdefault(part, len(vocabulary)) for part in parts]
        if len(starts) > first:
            tables.append(table.name)
            table_starts.append(first)
    is_column = [bool(column) for _, column in places]
    return SchemaWords(likeness().vectors(vocabulary), words, starts, places, is_column, tables, table_starts)


def tells(word: Word) -> bool:
    return word.lemma.isalpha() and word.lemma not in FUNCTION_WORDS | OPERATOR_WORDS and not word.quoted


def add_connections(schema: Schema, tables: dict[str, float]) -> None:
    """Tables that join those the question speaks of, and their neighbours."""
    graph = neighbours(schema)
    anchors = [name for name in sorted(tables, key=lambda name: -tables[name])[:ANCHORS] if tables[name] > 0]
    before = dict(tables)
    for one, other in combinations(anchors, 2):
        for name in shortest_path(graph, one, other)[1:-1]:
            tables[name] = max(tables[name], JOINING * min(before[one], before[other]) + before[name])
    for anchor in anchors:
        for name in graph.get(anchor, ()):
            tables[name] = max(tables[name], before[name] + NEIGHBOUR * before[anchor])


def neighbours(schema: Schema) -> dict[str, set[str]]:
    """The tables that each table is joined with by a key, declared or guessed."""
    graph: dict[str, set[str]] = defaultdict(set)
    for table in schema.tables:
        for key in (*table.foreign_keys, *table.inferred_keys):
            graph[table.name].add(key.target)
            graph[key.target].add(table.name)
    return graph


def shortest_path(graph: Mapping[str, Iterable[str]], start: str, end: str) -> list[str]:
    """The tables from one to the other; empty where they are further apart than LONGEST_PATH."""
    paths = deque([[start]])
    seen = {start}
    while paths:
        path = paths.popleft()
        if path[-1] == end:
            return path
        if len(path) <= LONGEST_PATH:
            for name in sorted(graph.get(path[-1], ())):
                if name not in seen:
                    seen.add(name)
                    paths.append([*path, name])
    return []


def best_values(values: Iterable[Link]) -> tuple[Link, ...]:
    """Each value once, as it is found best."""
    best: dict[tuple[str, str, str | None], Link] = {}
    for link in values:
        key = link.table, link.column, link.value
        if key not in best or best[key].score < link.score:
            best[key] = link
    return tuple(sorted(best.values(), key=lambda link: -link.score))
