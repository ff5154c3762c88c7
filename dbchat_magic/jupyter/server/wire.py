"""Wire: DB-GPT's JSON and our values, one from the other. Pure functions.

Both generations of its client read every reply of the datasource routes as an envelope, whatever the status,
and take no null for a field of a datasource.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.course import Event, Step
from dbchat_magic.core.datasources import Datasource, is_secret
from dbchat_magic.core.secrets import MASK
from dbchat_magic.core.translator import Usage
from dbchat_magic.dialects import Dialect, Parameter
from dbchat_magic.errors import Ambiguous, DatasourceError, DbChatError
from dbchat_magic.jupyter.server.body import (
    need_text,
    read_boolean,
    read_fields,
    read_integer,
    read_text,
)
from dbchat_magic.jupyter.server.chart_view import MOST_RECORDS, TABLE, ChartView, chart_view, tag
from dbchat_magic.jupyter.server.failures import BadField, Failure, Refused
from dbchat_magic.language import phrase
from dbchat_magic.rendering.cells import count_text

if TYPE_CHECKING:
    from dbchat_magic.core.ask import Answer

Json = dict[str, Any]

FLAT_FIELDS = {
    "host": "db_host",
    "port": "db_port",
    "user": "db_user",
    "password": "db_pwd",
    "path": "db_path",
}
"""Our parameters by DB-GPT's flat fields."""

CHAT_NORMAL, CHAT_DATA = "chat_normal", "chat_data"
CHAT_SCHEMA, CHAT_DASHBOARD = "chat_with_db_qa", "chat_dashboard"
MODES = {
    CHAT_NORMAL: CHAT_NORMAL,
    CHAT_DATA: CHAT_DATA,
    "chat_with_db_execute": CHAT_DATA,
    CHAT_SCHEMA: CHAT_SCHEMA,
    CHAT_DASHBOARD: CHAT_DASHBOARD,
}
"""By what clients call them: DB-GPT's own name for chat_data's scene is chat_with_db_execute."""
LONGEST_CONVERSATION_ID = 256


# ------------------------------------------------------------------------------------------- envelopes


def success(data: Any) -> Json:
    return {"success": True, "err_code": None, "err_msg": None, "data": data}


def failure(failed: Failure, error: BaseException | None = None) -> Json:
    """The envelope of an error; `error` is what it came from."""
    if isinstance(error, BadField):
        place = f"body.{error.field}" if error.field else "body"
        message = f"{place}:{error.fault};"
    elif failed.status == 401:
        message = openai_error(failed.message, "invalid_api_key")
    else:
        message = "\n".join(part for part in (failed.message, failed.hint) if part)
    return {"success": False, "err_code": failed.code or str(failed.status), "err_msg": message, "data": None}


def openai_error(message: str, code: str) -> str:
    """The text that DB-GPT makes of an error in OpenAI's shape."""
    return str({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}})


def status(failed: Failure) -> int:
    """DB-GPT answers every failure of ours with 400."""
    return 400 if failed.code in ("E0001", "E0003") and failed.kind != "Bug" else failed.status


# ----------------------------------------------------------------------------------------- datasources


@dataclass(frozen=True)
class DatasourceBody:
    """A datasource as a client sends it."""

    id: int | None
    name: str | None
    type: str
    fields: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    """By our parameters' names; empty and masked ones are left out."""
    comment: str | None = None
    is_flat: bool = True
    """Sent with a field for every parameter of any kind of database: those of other kinds mean nothing."""


def read_datasource(body: Mapping[str, Any]) -> DatasourceBody:
    """A flat body, or one of the form {type, params}; raises Refused naming the field that does not fit."""
    id = read_integer(body, "id")
    params = read_fields(body, "params")
    comment = read_text(body, "comment")
    if params is not None:
        return DatasourceBody(
            id,
            read_text(body, "db_name") or name_from_params(params),
            read_text(body, "type") or need_text(body, "db_type"),
            drop_empty(params),
            comment if comment is not None else read_text(body, "description"),
            is_flat=False,
        )
    type = read_text(body, "type") or need_text(body, "db_type")
    return DatasourceBody(id, need_text(body, "db_name"), type, read_flat_fields(body), comment)


def read_flat_fields(body: Mapping[str, Any]) -> dict[str, str | int]:
    fields: dict[str, str | int | None] = {
        name: read_integer(body, flat) or None if name == "port" else read_text(body, flat)
        for name, flat in FLAT_FIELDS.items()
    }
    return drop_empty(fields)


def drop_empty(fields: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in fields.items() if value not in (None, "", MASK)}


def name_from_params(params: Mapping[str, str | int]) -> str | None:
    return str(params["database"]) if "database" in params else None


def name_of(body: DatasourceBody, dialect: Dialect) -> str:
    """The name to keep a datasource under: an unnamed file has its own; raises Refused where there is none."""
    if body.name is not None:
        return body.name
    if "path" in body.fields:
        return f"{dialect.name}_{Path(str(body.fields['path'])).stem}"
    raise BadField("db_name", "Field required")


