"""Talks: what is said to a question in each of DB-GPT's chat modes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbchat_magic.core.about import listed, tell_about, words_of
from dbchat_magic.core.course import Course
from dbchat_magic.core.datasources import DEMO, Datasource
from dbchat_magic.core.overview import choose_questions
from dbchat_magic.errors import Ambiguous, NotUnderstood, QueryCancelled, QueryFailed, SqlRejected
from dbchat_magic.jupyter.server import wire
from dbchat_magic.jupyter.server.conversations import Conversations

if TYPE_CHECKING:
    from dbchat_magic.core.ask import Answer, DbChat
    from dbchat_magic.core.schema import Schema

OFFLINE = "offline"
FEWEST, MOST = 4, 8
"""Analyses in a dashboard."""
DASHBOARD_ROWS = 200
"""Rows that one analysis shows at most: more is no overview."""
SURE = 0.7
"""The confidence that an analysis must have: nobody has asked for it in these words."""


@dataclass(frozen=True)
class Talk:
    """A question in a conversation, and everything its reply depends on."""

    chat: DbChat
    request: wire.ChatRequest
    source: Datasource | None
    """None: none was named, which only chat_normal allows."""
    conversation: str
    conversations: Conversations
    course: Course


def reply_to(talk: Talk) -> wire.Reply:
    """What is said. Raises DatasourceError and ModelError: those are no part of a conversation."""
    return MODES[talk.request.mode](talk)


def read_schema(talk: Talk) -> Schema:
    with talk.course.waiting():
        return talk.chat.schema(talk.source)


# ------------------------------------------------------------------------------------------- chat_data


def talk_data(talk: Talk) -> wire.Reply:
    """An answer with its rows, or why there is none."""
    assert talk.source is not None
    model, notes = choose_model(talk.request.model, talk.chat.settings.model)
    try:
        answer = ask_data(talk, model)
    except NotUnderstood as error:
        return wire.declined_reply(error)
    except (SqlRejected, QueryFailed) as error:
        return wire.failed_reply(error)
    talk.conversations.add(talk.conversation, talk.source.name, answer.question, answer.sql)
    return wire.answer_reply(answer, notes)


LIMITED = re.compile(r"(?P<question>.*\S)[\s,;]+limit\s+(?P<rows>\d{1,6})\W*", re.IGNORECASE | re.DOTALL)


def ask_data(talk: Talk, model: str | None) -> Answer:
    """The answer. A "limit 5" at the end, as DB-GPT's own example says it, is how many rows are fetched, where the
    translator makes nothing of it. Raises what `DbChat.ask` raises."""
    assert talk.source is not None
    history = talk.conversations.history(talk.conversation, talk.source.name)
    ask = functools.partial(
        talk.chat.ask, datasource=talk.source, model=model, history=history, course=talk.course
    )
    try:
        return ask(talk.request.question)
    except Ambiguous:
        raise
    except NotUnderstood:
        limited = LIMITED.fullmatch(talk.request.question)
        if limited is None:
            raise
        return ask(limited["question"], rows=int(limited["rows"]))


def choose_model(wanted: str, configured: str | None) -> tuple[str | None, tuple[str, ...]]:
    """What DbChat is asked for when a client names a model, and a note where that is another one.

    >>> choose_model("offline", None), choose_model("chatgpt_proxyllm", None)
    (('offline', ()), (None, ('There is no model chatgpt_proxyllm here: offline answers.',)))
    """
    if wanted == OFFLINE:
        return OFFLINE, ()
    if wanted == configured:
        return None, ()
    return None, (f"There is no model {wanted[:80]} here: {configured or OFFLINE} answers.",)


# ------------------------------------------------------------------------------------- chat_with_db_qa


def talk_schema(talk: Talk) -> wire.Reply:
    """About the tables, from the catalogue."""
    schema = read_schema(talk)
    told = tell_about(talk.request.question, schema)
    if told is not None:
        return wire.plain_reply(told)
    tables = listed("It has these tables:", [table.name for table in schema.tables], "It has no tables.")
    return wire.plain_reply(
        "In this mode I answer questions about the tables: which there are, their columns, types and keys, and"
        f" how they hang together. Questions about the data go to chat_mode chat_data.\n{tables}"
    )


# -------------------------------------------------------------------------------------- chat_dashboard


def talk_dashboard(talk: Talk) -> wire.Reply:
    """Analyses of a datasource, chosen from its schema and read by the built-in translator: each can be relied on."""
    assert talk.source is not None
    schema = read_schema(talk)
    sections: list[wire.Section] = []
    for answer in analyses(talk, choose_questions(schema, talk.request.question)):
        sections.append(wire.analysis_section(len(sections) + 1, answer))
        if len(sections) == MOST:
            break
    if not sections:
        return wire.plain_reply(f"{talk.source.name} has no tables with rows that could be analysed.")
    few = " More is not to be got out of so few columns." if len(sections) < FEWEST else ""
    head = f"{talk.source.name} in {len(sections)} analyses, chosen from its tables.{few}"
    return wire.Reply((wire.Section(wire.harmless(head)), *sections))


def analyses(talk: Talk, questions: tuple[str, ...]) -> Iterator[Answer]:
    """The answers that are worth showing; what is declined, fails or comes to nothing is left out."""
    for question in questions:
        try:
            answer = talk.chat.ask(
                question, talk.source, model=OFFLINE, rows=DASHBOARD_ROWS, course=talk.course
            )
        except QueryCancelled:
            raise
        except (NotUnderstood, SqlRejected, QueryFailed):
            continue
        if is_telling(answer):
            yield answer


def is_telling(answer: Answer) -> bool:
    """There is something to see, and every word of its question was understood."""
    is_seen = answer.chart is not None or "LIMIT" in answer.sql.upper()
    return bool(len(answer.frame)) and is_seen and not answer.ignored and answer.confidence >= SURE


# ----------------------------------------------------------------------------------------- chat_normal


def talk_normal(talk: Talk) -> wire.Reply:
    """About this program and the tables; of everything else it says that it cannot."""
    words = frozenset(words_of(talk.request.question))
    for asked, tell in PRODUCT:
        if words & asked:
            return wire.plain_reply(tell(talk))
    told = tell_about(talk.request.question, read_schema(talk))
    if told is None:
        return wire.plain_reply(tell_how_to_ask(talk))
    return wire.plain_reply(f"{told}\n\nAnswers from the rows come with chat_mode chat_data.")


def tell_how_to_ask(talk: Talk) -> str:
    return (
        "I cannot talk about this: I answer questions about databases. Set chat_mode to chat_data and chat_param"
        f" to a datasource to ask its data. {tell_datasources(talk)}"
    )


def tell_datasources(talk: Talk) -> str:
    names = [source.name for source in talk.chat.datasources.all()]
    return f"Datasources: {', '.join([*names, DEMO] if DEMO not in names else names)}."


def tell_product(talk: Talk) -> str:
    return (
        "This is dbchat_magic: ask a database in plain words, and get the SQL, the rows and a chart. The chat modes:"
        " chat_data answers from a datasource's rows, chat_with_db_qa tells about its tables, chat_dashboard shows it"
        f" in a few analyses, chat_normal is this one. {tell_datasources(talk)}"
    )


def tell_model(talk: Talk) -> str:
    configured = talk.chat.settings.model
    if configured:
        return (
            f'Questions are translated by the model {configured}; model "offline" is the built-in translator.'
        )
    return (
        "Questions are translated by the built-in translator (offline), which needs no model and no network."
    )


def tell_safety(_: Talk) -> str:
    return (
        "Databases are only read: every statement is checked, and runs in a session that refuses to write."
        " Nothing can be changed or deleted by asking."
    )


PRODUCT: tuple[tuple[frozenset[str], Callable[[Talk], str]], ...] = (
    (frozenset({"datasource", "datasources"}), tell_datasources),
    (frozenset({"model", "llm", "translator", "gpt", "chatgpt"}), tell_model),
    (frozenset({"delete", "drop", "update", "insert", "write", "safe", "secure", "safety"}), tell_safety),
    (frozenset({"hello", "hi", "help", "you", "mode", "dbchat", "magic", "product"}), tell_product),
)
"""Words of a question, and what is said to it; the first that fits answers."""

MODES: Mapping[str, Callable[[Talk], wire.Reply]] = {
    wire.CHAT_NORMAL: talk_normal,
    wire.CHAT_DATA: talk_data,
    wire.CHAT_SCHEMA: talk_schema,
    wire.CHAT_DASHBOARD: talk_dashboard,
}
