"""Learns the weights of confidence.py from suites of questions with known answers, and prints them.

    python benchmarks/train_confidence.py SUITE … [--not-db NAME …]

Every reading of every question counts, also those that were not chosen, so that the same weights choose among
readings; then they are stretched so that they tell how likely the chosen one is right. Logistic regression by Newton's method with a small ridge;
deterministic. Copy what it prints into WEIGHTS of dbchat_magic/translators/offline/confidence.py. Databases named
with --not-db stay unseen, to check it on them.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from text2sql import load_evaluator

from dbchat_magic import DbChat
from dbchat_magic.core.question import Question, Turn
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import NotUnderstood
from dbchat_magic.translators.offline.confidence import WEIGHTS, evidence, ignored_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import Query
from dbchat_magic.translators.offline.translator import OfflineTranslator

RIDGE = 1.0
SECONDS = 5.0
"""A reading that runs longer is wrong."""


@dataclass(frozen=True)
class Reading:
    """One reading of a question and whether its answer is the known one."""

    question: str
    evidence: dict[str, float]
    right: bool
    confidence: float
    sql: str


class Recorder(OfflineTranslator):
    """The translator, keeping the evidence of every reading by its SQL."""

    def __init__(self) -> None:
        super().__init__()
        self.evidence: dict[str, dict[str, float]] = {}

    def told(self, draft: Draft, query: Query, sql: str) -> Translation:
        translation = super().told(draft, query, sql)
        kept = self.evidence.get(sql)
        found = evidence(draft, query, ignored_words(draft))
        if kept is None or weigh(found) > weigh(kept):
            self.evidence[sql] = found
        return translation


def weigh(found: dict[str, float]) -> float:
    return sum(WEIGHTS[name] * amount for name, amount in found.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("suites", type=Path, nargs="+")
    parser.add_argument(
        "--not-db", action="append", default=[], help="leave this database out (may be repeated)"
    )
    arguments = parser.parse_args()
    found = [reading for suite in arguments.suites for reading in readings_of(suite, set(arguments.not_db))]
    report(found)
    names = list(WEIGHTS)
    features = np.array([[reading.evidence[name] for name in names] for reading in found])
    right = np.array([float(reading.right) for reading in found])
    weights = calibrated(fit(features, right), features, right, found, names.index("always"))
    print(f"# {len(found)} readings")
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    return 0


def readings_of(suite: Path, left_out: set[str]) -> Iterator[Reading]:
    """All readings of a suite's questions that the confidence does not decline."""
    evaluator = load_evaluator(suite)
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as home:
        chat = DbChat(home=home, translator=recorder)
        for asked in evaluator.load_suite(suite):
            if asked["db_id"] in left_out or asked["gold_sql"] is None:
                continue
            path = str(suite / "databases" / f"{asked['db_id']}.sqlite")
            recorder.evidence.clear()
            turns = tuple(Turn(turn["question"], turn["gold_sql"]) for turn in asked.get("history") or ())
            for translation in readings(recorder, Question(asked["question"], "", turns), chat.schema(path)):
                seen = recorder.evidence[translation.sql]
                right = is_right(evaluator, path, asked, translation.sql, everything=seen["all columns"] > 0)
                yield Reading(asked["id"], dict(seen), right, translation.confidence, translation.sql)


def readings(recorder: Recorder, question: Question, schema: Schema) -> list[Translation]:
    try:
        found = recorder.readings(question, schema)
    except NotUnderstood:
        return []
    return [translation for translation in found if translation.confidence > 0]


def is_right(evaluator: Any, path: str, asked: dict[str, Any], sql: str, *, everything: bool) -> bool:
    """Where all columns are shown, more of them than the known answer has are no mistake."""
    connection = evaluator.open_read_only(path)
    try:
        found = evaluator.run_query(connection, sql, SECONDS)
        for known in (asked["gold_sql"], *(asked.get("gold_alternatives") or ())):
            ordered = evaluator.has_top_level_order_by(known)
            table = evaluator.run_query(connection, known, 60)
            if evaluator.tables_equal(table, found, ordered, allow_extra=everything):
                return True
    except (sqlite3.Error, evaluator.QueryTimeout):
        return False
    finally:
        connection.close()
    return False


def report(found: list[Reading]) -> None:
    """How often the reading chosen is right, and how often any is."""
    by_question: dict[str, list[Reading]] = {}
    for reading in found:
        by_question.setdefault(reading.question, []).append(reading)
    chosen = sum(max(readings, key=lambda one: one.confidence).right for readings in by_question.values())
    some = sum(any(one.right for one in readings) for readings in by_question.values())
    print(
        f"# {len(by_question)} questions read; the reading chosen is right for {chosen}, some reading for {some}"
    )


def calibrated(weights: Any, features: Any, right: Any, found: list[Reading], always: int) -> Any:
    """The weights stretched and shifted so that they tell how often the reading chosen is right (Platt 1999).

    Which one is chosen stays as it is: the chosen one of several is right more often than any of them.
    """
    totals = features @ weights
    best: dict[str, int] = {}
    for place, reading in enumerate(found):
        if reading.question not in best or totals[place] > totals[best[reading.question]]:
            best[reading.question] = place
    chosen = sorted(best.values())
    stretch, shift = fit(np.column_stack([totals[chosen], np.ones(len(chosen))]), right[chosen])
    stretched = weights * stretch
    stretched[always] += shift
    return stretched


def fit(features: Any, right: Any) -> Any:
    """Weights (one per column of `features`) that make sigmoid(features @ weights) likeliest for `right`."""
    weights = np.zeros(features.shape[1])
    penalty = RIDGE * np.eye(features.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (right - likely) - penalty @ weights
        curve = features.T @ (features * (likely * (1 - likely))[:, None]) + penalty
        weights += np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    sys.exit(main())
