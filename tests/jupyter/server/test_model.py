"""A model behind the HTTP front: the same rows as everywhere, in streams as they are written, with real token counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.jupyter.server.conftest import Site
from tests.jupyter.server.launch import launched
from tests.jupyter.server.test_chat import CHAT, read_view
from tests.jupyter.server.test_sidebar import ASK
from tests.translators.model.faulty import FaultyServer, run_faulty_server

SQL = "SELECT city, COUNT(*) AS customers FROM customers GROUP BY city ORDER BY 2 DESC, 1 LIMIT 3"
SAID = f"The three cities with the most customers.\n```sql\n{SQL}\n```"
KEY = "sk-CANARY-of-the-model"
QUESTION = "in which three cities do most customers live?"


@dataclass(frozen=True)
class Asked:
    """The HTTP front, and the model's server that it asks."""

    site: Site
    model: FaultyServer


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, shop_file: Path) -> Iterator[Asked]:
    with run_faulty_server() as model:
        settings = {"DBCHAT_MODEL": "m-70b", "DBCHAT_BASE_URL": model.base_url, "DBCHAT_API_KEY": KEY}
        with launched(tmp_path_factory.mktemp("modelled"), shop_file, "", **settings) as site:
            yield Asked(site, model)


def body(**more: object) -> dict[str, object]:
    return {"model": "m-70b", "messages": QUESTION, "chat_mode": "chat_data", "chat_param": "demo"} | more


def rows_of(asked: Asked, **more: object) -> object:
    reply = asked.site.ask("POST", CHAT, body(**more))
    assert reply.status == 200, reply.text
    return read_view(reply.json["choices"][0]["message"]["content"])["data"]


def test_every_front_gives_the_model_s_rows(asked: Asked) -> None:
    asked.model.says(SAID)
    rows = rows_of(asked)
    sidebar = asked.site.ask("POST", ASK, {"question": QUESTION, "datasource": "demo"}).json
    assert isinstance(rows, list)
    assert [list(row.values()) for row in rows] == sidebar["rows"]
    assert sidebar["reading"] == "The three cities with the most customers."
    assert sidebar["sql"] == SQL
    assert len(rows) == 3
    assert sidebar["usage"] == {"prompt_tokens": 11, "completion_tokens": 7, "calls": 1, "cost": None}


def test_tokens_are_the_model_s_own_count(asked: Asked) -> None:
    asked.model.says(SAID)
    reply = asked.site.ask("POST", CHAT, body(stream=False)).json
    assert reply["usage"] == {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    assert reply["model"] == "m-70b"


def test_a_stream_carries_what_the_model_writes_and_the_rows(asked: Asked) -> None:
    asked.model.says(SAID)
    reply = asked.site.ask("POST", CHAT, body(stream=True))
    *chunks, done = reply.events
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert done == "[DONE]"
    assert read_view(text)["data"] == rows_of(asked)


@pytest.mark.parametrize("is_stream", [False, True], ids=["whole", "streamed"])
def test_a_model_that_fails_is_told_without_its_key(asked: Asked, is_stream: bool) -> None:
    asked.model.then(lambda exchange: exchange.reply({"error": {"message": f"bad key {KEY}"}}, 401))
    reply = asked.site.ask("POST", CHAT, body(stream=is_stream, messages="how many zz customers?"))
    assert "does not accept the key" in reply.text
    assert KEY not in reply.text
    assert KEY not in asked.site.log.read_text("utf-8")


def test_offline_answers_where_it_is_named(asked: Asked) -> None:
    asked.model.says("never asked")
    before = len(asked.model.requests)
    reply = asked.site.ask("POST", CHAT, body(model="offline", messages="how many customers are there?"))
    assert reply.status == 200
    assert len(asked.model.requests) == before
