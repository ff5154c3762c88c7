"""Watch: a light look, every second, at whether another kernel or the sidebar has changed the store."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable
from typing import Any

from dbchat_magic.errors import DbChatError

SECONDS = 1.0


class Watch:
    """Calls `on_change` with the parts that were changed ("datasources", "history", "verified").

    It ends with `stop`, and by itself when whoever is called is gone: a widget that nobody holds is not held by it.
    """

    def __init__(self, read: Callable[[], dict[str, int]], on_change: Callable[[set[str]], None]) -> None:
        self._read = read
        self._on_change: Any = weakref.WeakMethod(on_change)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="dbchat-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _look(self) -> None:
        seen = self._counts()
        while not self._stopped.wait(SECONDS):
            counts = self._counts()
            changed = {part for part, count in counts.items() if seen.get(part) != count}
            seen = counts or seen
            on_change = self._on_change()
            if on_change is None:
                return
            if changed and not self._stopped.is_set():
                on_change(changed)
            del on_change

    def _counts(self) -> dict[str, int]:
        try:
            return self._read()
        except (DbChatError, sqlite3.Error, OSError):  # it is busy, or was moved: the next look will tell
            return {}
