"""Explain: each part of a statement in plain words; what has no words as SQL; nothing raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.explain import explain_sql
from dbchat_magic.core.guard import check
from dbchat_magic.dialects import dialects
from dbchat_magic.errors import DbChatError

TESTS = Path(__file__).parents[1]
FROM_T = "Takes the rows of t."


def steps(sql: str, dialect: str = "sqlite") -> list[str]:
    """The lines, without their indentation and the line that says which table."""
    return [line.strip() for line in explain_sql(sql, dialect) if line != FROM_T]


@pytest.mark.parametrize(
    ("dialect", "sql", "lines"),
    [
        ("sqlite", "SELECT * FROM t", ["Shows all columns."]),
        ("sqlite", "SELECT a, t.b AS c FROM t", ["Shows a, b of t as c."]),
        ("sqlite", "SELECT DISTINCT a FROM t", ["Shows a.", "Leaves out repeated rows."]),
        ("sqlite", "SELECT 1", ["Shows 1."]),
        ("sqlite", "VALUES (1), (2)", ["Shows 2 rows written in the statement."]),
        ("sqlite", "SELECT a FROM t WHERE a = 'x' AND b <> 3", ["Keeps the rows where a is 'x',", "and b is not 3.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE (a > 1 OR b <= 2) AND NOT c", ["Keeps the rows where a is above 1 or b is at most 2,", "and not (c).", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a > 1 AND b > 2 OR c", ["Keeps the rows where (a is above 1 and b is above 2) or c.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a IS NULL", ["Keeps the rows where a is missing.", "Shows a."]),
        ("postgresql", "SELECT a FROM t WHERE a IS NOT NULL", ["Keeps the rows where a is known.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE NOT a IS NULL", ["Keeps the rows where a is known.", "Shows a."]),
        ("postgresql", "SELECT a FROM t WHERE NOT a IS NOT NULL", ["Keeps the rows where a is missing.", "Shows a."]),
        ("postgresql", "SELECT a FROM t WHERE a IS NOT TRUE", ["Keeps the rows where a is not true.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a IN (1, 2, 3)", ["Keeps the rows where a is one of 1, 2 or 3.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a NOT IN ('x')", ["Keeps the rows where a is none of 'x'.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a BETWEEN 1 AND 5", ["Keeps the rows where a is between 1 and 5.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a NOT BETWEEN 1 AND 5", ["Keeps the rows where a is not between 1 and 5.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a LIKE '%x%'", ["Keeps the rows where a contains 'x'.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a NOT LIKE 'x%'", ["Keeps the rows where a does not begin with 'x'.", "Shows a."]),
        ("postgresql", "SELECT a FROM t WHERE a ILIKE '%x'", ["Keeps the rows where a ends with 'x' in any case.", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a LIKE 'x_y'", ["Keeps the rows where a looks like 'x_y' (% is any text, _ one letter).", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a LIKE 'x%' ESCAPE '!'", ["Keeps the rows where a LIKE 'x%' ESCAPE '!'.", "Shows a."]),
        ("sqlite", "SELECT count(*), count(a), count(DISTINCT a) FROM t", ["Makes one row of all of them.", "Shows number of rows, number of rows that have a, number of different a."]),
        ("sqlite", "SELECT sum(a * b), avg(a), min(a), max(DISTINCT a) FROM t", ["Makes one row of all of them.", "Shows total of (a × b), average of a, smallest of a, largest of different a."]),
        ("sqlite", "SELECT avg(a - b), avg(a) - b FROM t", ["Makes one row of all of them.", "Shows average of (a − b), average of a − b."]),
        ("sqlite", "SELECT max(a, b) FROM t", ["Shows MAX(a, b)."]),
        ("sqlite", "SELECT b, count(*) AS n FROM t GROUP BY b HAVING count(*) > 5", ["Makes one row for each b.", "Keeps those where number of rows is above 5.", "Shows b, number of rows as n."]),
        ("sqlite", "SELECT a, b, count(*) FROM t GROUP BY 1, b ORDER BY 3 DESC", ["Makes one row for each a and b.", "Shows a, b, number of rows.", "Sorts by number of rows, largest first."]),
        ("sqlite", "SELECT strftime('%Y-%m', d) AS month, sum(a) FROM t GROUP BY strftime('%Y-%m', d)", ["Makes one row for each month of d.", "Shows month of d, total of a."]),
        ("postgresql", "SELECT date_trunc('month', d) FROM t", ["Shows month of d."]),
        ("duckdb", "SELECT extract(year FROM d), year(d) FROM t", ["Shows year of d, year of d."]),
        ("postgresql", "SELECT a FROM t GROUP BY ROLLUP (a)", ["Makes groups: GROUP BY ROLLUP (a).", "Shows a."]),
        ("sqlite", "SELECT a FROM t ORDER BY a, b DESC LIMIT 3", ["Shows a.", "Sorts by a, smallest first, then by b, largest first.", "Stops after 3 rows."]),
        ("mariadb", "SELECT a FROM t LIMIT 5, 1", ["Shows a.", "Leaves out the first 5 rows.", "Stops after 1 row."]),
        ("postgresql", "SELECT a FROM t OFFSET 5 FETCH FIRST 2 ROWS ONLY", ["Shows a.", "Leaves out the first 5 rows.", "Stops after 2 rows."]),
        ("sqlite", "SELECT a FROM t JOIN u ON t.id = u.id", ["Adds to each row the matching rows of u where id of t is id of u.", "Shows a."]),
        ("sqlite", "SELECT a FROM t LEFT JOIN u USING (id)", ["Adds to each row the matching rows of u with the same id, and keeps rows that have none.", "Shows a."]),
        ("postgresql", "SELECT a FROM t FULL JOIN u ON t.id = u.id", ["Adds to each row the matching rows of u where id of t is id of u, and keeps the rows of either side that match none.", "Shows a."]),
        ("sqlite", "SELECT a FROM t CROSS JOIN u", ["Combines each row with every row of u.", "Shows a."]),
        ("sqlite", "SELECT a FROM t NATURAL JOIN u", ["Adds to each row the matching rows of u with the same values in columns of the same name.", "Shows a."]),
        ("sqlite", "SELECT x.a FROM t AS x JOIN u AS y ON x.id = y.id", ["Takes the rows of t (called x).", "Adds to each row the matching rows of u (called y) where id of t is id of u.", "Shows a of t."]),
        ("sqlite", "SELECT x.a, y.a FROM t x JOIN t y ON x.boss = y.id", ["Takes the rows of t (called x).", "Adds to each row the matching rows of t (called y) where boss of x is id of y.", "Shows a of x, a of y."]),
        ("duckdb", "SELECT a FROM t ANTI JOIN u ON t.id = u.id", ["Keeps the rows that have no match among the rows of u where id of t is id of u.", "Shows a."]),
        ("sqlite", "SELECT n FROM (SELECT count(*) AS n FROM t) AS q", ["Takes the rows of a query called “q”:", FROM_T, "Makes one row of all of them.", "Shows number of rows as n.", "Shows n."]),
        ("sqlite", "SELECT a FROM t WHERE a IN (SELECT b FROM u WHERE c = 1)", ["Keeps the rows where a is among the results of (takes the rows of u; keeps the rows where c is 1; shows b).", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM u)", ["Keeps the rows where there is no result of (takes the rows of u; shows 1).", "Shows a."]),
        ("sqlite", "SELECT a FROM t WHERE a = (SELECT max(a) FROM t)", ["Keeps the rows where a is the result of (takes the rows of t; makes one row of all of them; shows largest of a).", "Shows a."]),
        ("sqlite", "SELECT a FROM t UNION SELECT b FROM u", ["Takes the rows of both, each different row once:", "1. Takes the rows of t.", "Shows a.", "2. Takes the rows of u.", "Shows b."]),
        ("sqlite", "SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1 LIMIT 2", ["Takes the rows of both, repeated ones too:", "1. Takes the rows of t.", "Shows a.", "2. Takes the rows of u.", "Shows b.", "Sorts by column 1, smallest first.", "Stops after 2 rows."]),
        ("sqlite", "SELECT a FROM t EXCEPT SELECT b FROM u", ["Takes the rows of the first that the second does not give:", "1. Takes the rows of t.", "Shows a.", "2. Takes the rows of u.", "Shows b."]),
        ("sqlite", "SELECT a FROM t INTERSECT SELECT b FROM u", ["Takes the rows that both of these give:", "1. Takes the rows of t.", "Shows a.", "2. Takes the rows of u.", "Shows b."]),
        ("sqlite", "WITH q AS (SELECT a FROM t) SELECT a FROM q", ["First makes “q”:", FROM_T, "Shows a.", "Takes the rows of q.", "Shows a."]),
        ("sqlite", "WITH RECURSIVE n(x) AS (SELECT 1) SELECT x FROM n", ["First makes “n”, which may go on from its own rows:", "Shows 1.", "Takes the rows of n.", "Shows x."]),
        ("sqlite", "SELECT row_number() OVER (PARTITION BY b ORDER BY a DESC) AS place FROM t", ["Shows number of the row within each b in the order of a, largest first as place."]),
        ("sqlite", "SELECT sum(a) OVER (ORDER BY d ROWS 2 PRECEDING) FROM t", ["Shows total of a in the order of d, smallest first (ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)."]),
        ("sqlite", "SELECT a - lag(a) OVER (ORDER BY d) FROM t", ["Shows a − a of the row before in the order of d, smallest first."]),
        ("sqlite", "SELECT rank() OVER w FROM t WINDOW w AS (ORDER BY a)", ["Calls w AS (ORDER BY a) a window.", "Shows RANK() OVER w."]),
        ("duckdb", "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", ["Keeps the rows where number of the row in the order of a, smallest first is 1.", "Shows a."]),
        ("sqlite", "SELECT CASE WHEN a > 1 THEN 'big' ELSE 'small' END AS size FROM t", ["Shows ('big' if a is above 1, else 'small') as size."]),
        ("sqlite", "SELECT CASE a WHEN 1 THEN 'one' END AS size, count(*) FROM t GROUP BY CASE a WHEN 1 THEN 'one' END ORDER BY CASE a WHEN 1 THEN 'one' END", ["Makes one row for each size.", "Shows ('one' if a is 1, else nothing) as size, number of rows.", "Sorts by size, smallest first."]),
        ("sqlite", "SELECT CASE a WHEN 1 THEN 'one' END FROM t", ["Shows ('one' if a is 1, else nothing)."]),
        ("sqlite", "SELECT coalesce(a, b), round(a / 2, 1), CAST(a AS INTEGER), a || b FROM t", ["Shows a, or b where that is missing, (a / 2) rounded to 1 decimal, a as INTEGER, a followed by b."]),
        ("postgresql", "SELECT count(*) FILTER (WHERE a > 3) FROM t", ["Makes one row of all of them.", "Shows number of rows, of those where a is above 3."]),
        ("postgresql", "SELECT DISTINCT ON (a) a, b FROM t", ["Shows a, b.", "Keeps the first row for each a."]),
        ("postgresql", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t", ["Makes one row of all of them.", "Shows PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)."]),
        ("duckdb", "SELECT * EXCLUDE (a) FROM t TABLESAMPLE 10%", ["Takes the rows of t TABLESAMPLE SYSTEM (10 PERCENT).", "Shows * EXCLUDE (a)."]),
        ("duckdb", "SUMMARIZE t", ["Runs SUMMARIZE t"]),
        ("sqlite", "EXPLAIN QUERY PLAN SELECT 1", ["Runs EXPLAIN QUERY PLAN SELECT 1"]),
    ],
)  # fmt: skip
def test_a_statement_is_said_step_by_step(dialect: str, sql: str, lines: list[str]) -> None:
    check(sql, dialect)
    assert steps(sql, dialect) == lines


def test_what_is_inside_is_indented() -> None:
    assert explain_sql("WITH q AS (SELECT a FROM (SELECT a FROM t)) SELECT a FROM q", "sqlite") == (
        "First makes “q”:",
        "  Takes the rows of a query:",
        "    Takes the rows of t.",
        "    Shows a.",
        "  Shows a.",
        "Takes the rows of q.",
        "Shows a.",
    )


def test_no_statement_that_passes_the_guard_raises() -> None:
    """Those of the reading rules' corpus, and those that the tests of attacks let through, in every dialect."""
    corpus = (TESTS / "translators" / "offline" / "corpus").glob("*.sql")
    written = [
        block.split("\n", 1)[1]
        for path in corpus
        for block in path.read_text(encoding="utf-8").strip().split("\n\n")
    ]
    attacks = [
        json.loads(line)["sql"]
        for path in (TESTS / "attacks").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    explained = 0
    for sql in (*written, *attacks):
        for dialect in dialects():
            try:
                safe = check(sql, dialect)
            except DbChatError:
                continue
            assert explain_sql(safe.text, dialect)
            explained += 1
    assert explained > 1_000


def test_a_statement_too_deep_for_words_is_shown() -> None:
    (line,) = explain_sql("SELECT " + "(" * 3_000 + "1" + ")" * 3_000, "sqlite")
    assert line.startswith("Runs SELECT ((")


def test_an_answer_explains_itself(home: Path) -> None:
    answer = DbChat(home).ask("how many orders per country")
    lines = answer.explain().splitlines()
    assert lines[0] == answer.reading
    assert "Makes one row for each country of customers." in lines
