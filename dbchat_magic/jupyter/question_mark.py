"""Question mark: `%dbchat how many orders?` asks, where IPython alone would look for help on `orders`.

IPython takes every line that ends in "?" for a request for help. These two stand before that rule, for lines
of %dbchat with words between the name and the mark; `%dbchat?` stays help.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.inputtransformer2 import EscapedCommand, MagicAssign

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MAGIC = "dbchat"
BEFORE_HELP = 4
"""IPython's rule for help has 5; the lower goes first."""


class AskedLine(EscapedCommand):
    """`%dbchat how many orders?`"""

    priority = BEFORE_HELP

    @classmethod
    def find(cls, tokens_by_line: Sequence[Sequence[Any]]) -> AskedLine | None:
        for line in tokens_by_line:
            at = start_of_question(line)
            if at is not None and not any(token.string.strip() for token in line[:at]):
                return cls(line[at].start)
        return None


class AskedAssignment(MagicAssign):
    """`df = %dbchat how many orders?`; it starts where the line does, as IPython's rule for help does."""

    priority = BEFORE_HELP

    def __init__(self, start: tuple[int, int], magic: tuple[int, int]) -> None:
        super().__init__(start)
        self._magic = magic

    @classmethod
    def find(cls, tokens_by_line: Sequence[Sequence[Any]]) -> AskedAssignment | None:
        for line in tokens_by_line:
            at = start_of_question(line)
            if at and line[at - 1].string == "=":
                first = next(token for token in line if token.string.strip())
                return cls(first.start, line[at].start)
        return None

    def transform(self, lines: list[str]) -> list[str]:
        return list(MagicAssign(self._magic).transform(lines))


def start_of_question(line: Sequence[Any]) -> int | None:
    """Where "%" stands in a line of `%dbchat` with a question that ends in "?"."""
    words = [token.string for token in line]
    if len(words) < 2 or words[-2] != "?":
        return None
    for at in range(len(words) - 1):
        if words[at : at + 2] == ["%", MAGIC] and line[at].end == line[at + 1].start:
            question = [word for word in words[at + 2 :] if word.strip(" ?\n\r")]
            return at if question else None
    return None


def register(shell: InteractiveShell) -> None:
    transformers = shell.input_transformer_manager.token_transformers
    transformers.extend([AskedLine, AskedAssignment])


def unregister(shell: InteractiveShell) -> None:
    transformers = shell.input_transformer_manager.token_transformers
    transformers[:] = [each for each in transformers if each.__module__ != __name__]
