"""Spelling: names as a dialect's statements spell them, quoted only where they would not be read as names."""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Sqlglot
from sqlglot.dialects.dialect import NormalizationStrategy

from dbchat_magic.core.schema import Table, quote_name
from dbchat_magic.dialects import find_dialect

FOLDS = {NormalizationStrategy.LOWERCASE: str.lower, NormalizationStrategy.UPPERCASE: str.upper}
"""What a database makes of a name that is not quoted."""
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Spelling:
    """How one kind of database spells names."""

    def __init__(self, dialect: str) -> None:
        spoken = find_dialect(dialect)
        self._quote = spoken.quote
        parser = Sqlglot.get_or_raise(spoken.sqlglot)
        self._fold = FOLDS.get(parser.normalization_strategy, str)
        known = parser.tokenizer_class.KEYWORDS
        self._keywords = {word.lower() for phrase in known for word in phrase.split()} | spoken.reserved

    def identifier(self, name: str) -> exp.Identifier:
        """The name, quoted only where it would not be read as one."""
        return exp.Identifier(this=name, quoted=not self._is_plain(name))

    def name(self, name: str) -> str:
        """The name as text."""
        return name if self._is_plain(name) else quote_name(name, self._quote)

    def _is_plain(self, name: str) -> bool:
        is_word = PLAIN_NAME.fullmatch(name) and name.lower() not in self._keywords
        return bool(is_word) and self._fold(name) == name

    def table(self, table: Table) -> str:
        """The table's name, with its schema where the session does not look for it."""
        parts = (table.schema, table.local) if table.qualified else (table.local,)
        return ".".join(map(self.name, parts))

    def column(self, table: Table, column: str) -> str:
        return f"{self.table(table)}.{self.name(column)}"


@lru_cache(maxsize=16)
def spelling(dialect: str) -> Spelling:
    """The spelling of a kind of database; raises DatasourceError for an unknown one."""
    return Spelling(dialect)
