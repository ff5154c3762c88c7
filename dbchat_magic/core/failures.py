"""Failures: what a database says when it refuses, as one of our errors with what to try."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from dbchat_magic.core.worker_process import CANCELLED, INTERRUPTED, NO_MEMORY, TIMEOUT, TOO_MANY_BYTES
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import (
    DatasourceError,
    DbChatError,
    NameUnknown,
    PasswordNeeded,
    QueryCancelled,
    QueryFailed,
    QueryTimeout,
)
from dbchat_magic.language import marked, phrase

BYTE_LIMIT = 2**28
"""Bytes that one result may take on its way here."""


class TooLarge(Exception):
    """A result is larger than BYTE_LIMIT."""


SHOWN = 400
"""Characters of the database's words that are shown."""

MEANINGS: Mapping[str, tuple[type[DbChatError], str, str]] = {
    TIMEOUT: (
        QueryTimeout,
        marked("The query was stopped after {seconds:g} seconds."),
        marked("Ask for less (a filter, fewer tables), or allow more time: DBCHAT_TIMEOUT."),
    ),
    CANCELLED: (QueryCancelled, marked("The query was cancelled."), ""),
    INTERRUPTED: (QueryCancelled, marked("The query was cancelled."), ""),
    TOO_MANY_BYTES: (
        QueryFailed,
        marked("The result is larger than {megabytes} MB."),
        marked("Ask for fewer rows or columns, or leave out those that hold long texts."),
    ),
    NO_MEMORY: (
        QueryFailed,
        marked("The query needed more memory than it may take."),
        marked("Ask for less at a time: fewer rows, or shorter texts."),
    ),
    "value too large": (
        QueryFailed,
        marked("A value in this query is larger than 4 MB."),
        marked("Leave out the columns that hold such values; length() of them works."),
    ),
    "locked": (
        QueryFailed,
        marked("{name} is locked by another program."),
        marked("Let that one finish, and ask again."),
    ),
    "held here": (
        QueryFailed,
        marked("This notebook itself holds {name} open for writing."),
        marked(
            "Close it (its connection's close()), or ask that connection: %dbsource add NAME and its variable."
        ),
    ),
    "refused": (
        QueryFailed,
        marked("The database refused the statement: {words}."),
        marked("Sessions here can only read, and use only functions known to be harmless."),
    ),
    "read-only": (
        QueryFailed,
        marked("The database refused the statement: {words}."),
        marked("Sessions here can only read."),
    ),
    "no database file": (
        DatasourceError,
        marked("{name} is no {label} file: {words}."),
        marked("It may be of another kind or version, or encrypted."),
    ),
    "damaged": (
        DatasourceError,
        marked("{name} is damaged: {words}."),
        marked("Restore it from a copy, or try to recover it with {label}'s own program."),
    ),
    "cannot be opened": (
        DatasourceError,
        marked("{name} cannot be opened: {words}."),
        marked(
            "If its folder cannot be written to, copy the file (and those that end in -wal and -shm) elsewhere."
        ),
    ),
    "unreadable": (
        QueryFailed,
        marked("{name} could not be read: {words}."),
        marked("Check the file and the disk, and ask again."),
    ),
    "disk full": (
        QueryFailed,
        marked("There is no room for what the query has to sort."),
        marked("Ask for less at a time."),
    ),
    "unknown name": (
        NameUnknown,
        marked("{label} could not run the statement: {words}."),
        marked(
            "Check names and spelling; if the database has changed, %dbsource refresh reads its tables anew."
        ),
    ),
    "password": (
        PasswordNeeded,
        marked("{name} does not let this user in: {words}."),
        marked(
            "Check user and password: %dbsource password NAME asks for a new one, and ${{env:NAME}} as the"
            " password takes it from a variable of the environment."
        ),
    ),
    "no database": (
        DatasourceError,
        marked("There is no such database at {name}: {words}."),
        marked("Check the field database; databases of one server are datasources of their own."),
    ),
    "no rights": (
        QueryFailed,
        marked("This user may not read that: {words}."),
        marked("Ask the database's owner for the right to read it, or leave it out of the question."),
    ),
    "unreachable": (
        DatasourceError,
        marked("{name} cannot be reached: {words}."),
        marked("Is the server running, are host and port right, does a firewall or a tunnel stand between?"),
    ),
    "other protocol": (
        DatasourceError,
        marked("What answers at {name} does not speak {label}'s protocol: {words}."),
        marked("Check the port and the kind of database."),
    ),
    "certificate": (
        DatasourceError,
        marked("The encryption that {name} offers is not accepted: {words}."),
        marked("Check the fields for encryption and the root certificate; nothing was sent."),
    ),
    "too busy": (
        DatasourceError,
        marked("{name} takes no more connections: {words}."),
        marked("Wait, or close other programs that use it."),
    ),
    "gone": (
        QueryFailed,
        marked("The connection to {name} broke off: {words}."),
        marked("The next question opens it anew; if it happens again, look at the server's log."),
    ),
}


def find_meaning(dialect: Dialect, kind: str, words: str) -> str:
    """What an error means: one of MEANINGS, or "" for a plain mistake in the statement."""
    if kind in MEANINGS:
        return kind
    if f"(PID {os.getpid()})" in words:
        return "held here"
    for beginning, meaning in dialect.errors.items():
        if kind.startswith(beginning) or beginning in words:
            return meaning
    return ""


def translate_error(
    dialect: Dialect, kind: str, words: str, *, name: str, seconds: float = 0, certain: str = ""
) -> DbChatError:
    """Our error for an error of the database; `certain`: its meaning where that is known."""
    meaning = certain or find_meaning(dialect, kind, words)
    words = clean(words) or kind
    if meaning not in MEANINGS:
        return QueryFailed(
            phrase("{label} could not run the statement: {words}.", label=dialect.label, words=words),
            phrase("Check names and spelling."),
        )
    error, message, hint = MEANINGS[meaning]
    values = {
        "name": name,
        "label": dialect.label,
        "seconds": seconds,
        "words": words,
        "megabytes": BYTE_LIMIT >> 20,
    }
    return error(phrase(message, **values), phrase(hint, **values) if hint else "")


POINTER = re.compile(r"\n+LINE \d+:.*", re.DOTALL)
"""Where databases show the place in the statement."""


def clean(words: str) -> str:
    """The database's words as a part of a sentence.

    >>> clean('Binder Error: column "x" not found!\\n\\nLINE 1: select x\\n               ^')
    'Binder Error: column "x" not found!'
    """
    return " ".join(POINTER.sub("", words).split())[:SHOWN].removesuffix(".")
