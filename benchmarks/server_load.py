"""The HTTP server under load: 64 clients ask at once while 8 queries of 5 s run.

    python benchmarks/server_load.py [--requests 10000] [--seconds 20] [--slow postgresql|sqlite]

It starts `python -m dbchat_magic serve` on the loopback with a home folder of its own, and stops it at the end. The
slow queries wait in a PostgreSQL server of its own (the tests' one), as those of a database elsewhere do; those on
SQLite keep the processors busy, each in a process. Printed: how long lists and health take meanwhile (by a process of its own, which does nothing else), then of so many
requests by 64 clients how many were answered, and what the server's memory came to.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dbchat_magic.demo import demo_database
from tests.servers import Server as Database
from tests.servers import run_postgresql

CLIENTS = 64
SLOW = 8
SLOW_SECONDS = 5
KEY = "benchmark"
SLOW_SQL = {
    "postgresql": "SELECT * FROM slow",
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
}
QUESTIONS = (
    "how many orders per country?",
    "how many customers are there?",
    "top 5 products by revenue",
    "total amount of orders per month",
)
HEALTH, LIST, ASK = "/api/v2/serve/health", "/api/v2/serve/datasources", "/dbchat/ask"
CHAT = "/api/v2/chat/completions"
PROMISED = 0.1
"""Seconds, at the 95th percentile, for lists and health."""


class Client:
    """One connection, used again and again."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Status and content of one request."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, await reader.readexactly(length)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


