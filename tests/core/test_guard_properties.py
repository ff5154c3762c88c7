"""Properties of the guard: statements made of allowed parts pass and mean what they meant; one bad part is enough."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from dbchat_magic.core.guard import SafeSql, check
from dbchat_magic.core.schema import Schema, Table
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import SqlRejected

SCRIPT = "CREATE TABLE t(a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'y;--'), (3, '/*')"
SCHEMA = Schema((Table("t", ()),))
DIALECTS = ("sqlite", "duckdb", "postgresql", "mariadb")
SLOWEST = 0.2
"""Seconds of this thread for a verdict; on a busy machine the first calls take longer."""


def relaxed(examples: int) -> settings:
    """The machine may be busy."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# ------------------------------------------------------------------------------------------ random trees

numbers = st.integers(0, 99).map(exp.Literal.number)
texts = st.sampled_from(["x", "", "it's", "--", "/* x */", ";", "DROP TABLE t", "客户", "a\\b"]).map(
    exp.Literal.string
)
column_a, column_b = st.just(exp.column("a")), st.just(exp.column("b"))


def binary(
    kinds: tuple[type[exp.Binary], ...], parts: st.SearchStrategy[exp.Expr]
) -> st.SearchStrategy[exp.Expr]:
    made = st.tuples(st.sampled_from(kinds), parts, parts)
    return made.map(lambda drawn: exp.paren(drawn[0](this=drawn[1].copy(), expression=drawn[2].copy())))


def call(name: str, *parts: st.SearchStrategy[exp.Expr]) -> st.SearchStrategy[exp.Expr]:
    return st.tuples(*parts).map(lambda drawn: exp.func(name, *(part.copy() for part in drawn)))


def more_values(parts: st.SearchStrategy[exp.Expr]) -> st.SearchStrategy[exp.Expr]:
    return st.one_of(
        binary((exp.Add, exp.Sub, exp.Mul), parts),
        call("ABS", parts),
        call("COALESCE", parts, parts),
        call("NULLIF", parts, parts),
        parts.map(
            lambda part: exp.Case().when(exp.column("a").is_(exp.null()), part.copy()).else_(part.copy())
        ),
        parts.map(
            lambda part: exp.paren(exp.select(exp.func("MAX", part.copy())).from_("t")).this.subquery()
        ),
    )


values = st.recursive(st.one_of(numbers, column_a), more_values, max_leaves=6)
conditions = st.one_of(
    binary((exp.LT, exp.GTE, exp.EQ, exp.NEQ), values),
    st.tuples(column_b, texts).map(lambda pair: exp.EQ(this=pair[0].copy(), expression=pair[1].copy())),
    st.tuples(column_b, texts).map(lambda pair: exp.Like(this=pair[0].copy(), expression=pair[1].copy())),
    values.map(lambda value: exp.Not(this=exp.paren(value.copy().is_(exp.null())))),
    values.map(lambda value: exp.column("a").isin(value.copy(), 1, 2)),
)


@st.composite
def queries(draw: st.DrawFn) -> exp.Query:
    chosen = [exp.alias_(draw(values).copy(), f"v{number}") for number in range(draw(st.integers(1, 3)))]
    query: exp.Query = exp.select(*chosen, exp.alias_(draw(texts).copy(), "s")).from_("t")
    if draw(st.booleans()):
        query = exp.Select(**query.args).where(draw(conditions).copy())
    if draw(st.booleans()):
        query = exp.select("*").from_(query.subquery("inner_query"))
    if draw(st.booleans()):
        query = exp.union(query, query.copy(), distinct=draw(st.booleans()))
    if draw(st.booleans()):
        query = exp.select("*").with_("w", as_=query).from_("w")
    return query


# ------------------------------------------------------------------------------------------ real databases


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, Callable[[str], list[tuple[Any, ...]]]]]:
    with (
        contextlib.closing(sqlite3.connect(":memory:")) as lite,
        contextlib.closing(duckdb.connect()) as duck,
    ):
        lite.executescript(SCRIPT)
        duck.execute(SCRIPT)
        yield {
            "sqlite": lambda sql: lite.execute(sql).fetchall(),
            "duckdb": lambda sql: duck.execute(sql).fetchall(),
        }


@relaxed(150)
@given(queries(), st.sampled_from(["sqlite", "duckdb"]), st.sampled_from([" ", "\n", " /* ; */ ", " -- '\n"]))
def test_trees_of_allowed_parts_pass_and_give_the_same_rows(
    databases: dict[str, Callable[[str], list[tuple[Any, ...]]]], query: exp.Query, dialect: str, blank: str
):
    sql = query.sql(dialect=dialect)
    for text in (sql, f"{blank}{sql}{blank}", sql.replace("SELECT ", f"SELECT{blank}", 1)):
        safe = check(text, dialect, SCHEMA)
        assert sorted(databases[dialect](safe.text), key=repr) == sorted(databases[dialect](sql), key=repr)


