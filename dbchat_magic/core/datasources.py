"""Datasources: the databases a user asks, by name."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from dbchat_magic.core.data_files import find_data_files
from dbchat_magic.core.secrets import (
    MASK,
    Secrets,
    drop_held,
    held_for,
    hold,
    hold_for,
    is_reference,
    is_variable,
    know,
    password_from_files,
    redact,
    value_of,
)
from dbchat_magic.core.store import Store
from dbchat_magic.dialects import Dialect, Parameter, dialects, find_dialect
from dbchat_magic.errors import DatasourceChanged, DatasourceError, PasswordNeeded
from dbchat_magic.language import phrase

T = TypeVar("T")

DEMO = "demo"
"""The name of the built-in database, unless a user gives it to one of theirs."""


Value = str | int | Path | None


@dataclass(frozen=True)
class Datasource:
    """A database by name. No secret is ever held here: a password is a reference to where it lives."""

    id: int
    """0: used once, not stored."""
    name: str
    type: str
    """A dialect's name."""
    params: Mapping[str, str | int] = field(default_factory=dict)
    """The dialect's parameters, as absolute paths, numbers and text; secrets as references."""
    comment: str = ""
    created: str = field(default="", compare=False)
    """When it was kept, in UTC; empty: it is not."""
    modified: str = field(default="", compare=False)
    last_used: str = field(default="", compare=False)
    """When it was last asked, in UTC."""
    tested: str = field(default="", compare=False)
    """When it was last tested, in UTC."""
    test_result: str = field(default="", compare=False)
    """What that test came to, in a sentence."""
    works: bool | None = field(default=None, compare=False)
    """Whether that test succeeded; None: there was none."""

    @cached_property
    def database(self) -> str:
        """The database behind it, whatever its name and password."""
        dialect = known_dialect(self)
        return f"{self.type} {sorted((k, v) for k, v in self.params.items() if not is_secret(dialect, k))}"

    @property
    def password(self) -> str:
        """****** where there is one."""
        return MASK if self.params.get("password") else ""


