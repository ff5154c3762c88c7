"""Conversations: what was asked under a conv_uid, so that a follow-up question can be understood."""

from __future__ import annotations

import threading
from collections import OrderedDict

LONGEST = 10
"""Turns of one conversation that are remembered."""
MOST = 1_000
"""Conversations; beyond, the one that was silent longest is forgotten."""

Turns = tuple[tuple[str, str], ...]


class Conversations:
    """(question, SQL) pairs by conversation and datasource. In memory only; safe to use from several threads."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, str], Turns] = OrderedDict()
        self._lock = threading.Lock()

    def history(self, conversation: str, datasource: str) -> Turns:
        """What was asked before, oldest first."""
        with self._lock:
            return self._turns.get((conversation, datasource), ())

    def add(self, conversation: str, datasource: str, question: str, sql: str) -> None:
        key = (conversation, datasource)
        with self._lock:
            self._turns[key] = (*self._turns.pop(key, ()), (question, sql))[-LONGEST:]
            while len(self._turns) > MOST:
                self._turns.popitem(last=False)
