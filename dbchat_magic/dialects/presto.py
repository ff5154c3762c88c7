"""Presto: a query engine over many sources, through PyHive; of what Trino came from."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.trino import TRINO

PRESTO = replace(
    TRINO,
    name="presto",
    label="Presto",
    sqlglot="presto",
    url_schemes=("presto",),
    driver="pyhive",
    extra="presto",
    sqlalchemy="presto",
)
