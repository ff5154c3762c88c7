"""Catalogues: gathers what is said to people into `dbchat_magic/locale/*/LC_MESSAGES/dbchat_magic.po`, and compiles it.

Run it after a text in `phrase`, `counted` or `marked` was added or changed, translate what it lists, and run it again.
"""

from __future__ import annotations

import ast
import datetime
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dbchat_magic"
CATALOGUES = PACKAGE / "locale"
TEXTS = {"phrase": 1, "counted": 2, "marked": 1}
"""Functions, and how many of their arguments are texts: of two the second is the plural."""
LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def gather() -> Catalog:
    """Every text of the sources, and what is shown of the kinds of charts, tables and databases."""
    found = Catalog(project="dbchat_magic", charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        for texts in texts_of(ast.parse(path.read_text("utf-8"))):
            found.add(texts if len(texts) > 1 else texts[0])
    for text in texts_of_dialects():
        found.add(text)
    return found


def texts_of(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS:
            arguments = node.args[: TEXTS[node.func.id]]
            texts = [each.value for each in arguments if isinstance(each, ast.Constant)]
            if len(texts) == TEXTS[node.func.id]:
                yield tuple(map(str, texts))


def texts_of_dialects() -> Iterator[str]:
    from dbchat_magic.core.chart import KINDS
    from dbchat_magic.dialects import dialects

    yield from (*KINDS, "view", "materialized view", "foreign table")
    for dialect in dialects().values():
        if re.search(" [a-z]", dialect.label):  # others are proper names
            yield dialect.label
        yield from (*dialect.forbidden_functions.values(), *dialect.forbidden_tables.values())
        for parameter in dialect.parameters:
            yield from filter(None, (parameter.label, parameter.description))


def po_files() -> Iterable[Path]:
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/dbchat_magic.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain="dbchat_magic")


def updated(catalogue: Catalog) -> Catalog:
    """With what is new, without what is said no more; nothing is guessed from texts that are alike."""
    catalogue.update(gather(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    write_po(written, catalogue, width=110, no_location=True, sort_output=True, omit_header=True)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    return header + written.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = LONG_AGO  # the same sources, the same file
    write_mo(written, catalogue)
    return written.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    return [str(message.id) for message in catalogue if message.id and not is_translated(message.string)]


def is_translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string or ()))


def main() -> int:
    left = 0
    for path in po_files():
        catalogue = updated(read(path))
        path.write_bytes(po_bytes(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(read(path)))
        for text in missing(catalogue):
            print(f"{path.parents[1].name}: {text!r}")  # noqa: T201 - a terminal program prints
            left += 1
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
