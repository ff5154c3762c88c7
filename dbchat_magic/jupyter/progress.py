"""Progress: one line that tells how far the reading of a schema is, while somebody waits for it."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from dbchat_magic.jupyter.display import is_terminal

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.reading import Progress

SHOWN_AFTER = 0.5
"""Seconds; what is quicker needs no word."""
ERASE = "\r\033[K"


class ProgressLine:
    """Appears after SHOWN_AFTER, is updated in place and disappears at the end."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._started: float | None = None
        self._shown = ""
        self._handle: Any = None

    def __call__(self, progress: Progress | None) -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # a front that waits in another thread has no cell to show it in
        if progress is None:
            self._end()
            return
        if self._started is None:
            self._started = time.monotonic()
        line = progress_text(progress)
        if line != self._shown and time.monotonic() - self._started >= SHOWN_AFTER:
            self._show(line)

    def _show(self, line: str) -> None:
        self._shown = line
        if is_terminal(self._shell):
            sys.stderr.write(ERASE + line)
            sys.stderr.flush()
        elif self._handle is None:
            from IPython.display import display

            self._handle = display({"text/plain": line}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": line}, raw=True)

    def _end(self) -> None:
        if self._shown and is_terminal(self._shell):
            sys.stderr.write(ERASE)
            sys.stderr.flush()
        elif self._handle is not None:
            self._handle.update({"text/plain": "", "text/html": ""}, raw=True)
        self._started, self._shown, self._handle = None, "", None


def progress_text(progress: Progress) -> str:
    from dbchat_magic.rendering.cells import plain

    counted = f": {progress.done:,} of {progress.total:,}" if progress.total else ""
    return f"Reading the tables of {plain(progress.datasource)}{counted} …"
