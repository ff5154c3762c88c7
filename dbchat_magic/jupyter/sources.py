"""Sources: what the verbs of %dbsource do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from dbchat_magic.errors import DatasourceError, DbChatError
from dbchat_magic.jupyter import display
from dbchat_magic.jupyter.asking import ask_secret, can_ask, with_password
from dbchat_magic.jupyter.grammar import SOURCE_FLAGS, split_around, take_word
from dbchat_magic.jupyter.notebook import DbChat, list_datasources, place_of, unnamed_datasource
from dbchat_magic.language import counted, marked, phrase

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.datasources import Datasource

T = TypeVar("T")

SOURCE_FORMS = marked("""\
The databases you ask, by name.

  %dbsource                               all of this with buttons, in a notebook
  %dbsource add NAME FILE                 keep a database file under a name, and use it; also data files:
                                          a CSV, Parquet, JSON lines or Excel file, a folder, data/*.csv
  %dbsource add NAME URL                  the same with an SQLAlchemy URL, without its password
  %dbsource add NAME ${env:DATABASE_URL}  the same with a URL that a variable holds
  %dbsource add NAME --type KIND          asks for the fields one by one
  %dbsource add NAME --type KIND --host HOST --user NAME --database NAME
  %dbsource add NAME engine               from an engine or connection of this notebook
  %dbsource add df --frame                a DataFrame of this notebook
  %dbsource add NAME --from connections.ini
  %dbsource list                          those you keep
  %dbsource use NAME                      ask this one from now on; a file or URL works too
  %dbsource show [NAME]                   its fields
  %dbsource schema [NAME] [TABLE]         its tables and columns
  %dbsource test [NAME]                   whether it can be opened and read, and whether its role could write
  %dbsource refresh [NAME]                read its tables anew
  %dbsource password NAME                 asks for its password, and keeps it
  %dbsource update NAME --host HOST ...   change fields, keep the rest
  %dbsource terms [NAME]                  its glossary: a first draft, or whether the one there is can be used
  %dbsource answers [NAME]                its verified answers; answers [NAME] edit N, remove N, check,
                                          export FILE.jsonl, import FILE.jsonl
  %dbsource rename OLD NEW
  %dbsource remove NAME                   forget it and its password; its data are not touched

No password stands on a line: IPython keeps every line. It is asked for, or referred to as ${env:NAME}.""")


def run_verb(verb: str, settings: DbChat, rest: str) -> None:
    """Do what the line says; raises DbChatError for a verb that is unknown."""
    if verb not in VERBS:
        raise DbChatError(
            phrase("%dbsource does not know {verb!r}.", verb=verb),
            phrase("There is {names}.", names=", ".join(VERBS)),
        )
    VERBS[verb](settings, rest)


def add_source(settings: DbChat, rest: str) -> None:
    from dbchat_magic.jupyter.additions import read_addition

    sources = settings.chat().datasources
    new = read_addition(rest, settings.parent, sources.check_free)
    added = sources.add(new.name, new.type, comment=new.comment, **new.params)
    settings.datasource = added.name
    settings.chat().prepare(added)
    say(
        phrase("Added {name} ({type}); it is in use now.", name=added.name, type=added.type),
        *new.notes,
        sources.secrets.take_note(),
    )


def say(*lines: str) -> None:
    from dbchat_magic.rendering.cells import plain

    print("\n".join(plain(line) for line in lines if line))  # noqa: T201


def list_sources(settings: DbChat, _rest: str) -> None:
    rows = [
        (
            "→" if each.in_use else "",
            source.name,
            source.type,
            place_of(source),
            day_of(source.last_used),
            source.test_result,
            source.comment,
        )
        for each in list_datasources(settings)
        for source in [each.datasource]
    ]
    names = SOURCE_COLUMNS
    kept = [at for at, name in enumerate(names) if name not in OPTIONAL or any(row[at] for row in rows)]
    shown = [[row[at] for at in kept] for row in rows]
    display.show_rows(shell_of(settings), [phrase(names[at]) for at in kept], shown, phrase("Datasources"))


SOURCE_COLUMNS = (
    marked("in use"), marked("name"), marked("type"), marked("where"), marked("last used"), marked("last test"),
    marked("comment"),
)  # fmt: skip
OPTIONAL = ("last used", "last test", "comment")
"""Columns of the list that are left out where they are empty."""


def day_of(moment: str) -> str:
    return moment.replace("T", " ").removesuffix("Z")[:16]


def use_source(settings: DbChat, rest: str) -> None:
    text = without_typed_password(take_word(rest)[0])
    source = find_source(settings, text, needed=True)
    is_known = source.id or text.lower() == source.name.lower()
    settings.datasource = source.name if is_known else str(source.params.get("path", text))
    settings.chat().prepare(source)
    say(phrase("In use: {name} ({type}).", name=source.name, type=source.type))


def show_source(settings: DbChat, rest: str) -> None:
    from dbchat_magic.core.datasources import is_secret, known_dialect
    from dbchat_magic.core.secrets import MASK

    source = find_source(settings, take_word(rest)[0])
    dialect = known_dialect(source)
    params = {key: MASK if is_secret(dialect, key) else value for key, value in source.params.items()}
    facts = {
        phrase("name"): source.name,
        phrase("type"): source.type,
        **params,
        phrase("comment"): source.comment,
        phrase("kept since"): day_of(source.created),
        phrase("last used"): day_of(source.last_used),
        phrase("last test"): f"{day_of(source.tested)} {source.test_result}".strip(),
    }
    rows = [(name, str(value)) for name, value in facts.items() if value != ""]
    display.show_rows(shell_of(settings), (phrase("field"), phrase("value")), rows, source.name)


def show_schema(settings: DbChat, rest: str) -> None:
    """`schema`, `schema NAME`, `schema NAME TABLE`, and `schema TABLE` of the one in use."""
    first, rest = take_word(rest)
    table = take_word(rest)[0]
    source, tables = find_source_or_table(settings, first)
    schema = asked(settings, source, lambda: settings.chat().schema(source))
    chosen = [table] if table else tables
    display.show_schema(shell_of(settings), schema.only(chosen) if chosen else schema)


def find_source_or_table(settings: DbChat, word: str) -> tuple[Datasource, list[str]]:
    """The datasource of this name; else the one in use, when the word is one of its tables."""
    try:
        return find_source(settings, word), []
    except DatasourceError:
        in_use = find_source(settings, "")
        if settings.chat().schema(in_use).table(word) is None:
            raise
        return in_use, [word]


def test_source(settings: DbChat, rest: str) -> None:
    from dbchat_magic.jupyter.tested import try_datasource, works_words
    from dbchat_magic.rendering.text import findings_of

    source = find_source(settings, take_word(rest)[0])
    tested = asked(settings, source, lambda: try_datasource(settings.chat(), source))
    print("\n".join([works_words(tested), *findings_of(tested)]))  # noqa: T201


def refresh_source(settings: DbChat, rest: str) -> None:
    source = find_source(settings, take_word(rest)[0])
    schema = asked(settings, source, lambda: settings.chat().refresh(source))
    say(
        phrase(
            "{name} is read anew: {tables}.",
            name=source.name,
            tables=counted("{count} table", "{count} tables", len(schema.tables)),
        )
    )


def give_password(settings: DbChat, rest: str) -> None:
    name = take_word(rest)[0]
    if not name:
        raise DbChatError(
            phrase("Which datasource?"), phrase("Write %dbsource password NAME; %dbsource list shows them.")
        )
    from dbchat_magic.core.datasources import password_parameter, password_prompt

    sources = settings.chat().datasources
    source = sources.get(name)
    if password_parameter(source) is None:
        raise DatasourceError(
            phrase("{name} has no password: it is a {type} datasource.", name=source.name, type=source.type),
            "",
        )
    if not can_ask(settings.parent):
        raise DatasourceError(
            phrase("Nobody can be asked for a password here."),
            phrase("Refer to a variable in the URL, user:${env:NAME}@host, or run this where you can type."),
        )
    if not (
        secret := ask_secret(
            settings.parent, phrase("{source} (Enter: as it is): ", source=password_prompt(source))
        )
    ):
        say(phrase("It stays as it is."))
        return
    sources.update(source.id, password=secret)
    say(phrase("The password of {name} is kept.", name=source.name), sources.secrets.take_note())


def asked(settings: DbChat, source: Datasource, step: Callable[[], T]) -> T:
    """The step's value; a person is asked for the password that the datasource wants."""
    return with_password(settings, lambda: source, step)


def show_answers(settings: DbChat, rest: str) -> None:
    from dbchat_magic.jupyter.answers import ACTIONS, take_action

    name, action, behind = take_action(rest)
    source = find_source(settings, name)
    if lines := asked(settings, source, lambda: ACTIONS[action](settings, source, behind)):
        say(*lines)


def show_terms(settings: DbChat, rest: str) -> None:
    """A first draft where there is no glossary; never in place of what somebody wrote."""
    source = find_source(settings, take_word(rest)[0])
    glossaries = settings.chat().glossaries
    if path := glossaries.find(source):
        schema = asked(settings, source, lambda: settings.chat().schema(source))
        say(phrase("{path} is in use: {summary}.", path=path, summary=schema.glossary.summary))
        return
    path = asked(settings, source, lambda: glossaries.write_draft(source, settings.chat().schema(source)))
    say(
        phrase("A draft is written to {path}; nothing in it counts yet.", path=path),
        phrase(
            "Take away the # before what you need, and correct it; %dbsource terms tells whether it can be used."
        ),
    )


def update_source(settings: DbChat, rest: str) -> None:
    from dbchat_magic.jupyter.additions import fields_of

    name, rest = take_word(rest)
    options, left = split_around(rest, SOURCE_FLAGS)
    about = {key: options[key] for key in ("type", "comment") if key in options}
    fields = fields_of(options)
    if not name or left or not (about or fields):
        raise DbChatError(
            phrase("What is to change?"),
            phrase("Write %dbsource update NAME --host HOST, or another field; --help lists them."),
        )
    changed = settings.chat().datasources.update(
        name, name=None, type=about.get("type"), comment=about.get("comment"), **fields
    )
    say(phrase("Changed {name}: {fields}.", name=changed.name, fields=", ".join(sorted([*about, *fields]))))


def rename_source(settings: DbChat, rest: str) -> None:
    old, rest = take_word(rest)
    new = take_word(rest)[0]
    if not new:
        raise DbChatError(phrase("Two names are needed."), phrase("Write %dbsource rename OLD NEW."))
    renamed = settings.chat().datasources.update(old, name=new)
    if settings.datasource.lower() == old.lower():
        settings.datasource = renamed.name
    say(phrase("{old} is called {name} now.", old=old, name=renamed.name))


def remove_source(settings: DbChat, rest: str) -> None:
    name = take_word(rest)[0]
    if not name:
        raise DbChatError(
            phrase("Which datasource?"), phrase("Write %dbsource remove NAME; %dbsource list shows them.")
        )
    chat = settings.chat()
    kept = len(chat.memory.all(chat.datasources.get(name)))
    removed = chat.datasources.remove(name)
    if settings.datasource.lower() == removed.name.lower():
        settings.datasource = ""
    say(
        phrase("Removed {name} from the list; its data were not touched.", name=removed.name),
        phrase("Its verified answers ({kept}) are kept for a datasource of that name.", kept=kept)
        if kept
        else "",
    )


VERBS: dict[str, Callable[[DbChat, str], None]] = {
    "add": add_source,
    "list": list_sources,
    "use": use_source,
    "show": show_source,
    "schema": show_schema,
    "test": test_source,
    "refresh": refresh_source,
    "password": give_password,
    "update": update_source,
    "terms": show_terms,
    "answers": show_answers,
    "rename": rename_source,
    "remove": remove_source,
}
NAMED_VERBS = (
    "use", "show", "schema", "test", "refresh", "password", "update", "terms", "answers", "rename", "remove",
)  # fmt: skip
"""Those that begin with the name of a datasource there is."""


def shell_of(settings: DbChat) -> InteractiveShell:
    return cast("InteractiveShell", settings.parent)


def find_source(settings: DbChat, name: str, needed: bool = False) -> Datasource:
    """The datasource of this name, file or URL, else the one in use; raises DatasourceError."""
    if needed and not name:
        raise DbChatError(
            phrase("Which datasource?"), phrase("Write %dbsource use NAME; %dbsource list shows them.")
        )
    return find_source_of(settings.chat(), settings, name)


def find_source_of(chat: Chat, settings: DbChat, name: str) -> Datasource:
    """The same, for whoever has the chat at hand."""
    from dbchat_magic.core.datasources import find_datasource

    wanted = without_typed_password(name) or settings.datasource or unnamed_datasource(settings)
    return find_datasource(chat.datasources, wanted, chat.settings.home)


NOT_SAVED = marked(
    "Note: the password in the URL opens the database in this session and is not saved, but IPython's history"
    " holds the line. Better: %dbsource add NAME URL without it, which asks for it."
)


def without_typed_password(text: str) -> str:
    """A name, file or URL; of a URL with a password in it that is held for this session, and said so."""
    if "://" not in text:
        return text
    from dbchat_magic.core.datasources import has_password, hold_password_of_url

    if not has_password(text):
        return text
    url = hold_password_of_url(text)
    say(phrase(NOT_SAVED))
    return url