class Server:
    """`serve` in a process of its own."""

    def __init__(self, folder: Path, time_limit: int) -> None:
        (folder / "home").mkdir(mode=0o700)
        (folder / "root").mkdir()
        demo_database(folder / "home")
        for number in range(SLOW):
            shutil.copy(folder / "home" / "demo.sqlite", folder / "root" / f"slow{number}.sqlite")
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            self.port = int(listening.getsockname()[1])
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DBCHAT_")}
        environment |= {
            "DBCHAT_HOME": str(folder / "home"),
            "DBCHAT_SERVER_KEY": KEY,
            "DBCHAT_TIMEOUT": str(time_limit),
        }
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dbchat_magic", "serve", "--port", str(self.port)],
            cwd=folder / "root",
            env=environment,
            stderr=self.log,
        )

    async def wait(self) -> None:
        for _ in range(300):
            try:
                await Client(self.port).ask("GET", HEALTH)
                return
            except OSError:
                await asyncio.sleep(0.1)
        raise SystemExit("The server does not start.")

    def megabytes(self) -> float:
        """Of memory, of the server's process alone."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        ended = self.process.wait(60)
        self.log.close()
        return ended


async def repeat(until: float, act: Callable[[], Awaitable[object]]) -> int:
    count = 0
    while time.monotonic() < until:
        await act()
        count += 1
    return count


async def run_slow(port: int, slow: str, number: int, until: float) -> int:
    client = Client(port)
    asked = {"question": "", "sql": SLOW_SQL[slow], "datasource": f"slow{number}"}
    count = await repeat(until, lambda: client.ask("POST", ASK, asked))
    client.close()
    return count


async def run_asking(port: int, number: int, until: float, seen: Counter[int]) -> None:
    client = Client(port)
    while time.monotonic() < until:
        status, _ = await client.ask("POST", ASK, {"question": QUESTIONS[number % 4], "datasource": "demo"})
        seen[status] += 1
        if status == 429:
            await asyncio.sleep(1)
    client.close()


async def probe(port: int, seconds: float) -> None:
    """Lists and health in turn; prints how long each took. Run in a process of its own."""
    client = Client(port)
    took: dict[str, list[float]] = {HEALTH: [], LIST: []}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path, times in took.items():
            started = time.perf_counter()
            status, _ = await client.ask("GET", path)
            times.append(time.perf_counter() - started)
            assert status == 200, status
            await asyncio.sleep(0.02)
    client.close()
    print(json.dumps(took))


async def add_slow(server: Server, slow: str, database: Database | None) -> None:
    """A datasource for each slow query, opened and read."""
    client = Client(server.port)
    for number in range(SLOW):
        name = f"slow{number}"
        params = {"path": f"{name}.sqlite"} if database is None else database.params("slow")
        await client.ask("POST", "/dbchat/datasources", {"name": name, "type": slow, "params": params})
        status, content = await client.ask(
            "POST", ASK, {"question": "", "sql": "SELECT 1", "datasource": name}
        )
        assert status == 200, content
    client.close()


async def under_load(server: Server, slow_kind: str, seconds: float) -> bool:
    """Whether lists and health were as quick as promised."""
    until = time.monotonic() + seconds
    seen: Counter[int] = Counter()
    slow = [asyncio.ensure_future(run_slow(server.port, slow_kind, number, until)) for number in range(SLOW)]
    asking = [asyncio.ensure_future(run_asking(server.port, n, until, seen)) for n in range(CLIENTS)]
    await asyncio.sleep(1)
    measuring = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--probe", str(server.port), "--seconds", str(seconds - 2),
        stdout=subprocess.PIPE,
    )  # fmt: skip
    output, _ = await measuring.communicate()
    counts = await asyncio.gather(*slow)
    await asyncio.gather(*asking)
    took = json.loads(output)
    print(f"{sum(seen.values())} questions by {CLIENTS} clients in {seconds:g} s, by status: {dict(seen)};")
    print(f"beside {sum(counts)} queries of {SLOW_SECONDS} s on {slow_kind}, {SLOW} at a time")
    worst = 0.0
    for path, times in took.items():
        at_95 = statistics.quantiles(times, n=20)[-1]
        worst = max(worst, at_95)
        print(f"{path}: {len(times)} times, median {1000 * statistics.median(times):.0f} ms, "
              f"95th percentile {1000 * at_95:.0f} ms, longest {1000 * max(times):.0f} ms")  # fmt: skip
    return worst < PROMISED


async def many_requests(server: Server, total: int) -> bool:
    """Whether all were answered, and memory stayed flat."""
    seen: Counter[int] = Counter()
    left = iter(range(total))
    memory: list[float] = []

    async def run(number: int) -> None:
        client = Client(server.port)
        for at in left:
            if at % (total // 10) == 0:
                memory.append(server.megabytes())
            status, content = await client.ask(*make_request(at))
            while status == 429:
                seen[429] += 1
                await asyncio.sleep(1)
                status, content = await client.ask(*make_request(at))
            seen[status] += 1
            assert content, at
        client.close()

    started = time.monotonic()
    await asyncio.gather(*map(run, range(CLIENTS)))
    seconds = time.monotonic() - started
    answered = seen[200]
    print(f"{answered} of {total} requests answered in {seconds:.0f} s, by status: {dict(seen)}")
    memory.append(server.megabytes())
    print(f"memory of the server, MB, after each tenth: {', '.join(f'{each:.0f}' for each in memory)}")
    half = len(memory) // 2
    return answered == total and memory[-1] < memory[half] * 1.1


def make_request(at: int) -> tuple[str, str, object]:
    """One of a mixture: half of them ask."""
    question = QUESTIONS[at % len(QUESTIONS)]
    chat = {"model": "offline", "messages": question, "chat_mode": "chat_data", "chat_param": "demo"}
    kinds: list[tuple[str, str, object]] = [
        ("GET", HEALTH, None),
        ("POST", ASK, {"question": question, "datasource": "demo", "rows": 20}),
        ("GET", LIST, None),
        ("POST", CHAT, chat),
    ]
    return kinds[at // len(QUESTIONS) % len(kinds)]


async def measure(requests: int, seconds: float, slow: str, database: Database | None) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), SLOW_SECONDS if database is None else 60)
        try:
            await server.wait()
            await add_slow(server, slow, database)
            quick = await under_load(server, slow, seconds)
            whole = await many_requests(server, requests)
        finally:
            ended = server.stop()
        print(f"the server ended with {ended}")
        return quick and whole and ended == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the HTTP server under load.")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--slow", choices=list(SLOW_SQL), default="postgresql")
    parser.add_argument("--probe", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        asyncio.run(probe(options.probe, options.seconds))
        return 0
    with contextlib.ExitStack() as stack:
        database = None
        if options.slow == "postgresql":
            database = stack.enter_context(run_postgresql())
            database.make_database("slow")
            database.execute(
                f"CREATE VIEW slow AS SELECT pg_sleep({SLOW_SECONDS})::text AS slept", database="slow"
            )
        good = asyncio.run(measure(options.requests, options.seconds, options.slow, database))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
