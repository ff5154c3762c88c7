"""A real JupyterLab with our server extension and a real kernel, and a browser on it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
MILLISECONDS_TO_WAIT = 30_000
BASE_URL = "/user/ann/"
"""As behind a hub: nobody may take the root for granted."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws:; frame-ancestors 'self'"
)
"""JupyterLab itself runs under no stricter one: it compiles the schemas of its settings."""
SCREENSHOTS = Path(__file__).with_name("screenshots")


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs."""

    url: str
    token: str
    folder: Path
    """What its file browser shows, and where kernels start."""
    log: Path

    def address_of(self, path: str) -> str:
        return f"{self.url}lab/tree/{path}?token={self.token}&reset"

    def address_in_notebook(self, path: str) -> str:
        """The same file in Notebook 7, which this server has, too."""
        return f"{self.url}notebooks/{path}?token={self.token}"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with run_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(autouse=True)
def _nothing_kept(request: pytest.FixtureRequest) -> None:
    """Each test begins without datasources, glossaries, verified answers and history, whichever ran before it."""
    if "lab" not in request.fixturenames:
        return
    lab: Lab = request.getfixturevalue("lab")
    home = lab.folder.parent / "home"
    if (home / "store.sqlite").exists():
        with sqlite3.connect(home / "store.sqlite", timeout=30) as store:
            store.execute("DELETE FROM datasources")
            store.execute("DELETE FROM verified")
            store.execute("DELETE FROM history")
        store.close()
    for left in lab.folder.glob("*.dbchat.yaml"):
        left.unlink()


@contextlib.contextmanager
def run_lab(folder: Path, **settings: str) -> Iterator[Lab]:
    """With these variables in its environment."""
    lab = Lab(
        f"http://127.0.0.1:{free_port()}{BASE_URL}", secrets.token_hex(16), folder / "files", folder / "log"
    )
    lab.folder.mkdir()
    with lab.log.open("wb") as log:
        server = subprocess.Popen(
            lab_command(lab),
            cwd=lab.folder,
            env=lab_environment(folder) | settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its kernels end with it
        )
    try:
        wait_until_up(lab, server)
        yield lab
    finally:
        end(server)


def lab_command(lab: Lab) -> list[str]:
    port = lab.url.split(":")[2].partition("/")[0]
    return [
        *(sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1"),
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.base_url={BASE_URL}",
        f"--IdentityProvider.token={lab.token}",
        f"--ServerApp.root_dir={lab.folder}",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
    ]


def lab_environment(folder: Path) -> dict[str, str]:
    """Everything that Jupyter or we would write lies in the test's folder; no news ask for attention.

    Notebooks are saved with the state of their widgets, as they are where a person wants that.
    """
    settings = folder / "config" / "labconfig"
    settings.mkdir(parents=True)
    no_news = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
    }
    with_widgets = {"@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True}}
    overrides = json.dumps(no_news | with_widgets)
    (settings / "default_setting_overrides.json").write_text(overrides, "utf-8")
    headers = {"headers": {"Content-Security-Policy": POLICY}}
    server = {"ServerApp": {"tornado_settings": headers}}
    (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(server), "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBCHAT_", "JUPYTER"))}
    return kept | {
        "DBCHAT_HOME": str(folder / "home"),
        "DBCHAT_LANG": "en",
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    request = urllib.request.Request(f"{lab.url}api/status", headers={"Authorization": f"token {lab.token}"})
    for _ in range(SECONDS_TO_START * 5):
        assert server.poll() is None, lab.log.read_text("utf-8", "replace")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{lab.log.read_text('utf-8', 'replace')}")


def end(server: subprocess.Popen[bytes]) -> None:
    """The whole group: kernels outlive a server that is killed alone."""
    server.terminate()
    try:
        server.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright; `.ci/run` installs it where it is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here: apt-get install --no-install-recommends chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, request: pytest.FixtureRequest):
    """A page; where the test fails, its trace and a picture of it are kept."""
    SCREENSHOTS.mkdir(exist_ok=True)
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(MILLISECONDS_TO_WAIT)
    context.tracing.start(screenshots=True, snapshots=True)
    page = context.new_page()
    yield page
    has_failed = request.node.stash.get(FAILED, False)
    if has_failed:
        page.screenshot(path=SCREENSHOTS / f"failed-{request.node.name}.png")
    trace = SCREENSHOTS / f"failed-{request.node.name}.trace.zip"
    context.tracing.stop(path=trace if has_failed else None)
    context.close()


FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ours come last: once Playwright has run its event loop, tests with loops of their own fail in the process."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def notebook(lab: Lab) -> str:
    written = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell()],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(written, lab.folder / "first.ipynb")
    return "first.ipynb"
