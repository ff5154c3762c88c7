"""Answer view: an answer in tabs: its table, its chart, its SQL to be changed and run, and how it was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from dbchat_magic.core.chart import KINDS, choose_chart
from dbchat_magic.jupyter.display import NOTEBOOK_WIDTH, chart_bundle
from dbchat_magic.jupyter.widgets.controls import WHOLE, Tabs, button, field, hint_html, row, show
from dbchat_magic.jupyter.widgets.downloads import CSV, PARQUET, offer_html
from dbchat_magic.language import counted, phrase
from dbchat_magic.rendering.cells import plain
from dbchat_magic.rendering.html import block, figure_html, reading_html, table_html, text

if TYPE_CHECKING:
    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.translator import Translation

AUTOMATIC = ""


class AnswerView:
    """One answer at a time. `press` wraps what a button does, so that errors are told."""

    def __init__(
        self,
        press: Callable[[Callable[[], None]], Callable[[], None]],
        displaylimit: Callable[[], int],
        run: Callable[[str], None],
        take: Callable[[Translation], None],
        verify: Callable[[], None],
        to_cell: Callable[[], None],
    ) -> None:
        self._displaylimit = displaylimit
        self._take = take
        self._press = press
        self.answer: Answer | None = None
        self._table = ipywidgets.Output()
        self._kind = field(
            phrase("Chart"),
            phrase("What kind of chart"),
            ipywidgets.Dropdown,
            options=[(phrase("as the data suggest"), AUTOMATIC), *((phrase(kind), kind) for kind in KINDS)],
        )
        self._kind.layout = {"width": "24em"}
        self._chart = ipywidgets.Output()
        self.sql = field(
            "SQL", phrase("Change it and run it; it is only let read"), ipywidgets.Textarea, rows=8
        )
        self.sql.add_class("dbchat-code")
        self.sql.layout = WHOLE
        self._read = ipywidgets.HTML()
        self._others = ipywidgets.VBox()
        self._link = ipywidgets.HTML()
        run_sql = button(
            phrase("Run SQL"), phrase("Run the SQL as it stands here"), press(lambda: run(self.sql.value))
        )
        tabs = Tabs(
            (phrase("Table"), ipywidgets.VBox([self._table])),
            (phrase("Chart"), ipywidgets.VBox([self._kind, self._chart])),
            ("SQL", ipywidgets.VBox([self.sql, row(run_sql)])),
            (phrase("How it was read"), ipywidgets.VBox([self._read, self._others])),
        )
        self._actions = row(
            button(
                phrase("Save as verified"),
                phrase("It is right: the same question is answered by this SQL from now on"),
                press(verify),
            ),
            button(phrase("To a new cell"), phrase("The SQL as a cell of this notebook"), press(to_cell)),
            button("CSV", phrase("Download the rows as CSV"), press(lambda: self._offer(CSV))),
            button("Parquet", phrase("Download the rows as Parquet"), press(lambda: self._offer(PARQUET))),
            self._link,
            indented=False,
        )
        self.box = ipywidgets.VBox([tabs.box, self._actions])
        self._kind.observe(lambda change: press(lambda: self._draw_chart(change.new))(), "value")
        self.clear()

    def clear(self) -> None:
        self.answer = None
        self._link.value = ""
        show(self.box, False)

    def draw(self, answer: Answer) -> None:
        """Show an answer; the tab that is open stays open."""
        self.answer = answer
        self._link.value = ""
        limit = max(1, self._displaylimit())
        table = table_html(answer.frame, limit, answer.truncated, answer.question or phrase("Result"))
        show_bundle(self._table, {"text/html": block(figure_html(answer), table), "text/plain": ""})
        if self._kind.value == AUTOMATIC:
            self._draw_chart(AUTOMATIC)
        else:
            self._kind.value = AUTOMATIC  # draws it
        self.sql.value = answer.sql
        self._read.value = how_it_was_read_html(answer)
        self._others.children = tuple(self._choice_buttons(answer.alternatives))
        show(self.box, True)

    def _choice_buttons(self, choices: Sequence[Translation]) -> list[Any]:
        if not choices:
            return []
        told = ipywidgets.HTML(hint_html(phrase("It could also be read so:")))
        return [told, *choice_buttons(choices, self._press, self._take)]

    def _draw_chart(self, kind: str) -> None:
        answer = self.answer
        if answer is None:
            return
        if kind != AUTOMATIC:
            answer = replace(answer, chart=choose_chart(answer.frame, kind, title=answer.question))
        if answer.chart is None:
            said = phrase("No chart: the table says more.")
            show_bundle(self._chart, {"text/html": hint_html(said), "text/plain": said})
        elif answer.chart.kind == "number":
            show_bundle(self._chart, {"text/html": block(figure_html(answer)), "text/plain": ""})
        else:
            show_bundle(self._chart, *chart_bundle(answer, NOTEBOOK_WIDTH, with_picture=False))

    def _offer(self, kind: str) -> None:
        if self.answer is None:
            return
        self._link.value = ""
        offered = offer_html(self.answer.frame, self.answer.question, kind, Path.cwd())
        more = phrase("the rows that were fetched; there are more") if self.answer.truncated else ""
        self._link.value = f"{offered} {text(more)}".strip()


def choice_buttons(
    choices: Sequence[Translation],
    press: Callable[[Callable[[], None]], Callable[[], None]],
    take: Callable[[Translation], None],
) -> list[Any]:
    """A numbered button for each reading; all of it can be read also where it is long."""
    made = []
    for number, choice in enumerate(choices, 1):
        reading = plain(choice.reading)
        each = button(f"{number}. {reading}", reading, press(lambda choice=choice: take(choice)))  # type: ignore[misc]
        each.add_class("dbchat-choice")
        made.append(each)
    return made


def how_it_was_read_html(answer: Answer) -> str:
    """The reading, what it rests on, and what the SQL does, step by step."""
    from dbchat_magic.core.explain import explain_sql

    own = "" if answer.reading else f"<p>{text(phrase('You wrote the SQL yourself.'))}</p>"
    sure = phrase("How sure: {share}", share=f"{answer.confidence:.0%}") if answer.reading else ""
    steps = "".join(f"<li>{text(step)}</li>" for step in explain_sql(answer.sql, answer.dialect))
    does = f"<p>{text(phrase('What the SQL does:'))}</p><ul>{steps}</ul>" if steps else ""
    return block(own, reading_html(answer), f"<p>{text(sure)}</p>" if sure else "", does)


def show_bundle(
    output: ipywidgets.Output, bundle: dict[str, Any], metadata: dict[str, Any] | None = None
) -> None:
    """In place of what was there. Set as a whole: it may be shown from any thread."""
    output.outputs = ({"output_type": "display_data", "data": bundle, "metadata": metadata or {}},)


def rows_words(answer: Answer) -> str:
    return counted("{count} row", "{count} rows", len(answer.frame))
