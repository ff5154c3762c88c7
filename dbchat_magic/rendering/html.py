"""HTML: an Answer for a notebook. Plain elements, no colours of its own: both themes read well.

It works where scripts do not: the two handlers, which are constant, add a button that copies and heads that sort
where a front end runs them, and leave no trace where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.translator import Translation
from dbchat_magic.language import phrase
from dbchat_magic.rendering.cells import NULL, Column, count_text, plain, show_columns, type_of
from dbchat_magic.rendering.measures import read_measure
from dbchat_magic.rendering.text import by_namespace, count, key_text, table_facts
from dbchat_magic.rendering.words import usage_text

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.schema import Schema, Table

MOST_COLUMNS = 60
LONGEST_LINE = 60
"""Longer cells run over several lines."""
LONGEST_CELL = 200
"""Of longer cells the beginning shows, and they unfold."""
LONGEST_UNFOLDED = 5_000
MUTED = 'style="opacity: 0.7"'
# On each cell, because JupyterLab's own rules for cells are nearer than a table's.
RIGHT = ' style="text-align: right; white-space: nowrap"'
LEFT = ' style="text-align: left; white-space: nowrap"'
WRAPPED = ' style="text-align: left; white-space: normal; min-width: 24em"'

COPIER = (
    '<button hidden onclick="const b=this;navigator.clipboard.writeText(b.nextElementSibling.textContent)'
    ".then(()=>{b.textContent='Copied';setTimeout(()=>{b.textContent='Copy SQL'},2000)})\">Copy SQL</button>"
)
SHOW_COPIER = """ ontoggle="this.querySelector('button').hidden=!navigator.clipboard\""""
SORT = (
    "const h=event.target.closest('th');if(h&&(event.type==='click'||event.key==='Enter')){"
    "const b=h.closest('table').tBodies[0],i=h.cellIndex,up=h.ariaSort!=='ascending',"
    "n=h.className==='dbchat-number',k=r=>{const c=r.cells[i];"
    "return c.querySelector('.dbchat-null')?null:n?parseFloat(c.textContent):c.textContent},"
    "f=(r,s)=>{const x=k(r),y=k(s);return x===null||y===null?(x===null)-(y===null):"
    "(n?x-y:x.localeCompare(y))*(up?1:-1)};"
    "for(const o of h.parentNode.cells)o.ariaSort=null;h.ariaSort=up?'ascending':'descending';"
    "b.append(...[...b.rows].sort(f))}"
)
SORTS = f' onclick="{SORT}" onkeydown="{SORT}" onmouseover="this.style.cursor=\'pointer\'"'


def answer_html(answer: Answer, row_limit: int = 10) -> str:
    """Reading, SQL to unfold, table; the chart has an output of its own, but for a single figure."""
    origin = phrase(
        "SQL, run on {name} in {seconds} s", name=answer.datasource, seconds=f"{answer.seconds:.2f}"
    )
    return block(
        reading_html(answer),
        figure_html(answer),
        sql_html(answer.sql, origin),
        table_html(answer.frame, row_limit, answer.truncated, caption=answer.question or "Result"),
    )


def translation_html(translation: Translation) -> str:
    """Reading and SQL of a question that was not run."""
    return block(reading_html(translation), sql_html(translation.sql, phrase("SQL, not run"), is_open=True))


def block(*parts: str) -> str:
    """What belongs together. Notebooks leave it as it is: two prices in dollars are no formula between them."""
    return f'<div class="dbchat mathjax_ignore tex2jax_ignore">{"".join(parts)}</div>'


def reading_html(read: Answer | Translation) -> str:
    """How the question was understood, which words played no part, and what else there is to know."""
    lines = [f"<p>{text(read.reading)}</p>"] if read.reading else []
    if read.ignored:
        words = ", ".join(f"<em>{text(word)}</em>" for word in read.ignored)
        lines.append(f"<p {MUTED}>{phrase('Not used: {words}', words=words)}</p>")
    lines += [f"<p {MUTED}>{phrase('Note: {note}', note=text(note))}</p>" for note in read.notes]
    if used := usage_text(read.usage):
        lines.append(f"<p {MUTED}>{used}</p>")
    return "".join(lines)


def figure_html(answer: Answer) -> str:
    """The one figure that answers the question, large, with what it is."""
    if answer.chart is None or answer.chart.kind != "number" or answer.chart.y is None:
        return ""
    values = list(answer.frame[answer.chart.y])
    measure = read_measure(answer.chart.y, values)
    return (
        f'<p class="dbchat-figure" style="margin: 0.3em 0"><strong style="font-size: 2.4em; line-height: 1.2">'
        f"{text(measure.write(values[0]))}</strong> <span {MUTED}>{text(measure.title)}</span></p>"
    )


