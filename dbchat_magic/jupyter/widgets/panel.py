"""Ask panel: a widget with a box for a question and the answer below it, for those who do not want to write cells.

A question runs in a thread of its own, so that Stop works while it does, and other cells run meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.core.getipython import get_ipython

from dbchat_magic.core.course import Course, Event, Step
from dbchat_magic.core.memory import check_question
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import Ambiguous, DbChatError
from dbchat_magic.jupyter.conversation import Conversations, conversation_key
from dbchat_magic.jupyter.notebook import (
    DbChat,
    find_settings,
    list_datasources,
    unnamed_datasource,
    without_password,
)
from dbchat_magic.jupyter.variables import bind_sql, bind_words
from dbchat_magic.jupyter.widgets.answer_view import AnswerView, choice_buttons, rows_words
from dbchat_magic.jupyter.widgets.controls import close_all, field, hint_html, row, show, unheard
from dbchat_magic.jupyter.widgets.presses import PRESSES
from dbchat_magic.jupyter.widgets.suggestions import suggest_questions
from dbchat_magic.jupyter.widgets.talk import Talk
from dbchat_magic.jupyter.widgets.watch import Watch
from dbchat_magic.jupyter.widgets.work import Work
from dbchat_magic.language import phrase
from dbchat_magic.rendering.cells import plain

if TYPE_CHECKING:
    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.translator import Offered, Translation

OFFLINE = "offline"
MOST_TURNS = 20
SUGGESTED = 4
"""Questions that are offered as buttons before the first one."""
TOLD_CHARACTERS = 160
"""Of what a model writes."""
RECENT = 200
"""Entries of the history that are looked at."""

STYLE = """<style>
.dbchat-panel .dbchat-choice, .dbchat-panel .dbchat-turn {
  height: auto; min-height: var(--jp-widgets-inline-height); text-align: left; white-space: normal;
  max-width: 100%; line-height: 1.4; padding: 4px 10px; }
