from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = {
    "test_body.py": "import pytest\ndef test(): pytest.skip('no driver')\n",
    "test_mark.py": "import pytest\n@pytest.mark.skipif(True, reason='no driver')\ndef test(): pass\n",
    "test_module.py": "import pytest\npytest.importorskip('no_such_module')\ndef test(): pass\n",
}


@pytest.mark.parametrize(("ci", "outcome"), [("true", b"1 failed, 2 errors"), ("", b"3 skipped")])
def test_what_is_skipped_fails_under_ci(ci: str, outcome: bytes, tmp_path: Path):
    (tmp_path / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text("utf-8"), "utf-8")
    for name, text in SKIPPED.items():
        (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"CI": ci}, capture_output=True, check=False
    )
    assert outcome in ended.stdout


def test_every_test_has_a_home_of_its_own(home: Path):
    assert os.environ["DBCHAT_HOME"] == str(home)
    assert list(home.iterdir()) == []
