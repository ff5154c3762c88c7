"""What the guard stops, what it stops wrongly, and what it costs: a line per kind of database.

    python benchmarks/guard.py            the corpus in tests/attacks
    python benchmarks/guard.py FILE…      other files of the same shape

Every statement is checked with and without the schema that it assumes. Targets: no attack passes but those
that no parser can see, nothing harmless is refused, 2 ms in the middle and 10 ms at the 95th percentile.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dbchat_magic.core.guard import check  # noqa: E402 - runs without being installed
from dbchat_magic.errors import SqlRejected  # noqa: E402
from tests.attacks.conftest import DIALECTS, OWN_FUNCTIONS, schema_of  # noqa: E402

CORPUS = [ROOT / "tests/attacks/attacks.jsonl", ROOT / "tests/attacks/more.jsonl"]


@dataclass
class Figures:
    """What was found on one kind of database."""

    attacks: int = 0
    passed: list[str] = field(default_factory=list)
    harmless: int = 0
    refused: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or CORPUS
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    print(
        f"{'guard alone':12} {'attacks passed':>16} {'harmless refused':>18} {'median ms':>10} {'p95':>6} {'max':>6}"
    )
    every = {
        own: measure(own, [line for line in lines if line["dialect"] in ("any", name)])
        for name, own in DIALECTS.items()
    }
    for dialect, found in every.items():
        print(
            f"{dialect:12} {len(found.passed):6} of {found.attacks:6} {len(found.refused):8} of {found.harmless:6}"
            f" {statistics.median(found.milliseconds):10.2f} {percentile(found.milliseconds, 0.95):6.2f}"
            f" {max(found.milliseconds):6.1f}"
        )
    for dialect, found in every.items():
        for what in (*found.passed, *found.refused):
            print(f"{dialect}: {what}")


def measure(dialect: str, lines: Iterable[dict[str, str]]) -> Figures:
    found = Figures()
    check("SELECT 1", dialect)  # what is made once
    for line in lines:
        for schema in (None, schema_of(dialect)):
            sql = line["sql"].replace("@DIR@", "/tmp/attacked")
            started = time.perf_counter()
            try:
                check(sql, dialect, schema, OWN_FUNCTIONS)
                verdict = "passed"
            except SqlRejected as refusal:
                verdict = refusal.message
            found.milliseconds.append(1_000 * (time.perf_counter() - started))
            name = f"{line['id']} {'with' if schema else 'without'} the schema: {verdict}"
            if line["must"] == "refuse":
                found.attacks += 1
                found.passed += [name] if verdict == "passed" else []
            elif line["must"] == "allow":
                found.harmless += 1
                found.refused += [name] if verdict != "passed" else []
    return found


def percentile(numbers: Iterable[float], share: float) -> float:
    ordered = sorted(numbers)
    return ordered[int(len(ordered) * share)]


if __name__ == "__main__":
    main()
