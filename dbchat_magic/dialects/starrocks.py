"""StarRocks: a warehouse that speaks MySQL's protocol, through PyMySQL; it and Doris have one origin."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.doris import DORIS

STARROCKS = replace(
    DORIS,
    name="starrocks",
    label="StarRocks",
    url_schemes=("starrocks", "starrocks+pymysql"),
    extra="starrocks",
    sqlglot="starrocks",
    session=("SET query_mem_limit = 1073741824",),
    catalogue={**DORIS.catalogue, "version": "SELECT concat('StarRocks ', version())"},
)
