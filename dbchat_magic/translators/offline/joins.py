"""Joins: how the tables of a query hang together along their keys."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dbchat_magic.core.schema import Schema, Table


@dataclass(frozen=True)
class Join:
    """A step from a table already joined to a new one: pairs of equal columns."""

    known: str
    new: str
    pairs: tuple[tuple[str, str], ...]
    """(column of `known`, column of `new`)."""
    many: bool
    """One row of `known` may meet several of `new`."""


APART = 99
"""The distance of tables that nothing connects."""


@dataclass(frozen=True)
class JoinGraph:
    """The tables of a schema as a graph; its edges are foreign keys, declared or told by equal names."""

    schema: Schema

    @cached_property
    def edges(self) -> dict[str, tuple[Join, ...]]:
        found: dict[str, list[Join]] = defaultdict(list)
        for join in (*declared(self.schema), *implied(self.schema)):
            if not any(known.new == join.new for known in found[join.known]):
                found[join.known].append(join)
        return {table: tuple(joins) for table, joins in found.items()}

    def path(self, start: Iterable[str], goal: str) -> tuple[Join, ...] | None:
        """The fewest joins from any of the tables to the goal; None when nothing connects them."""
        came: dict[str, Join | None] = dict.fromkeys(start)
        queue = deque(came)
        while queue:
            here = queue.popleft()
            if here == goal:
                return walk_back(came, here)
            for join in self.edges.get(here, ()):
                if join.new not in came:
                    came[join.new] = join
                    queue.append(join.new)
        return None

    def distance(self, one: str, other: str) -> int:
        """Joins between two tables; 99 when nothing connects them."""
        if one not in self._distances:
            self._distances[one] = self._distances_from(one)
        return self._distances[one].get(other, APART)

    @cached_property
    def _distances(self) -> dict[str, dict[str, int]]:
        return {}

    def _distances_from(self, start: str) -> dict[str, int]:
        found = {start: 0}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for join in self.edges.get(here, ()):
                if join.new not in found:
                    found[join.new] = found[here] + 1
                    queue.append(join.new)
        return found

    def tree(self, tables: Sequence[str]) -> tuple[Join, ...] | None:
        """Joins that connect all the tables, beginning at the first; None when some are apart.

        Each table is reached from those already in by the shortest way, nearest first: at most twice
        the fewest joins there can be (Takahashi and Matsuyama 1980, the shortest-path heuristic for
        Steiner trees).
        """
        joined = [tables[0]]
        missing = [name for name in tables[1:] if name != tables[0]]
        joins: list[Join] = []
        while missing:
            paths = [path for name in missing if (path := self.path(joined, name)) is not None]
            if not paths:
                return None
            for join in min(paths, key=len):
                joins.append(join)
                joined.append(join.new)
            missing = [name for name in missing if name not in joined]
        return tuple(joins)


def walk_back(came: dict[str, Join | None], goal: str) -> tuple[Join, ...]:
    steps: list[Join] = []
    step = came[goal]
    while step is not None:
        steps.append(step)
        step = came[step.known]
    return tuple(reversed(steps))


def declared(schema: Schema) -> Iterable[Join]:
    for table in schema.tables:
        for key in table.foreign_keys:
            target = schema.table(key.target)
            if target is None or target is table:
                continue
            yield from both_ways(table, target, tuple(zip(key.columns, key.target_columns, strict=True)))


def implied(schema: Schema) -> Iterable[Join]:
    """A column named like another table's single primary key (more than just "id") points to it."""
    holders: dict[str, list[tuple[Table, str]]] = defaultdict(list)
    for table in schema.tables:
        for column in table.columns:
            holders[column.name.lower()].append((table, column.name))
    for target in schema.tables:
        key = target.primary_key[0] if len(target.primary_key) == 1 else ""
        if key.lower() in ("", "id", "name", "code"):
            continue
        for table, name in holders[key.lower()]:
            if table is not target:
                yield from both_ways(table, target, ((name, key),))


def both_ways(table: Table, target: Table, pairs: tuple[tuple[str, str], ...]) -> Iterable[Join]:
    single = {column for column, _ in pairs} == set(table.primary_key)
    yield Join(table.name, target.name, pairs, many=False)
    yield Join(target.name, table.name, tuple((new, known) for known, new in pairs), many=not single)
