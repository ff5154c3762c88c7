"""Client: sends a prompt to an OpenAI-compatible endpoint and gives back what it said; the only file that does.

Every request has a clock of its own: a server that drips one blank a second is as dead as one that says nothing.
The bytes are read here and not by the `openai` package, which takes a page of HTML or half a stream for a reply.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import os
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from dbchat_magic.core.course import Course, Wrote
from dbchat_magic.core.translator import Usage
from dbchat_magic.errors import DbChatError, ModelError, QueryCancelled
from dbchat_magic.language import phrase
from dbchat_magic.translators.model.endpoint import Endpoint
from dbchat_magic.translators.model.failures import (
    Refusal,
    cut_off,
    strange,
    to_error,
    too_large,
    too_slow,
    wait_before_retry,
)

T = TypeVar("T")
Message = Mapping[str, str]

MOST_BYTES = 4_000_000
"""Of one reply."""
LOOK_SECONDS = 0.1
"""How often the waiting thread looks up; Windows delivers Ctrl-C no sooner."""
CONNECT_SECONDS = 5.0
MOST_MODELS = 2_000


@dataclass(frozen=True)
class Request:
    """What is sent."""

    messages: tuple[Message, ...]
    max_tokens: int = 1_000
    temperature: float = 0.0
    schema: Mapping[str, object] | None = None
    """A JSON schema that the reply must keep to; only for endpoints that can."""
    top_logprobs: int = 0
    """How many likely first tokens are wanted with their log-probabilities."""


@dataclass(frozen=True)
class Reply:
    """What came back, complete."""

    text: str
    reasoning: str = ""
    usage: Usage = Usage()
    first_tokens: Mapping[str, float] = field(default_factory=dict)
    """Log-probabilities of the likeliest first tokens; empty where the server tells none."""


class Client:
    """Asks one endpoint; safe to use from several threads."""

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        self.endpoint = endpoint
        self.seconds = seconds
        """What a reply may take altogether."""
        self._left_out: set[str] = set()
        """Parameters that this server does not take."""

    def complete(self, request: Request, course: Course) -> Reply:
        """The model's reply. It is told piece by piece where somebody watches.

        Raises ModelError and its children, QueryCancelled when the question was stopped; KeyboardInterrupt ends
        the request.
        """
        written: deque[Wrote] = deque()
        is_watched = course.is_watched
        try:
            return run(
                self._complete(request, written, is_watched),
                course,
                self.seconds,
                self.endpoint,
                lambda: tell(written, course),
            )
        finally:
            tell(written, course)

    def list_models(self) -> list[dict[str, Any]]:
        """What the endpoint says of its models, each with at least an `id`. Raises ModelError."""
        return run(self._list_models(), Course(), min(self.seconds, 15.0), self.endpoint)

    # ------------------------------------------------------------------------------- on the loop's thread

    async def _complete(self, request: Request, written: deque[Wrote], is_stream: bool) -> Reply:
        """Once more without what the server does not take, and once more where waiting helps."""
        tries = 0
        while True:
            received = Received(written)
            try:
                return await self._send(request, received, is_stream)
            except Refusal as refusal:
                if refusal.parameter and refusal.parameter not in self._left_out:
                    self._left_out.add(refusal.parameter)
                    continue
                seconds = wait_before_retry(refusal) if tries == 0 and not received.text else None
                if seconds is None:
                    raise to_error(refusal, self.endpoint) from None
                tries += 1
                await asyncio.sleep(seconds)

    async def _send(self, request: Request, received: Received, is_stream: bool) -> Reply:
        body = self._body(request, is_stream)
        client = self._client()
        sending = client.chat.completions.with_streaming_response.create(**body)
        size = 0
        async with client, Refusal.translated(), sending as response:
            async for chunk in response.iter_bytes():
                size += len(chunk)
                if size > MOST_BYTES:
                    raise too_large(self.endpoint)
                received.feed(chunk)
                if received.is_over:
                    break
        return received.reply(self.endpoint, request)

    def _body(self, request: Request, is_stream: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.endpoint.model, "messages": list(request.messages)}
        if "temperature" not in self._left_out:
            body["temperature"] = request.temperature
        limit = "max_completion_tokens" if "max_tokens" in self._left_out else "max_tokens"
        if limit not in self._left_out:
            body[limit] = request.max_tokens
        if is_stream:
            body["stream"] = True
            if "stream_options" not in self._left_out:
                body["stream_options"] = {"include_usage": True}
        if request.schema and "response_format" not in self._left_out:
            schema = {"name": "translation", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if request.top_logprobs and "logprobs" not in self._left_out:
            body |= {"logprobs": True, "top_logprobs": request.top_logprobs}
        if self.endpoint.extra:
            body["extra_body"] = dict(self.endpoint.extra)
        return body

    async def _list_models(self) -> list[dict[str, Any]]:
        text = bytearray()
        try:
            client = self._client()
            listing = client.models.with_streaming_response.list()
            async with client, Refusal.translated(), listing as response:
                async for chunk in response.iter_bytes():
                    text += chunk
                    if len(text) > MOST_BYTES:
                        raise too_large(self.endpoint)
        except Refusal as refusal:
            raise to_error(refusal, self.endpoint) from None
        read = read_json(bytes(text).decode("utf-8", "replace"))
        listed = read.get("data") if isinstance(read, dict) else None
        if not isinstance(listed, list):
            raise strange(self.endpoint)
        return [each for each in listed if isinstance(each, dict) and isinstance(each.get("id"), str)][
            :MOST_MODELS
        ]

    def _client(self) -> Any:
        """A client of the openai package: of its own for each request, since its connections belong to a loop.

        Nothing from the environment goes along: no other key, no organisation; on this computer no proxy.
        """
        import openai  # a second

        omit: Any = openai.Omit()
        return openai.AsyncOpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.endpoint.key,
            max_retries=0,
            timeout=openai.Timeout(self.seconds, connect=CONNECT_SECONDS),
            default_headers={"OpenAI-Organization": omit, "OpenAI-Project": omit},
            http_client=openai.DefaultAsyncHttpxClient(
                trust_env=not self.endpoint.is_local, follow_redirects=False
            ),
        )


# ----------------------------------------------------------------------------------------- what comes back


class Received:
    """A reply as its bytes arrive: one JSON object, or server-sent events. What is written goes to `written`."""

    def __init__(self, written: deque[Wrote]) -> None:
        self._written = written
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._raw = ""
        self._is_stream: bool | None = None
        """None: nothing has come yet."""
        self.text = self.reasoning = self.refusal = ""
        self.finish = ""
        self.usage: dict[str, Any] = {}
        self.first_tokens: dict[str, float] = {}
        self.is_over = False
        """The stream said that it is complete."""

    def feed(self, chunk: bytes) -> None:
        """Raises Refusal for an event that is an error or no JSON."""
        self._raw += self._decode(chunk)
        if self._is_stream is None and self._raw.strip():
            self._is_stream = self._raw.lstrip("\ufeff \r\n").startswith(("data:", "event:", "id:", ":"))
        if self._is_stream:
            *lines, self._raw = self._raw.split("\n")
            for line in lines:
                self._feed_line(line.strip())

    def _feed_line(self, line: str) -> None:
        if not line.startswith("data:") or self.is_over:
            return  # a comment, a blank between events, the name of one
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            self.is_over = True
            return
        event = read_json(data)
        if not isinstance(event, dict):
            raise Refusal("a stream that is no JSON", is_broken=True)
        self._take(event, "delta")

    def _take(self, completion: Mapping[str, Any], part: str) -> None:
        """A completion, or a piece of one."""
        if error := completion.get("error"):
            raise Refusal(words_of(error), is_broken=True)
        if isinstance(completion.get("usage"), dict):
            self.usage = completion["usage"]
        choices = completion.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        message = choice.get(part)
        if isinstance(message, dict):
            self._say(message)
        if isinstance(choice.get("finish_reason"), str):
            self.finish = choice["finish_reason"]
        if not self.first_tokens:
            self.first_tokens = read_logprobs(choice.get("logprobs"))

    def _say(self, message: Mapping[str, Any]) -> None:
        reasoning = message.get("reasoning_content") or message.get("reasoning")
        if isinstance(reasoning, str):
            self.reasoning += reasoning
            self._written.append(Wrote(reasoning, is_reasoning=True))
        content = text_of(message.get("content"))
        if content:
            self.text += content
            self._written.append(Wrote(content))
        if isinstance(message.get("refusal"), str):
            self.refusal += message["refusal"]

    def reply(self, endpoint: Endpoint, request: Request) -> Reply:
        """What was said, if all of it came. Raises ModelError: half a reply is never used."""
        if not self._is_stream:
            read = read_json(self._raw)
            if not isinstance(read, dict) or ("choices" not in read and "error" not in read):
                raise strange(endpoint, self._raw)
            self._take(read, "message")
        if self.refusal:
            raise ModelError(
                phrase("The model declines: {reason}", reason=self.refusal[:300]),
                phrase("Ask it in another way."),
            )
        if self.finish == "content_filter":
            raise ModelError(
                phrase("{label} held the reply back by its content filter.", label=endpoint.label),
                phrase("Ask it in another way."),
            )
        if self.finish == "length" and request.max_tokens > 1:
            raise cut_off(endpoint, phrase("it reached its limit of tokens"))
        if self._is_stream and not self.finish:
            raise cut_off(endpoint, phrase("the connection ended in the middle"))
        return Reply(self.text, self.reasoning, self._usage(endpoint, request), self.first_tokens)

    def _usage(self, endpoint: Endpoint, request: Request) -> Usage:
        """As the server counts; where it does not, about four characters are a token."""
        sent = sum(len(message["content"]) for message in request.messages)
        prompt = count_of(self.usage.get("prompt_tokens"), sent // 4)
        completion = count_of(
            self.usage.get("completion_tokens"), (len(self.text) + len(self.reasoning)) // 4
        )
        cost = self.usage.get("cost")
        if endpoint.price is not None:
            cost = (prompt * endpoint.price[0] + completion * endpoint.price[1]) / 1_000_000
        known = float(cost) if isinstance(cost, int | float) and cost >= 0 else None
        return Usage(prompt, completion, calls=1, cost=known)


def read_json(text: str) -> Any:
    """What the text says as JSON; None where it is none."""
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def text_of(content: object) -> str:
    """The text of a message: some servers send it in parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def words_of(error: object) -> str:
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else "an error without words"


