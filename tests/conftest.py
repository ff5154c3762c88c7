"""What every test has: a home folder of its own, and no settings from outside."""

from __future__ import annotations

import builtins
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbchat_magic.core import secrets
from tests.servers import Server, run_mariadb, run_postgresql


def pytest_configure() -> None:
    """Ctrl-C is heard also where the shell started the tests in the background, and had it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder (DBCHAT_HOME) of this test alone."""
    for name in os.environ:
        if name.startswith(("DBCHAT_", "OPENAI_")):
            monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DBCHAT_HOME", str(folder))
    monkeypatch.setenv("DBCHAT_LANG", "en")  # whatever the developer reads
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    return folder


@pytest.fixture(autouse=True)
def _process_as_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell in this process replaces `__main__`, a doctest leaves `_` behind, and a password holds for a
    session; none of them meets another test."""
    monkeypatch.setattr(secrets, "_session", {})
    monkeypatch.setattr(secrets, "_known", set())
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.delitem(builtins.__dict__, "_", raising=False)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server for the whole run."""
    with run_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A MariaDB server for the whole run."""
    with run_mariadb() as server:
        yield server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    return report if hasattr(report, "wasxfail") else failed_instead_of_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    return failed_instead_of_skipped(report)


def failed_instead_of_skipped(report):
    """Under CI nothing is skipped: a part that is missing there is a failure."""
    if os.environ.get("CI") == "true" and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped under CI: {report.longrepr}"
    return report
