"""What a schema says of real servers: rights, namespaces, partitions, types, and what is private."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.connect import close_all, connect
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.core.schema import Schema, Table, read_tables
from dbchat_magic.core.schema_cache import read_schema
from dbchat_magic.core.secrets import hold
from dbchat_magic.core.settings import Settings
from tests.servers import PASSWORD, Server

counter = itertools.count()


class Made:
    """A new database of a server, and its schema as a role reads it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.database = f"schema_{next(counter)}"
        self.role = f"role_{self.database}"
        self.statements: list[str] = []

    def make(self, *statements: str) -> None:
        self.server.execute(*statements, database=self.database)

    def source(self, user: str = "") -> Datasource:
        params = self.server.params(self.database, user or self.role)
        return Datasource(0, "shop", self.server.kind, {**params, "password": hold(PASSWORD)})

    def schema(self, private: tuple[str, ...] = ()) -> Schema:
        connection = connect(self.source(), Settings(home=Path()))
        ask = connection.catalogue

        def noted(sql: str, **more: Any) -> Any:
            self.statements.append(sql)
            return ask(sql, **more)

        connection.catalogue = noted  # type: ignore[method-assign]
        try:
            return read_schema(connection, private)
        finally:
            connection.catalogue = ask  # type: ignore[method-assign]

    def table(self, name: str, **more: Any) -> Table:
        found = self.schema(**more).table(name)
        assert found is not None
        return found


@pytest.fixture
def pg(postgresql: Server) -> Iterator[Made]:
    made = Made(postgresql)
    postgresql.execute(
        f"CREATE DATABASE {made.database}", f"CREATE ROLE {made.role} LOGIN PASSWORD '{PASSWORD}'"
    )
    yield made
    close_all()


@pytest.fixture
def my(mariadb: Server) -> Iterator[Made]:
    made = Made(mariadb)
    mariadb.execute(
        f"CREATE DATABASE {made.database}", f"CREATE USER {made.role}@'%' IDENTIFIED BY '{PASSWORD}'"
    )
    yield made
    close_all()


def names(schema: Schema) -> list[str]:
    return sorted(table.name for table in schema.tables)


def types(table: Table) -> dict[str, str]:
    return {column.name: column.type for column in table.columns}


# ------------------------------------------------------------------------------------- PostgreSQL: rights


def test_pg_shows_what_the_role_may_read_and_no_more(pg: Made):
    pg.make(
        "CREATE TABLE open (id int PRIMARY KEY, word text)",
        "INSERT INTO open VALUES (1, 'seen')",
        "CREATE TABLE part (id int PRIMARY KEY, word text, wage int)",
        "INSERT INTO part VALUES (1, 'half', 9000)",
        "CREATE TABLE shut (id int PRIMARY KEY, word text)",
        "INSERT INTO shut VALUES (1, 'unseen')",
        "CREATE TABLE child (id int PRIMARY KEY, open_id int REFERENCES open, shut_id int REFERENCES shut)",
        "CREATE SCHEMA closed",
        "CREATE TABLE closed.inner_one (id int PRIMARY KEY, word text)",
        f"GRANT SELECT ON open, child, closed.inner_one TO {pg.role}",
        f"GRANT SELECT (id, word) ON part TO {pg.role}",
    )
    schema = pg.schema()
    assert names(schema) == ["child", "open", "part"]
    part, child = schema.table("part"), schema.table("child")
    assert part is not None
    assert child is not None
    assert list(types(part)) == ["id", "word"]
    assert [key.target for key in child.foreign_keys] == ["open"]
    assert schema.values.find("half")
    assert schema.values.find("seen")
    assert not schema.values.find("unseen")
    assert not any("wage" in sql for sql in pg.statements)


def test_pg_a_role_that_may_read_nothing_sees_nothing(pg: Made):
    pg.make("CREATE TABLE shut (id int)")
    assert pg.schema().tables == ()


