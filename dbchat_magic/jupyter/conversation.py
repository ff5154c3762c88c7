"""Conversation: what was asked and answered before in a notebook, for each datasource."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbchat_magic.core.datasources import Datasource

LONGEST = 10
"""Turns that a question is asked after."""

OWN_SQL = "(SQL of my own)"
"""What stands for the question where somebody wrote the SQL."""


class Conversations:
    """One conversation for each datasource, by its key; it holds (question, SQL) pairs, oldest first."""

    def __init__(self) -> None:
        self._turns: dict[str, deque[tuple[str, str]]] = defaultdict(lambda: deque(maxlen=LONGEST))

    def add(self, datasource: str, question: str, sql: str) -> None:
        self._turns[datasource].append((question or OWN_SQL, sql))

    def turns(self, datasource: str) -> tuple[tuple[str, str], ...]:
        return tuple(self._turns.get(datasource, ()))

    def forget(self, datasource: str) -> None:
        self._turns.pop(datasource, None)


def conversation_key(source: Datasource) -> str:
    """What a datasource's conversation is known by, however it was named."""
    from dbchat_magic.core.memory import memory_name

    return memory_name(source).lower()
