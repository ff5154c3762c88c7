"""What a front end gets from a real kernel."""

import time

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from dbchat_magic.jupyter.display import VEGALITE

PER_COUNTRY = "-s SELECT country, count(*) AS n FROM customers GROUP BY country"
FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def execute(*cells, allow_errors=False):
    code = ["%load_ext dbchat_magic", *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in code])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=allow_errors).execute()
    return [cell.outputs for cell in notebook.cells[1:]]


def test_table_and_chart_are_two_outputs_and_the_value_none():
    [outputs] = execute(f"%dbchat {PER_COUNTRY}")
    assert [output.output_type for output in outputs] == ["display_data", "display_data"]
    assert sorted(outputs[0].data) == ["text/html", "text/plain"]
    assert sorted(outputs[1].data) == [VEGALITE, "text/plain"]


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
