"""Ask a database in plain words, inside Jupyter. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbchat_magic import errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dbchat_magic.core.ask import Answer, DbChat
    from dbchat_magic.core.guard import SafeSql
    from dbchat_magic.core.schema import Schema

__version__ = "0.1.0"
__all__ = ["Answer", "DbChat", "__version__", "errors", "guard", "manage", "panel"]


def guard(sql: str, dialect: str, schema: Schema | None = None, functions: Iterable[str] = ()) -> SafeSql:
    """Check that `sql` is one statement that only reads, for a kind of database (or its sqlglot name).

    With `schema` and `functions` (names) it knows the user's own tables and functions.
    Raises SqlRejected saying which part is not allowed, DatasourceError for an unknown dialect.
    """
    from dbchat_magic.core.guard import check

    return check(sql, dialect, schema, functions)


def manage() -> Any:
    """The datasource manager, a widget: it shows itself when it is the value of a notebook's cell."""
    from dbchat_magic.jupyter.widgets import manager

    return manager.manage()


def panel() -> Any:
    """The ask panel, a widget: it shows itself when it is the value of a notebook's cell."""
    from dbchat_magic.jupyter.widgets import panel as ask_panel

    return ask_panel.panel()


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext dbchat_magic` calls."""
    from dbchat_magic.jupyter.magics import load

    load(ipython, manage)


def unload_ipython_extension(ipython: Any) -> None:
    """What `%unload_ext dbchat_magic` calls."""
    from dbchat_magic.jupyter.magics import unload

    unload(ipython)


def __getattr__(name: str) -> Any:
    if name in ("Answer", "DbChat"):
        from dbchat_magic.core import ask

        return getattr(ask, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
