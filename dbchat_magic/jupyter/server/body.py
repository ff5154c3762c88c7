"""Body: the JSON of a request, or a Refused that says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from dbchat_magic.jupyter.server.failures import BadField, Refused

LARGEST_BODY = 1_000_000
"""Bytes."""
LARGEST_INTEGER = 2**63 - 1


def read_object(raw: bytes, content_type: str) -> dict[str, Any]:
    """The body as an object; raises Refused (400, 413, 415)."""
    if len(raw) > LARGEST_BODY:
        raise Refused(413)
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refused(415)
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=refuse_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # halves of characters fail here
    except json.JSONDecodeError as error:
        raise BadField(str(error.pos), "JSON decode error") from None
    except (ValueError, RecursionError):  # not UTF-8, NaN, too many digits, too deep
        raise BadField("", "There was an error parsing the body") from None
    if not isinstance(value, dict):
        raise BadField("", "Input should be a valid dictionary")
    return value


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_text(body: Mapping[str, Any], field: str, longest: int = 10_000) -> str | None:
    """A text, or None where there is none."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadField(field, "Input should be a valid string")
    if len(value) > longest:
        raise BadField(field, f"String should have at most {longest} characters")
    return value


def need_text(body: Mapping[str, Any], field: str, longest: int = 10_000) -> str:
    value = read_text(body, field, longest)
    if value is None:
        raise BadField(field, "Field required")
    return value


def read_integer(body: Mapping[str, Any], field: str) -> int | None:
    """A whole number, which may come as digits."""
    value = body.get(field)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_INTEGER:
        raise BadField(field, "Input should be a valid integer")
    return value


def read_boolean(body: Mapping[str, Any], field: str, default: bool) -> bool:
    value = body.get(field)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise BadField(field, "Input should be a valid boolean")
    return value


def read_fields(body: Mapping[str, Any], field: str) -> dict[str, str | int] | None:
    """An object of texts, whole numbers and booleans; what is null in it is left out."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadField(field, "Input should be a valid dictionary")
    fields: dict[str, str | int] = {}
    for name, part in value.items():
        if part is None:
            continue
        if not isinstance(part, str | int) or len(str(part)) > 10_000:
            raise BadField(f"{field}.{name}", "Input should be a valid string")
        fields[name] = part
    return fields
