"""The path of a question, on the demo database and on files made here."""

from __future__ import annotations

import datetime
import sqlite3
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.settings import read_settings
from dbchat_magic.core.translator import Translation, find_translator
from dbchat_magic.errors import (
    Ambiguous,
    DatasourceError,
    DbChatError,
    ModelError,
    NotUnderstood,
    QueryFailed,
    QueryTimeout,
    SqlRejected,
)

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@dataclass
class Scripted:
    """A translator that says what it is told to, in order."""

    says: list[str]
    confidence: float = 1.0
    alternatives: tuple[Translation, ...] = ()
    errors: list[DbChatError] = field(default_factory=list)
    name = "scripted"

    def translate(self, question: Question, schema: Schema) -> Translation:
        return Translation(self.says[0], "as told", self.confidence, self.alternatives)

    def repair(
        self, question: Question, schema: Schema, translation: Translation, error: DbChatError
    ) -> Translation:
        self.errors.append(error)
        if len(self.errors) >= len(self.says):
            raise error
        return replace(translation, sql=self.says[len(self.errors)])


@pytest.fixture
def chat(home: Path) -> DbChat:
    return DbChat(home)


def test_a_question_becomes_rows_a_reading_and_a_chart(chat: DbChat) -> None:
    answer = chat.ask("How many orders are there per country?")
    assert answer.datasource == "demo"
    assert len(answer.frame) > 3
    assert answer.chart is not None
    assert answer.chart.kind == "bar"
    assert answer.reading
    assert answer.sql.startswith("SELECT")
    assert answer.to_vegalite()["$schema"].endswith("v5.json")


def test_translate_runs_nothing_and_leaves_no_history(chat: DbChat) -> None:
    assert "COUNT" in chat.translate("how many customers are there?", "demo").sql
    assert chat.history.recent() == []


def test_history_tells_what_was_asked_and_how_it_ended(chat: DbChat) -> None:
    chat.ask("how many customers are there?", "demo")
    chat.run("SELECT 1 AS one", "demo")
    with pytest.raises(SqlRejected):
        chat.run("DELETE FROM customers", "demo")
    asked, ran, refused = chat.history.recent()
    assert (asked.translator, asked.outcome, asked.rows) == ("offline", "answered", 1)
    assert (ran.translator, ran.sql, ran.outcome) == ("user", "SELECT 1 AS one", "answered")
    assert refused.outcome == "SqlRejected"


def test_more_rows_than_the_limit_are_said(chat: DbChat) -> None:
    assert chat.run("SELECT * FROM customers", "demo", rows=5).truncated
    exact = chat.run("SELECT * FROM customers LIMIT 5", "demo", rows=5)
    assert len(exact.frame) == 5
    assert not exact.truncated
    assert list(chat.run("SELECT customer_id FROM customers", "demo", rows=0).frame.columns) == [
        "customer_id"
    ]
    with pytest.raises(DbChatError, match="cannot be asked for"):
        chat.run("SELECT 1", "demo", rows=-1)


def test_a_million_rows_come_as_many_as_the_limit_allows(chat: DbChat) -> None:
    million = "SELECT a.order_id FROM orders a CROSS JOIN orders b LIMIT 1000000"
    answer = chat.run(million, "demo")
    assert len(answer.frame) == 10_000
    assert answer.truncated


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_question_is_said(chat: DbChat, text: str) -> None:
    with pytest.raises(NotUnderstood, match="empty"):
        chat.ask(text, "demo")


def test_a_very_long_question_is_said(chat: DbChat) -> None:
    with pytest.raises(NotUnderstood, match="3,000 characters"):
        chat.ask("x" * 3000, "demo")


def test_what_the_translator_doubts_is_offered_as_choices(home: Path) -> None:
    other = Translation("SELECT 2", "the other way", 0.3)
    chat = DbChat(home, Scripted(["SELECT 1"], confidence=0.4, alternatives=(other,)))
    with pytest.raises(Ambiguous) as caught:
        chat.ask("one or two?", "demo")
    assert [choice.reading for choice in caught.value.choices] == ["as told", "the other way"]
    assert chat.translate("one or two?", "demo").sql == "SELECT 1"


def test_doubt_without_another_reading_is_answered(home: Path) -> None:
    unsure = DbChat(home, Scripted(["SELECT 1"], confidence=0.4)).ask("one?", "demo")
    assert len(unsure.frame) == 1
    assert "not sure of this reading (40%)" in unsure.notes[0]


def test_refused_and_failing_sql_goes_back_to_the_translator_twice(home: Path) -> None:
    translator = Scripted(
        [
            "DROP TABLE orders",
            "SELECT abs(-9223372036854775808) FROM orders",
            "SELECT count(*) AS n FROM orders",
        ]
    )
    answer = DbChat(home, translator).ask("how many?", "demo")
    assert answer.frame["n"][0] > 0
    assert [type(error) for error in translator.errors] == [SqlRejected, QueryFailed]


def test_it_does_not_go_back_a_third_time(home: Path) -> None:
    translator = Scripted(["DROP TABLE a", "DROP TABLE b", "DROP TABLE c", "SELECT 1"])
    with pytest.raises(SqlRejected):
        DbChat(home, translator).ask("how many?", "demo")
    assert len(translator.errors) == 2


def test_a_query_that_does_not_end_is_ended_and_not_tried_again(home: Path) -> None:
    translator = Scripted([ENDLESS, "SELECT 1"])
    chat = DbChat(translator=translator, settings=replace(read_settings(home=home), timeout=0.5))
    with pytest.raises(QueryTimeout):
        chat.ask("for ever?", "demo")
    assert translator.errors == []
    assert chat.history.recent()[-1].outcome == "QueryTimeout"
    assert len(chat.run("SELECT 1", "demo").frame) == 1


