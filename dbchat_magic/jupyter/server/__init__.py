"""The HTTP front: a Jupyter Server extension. Only this folder imports jupyter_server and tornado."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

__version__ = version("dbchat_magic")
"""What `jupyter server extension list` shows."""


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from dbchat_magic.jupyter.server.extension import DbChatServer

    return [{"module": "dbchat_magic.jupyter.server.extension", "app": DbChatServer}]
