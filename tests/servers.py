"""Real database servers for the tests: started when first asked for, on free ports of loopback, in folders of
their own, and stopped by their process at the end."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 60
READER = "reader"
"""A role that may read every table and do nothing else."""
PASSWORD = "p@ss:w/ord%"
"""Of the reader: with signs that mean something in a URL."""


@dataclass(frozen=True)
class Server:
    """A running server; `admin` may do everything there."""

    kind: str
    port: int
    admin: str
    admin_password: str
    connect: Callable[..., Any]
    """(database, user, password) -> a driver's connection that commits by itself."""
    process: subprocess.Popen[bytes]
    folder: Path

    host = "127.0.0.1"

    def execute(self, *statements: str, database: str = "") -> list[tuple[Any, ...]]:
        """Run statements as the admin; the rows of the last."""
        with contextlib.closing(self.connect(database, self.admin, self.admin_password)) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def params(self, database: str, user: str = READER, password: str = PASSWORD) -> dict[str, Any]:
        """The fields of a datasource."""
        return {
            "host": self.host,
            "port": self.port,
            "user": user,
            "password": password,
            "database": database,
        }

    def make_database(self, name: str) -> str:
        """An empty database that the reader may read, whatever is made in it later."""
        MAKE_DATABASE[self.kind](self, name)
        return name


def make_postgresql_database(server: Server, name: str) -> None:
    server.execute(f'CREATE DATABASE "{name}"')
    server.execute("GRANT pg_read_all_data TO reader", database=name)


def make_mariadb_database(server: Server, name: str) -> None:
    server.execute(
        f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4",
        f"GRANT SELECT, SHOW VIEW, EXECUTE ON `{name}`.* TO reader@'%'",
    )


MAKE_DATABASE = {"postgresql": make_postgresql_database, "mariadb": make_mariadb_database}


@contextlib.contextmanager
def run_postgresql() -> Iterator[Server]:
    """A PostgreSQL server of its own."""
    import psycopg

    program = find_program("postgres", "/usr/lib/postgresql/*/bin/postgres")
    account = server_account("postgres")
    with server_folder(account) as folder:
        password = secrets.token_hex(8)
        word = folder / "password"
        word.write_text(password)
        own(word, account)
        data = folder / "data"
        run(
            [program.with_name("initdb"), "-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={word}",
             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], account, folder,
        )  # fmt: skip
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "fsync": "off",
            "max_connections": 60,
            "shared_buffers": "32MB",
        }
        arguments = [
            program,
            "-D",
            data,
            *(part for key, value in options.items() for part in ("-c", f"{key}={value}")),
        ]

        def connect(database: str, user: str, password: str) -> Any:
            return psycopg.connect(
                host="127.0.0.1",
                port=port,
                user=user,
                password=password,
                dbname=database or "postgres",
                autocommit=True,
            )

        # SIGINT ends it at once; SIGTERM would wait for its clients.
        with started(arguments, account, folder, signal.SIGINT) as process:
            server = Server("postgresql", port, "postgres", password, connect, process, folder)
            wait_for(server, psycopg.OperationalError)
            server.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
            yield server


@contextlib.contextmanager
def run_mariadb() -> Iterator[Server]:
    """A MariaDB server of its own."""
    import pymysql

    program = find_program("mariadbd", "/usr/sbin/mariadbd")
    installer = find_program("mariadb-install-db")
    account = server_account("mysql")
    with server_folder(account) as folder:
        data = folder / "data"
        run(
            [installer, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
             "--skip-test-db", *([f"--user={account}"] if account else [])], None, folder,
        )  # fmt: skip
        port = free_port()
        arguments = [
            program, "--no-defaults", f"--datadir={data}", f"--socket={folder / 'socket'}", f"--port={port}",
            "--bind-address=127.0.0.1", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=32M", "--skip-name-resolve",
        ]  # fmt: skip

        def connect(database: str, user: str, password: str) -> Any:
            return pymysql.connect(
                host="127.0.0.1",
                port=port,
                user=user,
                password=password,
                database=database or None,
                autocommit=True,
            )

        with started(arguments, account, folder) as process:
            fresh = Server("mariadb", port, "root", "", connect, process, folder)
            wait_for(fresh, pymysql.err.OperationalError)
            password = secrets.token_hex(8)
            fresh.execute(
                f"CREATE USER admin@'%' IDENTIFIED BY '{password}'",
                "GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION",
                f"CREATE USER reader@'%' IDENTIFIED BY '{PASSWORD}'",
            )
            yield Server("mariadb", port, "admin", password, connect, process, folder)


# ----------------------------------------------------------------------------------------- processes


def find_program(name: str, *patterns: str) -> Path:
    """A program on PATH or where systems put it; the test is skipped where there is none."""
    if found := shutil.which(name):
        return Path(found).resolve()
    for pattern in patterns:
        if paths := sorted(Path("/").glob(pattern.lstrip("/"))):
            return paths[-1]
    pytest.skip(f"{name} is not installed here; python tools/system_packages.py says how to have it")


def server_account(name: str) -> str | None:
    """As root a server wants an account of its own."""
    import pwd

    if os.geteuid() != 0:
        return None
    for account in (name, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(account).pw_name
    return None


@contextlib.contextmanager
def server_folder(account: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dbchat-"))
    own(folder, account)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def own(path: Path, account: str | None) -> None:
    if account:
        shutil.chown(path, account)


def run(arguments: list[Any], account: str | None, folder: Path) -> None:
    done = subprocess.run(
        list(map(str, arguments)),
        user=account,
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=START_SECONDS * 2,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]


@contextlib.contextmanager
def started(
    arguments: list[Any], account: str | None, folder: Path, stop: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            list(map(str, arguments)),
            user=account,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def wait_for(server: Server, refused: type[Exception]) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            server.connect("", server.admin, server.admin_password).close()
            return
        except refused:
            log = (server.folder / "log").read_text(errors="replace")[-2000:]
            assert server.process.poll() is None, log
            assert time.monotonic() < end, log
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# -------------------------------------------------------------------------------------------- relays


@dataclass
class Relay:
    """A port that passes everything on."""

    port: int
    stalled: threading.Event
    """Nothing is passed on any more."""

    def lose_those_that_are_open(self) -> None:
        """They hear nothing any more, not even their end; new ones are served."""
        self.stalled.set()
        self.stalled = threading.Event()


@contextlib.contextmanager
def relay(port: int) -> Iterator[Relay]:
    """A port that passes everything on to another, until it is stalled."""
    found = Relay(0, threading.Event())

    def pass_on(source: socket.socket, target: socket.socket, stalled: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not stalled.is_set():
                    target.sendall(data)
        for each in (source, target):
            each.close()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            other, stalled = socket.create_connection(("127.0.0.1", port)), found.stalled
            threading.Thread(target=pass_on, args=(other, self.request, stalled), daemon=True).start()
            pass_on(self.request, other, stalled)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as passing:
        passing.daemon_threads = True
        threading.Thread(target=passing.serve_forever, daemon=True).start()
        found.port = passing.server_address[1]
        yield found
        passing.shutdown()
