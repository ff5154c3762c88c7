"""File roots: the folders whose files may be named over HTTP."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dbchat_magic.errors import DatasourceError

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
        raise DatasourceError("This file is dbchat_magic's own.", "Name a database of yours.")
    return path


def outside(roots: tuple[Path, ...]) -> DatasourceError:
    folders = ", ".join(map(str, roots))
    return DatasourceError(
        "Over HTTP a file must lie in a folder that is open for it.",
        f"Open: {folders}. Whoever runs the server can name others in {VARIABLE}.",
    )
