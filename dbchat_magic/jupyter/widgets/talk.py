"""Talk: how a widget answers: a line that tells, what goes on with its Stop button, and the password that is wanted.

All that is told to the page, by a button's callback or by a thread, is told under one lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from dbchat_magic.core.datasources import try_password
from dbchat_magic.core.secrets import redact
from dbchat_magic.errors import DbChatError, PasswordNeeded
from dbchat_magic.jupyter.progress import listening, progress_text
from dbchat_magic.jupyter.widgets.controls import (
    SecretField,
    button,
    listing_html,
    message_html,
    row,
    show,
)
from dbchat_magic.jupyter.widgets.work import Work
from dbchat_magic.language import phrase
from dbchat_magic.rendering.html import text

if TYPE_CHECKING:
    from dbchat_magic.core.course import Course, Event
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.jupyter.notebook import DbChat


@dataclass(frozen=True)
class Job:
    """What takes long, so that it can be done again with a password."""

    words: str
    """What is told while it goes on."""
    source: Datasource
    step: Callable[[Course], Any]
    then: Callable[[Any], None]
    failed: Callable[[DbChatError], bool]
    """What else becomes of an error; True: it needs no line."""
    on_event: Callable[[Event], str] | None
    """What is told from now on."""


class Talk:
    """The part of a widget that tells and asks back."""

    def __init__(self, settings: DbChat) -> None:
        self._settings = settings
        self.lock = threading.RLock()
        self.work = Work(self.lock, self._tick)
        self._job: Job | None = None
        self._wanted: Job | None = None
        self._words = ""
        self._said = ipywidgets.HTML()
        self._progress = ipywidgets.HTML()
        self._going_on = row(
            self._progress, button(phrase("Stop"), phrase("Do not wait for this any longer"), self.stop)
        )
        self._password = SecretField(phrase("Password"), phrase("Opens this datasource"))
        self._opening = ipywidgets.VBox([self._password.control, self._password_buttons()])
        self.box = ipywidgets.VBox([self._said, self._going_on, self._opening])
        show(self._going_on, False)
        show(self._opening, False)

    def _password_buttons(self) -> ipywidgets.HBox:
        return row(
            self.button(
                phrase("Connect"), self._connect, phrase("Use this password until the notebook's kernel ends")
            ),
            self.button(
                phrase("Connect and keep"),
                self._connect_and_keep,
                phrase("Keep this password with the datasource"),
            ),
        )

    # ---------------------------------------------------------------------------------------------- a line

    def say(self, message: str, *, hint: str = "", listing: str = "", is_error: bool = False) -> None:
        self._said.value = message_html(message, hint, is_error) + listing_html(listing) if message else ""

    def say_error(self, error: DbChatError) -> None:
        self.say(redact(error.message), hint=redact(error.hint), is_error=True)

    def attempt(self, step: Callable[[], None]) -> None:
        """Our errors are a line and a hint in the widget; a bug is said, and stays a traceback."""
        with self.lock:
            try:
                step()
            except DbChatError as error:
                self.say_error(error)
            except Exception:
                self._say_bug()
                raise

    def pressed(self, step: Callable[[], None]) -> Callable[[], None]:
        """The step, attempted when it is called."""
        return lambda: self.attempt(step)

    def button(self, label: str, step: Callable[[], None], tooltip: str) -> ipywidgets.Button:
        """A button that attempts a step."""
        return button(label, tooltip, self.pressed(step))

    def _say_bug(self) -> None:
        self.say(
            phrase("This is a bug of dbchat_magic."),
            hint=phrase("The log holds its traceback."),
            is_error=True,
        )

    # --------------------------------------------------------------------------------------- what takes long

    def do(
        self,
        words: str,
        source: Datasource,
        step: Callable[[Course], Any],
        then: Callable[[Any], None],
        failed: Callable[[DbChatError], bool] = lambda _: False,
        on_event: Callable[[Event], str] | None = None,
    ) -> None:
        """Do a step in a thread of its own, and `then` what follows of its value; our errors are told.

        Where the datasource wants a password a person is asked for it, and it is done again.
        """
        self._start(Job(words, source, step, then, failed, on_event))

    def _start(self, job: Job, secret: str = "", kept: bool = False) -> None:
        self._stop_asking()
        self.say("")
        self._job, self._words = job, job.words
        self._tick(0)
        show(self._going_on, True)

        def step(course: Course) -> Any:
            with listening(lambda progress: self._tell(progress_text(progress))):
                if not secret:
                    return job.step(course)
                return try_password(job.source, secret, lambda: job.step(course))

        def then(value: Any) -> None:
            self._rest()
            if secret:
                self._say_open(job.source, secret if kept else "")
            self.attempt(lambda: job.then(value))

        self.work.start(step, then, lambda error: self._fail(job, error), self._event)

    def _fail(self, job: Job, error: Exception) -> None:
        self._rest()
        if not isinstance(error, DbChatError):
            self._say_bug()
            raise error
        if job.failed(error):
            return
        news = self._said.value  # what was said since it began
        self.say_error(error)
        self._said.value = news + self._said.value
        if isinstance(error, PasswordNeeded):
            self._wanted = job
            show(self._opening, True)

    def stop(self) -> None:
        with self.lock:
            if self.work.stop():
                self._rest()
                self.say(phrase("Stopped."))

    def leave(self) -> None:
        """Something else is looked at: what went on is stopped, and nothing is asked any more."""
        with self.lock:
            self.work.stop()
            self._rest()
            self._stop_asking()
            self.say("")

    def _rest(self) -> None:
        self._job = None
        self._progress.value = ""
        show(self._going_on, False)

    def _event(self, event: Event) -> None:
        if self._job is not None and self._job.on_event is not None and (words := self._job.on_event(event)):
            self._words = words
            self._tick(0)

    def _tell(self, words: str) -> None:
        with self.lock:
            self._words = words

    def _tick(self, seconds: float) -> None:
        elapsed = f'<span aria-hidden="true"> {seconds:,.0f} s</span>' if seconds >= 1 else ""
        self._progress.value = (
            f'<span role="status" style="color: var(--jp-ui-font-color2)">{text(self._words)}</span>{elapsed}'
        )

    # -------------------------------------------------------------------------------------------- a password

    def _connect(self, kept: bool = False) -> None:
        """What was refused for want of a password is done with the one that is typed."""
        job, secret = self._wanted, self._password.secret
        if job is not None and secret:
            self._start(job, secret, kept)

    def _connect_and_keep(self) -> None:
        self._connect(kept=True)

    def _say_open(self, source: Datasource, secret: str) -> None:
        if not secret or not source.id:
            self.say(phrase("{name} is open until the kernel ends.", name=source.name))
            return
        sources = self._settings.chat().datasources
        sources.update(source.id, password=secret)
        self.say(phrase("The password is kept."), hint=sources.secrets.take_note())

    def _stop_asking(self) -> None:
        self._wanted = None
        self._password.forget()
        show(self._opening, False)