# --------------------------------------------------------------------------------- PostgreSQL: namespaces


def test_pg_several_namespaces_and_a_search_path_of_its_own(pg: Made):
    pg.make(
        "CREATE SCHEMA sales",
        "CREATE SCHEMA hr",
        "CREATE TABLE public.orders (id int PRIMARY KEY)",
        "CREATE TABLE sales.orders (id int PRIMARY KEY, place text)",
        "CREATE TABLE hr.orders (id int PRIMARY KEY, sales_id int REFERENCES sales.orders)",
        "INSERT INTO sales.orders VALUES (1, 'Bonn')",
        f"GRANT USAGE ON SCHEMA sales, hr TO {pg.role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public, sales, hr TO {pg.role}",
        f"ALTER ROLE {pg.role} SET search_path = sales, public",
    )
    schema = pg.schema()
    assert names(schema) == ["hr.orders", "orders", "public.orders"]
    short, hr = schema.table("orders"), schema.table("hr.orders")
    assert short is not None
    assert hr is not None
    assert (short.schema, short.local, short.qualified) == ("sales", "orders", False)
    assert (hr.schema, hr.local, hr.qualified) == ("hr", "orders", True)
    assert [(key.columns, key.target) for key in hr.foreign_keys] == [(("sales_id",), "orders")]
    assert schema.table("sales.orders") is short
    assert [value.table for value in schema.values.find("bonn")] == ["orders"]


# ---------------------------------------------------------------------------------- PostgreSQL: relations


def test_pg_a_materialised_view_has_columns_comments_rows_and_values(pg: Made):
    pg.make(
        "CREATE TABLE orders (id int PRIMARY KEY, place text)",
        "INSERT INTO orders VALUES (1, 'Bonn'), (2, 'Bonn'), (3, 'Rome')",
        "CREATE MATERIALIZED VIEW per_place AS SELECT place, count(*) AS orders FROM orders GROUP BY place",
        "COMMENT ON MATERIALIZED VIEW per_place IS 'once a night'",
        "CREATE VIEW in_rome AS SELECT id FROM orders WHERE place = 'Rome'",
        "ANALYZE",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {pg.role}",
    )
    schema = pg.schema()
    found = schema.table("per_place")
    assert found is not None
    assert (found.kind, found.comment, found.rows) == ("materialized view", "once a night", 2)
    assert types(found) == {"place": "text", "orders": "bigint"}
    assert {value.table for value in schema.values.find("rome")} == {"orders", "per_place"}
    assert {table.name: table.kind for table in schema.tables}["in_rome"] == "view"


def test_pg_partitions_are_one_table_with_all_rows(pg: Made):
    pg.make(
        "CREATE TABLE events (id int, at date, place text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
        "CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
        "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
        " PARTITION BY HASH (id)",
        "CREATE TABLE events_2024_a PARTITION OF events_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE events_2024_b PARTITION OF events_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "INSERT INTO events SELECT g, '2023-05-05', 'Bonn' FROM generate_series(1, 30) g",
        "INSERT INTO events SELECT g, '2024-05-05', 'Rome' FROM generate_series(1, 50) g",
        "CREATE TABLE notes (id int PRIMARY KEY, event int, at date, FOREIGN KEY (event, at) REFERENCES events)",
        "ANALYZE",
        f"GRANT SELECT ON events, notes TO {pg.role}",
    )
    schema = pg.schema()
    assert names(schema) == ["events", "notes"]
    events, notes = schema.table("events"), schema.table("notes")
    assert events is not None
    assert notes is not None
    assert (events.rows, events.kind, events.primary_key) == (80, "table", ("id", "at"))
    assert [(key.columns, key.target, key.target_columns) for key in notes.foreign_keys] == [
        (("event", "at"), "events", ("id", "at"))
    ]
    assert schema.values.find("rome")


