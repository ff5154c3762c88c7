"""Whatever a model's server does, a question ends soon, in an error one can act on, and the next question works."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.course import Course, Wrote
from dbchat_magic.errors import (
    DbChatError,
    ModelContextError,
    ModelError,
    ModelKeyError,
    ModelRateError,
    ModelUnreachable,
    NotUnderstood,
    QueryCancelled,
    SqlRejected,
)
from dbchat_magic.translators.model.client import find_loop
from tests.translators.model.conftest import KEY
from tests.translators.model.faulty import Exchange, FaultyServer, Script, chunk, completion, saying

GOOD = "SELECT COUNT(*) FROM customers"
UNKNOWN = "zorgle the blorp"
"""A question that the built-in translator has no reading of."""
BOMB = gzip.compress(b" " * 100_000_000)
SOON = 15.0
"""Seconds: the model may take two, once more after a failure; the machine may be busy."""


@dataclass(frozen=True)
class Fault:
    """What the server does, and what becomes of the question."""

    name: str
    script: Callable[[Exchange, FaultyServer], None]
    error: type[DbChatError]
    words: str
    stream: bool = False
    question: str = "how many customers are there?"
    requests: int | None = None
    """How many it takes; None: any number."""


def replied(content: object, status: int = 200, **headers: str) -> Callable[[Exchange, FaultyServer], None]:
    return lambda exchange, server: exchange.reply(content, status, **headers)  # type: ignore[arg-type]


def streamed(*events: bytes | str | dict[str, object]) -> Callable[[Exchange, FaultyServer], None]:
    return lambda exchange, server: exchange.stream(*events)


def refused(status: int, message: str, **headers: str) -> Callable[[Exchange, FaultyServer], None]:
    return replied({"error": {"message": message, "type": "x", "code": "y"}}, status, **headers)


def says_nothing(exchange: Exchange, server: FaultyServer) -> None:
    exchange.hang(server)


def resets_at_once(exchange: Exchange, server: FaultyServer) -> None:
    exchange.reset()


def is_shorter_than_it_says(exchange: Exchange, server: FaultyServer) -> None:
    exchange.head(Content_Type="application/json", Content_Length="5000")
    exchange.send('{"choices": [')


def redirects_elsewhere(exchange: Exchange, server: FaultyServer) -> None:
    exchange.reply("", 307, Location="http://127.0.0.2:9/v1/chat/completions")


def redirects_in_a_circle(exchange: Exchange, server: FaultyServer) -> None:
    exchange.reply("", 302, Location=f"{server.base_url}/chat/completions")


def is_a_bomb(exchange: Exchange, server: FaultyServer) -> None:
    exchange.reply(BOMB, Content_Encoding="gzip")


def never_ends(exchange: Exchange, server: FaultyServer) -> None:
    exchange.head(Content_Type="text/event-stream")
    while not server.closing.is_set():
        exchange.event(chunk("x" * 1000))


def drips_comments(exchange: Exchange, server: FaultyServer) -> None:
    exchange.head(Content_Type="text/event-stream")
    while not server.closing.is_set():
        exchange.send(": keep-alive\n\n")
        time.sleep(0.1)


def stalls(exchange: Exchange, server: FaultyServer) -> None:
    exchange.stream(chunk("SELECT "))
    exchange.hang(server)


def closes_in_the_middle(exchange: Exchange, server: FaultyServer) -> None:
    exchange.head(Content_Type="text/event-stream", Transfer_Encoding="chunked")
    exchange.send("100\r\ndata: ")


def resets_in_the_middle(exchange: Exchange, server: FaultyServer) -> None:
    exchange.stream(chunk("SELECT 1"))
    time.sleep(0.2)
    exchange.reset()


FAULTS = [
    Fault("accepts and never answers", says_nothing, ModelUnreachable, "no answer within 2 seconds"),
    Fault("accepts and never answers, streamed", says_nothing, ModelUnreachable, "within 2 s", stream=True),
    Fault("resets before the headers", resets_at_once, ModelUnreachable, "cannot be reached", requests=2),
    Fault("is shorter than it says", is_shorter_than_it_says, ModelError, "broke off"),
    Fault("204 without a body", replied("", 204), ModelError, "no chat completion"),
    Fault("a page of HTML", replied("<!doctype html><p>Login", Content_Type="text/html"), ModelError, "a web page"),
    Fault("JSON that is cut", replied('{"choices": [{"mess'), ModelError, "no chat completion"),
    Fault("a list", replied([]), ModelError, "no chat completion"),
    Fault("an empty object", replied({}), ModelError, "no chat completion"),
    Fault("JSON that is nested deeply", replied("[" * 100_000), ModelError, "no chat completion"),
    Fault("no choices", replied({"choices": []}), ModelError, "empty reply"),
    Fault("choices that are no choices", replied({"choices": [None, 3]}), ModelError, "empty reply"),
    Fault("an error with status 200", replied({"error": {"message": "overloaded"}}), ModelError, "overloaded"),
    Fault("no content", replied(completion(None)), ModelError, "empty reply"),
    Fault("content of blanks", replied(completion("  \n ")), ModelError, "empty reply"),
    Fault("content of another type", replied(completion(42)), ModelError, "empty reply"),  # type: ignore[arg-type]
    Fault("a refusal", replied(completion(None, refusal="I will not.")), ModelError, "I will not"),
    Fault("a reply that reached its limit", replied(completion(GOOD, "length")), ModelError, "not complete"),
    Fault("a reply held back", replied(completion(GOOD, "content_filter")), ModelError, "content filter"),
    Fault("tool calls", replied(completion(None, tool_calls=[{"id": "1"}])), ModelError, "empty reply"),
    Fault("401 that echoes the key", refused(401, f"Incorrect key {KEY}"), ModelKeyError, "does not accept the key"),
    Fault("403", refused(403, "not for you"), ModelKeyError, "not for you"),
    Fault("404, unknown model", refused(404, "no such model"), ModelError, "no model scripted-70b"),
    Fault("400, too long", refused(400, "maximum context length is 10"), ModelContextError, "too long"),
    Fault("400, anything", refused(400, "bad thing"), ModelError, "bad thing", requests=1),
    Fault("429 for a day", refused(429, "slow down", Retry_After="86400"), ModelRateError, "slow down", requests=1),
    Fault("429 until nonsense", refused(429, "slow", Retry_After="soon"), ModelRateError, "slow", requests=1),
    Fault("429 twice", refused(429, "slow", Retry_After="0.1"), ModelRateError, "slow", requests=2),
    Fault("500", refused(500, "broken"), ModelError, "status 500: broken", requests=2),
    Fault("502 of a proxy", replied("<html>Bad gateway", 502), ModelError, "status 502", requests=2),
    Fault("503", refused(503, "loading the model"), ModelError, "loading", requests=2),
    Fault("529", refused(529, "overloaded"), ModelError, "status 529", requests=1),
    Fault("599", replied("", 599), ModelError, "status 599", requests=1),
    Fault("redirects elsewhere", redirects_elsewhere, ModelError, "another address", requests=1),
    Fault("redirects in a circle", redirects_in_a_circle, ModelError, "another address", requests=1),
    Fault("a reply of 100 MB, packed", is_a_bomb, ModelError, "more than any reply"),
    Fault("a stream without an end", never_ends, ModelError, "more than any reply", stream=True),
    Fault("a stream without its last event", streamed(chunk(GOOD)), ModelError, "not complete", stream=True),
    Fault("a stream that is closed", closes_in_the_middle, ModelError, "broke off", stream=True),
    Fault("a stream that is reset", resets_in_the_middle, ModelError, "broke off|not complete", stream=True),
    Fault("an event that is no JSON", streamed(chunk(GOOD), "{nope"), ModelError, "no JSON", stream=True),
    Fault(
        "an event that is an error",
        streamed(chunk("SEL"), {"error": {"message": "out of memory"}}),
        ModelError,
        "out of memory",
        stream=True,
    ),
    Fault("a stream that stalls", stalls, ModelUnreachable, "within 2 seconds", stream=True),
    Fault("a stream of comments", drips_comments, ModelUnreachable, "within 2 seconds", stream=True),
    Fault("prose", replied(completion("I would count the rows.")), ModelError, "no SQL"),
    Fault("two statements to choose from", replied(completion("```sql\nSELECT 1\n```\n```sql\nSELECT 2\n```")), ModelError, "2 different"),
    Fault("two statements in one", replied(completion("```sql\nSELECT 1; SELECT 2\n```")), SqlRejected, "more than one", question=UNKNOWN),
    Fault("a statement that writes", replied(completion("DELETE FROM customers")), ModelError, "no SQL"),
    Fault("one that writes, in a fence", replied(completion("```sql\nWITH x AS (SELECT 1) DELETE FROM orders\n```")), SqlRejected, "DELETE|Delete", question=UNKNOWN),
    Fault("statements that run code", replied(completion("SELECT load_extension('x')")), SqlRejected, "load_extension", question=UNKNOWN),
    Fault("a statement of 3 MB", replied(completion("SELECT 1" + " + 1" * 700_000)), ModelError, "no statement is that long"),
    Fault("a statement of 50,000 columns", replied(completion("SELECT 1" + ", 1" * 30_000)), SqlRejected, "longer than", question=UNKNOWN),
    Fault("a statement nested deeply", replied(completion("SELECT " + "(" * 5_000 + "1" + ")" * 5_000)), SqlRejected, "nested|deep|more than", question=UNKNOWN),
    Fault("control characters", replied(completion("SELECT 'a\x00b'")), SqlRejected, "control character", question=UNKNOWN),
    Fault("a table that is not there", replied(completion("SELECT x FROM nowhere")), SqlRejected, "nowhere", question=UNKNOWN),
    Fault("a column that is not there", replied(completion("SELECT size FROM orders")), SqlRejected, "no column size", question=UNKNOWN),
    Fault("it cannot answer", replied(completion("CANNOT: there are no prices here.")), NotUnderstood, "no prices", question=UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_ends_soon_in_an_error_and_the_next_question_works(
    fault: Fault, server: FaultyServer, chat: DbChat, shop: str
) -> None:
    server.then(lambda exchange: fault.script(exchange, server))
    started = time.monotonic()
    with pytest.raises(fault.error, match=f"(?is){fault.words}") as caught:
        chat.ask(fault.question, shop, course=Course(print) if fault.stream else None)
    assert time.monotonic() - started < SOON
    assert caught.value.hint or not isinstance(caught.value, ModelError)
    assert KEY not in str(caught.value)
    if fault.requests is not None:
        assert len(server.requests) == fault.requests
    assert chat.history.recent(1)[0].outcome == type(caught.value).__name__
    server.says(GOOD)
    assert chat.ask("how many customers are there?", shop).frame.iat[0, 0] == 3
    assert is_quiet()


def is_quiet() -> bool:
    """Whether no request is left running."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if not asyncio.all_tasks(find_loop()):
            return True
        time.sleep(0.05)
    return False


