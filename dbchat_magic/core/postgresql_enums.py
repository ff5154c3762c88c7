"""PostgreSQL enumerations: what their types declare, read once a connection, and again where a value is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from dbchat_magic.core.worker_process import Categories

FIRST_OWN = 16_384
"""Types that PostgreSQL has itself have smaller numbers."""
DECLARED = (
    "SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = ANY(%s::oid[])"
    " ORDER BY enumtypid, enumsortorder"
)


def read_categories(
    connection: Any, description: Sequence[Any], values_at: Callable[[int], Iterable[object]] | None
) -> Categories:
    """The columns that are enumerations; `values_at` gives what a column holds, None: it is not known yet.

    A connection keeps what it has read in `declared`. Raises the driver's errors.
    """
    own = {
        place: column.type_code for place, column in enumerate(description) if column.type_code >= FIRST_OWN
    }
    if not own:
        return ()
    declared: dict[int, tuple[str, ...]] = connection.declared
    unread = {
        oid
        for place, oid in own.items()
        if oid not in declared
        or (declared[oid] and (values_at is None or not {None, *declared[oid]}.issuperset(values_at(place))))
    }
    if unread:
        declared |= read_declared(connection, unread)
    return tuple((place, declared[oid]) for place, oid in own.items() if declared[oid])


def read_declared(connection: Any, oids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The values of each type, in their order; none of one that is no enumeration."""
    declared: dict[int, tuple[str, ...]] = dict.fromkeys(oids, ())
    with connection.cursor() as cursor:
        for oid, name in cursor.execute(DECLARED, [list(oids)]):
            declared[oid] += (name,)
    return declared
