"""SQLite files of a test's own."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def write_sqlite(path: Path, script: str) -> str:
    """Run a script in a new file; its path, as a datasource is named by it."""
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    return str(path)
