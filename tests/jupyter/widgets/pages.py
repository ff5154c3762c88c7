"""A widget by what a person sees of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets


class Page:
    """A manager or a panel; what it does in the background is waited for."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        widget.wait()

    def press(self, label: str) -> None:
        self.button(label).click()
        self.widget.wait()

    def button(self, label: str) -> Any:
        [button] = [each for each in self.shown(ipywidgets.Button) if each.description == label]
        return button

    @property
    def buttons(self) -> list[str]:
        return [each.description for each in self.shown(ipywidgets.Button)]

    def field(self, label: str) -> Any:
        controls = self.shown(ipywidgets.Text, ipywidgets.Textarea, ipywidgets.Dropdown)
        [control] = [each for each in controls if each.description == label]
        return control

    def select(self, label: str) -> Any:
        [select] = [each for each in self.shown(ipywidgets.Select) if each.description == label]
        return select

    @property
    def html(self) -> str:
        """All of it: also what lies in an output."""
        outputs = [
            str(output["data"].get("text/html", ""))
            for each in self.shown(ipywidgets.Output)
            for output in each.outputs
        ]
        return "".join([*(each.value for each in self.shown(ipywidgets.HTML)), *outputs])

    @property
    def text(self) -> str:
        return re.sub(r"<style>.*?</style>|<[^>]*>", "", self.html, flags=re.DOTALL)

    def shown(self, *kinds: type) -> list[Any]:
        return [each for each in walk(self.widget) if isinstance(each, kinds)]


def walk(widget: Any) -> Iterator[Any]:
    if widget.layout.display != "none" or "dbchat-tab" in widget._dom_classes:  # it is a click away
        yield widget
        for child in getattr(widget, "children", ()):
            yield from walk(child)


def eventually(happens: Callable[[], object], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)
