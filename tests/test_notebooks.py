"""Every notebook runs from top to bottom in a home of its own."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.jupyter.server.clients import NEW, clients  # noqa: F401 - a fixture

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path, clients):  # noqa: F811 - the fixture
    notebook = nbformat.read(path, as_version=4)
    kernel = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    kernel.execute(env={**os.environ, "PYTHONPATH": packages_of(clients[NEW.version])})
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert any("application/vnd.vegalite.v5+json" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if "not installed here" in output.get("text", "")]


def packages_of(python):
    """Where the packages of an environment lie: those that a notebook shows, but the tests' own does not have."""
    (folder,) = python.parents[1].glob("[Ll]ib/**/site-packages")
    return str(folder)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_results(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
