"""Chart: which picture a result is worth, if any."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("bar", "line", "area", "pie", "scatter", "heatmap", "number", "table")
OTHER_WORDS = {"column": "bar", "donut": "pie", "doughnut": "pie", "points": "scatter", "none": "table"}

MOST_ROWS = 5_000
"""More marks than this make no picture."""
MOST_COLUMNS = 5
"""A wider result is a list to read."""
MOST_BARS = 120
MOST_COLORS = 12
MOST_CELLS = 60
"""Rows or columns of a heatmap."""
FULL_ENOUGH = 0.4
"""Two categories are compared with one another when at least this part of their pairs is there."""

YEARS = range(1500, 2201)
TIME_TEXT = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])(-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?|\d{4}-?(Q[1-4]|W[0-5]\d)"
)
YEAR_TEXT = re.compile(r"(1[5-9]|2[01])\d\d")
IDENTIFIER_WORDS = {
    "id", "ids", "uuid", "guid", "key", "code", "sku", "isbn", "ean", "iban", "zip", "zipcode", "postcode",
    "postal", "phone", "telephone", "mobile", "fax", "number", "no", "nr",
}  # fmt: skip
AGGREGATE_WORDS = {
    "count", "sum", "total", "avg", "average", "mean", "min", "max", "minimum", "maximum", "median",
    "number", "num", "share", "percent", "percentage", "amount", "revenue",
}  # fmt: skip
EVENT_WORDS = {
    "year",
    "born",
    "birth",
    "died",
    "founded",
    "built",
    "opened",
    "established",
    "released",
    "joined",
}
"""Numbers that say in which year something happened measure nothing."""
PART_OF_TIME_WORDS = {"month", "quarter", "week", "weekday", "dow", "hour", "day"}
LONG_TEXT = 60
"""Texts that are longer than this on average label nothing."""


@dataclass(frozen=True)
class ChartSpec:
    """A chart as data: columns of the frame by name."""

    kind: str
    """One of KINDS."""
    x: str | None = None
    """What is compared: a time, a category, of a scatter a measure; a pie's parts, a heatmap's columns."""
    y: str | None = None
    """What is measured; a heatmap's rows."""
    color: str | None = None
    """A second category; of a heatmap what is measured."""
    title: str = ""


def choose_chart(frame: pd.DataFrame, asked: str | None = None, title: str = "") -> ChartSpec | None:
    """The picture that shows this result best; None where the table alone says more.

    `asked` is a kind, or "none": it is followed where the data can carry it, else the data decide.
    Raises DbChatError listing the kinds when there is none of that name.
    """
    kind = find_kind(asked) if asked else None
    is_wide = len(frame.columns) > MOST_COLUMNS
    if kind == "table" or not 0 < len(frame) <= MOST_ROWS or (is_wide and kind is None):
        return None
    shape = read_shape(frame, title)
    spec = DRAWERS[kind](shape) if kind else None
    if spec is None and not is_wide:
        spec = next((drawn for draw in OWN_CHOICES if (drawn := draw(shape)) is not None), None)
    return spec


def find_kind(asked: str) -> str:
    """The kind meant by a user's word; raises DbChatError listing them.

    >>> find_kind("Bar chart"), find_kind("none")
    ('bar', 'table')
    """
    word = re.sub(r"[\s_-]*(charts?|plot|graph|diagram)$", "", asked.strip().lower())
    word = OTHER_WORDS.get(word, word).replace(" ", "")
    if word not in KINDS:
        raise DbChatError(
            phrase("There is no chart called {asked!r}.", asked=asked),
            phrase("Kinds of charts: {kinds}, none.", kinds=", ".join(KINDS)),
        )
    return word


@dataclass(frozen=True)
class Field:
    """A column as a chart sees it."""

    name: str
    role: str
    """"time", "measure", "category", "identifier", or "other" for what cannot be drawn."""
    distinct: int
    is_whole: bool = False
    """All its numbers are integers."""


