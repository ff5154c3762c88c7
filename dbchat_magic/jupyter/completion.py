"""Completion: what the Tab key offers in a line or cell of our magics: options, datasources, tables, columns.

Only text that belongs to a magic is looked at; where nothing of ours fits, IPython offers what it always does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.grammar import ASK_FLAGS, SOURCE_FLAGS, Flag, unquote
from dbchat_magic.jupyter.notebook import DbChat, list_datasources
from dbchat_magic.jupyter.sources import NAMED_VERBS, VERBS

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.schema import Schema, Table

LINE_MAGIC = r"\s*(?:[^%=]*=\s*)?%(dbchat|dbsource)[ \t](.*)"
CELL_MAGIC = r"%%dbchat[ \t]"
OPTION, TEXT = "an option", "text"
MOST = 500
"""Names offered at once."""


class Place(NamedTuple):
    """Where the cursor is in the text of a magic."""

    kind: str
    """OPTION, TEXT, or the option whose value is being written."""
    fragment: str
    """What is written of it so far."""
    options: Mapping[str, str] = MappingProxyType({})
    """The options before it."""


class Offer(NamedTuple):
    """What could stand in place of the fragment."""

    fragment: str
    names: Iterable[str]
    kind: str
    """What the names are, for the front end's list."""


def register(shell: InteractiveShell, settings: DbChat) -> None:
    @context_matcher(identifier="dbchat_magic")
    def complete_magic(context: CompletionContext) -> SimpleMatcherResult:
        try:
            return to_result(find_offers(context, settings))
        except DbChatError:  # a datasource that is gone: nothing to offer, and no place to say so
            return to_result(())

    shell.Completer.custom_matchers.append(complete_magic)


def unregister(shell: InteractiveShell) -> None:
    matchers = shell.Completer.custom_matchers
    matchers[:] = [each for each in matchers if each.__module__ != __name__]


def to_result(offers: Sequence[Offer]) -> SimpleMatcherResult:
    """The names that begin as the fragment does, whatever its case; nothing else is offered beside them."""
    fragment = offers[0].fragment if offers else ""
    wanted = fragment.lstrip("'\"").lower()
    completions = [
        SimpleCompletion(name, type=offer.kind)
        for offer in offers
        for name in offer.names
        if name.lstrip("'\"").lower().startswith(wanted)
    ]
    result = {"completions": completions[:MOST], "suppress": bool(completions), "ordered": True}
    return cast(SimpleMatcherResult, result | ({"matched_fragment": fragment} if offers else {}))


def find_offers(context: CompletionContext, settings: DbChat) -> tuple[Offer, ...]:
    """What fits at the cursor; raises DbChatError where the datasource cannot be read."""
    full_text = context.full_text.lstrip()
    if cell := re.match(CELL_MAGIC, full_text):
        before = full_text[cell.end() : len(full_text) - len(text_after(context))]
        return offers_for_question(before, full_text[cell.end() :], settings) if before else ()
    line = re.fullmatch(LINE_MAGIC, context.text_until_cursor)
    if line is None:
        return ()
    if line[1] == "dbsource":
        return offers_for_source(line[2], settings)
    return offers_for_question(line[2], context.line_with_cursor[line.start(2) :], settings)


def text_after(context: CompletionContext) -> str:
    lines = context.full_text.split("\n")[context.cursor_line :]
    return "\n".join([lines[0][context.cursor_position :], *lines[1:]])


def offers_for_question(before: str, whole: str, settings: DbChat) -> tuple[Offer, ...]:
    """For %dbchat; `whole` goes on behind the cursor."""
    place = find_place(before, ASK_FLAGS)
    if place.kind == OPTION:
        return (Offer(place.fragment, flag_names(ASK_FLAGS, place.fragment), "option"),)
    if place.kind == "datasource":
        return (Offer(place.fragment, datasource_names(settings), "datasource"),)
    if place.kind == "chart":
        from dbchat_magic.core.chart import KINDS

        return (Offer(place.fragment, (*KINDS, "none"), "chart"),)
    if place.kind == "model":
        return (Offer(place.fragment, ("offline",), "model"),)
    if place.kind == "tables":
        tables = (table.name for table in schema_of(place, settings).tables)
        return (Offer(place.fragment.rpartition(",")[2], tables, "table"),)
    if place.kind == TEXT and "sql" in place.options:
        return offers_for_sql(place.fragment, whole, schema_of(place, settings))
    return ()


