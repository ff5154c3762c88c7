"""Glossary editor: the text of a datasource's glossary, held against its tables before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets

from dbchat_magic.errors import DbChatError, GlossaryError
from dbchat_magic.jupyter.widgets.controls import WHOLE, button, hint_html, row, show
from dbchat_magic.jupyter.widgets.presses import PRESSES
from dbchat_magic.jupyter.widgets.talk import Talk
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.glossaries import Written


class GlossaryEditor:
    """What a user's words mean in one datasource, as YAML."""

    def __init__(self, talk: Talk, chat: Callable[[], Chat]) -> None:
        self._talk = talk
        self._chat = chat
        self._source: Datasource | None = None
        self._seen: Written | None = None
        self._place = ipywidgets.HTML()
        self._text = ipywidgets.Textarea(
            description=phrase("Glossary"),
            tooltip=phrase("What your words mean: synonyms, descriptions, metrics, filters, joins, hidden"),
            rows=14,
            layout=WHOLE,
            style={"description_width": "initial"},
        )
        self._text.add_class("dbchat-code")
        PRESSES.listen(self._text)
        self._draft = button(
            phrase("Write a draft"),
            phrase("Begin with what the tables and columns are called"),
            self._write_draft,
        )
        buttons = row(
            button(phrase("Save glossary"), phrase("Check it against the tables, and keep it"), self._save),
            talk.button(phrase("Undo"), self._reload, phrase("Show the glossary as it is kept")),
            self._draft,
            indented=False,
        )
        self._parts = ipywidgets.VBox([self._place, self._text, buttons])
        self.box = ipywidgets.VBox([self._parts])
        self.clear()

    def clear(self) -> None:
        self._source = self._seen = None
        self._text.value = ""
        show(self._parts, False)

    def draw(self, source: Datasource) -> None:
        """Show the glossary of a datasource; what somebody has typed and not saved stays."""
        if self._source == source and self._seen is not None and self._text.value != self._seen.text:
            return
        self._source = source
        show(self._parts, True)
        self._reload()

    def _reload(self) -> None:
        if self._source is not None:
            self._show(self._chat().glossaries.written(self._source))

    def _show(self, written: Written) -> None:
        self._seen = written
        self._text.value = written.text
        self._say_place()

    def _say_place(self) -> None:
        path = None if self._seen is None else self._seen.path
        self._place.value = hint_html(
            phrase("Kept in {path}", path=path)
            if path
            else phrase("There is none yet: its words are read as they are.")
        )
        show(self._draft, path is None)

    def _save(self) -> None:
        source, seen, text = self._source, self._seen, self._text.value
        if source is None or seen is None:
            return
        self._talk.do(
            phrase("Checking the glossary …"),
            source,
            lambda _course: self._chat().save_glossary(text, seen, source),
            lambda written: self._saved(source, written),
            self._failed,
        )

    def _saved(self, source: Datasource, written: Written) -> None:
        if self._source == source:
            self._seen = written
            self._say_place()
        self._talk.say(phrase("The glossary is kept; it counts from the next question on."))

    def _failed(self, error: DbChatError) -> bool:
        """Where somebody else has changed it, what is typed stays, and a second Save puts it there."""
        if isinstance(error, GlossaryError) and self._source is not None:
            now = self._chat().glossaries.written(self._source)
            if now != self._seen:
                self._seen = now
        return False

    def _write_draft(self) -> None:
        source = self._source
        if source is None:
            return

        def draft(_course: Any) -> Any:
            chat = self._chat()
            chat.glossaries.write_draft(source, chat.schema(source))
            return chat.glossaries.written(source)

        self._talk.do(phrase("Writing a draft …"), source, draft, self._drafted)

    def _drafted(self, written: Written) -> None:
        self._show(written)
        self._talk.say(
            phrase("A draft is written; nothing in it counts yet."),
            hint=phrase("Take away the # before what you need, correct it, and save."),
        )