def count_of(value: object, otherwise: int) -> int:
    return value if type(value) is int and value >= 0 else otherwise


def read_logprobs(logprobs: object) -> dict[str, float]:
    """The likeliest first tokens with their log-probabilities."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    first = content[0] if isinstance(content, list) and content else None
    listed = first.get("top_logprobs") if isinstance(first, dict) else None
    found: dict[str, float] = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("token"), str):
            chance = each.get("logprob")
            if isinstance(chance, int | float):
                found.setdefault(each["token"], float(chance))
    return found


# -------------------------------------------------------------------------------------------- the thread


def run(
    work: Awaitable[T],
    course: Course,
    seconds: float,
    endpoint: Endpoint,
    on_look: Callable[[], None] = lambda: None,
) -> T:
    """Run a coroutine on the loop's thread, and wait for it no longer than `seconds`, hearing Ctrl-C; ten times a
    second `on_look` is called, in the waiting thread.
    """
    future: Future[T] = asyncio.run_coroutine_threadsafe(within(work, seconds, endpoint), find_loop())
    try:
        with course.waiting(), course.stopping_by(future.cancel):
            while True:
                try:
                    return future.result(timeout=LOOK_SECONDS)
                except NotYet:
                    if future.done():
                        raise
                    on_look()
    except CancelledError:
        raise QueryCancelled(
            phrase("The question was stopped."), phrase("Ask it again when you like.")
        ) from None
    except DbChatError as error:
        raise error from None
    finally:
        future.cancel()


def tell(written: deque[Wrote], course: Course) -> None:
    """Let the front know what was written since it was told last, in as few pieces as can be."""
    while written:
        piece = written.popleft()
        while written and written[0].is_reasoning == piece.is_reasoning:
            piece = replace(piece, text=piece.text + written.popleft().text)
        course.tell(piece)


async def within(work: Awaitable[T], seconds: float, endpoint: Endpoint) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise too_slow(endpoint, seconds) from None


_loop: tuple[int, asyncio.AbstractEventLoop] | None = None
_lock = threading.Lock()


def find_loop() -> asyncio.AbstractEventLoop:
    """A loop of our own in a thread of its own: the notebook's is busy with the cell that waits."""
    global _loop  # noqa: PLW0603 - one for each process, also after a fork
    with _lock:
        if _loop is None or _loop[0] != os.getpid():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="dbchat-model", daemon=True).start()
            _loop = os.getpid(), loop
        return _loop[1]
