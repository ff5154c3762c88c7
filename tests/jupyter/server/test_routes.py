"""Who may come in, and what every reply has: held for every route and method of both kinds of servers."""

from __future__ import annotations

import pytest

from dbchat_magic.jupyter.server.handlers import ROUTES
from tests.jupyter.server.conftest import KEY, SECOND_KEY, Site

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PATHS = [pattern.replace(r"(\d{1,18})", "1").replace("(?:/.*)?", "/none") for pattern, _ in ROUTES]
WITHOUT_KEY = {
    "no key": (None, ""),
    "a wrong key": ("wrong", ""),
    "an empty key": ("", ""),
    "the beginning of the key": (KEY[:-1], ""),
    "a wrong key in the address": (None, "?token=wrong"),
}


def test_the_paths_walked_are_those_of_all_routes():
    assert len(PATHS) == len(ROUTES) == 29
    assert not [path for path in PATHS if set(path) & set("(){}?*\\")]


@pytest.mark.parametrize("intruder", WITHOUT_KEY)
def test_nobody_comes_in_without_the_key(site: Site, intruder: str):
    key, query = WITHOUT_KEY[intruder]
    for path in PATHS:
        for method in METHODS:
            reply = site.ask(
                method, path + query, {} if method in ("POST", "PUT", "PATCH") else None, key=key
            )
            assert reply.status in (401, 403), (method, path)
            if method != "HEAD":
                assert is_error(path, reply.json), (method, path, reply.text)


def is_error(path: str, value: dict[str, object]) -> bool:
    if path.startswith("/api/v2"):
        return value.keys() == {"success", "err_code", "err_msg", "data"} and value["success"] is False
    return value.keys() == {"message", "hint", "kind"}


def test_a_wrong_key_is_called_invalid_api_key(site: Site):
    reply = site.ask("GET", "/api/v2/serve/datasources", key="wrong")
    assert (reply.status, reply.json["err_code"]) == (401, "401")
    assert "invalid_api_key" in reply.json["err_msg"]


def test_each_of_several_keys_lets_in_and_so_does_the_word_token(alone: Site):
    for key in (KEY, SECOND_KEY):
        assert alone.ask("GET", "/dbchat/status", key=key).status == 200
    reply = alone.ask("GET", "/dbchat/status", key=None, headers={"Authorization": f"token {KEY}"})
    assert reply.status == 200


def test_a_cookie_alone_cannot_write(jupyter: Site):
    """A page of another origin sends the browser's cookie, but cannot read the XSRF one."""
    cookie = jupyter.ask("GET", "/dbchat/status").headers["Set-Cookie"].partition(";")[0]
    assert jupyter.ask("GET", "/dbchat/status", key=None, headers={"Cookie": cookie}).status == 200
    reply = jupyter.ask(
        "POST", "/dbchat/ask", {"question": "how many orders?"}, key=None, headers={"Cookie": cookie}
    )
    assert reply.status == 403
    assert reply.json["kind"] == "Forbidden"


def test_no_reply_opens_the_door_to_pages_of_other_origins(site: Site):
    for path in PATHS:
        for method in ("GET", "OPTIONS"):
            reply = site.ask(method, path, headers={"Origin": "https://evil.test"})
            assert not [name for name in reply.headers if name.lower().startswith("access-control")], path
            assert reply.headers["X-Content-Type-Options"] == "nosniff", path


def test_an_unknown_address_and_an_unknown_method_are_answered_in_the_family_s_way(site: Site):
    for path in ("/api/v2", "/api/v2/serve/nothing", "/api/v2/serve/datasources/abc", "/dbchat", "/dbchat/x"):
        reply = site.ask("GET", path)
        assert reply.status == 404, path
        assert is_error(path, reply.json), path
    for method, path in (
        ("PATCH", "/api/v2/serve/datasources"),
        ("GET", "/dbchat/ask"),
        ("POST", "/dbchat/status"),
    ):
        reply = site.ask(method, path, {} if method == "POST" else None)
        assert reply.status == 405, path
        assert is_error(path, reply.json), path


@pytest.mark.parametrize("path", ["/api/v2/serve/datasources", "/api/v2/chat/completions", "/dbchat/ask"])
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b'{"a": 1', 400),
        (b"\xff\xfe{}", 400),
        (b"[1]", 400),
        (b'"text"', 400),
        (b'{"a": NaN}', 400),
        (b'{"question": "\\ud800"}', 400),
        (b'{"a": ' + b"1" * 5_000 + b"}", 400),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", 400),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', 413),
    ],
    ids=["empty", "cut", "not UTF-8", "list", "text", "NaN", "half character", "digits", "deep", "large"],
)
def test_a_body_that_cannot_be_read_is_refused(alone: Site, path: str, raw: bytes, status: int):
    reply = alone.ask("POST", path, raw=raw)
    assert reply.status == status
    assert is_error(path, reply.json)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_is_json_and_says_so(alone: Site, kind: str):
    reply = alone.ask("POST", "/dbchat/ask", {"question": "x"}, headers={"Content-Type": kind})
    assert (reply.status, reply.json["kind"]) == (415, "UnsupportedMediaType")
    with_charset = alone.ask(
        "POST", "/dbchat/ask", {"question": "x"}, headers={"Content-Type": "Application/JSON; charset=utf-8"}
    )
    assert with_charset.status != 415


def test_the_place_of_a_json_error_is_told_as_db_gpt_does(alone: Site):
    reply = alone.ask("POST", "/api/v2/serve/datasources", raw=b'{"db_type":}')
    assert reply.status == 400
    assert reply.json == {
        "success": False,
        "err_code": "E0001",
        "err_msg": "body.11:JSON decode error;",
        "data": None,
    }


def test_neither_key_nor_question_nor_path_reaches_the_log(empty: Site):
    empty.ask("POST", "/dbchat/ask", {"question": "CANARY in a question"})
    empty.ask(
        "POST",
        "/dbchat/datasources",
        {"name": "n", "type": "sqlite", "params": {"path": "/CANARY/in/a/path"}},
    )
    empty.ask("GET", f"/dbchat/schema?datasource=x&token={KEY}", key=None)
    assert "CANARY" not in empty.log.read_text("utf-8")
