"""Translator: whoever turns a question into SQL, and Translation, what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.settings import Settings
from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.core.execute import Result

GROUP = "dbchat_magic.translators"


@dataclass(frozen=True)
class Usage:
    """What asking models took; zero where none was asked."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    """How often a model was asked."""
    cost: float | None = None
    """US dollars; None: the price is not known."""

    @property
    def in_words(self) -> str:
        """For people: "1,200 + 40 tokens, 0.00040 US dollars"."""
        tokens = phrase(
            "{prompt:,} + {completion:,} tokens", prompt=self.prompt_tokens, completion=self.completion_tokens
        )
        if self.cost is None:
            return tokens
        return phrase("{tokens}, {cost:.5f} US dollars", tokens=tokens, cost=self.cost)

    def __add__(self, other: Usage) -> Usage:
        costs = [usage.cost for usage in (self, other) if usage.cost is not None]
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.calls + other.calls,
            sum(costs) if costs else None,
        )


@dataclass(frozen=True)
class Translation:
    """A question as SQL, with how it was understood."""

    sql: str
    """One reading statement, without a LIMIT that the question did not ask for."""
    reading: str
    """How the question was understood: one sentence in plain words."""
    confidence: float = 1.0
    """Between 0 and 1."""
    alternatives: tuple[Translation, ...] = ()
    """Other readings, likeliest first."""
    ignored: tuple[str, ...] = ()
    """Words of the question that played no part."""
    chart: str | None = None
    """The chart kind that the question asks for."""
    notes: tuple[str, ...] = ()
    """What a person should know about this reading."""
    usage: Usage = Usage()
    translator: str = ""
    """Who read it so, where that is another than was asked."""


@dataclass(frozen=True)
class Offered:
    """A model that can be asked."""

    name: str
    """What to write after -m."""
    server: str
    """Whose it is, for people."""
    address: str
    note: str = ""
    """What a person should know of it."""


class Doubt(DbChatError):
    """The rows that a statement gives cannot be what was asked for. Never shown as an error: it is told beside
    the rows where no better ones are found."""


class Translator(Protocol):
    """What the entry-point group `dbchat_magic.translators` (name -> callable(Settings) -> Translator) offers."""

    name: str

    def translate(self, question: Question, schema: Schema) -> Translation:
        """The best reading. Raises NotUnderstood when there is none worth running."""

    def repair(
        self, question: Question, schema: Schema, translation: Translation, error: DbChatError
    ) -> Translation:
        """Another reading after the guard or the database refused `translation`.

        Raises `error` again when there is none.
        """


@runtime_checkable
class Explaining(Protocol):
    """A Translator that can also tell how it comes to its readings."""

    def explain(self, question: Question, schema: Schema) -> str:
        """What the words may mean, what was tried and why one reading was chosen: plain lines for people.

        Raises NotUnderstood only where nothing could be tried.
        """


@runtime_checkable
class Judging(Protocol):
    """A Translator that looks at the rows of its readings before a person does."""

    def judge(
        self,
        question: Question,
        schema: Schema,
        translation: Translation,
        result: Result,
        attempt: Callable[[str], Result | None],
    ) -> Translation:
        """The translation to be shown: itself, with what its rows say of it, or one of its alternatives.

        `attempt` runs another statement, through the same guard and within narrower limits; None: it fails.
        Raises Doubt where the rows cannot be meant: then `repair` is asked.
        """


@runtime_checkable
class Listing(Protocol):
    """A Translator that knows which models there are."""

    def models(self) -> list[Offered]:
        """Those of the configured endpoint, then those found on this computer."""


def find_translator(name: str, settings: Settings) -> Translator:
    """The installed translator of this name; raises DbChatError listing those there are."""
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in known:
        raise DbChatError(
            phrase("There is no translator called {name!r} here.", name=name),
            phrase(
                "Translators you can use: {names}.",
                names=", ".join(sorted(known)) or phrase("none; is the package installed?"),
            ),
        )
    make = cast(Callable[[Settings], Translator], known[name].load())
    return make(settings)
