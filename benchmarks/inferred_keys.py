"""How often foreign keys that nobody declared are found, and how often what is found is one.

    python benchmarks/inferred_keys.py SUITE [--show]

The declared keys of the SQLite databases in SUITE/databases are taken away, guessed again by names and types
alone, then with values, and compared. "Right" counts a guess that is declared; "or follows" also one that
declared keys lead to by further steps. Databases that declare no key say nothing and are left out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.datasources import datasource_from_path
from dbchat_magic.core.keys import with_inferred_keys
from dbchat_magic.core.schema import Column, ForeignKey, Table, read_tables
from dbchat_magic.core.settings import read_settings
from dbchat_magic.core.value_reading import read_values
from dbchat_magic.core.values import ValueIndex

SECONDS = 10.0
Pair = tuple[str, str, str, str]
"""Table, column, target, column."""


@dataclass
class Score:
    """Guesses over all databases."""

    guessed: int = 0
    right: int = 0
    following: int = 0
    declared: int = 0
    found: int = 0
    seconds: float = 0.0

    def text(self) -> str:
        precision, recall = self.right / max(self.guessed, 1), self.found / max(self.declared, 1)
        following = self.following / max(self.guessed, 1)
        return (
            f"precision {precision:.3f} (or follows: {following:.3f})  recall {recall:.3f}"
            f"  ({self.guessed} guessed, {self.declared} declared, {1000 * self.seconds:.0f} ms)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("--show", action="store_true", help="name what is wrong and what is missing")
    arguments = parser.parse_args()
    scores = {"names and types": Score(), "with values": Score()}
    for path in sorted((arguments.suite / "databases").glob("*.sqlite")):
        connection = connect(datasource_from_path(path), read_settings({}))
        tables = read_tables(connection)
        values = read_values(connection, tables, (), SECONDS)
        declared = set(pairs_of(tables, declared_of))
        for (name, score), known in zip(scores.items(), (ValueIndex(), values), strict=True):
            show = arguments.show and known is values
            if declared:
                measure(score, tables, known, declared, f"{path.stem}, {name}" if show else "")
    for name, score in scores.items():
        print(f"{name:16} {score.text()}")
    print(f"{'1,000 × 20':16} {1000 * seconds_for_many():.0f} ms")
    close_all()


def measure(
    score: Score, tables: Sequence[Table], values: ValueIndex, declared: set[Pair], title: str
) -> None:
    stripped = [replace(table, foreign_keys=()) for table in tables]
    started = time.perf_counter()
    guessed = set(pairs_of(with_inferred_keys(stripped, values), lambda table: table.inferred_keys))
    score.seconds += time.perf_counter() - started
    follows = closure(declared)
    score.guessed += len(guessed)
    score.right += len(guessed & declared)
    score.following += len(guessed & follows)
    score.declared += len(declared)
    score.found += len(guessed & declared)
    if title:
        for sign, pairs in (("+", guessed - declared), ("-", declared - guessed)):
            for pair in sorted(pairs):
                way = " (follows)" if pair in follows and sign == "+" else ""
                print(f"{sign} {title}: {pair[0]}.{pair[1]} -> {pair[2]}.{pair[3]}{way}")


def declared_of(table: Table) -> tuple[ForeignKey, ...]:
    return table.foreign_keys


def pairs_of(tables: Iterable[Table], keys_of: Callable[[Table], tuple[ForeignKey, ...]]) -> Iterable[Pair]:
    for table in tables:
        for key in keys_of(table):
            for own, target in zip(key.columns, key.target_columns, strict=True):
                yield table.name, own, key.target, target


def closure(pairs: set[Pair]) -> set[Pair]:
    """The pairs, and those that they lead to one after the other."""
    found = set(pairs)
    while True:
        more = {
            (one[0], one[1], other[2], other[3])
            for one in found
            for other in pairs
            if (one[2], one[3]) == (other[0], other[1])
        }
        if more <= found:
            return found
        found |= more


def seconds_for_many(tables: int = 1000, columns: int = 20) -> float:
    """How long guessing takes where there is much to guess."""
    made = [
        Table(
            f"thing{number}s",
            (
                Column(f"thing{number}_id", "integer"),
                *(Column(f"thing{(number * 7 + at) % tables}_id", "integer") for at in range(5)),
                *(Column(f"attribute_{number}_{at}", "varchar(40)") for at in range(columns - 6)),
            ),
            (f"thing{number}_id",),
        )
        for number in range(tables)
    ]
    started = time.perf_counter()
    with_inferred_keys(made)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
