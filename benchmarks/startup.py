"""What `%load_ext dbchat_magic` adds to the start of IPython, and what the first `%dbchat --sql` takes.

The targets: loading is at most 1.05 times a bare start (JupySQL 3.9, jupyter-ai 13, when they were last measured);
loading and the first statement together are quicker than JupySQL's. Starts take turns, so that a busy moment of
the machine meets all; medians are compared, each with a bare start of the same Python. A second bare start in each
round shows how far two equal things lie apart here.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from peers import peers_python

TARGET = 1.05
OURS, THEIRS = "ours", "theirs"
STARTS = {
    "bare": (OURS, "pass"),
    "bare again": (OURS, "pass"),
    "loaded": (OURS, "%load_ext dbchat_magic"),
    "first statement": (OURS, "%load_ext dbchat_magic\n%dbchat -q -s -d {file} select 1"),
}
PEERS = {
    "bare, theirs": (THEIRS, "pass"),
    "JupySQL loaded": (THEIRS, "%load_ext sql"),
    "JupySQL first": (THEIRS, "%load_ext sql\n%sql sqlite:///{file}\n_ = %sql select 1"),
    "jupyter-ai loaded": (THEIRS, "%load_ext jupyter_ai_magics"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument(
        "--alone", action="store_true", help="without the peers, which have to be installed first"
    )
    options = parser.parse_args()
    starts = STARTS if options.alone else STARTS | PEERS
    medians = {name: statistics.median(times) for name, times in measure(options.rounds, starts).items()}
    for name, seconds in medians.items():
        bare = medians["bare" if starts[name][0] == OURS else "bare, theirs"]
        print(f"{name:<18}{seconds * 1000:8.0f} ms {seconds / bare:8.3f} times bare")
    ratio = medians["loaded"] / medians["bare"]
    print(f"ratio {ratio:.3f} (target {TARGET}), medians of {options.rounds} interleaved rounds")
    missed = ratio > TARGET
    if not options.alone:
        ours = medians["first statement"] - medians["bare"]
        theirs = medians["JupySQL first"] - medians["bare, theirs"]
        print(
            f"first statement: {ours * 1000:.0f} ms over bare; JupySQL {theirs * 1000:.0f} ms (target: less)"
        )
        missed |= ours > theirs
    return int(missed)


def measure(rounds: int, starts: dict[str, tuple[str, str]]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as home:
        # Bytecode as after an install, whatever the caller's environment says about writing it.
        environment = os.environ | {"IPYTHONDIR": home, "DBCHAT_HOME": home, "PYTHONPYCACHEPREFIX": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        file = Path(home) / "one.db"
        sqlite3.connect(file).execute("CREATE TABLE t(a)").connection.close()
        for whose, code in starts.values():
            start(whose, code.format(file=file), environment)  # the first start writes a profile and bytecode
        times: dict[str, list[float]] = {name: [] for name in starts}
        turns = deque(starts.items())
        for _ in range(rounds):
            turns.rotate()  # what follows the longest is not always the same
            for name, (whose, code) in turns:
                times[name].append(start(whose, code.format(file=file), environment))
        return times


def start(whose: str, code: str, environment: dict[str, str]) -> float:
    """Seconds from the start of a process to its end; raises when the code fails."""
    python = sys.executable if whose == OURS else peers_python()
    begin = time.perf_counter()
    ended = subprocess.run(
        [python, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - begin
    if "Error" in ended.stdout + ended.stderr:
        raise RuntimeError(ended.stdout + ended.stderr)
    return seconds


if __name__ == "__main__":
    raise SystemExit(main())
