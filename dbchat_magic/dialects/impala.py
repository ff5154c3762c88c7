"""Apache Impala: through impyla; it reads Hive's tables in Hive's words."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.dialect import server_parameters
from dbchat_magic.dialects.hive import HIVE

IMPALA = replace(
    HIVE,
    name="impala",
    label="Apache Impala",
    parameters=server_parameters(21050),
    url_schemes=("impala",),
    driver="impala",
    extra="impala",
    sqlalchemy="impala",
    begin=("SET EXEC_TIME_LIMIT_S={whole_seconds}",),
)
