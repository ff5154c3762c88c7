"""Display: answers in IPython, as HTML and a chart in a notebook, as text in a terminal.

Each output carries its text beside it, so that a front end without HTML or charts shows that. The chart has an
output of its own: where HTML lies in the same one, JupyterLab prefers the HTML.
"""

from __future__ import annotations

import ast
import base64
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.schema import Schema
    from dbchat_magic.core.translator import Translation

VEGALITE = "application/vnd.vegalite.v5+json"
PNG = "image/png"
NOTEBOOK_WIDTH = 80
SHOWN_TYPES = (("dbchat_magic.core.ask", "Answer"), ("dbchat_magic.core.translator", "Translation"))

Bundle = dict[str, Any]
T = TypeVar("T")


def register(shell: InteractiveShell, row_limit: Callable[[], int]) -> None:
    """Show an Answer or a Translation that is a cell's value as the magics show it.

    By their types' names, so that neither is imported before there is one.
    """
    formatter = formatter_of(shell)
    shows: tuple[Callable[[Any], None], ...] = (
        lambda answer: show_answer(shell, answer, row_limit()),
        partial(show_translation, shell),
    )
    for (module, name), show in zip(SHOWN_TYPES, shows, strict=True):
        formatter.for_type_by_name(module, name, partial(show_unless_shown, show))


def unregister(shell: InteractiveShell) -> None:
    formatter = formatter_of(shell)
    for module, name in SHOWN_TYPES:
        formatter.deferred_printers.pop((module, name), None)
        for shown in [shown for shown in formatter.type_printers if is_named(shown, module, name)]:
            formatter.pop(shown)


def formatter_of(shell: InteractiveShell) -> Any:
    return cast(Any, shell.display_formatter).ipython_display_formatter


def is_named(shown: type, module: str, name: str) -> bool:
    return (shown.__module__, shown.__name__) == (module, name)


def show_unless_shown(show: Callable[[Any], None], value: Any) -> None:
    getattr(value, "_ipython_display_", partial(show, value))()


def show_answer(shell: InteractiveShell, answer: Answer, row_limit: int) -> None:
    publish(answer_bundle(answer, row_limit, text_width(shell)))
    if answer.chart is not None and (is_terminal(shell) or answer.chart.kind != "number"):
        publish(*chart_bundle(answer, text_width(shell), with_picture=not is_terminal(shell)))


def answer_bundle(answer: Answer, row_limit: int, width: int) -> Bundle:
    from dbchat_magic.rendering.html import answer_html
    from dbchat_magic.rendering.text import reading_text, sql_text, table_text

    table = table_text(answer.frame, row_limit, width, answer.truncated)
    parts = (reading_text(answer), sql_text(answer.sql), table)
    return {
        "text/html": answer_html(answer, row_limit),
        "text/plain": "\n\n".join(part for part in parts if part) + "\n",
    }


def chart_bundle(answer: Answer, width: int, with_picture: bool = True) -> tuple[Bundle, Bundle]:
    """The chart for each front end, with metadata: Vega-Lite, a picture where it can be made, and text.

    The picture is for places that draw no Vega-Lite: GitHub, nbconvert's HTML and PDF.
    """
    from dbchat_magic.rendering.picture import can_draw, draw_picture, size_of
    from dbchat_magic.rendering.text import chart_text

    assert answer.chart is not None
    chart = answer.to_vegalite()
    bundle: Bundle = {VEGALITE: chart, "text/plain": chart_text(answer.frame, answer.chart, width) + "\n"}
    if not (with_picture and can_draw()):
        return bundle, {}
    picture = draw_picture(chart, ".png")
    wide, high = size_of(picture)
    bundle[PNG] = base64.b64encode(picture).decode("ascii")
    return bundle, {PNG: {"width": wide, "height": high, "alt": chart["description"]}}


def show_translation(shell: InteractiveShell, translation: Translation) -> None:
    from dbchat_magic.rendering.html import translation_html
    from dbchat_magic.rendering.text import translation_text

    publish({"text/html": translation_html(translation), "text/plain": translation_text(translation)})


def show_schema(shell: InteractiveShell, schema: Schema) -> None:
    from dbchat_magic.rendering.html import schema_html
    from dbchat_magic.rendering.text import schema_text

    publish({"text/html": schema_html(schema), "text/plain": schema_text(schema, text_width(shell))})


def show_rows(
    shell: InteractiveShell, names: Sequence[str], rows: Sequence[Sequence[Any]], caption: str
) -> None:
    """A small table of our own."""
    from dbchat_magic.rendering.cells import show_column
    from dbchat_magic.rendering.html import block, columns_html
    from dbchat_magic.rendering.text import grid_text

    columns = [show_column(name, [row[at] for row in rows]) for at, name in enumerate(names)]
    publish(
        {
            "text/html": block(columns_html(columns, caption)),
            "text/plain": grid_text(columns, text_width(shell)),
        }
    )


def publish(bundle: Bundle, metadata: Bundle | None = None) -> None:
    from IPython.display import display

    display(bundle, metadata=metadata, raw=True)


def text_width(shell: InteractiveShell) -> int:
    return shutil.get_terminal_size().columns if is_terminal(shell) else NOTEBOOK_WIDTH


def is_terminal(shell: InteractiveShell) -> bool:
    """Whether this is IPython in a terminal, which shows text only."""
    return not hasattr(shell, "kernel")


def already_shown(shell: InteractiveShell, call: Sequence[Any], value: T) -> T:
    """The value; where the cell ends in this call of a magic, IPython does not show it a second time.

    `call` holds the magic's arguments as IPython writes them. Anything else that is done with the value
    shows it as always.
    """
    if is_last_of_cell(shell, call):
        object.__setattr__(value, "_ipython_display_", partial(skip_once, shell, value))
    return value


def is_last_of_cell(shell: InteractiveShell, call: Sequence[Any]) -> bool:
    inputs = getattr(shell.history_manager, "input_hist_parsed", None)
    try:
        body = ast.parse(inputs[-1] if inputs else "").body
    except SyntaxError:
        return False
    value = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    arguments = [part.value if isinstance(part, ast.Constant) else None for part in value.args]
    return value.func.attr in ("run_line_magic", "run_cell_magic") and arguments == list(call)


def skip_once(shell: InteractiveShell, value: Any) -> None:
    object.__delattr__(value, "_ipython_display_")
    if is_terminal(shell):  # IPython has written "Out[1]: " there
        print(f"{type(value).__name__}{shape_of(value)}")  # noqa: T201 (the rest of that line)


def shape_of(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return f", {shape[0]:,} rows × {shape[1]:,} columns" if shape else ""
