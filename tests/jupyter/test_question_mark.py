import pytest

from dbchat_magic.jupyter import question_mark


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%dbchat how many orders?", "get_ipython().run_line_magic('dbchat', 'how many orders?')\n"),
        ("df = %dbchat how many orders?", "df = get_ipython().run_line_magic('dbchat', 'how many orders?')\n"),
        ("d['a'] = %dbchat -q orders?", "d['a'] = get_ipython().run_line_magic('dbchat', '-q orders?')\n"),
        ("%dbchat what's up?", "get_ipython().run_line_magic('dbchat', \"what's up?\")\n"),
        ("if x:\n    %dbchat a b?\n", "if x:\n    get_ipython().run_line_magic('dbchat', 'a b?')\n"),
        ("if x:\n    y = %dbchat a?\n", "if x:\n    y = get_ipython().run_line_magic('dbchat', 'a?')\n"),
        ("%dbchat a?\ny = %dbchat b?\n", "get_ipython().run_line_magic('dbchat', 'a?')\ny = get_ipython().run_line_magic('dbchat', 'b?')\n"),
        ("%dbchat?", "get_ipython().run_line_magic('pinfo', '%dbchat')\n"),
        ("%dbchat??", "get_ipython().run_line_magic('pinfo2', '%dbchat')\n"),
        ("df?", "get_ipython().run_line_magic('pinfo', 'df')\n"),
        ("%timeit?", "get_ipython().run_line_magic('pinfo', '%timeit')\n"),
        ("text = '''\n%dbchat a?\n'''\n", "text = '''\n%dbchat a?\n'''\n"),
    ],
)  # fmt: skip
def test_a_question_may_end_in_a_question_mark_and_help_stays_help(notebook, cell, code):
    assert notebook.shell.transform_cell(cell) == code


def test_nothing_is_left_after_unloading(notebook):
    before = len(notebook.shell.input_transformer_manager.token_transformers)
    notebook.run("%reload_ext dbchat_magic")
    assert len(notebook.shell.input_transformer_manager.token_transformers) == before
    notebook.run("%unload_ext dbchat_magic")
    assert len(notebook.shell.input_transformer_manager.token_transformers) == before - 2


FIRST_CELL = """%load_ext dbchat_magic
%dbchat how many orders are there?
df = %dbchat how many customers are there?
for _ in range(2):
    %dbchat -q how many stores are there?
len?
%dbchat how many products are there?"""


def test_the_cell_that_loads_the_extension_may_ask_too(notebook):
    notebook.run("%unload_ext dbchat_magic")
    ran = notebook.run(FIRST_CELL)
    assert ran.success, ran.text
    assert notebook.names["df"].shape == (1, 1)
    assert [text for text in map(str, ran.shown) if "COUNT(*)" in text and "orders" in text]
    assert "number_of_products" in str(ran.value)
    assert "Return the number of items in a container" in str(ran.shown) + ran.text


def test_help_is_help_again_in_the_next_cell(notebook):
    notebook.run("%unload_ext dbchat_magic")
    notebook.run(FIRST_CELL)
    assert notebook.shell.magics_manager.magics["line"]["pinfo"].__module__ != question_mark.__name__
