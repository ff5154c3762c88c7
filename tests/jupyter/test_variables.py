import pytest

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.variables import refuse_variables

NAMES = {"city", "größe", "b", "int"}


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("orders from {{city}}", False),
        ("orders from {{ anything }}", False),
        ("orders from :city", False),
        ("what's the customers' total in :city", False),
        ("what's the total in :city by the customers' age", False),
        ("orders of :größe, please", False),
        ("SELECT * FROM t WHERE c = :city", True),
        ("SELECT * FROM t WHERE c IN (:city) -- 'one", True),
        ("SELECT 'it''s', :city", True),
    ],
)
def test_a_variable_is_refused_and_named(text, is_sql):
    with pytest.raises(DbChatError, match=r"cannot be used yet: [:{]") as caught:
        refuse_variables(text, NAMES, is_sql)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("orders from :nowhere", False),
        ("orders named ':city'", False),
        ('orders named "{{city}}"', False),
        ("orders at 12:30, ratio a:b", False),
        ("orders: city by city", False),
        ("SELECT x::int, list[1:b], list[:b], list[a:b]", True),
        ("SELECT ':city', \"a :city\" -- :city", True),
        ("SELECT 1 /* :city\n{{city}} */", True),
        ("SELECT {x}, $city, @city", True),
    ],
)
def test_what_only_looks_like_one_stays(text, is_sql):
    refuse_variables(text, NAMES, is_sql)


@pytest.mark.parametrize(
    "cell",
    [
        "%dbchat customers in :city",
        "%dbchat customers in {{city}}",
        "%dbchat -N customers in {{city}}",
        "%%dbchat -s\nSELECT count(*) FROM customers WHERE city = :city",
    ],
)
def test_the_cell_fails_with_a_line_and_a_hint(notebook, cell):
    notebook.run("city = 'Bonn'")
    ran = notebook.run(cell)
    assert not ran.success
    assert "The notebook's variables cannot be used yet" in ran.text
    assert "Traceback" not in ran.text
