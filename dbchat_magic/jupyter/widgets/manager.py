"""Datasource manager: a widget that lists, adds, tests, removes and chooses datasources, and shows their tables.

Each callback is one call inward. Text of users and databases is escaped wherever it becomes HTML.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.core.getipython import get_ipython

from dbchat_magic.core.datasources import try_password
from dbchat_magic.core.secrets import know, redact
from dbchat_magic.dialects import dialects
from dbchat_magic.errors import DatasourceError, DbChatError, PasswordNeeded
from dbchat_magic.jupyter.notebook import (
    DbChat,
    Listed,
    find_settings,
    list_datasources,
    place_of,
    without_password,
)
from dbchat_magic.jupyter.tested import try_datasource
from dbchat_magic.jupyter.widgets.controls import (
    LABELS,
    WIDE,
    field,
    hint_html,
    listing_html,
    message_html,
    row,
    show,
)
from dbchat_magic.jupyter.widgets.schema_tree import schema_tree_html
from dbchat_magic.jupyter.widgets.source_form import SourceForm, take_secret
from dbchat_magic.rendering.html import text
from dbchat_magic.rendering.text import findings_of, works_text

if TYPE_CHECKING:
    from dbchat_magic.core.datasources import Datasource

NOTHING_CHOSEN = "Choose a datasource to see its tables and columns."


def manage() -> DatasourceManager:
    """The manager of this notebook's datasources."""
    return DatasourceManager(find_settings(get_ipython()))


