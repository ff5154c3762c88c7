"""Presses: a button, or Enter, acts on all that was typed before it.

The page tells a press at once, but the text of a field only when the kernel has taken what was typed into it before
(the message throttle of ipywidgets). A press overtakes the last words of who types quickly, and all but the first
letter of who types while a cell runs. So what is pressed right behind typed text waits until the rest has come.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any

ON_ITS_WAY = 0.3
"""Seconds after which the rest of a text has come: the kernel's word that it took the first part, and the way back."""


class Presses:
    """What is typed and pressed in the widgets of a kernel. A press is heard in the thread of its event loop alone."""

    def __init__(self) -> None:
        self._typed = -math.inf
        """When text came last, of `time.monotonic`."""
        self._waiting: deque[tuple[float, Callable[[], None]]] = deque()
        """What was pressed, in its order, and when it may be done."""

    def listen(self, control: Any) -> None:
        """To what is typed into a control."""
        control.observe(self._note, "value")

    def after_typing(self, step: Callable[[], None]) -> None:
        """Do a step now, or in the kernel's event loop as soon as all that was typed before it has come."""
        loop = running_loop()
        due = self._typed + ON_ITS_WAY
        if loop is None or (due <= time.monotonic() and not self._waiting):
            step()
            return
        self._waiting.append((due, step))
        if len(self._waiting) == 1:
            self._look_later(loop, due)

    def _note(self, _change: Any) -> None:
        self._typed = time.monotonic()

    def _look_later(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        loop.call_later(max(0.0, due - time.monotonic()), self._look, loop, due)

    def _look(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        """Where a cell ran meanwhile, what came with the press still lies behind us in the loop."""
        now = time.monotonic()
        if now - due > ON_ITS_WAY:
            self._look_later(loop, now + ON_ITS_WAY)
            return
        while self._waiting and self._waiting[0][0] <= now:
            loop.call_soon(self._waiting.popleft()[1])
        if self._waiting:
            self._look_later(loop, self._waiting[0][0])


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The kernel's; None where none runs, as in a script."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


PRESSES = Presses()
"""Those of this kernel."""
