"""Every question of the corpus becomes the SQL written beneath it, and that SQL runs.

A file of the corpus holds what one reader understands: a question as a comment, then its SQL.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbchat_magic import DbChat

CORPUS = Path(__file__).parent / "corpus"
TODAY = datetime.date(2025, 12, 31)


def pairs() -> Iterator[pytest.ParameterSet]:
    for path in sorted(CORPUS.glob("*.sql")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            question, sql = block.split("\n", 1)
            yield pytest.param(
                question.removeprefix("-- "), sql.rstrip(";\n"), id=f"{path.stem}: {question[3:]}"
            )


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    return DbChat(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize(("question", "sql"), list(pairs()))
def test_the_question_becomes_this_sql(chat: DbChat, question: str, sql: str) -> None:
    translation = chat.translate(question, "demo", today=TODAY)
    assert " ".join(translation.sql.split()) == sql
    assert translation.reading.endswith(".")
    chat.run(translation.sql, "demo", rows=5)
