"""A press waits for what was typed before it, in the event loop of a kernel."""

from __future__ import annotations

import asyncio
import time

import ipywidgets
import pytest

from dbchat_magic.jupyter.widgets.presses import ON_ITS_WAY, Presses


@pytest.fixture
def presses() -> Presses:
    return Presses()


@pytest.fixture
def text(presses: Presses) -> ipywidgets.Text:
    control = ipywidgets.Text()
    presses.listen(control)
    return control


def test_a_press_overtakes_nothing_that_was_typed(presses, text):
    async def type_and_press() -> list[str]:
        done: list[str] = []
        text.value = "h"
        presses.after_typing(lambda: done.append(text.value))
        assert done == []
        await asyncio.sleep(ON_ITS_WAY / 2)
        text.value = "how many"
        await asyncio.sleep(ON_ITS_WAY)
        return done

    assert asyncio.run(type_and_press()) == ["how many"]


def test_a_press_long_after_typing_acts_at_once(presses, text):
    async def type_and_press() -> list[str]:
        done: list[str] = []
        text.value = "how many"
        await asyncio.sleep(ON_ITS_WAY * 1.2)
        presses.after_typing(lambda: done.append(text.value))
        return done

    assert asyncio.run(type_and_press()) == ["how many"]


def test_a_press_waits_on_where_the_loop_was_held_meanwhile(presses, text):
    async def type_and_press() -> str:
        loop = asyncio.get_running_loop()
        asked: asyncio.Future[str] = loop.create_future()

        def run_a_cell() -> None:
            time.sleep(ON_ITS_WAY * 4)
            loop.call_later(ON_ITS_WAY / 2, setattr, text, "value", "how many")

        text.value = "h"
        presses.after_typing(lambda: asked.set_result(text.value))
        loop.call_soon(run_a_cell)
        return await asked

    assert asyncio.run(type_and_press()) == "how many"


def test_without_a_loop_a_press_acts_at_once(presses, text):
    done = []
    text.value = "how many"
    presses.after_typing(lambda: done.append(text.value))
    assert done == ["how many"]


def test_what_is_pressed_keeps_its_order_and_a_bug_of_one_press_is_its_own(presses, text):
    async def type_and_press() -> tuple[list[str], list[object]]:
        done: list[str] = []
        bugs: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, bug: bugs.append(bug["exception"]))
        text.value = "h"
        presses.after_typing(lambda: done.append(f"first {text.value}"))
        presses.after_typing(lambda: done[7])
        await asyncio.sleep(ON_ITS_WAY / 2)
        text.value = "how"
        presses.after_typing(lambda: done.append(f"second {text.value}"))
        await asyncio.sleep(ON_ITS_WAY / 2 + 0.1)
        text.value = "how many"
        await asyncio.sleep(ON_ITS_WAY)
        return done, bugs

    done, [bug] = asyncio.run(type_and_press())
    assert done == ["first how", "second how many"]
    assert isinstance(bug, IndexError)
