"""Keys: which columns point at which table where no foreign key is declared, by names, types and values.

A wrong key makes a wrong join, which looks right; hence a guess must be likelier than CONFIDENT, and a column for
which two tables are about as likely points at none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TypeVar

from dbchat_magic.core.schema import Column, ForeignKey, Table
from dbchat_magic.core.values import ColumnValues, ValueIndex

CONFIDENT = 0.7
"""From here on a guess is told."""
AHEAD = 0.05
"""By how much the best target must be likelier than the next."""

SAME_NAME = 0.85  # orders.customer_id, customers.customer_id
TABLE_NAME = 0.85  # orders.customer_id, customers.id
SELF_ROLE = 0.75  # employees.manager_id, employees.id
SAME_PLAIN_NAME = 0.7  # employees.dept_name, departments.dept_name
PLAIN_TABLE_NAME = 0.7  # orders.customer, customers.id
SHORTENED = 0.6  # orders.cust_id, customers.id
STRANGE_OWNER = -0.1  # the target's table is called otherwise than the column
UNDECLARED = -0.05  # the target is no primary key, but its values are unique
ROLE = -0.02  # billing_customer_id
PLAIN_ROLE = -0.1  # winning_pilot
KEY_TO_KEY = -0.1  # the column is its table's primary key
OTHER_SCHEMA = -0.05
CONTAINED = 0.15  # its values are all among the target's
DOUBTED = -0.1  # some are not: data that no declared key guards has holes
REFUTED = -0.5  # many are not
FEW, MANY = 0.05, 0.3
"""Shares of values that the target lacks: up to the first they say nothing, beyond the second much."""
NO_ROW = frozenset({"", "0", "-1", 0, -1})
"""Values that people write where there is nothing to point at."""

IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index"}
SUFFIXES = frozenset("id code key no nr nbr num number uuid guid uid sk".split())
"""Last words that make a column a key."""


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """What a word and its plural share; not always a word.

    >>> [stem_of(word) for word in ("movies", "movie", "addresses", "address", "status", "employees")]
    ['movi', 'movi', 'address', 'address', 'status', 'emploi']
    """
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word in SUFFIXES or len(word) < 4:
        return word
    if word.endswith("es"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = word.rstrip("e") or word
    return f"{word[:-1]}i" if word.endswith("y") else word


def stems(words: str) -> frozenset[str]:
    return frozenset(map(stem_of, words.split()))


MARKS = frozenset("fk pk ref".split())
"""Words around a name that say no more than that it is a key."""
NO_NAMES = stems("name title type status date year value description index rank order position")
"""Words that alone name no table."""
TABLE_MARKS = stems("tbl tb t table dim fact fct lu lkp lookup ref stg mst master")
"""First or last words of a table's name that say nothing of what it holds."""
OWN_ROLES = {
    "parent": frozenset[str](),
    "manager": stems("employee emp staff person worker user member"),
    "supervisor": stems("employee emp staff person worker user member"),
    "boss": stems("employee emp staff person worker user member"),
}
"""What points at another row of its own table, where no table is called so: in tables of these names (any)."""

FAMILIES = (
    ("boolean", re.compile(r"bool|^bit(\(1\))?$|tinyint\(1\)", re.IGNORECASE)),
    ("", re.compile(r"\[\]|json|blob|bytea|binary|xml|geom|point|interval|struct|map\(|list", re.IGNORECASE)),
    ("time", re.compile(r"date|time|year", re.IGNORECASE)),
    ("", re.compile(r"money", re.IGNORECASE)),
    (
        "number",
        re.compile(r"int|serial|numeric|decimal|number|\bdec\b|oid|real|double|float", re.IGNORECASE),
    ),
    ("uuid", re.compile(r"uuid|uniqueidentifier", re.IGNORECASE)),
    ("text", re.compile(r"char|text|string|clob|enum|citext", re.IGNORECASE)),
)
"""Types that can be compared with each other."""
KEY_FAMILIES = frozenset({"number", "text", "uuid", "any"})
"""Types that keys have; "any" is a column without a type."""

PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


@dataclass(frozen=True)
class Name:
    """A name's words, and what is left of them without the words that make it a key."""

    words: tuple[str, ...]
    stem: tuple[str, ...]
    """Without key words; the words themselves where there are none."""
    is_key: bool
    """There were key words."""

    @property
    def joined(self) -> str:
        return "".join(self.words)


@dataclass(frozen=True)
class Target:
    """A column that others may point at."""

    table: Table
    column: Column
    name: Name
    """The column's."""
    owner: frozenset[str]
    """What the table is called, its words joined."""
    word: str
    """The same where it is a single word, which columns shorten; else empty."""
    declared: bool
    """It is the table's primary key."""

    @cached_property
    def is_owned(self) -> bool:
        """The column is called as its table: customers.customer_no, departments.dept_name, or only id."""
        called = "".join(word for word in self.name.stem if word not in NO_NAMES)
        return not called or called in self.owner or shortens(called, self.word)


Guess = tuple[float, Target]


def with_inferred_keys(tables: Sequence[Table], values: ValueIndex | None = None) -> tuple[Table, ...]:
    """The tables with the keys that nobody declared; `values` are those read so far."""
    guesser = Guesser(tables, values or ValueIndex())
    return tuple(replace(table, inferred_keys=guesser.keys_of(table)) for table in tables)


class Guesser:
    """The keys of a schema's tables, by what may be pointed at."""

    def __init__(self, tables: Sequence[Table], values: ValueIndex) -> None:
        self._tables = tables
        self._values = values

    def keys_of(self, table: Table) -> tuple[ForeignKey, ...]:
        declared = {column.lower() for key in table.foreign_keys for column in key.columns}
        found = []
        for column in table.columns:
            target = self._find(table, column) if column.name.lower() not in declared else None
            if target is not None:
                key = ForeignKey((column.name,), target.table.name, (target.column.name,), inferred=True)
                found.append(key)
        return tuple(found)

    def _find(self, table: Table, column: Column) -> Target | None:
        """What the column points at, when one target is likely enough and no other about as likely."""
        best: dict[int, Guess] = {}
        for score, target in self._guesses(table, column):
            if target.column is column:
                if target.is_owned:
                    return None  # it is what others of that name point at
                continue
            if table.primary_key == (column.name,) and not target.is_owned:
                continue
            known = best.get(id(target))
            if known is None or known[0] < score:
                best[id(target)] = score, target
        judged = sorted(
            ((self._judge(score, table, column, target), target) for score, target in best.values()),
            key=lambda guess: -guess[0],
        )
        if not judged or judged[0][0] < CONFIDENT - 1e-9:
            return None
        if len(judged) > 1 and judged[0][0] - judged[1][0] < AHEAD - 1e-9:
            return None
        return judged[0][1]

    def _guesses(self, table: Table, column: Column) -> list[Guess]:
        """Targets by names, for the longest end of the column's name that names any."""
        name = split_name(column.name)
        for start in range(len(name.words)):
            called = self._by_key.get("".join(name.words[start:]), ())
            owned = self._by_owner.get("".join(name.stem[start:]), ()) if start < len(name.stem) else ()
            if not called and not owned:
                continue
            found = [
                (score, target)
                for score, target in (*by_column(called, start), *by_table(owned, name, start))
                if may_compare(column, target.column) and (start == 0 or target.column is not column)
            ]
            if found:
                return found
        if not name.is_key or not name.stem:
            return []
        return self._by_role(table, column, name) or self._by_short_name(table, column, name)

    def _by_role(self, table: Table, column: Column, name: Name) -> list[Guess]:
        """The own table's key, where the column says what another row of it is to this one."""
        if len(name.stem) > 1 or name.stem[0] not in OWN_ROLES:
            return []
        wanted = OWN_ROLES[name.stem[0]]
        return [
            (SELF_ROLE, target)
            for target in self._of_table.get(id(table), ())
            if target.declared and target.column is not column and may_compare(column, target.column)
            if not wanted or wanted & target.owner
        ]

    def _by_short_name(self, table: Table, column: Column, name: Name) -> list[Guess]:
        """Keys of tables whose name the column shortens: cust_id, dept_no."""
        short = name.stem[-1]
        if len(name.stem) > 1 or short in self._by_owner:
            return []
        return [
            (SHORTENED, target)
            for target in self._by_first_letters.get(short[:2], ())
            if target.table is not table and may_compare(column, target.column)
            if shortens(short, target.word)
        ]

    def _judge(self, score: float, table: Table, column: Column, target: Target) -> float:
        if not target.declared:
            score += UNDECLARED
        if target.table.schema != table.schema:
            score += OTHER_SCHEMA
        if table.primary_key == (column.name,) and target.table is not table:
            score += KEY_TO_KEY
        own = self._values.of(table.name, column.name)
        return score + evidence(own, self._values.of(target.table.name, target.column.name))

    # --------------------------------------------------------------------------------------- the targets

    @cached_property
    def _targets(self) -> list[Target]:
        prefixes = common_prefixes(self._tables)
        return [target for table in self._tables for target in targets_of(table, prefixes, self._values)]

    @cached_property
    def _of_table(self) -> dict[int, list[Target]]:
        return grouped((id(target.table), target) for target in self._targets)

    @cached_property
    def _by_key(self) -> dict[str, list[Target]]:
        return grouped((target.name.joined, target) for target in self._targets)

    @cached_property
    def _by_owner(self) -> dict[str, list[Target]]:
        return grouped((owner, target) for target in self._targets for owner in target.owner)

    @cached_property
    def _by_first_letters(self) -> dict[str, list[Target]]:
        return grouped((target.word[:2], target) for target in self._targets if target.word)