class DatasourceManager(ipywidgets.VBox):
    """The list with its buttons, a form for a new one, and the tables of the one that is chosen."""

    def __init__(self, settings: DbChat) -> None:
        self._settings = settings
        self._listed: tuple[Listed, ...] = ()
        self._doubted: Datasource | None = None
        self._in_use = ipywidgets.HTML()
        self._list = ipywidgets.Select(
            description="Datasources",
            tooltip="The databases you can ask",
            rows=5,
            value=None,
            layout=WIDE,
            style=LABELS,
        )
        self._question = ipywidgets.HTML()
        self._asking = row(
            self._question,
            self._button("Yes, remove", self._remove, "Forget this datasource; its data are not touched"),
            self._button("No, keep", self._keep, "Leave the list as it is"),
        )
        self._opener = ipywidgets.ToggleButton(
            description="New…", tooltip="Show the form for a new datasource", layout={"width": "auto"}
        )
        self._form = SourceForm(self._button("Add", self._add, "Keep this datasource under its name"))
        self._said = ipywidgets.HTML()
        self._password = field("Password", "Opens the chosen datasource", kind=ipywidgets.Password)
        self._opening = ipywidgets.VBox([self._password, self._password_buttons()])
        self._wanted: Callable[[], None] | None = None
        self._tree = ipywidgets.HTML()
        super().__init__(
            [
                self._in_use,
                self._list,
                self._buttons(),
                self._asking,
                self._form.box,
                self._said,
                self._opening,
                self._tree,
            ]
        )
        self.add_class("dbchat-manager")
        show(self._asking, False)
        show(self._opening, False)
        self._form.box.add_class("dbchat-form")
        self._opener.observe(lambda change: show(self._form.box, change.new), "value")
        self._settings.observe(self._datasource_in_use_changed, "datasource")
        self._list.observe(self._choice_changed, "value")
        self._attempt(self._open)

    def close(self) -> None:
        """Take the widget away; nothing is told to it any more."""
        if self.comm is not None:  # ipywidgets closes a second time when the object goes
            self._settings.unobserve(self._datasource_in_use_changed, "datasource")
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/plain"] = "The datasource manager, a widget. Where none shows: %dbsource list"
        return bundle

    # ------------------------------------------------------------------------------------- what is pressed

    def _buttons(self) -> ipywidgets.HBox:
        return row(
            self._button("Use", self._use, "Ask the chosen datasource in this notebook from now on"),
            self._button("Test", self._test, "Connect to the chosen datasource"),
            self._button("Remove", self._ask_to_remove, "Forget the chosen datasource; asks first"),
            self._button("Refresh", self._refresh, "Show what other notebooks and the sidebar have changed"),
            self._opener,
        )

    def _password_buttons(self) -> ipywidgets.HBox:
        return row(
            self._button("Connect", self._connect, "Use this password until the notebook's kernel ends"),
            self._button(
                "Connect and keep", self._connect_and_keep, "Keep this password with the datasource"
            ),
        )

    def _button(self, label: str, step: Callable[[], None], tooltip: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=label, tooltip=tooltip, layout={"width": "auto"})
        button.on_click(lambda _: self._attempt(step))
        return button

    def _attempt(self, step: Callable[[], None]) -> None:
        """Our errors are a line and a hint in the widget; a bug is said, and stays a traceback."""
        try:
            step()
        except PasswordNeeded as error:
            self._say(redact(error.message), hint=redact(error.hint), is_error=True)
            self._wanted = self._wanted or step
            show(self._opening, self._list.value is not None)
        except DbChatError as error:
            self._say(redact(error.message), hint=redact(error.hint), is_error=True)
        except Exception:
            self._say("This is a bug of dbchat_magic.", hint="The log holds its traceback.", is_error=True)
            raise

    def _open(self) -> None:
        self._draw()
        self._opener.value = not any(listed.datasource.id for listed in self._listed)
        show(self._form.box, self._opener.value)

    def _use(self) -> None:
        source = self._chosen()
        self._settings.datasource = source.name
        self._say(f"{source.name} is asked from now on.")

    def _test(self) -> None:
        source = self._chosen()
        self._say(f"Connecting to {source.name} …")
        tested = try_datasource(self._settings.chat(), self._opened(source))
        told = [line for line in findings_of(replace(tested, remedy="")) if line]
        self._say(works_text(tested), hint=" ".join(told), listing=tested.remedy)

    def _connect(self) -> None:
        """What was refused for want of a password is done with the one that is typed."""
        secret, step = take_secret(self._password), self._wanted
        if step is None or not secret:
            return
        source = self._opened(self._chosen())
        self._stop_asking()
        self._say(f"Connecting to {source.name} …")
        try:
            try_password(source, secret, step)
        except PasswordNeeded:
            self._wanted = step
            raise
        if step == self._show_tables:
            self._say(f"{source.name} is open until the kernel ends.")

    def _connect_and_keep(self) -> None:
        secret = know(self._password.value)
        self._connect()
        if secret:
            sources = self._settings.chat().datasources
            sources.update(self._chosen().id, password=secret)
            self._say("The password is kept.", hint=sources.secrets.take_note())

    def _stop_asking(self) -> None:
        self._wanted = None
        self._password.value = ""
        show(self._opening, False)

    def _ask_to_remove(self) -> None:
        source = self._chosen()
        if not source.id:
            raise DatasourceError("The demo is built in and cannot be removed.", "Use another datasource.")
        self._doubted = source
        self._question.value = f"Remove <b>{text(source.name)}</b> from the list? Its data are not touched."
        self._say("")
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
        self._draw()
        self._say(f"{source.name} is removed from the list; its data were not touched.")

    def _refresh(self) -> None:
        was = self._listed
        self._draw()
        self._say("The list has not changed." if was == self._listed else "The list is up to date.")
        self._show_tables(anew=True)

    def _add(self) -> None:
        new, sources = self._form.take(), self._settings.chat().datasources
        added = sources.add(new.name, new.kind, comment=new.comment, **new.params)
        self._form.clear()
        self._opener.value = False
        self._draw()
        self._list.value = added.id
        is_asked = any(each.in_use for each in self._listed if each.datasource.id == added.id)
        hints = ("" if is_asked else "Press Use to ask it in this notebook.", sources.secrets.take_note())
        self._say(f"{added.name} is added.", hint=" ".join(hint for hint in hints if hint))

    # ---------------------------------------------------------------------------------------- what is shown

    def _draw(self) -> None:
        """The list as it is now; what is chosen stays chosen while it is there."""
        chosen = self._list.value
        self._listed = tuple(list_datasources(self._settings))
        options = [(label_of(listed), listed.datasource.id) for listed in self._listed]
        self._in_use.value = in_use_html(self._settings, self._listed)
        if options == list(self._list.options):
            return
        with self._unheard():
            self._list.options = options
            self._list.value = chosen if any(key == chosen for _, key in options) else None
        if self._list.value != chosen:
            self._tree.value = hint_html(NOTHING_CHOSEN)

    @contextlib.contextmanager
    def _unheard(self) -> Iterator[None]:
        """Changes of the list that are no choice of the user's; they go to the front end as one."""
        self._list.unobserve(self._choice_changed, "value")
        try:
            with self._list.hold_sync():
                yield
        finally:
            self._list.observe(self._choice_changed, "value")

    def _choice_changed(self, _change: Any) -> None:
        self._keep()
        self._stop_asking()
        self._say("")
        self._attempt(self._show_tables)

    def _datasource_in_use_changed(self, _change: Any) -> None:
        self._attempt(self._draw)

    def _show_tables(self, anew: bool = False) -> None:
        if self._list.value is None:
            self._tree.value = hint_html(NOTHING_CHOSEN)
            return
        self._tree.value = ""
        source = self._chosen()
        self._tree.value = hint_html(f"Reading the tables of {source.name} …")
        try:
            chat, opened = self._settings.chat(), self._opened(source)
            schema = chat.refresh(opened) if anew else chat.schema(opened)
        except DbChatError:
            self._tree.value = ""
            raise
        self._tree.value = schema_tree_html(source.name, facts_of(source), schema)

    def _chosen(self) -> Datasource:
        """The chosen datasource as it is kept now.

        Raises DatasourceError when none is chosen, or when another front has removed it meanwhile.
        """
        key, was = self._list.value, self._listed
        if key is None:
            raise DatasourceError("No datasource is chosen.", "Choose one in the list first.")
        self._draw()
        for listed in self._listed:
            if listed.datasource.id == key:
                return listed.datasource
        raise gone(next(listed.datasource.name for listed in was if listed.datasource.id == key))

    def _opened(self, source: Datasource) -> Datasource:
        """The datasource with its fields; the demo's file is made on first use."""
        from dbchat_magic.core.datasources import demo_datasource

        return source if source.id else demo_datasource(self._settings.settings().home)

    def _say(self, message: str, *, hint: str = "", listing: str = "", is_error: bool = False) -> None:
        self._said.value = message_html(message, hint, is_error) + listing_html(listing) if message else ""


def gone(name: str) -> DatasourceError:
    return DatasourceError(
        f"{name} is not there any more.",
        "Another notebook or the sidebar removed it; the list is up to date.",
    )


def label_of(listed: Listed) -> str:
    """A line of the list: name, kind, whether it is in use, comment."""
    source = listed.datasource
    kind = dialects()[source.type].label if source.type in dialects() else source.type
    parts = (f"{source.name} ({kind})", "in use" if listed.in_use else "", source.comment)
    return " · ".join(part for part in parts if part)


def facts_of(source: Datasource) -> str:
    """Where it is, when it was last asked, and what its last test came to."""
    used = f"last used {source.last_used[:10]}" if source.last_used else ""
    tested = f"tested {source.tested[:10]}: {source.test_result}" if source.tested else ""
    return " · ".join(part for part in (place_of(source), used, tested) if part)


def in_use_html(settings: DbChat, listed: tuple[Listed, ...]) -> str:
    """Which datasource this notebook asks, also where it is a file or a URL that is not kept."""
    names = [each.datasource.name for each in listed if each.in_use]
    shown = names[0] if names else f"{without_password(settings.datasource)} (not in the list)"
    return f'<div class="dbchat-in-use">In use in this notebook: <b>{text(shown)}</b></div>'
