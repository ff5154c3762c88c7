"""Magics: %dbchat, %%dbchat and %dbsource. They read the line, ask DbChat, and show the answer.

The datasource in use and the conversation live here: DbChat holds neither. Nothing heavy is imported before
the first question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand
from traitlets import Bool, Float, Int, Unicode, default
from traitlets.config import Configurable

from dbchat_magic.core.settings import Settings, read_settings
from dbchat_magic.errors import Ambiguous, DatasourceError, DbChatError
from dbchat_magic.jupyter import display, question_mark
from dbchat_magic.jupyter.grammar import (
    ASK_FLAGS,
    SOURCE_FLAGS,
    Command,
    Flag,
    help_text,
    read_command,
    split_flags,
    take_word,
    unquote,
)

if TYPE_CHECKING:
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.ask import DbChat as Engine
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.translator import Translation

OFFLINE = "offline"
LONGEST_CONVERSATION = 10
"""Turns that a question is asked after."""
SHOWN_HISTORY = 20
SHOWN_TABLES = 6

ASK_FORMS = """\
Ask a database in plain words. The value is a pandas DataFrame; shown are how the question was read,
the SQL, the table and a chart.

  %dbchat how many orders per country?    ask
  df = %dbchat ...                        ask, and keep the DataFrame
  %%dbchat df <<                          the question below; store it in df, show nothing
  %%dbchat df = <<                        the question below; store it in df and show it
  %dbchat 2                               take the second reading that was offered
  %dbchat                                 which datasource is in use, and how to go on

A question is kept to the letter. A ; at its end shows nothing."""

SOURCE_FORMS = """\
The databases you ask, by name.

  %dbsource add NAME FILE                 keep a database file under a name, and use it
  %dbsource add NAME URL                  the same with an SQLAlchemy URL
  %dbsource add NAME --type KIND --path FILE
  %dbsource list                          those you keep
  %dbsource use NAME                      ask this one from now on; a file or URL works too
  %dbsource show [NAME]                   its fields
  %dbsource schema [NAME]                 its tables and columns
  %dbsource rename OLD NEW
  %dbsource remove NAME                   forget it; its data are not touched"""


def load(shell: InteractiveShell) -> None:
    """Give the shell our magics; what an earlier load gave it is replaced."""
    unload(shell)
    settings = DbChat(parent=shell)
    configurables_of(shell).append(settings)
    shell.register_magics(DbChatMagics(shell, settings))
    display.register(shell, lambda: settings.displaylimit)
    question_mark.register(shell)


def unload(shell: InteractiveShell) -> None:
    """Take everything away that `load` gave."""
    configurables = configurables_of(shell)
    configurables[:] = [each for each in configurables if not is_ours(each)]
    for kind, name in (("line", "dbchat"), ("cell", "dbchat"), ("line", "dbsource")):
        shell.magics_manager.magics[kind].pop(name, None)
    shell.magics_manager.registry.pop("DbChatMagics", None)
    display.unregister(shell)
    question_mark.unregister(shell)


def configurables_of(shell: InteractiveShell) -> list[Any]:
    """What `%config` lists."""
    return cast(list[Any], shell.configurables)


def is_ours(value: object) -> bool:
    """Compared by name: after a reload the class of before is another one."""
    return type(value).__module__ == __name__ and type(value).__name__ == DbChat.__name__


class DbChat(Configurable):
    """The settings of the magics, for `%config DbChat`; they start from the DBCHAT_ variables."""

    datasource = Unicode(
        help="The datasource in use: a name, a file or a URL; empty: the only one, else the demo."
    ).tag(config=True)
    row_limit = Int(min=1, help="Most rows that a question fetches.").tag(config=True)
    timeout = Float(min=0.1, help="Seconds that a query may run.").tag(config=True)
    confidence = Float(min=0, max=1, help="Below this you are asked which reading you mean.").tag(config=True)
    displaylimit = Int(10, min=0, help="Rows of a result that are shown.").tag(config=True)
    short_errors = Bool(True, help="Errors are a line and a hint; False: with traceback.").tag(config=True)

    @default("datasource")
    def _datasource_of_environment(self) -> str:
        return read_settings().datasource or ""

    @default("row_limit")
    def _row_limit_of_environment(self) -> int:
        return read_settings().row_limit

    @default("timeout")
    def _timeout_of_environment(self) -> float:
        return read_settings().timeout

    @default("confidence")
    def _confidence_of_environment(self) -> float:
        return read_settings().confidence

    def settings(self) -> Settings:
        """What a question is asked with; raises DbChatError naming a variable that does not fit."""
        return replace(
            read_settings(),
            datasource=self.datasource or None,
            row_limit=self.row_limit,
            timeout=self.timeout,
            confidence=self.confidence,
        )


def documented(forms: str, flags: Sequence[Flag]) -> Callable[[Any], Any]:
    """Give a magic its help, which `%dbchat?` and `--help` show.

    Written by ourselves: IPython's `magic_arguments` would make up a third of what loading costs, and its
    parser splits a question as a shell would.
    """

    def decorate(method: Any) -> Any:
        method.__doc__ = help_text(forms, flags)
        return method

    return decorate


class DbChatUsageError(UsageError):
    """A user's error as IPython shows it: our message and hint, no traceback; the cell fails."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Asked:
    """A question that was answered, for the conversation and for --why."""

    datasource: str
    question: str
    sql: str
    read: Answer | Translation


