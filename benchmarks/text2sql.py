"""Accuracy of a translator on a suite of questions with databases, by execution.

    python benchmarks/text2sql.py SUITE --translator offline [--db NAME …] [--not-db NAME …] [--out FILE]
    python benchmarks/text2sql.py SUITE --translator model --model NAME --base-url URL [--out FILE]
    python benchmarks/text2sql.py SUITE --translator plain --model NAME --base-url URL [--out FILE]

SUITE is a folder with `databases/*.sqlite` and `questions.jsonl`; the `evaluate.py` beside it (or above it)
decides what is right. Printed: accuracy, precision when answered, abstention, latency, calibration by band; of a
model calls, tokens, cost and repairs, too. `plain` is the model without any help (`plain_model.py`).

With --out what was answered is kept line by line; started again with the same file, it goes on from there.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from plain_model import PlainModel

from dbchat_magic import DbChat
from dbchat_magic.core.course import Course, Step
from dbchat_magic.errors import Ambiguous, DbChatError, NotUnderstood

BANDS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)

Record = dict[str, Any]
Ask = Callable[[str, str, list[tuple[str, str]]], Record]


@dataclass
class Predictor:
    """Asks, and keeps what each question came to, in a file where one is given."""

    ask: Ask
    path: Path | None
    takes_history: bool = True
    records: list[Record] = field(default_factory=list)
    known: dict[str, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path is not None and self.path.is_file():
            read = [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]
            self.known = {record["key"]: record for record in read if "key" in record}

    def __call__(
        self, question: str, path: str, evidence: str | None = None, history: Any = None
    ) -> str | None:
        turns = [(turn["question"], turn["gold_sql"]) for turn in history or ()]
        key = json.dumps([Path(path).stem, question, turns])
        record = self.known.get(key)
        if record is None:
            record = {"key": key, **self.ask(question, path, turns)}
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.records.append(record)
        sql: str | None = record["sql"]
        return sql


def ask_offline(chat: DbChat) -> Ask:
    def ask(question: str, path: str, turns: list[tuple[str, str]]) -> Record:
        try:
            translation = chat.translate(question, path, history=turns)
        except NotUnderstood:
            return {"sql": None}
        return {"sql": translation.sql, "confidence": translation.confidence}

    return ask


def ask_model(chat: DbChat) -> Ask:
    """The whole path: translation, guard, execution, judgement, repair."""

    def ask(question: str, path: str, turns: list[tuple[str, str]]) -> Record:
        steps: list[str] = []
        course = Course(lambda event: steps.append(event.name) if isinstance(event, Step) else None)
        record: Record = {"sql": None}
        try:
            answer = chat.ask(question, path, history=turns, course=course)
        except Ambiguous as error:
            record |= {"sql": error.choices[0].sql, "confidence": error.choices[0].confidence}
        except DbChatError as error:
            record |= {"error": type(error).__name__, "message": error.message}
        else:
            usage = answer.usage
            record |= {
                "sql": answer.sql,
                "confidence": answer.confidence,
                "notes": answer.notes,
                "calls": usage.calls,
                "prompt": usage.prompt_tokens,
                "completion": usage.completion_tokens,
                "cost": usage.cost,
            }
        return {**record, "repairs": steps.count("repair")}

    return ask


def ask_plain(model: PlainModel) -> Ask:
    def ask(question: str, path: str, turns: list[tuple[str, str]]) -> Record:
        sql = model(question, path)
        return {"sql": sql, "calls": 1, "prompt": model.prompt_tokens, "completion": model.completion_tokens}

    return ask


def main() -> int:
    arguments = parse()
    evaluator = load_evaluator(arguments.suite)
    dbs = set(arguments.db or ())
    if arguments.not_db:
        dbs = databases_of(arguments.suite) - set(arguments.not_db)
    with tempfile.TemporaryDirectory() as home:
        predictor = Predictor(make_ask(arguments, home), arguments.out)
        results = evaluator.evaluate(
            arguments.suite, predictor, dbs=dbs or None, limit=arguments.limit, progress=True
        )
    for result, record in zip(results, predictor.records, strict=True):
        result["confidence"] = record.get("confidence")
        result["latency_s"] = record["seconds"]
    evaluator.report(evaluator.summarize(results), arguments.by_db)
    print_calibration(results)
    print_usage(predictor.records)
    if arguments.results:
        lines = (json.dumps(result, ensure_ascii=False) for result in results)
        arguments.results.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def make_ask(arguments: argparse.Namespace, home: str) -> Ask:
    if arguments.translator == "plain":
        key = os.environ.get("DBCHAT_API_KEY", "none")
        return timed(ask_plain(PlainModel(arguments.base_url, arguments.model, key)))
    if arguments.base_url:
        os.environ["DBCHAT_BASE_URL"] = arguments.base_url
    if arguments.model:
        os.environ["DBCHAT_MODEL"] = arguments.model
    os.environ.setdefault("DBCHAT_MODEL_TIMEOUT", "600")
    chat = DbChat(home=home, translator=arguments.translator)
    ask = timed(ask_offline(chat) if arguments.translator == "offline" else ask_model(chat))

    def ask_known(question: str, path: str, turns: list[tuple[str, str]]) -> Record:
        chat.schema(path)  # reading the schema is not part of a question's latency
        return ask(question, path, turns)

    return ask_known


def timed(ask: Ask) -> Ask:
    """With the seconds that it took."""

    def ask_and_look(question: str, path: str, turns: list[tuple[str, str]]) -> Record:
        started = time.perf_counter()
        record = ask(question, path, turns)
        return {**record, "seconds": round(time.perf_counter() - started, 4)}

    return ask_and_look


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("--translator", default="offline", choices=("offline", "model", "plain"))
    parser.add_argument("--model", help="the model's name at the endpoint, or a profile")
    parser.add_argument("--base-url", help="the endpoint; its key comes from DBCHAT_API_KEY")
    parser.add_argument("--db", action="append", help="only this database (may be repeated)")
    parser.add_argument("--not-db", action="append", help="all databases but this one (may be repeated)")
    parser.add_argument("--limit", type=int, help="a seeded sample of so many questions")
    parser.add_argument("--by-db", action="store_true")
    parser.add_argument(
        "--out", type=Path, help="what was answered, JSON lines; an earlier run goes on from it"
    )
    parser.add_argument("--results", type=Path, help="what was right, JSON lines")
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
    if not any(result["confidence"] is not None for result in results):
        return
    print("confidence        n     right")
    for low, high in pairwise(BANDS):
        band = [r for r in results if r["confidence"] is not None and low <= r["confidence"] < high]
        if band:
            right = sum(r["status"] == "right" for r in band)
            print(f"  {low:.1f} to {min(high, 1):.1f}  {len(band):6}  {100 * right / len(band):7.1f}%")


def print_usage(records: list[Record]) -> None:
    asked = [record for record in records if record.get("calls")]
    if not asked:
        return
    totals = {
        name: sum(record.get(name) or 0 for record in records) for name in ("calls", "prompt", "completion")
    }
    costs = [record["cost"] for record in asked if record.get("cost") is not None]
    print(
        f"model     {totals['calls'] / len(asked):.2f} calls a question, {totals['prompt'] / len(asked):.0f} +"
        f" {totals['completion'] / len(asked):.0f} tokens; repairs {sum(r.get('repairs', 0) for r in records)};"
        f" cost {'not known' if not costs else f'{sum(costs):.4f} US dollars'}"
    )


if __name__ == "__main__":
    sys.exit(main())
