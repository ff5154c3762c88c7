"""--save, --why and %dbsource answers and terms in a real shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbchat_magic.core.memory import Verified
from tests.jupyter.conftest import Notebook

SQL = "SELECT country, count(*) AS n FROM customers GROUP BY country"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(notebook: Notebook) -> list[Verified]:
    from dbchat_magic.jupyter.notebook import find_settings

    return find_settings(notebook.shell).chat().memory.all()


def test_the_last_answer_is_saved_and_given_again(notebook: Notebook) -> None:
    notebook.run("%dbchat how many orders per country?")
    ran = notebook.run("%dbchat --save")
    assert ran.success
    assert "how many orders per country?" in ran.text
    again = notebook.run("%dbchat please tell me how many orders per country")
    assert any("verified answer" in bundle["text/plain"] for bundle in again.shown)
    assert again.value.attrs["dbchat"]["sql"] == saved(notebook)[0].sql


def test_it_is_saved_under_another_question(notebook: Notebook) -> None:
    notebook.run("%dbchat how many orders per country?")
    notebook.run('%dbchat -S "orders by land"')
    assert [each.question for each in saved(notebook)] == ["orders by land"]


def test_sql_of_ones_own_is_saved_when_it_ran(notebook: Notebook) -> None:
    ran = notebook.run(f'%%dbchat --sql --save "customers by land"\n{SQL}')
    assert ran.success
    assert list(ran.value.columns) == ["country", "n"]
    assert [(each.question, each.sql) for each in saved(notebook)] == [("customers by land", SQL)]
    assert list(notebook.run("%dbchat customers by land").value.columns) == ["country", "n"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%dbchat --save", "no answer to save"),
        ("%dbchat --save how many orders", 'Write %dbchat --save "how many orders"'),
        ("%%dbchat --sql --save\nSELECT 1", "Which question"),
        ('%%dbchat --sql --save "orders"\nDROP TABLE orders', "not a statement that reads"),
        ('%%dbchat --sql --save "orders"\nSELECT nothing FROM orders', "nothing"),
        ('%%dbchat --sql --save "and by month?"\nSELECT 1', "question before it"),
    ],
)
def test_what_cannot_be_saved_is_told(notebook: Notebook, cell: str, message: str) -> None:
    ran = notebook.run(cell)
    assert not ran.success
    assert message in ran.text
    assert saved(notebook) == []


def test_an_answer_is_saved_for_the_datasource_that_gave_it(
    notebook: Notebook, folder: Path, shop_file: Path
) -> None:
    notebook.run("%dbchat how many orders per country?")
    (folder / "mine.sqlite").write_bytes(shop_file.read_bytes())
    notebook.run("%dbsource add mine mine.sqlite")
    notebook.run("%dbchat --save")
    assert "how many orders" not in notebook.run("%dbsource answers").text
    assert "how many orders" in notebook.run("%dbsource answers demo").shown[0]["text/plain"]


def test_after_a_question_that_failed_nothing_is_saved(notebook: Notebook) -> None:
    notebook.run("%dbchat how many orders per country?")
    assert not notebook.run("%dbchat how many zyxwv qponm").success
    assert not notebook.run("%dbchat --save").success
    assert saved(notebook) == []


def test_the_answers_are_listed_edited_and_removed(notebook: Notebook) -> None:
    assert "no verified answers" in notebook.run("%dbsource answers").text
    notebook.run(f'%%dbchat --sql --save "customers by land"\n{SQL}')
    listed = notebook.run("%dbsource answers demo").shown[0]["text/plain"]
    assert "customers by land" in listed
    number = saved(notebook)[0].id
    assert notebook.run(f"%dbsource answers edit {number}").success
    cell = notebook.shell.rl_next_input
    assert cell == f"%%dbchat --datasource 'demo' --sql --save \"customers by land\"\n{SQL}"
    notebook.run(f"{cell} ORDER BY n")
    assert [each.sql for each in saved(notebook)] == [SQL + " ORDER BY n"]
    assert notebook.run(f"%dbsource answers demo remove {saved(notebook)[0].id}").success
    assert saved(notebook) == []


def test_the_answers_are_exported_imported_and_checked(notebook: Notebook, folder: Path) -> None:
    notebook.run(f'%%dbchat --sql --save "customers by land"\n{SQL}')
    assert "1 written" in notebook.run("%dbsource answers export kept.jsonl").text
    with (folder / "kept.jsonl").open("a") as file:
        file.write(json.dumps({"question": "all visits", "sql": "SELECT * FROM visits"}) + "\n")
    ran = notebook.run("%dbsource answers import kept.jsonl")
    assert "1 of them do not run here" in ran.text
    assert "all visits" in ran.text
    assert "2 checked; 1 of them" in notebook.run("%dbsource answers check").text


@pytest.mark.parametrize(
    ("line", "message"),
    [("answers remove", "Which answer?"), ("answers remove 7", "no verified answer 7"), ("answers demo forget", "know no 'forget'"),
     ("answers export", "Which file?"), ("answers import nowhere.jsonl", "cannot be read")],
)  # fmt: skip
def test_a_wrong_action_is_told(notebook: Notebook, line: str, message: str) -> None:
    ran = notebook.run(f"%dbsource {line}")
    assert not ran.success
    assert message in ran.text


def test_a_glossary_begins_as_a_draft_that_changes_nothing(notebook: Notebook, folder: Path) -> None:
    ran = notebook.run("%dbsource terms")
    path = folder / "demo.dbchat.yaml"
    assert str(path) in ran.text
    written = path.read_text()
    assert "# orders: status <> 'cancelled'" in written
    assert "Berlin" not in written, "no values of the data"
    assert "nothing yet" in notebook.run("%dbsource terms demo").text
    assert path.read_text() == written
    before = notebook.run("%dbchat how many orders are there").value.iloc[0, 0]
    path.write_text(written.replace("  # orders: status <>", "  orders: status <>"))
    assert "1 filter" in notebook.run("%dbsource terms").text
    assert notebook.run("%dbchat how many orders are there").value.iloc[0, 0] < before


def test_every_line_of_a_draft_can_be_used(notebook: Notebook, folder: Path) -> None:
    notebook.run("%dbsource terms")
    path = folder / "demo.dbchat.yaml"
    lines = [
        line.replace("  # ", "  ", 1) for line in path.read_text().splitlines() if not line.endswith(": ")
    ]
    path.write_text("\n".join(lines))
    ran = notebook.run("%dbsource terms")
    assert ran.success, ran.text


def test_what_is_wrong_in_a_glossary_is_a_line(notebook: Notebook, folder: Path) -> None:
    (folder / "demo.dbchat.yaml").write_text("metrics:\n  takings: sum(unit_prise)\n")
    ran = notebook.run("%dbchat takings per country")
    assert not ran.success
    assert "demo.dbchat.yaml, line 2" in ran.text
    assert "'unit_price'" in ran.text
    assert "Traceback" not in ran.text


def test_why_says_what_the_sql_does_and_then_how_it_was_read(notebook: Notebook) -> None:
    notebook.run("%dbchat how many orders per country?")
    text = notebook.run("%dbchat --why").text
    assert text.index("Makes one row for each country of customers.") < text.index("Question")
    notebook.run(f"%%dbchat --sql\n{SQL}")
    text = notebook.run("%dbchat --why").text
    assert "Makes one row for each country." in text
    assert "orders" not in text, "the question before is no longer the last one"


def test_why_of_a_verified_answer_says_that_it_is_one(notebook: Notebook) -> None:
    notebook.run(f'%%dbchat --sql --save "customers by land"\n{SQL}')
    notebook.run("%dbchat customers by land")
    text = notebook.run("%dbchat --why").text
    assert "verified answer" in text
    assert "number of rows as n" in text


# ---------------------------------------------------------------------------------------- conversations


@pytest.fixture
def two(notebook: Notebook, folder: Path, shop_file: Path) -> Notebook:
    """A notebook with two datasources beside the demo."""
    for name in ("one", "two"):
        (folder / f"{name}.sqlite").write_bytes(shop_file.read_bytes())
        notebook.run(f"%dbsource add {name} {name}.sqlite")
    return notebook


def test_each_datasource_has_its_conversation(two: Notebook) -> None:
    two.run("%dbchat -d one how many orders are there?")
    two.run("%dbchat -d two how many suppliers are there?")
    assert "orders" in two.run("%dbchat -d one and by country?").value.attrs["dbchat"]["sql"]
    assert "suppliers" in two.run("%dbchat -d two and by country?").value.attrs["dbchat"]["sql"]
    assert "orders" in two.run("%dbchat -d ONE and only those from France?").value.attrs["dbchat"]["sql"]


def test_a_datasource_is_the_same_however_it_is_named(notebook: Notebook) -> None:
    notebook.run("%dbchat how many orders are there?")
    assert notebook.run("%dbchat -d demo and by country?").success
    notebook.run("%dbsource use demo")
    assert "France" in notebook.run("%dbchat only those from France").value.attrs["dbchat"]["sql"]


def test_new_forgets_one_conversation(two: Notebook) -> None:
    two.run("%dbchat -d one how many orders are there?")
    two.run("%dbchat -d two how many suppliers are there?")
    two.run("%dbchat -d one --new")
    assert not two.run("%dbchat -d one and by country?").success
    assert two.run("%dbchat -d two and by country?").success


def test_many_questions_elsewhere_do_not_push_a_conversation_out(two: Notebook) -> None:
    two.run("%dbchat -d one how many orders are there?")
    for _ in range(12):
        two.run("%dbchat -d two how many suppliers are there?")
    assert "orders" in two.run("%dbchat -d one and by country?").value.attrs["dbchat"]["sql"]


def test_a_conversation_goes_on_after_a_question_that_failed(notebook: Notebook) -> None:
    notebook.run("%dbchat how many orders are there?")
    assert not notebook.run("%dbchat how many zyxwv qponm").success
    assert "orders" in notebook.run("%dbchat and by country?").value.attrs["dbchat"]["sql"]


def test_a_conversation_goes_on_from_verified_answers_and_own_sql(notebook: Notebook) -> None:
    notebook.run("%dbchat how many suppliers are there?")
    notebook.run('%%dbchat --sql --save "all buyers"\nSELECT first_name, country FROM customers')
    notebook.run("%dbchat all buyers")
    assert "customers" in notebook.run("%dbchat only those from France").value.attrs["dbchat"]["sql"]
    notebook.run("%%dbchat --sql\nSELECT name, country FROM stores")
    assert "stores" in notebook.run("%dbchat only those from France").value.attrs["dbchat"]["sql"]
