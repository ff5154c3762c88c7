"""Which tables hang together, and along which columns."""

from __future__ import annotations

from dbchat_magic.core.schema import Column, ForeignKey, Schema, Table
from dbchat_magic.translators.offline.joins import JoinGraph

CLIENT = Table("client", (Column("nr", "int"), Column("name", "text")), primary_key=("nr",))


def bill(column: str, *inferred: ForeignKey) -> Table:
    return Table("bill", (Column("id", "int"), Column(column, "int")), ("id",), inferred_keys=inferred)


def pairs_between(tables: tuple[Table, ...], one: str, other: str) -> list[tuple[tuple[str, str], ...]]:
    path = JoinGraph(Schema(tables, "sqlite")).path((one,), other)
    return [join.pairs for join in path or ()]


def test_an_inferred_key_joins() -> None:
    key = ForeignKey(("payer",), "client", ("nr",), inferred=True)
    assert pairs_between((bill("payer", key), CLIENT), "bill", "client") == [(("payer", "nr"),)]
    assert pairs_between((bill("payer"), CLIENT), "bill", "client") == []


def test_a_column_in_the_plural_is_no_key() -> None:
    key = ForeignKey(("good_for_clients",), "client", ("nr",), inferred=True)
    assert pairs_between((bill("good_for_clients", key), CLIENT), "bill", "client") == []


def test_names_imply_keys_only_where_none_were_inferred() -> None:
    assert pairs_between((bill("client_id"), CLIENT), "bill", "client") == [(("client_id", "nr"),)]
    key = ForeignKey(("payer",), "client", ("nr",), inferred=True)
    other = Table("visit", (Column("payer", "int"),), inferred_keys=(key,))
    assert pairs_between((bill("client_id"), CLIENT, other), "bill", "client") == []
