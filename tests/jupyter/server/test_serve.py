"""`python -m dbchat_magic serve`: who may ask, and how it ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.jupyter.server.conftest import KEY, Site, prepare_home, serve_command
from tests.jupyter.server.test_sidebar import ENDLESS


def start(folder: Path, *arguments: str, program: str = "") -> subprocess.Popen[str]:
    command = ["-c", program] if program else ["-m", "dbchat_magic", "serve", *arguments]
    return subprocess.Popen(
        [sys.executable, *command],
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


def request(
    port: int, method: str, path: str, key: str, body: object = None, **more: str
) -> http.client.HTTPConnection:
    content = None if body is None else json.dumps(body)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | more
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


Ending = Callable[[float], tuple[subprocess.Popen[str], int]]


@pytest.fixture
def ending(tmp_path: Path, shop_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ending]:
    """Starts a server that a test brings to its end, with so many seconds of grace; the process and its port."""
    monkeypatch.setenv("DBCHAT_SERVER_KEY", "k")
    monkeypatch.setenv("DBCHAT_HOME", str(tmp_path / "home"))
    prepare_home(tmp_path, shop_file)
    started = []

    def begin(grace: float) -> tuple[subprocess.Popen[str], int]:
        program = f"from dbchat_magic.jupyter.server import serve as s; s.GRACE = {grace}; s.serve(port=0)"
        process = start(tmp_path, program=program)
        started.append(process)
        return process, read_start(process)[0]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def wait_until_asked(port: int, count: int) -> None:
    """So many questions are under way."""
    end = time.monotonic() + 60
    figures = ""
    while f"dbchat_questions {count}.0" not in figures:
        assert time.monotonic() < end, figures
        figures = request(port, "GET", "/metrics", "k").getresponse().read().decode()


SOME_SECONDS = (
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 3000000) SELECT count(*) FROM r"
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send these signals to a process")
@pytest.mark.parametrize("signal_sent", [signal.SIGTERM, signal.SIGINT])
def test_what_has_come_is_answered_before_it_ends(ending: Ending, signal_sent: int):
    process, port = ending(300)
    body = {"question": "", "sql": SOME_SECONDS, "datasource": "demo"}
    waiting = [request(port, "POST", "/dbchat/ask", "k", body) for _ in range(2)]
    stream = request(port, "POST", "/dbchat/ask", "k", body, Accept="text/event-stream").getresponse()
    wait_until_asked(port, 3)
    process.send_signal(signal_sent)
    replies = [connection.getresponse() for connection in waiting]
    assert [(reply.status, reply.headers["Connection"]) for reply in replies] == [(200, "close")] * 2
    assert [json.loads(reply.read())["rows"] for reply in replies] == [[[3000000]]] * 2
    assert b"event: answer" in stream.read()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopping when 3 requests are answered" in said
    assert "Traceback" not in said
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send this signal to a process")
def test_what_is_not_done_in_time_is_stopped_and_answered_so(ending: Ending):
    process, port = ending(0.5)
    waiting = request(
        port, "POST", "/dbchat/ask", "k", {"question": "", "sql": ENDLESS, "datasource": "demo"}
    )
    wait_until_asked(port, 1)
    process.terminate()
    reply = waiting.getresponse()
    assert (reply.status, json.loads(reply.read())["kind"]) == (499, "QueryCancelled")
    assert process.wait(60) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send this signal to a process")
def test_a_second_signal_ends_it_at_once(ending: Ending):
    process, port = ending(300)
    waiting = request(
        port, "POST", "/dbchat/ask", "k", {"question": "", "sql": ENDLESS, "datasource": "demo"}
    )
    wait_until_asked(port, 1)
    process.terminate()
    assert process.stderr is not None
    while "Stopping when" not in process.stderr.readline():
        pass
    process.terminate()
    process.communicate(timeout=60)
    waiting.close()


def test_each_request_is_a_line_of_the_log_without_what_a_client_made_up(alone: Site):
    alone.ask("GET", "/dbchat/schema?datasource=CANARY-name&token=CANARY-token", key=None)
    alone.ask("GET", "/dbchat/CANARY-path")
    alone.ask("GET", "/CANARY-elsewhere")
    alone.ask("DELETE", "/dbchat/datasources/99999")
    end = time.monotonic() + 30  # a line is written when its reply is on its way
    while " DELETE /dbchat/datasources/{id} 404 " not in (log := alone.log.read_text("utf-8")):
        assert time.monotonic() < end, log
        time.sleep(0.1)
    assert "CANARY" not in log
    assert re.search(r"^\S+Z 127\.0\.0\.1 GET /dbchat/schema 401 \d+ms [0-9a-f]{12}$", log, re.MULTILINE)
    assert re.search(r" GET /dbchat/… 404 ", log)
    assert re.search(r" GET - 404 ", log)


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
