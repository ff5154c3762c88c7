"""Two keys that point at one table give it two roles, and the words of the question say which is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbchat_magic import DbChat
from tests.sqlite_files import write_sqlite

TABLES = """
CREATE TABLE airports (code TEXT PRIMARY KEY, name TEXT, city TEXT, country TEXT);
CREATE TABLE flights (
    id INTEGER PRIMARY KEY, minutes INTEGER,
    source_airport TEXT REFERENCES airports (code), dest_airport TEXT REFERENCES airports (code)
);
CREATE TABLE teams (team_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE matches (
    match_id INTEGER PRIMARY KEY,
    home_team_id INTEGER REFERENCES teams (team_id), away_team_id INTEGER REFERENCES teams (team_id)
);
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY, sender_id INTEGER REFERENCES users (id), recipient_id INTEGER REFERENCES users (id)
);
INSERT INTO airports VALUES ('BER', 'Brandenburg', 'Berlin', 'Germany'), ('FCO', 'Fiumicino', 'Rome', 'Italy'),
    ('MUC', 'Strauss', 'Munich', 'Germany');
INSERT INTO flights VALUES (1, 120, 'BER', 'FCO'), (2, 125, 'FCO', 'BER'), (3, 60, 'MUC', 'BER'), (4, 130, 'BER', 'FCO');
INSERT INTO teams VALUES (1, 'Lions'), (2, 'Bears'), (3, 'Wolves');
INSERT INTO matches VALUES (1, 1, 2), (2, 2, 3), (3, 3, 1);
INSERT INTO users VALUES (1, 'Anna'), (2, 'Bob');
INSERT INTO messages VALUES (1, 1, 2), (2, 2, 1), (3, 1, 2);
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_sqlite(tmp_path_factory.mktemp("roles") / "roles.sqlite", TABLES)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("show the ids of flights from Berlin to Rome", [(1,), (4,)]),
        ("flights from BER to FCO", [(1, 120, "BER", "FCO"), (4, 130, "BER", "FCO")]),
        ("how many flights depart from Berlin?", [(2,)]),
        ("number of flights arriving in Berlin", [(2,)]),
        ("number of flights per destination city", [("Berlin", 2), ("Rome", 2)]),
        ("show flight id and destination city", [(1, "Rome"), (2, "Berlin"), (3, "Berlin"), (4, "Rome")]),
        ("ids of flights whose source and destination are in the same country", [(3,)]),
        (
            "show the home team and away team of each match",
            [("Lions", "Bears"), ("Bears", "Wolves"), ("Wolves", "Lions")],
        ),
        (
            "home and away team names of all matches",
            [("Lions", "Bears"), ("Bears", "Wolves"), ("Wolves", "Lions")],
        ),
        ("matches where the home team is Lions", [(1, 1, 2)]),
        ("how many messages did Anna send?", [(2,)]),
        ("number of messages sent by Bob to Anna", [(1,)]),
        ("how many messages did Bob receive from Anna?", [(2,)]),
    ],
)
def test_each_key_gives_its_table_a_role(
    tmp_path: Path, source: str, question: str, rows: list[tuple[object, ...]]
):
    chat = DbChat(tmp_path)
    frame = chat.run(chat.translate(question, source).sql, source).frame
    assert sorted(frame.itertuples(index=False, name=None)) == sorted(rows)
