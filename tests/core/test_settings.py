"""Settings come from the environment, with a clear word where one does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbchat_magic.core.settings import read_settings
from dbchat_magic.errors import DbChatError


def test_defaults(home: Path) -> None:
    settings = read_settings()
    assert (settings.home, settings.row_limit, settings.timeout, settings.confidence) == (
        home,
        10_000,
        60,
        0.5,
    )
    assert settings.model is None
    assert settings.datasource is None


def test_the_environment_is_read() -> None:
    settings = read_settings(
        {"DBCHAT_HOME": "/x", "DBCHAT_ROW_LIMIT": "5", "DBCHAT_SAMPLES": "OFF", "DBCHAT_DATASOURCE": "a"}
    )
    assert (settings.home, settings.row_limit, settings.samples, settings.datasource) == (
        Path("/x"),
        5,
        "off",
        "a",
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DBCHAT_ROW_LIMIT", "many"),
        ("DBCHAT_ROW_LIMIT", "0"),
        ("DBCHAT_TIMEOUT", "-1"),
        ("DBCHAT_TIMEOUT", "nan"),
        ("DBCHAT_CONFIDENCE", "2"),
        ("DBCHAT_SAMPLES", "all"),
        ("DBCHAT_DECIMALS", "money"),
    ],
)
def test_what_does_not_fit_is_named(name: str, text: str) -> None:
    with pytest.raises(DbChatError, match=name):
        read_settings({name: text})