@dataclass(frozen=True)
class Shape:
    """A result as a chart sees it."""

    frame: pd.DataFrame
    title: str
    fields: tuple[Field, ...]

    def of(self, role: str) -> list[Field]:
        return [field for field in self.fields if field.role == role]

    @cached_property
    def labels(self) -> list[Field]:
        """What can stand under a bar: categories, else the identifiers."""
        return self.of("category") or self.of("identifier")

    def is_unique(self, *fields: Field) -> bool:
        """No two rows have the same values there; rows that are alike would lie on one another."""
        return not self.frame.duplicated([field.name for field in fields]).any()

    def spec(self, kind: str, x: Field | None, y: Field | None, color: Field | None = None) -> ChartSpec:
        x_name, y_name, color_name = (field.name if field else None for field in (x, y, color))
        return ChartSpec(kind, x_name, y_name, color_name, self.title)


def read_shape(frame: pd.DataFrame, title: str) -> Shape:
    names = frame.columns[~frame.columns.duplicated(keep=False)]
    fields = tuple(read_field(frame[name]) for name in names)
    return Shape(frame, title, read_ordinal(frame, fields))


def read_field(series: pd.Series[Any]) -> Field:
    from pandas.api.types import infer_dtype  # loaded with the frame

    name = str(series.name)
    kind = infer_dtype(series, skipna=True)
    values = series.dropna()
    if values.empty or kind in ("bytes", "mixed", "mixed-integer", "complex", "interval"):
        return Field(name, "other", 0)
    distinct = values.unique()
    is_whole = kind == "integer" or (
        kind in ("floating", "decimal") and all(float(value).is_integer() for value in distinct)
    )
    return Field(name, read_role(name, kind, list(distinct)), len(distinct), is_whole)


def read_role(name: str, kind: str, values: list[Any]) -> str:
    words = words_of(name)
    is_aggregate = "(" in name or words[0] in AGGREGATE_WORDS or words[-1] in ("count", "total")
    if kind in ("datetime64", "datetime", "date", "period"):
        return "time"
    if kind in ("integer", "floating", "decimal", "mixed-integer-float"):
        if is_aggregate:
            return "measure"
        if words[-1] in ("year", "years") and all(value in YEARS for value in values):
            return "time"
        if EVENT_WORDS.intersection(words) and all(value in YEARS for value in values):
            return "identifier"
        if words[-1] in PART_OF_TIME_WORDS and len(values) <= 53:
            return "category"
        return "identifier" if is_identifier(words) else "measure"
    if kind not in ("string", "categorical", "boolean"):
        return "other"
    return read_text_role(words, [str(value) for value in values])


def read_text_role(words: list[str], values: list[str]) -> str:
    if all(TIME_TEXT.fullmatch(value) for value in values):
        return "time"
    if all(YEAR_TEXT.fullmatch(value) for value in values) and not is_identifier(words):
        return "time"
    if sum(map(len, values)) > LONG_TEXT * len(values):
        return "other"
    return "identifier" if is_identifier(words) else "category"


def is_identifier(words: list[str]) -> bool:
    return words[-1] in IDENTIFIER_WORDS or words[0] in ("zip", "postal", "phone")


def words_of(name: str) -> list[str]:
    """The words of a column's name, in lower case.

    >>> words_of("AlbumId"), words_of("unit_price"), words_of("COUNT(*)"), words_of("国家")
    (['album', 'id'], ['unit', 'price'], ['count'], ['国家'])
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", spaced.lower()) or [name.lower()]


def read_ordinal(frame: pd.DataFrame, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Of two numbers, a whole one that is there once for each figure beside it is a category: stars, count."""
    if [field.role for field in fields] != ["measure", "measure"]:
        return fields
    first, second = fields
    counts = "(" in second.name or AGGREGATE_WORDS & set(words_of(second.name))
    named = "(" in first.name or AGGREGATE_WORDS & set(words_of(first.name))
    if counts and not named and first.is_whole and first.distinct == len(frame) <= MOST_COLORS:
        return (Field(first.name, "category", first.distinct), second)
    return fields


