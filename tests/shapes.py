"""Results of every shape that a database gives, as statements for DuckDB, with the chart that each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    sql: str
    chart: str | None
    """The kind of chart; None where the table says more."""


SHAPES = {
    "empty": Shape("SELECT 1 AS n WHERE false", None),
    "one cell": Shape("SELECT 1234567.5 AS total_revenue", "number"),
    "one cell without a value": Shape("SELECT NULL AS n", None),
    "one row": Shape("SELECT 'Ada' AS name, 36 AS age, DATE '1815-12-10' AS born", None),
    "ten thousand rows": Shape("SELECT range AS n, range * 2 AS twice FROM range(10000)", None),
    "three hundred columns": Shape("SELECT " + ", ".join(f"{n} AS c{n}" for n in range(300)), None),
    "dates": Shape(
        "SELECT DATE '2024-01-01' + (30 * range)::INTEGER AS day, range * range AS visits FROM range(24)", "line"
    ),
    "times with a zone": Shape(
        "SELECT TIMESTAMPTZ '2024-03-31 00:30:00+01' + to_hours(range) AS at, sin(range) AS level FROM range(48)",
        "line",
    ),
    "months and groups": Shape(
        "SELECT strftime(DATE '2024-01-01' + to_months(m.range::INTEGER), '%Y-%m') AS month, k.kind,"
        " (m.range + 1) * ascii(k.kind) % 70 AS sales FROM range(12) m, (VALUES ('web'), ('store'), ('phone')) k(kind)",
        "line",
    ),
    "categories": Shape(
        "SELECT * FROM (VALUES ('Spain', 3.5), ('Italy', 12.25), ('France', 7)) t(country, total_amount)", "bar"
    ),
    "eighty categories": Shape("SELECT 'customer ' || range AS customer, (range * 37) % 101 AS orders FROM range(80)", "bar"),
    "parts of a whole": Shape(
        "SELECT * FROM (VALUES ('a', 0.25), ('b', 0.7), ('c', 0.05)) t(plan, share_of_revenue)", "bar"
    ),
    "two categories": Shape(
        "SELECT d.day, h.range AS hour, (h.range * 7 + length(d.day)) % 11 AS calls"
        " FROM range(8) h, (VALUES ('Mon'), ('Tue'), ('Wed'), ('Thu'), ('Fri'), ('Sat'), ('Sun')) d(day)",
        "heatmap",
    ),
    "two measures": Shape("SELECT range * 1.5 AS weight_kg, range * range / 10 AS price_eur FROM range(60)", "scatter"),
    "only NULLs": Shape("SELECT NULL AS a, NULL AS b FROM range(5)", None),
    "NULLs between": Shape(
        "SELECT CASE WHEN range % 2 = 0 THEN 'k' || range END AS k, nullif(range, 3) AS n FROM range(6)", None
    ),
    "JSON": Shape("""SELECT '{"a": [1, 2, {"b": null}]}'::JSON AS doc, 'x' AS name""", None),
    "lists and structs": Shape("SELECT [1, 2, 3] AS list, {'a': 1, 'b': 'two'} AS struct, MAP {'k': 1} AS map", None),
    "bytes": Shape("SELECT '\\x00\\xFF\\x80more'::BLOB AS raw, repeat('a', 400)::BLOB AS long", None),
    "emoji": Shape("SELECT * FROM (VALUES ('👩‍🚀🚀', 2), ('🇪🇸', 5), ('e\u0301', 1)) t(\"what 🎉\", n)", "bar"),
    "right to left": Shape(
        "SELECT * FROM (VALUES ('שלום עולם', 4), ('مرحبا', 6), ('abc \u202e evil', 1)) t(\"الاسم\", n)", "bar"
    ),
    "very long text": Shape("SELECT repeat('long text. ', 2000) AS story, 'short' AS title", None),
    "repeated names": Shape("SELECT 1 AS a, 'x' AS a, 2.5 AS a", None),
    "markup": Shape(
        "SELECT * FROM (VALUES ('<img src=x onerror=window.ran=1>', 1), ('${7*7}{{7*7}}$x$', 2))"
        " t(\"<b>name</b>\", \"n<script>window.ran=1</script>\")",
        "bar",
    ),
    "figures beyond a double": Shape(
        "SELECT 170141183460469231731687303715884105727::HUGEINT AS huge, 1e308 AS big, 'inf'::DOUBLE AS inf", None
    ),
    "an enumeration": Shape(
        "SELECT unnest(['large', 'small', 'medium'])::ENUM('small', 'medium', 'large') AS size,"
        " unnest([3, 4, 2]) AS orders",
        "bar",
    ),
    "an enumeration with gaps": Shape(
        "SELECT CASE WHEN range > 1 THEN 'b' END::ENUM('b', 'a') AS grade, range AS n FROM range(4)", None
    ),
    "exact decimals": Shape(
        "SELECT * FROM (VALUES ('Spain', 9007199254740993.00), ('Italy', 12.25), ('France', NULL))"
        " t(country, total_amount)",
        "bar",
    ),
    "below zero": Shape("SELECT * FROM (VALUES ('north', -3), ('south', 4), ('west', -1)) t(region, profit)", "bar"),
}  # fmt: skip


def cell_of(shape: Shape) -> str:
    return f"%%dbchat --sql -d shapes.duckdb\n{shape.sql}"
