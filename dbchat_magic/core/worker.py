"""Worker: an embedded database in a warm process of its own, which can be killed.

Some legal queries cannot be interrupted from within; ending their process is the only way to stop them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import stat
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from dbchat_magic.core import worker_process
from dbchat_magic.core.connect import Rows, find_driver_spec
from dbchat_magic.core.course import Course
from dbchat_magic.core.failures import BYTE_LIMIT, translate_error
from dbchat_magic.core.file_marks import marks_of
from dbchat_magic.core.plain_values import decode_columns
from dbchat_magic.core.worker_pipe import GONE, Replies, open_replies
from dbchat_magic.core.worker_process import Categories, Frame, write_frame
from dbchat_magic.dialects import Dialect
from dbchat_magic.errors import DatasourceError, DbChatError, QueryFailed
from dbchat_magic.language import phrase, sentences

if TYPE_CHECKING:
    from dbchat_magic.core.guard import SafeSql

MEMORY = 2**30
"""Bytes of memory that the process may take."""

HEAD = 4_096
"""Rows that show what an SQLite column holds, before all are fetched by columns."""
LOOK_SECONDS = 0.1
"""How often the waiting thread looks at the clock; Windows delivers Ctrl-C no sooner."""
START_SECONDS = 20.0
CANCEL_AFTER = 0.5
"""Seconds past the limit, which the process keeps by itself, when it is told to cancel."""
KILL_AFTER = 1.5
"""Seconds past the limit when it is killed."""
REAP_SECONDS = 0.5
"""How long to wait for a killed process to be gone."""
OBEY_SECONDS = 1.0
"""How long a cancelled statement may take to end before the process is killed."""


class Place(Protocol):
    """What a worker reads: a database file, or data files."""

    @property
    def dialect(self) -> Dialect:
        """Its kind of database."""

    @property
    def name(self) -> str:
        """For people."""

    def look(self) -> Hashable:
        """What tells this from another that takes its place; raises DatasourceError when it is not there."""

    def fingerprint(self) -> str:
        """A text that changes when what it holds does."""

    def opening(self) -> dict[str, Any]:
        """What `open_session` in the process needs beside what the dialect says."""


class WorkerConnection:
    """A Connection to one place; its process is started when needed and again when it was killed."""

    def __init__(self, place: Place) -> None:
        self.dialect = place.dialect
        self.place = place
        self._worker: Worker | None = None
        self._numbers = itertools.count(worker_process.OPENING + 1)
        self._turn = threading.Lock()

    def run(
        self, safe: SafeSql, *, row_limit: int | None, seconds: float, course: Course | None = None
    ) -> Rows:
        """Run a checked statement; see `Connection.run`."""
        may_have_columns = row_limit is None or row_limit > worker_process.MANY
        return self._ask(safe.text, row_limit, seconds, course or Course(), may_have_columns)

    def pour(self, safe: SafeSql, *, seconds: float, course: Course | None = None) -> Iterator[Rows]:
        """Run a checked statement and give all its rows; see `Connection.pour`."""
        course = course or Course()
        with self._at_work(course) as worker:
            number = next(self._numbers)
            with course.stopping_by(lambda: worker.stop(number)):
                yield from worker.pour(number, safe.text, seconds)

    def catalogue(
        self, sql: str, *, row_limit: int | None = None, seconds: float = 30.0
    ) -> list[tuple[object, ...]]:
        """Run one of our own statements; see `Connection.catalogue`."""
        return self._ask(sql, row_limit, seconds, Course(), False).rows

    def fingerprint(self) -> str:
        """When its files were written; see `Connection.fingerprint`."""
        return self.place.fingerprint()

    def open(self) -> None:
        """Have the file opened; raises DatasourceError or QueryFailed when it cannot be.

        Where it has been opened before, the next statement looks whether it is still the same.
        """
        if self._worker is not None:
            return
        if self._turn.acquire(blocking=False):  # whoever is at work has it opened
            try:
                self._current_worker().wait_until_ready()
            finally:
                self._turn.release()

    @property
    def busy(self) -> bool:
        """A statement is running."""
        return self._turn.locked()

    def cancel(self) -> None:
        """End the statement that another thread is running; see `Connection.cancel`."""
        worker = self._worker
        if worker is not None and worker.number:
            worker.stop(worker.number)

    def reset(self) -> None:
        """Nothing to do: no statement can change a session that only reads."""

    def close(self) -> None:
        """End the process."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def _ask(
        self, sql: str, row_limit: int | None, seconds: float, course: Course, may_have_columns: bool
    ) -> Rows:
        with self._at_work(course) as worker:
            number = next(self._numbers)
            with course.stopping_by(lambda: worker.stop(number)):
                return worker.ask(number, sql, row_limit, seconds, may_have_columns)

    @contextlib.contextmanager
    def _at_work(self, course: Course) -> Iterator[Worker]:
        """The process, for one statement; whatever is left of it at the end is ended."""
        held = False
        try:
            while not held:
                course.check()
                held = self._turn.acquire(timeout=LOOK_SECONDS)
            worker = self._current_worker()
            worker.wait_until_ready()
            try:
                yield worker
            finally:
                worker.settle()
        finally:
            if held:
                self._turn.release()

    def _current_worker(self) -> Worker:
        """The process, a new one if it has ended or if another file has taken the place of its own."""
        identity = self.place.look()
        if self._worker is not None and (self._worker.identity != identity or not self._worker.alive):
            self.close()
        if self._worker is None:
            self._worker = Worker(self.place, identity)
        return self._worker