def by_column(targets: Iterable[Target], start: int) -> Iterable[Guess]:
    """Keys called as the column, or as its end from the word at `start` on."""
    for target in targets:
        if not target.name.stem or is_generic(target.name):
            continue
        score = SAME_NAME if target.name.is_key else SAME_PLAIN_NAME
        if not target.is_owned:
            score += STRANGE_OWNER
        if start:
            score += ROLE if target.name.is_key else PLAIN_ROLE
        yield score, target


def by_table(targets: Iterable[Target], name: Name, start: int) -> Iterable[Guess]:
    """Keys of tables called as the column, or as its end, less its key words."""
    for target in targets:
        if name.is_key:
            yield TABLE_NAME + (ROLE if start else 0), target
        elif not is_generic(name) and family(target.column.type) == "number":
            yield PLAIN_TABLE_NAME + (PLAIN_ROLE if start else 0), target


def targets_of(table: Table, prefixes: frozenset[str], values: ValueIndex) -> Iterable[Target]:
    """The table's primary key when it has one column, and its own numbers and codes whose values are unique."""
    words = split_words(table.local)
    bare = bare_words(words, prefixes)
    owner, word = frozenset({"".join(words), "".join(bare)}), bare[0] if len(bare) == 1 else ""
    for column in table.columns:
        declared = table.primary_key == (column.name,)
        found = values.columns.get((table.name, column.name))
        if not declared and (found is None or not found.unique):
            continue
        name = split_name(column.name)
        target = Target(table, column, name, owner, word, declared)
        if family(column.type) in KEY_FAMILIES and (declared or (name.is_key and target.is_owned)):
            yield target


def bare_words(words: tuple[str, ...], prefixes: frozenset[str]) -> tuple[str, ...]:
    """A table's name without the words around it that say nothing."""
    if len(words) > 1 and words[0] in TABLE_MARKS | prefixes:
        words = words[1:]
    return words[:-1] if len(words) > 1 and words[-1] in TABLE_MARKS else words


def common_prefixes(tables: Sequence[Table]) -> frozenset[str]:
    """First words that most tables share: wp_posts, wp_users."""
    first = Counter(words[0] for table in tables if len(words := split_words(table.local)) > 1)
    return frozenset(word for word, count in first.items() if count >= 3 and count > len(tables) / 2)


