"""Where wrong answers differ from the right ones: by the part of the SQL that does.

    python benchmarks/text2sql.py SUITE --translator offline --results FILE
    python benchmarks/error_causes.py FILE [--not-db NAME …]

Each question that was not answered right counts once: under the only part that differs, or under "several", beneath
which stands how often each part is among them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

SET_OPERATIONS = (exp.Union, exp.Intersect, exp.Except)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("--not-db", action="append", default=[], help="leave this database out")
    arguments = parser.parse_args()
    results = [json.loads(line) for line in arguments.results.read_text("utf-8").splitlines()]
    asked = [result for result in results if result["db_id"] not in arguments.not_db]
    causes = [causes_of(result) for result in asked if result["status"] != "right"]
    single = Counter(found[0] if len(found) == 1 else "several" for found in causes)
    print(f"{len(causes)} of {len(asked)} questions are not answered right")
    for cause, count in single.most_common():
        print(f"  {cause:16} {count:5}  {100 * count / len(causes):5.1f}%")
    for cause, count in Counter(cause for found in causes if len(found) > 1 for cause in found).most_common():
        print(f"    among several: {cause:16} {count:5}")


def causes_of(result: dict[str, Any]) -> list[str]:
    """The parts that differ; a set operation, which changes all others, stands alone."""
    if not result["pred_sql"]:
        return ["declined"]
    try:
        ours, right = parts_of(result["pred_sql"]), parts_of(result["gold_sql"])
    except sqlglot.ParseError:
        return ["not read"]
    differing = [name for name in right if ours[name] != right[name]]
    return ["set operations"] if "set operations" in differing else differing or ["none of these"]


def parts_of(sql: str) -> dict[str, object]:
    """What a statement says in each of its parts; names without tables and cases, values as they stand."""
    tree = sqlglot.parse_one(sql, read="sqlite")
    selects = list(tree.find_all(exp.Select))
    first = tree.find(exp.Select) or exp.Select()
    return {
        "set operations": sorted(type(node).__name__ for node in tree.find_all(*SET_OPERATIONS)),
        "tables": sorted(table.name.lower() for table in tree.find_all(exp.Table)),
        "shown columns": sorted(plain(term) for term in first.expressions),
        "conditions": sorted(
            plain(part)
            for select in selects
            for clause in (select.args.get("where"), select.args.get("having"))
            if clause is not None
            for part in clause.this.flatten()
        ),
        "grouping": [select.args.get("group") is not None for select in selects],
        "order or limit": [
            (
                [plain(term) for term in order.expressions] if (order := select.args.get("order")) else [],
                plain(limit.expression) if (limit := select.args.get("limit")) else "",
            )
            for select in selects
        ],
    }


def plain(node: exp.Expression) -> str:
    """The node without aliases, names of tables, quotes, DISTINCT and the direction that is taken anyway."""

    def bare(part: exp.Expression) -> exp.Expression:
        if isinstance(part, exp.Column):
            return exp.column(part.name.lower())
        if isinstance(part, exp.Ordered):
            return exp.Ordered(this=part.this, desc=bool(part.args.get("desc")))
        return exp.Literal.string(part.name) if isinstance(part, exp.Literal) else part

    return node.unalias().transform(bare).sql("sqlite").lower()


if __name__ == "__main__":
    main()
