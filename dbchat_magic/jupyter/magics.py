"""Magics: %dbchat, %%dbchat and %dbsource. They read the line, ask DbChat, and show the answer.

The datasource in use and the conversation live here: DbChat holds neither. Nothing heavy is imported before
the first question.
"""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand

from dbchat_magic.errors import Ambiguous, DbChatError
from dbchat_magic.jupyter import completion, display, question_mark
from dbchat_magic.jupyter.asking import with_password
from dbchat_magic.jupyter.conversation import Conversations, conversation_key
from dbchat_magic.jupyter.grammar import (
    ASK_FLAGS,
    SOURCE_FLAGS,
    Command,
    Flag,
    help_text,
    read_command,
    take_word,
)
from dbchat_magic.jupyter.notebook import (
    DbChat,
    drop_settings,
    find_settings,
    unnamed_datasource,
    without_password,
)
from dbchat_magic.jupyter.sources import (
    SOURCE_FORMS,
    find_source,
    find_source_of,
    run_verb,
    without_typed_password,
)
from dbchat_magic.language import counted, marked, phrase

if TYPE_CHECKING:
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.memory import Verified
    from dbchat_magic.core.translator import Translation
    from dbchat_magic.rendering.files import WrittenFile

OFFLINE = "offline"
SHOWN_HISTORY = 20
SHOWN_TABLES = 6
TYPING_SECONDS = 1.0
"""After the extension is loaded: the cell that does so has ended by then."""
MOST_CACHED = 32
UNASKED = frozenset({"cache", "quiet", "output"})
"""Options that are no part of what is asked."""
FROM_CACHE = marked("This is the answer of a moment ago: the data have not changed since.")
NOT_CACHED = marked("Not kept for --cache: this database does not tell when its data change.")
HISTORY_COLUMNS = (
    marked("datasource"), marked("question"), marked("outcome"), marked("rows"), marked("seconds"),
)  # fmt: skip

ASK_FORMS = marked("""\
Ask a database in plain words. The value is a pandas DataFrame; shown are how the question was read,
the SQL, the table and a chart.

  %dbchat how many orders per country?    ask
  df = %dbchat ...                        ask, and keep the DataFrame
  %%dbchat df <<                          the question below; store it in df, show nothing
  %%dbchat df = <<                        the question below; store it in df and show it
  %dbchat 2                               take the second reading that was offered
  %dbchat                                 which datasource is in use, and how to go on

A question is kept to the letter. A ; at its end shows nothing.""")


def load(shell: InteractiveShell, manage: Callable[[], Any]) -> None:
    """Give the shell our magics; what an earlier load gave it is replaced.

    `manage` makes the datasource manager. The settings stay where the manager was there first.
    """
    settings = find_settings(shell)
    take_away(shell)
    write_help()
    settings.observe(lambda _: write_help(), "lang")
    shell.register_magics(DbChatMagics(shell, settings, manage))
    display.register(shell, lambda: settings.displaylimit)
    question_mark.register(shell)
    completion.register(shell, settings)
    if type(shell).__name__ == "ZMQInteractiveShell":  # a kernel, whose user is about to type
        later = threading.Timer(TYPING_SECONDS, warm_up, (settings,))
        later.daemon = True
        later.start()


def warm_up(settings: DbChat) -> None:
    """While the user types: load what a question needs, and open the file that is in use. A server is not asked
    before the user asks."""
    with contextlib.suppress(Exception):  # the question will tell
        if not settings.datasource:
            return
        source = find_source(settings, "")
        from dbchat_magic.dialects import find_dialect

        if find_dialect(source.type).embedded:
            settings.chat().prepare(source)


def unload(shell: InteractiveShell) -> None:
    """Take everything away that `load` gave, the settings too."""
    drop_settings(shell)
    take_away(shell)