def fields_of(body: DatasourceBody, dialect: Dialect, *, is_new: bool) -> dict[str, str | int]:
    """The fields that a datasource of this kind has; raises DatasourceError for one that it has not.

    A new datasource's name is also its database's, unless the body says otherwise.
    """
    known = {parameter.name for parameter in dialect.parameters}
    fields = {name: value for name, value in body.fields.items() if name in known or not body.is_flat}
    for name in fields:
        if name not in known:
            raise unknown_field(dialect, name)
    if is_new and body.name is not None and "database" in known:
        fields.setdefault("database", body.name)
    return fields


def unknown_field(dialect: Dialect, name: str) -> DatasourceError:
    names = ", ".join(parameter.name for parameter in dialect.parameters)
    return DatasourceError(
        phrase("A {label} datasource has no field {name!r}.", label=dialect.label, name=name[:40]),
        phrase("Its fields: {names}.", names=names),
    )


def masked_params(source: Datasource, dialect: Dialect | None) -> dict[str, str | int]:
    """The fields with secrets as ******; where the dialect is not installed any more, all of them."""
    return {name: MASK if is_secret(dialect, name) else value for name, value in source.params.items()}


def write_datasource(source: Datasource, dialect: Dialect | None) -> Json:
    """The flat object, with the later versions' fields."""
    params = masked_params(source, dialect)
    return {
        "id": source.id,
        "db_type": source.type,
        "db_name": source.name,
        "db_path": str(params.get("path", "")),
        "db_host": str(params.get("host", "")),
        "db_port": port if isinstance(port := params.get("port", 0), int) else 0,
        "db_user": str(params.get("user", "")),
        "db_pwd": str(params.get("password", "")),
        "comment": source.comment,
        "type": source.type,
        "params": params,
        "description": source.comment,
        "gmt_created": source.created,
        "gmt_modified": source.modified,
    }


PARAMETER_TYPES = {"integer": "int", "boolean": "bool"}
"""DB-GPT's names for types; all else is `str`."""


def write_datasource_type(dialect: Dialect) -> Json:
    """A kind of database with its fields, as later versions list them."""
    return {
        "name": dialect.name,
        "label": dialect.label,
        "description": "",
        "parameters": [write_parameter(at, parameter) for at, parameter in enumerate(dialect.parameters)],
    }


def write_parameter(order: int, parameter: Parameter) -> Json:
    return {
        "param_name": parameter.name,
        "param_type": PARAMETER_TYPES.get(parameter.type, "str"),
        "param_class": "",
        "label": parameter.label,
        "description": parameter.description,
        "required": parameter.required,
        "default_value": parameter.default,
        "valid_values": list(parameter.choices) or None,
        "param_order": order,
        "is_array": False,
        "ext_metadata": {"tags": "privacy"} if parameter.secret else {},
    }


def name_exists(name: str) -> Refused:
    return Refused(400, f"datasource name:{name} already exists", "", "E0003")


def name_unknown(name: str) -> Refused:
    return Refused(400, f"there is no datasource name:{name} exists", "", "E0003")


def id_unknown(id: int | str) -> Refused:
    return Refused(404, f"there is no datasource id:{id}", "")


def chat_param_unknown(name: str) -> Refused:
    return Refused(400, f"Database config not found for: {name}", "", "E0003")


# ------------------------------------------------------------------------------------------------ chat


@dataclass(frozen=True)
class ChatRequest:
    """What a client asks."""

    model: str
    question: str
    mode: str = CHAT_NORMAL
    datasource: str = ""
    """The chat_param; empty only in chat_normal."""
    conversation: str | None = None
    """The conv_uid; None: a new one."""
    stream: bool = False
    incremental: bool = True
    """Streamed pieces continue each other; False: each holds the whole text so far."""


def read_chat(body: Mapping[str, Any]) -> ChatRequest:
    """The request for a completion, its unknown fields ignored; raises Refused."""
    model = need_text(body, "model")
    question = read_question(body)
    stream = read_boolean(body, "stream", default=False)
    incremental = read_boolean(body, "incremental", default=True)
    conversation = read_text(body, "conv_uid", LONGEST_CONVERSATION_ID)
    mode = MODES.get(read_text(body, "chat_mode") or CHAT_NORMAL)
    if mode is None:
        said = openai_error(f"chat mode now only support {', '.join(MODES)}", "invalid_chat_mode")
        raise Refused(400, said, "")
    datasource = read_text(body, "chat_param") or ""
    if not datasource and mode != CHAT_NORMAL:
        said = openai_error("chat param is None: name a datasource", "invalid_chat_param")
        raise Refused(400, said, "")
    return ChatRequest(model, question, mode, datasource, conversation or None, stream, incremental)


