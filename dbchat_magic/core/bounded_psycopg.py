"""Bounded psycopg: a connection on which no statement brings more bytes than one result may have.

libpq reads a row to its end before anybody sees it, and one value may be a gigabyte. Hence the bytes that
arrive are counted while it reads; the system has the figure.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from dbchat_magic.core.failures import BYTE_LIMIT, TooLarge

T = TypeVar("T")

RECEIVED = struct.Struct("Q")
RECEIVED_AT = 128
"""Where `tcpi_bytes_received` stands in Linux' `struct tcp_info`."""


class BoundedConnection(psycopg.Connection[Any]):
    """Whatever takes more than BYTE_LIMIT at a time raises TooLarge; the connection is of no use then."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.declared: dict[int, tuple[str, ...]] = {}
        """See `postgresql_enums.read_categories`."""

    def wait(self, gen: PQGen[T], *arguments: Any, **keywords: Any) -> T:
        """See `psycopg.Connection.wait`: every wait for the server goes through here."""
        return super().wait(self._counted(gen), *arguments, **keywords)

    def _counted(self, gen: PQGen[T]) -> PQGen[T]:
        most = received(self.pgconn.socket) + BYTE_LIMIT
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if received(self.pgconn.socket) > most:
                    raise TooLarge
                wanted = gen.send(ready)
        except StopIteration as end:
            value: T = end.value
            return value


def received(descriptor: int) -> int:
    """Bytes that came in through a socket so far; 0 where the system does not say so (it is not Linux, or the
    server is reached through a file)."""
    if sys.platform != "linux":
        return 0
    borrowed = socket.socket(fileno=descriptor)
    try:
        told = borrowed.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, RECEIVED_AT + RECEIVED.size)
    except OSError:
        return 0
    finally:
        borrowed.detach()
    return int(RECEIVED.unpack_from(told, RECEIVED_AT)[0]) if len(told) >= RECEIVED_AT + RECEIVED.size else 0