class Worker:
    """One process, and the one request it is busy with."""

    def __init__(self, place: Place, identity: Hashable) -> None:
        opening = make_opening(place)
        self.name = place.name
        self.dialect = place.dialect
        self.identity = identity
        self.number = worker_process.OPENING
        """The request that runs; OPENING: none."""
        self._ready = False
        self._cancelled = False
        self._asked_at: float | None = None
        """When somebody wanted the statement cancelled."""
        self._stopped = worker_process.OPENING
        """The last request that somebody wanted stopped."""
        self._naming = threading.Lock()
        """Held while `number` changes, so that nobody stops the request after the one that they mean."""
        self._writing = threading.Lock()
        self._process, self._requests, replies = start_process()
        self._replies = open_replies(replies)
        self._end = weakref.finalize(
            self, end_process, self._process, self._requests, self._replies, os.getpid()
        )
        self._send(({**opening, "shared": can_share(self._process)},))

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Raises DatasourceError or QueryFailed when the file cannot be opened."""
        started = time.monotonic()
        while not self._ready:
            frame = self._receive()
            if frame == ("ready",):
                self._ready = True
            elif frame is not None:
                self.kill()
                raise self._error(frame, 0)
            elif time.monotonic() - started > START_SECONDS:
                self.kill()
                raise DatasourceError(
                    phrase("The process that reads {name} does not start.", name=self.name),
                    phrase("Is this computer very busy? Try again."),
                )

    def ask(
        self, number: int, sql: str, row_limit: int | None, seconds: float, may_have_columns: bool
    ) -> Rows:
        """Run a statement and wait for its rows, `seconds` and KILL_AFTER at most."""
        started = self._begin(number)
        self._send(("run", number, sql, seconds, row_limit, BYTE_LIMIT, may_have_columns))
        columns: tuple[str, ...] = ()
        encoded: tuple[int, ...] = ()
        categories: Categories = ()
        rows: list[tuple[object, ...]] = []
        table: Any = None
        kinds: tuple[str, ...] = ()
        while True:
            frame = self._receive()
            if frame is None:
                self._lose_patience(started, seconds)
            elif frame[0] == "few":
                self.number = worker_process.OPENING
                columns, encoded, categories, rows = frame[2:]
                return Rows(columns, decode_columns(rows, encoded), categories=categories)
            elif frame[0] == "columns":
                columns, encoded, categories = frame[2:]
            elif frame[0] == "rows":
                rows += decode_columns(frame[2], encoded)
                self._lose_patience(started, seconds)
            elif frame[0] == "arrow":
                kinds, table = frame[2], read_table(frame[3])
            elif self._is_end(frame, seconds):
                return Rows(columns, rows, table, kinds, categories)

    def pour(self, number: int, sql: str, seconds: float) -> Iterator[Rows]:
        """Run a statement and give its rows as they come, `seconds` and KILL_AFTER at most from one to the next."""
        started = self._begin(number)
        self._send(("pour", number, sql, seconds))
        columns: tuple[str, ...] = ()
        encoded: tuple[int, ...] = ()
        categories: Categories = ()
        while True:
            frame = self._receive()
            if frame is None:
                self._lose_patience(started, seconds)
            elif frame[0] == "columns":
                columns, encoded, categories = frame[2:]
                yield Rows(columns, [], categories=categories)
            elif frame[0] == "rows":
                self._send(("more", number))
                yield Rows(columns, decode_columns(frame[2], encoded), categories=categories)
                started = time.monotonic()
            elif frame[0] == "arrow":
                self._send(("more", number))
                yield Rows(columns, [], read_table(frame[3]), frame[2])
                started = time.monotonic()
            elif self._is_end(frame, seconds):
                return

    def _begin(self, number: int) -> float:
        """When the request of this number began."""
        with self._naming:
            self._cancelled, self._asked_at, self.number = False, None, number
            if self._stopped == number:
                self._asked_at = time.monotonic()
        return time.monotonic()

    def _is_end(self, frame: Frame, seconds: float) -> bool:
        """Raises the error of a request that has failed."""
        self.number = worker_process.OPENING
        if frame[0] == "end":
            return True
        raise self._error(frame, seconds)

    def cancel(self) -> None:
        """Tell the process to end the statement."""
        self._cancelled = True
        self._send(("cancel", self.number))

    def stop(self, number: int) -> None:
        """End this request because somebody wants that: the one that runs, or that is about to. No other."""
        with self._naming:
            self._stopped = number
            if self.number == number:
                self._cancelled, self._asked_at = True, time.monotonic()
        self._send(("cancel", number))

    def settle(self) -> None:
        """Leave no statement running when the wait for it was broken off."""
        if self.number == worker_process.OPENING:
            return
        if self._replies.is_torn:
            self.kill()
            return
        try:
            self.cancel()
            end = time.monotonic() + OBEY_SECONDS
            while time.monotonic() < end:
                frame = self._receive()
                if frame is not None and frame[0] in ("end", "few", "error"):
                    self.number = worker_process.OPENING
                    return
        finally:
            if self.number != worker_process.OPENING:
                self.kill()

    def kill(self) -> None:
        """End the process at once."""
        if self.number != worker_process.OPENING and self._asked_at is None:
            self._asked_at = time.monotonic()
        self.number = worker_process.OPENING
        self._end()

    def _lose_patience(self, started: float, seconds: float) -> None:
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at > OBEY_SECONDS:
            self.kill()
            raise self._error(("error", 0, worker_process.CANCELLED, ""), seconds)
        if now - started > seconds + KILL_AFTER:
            self.kill()
            raise self._error(("error", 0, worker_process.TIMEOUT, ""), seconds)
        if now - started > seconds + CANCEL_AFTER and not self._cancelled:
            self.cancel()

    def _error(self, frame: Frame, seconds: float) -> DbChatError:
        if frame == GONE:
            self.kill()
            if self._asked_at is not None:
                return self._failure(worker_process.CANCELLED, "", seconds)
            return QueryFailed(
                phrase("The process that ran the query ended by itself, most likely for lack of memory."),
                phrase(
                    "Ask for less at a time: fewer rows, or shorter texts. The next question starts it anew."
                ),
            )
        _, _, kind, words = frame
        if kind == worker_process.CANCELLED and self._asked_at is None:
            kind = worker_process.TIMEOUT
        return self._failure(kind, words, seconds)

    def _failure(self, kind: str, words: str, seconds: float) -> DbChatError:
        return translate_error(self.dialect, kind, words, name=self.name, seconds=seconds)

    def _send(self, frame: Frame) -> None:
        try:
            with self._writing:
                write_frame(self._requests, frame)
        except (OSError, ValueError):
            return  # it has ended, which its reader finds out and says

    def _receive(self) -> Frame | None:
        """The next frame, None when there was none for a while."""
        return self._replies.receive(LOOK_SECONDS)


def end_process(process: subprocess.Popen[bytes], requests: BinaryIO, replies: Replies, owner: int) -> None:
    """Kill the process, but not from a fork of the one that started it."""
    if os.getpid() != owner:
        return
    process.kill()
    with contextlib.suppress(OSError):  # what was left to write has no reader any more
        requests.close()
    with contextlib.suppress(subprocess.TimeoutExpired):  # it hangs in the system, which lets it go some time
        process.wait(REAP_SECONDS)
    replies.close()


def start_process() -> tuple[subprocess.Popen[bytes], BinaryIO, BinaryIO]:
    """Start a worker process that neither Ctrl-C in a terminal nor the user's modules reach.

    The process, the pipe to it and the pipe from it.
    """
    if not sys.executable:
        raise DatasourceError(
            phrase("This Python does not say where its program is, so no process can be started."),
            phrase("Run it from an ordinary Python installation."),
        )
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    package = Path(worker_process.__file__).parents[1]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(package.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=package,
        **apart,
    )
    return process, cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)


PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from dbchat_magic.core.worker_process import main; main()"
)


def make_opening(place: Place) -> dict[str, Any]:
    """What the process needs to open its session, as plain values; see `worker_process.Opening`."""
    dialect = place.dialect
    return {
        "module": f"dbchat_magic.core.{dialect.session_module}",
        "folders": folders_of(dialect),
        "arrow": bool(dialect.column_drivers and folders_of_packages(dialect.column_drivers)),
        "memory": MEMORY,
        "head": HEAD,
        "session": list(dialect.session),
        "settings": dict(dialect.settings),
        "limits": dict(dialect.limits),
        "warm_up": sorted(dialect.table_functions),
        "functions": sorted(dialect.functions),
        "pragmas": sorted(dialect.pragmas),
        "ours": sorted(dialect.catalogue.values()),
        **place.opening(),
    }


def folders_of(dialect: Dialect) -> list[str]:
    """Where the driver lies, and what it needs; raises DatasourceError when it is not installed."""
    folders = folders_of_packages(dialect.column_drivers)
    if dialect.driver in sys.stdlib_module_names:
        return folders
    own = str(Path(str(find_driver_spec(dialect).origin)).parent.parent)
    return list(dict.fromkeys((own, *folders)))


def folders_of_packages(names: Iterable[str]) -> list[str]:
    """Where these packages lie; nothing where one is not installed."""
    found = [importlib.util.find_spec(name) for name in names]
    if any(spec is None or spec.origin is None for spec in found):
        return []
    return list(dict.fromkeys(str(Path(str(spec.origin)).parent.parent) for spec in found if spec))


def can_share(process: subprocess.Popen[bytes]) -> bool:
    """What the process has in memory can be mapped here."""
    try:
        os.stat(f"/proc/{process.pid}/fd/0")  # noqa: PTH116 - it is no path of ours
    except OSError:
        return False
    return hasattr(os, "memfd_create")


def read_table(place: str | bytes) -> Any:
    """A large result that lies ready in the process."""
    from dbchat_magic.core.arrow_sink import read_place  # pyarrow

    return read_place(place)


# -------------------------------------------------------------------------------------------- the file


class DatabaseFile:
    """A file that holds a database."""

    def __init__(self, dialect: Dialect, path: Path) -> None:
        self.dialect = dialect
        self.path = path
        self.name = path.name

    def look(self) -> tuple[int, int]:
        return look_at_file(self.path, self.dialect)

    def fingerprint(self) -> str:
        return " ".join(f"{written}:{size}:{number}" for written, size, number in marks_of(self.path))

    def opening(self) -> dict[str, Any]:
        return {"path": str(self.path), "files": []}


class DatabaseFolder(DatabaseFile):
    """A folder that holds a database."""

    def look(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise DatasourceError(
                phrase(
                    "The folder {path} cannot be opened: {reason}.", path=self.path, reason=error.strerror
                ),
                phrase("Check the path; nothing was created."),
            ) from None
        if not stat.S_ISDIR(found.st_mode):
            raise DatasourceError(
                phrase("{path} is no folder.", path=self.path),
                phrase("{label} keeps a database in one.", label=self.dialect.label),
            )
        return found.st_dev, found.st_ino

    def fingerprint(self) -> str:
        """When its parts were last added to or taken away."""
        folders = (
            self.path,
            *(each for name in ("metadata", "data", "store") for each in (self.path / name).glob("*")),
        )
        marks = [f"{each.stat().st_mtime_ns}" for each in folders if each.exists()]
        return " ".join(sorted(marks))


def look_at_file(path: Path, dialect: Dialect) -> tuple[int, int]:
    """What tells this file from another that takes its place.

    It is not opened: closing it would release the locks that the user's own connections in this process
    hold on it (POSIX). Raises DatasourceError when it is missing, a folder or unreadable.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise DatasourceError(
            phrase("There is no file {path}.", path=path), hint_folder(path.parent, dialect)
        ) from None
    except OSError as error:
        raise DatasourceError(
            phrase("{path} cannot be opened: {reason}.", path=path, reason=error.strerror),
            phrase("Check the path."),
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise DatasourceError(
            phrase("{path} is a folder, not a file.", path=path), hint_folder(path, dialect)
        )
    if not stat.S_ISREG(found.st_mode):
        raise DatasourceError(phrase("{path} is not an ordinary file.", path=path), phrase("Name a file."))
    if not os.access(path, os.R_OK):
        raise DatasourceError(
            phrase("{path} may not be read by you.", path=path),
            phrase("Ask its owner for the right to read it."),
        )
    return found.st_dev, found.st_ino


def hint_folder(folder: Path, dialect: Dialect) -> str:
    """The files of this kind that are there instead."""
    if not folder.is_dir():
        return phrase("The folder {folder} does not exist either; nothing was created.", folder=folder)
    try:
        near = sorted(file.name for file in folder.iterdir() if file.suffix.lower() in dialect.suffixes)
    except OSError:
        near = []
    there = phrase("Check the path.")
    if near:
        there = phrase("In {folder} there are: {names}.", folder=folder, names=", ".join(near[:8]))
    return sentences(there, phrase("Nothing was created."))
