"""Answers editor: the verified answers of a datasource: look at them, change, check and remove them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets

from dbchat_magic.jupyter.widgets.controls import LABELS, WIDE, field, hint_html, row, show
from dbchat_magic.jupyter.widgets.talk import Talk
from dbchat_magic.language import counted, phrase
from dbchat_magic.rendering.cells import plain
from dbchat_magic.rendering.html import text

if TYPE_CHECKING:
    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.memory import Verified


class AnswersEditor:
    """The questions to which somebody has verified an answer, in one datasource."""

    def __init__(self, talk: Talk, chat: Callable[[], Chat]) -> None:
        self._talk = talk
        self._chat = chat
        self._source: Datasource | None = None
        self._known: tuple[Verified, ...] = ()
        self._none = ipywidgets.HTML(
            hint_html(phrase("There are none yet. Save one that is right: %dbchat --save, or in the panel."))
        )
        self._list = ipywidgets.Select(
            description=phrase("Questions"),
            tooltip=phrase("Those that have a verified answer"),
            rows=5,
            layout=WIDE,
            style=LABELS,
        )
        self._question = field(phrase("Question"), phrase("What is asked"))
        self._sql = field("SQL", phrase("What answers it"), ipywidgets.Textarea, rows=6)
        self._sql.add_class("dbchat-code")
        self._doubt = ipywidgets.HTML()
        self._asking = row(
            self._doubt,
            talk.button(phrase("Yes, forget it"), self._remove, phrase("Forget this answer")),
            talk.button(phrase("No, keep it"), self._keep, phrase("Leave it as it is")),
        )
        self._chosen_box = ipywidgets.VBox(
            [
                self._question,
                self._sql,
                row(
                    talk.button(phrase("Save answer"), self._save, phrase("Run the SQL, and keep both")),
                    talk.button(phrase("Forget…"), self._ask, phrase("Forget this answer; asks first")),
                ),
                self._asking,
            ]
        )
        self._check = row(talk.button(phrase("Check all"), self._check_all, phrase("Run each of them")))
        self.box = ipywidgets.VBox([self._none, self._list, self._check, self._chosen_box])
        self._list.observe(lambda _: self._show_chosen(), "value")
        self.clear()

    def clear(self) -> None:
        self._source, self._known = None, ()
        for box in (self._none, self._list, self._check, self._chosen_box):
            show(box, False)

    def draw(self, source: Datasource) -> None:
        """Show the answers of a datasource; what is chosen and being changed stays."""
        chosen = self._list.value if self._source == source else None
        self._source = source
        known = tuple(self._chat().memory.all(source))
        if known != self._known or chosen is None:
            self._known = known
            with self._list.hold_sync():
                self._list.options = [(label_of(each), each.id) for each in known]
                self._list.value = chosen if any(each.id == chosen for each in known) else None
        show(self._none, not known)
        for box in (self._list, self._check):
            show(box, bool(known))
        show(self._chosen_box, self._list.value is not None)

    def _chosen(self) -> Verified | None:
        return next((each for each in self._known if each.id == self._list.value), None)

    def _show_chosen(self) -> None:
        self._keep()
        found = self._chosen()
        show(self._chosen_box, found is not None)
        if found is not None:
            self._question.value, self._sql.value = found.question, found.sql

    def _save(self) -> None:
        source, found = self._source, self._chosen()
        if source is None or found is None:
            return
        question, sql = self._question.value, self._sql.value

        def update(_course: Any) -> Verified:
            return self._chat().memory.update(found.id, question=question, sql=sql, datasource=source)

        self._talk.do(phrase("Running the SQL …"), source, update, lambda new: self._saved(source, new))

    def _saved(self, source: Datasource, new: Verified) -> None:
        self.draw(source)
        if new.fault:
            self._talk.say(
                phrase("It is kept, but not used, since it does not run: {fault}", fault=new.fault),
                is_error=True,
            )
        else:
            self._talk.say(phrase("From now on this SQL answers “{question}”.", question=new.question))

    def _ask(self) -> None:
        if (found := self._chosen()) is not None:
            self._doubt.value = text(phrase("Forget the answer to “{question}”?", question=found.question))
            show(self._asking, True)

    def _keep(self) -> None:
        show(self._asking, False)

    def _remove(self) -> None:
        source, found = self._source, self._chosen()
        self._keep()
        if source is not None and found is not None:
            removed = self._chat().memory.remove(found.id, source)
            self.draw(source)
            self._talk.say(phrase("The answer to “{question}” is forgotten.", question=removed.question))

    def _check_all(self) -> None:
        source = self._source
        if source is not None:
            self._talk.do(
                phrase("Running each of the answers …"),
                source,
                lambda _course: self._chat().memory.check(source),
                lambda checked: self._checked(source, checked),
            )

    def _checked(self, source: Datasource, checked: list[Verified]) -> None:
        self.draw(source)
        broken = [each for each in checked if each.fault]
        all_of_them = counted("{count} answer", "{count} answers", len(checked))
        if not broken:
            self._talk.say(phrase("{answers} checked; all of them run.", answers=all_of_them))
        else:
            self._talk.say(
                phrase("{answers} checked; some do not run here and are not used:", answers=all_of_them),
                listing="\n".join(f"{each.question}: {each.fault}" for each in broken),
                is_error=True,
            )


def label_of(known: Verified) -> str:
    """A line of the list: the question, and whether its answer runs."""
    fault = f" · {phrase('does not run')}" if known.fault else ""
    return plain(f"{known.question}{fault}")
