"""Execute: a checked statement becomes a Result."""

from __future__ import annotations

import datetime
import functools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.connect import Rows
from dbchat_magic.core.course import Course

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from pandas.api.extensions import ExtensionArray

    from dbchat_magic.core.connect import Connection
    from dbchat_magic.core.guard import SafeSql

    Array = npt.NDArray[Any] | ExtensionArray
    """A column of a frame: as many values as the frame has rows."""

TOGETHER = 20_000
"""Rows that make a frame, of a result whose parts are smaller."""
EXACT = 2**53
"""Up to here a float holds every whole number."""


@dataclass(frozen=True)
class Result:
    """What a statement gave."""

    frame: pd.DataFrame
    truncated: bool
    """There were more rows than the limit."""
    seconds: float


def execute(
    connection: Connection,
    safe: SafeSql,
    row_limit: int | None,
    seconds: float,
    course: Course | None = None,
    exact: bool = False,
) -> Result:
    """Run a statement and make a frame of at most `row_limit` rows (0: only the columns; None: all rows).

    `exact`: decimals stay what they are, else they become floats.

    Raises QueryFailed and its children QueryTimeout (after `seconds`) and QueryCancelled (`course` was stopped).
    """
    started = time.perf_counter()
    wanted = None if row_limit is None else row_limit + 1
    course = course or Course()
    with course.waiting():
        found = connection.run(safe, row_limit=wanted, seconds=seconds, course=course)
    frame = make_frame(found, row_limit, exact)
    truncated = row_limit is not None and found.count > row_limit
    return Result(frame, truncated, time.perf_counter() - started)


def make_frame(found: Rows, row_limit: int | None = None, exact: bool = False) -> pd.DataFrame:
    """The rows as a DataFrame whose columns have the types of their values, and names of their own."""
    if found.table is not None:
        return make_frame_of_columns(found, row_limit, exact)
    rows = found.rows[:row_limit]
    values: Iterable[Sequence[object]] = zip(*rows, strict=True) if rows else [()] * len(found.columns)
    make = make_exact_array if exact else make_array
    arrays: Iterable[Array] = map(make, values)
    if found.categories:
        known = dict(found.categories)
        arrays = (
            make_categories(cells, known[at]) if at in known else make(cells)
            for at, cells in enumerate(values)
        )
    return make_frame_of_arrays(arrays, found.columns, len(rows))


def make_frame_of_arrays(arrays: Iterable[Array], columns: Sequence[str], count: int) -> pd.DataFrame:
    """The arrays, which are the frame's own from now on, as columns with names of their own."""
    import pandas as pd  # half a second

    found = dict(enumerate(arrays))
    # Names given later cost pandas no look at each column.
    frame = pd.DataFrame(found, copy=False) if found else pd.DataFrame(index=pd.RangeIndex(count))
    frame.columns = names_of_columns(tuple(columns), text_type()).view()  # whose own name is nobody else's
    return frame


@functools.lru_cache(maxsize=64)
def names_of_columns(columns: tuple[str, ...], _kind: Any) -> pd.Index[str]:
    """Names of their own, as texts of this kind; to make them takes a small frame a third of its time."""
    import pandas as pd

    names = unique_names(columns)
    return pd.Index(make_texts(names)) if names else pd.Index([], dtype=object)


def make_frames(parts: Iterable[Rows], exact: bool = False) -> Iterator[pd.DataFrame]:
    """The parts of a result as frames of some size; where there are no rows at all, one that has the columns."""
    waiting = None
    is_first = True
    for part in parts:
        if part.table is not None:
            if waiting is not None and waiting.rows:
                yield make_frame(waiting, exact=exact)
            yield make_frame(part, exact=exact)
            waiting, is_first = None, False
        else:
            waiting = part if waiting is None else replace(waiting, rows=waiting.rows + part.rows)
            if len(waiting.rows) >= TOGETHER:
                yield make_frame(waiting, exact=exact)
                waiting, is_first = None, False
    if waiting is not None and (waiting.rows or is_first):
        yield make_frame(waiting, exact=exact)


def make_frame_of_columns(found: Rows, row_limit: int | None, exact: bool) -> pd.DataFrame:
    """The same of rows that came by columns."""
    from dbchat_magic.core.columns import make_columns  # pyarrow

    assert found.table is not None
    table = found.table.slice(0, row_limit)
    return make_frame_of_arrays(make_columns(table, found.kinds, exact), found.columns, table.num_rows)


def unique_names(names: Iterable[str]) -> list[str]:
    """The names, repeated ones with a number.

    >>> unique_names(["id", "name", "id", "id", "id_2"])
    ['id', 'name', 'id_2', 'id_3', 'id_2_2']
    """
    taken: dict[str, None] = {}
    for name in names:
        free, count = name, 1
        while free in taken:
            count += 1
            free = f"{name}_{count}"
        taken[free] = None
    return list(taken)


