"""Mutated statements of the corpus: a verdict every time, and no attack slips through.

`DBCHAT_FUZZ_SECONDS` says for how long: a minute in CI; `make soak` takes an hour unless it says otherwise.
"""

from __future__ import annotations

import os
import random
import time

import pytest

from dbchat_magic.core.guard import SafeSql, check
from dbchat_magic.errors import SqlRejected
from tests.attacks.conftest import OWN_FUNCTIONS, Case, read_cases, schema_of
from tests.attacks.test_guard import UNSEEN

SECONDS = os.environ.get("DBCHAT_FUZZ_SECONDS")  # a test itself sees no settings from outside
SLOWEST = 1.0
"""Seconds for one verdict: a fifth of one is promised on an idle machine."""

ENTRIES = (
    "EXPLAIN ",
    "/*",
    "*/",
    "--",
    "\n",
    "'",
    '"',
    "`",
    "$$",
    "(",
    ")",
    ";",
    ",",
    "::",
    "@",
    "E'",
    "\\",
    "/*!",
)


def test_mutants_get_a_verdict_for_a_few_seconds():
    fuzz(float(SECONDS or 8), seed=20)


@pytest.mark.soak
def test_mutants_get_a_verdict_for_an_hour():
    fuzz(float(SECONDS or 3600), seed=time.time_ns())


def fuzz(seconds: float, seed: int) -> None:
    chance = random.Random(seed)
    known = [case for case in read_cases() if case.test_id not in UNSEEN]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        case = chance.choice(known)
        sql = mutate(case, chance.choice(known), chance)
        started = time.thread_time()
        verdict = verdict_of(sql, case.dialect)
        assert time.thread_time() - started < SLOWEST, (seed, case.dialect, sql)
        if isinstance(verdict, SafeSql):
            # What runs is read as it was when it was checked, and a second check agrees.
            assert verdict_of(verdict.text, case.dialect) == verdict, (seed, case.dialect, sql)


def mutate(case: Case, other: Case, chance: random.Random) -> str:
    sql = case.sql
    for _ in range(chance.randint(1, 4)):
        at, end = sorted((chance.randrange(len(sql) + 1), chance.randrange(len(sql) + 1)))
        sql = chance.choice(
            (
                sql[:at] + chance.choice(ENTRIES) + sql[at:],
                sql[:at] + sql[end:],
                sql[:at] + sql[at:end] * 2 + sql[end:],
                sql[:at] + other.sql[: chance.randrange(len(other.sql))] + sql[at:],
                sql[:at] + sql[at:end].swapcase() + sql[end:],
            )
        )[:4_000]
    return sql


def verdict_of(sql: str, dialect: str) -> SafeSql | SqlRejected:
    try:
        return check(sql, dialect, schema_of(dialect), OWN_FUNCTIONS)
    except SqlRejected as refusal:
        return refusal
