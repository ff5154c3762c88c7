"""A real IPython shell in this process, with our magics loaded."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from dbchat_magic.demo import demo_database
from dbchat_magic.jupyter import progress


@pytest.fixture(autouse=True)
def _no_line_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine any reading may take long enough for one; its own tests want it."""
    monkeypatch.setattr(progress, "SHOWN_AFTER", 60.0)


@dataclass
class Ran:
    """A cell that was run."""

    success: bool
    value: Any
    error: BaseException | None
    text: str
    """What was printed or written as an error."""
    shown: list[dict[str, Any]] = field(default_factory=list)
    """The MIME bundles, in order."""

    @property
    def types(self) -> list[list[str]]:
        return [sorted(bundle) for bundle in self.shown]


class Notebook:
    """Runs cells as a notebook does."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def run(self, cell: str) -> Ran:
        with capture_output() as captured:
            result = self.shell.run_cell(cell, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        bundles = [output.data for output in captured.outputs]
        return Ran(bool(result.success), result.result, error, captured.stdout + captured.stderr, bundles)

    @property
    def names(self) -> dict[str, Any]:
        return dict(self.shell.user_ns)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo database, made once."""
    return demo_database(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def notebook(home: Path, shop_file: Path) -> Iterator[Notebook]:
    shutil.copy(shop_file, home)
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    shell = InteractiveShell.instance(colors="nocolor", config=config)
    shell.kernel = "as in a notebook"  # type: ignore[attr-defined]
    shell.run_line_magic("load_ext", "dbchat_magic")
    yield Notebook(shell)
    shell.run_line_magic("unload_ext", "dbchat_magic")
    shell.atexit_operations()
    atexit.unregister(shell.atexit_operations)
    InteractiveShell.clear_instance()


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, Any]]:
    """A real kernel of its own, ready, and a client that talks to it."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
