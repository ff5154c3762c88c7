"""Datasource manager: a widget that lists, adds, changes, tests, removes and chooses datasources, and shows what is in
them: tables, glossary, verified answers.

Each callback is one call inward; what may take long is done in a thread (`talk.py`). Text of users and databases is
escaped wherever it becomes HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.core.getipython import get_ipython

from dbchat_magic.dialects import dialects, find_dialect
from dbchat_magic.errors import DatasourceChanged, DatasourceError, DbChatError
from dbchat_magic.jupyter.notebook import (
    DbChat,
    Listed,
    find_settings,
    list_datasources,
    place_of,
    without_password,
)
from dbchat_magic.jupyter.tested import is_working, state_of, try_datasource, works_words
from dbchat_magic.jupyter.widgets.answers_editor import AnswersEditor
from dbchat_magic.jupyter.widgets.controls import LABELS, WIDE, Tabs, row, show, unheard
from dbchat_magic.jupyter.widgets.glossary_editor import GlossaryEditor
from dbchat_magic.jupyter.widgets.schema_tree import SchemaTree
from dbchat_magic.jupyter.widgets.source_form import Filled, SourceForm, differences
from dbchat_magic.jupyter.widgets.talk import Talk
from dbchat_magic.jupyter.widgets.watch import Watch
from dbchat_magic.language import phrase
from dbchat_magic.rendering.cells import plain
from dbchat_magic.rendering.html import text
from dbchat_magic.rendering.text import findings_of

if TYPE_CHECKING:
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.inspect import Tested
    from dbchat_magic.core.schema import Schema


def manage() -> DatasourceManager:
    """The manager of this notebook's datasources."""
    return DatasourceManager(find_settings(get_ipython()))