class DatasourceStore:
    """The datasources that a user keeps, shared by all their kernels and servers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[Hashable, list[Datasource]] | None = None
        """What `known` gave last, and the store's mark of then."""
        self.secrets = Secrets(store.path.parent)

    def add(self, name: str, type: str, *, comment: str = "", **params: Value) -> Datasource:
        """Keep a datasource, its password apart; nothing is opened but its file is looked at.

        Raises DatasourceError when the name is taken, the kind unknown or a field does not fit.
        """
        params = without_plain_secrets(params)
        dialect = find_dialect(type)
        name, fields = check_name(name), check_params(dialect, params)
        self.check_free(name)
        with self._keeping(dialect, fields) as kept, self._store.writing(durable=True) as rows:
            try:
                cursor = rows.execute(
                    "INSERT INTO datasources (name, type, params, comment) VALUES (?, ?, ?, ?)",
                    (name, dialect.name, json.dumps(kept), comment),
                )
            except sqlite3.IntegrityError:
                raise name_taken(name) from None
            added = self._get(rows, cursor.lastrowid or 0)
        if added.password:
            drop_held(added.database)
        return added

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
        **params: Value,
    ) -> Datasource:
        """Change what is given and keep the rest; raises DatasourceError as `add` and `get` do.

        A secret that is empty or ****** stays what it was.
        """
        params = without_plain_secrets(params)  # a traceback shows what this name holds
        return self._update(name_or_id, name, type, comment, params)

    def replace(
        self, seen: Datasource, *, name: str, comment: str, params: Mapping[str, Value]
    ) -> Datasource:
        """The same, of a datasource that somebody has looked at before they changed it.

        Raises DatasourceChanged where it is no longer as it was seen, and DatasourceError as `update` does.
        """
        params = without_plain_secrets(params)
        return self._update(seen.id, name, None, comment, params, seen)

    def _update(
        self,
        name_or_id: str | int,
        name: str | None,
        type: str | None,
        comment: str | None,
        params: Mapping[str, Value],
        seen: Datasource | None = None,
    ) -> Datasource:
        dialect = find_dialect(type or self.get(name_or_id).type)
        given = {key: value for key, value in params.items() if not keeps_secret(dialect, key, value)}
        secrets = {key: value for key, value in given.items() if is_secret(dialect, key)}
        with self._keeping(dialect, check_values(dialect, secrets)) as kept:
            old, new = self._change(name_or_id, name, type, comment, {**given, **kept}, seen)
        if kept:
            drop_held(old.database)
        self._forget(old, but=new)
        return new

    def _change(
        self,
        name_or_id: str | int,
        name: str | None,
        type: str | None,
        comment: str | None,
        given: Mapping[str, Value],
        seen: Datasource | None,
    ) -> tuple[Datasource, Datasource]:
        """The datasource before and after. Files are looked at while no transaction is open: where another
        process has changed the row meanwhile, all is done anew."""
        while True:
            old = self.get(name_or_id)
            if seen is not None and old != seen:
                raise DatasourceChanged(
                    phrase("{name} was changed meanwhile by somebody else.", name=seen.name),
                    phrase("Look at it as it is now."),
                    now=old,
                )
            dialect = find_dialect(type or old.type)
            new = replace(
                old,
                name=old.name if name is None else check_name(name),
                type=dialect.name,
                params=check_params(dialect, {**fitting(old, dialect), **given})
                if given or type
                else old.params,
                comment=old.comment if comment is None else comment,
            )
            with self._store.writing(durable=True) as rows:
                if self._get(rows, name_or_id) == old:
                    self._write(rows, new)
                    rows.execute(  # its verified answers go with it
                        "UPDATE OR REPLACE verified SET datasource = ? WHERE datasource = ?",
                        (new.name, old.name),
                    )
                    return old, self._get(rows, new.id)

    def remove(self, name_or_id: str | int) -> Datasource:
        """Forget a datasource and its password (its database is not touched) and return it.

        Raises DatasourceError as `get` does.
        """
        with self._store.writing(durable=True) as rows:
            datasource = self._get(rows, name_or_id)
            rows.execute("DELETE FROM datasources WHERE id = ?", (datasource.id,))
        drop_held(datasource.database)
        self._forget(datasource)
        return datasource

    def check_free(self, name: str) -> None:
        """Raises DatasourceError when the name cannot be one or is taken; best before a password is asked for.
        The row itself decides when it is written."""
        wanted = check_name(name).lower()
        if any(source.name.lower() == wanted for source in self.all()):
            raise name_taken(name)

    def remember_test(self, name_or_id: str | int, result: str, *, works: bool = True) -> None:
        """Keep what a test came to, and when; nothing happens where the datasource has been removed."""
        column = "id" if isinstance(name_or_id, int) else "name"
        with self._store.writing() as rows:
            rows.execute(
                "UPDATE datasources SET test_result = ?, works = ?,"
                f" tested = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE {column} = ?",
                (redact(result)[:LONGEST_RESULT], works, name_or_id),
            )

    def all(self) -> list[Datasource]:
        """Every datasource kept, in the order of their names."""
        with self._store.reading() as rows:
            return self._all(rows)

    def known(self) -> list[Datasource]:
        """The same, but for when they were used last; read anew only where one was changed."""
        mark = self._store.mark("datasources")  # before they are read: what changes meanwhile is noticed
        known = self._known
        if known is None or mark is None or known[0] != mark:
            known = self._known = mark, self.all()
        return list(known[1])

    def _all(self, rows: sqlite3.Connection) -> list[Datasource]:
        return [to_datasource(row) for row in rows.execute("SELECT * FROM datasources ORDER BY name")]

    def _get(self, rows: sqlite3.Connection, name_or_id: str | int) -> Datasource:
        column = "id" if isinstance(name_or_id, int) else "name"
        value = name_or_id if isinstance(name_or_id, int) else name_or_id.strip()
        row = rows.execute(f"SELECT * FROM datasources WHERE {column} = ?", (value,)).fetchone()
        if row is None:
            raise unknown_datasource(name_or_id, [datasource.name for datasource in self._all(rows)])
        return to_datasource(row)

    def _write(self, rows: sqlite3.Connection, new: Datasource) -> None:
        try:
            rows.execute(
                "UPDATE datasources SET name = ?, type = ?, params = ?, comment = ?,"
                " modified = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = ?",
                (new.name, new.type, json.dumps(dict(new.params)), new.comment, new.id),
            )
        except sqlite3.IntegrityError:
            raise name_taken(new.name) from None

    @contextlib.contextmanager
    def _keeping(self, dialect: Dialect, fields: Mapping[str, str | int]) -> Iterator[dict[str, str | int]]:
        """The fields with references for secrets; what was kept for them is forgotten when the block fails.

        A keyring may take seconds: no transaction is open while it is asked.
        """
        kept = dict(fields)
        new: list[str] = []
        try:
            for name, value in fields.items():
                if is_secret(dialect, name) and not stays_reference(str(value)):
                    kept[name] = self.secrets.keep(self.secrets.resolve(str(value)))
                    new.append(str(kept[name]))
            yield kept
        except BaseException:
            for reference in new:
                self.secrets.forget(reference)
            raise

    def _forget(self, old: Datasource, but: Datasource | None = None) -> None:
        still_used = set(but.params.values()) if but is not None else set()
        for name, value in old.params.items():
            if value not in still_used and is_secret(known_dialect(old), name):
                self.secrets.forget(str(value))


