"""Questions: which are the same but for their wording, which are alike, and which lean on the one before."""

from __future__ import annotations

import datetime

import pytest

from dbchat_magic.core.values import ColumnValues, ValueIndex
from dbchat_magic.linking.questions import QuestionLikeness

LIKENESS = QuestionLikeness()
TODAY = datetime.date(2026, 3, 9)
VALUES = ValueIndex(
    {
        ("products", "name"): ColumnValues(("Windows", "Window", "Lamp")),
        ("customers", "country"): ColumnValues(("France", "United States")),
        ("brands", "name"): ColumnValues(("Apple", "apple")),
    }
)


def are_the_same(one: str, other: str) -> bool:
    return LIKENESS.key(one, TODAY) == LIKENESS.key(other, TODAY) and LIKENESS.is_same(one, other, VALUES)


@pytest.mark.parametrize(
    "other",
    [
        "how many orders per country",
        "How many Orders per Country?!",
        "Please tell me how many orders per country, thanks",
        "could you show me how many orders per country?",
        "how many order per countries",
        "how many orders per country do we have",
        "how many orders per country are there?",
        "hi, I'd like to know how many orders per country",
        "how many orders per country for me please",
    ],
)
def test_case_punctuation_plural_and_politeness_make_no_difference(other: str) -> None:
    assert are_the_same("How many orders per country?", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the top 5 customers", "the top 10 customers"),
        ("orders over 10", "orders over 1.0"),
        ("orders over 10", "orders under 10"),
        ("orders of at least 10", "orders of at most 10"),
        ("orders > 10", "orders < 10"),
        ("customers with orders", "customers without orders"),
        ("products that are sold", "products that are not sold"),
        ("products that never sold", "products that sold"),
        ("customers from France", "customers from Germany"),
        ("customers called 'Anna'", "customers called 'anna'"),
        ("the cheapest product", "the dearest product"),
        ("the price of Windows", "the price of window"),
        ("the price of Apple", "the price of apple"),
        ("stores that are open", "stores that were open"),
        ("orders last month", "orders last year"),
        ("revenue by month", "revenue by week"),
        ("average revenue by month", "revenue by month"),
        ("customers and orders", "customers or orders"),
        ("total of all orders", "total of no orders"),
        ("orders per customer", "customers per order"),
        ("50 % of the orders", "50 of the orders"),
        ("how many customers", "which customers"),
    ],
)
def test_what_changes_the_answer_makes_another_question(one: str, other: str) -> None:
    assert not are_the_same(one, other)


def test_a_value_said_in_the_plural_is_the_same_where_the_data_have_neither_form() -> None:
    assert are_the_same("customers in the united states", "Customers in the united state")
    assert not are_the_same("price of lamps", "price of lamp"), "one of them names the value Lamp"


def test_last_month_is_another_question_a_month_later() -> None:
    march, april = (LIKENESS.key("orders last month", datetime.date(2026, month, 9)) for month in (3, 4))
    assert march != april
    april_fool, easter = (LIKENESS.key("orders since January", datetime.date(2026, 4, day)) for day in (1, 5))
    assert april_fool != easter, "no date is read out of it: it holds for its day"
    assert LIKENESS.key("orders in March 2025", TODAY) == LIKENESS.key(
        "orders in March 2025", datetime.date(2026, 8, 1)
    )


@pytest.mark.parametrize(
    "text",
    ["And by month?", "only those from France", "how many of them?", "how many are there?", "by country?",
     "what about Germany", "without the cancelled ones", "and"],
)  # fmt: skip
def test_a_follow_up_does_not_stand_alone(text: str) -> None:
    assert not LIKENESS.stands_alone(text)


@pytest.mark.parametrize(
    "text",
    ["orders", "In which countries do most of our customers live?", "customers and their orders",
     "products that were never sold", "For each country the number of orders and customers"],
)  # fmt: skip
def test_a_whole_question_stands_alone(text: str) -> None:
    assert LIKENESS.stands_alone(text)


def test_the_most_alike_question_is_the_nearest() -> None:
    others = [
        "how many suppliers are there in Italy",
        "number of orders per country",
        "customers with the highest revenue",
    ]
    suppliers, orders, customers = LIKENESS.nearness("how many orders are there per city", others)
    assert orders > suppliers > customers
    (clients,) = LIKENESS.nearness("which clients buy most", ["customers with the highest purchases"])
    (weather,) = LIKENESS.nearness("which clients buy most", ["wind speed by station"])
    assert clients > weather
