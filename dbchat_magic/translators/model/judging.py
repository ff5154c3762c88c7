"""Judging: what the rows say of a statement: whether they fit the question, and whether others agree.

The offline translator's reading, and further ones of the model's own, are run beside it; rows that two readings
agree on are likelier right than either reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.translator import Doubt, Translation
from dbchat_magic.language import phrase
from dbchat_magic.translators.model.mend import missing_values

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.execute import Result

AGREED = 0.95
"""How likely rows are right that the model and the offline translator both come to."""
TOLD = 0.5
"""A reading of the offline translator that is less likely is not told."""
TRUSTED_BESIDE_SMALL = 0.75
"""From here on the offline translator is likelier right than a small model that disagrees with it."""
BESIDE = 0.5
"""What its reading counts otherwise: enough to decide between votes that are divided."""
OFFLINE = "offline"
MANY_ROWS = 20
"""More than this is no single number."""
ONE_NUMBER = re.compile(
    r"^\W*(?:how many|what is the (?:total |overall )?(?:number|count|sum|average|mean|total)\b"
    r"|count\b|(?:what is|give me) the (?:maximum|minimum)\b)",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\b(?:each|every|per|by|for all|respectively|different|list|which|group|and)\b", re.IGNORECASE
)

PREFERRED = 1.2
"""Log-odds from which on a small model's choice between two statements goes before the one that it wrote."""

Prefer = Callable[[str, str], float | None]
"""How much likelier a model finds the first of two statements than the second: log-odds; None: it cannot be told."""
Attempt = Callable[[str], "Result | None"]
"""Runs another statement, through the same guard and within narrower limits; None where it fails."""


@dataclass(frozen=True)
class Judgement:
    """What is judged by."""

    question: Question
    schema: Schema
    small: bool
    sees_values: bool
    """Values of the data may be told to the model."""
    alone: float
    """The confidence that a statement has by itself."""
    prefer: Prefer | None = None
    """Asks a small model which of two statements it takes; it chooses better than it writes."""


def judge(by: Judgement, translation: Translation, result: Result, attempt: Attempt) -> Translation:
    """The translation to be shown, with a confidence and notes that the rows support; it may be one of the
    alternatives. Raises Doubt when the rows cannot be meant.
    """
    check_shape(by, result)
    check_values(by, translation, result)
    rows = {translation.sql: result.frame}
    for other in translation.alternatives if not result.truncated else ():
        found = attempt(other.sql)
        if found is not None and not found.truncated:  # which rows are cut off may differ
            rows[other.sql] = found.frame
    return choose(by, translation, rows)


def check_shape(by: Judgement, result: Result) -> None:
    text = by.question.text
    if ONE_NUMBER.match(text) and not SEVERAL.search(text) and len(result.frame) > MANY_ROWS:
        raise Doubt(
            phrase(
                "The question asks for one number, and the statement gives {count:,} rows.",
                count=len(result.frame),
            ),
            phrase("Count or add them up in the statement."),
        )


def check_values(by: Judgement, translation: Translation, result: Result) -> None:
    """Raises Doubt where there are no rows because the statement asks for a text that no row has."""
    if len(result.frame):
        return
    for missing in missing_values(translation.sql, by.schema):
        hint = phrase("Perhaps it stands in another column, or is spelt otherwise.")
        if by.sees_values and missing.near:
            hint = phrase("It holds {values}.", values=", ".join(map(repr, missing.near)))
        raise Doubt(
            phrase(
                "No row of {table} has {text!r} as its {column}.",
                table=missing.table,
                text=missing.text,
                column=missing.column,
            ),
            hint,
        )


