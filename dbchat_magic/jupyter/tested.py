"""Tested: a datasource is tried, and what came of it is kept with it. For every front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbchat_magic.errors import DbChatError

if TYPE_CHECKING:
    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.inspect import Tested


def try_datasource(chat: Chat, source: Datasource) -> Tested:
    """What the test finds; raises DatasourceError, QueryFailed. Either is remembered where the source is kept."""
    from dbchat_magic.rendering.text import works_text

    try:
        tested = chat.test(source)
    except DbChatError as error:
        remember(chat, source, error.message, works=False)
        raise
    remember(chat, source, works_text(tested), works=True)
    return tested


def remember(chat: Chat, source: Datasource, result: str, *, works: bool) -> None:
    if source.id:
        chat.datasources.remember_test(source.id, result, works=works)
