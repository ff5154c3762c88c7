"""Controls: how the parts of our widgets look and line up. Colours are the front end's, text is escaped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ipywidgets
from traitlets import Unicode

from dbchat_magic.core.secrets import know
from dbchat_magic.jupyter.widgets.presses import PRESSES
from dbchat_magic.language import phrase
from dbchat_magic.rendering.html import text

LABEL_WIDTH = "8.5em"
WIDE = {"width": "100%", "max_width": "56em"}
WHOLE = {"width": "calc(100% - 4px)"}
"""As wide as there is room; its border shows on both sides."""
LABELS = {"description_width": LABEL_WIDTH}
AUTO = {"width": "auto"}
TYPED_INTO = (ipywidgets.Text, ipywidgets.Textarea)


def field(label: str, meaning: str, kind: type = ipywidgets.Text, **traits: Any) -> Any:
    known = {"placeholder": meaning} if issubclass(kind, TYPED_INTO) else {}
    made = kind(description=label, tooltip=meaning, layout=WIDE, style=LABELS, **{**known, **traits})
    if issubclass(kind, TYPED_INTO):
        PRESSES.listen(made)
    return made


def button(label: str, tooltip: str, press: Callable[[], None], **traits: Any) -> ipywidgets.Button:
    """A button with its words and what it does, for a pointer that rests on it and for a screen reader."""
    made = ipywidgets.Button(description=label, tooltip=tooltip, layout=AUTO, **traits)
    made.on_click(lambda _: PRESSES.after_typing(press))
    return made


def row(*children: Any, indented: bool = True) -> ipywidgets.HBox:
    """Side by side, below the controls rather than below their labels."""
    layout = {"flex_flow": "row wrap", "align_items": "center"}
    if indented:
        layout["margin"] = f"0 0 0 calc({LABEL_WIDTH} + 8px)"
    return ipywidgets.HBox(children, layout=layout)


def show(box: Any, is_shown: bool) -> None:
    box.layout.display = "" if is_shown else "none"


class Tabs:
    """Parts of which one is shown. Of buttons, because the tabs of ipywidgets do not hear the keyboard in Notebook 7."""

    def __init__(self, *parts: tuple[str, Any]) -> None:
        self._parts = [part for _, part in parts]
        self._labels = [label for label, _ in parts]
        self._buttons = [
            button(label, label, lambda at=at: self.open(at))  # type: ignore[misc]
            for at, label in enumerate(self._labels)
        ]
        for part in self._parts:
            part.add_class("dbchat-tab")
            part.layout.margin = "4px 0"
        self.box = ipywidgets.VBox([row(*self._buttons, indented=False), *self._parts])
        self.open(0)

    def open(self, opened: int) -> None:
        """Show a part in place of the one that is shown."""
        for at, (each, part) in enumerate(zip(self._buttons, self._parts, strict=True)):
            show(part, at == opened)
            each.button_style = "primary" if at == opened else ""
            label = self._labels[at]
            each.tooltip = phrase("{name} (shown)", name=label) if at == opened else label


def close_all(controls: Iterable[Any]) -> None:
    """Take controls away with what is in them, in the front end too."""
    for control in controls:
        close_all(getattr(control, "children", ()))
        control.close()


# ------------------------------------------------------------------------------------------- passwords


class Password(ipywidgets.Password):
    """What is typed comes when the field is left, and is not said back to other pages of the notebook."""

    value = Unicode("").tag(sync=True, echo_update=False)


class SecretField:
    """A password's field. What is typed is out of the widget's state as soon as it comes: a notebook is saved with
    that state, and at any time."""

    def __init__(self, label: str, meaning: str) -> None:
        self._meaning = meaning
        self._secret = ""
        self.control = field(label, meaning, Password, continuous_update=False)
        self.control.observe(self._typed, "value")

    def _typed(self, change: Any) -> None:
        if not change.new:
            return
        self._secret = know(change.new)
        self.control.value = ""
        self.control.placeholder = phrase("typed, and no longer shown; type again to replace it")

    @property
    def secret(self) -> str:
        """What was typed; empty where nothing was."""
        return self._secret

    def take(self) -> str:
        """The same; the field forgets it."""
        secret = self._secret
        self.forget()
        return secret

    def forget(self, meaning: str = "") -> None:
        self._secret = ""
        self.control.value = ""
        self.control.placeholder = meaning or self._meaning


# ---------------------------------------------------------------------------------------------- words


def message_html(message: str, hint: str, is_error: bool) -> str:
    """A line and a hint, read out when it comes."""
    role, colour = ("alert", "--jp-error-color1") if is_error else ("status", "--jp-ui-font-color1")
    muted = f' <span style="color: var(--jp-ui-font-color2)">{text(hint)}</span>' if hint else ""
    return (
        f'<div class="dbchat-message" role="{role}">'
        f'<span style="color: var({colour})">{text(message)}</span>{muted}</div>'
    )


def listing_html(listing: str) -> str:
    """Lines to be copied."""
    return f'<pre class="dbchat-listing">{text_lines(listing)}</pre>' if listing else ""


def text_lines(lines: str) -> str:
    return "\n".join(text(line) for line in lines.splitlines())


def hint_html(hint: str) -> str:
    return f'<div class="dbchat-hint" style="color: var(--jp-ui-font-color2)">{text(hint)}</div>'


@contextlib.contextmanager
def unheard(control: Any, heard: Callable[[Any], None]) -> Iterator[None]:
    """Inside, changes of a control are no choice of the user's: `heard` is not told, the front end is at the end."""
    control.unobserve(heard, "value")
    try:
        with control.hold_sync():
            yield
    finally:
        control.observe(heard, "value")
