"""Progress: a line or two that tell what a question waits for: the reading of a schema, or a model that writes."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dbchat_magic.jupyter.display import is_terminal
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.course import Event
    from dbchat_magic.core.reading import Progress
    from dbchat_magic.rendering.files import WrittenFile

SHOWN_AFTER = 0.5
"""Seconds; what is quicker needs no word."""
SHOWN_CHARACTERS = 1_200
"""Of what a model writes; a reasoning one writes pages."""
TERMINAL_WIDTH = 78
ERASE = "\r\033[K"


class Line:
    """Text that is updated in place and disappears at the end."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._started: float | None = None
        self._shown = ""
        self._handle: Any = None

    def show(self, line: str) -> None:
        """Show the text, if what it is about takes longer than SHOWN_AFTER."""
        if threading.current_thread() is not threading.main_thread():
            return  # a front that waits in another thread has no cell to show it in
        if self._started is None:
            self._started = time.monotonic()
        if line != self._shown and time.monotonic() - self._started >= SHOWN_AFTER:
            self._show(line)

    def _show(self, line: str) -> None:
        self._shown = line
        if is_terminal(self._shell):
            # One that wraps cannot be erased.
            width = min(TERMINAL_WIDTH, shutil.get_terminal_size().columns - 1)
            sys.stderr.write(ERASE + line[-width:].replace("\n", " "))
            sys.stderr.flush()
        elif self._handle is None:
            from IPython.display import display

            self._handle = display({"text/plain": line}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": line}, raw=True)

    def end(self) -> None:
        """Take it away."""
        if threading.current_thread() is not threading.main_thread():
            return
        if self._shown and is_terminal(self._shell):
            sys.stderr.write(ERASE)
            sys.stderr.flush()
        elif self._handle is not None:
            self._handle.update({"text/plain": "", "text/html": ""}, raw=True)
        self._started, self._shown, self._handle = None, "", None


_listening = threading.local()


@contextlib.contextmanager
def listening(on_progress: Callable[[Progress], None]) -> Iterator[None]:
    """While inside, how far the reading of a schema is that this thread waits for goes there: to a widget."""
    _listening.tell = on_progress
    try:
        yield
    finally:
        del _listening.tell


class ProgressLine(Line):
    """How far the reading of a schema is."""

    def __call__(self, progress: Progress | None) -> None:
        if (tell := getattr(_listening, "tell", None)) is not None:
            if progress is not None:
                tell(progress)
        elif progress is None:
            self.end()
        else:
            self.show(progress_text(progress))


class CourseLine(Line):
    """What a question is doing: above all, what a model writes, as it comes."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._written = ""

    def __call__(self, event: Event) -> None:
        from dbchat_magic.core.course import Step
        from dbchat_magic.rendering.cells import plain

        if not isinstance(event, Step):
            self._written += event.text
            self.show("\n".join(map(plain, self._written[-SHOWN_CHARACTERS:].split("\n"))))
        elif event.name == "repair":
            self._written = ""
            self.show(phrase("Not so: {detail} Once more …", detail=plain(event.detail)))
        elif event.name == "translate":
            self._written = ""


class FileLine(Line):
    """How far the writing of a file is."""

    def __call__(self, written: WrittenFile) -> None:
        rate = written.bytes / 1e6 / max(written.seconds, 0.001)
        self.show(
            phrase(
                "{rows} rows, {megabytes} MB, {rate} MB/s …",
                rows=f"{written.rows:,}",
                megabytes=f"{written.bytes / 1e6:,.1f}",
                rate=f"{rate:,.1f}",
            )
        )


def progress_text(progress: Progress) -> str:
    from dbchat_magic.rendering.cells import plain

    if not progress.total:
        return phrase("Reading the tables of {name} …", name=plain(progress.datasource))
    return phrase(
        "Reading the tables of {name}: {done} of {total} …",
        name=plain(progress.datasource),
        done=f"{progress.done:,}",
        total=f"{progress.total:,}",
    )