class DatasourceManager(ipywidgets.VBox):
    """The list with its buttons, a form, and what is in the datasource that is chosen."""

    def __init__(self, settings: DbChat) -> None:
        self._settings = settings
        self._listed: tuple[Listed, ...] = ()
        self._doubted: Datasource | None = None
        self._talk = Talk(settings)
        self._in_use = ipywidgets.HTML()
        self._list = ipywidgets.Select(
            description=phrase("Datasources"),
            tooltip=phrase("The databases you can ask"),
            rows=5,
            value=None,
            layout=WIDE,
            style=LABELS,
        )
        self._question = ipywidgets.HTML()
        self._asking = row(
            self._question,
            self._talk.button(
                phrase("Yes, remove"),
                self._remove,
                phrase("Forget this datasource; its data are not touched"),
            ),
            self._talk.button(phrase("No, keep"), self._keep, phrase("Leave the list as it is")),
        )
        self._form = SourceForm(
            self._talk.pressed(self._add), self._talk.pressed(self._save), self._talk.pressed(self._cancel)
        )
        self._form.box.add_class("dbchat-form")
        self._tree = SchemaTree(self._talk, settings.chat)
        self._glossary = GlossaryEditor(self._talk, settings.chat)
        self._answers = AnswersEditor(self._talk, settings.chat)
        self._inside = Tabs(
            (phrase("Tables"), self._tree.box),
            (phrase("Glossary"), self._glossary.box),
            (phrase("Verified answers"), self._answers.box),
        ).box
        super().__init__(
            [
                self._in_use,
                self._list,
                self._buttons(),
                self._asking,
                self._form.box,
                self._talk.box,
                self._inside,
            ]
        )
        self.add_class("dbchat-manager")
        show(self._asking, False)
        self._settings.observe(self._datasource_in_use_changed, "datasource")
        self._list.observe(self._choice_changed, "value")
        self._talk.attempt(self._open)
        self._watch = Watch(settings.chat().store.changes, self._changed_elsewhere)
        self._watch.start()

    def close(self) -> None:
        """Take the widget away; nothing is told to it any more."""
        if self.comm is not None:  # ipywidgets closes a second time when the object goes
            self._watch.stop()
            self._talk.work.stop()
            self._settings.unobserve(self._datasource_in_use_changed, "datasource")
        super().close()

    def wait(self, seconds: float = 30.0) -> None:
        """Until nothing goes on in the background. Raises TimeoutError."""
        self._talk.work.wait(seconds)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/plain"] = phrase(
                "The datasource manager, a widget. Where none shows: %dbsource list"
            )
        return bundle

    # ------------------------------------------------------------------------------------- what is pressed

    def _buttons(self) -> ipywidgets.HBox:
        return row(
            self._talk.button(
                phrase("Use"), self._use, phrase("Ask the chosen datasource in this notebook from now on")
            ),
            self._talk.button(phrase("Test"), self._test, phrase("Connect to the chosen datasource")),
            self._talk.button(
                phrase("Edit…"),
                self._edit,
                phrase("Change the name, the fields or the comment of the chosen one"),
            ),
            self._talk.button(
                phrase("Remove"), self._ask_to_remove, phrase("Forget the chosen datasource; asks first")
            ),
            self._talk.button(
                phrase("Refresh"),
                self._refresh,
                phrase("Read the list and the tables of the chosen one anew"),
            ),
            self._talk.button(phrase("New…"), self._new, phrase("Show the form for a new datasource")),
        )

    def _open(self) -> None:
        self._draw()
        show(self._form.box, not any(listed.datasource.id for listed in self._listed))
        self._show_inside(False)

    def _use(self) -> None:
        source = self._chosen()
        self._settings.datasource = source.name
        if source.id:
            self._settings.chat().prepare(source)
        self._talk.say(phrase("{name} is asked from now on.", name=source.name))

    def _test(self) -> None:
        source = self._chosen()
        self._talk.do(
            phrase("Connecting to {name} …", name=plain(source.name)),
            source,
            lambda _course: try_datasource(self._settings.chat(), self._opened(source)),
            self._say_tested,
            self._test_failed,
        )

    def _say_tested(self, tested: Tested) -> None:
        self._draw()
        told = [line for line in findings_of(replace(tested, remedy="")) if line]
        self._talk.say(works_words(tested), hint=" ".join(told), listing=tested.remedy)

    def _test_failed(self, _error: DbChatError) -> bool:
        self._draw()
        return False

    def _new(self) -> None:
        self._form.clear()
        show(self._form.box, True)

    def _edit(self) -> None:
        source = self._kept()
        find_dialect(source.type)
        self._form.fill(source)
        self._talk.say("")
        show(self._form.box, True)

    def _cancel(self) -> None:
        self._form.clear()
        show(self._form.box, False)

    def _add(self) -> None:
        new, sources = self._form.read(), self._settings.chat().datasources
        added = sources.add(new.name, new.kind, comment=new.comment, **new.given)
        self._cancel()
        self._draw()
        is_asked = any(each.in_use for each in self._listed if each.datasource.id == added.id)
        self._list.value = added.id
        hints = (
            "" if is_asked else phrase("Press Use to ask it in this notebook."),
            sources.secrets.take_note(),
        )
        self._talk.say(
            phrase("{name} is added.", name=added.name), hint=" ".join(hint for hint in hints if hint)
        )

    def _save(self) -> None:
        """Keep what was changed. Where somebody else changed it meanwhile, that is told, nothing that is typed is
        lost, and a second Save puts it in place of theirs."""
        old, new = self._form.edited, self._form.read()
        if old is None:
            return
        self._draw()
        if self._form.edited is None:  # removed meanwhile: `_draw` has said so
            return
        try:
            saved = self._update(old, new)
        except DatasourceChanged as error:
            self._form.edited = error.now
            self._draw()
            raise DatasourceChanged(
                phrase("{name} was changed meanwhile by another notebook or the sidebar.", name=old.name),
                phrase(
                    "There: {differences}. Save again to put your fields in place of those.",
                    differences=differences(old, error.now),
                ),
            ) from None
        if self._settings.datasource.lower() == old.name.lower():
            self._settings.datasource = saved.name
        self._cancel()
        self._draw()
        self._show_tables()
        note = self._settings.chat().datasources.secrets.take_note()
        self._talk.say(phrase("{name} is saved.", name=saved.name), hint=note)

    def _update(self, old: Datasource, new: Filled) -> Datasource:
        sources = self._settings.chat().datasources
        return sources.replace(old, name=new.name, comment=new.comment, params=new.params)

    def _ask_to_remove(self) -> None:
        self._doubted = source = self._kept()
        doubt = phrase("Remove {name} from the list? Its data are not touched.", name=source.name)
        self._question.value = text(doubt)
        self._talk.say("")
        show(self._asking, True)

    def _keep(self) -> None:
        self._doubted = None
        show(self._asking, False)

    def _remove(self) -> None:
        source, self._doubted = self._doubted, None
        show(self._asking, False)
        if source is None:
            return
        self._draw()
        if all(listed.datasource.id != source.id for listed in self._listed):
            raise gone(source.name)
        self._settings.chat().datasources.remove(source.id)
        if self._settings.datasource.lower() == source.name.lower():
            self._settings.datasource = ""
        if self._form.edited is not None and self._form.edited.id == source.id:
            self._cancel()
        self._draw()
        self._talk.say(
            phrase("{name} is removed from the list; its data were not touched.", name=source.name)
        )

    def _refresh(self) -> None:
        was = self._listed
        self._draw()
        said = (
            phrase("The list has not changed.") if was == self._listed else phrase("The list is up to date.")
        )
        self._show_tables(anew=True)
        self._talk.say(said)

    # ---------------------------------------------------------------------------------------- what is shown

    def _draw(self) -> None:
        """The list as it is now; what is chosen stays chosen while it is there."""
        chosen = self._list.value
        self._listed = tuple(list_datasources(self._settings))
        options = [(label_of(listed), listed.datasource.id) for listed in self._listed]
        self._in_use.value = in_use_html(self._settings, self._listed)
        if options != list(self._list.options):
            with unheard(self._list, self._choice_changed):
                self._list.options = options
                self._list.value = chosen if any(key == chosen for _, key in options) else None
            if self._list.value != chosen:
                self._show_inside(False)
        self._look_after_form()

    def _look_after_form(self) -> None:
        """Where somebody else has removed the datasource in the form, its fields can make a new one."""
        edited = self._form.edited
        if edited is not None and all(each.datasource.id != edited.id for each in self._listed):
            self._form.become_new()
            self._talk.say(
                phrase("{name} is not there any more.", name=edited.name),
                hint=phrase("Add keeps the fields in the form as a new datasource."),
                is_error=True,
            )

    def _changed_elsewhere(self, parts: set[str]) -> None:
        """Another kernel or the sidebar has changed what is kept."""
        with self._talk.lock:
            if self.comm is None:
                return
            if "datasources" in parts:
                before, edited = self._listed, self._form.edited
                self._draw()
                told = changes_of(before, self._listed)
                if told and (edited is None or self._form.edited is not None):
                    self._talk.say(phrase("Another notebook or the sidebar: {changes}.", changes=told))
            if "verified" in parts and (source := self._source_inside()) is not None:
                self._answers.draw(source)

    def _source_inside(self) -> Datasource | None:
        """The datasource that is looked into, as it is kept; None where it is none of those."""
        key = self._list.value
        return next((each.datasource for each in self._listed if each.datasource.id == key and key), None)

    def _choice_changed(self, _change: Any) -> None:
        with self._talk.lock:
            self._keep()
            self._talk.leave()
            self._talk.attempt(self._show_tables)

    def _datasource_in_use_changed(self, _change: Any) -> None:
        self._talk.attempt(self._draw)

    def _show_inside(self, is_shown: bool) -> None:
        show(self._inside, is_shown)
        if not is_shown:
            self._tree.clear()
            self._glossary.clear()
            self._answers.clear()

    def _show_tables(self, anew: bool = False) -> None:
        if self._list.value is None:
            self._show_inside(False)
            return
        source = self._chosen()

        def read(_course: Any) -> tuple[Datasource, Schema]:
            chat, opened = self._settings.chat(), self._opened(source)
            return opened, chat.refresh(opened) if anew else chat.schema(opened)

        self._talk.do(
            phrase("Reading the tables of {name} …", name=plain(source.name)),
            source,
            read,
            lambda found: self._draw_inside(source, *found),
            lambda _error: self._draw_without_tables(source),
        )

    def _draw_inside(self, source: Datasource, opened: Datasource, schema: Schema) -> None:
        if self._list.value != source.id:
            return
        self._tree.draw(opened, facts_of(source), schema)
        self._glossary.draw(opened)
        self._answers.draw(opened)
        self._show_inside(True)

    def _draw_without_tables(self, source: Datasource) -> bool:
        """Its glossary may be what is wrong: it is shown all the same."""
        if self._list.value == source.id and source.id:
            self._tree.clear(facts_of(source))
            self._glossary.draw(source)
            self._answers.draw(source)
            self._show_inside(True)
        return False

    def _chosen(self) -> Datasource:
        """The chosen datasource as it is kept now.

        Raises DatasourceError when none is chosen, or when another front has removed it meanwhile.
        """
        key, was = self._list.value, self._listed
        if key is None:
            raise DatasourceError(phrase("No datasource is chosen."), phrase("Choose one in the list first."))
        self._draw()
        for listed in self._listed:
            if listed.datasource.id == key:
                return listed.datasource
        raise gone(next(listed.datasource.name for listed in was if listed.datasource.id == key))

    def _kept(self) -> Datasource:
        """The same; raises DatasourceError for the demo, which is nobody's to change."""
        source = self._chosen()
        if not source.id:
            raise DatasourceError(
                phrase("The demo is built in and stays as it is."), phrase("Choose another datasource.")
            )
        return source

    def _opened(self, source: Datasource) -> Datasource:
        """The datasource with its fields; the demo's file is made on first use."""
        from dbchat_magic.core.datasources import demo_datasource

        return source if source.id else demo_datasource(self._settings.settings().home)


