"""Memory: the same question is answered by what a person verified, never by what no longer runs."""

from __future__ import annotations

import datetime
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.datasources import datasource_from_url
from dbchat_magic.core.memory import memory_name
from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.store import Store
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import DbChatError, QueryFailed, SqlRejected

SALES = "SELECT city, sum(amount) AS sales FROM sales GROUP BY city"


@dataclass
class Listening:
    """A translator that notes what it is asked and answers always the same."""

    asked: list[Question] = field(default_factory=list)
    name = "listening"

    def translate(self, question: Question, schema: Schema) -> Translation:
        self.asked.append(question)
        return Translation("SELECT count(*) AS number FROM sales", "as told")

    def repair(
        self, question: Question, schema: Schema, translation: Translation, error: DbChatError
    ) -> Translation:
        raise error


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sales.sqlite"
    with closing(sqlite3.connect(path)) as rows, rows:
        rows.execute("CREATE TABLE sales (id INTEGER PRIMARY KEY, city TEXT, amount REAL, sold_on DATE)")
        rows.execute(
            "INSERT INTO sales (city, amount, sold_on) VALUES ('Rome', 5, '2026-01-02'), ('Bonn', 7, NULL)"
        )
    return path


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def chat(home: Path, file: Path, listening: Listening) -> DbChat:
    chat = DbChat(home, listening)
    chat.datasources.add("sales", "sqlite", path=file)
    return chat


def test_the_same_question_needs_no_translator(chat: DbChat, listening: Listening) -> None:
    chat.memory.add("Sales per city?", SALES)
    answer = chat.ask("please show me the sales per cities")
    assert not listening.asked
    assert answer.verified
    assert list(answer.frame["sales"]) == [7.0, 5.0]
    assert "verified answer" in answer.notes[0]
    assert "Sales per city?" in answer.reading
    assert chat.history.recent()[-1].translator == "verified"


def test_a_translation_is_the_verified_one_too(chat: DbChat, listening: Listening) -> None:
    chat.memory.add("Sales per city?", SALES)
    assert chat.translate("sales per city").sql == SALES
    assert not listening.asked


def test_another_question_gets_near_ones_as_examples_nearest_first(
    chat: DbChat, listening: Listening
) -> None:
    chat.memory.add("How many rows are there in Rome?", "SELECT count(*) FROM sales WHERE city = 'Rome'")
    chat.memory.add("Sales per city?", SALES)
    assert not chat.ask("Sales per city in 2026?").verified
    (question,) = listening.asked
    assert (question.examples[0].question, question.examples[0].sql) == ("Sales per city?", SALES)


def test_an_answer_is_saved_as_it_ran(chat: DbChat, listening: Listening) -> None:
    saved = chat.memory.save(chat.ask("how many sales"))
    assert (saved.question, saved.sql) == ("how many sales", "SELECT count(*) AS number FROM sales")
    assert chat.memory.save(chat.run(SALES), "sales per city").sql == SALES
    assert [each.question for each in chat.memory.all()] == ["how many sales", "sales per city"]


def test_saving_again_takes_the_place_of_the_first(chat: DbChat) -> None:
    chat.memory.add("Sales per city?", SALES)
    chat.memory.add("the sales per city", SALES + " ORDER BY city")
    (only,) = chat.memory.all()
    assert only.sql.endswith("ORDER BY city")


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("DROP TABLE sales", SqlRejected),
        ("SELECT nothing FROM sales", QueryFailed),
        ("SELECT 1; SELECT 2", SqlRejected),
    ],
)
def test_what_does_not_run_is_not_saved(chat: DbChat, sql: str, error: type[DbChatError]) -> None:
    with pytest.raises(error):
        chat.memory.add("Sales per city?", sql)
    assert chat.memory.all() == []


def test_a_follow_up_is_not_saved_under_its_own_words(chat: DbChat) -> None:
    with pytest.raises(DbChatError, match="question before it"):
        chat.memory.add("and by month?", SALES)
    with pytest.raises(DbChatError, match="Which question"):
        chat.memory.save(chat.run(SALES))


def test_a_broken_answer_is_told_and_passed_over(chat: DbChat, file: Path, listening: Listening) -> None:
    chat.memory.add("Sales per city?", SALES)
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("ALTER TABLE sales RENAME COLUMN city TO town")
    answer = chat.ask("Sales per city?")
    assert not answer.verified
    assert "passed over" in answer.notes[0]
    assert "city" in answer.notes[0]
    (broken,) = chat.memory.all()
    assert broken.fault
    assert not chat.ask("Sales per city?").notes, "told once; from then on it is not looked at"
    assert listening.asked[-1].examples == ()
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("ALTER TABLE sales RENAME COLUMN town TO city")
    assert not chat.memory.check()[0].fault
    assert chat.ask("Sales per city?").verified


def test_an_example_whose_table_is_gone_is_none(chat: DbChat, file: Path, listening: Listening) -> None:
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("CREATE TABLE visits (city TEXT)")
    chat.memory.add("Visits per city?", "SELECT city, count(*) FROM visits GROUP BY city")
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("DROP TABLE visits")
    chat.ask("Visits per city in May?")
    assert listening.asked[-1].examples == ()


