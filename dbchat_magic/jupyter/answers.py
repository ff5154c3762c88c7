"""Answers: `%dbsource answers`, the verified answers of a datasource: list, edit, remove, check, import, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter import display
from dbchat_magic.jupyter.grammar import take_word
from dbchat_magic.jupyter.notebook import DbChat
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.memory import Verified

Action = Callable[[DbChat, "Datasource", str], list[str]]


def list_answers(settings: DbChat, source: Datasource, _rest: str) -> list[str]:
    known = settings.chat().memory.all(source)
    if not known:
        return [
            phrase("{name} has no verified answers yet.", name=source.name),
            phrase('Save one that is right: %dbchat --save, or %%dbchat --sql --save "question".'),
        ]
    rows = [
        (each.id, each.question, " ".join(each.sql.split()), each.saved[:10], each.fault) for each in known
    ]
    names = (phrase("number"), phrase("question"), "SQL", phrase("saved"), phrase("does not run"))
    width = len(names) if any(each.fault for each in known) else len(names) - 1
    shell = cast("InteractiveShell", settings.parent)
    display.show_rows(
        shell,
        names[:width],
        [row[:width] for row in rows],
        phrase("Verified answers of {name}", name=source.name),
    )
    return []


def remove_answer(settings: DbChat, source: Datasource, rest: str) -> list[str]:
    removed = settings.chat().memory.remove(read_number(rest, "remove"), source)
    return [phrase("Removed the verified answer to “{question}”.", question=removed.question)]


def edit_answer(settings: DbChat, source: Datasource, rest: str) -> list[str]:
    """The next cell holds the answer, ready to be changed: run, it takes the place of the old one."""
    found = settings.chat().memory.get(read_number(rest, "edit"), source)
    quote = "'" if '"' in found.question else '"'
    cell = f"%%dbchat --datasource '{source.name}' --sql --save {quote}{found.question}{quote}\n{found.sql}"
    cast("InteractiveShell", settings.parent).set_next_input(cell)
    return [
        phrase(
            "Change the SQL in the next cell and run it: it takes the place of this answer once it has run."
        )
    ]


def check_answers(settings: DbChat, source: Datasource, _rest: str) -> list[str]:
    checked = settings.chat().memory.check(source)
    return told(phrase("{number} checked", number=len(checked)), [each for each in checked if each.fault])


def export_answers(settings: DbChat, source: Datasource, rest: str) -> list[str]:
    path = read_path(rest, "export")
    return [
        phrase("{number} written to {path}.", number=settings.chat().memory.export(path, source), path=path)
    ]


def import_answers(settings: DbChat, source: Datasource, rest: str) -> list[str]:
    imported = settings.chat().memory.import_(read_path(rest, "import"), source)
    return told(phrase("{number} taken", number=imported.added), list(imported.broken))


ACTIONS: dict[str, Action] = {
    "list": list_answers,
    "edit": edit_answer,
    "remove": remove_answer,
    "check": check_answers,
    "import": import_answers,
    "export": export_answers,
}


def take_action(rest: str) -> tuple[str, str, str]:
    """(datasource, action, what follows): `remove 3`, `shop remove 3`, `shop`.

    >>> take_action("shop remove 3"), take_action("export a.jsonl"), take_action("shop")
    (('shop', 'remove', '3'), ('', 'export', 'a.jsonl'), ('shop', 'list', ''))
    """
    first, behind = take_word(rest)
    if first in ACTIONS:
        return "", first, behind
    action, behind = take_word(behind)
    if action and action not in ACTIONS:
        raise DbChatError(
            phrase("Answers know no {action!r}.", action=action),
            phrase("There is {names}.", names=", ".join(ACTIONS)),
        )
    return first, action or "list", behind


def told(summary: str, broken: list[Verified]) -> list[str]:
    if not broken:
        return [phrase("{summary}; all of them run.", summary=summary)]
    lines = [f"  {each.question}: {each.fault}" for each in broken]
    return [
        phrase(
            "{summary}; {broken} of them do not run here and are not used:",
            summary=summary,
            broken=len(broken),
        ),
        *lines,
    ]


def read_number(rest: str, action: str) -> int:
    word = take_word(rest)[0]
    if not word.isdecimal():
        raise DbChatError(
            phrase("Which answer?"),
            phrase("Write {action} and its number; %dbsource answers lists them.", action=action),
        )
    return int(word)


def read_path(rest: str, action: str) -> str:
    path = take_word(rest)[0]
    if not path:
        raise DbChatError(phrase("Which file?"), phrase("Write {action} FILE.jsonl.", action=action))
    return path
