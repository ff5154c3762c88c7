"""Failures: what goes wrong between us and a model's server, as errors that a person can act on."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator

from dbchat_magic.core.secrets import redact
from dbchat_magic.errors import (
    ModelContextError,
    ModelError,
    ModelKeyError,
    ModelRateError,
    ModelUnreachable,
)
from dbchat_magic.language import marked, phrase
from dbchat_magic.translators.model.endpoint import Endpoint

LONGEST_WAIT = 5.0
"""Seconds that are waited before a request is sent again."""
USUAL_WAIT = 0.5
TOO_LONG = re.compile(
    r"context[_ ](?:length|size|window)|exceed_context|maximum context|too (?:long|many tokens)|max.{0,20}tokens.{0,40}exceed"
    r"|reduce the length",
    re.IGNORECASE,
)
NOBODY_LISTENS = re.compile(r"refused|Connect call failed|Errno 111|WinError 10061", re.IGNORECASE)
HOPELESS = re.compile(rf"{NOBODY_LISTENS.pattern}|in time|certificate|\bname\b|nodename", re.IGNORECASE)
"""Ways not to reach a server that a second attempt does not change."""
PARAMETERS = (
    "response_format",
    "stream_options",
    "logprobs",
    "temperature",
    "max_completion_tokens",
    "max_tokens",
)
"""What a request can do without."""


class Refusal(Exception):
    """What the server, or the way to it, said instead of a reply."""

    def __init__(
        self,
        words: str,
        *,
        status: int = 0,
        is_broken: bool = False,
        is_unreachable: bool = False,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(words)
        self.words = words
        self.status = status
        """The HTTP status; 0: there was none."""
        self.is_broken = is_broken
        """A reply began and did not come to its end."""
        self.is_unreachable = is_unreachable
        self.retry_after = retry_after

    @property
    def parameter(self) -> str:
        """The parameter that the server does not take, where it names one."""
        if self.status not in (400, 422, 500, 501) or TOO_LONG.search(self.words):
            return ""
        named = {
            name: found.start() for name in PARAMETERS if (found := re.search(rf"\b{name}\b", self.words))
        }
        return min(
            named, key=lambda name: named[name], default=""
        )  # the next one named is what to use instead

    @classmethod
    @contextlib.asynccontextmanager
    async def translated(cls) -> AsyncIterator[None]:
        """While inside, errors of the openai package and of what it stands on become Refusals."""
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            raise cls(
                text_of_error(error),
                status=error.status_code,
                retry_after=error.response.headers.get("retry-after"),
            ) from None
        except openai.APITimeoutError:
            raise cls("no answer in time", is_unreachable=True) from None
        except openai.APIConnectionError as error:
            raise cls(cause_of(error), is_unreachable=True) from None
        except openai.OpenAIError as error:
            raise cls(str(error)) from None
        except (OSError, EOFError) as error:
            raise cls(cause_of(error), is_broken=True) from None
        except Exception as error:
            # The connection may break while the reply is read; what then is raised is the transport's own error,
            # which has no public name: which transport openai brings depends on its version.
            if type(error).__module__.partition(".")[0] not in (
                "httpx",
                "httpx2",
                "httpcore",
                "httpcore2",
                "anyio",
            ):
                raise
            raise cls(cause_of(error), is_broken=True) from None


def text_of_error(error: object) -> str:
    """The server's own words, which the package's text hides."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error", body)
        words = inner.get("message") if isinstance(inner, dict) else inner
        code = inner.get("code") if isinstance(inner, dict) else None
        if isinstance(words, str) and words:
            return f"{words} ({code})" if isinstance(code, str) and code not in words else words
    return body if isinstance(body, str) and body else str(error)


