"""Course: one question under way, as a front sees it: what it is doing now, and how it is stopped."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dbchat_magic.errors import QueryCancelled
from dbchat_magic.language import phrase


@dataclass(frozen=True)
class Step:
    """The question has come to another step of its path."""

    name: str
    """"schema", "translate", "repair" or "run"."""
    detail: str = ""
    """What a person may want to know of it: the SQL that is run, the error that is mended."""


@dataclass(frozen=True)
class Wrote:
    """A model has written a piece of text."""

    text: str
    """What was added since the last piece: plain text, as it came."""
    is_reasoning: bool = False
    """It is the model's thinking, no part of its reply."""


Event = Step | Wrote


class Course:
    """Handed to `DbChat.ask` by a front that wants to watch a question or stop it; one for each question.

    `on_event` is called in whichever thread does the work, and should be quick.
    """

    def __init__(self, on_event: Callable[[Event], None] | None = None) -> None:
        self._on_event = on_event
        self._lock = threading.Lock()
        self._stoppers: list[Callable[[], object]] = []
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Somebody has stopped it."""
        return self._stopped

    @property
    def is_watched(self) -> bool:
        """Somebody wants to be told."""
        return self._on_event is not None

    def tell(self, event: Event) -> None:
        """Let the front know."""
        if self._on_event is not None:
            self._on_event(event)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """While inside, the question waits for somebody else, a database or a model: a front that answers many
        at once lets another one work meanwhile."""
        yield

    def stop(self) -> None:
        """End what runs for this question, and nothing else: `ask` raises QueryCancelled soon. From any thread."""
        with self._lock:
            self._stopped = True
            stoppers = list(self._stoppers)
        for stop in stoppers:
            with contextlib.suppress(Exception):  # what does not stop runs into its time limit
                stop()

    def check(self) -> None:
        """Raises QueryCancelled when it has been stopped."""
        if self._stopped:
            raise QueryCancelled(phrase("The question was stopped."), phrase("Ask it again when you like."))

    @contextlib.contextmanager
    def stopping_by(self, stop: Callable[[], object]) -> Iterator[None]:
        """While inside, `stop` is what ends the work that runs; it may be called from any thread, once.

        Raises QueryCancelled at the beginning when the question has been stopped already.
        """
        with self._lock:
            self.check()
            self._stoppers.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stoppers.remove(stop)