def evidence(own: ColumnValues, theirs: ColumnValues) -> float:
    """What the values that were read say for or against one column pointing at the other."""
    if not own.read or not theirs.read or not theirs.complete:
        return 0.0
    missing = missing_share(own, theirs)
    if missing is None:
        return 0.0
    if not missing:
        return CONTAINED
    return 0.0 if missing <= FEW else DOUBTED if missing <= MANY else REFUTED


def missing_share(own: ColumnValues, theirs: ColumnValues) -> float | None:
    """The share of one column's values that the other lacks; None where that is not known."""
    if own.texts and theirs.texts:
        if len(theirs.texts) < theirs.distinct:
            return None
        known = NO_ROW.union(theirs.texts)
        return sum(text not in known for text in own.texts) / len(own.texts)
    if own.low is None or own.high is None or theirs.low is None or theirs.high is None:
        return None
    if theirs.low <= own.low and own.high <= theirs.high:
        return 0.0
    numbers = [float(each) for each in own.samples if isinstance(each, int | float | Decimal)]
    outside = sum(not theirs.low <= each <= theirs.high and each not in NO_ROW for each in numbers)
    return outside / len(numbers)


def may_compare(one: Column, other: Column) -> bool:
    """The two types can be compared, and keys may have them."""
    families = {family(one.type), family(other.type)}
    return families <= KEY_FAMILIES and len(families - {"any"}) <= 1


@lru_cache(maxsize=10_000)
def family(type: str) -> str:
    """The kind of values of an SQL type; "any" where there is none, "" where no key has it.

    >>> family("character varying(20)"), family("BIGINT UNSIGNED"), family("jsonb"), family("timestamptz")
    ('text', 'number', '', 'time')
    """
    if not type:
        return "any"
    return next((name for name, pattern in FAMILIES if pattern.search(type)), "")


def is_generic(name: Name) -> bool:
    """It names no table: name, type, status."""
    return not name.is_key and NO_NAMES.issuperset(name.words)


@lru_cache(maxsize=100_000)
def split_name(name: str) -> Name:
    """The words of a column's name.

    >>> split_name("billingCustomerID").stem, split_name("fk_customers").stem, split_name("id_cliente").stem
    (('billing', 'customer'), ('customer',), ('client',))
    >>> split_name("name").is_key, split_name("cust_no").is_key, split_name("id").stem
    (False, True, ())
    """
    words = split_words(name)
    marked = [word for word in words if word not in MARKS]
    is_key = len(marked) < len(words)
    stem = marked
    if len(stem) > 1 and stem[0] == "id":
        stem, is_key = stem[1:], True
    if stem and stem[-1] in SUFFIXES:
        stem, is_key = stem[:-1], True
    elif stem and (glued := GLUED.fullmatch(stem[-1])):
        stem, is_key = [*stem[:-1], stem_of(glued[1])], True
    return Name(tuple(marked) or words, tuple(stem), is_key)


GLUED = re.compile(r"([a-z]{2,})(?:id|uuid)")
"""A key word written onto the word before: customerid, apid."""


@lru_cache(maxsize=100_000)
def split_words(name: str) -> tuple[str, ...]:
    """The words of a name, each in a form that its plural has too.

    >>> split_words("OrderDetails"), split_words("companies") == split_words("company"), split_words("CUST_NO")
    (('order', 'detail'), True, ('cust', 'no'))
    """
    return tuple(stem_of(piece.lower()) for piece in PIECE.findall(name))


def shortens(short: str, word: str) -> bool:
    """It begins as the word does, and has its letters in their order: dept, department.

    >>> shortens("cust", "customer"), shortens("dept", "department"), shortens("co", "company")
    (True, True, False)
    """
    if len(short) < 3 or len(short) >= len(word) or short[:2] != word[:2]:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)


K = TypeVar("K")


def grouped(pairs: Iterable[tuple[K, Target]]) -> dict[K, list[Target]]:
    groups: dict[K, list[Target]] = defaultdict(list)
    for key, target in pairs:
        groups[key].append(target)
    return groups
