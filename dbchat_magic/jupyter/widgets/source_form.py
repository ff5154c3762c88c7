"""Source form: the fields of a datasource, new or kept, drawn from its dialect's parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets

from dbchat_magic.core.datasources import is_secret, known_dialect
from dbchat_magic.dialects import Parameter, dialects, find_dialect
from dbchat_magic.jupyter.widgets.controls import (
    SecretField,
    button,
    field,
    hint_html,
    row,
    show,
)
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.core.datasources import Datasource

DEFAULT_KIND = "sqlite"


@dataclasses.dataclass(frozen=True)
class Filled:
    """What was filled in."""

    kind: str
    name: str
    comment: str
    params: dict[str, str | int] = dataclasses.field(repr=False)
    """Fields that are empty are empty here, too."""

    @property
    def given(self) -> dict[str, str | int]:
        return {name: value for name, value in self.params.items() if value}


class SourceForm:
    """The fields of a datasource, as its kind of database wants them.

    `edited` is the datasource that they change, as it was when it was last looked at; None: they make a new one.
    """

    def __init__(self, add: Callable[[], None], save: Callable[[], None], cancel: Callable[[], None]) -> None:
        self.edited: Datasource | None = None
        self._title = ipywidgets.HTML()
        kinds = [(phrase(dialect.label), name) for name, dialect in sorted(dialects().items())]
        self._kind = field(phrase("Kind"), phrase("The kind of database"), ipywidgets.Dropdown, options=kinds)
        self._name = field(phrase("Name"), phrase("What you call it, such as: shop"))
        self._comment = field(phrase("Comment"), phrase("What it holds, for people"))
        self._fields: dict[str, Any] = {}
        self._fields_box = ipywidgets.VBox()
        self._add = button(phrase("Add"), phrase("Keep this datasource under its name"), add)
        self._save = button(phrase("Save"), phrase("Keep what was changed"), save)
        buttons = row(
            self._add, self._save, button(phrase("Cancel"), phrase("Leave everything as it is"), cancel)
        )
        self.box = ipywidgets.VBox(
            [self._title, self._kind, self._name, self._fields_box, self._comment, buttons]
        )
        self._kind.observe(lambda _: self._draw_fields(), "value")
        if DEFAULT_KIND in dialects():
            self._kind.value = DEFAULT_KIND
        self.clear()

    def read(self) -> Filled:
        """What is filled in now."""
        params = {
            parameter.name: value_of(self._fields[parameter.name])
            for parameter in find_dialect(self._kind.value).parameters
        }
        return Filled(self._kind.value, self._name.value, self._comment.value.strip(), params)

    def clear(self) -> None:
        """The form of a new datasource, without a secret."""
        self._name.value = self._comment.value = ""
        self._become(None)
        self._draw_fields()

    def fill(self, source: Datasource) -> None:
        """The form of a datasource that is kept; its secrets stay where they are."""
        self._kind.value = source.type
        self._become(source)
        self._draw_fields()
        self._name.value, self._comment.value = source.name, source.comment
        for name, control in self._fields.items():
            write_value(control, source.params.get(name))

    def become_new(self) -> None:
        """What is typed stays; it makes a datasource of its own now."""
        self._become(None)
        for control in self._fields.values():
            if isinstance(control, SecretField) and not control.secret:
                control.forget()

    def _become(self, source: Datasource | None) -> None:
        self.edited = source
        title = phrase("A new datasource") if source is None else phrase("Change {name}", name=source.name)
        self._title.value = hint_html(title)
        self._kind.disabled = source is not None
        show(self._add, source is None)
        show(self._save, source is not None)

    def _draw_fields(self) -> None:
        old = tuple(self._fields.values())
        parameters = find_dialect(self._kind.value).parameters
        self._fields = {parameter.name: field_of(parameter) for parameter in parameters}
        self._fields_box.children = tuple(map(control_of, self._fields.values()))
        for each in old:
            control_of(each).close()


def field_of(parameter: Parameter) -> Any:
    """The control of a parameter: hidden while typed where it is secret, a list where there are choices."""
    label, meaning = phrase(parameter.label), phrase(parameter.description or parameter.label)
    if parameter.secret:
        return SecretField(label, meaning)
    if parameter.type == "boolean":
        return field(label, meaning, ipywidgets.Checkbox, value=bool(parameter.default))
    if parameter.choices:
        options = [("", ""), *((each, each) for each in parameter.choices)]
        return field(label, meaning, ipywidgets.Dropdown, options=options, value=str(parameter.default or ""))
    return field(label, meaning, value="" if parameter.default is None else str(parameter.default))


def control_of(each: Any) -> Any:
    return each.control if isinstance(each, SecretField) else each


def value_of(each: Any) -> str | int:
    if isinstance(each, SecretField):
        return each.secret
    value: str | int = each.value.strip() if isinstance(each.value, str) else each.value
    return value


def write_value(each: Any, value: str | int | None) -> None:
    if isinstance(each, SecretField):
        if value:
            each.forget(phrase("kept; type another one to replace it"))
    elif isinstance(each, ipywidgets.Checkbox):
        each.value = bool(value)
    elif isinstance(each, ipywidgets.Dropdown):
        known = [key for _, key in each.options]
        each.value = value if value in known else ""
    else:
        each.value = "" if value is None else str(value)


def differences(old: Datasource, new: Datasource) -> str:
    """What became of a datasource meanwhile, for people: "host: a → b, comment: …"."""
    dialect = known_dialect(new)
    changed = [
        (phrase(word), before, after)
        for word, before, after in (("name", old.name, new.name), ("comment", old.comment, new.comment))
        if before != after
    ]
    for name in dict.fromkeys((*old.params, *new.params)):
        before, after = str(old.params.get(name, "")), str(new.params.get(name, ""))
        if before != after and is_secret(dialect, name):
            changed.append((name, "******", "******"))
        elif before != after:
            changed.append((name, before, after))
    return ", ".join(f"{word}: {before or '–'} → {after or '–'}" for word, before, after in changed)
