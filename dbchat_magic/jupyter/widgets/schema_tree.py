"""Schema tree: the tables of a datasource to be searched and looked into.

The names come first, a page of them; columns, keys and rows are drawn for the table that is chosen, so that five
thousand tables open as quickly as five.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets

from dbchat_magic.core.schema import reach
from dbchat_magic.dialects import find_dialect
from dbchat_magic.jupyter.widgets.controls import LABELS, WIDE, button, field, hint_html, row, show
from dbchat_magic.jupyter.widgets.talk import Talk
from dbchat_magic.language import counted, phrase
from dbchat_magic.rendering.cells import Column, plain
from dbchat_magic.rendering.html import block, columns_html, table_html, text
from dbchat_magic.rendering.text import key_text, table_facts

if TYPE_CHECKING:
    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.course import Course
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.schema import Schema, Table

PAGE = 100
"""Tables that are listed at once."""
FIRST_ROWS = 5
SHOWN_HITS = 3
"""Columns that are named beside a table in which they were found."""

STYLE = """<style>
.dbchat-schema { overflow: auto; line-height: 1.5; margin: 4px 0; }
.dbchat-schema th, .dbchat-schema td { padding: 0 1.5em 0 0; }
.dbchat-place { color: var(--jp-ui-font-color2); }
</style>"""


class SchemaTree:
    """The tables of one datasource."""

    def __init__(self, talk: Talk, chat: Callable[[], Chat]) -> None:
        self._talk = talk
        self._chat = chat
        self._source: Datasource | None = None
        self._schema: Schema | None = None
        self._finder: Finder | None = None
        self._shown = PAGE
        self._heading = ipywidgets.HTML()
        self._search = field(phrase("Search"), phrase("Part of the name of a table or column"))
        self._list = ipywidgets.Select(
            description=phrase("Tables"),
            tooltip=phrase("Choose one to see its columns"),
            rows=8,
            layout=WIDE,
            style=LABELS,
        )
        self._count = ipywidgets.HTML()
        self._more = button(phrase("More tables"), phrase("List the next ones, too"), self._show_more)
        self._rows = button(
            phrase("First rows"), phrase("Read a few rows of the chosen table"), self._read_rows
        )
        self._table = ipywidgets.HTML()
        self._first_rows = ipywidgets.HTML()
        self._parts = ipywidgets.VBox(
            [
                self._search,
                self._list,
                row(self._count, self._more, self._rows),
                self._table,
                self._first_rows,
            ]
        )
        self.box = ipywidgets.VBox([self._heading, self._parts])
        self._search.observe(lambda _: self._search_changed(), "value")
        self._list.observe(lambda change: self._show_table(change.new), "value")
        self.clear()

    def clear(self, hint: str = "") -> None:
        """Show no datasource."""
        self._source = self._schema = self._finder = None
        self._heading.value = hint_html(hint) if hint else ""
        show(self._parts, False)

    def draw(self, source: Datasource, place: str, schema: Schema) -> None:
        """Show the tables of a datasource; a table that was chosen stays so while it is there."""
        chosen = self._list.value if self._source == source else None
        if self._source != source:
            self._search.value = ""
        self._source, self._schema, self._finder = source, schema, Finder(schema.tables)
        self._shown = PAGE
        place_html = f'<span class="dbchat-place">{text(place)}</span>'
        self._heading.value = (
            f"{STYLE}<div>{text(heading(source.name, len(schema.tables)))} {place_html}</div>"
        )
        show(self._parts, bool(schema.tables))
        self._list_tables(chosen)

    def _search_changed(self) -> None:
        self._shown = PAGE
        self._list_tables(self._list.value)

    def _show_more(self) -> None:
        self._shown += PAGE
        self._list_tables(self._list.value)

    def _list_tables(self, chosen: str | None) -> None:
        if self._finder is None:
            return
        found = self._finder.find(self._search.value)
        page = found[: self._shown]
        words = self._search.value.lower().split()
        options = [(label_of(table, tuple(hits(table, words))), table.name) for table in page]
        names = {name for _, name in options}
        with self._list.hold_sync():
            self._list.options = options
            self._list.value = chosen if chosen in names else None
        if self._list.value is None:
            self._show_table(None)
        self._count.value = hint_html(counts(len(page), len(found), self._search.value))
        show(self._more, len(page) < len(found))

    def _show_table(self, name: str | None) -> None:
        table = self._schema.table(name) if self._schema is not None and name else None
        self._table.value = "" if table is None else table_detail_html(table)
        self._first_rows.value = ""
        show(self._rows, table is not None)

    def _read_rows(self) -> None:
        source, schema = self._source, self._schema
        table = schema.table(self._list.value or "") if schema is not None else None
        if source is None or schema is None or table is None:
            return
        sql = f"SELECT * FROM {reach(table, find_dialect(schema.dialect))}"

        def read(_course: Course) -> Any:
            return self._chat().run(sql, source, rows=FIRST_ROWS, chart="none", course=_course)

        self._talk.do(
            phrase("Reading rows of {table} …", table=plain(table.name)),
            source,
            read,
            partial(self._show_rows, table.name),
        )

    def _show_rows(self, name: str, answer: Any) -> None:
        if self._list.value == name:
            self._first_rows.value = block(table_html(answer.frame, FIRST_ROWS, answer.truncated, name))


class Finder:
    """Finds tables by a part of their names or of their columns' names."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tuple((table.name.lower(), columns_text(table), table) for table in tables)

    def find(self, words: str) -> list[Table]:
        """The tables that hold all the words, each in its name or a column's; those named so come first."""
        wanted = words.lower().split()
        found = [
            (rank(name, wanted), table)
            for name, columns, table in self._tables
            if all(word in name or word in columns for word in wanted)
        ]
        if wanted:
            found.sort(key=lambda pair: pair[0])
        return [table for _, table in found]


