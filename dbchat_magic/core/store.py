"""Store: the one SQLite file under the home folder, shared by every kernel and server of the user.

Write-ahead log, `BEGIN IMMEDIATE` for writing and half a minute of patience: nothing is lost when several
processes write at once or one is killed. No transaction holds a network call.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import sqlite3
import sys
import threading
import time
import warnings
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import TypeVar

from dbchat_magic.core.file_marks import marks_of
from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds to wait for another process's transaction."""

NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse", "9p", "afs", "lustre")
"""A write-ahead log needs shared memory, which these do not give."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE datasources (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            type TEXT NOT NULL,
            params TEXT NOT NULL,
            comment TEXT NOT NULL DEFAULT '',
            created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
            modified TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
        )""",
        """CREATE TABLE history (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            asked TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
            datasource TEXT NOT NULL,
            question TEXT NOT NULL,
            sql TEXT NOT NULL,
            translator TEXT NOT NULL,
            outcome TEXT NOT NULL,
            rows INTEGER,
            seconds REAL,
            prompt_tokens INTEGER NOT NULL DEFAULT 0,
            completion_tokens INTEGER NOT NULL DEFAULT 0
        )""",
    ),
    (
        "ALTER TABLE datasources ADD COLUMN last_used TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE datasources ADD COLUMN tested TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE datasources ADD COLUMN test_result TEXT NOT NULL DEFAULT ''",
    ),
    (
        """CREATE TABLE verified (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            datasource TEXT NOT NULL COLLATE NOCASE,
            key TEXT NOT NULL,
            question TEXT NOT NULL,
            sql TEXT NOT NULL,
            saved TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
            fault TEXT NOT NULL DEFAULT '',
            UNIQUE (datasource, key)
        )""",
    ),
    ("ALTER TABLE history ADD COLUMN cost REAL",),
    (
        "CREATE TABLE changes (part TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",
        *(
            statement
            for part in ("datasources", "history", "verified")
            for statement in (
                f"INSERT INTO changes VALUES ('{part}', 0)",
                *(
                    f"CREATE TRIGGER {part}_{event.lower()} AFTER {event} ON {part}"
                    f" BEGIN UPDATE changes SET count = count + 1 WHERE part = '{part}'; END"
                    for event in ("INSERT", "UPDATE", "DELETE")
                ),
            )
        ),
    ),
    (
        "ALTER TABLE datasources ADD COLUMN works INTEGER",
        "UPDATE datasources SET works = instr(test_result, name || ' works') = 1 WHERE tested <> ''",
    ),
    (  # that one was used is no change of it
        "DROP TRIGGER datasources_update",
        (
            "CREATE TRIGGER datasources_update AFTER"
            " UPDATE OF name, type, params, comment, modified, tested, test_result, works ON datasources"
            " BEGIN UPDATE changes SET count = count + 1 WHERE part = 'datasources'; END"
        ),
    ),
)
"""Statements that bring the file from version n to n + 1; the version is `PRAGMA user_version`."""


