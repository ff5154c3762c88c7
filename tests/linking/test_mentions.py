"""Linking: which stretches of a question mean which tables, columns, values, numbers and dates."""

from __future__ import annotations

import datetime

import pytest

from dbchat_magic.core.schema import Column, Schema, Table
from dbchat_magic.core.values import ColumnValues, ValueIndex
from dbchat_magic.linking.index import NameIndex
from dbchat_magic.linking.mentions import Mention, find_mentions
from dbchat_magic.linking.words import split_words

TODAY = datetime.date(2024, 3, 15)

SCHEMA = Schema(
    (
        Table(
            "tbl_CustOrders", (Column("CustOrderID"), Column("OrderDate"), Column("qty"), Column("amt_eur"))
        ),
        Table(
            "Students",
            (Column("StuID"), Column("LName"), Column("Fname"), Column("Sex"), Column("birthdate")),
        ),
        Table(
            "museum", (Column("museum_name"), Column("Num_of_Staff"), Column("country"), Column("list price"))
        ),
    ),
    values=ValueIndex(
        {
            ("museum", "museum_name"): ColumnValues(("Plaza Museum", "Louvre")),
            ("museum", "country"): ColumnValues(("France", "USA")),
            ("Students", "Sex"): ColumnValues(("F", "M")),
        }
    ),
)


def mentions(question: str) -> tuple[Mention, ...]:
    return find_mentions(split_words(question), NameIndex(SCHEMA), TODAY)


def linked(question: str, text: str) -> Mention:
    return next(mention for mention in mentions(question) if mention.text == text)


@pytest.mark.parametrize(
    ("said", "table", "column"),
    [
        ("last names", "Students", "LName"),
        ("first name", "Students", "Fname"),
        ("birth date", "Students", "birthdate"),
        ("student id", "Students", "StuID"),
        ("quantity", "tbl_CustOrders", "qty"),
        ("amount", "tbl_CustOrders", "amt_eur"),
        ("order date", "tbl_CustOrders", "OrderDate"),
        ("customer order id", "tbl_CustOrders", "CustOrderID"),
        ("number of staff", "museum", "Num_of_Staff"),
        ("staff number", "museum", "Num_of_Staff"),
        ("list price", "museum", "list price"),
    ],
)
def test_columns_are_found_by_the_words_people_say(said: str, table: str, column: str) -> None:
    best = linked(f"what is the {said} here", said).columns[0]
    assert (best.table, best.column) == (table, column)


@pytest.mark.parametrize(
    ("said", "table"),
    [("students", "Students"), ("museums", "museum"), ("customer orders", "tbl_CustOrders")],
)
def test_tables_are_found_in_singular_and_plural(said: str, table: str) -> None:
    assert linked(f"show all {said}", said).tables[0].table == table


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("plaza museum", "Plaza Museum"),
        ("LOUVRE", "Louvre"),
        ("French", "France"),
        ("American", "USA"),
        ("female", "F"),
        ("Plaza", "Plaza Museum"),
    ],
)
def test_values_are_found_in_the_data_s_own_spelling(said: str, value: str) -> None:
    assert linked(f"which are {said} ones", said).values[0].value == value


def test_a_name_is_preferred_to_a_shorter_one_inside_it() -> None:
    assert "museum name" in [mention.text for mention in mentions("show every museum name")]


def test_typing_errors_are_told() -> None:
    assert linked("show all studnets", "studnets").corrected == "student"


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2024-02-01", "2024-02-01", "2024-02-02"),
        ("last month", "2024-02-01", "2024-03-01"),
        ("last 2 weeks", "2024-03-01", "2024-03-16"),
        ("past year", "2023-01-01", "2024-01-01"),
        ("this quarter", "2024-01-01", "2024-04-01"),
        ("February 2024", "2024-02-01", "2024-03-01"),
        ("March 5 , 2023", "2023-03-05", "2023-03-06"),
        ("5th March 2023", "2023-03-05", "2023-03-06"),
        ("Q4 2023", "2023-10-01", "2024-01-01"),
        ("yesterday", "2024-03-14", "2024-03-15"),
        ("last week", "2024-03-04", "2024-03-11"),
    ],
)
def test_dates_are_half_open_ranges(said: str, start: str, end: str) -> None:
    dates = linked(f"orders in {said}", said).dates
    assert dates is not None
    assert (str(dates.start), str(dates.end)) == (start, end)


@pytest.mark.parametrize("text", ["2024-13-45", "31/31/2024", "February 30 , 2024"])
def test_days_that_do_not_exist_are_no_dates(text: str) -> None:
    assert all(
        mention.dates is None or "February" not in mention.text for mention in mentions(f"orders on {text}")
    )


def test_numbers_are_read_with_thousands_and_in_words() -> None:
    found = [
        mention.number for mention in mentions("over 1,200 or three or 4.5") if mention.number is not None
    ]
    assert found == [1200, 3, 4.5]
