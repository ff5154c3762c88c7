"""Learns the weights of confidence.py from a suite of questions with known answers, and prints them.

    python benchmarks/train_confidence.py SUITE [--not-db NAME …]

Logistic regression by Newton's method with a small ridge; deterministic. Copy what it prints into WEIGHTS of
dbchat_magic/translators/offline/confidence.py. Databases named with --not-db stay unseen, to check it on them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from text2sql import databases_of, load_evaluator  # type: ignore[import-not-found]  # the script beside this one

from dbchat_magic import DbChat
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import NotUnderstood
from dbchat_magic.translators.offline.confidence import WEIGHTS, evidence, ignored_words
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.query import Query
from dbchat_magic.translators.offline.translator import OfflineTranslator

RIDGE = 1.0


class Recorder(OfflineTranslator):
    """The translator, keeping the evidence of every reading by its SQL."""

    def __init__(self) -> None:
        super().__init__()
        self.evidence: dict[str, dict[str, float]] = {}

    def told(self, draft: Draft, query: Query, sql: str) -> Translation:
        self.evidence[sql] = evidence(draft, query, ignored_words(draft))
        return super().told(draft, query, sql)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument(
        "--not-db", action="append", default=[], help="leave this database out (may be repeated)"
    )
    arguments = parser.parse_args()
    evaluator = load_evaluator(arguments.suite)
    dbs = databases_of(arguments.suite) - set(arguments.not_db)
    with tempfile.TemporaryDirectory() as home:
        recorder = Recorder()
        chat = DbChat(home=home, translator=recorder)

        def predict(question: str, path: str, evidence: str | None = None) -> str | None:
            try:
                return chat.translate(question, path).sql
            except NotUnderstood:
                return None

        results = evaluator.evaluate(arguments.suite, predict, dbs=dbs)
    answered = [result for result in results if result["pred_sql"]]
    pairs = [
        (recorder.evidence[r["pred_sql"]], is_right(recorder.evidence[r["pred_sql"]], r)) for r in answered
    ]
    names = list(WEIGHTS)
    weights = fit(
        np.array([[row[name] for name in names] for row, _ in pairs]),
        np.array([float(right) for _, right in pairs]),
    )
    print(f"# {len(pairs)} readings")
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    return 0


def is_right(row: dict[str, float], result: dict[str, Any]) -> bool:
    """Where all columns are shown, more of them than the known answer has are no mistake."""
    return result["status"] == "right" or (row["all columns"] > 0 and result["relaxed"])


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
