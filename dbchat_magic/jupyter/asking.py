"""Asking: what a person is asked while a cell runs: a password, a field. Nothing typed here is in the history."""

from __future__ import annotations

import builtins
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from dbchat_magic.errors import PasswordNeeded
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.jupyter.notebook import DbChat

T = TypeVar("T")

NOBODY_THERE = (EOFError, OSError, NotImplementedError)
"""Raised where there is nobody to ask: IPython's StdinNotImplementedError is the last of them."""


def can_ask(shell: Any) -> bool:
    """Whether a person can be asked now: not where notebooks run by themselves, nor without a terminal."""
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return sys.stdin is not None and sys.stdin.isatty()
    return bool(getattr(kernel, "_allow_stdin", False))


def ask_secret(shell: Any, prompt: str) -> str:
    """What a person types unseen; empty where nobody can be asked, and where they typed nothing."""
    from dbchat_magic.core.secrets import know

    return know(ask(shell, prompt, lambda: getpass.getpass(prompt)))


def ask_line(shell: Any, prompt: str) -> str:
    return ask(shell, prompt, lambda: builtins.input(prompt)).strip()


def ask(shell: Any, prompt: str, read: Callable[[], str]) -> str:
    if not can_ask(shell):
        return ""
    try:
        return read()
    except NOBODY_THERE:
        return ""


def with_password(settings: DbChat, find_source: Callable[[], Datasource], step: Callable[[], T]) -> T:
    """The step's value. Where its database wants a password, a person is asked for it, once.

    One that opens the database holds for this session, and is kept with the datasource if the person wants it.
    """
    try:
        return step()
    except PasswordNeeded:
        from dbchat_magic.core.datasources import password_prompt, try_password

        source = find_source()
        secret = ask_secret(settings.parent, f"{password_prompt(source)}: ")
        if not secret:
            raise
        value = try_password(source, secret, step)
    offer_to_keep(settings, source, secret)
    return value


def offer_to_keep(settings: DbChat, source: Datasource, secret: str) -> None:
    if not source.id:
        return
    if ask_line(settings.parent, phrase("Keep this password for next time? [y/N] ")).lower() in ("y", "yes"):
        sources = settings.chat().datasources
        sources.update(source.id, password=secret)
        print(sources.secrets.take_note() or phrase("It is kept."))  # noqa: T201
