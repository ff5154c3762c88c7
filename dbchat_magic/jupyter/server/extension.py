"""Extension: joins our routes to a Jupyter Server."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from dbchat_magic.jupyter.server import metrics
from dbchat_magic.jupyter.server.api import Api
from dbchat_magic.jupyter.server.file_roots import read_roots
from dbchat_magic.jupyter.server.handlers import ROUTES, SETTING


class DbChatServer(ExtensionApp):
    """What `jupyter server extension list` calls dbchat_magic."""

    name = "dbchat_magic"
    version = version("dbchat_magic")
    load_other_extensions = True

    def initialize_settings(self) -> None:
        assert self.serverapp is not None
        api = Api(read_roots(self.serverapp.root_dir), self.version)
        self.settings[SETTING] = api
        metrics.watch(api)

    def initialize_handlers(self) -> None:
        self.handlers: list[Any] = list(ROUTES)

    async def stop_extension(self) -> None:
        self.settings[SETTING].close()
