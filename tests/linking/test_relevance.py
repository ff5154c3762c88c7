"""Which tables and columns of a large schema a question may need: nothing needed is lost."""

from __future__ import annotations

import datetime

import pytest

from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.values import ColumnValues, ValueIndex
from dbchat_magic.linking.index import NameIndex
from dbchat_magic.linking.relevance import Relevance, weigh_schema

TODAY = datetime.date(2026, 1, 1)


def table(name: str, *columns: str, keys: tuple[tuple[str, str], ...] = ()) -> Table:
    return Table(
        name,
        tuple(Column(column) for column in ("id", *columns)),
        primary_key=("id",),
        foreign_keys=tuple(ForeignKey((column,), target, ("id",)) for column, target in keys),
    )


NOISE = tuple(table(f"archive_{number}", f"field_{number}", "status") for number in range(60))
SCHEMA = Schema(
    (
        table("instructors", "full_name", "salary"),
        table("courses", "title"),
        table("teaches", "instructor_id", "course_id", keys=(("instructor_id", "instructors"), ("course_id", "courses"))),
        table("rooms", "capacity", "building"),
        *NOISE,
    ),
    values=ValueIndex({("rooms", "building"): ColumnValues(("Watson", "Taylor"), 2, 2)}),
)  # fmt: skip


def weighed(text: str) -> Relevance:
    return weigh_schema((text,), NameIndex(SCHEMA), TODAY)


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("courses by title", {"courses"}),
        ("what do teachers earn?", {"instructors"}),  # a word of like meaning
        ("how many seats has Taylor?", {"rooms"}),  # a value of the data
        ("titles of what each instructor teaches", {"instructors", "courses", "teaches"}),
        ("instructors with their courses", {"instructors", "courses", "teaches"}),  # the table between
    ],
)
def test_what_a_question_needs_comes_first(text: str, needed: set[str]) -> None:
    assert needed <= set(weighed(text).ranked()[: len(needed) + 1])


def test_a_column_that_all_tables_have_says_little_for_each() -> None:
    ranked = weighed("status of courses").ranked()
    assert ranked[0] == "courses"


def test_the_questions_before_count_too() -> None:
    relevance = weigh_schema(("and in Watson?", "capacity of rooms"), NameIndex(SCHEMA), TODAY)
    assert relevance.ranked()[0] == "rooms"


def test_values_are_told_with_their_own_spelling() -> None:
    assert [(link.table, link.value) for link in weighed("rooms in taylor").values] == [("rooms", "Taylor")]


def test_every_table_has_a_weight_and_nothing_is_asked_of_an_empty_schema() -> None:
    assert set(weighed("courses").tables) == {each.name for each in SCHEMA.tables}
    assert weigh_schema(("courses",), NameIndex(Schema(())), TODAY).ranked() == []


def test_words_are_stemmed_in_several_threads_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from dbchat_magic.linking.index import stem

    words = [
        f"{word}{number}s"
        for number in range(300)
        for word in ("ordering", "customer", "relational", "happily")
    ]
    alone = [stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem.__wrapped__, words * 4)) == alone * 4
