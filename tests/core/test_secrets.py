"""Secrets: kept where only the user may read, found again by reference, shown nowhere."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic.core import secrets
from dbchat_magic.core.secrets import Secret, Secrets, hold, is_reference, password_from_files, redact
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import DatasourceError, PasswordNeeded

CANARY = "CANARY p@ss:w/örd%"


class Memory:
    """A keyring that keeps what it is given."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.entries[service, name] = secret

    def get_password(self, service: str, name: str) -> str | None:
        return self.entries.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        del self.entries[service, name]


class Forgetful(Memory):
    """One that says it kept it and did not, as keyring's null backend does."""

    def get_password(self, service: str, name: str) -> str | None:
        return None


class Silent(Memory):
    """One that waits for a window that nobody sees."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        time.sleep(3)


@pytest.fixture
def use_keyring(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a keyring the system's; it comes from the module that is named."""
    keyring = pytest.importorskip("keyring")

    def use(backend: object, module: str = "keyring.backends.SecretService") -> object:
        monkeypatch.setattr(type(backend), "__module__", module)
        monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
        monkeypatch.setattr(secrets, "_silent", set())
        return backend

    return use


def test_without_a_keyring_a_secret_lies_in_a_file_of_the_user_alone(home: Path) -> None:
    kept = Secrets(home)
    reference = kept.keep(CANARY)
    assert is_reference(reference)
    assert CANARY not in reference
    assert Secrets(home).resolve(reference) == CANARY
    [file] = (home / "secrets").iterdir()
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
        file.chmod(0o644)
        kept.resolve(reference)
        assert file.stat().st_mode & 0o777 == 0o600
    kept.forget(reference)
    assert not list((home / "secrets").iterdir())
    with pytest.raises(PasswordNeeded, match="no such file"):
        kept.resolve(reference)


def test_where_they_lie_is_said_once(home: Path) -> None:
    kept = Secrets(home)
    kept.keep("one")
    assert "not encrypted" in kept.take_note()
    kept.keep("two")
    Secrets(home).keep("three")
    assert kept.take_note() == ""


def test_a_keyring_that_is_trusted_holds_it(
    home: Path, use_keyring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = use_keyring(Memory())
    reference = Secrets(home).keep(CANARY)
    assert reference.startswith("keyring:dbchat_magic/")
    assert list(keyring.entries.values()) == [CANARY]
    assert not (home / "secrets").exists()
    assert Secrets(home).resolve(reference) == CANARY
    monkeypatch.setattr(
        keyring, "get_password", lambda *_: 1 / 0
    )  # asked once: it may ask its user each time
    assert Secrets(home).resolve(reference) == CANARY
    monkeypatch.undo()
    use_keyring(keyring)
    Secrets(home).forget(reference)
    assert keyring.entries == {}
    with pytest.raises(PasswordNeeded, match="keyring holds no entry"):
        Secrets(home).resolve(reference)


@pytest.mark.parametrize(
    ("backend", "module"),
    [
        (Memory(), "keyrings.alt.file"),
        (Forgetful(), "keyring.backends.SecretService"),
        (Silent(), "keyring.backends.kwallet"),
    ],
)
def test_a_keyring_that_writes_plainly_forgets_or_is_silent_is_not_used(
    home: Path, use_keyring: Any, backend: Any, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "KEYRING_SECONDS", 0.2)
    use_keyring(backend, module)
    started = time.monotonic()
    assert Secrets(home).keep(CANARY).startswith("file:")
    assert Secrets(home).keep(CANARY).startswith("file:")  # a silent one is not waited for twice
    assert time.monotonic() - started < 2


def test_the_backends_that_keep_nothing_are_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    from keyring.backends import fail, null

    for backend in (fail.Keyring(), null.Keyring()):
        monkeypatch.setattr(keyring, "get_keyring", lambda backend=backend: backend)
        assert Secrets(home).keep(CANARY).startswith("file:")


def test_variables_and_files_are_referred_to(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", CANARY)
    monkeypatch.delenv("NO_SUCH", raising=False)
    (tmp_path / "secret").write_text(f"{CANARY}\n", encoding="utf-8")
    resolve = Secrets(home).resolve
    for reference in (
        "${env:SHOP_PASSWORD}",
        "${SHOP_PASSWORD}",
        f"file:{tmp_path / 'secret'}",
        hold(CANARY),
    ):
        assert is_reference(reference)
        assert resolve(reference) == CANARY
    assert resolve("${env:NO_SUCH:-other}") == "other"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("${env:NO_SUCH}", "NO_SUCH is not set"),
        ("${EMPTY}", "EMPTY is empty"),
        ("${env:EMPTY:-}", "EMPTY is empty"),
        ("file:/no/such/file", "no such file"),
        ("memory:" + "0" * 32, "an earlier session"),
    ],
)
def test_what_is_missing_is_named_and_never_an_empty_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, reference: str, said: str
) -> None:
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("NO_SUCH", raising=False)
    with pytest.raises(DatasourceError, match=said):
        Secrets(home).resolve(reference)


def test_every_secret_known_here_is_taken_out_of_a_text(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from urllib.parse import quote, quote_plus

    hold(CANARY)
    hold("xyz")
    forms = (CANARY, quote(CANARY, safe=""), quote_plus(CANARY), repr(CANARY), ascii(CANARY)[1:-1])
    for form in forms[:4]:
        assert "CANARY" not in redact(f"cannot connect with {form} to host")
    assert (
        redact("xyz of pg://me:xyz@host, password='xyz'") == "xyz of pg://me:******@host, password='******'"
    )


def test_a_secret_shows_in_no_representation() -> None:
    secret = Secret(CANARY)
    assert CANARY not in repr({"password": secret})
    assert secret == CANARY


def test_a_secret_that_is_held_twice_has_one_reference() -> None:
    assert hold("the same") == hold("the same") != hold("another")


def test_the_password_of_my_cnf_is_read_where_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    mariadb, postgresql = find_dialect("mariadb"), find_dialect("postgresql")
    assert password_from_files(mariadb, {}) == ""
    file = tmp_path / ".my.cnf"
    file.write_text(
        f'[mysqld]\npassword=no\n[client]\n# password=no\nuser = ann\npassword = "{CANARY}"\nquick\n!includedir /x\n',
        encoding="utf-8",
    )
    file.chmod(0o600)
    assert password_from_files(mariadb, {"user": "ann", "host": "x"}) == CANARY
    assert password_from_files(mariadb, {"user": "bob"}) == ""
    assert password_from_files(postgresql, {"user": "ann"}) == ""
    if os.name == "posix":
        file.chmod(0o644)
        with pytest.warns(UserWarning, match="others may read it"):
            assert password_from_files(mariadb, {"user": "ann"}) == ""