def test_the_only_datasource_is_the_one_meant(chat: DbChat, tmp_path: Path) -> None:
    chat.datasources.add("mine", "sqlite", path=made(tmp_path, "CREATE TABLE things (a INT)"))
    assert chat.ask("how many things are there?").datasource == "mine"


def test_one_of_several_is_not_guessed_silently(chat: DbChat, tmp_path: Path) -> None:
    for name in ("one", "two"):
        chat.datasources.add(name, "sqlite", path=made(tmp_path, f"CREATE TABLE {name} (a INT)", name))
    answer = chat.ask("how many orders are there?")
    assert answer.datasource == "demo"
    assert any("one, two" in note for note in answer.notes)


def test_the_environment_names_the_datasource(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("DBCHAT_DATASOURCE", str(made(tmp_path, "CREATE TABLE things (a INT)")))
    assert DbChat(home).ask("how many things are there?").datasource == "made"


def test_a_changed_file_is_read_anew(chat: DbChat, tmp_path: Path) -> None:
    path = made(tmp_path, "CREATE TABLE things (a INT)")
    with pytest.raises(NotUnderstood):
        chat.ask("how many planets are there?", str(path))
    made(tmp_path, "CREATE TABLE planets (a INT)")
    assert chat.ask("how many planets are there?", str(path)).frame.iloc[0, 0] == 0


def test_only_the_tables_named_may_be_used(chat: DbChat) -> None:
    assert "customers" in chat.ask("how many customers are there?", "demo", tables=["customers"]).sql
    with pytest.raises(NotUnderstood):
        chat.ask("how many suppliers are there?", "demo", tables=["customers"])
    with pytest.raises(DatasourceError, match="Tables: "):
        chat.ask("how many?", "demo", tables=["nowhere"])


def test_today_decides_what_last_month_means(chat: DbChat) -> None:
    answer = chat.ask("orders in the last 30 days", "demo", today=datetime.date(2025, 12, 31))
    assert "2025-12-01" in answer.sql
    assert len(answer.frame) > 0


def test_a_model_that_is_nowhere_is_told_with_the_servers_known_by_name(home: Path) -> None:
    with pytest.raises(ModelError, match="No model is configured"):
        DbChat(home, "model").ask("how many orders?", "demo")
    with pytest.raises(ModelError, match=r"gpt-5 is.*\n.*ollama"):
        DbChat(home).ask("how many orders?", "demo", model="gpt-5")


def test_an_unknown_translator_is_told_with_the_known_ones(home: Path) -> None:
    with pytest.raises(DbChatError, match="offline"):
        find_translator("fortune_teller", read_settings(home=home))


def test_a_stray_key_configures_no_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-CANARY")
    assert len(DbChat(home).ask("how many orders are there?", "demo").frame) == 1


def test_threads_ask_at_once(chat: DbChat) -> None:
    chat.ask("how many orders are there?", "demo")
    counts: list[object] = []

    def ask() -> None:
        counts.extend(chat.ask("how many orders are there?", "demo").frame.iloc[0, 0] for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 30
    assert len(set(counts)) == 1


def test_explain_says_what_was_read_and_what_was_not(chat: DbChat) -> None:
    answer = chat.ask("how many customers are there in Berlin, roughly?", "demo")
    assert "Berlin" in answer.explain()
    assert "roughly" in answer.explain()


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("chart.json", b"{"),
        ("chart.png", b"\x89PNG"),
        ("chart.SVG", b"<svg"),
        ("chart.pdf", b"%PDF"),
        ("chart.html", b"<!DOCTYPE html>"),
    ],
)
def test_a_chart_is_saved_as_a_picture(chat: DbChat, tmp_path: Path, name: str, beginning: bytes) -> None:
    answer = chat.ask("number of orders per store", "demo")
    answer.save_chart(tmp_path / name)
    written = (tmp_path / name).read_bytes()
    assert written.lstrip().startswith(beginning)
    if name == "chart.html":
        assert b'src="http' not in written  # it is whole without a network


def test_a_chart_that_cannot_be_saved_is_told(chat: DbChat, tmp_path: Path) -> None:
    answer = chat.ask("number of orders per store", "demo")
    with pytest.raises(DbChatError, match=r"saved as \.bmp") as told:
        answer.save_chart(tmp_path / "chart.bmp")
    assert ".png, .svg, .pdf, .html or .json" in told.value.hint
    with pytest.raises(DbChatError, match="cannot be written"):
        answer.save_chart(tmp_path / "nowhere" / "chart.png")
    with pytest.raises(DbChatError, match="no chart"):
        replace(answer, chart=None).to_vegalite()


@pytest.mark.parametrize("kind", ["bar", "pie"])
def test_a_chart_is_given_to_altair(chat: DbChat, kind: str) -> None:
    answer = chat.ask("number of orders per store", "demo", chart=kind)
    drawn = answer.to_altair().to_dict()
    assert drawn["mark"]["type"] == answer.to_vegalite()["mark"]["type"]


def made(folder: Path, script: str, name: str = "made") -> Path:
    path = folder / f"{name}.db"
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def test_a_test_reads_the_schema_anew_and_says_how_long_it_took(chat: DbChat, tmp_path: Path) -> None:
    path = made(tmp_path, "CREATE TABLE one (a INT)")
    assert chat.test(str(path)).tables == 1
    made(tmp_path, "CREATE TABLE two (a INT)")
    tested = chat.test(str(path))
    assert (tested.datasource, tested.tables) == ("made", 2)
    assert tested.seconds > 0
    path.write_bytes(b"no database any more, but long enough to be looked at" * 20)
    with pytest.raises(DatasourceError):
        chat.test(str(path))
