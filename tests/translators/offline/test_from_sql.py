"""What the offline translator writes it can read again."""

from __future__ import annotations

import pytest

from dbchat_magic import DbChat
from dbchat_magic.translators.offline.from_sql import read_query
from dbchat_magic.translators.offline.joins import JoinGraph
from dbchat_magic.translators.offline.sql import to_sql
from tests.translators.offline.test_corpus import pairs


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    return DbChat(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("sql", [pair.values[1] for pair in pairs()])
def test_sql_read_and_written_again_gives_the_same_rows(chat: DbChat, sql: str) -> None:
    schema = chat.schema("demo")
    query = read_query(str(sql), schema)
    assert query is not None
    again = to_sql(query, schema, JoinGraph(schema))
    before, after = (chat.run(text, "demo", rows=50).frame for text in (str(sql), again))
    assert before.shape == after.shape
    if "ORDER BY" in str(sql) or len(before) < 50:
        rows = [sorted(map(str, frame.itertuples(index=False, name=None))) for frame in (before, after)]
        assert rows[0] == rows[1]
