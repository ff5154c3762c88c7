"""Tested: a datasource is tried, and what came of it is kept with it. For every front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import counted, phrase

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


def is_working(source: Datasource) -> bool:
    """Whether its last test went well."""
    return bool(source.tested and source.works)


def state_of(source: Datasource) -> str:
    """What is known of whether it works, in a few words."""
    if not source.tested:
        return phrase("never tested")
    when = source.tested[:16].replace("T", " ")
    if is_working(source):
        return phrase("works (tested {when} UTC)", when=when)
    return phrase("fails (tested {when} UTC)", when=when)


def works_words(tested: Tested) -> str:
    """In a sentence, in the person's language: that a datasource works."""
    from dbchat_magic.rendering.cells import plain

    said = phrase(
        "{name} works ({version}): {tables}, read in {milliseconds} ms.",
        name=tested.datasource,
        version=tested.version or "?",
        tables=counted("{count} table", "{count} tables", tested.tables),
        milliseconds=f"{1000 * tested.seconds:,.0f}",
    )
    return plain(said)
