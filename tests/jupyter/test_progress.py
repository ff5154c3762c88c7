"""Progress: a reading that takes long is one line, which goes when it ends; adding a database begins to read it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic.core import schema, schema_cache
from dbchat_magic.jupyter import progress
from tests.jupyter.conftest import Notebook


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading tables takes a second, and half of one is long."""
    monkeypatch.setattr(progress, "SHOWN_AFTER", 0.5)
    read = schema.read_tables

    def wait_and_read(connection: Any) -> Any:
        time.sleep(1.2)
        return read(connection)

    monkeypatch.setattr(schema_cache, "read_tables", wait_and_read)


@pytest.fixture
def file(home: Path) -> str:
    """A database that is not read yet."""
    return str(next(home.glob("*.sqlite")))


def test_a_reading_that_takes_long_is_a_line_that_goes(notebook: Notebook, file: str, slow: None):
    ran = notebook.run(f"%dbchat -d {file} how many orders are there?")
    assert ran.success
    lines = [bundle.get("text/plain", "") for bundle in ran.shown]
    assert lines[0] == f"Reading the tables of {Path(file).stem} …"
    assert "" in lines  # updated to nothing
    assert "Reading" not in ran.text
    again = notebook.run(f"%dbchat -d {file} how many customers are there?")
    assert not any("Reading" in bundle.get("text/plain", "") for bundle in again.shown)


def test_a_quick_reading_says_nothing(notebook: Notebook, file: str):
    ran = notebook.run(f"%dbchat -d {file} how many orders are there?")
    assert not any("Reading" in bundle.get("text/plain", "") for bundle in ran.shown)


def test_the_line_counts():
    from dbchat_magic.core.reading import Progress

    assert progress.progress_text(Progress("shop", 340, 1000)) == "Reading the tables of shop: 340 of 1,000 …"


def test_in_a_terminal_the_line_is_erased(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from dbchat_magic.core.reading import Progress

    del notebook.shell.kernel  # type: ignore[attr-defined]
    monkeypatch.setattr(progress, "SHOWN_AFTER", 0.0)
    line = progress.ProgressLine(notebook.shell)
    line(Progress("shop", 1, 2))
    line(None)
    assert capsys.readouterr().err == "\r\033[KReading the tables of shop: 1 of 2 …\r\033[K"


@pytest.mark.parametrize("line", ["add mine", "use"])
def test_adding_or_using_begins_to_read(
    notebook: Notebook, file: str, line: str, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []
    before = schema.read_tables

    def noted(connection: Any) -> Any:
        read.append(threading.current_thread().name)
        return before(connection)

    monkeypatch.setattr(schema_cache, "read_tables", noted)
    assert notebook.run(f"%dbsource {line} {file}").success
    deadline = time.monotonic() + 10
    while not read and time.monotonic() < deadline:
        time.sleep(0.02)
    assert read == ["dbchat-schema"]
    assert notebook.run("%dbchat how many orders are there?").success
    assert len(read) == 1


def test_what_cannot_be_read_is_said_by_the_question_alone(notebook: Notebook, home: Path):
    (home / "bad.db").write_bytes(b"SQLite format 3\x00" + b"x" * 4000)
    added = notebook.run(f"%dbsource add bad {home}/bad.db")
    assert "bad" in added.text
    time.sleep(0.5)
    assert not notebook.run("%dbchat how many orders are there?").success
