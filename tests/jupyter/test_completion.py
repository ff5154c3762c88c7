import sqlite3
from contextlib import closing

import pytest
from IPython.core.completer import provisionalcompleter


@pytest.fixture
def complete(notebook):
    """The cell as it is after Tab at "|", for each thing offered."""

    def complete(cell):
        at, text = cell.index("|"), cell.replace("|", "")
        with provisionalcompleter():
            offered = list(notebook.shell.Completer.completions(text, at))
        return [text[: each.start] + each.text + text[each.end :] for each in offered]

    return complete


@pytest.fixture
def library(notebook, tmp_path):
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE books (book_id INTEGER PRIMARY KEY, title TEXT)")
        connection.execute(
            'CREATE TABLE loans (loan_id INTEGER PRIMARY KEY, book_id INTEGER, "due day" TEXT)'
        )
    notebook.run(f"%dbsource add 'my library' {path}")
    notebook.run("%dbsource use demo")
    return path


def test_options(complete):
    assert complete("%dbchat --da|") == ["%dbchat --datasource"]
    assert complete("df = %dbchat -q --no|") == ["df = %dbchat -q --no-run"]
    assert "%dbchat -d" in complete("%dbchat -|")
    assert complete("%%dbchat --ch|\nhow many") == ["%%dbchat --chart\nhow many"]
    assert any("--votes" in line for line in complete("%dbchat --|"))
    assert any("--cache" in line for line in complete("%dbchat --|"))


def test_a_question_is_not_taken_for_options(complete):
    assert not any("--" in line for line in complete("%dbchat how many -|"))


@pytest.mark.parametrize("option", ["-d ", "--datasource ", "--datasource="])
def test_datasources_behind_their_option(complete, library, option):
    assert complete(f"%dbchat -q {option}de|") == [f"%dbchat -q {option}demo"]
    assert complete(f"%dbchat {option}'my|") == [f"%dbchat {option}'my library'"]
    assert complete(f"%dbchat {option}MY|") == [f"%dbchat {option}'my library'"]


def test_other_values(complete):
    assert complete("%dbchat --chart sc|") == ["%dbchat --chart scatter"]
    assert complete("%dbchat -m off|") == ["%dbchat -m offline"]


def test_tables_of_the_datasource_that_is_asked(complete, library):
    assert complete("%dbchat --tables customers,ord|") == [
        "%dbchat --tables customers,order_lines",
        "%dbchat --tables customers,orders",
    ]
    assert complete("%dbchat -d 'my library' --tables |") == [
        "%dbchat -d 'my library' --tables books",
        "%dbchat -d 'my library' --tables loans",
    ]


def test_tables_and_columns_in_sql(complete, library):
    assert complete("%dbchat -s SELECT * FROM sup|") == ["%dbchat -s SELECT * FROM suppliers"]
    cell = "%%dbchat -d 'my library' --sql\nSELECT tit|\nFROM books"
    assert complete(cell) == [cell.replace("tit|", "title")]
    cell = "%%dbchat -d 'my library' --sql\nSELECT b.|\nFROM books AS b JOIN loans USING (book_id)"
    assert complete(cell) == [cell.replace("|", name) for name in ("book_id", "title")]
    cell = "%%dbchat -d 'my library' --sql\nSELECT loans.du|"
    assert complete(cell) == [cell.replace("du|", '"due day"')]


def test_nothing_inside_a_text_of_sql(complete):
    assert not any("suppliers" in line for line in complete("%dbchat -s SELECT 'sup|"))


def test_verbs_names_and_options_of_datasources(complete, library):
    assert complete("%dbsource us|") == ["%dbsource use"]
    assert complete("%dbsource use de|") == ["%dbsource use demo"]
    assert complete("%dbsource remove my|") == ["%dbsource remove 'my library'"]
    assert complete("%dbsource add shop --ty|") == ["%dbsource add shop --type"]
    assert complete("%dbsource add shop --type sq|") == ["%dbsource add shop --type sqlite"]


def test_python_is_completed_as_always(complete, notebook):
    notebook.run("dbchat_value = 1")
    assert complete("dbchat_v|") == ["dbchat_value"]
    assert complete("x = 1 # %dbchat\ndbchat_v|")


def test_a_datasource_that_is_gone_offers_nothing(complete, library):
    library.unlink()
    assert not any("books" in line for line in complete("%dbchat -d 'my library' --tables b|"))


def test_unloading_takes_it_away(complete, notebook):
    before = len(notebook.shell.Completer.custom_matchers)
    notebook.run("%reload_ext dbchat_magic")
    assert len(notebook.shell.Completer.custom_matchers) == before
    notebook.run("%unload_ext dbchat_magic")
    assert complete("%dbchat --data|") == []
    notebook.run("%load_ext dbchat_magic")


def test_a_kernel_answers_a_request(kernel):
    _, client = kernel
    client.execute_interactive("%load_ext dbchat_magic", timeout=60)
    code = "%%dbchat -s\nSELECT count(*) FROM ord"
    client.complete(code)
    content = client.get_shell_msg(timeout=60)["content"]
    assert content["matches"] == ["order_lines", "orders"]
    assert code[content["cursor_start"] :] == "ord"
    client.complete("%dbchat -q --datas")
    assert client.get_shell_msg(timeout=60)["content"]["matches"] == ["--datasource"]
