"""Reply: what a model wrote, read as one statement; pure functions.

What they cannot read for certain they do not guess: two different statements are no answer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from dbchat_magic.errors import ModelError
from dbchat_magic.language import phrase

LONGEST_REPLY, LONGEST_READING = 100_000, 300
"""Characters."""
DECLINING = re.compile(
    r"^\W*(?:CANNOT|CAN'?T ANSWER|CANNOT ANSWER)\b[\s:.,-]*(.*)", re.IGNORECASE | re.DOTALL
)
THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
THOUGHT = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
"""The end of thoughts whose beginning the server has cut."""
FENCE = re.compile(r"```[ \t]*([\w+-]*)[^\n`]*\n?(.*?)(?:```|\Z)", re.DOTALL)
BEGINNING = re.compile(
    r"^[ \t]*(?:SQL(?:Query)?\s*:\s*)?(?=(?:SELECT|WITH|VALUES|EXPLAIN)\b|\((?:\s*)SELECT\b)",
    re.IGNORECASE | re.MULTILINE,
)
TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")


@dataclass(frozen=True)
class Said:
    """A reply, read."""

    sql: str = ""
    reading: str = ""
    """How the model understood the question, in its own words; may be empty."""
    declined: str | None = None
    """Why it gives no statement; None: it gives one."""


def read_reply(text: str) -> Said:
    """The statement in a reply, however it is wrapped: JSON, a fence, prose before and after, or alone.

    Raises ModelError when there is none, or when there are several different ones.

    >>> read_reply("I count the rows.\\n```sql\\nSELECT COUNT(*) FROM t;\\n```")
    Said(sql='SELECT COUNT(*) FROM t', reading='I count the rows.', declined=None)
    """
    said = without_thoughts(text).strip()
    if len(said) > LONGEST_REPLY:
        raise ModelError(
            phrase("The model wrote {count:,} characters, and no statement is that long.", count=len(said)),
            phrase("Ask it for less at a time, or try another model with -m NAME."),
        )
    if not said:
        raise ModelError(
            phrase("The model gave an empty reply."), phrase("Ask again, or try another model with -m NAME.")
        )
    fenced = [(language.lower(), body.strip()) for language, body in FENCE.findall(said) if body.strip()]
    for candidate in (said, *(body for language, body in fenced if language in ("json", ""))):
        if (read := read_object(candidate)) is not None:
            return read
    if declining := DECLINING.match(said):
        return Said(declined=short(declining[1]) or "it does not say why")
    if fenced:
        return from_fences(said, fenced)
    return from_prose(said)


def without_thoughts(text: str) -> str:
    """A reply without what the model thought before it.

    >>> without_thoughts("<think>count?</think>SELECT 1"), without_thoughts("so be it</think> SELECT 1")
    ('SELECT 1', ' SELECT 1')
    """
    return THOUGHT.sub("", THINKING.sub("", text))


def read_object(text: str) -> Said | None:
    """A reply that is a JSON object; None where it is none. Trailing commas are forgiven, nothing else."""
    if not text.startswith("{"):
        return None
    for attempt in (text, TRAILING_COMMA.sub("", text)):
        try:
            read = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        return from_object(read) if isinstance(read, dict) else None
    return None


def from_object(read: dict[str, object]) -> Said | None:
    fields = {key.lower(): value for key, value in read.items() if isinstance(value, str)}
    sql = next((fields[key] for key in ("sql", "query", "statement") if fields.get(key, "").strip()), "")
    reading = next((fields[key] for key in ("reading", "explanation", "thoughts") if fields.get(key)), "")
    if sql:
        return Said(one_statement(unfenced(sql)), short(reading))
    reason = next((fields[key] for key in ("cannot", "reason", "error") if fields.get(key)), "")
    return Said(declined=short(reason or reading) or "it does not say why")


def unfenced(text: str) -> str:
    found = FENCE.search(text)
    return found[2] if found else text


def from_fences(said: str, fenced: list[tuple[str, str]]) -> Said:
    """The statement in the fences; where several hold one, those marked as SQL go before others."""
    marked = [body for language, body in fenced if language not in ("", "json", "text", "python")]
    bodies = [body for body in marked or [body for _, body in fenced] if BEGINNING.search(body)]
    statements = list(dict.fromkeys(one_statement(body[BEGINNING.search(body).end() :]) for body in bodies))  # type: ignore[union-attr]
    if not statements:
        raise no_sql(said)
    if len(statements) > 1:
        raise several(len(statements))
    return Said(statements[0], reading_of(said[: said.find("```")]))


def from_prose(said: str) -> Said:
    """A statement that stands in a text without a mark: it begins a line, and ends at a `;` or a blank line."""
    found = list(BEGINNING.finditer(said))
    if not found:
        raise no_sql(said)
    begin = found[0].end()
    text = said[begin:]
    ends = [place for place in (find_semicolon(text), find_paragraph(text)) if place >= 0]
    statement = text[: min(ends)] if ends else text
    rest = text[len(statement) :].lstrip("; \n")
    if BEGINNING.match(rest) and one_statement(rest) != one_statement(statement):
        raise several(2)
    return Said(one_statement(statement), reading_of(said[: found[0].start()]))


def one_statement(text: str) -> str:
    """The statement without the `;` at its end; what follows stays, for the guard to refuse."""
    return text.strip().rstrip("; \n\t")


def find_semicolon(text: str) -> int:
    """The first `;` outside of quotes; -1: there is none."""
    quote = ""
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"`":
            quote = char
        elif char == ";":
            return place
    return -1


def find_paragraph(text: str) -> int:
    """Where a blank line is followed by prose; -1: nowhere."""
    for found in re.finditer(r"\n\s*\n", text):
        if re.match(r"[A-Z][a-z]+\s+[a-z]", text[found.end() :]) or not text[found.end() :].strip():
            return found.start()
    return -1


def reading_of(text: str) -> str:
    """What stands before a statement, if it tells anything: "Here is the query:" does not.

    >>> reading_of("I count the rows. Here is the SQL:"), reading_of("Sure, here you go:")
    ('I count the rows.', '')
    """
    sentences = re.findall(r"[^.!?\n]+(?:[.!?](?=\s|\Z)|\n|\Z)|[^.!?\n]+[.!?]\S[^\n]*", text.strip())
    return short(" ".join(each for each in sentences if not each.rstrip().endswith(":")))


def short(text: str) -> str:
    """The text on one line, without marks of a layout, as plain text.

    >>> short("**Orders** of `big_shop`\\n each.")
    'Orders of big_shop each.'
    """
    line = re.sub(r"\s+", " ", re.sub(r"[*`#]{1,3}", "", text)).strip()
    line = "".join(char for char in line if char.isprintable())
    return line if len(line) <= LONGEST_READING else line[: LONGEST_READING - 1].rstrip() + "…"


def no_sql(said: str) -> ModelError:
    return ModelError(
        phrase("The model gave no SQL: {said}", said=short(said)),
        phrase("Ask it in other words, or try another model with -m NAME."),
    )


def several(count: int) -> ModelError:
    return ModelError(
        phrase(
            "The model gave {count} different statements, and which one it means is not told.", count=count
        ),
        phrase("Ask again, or ask one thing at a time."),
    )
