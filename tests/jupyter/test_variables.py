import datetime

import numpy as np
import pandas as pd
import pytest

from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.notebook import find_settings
from dbchat_magic.jupyter.variables import bind_sql, bind_words

NAMES = {
    "city": "Bonn",
    "größe": 3,
    "b": -1,
    "int": "int",
    "cities": ["Bonn", "Ulm"],
    "ids": pd.Series([1, 2, 3]),
    "since": pd.Timestamp("2026-03-01"),
    "quote": "it's",
    "none": None,
    "nothing": [],
    "frame": pd.DataFrame({"a": [1]}),
    "quotes": """it's "so\"""",
}


def in_sql(text):
    return bind_sql(text, NAMES, lambda: find_dialect("duckdb"))


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("SELECT * FROM t WHERE c = :city", "SELECT * FROM t WHERE c = 'Bonn'"),
        ("SELECT {{ city }}, {{quote}}, :none", "SELECT 'Bonn', 'it''s', NULL"),
        ("WHERE c IN :cities OR d IN {{ids}}", "WHERE c IN ('Bonn', 'Ulm') OR d IN (1, 2, 3)"),
        ("WHERE c IN (:cities) -- 'one :city", "WHERE c IN ('Bonn', 'Ulm') -- 'one :city"),
        ("SELECT 5 -:b, x::int, :int", "SELECT 5 -(-1), x::int, 'int'"),
        ("WHERE day >= :since", "WHERE day >= CAST('2026-03-01 00:00:00' AS TIMESTAMP)"),
        ("SELECT 'it''s', :city", "SELECT 'it''s', 'Bonn'"),
    ],
)
def test_sql_gets_literals(text, bound):
    assert in_sql(text) == bound


@pytest.mark.parametrize(
    "text",
    [
        "SELECT x::int, list[1:b], list[:b], list[a:b]",
        "SELECT ':city', \"a :city\" -- :city",
        "SELECT $$ :city $$, $x$ {{city}} $x$",
        "SELECT 1 /* :city\n{{city}} */",
        "SELECT {x}, $city, @city, :nowhere",
        "SELECT '{{city}} and more'",
    ],
)
def test_what_only_looks_like_one_in_sql_stays(text):
    assert in_sql(text) == text


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("orders from {{city}}", 'orders from "Bonn"'),
        ("orders from :city since :since", 'orders from "Bonn" since 2026-03-01'),
        ("what's the customers' total in :city", "what's the customers' total in \"Bonn\""),
        (
            "what's the total in :city by the customers' age",
            "what's the total in \"Bonn\" by the customers' age",
        ),
        ("orders of :größe, please", "orders of 3, please"),
        ("customers in {{cities}}", 'customers in "Bonn" or "Ulm"'),
        ("orders with the id {{ids}}", "orders with the id 1, 2 or 3"),
        ("customers called {{quote}}", 'customers called "it\'s"'),
    ],
)
def test_a_question_gets_what_one_would_type(text, bound):
    assert bind_words(text, NAMES) == bound


@pytest.mark.parametrize(
    "text",
    [
        "orders from :nowhere",
        "orders named ':city'",
        'orders named "the {{city}}"',
        "orders at 12:30, ratio a:b",
        "orders: city by city",
    ],
)
def test_what_only_looks_like_one_in_a_question_stays(text):
    assert bind_words(text, NAMES) == text


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("SELECT {{nowhere}}", "There is no variable nowhere", "b, cities, city, größe, ids"),
        ("SELECT * FROM t WHERE c = '{{city}}'", "In quotes, {{city}} is a text", "quotes away"),
        ("SELECT :frame", "frame cannot stand for a value here", "%dbsource add frame --frame"),
        (
            "SELECT 1 WHERE 1 IN :nothing",
            "nothing cannot stand for a value here: it is an empty list",
            "list",
        ),
    ],
)
def test_what_cannot_be_bound_is_told(text, message, hint):
    with pytest.raises(DbChatError) as caught:
        in_sql(text)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["frame", "nothing", "none", "quotes"])
def test_what_cannot_be_typed_is_told(name):
    with pytest.raises(DbChatError, match=f"{name} cannot stand for a value here"):
        bind_words(f"orders of {{{{{name}}}}}", NAMES)


@pytest.mark.parametrize("end", ["in {{place}}", "in :place"])
def test_one_question_by_hand_and_bound_gives_the_same(notebook, end):
    place = notebook.run("%dbchat -q -s -n 1 SELECT country FROM customers").value.iloc[0, 0]
    notebook.shell.user_ns["place"] = place
    by_hand = notebook.run(f"%dbchat -q how many customers in {place}?").value
    bound = notebook.run(f"%dbchat -q how many customers {end}?")
    assert bound.success, bound.text
    pd.testing.assert_frame_equal(bound.value, by_hand)
    assert 0 < by_hand.iloc[0, 0] < notebook.run("%dbchat -q how many customers are there?").value.iloc[0, 0]


def test_sql_with_variables_runs_and_is_kept_as_it_ran(notebook):
    notebook.shell.user_ns.update(ids=np.array([1, 2]), day=datetime.date(2100, 1, 1))
    cell = """%%dbchat -s df <<
SELECT customer_id FROM customers WHERE customer_id IN (:ids) AND signed_up_on < {{day}}"""
    ran = notebook.run(cell)
    assert ran.success, ran.text
    assert sorted(notebook.names["df"]["customer_id"]) == [1, 2]
    assert (
        "IN (1, 2) AND signed_up_on < '2100-01-01'"
        in find_settings(notebook.shell).chat().history.recent(1)[0].sql
    )


@pytest.mark.parametrize(
    "cell",
    [
        "%dbchat customers in {{nowhere}}",
        "%dbchat -N customers in {{nowhere}}",
        "%%dbchat -s\nSELECT {{nowhere}}",
    ],
)
def test_the_cell_fails_with_a_line_and_a_hint(notebook, cell):
    ran = notebook.run(cell)
    assert not ran.success
    assert "There is no variable nowhere" in ran.text
    assert "Traceback" not in ran.text