def gone(name: str) -> DatasourceError:
    return DatasourceError(
        phrase("{name} is not there any more.", name=name),
        phrase("Another notebook or the sidebar removed it; the list is up to date."),
    )


def label_of(listed: Listed) -> str:
    """A line of the list: name, kind, whether it is in use, whether it works, comment."""
    source = listed.datasource
    kind = phrase(dialects()[source.type].label) if source.type in dialects() else source.type
    state = state_of(source) if source.id else ""
    comment = source.comment if source.id else phrase("the built-in shop, for trying things out")
    parts = (f"{source.name} ({kind})", phrase("in use") if listed.in_use else "", state, comment)
    return plain(" · ".join(part for part in parts if part))


def changes_of(before: Sequence[Listed], after: Sequence[Listed]) -> str:
    """What became of a list, for people; what is only asked or tested does not count."""
    old = {each.datasource.id: each.datasource for each in before}
    new = {each.datasource.id: each.datasource for each in after}
    told = [phrase("{name} was added", name=source.name) for key, source in new.items() if key not in old]
    told += [phrase("{name} was removed", name=source.name) for key, source in old.items() if key not in new]
    for key in old.keys() & new.keys():
        if old[key].name != new[key].name:
            told.append(phrase("{old} is called {new} now", old=old[key].name, new=new[key].name))
        elif old[key] != new[key]:
            told.append(phrase("{name} was changed", name=new[key].name))
    return ", ".join(told)


def facts_of(source: Datasource) -> str:
    """Where it is, when it was last asked, and what its last test came to."""
    used = phrase("last used {day}", day=source.last_used[:10]) if source.last_used else ""
    tested = ""
    if source.tested and is_working(source):
        tested = state_of(source)
    elif source.tested:
        tested = f"{state_of(source)}: {source.test_result}"
    return " · ".join(part for part in (place_of(source), used, tested) if part)


def in_use_html(settings: DbChat, listed: tuple[Listed, ...]) -> str:
    """Which datasource this notebook asks, also where it is a file or a URL that is not kept."""
    names = [each.datasource.name for each in listed if each.in_use]
    if names:
        shown = names[0]
    else:
        shown = phrase("{name} (not in the list)", name=without_password(settings.datasource))
    said = phrase("In use in this notebook: {name}", name="\0")
    before, _, after = text_around(said)
    return f'<div class="dbchat-in-use">{before}<b>{text(shown)}</b>{after}</div>'


def text_around(said: str) -> tuple[str, str, str]:
    """What stands before and after the place of a name that is to be set off."""
    before, place, after = said.partition("\0")
    return text(before), place, text(after)
