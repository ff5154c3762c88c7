"""A model's server that is scripted, a database to ask, and a DbChat that asks both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from tests.translators.model.faulty import FaultyServer, run_faulty_server

KEY = "sk-CANARY-4f7b1c"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A database of two tables."""
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT);
            CREATE TABLE orders (
                id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total REAL, placed DATE
            );
            INSERT INTO customers VALUES (1, 'Ada', 'France'), (2, 'Bo', 'Norway'), (3, 'Cy', 'France');
            INSERT INTO orders VALUES (1, 1, 10.5, '2024-01-02'), (2, 1, 4, '2024-02-03'), (3, 2, 7, '2025-01-05');
            """
        )
    return str(path)


@pytest.fixture
def chat(server: FaultyServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> DbChat:
    """Asks the scripted server, and waits for it two seconds."""
    monkeypatch.setenv("DBCHAT_BASE_URL", server.base_url)
    monkeypatch.setenv("DBCHAT_MODEL", "scripted-70b")
    monkeypatch.setenv("DBCHAT_API_KEY", KEY)
    monkeypatch.setenv("DBCHAT_MODEL_TIMEOUT", "2")
    return DbChat(home)
