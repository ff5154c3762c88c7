"""Serve: the HTTP front alone, without notebooks, kernels, files or terminals."""

from __future__ import annotations

import hmac
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import RequestHandler
from traitlets import default

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.server.handlers import SETTING

VARIABLE = "DBCHAT_SERVER_KEY"
LARGEST_REQUEST = 16_000_000
"""Bytes that are read at all; what is too large for a handler is answered by it."""
USER = User("dbchat", "dbchat")


def serve(host: str = "127.0.0.1", port: int = 5670) -> None:
    """Serve until interrupted. Who has one of the keys in DBCHAT_SERVER_KEY may ask; nobody else.

    Where none is set, one is made and written to stderr. Raises DbChatError when the port is taken.
    """
    keys = read_keys()
    server = make_server(host, port, keys or (secrets.token_urlsafe(32),))
    made = "" if keys else f"Its key, for this time: {server.identity_provider.keys[0]}\n"
    tell(
        f"dbchat_magic serves DB-GPT's API at http://{show_host(host)}:{server.port}/api/v2 (Ctrl-C stops it).\n"
        f"{made}Send the key as Authorization: Bearer KEY; {VARIABLE} sets it.\n"
    )
    try:
        server.start()
    finally:
        server.web_app.settings[SETTING].close()


def make_server(host: str, port: int, keys: tuple[str, ...]) -> Server:
    """A server that listens; raises DbChatError when it cannot."""
    server = Server(
        ip=host,
        port=port,
        port_retries=0,
        root_dir=str(Path.cwd()),
        identity_provider_class=Keys,
        contents_manager_class=NoFiles,
        cookie_secret=secrets.token_bytes(32),
        open_browser=False,
        no_browser_open_file=True,
        answer_yes=True,
        allow_root=True,
        allow_unauthenticated_access=False,
        max_body_size=LARGEST_REQUEST,
        max_buffer_size=LARGEST_REQUEST,
        log_level="WARN",
        jpserver_extensions={"dbchat_magic.jupyter.server": True},
    )
    try:
        server.initialize(argv=[], find_extensions=False)
    except SystemExit:
        raise DbChatError(
            f"Nothing can listen on port {port} of {host}.", "Is it in use? Name another: --port 5671."
        ) from None
    server.identity_provider.keys = keys
    return server


def read_keys(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The keys in DBCHAT_SERVER_KEY, a comma between.

    >>> read_keys({"DBCHAT_SERVER_KEY": "one, two,"}), read_keys({"DBCHAT_SERVER_KEY": " , "})
    (('one', 'two'), ())
    """
    text = (os.environ if environment is None else environment).get(VARIABLE, "")
    return tuple(key.strip() for key in text.split(",") if key.strip())


def show_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def tell(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


class Keys(IdentityProvider):
    """Lets in whoever sends one of the keys: no cookies, no password, no login page."""

    keys: tuple[str, ...] = ()

    @default("token")
    def _token_default(self) -> str:
        """None: the server would announce it."""
        return ""

    @property
    def login_available(self) -> bool:
        return False

    @property
    def auth_enabled(self) -> bool:
        return True

    def get_user(self, handler: RequestHandler) -> User | None:
        sent = self.get_token(handler) or ""
        if not is_key(sent, self.keys):
            return None
        handler._token_authenticated = True  # type: ignore[attr-defined] # noqa: SLF001 - how jupyter_server says: no cookie, hence no XSRF
        return USER

    def get_handlers(self) -> list[Any]:
        return []


def is_key(sent: str, keys: tuple[str, ...]) -> bool:
    """Compared with each to the end, so that the time says nothing."""
    found = [hmac.compare_digest(sent.encode(), key.encode()) for key in keys]
    return bool(sent) and any(found)


class NoFiles(AsyncLargeFileManager):
    """Gives no file away: the root folder is only where datasources may lie."""

    def get_extra_handlers(self) -> list[Any]:
        return []


class Server(ServerApp):
    """A Jupyter Server of nothing but our extension, which reads no configuration and leaves no file."""

    name = "dbchat_magic"
    default_services = ()  # type: ignore[assignment]
    identity_provider: Any

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """None: what a user configured for notebooks is not meant for this."""

    def write_server_info_file(self) -> None:
        """None: it would hold a key."""
