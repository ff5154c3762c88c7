"""Real servers on the loopback, one of each kind for all tests: `serve` alone, and a Jupyter Server."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.server.clients import clients  # noqa: F401 - a fixture
from tests.jupyter.server.contract import check_reply

ROOT = Path(__file__).parents[3]
KEY = "CANARY-key-of-the-tests"
SECOND_KEY = "CANARY-second-key"
BASE_URL = "/user/me"
JSON = "application/json"
START_SECONDS = 180


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def events(self) -> list[Any]:
        """The data of server-sent events; the last is not JSON."""
        lines = [line.removeprefix("data: ") for line in self.text.split("\n\n") if line]
        return [line if line == "[DONE]" else json.loads(line) for line in lines]


@dataclass(frozen=True)
class Site:
    """A running server."""

    port: int
    base_url: str
    folder: Path
    """Its root folder: files may be named from here."""
    home: Path
    log: Path
    process: subprocess.Popen[bytes]
    key: str = KEY

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = KEY,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request; a `body` goes as JSON, `raw` as it is. Every reply is held against the OpenAPI document."""
        sent = {"Authorization": f"Bearer {key}"} if key is not None else {}
        content = raw if body is None else json.dumps(body).encode()
        if content is not None:
            sent["Content-Type"] = JSON
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, self.base_url + path, content, sent | dict(headers or {}))
            reply = connection.getresponse()
            found = Reply(reply.status, dict(reply.getheaders()), reply.read().decode())
            check_reply(method, path, found.status, found.headers.get("Content-Type", ""), found.text)
            return found
        finally:
            connection.close()

    def add(self, name: str, path: str, kind: str = "sqlite") -> int:
        """A datasource through the sidebar's route; its id."""
        reply = self.ask(
            "POST", "/dbchat/datasources", {"name": name, "type": kind, "params": {"path": path}}
        )
        assert reply.status == 201, reply.text
        return int(reply.json["id"])


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def start(command: list[str], folder: Path, base_url: str, port: int, **environment: str) -> Site:
    """Start a server in its own folder and wait until it answers."""
    home, log = folder / "home", folder / "log"
    (folder / "root").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBCHAT_", "JUPYTER_"))}
    jupyter = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder / "root",
            env=kept | jupyter | {"DBCHAT_HOME": str(home)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    site = Site(port, base_url, folder / "root", home, log, process)
    wait_until_it_answers(site)
    return site


def wait_until_it_answers(site: Site) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            site.ask("GET", "/dbchat/status")
            return
        except OSError:
            assert site.process.poll() is None, site.log.read_text("utf-8")
            assert time.monotonic() < end, site.log.read_text("utf-8")
            time.sleep(0.1)


def stop(site: Site) -> None:
    site.process.terminate()
    site.process.wait(30)


def serve_command(port: int) -> list[str]:
    return ["-m", "dbchat_magic", "serve", "--port", str(port)]


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory, shop_file: Path) -> Iterator[Site]:
    """`python -m dbchat_magic serve`, with the demo made beforehand and a copy of it in its folder."""
    folder = tmp_path_factory.mktemp("alone")
    prepare_home(folder, shop_file)
    port = free_port()
    site = start(serve_command(port), folder, "", port, DBCHAT_SERVER_KEY=f"{KEY}, {SECOND_KEY}")
    shutil.copy(shop_file, site.folder / "shop.sqlite")
    yield site
    stop(site)


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory, shop_file: Path) -> Iterator[Site]:
    """A Jupyter Server under a base URL, our extension enabled by the file that the wheel installs."""
    folder = tmp_path_factory.mktemp("jupyter")
    prepare_home(folder, shop_file)
    port = free_port()
    command = [
        "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--ServerApp.base_url={BASE_URL}", f"--IdentityProvider.token={KEY}",
    ]  # fmt: skip
    site = start(command, folder, BASE_URL, port, JUPYTER_CONFIG_PATH=str(ROOT / "jupyter-config"))
    shutil.copy(shop_file, site.folder / "shop.sqlite")
    yield site
    stop(site)


def prepare_home(folder: Path, shop_file: Path) -> None:
    (folder / "home").mkdir(mode=0o700)
    shutil.copy(shop_file, folder / "home")


@pytest.fixture(params=["alone", "jupyter"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each kind of server in turn."""
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def empty(alone: Site) -> Iterator[Site]:
    """The server alone, without datasources and verified answers before and after."""
    remove_all(alone)
    yield alone
    remove_all(alone)


def remove_all(site: Site) -> None:
    for source in site.ask("GET", "/api/v2/serve/datasources").json["data"]:
        site.ask("DELETE", f"/api/v2/serve/datasources/{source['id']}")
    for verified in site.ask("GET", "/dbchat/verified?datasource=demo").json["verified"]:
        site.ask("DELETE", f"/dbchat/verified/{verified['id']}?datasource=demo")
