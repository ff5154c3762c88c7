"""What the offline translator cannot read it says, and it never guesses silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from dbchat_magic import DbChat
from dbchat_magic.errors import Ambiguous, DbChatError, NotUnderstood

T = TypeVar("T")


@pytest.fixture
def chat(home: Path) -> DbChat:
    return DbChat(home)


@pytest.mark.parametrize(
    "question",
    [
        "What is the meaning of life?",
        "tell me a joke",
        "who won the world cup in 1998",
        "how does photosynthesis work in plants and why does it matter",
        "?",
        "42",
        "''",
        "the of and",
        "DROP TABLE orders",
    ],
)
def test_a_question_about_nothing_here_is_declined_or_doubted(chat: DbChat, question: str) -> None:
    translation, error = attempt(lambda: chat.translate(question, "demo"))
    if error is not None:
        assert "customers" in error.hint
    else:
        assert translation is not None
        assert translation.confidence < 0.5 or translation.ignored


def test_two_lists_below_each_other_are_not_read_as_one_joined(chat: DbChat) -> None:
    with pytest.raises(NotUnderstood, match="customers and suppliers"):
        chat.translate("names of customers and suppliers in Berlin", "demo")


def attempt(ask: Callable[[], T]) -> tuple[T | None, DbChatError | None]:
    try:
        return ask(), None
    except DbChatError as error:
        return None, error


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("wie viele Kunden gibt es?", "German"),
        ("zeige mir alle Produkte", "German"),
        ("combien de clients sont dans la base", "French"),
        ("¿cuántos clientes hay en la base de datos?", "Spanish"),
        ("有多少客户", "Chinese"),
        ("сколько у нас клиентов", "Cyrillic"),
    ],
)
def test_another_language_is_said_to_be_so(chat: DbChat, question: str, language: str) -> None:
    with pytest.raises(NotUnderstood, match=language):
        chat.translate(question, "demo")


def test_a_foreign_name_in_an_english_question_is_no_other_language(chat: DbChat) -> None:
    assert chat.translate("how many customers are called Müller?", "demo").sql


def test_words_that_played_no_part_are_told(chat: DbChat) -> None:
    translation = chat.translate("how many happy customers are there in Berlin?", "demo")
    assert translation.ignored == ("happy",)


def test_a_typing_error_is_mended_and_told(chat: DbChat) -> None:
    translation = chat.translate("how many custommers are there?", "demo")
    assert "FROM customers" in translation.sql
    assert any("custommers" in note for note in translation.notes)


def test_what_the_data_cannot_tell_apart_is_offered(chat: DbChat) -> None:
    with pytest.raises(Ambiguous) as caught:
        chat.ask("count the countries", "demo")
    readings = [choice.reading for choice in caught.value.choices]
    assert len(set(readings)) == len(readings) >= 2


def test_a_database_without_tables_says_so(chat: DbChat, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(NotUnderstood, match="no tables"):
        chat.ask("how many orders are there?", str(tmp_path / "empty.db"))


@pytest.mark.parametrize("length", [1, 10, 200])
def test_long_and_odd_questions_are_answered_or_declined(chat: DbChat, length: int) -> None:
    for piece in ("orders ", "( ", "' ", "count customers per ", "1 2 3 ", "not or and ", "\u202e", "🙂 "):
        answer, error = attempt(lambda text=piece * length: chat.ask(text, "demo", rows=1))  # type: ignore[misc]
        assert answer is not None or (error is not None and error.message)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("median order value", "median"),
        ("standard deviation of list price", "deviation"),
        ("correlation between list price and stock", "correlation"),
        ("revenue growth from 2023 to 2024", "growth"),
        ("running total of revenue by month", "running"),
        ("cumulative revenue per month", "cumulative"),
        ("trend of orders", "trend"),
        ("rank customers by revenue", "rank"),
        ("second most expensive product", "second"),
        ("how many orders per hour?", "hour"),
        ("top 3 products per category", "top 3 products per category"),
        ("top 3 products per month by revenue", "top 3 products per month"),
        ("which five artists earned most last year?", "five"),
    ],
)
def test_an_operation_that_it_does_not_have_is_not_left_out(chat: DbChat, question: str, word: str) -> None:
    with pytest.raises(NotUnderstood, match=word):
        chat.translate(question, "demo")


@pytest.mark.parametrize(
    "question", ["how many customers in Atlantis?", "orders of the customers from New Atlantis"]
)
def test_a_name_that_nobody_knows_is_not_passed_over(chat: DbChat, question: str) -> None:
    with pytest.raises(NotUnderstood, match="Atlantis"):
        chat.translate(question, "demo")


@pytest.mark.parametrize(
    "question",
    [
        "Total sales in EUR per month",
        "How Many Happy Orders Per Country",
        "Customers in Berlin. Happily sort them by last name.",
        "HOW MANY HAPPY ORDERS ARE THERE",
    ],
)
def test_capitals_that_are_no_names_cost_no_answer(chat: DbChat, question: str) -> None:
    assert chat.translate(question, "demo").ignored


@pytest.mark.parametrize(
    "question",
    [
        "total sales per salesperson",
        "share of each payment method",
        "who earns the most?",
        "how many customers cancelled the newsletter?",
        "percentage of orders that were returned",
        "first supplier",
        "customers whose last order was before 2024",
        "customers with their first order in 2024",
        "first and last order of customer 7",
        "orders after the first order of customer 7",
        "how many of the last 100 orders were cancelled?",
        "average total amount of the last 10 orders",
        "number of orders per month for the last 5 customers",
        "the last 5 returned products",
        "who placed the last order?",
        "first quarter revenue",
        "return rate per category",
        "top 5 employees",
        "top cities in 2024",
        "busiest store",
        "how much did customers from France pay back",
        "profit per product",
        "orders in May",
        "orders in March",
        "shipments delivered late",
        "orders in the first week of 2024",
        "highest paid employees by job title",
        "cheapest products by supplier",
        "most popular product",
        "most popular supplier",
        "which products are loved most?",
    ],
)
def test_what_would_answer_another_question_is_declined(chat: DbChat, question: str) -> None:
    with pytest.raises(NotUnderstood):
        chat.translate(question, "demo")