@magics_class
class DbChatMagics(Magics):
    """%dbchat and %dbsource."""

    def __init__(self, shell: InteractiveShell, settings: DbChat) -> None:
        super().__init__(shell)
        self.settings = settings
        self._shell = shell
        self._engine: Engine | None = None
        self._asked: list[Asked] = []
        self._choices: tuple[Translation, ...] = ()
        self._choices_of = Command("")

    @no_var_expand
    @line_cell_magic
    @documented(ASK_FORMS, ASK_FLAGS)
    def dbchat(self, line: str = "", cell: str | None = None) -> Any:
        call = ("dbchat", line) if cell is None else ("dbchat", line, cell)
        return self._report(lambda: self._dbchat(call, line, cell))

    @no_var_expand
    @line_magic
    @documented(SOURCE_FORMS, SOURCE_FLAGS)
    def dbsource(self, line: str = "") -> None:
        self._report(lambda: self._dbsource(line))

    def _report(self, step: Callable[[], Any]) -> Any:
        """Our errors and the stop button as one line, without a traceback; a bug stays one."""
        from dbchat_magic.rendering.cells import plain

        try:
            return step()
        except DbChatError as error:
            if not self.settings.short_errors:
                raise
            text = self._offer(error) if isinstance(error, Ambiguous) and error.choices else str(error)
            raise DbChatUsageError(plain(text, keep_lines=True)) from None
        except KeyboardInterrupt:
            raise DbChatUsageError("Stopped.") from None

    def _dbchat(self, call: Sequence[Any], line: str, cell: str | None) -> Any:
        command = read_command(line, cell)
        if "model" in command and command.options["model"] != OFFLINE:
            raise DbChatError("Language models are not built yet.", f"Leave out -m, or write -m {OFFLINE}.")
        if "new" in command:
            self._asked.clear()
            self._choices = ()
        if not command.text.strip("?"):
            return self._about(command)
        if command.text.isdecimal() and "sql" not in command:
            return self._give(self._choose(int(command.text)), self._choices_of, call)
        if "no-run" in command:
            return self._give(self._translate(command), command, call)
        self._choices, self._choices_of = (), command
        answer = self._run(command) if "sql" in command else self._ask(command)
        return self._give(answer, command, call)

    def _about(self, command: Command) -> None:
        """What a line without a question asks: help, the last answer, or where one is."""
        if "help" in command or command.text:
            print(self.dbchat.__doc__)  # noqa: T201
        elif "why" in command:
            self._show_why()
        elif "history" in command:
            self._show_history()
        elif "new" in command:
            print("The conversation is forgotten.")  # noqa: T201
        else:
            print(self._where(command))  # noqa: T201

    def _ask(self, command: Command) -> Answer:
        source = self._source(command)
        answer = self._chat().ask(
            command.text,
            source,
            model=command.options.get("model"),
            history=self._conversation(source),
            rows=read_rows(command),
            tables=read_tables(command),
            chart=command.options.get("chart"),
        )
        return self._remember(source, answer)

    def _run(self, command: Command) -> Answer:
        source = self._source(command)
        rows, chart = read_rows(command), command.options.get("chart")
        return self._remember(source, self._chat().run(command.text, source, rows=rows, chart=chart))

    def _translate(self, command: Command) -> Translation:
        from dbchat_magic.core.guard import check
        from dbchat_magic.core.translator import Translation

        source = self._source(command)
        if "sql" in command:
            schema = self._chat().schema(source)
            return Translation(check(command.text, schema.dialect, schema).text, "")
        translation = self._chat().translate(
            command.text,
            source,
            model=command.options.get("model"),
            history=self._conversation(source),
            tables=read_tables(command),
        )
        self._asked.append(Asked(source or "", command.text, translation.sql, translation))
        return translation

    def _choose(self, number: int) -> Answer:
        """The answer by one of the readings that were offered last."""
        if not 1 <= number <= len(self._choices):
            known = (
                f"Give a number from 1 to {len(self._choices)}." if self._choices else "Ask a question first."
            )
            raise DbChatError(f"There is no choice {number}.", known)
        choice, command = self._choices[number - 1], self._choices_of
        source = self._source(command)
        answer = self._chat().run(
            choice.sql,
            source,
            rows=read_rows(command),
            chart=command.options.get("chart"),
            choice=choice,
            question=command.text,
        )
        return self._remember(source, answer)

    def _give(self, value: Any, command: Command, call: Sequence[Any]) -> Any:
        """Show the value as the command wants, store it, and hand it on: an answer as its DataFrame."""
        is_answer = hasattr(value, "frame")
        if command.shows and is_answer:
            display.show_answer(self._shell, value, self.settings.displaylimit)
        elif command.shows:
            display.show_translation(self._shell, value)
        given = with_origin(value) if is_answer else value
        if command.name:
            self._shell.push({command.name: given})
        return display.already_shown(self._shell, call, given) if command.returns else None

    def _remember(self, source: str | None, answer: Answer) -> Answer:
        if answer.question:
            self._asked.append(Asked(source or "", answer.question, answer.sql, answer))
        del self._asked[:-LONGEST_CONVERSATION]
        return answer

    def _conversation(self, source: str | None) -> list[tuple[str, str]]:
        """What was asked before of the same datasource."""
        return [(asked.question, asked.sql) for asked in self._asked if asked.datasource == (source or "")]

    def _offer(self, error: Ambiguous) -> str:
        self._choices = error.choices
        numbered = "\n".join(
            f"  {number}. {choice.reading}" for number, choice in enumerate(error.choices, 1)
        )
        return (
            f"This can be read in several ways:\n{numbered}\nTake one with %dbchat 1, or ask more precisely."
        )

    def _show_why(self) -> None:
        if not self._asked:
            raise DbChatError("Nothing has been asked yet.", "Try %dbchat and a question.")
        from dbchat_magic.rendering.cells import plain

        asked = self._asked[-1]
        lines = [f"Question: {asked.question}", f"Read as: {asked.read.reading or 'you wrote the SQL'}"]
        lines.append(f"Confidence: {asked.read.confidence:.0%}")
        if asked.read.ignored:
            lines.append(f"Not used: {', '.join(asked.read.ignored)}")
        lines += [f"Note: {note}" for note in asked.read.notes]
        lines += [f"It could also mean: {other.reading}" for other in asked.read.alternatives]
        print("\n".join(plain(line) for line in lines))  # noqa: T201

    def _show_history(self) -> None:
        entries = self._chat().history.recent(SHOWN_HISTORY)
        rows = [
            (e.asked[11:16], e.datasource, e.question or e.sql, e.outcome, e.rows, e.seconds) for e in entries
        ]
        names = ("UTC", "datasource", "question", "outcome", "rows", "seconds")
        display.show_rows(self._shell, names, rows, "What was asked")

    def _where(self, command: Command) -> str:
        """Which datasource is in use, and how to go on."""
        from dbchat_magic.core.datasources import DEMO
        from dbchat_magic.rendering.cells import plain

        source = self._source(command)
        schema = self._chat().schema(source)
        names = [plain(table.name) for table in schema.tables]
        more = ", …" if len(names) > SHOWN_TABLES else ""
        example = f"how many {names[0] if names else 'rows'} are there?"
        kept = self._chat().datasources.all()
        model = self._chat().settings.model
        unnamed = kept[0].name if len(kept) == 1 else f"{DEMO}, the built-in shop"
        in_use = re.sub(r"(://[^:/@\s]*):[^@\s]+@", r"\1:******@", source or unnamed)
        offline = "offline, built in; no model is asked and nothing leaves this machine"
        return "\n".join(
            (
                f"Datasource: {in_use} ({len(names)} tables: {', '.join(names[:SHOWN_TABLES])}{more})",
                f"Translator: {model or offline}",
                f"Ask:        %dbchat {example}",
                "More:       %dbsource schema · %dbsource add NAME FILE · %dbsource list · %dbchat --help",
            )
        )

    def _source(self, command: Command) -> str | None:
        refuse_password(command.options.get("datasource", ""))
        return command.options.get("datasource") or self.settings.datasource or None

    def _chat(self) -> Engine:
        """The engine with the settings of now; it is made anew only when they have changed."""
        from dbchat_magic.core.ask import DbChat as Engine  # pandas and the rest are loaded with it

        settings = self.settings.settings()
        if self._engine is None or self._engine.settings != settings:
            self._engine = Engine(settings=settings)
        return self._engine

    def _dbsource(self, line: str) -> None:
        verb, rest = take_word(line)
        if verb in ("--help", "-h", "help"):
            print(self.dbsource.__doc__)  # noqa: T201
        elif verb in NOT_BUILT:
            raise DbChatError(f"%dbsource {verb} is not built yet.", f"There is {', '.join(VERBS)}.")
        elif verb and verb not in VERBS:
            raise DbChatError(f"%dbsource does not know {verb!r}.", f"There is {', '.join(VERBS)}.")
        else:
            VERBS[verb or "list"](self, rest)

    def add_source(self, rest: str) -> None:
        name, rest = take_word(rest)
        options, place = split_flags(rest, SOURCE_FLAGS)
        comment = options.pop("comment", "")
        type, params = read_place(place, options)
        if not name or name.startswith("-") or not type:
            raise DbChatError(
                "A datasource needs a name and a place.", "Write %dbsource add NAME FILE, or NAME URL."
            )
        added = self._chat().datasources.add(name, type, comment=comment, **params)
        self.settings.datasource = added.name
        print(f"Added {added.name} ({added.type}); it is in use now.")  # noqa: T201

    def list_sources(self, _rest: str) -> None:
        from dbchat_magic.core.datasources import DEMO

        in_use = self.settings.datasource.lower()
        kept = self._chat().datasources.all()
        rows = [
            ("→" if s.name.lower() == in_use else "", s.name, s.type, place_of(s), s.comment) for s in kept
        ]
        if all(source.name.lower() != DEMO for source in kept):
            is_demo = in_use == DEMO or (not in_use and len(kept) != 1)
            rows.append(("→" if is_demo else "", DEMO, "sqlite", "built in", "a shop, for trying things out"))
        elif not in_use and len(kept) == 1:
            rows[0] = ("→", *rows[0][1:])
        display.show_rows(self._shell, ("in use", "name", "type", "where", "comment"), rows, "Datasources")

    def use_source(self, rest: str) -> None:
        source = self._find(rest, needed=True)
        name = take_word(rest)[0]
        is_known = source.id or name.lower() == source.name.lower()
        self.settings.datasource = source.name if is_known else str(source.params.get("path", name))
        print(f"In use: {source.name} ({source.type}).")  # noqa: T201

    def show_source(self, rest: str) -> None:
        from dbchat_magic.dialects import find_dialect
        from dbchat_magic.rendering.cells import plain

        source = self._find(rest)
        secret = {parameter.name for parameter in find_dialect(source.type).parameters if parameter.secret}
        fields = {"name": source.name, "type": source.type, **source.params, "comment": source.comment}
        lines = (
            f"{key}: {'******' if key in secret else plain(str(value))}" for key, value in fields.items()
        )
        print("\n".join(lines))  # noqa: T201

    def show_schema(self, rest: str) -> None:
        source = take_word(rest)[0] or self.settings.datasource or None
        display.show_schema(self._shell, self._chat().schema(source))

    def rename_source(self, rest: str) -> None:
        old, rest = take_word(rest)
        new = take_word(rest)[0]
        if not new:
            raise DbChatError("Two names are needed.", "Write %dbsource rename OLD NEW.")
        renamed = self._chat().datasources.update(old, name=new)
        if self.settings.datasource.lower() == old.lower():
            self.settings.datasource = renamed.name
        print(f"{old} is called {renamed.name} now.")  # noqa: T201

    def remove_source(self, rest: str) -> None:
        name = take_word(rest)[0]
        if not name:
            raise DbChatError("Which datasource?", "Write %dbsource remove NAME; %dbsource list shows them.")
        removed = self._chat().datasources.remove(name)
        if self.settings.datasource.lower() == removed.name.lower():
            self.settings.datasource = ""
        print(f"Removed {removed.name} from the list; its data were not touched.")  # noqa: T201

    def _find(self, rest: str, needed: bool = False) -> Datasource:
        from dbchat_magic.core.datasources import DEMO, find_datasource

        chat, name = self._chat(), take_word(rest)[0]
        if needed and not name:
            raise DbChatError("Which datasource?", "Write %dbsource use NAME; %dbsource list shows them.")
        refuse_password(name)
        return find_datasource(chat.datasources, name or self.settings.datasource or DEMO, chat.settings.home)


