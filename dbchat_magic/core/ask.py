"""Ask: the path of a question, from plain words to an Answer. Start reading here."""

from __future__ import annotations

import contextlib
import datetime
import functools
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dbchat_magic.core.chart import ChartSpec, choose_chart
from dbchat_magic.core.connect import Connection, Pouring, connect
from dbchat_magic.core.course import Course, Step
from dbchat_magic.core.datasources import (
    Datasource,
    DatasourceStore,
    demo_datasource,
    find_datasource,
    veiled,
)
from dbchat_magic.core.glossaries import Glossaries, Written
from dbchat_magic.core.history import Entry, History
from dbchat_magic.core.inspect import Tested, check_role, inspect
from dbchat_magic.core.memory import Memory, Verified
from dbchat_magic.core.question import Question, Turn
from dbchat_magic.core.reading import OnProgress
from dbchat_magic.core.schema import Schema, reach
from dbchat_magic.core.schema_cache import SchemaCache
from dbchat_magic.core.settings import Settings, read_settings
from dbchat_magic.core.store import Store
from dbchat_magic.core.translator import (
    Explaining,
    Judging,
    Listing,
    Offered,
    Translation,
    Translator,
    Usage,
    find_translator,
)
from dbchat_magic.errors import (
    Ambiguous,
    DbChatError,
    NameUnknown,
    NotUnderstood,
    QueryCancelled,
    QueryFailed,
    QueryTimeout,
    SqlRejected,
)
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import pandas as pd

    from dbchat_magic.core.connect import Rows
    from dbchat_magic.core.execute import Result
    from dbchat_magic.core.guard import SafeSql
    from dbchat_magic.rendering.files import WrittenFile

OFFLINE, MODEL = "offline", "model"
VERIFIED = "verified"
"""Who translated, in the history, where a verified answer was given."""
MOST_VOTES = 15


@dataclass(frozen=True)
class Answer:
    """What a question comes to."""

    question: str
    datasource: str
    """The datasource's name."""
    sql: str
    frame: pd.DataFrame
    chart: ChartSpec | None = None
    reading: str = ""
    """How the question was understood; empty when the user wrote the SQL."""
    confidence: float = 1.0
    """Between 0 and 1."""
    alternatives: tuple[Translation, ...] = ()
    """Other readings, likeliest first."""
    ignored: tuple[str, ...] = ()
    """Words of the question that played no part."""
    truncated: bool = False
    """There were more rows than the limit."""
    seconds: float = 0.0
    """What the query took."""
    notes: tuple[str, ...] = ()
    """What a person should know about this answer."""
    usage: Usage = Usage()
    dialect: str = ""
    """The kind of datasource, whose SQL it is."""
    verified: bool = False
    """A person has verified this SQL as the answer to the question."""

    def to_vegalite(self) -> dict[str, Any]:
        """The chart as a Vega-Lite v5 specification; raises DbChatError where there is no chart."""
        from dbchat_magic.rendering.vegalite import to_vegalite

        if self.chart is None:
            raise DbChatError(
                phrase("This answer has no chart."), phrase("Ask for one: chart='bar', or --chart bar.")
            )
        return to_vegalite(self.frame, self.chart)

    def to_altair(self) -> Any:
        """The chart as an altair.Chart; raises DbChatError where there is no chart or no altair."""
        try:
            import altair
        except ImportError:
            raise DbChatError(
                phrase("The package altair is not installed."),
                phrase("Install it: pip install 'dbchat_magic[charts]'."),
            ) from None
        return altair.Chart.from_dict(self.to_vegalite())

    def save_chart(self, path: str | Path) -> None:
        """Write the chart to a file: .png, .svg, .pdf, .html (a page of its own) or .json (Vega-Lite v5).

        Raises DbChatError where there is no chart, for another ending, where vl-convert is missing, and when the
        file cannot be written.
        """
        from dbchat_magic.rendering.picture import draw_picture

        picture = draw_picture(self.to_vegalite(), Path(path).suffix.lower())
        try:
            Path(path).expanduser().write_bytes(picture)
        except OSError as error:
            raise DbChatError(
                phrase("{path} cannot be written: {reason}.", path=path, reason=error.strerror),
                phrase("Name a file in a folder that you may write to."),
            ) from error

    def explain(self) -> str:
        """In plain words: how the question was read, what it rests on, and what the SQL does, step by step."""
        from dbchat_magic.core.explain import explain_sql  # sqlglot

        parts = [self.reading or phrase("You wrote the SQL yourself.")]
        if self.ignored:
            parts.append(phrase("These words played no part: {words}.", words=", ".join(self.ignored)))
        steps = explain_sql(self.sql, self.dialect) if self.dialect else ()
        return "\n".join([*parts, *self.notes, *steps])


