"""Judging: what the rows say of a statement: whether they fit the question, and whether others agree.

The offline translator's reading, and further ones of the model's own, are run beside it; rows that two readings
agree on are likelier right than either reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.translator import Doubt, Translation

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.execute import Result

AGREED = 0.95
"""How likely rows are right that the model and the offline translator both come to."""
TOLD = 0.5
"""A reading of the offline translator that is less likely is not told."""
TRUSTED_BESIDE_SMALL = 0.75
"""From here on the offline translator is likelier right than a small model that disagrees with it."""
MANY_ROWS = 20
"""More than this is no single number."""
ONE_NUMBER = re.compile(
    r"^\W*(?:how many|what is the (?:total |overall )?(?:number|count|sum|average|mean|total)\b"
    r"|count\b|(?:what is|give me) the (?:maximum|minimum)\b)",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"\b(?:each|every|per|by|for all|respectively|different|list|which|group|and)\b", re.IGNORECASE)

Attempt = Callable[[str], "Result | None"]
"""Runs another statement, through the same guard and within narrower limits; None where it fails."""


@dataclass(frozen=True)
class Judgement:
    """What is judged by."""

    question: Question
    schema: Schema
    small: bool
    alone: float
    """The confidence that a statement has by itself."""


def judge(by: Judgement, translation: Translation, result: Result, attempt: Attempt) -> Translation:
    """The translation to be shown, with a confidence and notes that the rows support; it may be one of the
    alternatives. Raises Doubt when the rows cannot be meant.
    """
    check_shape(by, result)
    rows = {translation.sql: result.frame}
    for other in translation.alternatives:
        found = attempt(other.sql)
        if found is not None:
            rows[other.sql] = found.frame
    return choose(by, translation, rows)


def check_shape(by: Judgement, result: Result) -> None:
    text = by.question.text
    if ONE_NUMBER.match(text) and not SEVERAL.search(text) and len(result.frame) > MANY_ROWS:
        raise Doubt(
            f"The question asks for one number, and the statement gives {len(result.frame):,} rows.",
            "Count or add them up in the statement.",
        )


def choose(by: Judgement, translation: Translation, rows: dict[str, pd.DataFrame]) -> Translation:
    """Of the readings that ran, the one whose rows most speak for."""
    candidates = [each for each in (translation, *translation.alternatives) if each.sql in rows]
    keys = {each.sql: rows_key(rows[each.sql]) for each in candidates}
    support: Counter[object] = Counter()
    for each in candidates:
        support[keys[each.sql]] += each.confidence  # type: ignore[assignment]  # shares of votes
    own = keys[translation.sql]
    others = [each for each in candidates[1:] if keys[each.sql] != own]
    if not others:
        agreed = len(candidates) > 1
        confidence = max(translation.confidence, AGREED) if agreed else translation.confidence
        return replace(translation, confidence=confidence, alternatives=())
    best = max(candidates, key=lambda each: support[keys[each.sql]])
    if keys[best.sql] == own:
        return with_disagreement(translation, others, support[own], sum(support.values()))
    offline = others[-1]
    if by.question.votes > 1 or (by.small and offline.confidence >= TRUSTED_BESIDE_SMALL):
        beaten = (translation, *(each for each in others if each is not best))
        chosen = replace(best, usage=translation.usage)
        return with_disagreement(chosen, list(beaten), support[keys[best.sql]], sum(support.values()))
    return with_disagreement(translation, others, support[own], sum(support.values()))


def with_disagreement(
    chosen: Translation, others: list[Translation], support: float, whole: float
) -> Translation:
    """The chosen one, and in a note how else the question is read."""
    told = [other for other in others if other.confidence >= TOLD and other.reading]
    notes = tuple(f"It can also be read as: {other.reading}" for other in told[:1])
    confidence = round(min(chosen.confidence, max(support / whole, 0.5)), 3) if whole else chosen.confidence
    return replace(
        chosen,
        confidence=confidence,
        alternatives=tuple(replace(other, alternatives=()) for other in others),
        notes=(*chosen.notes, *notes),
    )


def rows_key(frame: pd.DataFrame) -> object:
    """The same for the same rows, whatever their order, that of their columns, and the columns' names."""
    columns = [tuple(map(cell_key, frame.iloc[:, at])) for at in range(frame.shape[1])]
    order = sorted(range(len(columns)), key=lambda at: sorted(columns[at]))
    rows = zip(*(columns[at] for at in order), strict=True) if columns else ()
    return frame.shape, tuple(sorted(rows))


def cell_key(value: object) -> str:
    import pandas as pd  # loaded already: there is a frame

    if isinstance(value, bool) or value is None or not pd.api.types.is_scalar(value):
        return repr(value)
    if pd.isna(value):
        return "None"
    try:
        return f"{float(value):.6g}"  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        return str(value)
