"""The plain model: the whole schema and the question in one prompt, nothing else: what our help is measured against."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import openai

SYSTEM = (
    "You write SQL for SQLite. The database has these tables:\n\n{schema}\n\n"
    "Reply with one SELECT statement that answers the question, and nothing else."
)


class PlainModel:
    """Asks an OpenAI-compatible endpoint once for each question."""

    def __init__(self, base_url: str, model: str, key: str = "none") -> None:
        self._client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=1, timeout=600)
        self._model = model
        self.prompt_tokens = self.completion_tokens = 0
        """Of the last question."""

    def __call__(self, question: str, path: str) -> str | None:
        system = SYSTEM.replace("{schema}", read_ddl(path))
        messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
        reply = self._client.chat.completions.create(
            model=self._model,
            messages=messages,  # type: ignore[arg-type]
            temperature=0,
            max_tokens=300,
        )
        if reply.usage is not None:
            self.prompt_tokens = reply.usage.prompt_tokens
            self.completion_tokens = reply.usage.completion_tokens
        return take_sql(reply.choices[0].message.content or "")


def read_ddl(path: str) -> str:
    """The statements that made the tables, as SQLite keeps them."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return "\n".join(f"{sql};" for (sql,) in rows if sql)


def take_sql(reply: str) -> str | None:
    """The statement in a reply: what stands in its fence, else all of it."""
    fenced = re.search(r"```(?:sql\w*)?\s*(.*?)(?:```|\Z)", reply, re.DOTALL)
    text = (fenced[1] if fenced else reply).strip()
    return text.split(";")[0].strip() or None
