"""Serve: the HTTP front alone, without notebooks, kernels, files or terminals."""

from __future__ import annotations

import asyncio
import datetime
import hmac
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import RequestHandler
from traitlets import default

from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.server.api import Api
from dbchat_magic.jupyter.server.handlers import SETTING, Handler, Metrics
from dbchat_magic.language import phrase

VARIABLE = "DBCHAT_SERVER_KEY"
LARGEST_REQUEST = 16_000_000
"""Bytes that are read at all; what is too large for a handler is answered by it."""
SWITCH_SECONDS = 0.001
"""How long a thread may keep Python to itself while the event loop wants it."""
GRACE = 10.0
"""Seconds that requests have to be answered once the server is told to stop."""
LAST = 5.0
"""Seconds for telling those that were stopped."""
SETTLE = 0.1
"""Seconds in which a request that is on its way shows itself."""
USER = User("dbchat", "dbchat")


def serve(host: str = "127.0.0.1", port: int = 5670) -> None:
    """Serve until interrupted. Who has one of the keys in DBCHAT_SERVER_KEY may ask; nobody else.

    Where none is set, one is made and written to stderr. Raises DbChatError when the port is taken.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
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
        server.api.close()


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
            phrase("Nothing can listen on port {port} of {host}.", port=port, host=host),
            phrase("Is it in use? Name another: --port 5671."),
        ) from None
    server.identity_provider.keys = keys
    server.web_app.settings["log_function"] = log_request
    server.web_app.add_handlers(
        ".*$", [("/metrics", Metrics)]
    )  # where Prometheus looks; Jupyter has its own there
    return server


def read_keys(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The keys in DBCHAT_SERVER_KEY, a comma between.

    >>> read_keys({"DBCHAT_SERVER_KEY": "one, two,"}), read_keys({"DBCHAT_SERVER_KEY": " , "})
    (('one', 'two'), ())
    """
    text = (os.environ if environment is None else environment).get(VARIABLE, "")
    return tuple(key.strip() for key in text.split(",") if key.strip())


def log_request(handler: RequestHandler) -> None:
    """One line of the access log. Of the address it has only what is in ROUTES: a query or a path may hold a
    key, a question or a name."""
    request = handler.request
    route = handler.route if isinstance(handler, Handler) else ""
    milliseconds = 1000 * request.request_time()
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    id = getattr(handler, "request_id", "-")
    method = request.method if request.method in RequestHandler.SUPPORTED_METHODS else "-"
    tell(
        f"{now} {request.remote_ip} {method} {route or '-'} {handler.get_status()} {milliseconds:.0f}ms {id}\n"
    )


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
    leaving = False

    @property
    def api(self) -> Api:
        return cast(Api, self.web_app.settings[SETTING])

    def init_signal(self) -> None:
        """Ctrl-C and a supervisor's SIGTERM take the same road; Windows knows only the first."""
        signal.signal(signal.SIGINT, self._signal_stop)
        signal.signal(signal.SIGTERM, self._signal_stop)

    def _signal_stop(self, sig: Any, frame: Any) -> None:
        self.io_loop.add_callback_from_signal(self.stop if self.leaving else self.leave)
        self.leaving = True

    async def leave(self) -> None:
        """Take no more connections, answer what has come, then stop.

        What is not done after GRACE seconds is stopped, and answered so. A second signal stops at once.
        """
        waiting = len(self.api.in_flight)
        if waiting:
            tell(f"Stopping when {waiting} requests are answered, in {GRACE:g} s at most; again: at once.\n")
        await asyncio.sleep(SETTLE)  # connections that have come are accepted
        self.http_server.stop()
        self.api.leaving = True
        if not await self.is_quiet(GRACE):
            self.api.threads.stop()
            await self.is_quiet(LAST)
        self.stop()

    async def is_quiet(self, seconds: float) -> bool:
        """Wait until everything is answered and sent, so long at most."""
        end = self.io_loop.time() + seconds
        quiet_since: float | None = None
        while (now := self.io_loop.time()) < end:
            if self.api.in_flight or any(stream.writing() for stream in tuple(self.api.streams)):
                quiet_since = None
            elif quiet_since is None:
                quiet_since = now
            elif now - quiet_since > SETTLE:
                return True
            await asyncio.sleep(SETTLE / 5)
        return False

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """None: what a user configured for notebooks is not meant for this."""

    def write_server_info_file(self) -> None:
        """None: it would hold a key."""
