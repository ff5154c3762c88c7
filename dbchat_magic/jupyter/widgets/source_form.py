"""Source form: the fields of a new datasource, drawn from its dialect's parameters.

What is secret is taken out of its control as it is read: a control's value is saved with the notebook.
"""

from __future__ import annotations

import dataclasses
from functools import partial

import ipywidgets

from dbchat_magic.dialects import Parameter, dialects, find_dialect
from dbchat_magic.jupyter.widgets.controls import LABELS, WIDE, field, row

DEFAULT_KIND = "sqlite"


@dataclasses.dataclass(frozen=True)
class Filled:
    """What was filled in."""

    kind: str
    name: str
    comment: str
    params: dict[str, str] = dataclasses.field(repr=False)
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
        self._fields: dict[str, ipywidgets.Text] = {}
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
        params = {}
        for parameter in find_dialect(self._kind.value).parameters:
            control = self._fields[parameter.name]
            params[parameter.name] = control.value if parameter.secret else control.value.strip()
            if parameter.secret:
                control.value = ""
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
            control.value = ""
            control.close()


def field_of(parameter: Parameter) -> ipywidgets.Text:
    """The control of a parameter: hidden while typed where it is secret."""
    make = partial(field, kind=ipywidgets.Password) if parameter.secret else field
    control = make(parameter.label, parameter.description or parameter.label)
    control.value = "" if parameter.default is None else str(parameter.default)
    return control
