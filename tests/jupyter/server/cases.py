"""Requests made up from the OpenAPI document, right ones and wrong ones, and what their replies must be."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from tests.jupyter.server.conftest import KEY, Site
from tests.jupyter.server.contract import DOCUMENT, check_reply

MODES = schemathesis.GenerationMode
REAL: dict[str, list[Any]] = {
    "id": [0, 1, 2, 3],
    "db_type": ["sqlite", "duckdb", "files", "frame"],
    "type": ["sqlite", "duckdb", "files", "frame"],
    "db_name": ["shop", "SHOP", "demo"],
    "name": ["shop", "other"],
    "db_path": ["shop.sqlite", "../shop.sqlite", "*.csv"],
    "params": [{"path": "shop.sqlite"}, {"path": None}, {"database": "x"}],
    "model": ["offline"],
    "messages": ["how many customers are there?", ["describe orders"], [{"role": "user", "content": "x"}]],
    "chat_mode": ["chat_data", "chat_normal", "chat_with_db_qa", "chat_dashboard"],
    "chat_param": ["demo", "shop"],
    "question": ["how many orders per country?", "zorgle"],
    "datasource": ["demo", "shop"],
    "sql": ["SELECT 1", "DROP TABLE orders", "SELECT * FROM nowhere"],
}
"""Values with which a request comes further than with made up ones."""

load_all_checks()
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
HELD = [check for check in CHECKS.get_all() if check.__name__ in NAMES]
assert len(HELD) == len(NAMES)


def operations() -> list[Any]:
    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    return [found.ok() for found in schema.get_all_operations()]


def body_of(operation: Any) -> str:
    """The name of its body's schema; empty where it takes none."""
    found = DOCUMENT["paths"][operation.path][operation.method]
    schema = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def try_operation(operation: Any, site: Site, examples: int, *, derandomize: bool) -> None:
    """So many requests; raises what Schemathesis and our own contract find wrong in a reply."""
    known = DOCUMENT["components"]["schemas"][body_of(operation)]["properties"] if body_of(operation) else {}

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=derandomize,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=MODES.POSITIVE),
            operation.as_strategy(generation_mode=MODES.NEGATIVE),
        ),
        real=st.fixed_dictionaries(
            {}, optional={name: st.sampled_from(values) for name, values in REAL.items()}
        ),
    )
    def attempt(case: Any, real: dict[str, Any]) -> None:
        if isinstance(case.body, dict):
            case.body = case.body | {name: value for name, value in real.items() if name in known}
        if "id" in real and "id" in case.path_parameters:
            case.path_parameters["id"] = real["id"]
        url = f"http://127.0.0.1:{site.port}{site.base_url}"
        reply = case.call(base_url=url, headers={"Authorization": f"Bearer {KEY}"})
        case.validate_response(reply, checks=HELD)
        kind = reply.headers.get("content-type", [""])[0]
        check_reply(case.method, operation.path.replace("{id}", "1"), reply.status_code, kind, reply.text)

    attempt()
