"""Metrics: what Prometheus asks for; nothing is counted where its client library is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbchat_magic.jupyter.server.failures import Refused

if TYPE_CHECKING:
    from dbchat_magic.jupyter.server.api import Api

try:
    import prometheus_client as prometheus
except ImportError:  # jupyter_server brings it today, and need not tomorrow
    prometheus = None  # type: ignore[assignment]

if prometheus is not None:
    # In the registry that jupyter_server shows under its own /metrics.
    _requests = prometheus.Counter("dbchat_requests", "Requests answered", ["route", "method", "status"])
    _seconds = prometheus.Histogram(
        "dbchat_request_seconds", "What an answer took, from its request to its last byte", ["route"]
    )
    _in_flight = prometheus.Gauge("dbchat_requests_in_flight", "Requests that are not answered yet")
    _questions = prometheus.Gauge("dbchat_questions", "Questions being answered or waiting for their turn")
    _streams = prometheus.Gauge("dbchat_streams", "Answers being sent as events")


def watch(api: Api) -> None:
    """From now on tell how much this one is doing."""
    if prometheus is not None:
        _in_flight.set_function(lambda: len(api.in_flight))
        _questions.set_function(lambda: api.threads.questions)
        _streams.set_function(lambda: api.threads.streams)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """`route` and `method` are among a few: a series is kept for each."""
    if prometheus is not None:
        _requests.labels(route, method, str(status)).inc()
        _seconds.labels(route).observe(seconds)


def show() -> tuple[bytes, str]:
    """All figures, and the type of that text; raises Refused (404) without the library."""
    if prometheus is None:
        raise Refused(
            404,
            "Metrics need the package prometheus_client.",
            "Install it: pip install 'dbchat_magic[server]'.",
        )
    return prometheus.generate_latest(), prometheus.CONTENT_TYPE_LATEST
