"""Whatever a database returns is shown: random frames through every renderer."""

import datetime as dt
import json
import random
from decimal import Decimal

import pandas as pd
import pytest

from dbchat_magic.core.ask import Answer
from dbchat_magic.core.chart import KINDS, choose_chart
from dbchat_magic.rendering.html import answer_html
from dbchat_magic.rendering.text import answer_text
from dbchat_magic.rendering.vegalite import to_vegalite

NAMES = ["id", "year", "month", "name", "total", "sum(x)", "COUNT(*)", "国家", "a.b[0]", "", "x_eur", "date"]
VALUES = (
    lambda dice: dice.randint(-5, 5),
    lambda dice: dice.randint(1990, 2025),
    lambda dice: dice.random() * 1e6,
    lambda dice: Decimal(dice.randint(0, 999)) / 100,
    lambda dice: dice.choice("abcd"),
    lambda dice: dice.choice(["2025-01-01", "2025-02-03", "2025-02", "2024", ""]),
    lambda dice: dt.date(2025, 1, dice.randint(1, 28)),
    lambda dice: (
        pd.Timestamp("2025-01-01", tz=dice.choice([None, "UTC"])) + pd.Timedelta(hours=dice.randint(0, 9))
    ),
    lambda dice: dice.choice([None, float("nan"), float("inf"), pd.NaT]),
    lambda dice: dice.choice([True, False]),
    lambda dice: dice.choice(
        [b"\x00", "東京\x1b[2J\u202e", "half\ud800", 2**70, 1e308, -0.0, dt.time(1), dt.timedelta(1)]
    ),
)


def random_frame(dice):
    rows, columns = dice.choice([0, 1, 2, 3, 5, 12, 40]), dice.randint(0, 4)
    data = {}
    for at in range(columns):
        kinds = dice.sample(VALUES, dice.choice([1, 1, 1, 2, 3]))
        values, dtype = [dice.choice(kinds)(dice) for _ in range(rows)], dice.choice([None, "object"])
        # Arrow, where pandas has it, cannot hold half a character.
        data[at] = pd.Series(values, dtype="object" if "half\ud800" in values else dtype)
        if dice.random() < 0.2 and not data[at].map(type).isin((bytes,)).any():
            data[at] = data[at].astype("category").cat.as_ordered()
    frame = pd.DataFrame(data)
    frame.columns = pd.Index([dice.choice(NAMES) for _ in frame.columns])
    return frame


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore")
def test_every_frame_can_be_shown(seed):
    dice = random.Random(seed)
    for _ in range(100):
        frame = random_frame(dice)
        chart = choose_chart(frame, dice.choice([None, *KINDS]))
        if chart:
            json.dumps(to_vegalite(frame, chart), allow_nan=False, ensure_ascii=False).encode("utf-8")
        answer = Answer("q", "demo", "SELECT 1", frame, chart)
        for text in (answer_text(answer, 10, dice.choice([30, 80])), answer_html(answer)):
            assert "\x1b" not in text
            text.encode("utf-8")
