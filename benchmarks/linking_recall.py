"""How much of what a question needs linking leaves in the prompt of a model, and how long prompts are.

    python benchmarks/linking_recall.py SUITE [SUITE …] [--merged] [--share PERCENT …]

Each suite is a folder as for `text2sql.py`; its gold queries say which tables and columns are needed. With --merged
all databases of all suites are one schema of some hundred tables, each database a namespace in it, and every
question is asked of it: a hundred tables that look alike is where linking matters. Without it each question is
asked of its own database, as users do; there small schemas are shown whole. Printed: the recall of tables and
columns in the very prompt that would be sent, and its share of the whole schema's tokens.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from dbchat_magic import DbChat
from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import ForeignKey, Schema, Table
from dbchat_magic.core.values import ColumnValues, ValueIndex
from dbchat_magic.linking.index import NameIndex
from dbchat_magic.linking.relevance import weigh_schema
from dbchat_magic.translators.model.endpoint import Endpoint
from dbchat_magic.translators.model.prompt import Material, choose_parts, size_of

ENDPOINT = Endpoint("http://127.0.0.1/v1", "none", sees_values=True, context=32_768)
TODAY = datetime.date(2026, 1, 1)


@dataclass(frozen=True)
class Needed:
    """What a gold query names."""

    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]


@dataclass
class Totals:
    questions: int = 0
    tables: int = 0
    tables_found: int = 0
    columns: int = 0
    columns_found: int = 0
    whole: int = 0
    """Questions with everything in their prompt."""
    tokens: float = 0.0
    of_all: float = 0.0
    seconds: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("suites", type=Path, nargs="+")
    parser.add_argument("--merged", action="store_true")
    parser.add_argument("--tokens", type=int, default=30_000, help="the budget for the schema")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        chat = DbChat(home=home)
        merged = merge(chat, arguments.suites) if arguments.merged else None
        for suite in arguments.suites:
            report(suite, measure(chat, suite, merged, arguments.tokens))
    return 0


def measure(chat: DbChat, suite: Path, merged: Schema | None, tokens: int) -> Totals:
    totals = Totals()
    indexes: dict[str, tuple[Schema, NameIndex, int]] = {}
    for question in read_questions(suite):
        name = question["db_id"]
        key = "" if merged else name
        if key not in indexes:
            schema = merged or chat.schema(str(suite / "databases" / f"{name}.sqlite"))
            whole = sum(size_of(table, schema, ENDPOINT) for table in schema.tables)
            indexes[key] = schema, NameIndex(schema), whole
        own = chat.schema(str(suite / "databases" / f"{name}.sqlite"))
        needed = needed_by(question["gold_sql"], own, f"{name}." if merged else "")
        if needed is not None:
            add(totals, question["question"], needed, *indexes[key], tokens)
    return totals


def add(
    totals: Totals, text: str, needed: Needed, schema: Schema, names: NameIndex, whole: int, tokens: int
) -> None:
    started = time.perf_counter()
    relevance = weigh_schema((text,), names, TODAY)
    chosen = choose_parts(Material(Question(text, ""), schema, relevance), tokens, ENDPOINT)
    totals.seconds += time.perf_counter() - started
    tables = {table.name for table in chosen}
    columns = {(table.name, column.name) for table in chosen for column in table.columns}
    size = sum(size_of(table, schema, ENDPOINT) for table in chosen)
    totals.questions += 1
    totals.tables += len(needed.tables)
    totals.tables_found += len(needed.tables & tables)
    totals.columns += len(needed.columns)
    totals.columns_found += len(needed.columns & columns)
    totals.whole += needed.tables <= tables and needed.columns <= columns
    totals.tokens += size
    totals.of_all += size / whole


def report(suite: Path, totals: Totals) -> None:
    count = max(totals.questions, 1)
    print(
        f"{suite.name}: {totals.questions} questions; tables {totals.tables_found / max(totals.tables, 1):.2%},"
        f" columns {totals.columns_found / max(totals.columns, 1):.2%}, all of it {totals.whole / count:.2%};"
        f" {totals.tokens / count:.0f} tokens of schema, {totals.of_all / count:.1%} of the whole;"
        f" {1000 * totals.seconds / count:.0f} ms"
    )


def read_questions(suite: Path) -> Iterator[dict[str, str]]:
    for line in (suite / "questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        if question.get("gold_sql"):
            yield question


def needed_by(sql: str, schema: Schema, prefix: str) -> Needed | None:
    """The tables and columns that a query names; None where it cannot be read."""
    columns_of = {
        table.name: {column.name: column.type or "TEXT" for column in table.columns}
        for table in schema.tables
    }
    try:
        tree = qualify(
            sqlglot.parse_one(sql, read="sqlite"),
            schema=columns_of,  # type: ignore[arg-type]  # a plain dictionary does
            dialect="sqlite",
            expand_stars=False,
            validate_qualify_columns=False,
        )
    except SqlglotError:
        return None
    named: dict[str, Table] = {}
    for node in tree.find_all(exp.Table):
        if (table := schema.table(node.name)) is not None:
            named[node.alias_or_name.lower()] = table
    tables = frozenset(prefix + table.name for table in named.values())
    columns = set()
    for column in tree.find_all(exp.Column):
        table = named.get(column.table.lower())
        known = table.column(column.name) if table else None
        if table is not None and known is not None:
            columns.add((prefix + table.name, known.name))
    return Needed(tables, frozenset(columns)) if tables else None


def merge(chat: DbChat, suites: list[Path]) -> Schema:
    """All databases as one: a namespace for each."""
    tables: list[Table] = []
    values: dict[tuple[str, str], ColumnValues] = {}
    seen: set[str] = set()
    for path in (path for suite in suites for path in sorted((suite / "databases").glob("*.sqlite"))):
        if path.stem in seen:
            continue
        seen.add(path.stem)
        schema = chat.schema(str(path))
        tables += [moved(table, path.stem) for table in schema.tables]
        values |= {
            (f"{path.stem}.{table}", column): found
            for (table, column), found in schema.values.columns.items()
        }
    print(f"{len(tables)} tables of {len(seen)} databases in one schema", file=sys.stderr)
    return Schema(tuple(tables), "sqlite", ValueIndex(values))


def moved(table: Table, namespace: str) -> Table:
    def renamed(keys: tuple[ForeignKey, ...]) -> tuple[ForeignKey, ...]:
        return tuple(replace(key, target=f"{namespace}.{key.target}") for key in keys)

    return replace(
        table,
        name=f"{namespace}.{table.name}",
        schema=namespace,
        qualified=True,
        foreign_keys=renamed(table.foreign_keys),
        inferred_keys=renamed(table.inferred_keys),
    )


if __name__ == "__main__":
    sys.exit(main())
