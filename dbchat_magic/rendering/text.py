"""Text: an Answer for a terminal, with pictures made of blocks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dbchat_magic.core.translator import Translation
from dbchat_magic.language import counted, phrase
from dbchat_magic.rendering.cells import (
    NULL,
    Column,
    count_text,
    is_missing,
    json_number,
    most_decimals,
    plain,
    show_columns,
    show_fraction,
    show_value,
)
from dbchat_magic.rendering.measures import read_measure
from dbchat_magic.rendering.order import bar_order, declared_order
from dbchat_magic.rendering.words import usage_text, words_of_name

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.ask import Answer
    from dbchat_magic.core.chart import ChartSpec
    from dbchat_magic.core.inspect import Tested
    from dbchat_magic.core.schema import Schema, Table

WIDEST_CELL = 48
NARROWEST_CELL = 14
GAP = "  "
EIGHTHS = " ▁▂▃▄▅▆▇█"
PARTS = " ▏▎▍▌▋▊▉█"
SHADES = "·░▒▓█"
MOST_BARS = 24
FEWEST_TO_PLOT = 13
"""So many points make a curve; fewer are bars with their figures."""
MOST_LINES = 8
PLOT_HEIGHT = 8


def answer_text(answer: Answer, row_limit: int = 10, width: int = 80) -> str:
    """Reading, SQL, table and a picture of the chart."""
    parts = [
        reading_text(answer),
        sql_text(answer.sql),
        table_text(answer.frame, row_limit, width, answer.truncated),
    ]
    if answer.chart is not None:
        parts.append(chart_text(answer.frame, answer.chart, width))
    return "\n\n".join(part for part in parts if part)


def reading_text(read: Answer | Translation) -> str:
    """How the question was understood, which words played no part, and what else there is to know."""
    lines = [plain(read.reading)] if read.reading else []
    if read.ignored:
        lines.append(phrase("Not used: {words}", words=", ".join(map(plain, read.ignored))))
    lines += [phrase("Note: {note}", note=plain(note)) for note in read.notes]
    return "\n".join([*lines, *filter(None, [usage_text(read.usage)])])


def translation_text(translation: Translation) -> str:
    return "\n\n".join(part for part in (reading_text(translation), sql_text(translation.sql)) if part)


def sql_text(sql: str) -> str:
    return "\n".join(f"  {line}" for line in plain(sql.strip(), keep_lines=True).split("\n"))


def table_text(frame: pd.DataFrame, row_limit: int, width: int = 80, truncated: bool = False) -> str:
    """The first rows with their number; one row too wide for the terminal stands upright."""
    columns = show_columns(frame, row_limit)
    count = count_text(min(row_limit, len(frame)), len(frame), truncated)
    if len(frame) == 1 and total_width(natural_widths(columns)) > width:
        return f"{upright_text(columns, width)}\n{count}"
    return f"{grid_text(columns, width)}\n{count}" if columns else count


def upright_text(columns: Sequence[Column], width: int) -> str:
    names = max(width_of(column.name) for column in columns)
    return "\n".join(
        pad(column.name, names) + GAP + fit(column.cells[0] or NULL, max(width - names - len(GAP), 8))
        for column in columns
    )


def grid_text(columns: Sequence[Column], width: int) -> str:
    """Columns side by side: numbers to the right, long cells cut, what does not fit named."""
    widths = squeeze(natural_widths(columns), width)
    shown = columns[: len(widths)]
    header = row_text([column.name for column in shown], widths, shown)
    rule = GAP.join("─" * width_ for width_ in widths)
    cells = [[column.cells[at] for column in shown] for at in range(len(shown[0].cells))]
    lines = [header, rule, *(row_text([cell or empty(cell) for cell in row], widths, shown) for row in cells)]
    if len(shown) < len(columns):
        rest = [column.name for column in columns[len(shown) :]]
        lines.append(f"… and {len(rest)} more column{'s' * (len(rest) > 1)}: {fit(', '.join(rest), width)}")
    return "\n".join(lines)


def empty(cell: str | None) -> str:
    return NULL if cell is None else ""


def row_text(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    padded = [
        pad(fit(cell, width), width, to_right=column.is_number)
        for cell, width, column in zip(cells, widths, columns, strict=True)
    ]
    return GAP.join(padded).rstrip()


def natural_widths(columns: Sequence[Column]) -> list[int]:
    return [
        min(WIDEST_CELL, max(width_of(text or NULL) for text in (column.name, *column.cells)))
        for column in columns
    ]


def total_width(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def squeeze(widths: list[int], width: int) -> list[int]:
    """Widths that fit: the widest gives way first; what still does not fit is left out at the end."""
    widths = list(widths)
    while total_width(widths) > width and max(widths) > NARROWEST_CELL:
        widths[widths.index(max(widths))] -= 1
    while total_width(widths) > width and len(widths) > 1:
        widths.pop()
    return widths


def width_of(text: str) -> int:
    """How many cells of a terminal the text takes.

    >>> width_of("Zürich"), width_of("東京"), width_of("e\\u0301")
    (6, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(width_of_character, text))