def read_question(body: Mapping[str, Any]) -> str:
    """The last thing the user said, whether `messages` is a text, a list of texts or OpenAI's list."""
    messages = body.get("messages")
    if messages is None:
        raise BadField("messages", "Field required")
    if isinstance(messages, str):
        return messages
    if not isinstance(messages, list):
        raise BadField("messages", "Input should be a valid string")
    said = [text for text in map(read_message, messages) if text is not None]
    if not said:
        raise BadField("messages", "There is no message of a user")
    return said[-1]


def read_message(message: Any) -> str | None:
    """What a user says in it; None where somebody else speaks."""
    if isinstance(message, str):
        return message
    if not isinstance(message, dict) or message.get("role", "user") not in ("user", "human"):
        return None
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else None


@dataclass(frozen=True)
class Section:
    """A part of what the assistant says: prose, then perhaps rows."""

    prose: str
    view: ChartView | None = None

    def tail(self, *, raw_quotes: bool) -> str:
        """What follows the prose."""
        return "" if self.view is None else f"\n{tag(self.view, raw_quotes=raw_quotes)}"


@dataclass(frozen=True)
class Reply:
    """What the assistant says."""

    sections: tuple[Section, ...]
    usage: Usage = Usage()

    def text(self, *, raw_quotes: bool) -> str:
        return "\n\n".join(each.prose + each.tail(raw_quotes=raw_quotes) for each in self.sections)

    @property
    def parts(self) -> list[str]:
        """The same in the pieces of a stream, quotes escaped."""
        pieces: list[str] = []
        for section in self.sections:
            pieces.append(("\n\n" if pieces else "") + section.prose)
            pieces.append(section.tail(raw_quotes=False))
        return [piece for piece in pieces if piece]


def plain_reply(text: str) -> Reply:
    """Prose alone."""
    return Reply((Section(harmless(text)),))


def answer_reply(answer: Answer, notes: Sequence[str] = ()) -> Reply:
    """Reading, notes and how many rows there are; then the rows."""
    shown = min(len(answer.frame), MOST_RECORDS)
    ignored = [f"Not used: {', '.join(answer.ignored)}."] if answer.ignored else []
    lines = [
        answer.reading or "Here is the result.",
        *notes,
        *answer.notes,
        *ignored,
        f"({count_text(shown, len(answer.frame), answer.truncated)})",
    ]
    view = chart_view(answer.sql, answer.frame, answer.chart)
    return Reply((Section(harmless("\n".join(lines)), view),), answer.usage)


def analysis_section(number: int, answer: Answer) -> Section:
    """One of several analyses, told by how its question was read."""
    more = " (the first of more rows)" if answer.truncated else ""
    return Section(
        harmless(f"{number}. {answer.reading}{more}"), chart_view(answer.sql, answer.frame, answer.chart)
    )


def declined_reply(error: DbChatError) -> Reply:
    """What is said when a question is not understood; of an ambiguous one its choices."""
    if isinstance(error, Ambiguous):
        choices = [f"{number}. {choice.reading}" for number, choice in enumerate(error.choices, 1)]
        lines = ["This can be read in several ways:", *choices, error.hint]
        return plain_reply("\n".join(lines))
    return plain_reply(str(error))


def failed_reply(error: DbChatError) -> Reply:
    """What is said when the SQL is refused or fails: the tag is there, without rows."""
    return Reply((Section(harmless(str(error)), ChartView(TABLE, "")),))


def harmless(text: str) -> str:
    """Prose in which nothing begins a tag: a page that shows the reply looks for them.

    >>> harmless("more than <b>5</b>")
    'more than &lt;b>5&lt;/b>'
    """
    return text.replace("<", "&lt;")


def write_completion(id: str, created: int, model: str, reply: Reply) -> Json:
    message = {"role": "assistant", "content": reply.text(raw_quotes=True)}
    return {
        "id": id,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": write_usage(reply.usage),
    }


def write_usage(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


def write_chunk(id: str, created: int, model: str, delta: Json, usage: Usage | None = None) -> Json:
    """A piece of a stream; the one with `usage` is the last."""
    finish = None if usage is None else "stop"
    chunk = {
        "id": id,
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return chunk if usage is None else chunk | {"usage": write_usage(usage)}


class Said:
    """What a stream has said so far. Each of its deltas continues that or, not incremental, holds it all."""

    def __init__(self, incremental: bool) -> None:
        self.incremental = incremental
        self.text = ""

    def add(self, piece: str) -> Json:
        self.text += piece
        return {"role": "assistant", "content": piece if self.incremental else self.text}

    def event(self, event: Event) -> list[Json]:
        """What is said of an event on the way: what a model writes, its thinking apart."""
        if isinstance(event, Step):
            return self.pause()
        if event.is_reasoning:
            return [self.add("") | {"reasoning_content": event.text}]
        return [self.add(harmless(event.text))]

    def pause(self) -> list[Json]:
        """An empty line after what was said, if something was."""
        return [self.add("\n\n")] if self.text and not self.text.endswith("\n\n") else []
