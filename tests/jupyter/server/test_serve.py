"""`python -m dbchat_magic serve`: who may ask, and how it ends."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.jupyter.server.conftest import KEY, Site, serve_command
from tests.jupyter.server.test_sidebar import ENDLESS


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dbchat_magic", "serve", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def read_start(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The port and the key that it tells on stderr."""
    assert process.stderr is not None
    said = ""
    while "sets it." not in said:
        line = process.stderr.readline()
        assert line, said  # it has ended
        said += line
    port, key = re.search(r":(\d+)/api", said), re.search(r"key, for this time: (\S+)", said)
    assert port is not None, said
    return int(port[1]), key[1] if key else ""


def request(port: int, method: str, path: str, key: str, body: object = None) -> http.client.HTTPConnection:
    content = None if body is None else json.dumps(body)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    end = time.monotonic() + 30
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, path, content, headers)
            return connection
        except ConnectionRefusedError:  # it tells its address a moment before it listens
            assert time.monotonic() < end
            time.sleep(0.1)


def test_a_key_is_made_and_told_where_none_is_set(tmp_path: Path):
    process = start(tmp_path, "--port", "0")
    try:
        port, key = read_start(process)
        assert len(key) > 40
        assert request(port, "GET", "/dbchat/status", key).getresponse().status == 200
        assert request(port, "GET", "/dbchat/status", "").getresponse().status == 401
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=30)
    assert output == ""
    assert list(tmp_path.iterdir()) == []


def test_it_ends_at_once_also_while_a_query_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DBCHAT_SERVER_KEY", "k")
    process = start(tmp_path, "--port", "0")
    try:
        port, _ = read_start(process)
        body = {"question": "", "sql": ENDLESS, "datasource": "demo"}
        waiting = request(port, "POST", "/dbchat/ask", "k", body)
        time.sleep(3)
        waiting.sock.settimeout(0.1)
        with pytest.raises(TimeoutError):  # it runs still
            waiting.getresponse()
        process.terminate()
        started = time.monotonic()
        process.communicate(timeout=30)
        assert time.monotonic() - started < 20
        waiting.close()
    finally:
        process.kill()


def test_a_port_that_is_taken_is_our_error(alone: Site, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, *serve_command(alone.port)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    assert "Is it in use?" in done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_nothing_but_our_routes(alone: Site):
    for path in (
        "/api/contents",
        "/api/kernels",
        "/api/terminals",
        "/api/sessions",
        "/files/shop.sqlite",
        "/lab",
    ):
        assert alone.ask("GET", path).status == 404, path
        assert alone.ask("GET", path, key=None).status in (302, 401, 403, 404), path


def test_no_key_is_left_in_a_file(alone: Site):
    folder = alone.home.parent
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("arguments", [("--port", "x"), ("--port", "70000"), ("--hosts", "y"), ("more",)])
def test_a_wrong_command_line(tmp_path: Path, arguments: tuple[str, ...]):
    process = start(tmp_path, *arguments)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "usage" in said
