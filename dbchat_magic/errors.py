"""The tree of our errors: each is a sentence to a person, with a hint that says what to try::

    DbChatError
    ├── DatasourceError         no such datasource, bad fields, cannot be opened
    │   ├── DatasourceChanged   somebody else changed it since it was looked at
    │   └── PasswordNeeded      the database wants a password that is not known here
    ├── GlossaryError           a glossary's file cannot be used as it is
    ├── NotUnderstood           the translator declines the question
    │   └── Ambiguous           several readings are about as likely; they are its `choices`
    ├── SqlRejected             the guard refuses the statement
    ├── QueryFailed             the database refused or broke off the statement
    │   ├── NameUnknown         it names a table or column that is not there
    │   ├── QueryTimeout        it ran longer than allowed
    │   └── QueryCancelled      somebody stopped it
    └── ModelError              the model endpoint did not give a usable answer
        ├── ModelKeyError       the key is missing or wrong
        ├── ModelRateError      too many requests
        ├── ModelContextError   the prompt is too long for the model
        └── ModelUnreachable    nothing answers there

Bugs are not wrapped: what is not in this tree is a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DbChatError(Exception):
    """Anything a user can act on. `message` says what happened, `hint` what to try."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class DatasourceError(DbChatError):
    """No such datasource, fields that do not fit its kind, or a database that cannot be opened."""


class DatasourceChanged(DatasourceError):
    """Somebody else changed the datasource since it was looked at: `now` is what it is."""

    def __init__(self, message: str, hint: str = "", now: Any = None) -> None:
        super().__init__(message, hint)
        self.now = now


class PasswordNeeded(DatasourceError):
    """The database wants a password, and none is known or the known one is wrong: ask the person for it."""


class GlossaryError(DbChatError):
    """A glossary's file cannot be used as it is: the message names file and line, the hint what to write."""


class NotUnderstood(DbChatError):
    """The translator declines the question."""


class Ambiguous(NotUnderstood):
    """Several readings are about as likely: `choices` holds their Translations, likeliest first."""

    def __init__(self, message: str, hint: str = "", choices: Sequence[Any] = ()) -> None:
        super().__init__(message, hint)
        self.choices = tuple(choices)


class SqlRejected(DbChatError):
    """The guard refuses the statement: `part` is the piece of it that is not allowed."""

    def __init__(self, message: str, hint: str = "", part: str = "") -> None:
        super().__init__(message, hint)
        self.part = part


class QueryFailed(DbChatError):
    """The database refused the statement or broke off while running it."""


class NameUnknown(QueryFailed):
    """The statement names a table, column or function that the database does not have."""


class QueryTimeout(QueryFailed):
    """The statement ran longer than allowed and was ended."""


class QueryCancelled(QueryFailed):
    """The statement was stopped by the user."""


class ModelError(DbChatError):
    """The model endpoint did not give a usable answer."""


class ModelKeyError(ModelError):
    """The endpoint wants another key, or one at all."""


class ModelRateError(ModelError):
    """The endpoint says there were too many requests."""


class ModelContextError(ModelError):
    """The prompt is longer than the model reads."""


class ModelUnreachable(ModelError):
    """Nothing answers at the endpoint's address."""