LONGEST_RESULT = 500
"""Characters of a test's result that are kept."""


def known_dialect(source: Datasource) -> Dialect | None:
    """The datasource's dialect; None: its package has been uninstalled."""
    return dialects().get(source.type)


def is_secret(dialect: Dialect | None, name: str) -> bool:
    """Whether the field is a secret; where the dialect is not known, any may be."""
    return dialect is None or any(each.name == name and each.secret for each in dialect.parameters)


def keeps_secret(dialect: Dialect, name: str, value: Value) -> bool:
    """An empty or masked secret stays what it was."""
    return is_secret(dialect, name) and value in (None, "", MASK)


def stays_reference(text: str) -> bool:
    """Whether the text is a reference that can be kept as it is: one to this process's memory cannot."""
    return is_reference(text) and not text.startswith("memory:")


def without_plain_secrets(params: Mapping[str, Value]) -> dict[str, Value]:
    """The fields with their secrets as values that no traceback shows.

    A secret that is no reference becomes known to `redact`.
    """
    names = {each.name for dialect in dialects().values() for each in dialect.parameters if each.secret}
    return {
        name: value
        if name not in names or not isinstance(value, str) or value == MASK or is_reference(value)
        else know(value)
        for name, value in params.items()
    }


def fitting(old: Datasource, dialect: Dialect) -> dict[str, str | int]:
    """The fields that stay when a datasource becomes one of another kind."""
    names = {parameter.name for parameter in dialect.parameters}
    return {name: value for name, value in old.params.items() if name in names or old.type == dialect.name}


# --------------------------------------------------------------------------------- what a connection gets


def resolve_params(datasource: Datasource, home: Path) -> dict[str, str | int]:
    """The real fields for a connection: defaults filled in, secrets resolved, a password for this session first.

    Where no password is known, the one that the kind's own file holds (`~/.my.cnf`). Raises DatasourceError
    naming what is missing. Secrets come as texts that show as ****** in a traceback.
    """
    dialect = find_dialect(datasource.type)
    secrets = Secrets(home)
    defaults = {each.name: each.default for each in dialect.parameters if each.default is not None}
    fields: dict[str, str | int] = {**defaults, **datasource.params}
    if held := held_for(datasource.database):
        fields["password"] = held
    for parameter in dialect.parameters:
        if parameter.secret and parameter.name in fields:
            fields[parameter.name] = secrets.resolve(str(fields[parameter.name]))
    if "password" not in fields and (found := password_from_files(dialect, datasource.params)):
        fields["password"] = found
    return fields


def hold_password(datasource: Datasource, password: str) -> None:
    """From now on, until this process ends, the datasource is connected with this password."""
    hold_for(datasource.database, password)


def drop_password(datasource: Datasource) -> None:
    """Forget a password given by `hold_password`."""
    drop_held(datasource.database)


def password_parameter(datasource: Datasource) -> Parameter | None:
    """The field of this kind that a password goes into; None: it has no passwords."""
    dialect = find_dialect(datasource.type)
    return next((parameter for parameter in dialect.parameters if parameter.name == "password"), None)


def password_prompt(source: Datasource) -> str:
    """What a person is asked.

    >>> password_prompt(Datasource(1, "shop", "postgresql", {"user": "ann", "host": "db.test"}))
    'Password of ann for shop'
    """
    user = source.params.get("user")
    return (
        phrase("Password of {user} for {name}", user=user, name=source.name)
        if user
        else phrase("Password for {name}", name=source.name)
    )


