"""Prompt: what a model gets to see of a question and its database, within a budget of tokens.

The texts are files in `prompts/`; one of the same name in the folder `prompts` of the home folder goes before it.
What stands at the beginning stays the same from question to question: servers keep what they have read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from dbchat_magic.core.question import Question, Turn
from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.core.spelling import spelling
from dbchat_magic.dialects import find_dialect
from dbchat_magic.errors import ModelError
from dbchat_magic.language import phrase
from dbchat_magic.linking.index import Link
from dbchat_magic.linking.relevance import Relevance
from dbchat_magic.translators.model.endpoint import Endpoint
from dbchat_magic.translators.model.schema_text import LONGEST_COMMENT, one_line, shown, table_text

PROMPTS = ("system", "small", "question", "repair", "choose")
FIELD = re.compile(r"\{(\w+)\}")

NOW = re.compile(
    r"\b(?:today|yesterday|tomorrow|now|ago|ytd|current(?:ly)?|recent(?:ly)?|so far"
    r"|(?:last|this|next|past|previous|coming) (?:\w+ )?(?:minute|hour|day|night|week|weekend|month|quarter|year|decade)s?)\b",
    re.IGNORECASE,
)
"""Words that mean another time each day."""

CHARACTERS_PER_TOKEN = 3.2
"""Of names and SQL; prose has more."""
REPLY_TOKENS = 1_000
"""Kept free for what the model writes."""
LEAST_REPLY, SMALL_REPLY, LONGEST_REPLY = 500, 600, 8_000
"""Tokens."""
FEW_TABLES = 30
"""With fewer, all of them are shown if there is room."""
SHARE = 0.35
"""Of a larger schema, as much as this is shown at most."""
MANY_COLUMNS = 40
"""Of a wide table, so many columns are shown, the likeliest."""
AROUND_NAME, AROUND_KEY, AROUND_TABLE, SAMPLE = 6, 24, 22, 25
"""Characters that stand around a column, a key, a table, and of samples of a column."""
MOST_TURNS = 5
MOST_EXAMPLES = 5
MOST_VALUES = 12
LEAST_TABLES, LEAST_TOKENS = 4, 600
"""So much of a schema is shown in any case, if there is room."""

REPLY_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "reading": {"type": "string", "description": "How you understood the question, in one sentence."},
        "sql": {"type": "string", "description": "The statement; empty where there can be none."},
        "cannot": {"type": "string", "description": "Why these tables cannot answer it; else empty."},
    },
    "required": ["reading", "sql", "cannot"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Prompts:
    """The texts, with those of the user's own before ours."""

    home: Path

    def fill(self, name: str, **fields: str) -> str:
        """The text with its fields filled in. What is filled in is never looked at for fields."""
        return re.sub(
            r"\n{3,}", "\n\n", FIELD.sub(lambda found: self._field(name, found[1], fields), self._text(name))
        )

    def _field(self, prompt: str, name: str, fields: Mapping[str, str]) -> str:
        if name not in fields:
            raise ModelError(
                phrase(
                    "The prompt {path} has a field {{{name}}} that does not exist.",
                    path=self.home / "prompts" / f"{prompt}.md",
                    name=name,
                ),
                phrase("Fields of it: {fields}.", fields=", ".join(f"{{{known}}}" for known in fields)),
            )
        return fields[name]

    def _text(self, name: str) -> str:
        own = self.home / "prompts" / f"{name}.md"
        try:
            return own.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return (files(__package__) / "prompts" / f"{name}.md").read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(
                phrase("The prompt {path} cannot be read: {error}.", path=own, error=error),
                phrase("Mend or remove the file."),
            ) from None


@dataclass(frozen=True)
class Material:
    """All that may go into a prompt."""

    question: Question
    schema: Schema
    relevance: Relevance
    examples: tuple[Turn, ...] = ()
    """Made from the schema, the same for each question."""


def make_messages(
    material: Material, endpoint: Endpoint, prompts: Prompts, *, budget: int | None = None
) -> tuple[Mapping[str, str], ...]:
    """The messages for a question. `budget`: tokens that they may have together."""
    tokens = budget or (endpoint.context - REPLY_TOKENS)
    question = material.question
    conversation = conversation_of(question.history[-MOST_TURNS:])
    asked = {"role": "user", "content": question_text(material, endpoint, prompts)}
    examples = examples_text((*material.examples, *question.examples[:MOST_EXAMPLES]))
    glossary = glossary_text(material.schema)
    rest = sum(
        map(count_tokens, (*(m["content"] for m in conversation), asked["content"], examples, glossary))
    )
    shown_schema = choose_parts(material, max(tokens - rest - 400, 300), endpoint)
    dialect = find_dialect(material.schema.dialect)
    system = prompts.fill(
        "small" if endpoint.small else "system",
        dialect=dialect.label,
        advice="\n".join(f"- {line}" for line in dialect.advice),
        schema="\n".join(table_text(table, material.schema, endpoint.sees_values) for table in shown_schema),
        glossary=glossary,
        examples=examples,
    )
    return ({"role": "system", "content": system}, *conversation, asked)


def room_for_reply(messages: Sequence[Mapping[str, str]], endpoint: Endpoint) -> int:
    """Tokens that the reply may have: what the prompt leaves, as models that think before they write need it; a
    small one that writes much is running in a circle.
    """
    left = endpoint.context - sum(count_tokens(message["content"]) for message in messages)
    return max(LEAST_REPLY, min(left, SMALL_REPLY if endpoint.small else LONGEST_REPLY))


