"""Source form: the fields of a new datasource, drawn from its dialect's parameters.

What is secret is taken out of its control as it is read: a control's value is saved with the notebook.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import ipywidgets

from dbchat_magic.core.secrets import know
from dbchat_magic.dialects import Parameter, dialects, find_dialect
from dbchat_magic.jupyter.widgets.controls import LABELS, WIDE, field, row

DEFAULT_KIND = "sqlite"


@dataclasses.dataclass(frozen=True)
class Filled:
    """What was filled in."""

    kind: str
    name: str
    comment: str
    params: dict[str, str | int] = dataclasses.field(repr=False)
    """Fields that are empty are left out."""


class SourceForm:
    """The fields of a new datasource, as the chosen kind of database wants them."""

    def __init__(self, add: ipywidgets.Button) -> None:
        kinds = [(dialect.label, name) for name, dialect in sorted(dialects().items())]
        self._kind = ipywidgets.Dropdown(
            description="Kind", options=kinds, tooltip="The kind of database", layout=WIDE, style=LABELS
        )
        self._name = field("Name", "What you call it, such as: shop")
        self._comment = field("Comment", "What it holds, for people")
        self._fields: dict[str, Any] = {}
        self._fields_box = ipywidgets.VBox()
        self.box = ipywidgets.VBox(
            [self._kind, self._name, self._fields_box, self._comment, row(add)],
        )
        self._kind.observe(lambda _: self._draw_fields(), "value")
        if DEFAULT_KIND in dialects():
            self._kind.value = DEFAULT_KIND
        self._draw_fields()

    def take(self) -> Filled:
        """What is filled in now; secrets are gone from their controls with it."""
        params = {
            parameter.name: value_of(parameter, self._fields[parameter.name])
            for parameter in find_dialect(self._kind.value).parameters
        }
        given = {name: value for name, value in params.items() if value}
        return Filled(self._kind.value, self._name.value, self._comment.value.strip(), given)

    def clear(self) -> None:
        self._name.value = self._comment.value = ""
        self._draw_fields()

    def _draw_fields(self) -> None:
        old = tuple(self._fields.values())
        parameters = find_dialect(self._kind.value).parameters
        self._fields = {parameter.name: field_of(parameter) for parameter in parameters}
        self._fields_box.children = tuple(self._fields.values())
        for control in old:
            if isinstance(control, ipywidgets.Password):
                control.value = ""
            control.close()


def field_of(parameter: Parameter) -> Any:
    """The control of a parameter: hidden while typed where it is secret, a list where there are choices."""
    meaning = parameter.description or parameter.label
    if parameter.type == "boolean":
        box = field(parameter.label, meaning, kind=ipywidgets.Checkbox)
        box.value = bool(parameter.default)
        return box
    if parameter.choices:
        choice = field(parameter.label, meaning, kind=ipywidgets.Dropdown)
        choice.options = [("", ""), *((each, each) for each in parameter.choices)]
        choice.value = str(parameter.default or "")
        return choice
    control = field(
        parameter.label, meaning, kind=ipywidgets.Password if parameter.secret else ipywidgets.Text
    )
    control.value = "" if parameter.default is None else str(parameter.default)
    return control


def value_of(parameter: Parameter, control: Any) -> str | int:
    """What a control holds; a secret is gone from it with this."""
    if parameter.secret:
        return take_secret(control)
    value: str | int = control.value.strip() if isinstance(control.value, str) else control.value
    return value


def take_secret(control: ipywidgets.Password) -> str:
    secret = know(control.value)
    control.value = ""
    return secret
