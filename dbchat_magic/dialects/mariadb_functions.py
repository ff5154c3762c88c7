"""What a query may call and read in its database: lists made with `tools/list_functions.py mariadb`."""

from __future__ import annotations

from collections.abc import Mapping

FUNCTIONS: frozenset[str] = frozenset()
FORBIDDEN_FUNCTIONS: Mapping[str, str] = {}
TABLE_FUNCTIONS: frozenset[str] = frozenset()
SYSTEM_TABLES: frozenset[str] = frozenset()
FORBIDDEN_TABLES: Mapping[str, str] = {}
