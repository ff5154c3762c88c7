"""Statements that never end or eat memory: they end by our errors, and the kernel stays small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.attacks.stopping import run_until_stopped
from tests.attacks.targets import SessionTarget, attack_all
from tests.servers import Server

SECONDS = 1.0
"""The limit of what never ends."""
CONTROL_BACK = SECONDS + 8  # two on an idle machine
LONG = 60.0
"""The limit of what ends by its size."""
KERNEL = 700
"""MB by which the kernel may grow: a result has 256 MB on the way, and is copied by the driver once or twice."""
WORKER = 1280
"""MB that a worker may have: what its database may take, and the program itself."""

CROSS_JOIN = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
    " SELECT count(*) FROM n a, n b, n c, n d"
)
WITHOUT_END = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

NEVER_END: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "cross join": CROSS_JOIN,
        "recursive": WITHOUT_END,
        # One operation of its machine, which nothing but the end of the process stops.
        "pattern": "SELECT instr(printf('%.*c', 3900000, 'a'), printf('%.*c', 1900000, 'a') || 'b')",
    },
    "duckdb": {
        "cross join": CROSS_JOIN,
        "recursive": WITHOUT_END,
        "sleep": "SELECT sleep_ms(60000)",
        # Its regular expressions take linear time; this does not, nor does it hear an interrupt.
        "pattern": "SELECT max(levenshtein(repeat('ab', 40000), repeat('ba', 40000))) FROM customers",
    },
    "postgresql": {
        "cross join": CROSS_JOIN,
        "recursive": WITHOUT_END,
        "sleep": "SELECT pg_sleep(60)",
        "pattern": (
            "SELECT count(*) FROM generate_series(1, 1000000) g"
            r" WHERE (repeat('ab', 400) || g) ~ '^(.*)(.*)(.*)\1\2\3x$'"
        ),
    },
    "mariadb": {  # a recursion ends there by itself
        "cross join": CROSS_JOIN,
        "sleep": "SELECT sleep(60)",
        "pattern": (
            "SELECT count(*) FROM seq_1_to_99999 a, seq_1_to_99999 b"
            " WHERE concat(repeat('a', 14), 'b', a.seq, b.seq) REGEXP '^(a|a)*$'"
        ),
    },
}
TOO_LARGE: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "one value": "SELECT replace(printf('%.*c', 3000000, 'a'), 'a', 'a large value')",
        "many values": (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT printf('%.*c', 3000000 + i, 'a') FROM n"
        ),
    },
    "duckdb": {
        "one value": "SELECT repeat('x', 1000000000)",
        "many values": "SELECT repeat('x', 20000000) FROM range(10000)",
    },
    "postgresql": {
        "one value": "SELECT repeat('x', 400000000)",
        "many values": "SELECT repeat('x', 20000000) FROM generate_series(1, 10000)",
    },
    "mariadb": {
        "one row": "SELECT " + ", ".join(["repeat('x', 16000000)"] * 64),
        "many values": "SELECT repeat('x', 16000000) FROM seq_1_to_99999",
    },
}


def named(statements: Mapping[str, Mapping[str, str]]) -> pytest.MarkDecorator:
    found = [
        pytest.param(kind, sql, id=f"{kind}-{name.replace(' ', '_')}")
        for kind, each in statements.items()
        for name, sql in each.items()
    ]
    return pytest.mark.parametrize(("kind", "sql"), found)


@pytest.fixture(scope="module")
def targets(
    postgresql: Server, mariadb: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, SessionTarget]]:
    with attack_all(tmp_path_factory.mktemp("attacked"), postgresql, mariadb) as targets:
        yield targets


@named(NEVER_END)
def test_what_never_ends_is_ended(kind: str, sql: str, targets: dict[str, SessionTarget]):
    stop = run_until_stopped(targets[kind], sql, SECONDS)
    assert stop.outcome in ("QueryTimeout", "QueryFailed")
    assert stop.seconds < CONTROL_BACK
    assert stop.kernel < KERNEL
    assert stop.worker <= WORKER
    assert targets[kind].run("SELECT count(*), min(name) FROM customers").rows == [(5, "Ann")]


@named(TOO_LARGE)
def test_what_is_too_large_does_not_come_here(kind: str, sql: str, targets: dict[str, SessionTarget]):
    stop = run_until_stopped(targets[kind], sql, LONG)
    assert stop.outcome == "QueryFailed"
    assert stop.seconds < LONG
    assert stop.kernel < KERNEL
    assert stop.worker <= WORKER
    assert targets[kind].run("SELECT count(*), min(name) FROM customers").rows == [(5, "Ann")]
