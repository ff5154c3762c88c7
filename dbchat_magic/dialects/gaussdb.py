"""GaussDB: Huawei's server, what openGauss is the open part of; through psycopg."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.opengauss import OPENGAUSS

GAUSSDB = replace(
    OPENGAUSS,
    name="gaussdb",
    label="GaussDB",
    url_schemes=("gaussdb", "gaussdb+psycopg", "gaussdb+psycopg2"),
    parameters=tuple(
        replace(each, default=8000) if each.name == "port" else each for each in OPENGAUSS.parameters
    ),
    extra="gaussdb",
)