def count_tokens(text: str) -> int:
    """About how many tokens a text has."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


# ------------------------------------------------------------------------------------------ the question


def question_text(
    material: Material, endpoint: Endpoint, prompts: Prompts, name: str = "question", **more: str
) -> str:
    question = material.question
    return prompts.fill(
        name,
        question=question.text,
        values=values_text(material, endpoint.sees_values),
        today=f"Today is {question.today.isoformat()}.\n" if speaks_of_time(question.text) else "",
        **more,
    )


def speaks_of_time(text: str) -> bool:
    """Whether the day it is asked on may matter.

    >>> [speaks_of_time(text) for text in ("sales of the last 3 months", "last names of customers")]
    [True, False]
    """
    return bool(NOW.search(text))


def values_text(material: Material, sees_values: bool) -> str:
    """Values of the data that the question names, in the data's own spelling.

    Where values may not be seen, only those that the person typed to the letter.
    """
    text = material.question.text
    links = [
        link
        for link in distinct_values(material.relevance.values)
        if sees_values or (link.value or "") in text
    ]
    lines = [f"{place_of(link, material.schema)} holds {shown(link.value)}" for link in links[:MOST_VALUES]]
    return f"In the data: {'; '.join(lines)}.\n" if lines else ""


def distinct_values(links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.value is not None and len(link.value) <= 60]


def place_of(link: Link, schema: Schema) -> str:
    table = schema.table(link.table)
    assert table is not None
    return spelling(schema.dialect).column(table, link.column)


def conversation_of(turns: Sequence[Turn]) -> list[Mapping[str, str]]:
    return [
        message
        for turn in turns
        for message in (
            {"role": "user", "content": f"Question: {turn.question}"},
            {"role": "assistant", "content": f"```sql\n{turn.sql}\n```"},
        )
    ]


def examples_text(examples: Iterable[Turn]) -> str:
    told = [f"Question: {turn.question}\n{turn.sql}" for turn in examples]
    return "\n".join(("Examples:", "", "\n\n".join(told), "")) if told else ""


def glossary_text(schema: Schema) -> str:
    """What the user says the words mean. Descriptions and joins stand with the tables already."""
    glossary, spell = schema.glossary, spelling(schema.dialect)
    lines = [
        f"- {metric.name} is {metric.sql}" + told_beside(metric.synonyms, metric.description)
        for metric in glossary.metrics
    ]
    for synonym in glossary.synonyms:
        table = schema.table(synonym.table)
        if table is not None:
            place = spell.column(table, synonym.column) if synonym.column else spell.table(table)
            lines.append(f"- {synonym.word} means {place}")
    for each in glossary.filters:
        lifted = f" or of {', '.join(each.unless)}" if each.unless else ""
        lines.append(
            f"- of {each.table} only rows with {each.sql} count, unless the question speaks of that{lifted}"
        )
    return "\n".join(("", "What words mean here:", *lines, "")) if lines else ""


def told_beside(synonyms: Sequence[str], description: str) -> str:
    also = f" (also called {', '.join(synonyms)})" if synonyms else ""
    return f"{also}: {one_line(description)}" if description else also


# -------------------------------------------------------------------------------------------- the schema


def choose_parts(material: Material, tokens: int, endpoint: Endpoint) -> list[Table]:
    """The tables to be shown, in the schema's order: all of them, or those that the question is likeliest about."""
    schema, relevance = material.schema, material.relevance
    sizes = {table.name: size_of(table, schema, endpoint) for table in schema.tables}
    whole = sum(sizes.values())
    if whole <= tokens and len(schema.tables) < FEW_TABLES:
        return list(schema.tables)
    left = float(min(tokens, max(whole * SHARE, LEAST_TOKENS)))
    by_name = {table.name: table for table in schema.tables}
    chosen: dict[str, Table] = {}
    for name in relevance.ranked():
        table = narrowed(by_name[name], relevance)
        is_whole = table is by_name[name]
        size = sizes[name] if is_whole else size_of(table, schema, endpoint)
        if size <= left or len(chosen) < LEAST_TABLES:
            chosen[name] = table
            left -= size
        if left <= 0:
            break
    return [chosen[table.name] for table in schema.tables if table.name in chosen]


def size_of(table: Table, schema: Schema, endpoint: Endpoint) -> int:
    """About how many tokens a table takes: counted from its names, not by writing it out."""
    words = sum(len(column.name) + len(column.type) + AROUND_NAME for column in table.columns)
    if endpoint.sees_values:
        words += SAMPLE * sum(
            1 for column in table.columns if schema.values.of(table.name, column.name).texts
        )
    keys = sum(len(key.target) + AROUND_KEY for key in keys_of(table))
    comments = (table.comment, *(column.comment for column in table.columns))
    said = sum(len(comment[:LONGEST_COMMENT]) for comment in comments)
    return int((len(table.name) + AROUND_TABLE + words + keys + said) / CHARACTERS_PER_TOKEN) + 1


def narrowed(table: Table, relevance: Relevance) -> Table:
    """The table, with the likeliest columns of many."""
    if len(table.columns) <= MANY_COLUMNS:
        return table
    keyed = {*table.primary_key, *(column for key in keys_of(table) for column in key.columns)}

    def weight(column: Column) -> float:
        return relevance.columns.get((table.name, column.name), 0.0) + (1.0 if column.name in keyed else 0.0)

    kept = {column.name for column in sorted(table.columns, key=weight, reverse=True)[:MANY_COLUMNS]}
    return replace(table, columns=tuple(column for column in table.columns if column.name in kept))


def keys_of(table: Table) -> tuple[ForeignKey, ...]:
    return (*table.foreign_keys, *table.inferred_keys)
