from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import dbchat_magic
from dbchat_magic.errors import DbChatError

pytestmark = pytest.mark.soak

QUESTIONS = (
    "how many customers per country",
    "how many orders are there",
    "customers from Berlin",
    "colourless green ideas",  # nothing here: an error each time
    "",
)
ROUNDS = 200
OPEN_FILES = Path("/dev/fd")


def ask(chat: dbchat_magic.DbChat, question: str) -> str:
    try:
        return chat.ask(question).frame.to_csv()
    except DbChatError as error:
        return str(error)


def count_open_files() -> int:
    return sum(1 for _ in OPEN_FILES.iterdir())


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="this system does not list open files")
@pytest.mark.parametrize("count", [count_open_files, threading.active_count])
def test_nothing_grows_with_the_number_of_questions(count: Callable[[], int]):
    chat = dbchat_magic.DbChat()
    first = [ask(chat, question) for question in QUESTIONS]
    before = count()
    for _ in range(ROUNDS):
        assert [ask(chat, question) for question in QUESTIONS] == first
    assert count() <= before + 2


def test_threads_share_one_chat():
    chat = dbchat_magic.DbChat()
    alone = {question: ask(chat, question) for question in QUESTIONS}
    wrong: list[str] = []

    def keep_asking() -> None:
        for _ in range(ROUNDS // 4):
            wrong.extend(question for question in QUESTIONS if ask(chat, question) != alone[question])

    threads = [threading.Thread(target=keep_asking) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
