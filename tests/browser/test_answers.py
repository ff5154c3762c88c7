"""Answers of every shape as front ends show them: JupyterLab, Notebook 7, nbconvert's HTML and its print.

One notebook is run in JupyterLab; the others open what it saved. Pictures lie in `screenshots/`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import nbformat
import pytest

from tests.browser.conftest import SCREENSHOTS, Lab
from tests.browser.test_lab import picture, wait_until_idle
from tests.shapes import SHAPES, cell_of

DRAWN = [name for name, shape in SHAPES.items() if shape.chart not in (None, "number")]
NOTEBOOK = "shapes.ipynb"


@pytest.fixture(scope="module")
def shapes(lab: Lab) -> str:
    duckdb.connect(lab.folder / "shapes.duckdb").close()
    sources = ["%load_ext dbchat_magic", *map(cell_of, SHAPES.values())]
    written = nbformat.v4.new_notebook(
        cells=list(map(nbformat.v4.new_code_cell, sources)),
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(written, lab.folder / NOTEBOOK)
    return NOTEBOOK


def test_every_shape_is_shown_by_every_front_end(page, lab: Lab, shapes: str, tmp_path: Path):
    run_in_lab(page, lab, shapes)
    look_at_outputs(page, "JupyterLab")
    sort_and_copy(page)
    look_in_the_dark(page)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("window.jupyterapp.shell.currentWidget.context.model.dirty === false")
    saved = nbformat.read(lab.folder / shapes, as_version=4)
    check_bundles(saved)

    open_untrusted(page, lab, saved)
    look_at_outputs(page, "JupyterLab, not trusted")
    assert not page.get_by_role("button", name="Copy SQL").first.is_visible()

    page.goto(f"{lab.url}notebooks/{shapes}?token={lab.token}")
    page.locator(".jp-Notebook .jp-OutputArea-output").first.wait_for()
    look_at_outputs(page, "Notebook 7")

    look_at_nbconvert(page, lab.folder / shapes, tmp_path)


def run_in_lab(page, lab: Lab, notebook: str) -> None:
    page.goto(lab.address_of(notebook))
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    wait_until_idle(page)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_until_idle(page)


def look_at_outputs(page, front: str) -> None:
    """Every result is there as a table and each chart is drawn, without an error and without running markup."""
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    for number, (name, shape) in enumerate(SHAPES.items(), start=1):
        cell = cells.nth(number)
        cell.scroll_into_view_if_needed()
        cell.locator(".jp-RenderedHTML table").first.wait_for()
        if name in DRAWN:
            cell.locator(".vega-embed canvas, .vega-embed svg").first.wait_for()
        picture(page, f"shape-{front}-{name}".replace(" ", "-")) if name in PICTURED else None
        assert cell.locator(".vega-embed").count() == (name in DRAWN), name
        assert cell.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0, name
        assert shape.chart != "number" or cell.locator(".dbchat-figure, p strong").count(), name
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0


PICTURED = (
    "one cell",
    "months and groups",
    "eighty categories",
    "two categories",
    "very long text",
    "right to left",
)


def sort_and_copy(page) -> None:
    """What a front end that runs our handlers offers: heads that sort, a button that copies."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(1 + list(SHAPES).index("categories"))
    cell.scroll_into_view_if_needed()
    head = cell.get_by_role("columnheader", name="country")
    head.click()
    assert cell.locator("tbody tr td:first-child").all_inner_texts() == ["France", "Italy", "Spain"]
    cell.get_by_role("columnheader", name="total_amount").press("Enter")
    assert cell.locator("tbody tr td:first-child").all_inner_texts() == ["Spain", "France", "Italy"]
    assert cell.get_by_role("columnheader", name="total_amount").get_attribute("aria-sort") == "ascending"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell.locator(".dbchat > details > summary").click()
    cell.get_by_role("button", name="Copy SQL").click()
    cell.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == SHAPES["categories"].sql


def look_in_the_dark(page) -> None:
    """Words, figures and marks are seen on black: the text takes the theme's colour."""
    theme = "window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: 'JupyterLab {}' }})"
    page.evaluate(theme.format("Dark"))
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(1 + list(SHAPES).index("months and groups"))
    cell.scroll_into_view_if_needed()
    picture(page, "shape-dark")
    light = cell.locator("table td").first.evaluate("node => getComputedStyle(node).color")
    assert min(map(int, re.findall(r"\d+", light)[:3])) > 128
    page.evaluate(theme.format("Light"))
    page.wait_for_function("document.body.dataset.jpThemeLight === 'true'")


def check_bundles(notebook: nbformat.NotebookNode) -> None:
    """Each output carries its text, each chart also a picture with its words: for GitHub and mails."""
    for name, cell in zip(SHAPES, notebook.cells[1:], strict=True):
        bundles = [output for output in cell.outputs if output.output_type == "display_data"]
        assert all("text/plain" in output.data for output in bundles), name
        assert len(bundles) == 1 + (name in DRAWN), name
        if name in DRAWN:
            assert "image/png" in bundles[1].data
            assert bundles[1].metadata["image/png"]["alt"]
            assert "text/html" not in bundles[1].data  # JupyterLab would take it instead of the chart


def open_untrusted(page, lab: Lab, saved: nbformat.NotebookNode) -> None:
    """As a notebook that came by mail: JupyterLab takes every handler away."""
    foreign = json.loads(json.dumps(saved))
    foreign["cells"][0]["source"] = "%load_ext dbchat_magic  # from elsewhere"
    for cell in foreign["cells"]:
        cell["metadata"].pop("trusted", None)
    (lab.folder / "foreign.ipynb").write_text(json.dumps(foreign), "utf-8")
    page.goto(lab.address_of("foreign.ipynb"))
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(".jp-Notebook .jp-OutputArea-output").first.wait_for()


def look_at_nbconvert(page, notebook: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(folder), str(notebook)]
    subprocess.run(command, check=True, capture_output=True)
    page.route("http*://**", lambda route: route.abort())  # there is no network
    page.goto((folder / "shapes.html").as_uri())
    assert page.locator(".jp-OutputArea-output table").count() >= len(SHAPES)
    pictures = page.locator(".jp-RenderedImage img")
    assert pictures.count() == len(DRAWN)
    assert all(image.get_attribute("alt") for image in pictures.all())
    assert all(image.evaluate("node => node.complete && node.naturalWidth > 100") for image in pictures.all())
    assert page.evaluate("window.ran") is None
    page.screenshot(path=SCREENSHOTS / "shapes-nbconvert.png", full_page=True)
    assert page.pdf().startswith(b"%PDF")
