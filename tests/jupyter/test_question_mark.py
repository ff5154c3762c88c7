import pytest


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
