"""How long the sidebar takes to open in a real JupyterLab, and how smoothly 5,000 tables scroll.

From its activation until the datasources and the first tables are seen, the page being loaded; medians of
several openings, each in a page of its own.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.conftest import CHROMIUM, FLAGS, Lab, run_lab

OPEN = """async () => {
    const isSeen = words => document.querySelector(`#dbchat-sidebar ${words}`) !== null;
    const times = {};
    const begun = performance.now();
    window.jupyterapp.shell.activateById('dbchat-sidebar');
    const shown = () => document.querySelector('#dbchat-sidebar')?.offsetParent !== null;
    while (!(times.shown && times.datasources && times.tables)) {
        await new Promise(resolve => requestAnimationFrame(resolve));
        const now = performance.now() - begun;
        times.shown ??= shown() ? now : undefined;
        times.datasources ??= isSeen('input[type=radio]') ? now : undefined;
        times.tables ??= isSeen('[role=treeitem]') ? now : undefined;
    }
    return times;
}"""
SCROLL = """async () => {
    const tree = document.querySelector('#dbchat-sidebar [role=tree]');
    const frames = [];
    for (let step = 0; step < 200; step++) {
        const begun = performance.now();
        tree.scrollTop += 300;
        await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
        frames.push(performance.now() - begun);
    }
    return frames;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        run_lab(Path(folder)) as lab,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = [open_sidebar(browser, lab) for _ in range(runs + 1)][1:]  # the first fills caches
        for part in ("shown", "datasources", "tables"):
            print(f"{part:12} {statistics.median(each[part] for each in opened):7.0f} ms")
        frames = sorted(scroll(browser, lab))
        print(
            f"scrolling    {frames[len(frames) // 2]:7.1f} ms a step, 95% {frames[len(frames) * 19 // 20]:.1f} ms"
        )
        browser.close()


def load(browser: Browser, lab: Lab) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(f"{lab.url}lab?token={lab.token}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.wait_for_timeout(2_000)  # JupyterLab itself is still at work
    return page


def open_sidebar(browser: Browser, lab: Lab) -> dict[str, float]:
    page = load(browser, lab)
    times: dict[str, float] = page.evaluate(OPEN)
    page.context.close()
    return times


def scroll(browser: Browser, lab: Lab) -> list[float]:
    """Milliseconds of each step through a datasource of 5,000 tables."""
    with sqlite3.connect(lab.folder / "many.sqlite") as database:
        tables = ";".join(f"CREATE TABLE t{at:04} (id INTEGER PRIMARY KEY, a TEXT)" for at in range(5_000))
        database.executescript(f"BEGIN;{tables};COMMIT")
    page = load(browser, lab)
    page.evaluate(OPEN)
    page.get_by_role("button", name="Add a datasource").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("many")
    form.get_by_label("File", exact=True).fill("many.sqlite")
    form.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("treeitem", name="t0000").wait_for(timeout=300_000)
    frames: list[float] = page.evaluate(SCROLL)
    page.context.close()
    return frames


if __name__ == "__main__":
    main()
