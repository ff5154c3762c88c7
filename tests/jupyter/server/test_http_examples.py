"""What docs/http.md shows of the HTTP API, run as it stands there against a running server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.jupyter.server.clients import NEW, OLD, run_program
from tests.jupyter.server.conftest import KEY, ROOT, Site

SHOWN = "127.0.0.1:5670"


def examples() -> dict[str, str]:
    """The blocks of the chapter that talk to the server, by the word that tells them apart."""
    chapter = (ROOT / "docs" / "http.md").read_text("utf-8")
    blocks = [block for block in re.findall(r"```\w+\n(.*?)```", chapter, re.DOTALL) if SHOWN in block]
    words = ("curl", "dbgpt_client", "dbgpt.client", "openai")
    assert len(blocks) == len(words)
    return {word: block for word in words for block in blocks if word in block}


def test_the_chapter_has_the_four_clients():
    assert list(examples()) == ["curl", "dbgpt_client", "dbgpt.client", "openai"]


def example(word: str, site: Site) -> str:
    return examples()[word].replace(SHOWN, f"127.0.0.1:{site.port}")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not here")
def test_curl(empty: Site):
    done = subprocess.run(
        ["sh", "-c", example("curl", empty)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "DBCHAT_SERVER_KEY": KEY},
    )
    assert "<chart-view" in done.stdout


def test_openai(empty: Site):
    assert "2400" in run_program(sys.executable, example("openai", empty), DBCHAT_SERVER_KEY=KEY)


def test_openai_in_a_stream(empty: Site):
    """Its client takes the events, too."""
    program = example("openai", empty).replace("extra_body=", "stream=True, extra_body=")
    program = program.replace(
        "print(reply.choices[0].message.content)",
        "print(''.join(chunk.choices[0].delta.content or '' for chunk in reply))",
    )
    assert "2400" in run_program(sys.executable, program, DBCHAT_SERVER_KEY=KEY)


def test_dbgpt_client(empty: Site, clients: Mapping[str, Path]):
    assert "<chart-view" in run_program(
        clients[NEW.version], example("dbgpt_client", empty), DBCHAT_SERVER_KEY=KEY
    )


def test_dbgpt_client_of_0_6(empty: Site, clients: Mapping[str, Path]):
    assert "2400" in run_program(clients[OLD.version], example("dbgpt.client", empty), DBCHAT_SERVER_KEY=KEY)
    assert empty.ask("GET", "/api/v2/serve/datasources").json["data"] == []
