"""What a server does not take: too much at once, too long a body; each is told, and nothing is left behind."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jupyter.server.conftest import KEY, Site
from tests.jupyter.server.launch import LIMITED, launched
from tests.jupyter.server.test_sidebar import ASK, ENDLESS
from tests.jupyter.server.test_streams import EVENTS, begin, figure, wait_for

ENDLESS_BODY = {"question": "", "sql": ENDLESS, "datasource": "demo"}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, shop_file: Path) -> Iterator[Site]:
    """A server that answers two questions, lets one wait, and sends one stream."""
    with launched(tmp_path_factory.mktemp("limited"), shop_file, LIMITED) as site:
        yield site


def send(site: Site, body: object) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    connection.request("POST", ASK, json.dumps(body), headers)
    return connection


def test_beyond_the_limit_a_question_is_refused_with_a_word_when_to_come_again(limited: Site):
    asking = [send(limited, ENDLESS_BODY) for _ in range(3)]
    wait_for(lambda: figure(limited, "dbchat_questions") == 3)
    refused = limited.ask("POST", ASK, {"question": "how many customers?", "datasource": "demo"})
    assert (refused.status, refused.json["kind"], refused.headers["Retry-After"]) == (429, "Busy", "1")
    refused = limited.ask("POST", ASK, {"question": "x", "datasource": "demo"}, headers=EVENTS)
    assert (refused.status, refused.json["kind"]) == (429, "Busy")
    chat = {"model": "m", "messages": "x", "chat_mode": "chat_data", "chat_param": "demo"}
    refused = limited.ask("POST", "/api/v2/chat/completions", chat)
    assert (refused.status, refused.json["err_code"], refused.headers["Retry-After"]) == (429, "429", "1")
    assert limited.ask("GET", "/api/v2/serve/datasources").status == 200
    assert limited.ask("GET", "/api/v2/serve/health").status == 200
    for connection in asking:
        connection.close()
    wait_for(lambda: figure(limited, "dbchat_questions") == 0)
    again = limited.ask("POST", ASK, {"question": "how many customers are there?", "datasource": "demo"})
    assert again.json["rows"] == [[2400]]


def test_so_many_streams_and_no_more(limited: Site):
    stream = begin(limited, ASK, ENDLESS_BODY, EVENTS)
    refused = limited.ask(
        "POST", ASK, {"question": "how many customers?", "datasource": "demo"}, headers=EVENTS
    )
    assert (refused.status, refused.json["kind"], refused.headers["Retry-After"]) == (429, "Busy", "1")
    stream.close()
    wait_for(lambda: figure(limited, "dbchat_streams") == 0)
    reply = limited.ask(
        "POST", ASK, {"question": "how many customers?", "datasource": "demo"}, headers=EVENTS
    )
    assert reply.status == 200


# ------------------------------------------------------------------------------------------------ bodies


def talk(site: Site, *pieces: bytes, key: str = KEY) -> bytes:
    """What comes back on a bare connection after these bytes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        for piece in pieces:
            connection.sendall(piece.replace(b"KEY", key.encode()))
        return connection.recv(65536)


HEAD = b"POST /dbchat/ask HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\n"


def test_who_asks_before_sending_a_body_is_refused_without_it(site: Site):
    head = HEAD.replace(b"/dbchat", site.base_url.encode() + b"/dbchat")
    reply = talk(site, head, b"Expect: 100-continue\r\nContent-Length: 900000\r\n\r\n", key="wrong")
    assert reply.startswith(b"HTTP/1.1 401 "), reply


@pytest.mark.parametrize(("key", "size", "status"), [("wrong", 9_000_000, 401), (KEY, 9_000_000, 413)])
def test_who_sends_a_large_body_hears_the_answer(site: Site, key: str, size: int, status: int):
    reply = site.ask("POST", "/dbchat/ask", raw=b"x" * size, key=key)
    assert reply.status == status


def test_a_body_that_is_announced_as_too_long_is_refused_before_it_is_sent(site: Site):
    head = HEAD.replace(b"/dbchat", site.base_url.encode() + b"/dbchat")
    reply = talk(site, head, b"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 413 "), reply


def test_a_body_in_chunks_is_read_no_further_than_it_may_be_long(alone: Site):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    reply = talk(alone, HEAD, b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 20, b"0\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 413 "), reply


@pytest.mark.parametrize("length", [b"\xb2", b"-5", b"x", b"9" * 5_000, b"1e3", b""])
def test_a_length_that_is_none_is_no_bug(alone: Site, length: bytes):
    reply = talk(alone, HEAD, b"Content-Length: " + length + b"\r\n\r\n{}")
    assert not reply.startswith(b"HTTP/1.1 5"), reply
    assert "dbchat_magic:" not in alone.log.read_text("utf-8")


def test_a_body_in_chunks_is_a_body(alone: Site):
    body = b'{"question": "how many customers are there?", "datasource": "demo"}'
    pieces = [b"%x\r\n%s\r\n" % (1, body[at : at + 1]) for at in range(len(body))]
    reply = talk(alone, HEAD, b"Transfer-Encoding: chunked\r\n\r\n", *pieces, b"0\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 200 "), reply


def test_a_connection_that_ends_before_its_body_leaves_nothing_behind(alone: Site):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", alone.port), timeout=30) as connection:
            connection.sendall(
                HEAD.replace(b"KEY", KEY.encode()) + b'Content-Length: 500\r\n\r\n{"question": '
            )
    with socket.create_connection(("127.0.0.1", alone.port), timeout=30) as connection:
        connection.sendall(b"POST /dbchat/ask HTTP/1.1\r\nHos")
    wait_for(lambda: figure(alone, "dbchat_requests_in_flight") == 1)  # the one that asks
    assert alone.ask("GET", "/dbchat/status").status == 200


def test_many_connections_that_say_nothing_hold_up_nobody(alone: Site):
    silent = [socket.create_connection(("127.0.0.1", alone.port)) for _ in range(100)]
    started = time.monotonic()
    assert alone.ask("GET", "/api/v2/serve/health").status == 200
    assert time.monotonic() - started < 30
    for connection in silent:
        connection.close()
