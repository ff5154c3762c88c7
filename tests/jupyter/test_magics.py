import sqlite3
import subprocess
import sys
from contextlib import closing

import duckdb
import pandas as pd
import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.ask import Answer
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.display import VEGALITE

PER_COUNTRY = "-s SELECT country, count(*) AS n FROM customers GROUP BY country"
ANSWER, CHART = ["text/html", "text/plain"], [VEGALITE, "image/png", "text/plain"]


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "my shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE visits (visit_id INTEGER PRIMARY KEY, city TEXT)")
        connection.execute("INSERT INTO visits (city) VALUES ('Bonn'), ('Köln')")
        connection.commit()
    return path


class Unsure:
    """A translator that has three readings of everything."""

    name = "unsure"

    def __init__(self):
        self.asked = []

    def translate(self, question, schema):
        self.asked.append(question)
        readings = [Translation(f"SELECT {n} AS n", f"The number {n}.", confidence=0.3) for n in (1, 2, 3)]
        return Translation("SELECT 1 AS n", "The number 1.", confidence=0.3, alternatives=tuple(readings[1:]))

    def repair(self, question, schema, translation, error):
        raise error


@pytest.fixture
def unsure(notebook):
    translator = Unsure()
    magics = notebook.shell.magics_manager.registry["DbChatMagics"]
    magics.settings._chat = DbChat(translator=translator, settings=magics.settings.settings())
    return translator


def test_an_answer_is_shown_once_with_its_chart_beside_it(notebook):
    ran = notebook.run(f"%dbchat {PER_COUNTRY}")
    assert ran.success
    assert ran.types == [ANSWER, CHART]
    assert isinstance(ran.value, pd.DataFrame)
    assert notebook.run("_").value is ran.value


def test_a_question_in_plain_words(notebook):
    ran = notebook.run("%dbchat how many customers are there?")
    assert ran.value.iloc[0, 0] == 2400
    assert ran.value.attrs["dbchat"]["datasource"] == "demo"
    assert "customers" in ran.value.attrs["dbchat"]["sql"]
    assert ran.value.attrs["dbchat"]["reading"]


def test_the_value_is_an_ordinary_dataframe_that_shows_itself_as_always(notebook):
    notebook.run(f"df = %dbchat {PER_COUNTRY}")
    assert type(notebook.names["df"]) is pd.DataFrame
    for cell in ("df", "_", f"%dbchat -q {PER_COUNTRY}\n_"):
        assert "Germany  606" in notebook.run(cell).text
    notebook.run(f"%dbchat {PER_COUNTRY}")
    assert "Germany  606" in notebook.run("_").text


def test_an_assignment_shows_the_answer_too_and_only_once(notebook):
    assert notebook.run(f"df = %dbchat {PER_COUNTRY}").types == [ANSWER, CHART]
    ran = notebook.run(f"df = %dbchat -q {PER_COUNTRY}\ndf['double'] = df.n * 2\ndf")
    assert "double" in ran.text


@pytest.mark.parametrize(
    "cell", ["%dbchat -q how many orders", "%dbchat how many orders;", "%dbchat -q how many orders?;"]
)
def test_quiet_and_a_semicolon_show_nothing(notebook, cell):
    ran = notebook.run(cell)
    assert ran.success
    assert ran.shown == []
    assert ran.text in ("", "Out[1]: ")
    assert isinstance(ran.value, pd.DataFrame)


def test_two_arrows_store_silently_and_with_an_equals_sign_show(notebook):
    ran = notebook.run("%%dbchat -s few <<\nSELECT 1 AS n")
    assert (ran.shown, ran.value, len(notebook.names["few"])) == ([], None, 1)
    ran = notebook.run("%%dbchat -s more = <<\nSELECT 1 AS n UNION SELECT 2")
    assert ran.types == [ANSWER]
    assert ran.value is notebook.names["more"]
    notebook.run("%dbchat -o third -s SELECT 1 AS n")
    assert len(notebook.names["third"]) == 1


def test_apostrophes_and_braces_stay_in_the_text(notebook):
    notebook.run("x = 'replaced'")
    ran = notebook.run("""%dbchat -s SELECT 'O''Leary {x} $x' AS name""")
    assert ran.value.iloc[0, 0] == "O'Leary {x} $x"


def test_only_as_many_rows_as_asked_for(notebook):
    assert len(notebook.run("%dbchat -n 3 -s SELECT * FROM orders").value) == 3
    ran = notebook.run("%dbchat -n 0 -s SELECT * FROM orders")
    assert len(ran.value) == 0
    assert "order_id" in ran.value.columns


