"""Schema tree: the tables of a datasource as HTML to unfold, without a script. Everything in it is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbchat_magic.rendering.html import schema_html, text

if TYPE_CHECKING:
    from dbchat_magic.core.schema import Schema

STYLE = """<style>
.dbchat-schema { max-height: 32em; overflow: auto; line-height: 1.5; margin-top: 4px; }
.dbchat-schema details > div { margin-left: 1.2em; }
.dbchat-schema th, .dbchat-schema td { padding: 0 1.5em 0 0; }
.dbchat-place { color: var(--jp-ui-font-color2); }
</style>"""


def schema_tree_html(name: str, place: str, schema: Schema) -> str:
    """The datasource's tables, each with its columns, types, keys, comments and about how many rows it has."""
    return (
        f'{STYLE}<div class="dbchat-schema">'
        f'<div>{text(heading(name, len(schema.tables)))} <span class="dbchat-place">{text(place)}</span></div>'
        f"{schema_html(schema)}</div>"
    )


def heading(name: str, tables: int) -> str:
    if not tables:
        return f"{name} has no tables."
    return f"The tables of {name}:"