def columns_text(table: Table) -> str:
    return "\n".join(column.name for column in table.columns).lower()


def rank(name: str, wanted: Sequence[str]) -> int:
    """Smaller is better: the name itself, its beginning, a part of it, a column.

    >>> [rank(name, ["order"]) for name in ("order", "orders", "shop_orders", "books")]
    [0, 1, 2, 3]
    """
    if [name] == list(wanted):
        return 0
    if all(word in name for word in wanted):
        return 1 if wanted and name.startswith(wanted[0]) else 2
    return 3


def hits(table: Table, wanted: Sequence[str]) -> Iterator[str]:
    """The columns in which a word was found that is not in the table's name."""
    others = [word for word in wanted if word not in table.name.lower()]
    for column in table.columns if others else ():
        if any(word in column.name.lower() for word in others):
            yield column.name


def label_of(table: Table, found: Sequence[str]) -> str:
    """A line of the list: the table, how large it is, and the columns that were looked for."""
    more = ", …" if len(found) > SHOWN_HITS else ""
    columns = f" · {', '.join(found[:SHOWN_HITS])}{more}" if found else ""
    facts = f" ({', '.join(table_facts(table))})" if table_facts(table) else ""
    comment = f" · {table.comment}" if table.comment and not found else ""
    return plain(f"{table.name}{facts}{columns}{comment}")


def counts(shown: int, found: int, searched: str) -> str:
    if searched and not found:
        return phrase("No table or column is called so.")
    tables = counted("{count} table", "{count} tables", found)
    return tables if shown == found else phrase("{shown} of {tables}", shown=shown, tables=tables)


def table_detail_html(table: Table) -> str:
    """A table's columns, types, keys and comments."""
    columns = [
        Column(phrase("column"), tuple(column.name for column in table.columns), is_number=False),
        Column(phrase("type"), tuple(column.type for column in table.columns), is_number=False),
        Column(
            phrase("key"), tuple(key_text(column.name, table) for column in table.columns), is_number=False
        ),
        Column(phrase("meaning"), tuple(column.comment for column in table.columns), is_number=False),
    ]
    shown = [column for at, column in enumerate(columns) if at == 0 or any(column.cells)]
    comment = f": {table.comment}" if table.comment else ""
    facts = text(", ".join(table_facts(table)) + comment)
    return (
        f'<div class="dbchat-schema"><strong>{text(table.name)}</strong> '
        f'<span class="dbchat-place">{facts}</span>{block(columns_html(shown, table.name))}</div>'
    )


def heading(name: str, tables: int) -> str:
    if not tables:
        return phrase("{name} has no tables.", name=name)
    return phrase("The tables of {name}:", name=name)