def try_password(source: Datasource, secret: str, step: Callable[[], T]) -> T:
    """The step's value with this password, which is forgotten when the database does not take it."""
    hold_password(source, secret)
    try:
        return step()
    except PasswordNeeded:
        drop_password(source)
        raise


# ------------------------------------------------------------------------------------- found by what is typed


def find_datasource(store: DatasourceStore, text: str, home: Path) -> Datasource:
    """What a user means by a name, an SQLAlchemy URL, `${env:NAME}` that holds one, or a place of files.

    All but the first are not kept. Raises DatasourceError when it is none of them.
    """
    __tracebackhide__ = True  # a URL may hold a password
    known = {datasource.name.lower(): datasource for datasource in store.known()}
    wanted = text.strip()
    if wanted.lower() in known:
        return known[wanted.lower()]
    if wanted.lower() == DEMO:
        return demo_datasource(home)
    if is_variable(wanted):
        wanted = know(value_of(wanted))
    if "://" in wanted:
        return datasource_from_url(wanted)
    if looks_like_a_path(wanted):
        return datasource_from_path(wanted)
    raise unknown_datasource(wanted, [datasource.name for datasource in known.values()])


def demo_datasource(home: Path) -> Datasource:
    """The built-in database; made on first use."""
    from dbchat_magic.demo import demo_database  # its generator is needed only here

    path = str(demo_database(home))
    return Datasource(0, DEMO, "sqlite", {"path": path}, phrase("the built-in shop"))


def datasource_from_url(url: str, name: str = "") -> Datasource:
    """A datasource that is not kept, from an SQLAlchemy URL parsed into its kind's own fields.

    Raises DatasourceError; neither it nor the datasource repeats the URL, which may hold a password.
    """
    __tracebackhide__ = True
    type, params = parse_url(url)
    return datasource_from_params(find_dialect(type), params, name)


def datasource_from_path(path: str | Path, name: str = "") -> Datasource:
    """A datasource that is not kept, from a database file, or data files: a folder or a pattern of them.

    Raises DatasourceError when it is none.
    """
    dialect = dialect_of_place(str(path))
    return datasource_from_params(dialect, {"path": str(path)}, name)


def datasource_from_params(dialect: Dialect, params: Mapping[str, Value], name: str = "") -> Datasource:
    """A datasource that is not kept; its secrets are held by this process."""
    fields = check_params(dialect, without_plain_secrets(params))
    held = {
        key: hold(str(value)) if is_secret(dialect, key) and not is_reference(str(value)) else value
        for key, value in fields.items()
    }
    return Datasource(0, name or name_of_place(dialect, fields), dialect.name, held)


def name_of_place(dialect: Dialect, fields: Mapping[str, str | int]) -> str:
    if "path" in fields:
        path = Path(str(fields["path"]))
        return path.parent.name if is_pattern(path.name) else path.stem
    return str(fields.get("database", dialect.name))


URL_PARTS = ("host", "port", "username", "password", "database")


def parse_url(url: str) -> tuple[str, dict[str, Value]]:
    """(kind of database, its fields) from an SQLAlchemy URL; raises DatasourceError, which does not repeat it.

    Of the options behind a "?" only those that a field of this kind takes: with some drivers others are code
    (`init_command`).
    """
    from sqlalchemy.engine import make_url  # a quarter of a second
    from sqlalchemy.exc import ArgumentError

    __tracebackhide__ = True
    dialect = find_dialect_of_scheme(url.partition("://")[0])
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatasourceError(
            phrase("This {label} URL cannot be read.", label=dialect.label),
            phrase("It looks like {example}.", example=example_url(dialect)),
        ) from None
    parts = {part: getattr(parsed, part) for part in URL_PARTS}
    return dialect.name, {**url_fields(dialect, parts), **url_options(dialect, parsed.query)}


def find_dialect_of_scheme(scheme: str) -> Dialect:
    """The dialect by what stands before `://` in a URL; raises DatasourceError listing the known ones."""
    scheme = scheme.strip().lower()
    for dialect in dialects().values():
        if scheme in dialect.url_schemes:
            return dialect
    schemes = sorted(f"{dialect.url_schemes[0]}://" for dialect in dialects().values() if dialect.url_schemes)
    raise DatasourceError(
        phrase(
            "There is no kind of database whose URL begins with {scheme}://.", scheme=plain_scheme(scheme)
        ),
        phrase("URLs begin with {schemes}.", schemes=", ".join(schemes)),
    )