class Store:
    """The file. Every thread has a connection of its own, so that it is safe in threads and processes."""

    def __init__(self, home: Path) -> None:
        self.path = home / "store.sqlite"
        self._kept = threading.local()
        """Of this thread: its `connection`, its `number`, and `of`, which file and which process it belongs to."""
        self._numbers = itertools.count()
        self._seen: dict[str, tuple[Hashable, int]] = {}
        """How often a part was changed, when the files were last written so."""

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one state of the file."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction that writes, committed at the end; `durable`: also safe when the power fails."""
        with self._transaction("BEGIN IMMEDIATE", durable=durable) as connection:
            yield connection

    def changes(self) -> dict[str, int]:
        """How often each part was changed, by whichever process: "datasources", "history", "verified"; that a
        datasource was used changes the history only.

        A front that shows a part compares this with what it saw before; asking costs a read of three rows.
        """
        with self.reading() as rows:
            return dict(rows.execute("SELECT part, count FROM changes").fetchall())

    def mark(self, part: str) -> Hashable:
        """Equal to one that this thread had earlier as long as nobody has changed the part since, in whichever
        process; None where only a transaction can tell. It costs a fraction of one."""
        connection = self._kept.__dict__.get("connection")
        if connection is None or self._kept.of != self._identity():
            return None
        written = self._written()  # before it is asked: what is written meanwhile is noticed
        seen = self._seen.get(part)
        if seen is None or written is None or seen[0] != written:
            try:
                row = connection.execute("SELECT count FROM changes WHERE part = ?", (part,)).fetchone()
            except sqlite3.Error:
                return None
            seen = self._seen[part] = written, row["count"]
        return self._kept.number, seen[1]

    def _written(self) -> Hashable:
        """When the file and its log were written last, and how large they are; None where nobody can tell.

        Two writes within a few milliseconds may look like one: whoever keeps a mark has another after the next.
        """
        return marks_of(self.path) if os.name == "posix" else None

    @contextlib.contextmanager
    def _transaction(self, begin: str, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        connection = self._take()
        try:
            if begin != "BEGIN":
                connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            patiently(lambda: connection.execute(begin))
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self._keep(connection)
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            set_aside(self.path)
            raise DbChatError(
                phrase("The store of your datasources and history was damaged."),
                phrase("It is kept beside {path}, and a new one is begun: try again.", path=self.path),
            ) from error
        finally:
            if getattr(self._kept, "connection", None) is not connection:
                connection.close()

    def _take(self) -> sqlite3.Connection:
        """The connection of this thread, taken away until its transaction has gone well; else a new one.

        One that stays open is quick: the last to close a file has to tidy up its log.
        """
        connection: sqlite3.Connection | None = self._kept.__dict__.pop("connection", None)
        if connection is None:
            return self._open()
        if self._kept.of[0] != os.getpid():
            CARRIED_ACROSS_A_FORK.append(connection)  # its parent's: not even to be closed here
            return self._open()
        if self._kept.of == self._identity() and is_of_this_version(connection):
            make_private(self.path)
            connection.execute("PRAGMA shrink_memory")  # what it remembers may have been damaged since
            return connection
        connection.close()
        return self._open()

    def _keep(self, connection: sqlite3.Connection) -> None:
        self._kept.of = self._identity()
        self._kept.connection = connection

    def _identity(self) -> tuple[int, int, int]:
        try:
            found = self.path.stat()
        except OSError:
            return os.getpid(), 0, 0
        return os.getpid(), found.st_dev, found.st_ino

    def _open(self) -> sqlite3.Connection:
        self._kept.number = next(self._numbers)
        try:
            return patiently(self._connect)
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error
        except sqlite3.DatabaseError:
            if is_damaged(self.path):  # else another process has begun a new one meanwhile
                set_aside(self.path)
            return patiently(self._connect)

    def _connect(self) -> sqlite3.Connection:
        make_private(self.path)
        return self._prepare(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None))

    def _unusable(self, error: sqlite3.OperationalError) -> DbChatError:
        if is_busy(error):
            return DbChatError(
                phrase(
                    "Another program has held the store {path} for {seconds:.0f} seconds.",
                    path=self.path,
                    seconds=PATIENCE,
                ),
                phrase("End it (a program that looks into the file, a notebook that hangs), and try again."),
            )
        return DbChatError(
            phrase("The store {path} cannot be used: {error}.", path=self.path, error=error),
            phrase("Free some room on the disk; DBCHAT_HOME names another folder to keep it in."),
        )

    def _prepare(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")
            if not is_of_this_version(connection):
                mode = "DELETE" if lies_on_a_network(self.path) else "WAL"
                connection.execute(f"PRAGMA journal_mode={mode}")
                migrate(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection


def is_of_this_version(connection: sqlite3.Connection) -> bool:
    """Its tables are those that this program makes."""
    try:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS))
    except sqlite3.Error:
        return False


CARRIED_ACROSS_A_FORK: list[sqlite3.Connection] = []


def patiently(step: Callable[[], T]) -> T:
    """The step's value. SQLite itself waits for most locks, but not for all: for changing to a write-ahead
    log, or while another process repairs what a killed one left."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return step()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - so that two do not meet again


def is_busy(error: sqlite3.OperationalError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to this program's version in one transaction; refuses a newer one with DbChatError."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise DbChatError(
                phrase("The store {path} was written by a newer version of dbchat_magic.", path=path),
                phrase(
                    "Update this one (pip install -U dbchat_magic), or set DBCHAT_HOME to another folder."
                ),
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def make_private(path: Path) -> None:
    """Create folder (0700) and file (0600) when they are missing, and close a file that others may read."""
    try:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # another process has just made it
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            mode = path.stat().st_mode
        if os.name == "posix" and mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise DbChatError(
            phrase(
                "The folder {folder} cannot be used to keep datasources and history: {reason}.",
                folder=path.parent,
                reason=error.strerror,
            ),
            phrase("Set DBCHAT_HOME to a folder that you may write to."),
        ) from error


def is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damaged(path: Path) -> bool:
    connection = sqlite3.connect(path, timeout=PATIENCE)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    finally:
        connection.close()
    return False


def set_aside(path: Path) -> None:
    """Move a file that is no database out of the way: never deleted, and said."""
    stem = f"{path.stem}-corrupt-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (f"{stem}{number}{path.suffix}" for number in ("", *(f"-{n}" for n in range(2, 1000))))
    aside = next(each for name in names if not (each := path.with_name(name)).exists())
    try:
        path.replace(aside)
    except FileNotFoundError:  # another process has done it
        return
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    warnings.warn(
        phrase(
            "{path} was damaged; it is kept as {aside} and a new one is begun.", path=path, aside=aside.name
        ),
        stacklevel=2,
    )


def lies_on_a_network(path: Path) -> bool:
    """Whether the file system is one of NETWORK_FILE_SYSTEMS, as far as this system tells."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    folder = os.path.realpath(path.parent)
    fields = [line.split(" ") for line in mounts]
    holding = [(point, kind) for _, point, kind, *_ in fields if is_below(folder, point)]
    _, kind = max(holding, key=lambda mount: len(mount[0]), default=("", ""))
    return kind.startswith(NETWORK_FILE_SYSTEMS)


def is_below(folder: str, point: str) -> bool:
    return point == "/" or folder == point or folder.startswith(point.rstrip("/") + "/")
