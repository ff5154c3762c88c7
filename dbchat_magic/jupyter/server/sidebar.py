"""Sidebar: our own JSON, as README.md beside this file shows it. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.course import Event, Step
from dbchat_magic.core.datasources import Datasource, without_password
from dbchat_magic.core.schema import plain_name, plain_reach
from dbchat_magic.core.secrets import redact
from dbchat_magic.core.translator import Offered, Translation, Usage
from dbchat_magic.dialects import Dialect, find_dialect
from dbchat_magic.jupyter.server.body import (
    LARGEST_INTEGER,
    need_text,
    read_fields,
    read_integer,
    read_text,
)
from dbchat_magic.jupyter.server.failures import BadField, Failure
from dbchat_magic.jupyter.server.wire import DatasourceBody, drop_empty, masked_params
from dbchat_magic.rendering.cells import (
    LARGEST_EXACT,
    is_bool,
    is_fraction,
    is_missing,
    is_numeric,
    json_value,
)

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.history import Entry
    from dbchat_magic.core.inspect import Tested
    from dbchat_magic.core.memory import Verified
    from dbchat_magic.core.schema import Column, Schema, Table

Json = dict[str, Any]

MOST_ROWS = 1_000
LONGEST_SQL = 100_000
MOST_TURNS = 50


def write_failure(failed: Failure) -> Json:
    written: Json = {"message": failed.message, "hint": failed.hint, "kind": failed.kind}
    if failed.choices:
        written["choices"] = [write_choice(choice) for choice in failed.choices]
    return written


def write_choice(choice: Translation) -> Json:
    return {"reading": choice.reading, "sql": choice.sql, "confidence": choice.confidence}


# ----------------------------------------------------------------------------------------- datasources


def write_kind(dialect: Dialect) -> Json:
    parameters = [
        {
            "name": parameter.name,
            "label": parameter.label,
            "type": parameter.type,
            "required": parameter.required,
            "secret": parameter.secret,
            "default": parameter.default,
            "description": parameter.description,
            "choices": list(parameter.choices),
        }
        for parameter in dialect.parameters
    ]
    return {"name": dialect.name, "label": dialect.label, "parameters": parameters}


def read_datasource(body: Mapping[str, Any]) -> DatasourceBody:
    """A new datasource; raises Refused."""
    return DatasourceBody(
        None,
        need_text(body, "name"),
        need_text(body, "type"),
        drop_empty(read_fields(body, "params") or {}),
        read_text(body, "comment") or "",
        is_flat=False,
    )


def read_change(body: Mapping[str, Any]) -> DatasourceBody:
    """What is to change of a datasource; a field sent empty is emptied, but a secret stays. Raises Refused."""
    return DatasourceBody(
        None,
        read_text(body, "name"),
        need_text(body, "type"),
        read_fields(body, "params") or {},
        read_text(body, "comment"),
        is_flat=False,
    )


def read_trial(body: Mapping[str, Any]) -> DatasourceBody:
    """A datasource to be tried before it is kept, or changed where it has an `id`; raises Refused."""
    return DatasourceBody(
        read_integer(body, "id"),
        read_text(body, "name"),
        need_text(body, "type"),
        drop_empty(read_fields(body, "params") or {}),
        is_flat=False,
    )


def write_datasource(source: Datasource, dialect: Dialect | None) -> Json:
    return {
        "id": source.id,
        "name": source.name,
        "type": source.type,
        "params": masked_params(source, dialect),
        "comment": source.comment,
        "builtin": False,
        "last_used": source.last_used,
        "tested": source.tested,
        "test_result": source.test_result,
        "works": source.works,
    }


def write_demo(name: str) -> Json:
    """The built-in demo, which is not made for being listed."""
    return {
        "id": 0,
        "name": name,
        "type": "sqlite",
        "params": {},
        "comment": "the built-in shop",
        "builtin": True,
        "last_used": "",
        "tested": "",
        "test_result": "",
        "works": None,
    }


def write_tested(tested: Tested) -> Json:
    return {
        "tables": tested.tables,
        "seconds": round(tested.seconds, 6),
        "version": tested.version,
        "latency": round(tested.latency, 6),
        "read_only": tested.read_only,
        "can_write": tested.can_write,
        "remedy": tested.remedy,
        "notes": list(tested.notes),
    }


# ---------------------------------------------------------------------------------------------- schema


def write_schema(name: str, schema: Schema) -> Json:
    return {
        "datasource": name,
        "dialect": schema.dialect,
        "tables": [write_table(table, find_dialect(schema.dialect)) for table in schema.tables],
    }


def write_table(table: Table, dialect: Dialect) -> Json:
    return {
        "name": table.name,
        "sql_name": plain_reach(table, dialect),
        "kind": table.kind,
        "comment": table.comment,
        "rows": table.rows,
        "primary_key": list(table.primary_key),
        "columns": [write_column(column, table, dialect) for column in table.columns],
    }


def write_column(column: Column, table: Table, dialect: Dialect) -> Json:
    return {
        "name": column.name,
        "sql_name": plain_name(column.name, dialect),
        "type": column.type,
        "nullable": column.nullable,
        "comment": column.comment,
        "key": column.name in table.primary_key,
        "references": write_reference(column.name, table),
    }


def write_reference(column: str, table: Table) -> Json | None:
    for key in table.foreign_keys:
        for own, target in zip(key.columns, key.target_columns, strict=False):
            if own == column:
                return {"table": key.target, "column": target}
    return None


# -------------------------------------------------------------------------- history, verified, models


@dataclass(frozen=True)
class VerifiedBody:
    """A question with the SQL that answers it; None: stays as it is."""

    question: str | None
    sql: str | None
    datasource: str | None = None


def read_verified(body: Mapping[str, Any]) -> VerifiedBody:
    """One that is new; raises Refused."""
    return VerifiedBody(
        need_text(body, "question"),
        need_text(body, "sql", LONGEST_SQL),
        read_text(body, "datasource") or None,
    )


def read_verified_change(body: Mapping[str, Any]) -> VerifiedBody:
    """What is to change of one; raises Refused."""
    return VerifiedBody(
        read_text(body, "question"),
        read_text(body, "sql", LONGEST_SQL),
        read_text(body, "datasource") or None,
    )


def write_verified(verified: Verified) -> Json:
    return {
        "id": verified.id,
        "question": verified.question,
        "sql": verified.sql,
        "saved": verified.saved,
        "fault": verified.fault,
    }


def write_entry(entry: Entry) -> Json:
    return {
        "id": entry.id,
        "asked": entry.asked,
        "datasource": entry.datasource,
        "question": entry.question,
        "sql": entry.sql,
        "translator": entry.translator,
        "outcome": entry.outcome,
        "rows": entry.rows,
        "seconds": entry.seconds,
        "prompt_tokens": entry.prompt_tokens,
        "completion_tokens": entry.completion_tokens,
        "cost": entry.cost,
    }


def write_offered(offered: Offered) -> Json:
    """A model; where its server is, but never a key."""
    return {
        "name": offered.name,
        "server": offered.server,
        "address": without_password(offered.address),
        "note": redact(offered.note),
    }


# ------------------------------------------------------------------------------------------------- ask


@dataclass(frozen=True)
class AskBody:
    """A question as the sidebar sends it."""

    question: str
    sql: str | None = None
    """Run this; the question only names it."""
    datasource: str | None = None
    history: tuple[tuple[str, str], ...] = field(default=())
    rows: int | None = None
    chart: str | None = None
    model: str | None = None
    """Who is to answer; None: whoever is configured."""


def read_ask(body: Mapping[str, Any]) -> AskBody:
    """A question; raises Refused."""
    rows = read_integer(body, "rows")
    if rows is not None and not 0 <= rows <= LARGEST_INTEGER // 2:
        raise BadField("rows", "Input should be 0 or more")
    return AskBody(
        need_text(body, "question"),
        read_text(body, "sql", LONGEST_SQL) or None,
        read_text(body, "datasource") or None,
        read_history(body),
        rows,
        read_text(body, "chart", 100) or None,
        read_text(body, "model", 300) or None,
    )


def read_history(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    turns = body.get("history") or []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise BadField("history", "Input should be a list of objects")
    return tuple(
        (need_text(turn, "question"), need_text(turn, "sql", LONGEST_SQL)) for turn in turns[-MOST_TURNS:]
    )


def wants_events(accept: str) -> bool:
    """Whether a client takes events rather than one reply.

    >>> wants_events("text/event-stream"), wants_events("application/json, */*"), wants_events("")
    (True, False, False)
    """
    return "text/event-stream" in accept.lower()


def write_event(event: Event) -> tuple[Json, str]:
    """What happens on the way to an answer, and the name of that event."""
    if isinstance(event, Step):
        return {"name": event.name, "detail": redact(event.detail)}, "step"
    return {"text": event.text, "is_reasoning": event.is_reasoning}, "wrote"


def write_answer(answer: Answer, question: str) -> Json:
    frame = answer.frame
    columns = [list(frame.iloc[:, at]) for at in range(len(frame.columns))]
    written: Json = {
        "question": question,
        "datasource": answer.datasource,
        "reading": answer.reading,
        "sql": answer.sql,
        "columns": [
            {"name": str(name), "type": column_type(values, frame.iloc[:, at])}
            for at, (name, values) in enumerate(zip(frame.columns, columns, strict=True))
        ],
        "rows": write_rows(columns, len(frame)),
        "row_count": len(frame),
        "truncated": answer.truncated,
        "vegalite": answer.to_vegalite() if answer.chart is not None else None,
        "notes": list(answer.notes),
        "ignored": list(answer.ignored),
        "confidence": answer.confidence,
        "seconds": round(answer.seconds, 6),
        "verified": answer.verified,
    }
    if answer.alternatives:
        written["choices"] = [write_choice(choice) for choice in answer.alternatives]
    if answer.usage != Usage():
        written["usage"] = write_usage(answer.usage)
    return written


def write_first_rows(answer: Answer, table: str) -> Json:
    """Some rows of a table."""
    written = write_answer(answer, table)
    return {
        name: written[name] for name in ("datasource", "sql", "columns", "rows", "truncated", "seconds")
    } | {"table": table}


def write_usage(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "calls": usage.calls,
        "cost": usage.cost,
    }


def write_rows(columns: Sequence[Sequence[Any]], count: int) -> list[list[Any]]:
    shown = [[write_cell(value) for value in column[:MOST_ROWS]] for column in columns]
    return [list(row) for row in zip(*shown, strict=True)] if columns else [[]] * min(count, MOST_ROWS)


def write_cell(value: Any) -> Any:
    """As JSON carries it; a whole number that JavaScript would round is text.

    >>> write_cell(9007199254740993), write_cell(3), write_cell(float("nan"))
    ('9007199254740993', 3, None)
    """
    written = json_value(value)
    is_long = isinstance(written, int) and not isinstance(written, bool) and abs(written) > LARGEST_EXACT
    return str(written) if is_long else written


def column_type(values: Sequence[Any], series: pd.Series[Any]) -> str:
    """What a column's values are; an empty one goes by its type."""
    found = {value_type(value) for value in values if not is_missing(value)}
    if found <= {"integer", "number"} and len(found) == 2:
        return "number"
    if len(found) == 1:
        return found.pop()
    return {"i": "integer", "f": "number", "b": "boolean"}.get(series.dtype.kind, "other")


def value_type(value: Any) -> str:
    if is_bool(value):
        return "boolean"
    if is_fraction(value):
        return "number"
    if is_numeric(value):
        return "integer"
    if hasattr(value, "isoformat"):
        return "time"
    return "text" if isinstance(value, str) else "other"
