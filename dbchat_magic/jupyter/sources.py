"""Sources: what the verbs of %dbsource do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dbchat_magic.errors import DatasourceError, DbChatError
from dbchat_magic.jupyter import display
from dbchat_magic.jupyter.grammar import SOURCE_FLAGS, split_flags, take_word, unquote
from dbchat_magic.jupyter.notebook import DbChat, list_datasources, place_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.datasources import Datasource

SOURCE_FORMS = """\
The databases you ask, by name.

  %dbsource                               all of this with buttons, in a notebook
  %dbsource add NAME FILE                 keep a database file under a name, and use it
  %dbsource add NAME URL                  the same with an SQLAlchemy URL
  %dbsource add NAME --type KIND --path FILE
  %dbsource list                          those you keep
  %dbsource use NAME                      ask this one from now on; a file or URL works too
  %dbsource show [NAME]                   its fields
  %dbsource schema [NAME]                 its tables and columns
  %dbsource test [NAME]                   whether it can be opened and read
  %dbsource rename OLD NEW
  %dbsource remove NAME                   forget it; its data are not touched"""


def run_verb(verb: str, settings: DbChat, rest: str) -> None:
    """Do what the line says; raises DbChatError for a verb that is unknown or not built yet."""
    if verb in NOT_BUILT:
        raise DbChatError(f"%dbsource {verb} is not built yet.", f"There is {', '.join(VERBS)}.")
    if verb not in VERBS:
        raise DbChatError(f"%dbsource does not know {verb!r}.", f"There is {', '.join(VERBS)}.")
    VERBS[verb](settings, rest)


def add_source(settings: DbChat, rest: str) -> None:
    name, rest = take_word(rest)
    options, place = split_flags(rest, SOURCE_FLAGS)
    comment = options.pop("comment", "")
    type, params = read_place(place, options)
    if not name or name.startswith("-") or not type:
        raise DbChatError(
            "A datasource needs a name and a place.", "Write %dbsource add NAME FILE, or NAME URL."
        )
    added = settings.chat().datasources.add(name, type, comment=comment, **params)
    settings.datasource = added.name
    print(f"Added {added.name} ({added.type}); it is in use now.")  # noqa: T201


def list_sources(settings: DbChat, _rest: str) -> None:
    rows = [
        ("→" if each.in_use else "", source.name, source.type, place_of(source), source.comment)
        for each in list_datasources(settings)
        for source in [each.datasource]
    ]
    names = ("in use", "name", "type", "where", "comment")
    display.show_rows(shell_of(settings), names, rows, "Datasources")


def use_source(settings: DbChat, rest: str) -> None:
    source = find_source(settings, rest, needed=True)
    name = take_word(rest)[0]
    is_known = source.id or name.lower() == source.name.lower()
    settings.datasource = source.name if is_known else str(source.params.get("path", name))
    print(f"In use: {source.name} ({source.type}).")  # noqa: T201


def show_source(settings: DbChat, rest: str) -> None:
    from dbchat_magic.dialects import find_dialect
    from dbchat_magic.rendering.cells import plain

    source = find_source(settings, rest)
    secret = {parameter.name for parameter in find_dialect(source.type).parameters if parameter.secret}
    fields = {"name": source.name, "type": source.type, **source.params, "comment": source.comment}
    lines = (f"{key}: {'******' if key in secret else plain(str(value))}" for key, value in fields.items())
    print("\n".join(lines))  # noqa: T201


def show_schema(settings: DbChat, rest: str) -> None:
    source = take_word(rest)[0] or settings.datasource or None
    display.show_schema(shell_of(settings), settings.chat().schema(source))


def test_source(settings: DbChat, rest: str) -> None:
    tested = settings.chat().test(find_source(settings, rest))
    tables = f"{tested.tables} table{'' if tested.tables == 1 else 's'}"
    print(f"{tested.datasource} works: {tables}, read in {1000 * tested.seconds:,.0f} ms.")  # noqa: T201


def rename_source(settings: DbChat, rest: str) -> None:
    old, rest = take_word(rest)
    new = take_word(rest)[0]
    if not new:
        raise DbChatError("Two names are needed.", "Write %dbsource rename OLD NEW.")
    renamed = settings.chat().datasources.update(old, name=new)
    if settings.datasource.lower() == old.lower():
        settings.datasource = renamed.name
    print(f"{old} is called {renamed.name} now.")  # noqa: T201


def remove_source(settings: DbChat, rest: str) -> None:
    name = take_word(rest)[0]
    if not name:
        raise DbChatError("Which datasource?", "Write %dbsource remove NAME; %dbsource list shows them.")
    removed = settings.chat().datasources.remove(name)
    if settings.datasource.lower() == removed.name.lower():
        settings.datasource = ""
    print(f"Removed {removed.name} from the list; its data were not touched.")  # noqa: T201


VERBS: dict[str, Callable[[DbChat, str], None]] = {
    "add": add_source,
    "list": list_sources,
    "use": use_source,
    "show": show_source,
    "schema": show_schema,
    "test": test_source,
    "rename": rename_source,
    "remove": remove_source,
}
NAMED_VERBS = ("use", "show", "schema", "test", "rename", "remove")
"""Those that begin with the name of a datasource there is."""
NOT_BUILT = ("refresh", "terms")


def shell_of(settings: DbChat) -> InteractiveShell:
    return cast("InteractiveShell", settings.parent)


def find_source(settings: DbChat, rest: str, needed: bool = False) -> Datasource:
    """The datasource that the line names, else the one in use; raises DatasourceError."""
    from dbchat_magic.core.datasources import DEMO, find_datasource

    chat, name = settings.chat(), take_word(rest)[0]
    if needed and not name:
        raise DbChatError("Which datasource?", "Write %dbsource use NAME; %dbsource list shows them.")
    refuse_password(name)
    return find_datasource(chat.datasources, name or settings.datasource or DEMO, chat.settings.home)


def read_place(place: str, options: dict[str, str]) -> tuple[str, dict[str, str | int | Path | None]]:
    """(kind, fields) of a datasource from a file, a URL or options; ("", {}) where there is neither.

    Raises DatasourceError for a place that is none, and for a URL with a password in it.
    """
    from dbchat_magic.core.datasources import dialect_of_file, parse_url

    given: dict[str, str | int | Path | None] = {
        key: value for key, value in options.items() if key != "type"
    }
    if not place:
        return options.get("type", ""), given
    if "://" not in place:
        path = Path(unquote(place))
        return options.get("type") or dialect_of_file(path).name, {**given, "path": path}
    refuse_password(place)
    type, params = parse_url(place)
    return options.get("type") or type, {**params, **given}


def refuse_password(place: str) -> None:
    """Raises DatasourceError for a URL with a password in it."""
    if re.search(r"://[^/@\s]*:[^/@\s]+@", place):
        raise DatasourceError(
            "A password does not belong on a line: IPython keeps every line.", "Leave it out of the URL."
        )
