"""Bounded PyMySQL: a connection on which no statement brings more bytes than one result may have.

PyMySQL joins a row's packets before anybody sees it, and a row may be a gigabyte.
"""

from __future__ import annotations

from typing import Any

import pymysql.connections

from dbchat_magic.core.failures import BYTE_LIMIT, TooLarge


class BoundedConnection(pymysql.connections.Connection):  # type: ignore[misc]  # PyMySQL tells no types
    """A statement that brings more than BYTE_LIMIT raises TooLarge; the connection is closed then."""

    received = 0
    """Bytes that came since the last statement was sent."""

    def _execute_command(self, command: int, sql: str | bytes) -> None:
        self.received = 0
        super()._execute_command(command, sql)

    def _read_bytes(self, num_bytes: int) -> Any:
        self.received += num_bytes
        if self.received > BYTE_LIMIT:
            self._force_close()
            raise TooLarge
        return super()._read_bytes(num_bytes)