@relaxed(150)
@given(queries(), st.sampled_from(DIALECTS))
def test_trees_of_allowed_parts_pass_everywhere(query: exp.Query, dialect: str):
    assert check(query.sql(dialect=find_dialect(dialect).sqlglot), dialect, SCHEMA).text


BAD_PARTS: dict[str, Callable[[], exp.Expr]] = {
    "a function that nobody knows": lambda: exp.Anonymous(this="purge_orders"),
    "one that sleeps or loads": lambda: exp.Anonymous(this="sleep", expressions=[exp.Literal.number(1)]),
    "a parameter": exp.Placeholder,
    "a table that is not there": lambda: exp.select("1").from_("nosuch").subquery(),
    "a lock": lambda: exp.select("1").from_("t").lock().subquery(),
}


@relaxed(200)
@given(queries(), st.sampled_from(DIALECTS), st.sampled_from(sorted(BAD_PARTS)), st.integers(0, 1_000))
def test_one_bad_part_anywhere_is_refused(query: exp.Query, dialect: str, bad: str, place: int):
    spots = list(query.find_all(exp.Literal))
    spots[place % len(spots)].replace(BAD_PARTS[bad]())
    spoken = find_dialect(dialect).sqlglot
    sql = query.sql(dialect=spoken)
    if bad == "a lock" and "FOR UPDATE" not in sql:
        return  # the database has no such words
    with pytest.raises(SqlRejected):
        check(sql, dialect, SCHEMA)


@relaxed(150)
@given(
    queries(),
    st.sampled_from(DIALECTS),
    st.sampled_from(["DELETE FROM t", "DROP TABLE t", "UPDATE t SET a = 1", "INSERT INTO t VALUES (1, 2)"]),
    st.sampled_from(["{1}; {0}", "{0}; {1}", "WITH gone AS ({1}) {0}", "EXPLAIN {1}", "{1}", "({1})"]),
)
def test_a_writing_statement_beside_a_harmless_one_is_refused(
    query: exp.Query, dialect: str, bad: str, frame: str
):
    sql = frame.format(query.sql(dialect=find_dialect(dialect).sqlglot), bad)
    with pytest.raises(SqlRejected):
        check(sql, dialect, SCHEMA)


# ---------------------------------------------------------------------------------------- any text at all


def words_of(dialect: str) -> list[str]:
    tokenizer = sqlglot.Dialect.get_or_raise(find_dialect(dialect).sqlglot).tokenizer_class
    return sorted(word for word in tokenizer.KEYWORDS if word.strip())


PIECES = {
    dialect: st.sampled_from(
        [
            *words_of(dialect),
            *"()[]{},.;*=<>-+|'\"`?:@$%#!/\\",
            "t",
            "1",
            "'x'",
            "abs(",
            "decimal(",
            "/*",
            "*/",
            "--",
        ]
    )
    for dialect in DIALECTS
}


def verdict_of(sql: str, dialect: str) -> SafeSql | SqlRejected:
    try:
        return check(sql, dialect, SCHEMA)
    except SqlRejected as refusal:
        return refusal


@relaxed(250)
@given(st.data(), st.sampled_from(DIALECTS))
def test_any_text_gets_a_verdict_quickly(data: st.DataObject, dialect: str):
    words = st.lists(PIECES[dialect], max_size=60).map(" ".join)
    sql = data.draw(st.one_of(st.text(max_size=300), words, words.map("SELECT {}".format)))
    verdict_of("SELECT 1", dialect)
    started = time.thread_time()
    assert isinstance(verdict_of(sql, dialect), SafeSql | SqlRejected)
    assert time.thread_time() - started < SLOWEST


@relaxed(100)
@given(st.binary(max_size=300), st.sampled_from(DIALECTS), st.sampled_from(["utf-8", "latin-1", "utf-16"]))
def test_any_bytes_get_a_verdict(data: bytes, dialect: str, encoding: str):
    for errors in ("replace", "surrogateescape" if encoding == "utf-8" else "ignore"):
        assert isinstance(verdict_of(data.decode(encoding, errors), dialect), SafeSql | SqlRejected)


@relaxed(100)
@given(st.sampled_from(DIALECTS), st.text(max_size=30))
def test_what_passed_passes_again_unchanged(dialect: str, text: str):
    for sql in (f"SELECT '{text}'", f"SELECT 1 AS {text}", f"SELECT a /* {text} */ FROM t"):
        first = verdict_of(sql, dialect)
        if isinstance(first, SafeSql):
            assert verdict_of(first.text, dialect) == first