def offers_for_source(before: str, settings: DbChat) -> tuple[Offer, ...]:
    """For %dbsource."""
    verb = re.match(r"\s*(\S*)(\s*)", before)
    assert verb is not None
    rest = before[verb.end() :]
    if not verb[2]:
        return (Offer(verb[1], VERBS, "verb"),)
    if verb[1] in NAMED_VERBS and not re.search(r"^[^\s'\"]+\s", rest):
        return (Offer(rest, datasource_names(settings), "datasource"),)
    name = re.match(r"""("[^"]*"|'[^']*'|[^\s'"]+)\s+""", rest)
    if verb[1] != "add" or name is None:
        return ()
    place = find_place(rest[name.end() :], SOURCE_FLAGS)
    if place.kind == OPTION:
        return (Offer(place.fragment, flag_names(SOURCE_FLAGS, place.fragment), "option"),)
    if place.kind == "type":
        from dbchat_magic.dialects import dialects

        return (Offer(place.fragment, dialects(), "kind"),)
    return ()


def find_place(before: str, flags: Sequence[Flag]) -> Place:
    """Read the flags up to the cursor as `grammar.split_flags` does, the last of them unfinished.

    >>> find_place("-s -d sh", ASK_FLAGS)
    Place(kind='datasource', fragment='sh', options={'sql': ''})
    """
    by_name = {name: flag for flag in flags for name in flag.names}
    options: dict[str, str] = {}
    rest = before.lstrip()
    while (found := re.match(r"(--?[A-Za-z][\w-]*)(=|\s+)", rest)) and found[1] in by_name:
        flag, rest = by_name[found[1]], rest[found.end() :]
        if not flag.metavar or (flag.optional and not rest.startswith(("'", '"'))):
            options[flag.key] = ""
            continue
        value = re.match(r"""("[^"]*"|'[^']*'|[^\s'"]\S*)\s+""", rest)
        if value is None:
            return Place(flag.key, rest, options)
        options[flag.key], rest = unquote(value[1]), rest[value.end() :]
    return Place(OPTION if re.fullmatch(r"--?[\w-]*", rest) else TEXT, rest, options)


def flag_names(flags: Sequence[Flag], fragment: str) -> list[str]:
    """The long names, and the short ones where no second dash rules them out."""
    taken = [flag for flag in flags if not flag.refusal]
    return [name for flag in taken for name in flag.names if name.startswith(fragment)]


def datasource_names(settings: DbChat) -> list[str]:
    """As one writes them on a line: in quotes where there are blanks."""
    names = [listed.datasource.name for listed in list_datasources(settings)]
    return [f"'{name}'" if re.search(r"\s", name) else name for name in names]


def schema_of(place: Place, settings: DbChat) -> Schema:
    return settings.chat().schema(place.options.get("datasource") or settings.datasource or None)


# -------------------------------------------------------------------------------------------------- SQL


def offers_for_sql(before: str, whole: str, schema: Schema) -> tuple[Offer, ...]:
    """Columns behind `table.` or `alias.`; else the columns of the tables that are named, then all tables."""
    if before.count("'") % 2:  # inside a text
        return ()
    found = re.search(r'(?:(\w+)"?\.)?"?(\w*)$', before)
    assert found is not None
    if found[1]:
        table = find_table(found[1], whole, schema)
        return (Offer(found[2], column_names([table]) if table else (), "column"),)
    words = {word.lower() for word in re.findall(r"\w+", whole)}
    named = [table for table in schema.tables if table.name.lower() in words]
    tables = [quoted(table.name) for table in schema.tables]
    return (Offer(found[2], column_names(named), "column"), Offer(found[2], tables, "table"))


def find_table(name: str, whole: str, schema: Schema) -> Table | None:
    """The table of this name, or the one that has it as its alias."""
    aliased = re.findall(rf'(\w+)"?\s+(?:as\s+)?{name}\b', whole, re.IGNORECASE)
    tables = (schema.table(each) for each in (name, *aliased))
    return next((table for table in tables if table), None)


def column_names(tables: Iterable[Table]) -> list[str]:
    return list(dict.fromkeys(quoted(column.name) for table in tables for column in table.columns))


def quoted(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'
