"""A model's server that does as a test scripts it, down to the bytes: what no well-behaved server would do."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Script = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request, and the socket that its reply goes to."""

    socket: socket.socket
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    def send(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def head(self, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status} Scripted", "Connection: close"]
        self.send("\r\n".join([*lines, *(f"{name}: {value}" for name, value in named.items())]) + "\r\n\r\n")

    def reply(
        self, content: bytes | str | dict[str, Any] | list[Any], status: int = 200, **headers: str
    ) -> None:
        """A whole response."""
        is_json = isinstance(content, dict | list)
        data = (
            json.dumps(content).encode()
            if is_json
            else content.encode()
            if isinstance(content, str)
            else content
        )
        assert isinstance(data, bytes)
        self.head(status, **{"Content_Type": "application/json", "Content_Length": str(len(data)), **headers})
        self.send(data)

    def stream(self, *events: bytes | str | dict[str, Any]) -> None:
        """Server-sent events; the connection is closed after them."""
        self.head(Content_Type="text/event-stream")
        for event in events:
            self.event(event)

    def event(self, event: bytes | str | dict[str, Any]) -> None:
        if isinstance(event, bytes):
            self.send(event)
        else:
            self.send(f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n")

    def reset(self) -> None:
        """Break the connection off, so that the other side sees a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def hang(self, server: FaultyServer, seconds: float = 60.0) -> None:
        """Say nothing more while the other side, or the test, is there."""
        end = time.monotonic() + seconds
        self.socket.settimeout(0.05)
        while time.monotonic() < end and not server.closing.is_set():
            with contextlib.suppress(TimeoutError):
                if self.socket.recv(1) == b"":
                    return


def completion(content: str | None, finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    """What a well-behaved server replies."""
    return {
        "id": "x",
        "object": "chat.completion",
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def chunk(content: str | None, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """A piece of a streamed reply."""
    return {
        "id": "x",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"content": content, **delta}, "finish_reason": finish}],
    }


@dataclass
class FaultyServer:
    """Listens on a free port of loopback; `scripts` are used up one a request, the last one stays."""

    scripts: list[Script] = field(default_factory=list)
    requests: list[Exchange] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def then(self, *scripts: Script) -> None:
        """What comes next."""
        self.scripts[:] = scripts

    def says(self, *contents: str) -> None:
        """Whole replies with these contents."""
        self.then(*(saying(content) for content in contents))

    def close(self) -> None:
        self.closing.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            exchange = read_request(client)
            if exchange is None:
                return
            self.requests.append(exchange)
            if not self.scripts:
                return
            script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
            script(exchange)


def saying(content: str) -> Script:
    def script(exchange: Exchange) -> None:
        if exchange.body.get("stream"):
            exchange.stream(chunk(content), chunk(None, "stop"), "[DONE]")
        else:
            exchange.reply(completion(content))

    return script


def read_request(client: socket.socket) -> Exchange | None:
    data = b""
    while b"\r\n\r\n" not in data:
        received = client.recv(65536)
        if not received:
            return None
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += client.recv(65536)
    return Exchange(client, method, path, headers, json.loads(body) if body else {})


@contextlib.contextmanager
def run_faulty_server() -> Iterator[FaultyServer]:
    server = FaultyServer()
    try:
        yield server
    finally:
        server.close()