def test_no_run_gives_the_translation(notebook):
    ran = notebook.run("%dbchat -N how many orders?")
    assert isinstance(ran.value, Translation)
    assert ran.types == [ANSWER]
    assert notebook.run("_").types == [ANSWER]
    assert notebook.run("%dbchat -N -s SELECT 1").value.sql == "SELECT 1"


def test_only_the_tables_named_are_used(notebook):
    assert not notebook.run("%dbchat --tables products how many orders?").success


def test_the_chart_that_is_asked_for(notebook):
    assert notebook.run(f"%dbchat --chart pie {PER_COUNTRY}").shown[1][VEGALITE]["mark"]["type"] == "arc"
    assert notebook.run(f"%dbchat --chart none {PER_COUNTRY}").types == [ANSWER]
    ran = notebook.run(f"%dbchat --chart hologram {PER_COUNTRY}")
    assert "heatmap" in ran.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-s DROP TABLE orders", "read"),
        ("-s SELECT * FROM nothing", "nothing"),
        ("-d nowhere how many?", "There is no datasource 'nowhere'"),
        ("-d missing.sqlite how many?", "There is no file"),
        ("-d sqlite://me:word@/x how many?", "A SQLite URL has no username"),
        ("-n many orders", "'many' is not a number of rows"),
        ("-m gpt orders", "It is not known where the model gpt is"),
        ("--zzz orders", "There is no option --zzz"),
        ("zorgle the blorp", "You can ask about"),
        ("7", "There is no choice 7"),
        ("--why", "Nothing has been asked yet"),
    ],
)
def test_an_error_is_a_line_and_a_hint_and_the_cell_fails(notebook, line, said):
    ran = notebook.run(f"%dbchat {line}\nafter = True")
    assert not ran.success
    assert said in ran.text
    assert "Traceback" not in ran.text
    assert ran.text.strip().count("\n") <= 2
    assert "after" not in notebook.names


def test_errors_can_be_had_in_full(notebook):
    notebook.run("%config DbChat.short_errors = False")
    ran = notebook.run("%dbchat -s SELECT * FROM nothing")
    assert isinstance(ran.error, DbChatError)
    assert "Traceback" in ran.text


def test_a_bug_stays_a_traceback(notebook, unsure):
    unsure.translate = lambda question, schema: 1 / 0
    ran = notebook.run("%dbchat how many orders?")
    assert isinstance(ran.error, ZeroDivisionError)
    assert "Traceback" in ran.text


def test_the_stop_button_is_one_line_and_the_cell_fails(notebook, unsure):
    def stop(question, schema):
        raise KeyboardInterrupt

    unsure.translate = stop
    ran = notebook.run("%dbchat how many orders?\nafter = True")
    assert ran.text.strip() == "Stopped."
    assert not ran.success
    assert "after" not in notebook.names


def test_an_escape_sequence_in_an_error_is_not_obeyed(notebook):
    assert "\x1b" not in notebook.run("%dbchat -d '\x1b[2J' how many orders?").text


def test_what_is_ambiguous_is_listed_and_a_number_takes_one(notebook, unsure):
    ran = notebook.run("%dbchat --chart none a number")
    assert not ran.success
    assert ran.text.split("\n")[:5] == [
        "This can be read in several ways:",
        "  1. The number 1.",
        "  2. The number 2.",
        "  3. The number 3.",
        "Take one with %dbchat 1, or ask more precisely.",
    ]
    ran = notebook.run("%dbchat 2")
    assert ran.value.iloc[0, 0] == 2
    assert ran.value.attrs["dbchat"]["reading"] == "The number 2."
    assert notebook.run("%dbchat 4").error is not None
    assert "Read as: The number 2." in notebook.run("%dbchat --why").text


def test_why_tells_what_the_words_may_mean_and_what_was_tried(notebook):
    notebook.run("%dbchat --chart none how many orders are there per channel")
    why = notebook.run("%dbchat --why").text
    assert "column orders.channel" in why
    assert "chosen, confidence" in why
    assert not notebook.run("%dbchat -d demo colourless green ideas sleep").success
    assert "colourless green ideas sleep" in notebook.run("%dbchat --why").text