def plain_scheme(scheme: str) -> str:
    return scheme if re.fullmatch(r"[a-z0-9+.-]{1,40}", scheme) else "that"


def url_fields(dialect: Dialect, parts: Mapping[str, Value]) -> dict[str, Value]:
    """The parts of a URL by the fields that take them; raises DatasourceError for one that none takes."""
    given = {part: value for part, value in parts.items() if value not in (None, "")}
    if "@" in str(given.get("host", "")):
        raise DatasourceError(
            phrase("This {label} URL cannot be read.", label=dialect.label),
            phrase("Write an @ in a password as %40, a / as %2F, a : as %3A."),
        )
    for part in given:
        if part not in dialect.url_parameters:
            raise DatasourceError(
                phrase("A {label} URL has no {part}.", label=dialect.label, part=part),
                phrase("It looks like {example}.", example=example_url(dialect)),
            )
    return {
        dialect.url_parameters[part]: know(str(value))
        if part == "password" and not is_reference(str(value))
        else value
        for part, value in given.items()
    }


def url_options(dialect: Dialect, query: Mapping[str, str | tuple[str, ...]]) -> dict[str, Value]:
    """The options of a URL by the fields that take them; raises DatasourceError naming those that none takes."""
    taken = {each.url_option: each.name for each in dialect.parameters if each.url_option}
    refused = sorted(name for name, value in query.items() if name not in taken or not isinstance(value, str))
    if refused:
        known = (
            phrase("Taken: {taken}.", taken=", ".join(sorted(taken)))
            if taken
            else phrase("{label} URLs take none.", label=dialect.label)
        )
        raise DatasourceError(
            phrase(
                "These options of the URL are not taken: {refused}.",
                refused=", ".join(name[:40] for name in refused),
            ),
            phrase("{known} Leave the others out: an option can be code that the driver runs.", known=known),
        )
    return {taken[name]: str(value) for name, value in query.items()}


def example_url(dialect: Dialect) -> str:
    if dialect.url_parameters.keys() == {"database"}:
        return f"{dialect.url_schemes[0]}:///folder/file{next(iter(dialect.suffixes), '')}"
    return f"{dialect.url_schemes[0]}://user@host/database"


def has_password(text: str) -> bool:
    """Whether the text holds a URL with a password in it that is no reference.

    >>> has_password("postgresql://me:secret@host/shop"), has_password("postgresql://me:${env:PW}@host/shop")
    (True, False)
    """
    found = PASSWORD_IN_URL.search(text)
    return found is not None and not is_reference(unquote(found[2]))


def veiled(datasource: str | Datasource | None) -> str | Datasource | None:
    """The same; a URL with a password in it as a text that no traceback shows."""
    return know(datasource) if isinstance(datasource, str) and has_password(datasource) else datasource


PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*):([^\s]+)@")


def without_password(url: str) -> str:
    """The URL less its password.

    >>> without_password("postgresql://me:s@cret@host/shop")
    'postgresql://me@host/shop'
    """
    return PASSWORD_IN_URL.sub(r"\1@", url)


def hold_password_of_url(url: str) -> str:
    """The URL less its password, which opens that database until this process ends; raises DatasourceError."""
    __tracebackhide__ = True
    source = datasource_from_url(url)
    hold_password(source, Secrets(Path()).resolve(str(source.params["password"])))
    return without_password(url)


# ------------------------------------------------------------------------------------------------- files


def dialect_of_place(place: str) -> Dialect:
    """The kind of a database file, or data files where the place is a folder or a pattern.

    Raises DatasourceError.
    """
    path = Path(place).expanduser()
    files = next((each for each in dialects().values() if takes(each, "files")), None)
    if files is not None and (path.is_dir() or (is_pattern(place) and not path.exists())):
        return files
    return dialect_of_file(path)


def takes(dialect: Dialect, type: str) -> bool:
    """Whether a field of this kind has this type."""
    return any(parameter.type == type for parameter in dialect.parameters)