def take_away(shell: InteractiveShell) -> None:
    for kind, name in (("line", "dbchat"), ("cell", "dbchat"), ("line", "dbsource")):
        shell.magics_manager.magics[kind].pop(name, None)
    shell.magics_manager.registry.pop("DbChatMagics", None)
    display.unregister(shell)
    question_mark.unregister(shell)
    completion.unregister(shell)


def documented(forms: str, flags: Sequence[Flag]) -> Callable[[Any], Any]:
    """Give a magic its help, which `%dbchat?` and `--help` show.

    Written by ourselves: IPython's `magic_arguments` would make up a third of what loading costs, and its
    parser splits a question as a shell would.
    """

    def decorate(method: Any) -> Any:
        method.__doc__ = help_text(forms, flags)
        return method

    return decorate


def write_help() -> None:
    """The help again, in the language the person is known to read now."""
    DbChatMagics.dbchat.__doc__ = help_text(ASK_FORMS, ASK_FLAGS)
    DbChatMagics.dbsource.__doc__ = help_text(SOURCE_FORMS, SOURCE_FLAGS)


class DbChatUsageError(UsageError):
    """A user's error as IPython shows it: our message and hint, no traceback; the cell fails."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Question(NamedTuple):
    """A question as it was put, answered or not: what --why tells about."""

    text: str
    datasource: str | None
    model: str | None
    history: tuple[tuple[str, str], ...]
    tables: tuple[str, ...] | None


class Shown(NamedTuple):
    """What the last question or SQL came to: what --save and --why are about."""

    datasource: Datasource
    """As it was then: another may be in use since."""
    value: Answer | Translation


@magics_class
class DbChatMagics(Magics):
    """%dbchat and %dbsource."""

    def __init__(self, shell: InteractiveShell, settings: DbChat, manage: Callable[[], Any]) -> None:
        super().__init__(shell)
        self.settings = settings
        self._shell = shell
        self._manage = manage
        self._conversations = Conversations()
        self._last: Question | None = None
        self._shown: Shown | None = None
        self._choices: tuple[Translation, ...] = ()
        self._choices_of = Command("")
        self._cached: dict[Hashable, tuple[str, Answer]] = {}

    @no_var_expand
    @line_cell_magic
    @documented(ASK_FORMS, ASK_FLAGS)
    def dbchat(self, line: str = "", cell: str | None = None) -> Any:
        call = ("dbchat", line) if cell is None else ("dbchat", line, cell)
        return self._report(lambda: self._dbchat(call, line, cell), line)

    @no_var_expand
    @line_magic
    @documented(SOURCE_FORMS, SOURCE_FLAGS)
    def dbsource(self, line: str = "") -> Any:
        return self._report(lambda: self._dbsource(line), line)

    def _report(self, step: Callable[[], Any], line: str) -> Any:
        """Our errors and the stop button as one line, without a traceback; a bug stays one.

        A line with a password in it is in no traceback, whatever the settings.
        """
        try:
            return step()
        except DbChatError as error:
            if not self.settings.short_errors and not has_secret(line):
                raise
            from dbchat_magic.core.secrets import redact
            from dbchat_magic.rendering.cells import plain

            text = self._offer(error) if isinstance(error, Ambiguous) and error.choices else str(error)
            raise DbChatUsageError(redact(plain(text, keep_lines=True))) from None
        except KeyboardInterrupt:
            raise DbChatUsageError(phrase("Stopped.")) from None

    def _dbchat(self, call: Sequence[Any], line: str, cell: str | None) -> Any:
        command = without_password_in_url(read_command(line, cell))
        return with_password(
            self.settings,
            lambda: self._found(command),
            lambda: self._do(command, call),
        )

    def _do(self, command: Command, call: Sequence[Any]) -> Any:
        if "new" in command:
            self._conversations.forget(conversation_key(self._found(command)))
            self._choices = ()
        if "save" in command and "sql" not in command:
            return self._save(command)
        if not command.text.strip("?"):
            return self._about(command)
        if command.text.isdecimal() and "sql" not in command:
            return self._give(self._choose(int(command.text)), self._choices_of, call)
        if (bound := self._bound(command)) != command.text:
            command = command._replace(text=bound)
        if "no-run" in command:
            return self._give(self._translate(command), command, call)
        self._choices, self._choices_of = (), command
        if command.file:
            return self._export(command, call)
        if "cache" in command and "save" not in command:
            return self._give(self._answer_or_cached(command), command, call)
        if "sql" not in command:
            return self._give(self._ask(command), command, call)
        return self._give(self._verify(command) if "save" in command else self._run(command), command, call)

    def _bound(self, command: Command) -> str:
        """The text with the notebook's variables bound."""
        from dbchat_magic.jupyter.variables import bind_sql, bind_words

        if "sql" not in command:
            return bind_words(command.text, self._shell.user_ns)
        from dbchat_magic.dialects import find_dialect

        return bind_sql(command.text, self._shell.user_ns, lambda: find_dialect(self._found(command).type))

    def _about(self, command: Command) -> None:
        """What a line without a question asks: help, the last answer, or where one is."""
        if "help" in command or command.text:
            print(help_text(ASK_FORMS, ASK_FLAGS))  # noqa: T201
        elif "why" in command:
            self._show_why()
        elif "history" in command:
            self._show_history()
        elif "models" in command:
            self._show_models()
        elif "new" in command:
            print(phrase("The conversation with this datasource is forgotten."))  # noqa: T201
        else:
            print(self._where(command))  # noqa: T201

    def _ask(self, command: Command) -> Answer:
        from dbchat_magic.core.course import Course
        from dbchat_magic.jupyter.progress import CourseLine

        source, found = self._source(command), self._found(command)
        last = self._begin(command, found)
        line = CourseLine(self._shell)
        try:
            answer = self.settings.chat().ask(
                command.text,
                source,
                model=last.model,
                history=last.history,
                rows=read_rows(command),
                tables=last.tables,
                chart=command.options.get("chart"),
                votes=read_votes(command),
                course=Course(line),
            )
        finally:
            line.end()
        self._choices = choices_of(answer)
        return self._remember(found, answer)

    def _answer_or_cached(self, command: Command) -> Answer:
        """The answer of this session to the same question, while the data are the same; else a new one."""
        found = self._found(command)
        # Before the question: what changes meanwhile is noticed.
        mark = self.settings.chat().data_mark(self._source(command))
        options = tuple(sorted(pair for pair in command.options.items() if pair[0] not in UNASKED))
        asked = (
            conversation_key(found),
            command.text,
            options,
            datetime.date.today(),
            self.settings.row_limit,
            self.settings.decimals,
        )
        known = self._cached.get(asked)
        if known is not None and mark and known[0] == mark:
            answer = replace(
                known[1], frame=known[1].frame.copy(), notes=(*known[1].notes, phrase(FROM_CACHE))
            )
            return self._remember(found, answer)
        answer = self._run(command) if "sql" in command else self._ask(command)
        if mark:
            self._cached[asked] = mark, replace(answer, frame=answer.frame.copy())
            while len(self._cached) > MOST_CACHED:
                del self._cached[next(iter(self._cached))]
        return answer if mark else replace(answer, notes=(*answer.notes, phrase(NOT_CACHED)))

    def _begin(self, command: Command, found: Datasource) -> Question:
        """Keep the question for --why, whatever becomes of it."""
        model, history = command.options.get("model"), self._conversations.turns(conversation_key(found))
        history = () if "cache" in command else history
        self._shown = None
        self._last = Question(command.text, self._source(command), model, history, read_tables(command))
        return self._last

    def _run(self, command: Command, question: str = "") -> Answer:
        chat = self.settings.chat()
        source, found = self._source(command), self._found(command, chat)
        rows, chart = read_rows(command), command.options.get("chart")
        if "quiet" in command and not question:
            chart = "none"  # which nobody would see
        self._last = self._shown = None
        # Named, it need not be looked for twice; else `run` notes which one it has taken.
        answer = chat.run(command.text, source and found, rows=rows, chart=chart, question=question)
        return self._remember(found, answer)

    def _export(self, command: Command, call: Sequence[Any]) -> Path:
        """Write the whole result to a file; of a question the first rows are shown, and are asked for first."""
        from dbchat_magic.jupyter.progress import FileLine
        from dbchat_magic.rendering.files import check_file

        place = check_file(command.file)
        sql, source = command.text, self._source(command)
        if "sql" not in command:
            shown = command._replace(options={"rows": str(self.settings.displaylimit), **command.options})
            answer = self._ask(shown)
            sql = answer.sql
            if command.shows:
                display.show_answer(self._shell, replace(answer, chart=None), self.settings.displaylimit)
        line = FileLine(self._shell)
        try:
            written = self.settings.chat().export(sql, place, source, on_progress=line)
        finally:
            line.end()
        if command.shows:
            print(written_text(written))  # noqa: T201
        return written.path

    def _verify(self, command: Command) -> Answer:
        """Run somebody's own SQL and keep it as the answer to a question."""
        from dbchat_magic.core.memory import check_question

        question = check_question(command.options["save"])
        answer = self._run(command, question)
        say_saved(self.settings.chat().memory.save(answer, question, self._source(command)))
        return answer

    def _save(self, command: Command) -> None:
        """Keep the last answer as verified."""
        self._cached.clear()
        if command.text:
            raise DbChatError(
                phrase("After --save a question stands in quotes."),
                phrase('Write %dbchat --save "{text}".', text=command.text),
            )
        if self._shown is None or not hasattr(self._shown.value, "frame"):
            raise DbChatError(
                phrase("There is no answer to save: the last question has none."),
                phrase("Ask, look at the answer, and save it then."),
            )
        answer = cast("Answer", self._shown.value)
        memory = self.settings.chat().memory
        say_saved(memory.save(answer, command.options["save"], self._shown.datasource))

    def _translate(self, command: Command) -> Translation:
        from dbchat_magic.core.guard import check
        from dbchat_magic.core.translator import Translation

        source = self._source(command)
        if "sql" in command:
            schema = self.settings.chat().schema(source)
            return Translation(check(command.text, schema.dialect, schema).text, "")
        found = self._found(command)
        last = self._begin(command, found)
        translation = self.settings.chat().translate(
            command.text, source, model=last.model, history=last.history, tables=last.tables
        )
        self._keep(found, command.text, translation)
        return translation

    def _choose(self, number: int) -> Answer:
        """The answer by one of the readings that were offered last."""
        if not 1 <= number <= len(self._choices):
            known = (
                phrase("Give a number from 1 to {last}.", last=len(self._choices))
                if self._choices
                else phrase("Ask a question first.")
            )
            raise DbChatError(phrase("There is no choice {number}.", number=number), known)
        choice, command = self._choices[number - 1], self._choices_of
        source, found = self._source(command), self._found(command)
        answer = self.settings.chat().run(
            choice.sql,
            source,
            rows=read_rows(command),
            chart=command.options.get("chart"),
            choice=choice,
            question=command.text,
        )
        return self._remember(found, answer)

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

    def _remember(self, found: Datasource, answer: Answer) -> Answer:
        self._keep(found, answer.question, answer)
        return answer

    def _keep(self, found: Datasource, question: str, value: Answer | Translation) -> None:
        """What was shown, for --save and --why, and for the next question."""
        self._shown = Shown(found, value)
        self._conversations.add(conversation_key(found), question, value.sql)

    def _offer(self, error: Ambiguous) -> str:
        self._choices = error.choices
        numbered = "\n".join(
            f"  {number}. {choice.reading}" for number, choice in enumerate(error.choices, 1)
        )
        return phrase(
            "This can be read in several ways:\n{numbered}\nTake one with %dbchat 1, or ask more precisely.",
            numbered=numbered,
        )

    def _show_why(self) -> None:
        """What the SQL does that ran last, then how the question was read."""
        if self._last is None and self._shown is None:
            raise DbChatError(phrase("Nothing has been asked yet."), phrase("Try %dbchat and a question."))
        from dbchat_magic.rendering.cells import plain

        parts = [self._why_sql(), self._why_reading()]
        lines = [line for part in parts if part for line in ("", *part)][1:]
        print("\n".join(map(plain, lines)))  # noqa: T201

    def _why_sql(self) -> list[str]:
        if self._shown is None:
            return []
        from dbchat_magic.core.explain import explain_sql

        dialect = self._shown.datasource.type
        return [
            phrase("What the SQL does:"),
            *(f"  {line}" for line in explain_sql(self._shown.value.sql, dialect)),
        ]

    def _why_reading(self) -> list[str]:
        """How a translator came to its reading; nothing where none was asked."""
        last, shown = self._last, self._shown
        if last is None or (shown and getattr(shown.value, "verified", False)):
            return [phrase("Note: {note}", note=note) for note in shown.value.notes] if shown else []
        why = self.settings.chat().why(
            last.text, last.datasource, model=last.model, history=last.history, tables=last.tables
        )
        return (
            why.split("\n")
            if why
            else [phrase("Question: {question}", question=last.text), *self._reading_of(last)]
        )

    def _reading_of(self, last: Question) -> list[str]:
        """What is known of a reading whose translator does not tell how it came to it."""
        if self._shown is None:
            return [phrase("It was not answered, and its translator does not tell why.")]
        read = self._shown.value
        lines = [
            phrase("Read as: {reading}", reading=read.reading),
            phrase("Confidence: {share}", share=f"{read.confidence:.0%}"),
        ]
        if read.ignored:
            lines.append(phrase("Not used: {words}", words=", ".join(read.ignored)))
        lines += [phrase("Note: {note}", note=note) for note in read.notes]
        return lines + [
            phrase("It could also mean: {reading}", reading=other.reading) for other in read.alternatives
        ]

    def _show_models(self) -> None:
        found = self.settings.chat().models()
        rows = [("offline", phrase("built in"), "", phrase("needs no model"))]
        rows += [(each.name, each.server, each.address, each.note) for each in found]
        display.show_rows(
            self._shell,
            ("-m", phrase("server"), phrase("address"), ""),
            rows,
            phrase("Models that can be asked"),
        )

    def _show_history(self) -> None:
        entries = self.settings.chat().history.recent(SHOWN_HISTORY)
        rows = [
            (e.asked[11:16], e.datasource, e.question or e.sql, e.outcome, e.rows, e.seconds) for e in entries
        ]
        names = ("UTC", *map(phrase, HISTORY_COLUMNS))
        display.show_rows(self._shell, names, rows, phrase("What was asked"))

    def _where(self, command: Command) -> str:
        """Which datasource is in use, and how to go on."""
        from dbchat_magic.core.datasources import DEMO
        from dbchat_magic.rendering.cells import plain

        source = self._source(command)
        chat = self.settings.chat()
        names = [plain(table.name) for table in chat.schema(source).tables]
        more = ", …" if len(names) > SHOWN_TABLES else ""
        example = f"how many {names[0] if names else 'rows'} are there?"  # a question is English
        in_use = without_password(source or unnamed_datasource(self.settings))
        demo = phrase(", the built-in shop") if in_use == DEMO and not source else ""
        offline = phrase("offline, built in; no model is asked and nothing leaves this machine")
        tables = counted("{count} table", "{count} tables", len(names))
        return "\n".join(
            (
                phrase(
                    "Datasource: {name} ({tables}: {names})",
                    name=f"{in_use}{demo}",
                    tables=tables,
                    names=", ".join(names[:SHOWN_TABLES]) + more,
                ),
                phrase("Translator: {name}", name=chat.settings.model or offline),
                phrase("Ask:        %dbchat {question}", question=example),
                phrase(
                    "More:       %dbsource schema · %dbsource add NAME FILE · %dbsource list · %dbchat --help"
                ),
            )
        )

    def _source(self, command: Command) -> str | None:
        """What names the datasource; None: nothing does."""
        return command.options.get("datasource") or self.settings.datasource or None

    def _found(self, command: Command, chat: Chat | None = None) -> Datasource:
        """The datasource as it is before the question: whatever becomes of it meanwhile."""
        return find_source_of(chat or self.settings.chat(), self.settings, self._source(command) or "")

    def _dbsource(self, line: str) -> Any:
        self._cached.clear()  # terms, fields and files may be others afterwards
        verb, rest = take_word(line)
        if verb in ("--help", "-h", "help") or rest in ("--help", "-h"):
            print(help_text(SOURCE_FORMS, SOURCE_FLAGS))  # noqa: T201
        elif not verb and not display.is_terminal(self._shell):
            return self._manage()
        else:
            run_verb(verb or "list", self.settings, rest)
        return None


