"""A kind of database from another package comes in by the door of the built-in ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.servers import PASSWORD, Server

DIALECT = """
from dataclasses import replace
from dbchat_magic.dialects.postgresql import POSTGRESQL

ELEPHANT = replace(POSTGRESQL, name="elephant", label="Elephant", aliases=(), url_schemes=("elephant",))
"""

PROGRAM = """
import json, sys
from dbchat_magic import DbChat
from dbchat_magic.dialects import dialects

chat = DbChat(sys.argv[1])
chat.datasources.add("zoo", "elephant", **json.loads(sys.argv[2]))
answer = chat.ask("how many animals are there?", "zoo")
print(json.dumps([sorted(dialects()), chat.datasources.get("zoo").type, int(answer.frame.iloc[0, 0])]))
"""


def test_a_kind_of_another_package_is_asked_like_a_built_in_one(
    postgresql: Server, tmp_path: Path, home: Path
) -> None:
    name = postgresql.make_database("plugin_zoo")
    postgresql.execute(
        "CREATE TABLE animals (id int PRIMARY KEY)", "INSERT INTO animals VALUES (1), (2)", database=name
    )
    (tmp_path / "elephant.py").write_text(DIALECT)
    about = tmp_path / "elephant-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: elephant\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[dbchat_magic.dialects]\nelephant = elephant:ELEPHANT\n")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home), json.dumps(postgresql.params(name))],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kinds, kind, count = json.loads(done.stdout)
    assert {"elephant", "postgresql", "sqlite"} <= set(kinds)
    assert (kind, count) == ("elephant", 2)
    assert PASSWORD not in done.stdout + done.stderr