def test_pg_domains_arrays_json_and_enumerations(pg: Made):
    pg.make(
        "CREATE TYPE mood AS ENUM ('sad', 'so, so', 'it''s fine')",
        "CREATE DOMAIN postcode AS varchar(8) CHECK (value <> '')",
        "CREATE DOMAIN feeling AS mood",
        "CREATE TABLE people (id int PRIMARY KEY, code postcode NOT NULL, tags text[], facts jsonb, more json,"
        " now mood, was feeling, at timestamptz, price numeric(8, 2))",
        """INSERT INTO people VALUES (1, 'AB1', '{red,blue}', '{"a": "hidden"}', '{}', 'sad', 'sad', now(), 1.5)""",
        "COMMENT ON COLUMN people.code IS 'where they live'",
        f"GRANT SELECT ON people TO {pg.role}",
    )
    schema = pg.schema()
    people = schema.table("people")
    assert people is not None
    assert types(people) == {
        "id": "integer",
        "code": "postcode",
        "tags": "text[]",
        "facts": "jsonb",
        "more": "json",
        "now": "mood",
        "was": "feeling",
        "at": "timestamp with time zone",
        "price": "numeric(8,2)",
    }
    code, now, was = (people.column(name) for name in ("code", "now", "was"))
    assert code is not None
    assert now is not None
    assert was is not None
    assert (code.comment, code.nullable, code.samples) == ("where they live", False, ("AB1",))
    assert now.choices == was.choices == ("sad", "so, so", "it's fine")
    assert schema.values.find("it's fine")
    assert not schema.values.find("hidden")


# --------------------------------------------------------------------------------------------- privacy


def test_pg_private_columns_are_in_no_statement(pg: Made, monkeypatch: pytest.MonkeyPatch, home: Path):
    pg.make(
        "CREATE SCHEMA hr",
        "CREATE TABLE hr.staff (id int, name text, e_mail text, phone_mobile text, note text)",
        "INSERT INTO hr.staff VALUES (1, 'Ann', 'CANARY1', 'CANARY2', 'CANARY3')",
        f"GRANT USAGE ON SCHEMA hr TO {pg.role}",
        f"GRANT SELECT ON hr.staff TO {pg.role}",
    )
    schema = pg.schema(private=("*phone*", "staff.note"))
    assert schema.values.find("ann")
    assert not any(schema.values.find(f"canary{number}") for number in (1, 2, 3))
    reading = [sql for sql in pg.statements if "staff" in sql]
    assert reading
    assert not any(name in sql for sql in reading for name in ("e_mail", "phone_mobile", '"note"'))
    monkeypatch.setenv("DBCHAT_PRIVATE_COLUMNS", "name, *phone*")
    assert not DbChat(home=home).schema(pg.source()).values.find("ann")


# --------------------------------------------------------------------------------------------- MariaDB


def test_my_a_grant_on_one_table_shows_that_table(my: Made):
    my.make(
        "CREATE TABLE shut (id INT PRIMARY KEY, word VARCHAR(20))",
        "CREATE TABLE open (id INT PRIMARY KEY, word VARCHAR(20), shut_id INT, FOREIGN KEY (shut_id) REFERENCES shut (id))",
        "CREATE TABLE part (id INT PRIMARY KEY, word VARCHAR(20), wage INT)",
        "INSERT INTO shut VALUES (1, 'unseen')",
        "INSERT INTO open VALUES (1, 'seen', 1)",
        "INSERT INTO part VALUES (1, 'half', 9000)",
        f"GRANT SELECT ON {my.database}.open TO {my.role}@'%'",
        f"GRANT SELECT (id, word) ON {my.database}.part TO {my.role}@'%'",
    )
    schema = my.schema()
    assert names(schema) == ["open", "part"]
    part, open_table = schema.table("part"), schema.table("open")
    assert part is not None
    assert open_table is not None
    assert list(types(part)) == ["id", "word"]
    assert open_table.foreign_keys == ()
    assert schema.values.find("half")
    assert schema.values.find("seen")
    assert not any("wage" in sql for sql in my.statements)