def test_a_conversation_is_handed_on_until_it_is_forgotten(notebook, unsure):
    notebook.run("%config DbChat.confidence = 0.1")
    magics = notebook.shell.magics_manager.registry["DbChatMagics"]
    magics.settings._chat = DbChat(translator=unsure, settings=magics.settings.settings())
    notebook.run("%dbchat -q first")
    notebook.run("%dbchat -q second")
    assert [turn.question for turn in unsure.asked[-1].history] == ["first"]
    notebook.run("%dbchat -q --new third")
    assert unsure.asked[-1].history == ()


def test_alone_it_says_where_one_is_and_how_to_go_on(notebook):
    text = notebook.run("%dbchat").text
    assert "demo, the built-in shop (13 tables" in text
    assert "%dbchat how many" in text


@pytest.mark.parametrize(
    "cell",
    ["%dbchat --help", "%dbchat -h", "%dbchat ?", "%dbsource --help", "%dbsource add --help", "%dbchat?"],
)
def test_help(notebook, cell):
    assert notebook.run(cell).success
    assert "--no-run" in notebook.shell.find_line_magic("dbchat").__doc__


def test_the_history(notebook):
    notebook.run("%dbchat -q how many orders?")
    assert "how many orders?" in notebook.run("%dbchat --history").shown[0]["text/plain"]


def test_the_settings_are_traits(notebook):
    notebook.run("%config DbChat.displaylimit = 2")
    assert "first 2 of" in notebook.run("%dbchat -s SELECT * FROM stores").shown[0]["text/plain"]
    notebook.run("%config DbChat.row_limit = 4")
    assert len(notebook.run("%dbchat -s SELECT * FROM stores").value) == 4
    assert "Most rows" in notebook.run("%config DbChat").text


def test_decimals_are_as_the_setting_says(notebook, tmp_path):
    with duckdb.connect(tmp_path / "shop.duckdb") as database:
        database.execute("CREATE TABLE sales AS SELECT 'Spain' AS country, 19.90::DECIMAL(10, 2) AS price")
    asked = f"%dbchat --cache -d {tmp_path / 'shop.duckdb'} -s SELECT price FROM sales"
    assert notebook.run(asked).value["price"].tolist() == [19.9]
    notebook.run("%config DbChat.decimals = 'exact'")
    assert str(notebook.run(asked).value["price"][0]) == "19.90"
    notebook.run("%config DbChat.decimals = 'money'")
    assert notebook.run("%config DbChat.decimals").value == "exact"


def test_the_settings_start_from_the_environment(notebook, monkeypatch):
    monkeypatch.setenv("DBCHAT_ROW_LIMIT", "7")
    notebook.run("%reload_ext dbchat_magic")
    assert len(notebook.run("%dbchat -s SELECT * FROM stores").value) == 7
    monkeypatch.setenv("DBCHAT_TIMEOUT", "soon")
    notebook.run("%reload_ext dbchat_magic")
    assert "DBCHAT_TIMEOUT" in notebook.run("%dbchat -s SELECT 1").text


def test_datasources_are_added_used_shown_renamed_and_removed(notebook, shop):
    assert "in use now" in notebook.run(f"%dbsource add mine {shop}").text
    assert notebook.run("%dbchat -q -s SELECT * FROM visits").value.attrs["dbchat"]["datasource"] == "mine"
    assert "→" in notebook.run("%dbsource list").shown[0]["text/plain"]
    assert str(shop) in notebook.run("%dbsource show").shown[0]["text/html"]
    assert "visits" in notebook.run("%dbsource schema").shown[0]["text/html"]
    notebook.run("%dbsource rename mine 'my shop'")
    assert notebook.run("%dbchat -q -s SELECT * FROM visits").value.attrs["dbchat"]["datasource"] == "my shop"
    notebook.run("%dbsource use demo")
    assert notebook.run("%dbchat -q how many orders?").value.iloc[0, 0] == 8600
    assert notebook.run("%dbchat -q -d 'my shop' -s SELECT * FROM visits").success
    assert "not touched" in notebook.run("%dbsource remove 'my shop'").text
    assert "my shop" not in notebook.run("%dbsource list").shown[0]["text/plain"]
    assert shop.exists()


@pytest.mark.parametrize(
    "line",
    ["add mine --type sqlite --path '{}'", "add mine --comment 'of mine' '{}'", "add mine sqlite:///{}"],
)
def test_ways_to_name_a_place(notebook, shop, line):
    assert notebook.run(f"%dbsource {line.format(shop)}").success
    assert notebook.run("%dbchat -q -s SELECT * FROM visits").success


