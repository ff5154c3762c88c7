"""DB-GPT's own client, unmodified and in an environment of its own, does everything it has calls for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.server.conftest import KEY, ROOT, Site

VERSION = "0.8.2"
FOLDER = ROOT / ".cache" / f"dbgpt-client-{VERSION}-python{sys.version_info.major}.{sys.version_info.minor}"
INSTALLS = (
    # Without their pins, which hold back SQLAlchemy and much else that the client never uses.
    ("--no-deps", f"dbgpt=={VERSION}", f"dbgpt-client=={VERSION}", f"dbgpt-ext=={VERSION}"),
    ("pydantic", "httpx", "cachetools", "fastapi", "beautifulsoup4", "cloudpickle"),
)
INSTALL_SECONDS = 300

CALLS = """
import asyncio, json, sys
from dbgpt_client import Client
from dbgpt_client import datasource as calls
from dbgpt_client.schema import DatasourceModel

async def main(base, key, path):
    client = Client(api_base=base, api_key=key)
    asked = dict(model="chatgpt_proxyllm", messages="how many orders per country?", chat_mode="chat_data")
    done = {}
    made = await calls.create_datasource(
        client, DatasourceModel(db_type="sqlite", db_name="by client", db_path=path, comment="a <b>shop</b>"))
    done["created"] = made.model_dump()
    done["got"] = (await calls.get_datasource(client, str(made.id))).model_dump()
    done["listed"] = [each.model_dump() for each in await calls.list_datasource(client)]
    made.db_name, made.comment = "renamed", "changed"
    done["updated"] = (await calls.update_datasource(client, made)).model_dump()
    done["chat"] = (await client.chat(**asked, chat_param="renamed")).model_dump()
    stream = client.chat_stream(**asked, chat_param="renamed")
    done["stream"] = [chunk.model_dump() async for chunk in stream]
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


@pytest.fixture(scope="session")
def client_python() -> Path:
    """A Python that has the client; made once and kept under .cache."""
    python = FOLDER / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ready = FOLDER / "ready"
    if not ready.is_file():
        run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        for packages in INSTALLS:
            run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages)
        ready.touch()
    return python


def run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip("DB-GPT's client could not be installed in time")
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        pytest.skip(f"DB-GPT's client cannot be installed here: {''.join(words)}")


@pytest.fixture
def done(empty: Site, client_python: Path) -> Any:
    """What every call of the client gave."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    ran = subprocess.run(
        [str(client_python), "-c", CALLS, f"http://127.0.0.1:{empty.port}/api/v2", KEY, "shop.sqlite"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env=kept | {"PYTHONIOENCODING": "utf-8"},
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_the_client_works_unmodified(empty: Site, done: Any):
    """Create, get, list, update with a new name, chat, chat in a stream, delete, and each kind of error."""
    assert done["got"] == done["created"]
    assert done["listed"] == [done["created"]]
    assert done["updated"] == done["created"] | {"db_name": "renamed", "comment": "changed"}
    assert done["deleted"] == done["updated"]
    whole = done["chat"]["choices"][0]["message"]["content"]
    streamed = "".join(chunk["choices"][0]["delta"]["content"] for chunk in done["stream"])
    assert whole.partition("<chart-view")[0] == streamed.partition("<chart-view")[0]
    assert "<chart-view" in streamed
    assert done["stream"][-1]["choices"][0]["finish_reason"] == "stop"
    assert done["unknown"]["err_msg"] == "Database config not found for: nowhere"
    assert done["unknown_stream"] == [done["unknown"]]
    assert "there is no datasource" in done["gone"]
    assert "invalid_api_key" in done["stranger"]
    assert empty.ask("GET", "/api/v2/serve/datasources").json["data"] == []
