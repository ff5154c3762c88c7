"""Guard: `check` lets one reading statement through and nothing else; SafeSql is the proof that it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dbchat_magic.core.schema import Schema


@dataclass(frozen=True)
class SafeSql:
    """A statement that passed: the original text with its comments cut. Made only by `check`."""

    text: str
    dialect: str


def check(
    sql: str, dialect: str, schema: Schema | None = None, functions: Iterable[str] = ()
) -> SafeSql:
    raise NotImplementedError
