"""What a front end gets from a real kernel."""

import sqlite3
import time

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from dbchat_magic.jupyter.display import VEGALITE
from tests.servers import PASSWORD, READER

PER_COUNTRY = "-s SELECT country, count(*) AS n FROM customers GROUP BY country"
FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def execute(*cells, allow_errors=False):
    code = ["%load_ext dbchat_magic", *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in code])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=allow_errors).execute()
    return [[output for output in cell.outputs if not is_emptied(output)] for cell in notebook.cells[1:]]


def is_emptied(output):
    """A line of progress that has gone again: a reading may take long enough for one on a busy machine."""
    return output.output_type == "display_data" and not any(output.data.values())


def test_table_and_chart_are_two_outputs_and_the_value_none():
    [outputs] = execute(f"%dbchat {PER_COUNTRY}")
    assert [output.output_type for output in outputs] == ["display_data", "display_data"]
    assert sorted(outputs[0].data) == ["text/html", "text/plain"]
    assert sorted(outputs[1].data) == [VEGALITE, "image/png", "text/plain"]


def test_the_value_can_be_used_and_shows_itself_later():
    first, later, quiet = execute(f"%dbchat {PER_COUNTRY}", "_", f"df = %dbchat -q {PER_COUNTRY}\ndf.head(2)")
    assert len(first) == 2
    assert "dataframe" in later[0].data["text/html"]
    assert [output.output_type for output in quiet] == ["execute_result"]


def test_run_all_stops_at_an_error():
    with pytest.raises(CellExecutionError, match="There is no table nothing"):
        execute("%dbchat -s SELECT * FROM nothing", "1 + 1")


def test_an_error_is_shown_without_a_traceback():
    [outputs] = execute("%dbchat -s SELECT * FROM nothing", allow_errors=True)
    assert [output.output_type for output in outputs] == ["error"]
    assert "\n".join(outputs[0].traceback).startswith("There is no table nothing here.")
    assert "File" not in "".join(outputs[0].traceback)


def test_the_stop_button_ends_the_query_and_the_kernel_lives_on(kernel):
    manager, client = kernel
    assert client.execute_interactive("%load_ext dbchat_magic\n%dbchat -q -s SELECT 1", timeout=60)
    request = client.execute(f"%dbchat -s {FOREVER}")
    time.sleep(2)
    started = time.monotonic()
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=30)
    assert reply["parent_header"]["msg_id"] == request
    assert (reply["content"]["status"], reply["content"]["evalue"]) == ("error", "Stopped.")
    assert time.monotonic() - started < 15
    time.sleep(1)  # the kernel drops what comes at once after an error
    again = client.execute_interactive("%dbchat -q how many orders?", timeout=60)
    assert again["content"]["status"] == "ok"


MINUTES = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
    " SELECT count(*) FROM n a, n b, n c, n d"
)
"""Runs that long in every database, and is a question that may be asked."""
CONTROL_BACK = 8.0
"""A second on an idle machine."""
RUNNING = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'reader'",
    "mariadb": "SELECT count(*) FROM information_schema.processlist"
    " WHERE user = 'reader' AND command <> 'Sleep' AND info LIKE 'WITH%'",
}
"""Counts what the server still does for our role."""


@pytest.fixture(params=["sqlite", "duckdb", "postgresql", "mariadb"])
def place(request, tmp_path):
    """A database as -d takes it, and a function that counts the statements which its server still runs."""
    if request.param == "sqlite":
        path = tmp_path / "a.sqlite"
        sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
        return str(path), None
    if request.param == "duckdb":
        path = tmp_path / "a.duckdb"
        duckdb.connect(path).execute("CREATE TABLE t (a INT)").close()
        return str(path), None
    server = request.getfixturevalue(request.param)
    database = server.make_database(f"kernel_{request.param}")
    url = f"{request.param}://{READER}:${{env:READER_PASSWORD}}@{server.host}:{server.port}/{database}"
    return url, lambda: server.execute(RUNNING[request.param])[0][0]


def test_the_stop_button_ends_the_query_in_every_database(place, kernel):
    named, count_running = place
    manager, client = kernel
    start = f"import os; os.environ['READER_PASSWORD'] = {PASSWORD!r}\n%load_ext dbchat_magic"
    works = f"df = %dbchat -q -d {named} -s SELECT 41 + 1 AS n\nassert df.iloc[0, 0] == 42"
    assert client.execute_interactive(f"{start}\n{works}", timeout=60)["content"]["status"] == "ok"
    for _ in range(2):
        request = client.execute(f"%dbchat -d {named} -s {MINUTES}")
        time.sleep(2)
        assert count_running is None or count_running() == 1
        started = time.monotonic()
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=30)
        assert reply["parent_header"]["msg_id"] == request
        assert (reply["content"]["status"], reply["content"]["evalue"]) == ("error", "Stopped.")
        assert time.monotonic() - started < CONTROL_BACK
        assert count_running is None or count_running() == 0
        time.sleep(1)  # the kernel drops what comes at once after an error
        # A worker runs one statement after another: that it answers proves that the other has ended.
        assert client.execute_interactive(works, timeout=20)["content"]["status"] == "ok"
