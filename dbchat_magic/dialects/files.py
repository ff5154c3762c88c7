"""Data files (CSV, Parquet, JSON lines, Excel) and the notebook's frames: asked in DuckDB's SQL."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.dialects.dialect import Parameter
from dbchat_magic.dialects.duckdb import DUCKDB

FILES = replace(
    DUCKDB,
    name="files",
    label="Data files",
    aliases=(),
    parameters=(
        Parameter(
            "path",
            "Files",
            type="files",
            required=True,
            description="A CSV, Parquet, JSON lines or Excel file, a folder of them, or a pattern such as data/*.csv.",
        ),
    ),
    url_schemes=(),
    url_parameters={},
    suffixes=(".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".xlsx", ".csv.gz"),
    magic_bytes=(),
    extra="files",
)

FRAME = replace(
    DUCKDB,
    name="frame",
    label="DataFrame of the notebook",
    aliases=(),
    parameters=(
        Parameter(
            "variable",
            "Variable",
            type="frame",
            required=True,
            description="The name of a pandas or Polars DataFrame in the notebook.",
        ),
    ),
    url_schemes=(),
    url_parameters={},
    suffixes=(),
    magic_bytes=(),
    extra="files",
)