.dbchat-code textarea { font-family: var(--jp-code-font-family, monospace); font-size: var(--jp-code-font-size, 13px); }
</style>"""


def panel() -> AskPanel:
    """The ask panel of this notebook."""
    return AskPanel(find_settings(get_ipython()))


@dataclass(frozen=True)
class Turn:
    """A question with its answer."""

    question: str
    source: Datasource
    """As it was then."""
    answer: Answer


class AskPanel(ipywidgets.VBox):
    """Pickers, the conversation so far, a question, and its answer."""

    def __init__(self, settings: DbChat) -> None:
        self._settings = settings
        self._talk = Talk(settings)
        self._quiet = Work(self._talk.lock, lambda _seconds: None)
        self._conversations = Conversations()
        self._turns: list[Turn] = []
        self._shown: Turn | None = None
        self._asked = ""
        self._written = ""
        self._step = 0
        self._source = field(phrase("Datasource"), phrase("Which one is asked"), ipywidgets.Dropdown)
        self._model = field(
            phrase("Translator"), phrase("Who turns the question into SQL"), ipywidgets.Dropdown
        )
        for picker in (self._source, self._model):
            picker.layout = {"width": "auto", "max_width": "28em"}
        self._models: tuple[Offered, ...] = ()
        self._leaving = ipywidgets.HTML()
        self._talked = ipywidgets.VBox(layout={"max_height": "16em", "overflow": "auto"})
        self._question = field(
            phrase("Question"), phrase("Ask in plain words, and press Enter"), ipywidgets.Combobox
        )
        self._question.layout = {"flex": "1 1 24em", "width": "auto", "max_width": "56em"}
        self._suggested = row()
        self._choices = ipywidgets.VBox()
        self._view = AnswerView(
            self._talk.pressed,
            lambda: settings.displaylimit,
            self._run,
            self._take,
            self._verify,
            self._to_cell,
        )
        self._cell = field(
            phrase("Cell"), phrase("Copy it into a cell"), ipywidgets.Textarea, rows=5, disabled=False
        )
        self._whole = field(phrase("Whole question"), phrase("The question that this SQL answers"))
        self._verifying = row(
            self._whole,
            self._talk.button(
                phrase("Save"), self._verify_whole, phrase("Keep the SQL as the answer to this question")
            ),
            indented=False,
        )
        super().__init__(
            [
                ipywidgets.HTML(STYLE),
                self._pickers(),
                self._leaving,
                self._talked,
                row(
                    self._question,
                    self._talk.button(phrase("Ask"), self._ask, phrase("Put this question")),
                    indented=False,
                ),
                self._suggested,
                self._talk.box,
                self._choices,
                self._view.box,
                self._verifying,
                self._cell,
            ]
        )
        self.add_class("dbchat-panel")
        self._hide_below()
        self._question.on_msg(self._message)
        self._source.observe(self._source_picked, "value")
        self._model.observe(self._model_picked, "value")
        self._settings.observe(self._settings_changed, ["datasource", "model", "base_url", "samples"])
        self._talk.attempt(self._open)
        self._watch = Watch(settings.chat().store.changes, self._changed_elsewhere)
        self._watch.start()

    def close(self) -> None:
        """Take the widget away; nothing is told to it any more."""
        if self.comm is not None:  # ipywidgets closes a second time when the object goes
            self._watch.stop()
            self._talk.work.stop()
            self._quiet.stop()
            self._settings.unobserve(self._settings_changed, ["datasource", "model", "base_url", "samples"])
        super().close()

    def wait(self, seconds: float = 60.0) -> None:
        """Until nothing goes on in the background. Raises TimeoutError."""
        self._talk.work.wait(seconds)
        self._quiet.wait(seconds)

    @property
    def answer(self) -> Answer | None:
        """The answer that is shown, for the cells below."""
        return None if self._shown is None else self._shown.answer

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/plain"] = phrase("The ask panel, a widget. Where none shows: %dbchat and a question")
        return bundle

    # --------------------------------------------------------------------------------------------- pickers

    def _pickers(self) -> ipywidgets.HBox:
        return row(
            self._source,
            self._model,
            self._talk.button(
                phrase("Find models"), self._find_models, phrase("Look for models that can be asked")
            ),
            self._talk.button(
                phrase("New conversation"),
                self._forget,
                phrase("Forget what was asked before: the next question stands alone"),
            ),
            indented=False,
        )

    def _open(self) -> None:
        self._draw_models()
        self._draw_sources(in_use=True)
        self._say_what_leaves()

    def _draw_sources(self, in_use: bool = False) -> None:
        """The datasources there are now; with `in_use` the notebook's is picked, else what is picked stays."""
        listed = list_datasources(self._settings)
        options = [(plain(each.datasource.name), each.datasource.name) for each in listed]
        used = next((each.datasource.name for each in listed if each.in_use), self._settings.datasource)
        picked = used if in_use or self._source.value is None else self._source.value
        if picked and all(name != picked for _, name in options):
            if picked == self._settings.datasource:
                options.append((plain(without_password(picked)), picked))
            else:
                picked = used or unnamed_datasource(self._settings)
        before = self._source.value
        if options != list(self._source.options) or picked != before:
            write_options(self._source, options, picked, self._source_picked)
            if before != picked:
                self._source_changed()

    def _draw_models(self) -> None:
        configured = self._settings.model
        options = [(phrase("offline, built in"), OFFLINE)]
        if configured and configured != OFFLINE:
            options.append((plain(configured), configured))
        known = {name for _, name in options}
        options += [
            (plain(f"{each.name} · {each.server}"), each.name)
            for each in self._models
            if each.name not in known
        ]
        picked = (
            self._model.value if self._model.value in {name for _, name in options} else configured or OFFLINE
        )
        write_options(self._model, options, picked, self._model_picked)

    def _find_models(self) -> None:
        self._talk.do(
            phrase("Looking for models …"),
            self._picked_source(),
            lambda _course: tuple(self._settings.chat().models()),
            self._models_found,
        )

    def _models_found(self, models: tuple[Offered, ...]) -> None:
        self._models = models
        self._draw_models()
        self._talk.say(
            phrase("Models that can be asked: {names}.", names=", ".join(each.name for each in models))
            if models
            else phrase("No model was found; the built-in translator needs none.")
        )

    def _say_what_leaves(self) -> None:
        """What a model gets to see is said where it is picked."""
        if self._model.value == OFFLINE:
            said = ""
        elif self._settings.samples == "values":
            said = phrase(
                "The model is sent your question, names of tables and columns, and values of the data."
            )
        else:
            said = phrase("The model is sent your question and names of tables and columns.")
        self._leaving.value = hint_html(said) if said else ""

    def _settings_changed(self, change: Any) -> None:
        def draw() -> None:
            if change.name == "datasource":
                self._draw_sources(in_use=True)
            elif change.name == "model":
                self._draw_models()
            self._say_what_leaves()

        self._talk.attempt(draw)

    def _source_picked(self, _change: Any) -> None:
        self._talk.attempt(self._source_changed)

    def _model_picked(self, _change: Any) -> None:
        self._talk.attempt(self._say_what_leaves)

    def _source_changed(self) -> None:
        """What was asked of another datasource stays to be seen; its choices and suggestions go."""
        self._talk.leave()
        self._drop_choices()
        self._draw_suggestions(())
        self._offer_questions()

    def _changed_elsewhere(self, parts: set[str]) -> None:
        """Another kernel or the sidebar has changed what is kept."""
        with self._talk.lock:
            if self.comm is None or "datasources" not in parts:
                return
            was = self._source.value
            self._draw_sources()
            if was != self._source.value:
                self._talk.say(
                    phrase("{name} is not there any more.", name=was),
                    hint=phrase("{name} is asked now.", name=self._source.value),
                )

    # ----------------------------------------------------------------------------------------- suggestions

    def _offer_questions(self) -> None:
        """Read in the background; where it fails the question will tell."""
        name = self._source.value

        def read(_course: Course) -> tuple[str, ...]:
            chat, source = self._settings.chat(), self._find(name)
            return suggest_questions(chat.schema(source), chat.history.recent(RECENT), source.name)

        self._quiet.start(read, self._draw_suggestions, self._no_suggestions)

    def _draw_suggestions(self, questions: tuple[str, ...]) -> None:
        self._question.options = questions
        old = self._suggested.children
        offered = questions[:SUGGESTED] if not self._turns else ()
        self._suggested.children = tuple(self._suggestion(each) for each in offered)
        close_all(old)

    def _suggestion(self, question: str) -> ipywidgets.Button:
        made = self._talk.button(
            plain(question), lambda: self._ask_this(question), phrase("Put this question")
        )
        made.add_class("dbchat-choice")
        return made

    def _no_suggestions(self, error: Exception) -> None:
        self._draw_suggestions(())
        if not isinstance(error, DbChatError):
            raise error

    # ---------------------------------------------------------------------------------------------- asking

    def _message(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("event") == "submit":  # Enter
            PRESSES.after_typing(self._talk.pressed(self._ask))

    def _ask_this(self, question: str) -> None:
        self._question.value = question
        self._ask()

    def _ask(self) -> None:
        question, name = self._question.value.strip(), self._source.value
        if not question:
            raise DbChatError(
                phrase("The question is empty."), phrase("Ask something, such as: how many orders are there?")
            )
        question = bind_words(question, variables())
        source, model = self._picked_source(), self._model.value
        self._begin(question)

        def ask(course: Course) -> Turn:
            found = self._find(name)
            history = self._conversations.turns(conversation_key(found))
            answer = self._settings.chat().ask(question, found, model=model, history=history, course=course)
            return Turn(question, found, answer)

        self._talk.do(
            phrase("Reading the question …"), source, ask, self._answered, self._not_answered, self._words_of
        )

    def _begin(self, question: str) -> None:
        self._asked, self._written, self._step = question, "", 0
        self._drop_choices()
        self._hide_below()

    def _hide_below(self) -> None:
        for box in (self._verifying, self._cell):
            show(box, False)

    def _run(self, sql: str) -> None:
        """The user's own SQL, or what they made of ours: the same guard."""
        turn = self._shown
        if turn is not None:
            bound = bind_sql(sql, variables(), lambda: find_dialect(turn.source.type))
            self._run_on(turn.source, bound, turn.question)

    def _take(self, choice: Translation) -> None:
        """One of the readings that were offered."""
        self._run_on(None, choice.sql, self._asked, choice)

    def _run_on(
        self, source: Datasource | None, sql: str, question: str, choice: Translation | None = None
    ) -> None:
        name = self._source.value
        asked_of = source or self._picked_source()
        self._begin(question)

        def run(course: Course) -> Turn:
            found = source or self._find(name)
            answer = self._settings.chat().run(sql, found, choice=choice, question=question, course=course)
            return Turn(question, found, answer)

        self._talk.do(
            phrase("Running the SQL …"), asked_of, run, self._answered, self._not_answered, self._words_of
        )

    def _words_of(self, event: Event) -> str:
        """What a question is doing now."""
        if not isinstance(event, Step):
            self._written += event.text
            return phrase("The model writes: {text}", text=plain(self._written[-TOLD_CHARACTERS:]))
        self._written = ""
        self._step += 1
        words = {
            "schema": phrase("Reading the tables …"),
            "translate": phrase("Reading the question …"),
            "repair": phrase("Not so: {error} Once more …", error=plain(event.detail)),
            "run": phrase("Running the SQL …"),
        }
        return phrase("Step {number}: {words}", number=self._step, words=words.get(event.name, event.name))

    def _answered(self, turn: Turn) -> None:
        if turn.answer.question != turn.question:
            turn = replace(turn, answer=replace(turn.answer, question=turn.question))
        self._conversations.add(conversation_key(turn.source), turn.question, turn.answer.sql)
        self._turns = [*self._turns, turn][-MOST_TURNS:]
        self._show_turn(turn)
        self._offer_questions()

    def _not_answered(self, error: DbChatError) -> bool:
        """Several readings are told as buttons; any other error is a line."""
        if not (isinstance(error, Ambiguous) and error.choices):
            return False
        told = ipywidgets.HTML(
            f'<div role="alert">{hint_html(phrase("This can be read in several ways:"))}</div>'
        )
        self._choices.children = (told, *choice_buttons(error.choices, self._talk.pressed, self._take))
        return True

    def _drop_choices(self) -> None:
        old, self._choices.children = self._choices.children, ()
        close_all(old)

    # ----------------------------------------------------------------------------------------- conversation

    def _show_turn(self, turn: Turn) -> None:
        self._shown = turn
        self._hide_below()
        self._draw_turns()
        self._view.draw(turn.answer)
        answer = turn.answer
        seconds = f"{answer.seconds:.2f} s"
        self._talk.say(
            phrase(
                "{rows} from {name} in {seconds}.",
                rows=rows_words(answer),
                name=turn.source.name,
                seconds=seconds,
            ),
            hint=answer.reading,
        )

    def _draw_turns(self) -> None:
        old = self._talked.children
        self._talked.children = tuple(
            self._turn_button(number, each) for number, each in enumerate(self._turns, 1)
        )
        close_all(old)

    def _turn_button(self, number: int, turn: Turn) -> ipywidgets.Button:
        reading = turn.answer.reading or phrase("SQL of your own")
        question = turn.question or phrase("SQL of your own")
        label = plain(f"{number}. {question} → {rows_words(turn.answer)} · {reading}")
        made = self._talk.button(label, lambda: self._show_turn(turn), phrase("Show this answer again"))
        made.add_class("dbchat-turn")
        made.button_style = "primary" if turn is self._shown else ""
        return made

    def _forget(self) -> None:
        self._conversations = Conversations()
        self._turns, self._shown = [], None
        self._drop_choices()
        self._draw_turns()
        self._view.clear()
        self._hide_below()
        self._talk.say(phrase("The conversation is forgotten; the next question stands alone."))
        self._offer_questions()

    # ----------------------------------------------------------------------------------- what becomes of it

    def _verify(self) -> None:
        """The SQL answers this question from now on; one that leans on the question before it is asked for whole."""
        turn = self._shown
        if turn is None:
            return
        try:
            check_question(turn.question)
        except DbChatError as error:
            self._whole.value = turn.question
            show(self._verifying, True)
            self._talk.say(error.message, hint=phrase("Write the whole question below."), is_error=True)
        else:
            self._save(turn, turn.question)

    def _verify_whole(self) -> None:
        if self._shown is not None:
            self._save(self._shown, self._whole.value)

    def _save(self, turn: Turn, question: str) -> None:
        saved = self._settings.chat().memory.save(turn.answer, question, turn.source)
        show(self._verifying, False)
        self._talk.say(phrase("From now on this SQL answers “{question}”.", question=saved.question))

    def _to_cell(self) -> None:
        """A cell that runs the SQL. A widget cannot put one into the notebook; the shell does with the next cell
        that runs, and until then it can be copied."""
        turn, shell = self._shown, get_ipython()
        if turn is None:
            return
        cell = cell_of(turn)
        self._cell.value = cell
        self._cell.rows = min(20, cell.count("\n") + 2)
        show(self._cell, True)
        if shell is not None:
            load_magics(shell)
            shell.set_next_input(cell)
        self._talk.say(
            phrase(
                "The cell is below, to be copied; it also comes by itself under the next cell that you run."
            )
        )

    def _picked_source(self) -> Datasource:
        """The datasource that is picked, as it is kept; nothing is opened or made."""
        name = self._source.value
        for each in list_datasources(self._settings):
            if each.datasource.name == name:
                return each.datasource
        return self._find(name)

    def _find(self, name: str) -> Datasource:
        """The same, ready to be asked; the demo is made on first use."""
        from dbchat_magic.core.datasources import find_datasource

        chat = self._settings.chat()
        return find_datasource(chat.datasources, name, chat.settings.home)


def write_options(
    picker: Any, options: list[tuple[str, str]], picked: str, heard: Callable[[Any], None]
) -> None:
    """What can be picked and what is."""
    with unheard(picker, heard):
        picker.options = options
        picker.value = picked


def cell_of(turn: Turn) -> str:
    """A cell that gives the answer again; its SQL is the notebook's own from now on."""
    place = turn.source.name if turn.source.id or not turn.source.params else named_place(turn.source)
    quote = "'" if "'" not in place else '"'
    return f"%%dbchat --datasource {quote}{place}{quote} --sql\n{turn.answer.sql.strip()}"


def variables() -> dict[str, Any]:
    """The notebook's."""
    shell = get_ipython()
    return {} if shell is None else shell.user_ns


def named_place(source: Datasource) -> str:
    from dbchat_magic.core.datasources import DEMO

    return DEMO if source.name == DEMO else str(source.params.get("path", source.name))


def load_magics(shell: Any) -> None:
    if "dbchat" not in shell.magics_manager.magics["cell"]:
        shell.run_line_magic("load_ext", "dbchat_magic")
