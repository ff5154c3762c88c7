"""What no client should send, and some do: each is answered, none is believed, nothing of it stays."""

from __future__ import annotations

import itertools
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.jupyter.server.conftest import Site
from tests.jupyter.server.contract import DOCUMENT

DATASOURCES = "/api/v2/serve/datasources"
CHAT = "/api/v2/chat/completions"
FLAT = {"db_type": "sqlite", "db_name": "shop", "db_path": "small.sqlite"}
RIGHT: dict[str, dict[str, Any]] = {
    "DbGptDatasourceBody": FLAT,
    "DatasourceBody": {"name": "shop", "type": "sqlite", "params": {"path": "shop.sqlite"}},
    "ChatRequest": {"model": "m", "messages": "x", "chat_mode": "chat_data", "chat_param": "demo"},
    "AskBody": {"question": "how many orders?", "datasource": "demo"},
    "DatasourceChange": {"name": "shop", "type": "sqlite", "params": {"path": "shop.sqlite"}},
    "DatasourceTrial": {"name": "shop", "type": "sqlite", "params": {"path": "shop.sqlite"}},
    "VerifiedBody": {"question": "orders", "sql": "SELECT 1", "datasource": "demo"},
    "VerifiedChange": {"question": "orders", "sql": "SELECT 1", "datasource": "demo"},
}
VALUES: list[Any] = [
    True,
    7,
    -1,
    1.5,
    10**30,
    "",
    "x",
    [],
    ["x"],
    [[1]],
    {},
    {"x": {"y": [None]}},
    "x" * 20_000,
]


def body_routes() -> list[tuple[str, str, str]]:
    """Method, path and the name of its body's schema, of every route that takes one."""
    return [
        (
            method.upper(),
            path,
            operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2],
        )
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    ]


@pytest.mark.parametrize(("method", "path", "shape"), body_routes(), ids=str)
def test_wrong_types_in_every_field(empty: Site, method: str, path: str, shape: str):
    """A field that is not used may be anything; no value of any field is an error of ours."""
    with sqlite3.connect(empty.folder / "small.sqlite") as database:
        database.execute("CREATE TABLE IF NOT EXISTS t (a)")
    right = RIGHT[shape]
    fields = DOCUMENT["components"]["schemas"][shape]["properties"]
    for field, value in itertools.islice(
        itertools.product(fields, VALUES), 0, None, 3
    ):  # each value, each field
        reply = empty.ask(method, path.replace("{id}", "0"), right | {field: value})
        assert reply.status < 500, (field, value, reply.text)
        if field in right and isinstance(value, list | dict) and field not in ("messages", "params"):
            assert reply.status == 400, (field, value, reply.text)


@pytest.mark.parametrize("path", ["/{}", "/{}/refresh"])
@pytest.mark.parametrize(
    "id", ["999999999999999999", "0", "00", "-1", "1e3", "٣", "x", "%00", "1%2F..", "9" * 400]
)
def test_ids_that_there_are_not(empty: Site, path: str, id: str):
    from urllib.parse import quote

    address = DATASOURCES + path.format(quote(id, safe="%"))
    for method in ("POST",) if path.endswith("refresh") else ("GET", "DELETE"):
        reply = empty.ask(method, address)
        assert (reply.status, reply.json["success"]) == (404, False)


@pytest.mark.parametrize(
    "name", ["x" * 10_000, "a\x00b", "..", "sqlite:///shop.sqlite", "<b>", "' OR 1=1 --", "🐘" * 99]
)
def test_names_that_there_are_not(empty: Site, name: str):
    from urllib.parse import quote

    asked = RIGHT["ChatRequest"] | {"chat_param": name}
    reply = empty.ask("POST", CHAT, asked)
    assert (reply.status, reply.json["success"]) == (400, False)
    assert empty.ask("POST", "/dbchat/ask", {"question": "x", "datasource": name}).status == 404
    assert empty.ask("GET", f"/dbchat/schema?datasource={quote(name)}").status in (400, 404)
    assert empty.ask("GET", f"{DATASOURCES}?db_type={quote(name)}").json.get("data") in ([], None)