def test_a_server_that_is_not_there(chat: DbChat, server: FaultyServer, shop: str) -> None:
    server.close()
    started = time.monotonic()
    with pytest.raises(ModelUnreachable, match=r"(?i)cannot be reached.*\n.*offline"):
        chat.ask("how many customers are there?", shop)
    assert time.monotonic() - started < SOON


def test_a_name_that_nobody_has(home: Path, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBCHAT_MODEL", "x")
    monkeypatch.setenv("DBCHAT_BASE_URL", "http://nobody.invalid/v1")
    with pytest.raises(ModelUnreachable, match=r"nobody\.invalid"):
        DbChat(home).ask("how many customers are there?", shop)


def test_a_certificate_that_nobody_vouches_for(
    home: Path, shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent, and plain HTTP is not tried instead."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            key,
            "-out",
            certificate,
            *names,
        ],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    received: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as wrapped:
                    received.append(wrapped.recv(1000))

    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        monkeypatch.setenv("DBCHAT_BASE_URL", f"https://localhost:{listener.getsockname()[1]}/v1")
        monkeypatch.setenv("DBCHAT_MODEL", "m")
        with pytest.raises(ModelUnreachable, match=r"certificate of .* cannot be trusted"):
            DbChat(home).ask("how many customers are there?", shop)
    assert not any(received)


GOOD_ONES: dict[str, Script] = {
    "with a byte-order mark": lambda exchange: exchange.reply(b"\xef\xbb\xbf" + json.dumps(completion(GOOD)).encode()),
    "of another content type": lambda exchange: exchange.reply(completion(GOOD), Content_Type="text/plain"),
    "with bytes that are no UTF-8": lambda exchange: exchange.reply(
        json.dumps(completion(f"Z\u00e4hle.\n```sql\n{GOOD}\n```"), ensure_ascii=False).encode("latin-1")
    ),
    "in parts": lambda exchange: exchange.reply(completion([{"type": "text", "text": GOOD}])),  # type: ignore[arg-type]
    "as a stream that was not asked for": lambda exchange: exchange.stream(chunk(GOOD), chunk("", "stop"), "[DONE]"),
}  # fmt: skip


@pytest.mark.parametrize("script", GOOD_ONES.values(), ids=GOOD_ONES)
def test_replies_that_are_odd_but_whole_are_taken(
    script: Script, server: FaultyServer, chat: DbChat, shop: str
) -> None:
    server.then(script)
    assert chat.ask("how many customers are there?", shop).sql == GOOD


GOOD_STREAMS: dict[str, Script] = {
    "plain JSON though a stream was asked for": lambda exchange: exchange.reply(completion(GOOD)),
    "events without choices": lambda exchange: exchange.stream(
        {"choices": []}, {"x": 1}, {"choices": [{"delta": None}]}, chunk(GOOD), chunk(None, "stop"), "[DONE]"
    ),
    "one character at a time": lambda exchange: exchange.stream(
        *(chunk(character) for character in GOOD), chunk(None, "stop")
    ),
    "comments, names of events and CRLF": lambda exchange: exchange.stream(
        b": hello\r\n\r\nevent: message\r\ndata: " + json.dumps(chunk(GOOD, "stop")).encode() + b"\r\n\r\n",
        b"data:[DONE]\r\n\r\n",
    ),
    "thoughts apart": lambda exchange: exchange.stream(
        chunk(None, reasoning_content="Let me count."), chunk(GOOD), chunk(None, "stop"), "[DONE]"
    ),
}


@pytest.mark.parametrize("script", GOOD_STREAMS.values(), ids=GOOD_STREAMS)
def test_streams_are_read_whatever_their_form(
    script: Script, server: FaultyServer, chat: DbChat, shop: str
) -> None:
    server.then(script)
    events: list[object] = []
    answer = chat.ask("how many customers are there?", shop, course=Course(events.append))
    assert answer.sql == GOOD
    written = [event for event in events if isinstance(event, Wrote)]
    assert "".join(event.text for event in written if not event.is_reasoning) == GOOD


def test_a_character_may_be_split_between_two_chunks(server: FaultyServer, chat: DbChat, shop: str) -> None:
    event = f"data: {json.dumps(chunk('SELECT 1 AS ä', 'stop'), ensure_ascii=False)}\n\n".encode()
    cut = event.index("ä".encode()) + 1

    def split(exchange: Exchange) -> None:
        exchange.stream(event[:cut])
        time.sleep(0.1)
        exchange.event(event[cut:])

    server.then(split)
    assert chat.ask("one?", shop, course=Course(print)).frame.columns == ["ä"]


def test_twenty_thousand_pieces_are_told_ten_times_a_second(
    server: FaultyServer, chat: DbChat, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    thought = chunk(None, reasoning_content="x")
    server.then(lambda exchange: exchange.stream(*[thought] * 20_000, chunk(GOOD), chunk(None, "stop")))
    monkeypatch.setenv("DBCHAT_MODEL_TIMEOUT", "60")
    events: list[object] = []
    started = time.monotonic()
    DbChat(chat.settings.home).ask("how many customers?", shop, course=Course(events.append))
    written = [event for event in events if isinstance(event, Wrote)]
    assert sum(len(event.text) for event in written) == 20_000 + len(GOOD)
    assert len(written) <= 10 * (time.monotonic() - started) + 4


def test_a_rate_limit_that_is_soon_over_is_waited_out(server: FaultyServer, chat: DbChat, shop: str) -> None:
    server.then(lambda exchange: exchange.reply({"error": "wait"}, 429, Retry_After="0.2"), saying(GOOD))
    assert chat.ask("how many customers are there?", shop).sql == GOOD


@pytest.mark.parametrize("name", ["temperature", "max_tokens", "stream_options"])
def test_what_a_server_does_not_take_is_left_out(
    name: str, server: FaultyServer, chat: DbChat, shop: str
) -> None:
    def particular(exchange: Exchange) -> None:
        if name in exchange.body:
            exchange.reply({"error": {"message": f"Unsupported parameter: '{name}'"}}, 400)
        else:
            saying(GOOD)(exchange)

    server.then(particular)
    for _ in range(2):
        assert chat.ask("how many customers are there?", shop, course=Course(print)).sql == GOOD
    assert [name in request.body for request in server.requests] == [True, False, False]
    assert name != "max_tokens" or "max_completion_tokens" in server.requests[-1].body


def test_the_parameter_that_is_refused_is_not_the_one_to_use_instead(
    server: FaultyServer, chat: DbChat, shop: str
) -> None:
    def newer(exchange: Exchange) -> None:
        if "max_tokens" in exchange.body:
            words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
            exchange.reply({"error": {"message": words}}, 400)
        else:
            saying(GOOD)(exchange)

    server.then(newer)
    assert chat.ask("how many customers are there?", shop).sql == GOOD
    assert server.requests[-1].body["max_completion_tokens"] > 1_000


def test_a_prompt_that_is_too_long_is_sent_once_more_with_fewer_tables(
    server: FaultyServer, chat: DbChat, tmp_path: Path
) -> None:
    import sqlite3

    path = tmp_path / "wide.sqlite"
    with sqlite3.connect(path) as database:
        for number in range(60):
            columns = ", ".join(f"column_{number}_{place} TEXT" for place in range(30))
            database.execute(f"CREATE TABLE table_{number} ({columns})")

    def narrow(exchange: Exchange) -> None:
        if sum(len(message["content"]) for message in exchange.body["messages"]) > 6_000:
            exchange.reply({"error": {"message": "exceed_context_size_error: n_ctx 4096"}}, 400)
        else:
            saying("SELECT COUNT(*) FROM table_7")(exchange)

    server.then(narrow)
    (chat.settings.home / "models.toml").write_text(
        f'[wide]\nmodel = "x"\nbase_url = "{server.base_url}"\ncontext = 5000\n'
    )
    assert chat.ask("how many table 7 rows?", str(path), model="wide").frame.iat[0, 0] == 0
    assert len(server.requests) == 2


def test_ctrl_c_ends_the_request(server: FaultyServer, chat: DbChat, shop: str) -> None:
    arrived, closed = threading.Event(), threading.Event()

    def watch(exchange: Exchange) -> None:
        arrived.set()
        exchange.hang(server)
        closed.set()

    server.then(watch)

    def press() -> None:
        arrived.wait(10)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        chat.ask("how many customers are there?", shop)
    assert closed.wait(1.5)  # before its two seconds are over
    server.says(GOOD)
    assert chat.ask("how many customers are there?", shop).sql == GOOD


def test_a_course_that_is_stopped_ends_the_request(server: FaultyServer, chat: DbChat, shop: str) -> None:
    course = Course()

    def stop(exchange: Exchange) -> None:
        course.stop()
        exchange.hang(server)

    server.then(stop)
    with pytest.raises(QueryCancelled):
        chat.ask("how many customers are there?", shop, course=course)


def test_two_questions_at_once_get_their_own_answers(server: FaultyServer, chat: DbChat, shop: str) -> None:
    def slow_or_quick(exchange: Exchange) -> None:
        is_first = "orders" in exchange.body["messages"][-1]["content"]
        time.sleep(0.5 if is_first else 0)
        saying("SELECT 'orders'" if is_first else "SELECT 'customers'")(exchange)

    server.then(slow_or_quick)
    found: dict[str, object] = {}

    def ask(what: str) -> None:
        found[what] = chat.ask(f"say {what}", shop, model="scripted-70b").frame.iat[0, 0]

    threads = [threading.Thread(target=ask, args=(what,)) for what in ("orders", "customers")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {"orders": "orders", "customers": "customers"}
