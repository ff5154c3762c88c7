"""Joins: how the tables of a query hang together along their keys."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from dbchat_magic.core.schema import ForeignKey, Schema, Table
from dbchat_magic.linking.kinds import is_date
from dbchat_magic.linking.names import PART, name_words
from dbchat_magic.linking.words import lemma_of


@dataclass(frozen=True)
class Join:
    """A step from a table already joined to a new one: pairs of equal columns."""

    known: str
    new: str
    pairs: tuple[tuple[str, str], ...]
    """(column of `known`, column of `new`)."""
    many: bool
    """One row of `known` may meet several of `new`."""


class Role(str):
    """A table once more, as what a key of another table (or its own) points at: the employee that manager_id means.

    A query knows it by its text, "employees.manager_id", as it knows other tables by their names.
    """

    __slots__ = ("column", "key", "owner", "target")

    owner: str
    """The table that holds the key."""
    column: str
    target: str
    """The table that it points at, by its column `key`."""
    key: str

    def __new__(cls, owner: str, column: str, target: str, key: str) -> Self:
        role = super().__new__(cls, f"{owner}.{column}")
        role.owner, role.column, role.target, role.key = owner, column, target, key
        return role


def join_of(role: Role) -> Join:
    """The step from the table that gives the role to the one that has it."""
    return Join(role.owner, role, ((role.column, role.key),), many=False)


def table_of(name: str) -> str:
    """The table that a query's name for it means."""
    return name.target if isinstance(name, Role) else name


def role_words(role: Role) -> tuple[str, ...]:
    """What the key's column says about the role: "source" of source_airport_id, "manager" of manager_id.

    >>> role_words(Role("flights", "source_airport_id", "airports", "id"))
    ('source',)
    """
    target = {*name_words(role.target), *KEYS}
    words = tuple(word for word in name_words(role.column) if word not in target)
    return words or name_words(role.column)


KEYS = frozenset({"id", "ids", "code", "number", "key", "no"})

KEY_ENDINGS = (("id",), ("code",), ("number",), ("key",))
"""Last words of columns that point at other tables."""

SHARED = 12
"""A name that more tables share joins nothing."""

APART = 99
"""The distance of tables that nothing connects."""


@dataclass(frozen=True)
class JoinGraph:
    """The tables of a schema as a graph; its edges are foreign keys: declared, inferred or told by equal names."""

    schema: Schema

    @cached_property
    def edges(self) -> dict[str, tuple[Join, ...]]:
        found: dict[str, list[Join]] = defaultdict(list)
        for join in self._keyed:
            if not any(known.new == join.new for known in found[join.known]):
                found[join.known].append(join)
        groups = connected(
            {table.name: [join.new for join in found[table.name]] for table in self.schema.tables}
        )
        for join in named_alike(self.schema):
            if groups[join.known] != groups[join.new]:
                found[join.known].append(join)
        return {table: tuple(joins) for table, joins in found.items()}

    @cached_property
    def _keyed(self) -> tuple[Join, ...]:
        return (*declared(self.schema), *undeclared(self.schema))

    @cached_property
    def roles(self) -> dict[str, tuple[Role, ...]]:
        """By the table that holds the keys: what several of its keys mean of one table, and what a key means of its
        own. Keys of more than one column are left alone.
        """
        keys: dict[tuple[str, str], dict[str, Role]] = defaultdict(dict)
        for join in (*self._keyed, *own_keys(self.schema)):
            if not join.many and len(join.pairs) == 1:
                column, key = join.pairs[0]
                if key != key_of(self.target(join)):
                    continue
                keys[join.known, join.new].setdefault(column, Role(join.known, column, join.new, key))
        found: dict[str, tuple[Role, ...]] = {}
        for (owner, target), roles in keys.items():
            if len(roles) > 1 or owner == target:
                found[owner] = (*found.get(owner, ()), *roles.values())
        return found

    def target(self, join: Join) -> Table:
        target = self.schema.table(join.new)
        assert target is not None
        return target

    def joins_from(self, table: str) -> tuple[Join, ...]:
        """The joins that lead on from a table, also from one in a role."""
        joins = self.edges.get(table_of(table), ())
        return tuple(replace(join, known=table) for join in joins) if isinstance(table, Role) else joins

    def path(self, start: Iterable[str], goal: str) -> tuple[Join, ...] | None:
        """The fewest joins from any of the tables to the goal; None when nothing connects them."""
        came: dict[str, Join | None] = dict.fromkeys(start)
        if isinstance(goal, Role) and goal not in came:
            before = self.path(came, goal.owner)
            return None if before is None else (*before, join_of(goal))
        queue = deque(came)
        while queue:
            here = queue.popleft()
            if here == goal:
                return walk_back(came, here)
            for join in self.joins_from(here):
                if join.new not in came:
                    came[join.new] = join
                    queue.append(join.new)
        return None

    def distance(self, one: str, other: str) -> int:
        """Joins between two tables; 99 when nothing connects them."""
        one, other = table_of(one), table_of(other)
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
        tables = with_owners(tables)
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


