"""Secrets: where passwords live. Everything else holds references to them.

A reference says where a secret is: `keyring:…` and `file:…` are kept, `memory:…` ends with the process, and
`${env:NAME}` is a variable's. They are resolved when a database is connected, and never into nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import uuid
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DatasourceError, PasswordNeeded
from dbchat_magic.language import marked, phrase

T = TypeVar("T")

MASK = "******"
"""What stands for a secret wherever it would be shown; coming back it changes nothing."""

SERVICE = "dbchat_magic"
"""Our entries in a keyring."""

FOLDER = "secrets"
"""Of the home folder: a file for each secret that no keyring holds."""

TRUSTED_KEYRINGS = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
"""Those that encrypt; others write what they are given into a readable file, or nowhere."""

KEYRING_SECONDS = 5.0
"""A keyring may wait for a window that nobody sees."""

VARIABLE = r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?\}"
REFERENCE = rf"(?s:{VARIABLE}|keyring:[^/]+/.+|memory:[0-9a-f]{{32}}|file:(?:/|~|{FOLDER}/|[A-Za-z]:[\\/]).+)"


class Secret(str):
    """A text that shows as ****** where a value is shown: in a traceback, in the parameters of a call."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


def is_reference(text: str) -> bool:
    """Whether the text says where a secret is, and is none itself.

    >>> is_reference("${env:PGPASSWORD}"), is_reference("keyring:dbchat_magic/1"), is_reference("open sesame")
    (True, True, False)
    """
    return re.fullmatch(REFERENCE, text) is not None


# ------------------------------------------------------------------------------ what this process knows

_known: set[str] = set()
"""Every secret that was kept, held or resolved here."""
_held: dict[str, Secret] = {}
"""Secrets of this process alone, by their references."""
_session: dict[str, str] = {}
"""References to passwords that a person gave for this session, by the database they open."""
_lock = threading.Lock()


def know(secret: str) -> Secret:
    """The secret as one that `redact` takes out and no traceback shows."""
    if secret:
        _known.add(str(secret))
    return Secret(secret)


def hold(secret: str) -> str:
    """A reference to a secret that ends with this process; the same for the same secret."""
    known = know(secret)
    with _lock:
        for reference, other in _held.items():
            if other == known:
                return reference
        reference = f"memory:{uuid.uuid4().hex}"
        _held[reference] = known
        return reference


def hold_for(database: str, secret: str) -> None:
    """From now on this is the password of a database, whatever its datasource says, until the process ends."""
    _session[database] = hold(secret)


def held_for(database: str) -> str:
    """The reference to the password given for this session; empty where there is none."""
    return _session.get(database, "")


def drop_held(database: str) -> None:
    """Forget a password that was given for this session."""
    _session.pop(database, None)


def redact(text: str) -> str:
    """The text with every secret known to this process as ******, also where it is written as in a URL.

    A secret that is a plain word or number is taken out only behind a `:` or `=`: anywhere else the mask itself
    would tell which word it is.
    """
    for form in sorted(
        {form for secret in tuple(_known) for form in written_forms(secret)}, key=len, reverse=True
    ):
        if form not in text:
            continue
        if is_telling(form):
            text = text.replace(form, MASK)
        else:
            text = re.sub(rf"([:=]\s*['\"]?){re.escape(form)}(?!\w)", rf"\1{MASK}", text)
    return text


def is_telling(secret: str) -> bool:
    """Whether the text is too long or too odd to be met by chance.

    >>> is_telling("tiger"), is_telling("1234"), is_telling("t1ger"), is_telling("correcthorse")
    (False, False, True, True)
    """
    return len(secret) >= 8 or (len(secret) >= 4 and not secret.isalpha() and not secret.isdigit())