def draw_number(shape: Shape) -> ChartSpec | None:
    if len(shape.frame) == 1 and len(shape.fields) == 1 and shape.of("measure"):
        return shape.spec("number", None, shape.fields[0])
    return None


def draw_line(shape: Shape) -> ChartSpec | None:
    return draw_over_time(shape, "line")


def draw_area(shape: Shape) -> ChartSpec | None:
    return draw_over_time(shape, "area")


def draw_over_time(shape: Shape, kind: str) -> ChartSpec | None:
    times, measures, categories = shape.of("time"), shape.of("measure"), shape.of("category")
    if len(times) != 1 or not measures or times[0].distinct < 2:
        return None
    if not categories:
        return shape.spec(kind, times[0], measures[0]) if shape.is_unique(times[0]) else None
    if (
        len(categories) > 1
        or categories[0].distinct > MOST_COLORS
        or not shape.is_unique(times[0], categories[0])
    ):
        return None
    if categories[0].distinct == 1:
        return shape.spec(kind, times[0], measures[0])
    return shape.spec(kind, times[0], measures[0], categories[0])


def draw_bar(shape: Shape) -> ChartSpec | None:
    """One bar a row; with a second category bars side by side."""
    measures = shape.of("measure")
    labels = shape.labels if shape.of("category") else [*shape.of("time"), *shape.labels]
    if not measures or len(shape.frame) < 2:
        return None
    for label in labels:
        if shape.is_unique(label):
            return shape.spec("bar", label, measures[0]) if label.distinct <= MOST_BARS else None
    pair = choose_pair(shape)
    if pair and pair[0].distinct <= MOST_COLORS and pair[1].distinct <= MOST_COLORS // 2:
        return shape.spec("bar", pair[0], measures[0], pair[1])
    return None


def choose_pair(shape: Shape) -> tuple[Field, Field] | None:
    """Two categories whose pairs are mostly there, each once; the one with more values first."""
    labels = [*shape.of("time"), *shape.of("category")]
    if len(labels) != 2 or not shape.is_unique(*labels) or min(label.distinct for label in labels) < 2:
        return None
    first, second = labels
    if len(shape.frame) < FULL_ENOUGH * first.distinct * second.distinct:
        return None
    return (first, second) if first.distinct >= second.distinct else (second, first)


def draw_heatmap(shape: Shape) -> ChartSpec | None:
    measures, pair = shape.of("measure"), choose_pair(shape)
    if not measures or pair is None or pair[0].distinct > MOST_CELLS:
        return None
    return shape.spec("heatmap", pair[0], pair[1], measures[0])


def draw_scatter(shape: Shape) -> ChartSpec | None:
    """Two measures; a category with few values colours the points."""
    measures = shape.of("measure")
    if len(measures) < 2 or len(shape.frame) < 3:
        return None
    colors = [field for field in shape.of("category") if 1 < field.distinct <= MOST_COLORS]
    return shape.spec("scatter", measures[0], measures[1], colors[0] if colors else None)


def draw_measures_alone(shape: Shape) -> ChartSpec | None:
    """A scatter, unless a name or a time says what each row is."""
    return (
        None
        if shape.of("category") or shape.of("time") or len(shape.of("measure")) > 3
        else draw_scatter(shape)
    )


def draw_pie(shape: Shape) -> ChartSpec | None:
    """Parts of a whole: few and none below zero."""
    bars = draw_bar(shape)
    if bars is None or bars.color or len(shape.frame) > MOST_COLORS or (shape.frame[bars.y] < 0).any():
        return None
    return ChartSpec("pie", bars.x, bars.y, title=shape.title)


DRAWERS: dict[str, Callable[[Shape], ChartSpec | None]] = {
    "bar": draw_bar,
    "line": draw_line,
    "area": draw_area,
    "pie": draw_pie,
    "scatter": draw_scatter,
    "heatmap": draw_heatmap,
    "number": draw_number,
}
OWN_CHOICES = (draw_number, draw_line, draw_bar, draw_heatmap, draw_measures_alone)