def cause_of(error: BaseException) -> str:
    """The words of the first cause: those of the error itself are "Connection error."."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]  # one of them is there
    return str(error) or type(error).__name__


def wait_before_retry(refusal: Refusal) -> float | None:
    """Seconds after which asking again may help; None: it will not."""
    if refusal.status == 429:
        return read_seconds(refusal.retry_after)
    if refusal.status in (500, 502, 503, 504):
        return USUAL_WAIT
    if refusal.is_unreachable and not HOPELESS.search(refusal.words):
        return USUAL_WAIT
    return None


def read_seconds(text: str | None) -> float | None:
    """A Retry-After that is worth waiting for; None: there is none, or it is too far off or no number."""
    if text is None:
        return USUAL_WAIT
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_WAIT else None


def to_error(refusal: Refusal, endpoint: Endpoint) -> ModelError:
    """The refusal as an error for people, the most specific of ours."""
    said = quoted(refusal.words)
    at = f"{endpoint.label} ({endpoint.host})" if endpoint.label != endpoint.host else endpoint.host
    if refusal.is_broken:
        return ModelError(
            phrase("The reply of {at} broke off: {said}.", at=at, said=said),
            phrase("Ask again; -m offline answers without a model."),
        )
    if refusal.is_unreachable:
        return unreachable(at, refusal.words, endpoint)
    if TOO_LONG.search(refusal.words) and refusal.status in (400, 413, 422, 500):
        return ModelContextError(
            phrase(
                "The question with its tables is too long for {model}: {said}.",
                model=endpoint.model,
                said=said,
            ),
            phrase("Name the tables it is about (--tables a,b), or use a model that reads more."),
        )
    by_status = {
        401: ModelKeyError(
            phrase("{at} does not accept the key: {said}.", at=at, said=said), key_hint(endpoint)
        ),
        403: ModelKeyError(
            phrase("{at} does not allow this with the key it got: {said}.", at=at, said=said),
            key_hint(endpoint),
        ),
        404: ModelError(
            phrase("{at} has no model {model}: {said}.", at=at, model=endpoint.model, said=said),
            phrase("%dbchat --models lists those it has; check the address, too: it often ends in /v1."),
        ),
        429: ModelRateError(
            phrase("{at} answers no more requests for now: {said}.", at=at, said=said),
            phrase("Wait a little, or look at its quota; -m offline answers without a model."),
        ),
    }
    if refusal.status in by_status:
        return by_status[refusal.status]
    if 300 <= refusal.status < 400:
        return ModelError(
            phrase("{at} sends us to another address, which is not followed.", at=at),
            phrase("Set DBCHAT_BASE_URL to where it really is."),
        )
    failed = marked("{at} failed: {said}.")
    if refusal.status:
        failed = marked("{at} failed with status {status}: {said}.")
    return ModelError(
        phrase(failed, at=at, status=refusal.status, said=said),
        phrase("Ask again later; -m offline answers without a model."),
    )


def unreachable(at: str, words: str, endpoint: Endpoint) -> ModelUnreachable:
    if "certificate" in words.lower():
        return ModelUnreachable(
            phrase("The certificate of {at} cannot be trusted: {reason}.", at=at, reason=quoted(words)),
            phrase(
                "Nothing was sent. Have its issuer's certificate installed (SSL_CERT_FILE), or check the "
                "address."
            ),
        )
    if NOBODY_LISTENS.search(words):
        words = phrase("nothing listens there")
    start = phrase("Check the address and the network. -m offline answers without a model.")
    if endpoint.is_local:
        start = phrase("Is it started? -m offline answers without a model.")
    return ModelUnreachable(phrase("{at} cannot be reached: {reason}.", at=at, reason=quoted(words)), start)


def key_hint(endpoint: Endpoint) -> str:
    return phrase(
        "Set DBCHAT_API_KEY, or the key of the model's profile, to one for {host};"
        " -m offline answers without a model.",
        host=endpoint.host,
    )


def quoted(words: str) -> str:
    """The server's words, short, on one line, without our secrets and without what a terminal would obey."""
    text = re.sub(r"\s+", " ", "".join(char if char.isprintable() else " " for char in redact(words))).strip()
    return text[:240].rstrip(". ") or phrase("it does not say why")


def too_slow(endpoint: Endpoint, seconds: float) -> ModelUnreachable:
    return ModelUnreachable(
        phrase("{label} gave no answer within {seconds:g} seconds.", label=endpoint.label, seconds=seconds),
        phrase("Ask again, or set DBCHAT_MODEL_TIMEOUT higher; -m offline answers without a model."),
    )


def too_large(endpoint: Endpoint) -> ModelError:
    return ModelError(
        phrase("{label} sent more than any reply can have.", label=endpoint.label),
        phrase("Is it a model's server? -m offline answers without a model."),
    )


def strange(endpoint: Endpoint, text: str = "") -> ModelError:
    is_page = text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))
    what = marked("{host} answered with something that is no chat completion.")
    if is_page:
        what = marked("{host} answered with a web page.")
    return ModelError(
        phrase(what, host=endpoint.host),
        phrase("Check the model's address: it often ends in /v1. -m offline answers without a model."),
    )


def cut_off(endpoint: Endpoint, why: str) -> ModelError:
    return ModelError(
        phrase(
            "The reply of {label} is not complete: {why}. Nothing of it is used.",
            label=endpoint.label,
            why=why,
        ),
        phrase("Ask again; -m offline answers without a model."),
    )
