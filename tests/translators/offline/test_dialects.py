"""SQL is built from nodes: names are quoted where they must be, periods of time suit each database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dbchat_magic import DbChat


@pytest.mark.parametrize("name", ["order", "two words", 'say "hi"', "客户", "group", "100"])
def test_tables_and_columns_of_any_name_can_be_asked(home: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "odd.db"
    quoted = '"' + name.replace('"', '""') + '"'
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE things ({quoted} TEXT, amount REAL)")
    connection.execute("INSERT INTO things VALUES ('x', 1), ('y', 2)")
    connection.commit()
    connection.close()
    answer = DbChat(home).ask("show all things", str(path))
    assert list(answer.frame.columns) == [name, "amount"]
    answer = DbChat(home).ask("total amount of things where the thing is 'x'", str(path))
    assert answer.frame.iloc[0, 0] in (1, 3)


def test_chinese_names_are_asked_in_english_by_their_own_words(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "cn.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE 客户 (城市 TEXT)")
    connection.execute("INSERT INTO 客户 VALUES ('北京')")
    connection.commit()
    connection.close()
    assert DbChat(home).ask("how many 客户 are there?", str(path)).frame.iloc[0, 0] == 1
