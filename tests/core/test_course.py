"""A question that is stopped: its own statement ends, and nobody else's. Held for every kind of connection."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dbchat_magic import DbChat
from dbchat_magic.core import frames
from dbchat_magic.core.connect import Connection, Rows, close_all, connect
from dbchat_magic.core.course import Course, Event, Step
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.guard import SafeSql
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.settings import Settings
from dbchat_magic.errors import QueryCancelled

PATIENCE = 60
"""Seconds that nothing here takes."""
SQLITE = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
DUCKDB = "SELECT sum(random()) FROM range(1000000000000)"
ENDLESS = {
    "sqlite": SQLITE,
    "duckdb": DUCKDB,
    "frame": DUCKDB,
    "postgresql": "SELECT pg_sleep(3000)",
    "mariadb": "SELECT sleep(3000)",
}

counter = itertools.count()


@dataclass(frozen=True)
class Asked:
    """A database that is asked by several threads at once."""

    kind: str
    connection: Connection
    threads: ThreadPoolExecutor

    def run(self, sql: str, course: Course) -> Rows:
        safe = SafeSql(sql, self.connection.dialect.name)
        return self.connection.run(safe, row_limit=10, seconds=5 * PATIENCE, course=course)

    def begin(self, course: Course) -> Future[Rows]:
        """A statement without end, in a thread; it has begun, or waits for its turn."""
        begun = self.threads.submit(self.run, ENDLESS[self.kind], course)
        wait_until(lambda: bool(course._stoppers) or begun.done())
        return begun

    def assert_next_question_works(self) -> None:
        assert self.run("SELECT 41 + 1", Course()).rows == [(42,)]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(params=list(ENDLESS))
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    kind: str = request.param
    connection = connect(make_source(kind, tmp_path, request), Settings(home=tmp_path))
    with ThreadPoolExecutor() as threads:
        found = Asked(kind, connection, threads)
        found.assert_next_question_works()
        yield found
        connection.cancel()  # what a failed test has left
    close_all()
    frames.set_namespace(dict)


def make_source(kind: str, folder: Path, request: pytest.FixtureRequest) -> Datasource:
    path = folder / "shop.db"
    if kind == "sqlite":
        path.touch()
    elif kind == "duckdb":
        duckdb.connect(str(path)).close()
    elif kind == "frame":
        frames.set_namespace(lambda: {"df": pd.DataFrame({"a": [1]})})
        return Datasource(0, "df", kind, {"variable": "df"})
    else:
        server = request.getfixturevalue(kind)
        params = server.params(server.make_database(f"course_{next(counter)}"))
        return Datasource(0, "shop", kind, {**params, "password": hold(params.pop("password"))})
    return Datasource(0, "shop", kind, {"path": str(path)})


def test_a_statement_that_runs_is_stopped(asked: Asked):
    course = Course()
    begun = asked.begin(course)
    course.stop()
    with pytest.raises(QueryCancelled):
        begun.result(PATIENCE)
    asked.assert_next_question_works()


def test_of_two_statements_only_the_one_that_is_meant_is_stopped(asked: Asked):
    """An embedded database runs one at a time: there the second waits for its turn, and is withdrawn."""
    first, second = Course(), Course()
    runs = asked.begin(first)
    other = asked.threads.submit(asked.run, ENDLESS[asked.kind], second)
    time.sleep(0.2)  # it runs too, or waits
    second.stop()
    with pytest.raises(QueryCancelled):
        other.result(PATIENCE)
    time.sleep(0.5)  # were it hit, it would be over by now
    assert not runs.done()
    first.stop()
    with pytest.raises(QueryCancelled):
        runs.result(PATIENCE)
    asked.assert_next_question_works()


def test_what_was_stopped_before_does_not_begin(asked: Asked):
    course = Course()
    course.stop()
    with pytest.raises(QueryCancelled):
        asked.run(ENDLESS[asked.kind], course)
    asked.assert_next_question_works()


def test_stopping_what_is_over_does_nothing(asked: Asked):
    """Also where the stop was on its way when the statement ended."""
    course, late = Course(), []
    original = course.stopping_by

    def stopping_by(stop: Callable[[], object]):
        late.append(stop)
        return original(stop)

    course.stopping_by = stopping_by  # type: ignore[method-assign]
    assert asked.run("SELECT 1", course).rows == [(1,)]
    course.stop()
    following = Course()
    runs = asked.begin(following)
    for stop in late:
        stop()
    time.sleep(0.5)
    assert not runs.done()
    following.stop()
    with pytest.raises(QueryCancelled):
        runs.result(PATIENCE)


def test_stopping_at_any_moment_leaves_a_connection_that_works(asked: Asked):
    for delay in (0.0, 0.001, 0.003, 0.01, 0.03):
        course = Course()
        threading.Timer(delay, course.stop).start()
        with pytest.raises(QueryCancelled):
            asked.run(ENDLESS[asked.kind], course)
    asked.assert_next_question_works()


# -------------------------------------------------------------------------------------------- DbChat


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> DbChat:
    return DbChat(home=tmp_path_factory.mktemp("home"))


def test_a_course_is_told_the_steps_of_a_question(chat: DbChat):
    events: list[Event] = []
    answer = chat.ask("how many customers are there?", course=Course(events.append))
    assert events == [Step("schema"), Step("translate"), Step("run", answer.sql)]
    events.clear()
    chat.run("SELECT 1", course=Course(events.append))
    assert events == [Step("schema"), Step("run", "SELECT 1")]


def test_a_question_that_is_stopped_is_cancelled_and_in_the_history(chat: DbChat):
    course = Course()
    with ThreadPoolExecutor() as threads:
        begun = threads.submit(chat.run, "SELECT count(*) FROM orders a, orders b, orders c", course=course)
        wait_until(lambda: bool(course._stoppers))
        course.stop()
        with pytest.raises(QueryCancelled):
            begun.result(PATIENCE)
    assert chat.history.recent(1)[0].outcome == "QueryCancelled"


def test_a_question_stopped_before_it_is_translated_runs_nothing(chat: DbChat):
    course = Course()
    course.stop()
    with pytest.raises(QueryCancelled):
        chat.ask("how many customers are there?", course=course)