def width_of_character(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, width: int) -> str:
    """The text, cut with "…" where it is wider."""
    if width_of(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += width_of_character(character)
        if used > width - 1:
            break
        kept += character
    return f"{kept}…"


def pad(text: str, width: int, to_right: bool = False) -> str:
    space = " " * (width - width_of(text))
    return f"{space}{text}" if to_right else f"{text}{space}"


def chart_text(frame: pd.DataFrame, spec: ChartSpec, width: int = 80) -> str:
    """A picture of the chart out of blocks; what it cannot show is left to the table."""
    if spec.kind == "number" and spec.y:
        return f"{words_of_name(spec.y)}: {figure(frame[spec.y].iloc[0], separated=True)}"
    if spec.kind in ("bar", "pie") and spec.x and spec.y:
        return f"{headline(spec)}\n{bars_text(frame, spec, width)}"
    if spec.kind in ("line", "area") and spec.x and spec.y:
        return f"{headline(spec)}\n{lines_text(frame, spec, width)}"
    if spec.kind == "scatter" and spec.x and spec.y:
        return f"{headline(spec)}\n{points_text(frame, spec, width)}"
    if spec.kind == "heatmap" and spec.x and spec.y and spec.color:
        return f"{headline(spec)}\n{cells_text(frame, spec, width)}"
    return ""


def headline(spec: ChartSpec) -> str:
    """What the picture shows, in words."""
    if spec.kind == "heatmap":
        return f"{words_of_name(spec.color or '')} by {lower(spec.x)} and {lower(spec.y)}"
    groups = f" and {lower(spec.color)}" if spec.color else ""
    return f"{words_of_name(spec.y or '')} by {lower(spec.x)}{groups}"


def lower(name: str | None) -> str:
    words = words_of_name(name or "")
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def figure(value: Any, decimals: int | None = None, separated: bool = False) -> str:
    number = json_number(value)
    if number is None:
        return NULL
    if separated and abs(number) < 10**15:
        return f"{number:,.{most_decimals([float(number)])}f}"
    return show_fraction(float(number), most_decimals([float(number)]) if decimals is None else decimals)


def bars_text(frame: pd.DataFrame, spec: ChartSpec, width: int) -> str:
    """A line for each row: label, bar, figure; bars below zero grow to the left."""
    labels = labels_of(frame, spec)
    values = [json_number(value) for value in frame[spec.y]]
    rows = [(fit(label, width // 3), value) for label, value in zip(labels, values, strict=True)]
    if spec.kind == "bar" and not spec.color:
        declared = [plain(name) for name in declared_order(frame[spec.x])]
        rows = [rows[at] for at in bar_order(labels, values, declared)]
    shown = rows[:MOST_BARS]
    measure = read_measure(spec.y or "", [value for _, value in shown])
    figures = [measure.write(value) or NULL for _, value in shown]
    left = max(width_of(label) for label, _ in shown)
    right = max(map(len, figures))
    low = min(0.0, *(float(value or 0) for _, value in shown))
    high = max(0.0, *(float(value or 0) for _, value in shown))
    room = max(width - left - right - 2 * len(GAP), 10)
    scale = room / ((high - low) or 1)
    lines = [
        f"{pad(label, left)}{GAP}{bar_text(float(value or 0), low, scale, room)}{GAP}{text:>{right}}"
        for (label, value), text in zip(shown, figures, strict=True)
    ]
    if len(shown) < len(values):
        lines.append(f"… and {len(values) - len(shown):,} more")
    return "\n".join(lines)


def bar_text(value: float, low: float, scale: float, room: int) -> str:
    zero = round(-low * scale)
    if value < 0:
        size = round(-value * scale)
        return (" " * (zero - size) + "█" * size).ljust(room)
    eighths = round(value * scale * 8)
    bar = "█" * (eighths // 8) + (PARTS[eighths % 8].strip() if eighths % 8 else "")
    return (" " * zero + (bar or ("▏" if value else ""))).ljust(room)


def labels_of(frame: pd.DataFrame, spec: ChartSpec) -> list[str]:
    names = [spec.x, spec.color] if spec.color else [spec.x]
    columns = [show_columns(frame[[name]], len(frame))[0].cells for name in names]
    return [" · ".join(cell or empty(cell) for cell in row) for row in zip(*columns, strict=True)]


def lines_text(frame: pd.DataFrame, spec: ChartSpec, width: int) -> str:
    """One measure as a plot; of several groups each a line of its own."""
    ordered = frame.sort_values(spec.x or "", kind="stable", key=lambda times: times.map(str))
    if not spec.color and len(ordered) < FEWEST_TO_PLOT:
        return bars_text(ordered, spec, width)
    if not spec.color:
        return plot_text([json_number(value) for value in ordered[spec.y]], moments_of(ordered, spec), width)
    parts = ordered.groupby(spec.color, sort=False, dropna=False)
    groups = [(NULL if is_missing(name) else show_value(name), part) for name, part in parts]
    left = min(max(width_of(name) for name, _ in groups), width // 4)
    every = [number for value in frame[spec.y] if (number := json_number(value)) is not None]
    if not every:
        return "no figures"
    lines = []
    for name, part in groups[:MOST_LINES]:
        numbers = [json_number(value) for value in part[spec.y]]
        last = figure(next((number for number in reversed(numbers) if number is not None), None))
        room = max(width - left - len(last) - 2 * len(GAP), 10)
        lines.append(
            pad(fit(name, left), left)
            + GAP
            + spark(gather(numbers, room), min(every), max(every))
            + GAP
            + last
        )
    if len(groups) > MOST_LINES:
        lines.append(f"… and {len(groups) - MOST_LINES} more")
    moments = moments_of(ordered, spec)
    legend = f"{moments[0]} – {moments[-1]}, the last figure at the right"
    return "\n".join([*lines, fit(legend, width)])


def moments_of(frame: pd.DataFrame, spec: ChartSpec) -> list[str]:
    return [cell or NULL for cell in show_columns(frame[[spec.x]], len(frame))[0].cells]


def gather(numbers: Sequence[float | None], room: int) -> list[float | None]:
    """At most `room` figures: neighbours become their mean."""
    if len(numbers) <= room:
        return list(numbers)
    edges = [len(numbers) * at // room for at in range(room + 1)]
    groups = [[n for n in numbers[a:b] if n is not None] for a, b in pairwise(edges)]
    return [sum(group) / len(group) if group else None for group in groups]


def spark(numbers: Sequence[float | None], low: float, high: float) -> str:
    span = (high - min(low, 0)) or 1
    levels = [None if number is None else round((number - min(low, 0)) / span * 7) + 1 for number in numbers]
    return "".join(" " if level is None else EIGHTHS[level] for level in levels)


def plot_text(numbers: Sequence[float | None], moments: Sequence[str], width: int) -> str:
    """Columns under a scale: the highest and lowest figure at the left, first and last moment below."""
    present = [number for number in numbers if number is not None]
    if not present:
        return "no figures"
    low, high = min(0, *present), max(0, *present)
    decimals = 0 if high - low >= 100 else most_decimals([float(high), float(low)])
    scale = [figure(high, decimals), figure(low, decimals)]
    left = max(map(len, scale))
    gathered = gather(numbers, max(width - left - 3, 10))
    wide = max(1, min(4, (width - left - 3) // len(gathered)))
    span = (high - low) or 1
    heights = [None if n is None else round((n - low) / span * PLOT_HEIGHT * 8) for n in gathered]
    lines = []
    for row in range(PLOT_HEIGHT - 1, -1, -1):
        mark = scale[0] if row == PLOT_HEIGHT - 1 else scale[1] if row == 0 else ""
        blocks = [" " if h is None else EIGHTHS[max(0, min(8, h - row * 8))] for h in heights]
        lines.append(f"{mark:>{left}} ┤{''.join(block * wide for block in blocks)}".rstrip())
    ends = max(len(heights) * wide - width_of(moments[0]) - width_of(moments[-1]), 1)
    return "\n".join([*lines, f"{' ' * left}  {moments[0]}{' ' * ends}{moments[-1]}"])


def points_text(frame: pd.DataFrame, spec: ChartSpec, width: int) -> str:
    pairs = [(json_number(a), json_number(b)) for a, b in zip(frame[spec.x], frame[spec.y], strict=True)]
    points = [(float(a), float(b)) for a, b in pairs if a is not None and b is not None]
    if not points:
        return "no figures"
    columns, rows = max(min(width - 14, 60), 20), 12
    (left, right), (bottom, top) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    grid = [[" "] * columns for _ in range(rows)]
    for x, y in points:
        at = round((x - left) / ((right - left) or 1) * (columns - 1))
        grid[rows - 1 - round((y - bottom) / ((top - bottom) or 1) * (rows - 1))][at] = "•"
    marks = {0: figure(top), rows - 1: figure(bottom)}
    space = max(map(len, marks.values()))
    lines = [f"{marks.get(at, ''):>{space}} ┤{''.join(row)}".rstrip() for at, row in enumerate(grid)]
    ends = max(columns - len(figure(left)) - len(figure(right)), 1)
    return "\n".join([*lines, f"{' ' * space}  {figure(left)}{' ' * ends}{figure(right)}"])


def cells_text(frame: pd.DataFrame, spec: ChartSpec, width: int) -> str:
    """A shade for each pair: the darker the more."""
    numbers = [json_number(value) for value in frame[spec.color]]
    present = [number for number in numbers if number is not None]
    if not present:
        return "no figures"
    low, span = min(present), (max(present) - min(present)) or 1
    across, down = (
        moments_of(frame, spec),
        [cell or NULL for cell in show_columns(frame[[spec.y]], len(frame))[0].cells],
    )
    shade = {
        (x, y): SHADES[round((number - low) / span * 3) + 1]
        for x, y, number in zip(across, down, numbers, strict=True)
        if number is not None
    }
    columns, rows = list(dict.fromkeys(across)), list(dict.fromkeys(down))
    left = min(max(map(width_of, rows)), width // 3)
    wide = max(1, min(4, (width - left - 2) // len(columns)))
    lines = [
        pad(fit(y, left), left) + GAP + "".join(shade.get((x, y), SHADES[0]) * wide for x in columns)
        for y in rows
    ]
    names = fit(", ".join(columns), width - 12)
    return "\n".join([*lines, f"from left: {names}", f"░ {figure(low)} … █ {figure(low + span)}"])


DESCRIBED = 60
"""Tables whose columns are shown; of more, the names are."""


def schema_text(schema: Schema, width: int = 80) -> str:
    """A tree: namespaces where there are several, tables, columns; of a large schema the tables alone."""
    is_large = len(schema.tables) > DESCRIBED
    groups = by_namespace(schema.tables)
    lines: list[str] = []
    for namespace, tables in groups.items():
        indent = "  " * (len(groups) > 1)
        if indent:
            lines.append(f"{plain(namespace) or 'main'} ({count(len(tables), 'table')})")
        for table in tables:
            named = replace(table, name=table.local, qualified=False) if indent else table
            lines += described_text(named, width, indent, with_columns=not is_large)
    if is_large:
        lines.append(f"({len(schema.tables):,} tables; the columns of one: %dbsource schema NAME TABLE)")
    return "\n".join(lines) or "no tables"


def by_namespace(tables: Sequence[Table]) -> dict[str, list[Table]]:
    groups: dict[str, list[Table]] = {}
    for table in tables:
        groups.setdefault(table.schema, []).append(table)
    return groups


def described_text(table: Table, width: int, indent: str, with_columns: bool) -> list[str]:
    """The table's line, and one for each of its columns."""
    facts = ", ".join(table_facts(table))
    comment = f": {plain(table.comment)}" if table.comment else ""
    lines = [fit(f"{indent}{plain(table.name)}{f' ({facts})' if facts else ''}{comment}", width)]
    if not with_columns:
        return lines
    columns = [
        Column("", tuple(plain(column.name) for column in table.columns), is_number=False),
        Column("", tuple(plain(column.type) for column in table.columns), is_number=False),
        Column("", tuple(plain(key_text(column.name, table)) for column in table.columns), is_number=False),
        Column("", tuple(plain(column.comment) for column in table.columns), is_number=False),
    ]
    shown = [column for column in columns if any(column.cells)]
    widths = squeeze(natural_widths(shown), max(width - len(indent) - 2, 20))
    shown = shown[: len(widths)]
    rows = zip(*(column.cells for column in shown), strict=True)
    return lines + [
        f"{indent}  {row_text([cell or '' for cell in row], widths, shown)}".rstrip() for row in rows
    ]


def table_facts(table: Table) -> list[str]:
    """What a person should know of it, beside its name."""
    rows = [] if table.rows is None else [counted("about {count} row", "about {count} rows", table.rows)]
    return [*([] if table.kind == "table" else [phrase(table.kind)]), *rows]


def key_text(column: str, table: Table) -> str:
    """ "key" for a part of the primary key, else what the column points at, declared or guessed."""
    for key in (*table.foreign_keys, *table.inferred_keys):
        for own, target in zip(key.columns, key.target_columns, strict=False):
            if own == column:
                return f"→ {key.target}.{target}{phrase(' (guessed)') if key.inferred else ''}"
    return phrase("key") if column in table.primary_key else ""


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def works_text(tested: Tested) -> str:
    """In a sentence: that a datasource works."""
    version = f" ({tested.version})" if tested.version else ""
    milliseconds = f"{1000 * tested.seconds:,.0f} ms"
    return plain(
        f"{tested.datasource} works{version}: {count(tested.tables, 'table')}, read in {milliseconds}."
    )


def findings_of(tested: Tested) -> list[str]:
    """What a person should know beside that it works."""
    lines = []
    if tested.latency:
        lines.append(
            phrase(
                "The smallest statement takes {milliseconds} ms.",
                milliseconds=f"{1000 * tested.latency:,.1f}",
            )
        )
    lines.append(
        phrase("Sessions opened here refuse to write.")
        if tested.read_only
        else phrase(
            "Sessions opened here could not be made to refuse writing; only the check of each statement does."
        )
    )
    if tested.can_write:
        lines.append(phrase("The role itself could write in a session of its own; safer is one that cannot."))
    elif tested.can_write is not None:
        lines.append(phrase("The role itself cannot write."))
    if tested.remedy:
        lines += [
            phrase("Statements that make such a role:"),
            *(f"    {line}" for line in tested.remedy.splitlines()),
        ]
    return [plain(line) for line in (*lines, *tested.notes)]
