"""Downloads: an answer's rows as a file: behind a link while they are small, else beside the notebook."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase
from dbchat_magic.rendering.csv import without_formulas
from dbchat_magic.rendering.html import text

if TYPE_CHECKING:
    import pandas as pd

LARGEST_LINK = 2_000_000
"""Bytes: a link's data lie in the page, and in the notebook where it is saved with its widgets."""
LONGEST_NAME = 60
MOST_FILES = 1_000

CSV, PARQUET = "csv", "parquet"
MEDIA = {CSV: "text/csv;charset=utf-8", PARQUET: "application/vnd.apache.parquet"}


def offer_html(
    frame: pd.DataFrame, question: str, kind: str, folder: Path, largest: int = LARGEST_LINK
) -> str:
    """A link that saves the rows, else the name of the file that holds them; raises DbChatError."""
    data = write_csv(frame) if kind == CSV else write_parquet(frame)
    name = f"{file_stem(question)}.{kind}"
    if len(data) > largest:
        written = write_new(folder, name, data)
        return f'<span role="status">{text(phrase("Written to {path}.", path=written))}</span>'
    address = f"data:{MEDIA[kind]};base64,{base64.b64encode(data).decode('ascii')}"
    words = phrase("Save {name} ({kilobytes} kB)", name=name, kilobytes=f"{len(data) / 1000:,.1f}")
    look = "color: var(--jp-content-link-color); text-decoration: underline"
    return f'<a style="{look}" download="{text(name)}" href="{address}">{text(words)}</a>'


def write_csv(frame: pd.DataFrame) -> bytes:
    """With the mark by which spreadsheets know UTF-8, and without formulas."""
    return without_formulas(frame).to_csv(index=False).encode("utf-8-sig")


def write_parquet(frame: pd.DataFrame) -> bytes:
    from dbchat_magic.core.execute import unique_names

    named = frame.set_axis(unique_names(map(str, frame.columns)), axis=1)
    try:
        return to_parquet(named)
    except ImportError:
        raise DbChatError(
            phrase("Parquet needs the package pyarrow, which is not installed here."),
            phrase("Install it: pip install 'dbchat_magic[files]', or take CSV."),
        ) from None
    except (TypeError, ValueError, OverflowError, NotImplementedError):  # a column of mixed values
        return to_parquet(
            named.astype({name: "string" for name in named.columns if named[name].dtype == object})
        )


def to_parquet(frame: pd.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.to_parquet(written, index=False, engine="pyarrow")
    return written.getvalue()


def file_stem(question: str) -> str:
    """A file's name that tells what was asked.

    >>> file_stem("How many orders per country?"), file_stem("../?")
    ('how-many-orders-per-country', 'answer')
    """
    return "-".join(re.findall(r"\w+", question.lower()))[:LONGEST_NAME].strip("-") or "answer"


def write_new(folder: Path, name: str, data: bytes) -> Path:
    """The file that was written; one that is there is never touched. Raises DbChatError."""
    stem, _, ending = name.rpartition(".")
    for number in range(1, MOST_FILES):
        path = folder / (name if number == 1 else f"{stem}-{number}.{ending}")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        except OSError as error:
            raise DbChatError(
                phrase("{path} cannot be written: {reason}.", path=path, reason=error.strerror),
                phrase("Free some room, or start the notebook in a folder that you may write to."),
            ) from None
        return path
    raise DbChatError(
        phrase("There are too many files called {name}.", name=name), phrase("Remove some of them.")
    )
