"""Datasources: the databases a user asks, by name."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from dbchat_magic.core.store import Store
from dbchat_magic.dialects import Dialect, Parameter, dialects, find_dialect
from dbchat_magic.errors import DatasourceError

DEMO = "demo"
"""The name of the built-in database, unless a user gives it to one of theirs."""


@dataclass(frozen=True)
class Datasource:
    """A database by name. No secret is ever held here: a password is a reference to where it lives."""

    id: int
    """0: used once, not stored."""
    name: str
    type: str
    """A dialect's name."""
    params: Mapping[str, str | int] = field(default_factory=dict)
    """The dialect's parameters, as absolute paths, numbers and text."""
    comment: str = ""
    created: str = field(default="", compare=False)
    """When it was kept, in UTC; empty: it is not."""
    modified: str = field(default="", compare=False)


class DatasourceStore:
    """The datasources that a user keeps, shared by all their kernels and servers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, name: str, type: str, *, comment: str = "", **params: str | int | Path | None
    ) -> Datasource:
        """Keep a datasource; nothing is opened but its file is looked at.

        Raises DatasourceError when the name is taken, the kind unknown or a field does not fit.
        """
        dialect = find_dialect(type)
        fields = check_params(dialect, params)
        with self._store.writing(durable=True) as rows:
            try:
                cursor = rows.execute(
                    "INSERT INTO datasources (name, type, params, comment) VALUES (?, ?, ?, ?)",
                    (check_name(name), dialect.name, json.dumps(fields), comment),
                )
            except sqlite3.IntegrityError:
                raise name_taken(name) from None
            return self._get(rows, cursor.lastrowid or 0)

    def get(self, name_or_id: str | int) -> Datasource:
        """The datasource of this name (whatever its case) or id; raises DatasourceError listing those there are."""
        with self._store.reading() as rows:
            return self._get(rows, name_or_id)

    def update(
        self,
        name_or_id: str | int,
        *,
        name: str | None = None,
        type: str | None = None,
        comment: str | None = None,
        **params: str | int | Path | None,
    ) -> Datasource:
        """Change what is given and keep the rest; raises DatasourceError as `add` and `get` do."""
        with self._store.writing(durable=True) as rows:
            old = self._get(rows, name_or_id)
            dialect = find_dialect(type or old.type)
            new = replace(
                old,
                name=old.name if name is None else check_name(name),
                type=dialect.name,
                params=check_params(dialect, {**old.params, **params}) if params or type else old.params,
                comment=old.comment if comment is None else comment,
            )
            try:
                rows.execute(
                    "UPDATE datasources SET name = ?, type = ?, params = ?, comment = ?,"
                    " modified = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = ?",
                    (new.name, new.type, json.dumps(dict(new.params)), new.comment, new.id),
                )
            except sqlite3.IntegrityError:
                raise name_taken(new.name) from None
            return self._get(rows, new.id)

    def remove(self, name_or_id: str | int) -> Datasource:
        """Forget a datasource (its database is not touched) and return it; raises DatasourceError as `get` does."""
        with self._store.writing(durable=True) as rows:
            datasource = self._get(rows, name_or_id)
            rows.execute("DELETE FROM datasources WHERE id = ?", (datasource.id,))
            return datasource

    def all(self) -> list[Datasource]:
        """Every datasource kept, in the order of their names."""
        with self._store.reading() as rows:
            return self._all(rows)

    def _all(self, rows: sqlite3.Connection) -> list[Datasource]:
        return [to_datasource(row) for row in rows.execute("SELECT * FROM datasources ORDER BY name")]

    def _get(self, rows: sqlite3.Connection, name_or_id: str | int) -> Datasource:
        column = "id" if isinstance(name_or_id, int) else "name"
        value = name_or_id if isinstance(name_or_id, int) else name_or_id.strip()
        row = rows.execute(f"SELECT * FROM datasources WHERE {column} = ?", (value,)).fetchone()
        if row is None:
            raise unknown_datasource(name_or_id, [datasource.name for datasource in self._all(rows)])
        return to_datasource(row)


def find_datasource(store: DatasourceStore, text: str, home: Path) -> Datasource:
    """What a user means by a name, an SQLAlchemy URL or a file path; the last two are not kept.

    Raises DatasourceError when it is none of them.
    """
    known = {datasource.name.lower(): datasource for datasource in store.all()}
    wanted = text.strip()
    if wanted.lower() in known:
        return known[wanted.lower()]
    if wanted.lower() == DEMO:
        return demo_datasource(home)
    if "://" in wanted:
        return datasource_from_url(wanted)
    if looks_like_a_path(wanted):
        return datasource_from_path(Path(wanted))
    raise unknown_datasource(wanted, [datasource.name for datasource in known.values()])


def demo_datasource(home: Path) -> Datasource:
    """The built-in database; made on first use."""
    from dbchat_magic.demo import demo_database  # its generator is needed only here

    path = str(demo_database(home))
    return Datasource(0, DEMO, "sqlite", {"path": path}, "the built-in shop")


def datasource_from_url(url: str, name: str = "") -> Datasource:
    """A datasource that is not kept, from an SQLAlchemy URL parsed into its kind's own fields.

    Raises DatasourceError; neither it nor the datasource repeats the URL, which may hold a password.
    """
    type, params = parse_url(url)
    return datasource_from_params(find_dialect(type), params, name)


def datasource_from_path(path: Path, name: str = "") -> Datasource:
    """A datasource that is not kept, from a database file; raises DatasourceError when it is none."""
    dialect = dialect_of_file(path)
    return datasource_from_params(dialect, {"path": path}, name)


def datasource_from_params(
    dialect: Dialect, params: Mapping[str, str | int | Path | None], name: str
) -> Datasource:
    fields = check_params(dialect, params)
    return Datasource(0, name or Path(str(fields.get("path", dialect.name))).stem, dialect.name, fields)


def parse_url(url: str) -> tuple[str, dict[str, str | int | Path | None]]:
    """(kind of database, its fields) from an SQLAlchemy URL; raises DatasourceError.

    Options behind a "?" are refused: with some drivers they are code (`init_command`).
    """
    from sqlalchemy.engine import make_url  # a quarter of a second
    from sqlalchemy.exc import ArgumentError

    scheme = url.partition("://")[0]
    dialect = find_dialect(scheme)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatasourceError(
            f"This {dialect.label} URL cannot be read.", f"It looks like {example_url(dialect)}."
        ) from None
    if parsed.query:
        raise DatasourceError(
            f"URL options are not taken: {', '.join(sorted(parsed.query))}.",
            "Leave out what follows the question mark; options can be code.",
        )
    names = {parameter.name for parameter in dialect.parameters}
    found: dict[str, str | int | Path | None] = {
        "host": parsed.host,
        "port": parsed.port,
        "user": parsed.username,
        "password": parsed.password if isinstance(parsed.password, str) else None,
        "path" if "path" in names else "database": parsed.database,
    }
    return dialect.name, {key: value for key, value in found.items() if value is not None}


def example_url(dialect: Dialect) -> str:
    names = {parameter.name for parameter in dialect.parameters}
    if "path" in names:
        return f"{dialect.url_schemes[0]}:///folder/file{next(iter(dialect.suffixes), '')}"
    return f"{dialect.url_schemes[0]}://user@host/database"


def dialect_of_file(path: Path) -> Dialect:
    """The kind of database in a file by its first bytes (an empty file: by its ending).

    Raises DatasourceError when there is no such file or it is no database.
    """
    head = read_head(path.expanduser())
    for dialect in dialects().values():
        if has_magic(dialect, head) or (not head and path.suffix.lower() in dialect.suffixes):
            return dialect
    labels = [dialect.label for dialect in dialects().values() if dialect.magic_bytes]
    raise DatasourceError(
        f"{path} is not a database file of a kind known here.", f"Known kinds: {', '.join(sorted(labels))}."
    )


def has_magic(dialect: Dialect, head: bytes) -> bool:
    return any(head[offset:].startswith(magic) for offset, magic in dialect.magic_bytes)


def read_head(path: Path) -> bytes:
    """The first bytes of a file that must exist; raises DatasourceError saying why not.

    Read by another process: opening and closing a SQLite file in this one would drop the locks that the
    user's own connections hold on it ("How To Corrupt An SQLite Database File", section 2.2).
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        raise DatasourceError(
            f"There is no file {path}.", f"Check the spelling; the current folder is {Path.cwd()}."
        ) from None
    except (OSError, ValueError) as error:
        raise DatasourceError(f"{path} cannot be read: {error}.", "Check the path.") from None
    if stat.S_ISDIR(state.st_mode):
        raise DatasourceError(f"{path} is a folder, not a database file.", "Name a file in it.")
    if not stat.S_ISREG(state.st_mode):
        raise DatasourceError(f"{path} is not an ordinary file.", "Name a database file.")
    if not os.access(path, os.R_OK):
        raise DatasourceError(f"{path} may not be read by you.", "Ask its owner for the right to read it.")
    return head_of(path.resolve(), state.st_mtime_ns, state.st_size) if state.st_size else b""