def sql_html(sql: str, summary: str, is_open: bool = False) -> str:
    return (
        f"<details{' open' * is_open}{SHOW_COPIER}><summary {MUTED}>{text(summary)}</summary>{COPIER}"
        f'<pre style="white-space: pre-wrap"><code>{highlighted(sql)}</code></pre></details>'
    )


def highlighted(sql: str) -> str:
    """The statement with its keywords, texts, numbers and comments in the colours of the front end's editor."""
    from pygments.lexers.sql import SqlLexer  # 30 ms

    tokens = SqlLexer(stripnl=False, ensurenl=False).get_tokens(plain(sql.strip(), keep_lines=True))
    return "".join(token_html(style_of(kind), escape(token)) for kind, token in tokens)


def token_html(style: str, token: str) -> str:
    return f'<span style="{style}">{token}</span>' if style else token


def style_of(kind: Any) -> str:
    """How a token of pygments' looks; outside JupyterLab the variables are unknown and the text keeps its colour."""
    while kind is not None:
        if (name := str(kind)) in TOKEN_STYLES:
            return TOKEN_STYLES[name]
        kind = kind.parent
    return ""


TOKEN_STYLES = {
    "Token.Keyword": "font-weight: 600; color: var(--jp-mirror-editor-keyword-color, inherit)",
    "Token.Literal.String": "color: var(--jp-mirror-editor-string-color, inherit)",
    "Token.Literal.String.Symbol": "",  # a quoted name
    "Token.Literal.Number": "color: var(--jp-mirror-editor-number-color, inherit)",
    "Token.Comment": "font-style: italic; color: var(--jp-mirror-editor-comment-color, inherit)",
}


def table_html(frame: pd.DataFrame, row_limit: int, truncated: bool = False, caption: str = "Result") -> str:
    """The first rows and columns of a frame, with how much there is of it."""
    shown = frame.iloc[:, :MOST_COLUMNS]
    columns = show_columns(shown, row_limit)
    types = [type_of(shown.iloc[:, at]) for at in range(len(columns))]
    count = count_text(min(row_limit, len(frame)), len(frame), truncated)
    if len(frame.columns) > MOST_COLUMNS:
        count += f", first {MOST_COLUMNS} of {len(frame.columns):,} columns"
    is_whole = 1 < len(frame) <= row_limit and not truncated
    return f"{columns_html(columns, caption, types, sorts=is_whole)}<p {MUTED}>{count}</p>"


def columns_html(
    columns: Sequence[Column], caption: str, types: Sequence[str] = (), *, sorts: bool = False
) -> str:
    """A table; its caption is read out but takes no room. `sorts`: by the column whose head is pressed."""
    types = types or [""] * len(columns)
    head = "".join(head_html(column, type, sorts) for column, type in zip(columns, types, strict=True))
    rows = zip(*(column.cells for column in columns), strict=True)
    body = "".join(
        f"<tr>{''.join(cell_html(cell, column) for cell, column in zip(row, columns, strict=True))}</tr>"
        for row in rows
    )
    hidden = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
    return (
        f'<div style="overflow-x: auto"><table><caption style="{hidden}">{text(caption)}</caption>'
        f"<thead{SORTS * sorts}><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def head_html(column: Column, type: str, sorts: bool) -> str:
    sorting = ' tabindex="0"' if sorts else ""
    kind = ' class="dbchat-number"' if column.is_number else ""
    told = f'<br><small style="font-weight: normal; opacity: 0.7">{text(type)}</small>' if type else ""
    return f'<th scope="col"{kind}{sorting}{align(column)}>{text(column.name)}{told}</th>'


def cell_html(cell: str | None, column: Column) -> str:
    if cell is None:
        return f'<td{align(column)}><span class="dbchat-null" {MUTED}>{NULL}</span></td>'
    if len(cell) > LONGEST_CELL:
        return f"<td{WRAPPED}>{folded_html(cell)}</td>"
    if len(cell) > LONGEST_LINE:
        return f"<td{WRAPPED}>{text(cell)}</td>"
    return f"<td{align(column)}>{text(cell)}</td>"


def folded_html(cell: str) -> str:
    """The beginning, and the rest to unfold; of what would fill the page, so much as a reader takes in."""
    rest = cell[LONGEST_CELL:LONGEST_UNFOLDED]
    missing = len(cell) - LONGEST_UNFOLDED
    left_out = f" <span {MUTED}>… and {missing:,} characters more</span>" if missing > 0 else ""
    return f"<details><summary>{text(cell[:LONGEST_CELL])}…</summary>{text(rest)}{left_out}</details>"


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
