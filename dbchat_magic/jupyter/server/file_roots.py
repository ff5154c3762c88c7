"""File roots: the folders whose files may be named over HTTP, and what else a field may not say there."""

from __future__ import annotations

import ipaddress
import itertools
import os
from collections.abc import Mapping
from pathlib import Path

from dbchat_magic.core.data_files import find_data_files
from dbchat_magic.core.datasources import is_pattern
from dbchat_magic.core.secrets import is_reference, variable_of
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DatasourceError
from dbchat_magic.language import phrase

VARIABLE = "DBCHAT_FILE_ROOTS"


def read_roots(default: str | Path, environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """The folders of DBCHAT_FILE_ROOTS (os.pathsep between), else the default; links followed."""
    text = (os.environ if environment is None else environment).get(VARIABLE, "")
    named = [part.strip() for part in text.split(os.pathsep) if part.strip()]
    return tuple(Path(part).expanduser().resolve() for part in named or [str(default)])


def check_path(text: str, roots: tuple[Path, ...], kept_out: Path) -> Path:
    """The file's real path; raises DatasourceError when it lies in no root, or is `kept_out` (our own store).

    A relative path begins at the first root. Nothing is said about files outside: not even whether they exist.
    """
    try:
        path = Path(roots[0], text).resolve()
    except (OSError, RuntimeError, ValueError):  # too long, links in a circle, NUL
        raise outside(roots) from None
    if not any(path.is_relative_to(root) for root in roots):
        raise outside(roots)
    if path == kept_out.resolve():
        raise DatasourceError(phrase("This file is dbchat_magic's own."), phrase("Name a database of yours."))
    return path


def check_pattern(text: str, roots: tuple[Path, ...], kept_out: Path, dialect: Dialect) -> str:
    """The absolute place of data files, all that it stands for now inside the roots; raises DatasourceError."""
    parts = Path(text).parts
    fixed = list(itertools.takewhile(lambda part: not is_pattern(part), parts))
    rest = parts[len(fixed) :]
    if ".." in rest:
        raise outside(roots)
    folder = check_path(str(Path(*fixed)), roots, kept_out)
    place = str(folder.joinpath(*rest))
    for found in find_data_files(place, dialect):
        check_path(str(found), roots, kept_out)
    return place


GUARDED_VARIABLES = ("DBCHAT_", "JUPYTER", "OPENAI_")
"""How the names of variables begin that hold the server's own keys."""


def check_reference(text: str) -> None:
    """Raises DatasourceError for a reference to a secret of the server's, which would be sent to whichever
    host is named beside it."""
    if not is_reference(text):
        return
    name = variable_of(text)
    if not name or name.upper().startswith(GUARDED_VARIABLES):
        raise DatasourceError(
            phrase("Over HTTP a password cannot be this reference."),
            phrase(
                "Send the password itself, or the name of a variable of the server's made for it: "
                "${env:NAME}."
            ),
        )


def check_host(host: str) -> None:
    """Raises DatasourceError for a link-local address: clouds give out keys there."""
    try:
        address = ipaddress.ip_address(host.strip("[] "))
    except ValueError:
        return
    if address.is_link_local:
        raise DatasourceError(
            phrase("Over HTTP the host {host} is not taken: it is a link-local address.", host=host),
            phrase("Name the database's server."),
        )


def outside(roots: tuple[Path, ...]) -> DatasourceError:
    folders = ", ".join(map(str, roots))
    return DatasourceError(
        phrase("Over HTTP a file must lie in a folder that is open for it."),
        phrase(
            "Open: {folders}. Whoever runs the server can name others in {variable}.",
            folders=folders,
            variable=VARIABLE,
        ),
    )