def with_owners(tables: Sequence[str]) -> list[str]:
    """A role comes after the table that gives it."""
    owned = [(name.owner, name) if isinstance(name, Role) else (name,) for name in tables]
    return list(dict.fromkeys(name for names in owned for name in names))


def walk_back(came: dict[str, Join | None], goal: str) -> tuple[Join, ...]:
    steps: list[Join] = []
    step = came[goal]
    while step is not None:
        steps.append(step)
        step = came[step.known]
    return tuple(reversed(steps))


def declared(schema: Schema) -> Iterable[Join]:
    for table in schema.tables:
        yield from along(table.foreign_keys, table, schema)


def undeclared(schema: Schema) -> Iterable[Join]:
    """Along the keys that were inferred from names and values; else along those that names alone imply."""
    if not any(table.inferred_keys for table in schema.tables):
        yield from named_like_keys(schema)
        yield from named_like_tables(schema)
    for table in schema.tables:
        yield from along((key for key in table.inferred_keys if not counts(key)), table, schema)


def counts(key: ForeignKey) -> bool:
    """Whether its column is called in the plural: "cares_for_students" holds how many, no student."""
    word = PART.findall(key.columns[0])[-1:]
    return [part.lower() for part in word] != [lemma_of(part) for part in word]


def along(keys: Iterable[ForeignKey], table: Table, schema: Schema) -> Iterable[Join]:
    for key in keys:
        target = schema.table(key.target)
        if target is None or target is table:
            continue
        yield from both_ways(table, target, tuple(zip(key.columns, key.target_columns, strict=True)))


def own_keys(schema: Schema) -> Iterable[Join]:
    """Keys that point at the table they stand in: an employee's manager."""
    for table in schema.tables:
        for key in (*table.foreign_keys, *table.inferred_keys):
            if key.target == table.name:
                yield Join(
                    table.name,
                    table.name,
                    tuple(zip(key.columns, key.target_columns, strict=True)),
                    many=False,
                )


def connected(edges: dict[str, list[str]]) -> dict[str, int]:
    """For each table the number of the group of tables that hang together with it."""
    groups: dict[str, int] = {}
    for number, start in enumerate(edges):
        queue = deque([start] if start not in groups else [])
        while queue:
            here = queue.popleft()
            if here not in groups:
                groups[here] = number
                queue.extend(edges[here])
    return groups


def named_like_keys(schema: Schema) -> Iterable[Join]:
    """A column named like another table's single primary key (more than just "id") points to it."""
    holders = columns_by_name(schema)
    for target in schema.tables:
        key = target.primary_key[0] if len(target.primary_key) == 1 else ""
        if key.lower() in ("", "id", "name", "code"):
            continue
        for table, name in holders[key.lower()]:
            if table is not target:
                yield from both_ways(table, target, ((name, key),))


def named_like_tables(schema: Schema) -> Iterable[Join]:
    """ "user_id" and "sender_user_id" point to the key of the table users."""
    targets = {name_words(table.local): table for table in schema.tables if key_of(table)}
    for table in schema.tables:
        for column in table.columns:
            words = name_words(column.name)
            declared_key = any(column.name in key.columns for key in table.foreign_keys)
            if words[-1:] not in KEY_ENDINGS or len(words) < 2 or declared_key:
                continue
            ends = (words[start:-1] for start in range(len(words) - 1))
            target = next((targets[end] for end in ends if end in targets), None)
            if target is not None and target is not table:
                yield from both_ways(table, target, ((column.name, key_of(target)),))


def named_alike(schema: Schema) -> Iterable[Join]:
    """Columns of one name, where that of one table has each value once: "city_name" of two tables.

    They join only what nothing else does.
    """
    for name, found in columns_by_name(schema).items():
        if len(name_words(name)) < 2 or len(found) > SHARED or holds_times(*found[0]):
            continue
        once = [table for table, column in found if schema.values.of(table.name, column).unique]
        for target in once:
            for table, column in found:
                if table is not target and table not in once:
                    theirs = next(column for owner, column in found if owner is target)
                    yield from both_ways(table, target, ((column, theirs),))


def columns_by_name(schema: Schema) -> dict[str, list[tuple[Table, str]]]:
    found: dict[str, list[tuple[Table, str]]] = defaultdict(list)
    for table in schema.tables:
        for column in table.columns:
            found[column.name.lower()].append((table, column.name))
    return found


def holds_times(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and is_date(column)


def key_of(table: Table) -> str:
    """The column that tells the rows apart: the single primary key; where none is declared, "id"."""
    if table.primary_key:
        return table.primary_key[0] if len(table.primary_key) == 1 else ""
    named = [column.name for column in table.columns if column.name.lower() == "id"]
    return named[0] if named else ""


def both_ways(table: Table, target: Table, pairs: tuple[tuple[str, str], ...]) -> Iterable[Join]:
    single = {column for column, _ in pairs} == set(table.primary_key)
    yield Join(table.name, target.name, pairs, many=False)
    yield Join(target.name, table.name, tuple((new, known) for known, new in pairs), many=not single)