VERBS: dict[str, Callable[[DbChatMagics, str], None]] = {
    "add": DbChatMagics.add_source,
    "list": DbChatMagics.list_sources,
    "use": DbChatMagics.use_source,
    "show": DbChatMagics.show_source,
    "schema": DbChatMagics.show_schema,
    "rename": DbChatMagics.rename_source,
    "remove": DbChatMagics.remove_source,
}
NOT_BUILT = ("test", "refresh", "terms")


def read_rows(command: Command) -> int | None:
    """The row limit given with -n; raises DbChatError when it is no whole number of rows."""
    text = command.options.get("rows")
    if text is None:
        return None
    if not text.isdecimal():
        raise DbChatError(
            f"{text!r} is not a number of rows.", "Write -n and a whole number; 0: only the columns."
        )
    return int(text)


def read_tables(command: Command) -> tuple[str, ...] | None:
    text = command.options.get("tables")
    return None if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


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


def place_of(source: Datasource) -> str:
    """Where a datasource is, in a word."""
    if "path" in source.params:
        return str(source.params["path"])
    return " ".join(str(source.params[key]) for key in ("host", "port", "database") if key in source.params)


def with_origin(answer: Answer) -> pd.DataFrame:
    """The answer's DataFrame, with where it came from in `attrs`."""
    answer.frame.attrs["dbchat"] = {
        "sql": answer.sql,
        "reading": answer.reading,
        "datasource": answer.datasource,
    }
    return answer.frame
