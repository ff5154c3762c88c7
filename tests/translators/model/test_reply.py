"""What models write, and the statement that is read in it; two that differ are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbchat_magic.errors import DbChatError, ModelError
from dbchat_magic.translators.model.reply import Said, read_reply

ONE = "SELECT name FROM customers"

REPLIES = {
    "alone": (ONE, Said(ONE)),
    "with a semicolon": (f"{ONE};\n", Said(ONE)),
    "in a fence": (f"```sql\n{ONE};\n```", Said(ONE)),
    "in a fence of another name": (f"```sqlite\n{ONE}\n```", Said(ONE)),
    "in a fence without a name": (f"```\n{ONE}\n```", Said(ONE)),
    "in a fence that is not closed": (f"```sql\n{ONE}", Said(ONE)),
    "with its reading": (f"All customers by name.\n\n```sql\n{ONE}\n```", Said(ONE, "All customers by name.")),
    "with layout": (f"**All** `customers`.\n```sql\n{ONE}\n```", Said(ONE, "All customers.")),
    "with an empty phrase": (f"Sure! Here is the query:\n```sql\n{ONE}\n```", Said(ONE, "Sure!")),
    "with prose behind": (f"```sql\n{ONE}\n```\nThis lists the names.", Said(ONE)),
    "with prose around, no fence": (f"I list them.\n{ONE};\nThat is all.", Said(ONE, "I list them.")),
    "a paragraph behind, no fence": (f"{ONE}\nWHERE id = 1\n\nThis shows one.", Said(f"{ONE}\nWHERE id = 1")),
    "with SQL: before it": (f"SQL: {ONE}", Said(ONE)),
    "twice the same": (f"```sql\n{ONE}\n```\nagain\n```sql\n{ONE};\n```", Said(ONE)),
    "beside code of another language": (f"```python\nprint(1)\n```\n```sql\n{ONE}\n```", Said(ONE)),
    "JSON": (f'{{"reading": "All.", "sql": "{ONE}", "cannot": ""}}', Said(ONE, "All.")),
    "JSON in a fence": (f'```json\n{{"sql": "{ONE}"}}\n```', Said(ONE)),
    "JSON with a comma too many": (f'{{"sql": "{ONE}",}}', Said(ONE)),
    "JSON with a fence inside": (f'{{"sql": "```sql\\n{ONE}\\n```"}}', Said(ONE)),
    "JSON under another name": (f'{{"query": "{ONE}"}}', Said(ONE)),
    "after thoughts": (f"<think>SELECT wrong FROM x</think>\n{ONE}", Said(ONE)),
    "after thoughts without their beginning": (f"count them?</think>{ONE}", Said(ONE)),
    "a semicolon in a text": ("SELECT ';' FROM t; ok", Said("SELECT ';' FROM t")),
    "WITH": ("WITH a AS (SELECT 1) SELECT * FROM a", Said("WITH a AS (SELECT 1) SELECT * FROM a")),
    "declined": ("CANNOT: there are no prices.", Said(declined="there are no prices.")),
    "declined without a reason": ("CANNOT", Said(declined="it does not say why")),
    "declined in JSON": ('{"reading": "", "sql": "", "cannot": "no prices"}', Said(declined="no prices")),
    "a second statement is kept for the guard": (f"```sql\n{ONE}; DROP TABLE t\n```", Said(f"{ONE}; DROP TABLE t")),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REPLIES.values(), ids=REPLIES)
def test_a_statement_is_found_however_it_is_wrapped(text: str, said: Said) -> None:
    assert read_reply(text) == said


NONE = {
    "nothing": "",
    "thoughts only": "<think>hm</think>",
    "thoughts that do not end": "<think>SELECT 1",
    "prose": "You could select the names of all customers.",
    "another language": "```python\nprint('SELECT')\n```",
    "two statements": f"```sql\n{ONE}\n```\nor\n```sql\nSELECT 1\n```",
    "two statements without fences": f"{ONE};\nSELECT 1;",
    "a command": "```sh\nrm -rf x\n```",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_where_there_is_none_or_more_than_one_nothing_is_guessed(text: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_reply(text)
    assert caught.value.hint


@given(st.text(max_size=300) | st.text("{}[]\"':;,`SELECT sql\n", max_size=200))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        said = read_reply(text)
    except DbChatError:
        return
    assert said.sql or said.declined is not None


def test_what_is_read_aloud_is_one_line_of_plain_text() -> None:
    said = read_reply("<b>x</b>\x1b[31m red\u202e " + "y" * 900 + f".\n```sql\n{ONE}\n```")
    assert "\x1b" not in said.reading
    assert "\u202e" not in said.reading
    assert "\n" not in said.reading
    assert len(said.reading) <= 300
