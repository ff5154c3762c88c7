"""The corpus against the guard alone, on every database."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from dbchat_magic.core.guard import check
from dbchat_magic.core.schema import Schema
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import SqlRejected
from tests.attacks.conftest import DIALECTS, OWN_FUNCTIONS, Case, cases, read_cases, schema_of

FOLDER = "/tmp/attacked"

UNSEEN = {
    "postgresql-pos-x121": "a column's name may call a function of the row: t.f is f(t) in PostgreSQL",
}
"""What no parser can see, and why: the session stops it."""

UNSEEN_WITHOUT_SCHEMA = {
    "duckdb-duc-x056": "the name of a Python variable looks like the name of a table",
}


def refused(sql: str, dialect: str, schema: Schema | None) -> SqlRejected | None:
    try:
        check(sql, dialect, schema, OWN_FUNCTIONS)
    except SqlRejected as refusal:
        return refusal
    return None


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_the_corpus_is_there(dialect: str):
    counts = Counter(case.must for case in read_cases() if case.dialect == dialect)
    assert counts["refuse"] > 70
    assert counts["allow"] > 65
    assert counts["stop_by_timeout"] > 3


@cases("refuse")
def test_the_guard_refuses_every_attack_and_says_why(case: Case):
    sql = case.sql.replace("@DIR@", FOLDER)
    for schema in (None, schema_of(case.dialect)):
        refusal = refused(sql, case.dialect, schema)
        unseen = case.test_id in UNSEEN or (schema is None and case.test_id in UNSEEN_WITHOUT_SCHEMA)
        assert (refusal is None) == unseen
        assert unseen or (refusal and refusal.message)


@cases("allow")
def test_the_guard_lets_harmless_statements_pass(case: Case):
    for schema in (None, schema_of(case.dialect)):
        refusal = refused(case.sql, case.dialect, schema)
        assert refusal is None, refusal


WRAPPINGS = (
    "{}",
    "EXPLAIN {}",
    "explain query plan {}",
    "WITH x AS ({}) SELECT * FROM x",
    "SELECT * FROM ({}) AS x",
    "SELECT 1 UNION ALL {}",
    "{} UNION ALL SELECT 1",
    "SELECT 1; {}",
    "{}; SELECT 1",
    "/* harmless */ {} -- really",
    "({})",
)
MORE_WRAPPINGS = {
    "duckdb": ("FROM ({}) x", "DESCRIBE {}", "SUMMARIZE {}", "PIVOT ({}) ON a"),
    "postgresql": ("EXPLAIN (FORMAT JSON) {}", "SELECT * FROM LATERAL ({}) x"),
    "mariadb": ("DESCRIBE {}", "EXPLAIN FORMAT=JSON {}"),
}
OF_QUERIES = (
    "SELECT round(1, 2, ({}))",  # the parser drops what is too much
    "SELECT coalesce(({}), 1, 2)",
    "SELECT 1 WHERE EXISTS ({})",
    "SELECT 1 + -- x\n({})",
)
MORE_OF_QUERIES = {"duckdb": ("SELECT [x for x in ({})]",), "postgresql": ("SELECT ARRAY({})",)}


def disguises(case: Case) -> Iterator[str]:
    sql = case.sql.replace("@DIR@", FOLDER)
    chance = random.Random(case.test_id)
    spellings = [sql, with_comments(sql)]
    if not re.search(r"--|#", sql):  # a line's end ends a comment
        spellings.append(with_blanks(sql, chance))
    if not re.search(r"['\"`$]", sql):  # the case of a text or a name may matter
        spellings += [sql.upper(), sql.swapcase()]
    # A single word in brackets is the name of a column.
    wrappings = (*WRAPPINGS, *MORE_WRAPPINGS.get(case.dialect, ())) if " " in sql else WRAPPINGS[:3]
    if re.match(r"(SELECT|WITH|FROM|VALUES|TABLE) ", sql):
        wrappings += (*OF_QUERIES, *MORE_OF_QUERIES.get(case.dialect, ()))
    for wrapping in wrappings:
        for spelling in spellings:
            yield wrapping.replace("{}", spelling)


@cases("refuse")
def test_no_disguise_helps(case: Case):
    if case.test_id in UNSEEN:
        return
    for sql in disguises(case):
        assert refused(sql, case.dialect, schema_of(case.dialect)), sql


def with_comments(sql: str) -> str:
    return re.sub(r"(?<=\w) (?=\w)", "/**/", sql)


def with_blanks(sql: str, chance: random.Random) -> str:
    return re.sub(r" ", lambda _: chance.choice([" ", "\t", "\n", " -- x\n", " /* ; */ "]), sql)


@cases("allow")
def test_comments_may_stand_between_the_words_of_harmless_statements(case: Case):
    if re.search(r"['\"`$#\\]|--|/\*|\bSHOW\b", case.sql):
        return  # the blank may stand in quotes or in a comment
    sql = with_blanks(case.sql, random.Random(case.test_id))
    assert refused(sql, case.dialect, schema_of(case.dialect)) is None, sql


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_every_dialect_refuses_what_is_on_its_forbidden_list(dialect: str):
    spoken = find_dialect(dialect)
    for name in spoken.forbidden_functions:
        for sql in (f"SELECT {name}('x')", f"SELECT * FROM {name}('x')", f'SELECT "{name}"(1)'):
            assert refused(sql, dialect, None), sql
    for name in spoken.forbidden_tables:
        assert refused(f"SELECT * FROM {name}", dialect, None), name
        assert refused(f"SELECT * FROM {name.upper()} AS x", dialect, schema_of(dialect)), name
