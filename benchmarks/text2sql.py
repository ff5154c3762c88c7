"""Accuracy of a translator on a suite of questions with databases, by execution.

    python benchmarks/text2sql.py SUITE --translator offline [--db NAME …] [--not-db NAME …] [--out FILE]

SUITE is a folder with `databases/*.sqlite` and `questions.jsonl`; the `evaluate.py` beside it (or above it)
decides what is right. Printed: accuracy, precision when answered, abstention, latency, calibration by band.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from dbchat_magic import DbChat
from dbchat_magic.errors import NotUnderstood

BANDS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


class Predictor:
    """Asks DbChat for a translation and remembers how sure it was."""

    takes_history = True

    def __init__(self, translator: str, home: str) -> None:
        self.chat = DbChat(home=home, translator=translator)
        self.confidences: list[float | None] = []

    def __call__(
        self, question: str, path: str, evidence: str | None = None, history: Any = None
    ) -> str | None:
        self.confidences.append(None)
        turns = [(turn["question"], turn["gold_sql"]) for turn in history or ()]
        self.chat.schema(path)  # reading the schema is not part of a question's latency
        try:
            translation = self.chat.translate(question, path, history=turns)
        except NotUnderstood:
            return None
        self.confidences[-1] = translation.confidence
        return translation.sql


def main() -> int:
    arguments = parse()
    evaluator = load_evaluator(arguments.suite)
    dbs = set(arguments.db or ())
    if arguments.not_db:
        dbs = databases_of(arguments.suite) - set(arguments.not_db)
    with tempfile.TemporaryDirectory() as home:
        predictor = Predictor(arguments.translator, home)
        results = evaluator.evaluate(
            arguments.suite, predictor, dbs=dbs or None, limit=arguments.limit, progress=True
        )
    for result, confidence in zip(results, predictor.confidences, strict=True):
        result["confidence"] = confidence
    evaluator.report(evaluator.summarize(results), arguments.by_db)
    print_calibration(results)
    if arguments.out:
        lines = (json.dumps(result, ensure_ascii=False) for result in results)
        Path(arguments.out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("--translator", default="offline")
    parser.add_argument("--db", action="append", help="only this database (may be repeated)")
    parser.add_argument("--not-db", action="append", help="all databases but this one (may be repeated)")
    parser.add_argument("--limit", type=int, help="a seeded sample of so many questions")
    parser.add_argument("--by-db", action="store_true")
    parser.add_argument("--out", help="per-question results, JSON lines")
    return parser.parse_args()


def databases_of(suite: Path) -> set[str]:
    return {path.stem for path in (suite / "databases").glob("*.sqlite")}


def load_evaluator(suite: Path) -> ModuleType:
    for folder in (suite, suite.resolve().parent):
        path = folder / "evaluate.py"
        if path.is_file():
            spec = importlib.util.spec_from_file_location("evaluate", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    sys.exit(f"There is no evaluate.py in {suite} or above it.")


def print_calibration(results: list[dict[str, Any]]) -> None:
    """Of the answers with a confidence in each band, how many are right."""
    print("confidence        n     right")
    for low, high in pairwise(BANDS):
        band = [r for r in results if r["confidence"] is not None and low <= r["confidence"] < high]
        if band:
            right = sum(r["status"] == "right" for r in band)
            print(f"  {low:.1f} to {min(high, 1):.1f}  {len(band):6}  {100 * right / len(band):7.1f}%")


if __name__ == "__main__":
    sys.exit(main())
