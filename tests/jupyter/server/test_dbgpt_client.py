"""DB-GPT's own client, both generations of it, unmodified, does everything it has calls for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.server.clients import NEW, OLD, run_program
from tests.jupyter.server.conftest import KEY, Site

CALLS = """
import asyncio, json, sys
from CLIENT import Client
from CLIENT import datasource as calls
from CLIENT.schema import DatasourceModel

async def create(client, model):
    if "CLIENT" == "dbgpt_client":
        return await calls.create_datasource(client, model)
    # Up to 0.8.1 create_datasource sends GET, with arguments that it cannot send: it fails inside the client.
    reply = await client.post("/datasources", model.model_dump())
    return DatasourceModel(**reply.json()["data"])

async def main(base, key, path):
    client = Client(api_base=base, api_key=key)
    asked = dict(model="chatgpt_proxyllm", messages="how many orders per country?", chat_mode="chat_data")
    done = {}
    made = await create(
        client, DatasourceModel(db_type="sqlite", db_name="by client", db_path=path, comment="a <b>shop</b>"))
    done["created"] = made.model_dump()
    done["got"] = (await calls.get_datasource(client, str(made.id))).model_dump()
    done["listed"] = [each.model_dump() for each in await calls.list_datasource(client)]
    made.db_name, made.comment = "renamed", "changed"
    done["updated"] = (await calls.update_datasource(client, made)).model_dump()
    done["chat"] = (await client.chat(**asked, chat_param="renamed")).model_dump()
    stream = client.chat_stream(**asked, chat_param="renamed")
    done["stream"] = [chunk.model_dump() async for chunk in stream]
    stream = client.chat_stream(**asked, chat_param="renamed", incremental=False)
    done["whole"] = [chunk.model_dump() async for chunk in stream]
    normal = await client.chat(model="m", messages="hello")
    done["normal"] = normal.choices[0].message.content
    done["unknown"] = await client.chat(**asked, chat_param="nowhere")
    done["unknown_stream"] = [each async for each in client.chat_stream(**asked, chat_param="nowhere")]
    done["deleted"] = (await calls.delete_datasource(client, str(made.id))).model_dump()
    try:
        await calls.get_datasource(client, str(made.id))
    except Exception as error:
        done["gone"] = str(error)
    stranger = Client(api_base=base, api_key="wrong")
    try:
        await calls.list_datasource(stranger)
    except Exception as error:
        done["stranger"] = str(error)
    await client.aclose()
    await stranger.aclose()
    print(json.dumps(done))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("version", "package"), [(OLD.version, "dbgpt.client"), (NEW.version, "dbgpt_client")], ids=["0.6", "0.8"]
)
def test_the_client_works_unmodified(empty: Site, clients: Mapping[str, Path], version: str, package: str):
    """Create, get, list, update with a new name, chat, chat in a stream, delete, and each kind of error."""
    base = f"http://127.0.0.1:{empty.port}/api/v2"
    said = run_program(clients[version], CALLS.replace("CLIENT", package), base, KEY, "shop.sqlite")
    done: Any = json.loads(said.splitlines()[-1])
    assert done["got"] == done["created"]
    assert done["listed"] == [done["created"]]
    assert done["updated"] == done["created"] | {"db_name": "renamed", "comment": "changed"}
    assert done["deleted"] == done["updated"]
    whole = done["chat"]["choices"][0]["message"]["content"]
    streamed = "".join(chunk["choices"][0]["delta"]["content"] for chunk in done["stream"])
    assert whole.partition("<chart-view")[0] == streamed.partition("<chart-view")[0]
    assert "<chart-view" in streamed
    assert done["whole"][-1]["choices"][0]["delta"]["content"] == streamed
    assert done["stream"][-1]["choices"][0]["finish_reason"] == "stop"
    assert "dbchat_magic" in done["normal"]
    assert done["unknown"]["err_msg"] == "Database config not found for: nowhere"
    assert done["unknown_stream"] == [done["unknown"]]
    assert "there is no datasource" in done["gone"]
    assert "invalid_api_key" in done["stranger"]
    assert empty.ask("GET", "/api/v2/serve/datasources").json["data"] == []
