"""Pages: the OpenAPI document for people, as one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

import json
from html import escape
from typing import Any

Json = dict[str, Any]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
h2 { margin-top: 2rem; border-bottom: 1px solid } summary { cursor: pointer; padding: .3rem 0 }
code, pre { font-family: ui-monospace, monospace } pre { overflow: auto; padding: .6rem; border: 1px solid }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700 } table { border-collapse: collapse }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
"""


def write_page(document: Json) -> str:
    """The whole page; everything in it is text of the document's, escaped."""
    info = document["info"]
    paths = "".join(
        write_operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    schemas = "".join(
        write_schema(name, schema) for name, schema in document["components"]["schemas"].items()
    )
    title = escape(f"{info['title']} {info['version']}")
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>{escape(info['summary'])} {mark(info['description'])}</p>"
        f"<p>Below <code>{escape(document['servers'][0]['url'])}</code>, with the header"
        " <code>Authorization: Bearer KEY</code>. The same as JSON: <code>/dbchat/openapi.json</code>.</p>"
        f"<h2>Routes</h2>{paths}<h2>Shapes</h2>{schemas}</body></html>\n"
    )


def write_operation(path: str, method: str, operation: Json) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parts = [f"<p>Body: {name_of(body)}</p>"] if body else []
    parts += [
        f"<p><code>{escape(each['name'])}</code> in the {each['in']}. {escape(each.get('description', ''))}</p>"
        for each in operation.get("parameters", ())
    ]
    rows = "".join(write_reply(status, reply) for status, reply in operation["responses"].items())
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="method">{method.upper()}</span>'
        f"<code>{escape(path)}</code> {mark(operation['summary'])}</summary>{''.join(parts)}"
        f"<table>{rows}</table></details>"
    )


def write_reply(status: str, reply: Json) -> str:
    shapes = "; ".join(
        f"{escape(kind)}: {name_of(content['schema'])}" for kind, content in reply["content"].items()
    )
    return f"<tr><td>{escape(status)}</td><td>{escape(reply['description'])}</td><td>{shapes}</td></tr>"


def name_of(schema: Json) -> str:
    """A schema's name with a link to it, or what it is."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    if "description" in schema:
        return mark(schema["description"])
    found = [name_of(part) for part in schema.get("properties", {}).values() if "$ref" in json.dumps(part)]
    if schema.get("type") == "array":
        return f"list of {name_of(schema['items'])}"
    return f"object with {', '.join(found)}" if found else escape(str(schema.get("type", "a constant")))


def write_schema(name: str, schema: Json) -> str:
    text = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    told = f"<p>{mark(schema['description'])}</p>" if "description" in schema else ""
    return (
        f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"{told}<pre>{text}</pre></details>"
    )


def mark(text: str) -> str:
    """Escaped, with `code` as such.

    >>> mark("`a` < b")
    '<code>a</code> &lt; b'
    """
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
