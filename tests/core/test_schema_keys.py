"""Inferred keys: likely ones are found by names, types and values; what is doubtful is not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dbchat_magic import DbChat
from dbchat_magic.core.keys import with_inferred_keys
from dbchat_magic.core.schema import Column, ForeignKey, Table
from dbchat_magic.core.value_reading import column_values
from dbchat_magic.core.values import ValueIndex
from dbchat_magic.rendering.text import schema_text

Values = dict[tuple[str, str], list[object]]


def table(text: str, **more: object) -> Table:
    """ "orders(*id int, customer_id int)": the star marks the primary key."""
    name, _, listed = text.rstrip(")").partition("(")
    parts = [part.strip().partition(" ") for part in listed.split(",")]
    columns = tuple(Column(column.lstrip("*"), type) for column, _, type in parts)
    keys = tuple(column[1:] for column, _, _ in parts if column.startswith("*"))
    return Table(name, columns, keys, **more)  # type: ignore[arg-type]


def guesses(*tables: str | Table, values: Values | None = None) -> set[str]:
    made = [table(each) if isinstance(each, str) else each for each in tables]
    read = {place: column_values(cells, complete=True) for place, cells in (values or {}).items()}
    return {
        f"{each.name}.{key.columns[0]} -> {key.target}.{key.target_columns[0]}"
        for each in with_inferred_keys(made, ValueIndex(read))
        for key in each.inferred_keys
    }


@pytest.mark.parametrize(
    ("source", "target", "column", "key"),
    [
        ("orders(*id int, customer_id int)", "customers(*id int)", "customer_id", "id"),
        ("orders(*id int, customer_id int)", "customer(*customer_id int)", "customer_id", "customer_id"),
        ("Orders(*OrderID int, CustomerID int)", "Customers(*CustomerID int)", "CustomerID", "CustomerID"),
        ("orders(*id int, custNo text)", "customers(*cust_no text)", "custNo", "cust_no"),
        ("orders(*id int, customer_fk int)", "customers(*id int)", "customer_fk", "id"),
        ("orders(*id int, fk_customer int)", "tbl_customers(*id int)", "fk_customer", "id"),
        ("orders(*id int, id_cliente int)", "clientes(*id int)", "id_cliente", "id"),
        ("orders(*id int, customerid int)", "customers(*customerid int)", "customerid", "customerid"),
        ("orders(*id int, billing_address_id int)", "addresses(*id int)", "billing_address_id", "id"),
        ("flights(*id int, dst_apid int)", "airports(*apid int)", "dst_apid", "apid"),
        ("stays(*id int, country_code text)", "countries(*code text)", "country_code", "code"),
        ("visits(*id int, person_id uuid)", "people(*id uuid)", "person_id", "id"),
        ("sales(*id int, film bigint)", "films(*id int)", "film", "id"),
        ("staff(*id int, dept_name text)", "departments(*dept_name text)", "dept_name", "dept_name"),
    ],
)
def test_names_that_say_it(source: str, target: str, column: str, key: str):
    names = source.partition("(")[0], target.partition("(")[0]
    assert guesses(source, target) == {f"{names[0]}.{column} -> {names[1]}.{key}"}


@pytest.mark.parametrize(
    "tables",
    [
        ("a(*id int, name text)", "b(*id int, name text)"),
        ("a(*id int, code text)", "b(*code text)"),
        ("orders(*id int, customer_id text)", "customers(*id int)"),
        ("orders(*id int, customer_id timestamp)", "customers(*id int)"),
        ("orders(*id int, customer_name text)", "customers(*id int)"),
        ("orders(*id int, customer_id int)", "customers(*region int, *id int)"),
        (
            "orders(*id int, customer_id int)",
            "eu_customers(*customer_id int)",
            "us_customers(*customer_id int)",
        ),
        ("students(*student_id int)", "people(*person_id int)"),
        ("orders(*id int, status text)", "statuses(*status_id int)"),
        ("orders(*id int, cust_id int)", "customers(*id int)"),
        ("orders(*id int, paid boolean)", "paids(*id int)"),
    ],
    ids=lambda tables: tables[0],
)
def test_names_that_do_not(tables: tuple[str, ...]):
    assert guesses(*tables) == set()


def test_a_declared_key_of_the_column_stands_alone():
    declared = ForeignKey(("customer_id",), "accounts", ("id",))
    orders = table("orders(*id int, customer_id int)", foreign_keys=(declared,))
    assert guesses(orders, "customers(*id int)", "accounts(*id int)") == set()
    assert with_inferred_keys([orders])[0].foreign_keys == (declared,)


def test_the_table_that_the_column_is_called_after_is_meant():
    tables = (
        "customers(*customer_id int)",
        "customer_details(*customer_id int)",
        "orders(*id int, customer_id int)",
    )
    assert guesses(*tables) == {
        "orders.customer_id -> customers.customer_id",
        "customer_details.customer_id -> customers.customer_id",
    }


def test_rows_of_the_same_table():
    assert guesses("categories(*id int, parent_id int)") == {"categories.parent_id -> categories.id"}
    assert guesses("employees(*employee_id int, manager_id int)") == {
        "employees.manager_id -> employees.employee_id"
    }
    assert guesses("shops(*id int, manager_id int)") == set()


def test_both_ends_of_a_table_between_two():
    assert guesses(
        "film_actor(*film_id int, *actor_id int)", "film(*film_id int)", "actor(*actor_id int)"
    ) == {
        "film_actor.film_id -> film.film_id",
        "film_actor.actor_id -> actor.actor_id",
    }


def test_the_table_of_the_same_namespace_is_meant():
    hr = [
        table("hr.staff(*id int)", schema="hr", qualified=True),
        table("hr.pay(*no int, staff_id int)", schema="hr", qualified=True),
    ]
    sales = [table("sales.staff(*id int)", schema="sales", qualified=True)]
    assert guesses(*hr, *sales) == {"hr.pay.staff_id -> hr.staff.id"}
    assert guesses(hr[1], *sales) == {"hr.pay.staff_id -> sales.staff.id"}


def test_a_prefix_that_all_tables_have_says_nothing():
    assert guesses("wp_posts(*id int, user_id int)", "wp_users(*id int)", "wp_terms(*id int)") == {
        "wp_posts.user_id -> wp_users.id"
    }


# --------------------------------------------------------------------------------------------- values


def test_values_that_are_not_there_speak_against():
    tables = ("orders(*id int, customer_id int)", "customers(*id int)")
    inside: Values = {("orders", "customer_id"): [1, 2, 2, None], ("customers", "id"): [1, 2, 3]}
    assert guesses(*tables, values=inside)
    outside: Values = {("orders", "customer_id"): [700, 800, 900], ("customers", "id"): [1, 2, 3]}
    assert not guesses(*tables, values=outside)
    none: Values = {("orders", "customer_id"): [0, 0, 1, 2, 3], ("customers", "id"): [1, 2, 3]}
    assert guesses(*tables, values=none)


def test_values_that_are_there_make_a_shortened_name_enough():
    tables = ("orders(*id int, cust_no text)", "customers(*number text)")
    values: Values = {("orders", "cust_no"): ["K1", "K2", "K1"], ("customers", "number"): ["K1", "K2", "K3"]}
    assert guesses(*tables, values=values) == {"orders.cust_no -> customers.number"}
    assert guesses(*tables) == set()


def test_a_unique_column_stands_for_a_key_that_nobody_declared():
    tables = ("orders(id int, customer_id int)", "customers(customer_id int, city_id int)")
    values: Values = {
        ("orders", "id"): [1, 2, 3],
        ("orders", "customer_id"): [7, 7, 8],
        ("customers", "customer_id"): [7, 8, 9],
        ("customers", "city_id"): [1, 2, 3],
    }
    assert guesses(*tables, values=values) == {"orders.customer_id -> customers.customer_id"}
    values["customers", "customer_id"] = [7, 8, 8]
    assert guesses(*tables, values=values) == set()


def test_values_are_no_evidence_where_only_some_were_read():
    cells: list[object] = [1, 2, 3]
    read = {
        ("orders", "customer_id"): column_values([700], complete=True),
        ("customers", "id"): column_values(cells, complete=False),
    }
    made = [table("orders(*id int, customer_id int)"), table("customers(*id int)")]
    assert with_inferred_keys(made, ValueIndex(read))[0].inferred_keys


# ----------------------------------------------------------------------------------------- in a schema


def test_a_schema_shows_them_as_guessed_and_keeps_them_on_the_disk(tmp_path: Path):
    path = tmp_path / "shop.db"
    rows = sqlite3.connect(path)
    rows.executescript(
        """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER);
        INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob'); INSERT INTO orders VALUES (1, 1), (2, 2);
        """
    )
    rows.close()
    expected = (ForeignKey(("customer_id",), "customers", ("id",), inferred=True),)
    for _ in range(2):  # read from the database, then from the disk
        schema = DbChat(home=tmp_path / "home").schema(str(path))
        orders = schema.table("orders")
        assert orders is not None
        assert (orders.foreign_keys, orders.inferred_keys) == ((), expected)
        assert "→ customers.id (guessed)" in schema_text(schema)


def test_a_thousand_tables_find_their_keys():
    tables = [
        table(
            f"thing{at}s(*thing{at}_id int, thing{(at * 7) % 1000}_id int, "
            + ", ".join(f"c{at}_{n} text" for n in range(18))
            + ")"
        )
        for at in range(1000)
    ]
    made = with_inferred_keys(tables)
    assert sum(len(each.inferred_keys) for each in made) > 900
