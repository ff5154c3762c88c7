"""The OpenAPI document names every route, and the page that shows it loads nothing. (That replies are as it says,
`Site.ask` holds for every test.)"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from jsonschema import Draft202012Validator

from dbchat_magic.jupyter.server.handlers import LABELS, ROUTES, Handler
from tests.jupyter.server.conftest import Site
from tests.jupyter.server.contract import DOCUMENT, check_reply

VERBS = ("get", "post", "put", "delete", "patch")


def test_every_route_and_method_is_in_the_document_and_no_other():
    served = {
        (LABELS[handler], verb)
        for _, handler in ROUTES
        for verb in VERBS
        if getattr(handler, verb) is not getattr(Handler, verb) and not LABELS[handler].endswith("…")
    }
    assert served == {(path, verb) for path, verbs in DOCUMENT["paths"].items() for verb in verbs}


def test_it_is_served_with_the_server_s_own_address(site: Site):
    served = site.ask("GET", "/dbchat/openapi.json").json
    assert served["openapi"] == "3.1.0"
    assert served["servers"] == [{"url": site.base_url or "/"}]
    assert served["paths"] == DOCUMENT["paths"]


def test_its_schemas_are_schemas_and_its_references_lead_somewhere():
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    named = set(re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT)))
    assert named == set(DOCUMENT["components"]["schemas"]) - {"Chunk"}
    ids = [operation["operationId"] for verbs in DOCUMENT["paths"].values() for operation in verbs.values()]
    assert len(ids) == len(set(ids))


def test_a_reply_that_the_document_does_not_know_is_noticed():
    for status, text in ((200, '{"version": "1"}'), (418, "{}"), (200, '{"success": true}')):
        try:
            check_reply("GET", "/dbchat/status", status, "application/json", text)
        except AssertionError:
            continue
        raise AssertionError(text)


class Loads(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "object", "embed", "form", "base"):
            self.found.append(tag)
        self.found += [name for name, value in attrs if name in ("src", "style") or name.startswith("on")]
        self.found += [
            str(value) for name, value in attrs if name == "href" and not str(value).startswith("#")
        ]


def test_the_page_shows_every_route_and_loads_nothing(site: Site):
    reply = site.ask("GET", "/dbchat/docs")
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    for path in DOCUMENT["paths"]:
        assert f"<code>{path}</code>" in reply.text
    loads = Loads()
    loads.feed(reply.text)
    assert loads.found == []
    assert "://" not in reply.text


def test_metrics_are_shown_to_those_who_may(site: Site):
    site.ask("GET", "/dbchat/status")
    figures = site.ask("GET", "/dbchat/metrics")
    assert figures.headers["Content-Type"].startswith("text/plain")
    assert re.search(
        r'dbchat_requests_total\{method="GET",route="/dbchat/status",status="200"\} [1-9]', figures.text
    )
    assert 'dbchat_request_seconds_bucket{le="+Inf",route="/dbchat/status"}' in figures.text
    assert "dbchat_questions " in figures.text
    where_prometheus_looks = site.ask("GET", "/metrics")
    assert "dbchat_requests_total" in where_prometheus_looks.text
    assert site.ask("GET", "/metrics", key="wrong").status in (302, 401, 403)


def test_figures_hold_nothing_that_a_client_made_up(alone: Site):
    alone.ask("GET", "/dbchat/CANARY-in-a-path?x=CANARY-in-a-query")
    alone.ask("GET", "/api/v2/CANARY-in-a-path")
    figures = alone.ask("GET", "/metrics").text
    assert "CANARY" not in figures
    assert 'route="/dbchat/…"' in figures
