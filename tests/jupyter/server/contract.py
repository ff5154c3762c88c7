"""The OpenAPI document held against replies: each has a status, a type and a shape that it names, and no field more."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from dbchat_magic.jupyter.server.openapi import document

DOCUMENT = document("0", "/")
ANYWHERE = {404, 405}
"""Statuses of addresses and methods that are none of the document's."""


def check_reply(method: str, path: str, status: int, kind: str, text: str) -> None:
    """Raises AssertionError where the document does not know this reply of ours."""
    path = path.partition("?")[0]
    found = find_operation(method, path)
    if method == "HEAD" or not path.startswith(("/api/v2", "/dbchat")):
        return
    if found is None:
        assert status in ANYWHERE | {401, 403, 413}, (method, path, status)
        family = "Failure" if path.startswith("/api/v2") else "Problem"
        check_value({"$ref": f"#/components/schemas/{family}"}, json.loads(text), path)
        return
    assert str(status) in found["responses"], (method, path, status, text)
    contents = found["responses"][str(status)]["content"]
    media = kind.partition(";")[0]
    assert media in contents, (method, path, status, kind)
    if media == "application/json":
        check_value(contents[media]["schema"], json.loads(text), path)
    elif media == "text/event-stream":
        check_events(path, text)


def check_events(path: str, text: str) -> None:
    """Every event whole; DB-GPT's are Chunks."""
    if not path.startswith("/api/v2"):
        return
    for event in text.split("\n\n"):
        if event and event != "data: [DONE]":
            check_value(
                {"$ref": "#/components/schemas/Chunk"}, json.loads(event.removeprefix("data: ")), path
            )


def check_value(schema: Any, value: Any, path: str) -> None:
    faults = [
        f"{fault.json_path}: {fault.message[:300]}"
        for fault in validator(json.dumps(schema)).iter_errors(value)
    ]
    assert not faults, (path, faults)


@cache
def validator(schema: str) -> Draft202012Validator:
    whole = closed({**json.loads(schema), "components": DOCUMENT["components"]})
    return Draft202012Validator(whole)


def closed(schema: Any) -> Any:
    """The schema with objects that have no properties but those named."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


def find_operation(method: str, path: str) -> Any:
    for template, methods in DOCUMENT["paths"].items():
        pattern = template.replace("{id}", r"\d{1,18}").replace(".", r"\.")
        if method.lower() in methods and re.fullmatch(pattern, path):
            return methods[method.lower()]
    return None