def make_array(values: Sequence[Any]) -> Array:
    """The values in the type that pandas users expect; object where none holds them all.

    Whole numbers and texts lose nothing. Decimals become floats, but for whole ones that a float would
    change. Days are times at midnight; times with several offsets are told in UTC.
    """
    kinds = set(map(type, values))
    missing = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {str}:
        return make_texts(values)
    if kinds and kinds <= {datetime.datetime, datetime.date}:
        return make_times(values, kinds)
    if kinds and kinds <= {int, float, Decimal}:
        return make_numbers(values, kinds, missing)
    if kinds == {bool}:
        return make_booleans(values, missing)
    import pandas as pd

    return pd.array(values, dtype="timedelta64[us]") if kinds == {datetime.timedelta} else as_objects(values)


def make_exact_array(values: Sequence[Any]) -> Array:
    """The same, but that decimals stay decimals."""
    return as_objects(values) if Decimal in set(map(type, values)) else make_array(values)


def make_categories(values: Sequence[Any], categories: Sequence[str]) -> Array:
    """Values of an enumeration; where one is not declared, they are what they are without it."""
    import numpy as np
    import pandas as pd

    code_of: dict[str | None, int] = {name: code for code, name in enumerate(categories)}
    code_of[None] = -1
    try:
        codes = np.fromiter(map(code_of.__getitem__, values), dtype=np.int32, count=len(values))
    except (KeyError, TypeError):
        return make_array(values)
    return pd.Categorical.from_codes(codes, dtype=category_type(categories))


def category_type(categories: Sequence[Any], *, ordered: bool = True) -> pd.CategoricalDtype:
    """An enumeration as pandas has it, in the order in which the database compares its values."""
    import pandas as pd

    return pd.CategoricalDtype(list(categories), ordered=ordered)


def as_objects(values: Sequence[Any]) -> Array:
    import numpy as np

    return np.fromiter(values, dtype=object, count=len(values))


def make_texts(values: Sequence[Any]) -> Array:
    import pandas as pd

    kind = text_type()
    try:
        if getattr(kind, "storage", "") != "pyarrow":
            texts: Array = pd.array(values, dtype=kind)
            return texts
        import pyarrow as pa

        # What pd.array comes to in the end, in a third of the time.
        return pd.arrays.ArrowStringArray(pa.array(values, pa.large_string()), dtype=kind)  # type: ignore[call-arg]
    except UnicodeEncodeError:  # half a character, which Arrow cannot hold
        return as_objects(values)


def text_type() -> Any:
    """Pandas' own type of texts, which depends on its version and on how the user wants texts kept."""
    import pandas as pd

    return inferred_type(pd.get_option("mode.string_storage"))


@functools.cache
def inferred_type(_storage: str) -> Any:
    """With this option."""
    import pandas as pd

    return pd.Series(["a"]).dtype


def make_numbers(values: Sequence[Any], kinds: set[type], missing: bool) -> Array:
    import numpy as np

    if kinds == {int}:
        return make_integers(values, missing)
    if kinds != {float} and not all(map(keeps_as_float, values)):
        return as_objects(values)
    floats = [value if value is None else float(value) for value in values] if Decimal in kinds else values
    return np.array(floats, dtype=np.float64)


def make_integers(values: Sequence[Any], missing: bool) -> Array:
    import numpy as np
    import pandas as pd

    try:
        if not missing:
            return np.array(values, dtype=np.int64)
        whole = np.array([0 if value is None else value for value in values], dtype=np.int64)
    except OverflowError:
        return as_objects(values)
    return pd.arrays.IntegerArray(whole, is_missing(values))


def make_booleans(values: Sequence[Any], missing: bool) -> Array:
    import numpy as np
    import pandas as pd

    truths = np.array(values, dtype=bool)
    return pd.arrays.BooleanArray(truths, is_missing(values)) if missing else truths


def is_missing(values: Sequence[Any]) -> npt.NDArray[np.bool_]:
    import numpy as np

    return np.fromiter((value is None for value in values), dtype=bool, count=len(values))


def make_times(values: Sequence[Any], kinds: set[type]) -> Array:
    import pandas as pd

    zones = {value.tzinfo for value in values if isinstance(value, datetime.datetime)}
    if kinds == {datetime.date} or zones == {None}:
        return pd.array(values, dtype="datetime64[us]")
    if None in zones or datetime.date in kinds:
        return as_objects(values)
    if len(zones) > 1:
        values = [None if value is None else value.astimezone(datetime.UTC) for value in values]
    return pd.Series(values).array


def keeps_as_float(value: Any) -> bool:
    """Whether a float is what people would take for the same number."""
    if type(value) is int or (
        type(value) is Decimal and value.is_finite() and value == value.to_integral_value()
    ):
        return -EXACT <= value <= EXACT
    return True