@dataclass(frozen=True)
class Answered:
    """A question that was translated and run."""

    translator: str
    translation: Translation
    sql: str
    """What was run."""
    result: Result


class DbChat:
    """Ask databases in plain words. Holds no conversation; safe to use from several threads.

    `home` is the folder of the store (default: DBCHAT_HOME, else the user's data folder); `translator` is
    "offline", "model" or a Translator (default: "model" where one is configured, else "offline");
    `on_progress` is told how far the reading of a schema is that somebody waits for.
    """

    def __init__(
        self,
        home: str | Path | None = None,
        translator: str | Translator | None = None,
        *,
        settings: Settings | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        self.settings = settings or read_settings(home=home)
        self.store = Store(self.settings.home)
        self.datasources = DatasourceStore(self.store)
        self.history = History(self.store)
        self.memory = Memory(self.store, self._find_source, self._try)
        self.glossaries = Glossaries(self.settings.home)
        self._translator = translator
        self._translators: dict[str, Translator] = {}
        self._on_progress = on_progress
        self._schemas = SchemaCache(self.settings.home, self.settings.private_columns)
        self._lock = threading.Lock()

    def ask(
        self,
        text: str,
        datasource: str | Datasource | None = None,
        *,
        model: str | None = None,
        history: Iterable[tuple[str, str]] = (),
        rows: int | None = None,
        tables: Iterable[str] | None = None,
        today: datetime.date | None = None,
        chart: str | None = None,
        votes: int = 1,
        course: Course | None = None,
    ) -> Answer:
        """Answer a question.

        `datasource` is a name, an SQLAlchemy URL or a file path (None: the configured one, else the only
        one, else the demo); `history` holds earlier (question, SQL) pairs, oldest first; `rows` caps the
        result; `tables` restricts what may be used; a model is asked `votes` times, and what most of its replies
        agree on is given; `course` is told how far it is, and can stop it.

        Raises NotUnderstood when the translator declines, its child Ambiguous (with `choices`) when
        several readings are about as likely, SqlRejected, QueryFailed and its children, DatasourceError.
        """
        datasource = veiled(datasource)
        source, notes = self._choose_datasource(datasource)
        course = course or Course()
        load_ahead()
        with course.waiting():
            connection = connect(source, self.settings)
            check_role(connection, source)
        question = self._question(text, source, history, rows, tables, today, chart, votes, course)
        translator = self._choose_translator(model)
        record = Entry(source.name, question.text, "", translator.name)
        with self._recording(record):
            found = self._answer(translator, question, source, connection)
        translation, result = found.translation, found.result
        self._remember(replace(record, translator=found.translator), found.sql, result, translation.usage)
        answer = Answer(
            question=question.text,
            datasource=source.name,
            sql=found.sql,
            frame=result.frame,
            chart=choose_chart(result.frame, chart or translation.chart, title=question.text),
            truncated=result.truncated,
            seconds=result.seconds,
            notes=notes,
            dialect=source.type,
            verified=found.translator == VERIFIED,
        )
        return with_reading(answer, translation)

    def translate(
        self,
        text: str,
        datasource: str | Datasource | None = None,
        *,
        model: str | None = None,
        history: Iterable[tuple[str, str]] = (),
        tables: Iterable[str] | None = None,
        today: datetime.date | None = None,
    ) -> Translation:
        """The best reading of a question; nothing is run but reads of the schema and of values.

        Raises NotUnderstood when the translator declines, DatasourceError.
        """
        datasource = veiled(datasource)
        source, notes = self._choose_datasource(datasource)
        connection = connect(source, self.settings)
        question = self._question(text, source, history, None, tables, today)
        verified = self._verified(question, source, connection)
        if verified is not None:
            with contextlib.suppress(SqlRejected):
                safe = self._check(verified.sql, question, source, connection)
                return with_notes(replace(as_translation(verified), sql=safe.text), notes)
        question, schema = self._put(question, source, connection)
        return with_notes(self._choose_translator(model).translate(question, schema), notes)

    def why(
        self,
        text: str,
        datasource: str | Datasource | None = None,
        *,
        model: str | None = None,
        history: Iterable[tuple[str, str]] = (),
        tables: Iterable[str] | None = None,
        today: datetime.date | None = None,
    ) -> str:
        """How a translator comes to its reading of a question: lines for people; empty where it cannot tell.

        Nothing is run but reads of the schema and of values. Raises NotUnderstood, DatasourceError.
        """
        datasource = veiled(datasource)
        translator = self._choose_translator(model)
        if not isinstance(translator, Explaining):
            return ""
        source, _ = self._choose_datasource(datasource)
        question = self._question(text, source, history, None, tables, today)
        return translator.explain(*self._put(question, source, connect(source, self.settings)))

    def run(
        self,
        sql: str,
        datasource: str | Datasource | None = None,
        *,
        rows: int | None = None,
        chart: str | None = None,
        choice: Translation | None = None,
        question: str = "",
        course: Course | None = None,
    ) -> Answer:
        """Run the user's own SQL: same guard, same limits, same errors as `ask`, and as much to be stopped.

        `choice` is the Translation that the SQL comes from when the user took one of those that Ambiguous
        offered for `question`: its reading goes with the answer and into the history.
        """
        datasource = veiled(datasource)
        source, notes = self._choose_datasource(datasource)
        course = course or Course()
        load_ahead()
        with course.waiting():
            connection = connect(source, self.settings)
        from dbchat_magic.core.execute import execute  # pandas, half a second
        from dbchat_magic.core.guard import check  # sqlglot

        record = Entry(source.name, question, sql, "choice" if choice else "user")
        with self._recording(record):
            course.tell(Step("schema"))
            with course.waiting():
                schema = self._read_schema(source, connection)
            safe = check(sql, source.type, schema)
            course.tell(Step("run", safe.text))
            limit, seconds = self._row_limit(rows), self.settings.timeout
            result = execute(connection, safe, limit, seconds, course, self._exact)
        self._remember(record, safe.text, result, Usage())
        answer = Answer(
            question=question,
            datasource=source.name,
            sql=safe.text,
            frame=result.frame,
            chart=choose_chart(result.frame, chart or (choice.chart if choice else None), title=question),
            truncated=result.truncated,
            seconds=result.seconds,
            notes=notes,
            dialect=source.type,
        )
        return answer if choice is None else with_reading(answer, choice)

    def export(
        self,
        sql: str,
        path: str | Path,
        datasource: str | Datasource | None = None,
        *,
        course: Course | None = None,
        on_progress: Callable[[WrittenFile], None] | None = None,
    ) -> WrittenFile:
        """Write the whole result of a statement to a file, all its rows, as they come: .csv, .parquet, .jsonl or
        .xlsx. Same guard and same session as `run`; the time limit holds from one part to the next.

        `on_progress` is told how far it is. `course` can stop it; then, as after any error, no file is left, and one that was
        there stays as it was. Raises SqlRejected, QueryFailed and its children, DatasourceError, DbChatError.
        """
        from dbchat_magic.core.execute import make_frames  # pandas, half a second
        from dbchat_magic.core.guard import check  # sqlglot
        from dbchat_magic.rendering.files import check_file, write_file

        place = check_file(path)
        datasource = veiled(datasource)
        source, _ = self._choose_datasource(datasource)
        course = course or Course()
        connection = connect(source, self.settings)
        record = Entry(source.name, "", sql, "user")
        with self._recording(record):
            safe = check(sql, source.type, self._read_schema(source, connection))
            course.tell(Step("run", safe.text))
            parts = pouring(connection).pour(safe, seconds=self.settings.timeout, course=course)
            with contextlib.closing(cast("Generator[Rows]", parts)):
                written = write_file(place, make_frames(parts, self._exact), on_progress)
        self.history.add_soon(replace(record, sql=safe.text, rows=written.rows, seconds=written.seconds))
        return written

    def schema(self, datasource: str | Datasource | None = None) -> Schema:
        """The tables of a datasource as translators see them; read anew when the database has changed.

        Raises DatasourceError, GlossaryError, QueryFailed and its children.
        """
        datasource = veiled(datasource)
        source, _ = self._choose_datasource(datasource)
        return self.glossaries.apply(source, self._read_schema(source, connect(source, self.settings)))

    def first_rows(
        self,
        table: str,
        datasource: str | Datasource | None = None,
        *,
        rows: int = 20,
        course: Course | None = None,
    ) -> Answer:
        """Some rows of a table, for a look at it: same guard, same limits as `run`, but nothing for the history.

        Raises DatasourceError for a table that is not there, QueryFailed and its children.
        """
        from dbchat_magic.core.execute import execute  # pandas, half a second
        from dbchat_magic.core.guard import check  # sqlglot

        source, notes = self._choose_datasource(veiled(datasource))
        course = course or Course()
        with course.waiting():
            connection = connect(source, self.settings)
            schema = self.glossaries.apply(source, self._read_schema(source, connection))
        limit = min(self._row_limit(rows), self.settings.row_limit)
        found = reach(schema.find(table), connection.dialect)
        safe = check(f"SELECT * FROM {found} LIMIT {limit + 1}", source.type, schema)
        result = execute(connection, safe, limit, self.settings.timeout, course, self._exact)
        return Answer(
            question=table,
            datasource=source.name,
            sql=safe.text,
            frame=result.frame,
            truncated=result.truncated,
            seconds=result.seconds,
            notes=notes,
            dialect=source.type,
        )

    def refresh(self, datasource: str | Datasource | None = None) -> Schema:
        """The tables of a datasource, read anew; raises as `schema` does."""
        datasource = veiled(datasource)
        source, _ = self._choose_datasource(datasource)
        return self.glossaries.apply(source, self._renew_schema(source, connect(source, self.settings)))

    def data_mark(self, datasource: str | Datasource | None = None) -> str:
        """A text that changes when a datasource's data may have changed; empty where nothing tells that.

        Files tell it; servers and the notebook's own frames do not. Raises DatasourceError.
        """
        source, _ = self._choose_datasource(veiled(datasource))
        connection = connect(source, self.settings)
        kinds = {parameter.type for parameter in connection.dialect.parameters}
        tells = connection.dialect.embedded and kinds & {"path", "files"}
        return connection.fingerprint() if tells else ""

    def save_glossary(self, text: str, seen: Written, datasource: str | Datasource | None = None) -> Written:
        """Write a datasource's glossary, held against what the database has, in place of `seen`.

        Raises GlossaryError, with nothing written, where it cannot be used or is no longer as it was seen.
        """
        source = self._find_source(datasource)
        schema = self._read_schema(source, connect(source, self.settings))
        return self.glossaries.save(source, schema, text, seen)

    def prepare(self, datasource: str | Datasource | None = None) -> None:
        """Begin to read a datasource's tables in the background, so that the first question finds them.

        Nothing is raised or said where that fails: the question will tell.
        """
        datasource = veiled(datasource)
        threading.Thread(target=self._prepare, args=(datasource,), name="dbchat-prepare", daemon=True).start()

    def _prepare(self, datasource: str | Datasource | None) -> None:
        with contextlib.suppress(Exception):  # the question will tell
            source, _ = self._choose_datasource(datasource)
            self._schemas.prepare(source, connect(source, self.settings))

    def test(self, datasource: str | Datasource | None = None) -> Tested:
        """Open a datasource, read its schema anew and find out who could write. Raises as `schema` does."""
        datasource = veiled(datasource)
        source, _ = self._choose_datasource(datasource)
        started = time.perf_counter()
        connection = connect(source, self.settings)
        schema = self._renew_schema(source, connection)
        return inspect(connection, source, len(schema.tables), time.perf_counter() - started)

    def _put(self, question: Question, source: Datasource, connection: Connection) -> tuple[Question, Schema]:
        """The question with the verified answers that are like it, and the schema it is asked of."""
        schema = self._schema_for(question, source, connection)
        return replace(question, examples=self._examples(question, source, schema)), schema

    def _answer(
        self, translator: Translator, question: Question, source: Datasource, connection: Connection
    ) -> Answered:
        """The verified answer, else translated and run; once more where the database has changed since its
        schema was read."""
        question.course.tell(Step("schema"))
        verified, notes = self._give_verified(question, source, connection)
        if verified is not None:
            return verified
        with question.course.waiting():
            question, schema = self._put(question, source, connection)
        question.course.check()
        question.course.tell(Step("translate"))
        try:
            return self._run(translator, question, schema, source, connection, notes)
        except NameUnknown:
            renewed = self._schema_for(question, source, connection)
            if renewed.tables == schema.tables:
                raise
        return self._run(translator, question, renewed, source, connection, notes)

    def _run(
        self,
        translator: Translator,
        question: Question,
        schema: Schema,
        source: Datasource,
        connection: Connection,
        notes: tuple[str, ...],
    ) -> Answered:
        """Translate, then try the statement; a translator that judges rows is asked which reading it means after
        that, others before."""
        from dbchat_magic.core.trials import Trials  # pandas and sqlglot, half a second

        translation = with_notes(translator.translate(question, schema), notes)
        if not isinstance(translator, Judging):
            translation = self._decide(translation)

        def is_outdated() -> bool:
            renewed = self.glossaries.apply(source, self._renew_schema(source, connection))
            return narrow(renewed, question).tables != schema.tables

        trials = Trials(translator, question, schema, connection, is_outdated)
        trial = trials.run(translation, self.settings.timeout, self._decide)
        return Answered(
            trial.translation.translator or translator.name, trial.translation, trial.sql, trial.result
        )

    def _give_verified(
        self, question: Question, source: Datasource, connection: Connection
    ) -> tuple[Answered | None, tuple[str, ...]]:
        """The verified answer to the same question, run; else None, and a note where there is one that fails."""
        verified = self._verified(question, source, connection)
        if verified is None:
            return None, ()
        try:
            return self._run_verified(verified, question, source, connection), ()
        except (QueryTimeout, QueryCancelled):
            raise
        except (SqlRejected, NameUnknown) as error:
            fault: DbChatError = error
            if not question.tables:  # else it may be that alone
                self._renew_schema(source, connection)
                with contextlib.suppress(SqlRejected, NameUnknown):
                    return self._run_verified(verified, question, source, connection), ()
                self.memory.note_fault(verified, error.message)
        except QueryFailed as error:
            fault = error
        return None, (
            phrase(
                "The verified answer to this was passed over, since it does not run: {fault}",
                fault=fault.message,
            ),
        )

    def _run_verified(
        self, verified: Verified, question: Question, source: Datasource, connection: Connection
    ) -> Answered:
        from dbchat_magic.core.execute import execute  # pandas, half a second

        safe = self._check(verified.sql, question, source, connection)
        question.course.check()
        question.course.tell(Step("run", safe.text))
        seconds = self.settings.timeout
        result = execute(connection, safe, question.row_limit, seconds, question.course, question.exact)
        return Answered(VERIFIED, as_translation(verified), safe.text, result)

    def _check(self, sql: str, question: Question, source: Datasource, connection: Connection) -> SafeSql:
        """Verified SQL, held against what the database has, hidden or not, and what the question may use."""
        from dbchat_magic.core.guard import check  # sqlglot

        return check(sql, source.type, narrow(self._read_schema(source, connection), question))

    def _verified(self, question: Question, source: Datasource, connection: Connection) -> Verified | None:
        if not self.memory.holds(source):
            return None
        values = self._read_schema(source, connection).values
        return self.memory.find(question.text, source, values, question.today)

    def _examples(self, question: Question, source: Datasource, schema: Schema) -> tuple[Turn, ...]:
        """Verified answers to questions like this one, of those that the schema still has the tables for."""
        from dbchat_magic.core.guard import check  # sqlglot

        examples = []
        for near in self.memory.nearest(question.text, source):
            with contextlib.suppress(SqlRejected):
                examples.append(Turn(near.question, check(near.sql, schema.dialect, schema).text))
        return tuple(examples)

    def _try(self, sql: str, source: Datasource) -> str:
        """The statement as the guard has it, once it has run."""
        from dbchat_magic.core.execute import execute  # pandas, half a second
        from dbchat_magic.core.guard import check  # sqlglot

        connection = connect(source, self.settings)
        safe = check(sql, source.type, self._read_schema(source, connection))
        execute(connection, safe, 1, self.settings.timeout)
        return safe.text

    def _decide(self, translation: Translation) -> Translation:
        """The translation when it is likely enough, or with a doubt when it is the only one; raises Ambiguous with
        the choices otherwise."""
        if translation.confidence >= self.settings.confidence:
            return translation
        if not translation.alternatives:
            doubt = phrase(
                "I am not sure of this reading ({share}): check the SQL, or ask more precisely.",
                share=f"{translation.confidence:.0%}",
            )
            return replace(translation, notes=tuple(dict.fromkeys((*translation.notes, doubt))))
        choices = (translation, *translation.alternatives)
        raise Ambiguous(
            phrase("This can be read in {count} ways.", count=len(choices)),
            phrase("Say which, or ask it more precisely."),
            choices,
        )

    def _question(
        self,
        text: str,
        source: Datasource,
        history: Iterable[tuple[str, str]],
        rows: int | None,
        tables: Iterable[str] | None,
        today: datetime.date | None,
        chart: str | None = None,
        votes: int = 1,
        course: Course | None = None,
    ) -> Question:
        return Question(
            text=check_text(text),
            datasource=source.name,
            history=tuple(Turn(question, sql) for question, sql in history),
            today=today or datetime.date.today(),
            row_limit=self._row_limit(rows),
            exact=self._exact,
            tables=tuple(tables or ()),
            chart=chart,
            votes=check_votes(votes),
            course=course or Course(),
        )

    @property
    def _exact(self) -> bool:
        return self.settings.decimals == "exact"

    def _row_limit(self, rows: int | None) -> int:
        if rows is None:
            return self.settings.row_limit
        if rows < 0:
            raise DbChatError(
                phrase("{rows} rows cannot be asked for.", rows=rows),
                phrase("Give 0 (only the columns) or more."),
            )
        return rows

    def _find_source(self, datasource: str | Datasource | None) -> Datasource:
        return self._choose_datasource(veiled(datasource))[0]

    def _choose_datasource(self, datasource: str | Datasource | None) -> tuple[Datasource, tuple[str, ...]]:
        """The datasource meant, and a note where it was not named and another might be."""
        if isinstance(datasource, Datasource):
            return datasource, ()
        named = datasource or self.settings.datasource
        if named:
            return find_datasource(self.datasources, named, self.settings.home), ()
        kept = self.datasources.known()
        if len(kept) == 1:
            return kept[0], ()
        names = ", ".join(source.name for source in kept)
        note = (
            (phrase("No datasource was named, so the demo was asked; there are also {names}.", names=names),)
            if kept
            else ()
        )
        return demo_datasource(self.settings.home), note

    def _choose_translator(self, model: str | None) -> Translator:
        if model is None and not isinstance(self._translator, str | None):
            return self._translator
        configured = model or str(self._translator or "") or self.settings.model or OFFLINE
        if configured == MODEL:
            configured = self.settings.model or MODEL
        with self._lock:
            if configured not in self._translators:
                self._translators[configured] = self._find_translator(configured)
            return self._translators[configured]

    def _find_translator(self, configured: str) -> Translator:
        """The translator of this name, else the one that asks the model of this name."""
        if configured in (OFFLINE, MODEL):
            return find_translator(configured, self.settings)
        return find_translator(MODEL, replace(self.settings, model=configured))

    def models(self) -> list[Offered]:
        """The models that can be asked: those of the configured endpoint, and those found on this computer."""
        translator = find_translator(MODEL, self.settings)
        return translator.models() if isinstance(translator, Listing) else []

    def _schema_for(self, question: Question, source: Datasource, connection: Connection) -> Schema:
        return narrow(self.glossaries.apply(source, self._read_schema(source, connection)), question)

    def _read_schema(self, source: Datasource, connection: Connection) -> Schema:
        """The schema as the database has it."""
        return self._schemas.get(source, connection, self._on_progress)

    def _renew_schema(self, source: Datasource, connection: Connection) -> Schema:
        """The same, read anew."""
        return self._schemas.refresh(source, connection, self._on_progress)

    @contextlib.contextmanager
    def _recording(self, record: Entry) -> Iterator[None]:
        """Inside, an error of ours goes into the history as what became of the question."""
        try:
            yield
        except DbChatError as error:
            self.history.add_soon(replace(record, outcome=type(error).__name__))
            raise

    def _remember(self, record: Entry, sql: str, result: Result, usage: Usage) -> None:
        self.history.add_soon(
            replace(
                record,
                sql=sql,
                rows=len(result.frame),
                seconds=result.seconds,
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
                cost=usage.cost,
            )
        )


@functools.cache
def load_ahead() -> None:
    """Begin to import what takes an answer its first half second, while its database is being opened."""
    threading.Thread(target=load, name="dbchat-load").start()  # at the program's end it is waited for


def load() -> None:
    with contextlib.suppress(Exception):  # the program ends already; else the question will tell
        import pandas  # noqa: F401

        import dbchat_magic.core.guard  # noqa: F401 - sqlglot


def pouring(connection: Connection) -> Pouring:
    """The connection as one that can give a whole result; raises DbChatError where it cannot."""
    if not hasattr(connection, "pour"):
        raise DbChatError(
            phrase("{label} cannot be written to a file as it comes.", label=connection.dialect.label),
            phrase("Ask for the rows (-n), then write the DataFrame."),
        )
    return cast("Pouring", connection)


def narrow(schema: Schema, question: Question) -> Schema:
    """Of the schema what the question may use."""
    return schema.only(question.tables) if question.tables else schema


def as_translation(verified: Verified) -> Translation:
    """A verified answer as what a translator would give."""
    return Translation(
        verified.sql,
        phrase("As in the verified answer to “{question}”.", question=verified.question),
        notes=(phrase("This is a verified answer, saved on {saved}.", saved=verified.saved[:10]),),
    )


def with_notes(translation: Translation, notes: tuple[str, ...]) -> Translation:
    """The translation with what else a person should know of it, first."""
    return replace(translation, notes=(*notes, *translation.notes)) if notes else translation


def with_reading(answer: Answer, translation: Translation) -> Answer:
    """The answer with how its question was understood."""
    return replace(
        answer,
        reading=translation.reading,
        confidence=translation.confidence,
        alternatives=translation.alternatives,
        ignored=translation.ignored,
        notes=(*answer.notes, *translation.notes),
        usage=translation.usage,
    )


def check_votes(votes: int) -> int:
    """Raises DbChatError for a number of votes that cannot be asked for."""
    if not 1 <= votes <= MOST_VOTES:
        raise DbChatError(
            phrase("{votes} votes cannot be asked for.", votes=votes),
            phrase("Give a number from 1 to {last}.", last=MOST_VOTES),
        )
    return votes


LONGEST_QUESTION = 2_000
"""Characters."""


def check_text(text: str) -> str:
    """The question without blanks around it; raises NotUnderstood when it cannot be one."""
    stripped = text.strip()
    if not stripped:
        raise NotUnderstood(
            phrase("The question is empty."), phrase("Ask something, such as: how many orders are there?")
        )
    if len(stripped) > LONGEST_QUESTION:
        raise NotUnderstood(
            phrase("The question has {count:,} characters.", count=len(stripped)),
            phrase("Keep it under {most:,}.", most=LONGEST_QUESTION),
        )
    return stripped
