"""Connect: from a Datasource to a Connection whose sessions can only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.settings import Settings
from dbchat_magic.dialects import Dialect


@dataclass(frozen=True)
class Rows:
    """What a statement gave: the columns' names and the rows, at most as many as were asked for."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


class Connection(Protocol):
    """A datasource that is open for reading; an SQLAlchemy pool or the worker stands behind it.

    Safe to use from several threads (statements of one Connection run one after another).
    """

    dialect: Dialect

    def run(self, safe: SafeSql, *, row_limit: int | None, seconds: float) -> Rows:
        """Run a checked statement and fetch at most `row_limit` rows (None: all of them).

        After `seconds` it is ended in the database (QueryTimeout). KeyboardInterrupt in the calling
        thread cancels it and is raised again. Raises QueryFailed with the database's words otherwise.
        """

    def catalogue(self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0) -> list[tuple[object, ...]]:
        """Run one of our own statements about the schema or samples: never text from a question or a model.

        Same session, same limits, same errors as `run`; rows as plain tuples.
        """

    def cancel(self) -> None:
        """End the statement that another thread is running, if any: it raises QueryCancelled there."""

    def reset(self) -> None:
        """Bring the session back to how it was opened."""

    def close(self) -> None:
        """Give everything back; the Connection is not used again."""


def connect(datasource: Datasource, settings: Settings) -> Connection:
    raise NotImplementedError
