"""Columns: an Arrow table as the DataFrame that its rows would have made, column by column.

What `execute.make_array` says of values holds here of types; a column whose type says too little, or whose
values only Python has a form for, is made of its values by that same function.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.arrow_truth import EXACT

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from dbchat_magic.core.execute import Array

    Values = np.ndarray[Any, Any]

Kind = str | Callable[[Any, bool], Any]

ENUMERATION = "ENUM("
"""How the type of an enumeration begins."""
WHOLE_NUMBERS = ("HUGEINT", "UHUGEINT")
"""Types of a database that Arrow has another word for: whole numbers, where it has decimals."""


def make_columns(table: pa.Table, kinds: Sequence[Kind] = (), exact: bool = False) -> list[Array]:
    """The table's columns in the types that `make_array` would have given them, or `make_exact_array`."""
    known = kinds or ("",) * table.num_columns
    return [make_array(table.column(at), known[at], exact) for at in range(table.num_columns)]


def make_array(column: pa.ChunkedArray, kind: Kind = "", exact: bool = False) -> Array:
    """One column; `kind` is the database's own type of it, where it is known, or what makes it."""
    from pyarrow import types

    if not isinstance(kind, str):
        made: Array = kind(column, exact)
        return made
    if types.is_dictionary(column.type):
        return of_dictionary(column, ordered=column.type.ordered or kind.startswith(ENUMERATION))
    if column.null_count == len(column):
        return of_values(column)
    if kind in WHOLE_NUMBERS:
        return of_whole_decimals(column)
    if exact and types.is_decimal(column.type):
        return of_exact_decimals(column)
    make = next((make for fits, make in type_makers() if fits(column.type)), of_values)
    return make(column)


def of_values(column: pa.ChunkedArray) -> Array:
    """Of its values, one by one."""
    from dbchat_magic.core.execute import make_array as make_of_values

    return make_of_values(column.to_pylist())


def of_exact_decimals(column: pa.ChunkedArray) -> Array:
    from dbchat_magic.core.execute import as_objects

    return as_objects(column.to_pylist())


def of_dictionary(column: pa.ChunkedArray, *, ordered: bool) -> Array:
    """Values that stand for others, as categories; a dictionary that no categories can be is looked up."""
    import pandas as pd
    import pyarrow as pa

    from dbchat_magic.core.execute import category_type

    array = column.unify_dictionaries().combine_chunks()
    categories = array.dictionary
    if categories.null_count or len(categories.unique()) < len(categories):
        return make_array(column.cast(column.type.value_type))
    codes = array.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(codes, dtype=category_type(categories.to_pylist(), ordered=ordered))


def of_categories(column: pa.ChunkedArray, categories: Sequence[str]) -> Array:
    """Texts of an enumeration; where one is not declared, they are texts."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    from dbchat_magic.core.execute import category_type

    codes = pc.index_in(column, value_set=pa.array(categories, pa.string()))
    if codes.null_count > column.null_count:
        return make_array(column)
    return pd.Categorical.from_codes(codes.fill_null(-1).to_numpy(), dtype=category_type(categories))


def of_integers(column: pa.ChunkedArray) -> Array:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_uint64(column.type) and pc.max(column).as_py() >= 2**63:
        return of_values(column)
    whole = column.cast(pa.int64())
    if not column.null_count:
        return writable(whole)
    missing = ~pc.is_valid(column).to_numpy()
    return pd.arrays.IntegerArray(writable(whole.fill_null(0)), missing)


def of_floats(column: pa.ChunkedArray) -> Array:
    import pyarrow as pa

    return writable(column.cast(pa.float64()))


def of_booleans(column: pa.ChunkedArray) -> Array:
    import pandas as pd
    import pyarrow.compute as pc

    if not column.null_count:
        return writable(column)
    missing = ~pc.is_valid(column).to_numpy()
    return pd.arrays.BooleanArray(writable(column.fill_null(False)), missing)


def of_texts(column: pa.ChunkedArray) -> Array:
    """Pandas' own type of texts, which lies in Arrow's memory where pandas can have it so."""
    import pandas as pd

    from dbchat_magic.core.execute import text_type

    sample = text_type()
    if getattr(sample, "storage", "") != "pyarrow":
        return of_values(column)
    texts: Array = pd.array(column, dtype=sample)
    return texts


def of_days(column: pa.ChunkedArray) -> Array:
    import pyarrow as pa

    return of_times(column.cast(pa.timestamp("us")))


def of_times(column: pa.ChunkedArray) -> Array:
    """Times of a zone are told as those of rows are: by one offset where there is but one, else in UTC."""
    import pandas as pd
    import pyarrow as pa

    if column.type.tz is None:
        return writable(column.cast(pa.timestamp("us")))
    if column.type.tz not in UTC:
        return of_values(column)
    times = pd.DatetimeIndex(writable(column.cast(pa.timestamp("us"))))
    return times.tz_localize(datetime.UTC).array


UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "GMT", "Etc/GMT", "Zulu", "+00:00"})


def of_decimals(column: pa.ChunkedArray) -> Array:
    """As floats, but where a whole one is more than a float can tell: the nearest float to what the digits say.

    A whole number divided by a power of ten is rounded once, as the digits read as a float are.
    """
    import numpy as np
    import pyarrow.compute as pc

    scale = column.type.scale
    if column.type.precision > 18 or not 0 <= scale <= 22:
        return of_values(column)
    digits = low_words(column)
    if len(digits) and max(abs(int(digits.min())), abs(int(digits.max()))) > EXACT:
        return of_values(column)
    floats = digits / np.float64(10**scale)
    if column.null_count:
        floats[~pc.is_valid(column).to_numpy()] = np.nan
    return floats


def of_whole_decimals(column: pa.ChunkedArray) -> Array:
    """Whole numbers of 128 bits: most fit into 64."""
    import pyarrow as pa

    try:
        return of_integers(column.cast(pa.int64()))
    except pa.ArrowInvalid:
        from dbchat_magic.core.execute import make_array as make_of_values

        return make_of_values([None if value is None else int(value) for value in column.to_pylist()])


def low_words(column: pa.ChunkedArray) -> Values:
    """The digits of decimals that fit into 64 bits, zero for the missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_decimal128(column.type):
        column = column.cast(pa.decimal128(column.type.precision, column.type.scale))
    words = []
    for chunk in column.chunks:
        whole = chunk if not chunk.null_count else pc.fill_null(chunk, 0)
        pairs = np.frombuffer(whole.buffers()[1], dtype=np.int64)
        words.append(pairs[2 * whole.offset : 2 * (whole.offset + len(whole)) : 2])
    return np.concatenate(words) if words else np.empty(0, dtype=np.int64)


def writable(column: pa.ChunkedArray) -> Values:
    """As an array of NumPy's that may be written to: Arrow's memory may not."""
    import numpy as np

    array = column.to_numpy()
    return array if array.flags.writeable else np.array(array)


def type_makers() -> list[tuple[Callable[[Any], bool], Callable[[Any], Array]]]:
    from pyarrow import types

    return [
        (types.is_integer, of_integers),
        (types.is_floating, of_floats),
        (types.is_boolean, of_booleans),
        (lambda kind: types.is_string(kind) or types.is_large_string(kind), of_texts),
        (types.is_date32, of_days),
        (types.is_timestamp, of_times),
        (types.is_decimal, of_decimals),
    ]
