"""What `%load_ext dbchat_magic` adds to the start of IPython; the target is at most 1.05 times a bare start.

Bare and loaded starts take turns, so that a busy moment of the machine meets both; medians are compared. A
second bare start in each round shows how far two equal things lie apart here.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

TARGET = 1.05
STARTS = {"bare": "pass", "bare again": "pass", "loaded": "%load_ext dbchat_magic"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    medians = {name: statistics.median(times) for name, times in measure(rounds).items()}
    for name, seconds in medians.items():
        print(f"{name:<12}{seconds * 1000:8.0f} ms {seconds / medians['bare']:8.3f}")
    ratio = medians["loaded"] / medians["bare"]
    print(f"ratio {ratio:.3f} (target {TARGET}), medians of {rounds} interleaved rounds")
    return int(ratio > TARGET)


def measure(rounds: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as home:
        # Bytecode as after an install, whatever the caller's environment says about writing it.
        environment = os.environ | {"IPYTHONDIR": home, "DBCHAT_HOME": home, "PYTHONPYCACHEPREFIX": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for code in STARTS.values():
            start(code, environment)  # the first start writes a profile and bytecode
        times: dict[str, list[float]] = {name: [] for name in STARTS}
        for _ in range(rounds):
            for name, code in STARTS.items():
                times[name].append(start(code, environment))
        return times


def start(code: str, environment: dict[str, str]) -> float:
    """Seconds from the start of a process to its end; raises when the code fails."""
    begin = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code],
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
