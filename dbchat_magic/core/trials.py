"""Trials: a question's statements as they are tried: checked, run and judged; what fails goes back to its translator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dbchat_magic.core.connect import Connection
from dbchat_magic.core.course import Step
from dbchat_magic.core.execute import Result, execute
from dbchat_magic.core.guard import check
from dbchat_magic.core.names import check_columns
from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.translator import Doubt, Judging, Translation, Translator
from dbchat_magic.errors import (
    DbChatError,
    NameUnknown,
    QueryCancelled,
    QueryFailed,
    QueryTimeout,
    SqlRejected,
)
from dbchat_magic.language import phrase

REPAIRS = 2
"""How often a translator may try again after a refusal."""
SHORT_SECONDS = 5.0
"""What a second reading may take, which is run only to be compared."""
QUICK_SECONDS = 2.0
"""Where the first reading took longer, no second one is run."""


@dataclass(frozen=True)
class Trial:
    """A translation that ran."""

    translation: Translation
    sql: str
    """As the guard let it through."""
    result: Result


class Trials:
    """Runs the statements of one question; each at most once.

    `is_outdated` reads the schema anew, and tells whether it has changed since.
    """

    def __init__(
        self,
        translator: Translator,
        question: Question,
        schema: Schema,
        connection: Connection,
        is_outdated: Callable[[], bool],
    ) -> None:
        self._translator = translator
        self._question = question
        self._schema = schema
        self._connection = connection
        self._is_outdated = is_outdated
        self._ran: dict[str, tuple[str, Result]] = {}

    def run(
        self, translation: Translation, seconds: float, decide: Callable[[Translation], Translation]
    ) -> Trial:
        """The first reading that runs and whose rows can be meant; `decide` may refuse it.

        What is refused goes back to the translator, REPAIRS times at most. Raises what the last try came to, and
        at once QueryTimeout, QueryCancelled, and NameUnknown where the schema is outdated: with these, no other
        statement of this translator helps.
        """
        doubted: Trial | None = None
        error: DbChatError = Doubt(phrase("Nothing was tried."))
        for repairs_left in range(REPAIRS, -1, -1):
            try:
                return self._judged(translation, seconds, decide)
            except (QueryTimeout, QueryCancelled):
                raise
            except NameUnknown as unknown:
                if self._is_outdated():
                    raise
                error = unknown
            except Doubt as doubt:
                error = doubt
                doubted = doubted or self._doubted(translation, doubt)
            except (SqlRejected, QueryFailed) as refusal:
                error = refusal
            if not repairs_left:
                break
            self._question.course.tell(Step("repair", error.message))
            try:
                translation = self._translator.repair(self._question, self._schema, translation, error)
            except DbChatError:
                if doubted is None or self._question.course.stopped:
                    raise
                break
        if doubted is None:
            raise error
        return doubted

    def _judged(
        self, translation: Translation, seconds: float, decide: Callable[[Translation], Translation]
    ) -> Trial:
        sql, result = self._try(translation.sql, seconds)
        if isinstance(self._translator, Judging):

            def attempt(sql: str) -> Result | None:
                return (
                    self._attempt(sql, min(seconds, SHORT_SECONDS))
                    if result.seconds < QUICK_SECONDS
                    else None
                )

            translation = decide(
                self._translator.judge(self._question, self._schema, translation, result, attempt)
            )
            sql, result = self._try(translation.sql, seconds)
        return Trial(translation, sql, result)

    def _try(self, sql: str, seconds: float) -> tuple[str, Result]:
        """The statement as it was checked, and what it gives; not run again where it has been."""
        if sql not in self._ran:
            course = self._question.course
            safe = check(sql, self._schema.dialect, self._schema)
            check_columns(safe.text, self._schema)
            course.check()
            course.tell(Step("run", safe.text))
            result = execute(
                self._connection, safe, self._question.row_limit, seconds, course, self._question.exact
            )
            self._ran[sql] = safe.text, result
        return self._ran[sql]

    def _attempt(self, sql: str, seconds: float) -> Result | None:
        """What another reading gives; None where it fails, or takes too long."""
        try:
            return self._try(sql, seconds)[1]
        except QueryCancelled:
            raise
        except DbChatError:
            return None

    def _doubted(self, translation: Translation, doubt: Doubt) -> Trial:
        """Rows that are hardly meant: given where nothing better is found, with a word about it."""
        sql, result = self._ran[translation.sql]
        told = replace(
            translation,
            confidence=min(translation.confidence, 0.5),
            alternatives=(),
            notes=(*translation.notes, doubt.message),
        )
        return Trial(told, sql, result)