def choose(by: Judgement, translation: Translation, rows: dict[str, pd.DataFrame]) -> Translation:
    """Of the readings that ran, one whose rows most speaks for: rows that several come to add up."""
    candidates = [each for each in (translation, *translation.alternatives) if each.sql in rows]
    shapes = Counter(rows[each.sql].shape for each in candidates)
    groups: dict[object, list[Translation]] = {}
    for each in candidates:
        frame = rows[each.sql]
        key = rows_key(frame) if shapes[frame.shape] > 1 else frame.shape
        groups.setdefault(key, []).append(each)
    best = max(groups.values(), key=lambda group: sum(weight_of(each, by) for each in group))
    if other := preferred(best, list(groups.values()), by):
        best = other
    chosen = best[0]
    others = tuple(replace(group[0], alternatives=()) for group in groups.values() if group is not best)
    return replace(
        chosen,
        confidence=confidence_of(best, by),
        alternatives=others,
        notes=(*chosen.notes, *told(chosen, others, rows)),
        usage=translation.usage,
    )


def preferred(
    best: list[Translation], groups: list[list[Translation]], by: Judgement
) -> list[Translation] | None:
    """The offline translator's reading, where the model itself takes it for the better one."""
    others = [group for group in groups if group[0].translator == OFFLINE and group is not best]
    if by.prefer is None or len(best) > 1 or not others:
        return None
    odds = by.prefer(best[0].sql, others[0][0].sql)
    return others[0] if odds is not None and odds < -PREFERRED else None


def weight_of(reading: Translation, by: Judgement) -> float:
    """A vote of the model counts as its share; the offline translator's alone wins only against a small model."""
    if reading.translator == OFFLINE and not (by.small and reading.confidence >= TRUSTED_BESIDE_SMALL):
        return reading.confidence * BESIDE
    return reading.confidence


def confidence_of(group: list[Translation], by: Judgement) -> float:
    offline = [each for each in group if each.translator == OFFLINE]
    model = [each for each in group if each.translator != OFFLINE]
    if offline and model:
        return max(AGREED, offline[0].confidence)
    return min(sum(each.confidence for each in group), max(by.alone, group[0].confidence))


def told(chosen: Translation, others: tuple[Translation, ...], rows: Mapping[str, pd.DataFrame]) -> list[str]:
    """What a person should know: that another reading was taken than the model's, or that there is one.

    One that gives the same rows with a column more or less is none.
    """
    if chosen.translator == OFFLINE:
        return [
            phrase("The model wrote a statement that gives other rows; the built-in translator's was taken.")
        ]
    offline = next((each for each in others if each.translator == OFFLINE and each.confidence >= TOLD), None)
    if offline is None or differ_in_columns_only(rows[chosen.sql], rows[offline.sql]):
        return []
    return [
        phrase(
            "The built-in translator reads it otherwise, and comes to other rows: {reading}",
            reading=offline.reading,
        )
    ]


def differ_in_columns_only(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether every column of the one with fewer is one of the other's."""
    if len(one) != len(other):
        return False
    fewer, more = sorted((one, other), key=lambda frame: frame.shape[1])
    held = [column_key(more, at) for at in range(more.shape[1])]
    return all(column_key(fewer, at) in held for at in range(fewer.shape[1]))


def column_key(frame: pd.DataFrame, at: int) -> list[str]:
    return sorted(map(cell_key, frame.iloc[:, at]))


def rows_key(frame: pd.DataFrame) -> object:
    """The same for the same rows of one shape, whatever their order, that of their columns, and the columns' names."""
    columns = [tuple(map(cell_key, frame.iloc[:, at])) for at in range(frame.shape[1])]
    order = sorted(range(len(columns)), key=lambda at: sorted(columns[at]))
    rows = zip(*(columns[at] for at in order), strict=True) if columns else ()
    return tuple(sorted(rows))


def cell_key(value: object) -> str:
    import pandas as pd  # loaded already: there is a frame

    if isinstance(value, bool) or not pd.api.types.is_scalar(value):
        return repr(value)
    if value is None or bool(pd.isna(value)):  # type: ignore[call-overload]  # it is a scalar
        return "None"
    try:
        return f"{float(value):.6g}"  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        return str(value)
