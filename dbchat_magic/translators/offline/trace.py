"""Trace: how a question was read: what its words may mean, every reading that was tried, and why one was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.language import phrase
from dbchat_magic.linking.index import Link
from dbchat_magic.linking.mentions import Mention
from dbchat_magic.translators.offline.confidence import WEIGHTS, evidence, ignored_words
from dbchat_magic.translators.offline.translator import OfflineTranslator, Try

CANDIDATES = 4
"""Meanings told of one mention."""


@dataclass(frozen=True)
class Candidate:
    """Something that a mention may mean, with how well it fits (0 to 1)."""

    meaning: str
    score: float


@dataclass(frozen=True)
class MentionTrace:
    """Words of the question with what they may mean; none for plain words."""

    text: str
    read_as: str = ""
    """The database's own words that they were replaced by."""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class ReadingTrace:
    """One reading that was tried."""

    table: str
    """What the question was taken to be about."""
    mentions: tuple[MentionTrace, ...]
    steps: tuple[tuple[str, str], ...]
    """(the rule, the words it understood), in the order they ran."""
    ignored: tuple[str, ...]
    sql: str
    """Empty: its tables do not hang together."""
    reading: str
    confidence: float
    weighed: tuple[tuple[str, float], ...]
    """What spoke for it (above zero) and against it."""
    outcome: str
    """ "chosen", or why it was not."""


@dataclass(frozen=True)
class Trace:
    """Everything that was tried for a question, the likeliest reading first."""

    question: str
    readings: tuple[ReadingTrace, ...]

    def __str__(self) -> str:
        return "\n".join(lines_of(self))


def explain_translation(
    question: Question, schema: Schema, translator: OfflineTranslator | None = None
) -> Trace:
    """How the offline translator reads a question. Raises NotUnderstood only for another language."""
    tries = (translator or OfflineTranslator()).tries(question, schema)
    tries.sort(key=lambda tried: -(tried.translation.confidence if tried.translation else -1.0))
    seen: set[str] = set()
    readings = []
    for rank, tried in enumerate(tries):
        readings.append(trace_reading(tried, outcome(tried, rank, seen)))
        seen.add(tried.translation.sql if tried.translation else "")
    return Trace(question.text, tuple(readings))


def outcome(tried: Try, rank: int, seen: set[str]) -> str:
    if tried.translation is None:
        return phrase("its tables do not hang together")
    if tried.translation.confidence == 0:
        return phrase("it leaves out words without which the answer would be to another question")
    if rank == 0:
        return phrase("chosen")
    return phrase("the same SQL as above") if tried.translation.sql in seen else phrase("less likely")


def trace_reading(tried: Try, outcome: str) -> ReadingTrace:
    draft, found = tried.draft, tried.translation
    ignored = ignored_words(draft)
    amounts = evidence(draft, tried.query, ignored)
    weighed = tuple((name, round(WEIGHTS[name] * amount, 2)) for name, amount in amounts.items() if amount)
    return ReadingTrace(
        table=draft.focus,
        mentions=tuple(map(trace_mention, draft.mentions)),
        steps=tuple(
            (step.reader, ", ".join(draft.mentions[place].text for place in step.places))
            for step in tried.steps
        ),
        ignored=ignored,
        sql=found.sql if found else "",
        reading=found.reading if found else "",
        confidence=found.confidence if found else 0.0,
        weighed=weighed,
        outcome=outcome,
    )


def trace_mention(mention: Mention) -> MentionTrace:
    links = sorted((*mention.tables, *mention.columns, *mention.values), key=lambda link: -link.score)
    candidates = [Candidate(meaning(link), round(link.score, 2)) for link in links[:CANDIDATES]]
    if mention.metric is not None:
        candidates.append(Candidate(phrase("metric {name}", name=mention.metric.text), 1.0))
    if mention.number is not None:
        candidates.append(Candidate(phrase("number {number:g}", number=mention.number), 1.0))
    if mention.dates is not None:
        days = phrase("days from {start} to before {end}", start=mention.dates.start, end=mention.dates.end)
        candidates.append(Candidate(days, 1.0))
    said = mention.reworded or mention.text
    read_as = mention.corrected or (mention.text if mention.reworded else "")
    return MentionTrace(said, read_as, tuple(candidates))


def meaning(link: Link) -> str:
    """ "table orders", "column orders.status", "value 'open' of orders.status"."""
    if not link.column:
        return phrase("table {name}", name=link.table)
    column = f"{link.table}.{link.column}"
    if link.value is None:
        return phrase("column {name}", name=column)
    return phrase("value {value!r} of {column}", value=link.value, column=column)


def lines_of(trace: Trace) -> Iterator[str]:
    """The trace as text: the chosen reading in full, the others in short."""
    yield phrase("Question: {question}", question=trace.question)
    if not trace.readings:
        yield phrase("Nothing in it is known to this database.")
        return
    first, *others = trace.readings
    yield phrase("What its words may mean:")
    yield from (f"  {line}" for line in mention_lines(first.mentions))
    yield phrase(
        "Reading: {outcome}, confidence {confidence:.2f}",
        outcome=first.outcome,
        confidence=first.confidence,
    )
    yield from (f"  {line}" for line in reading_lines(first))
    for number, other in enumerate(others, 2):
        yield phrase(
            "Reading {number}: {outcome}, confidence {confidence:.2f}, about {table}",
            number=number,
            outcome=other.outcome,
            confidence=other.confidence,
            table=other.table,
        )
        replaced = [
            phrase("{said!r} as {meant!r}", said=one.text, meant=one.read_as)
            for one in other.mentions
            if one.read_as
        ]
        if replaced:
            yield "  " + phrase("read {words}", words=", ".join(replaced))
        if other.ignored:
            yield "  " + phrase("without {words}", words=", ".join(other.ignored))
        yield f"  {other.reading or phrase('(no SQL)')}"


def mention_lines(mentions: Sequence[MentionTrace]) -> Iterator[str]:
    for mention in mentions:
        if mention.candidates:
            read_as = phrase(" (read as {words})", words=mention.read_as) if mention.read_as else ""
            told = ", ".join(f"{one.meaning} {one.score:.2f}" for one in mention.candidates)
            yield f"{mention.text}{read_as}: {told}"


def reading_lines(reading: ReadingTrace) -> Iterator[str]:
    yield phrase("about {table}: {reading}", table=reading.table, reading=reading.reading)
    yield from (f"{rule.removeprefix('read_')}: {words}" for rule, words in reading.steps)
    if reading.ignored:
        yield phrase("without {words}", words=", ".join(reading.ignored))
    weighed = ", ".join(f"{name} {weight:+.2f}" for name, weight in reading.weighed)
    yield phrase("weighed: {weights}", weights=weighed)