def test_a_name_with_markup_stays_text_and_can_be_asked(empty: Site):
    name = "<script>alert('1')</script>&amp;\"🐘"
    made = empty.ask("POST", DATASOURCES, FLAT | {"db_name": name, "db_path": "shop.sqlite"}).json["data"]
    assert made["db_name"] == name
    assert empty.ask("GET", f"{DATASOURCES}/{made['id']}").json["data"]["db_name"] == name
    reply = empty.ask(
        "POST", CHAT, RIGHT["ChatRequest"] | {"messages": "how many customers are there?", "chat_param": name}
    )
    assert "<script" not in reply.json["choices"][0]["message"]["content"]
    assert reply.status == 200
    told = empty.ask(
        "POST",
        CHAT,
        RIGHT["ChatRequest"] | {"messages": "", "chat_mode": "chat_dashboard", "chat_param": name},
    )
    assert "<script" not in told.json["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    "path", [DATASOURCES, f"{DATASOURCES}/test-connection", CHAT, "/dbchat/ask", "/dbchat/datasources"]
)
def test_nests_as_deep_as_a_body_may_be_long(empty: Site, path: str):
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        depth = 900_000 // len(opening + closing)
        raw = b'{"params": ' + opening * depth + b"1" + closing * depth + b"}"
        reply = empty.ask("POST", path, raw=raw)
        assert reply.status == 400, reply.text
    almost = {"question": "x", "more": [[[[[[[[[["deep"]]]]]]]]]]}
    assert empty.ask("POST", "/dbchat/ask", almost).status == 422


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\x00", '{"db_name": "é"}'.encode("latin-1"), '{"a": 1}'.encode("utf-16"), b"\x00"]
)
@pytest.mark.parametrize("path", [DATASOURCES, CHAT, "/dbchat/ask"])
def test_bytes_that_are_not_utf_8(alone: Site, path: str, raw: bytes):
    assert alone.ask("POST", path, raw=raw).status == 400


def test_a_byte_order_mark_is_no_error(alone: Site):
    raw = '\ufeff{"question": "how many customers are there?", "datasource": "demo"}'.encode()
    assert alone.ask("POST", "/dbchat/ask", raw=raw).json["rows"] == [[2400]]


def test_concurrent_create_update_and_delete_of_one_name(empty: Site):
    """Whoever comes first: each is told what came of it, and what is listed at the end is whole."""
    sqlite3.connect(empty.folder / "small.sqlite").close()
    choices = random.Random(1)

    def act(number: int) -> tuple[str, int]:
        kind = choices.choice(("create", "update", "delete"))
        if kind == "create":
            return kind, empty.ask("POST", DATASOURCES, FLAT | {"comment": str(number)}).status
        if kind == "update":
            return kind, empty.ask("PUT", DATASOURCES, FLAT | {"comment": str(number)}).status
        kept = empty.ask("GET", DATASOURCES).json["data"]
        id = kept[0]["id"] if kept else 999_999
        return kind, empty.ask("DELETE", f"{DATASOURCES}/{id}").status

    with ThreadPoolExecutor(8) as pool:
        done = set(pool.map(act, range(80)))
    assert done <= {
        ("create", 200), ("create", 400), ("update", 200), ("update", 400), ("delete", 200), ("delete", 404),
    }  # fmt: skip
    assert {("create", 200), ("delete", 200)} <= done
    kept = empty.ask("GET", DATASOURCES).json["data"]
    assert [source["db_name"] for source in kept] in ([], ["shop"])
    for source in kept:
        assert empty.ask("GET", f"{DATASOURCES}/{source['id']}").json["data"] == source


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "Bearer",
        "CANARY-key-of-the-tests, CANARY-second-key",
        "é",
    ],
)
def test_keys_that_are_none(alone: Site, key: str):
    headers = {"Authorization": f"Bearer {key}"}
    try:
        reply = alone.ask("GET", "/api/v2/serve/datasources", key=None, headers=headers)
    except ValueError:  # the client's own library does not send it
        return
    assert reply.status in (400, 401)


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "bearer bearer", "Negotiate", ""])
def test_other_ways_of_saying_who_one_is(alone: Site, scheme: str):
    headers = {"Authorization": f"{scheme} CANARY-key-of-the-tests"}
    assert alone.ask("GET", "/api/v2/serve/datasources", key=None, headers=headers).status == 401
