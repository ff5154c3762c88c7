"""The magics and widgets in Chinese."""

import re

import ipywidgets
import pytest

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.notebook import find_settings
from tests.jupyter.widgets.pages import Page

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def chinese(notebook):
    notebook.run("%config DbChat.lang = 'zh_CN'")
    yield notebook
    find_settings(notebook.shell).lang = "en"


def test_help_state_and_errors_are_chinese(chinese):
    for line in (
        "%dbchat --help",
        "%dbsource --help",
        "%dbchat",
        "%dbsource list",
        "%dbchat --nothing",
        "%dbsource use",
    ):
        assert CHINESE.search(chinese.run(line).text + str(chinese.run(line).shown)), line
    assert "没有选项 --nothing" in chinese.run("%dbchat --nothing").text
    assert "用日常语言询问数据库" in chinese.shell.magics_manager.magics["line"]["dbchat"].__doc__
    chinese.run("%config DbChat.lang = 'en'")
    assert "There is no option --nothing" in chinese.run("%dbchat --nothing").text


@pytest.mark.parametrize("name", ["manage", "panel"])
def test_every_control_of_a_widget_is_chinese(chinese, name):
    page = Page(chinese.run(f"import dbchat_magic; dbchat_magic.{name}()").value)
    for each in page.shown(ipywidgets.Button, ipywidgets.Text, ipywidgets.Select, ipywidgets.Dropdown):
        if not each.description.startswith(("how many", "CSV", "Parquet", "SQL")) and each.description:
            assert CHINESE.search(each.description), each.description
            assert CHINESE.search(each.tooltip), each.tooltip
    page.widget.close()


SENTENCE = re.compile(r"\b[A-Z][a-z]+(?: [a-z'-]+){2,}")
"""English of ours; a database's own words begin with a small letter."""
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
FAILURES = {
    "an unknown datasource": ("%dbchat -d nowhere how many orders are there", "没有数据源 'nowhere'"),
    "a missing file": ("%dbchat -d missing.sqlite how many orders are there", "没有文件"),
    "no folder": ("%dbsource add none nowhere/*.csv", "没有数据文件"),
    "a refused statement": ("%dbchat -s DELETE FROM orders", "DELETE 不是只读语句"),
    "two statements": ("%dbchat -s SELECT 1; SELECT 2", "文本中有多条语句"),
    "a refused function": (
        "%dbchat -s SELECT load_extension('x')",
        "不允许函数 load_extension()：它会加载代码",
    ),
    "an unknown table": ("%dbchat -s SELECT * FROM order_line", "这里没有表 order_line"),
    "an unknown column": ("%dbchat -s SELECT nope FROM orders", "无法执行该语句"),
    "bad SQL": ("%dbchat -s SELECT (1", "无法按 SQLite SQL 解析"),
    "time over": (f"%dbchat -s {ENDLESS}", "查询超时，已在 0.5 秒后停止"),
    "a foreign question": ("%dbchat wie viele Kunden gibt es", "问题似乎是德语"),
    "a Chinese question": ("%dbchat 有多少客户", "问题是用中文写的"),
    "words without meaning": ("%dbchat glorp the fnord", "问题中没有此数据库认识的内容"),
    "an unknown chart": ("%dbchat --chart sphere how many orders are there", "sphere"),
    "no such table": ("%dbchat --tables nothing how many orders are there", "没有表"),
    "no model": ("%dbchat -m nobody/nothing how many orders are there", "不知道模型"),
    "a file that cannot be": ("%dbchat -o x.doc how many orders are there", "结果不能写成 .doc"),
    "no frame": ("%dbsource add none --frame nothing", "没有变量 nothing"),
    "a variable that is not set": (
        "%dbsource add none ${env:DBCHAT_NOTHING}",
        "环境变量 DBCHAT_NOTHING 未设置",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_goes_wrong_is_told_in_chinese(chinese, name, monkeypatch):
    chinese.run("%config DbChat.timeout = 0.5")
    cell, words = FAILURES[name]
    ran = chinese.run(cell)
    find_settings(chinese.shell).timeout = 60.0
    assert not ran.success
    assert words in ran.text
    assert not SENTENCE.search(ran.text), ran.text


def test_an_empty_question_is_refused_in_chinese(chinese):
    with pytest.raises(DbChatError) as refused:
        find_settings(chinese.shell).chat().ask("  ")
    assert str(refused.value).startswith("问题是空的。\n请提问")


def test_how_a_question_was_read_is_told_in_chinese_with_the_names_as_they_are(chinese):
    ran = chinese.run("%dbchat average list price by department")
    assert (
        ran.value.attrs["dbchat"]["reading"]
        == "每个 categories 的 department 的 products 的 list_price 的平均值。"
    )
    told = chinese.run("%dbchat --why").text
    assert "显示 categories 的 department、" in told
    assert "每个" in told
