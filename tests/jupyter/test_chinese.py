"""The magics and widgets in Chinese."""

import re

import ipywidgets
import pytest

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