READ_HEAD = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read(64))"


@lru_cache(maxsize=256)
def head_of(path: Path, modified: int, size: int) -> bytes:
    """The first bytes of the file as it was at `modified` (nanoseconds)."""
    command = [sys.executable, "-I", "-S", "-c", READ_HEAD, str(path)]
    try:
        # S603: our own program text; the path is an argument of it
        return subprocess.run(command, capture_output=True, timeout=30, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise DatasourceError(f"{path} cannot be read.", "Check the file and the disk it is on.") from None


def looks_like_a_path(text: str) -> bool:
    suffixes = {suffix for dialect in dialects().values() for suffix in dialect.suffixes}
    return "/" in text or "\\" in text or Path(text).suffix.lower() in suffixes or Path(text).is_file()


def check_name(name: str) -> str:
    """The name without blanks around it; raises DatasourceError when it cannot be one."""
    stripped = name.strip()
    if not stripped or len(stripped) > 200 or re.search(r"[\x00-\x1f\x7f]|://", stripped):
        raise DatasourceError(
            f"{stripped[:40]!r} cannot be a datasource's name.",
            "Use 1 to 200 characters, no line breaks, no '://'.",
        )
    return stripped


def check_params(dialect: Dialect, params: Mapping[str, str | int | Path | None]) -> dict[str, str | int]:
    """The fields as the dialect wants them, None and empty ones left out; raises DatasourceError."""
    known = {parameter.name: parameter for parameter in dialect.parameters}
    given = {name: value for name, value in params.items() if value is not None and value != ""}
    for name in given:
        if name not in known:
            raise DatasourceError(
                f"A {dialect.label} datasource has no field {name!r}.", f"Its fields: {', '.join(known)}."
            )
    for parameter in dialect.parameters:
        if parameter.required and parameter.name not in given:
            raise DatasourceError(
                f"A {dialect.label} datasource needs {parameter.name!r}.",
                parameter.description or parameter.label,
            )
    return {name: check_value(known[name], value, dialect) for name, value in given.items()}


def check_value(parameter: Parameter, value: str | int | Path | None, dialect: Dialect) -> str | int:
    if parameter.type == "path":
        return str(check_file(Path(str(value)), dialect))
    if parameter.type == "integer":
        try:
            return int(str(value))
        except ValueError:
            raise DatasourceError(
                f"{parameter.label} must be a whole number.", f"You gave {value!r}."
            ) from None
    return str(value)


def check_file(path: Path, dialect: Dialect) -> Path:
    """The file's absolute path; raises DatasourceError when it is missing or of another kind."""
    if str(path) == ":memory:":
        raise DatasourceError(
            f"A {dialect.label} database in memory has no data to ask.", "Give the path of a file."
        )
    head = read_head(path.expanduser())
    if head and dialect.magic_bytes and not has_magic(dialect, head):
        raise DatasourceError(
            f"{path} is not a {dialect.label} file.", "It may be encrypted, damaged or of another kind."
        )
    return path.expanduser().resolve()


def name_taken(name: str) -> DatasourceError:
    return DatasourceError(
        f"There is a datasource called {name.strip()!r} already.", "Choose another name, or remove that one."
    )


def unknown_datasource(wanted: str | int, names: list[str]) -> DatasourceError:
    listed = ", ".join(names) + f" and the built-in {DEMO}" if names else f"only the built-in {DEMO}"
    return DatasourceError(
        f"There is no datasource {wanted!r}.", f"You have {listed}; a file path or a URL works too."
    )


def to_datasource(row: sqlite3.Row) -> Datasource:
    return Datasource(
        row["id"],
        row["name"],
        row["type"],
        json.loads(row["params"]),
        row["comment"],
        row["created"],
        row["modified"],
    )
