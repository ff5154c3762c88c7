"""OpenAPI: our routes as an OpenAPI 3.1 document. The tests hold every reply of theirs against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
INTEGER: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
BOOLEAN: Json = {"type": "boolean"}
ANY_CELL: Json = {"type": ["string", "number", "boolean", "null"]}


# ------------------------------------------------------------------------------------- pieces of schemas


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Json) -> Json:
    return {"type": "array", "items": items}


def nullable(schema: Json) -> Json:
    """What a client may also send as null, or leave out."""
    return {**schema, "type": [schema["type"], "null"]}


def one_of(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def described(schema: Json, description: str) -> Json:
    return {**schema, "description": description}


def record(properties: Mapping[str, Json], optional: tuple[str, ...] = (), description: str = "") -> Json:
    """An object that has all of these, but for the optional ones."""
    required = [name for name in properties if name not in optional]
    made: Json = {"type": "object", "properties": dict(properties)}
    if required:
        made["required"] = required
    return described(made, description) if description else made


def request(properties: Mapping[str, Json], required: tuple[str, ...] = (), description: str = "") -> Json:
    """A body: what is not required may be null or left out; what is not named is ignored."""
    made = {
        name: schema if name in required or not isinstance(schema.get("type"), str) else nullable(schema)
        for name, schema in properties.items()
    }
    return record(made, tuple(name for name in properties if name not in required), description)


FIELDS: Json = {
    "type": "object",
    "additionalProperties": {"type": ["string", "integer", "boolean", "null"]},
    "description": "By the names that the kind's `parameters` have.",
}
KEPT_FIELDS: Json = {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}}


def envelope(data: Json) -> Json:
    return record(
        {
            "success": {"const": True},
            "err_code": {"type": "null"},
            "err_msg": {"type": "null"},
            "data": data,
        }
    )


FLAT = {
    "id": described(INTEGER, "Of the datasource that is changed; digits as text are taken, too."),
    "db_type": described(TEXT, "A kind of database, as `datasource-types` lists them."),
    "db_name": described(
        TEXT, "The datasource's name; on create also the database, unless `params` says otherwise."
    ),
    "db_path": described(TEXT, "Of a file: inside the folders that are open for it."),
    "db_host": TEXT,
    "db_port": INTEGER,
    "db_user": TEXT,
    "db_pwd": described(TEXT, "Comes as ******; sent back so, or empty, it stays what it was."),
    "comment": TEXT,
    "type": described(TEXT, "Later versions' db_type."),
    "params": FIELDS,
    "description": described(TEXT, "Later versions' comment."),
}
TABLE_HEAD = {
    "name": TEXT,
    "sql_name": described(TEXT, "As one writes it in a statement."),
    "kind": TEXT,
    "comment": TEXT,
    "rows": {"type": ["integer", "null"]},
}
ANSWER_COLUMNS = array(
    record({"name": TEXT, "type": one_of("integer", "number", "boolean", "time", "text", "other")})
)
MESSAGE = record({"role": TEXT, "content": {}}, ("role", "content"))

SCHEMAS: dict[str, Json] = {
    # ------------------------------------------------------------------------------------- DB-GPT's
    "Failure": record(
        {
            "success": {"const": False},
            "err_code": TEXT,
            "err_msg": described(TEXT, "A sentence; of a field that does not fit its place."),
            "data": {"type": "null"},
        },
        description="Every reply of /api/v2 that is not 2xx.",
    ),
    "DbGptDatasource": record(
        {
            **{name: INTEGER if name in ("id", "db_port") else TEXT for name in FLAT if name != "params"},
            "params": KEPT_FIELDS,
            "gmt_created": TEXT,
            "gmt_modified": TEXT,
        },
        description="Flat as in DB-GPT v0.6, with the later versions' fields. None is ever null.",
    ),
    "DbGptDatasourceBody": request(
        FLAT,
        description="`db_type` and `db_name`, or `type` and `params`; of a file the name may be left out.",
    ),
    "DbGptDatasourceType": record(
        {
            "name": TEXT,
            "label": TEXT,
            "description": TEXT,
            "parameters": array(
                record(
                    {
                        "param_name": TEXT,
                        "param_type": one_of("str", "int", "bool"),
                        "param_class": TEXT,
                        "label": TEXT,
                        "description": TEXT,
                        "required": BOOLEAN,
                        "default_value": ANY_CELL,
                        "valid_values": {"type": ["array", "null"], "items": TEXT},
                        "param_order": INTEGER,
                        "is_array": BOOLEAN,
                        "ext_metadata": {"type": "object", "additionalProperties": TEXT},
                    }
                )
            ),
        }
    ),
    "ChatRequest": request(
        {
            "model": described(TEXT, "Echoed. One that is not here is answered by the translator that is."),
            "messages": {
                "description": "A text, texts, or OpenAI's list; the last of a user is the question.",
                "anyOf": [TEXT, array({"anyOf": [TEXT, MESSAGE]})],
            },
            "chat_mode": described(
                TEXT,
                "`chat_data` (also `chat_with_db_execute`) answers from the rows, `chat_with_db_qa` tells about the"
                " tables, `chat_dashboard` gives up to eight analyses, `chat_normal` (the default) talks about this"
                " program and the tables. Another is refused with the code invalid_chat_mode.",
            ),
            "chat_param": described(TEXT, "The datasource's name; only chat_normal goes without."),
            "stream": BOOLEAN,
            "incremental": described(BOOLEAN, "False: each piece of a stream holds the whole text so far."),
            "conv_uid": described({**TEXT, "maxLength": 256}, "The conversation, for follow-up questions."),
            **{
                name: {"description": "Taken and not used."}
                for name in (
                    "temperature max_new_tokens max_tokens top_p top_k n stop user user_name sys_code span_id"
                    " enable_vis repetition_penalty frequency_penalty presence_penalty"
                ).split()
            },
        },
        ("model", "messages"),
    ),
    "Usage": record(
        {name: {**INTEGER, "minimum": 0} for name in ("prompt_tokens", "completion_tokens", "total_tokens")},
        description="Real counts; 0 where no model was asked.",
    ),
    "Completion": record(
        {
            "id": described(TEXT, "The conversation's conv_uid."),
            "object": {"const": "chat.completion"},
            "created": INTEGER,
            "model": TEXT,
            "choices": array(
                record(
                    {
                        "index": INTEGER,
                        "message": record(
                            {
                                "role": {"const": "assistant"},
                                "content": described(
                                    TEXT, 'Prose, then <chart-view content="{type, sql, data}" />.'
                                ),
                            }
                        ),
                        "finish_reason": one_of("stop"),
                    }
                )
            ),
            "usage": ref("Usage"),
        }
    ),
    "Chunk": record(
        {
            "id": TEXT,
            "object": {"const": "chat.completion.chunk"},
            "created": INTEGER,
            "model": TEXT,
            "choices": array(
                record(
                    {
                        "index": INTEGER,
                        "delta": record(
                            {"role": TEXT, "content": TEXT, "reasoning_content": TEXT}, ("reasoning_content",)
                        ),
                        "finish_reason": {"type": ["string", "null"]},
                    }
                )
            ),
            "usage": ref("Usage"),
        },
        ("usage",),
        "The data of each event of a stream; after the last comes `data: [DONE]`.",
    ),
    # -------------------------------------------------------------------------------- the sidebar's
    "Problem": record(
        {
            "message": described(TEXT, "A sentence for a person."),
            "hint": described(TEXT, "What to try; may be empty."),
            "kind": TEXT,
            "choices": array(ref("Choice")),
        },
        ("choices",),
        "Every reply of /dbchat that is not 2xx.",
    ),
    "Choice": record({"reading": TEXT, "sql": TEXT, "confidence": NUMBER}),
    "Kind": record(
        {
            "name": TEXT,
            "label": TEXT,
            "parameters": array(
                record(
                    {
                        "name": TEXT,
                        "label": TEXT,
                        "type": one_of("string", "integer", "boolean", "path", "folder", "files"),
                        "required": BOOLEAN,
                        "secret": BOOLEAN,
                        "default": ANY_CELL,
                        "description": TEXT,
                        "choices": array(TEXT),
                    }
                )
            ),
        }
    ),
    "Status": record(
        {
            "version": TEXT,
            "translator": TEXT,
            "row_limit": INTEGER,
            "shown_rows": INTEGER,
            "kinds": array(ref("Kind")),
        }
    ),
    "Datasource": record(
        {
            "id": INTEGER,
            "name": TEXT,
            "type": TEXT,
            "params": KEPT_FIELDS,
            "comment": TEXT,
            "builtin": BOOLEAN,
            "last_used": TEXT,
            "tested": TEXT,
            "test_result": TEXT,
            "works": described(
                {"type": ["boolean", "null"]}, "What that test came to; null: there was none."
            ),
        }
    ),
    "DatasourceChange": request(
        {"name": TEXT, "type": TEXT, "params": FIELDS, "comment": TEXT},
        ("type",),
        "A field sent empty is emptied; a secret sent empty or as ****** stays.",
    ),
    "DatasourceTrial": request(
        {
            "id": described(INTEGER, "Of the one that is changed: what is left out of secrets is its."),
            "name": TEXT,
            "type": TEXT,
            "params": FIELDS,
        },
        ("type",),
    ),
    "DatasourceBody": request(
        {"name": TEXT, "type": TEXT, "params": FIELDS, "comment": TEXT}, ("name", "type")
    ),
    "Tested": record(
        {
            "tables": INTEGER,
            "seconds": NUMBER,
            "version": TEXT,
            "latency": NUMBER,
            "read_only": BOOLEAN,
            "can_write": {"type": ["boolean", "null"]},
            "remedy": TEXT,
            "notes": array(TEXT),
        }
    ),
    "Tables": record({"datasource": TEXT, "dialect": TEXT, "tables": array(ref("Table"))}),
    "Table": record(
        {
            **TABLE_HEAD,
            "primary_key": array(TEXT),
            "columns": array(
                record(
                    {
                        "name": TEXT,
                        "sql_name": TEXT,
                        "type": TEXT,
                        "nullable": BOOLEAN,
                        "comment": TEXT,
                        "key": BOOLEAN,
                        "references": {"anyOf": [record({"table": TEXT, "column": TEXT}), {"type": "null"}]},
                    }
                )
            ),
        }
    ),
    "TablesPage": record(
        {
            "datasource": TEXT,
            "dialect": TEXT,
            "total": INTEGER,
            "found": described(INTEGER, "Of all pages."),
            "offset": INTEGER,
            "tables": array(
                record(
                    {
                        **TABLE_HEAD,
                        "column_count": INTEGER,
                        "matches": described(array(TEXT), "Columns that the words were found in."),
                    }
                )
            ),
        }
    ),
    "FirstRows": record(
        {
            "datasource": TEXT,
            "table": TEXT,
            "sql": TEXT,
            "columns": ANSWER_COLUMNS,
            "rows": array(array(ANY_CELL)),
            "truncated": BOOLEAN,
            "seconds": NUMBER,
        }
    ),
    "Changes": record(
        {"datasources": INTEGER, "history": INTEGER, "verified": INTEGER},
        description="How often each was changed, by whichever kernel or server.",
    ),
    "History": record(
        {
            "entries": array(
                record(
                    {
                        "id": INTEGER,
                        "asked": TEXT,
                        "datasource": TEXT,
                        "question": TEXT,
                        "sql": TEXT,
                        "translator": TEXT,
                        "outcome": described(TEXT, '"answered", or the kind of the error.'),
                        "rows": {"type": ["integer", "null"]},
                        "seconds": {"type": ["number", "null"]},
                        "prompt_tokens": INTEGER,
                        "completion_tokens": INTEGER,
                        "cost": {"type": ["number", "null"]},
                    }
                )
            ),
            "next": described(
                {"type": ["integer", "null"]}, "`before` of the next page; null: that was all."
            ),
        }
    ),
    "Verified": record(
        {
            "id": INTEGER,
            "question": TEXT,
            "sql": TEXT,
            "saved": TEXT,
            "fault": described(TEXT, "Why it no longer runs, hence is not used; empty: it does."),
        }
    ),
    "VerifiedList": record({"datasource": TEXT, "verified": array(ref("Verified"))}),
    "VerifiedBody": request({"question": TEXT, "sql": TEXT, "datasource": TEXT}, ("question", "sql")),
    "VerifiedChange": request({"question": TEXT, "sql": TEXT, "datasource": TEXT}),
    "Models": record(
        {
            "configured": described(TEXT, 'The model\'s name, or "offline".'),
            "address": described(TEXT, "Where it is asked; empty: by its name."),
            "models": described(
                array(record({"name": TEXT, "server": TEXT, "address": TEXT, "note": TEXT})),
                "Those found; empty unless they were looked for.",
            ),
        }
    ),
    "AskBody": request(
        {
            "question": described(TEXT, "At most 2,000 characters."),
            "sql": described(TEXT, "Run this instead of translating the question: a choice that was taken."),
            "datasource": described(
                TEXT, "A name; without one it is the configured, the only one, or the demo."
            ),
            "history": array(record({"question": TEXT, "sql": TEXT})),
            "rows": {**INTEGER, "minimum": 0},
            "chart": TEXT,
            "model": described(TEXT, '"offline", the configured one, or one that `models` lists.'),
        },
        ("question",),
    ),
    "Answer": record(
        {
            "question": TEXT,
            "datasource": TEXT,
            "reading": TEXT,
            "sql": TEXT,
            "columns": ANSWER_COLUMNS,
            "rows": array(array(ANY_CELL)),
            "row_count": INTEGER,
            "truncated": BOOLEAN,
            "vegalite": {"type": ["object", "null"]},
            "notes": array(TEXT),
            "ignored": array(TEXT),
            "confidence": {**NUMBER, "minimum": 0, "maximum": 1},
            "choices": array(ref("Choice")),
            "seconds": NUMBER,
            "verified": described(BOOLEAN, "A person has verified this SQL as the answer."),
            "follows": described(BOOLEAN, "The question is understood only after those of `history`."),
            "usage": ref("ModelUsage"),
        },
        ("choices", "usage"),
    ),
    "ModelUsage": record(
        {
            "prompt_tokens": INTEGER,
            "completion_tokens": INTEGER,
            "calls": described(INTEGER, "How often a model was asked."),
            "cost": {"type": ["number", "null"], "description": "US dollars; null: the price is not known."},
        },
        description="What models took; absent where none was asked.",
    ),
}


# ------------------------------------------------------------------------------------------- operations

STATUSES = {
    400: "The request does not fit, or the datasource cannot be opened",
    401: "No key, or a wrong one",
    403: "Not allowed",
    404: "There is none",
    405: "Not this method",
    409: "Several readings are about as likely: take one of the choices",
    413: "The body is over 1 MB",
    415: "The body is not JSON",
    422: "Not understood, refused by the guard, or failed in the database",
    429: "As much is being done as may: come again",
    499: "It was stopped",
    500: "A mistake of ours",
    502: "The model gave no usable answer",
    503: "The model wants to be left alone for a while",
    504: "It ran longer than allowed",
}
ALWAYS = (401, 403, 405, 500)
WITH_BODY = (400, 413, 415)
WITH_WORK = (400, 429, 499)
WITH_SCHEMA = (404, 422, 504, *WITH_WORK)
WITH_ANSWER = (409, 422, 502, 503, 504)


def answers(data: Json, status: int = 200, **more: Json) -> Json:
    """The reply where all is well, by its types of content."""
    content = {"application/json": {"schema": data}, **more}
    return {str(status): {"description": "OK", "content": content}}


def operation(
    id: str,
    summary: str,
    replies: Json,
    *failures: int,
    failure: str = "Problem",
    body: str = "",
    parameters: tuple[Json, ...] = (),
    optional_body: bool = False,
) -> Json:
    """One method of one path; `failures` beside those that every one may have."""
    expected = sorted({*ALWAYS, *failures, *(WITH_BODY if body else ())})
    described_failures = {
        str(status): {
            "description": STATUSES[status],
            "content": {"application/json": {"schema": ref(failure)}},
            **({"headers": {"Retry-After": {"schema": INTEGER}}} if status in (429, 503) else {}),
        }
        for status in expected
    }
    made: Json = {"operationId": id, "summary": summary, "responses": {**replies, **described_failures}}
    if parameters:
        made["parameters"] = list(parameters)
    if body:
        content = {"application/json": {"schema": ref(body)}}
        made["requestBody"] = {"required": not optional_body, "content": content}
    return made


def events(description: str) -> Json:
    """Without a type: OpenAPI 3.1 has none for a row of events, and tools disagree on which it should be."""
    return {"text/event-stream": {"schema": {"description": description}}}


ID: Json = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {**INTEGER, "minimum": 0, "maximum": 10**18 - 1},
}


def query(name: str, description: str, schema: Json = TEXT) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": description}


NUMBER_IN_QUERY: Json = {**INTEGER, "minimum": 0}
DATASOURCE = query("datasource", "Its name; without one it is the configured, the only one, or the demo")
TABLE: Json = {**query("name", "The table's, as `tables` has it"), "required": True}


ONE = envelope(ref("DbGptDatasource"))
TRUE = envelope({"const": True})

PATHS: Json = {
    "/api/v2/chat/completions": {
        "post": operation(
            "chat",
            "Ask; with `stream` the reply comes in pieces",
            answers(ref("Completion"), **events("`data:` lines with a Chunk each, the last `data: [DONE]`")),
            400,
            429,
            499,
            failure="Failure",
            body="ChatRequest",
        )
    },
    "/api/v2/serve/datasources": {
        "get": operation(
            "listDatasources",
            "Those that are kept",
            answers(envelope(array(ref("DbGptDatasource")))),
            failure="Failure",
            parameters=(query("db_type", "Only those of this kind"),),
        ),
        "post": operation(
            "createDatasource", "Keep one", answers(ONE), failure="Failure", body="DbGptDatasourceBody"
        ),
        "put": operation(
            "updateDatasource",
            "Change the one of this id, else of this name",
            answers(ONE),
            failure="Failure",
            body="DbGptDatasourceBody",
        ),
    },
    "/api/v2/serve/datasources/{id}": {
        "get": operation(
            "getDatasource", "One of them", answers(ONE), 404, failure="Failure", parameters=(ID,)
        ),
        "delete": operation(
            "deleteDatasource",
            "Forget it; its data stay",
            answers(ONE),
            404,
            failure="Failure",
            parameters=(ID,),
        ),
    },
    "/api/v2/serve/datasources/{id}/refresh": {
        "post": operation(
            "refreshDatasource",
            "Read its tables anew",
            answers(TRUE),
            404,
            *WITH_WORK,
            failure="Failure",
            parameters=(ID,),
        )
    },
    "/api/v2/serve/datasources/test-connection": {
        "post": operation(
            "testConnection",
            "Whether it can be opened; nothing is kept",
            answers(TRUE),
            *WITH_WORK,
            failure="Failure",
            body="DbGptDatasourceBody",
        )
    },
    "/api/v2/serve/datasource-types": {
        "get": operation(
            "listDatasourceTypes",
            "Kinds of databases and their fields",
            answers(envelope(record({"types": array(ref("DbGptDatasourceType"))}))),
            failure="Failure",
        )
    },
    "/api/v2/serve/health": {
        "get": operation(
            "health",
            "Whether it answers",
            answers(envelope(record({"status": {"const": "ok"}}))),
            failure="Failure",
        )
    },
    "/dbchat/status": {
        "get": operation("status", "Version, limits and kinds of databases", answers(ref("Status")))
    },
    "/dbchat/datasources": {
        "get": operation(
            "datasources",
            "Those that are kept, and the demo",
            answers(record({"datasources": array(ref("Datasource"))})),
        ),
        "post": operation(
            "addDatasource", "Keep one", answers(ref("Datasource"), 201), body="DatasourceBody"
        ),
    },
    "/dbchat/datasources/{id}": {
        "put": operation(
            "changeDatasource",
            "Change it",
            answers(ref("Datasource")),
            404,
            body="DatasourceChange",
            parameters=(ID,),
        ),
        "delete": operation(
            "removeDatasource", "Forget it", answers(ref("Datasource")), 400, 404, parameters=(ID,)
        ),
    },
    "/dbchat/datasources/{id}/test": {
        "post": operation(
            "testDatasource",
            "Open it, read its tables, and say who could write",
            answers(ref("Tested")),
            404,
            422,
            504,
            *WITH_WORK,
            parameters=(ID,),
        )
    },
    "/dbchat/datasources/test": {
        "post": operation(
            "tryDatasource",
            "The same for one that is not kept, or not so; nothing is kept",
            answers(ref("Tested")),
            422,
            504,
            *WITH_WORK,
            body="DatasourceTrial",
        )
    },
    "/dbchat/tables": {
        "get": operation(
            "tables",
            "Names of tables, by pages",
            answers(ref("TablesPage")),
            *WITH_SCHEMA,
            parameters=(
                DATASOURCE,
                query("search", "Words in the names of tables, or of their columns"),
                query("offset", "How many come before the page; 0", NUMBER_IN_QUERY),
                query("limit", "How many there are on the page, at most 1000; 200", NUMBER_IN_QUERY),
                query("refresh", "1: read anew"),
            ),
        )
    },
    "/dbchat/table": {
        "get": operation(
            "table",
            "One table with its columns",
            answers(ref("Table")),
            *WITH_SCHEMA,
            parameters=(DATASOURCE, TABLE),
        )
    },
    "/dbchat/table/rows": {
        "get": operation(
            "firstRows",
            "Some rows of a table",
            answers(ref("FirstRows")),
            *WITH_SCHEMA,
            parameters=(DATASOURCE, TABLE, query("limit", "At most 1000; 20", NUMBER_IN_QUERY)),
        )
    },
    "/dbchat/questions": {
        "get": operation(
            "questions",
            "Questions that one could ask, the most telling first",
            answers(record({"questions": array(TEXT)})),
            *WITH_SCHEMA,
            parameters=(DATASOURCE, query("table", "Only about this table")),
        )
    },
    "/dbchat/changes": {
        "get": operation(
            "changes", "What is new, for whoever asks every second", answers(ref("Changes")), 400
        )
    },
    "/dbchat/history": {
        "get": operation(
            "history",
            "What was asked, newest first",
            answers(ref("History")),
            400,
            parameters=(
                query("datasource", "Only what was asked of this one"),
                query("before", "Only what is older than this entry", NUMBER_IN_QUERY),
                query("limit", "At most 500; 50", NUMBER_IN_QUERY),
            ),
        )
    },
    "/dbchat/verified": {
        "get": operation(
            "verified",
            "Verified answers, newest first",
            answers(ref("VerifiedList")),
            400,
            404,
            parameters=(DATASOURCE,),
        ),
        "post": operation(
            "verify",
            "Keep SQL as the answer to a question, once it has run",
            answers(ref("Verified"), 201),
            404,
            422,
            504,
            *WITH_WORK,
            body="VerifiedBody",
        ),
    },
    "/dbchat/verified/{id}": {
        "put": operation(
            "changeVerified",
            "Change one; SQL that does not run is kept with its fault",
            answers(ref("Verified")),
            404,
            422,
            504,
            *WITH_WORK,
            body="VerifiedChange",
            parameters=(ID,),
        ),
        "delete": operation(
            "removeVerified",
            "Forget one",
            answers(ref("Verified")),
            400,
            404,
            parameters=(ID, DATASOURCE),
        ),
    },
    "/dbchat/verified/check": {
        "post": operation(
            "checkVerified",
            "Run each of them, and say which fail",
            answers(ref("VerifiedList")),
            404,
            422,
            504,
            *WITH_WORK,
            parameters=(DATASOURCE,),
        )
    },
    "/dbchat/models": {
        "get": operation(
            "models",
            "Who answers, and whom else one could ask",
            answers(ref("Models")),
            502,
            503,
            *WITH_WORK,
            parameters=(query("discover", "1: look for models, which takes seconds"),),
        )
    },
    "/dbchat/schema": {
        "get": operation(
            "schema",
            "Tables and columns",
            answers(ref("Tables")),
            404,
            422,
            504,
            *WITH_WORK,
            parameters=(query("datasource", "Its name"), query("refresh", "1: read anew")),
        )
    },
    "/dbchat/ask": {
        "post": operation(
            "ask",
            "Ask; with Accept: text/event-stream the steps on the way come as events",
            answers(
                ref("Answer"),
                **events("`step` and `wrote` events, then `answer` (an Answer) or `error` (a Problem)"),
            ),
            404,
            *WITH_WORK,
            *WITH_ANSWER,
            body="AskBody",
        )
    },
    "/dbchat/openapi.json": {"get": operation("openapi", "This document", answers({"type": "object"}))},
    "/dbchat/docs": {
        "get": operation(
            "docs",
            "This document as a page",
            {"200": {"description": "OK", "content": {"text/html": {"schema": TEXT}}}},
        )
    },
    "/dbchat/metrics": {
        "get": operation(
            "metrics",
            "Figures for Prometheus",
            {"200": {"description": "OK", "content": {"text/plain": {"schema": TEXT}}}},
            404,
        )
    },
}


def document(version: str, base_url: str) -> Json:
    """The document of a server whose routes begin at `base_url`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dbchat_magic",
            "version": version,
            "summary": "Ask a database in plain words.",
            "description": "`/api/v2` is what DB-GPT's client speaks; `/dbchat` is JupyterLab's sidebar's.",
        },
        "servers": [{"url": base_url.rstrip("/") or "/"}],
        "security": [{"key": []}],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of DBCHAT_SERVER_KEY, or the Jupyter server's token.",
                }
            },
        },
    }
