"""The kinds of databases: one small data file each, found by entry point."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points

from dbchat_magic.dialects.dialect import Dialect, Parameter
from dbchat_magic.errors import DatasourceError
from dbchat_magic.language import phrase

__all__ = ["Dialect", "Parameter", "dialects", "find_dialect"]

GROUP = "dbchat_magic.dialects"


@lru_cache(maxsize=1)
def dialects() -> dict[str, Dialect]:
    """Every installed kind of database by its name.

    Raises DatasourceError when two packages offer one name.
    """
    found: dict[str, Dialect] = {}
    for entry in entry_points(group=GROUP):
        if entry.name in found:
            raise DatasourceError(
                phrase("Two installed packages offer the database kind {name!r}.", name=entry.name),
                phrase("Uninstall one of them; the second is {package}.", package=entry.value),
            )
        found[entry.name] = entry.load()
    return found


def find_dialect(name: str) -> Dialect:
    """The dialect with this name, sqlglot name or alias; raises DatasourceError listing the known ones."""
    wanted = name.strip().lower()
    if wanted in dialects():
        return dialects()[wanted]
    for dialect in dialects().values():
        if wanted in (dialect.name, dialect.sqlglot, *dialect.aliases, *dialect.url_schemes):
            return dialect
    raise DatasourceError(
        phrase("There is no kind of database called {name!r} here.", name=name),
        phrase("Kinds you can use: {kinds}.", kinds=", ".join(sorted(dialects()))),
    )
