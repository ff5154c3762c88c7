"""HTML: an Answer for a notebook. Plain elements, no scripts, no colours of its own: both themes read well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from dbchat_magic.core.translator import Translation
from dbchat_magic.rendering.cells import NULL, Column, count_text, plain, show_columns
from dbchat_magic.rendering.text import by_namespace, count, key_text, table_facts
from dbchat_magic.rendering.words import usage_text

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.schema import Schema, Table

MOST_COLUMNS = 60
LONGEST_CELL = 500
LONGEST_LINE = 60
"""Longer cells run over several lines."""
MUTED = 'style="opacity: 0.7"'
# On each cell, because JupyterLab's own rules for cells are nearer than a table's.
RIGHT = ' style="text-align: right; white-space: nowrap"'
LEFT = ' style="text-align: left; white-space: nowrap"'


def answer_html(answer: Answer, row_limit: int = 10) -> str:
    """Reading, SQL to unfold, table; the chart has an output of its own."""
    origin = f"SQL, run on {answer.datasource} in {answer.seconds:.2f} s"
    return block(
        reading_html(answer),
        sql_html(answer.sql, origin),
        table_html(answer.frame, row_limit, answer.truncated, caption=answer.question or "Result"),
    )


def translation_html(translation: Translation) -> str:
    """Reading and SQL of a question that was not run."""
    return block(reading_html(translation), sql_html(translation.sql, "SQL, not run", is_open=True))


def block(*parts: str) -> str:
    """What belongs together. Notebooks leave it as it is: two prices in dollars are no formula between them."""
    return f'<div class="dbchat mathjax_ignore tex2jax_ignore">{"".join(parts)}</div>'


def reading_html(read: Answer | Translation) -> str:
    """How the question was understood, which words played no part, and what else there is to know."""
    lines = [f"<p>{text(read.reading)}</p>"] if read.reading else []
    if read.ignored:
        words = ", ".join(f"<em>{text(word)}</em>" for word in read.ignored)
        lines.append(f"<p {MUTED}>Not used: {words}</p>")
    lines += [f"<p {MUTED}>Note: {text(note)}</p>" for note in read.notes]
    if used := usage_text(read.usage):
        lines.append(f"<p {MUTED}>{used}</p>")
    return "".join(lines)


def sql_html(sql: str, summary: str, is_open: bool = False) -> str:
    shown = escape(plain(sql.strip(), keep_lines=True))
    return (
        f"<details{' open' * is_open}><summary {MUTED}>{text(summary)}</summary>"
        f'<pre style="white-space: pre-wrap"><code>{shown}</code></pre></details>'
    )


def table_html(frame: pd.DataFrame, row_limit: int, truncated: bool = False, caption: str = "Result") -> str:
    """The first rows and columns of a frame, with how much there is of it."""
    columns = show_columns(frame.iloc[:, :MOST_COLUMNS], row_limit)
    count = count_text(min(row_limit, len(frame)), len(frame), truncated)
    if len(frame.columns) > MOST_COLUMNS:
        count += f", first {MOST_COLUMNS} of {len(frame.columns):,} columns"
    return f"{columns_html(columns, caption)}<p {MUTED}>{count}</p>"


def columns_html(columns: Sequence[Column], caption: str) -> str:
    """A table; its caption is read out but takes no room."""
    head = "".join(f'<th scope="col"{align(column)}>{text(column.name)}</th>' for column in columns)
    rows = zip(*(column.cells for column in columns), strict=True)
    body = "".join(
        f"<tr>{''.join(cell_html(cell, column) for cell, column in zip(row, columns, strict=True))}</tr>"
        for row in rows
    )
    hidden = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
    return (
        f'<div style="overflow-x: auto"><table><caption style="{hidden}">{text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cell_html(cell: str | None, column: Column) -> str:
    if cell is None:
        return f"<td{align(column)}><span {MUTED}>{NULL}</span></td>"
    if len(cell) > LONGEST_LINE:
        shown = cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…"
        return f'<td style="text-align: left; white-space: normal; min-width: 24em">{text(shown)}</td>'
    return f"<td{align(column)}>{text(cell)}</td>"


def align(column: Column) -> str:
    return RIGHT if column.is_number else LEFT


def text(value: str) -> str:
    """Text of a user or a database: every character shows, none acts."""
    return escape(plain(value))


MOST_DESCRIBED = 300
"""Tables that unfold to their columns; a page with more would be slow to draw."""


def schema_html(schema: Schema) -> str:
    """Every table to unfold: its columns, keys and comments; of a large schema the names alone.

    Namespaces unfold too, where there are several.
    """
    groups = by_namespace(schema.tables)
    is_large = len(schema.tables) > MOST_DESCRIBED
    parts = [
        namespace_html(namespace, tables, is_large) if len(groups) > 1 else tables_html(tables, is_large)
        for namespace, tables in groups.items()
    ]
    if is_large:
        hint = f"{len(schema.tables):,} tables; the columns of one: %dbsource schema NAME TABLE"
        parts.append(f"<p {MUTED}>{text(hint)}</p>")
    return block(*parts)


def namespace_html(namespace: str, tables: Sequence[Table], is_large: bool) -> str:
    tables = [replace(table, name=table.local, qualified=False) for table in tables]
    return (
        f"<details{' open' * (not is_large)}><summary><strong>{text(namespace) or 'main'}</strong> "
        f"<span {MUTED}>{count(len(tables), 'table')}</span></summary>"
        f'<div style="margin-left: 1.2em">{tables_html(tables, is_large)}</div></details>'
    )


def tables_html(tables: Sequence[Table], is_large: bool) -> str:
    return "".join(named_html(table) if is_large else described_html(table) for table in tables)


def named_html(table: Table) -> str:
    return f"<div>{summary_html(table)}</div>"


def summary_html(table: Table) -> str:
    comment = f": {table.comment}" if table.comment else ""
    return (
        f"<strong>{text(table.name)}</strong> <span {MUTED}>"
        f"{text(', '.join(table_facts(table)) + comment)}</span>"
    )


def described_html(table: Table) -> str:
    columns = [
        Column("column", tuple(column.name for column in table.columns), is_number=False),
        Column("type", tuple(column.type for column in table.columns), is_number=False),
        Column("key", tuple(key_text(column.name, table) for column in table.columns), is_number=False),
        Column("meaning", tuple(column.comment for column in table.columns), is_number=False),
    ]
    shown = [column for column in columns if column.name == "column" or any(column.cells)]
    return f"<details><summary>{summary_html(table)}</summary>{columns_html(shown, table.name)}</details>"
