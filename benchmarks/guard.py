"""What each layer stops, what it stops wrongly, and what it costs: tables with a line per kind of database.

    python benchmarks/guard.py            the corpus in tests/attacks
    python benchmarks/guard.py FILE…      other files of the same shape

The guard sees every statement with and without the schema that it assumes; the sessions run it on real databases,
made for it. Targets: the guard lets nothing pass but what no parser can see, both layers together let nothing have an
effect, nothing harmless is refused, the guard takes 2 ms in the middle and 10 ms at the 95th percentile; of what must
be stopped, control is back within the limit plus two seconds.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dbchat_magic.core.guard import check  # noqa: E402 - runs without being installed
from dbchat_magic.core.secrets import redact  # noqa: E402
from dbchat_magic.errors import DbChatError, SqlRejected  # noqa: E402
from tests.attacks.conftest import CANARY, DIALECTS, OWN_FUNCTIONS, Case, read_cases, schema_of  # noqa: E402
from tests.attacks.stopping import Stop, run_until_stopped  # noqa: E402
from tests.attacks.targets import SessionTarget, attack_all  # noqa: E402
from tests.attacks.test_runaways import NEVER_END, TOO_LARGE  # noqa: E402
from tests.servers import run_mariadb, run_postgresql  # noqa: E402

SECONDS = 1.0
"""The limit of what must be stopped."""
LONG = 60.0
"""The limit of what is stopped by its size."""


@dataclass
class Figures:
    """What was found of one layer on one kind of database."""

    attacks: int = 0
    passed: list[str] = field(default_factory=list)
    harmless: int = 0
    refused: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def note(self, case: Case, what: str, *, is_through: bool) -> None:
        """Count one case: an attack that came through, or something harmless that did not."""
        if case.must == "refuse":
            self.attacks += 1
            self.passed += [what] if is_through else []
        elif case.must == "allow":
            self.harmless += 1
            self.refused += [] if is_through else [what]


def main() -> None:
    files = tuple(Path(name) for name in sys.argv[1:])
    cases = read_cases(files) if files else read_cases()
    apart = {kind: [case for case in cases if case.dialect == kind] for kind in DIALECTS.values()}
    print_guard({kind: measure_guard(found) for kind, found in apart.items()})
    try:
        with all_targets() as targets:
            for name, guarded in (("session alone", False), ("both layers", True)):
                print_layer(name, {kind: measure(targets[kind], apart[kind], guarded) for kind in apart})
            print_stops(measure_stops(targets, cases))
    except pytest.skip.Exception as missing:
        print(f"The sessions were not tried: {missing}.")


@contextlib.contextmanager
def all_targets() -> Iterator[dict[str, SessionTarget]]:
    """A database of each kind, made for this."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_postgresql() as postgresql,
        run_mariadb() as mariadb,
        attack_all(Path(folder), postgresql, mariadb) as targets,
    ):
        yield targets


# ------------------------------------------------------------------------------------------- the guard


def measure_guard(cases: Iterable[Case]) -> Figures:
    found = Figures()
    for case in cases:
        check("SELECT 1", case.dialect)  # what is made once
        for schema in (None, schema_of(case.dialect)):
            started = time.perf_counter()
            try:
                check(case.sql.replace("@DIR@", "/tmp/attacked"), case.dialect, schema, OWN_FUNCTIONS)
                verdict = "passed"
            except SqlRejected as refusal:
                verdict = refusal.message
            found.milliseconds.append(1_000 * (time.perf_counter() - started))
            name = f"{case.id} {'with' if schema else 'without'} the schema: {verdict}"
            found.note(case, name, is_through=verdict == "passed")
    return found


def print_guard(every: dict[str, Figures]) -> None:
    print(
        f"{'guard alone':14} {'attacks passed':>16} {'harmless refused':>18} {'median ms':>10} {'p95':>6} {'max':>6}"
    )
    for kind, found in every.items():
        print(
            f"{counts(kind, found)} {statistics.median(found.milliseconds):10.2f}"
            f" {percentile(found.milliseconds, 0.95):6.2f} {max(found.milliseconds):6.1f}"
        )
    print_names(every)


def percentile(numbers: Iterable[float], share: float) -> float:
    ordered = sorted(numbers)
    return ordered[int(len(ordered) * share)]


# ---------------------------------------------------------------------------------------- the sessions


def measure(target: SessionTarget, cases: Iterable[Case], guarded: bool) -> Figures:
    """Run the cases on a real database; an attack is through when it had an effect."""
    found = Figures()
    for case in cases:
        if case.must == "refuse":
            found.note(case, case.id, is_through=has_effect(target, case, guarded))
        elif case.must == "allow":
            said = why_refused(target, case, guarded)
            found.note(case, f"{case.id}: {said}", is_through=not said)
    return found


def has_effect(target: SessionTarget, case: Case, guarded: bool) -> bool:
    before = target.state()
    shown = ""
    with contextlib.suppress(DbChatError):
        shown = str(target.run(text_of(target, case, guarded), seconds=2).rows)
    return target.state() != before or CANARY in shown


def why_refused(target: SessionTarget, case: Case, guarded: bool) -> str:
    try:
        target.run(text_of(target, case, guarded), seconds=20)
    except DbChatError as error:
        return redact(error.message)
    return ""


def text_of(target: SessionTarget, case: Case, guarded: bool) -> str:
    """What is run of a case; raises SqlRejected where there is a guard and it refuses."""
    text = target.text(case)
    return check(text, case.dialect, schema_of(case.dialect), OWN_FUNCTIONS).text if guarded else text


def print_layer(name: str, every: dict[str, Figures]) -> None:
    print(f"\n{name:14} {'had an effect':>16} {'harmless refused':>18}")
    for kind, found in every.items():
        print(counts(kind, found))
    print_names(every)


def counts(kind: str, found: Figures) -> str:
    return (
        f"{kind:14} {len(found.passed):6} of {found.attacks:6} {len(found.refused):8} of {found.harmless:6}"
    )


def print_names(every: dict[str, Figures]) -> None:
    for kind, found in every.items():
        for what in (*found.passed, *found.refused):
            print(f"    {kind}: {what}")


# --------------------------------------------------------------------------------- what must be stopped


def measure_stops(
    targets: dict[str, SessionTarget], cases: Iterable[Case]
) -> Iterator[tuple[str, str, Stop]]:
    """Kind, name and outcome of each."""
    for kind, target in targets.items():
        wanted = [
            (case.id, target.text(case), SECONDS)
            for case in cases
            if case.must == "stop_by_timeout" and case.dialect == kind
        ]
        wanted += [(name, sql, SECONDS) for name, sql in NEVER_END[kind].items()]
        wanted += [(name, sql, LONG) for name, sql in TOO_LARGE[kind].items()]
        for name, sql, seconds in wanted:
            stop = run_until_stopped(target, sql, seconds)
            target.run("SELECT 1", seconds=20)  # the next question works
            yield kind, name, stop


def print_stops(stops: Iterable[tuple[str, str, Stop]]) -> None:
    print(
        f"\nmust be stopped: after {SECONDS:g} s, or at 256 MB; MB are the kernel's growth and the worker's peak"
    )
    print(f"{'':14} {'':14} {'outcome':14} {'s':>6} {'kernel':>7} {'worker':>7}")
    for kind, name, stop in stops:
        print(
            f"{kind:14} {name:14} {stop.outcome:14} {stop.seconds:6.2f} {stop.kernel:7} {stop.worker:7}",
            flush=True,
        )


if __name__ == "__main__":
    main()