def test_a_file_can_be_used_without_keeping_it(notebook, shop):
    assert notebook.run(f"%dbsource use '{shop}'").success
    assert notebook.run("%dbchat -q -s SELECT * FROM visits").success
    assert "only the built-in demo" in notebook.run("%dbsource show mine").text
    assert str(shop) in notebook.run("%dbsource show").shown[0]["text/html"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("frobnicate", "There is add, list, use"),
        ("add", "%dbsource add NAME FILE"),
        ("add mine", "%dbsource add NAME FILE"),
        ("add mine missing.sqlite", "There is no file"),
        ("add mine --type postgresql --password secret", "A password does not belong on a line"),
        ("add mine --type postgresql --password=secret", "A password does not belong on a line"),
        ("add mine postgresql://me:secret@host/db?options=x", "options of the URL are not taken: options"),
        ("use sybase://me:secret@host/db", "URLs begin with"),
        ("use", "%dbsource use NAME"),
        ("use nothing", "There is no datasource 'nothing'"),
        ("remove", "%dbsource remove NAME"),
        ("remove nothing", "There is no datasource 'nothing'"),
        ("rename one", "%dbsource rename OLD NEW"),
        ("refresh nothing", "There is no datasource 'nothing'"),
    ],
)
def test_what_is_wrong_with_a_datasource_is_said(notebook, line, said):
    ran = notebook.run(f"%dbsource {line}")
    assert not ran.success
    assert said in ran.text
    assert "secret" not in ran.text
    assert "Traceback" not in ran.text


def test_an_answer_of_the_python_interface_shows_itself_alike(notebook):
    ran = notebook.run(
        "from dbchat_magic import DbChat\nDbChat().run('SELECT city, count(*) AS n FROM stores GROUP BY city')"
    )
    assert isinstance(ran.value, Answer)
    assert ran.types == [ANSWER, CHART]


def test_loading_twice_and_unloading_leave_nothing_double(notebook):
    for _ in range(3):
        notebook.run("%reload_ext dbchat_magic")
    names = [type(each).__name__ for each in notebook.shell.configurables]
    assert names.count("DbChat") == 1
    assert notebook.run("%dbchat -q how many orders?").success
    notebook.run("%unload_ext dbchat_magic")
    assert notebook.shell.find_line_magic("dbchat") is None
    assert "DbChat" not in [type(each).__name__ for each in notebook.shell.configurables]
    notebook.run("%load_ext dbchat_magic")
    assert notebook.run("%dbchat -q how many orders?").success


def test_loading_prints_nothing_and_imports_nothing_heavy():
    program = (
        "from IPython.core.interactiveshell import InteractiveShell; import sys; shell = InteractiveShell.instance();"
        "shell.run_line_magic('load_ext', 'dbchat_magic');"
        "print(sorted({'pandas', 'numpy', 'sqlalchemy', 'sqlglot', 'openai', 'ipywidgets'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_test_says_that_a_datasource_works(notebook):
    assert "13 tables" in notebook.run("%dbsource test demo").text
    assert not notebook.run("%dbsource test nowhere.sqlite").success


def test_a_cached_answer_is_given_while_the_data_are_the_same(notebook, shop):
    asked = f"%dbchat --cache -d '{shop}' how many visits?"
    first = notebook.run(asked).value
    first.iloc[0, 0] = 99  # the user's own copy
    again = notebook.run(asked)
    assert again.value.iloc[0, 0] == 2
    assert "the data have not changed" in str(again.shown)
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("INSERT INTO visits (city) VALUES ('Wien')")
        connection.commit()
    changed = notebook.run(asked)
    assert changed.value.iloc[0, 0] == 3
    assert "the data have not changed" not in str(changed.shown)


def test_a_file_is_written_and_its_path_is_the_value(notebook, shop, tmp_path):
    ran = notebook.run(f"%dbchat -s -d '{shop}' -o '{tmp_path / 'out.csv'}' SELECT city FROM visits")
    assert ran.value == tmp_path / "out.csv"
    assert "2 rows" in ran.text
    assert (tmp_path / "out.csv").read_text("utf-8") == "city\nBonn\nKöln\n"
    asked = notebook.run(f"%dbchat -d '{shop}' -o '{tmp_path / 'all.parquet'}' show all visits")
    assert len(pd.read_parquet(asked.value)) == 2
    assert not notebook.run(f"%dbchat -s -d '{shop}' -o '{tmp_path / 'out.doc'}' SELECT 1").success