def test_my_a_column_that_may_be_written_but_not_read_is_not_shown(my: Made):
    my.make(
        "CREATE TABLE part (id INT PRIMARY KEY, word VARCHAR(20), wage INT)",
        "INSERT INTO part VALUES (1, 'half', 9000)",
        f"GRANT SELECT (id, word), INSERT (wage) ON {my.database}.part TO {my.role}@'%'",
    )
    assert list(types(my.table("part"))) == ["id", "word"]


def test_my_views_enumerations_comments_and_a_key_to_another_database(my: Made):
    other = f"{my.database}_other"
    my.make(
        f"CREATE DATABASE {other}",
        f"CREATE TABLE {other}.places (id INT PRIMARY KEY, city VARCHAR(20))",
        f"INSERT INTO {other}.places VALUES (1, 'Bonn')",
        "CREATE TABLE staff (id INT PRIMARY KEY, size ENUM('s', 'it''s, big') COMMENT 'of the shirt', place_id INT,"
        f" FOREIGN KEY (place_id) REFERENCES {other}.places (id)) COMMENT 'who works'",
        "CREATE VIEW small AS SELECT id, place_id FROM staff WHERE size = 's'",
        f"GRANT SELECT, SHOW VIEW ON {my.database}.* TO {my.role}@'%'",
        f"GRANT SELECT ON {other}.* TO {my.role}@'%'",
    )
    schema = my.schema()
    assert {table.name: table.kind for table in schema.tables} == {"staff": "table", "small": "view"}
    staff = schema.table("staff")
    assert staff is not None
    size = staff.column("size")
    assert size is not None
    assert (staff.comment, size.comment, size.choices) == ("who works", "of the shirt", ("s", "it's, big"))
    assert staff.foreign_keys == ()  # what it points at is not shown, and no table called alike is meant
    assert schema.values.find("it's, big")


def test_my_a_key_to_another_database_is_not_taken_for_one_to_a_table_called_alike(my: Made):
    other = f"{my.database}_other"
    my.make(
        f"CREATE DATABASE {other}",
        f"CREATE TABLE {other}.places (id INT PRIMARY KEY)",
        "CREATE TABLE places (id INT PRIMARY KEY)",
        f"CREATE TABLE staff (id INT PRIMARY KEY, home INT, FOREIGN KEY (home) REFERENCES {other}.places (id))",
        f"GRANT SELECT ON {my.database}.* TO {my.role}@'%'",
        f"GRANT SELECT ON {other}.* TO {my.role}@'%'",
    )
    assert my.table("staff").foreign_keys == ()


def test_pg_ctrl_c_while_values_are_read_ends_the_statement(pg: Made, home: Path):
    pg.make(
        "CREATE TABLE words (word text)",
        "INSERT INTO words VALUES ('seen')",
        "CREATE VIEW slow AS SELECT word, pg_sleep(30)::text FROM words",
        f"GRANT SELECT ON words, slow TO {pg.role}",
    )
    chat = DbChat(home=home)
    timer = threading.Timer(2.0, signal.raise_signal, (signal.SIGINT,))
    started = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        chat.schema(pg.source())
    assert time.monotonic() - started < 4.5  # less than the time for values
    running = f"SELECT 1 FROM pg_stat_activity WHERE usename = '{pg.role}' AND state = 'active'"
    deadline = time.monotonic() + 5
    while pg.server.execute(running) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not pg.server.execute(running)
    pg.make("DROP VIEW slow")
    assert chat.schema(pg.source()).values.find("seen")


def test_reading_tables_alone_reads_no_values(pg: Made):
    pg.make("CREATE TABLE open (id int, word text)", f"GRANT SELECT ON open TO {pg.role}")
    tables = read_tables(connect(pg.source(), Settings(home=Path())))
    assert tables[0].columns[1].samples == ()
