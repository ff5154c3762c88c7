"""Failures: which status an error has and what of it a reply says, for both families of routes."""

from __future__ import annotations

from dataclasses import dataclass

from tornado.web import HTTPError

from dbchat_magic.core.secrets import redact
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import (
    Ambiguous,
    DatasourceError,
    DbChatError,
    ModelError,
    ModelRateError,
    NotUnderstood,
    QueryCancelled,
    QueryFailed,
    QueryTimeout,
    SqlRejected,
)

STATUSES: dict[type[DbChatError], int] = {
    DbChatError: 400,
    DatasourceError: 400,
    NotUnderstood: 422,
    Ambiguous: 409,
    SqlRejected: 422,
    QueryFailed: 422,
    QueryTimeout: 504,
    QueryCancelled: 499,
    ModelError: 502,
    ModelRateError: 503,
}
"""An error that is not named has its parent's."""

KINDS: dict[int, tuple[str, str, str]] = {
    400: ("BadRequest", "This request cannot be read.", "Send JSON as the documentation shows it."),
    401: ("Forbidden", "The token is missing or wrong.", "Send the server's token: Authorization: token T."),
    403: ("Forbidden", "This is not allowed.", "Send the server's token, or the X-XSRFToken header."),
    404: ("NotFound", "There is nothing under this address.", "Check the path and the id."),
    405: ("MethodNotAllowed", "This address does not know this method.", ""),
    413: ("TooLarge", "The request is too large.", "Send at most 1 MB."),
    415: ("UnsupportedMediaType", "The body is not JSON.", "Send Content-Type: application/json."),
    429: ("Busy", "As many questions are being answered as may.", "Try again in a moment."),
}
"""Status -> kind, message, hint of what does not come from our tree of errors."""


@dataclass(frozen=True)
class Failure:
    """What went wrong, ready to be written in either family's way."""

    status: int
    kind: str
    message: str
    hint: str = ""
    code: str = ""
    """DB-GPT's err_code; empty: the status."""
    choices: tuple[Translation, ...] = ()

    @property
    def retry_after(self) -> int | None:
        """Seconds after which the same request may be answered; None: nobody knows."""
        return RETRY_AFTER.get(self.status)


RETRY_AFTER = {429: 1, 503: 10}
"""Seconds by status."""


class Refused(Exception):
    """A request that does not get as far as DbChat."""

    def __init__(
        self, status: int, message: str = "", hint: str | None = None, code: str = "", kind: str = ""
    ) -> None:
        super().__init__(status, message)
        usual_kind, usual_message, usual_hint = KINDS[status]
        self.failure = Failure(
            status,
            kind or usual_kind,
            message or usual_message,
            usual_hint if hint is None else hint,
            code,
        )


class BadField(Refused):
    """A field of the body that does not fit: `field` is its path, "" the body itself."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(400, f"{field or 'The body'}: {fault}.", code="E0001")
        self.field = field
        self.fault = fault


def find_failure(error: BaseException | None, status: int, request_id: str) -> Failure:
    """What a reply says about an error; `status` is what the server made of it so far.

    Of a bug it says only the request's id, under which the log has more.
    """
    if isinstance(error, Refused):
        return error.failure
    if isinstance(error, DbChatError):
        choices = tuple(error.choices) if isinstance(error, Ambiguous) else ()
        message, hint = redact(error.message), redact(error.hint)
        return Failure(status_of(error), type(error).__name__, message, hint, "E0003", choices)
    if status in KINDS and (error is None or isinstance(error, HTTPError)):
        return Failure(status, *KINDS[status])
    return Failure(
        500,
        "Bug",
        f"Something went wrong inside the server (request {request_id}).",
        "Its log has more under this number.",
        "E0003",
    )


def status_of(error: DbChatError) -> int:
    """The status of the nearest class in the table."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
