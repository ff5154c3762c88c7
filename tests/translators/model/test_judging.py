"""What rows say of readings: the same rows under other names and in another order are the same."""

from __future__ import annotations

import pandas as pd
import pytest

from dbchat_magic.translators.model.judging import ONE_NUMBER, SEVERAL, differ_in_columns_only, rows_key

FRAME = pd.DataFrame({"city": ["Bonn", "Kiel"], "n": [2, 1]})

SAME = {
    "other names": FRAME.set_axis(["a", "b"], axis=1),
    "another order": FRAME.iloc[::-1],
    "columns turned round": FRAME[["n", "city"]],
    "another type of number": FRAME.astype({"n": "float64"}),
}
OTHER = {
    "another value": FRAME.assign(n=[2, 3]),
    "values changed about": FRAME.assign(n=[1, 2]),
    "a value missing": FRAME.assign(n=[2.0, float("nan")]),
}


@pytest.mark.parametrize("frame", SAME.values(), ids=SAME)
def test_rows_are_the_same_whatever_their_order_and_names(frame: pd.DataFrame) -> None:
    assert rows_key(frame) == rows_key(FRAME)


@pytest.mark.parametrize("frame", OTHER.values(), ids=OTHER)
def test_other_rows_are_others(frame: pd.DataFrame) -> None:
    assert rows_key(frame) != rows_key(FRAME)


def test_a_column_more_is_no_other_answer() -> None:
    assert differ_in_columns_only(FRAME, FRAME[["city"]])
    assert not differ_in_columns_only(FRAME, FRAME[["city"]].assign(city=["Bonn", "Jena"]))
    assert not differ_in_columns_only(FRAME, FRAME.head(1))


def test_any_cell_can_be_compared() -> None:
    odd = pd.DataFrame(
        {"a": [None, pd.NA, float("nan"), pd.Timestamp("2024-01-01"), b"x", [1, 2], {"k": 1}, True, "1e3"]}
    )
    assert rows_key(odd) == rows_key(odd.copy())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how many orders are there?", True),
        ("What is the average price?", True),
        ("count the customers", True),
        ("how many orders per country?", False),
        ("how many orders does each customer have?", False),
        ("which customers have orders?", False),
        ("what is the total of orders and returns?", False),
    ],
)
def test_questions_for_one_number_are_known(text: str, expected: bool) -> None:
    assert bool(ONE_NUMBER.match(text) and not SEVERAL.search(text)) is expected
