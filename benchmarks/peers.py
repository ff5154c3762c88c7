"""An environment of its own for what is measured beside us, made when it is first needed."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache" / "peers"
PACKAGES = (
    "adbc-driver-postgresql",
    "adbc-driver-sqlite",
    "duckdb",
    "duckdb-engine",
    "ipython",
    "jupyter-ai-magics>=2",
    "jupysql",
    "pandas",
    "psycopg[binary]",
    "psycopg2-binary",
    "pyarrow",
    "pytz",
    "sqlalchemy<2.1",  # duckdb-engine knows no later one
)


def peers_python() -> str:
    """The Python in which the peers are installed."""
    python = CACHE / "bin" / "python"
    if not (CACHE / "installed").exists():
        print(f"Installing the peers into {CACHE} …", file=sys.stderr)
        venv.create(CACHE, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES], check=True
        )
        (CACHE / "installed").touch()
    return str(python)