def dialect_of_file(path: Path) -> Dialect:
    """The kind of database in a file by its first bytes (without any to go by: by its ending).

    Raises DatasourceError when there is no such file or it is no database.
    """
    head = read_head(path.expanduser())
    for dialect in dialects().values():
        if has_magic(dialect, head):
            return dialect
    for dialect in dialects().values():
        if has_suffix(path, dialect) and (not head or not dialect.magic_bytes):
            return dialect
    labels = [dialect.label for dialect in dialects().values() if dialect.suffixes]
    raise DatasourceError(
        phrase("{path} is not a database file of a kind known here.", path=path),
        phrase("Known kinds: {labels}.", labels=", ".join(sorted(labels))),
    )


def has_suffix(path: Path, dialect: Dialect) -> bool:
    return bool(dialect.suffixes) and path.name.lower().endswith(dialect.suffixes)


def is_pattern(text: str) -> bool:
    return re.search(r"[*?\[]", text) is not None


def check_files(place: str, dialect: Dialect) -> str:
    """The absolute path, folder or pattern of data files; raises DatasourceError when there are none."""
    path = absolute_place(place)
    found = find_data_files(path, dialect)
    for each in found:
        if not os.access(each, os.R_OK):
            raise DatasourceError(
                phrase("{path} may not be read by you.", path=each),
                phrase("Ask its owner for the right to read it."),
            )
    if not any(each.stat().st_size for each in found):
        raise DatasourceError(
            phrase("{place} is empty.", place=place), phrase("Name a file with data in it.")
        )
    return path


def absolute_place(place: str) -> str:
    """The place as an absolute path, links in its folders followed as far as the pattern lets it."""
    if not place.strip() or "\x00" in place:
        raise DatasourceError(
            phrase("This is not a path."), phrase("Name a file, a folder or a pattern such as data/*.csv.")
        )
    try:
        path = Path(place).expanduser()
        if path.exists():
            return str(path.resolve())
        fixed = next((each for each in path.parents if not is_pattern(str(each))), Path())
        return str(fixed.resolve() / path.relative_to(fixed))
    except (OSError, RuntimeError, ValueError) as error:
        raise DatasourceError(
            phrase("{place} is not a path: {error}.", place=place[:200], error=error),
            phrase("Check the path."),
        ) from None


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
            phrase("There is no file {path}.", path=path),
            phrase("Check the spelling; the current folder is {folder}.", folder=Path.cwd()),
        ) from None
    except (OSError, ValueError) as error:
        raise DatasourceError(
            phrase("{path} cannot be read: {error}.", path=path, error=error), phrase("Check the path.")
        ) from None
    if stat.S_ISDIR(state.st_mode):
        raise DatasourceError(
            phrase("{path} is a folder, not a database file.", path=path), phrase("Name a file in it.")
        )
    if not stat.S_ISREG(state.st_mode):
        raise DatasourceError(
            phrase("{path} is not an ordinary file.", path=path), phrase("Name a database file.")
        )
    if not os.access(path, os.R_OK):
        raise DatasourceError(
            phrase("{path} may not be read by you.", path=path),
            phrase("Ask its owner for the right to read it."),
        )
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
        raise DatasourceError(
            phrase("{path} cannot be read.", path=path), phrase("Check the file and the disk it is on.")
        ) from None


def looks_like_a_path(text: str) -> bool:
    suffixes = tuple(suffix for dialect in dialects().values() for suffix in dialect.suffixes)
    try:
        is_there = Path(text).is_file()
    except (OSError, ValueError):
        return False
    return "/" in text or "\\" in text or text.lower().endswith(suffixes) or is_there


def check_name(name: str) -> str:
    """The name without blanks around it; raises DatasourceError when it cannot be one."""
    stripped = name.strip()
    if not stripped or len(stripped) > 200 or re.search(r"[\x00-\x1f\x7f]|://", stripped):
        raise DatasourceError(
            phrase("{name!r} cannot be a datasource's name.", name=stripped[:40]),
            phrase("Use 1 to 200 characters, no line breaks, no '://'."),
        )
    return stripped


def check_params(dialect: Dialect, params: Mapping[str, Value]) -> dict[str, str | int]:
    """The fields as the dialect wants them, None and empty ones left out; raises DatasourceError."""
    fields = check_values(dialect, params)
    for parameter in dialect.parameters:
        if parameter.required and parameter.name not in fields:
            raise DatasourceError(
                phrase("A {label} datasource needs {name!r}.", label=dialect.label, name=parameter.name),
                phrase(parameter.description or parameter.label),
            )
    return fields


