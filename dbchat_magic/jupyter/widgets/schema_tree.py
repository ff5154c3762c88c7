"""Schema tree: the tables of a datasource as HTML to unfold, without a script. Everything in it is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbchat_magic.rendering.html import schema_html, text

if TYPE_CHECKING:
    from dbchat_magic.core.schema import Schema

MOST_TABLES = 300
"""A page with more would be slow to draw."""
STYLE = "max-height: 32em; overflow: auto; line-height: 1.5; margin-top: 4px"


def schema_tree_html(name: str, place: str, schema: Schema) -> str:
    """The datasource's tables, each with its columns, types, keys, comments and about how many rows it has."""
    from dbchat_magic.core.schema import Schema

    shown = Schema(schema.tables[:MOST_TABLES], schema.dialect)
    return (
        f'<div class="dbchat-schema" style="{STYLE}">'
        f"<div>{text(heading(name, len(schema.tables)))} "
        f'<span style="color: var(--jp-ui-font-color2)">{text(place)}</span></div>'
        f"{schema_html(shown)}</div>"
    )


def heading(name: str, tables: int) -> str:
    if not tables:
        return f"{name} has no tables."
    if tables > MOST_TABLES:
        return f"The first {MOST_TABLES} of the {tables:,} tables of {name}:"
    return f"The tables of {name}:"