def written_text(written: WrittenFile) -> str:
    from dbchat_magic.rendering.cells import plain

    told = phrase(
        "{rows} rows, {megabytes} MB, in {seconds} s: {path}",
        rows=f"{written.rows:,}",
        megabytes=f"{written.bytes / 1e6:,.1f}",
        seconds=f"{written.seconds:.1f}",
        path=written.path,
    )
    return plain(told)


def say_saved(saved: Verified) -> None:
    from dbchat_magic.rendering.cells import plain

    print(  # noqa: T201
        plain(
            phrase(
                "Verified, number {id}: from now on this SQL answers “{question}”.",
                id=saved.id,
                question=saved.question,
            )
        )
    )


def without_password_in_url(command: Command) -> Command:
    """The command; a password in its datasource's URL is held for this session."""
    datasource = command.options.get("datasource", "")
    without = without_typed_password(datasource)
    if without == datasource:
        return command
    return command._replace(options={**command.options, "datasource": without})


def has_secret(line: str) -> bool:
    if "://" not in line:
        return False
    from dbchat_magic.core.datasources import has_password

    return has_password(line)


def read_rows(command: Command) -> int | None:
    """The row limit given with -n; raises DbChatError when it is no whole number of rows."""
    text = command.options.get("rows")
    if text is None:
        return None
    if not text.isdecimal():
        raise DbChatError(
            phrase("{text!r} is not a number of rows.", text=text),
            phrase("Write -n and a whole number; 0: only the columns."),
        )
    return int(text)


def read_votes(command: Command) -> int:
    """How often a model is asked; raises DbChatError for what is no number."""
    text = command.options.get("votes", "1")
    if not text.isdecimal():
        raise DbChatError(
            phrase("{text!r} is not a number of votes.", text=text),
            phrase("Write --votes and a whole number, as in --votes 3."),
        )
    return int(text)


def choices_of(answer: Answer) -> tuple[Translation, ...]:
    """The reading that was taken and the others, for %dbchat 2."""
    from dbchat_magic.core.translator import Translation

    if not answer.alternatives:
        return ()
    return (Translation(answer.sql, answer.reading, answer.confidence), *answer.alternatives)


def read_tables(command: Command) -> tuple[str, ...] | None:
    text = command.options.get("tables")
    return None if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


def with_origin(answer: Answer) -> pd.DataFrame:
    """The answer's DataFrame, with where it came from in `attrs`."""
    answer.frame.attrs["dbchat"] = {
        "sql": answer.sql,
        "reading": answer.reading,
        "datasource": answer.datasource,
    }
    return answer.frame