def check_values(dialect: Dialect, params: Mapping[str, Value]) -> dict[str, str | int]:
    """The fields given, each as the dialect wants it; raises DatasourceError."""
    known = {parameter.name: parameter for parameter in dialect.parameters}
    given = {name: value for name, value in params.items() if value is not None and value != ""}
    for name in given:
        if name not in known:
            raise DatasourceError(
                phrase("A {label} datasource has no field {name!r}.", label=dialect.label, name=name),
                phrase("Its fields: {known}.", known=", ".join(known)),
            )
    return {name: check_value(known[name], value, dialect) for name, value in given.items()}


def check_value(parameter: Parameter, value: Value, dialect: Dialect) -> str | int:
    if parameter.secret:
        return check_line(parameter, str(value) if isinstance(value, int | Path) else value or "")
    if parameter.choices and str(value) not in parameter.choices:
        raise DatasourceError(
            phrase("{label} cannot be {value!r}.", label=phrase(parameter.label), value=str(value)[:40]),
            phrase("It can be {choices}.", choices=", ".join(parameter.choices)),
        )
    checks: dict[str, Callable[[], str | int]] = {
        "path": lambda: str(check_file(Path(str(value)), dialect)),
        "folder": lambda: str(check_folder(Path(str(value)), dialect)),
        "files": lambda: check_files(str(value), dialect),
        "frame": lambda: check_variable(str(value)),
        "integer": lambda: check_integer(parameter, value),
        "boolean": lambda: check_boolean(parameter, value),
    }
    return checks.get(parameter.type, lambda: check_line(parameter, str(value)))()


def check_folder(path: Path, dialect: Dialect) -> Path:
    """The folder of a database; raises DatasourceError where there is none."""
    found = path.expanduser()
    if not found.is_dir():
        raise DatasourceError(
            phrase("There is no folder {path}.", path=found),
            phrase("{label} keeps a database in a folder; name an existing one.", label=dialect.label),
        )
    return found.resolve()


def check_integer(parameter: Parameter, value: Value) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise DatasourceError(
            phrase("{label} must be a whole number.", label=phrase(parameter.label)),
            phrase("You gave {value!r}.", value=value),
        ) from None


BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def check_boolean(parameter: Parameter, value: Value) -> bool:
    found = BOOLEANS.get(str(value).strip().lower())
    if found is None:
        raise DatasourceError(
            phrase("{label} must be yes or no.", label=phrase(parameter.label)),
            phrase("You gave {value!r}.", value=str(value)[:40]),
        )
    return found


def check_line(parameter: Parameter, text: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise DatasourceError(
            phrase("{label} must be one line of text.", label=phrase(parameter.label)),
            phrase("Leave out line breaks and tabs."),
        )
    return text


def check_variable(name: str) -> str:
    if not name.isidentifier():
        raise DatasourceError(
            phrase("{name!r} cannot be a variable's name.", name=name[:40]),
            phrase("Name a DataFrame of the notebook, such as df."),
        )
    return name


def check_file(path: Path, dialect: Dialect) -> Path:
    """The file's absolute path; raises DatasourceError when it is missing or of another kind."""
    if str(path) == ":memory:":
        raise DatasourceError(
            phrase("A {label} database in memory has no data to ask.", label=dialect.label),
            phrase("Give the path of a file."),
        )
    head = read_head(path.expanduser())
    if head and dialect.magic_bytes and not has_magic(dialect, head):
        raise DatasourceError(
            phrase("{path} is not a {label} file.", path=path, label=dialect.label),
            phrase("It may be encrypted, damaged or of another kind."),
        )
    return path.expanduser().resolve()


def name_taken(name: str) -> DatasourceError:
    return DatasourceError(
        phrase("There is a datasource called {name!r} already.", name=name.strip()),
        phrase("Choose another name, or remove that one."),
    )


def unknown_datasource(wanted: str | int, names: list[str]) -> DatasourceError:
    listed = (
        ", ".join(names) + phrase(" and the built-in {name}", name=DEMO)
        if names
        else phrase("only the built-in {name}", name=DEMO)
    )
    shown = f"{wanted[:80]}…" if isinstance(wanted, str) and len(wanted) > 80 else wanted
    return DatasourceError(
        phrase("There is no datasource {name!r}.", name=shown),
        phrase("You have {listed}; a file path or a URL works too.", listed=listed),
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
        row["last_used"],
        row["tested"],
        row["test_result"],
        None if row["works"] is None else bool(row["works"]),
    )
