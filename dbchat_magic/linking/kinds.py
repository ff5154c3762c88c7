"""Kinds: whether a column holds numbers, texts, dates, years, truth values or keys."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.core.values import ValueIndex
from dbchat_magic.linking import dates
from dbchat_magic.linking.names import joined, name_words, table_words, without

NUMERIC = re.compile(r"int|num|dec|real|doub|float|money|serial|numeric", re.IGNORECASE)
TEMPORAL = re.compile(r"date|time(?!s)|year", re.IGNORECASE)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
NAMES = ("name", "title", "label")
CODES = frozenset(
    {
        "id",
        "code",
        "number",
        "phone",
        "zip",
        "postal",
        "postcode",
        "key",
        "fax",
        "name",
        "mobile",
        "cell",
        "year",
    }
)

MAILS = frozenset({"email", "mail", "emailaddress", "mailaddress"})

NO_LABELS = (CODES - {"name"}) | frozenset(
    {"email", "mail", "url", "uri", "link", "path", "hash", "token", "comment", "note"}
)
"""Words in the names of texts by which nobody knows a row, though no two may share them."""

TELLING = 20
"""Values at least that are all different before a text is taken for what rows are known by."""

LONGEST_LABEL = 60
"""Characters of a name at most."""

YES = frozenset({"1", "y", "yes", "t", "true"})
NO = frozenset({"0", "n", "no", "f", "false"})
NUMBERS = (int, float, Decimal)


def is_number(column: Column) -> bool:
    """Whether its values can be compared and added up as numbers."""
    if column.samples:
        return all(is_figure(sample) for sample in column.samples) or holds_digits(column)
    return bool(NUMERIC.search(column.type))


def is_figure(sample: object) -> bool:
    return isinstance(sample, NUMBERS) and not isinstance(sample, bool)


def holds_digits(column: Column) -> bool:
    """Whether it holds numbers written as text, and its name is not that of a code."""
    coded = CODES.intersection(name_words(column.name))
    return not coded and all(
        isinstance(sample, str) and NUMBER.fullmatch(sample) is not None for sample in column.samples
    )


def is_date(column: Column) -> bool:
    """Whether it holds dates or times, as such, as ISO text or by declared type."""
    if any(isinstance(sample, datetime.date) for sample in column.samples):
        return True
    if column.samples:
        texts = [sample for sample in column.samples if isinstance(sample, str)]
        return bool(texts) and all(ISO_DATE.fullmatch(text) for text in texts)
    return bool(TEMPORAL.search(column.type))


def is_year(column: Column) -> bool:
    """Whether it holds years, as numbers or texts of four digits."""
    return bool(column.samples) and all(dates.is_year(str(sample)) for sample in column.samples)


def is_flag(column: Column) -> bool:
    """Whether it only says yes or no."""
    texts = {str(sample).lower() for sample in column.samples}
    return bool(texts) and len(texts) <= 2 and texts <= YES | NO


def points_elsewhere(table: Table, column: Column) -> bool:
    """Whether it is a foreign key's, declared or inferred."""
    return any(column.name in key.columns for key in (*table.foreign_keys, *table.inferred_keys))


def is_key(table: Table, column: Column) -> bool:
    """Whether it identifies or points to a row: not something to add up."""
    words = name_words(column.name)
    keyed = column.name in table.primary_key or points_elsewhere(table, column)
    return keyed or words[-1:] == ("id",)


def is_measure(table: Table, column: Column) -> bool:
    """Whether sums and averages of it mean something."""
    return is_number(column) and not is_key(table, column)


def is_temporal(table: Table, column: Column) -> bool:
    """Whether it tells a time: a date or a year."""
    return is_date(column) or is_year(column)


def is_comparable(table: Table, column: Column) -> bool:
    """Whether "highest" and "lowest" of it mean something."""
    return (is_number(column) or is_temporal(table, column)) and not is_key(table, column)


def label_columns(table: Table, values: ValueIndex) -> tuple[Column, ...]:
    """The columns by which people know a row of the table: its name or title, first and last name.

    Empty when no column looks like one.
    """
    texts = [column for column in table.columns if not is_number(column) and not is_date(column)]
    owner = table_words(table.local)
    by_words = {without(name_words(column.name), owner): column for column in reversed(texts)}
    by_words |= {name_words(column.name): column for column in texts}
    persons = [by_words[words] for words in (("first", "name"), ("last", "name")) if words in by_words]
    if len(persons) == 2 and ("name",) not in by_words:
        return tuple(persons)
    for kind in NAMES:
        for words in ((kind,), (*owner, kind), (owner[-1], kind) if owner else (kind,)):
            if words in by_words:
                return (by_words[words],)
    if owner in by_words:
        return (by_words[owner],)
    named = [column for column in texts if name_words(column.name)[-1] in NAMES and not is_key(table, column)]
    own = [column for column in named if not is_shared(table, column, values)]
    return tuple(own[:1]) or told_apart_by(table, texts, values) or tuple(named[:1])


def is_shared(table: Table, column: Column, values: ValueIndex) -> bool:
    """Whether most rows have its values in common: the name of a category, not the row's own."""
    held = values.of(table.name, column.name)
    return held.read >= TELLING and 2 * held.distinct < held.read


def known_columns(table: Table, values: ValueIndex) -> tuple[Column, ...]:
    """The label columns; where there are none, the e-mail address."""
    mails = (column for column in table.columns if joined(name_words(column.name)) in MAILS)
    return label_columns(table, values) or tuple(mails)[:1]


def told_apart_by(table: Table, texts: list[Column], values: ValueIndex) -> tuple[Column, ...]:
    """The first text of which no two rows share a value: the company of an account."""
    for column in texts:
        held = values.of(table.name, column.name)
        is_own = held.unique and held.read >= TELLING and not NO_LABELS & set(name_words(column.name))
        if is_own and not is_key(table, column) and not column.choices and is_short(held.texts):
            return (column,)
    return ()


def is_short(texts: tuple[str, ...]) -> bool:
    """Whether the texts are names rather than prose."""
    return bool(texts) and max(map(len, texts)) <= LONGEST_LABEL