def test_edited_sql_loses_its_mark_unless_it_runs_again(chat: DbChat, listening: Listening) -> None:
    saved = chat.memory.add("Sales per city?", SALES)
    assert chat.memory.update(saved.id, sql="SELECT town FROM sales").fault
    assert not chat.ask("Sales per city?").verified
    assert not chat.memory.update(saved.id, sql=SALES + " LIMIT 1").fault
    assert len(chat.ask("Sales per city?").frame) == 1
    chat.memory.update(saved.id, question="Sales per town?")
    assert chat.ask("Sales per town?").verified
    assert not chat.ask("Sales per city?").verified


def test_one_is_removed_by_its_number(chat: DbChat) -> None:
    saved = chat.memory.add("Sales per city?", SALES)
    chat.memory.remove(saved.id)
    assert chat.memory.all() == []
    with pytest.raises(DbChatError, match=f"no verified answer {saved.id}"):
        chat.memory.remove(saved.id)


def test_answers_belong_to_their_datasource_and_follow_its_name(
    chat: DbChat, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "sales.sqlite"
    other.parent.mkdir()
    other.write_bytes(file.read_bytes())
    chat.memory.add("Sales per city?", SALES, "sales")
    chat.memory.add("Sales per city?", SALES + " LIMIT 1", str(other))
    assert len(chat.ask("sales per city", "sales").frame) == 2
    assert len(chat.ask("sales per city", str(other)).frame) == 1
    assert not chat.ask("sales per city", str(file)).verified, "the same file, not the same datasource"
    chat.datasources.update("sales", name="Takings")
    assert chat.ask("sales per city", "takings").verified


def test_last_month_with_its_dates_written_out_is_that_month_only(chat: DbChat) -> None:
    chat.memory.add("sales last month", "SELECT * FROM sales WHERE sold_on >= '2026-01-01'")
    chat.memory.add("sales last year", "SELECT * FROM sales WHERE sold_on >= date('now', '-1 year')")
    today = datetime.date.today()
    later = today + datetime.timedelta(days=400)
    assert chat.ask("sales last month", today=today).verified
    assert not chat.ask("sales last month", today=later).verified
    assert chat.ask("sales last year", today=later).verified, "its SQL moves with the day"
    chat.memory.add("latest sale", "SELECT * FROM sales ORDER BY sold_on DESC LIMIT 1")
    assert chat.ask("latest sale", today=later).verified, "its SQL names no day"


def test_a_restriction_to_tables_holds_for_verified_answers(chat: DbChat, file: Path) -> None:
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("CREATE TABLE visits (city TEXT)")
    chat.memory.add("Visits per city?", "SELECT city, count(*) FROM visits GROUP BY city")
    assert not chat.ask("Visits per city?", tables=["sales"]).verified
    assert chat.ask("Visits per city?").verified, "it is not broken"


def test_what_is_exported_can_be_imported(chat: DbChat, tmp_path: Path, file: Path) -> None:
    chat.memory.add("Sales per city?", SALES)
    chat.memory.add("Größter Betrag?", "SELECT max(amount) FROM sales")
    path = tmp_path / "answers.jsonl"
    assert chat.memory.export(path) == 2
    assert [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()] == [
        "Sales per city?",
        "Größter Betrag?",
    ]
    other = DbChat(tmp_path / "home", Listening())
    other.datasources.add("shop", "sqlite", path=file)
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"question": "Visits?", "sql": "SELECT * FROM visits"}) + "\n")
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"question": "Sales per city?", "sql": "SELECT * FROM visits"}) + "\n")
    imported = other.memory.import_(path)
    assert imported.added == 4
    assert [each.question for each in imported.broken] == ["Visits?", "Sales per city?"]
    assert other.ask("sales per city").verified
    assert not other.ask("visits").verified


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "Visits?"}', '{"question": 1, "sql": "SELECT 1"}',
                                  '{"question": "and by month?", "sql": "SELECT 1"}'])  # fmt: skip
def test_a_file_with_a_wrong_line_adds_nothing(chat: DbChat, tmp_path: Path, line: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"question": "Sales per city?", "sql": SALES}) + f"\n\n{line}\n", "utf-8")
    with pytest.raises(DbChatError, match=r"answers\.jsonl, line 3"):
        chat.memory.import_(path)
    assert chat.memory.all() == []


def test_no_password_is_part_of_what_answers_are_kept_under() -> None:
    name = memory_name(datasource_from_url("postgresql://me:hunter2@host/shop"))
    assert "host" in name
    assert "hunter2" not in name


def test_nothing_of_it_reaches_a_log(
    chat: DbChat, file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    chat.memory.add("Sales per city?", SALES)
    chat.ask("Sales per city?").explain()
    chat.ask("Sales per city in 2026?")
    chat.memory.export(tmp_path / "answers.jsonl")
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("ALTER TABLE sales RENAME COLUMN city TO town")
    chat.ask("Sales per city?")
    chat.memory.import_(tmp_path / "answers.jsonl")
    assert "city" not in caplog.text.lower()


WRITER = """
import sys
from pathlib import Path
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.memory import Memory
from dbchat_magic.core.store import Store

source = Datasource(1, "sales", "sqlite")
memory = Memory(Store(Path(sys.argv[1])), lambda _: source, lambda sql, _: sql)
for number in range(20):
    memory.add(f"question of all, number {number}", "SELECT 1")
    memory.add(f"question of {sys.argv[2]}, number {number}", "SELECT 1")
"""


def test_several_processes_save_at_once(home: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(home), name]) for name in "abc"]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    with Store(home).reading() as rows:
        (count,) = rows.execute("SELECT count(*) FROM verified").fetchone()
    assert count == 20 + 3 * 20