def written_forms(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        repr(str(secret))[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }


# ------------------------------------------------------------------------------------------ where they live


class Secrets:
    """The secrets of a user: in the system's keyring where it is one we trust, else in files only they may read."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._note = ""

    def keep(self, secret: str) -> str:
        """Keep a secret and return the reference to it; raises DatasourceError when that cannot be done."""
        known = know(secret)
        name = uuid.uuid4().hex
        if keep_in_keyring(name, known):
            return f"keyring:{SERVICE}/{name}"
        return self._keep_in_file(name, known)

    def resolve(self, reference: str) -> str:
        """The secret itself; raises DatasourceError naming what is missing. Never an empty one.

        Its child PasswordNeeded is raised where a person can help by typing the password.
        """
        if found := re.fullmatch(f"(?s:{VARIABLE})", reference):
            return know(read_variable(found[1], found[2]))
        kind, _, place = reference.partition(":")
        readers: dict[str, Callable[[str], str]] = {
            "memory": read_held,
            "keyring": read_keyring,
            "file": self._read_file,
        }
        return know(readers[kind](place)) if is_reference(reference) else know(reference)

    def forget(self, reference: str) -> None:
        """Delete a secret that was kept here; what belongs to somebody else stays."""
        kind, _, place = reference.partition(":")
        if kind == "memory":
            _held.pop(reference, None)
        elif kind == "file" and place.startswith(f"{FOLDER}/"):
            self._file(place).unlink(missing_ok=True)
        elif kind == "keyring" and place.startswith(f"{SERVICE}/"):
            _read.pop(place, None)
            ask_keyring(lambda keyring: keyring.delete_password(SERVICE, place.partition("/")[2]))

    def take_note(self) -> str:
        """What a person should know of where their passwords go; said once for a home folder, else empty."""
        note, self._note = self._note, ""
        return note

    def _keep_in_file(self, name: str, secret: str) -> str:
        path = self._file(f"{FOLDER}/{name}")
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._note = phrase(
                    "No keyring of this system can be used, so passwords lie in {folder},"
                    " in files that only you may read. They are not encrypted.",
                    folder=path.parent,
                )
            write_private(path, secret)
        except OSError as error:
            raise DatasourceError(
                phrase(
                    "The password cannot be kept in {folder}: {reason}.",
                    folder=path.parent,
                    reason=error.strerror,
                ),
                phrase("Free some room, or refer to it by a variable: ${env:NAME}."),
            ) from None
        return f"file:{FOLDER}/{name}"

    def _read_file(self, place: str) -> str:
        path = self._file(place)
        try:
            if place.startswith(f"{FOLDER}/"):
                close_to_others(path)
                return need(path.read_text(encoding="utf-8"), path)
            return need(path.read_text(encoding="utf-8").rstrip("\r\n"), path)
        except FileNotFoundError:
            raise PasswordNeeded(
                phrase("The password was to be in {path}, and there is no such file.", path=path),
                phrase("Give the password again."),
            ) from None
        except (OSError, UnicodeDecodeError):
            raise DatasourceError(
                phrase("The password in {path} cannot be read.", path=path),
                phrase("Check the file, or give the password again."),
            ) from None

    def _file(self, place: str) -> Path:
        return self._home / Path(place).expanduser()


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read, on the disk when this returns."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def close_to_others(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)


def need(secret: str, path: Path) -> str:
    """The secret; raises PasswordNeeded when it is empty."""
    if not secret:
        raise PasswordNeeded(
            phrase("The file {path} was to hold the password and is empty.", path=path),
            phrase("Give the password again."),
        )
    return secret


def read_held(place: str) -> str:
    secret = _held.get(f"memory:{place}")
    if secret is None:
        raise PasswordNeeded(
            phrase("The password was known to an earlier session only."),
            phrase("Give it again, or refer to a variable: ${env:NAME}."),
        )
    return secret


def read_variable(name: str, default: str | None = None) -> str:
    """The value of an environment variable; raises DatasourceError when it is missing or empty."""
    value = os.environ.get(name) or default
    if not value:
        state = marked("The environment variable {name} is not set.")
        if name in os.environ:
            state = marked("The environment variable {name} is empty.")
        raise DatasourceError(
            phrase(state, name=name),
            phrase(
                "Set it where Jupyter or this program is started, or here with %env {name} = a value.",
                name=name,
            ),
        )
    return value


def is_variable(text: str) -> bool:
    """Whether the text refers to an environment variable.

    >>> is_variable("${env:DATABASE_URL}"), is_variable("$DATABASE_URL"), is_variable("shop.db")
    (True, True, False)
    """
    return re.fullmatch(rf"(?s:{VARIABLE}|\$[A-Za-z_]\w*)", text) is not None


def variable_of(text: str) -> str:
    """The name of the variable that a reference is to; empty where it is to something else.

    >>> variable_of("${env:PGPASSWORD:-none}"), variable_of("file:/run/secrets/x")
    ('PGPASSWORD', '')
    """
    found = re.fullmatch(f"(?s:{VARIABLE})", text)
    return found[1] if found else ""


def value_of(text: str) -> str:
    """The value of the variable that the text refers to; raises DatasourceError when it is missing or empty."""
    found = re.fullmatch(f"(?s:{VARIABLE})", text)
    return read_variable(found[1], found[2]) if found else read_variable(text.lstrip("$"))


# ---------------------------------------------------------------------------------------------- keyring

_silent: set[str] = set()
"""Keyrings that did not answer in time: not asked again."""


def keep_in_keyring(name: str, secret: str) -> bool:
    """Whether the keyring took the secret and gives it back."""

    def write_and_read(keyring: Any) -> bool:
        keyring.set_password(SERVICE, name, str(secret))
        return bool(keyring.get_password(SERVICE, name) == secret)

    return ask_keyring(write_and_read) or False


_read: dict[str, Secret] = {}
"""Our own entries that were read: a keyring may ask its user each time, and an entry never changes."""


def read_keyring(place: str) -> str:
    service, _, name = place.partition("/")
    if place in _read:
        return _read[place]
    secret: str | None = ask_keyring(lambda keyring: keyring.get_password(service, name))
    if secret and service == SERVICE:
        _read[place] = know(secret)
    if not secret:
        raise PasswordNeeded(
            phrase("The keyring holds no entry {place!r}, or cannot be reached.", place=place),
            phrase("Unlock it, or give the password again."),
        )
    return secret


def ask_keyring(step: Callable[[Any], T]) -> T | None:
    """What a trusted keyring answers within KEYRING_SECONDS; None where there is none or it fails."""
    keyring = find_keyring()
    if keyring is None or type(keyring).__module__ in _silent:
        return None
    answers: list[T] = []

    def ask() -> None:
        with contextlib.suppress(Exception):  # each backend has errors of its own; no answer is the answer
            answers.append(step(keyring))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(KEYRING_SECONDS)
    if asking.is_alive():
        _silent.add(type(keyring).__module__)
    return answers[0] if answers else None


def find_keyring() -> Any:
    """The system's keyring, when it is one of TRUSTED_KEYRINGS."""
    try:
        import keyring  # a tenth of a second, and an extra
    except ImportError:
        return None
    configured = keyring.get_keyring()
    candidates = [*getattr(configured, "backends", ()), configured]
    trusted = (each for each in candidates if type(each).__module__ in TRUSTED_KEYRINGS)
    return next(trusted, None)


# ------------------------------------------------------------------------------------ the drivers' own files

PASSWORD_FILES: Mapping[str, str] = {"mysql": "~/.my.cnf"}
"""Where the programs of a kind of database (sqlglot's name) keep a password that its driver does not read."""


def password_from_files(dialect: Dialect, params: Mapping[str, str | int]) -> str:
    """The password that `[client]` of the kind's own file has for this user and host; empty where it has none.

    A file that others may read is not used, and that is said.
    """
    path = Path(PASSWORD_FILES.get(dialect.sqlglot, "")).expanduser()
    if dialect.sqlglot not in PASSWORD_FILES or not path.is_file():
        return ""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        warnings.warn(
            phrase("{path} is not used: others may read it (chmod 600 {path}).", path=path), stacklevel=2
        )
        return ""
    client = read_client_options(path)
    given = [name for name in ("user", "host") if name in client and name in params]
    if any(str(params[name]) != client[name] for name in given):
        return ""
    return know(client.get("password", ""))


def read_client_options(path: Path) -> dict[str, str]:
    """The options of `[client]` in a my.cnf."""
    options: dict[str, str] = {}
    section = ""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[] \t").lower()
        elif section in ("client", "client-mariadb") and "=" in stripped and stripped[0] not in "#;":
            name, _, value = stripped.partition("=")
            options[name.strip().lower()] = unquoted(value.strip())
    return options


def unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text
