"""ModelTranslator: a question to SQL by a model: linking, prompt, reply, mending; and what to do when it fails."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dbchat_magic.core.course import Course
from dbchat_magic.core.explain import explain_sql
from dbchat_magic.core.question import Question, Turn
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.settings import Settings
from dbchat_magic.core.translator import (
    Doubt,
    Offered,
    Translation,
    Translator,
    Usage,
    find_translator,
)
from dbchat_magic.errors import (
    DbChatError,
    ModelContextError,
    ModelError,
    ModelKeyError,
    NotUnderstood,
    QueryFailed,
    SqlRejected,
)
from dbchat_magic.language import in_english, phrase, sentences
from dbchat_magic.linking.index import NameIndex, name_index
from dbchat_magic.linking.relevance import weigh_schema
from dbchat_magic.translators.model.client import Client, Message, Reply, Request
from dbchat_magic.translators.model.discovery import list_models
from dbchat_magic.translators.model.endpoint import Endpoint, find_endpoint
from dbchat_magic.translators.model.examples import make_examples
from dbchat_magic.translators.model.judging import AGREED, OFFLINE, Judgement, judge
from dbchat_magic.translators.model.mend import mend
from dbchat_magic.translators.model.prompt import (
    REPLY_SCHEMA,
    Material,
    Prompts,
    count_tokens,
    make_messages,
    question_text,
    room_for_reply,
)
from dbchat_magic.translators.model.reply import Said, read_reply
from dbchat_magic.translators.model.trace import Exchange, tell

if TYPE_CHECKING:
    from dbchat_magic.core.execute import Result

ALONE, SMALL_ALONE = 0.8, 0.6
"""How likely a statement is right that nothing else speaks for; of a small model."""
KEPT = 8
"""Schemas whose index and examples are kept ready, and questions whose exchanges are."""
UNLIKELY = -20.0
"""The log-probability of a token that is not among the likeliest."""
LONGEST_TOLD = 2_000
"""Characters of a statement that is told in words."""
VARIED = 0.7
"""The temperature at which a question is asked again for another opinion."""

Complete = Callable[[Request, Course], Reply]


@dataclass(frozen=True)
class Prepared:
    """What is known of a schema."""

    names: NameIndex
    examples: tuple[Turn, ...]


class ModelTranslator:
    """Turns questions into SQL by asking a model; safe to use from several threads.

    `endpoint` is the model (None: what the settings name, found when it is first needed); `complete` sends a
    prompt and returns the reply; `offline` is asked for a second opinion and for examples.
    """

    name = "model"

    def __init__(
        self,
        settings: Settings,
        endpoint: Endpoint | None = None,
        *,
        complete: Complete | None = None,
        offline: Translator | None = None,
    ) -> None:
        self.settings = settings
        self._given = endpoint, complete
        self._offline = offline or find_translator(OFFLINE, settings)
        self._prompts = Prompts(settings.home)
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()
        self._exchanges: OrderedDict[tuple[object, ...], list[Exchange]] = OrderedDict()

    @cached_property
    def endpoint(self) -> Endpoint:
        """The model that is asked; raises ModelError where the settings name none that can be found."""
        return self._given[0] or find_endpoint(self.settings)

    @cached_property
    def _complete(self) -> Complete:
        return self._given[1] or Client(self.endpoint, self.settings.model_timeout).complete

    # ------------------------------------------------------------------------------------ the contract

    def translate(self, question: Question, schema: Schema) -> Translation:
        """The model's reading, with the offline translator's beside it.

        Raises NotUnderstood when the model declines, ModelError and its children when it gives no usable answer,
        QueryCancelled when the question was stopped.
        """
        opinion = self._opinion(question, schema)
        self._exchanges.pop(key_of(question), None)
        try:
            return self._first(question, schema, opinion)
        except (ModelKeyError, ModelContextError):
            raise
        except ModelError as error:
            if self.settings.fallback != OFFLINE:
                raise
            return self._answer_instead(question, schema, error)

    def repair(
        self, question: Question, schema: Schema, translation: Translation, error: DbChatError
    ) -> Translation:
        """The model's next try, told what was wrong, else the offline translator's reading; raises `error` again
        where there is neither.

        A small model seldom mends what it is told of, so it is not asked where there is a reading beside its own.
        """
        others = [each for each in translation.alternatives if each.translator == OFFLINE]
        if self.endpoint.small and others:
            return instead(translation, others[0], error)
        try:
            return self._mended(question, schema, translation, error)
        except (ModelError, SqlRejected, QueryFailed, Doubt):
            if not others or question.course.stopped:
                raise
            return instead(translation, others[0], error)

    def _mended(
        self, question: Question, schema: Schema, translation: Translation, error: DbChatError
    ) -> Translation:
        """What the model writes when it is told the error; raises `error` where that is the same again."""
        material = self._material(question, schema)
        told = question_text(
            material,
            self.endpoint,
            self._prompts,
            "repair",
            error=one_paragraph(in_english(error.message)),
            hint=one_paragraph(in_english(error.hint)),
        )
        messages = (
            *make_messages(material, self.endpoint, self._prompts),
            {"role": "assistant", "content": f"```sql\n{translation.sql}\n```"},
            {"role": "user", "content": told},
        )
        said, usage = self._ask(question, messages)
        sql = mend(said.sql, schema) if said.declined is None else ""
        if not sql or sql == translation.sql:
            raise error
        return replace(
            translation,
            sql=sql,
            reading=said.reading or in_words(sql, schema),
            confidence=min(translation.confidence, self._alone) * 0.9,
            usage=translation.usage + usage,
        )

    def judge(
        self,
        question: Question,
        schema: Schema,
        translation: Translation,
        result: Result,
        attempt: Callable[[str], Result | None],
    ) -> Translation:
        """What the rows say of a translation; see `core.translator.Judging`."""
        small, spent = self.endpoint.small, [translation.usage]

        def prefer(one: str, other: str) -> float | None:
            return self._prefer(question, schema, one, other, spent)

        by = Judgement(
            question, schema, small, self.endpoint.sees_values, self._alone, prefer if small else None
        )
        return replace(judge(by, translation, result, attempt), usage=sum(spent, Usage()))

    def explain(self, question: Question, schema: Schema) -> str:
        """What was sent for the question and what came back; where it was not asked, what would be sent."""
        exchanges = self._exchanges.get(key_of(question))
        if exchanges is None:
            messages = make_messages(self._material(question, schema), self.endpoint, self._prompts)
            exchanges = [Exchange(messages)]
        return tell(self.endpoint, exchanges)

    def models(self) -> list[Offered]:
        """What the configured endpoint offers, the profiles, and what answers on this computer."""
        return list_models(self.settings)

    # ------------------------------------------------------------------------------------------- asking

    @property
    def _alone(self) -> float:
        return SMALL_ALONE if self.endpoint.small else ALONE

    def _first(self, question: Question, schema: Schema, opinion: Translation | None) -> Translation:
        """What the model writes, asked as often as it has votes, with the other readings beside it."""
        material = self._material(question, schema)
        replies = [
            self._ask_within(question, material, temperature=VARIED if vote else 0.0)
            for vote in range(question.votes)
        ]
        usage = sum((used for _, used in replies), Usage())
        given = [said for said, _ in replies if said.declined is None]
        if not given:
            return self._declined(replies[0][0].declined or "", opinion, usage)
        readings = self._readings(given, schema, question.votes)
        if opinion is not None:
            readings = beside(opinion, readings)
        return replace(readings[0], alternatives=tuple(readings[1:]), usage=usage)

    def _readings(self, given: Sequence[Said], schema: Schema, votes: int) -> list[Translation]:
        """Each statement once, the one that was given most often first, with its share of the votes."""
        shares: dict[str, float] = {}
        words: dict[str, str] = {}
        for said in given:
            sql = mend(said.sql, schema)
            shares[sql] = shares.get(sql, 0.0) + self._alone / votes
            words.setdefault(sql, said.reading or in_words(sql, schema))
        ranked = sorted(shares, key=lambda sql: -shares[sql])
        return [Translation(sql, words[sql], round(shares[sql], 3)) for sql in ranked]

    def _ask_within(self, question: Question, material: Material, temperature: float) -> tuple[Said, Usage]:
        """Ask; once more with half the tables where the prompt was too long for the model."""
        messages = make_messages(material, self.endpoint, self._prompts)
        try:
            return self._ask(question, messages, temperature)
        except ModelContextError:
            budget = sum(count_tokens(message["content"]) for message in messages) // 2
            shorter = make_messages(material, self.endpoint, self._prompts, budget=budget)
            if shorter == messages:
                raise
            return self._ask(question, shorter, temperature)

    def _ask(
        self, question: Question, messages: tuple[Message, ...], temperature: float = 0.0
    ) -> tuple[Said, Usage]:
        request = Request(
            messages,
            max_tokens=room_for_reply(messages, self.endpoint),
            temperature=temperature,
            schema=REPLY_SCHEMA if self.endpoint.has_schema else None,
        )
        exchange = Exchange(messages)
        self._keep(question, exchange)
        try:
            reply = self._complete(request, question.course)
        except DbChatError as error:
            exchange.error = error.message
            raise
        exchange.reply, exchange.usage = reply, reply.usage
        return read_reply(reply.text), reply.usage

    def _prefer(
        self, question: Question, schema: Schema, one: str, other: str, spent: list[Usage]
    ) -> float | None:
        """Log-odds by which the model takes the first statement for the better answer; asked in both orders, since
        small models like what comes first. None where the server tells no log-probabilities.

        By the first token of its reply, a letter (Robinson et al. 2023, "Leveraging Large Language Models for
        Multiple Choice Question Answering").
        """
        material = self._material(question, schema)
        system = make_messages(material, self.endpoint, self._prompts)[0]
        odds = 0.0
        for first, second, sign in ((one, other, 1), (other, one, -1)):
            choices = f"A: {' '.join(first.split())}\nB: {' '.join(second.split())}"
            asked = question_text(material, self.endpoint, self._prompts, "choose", choices=choices)
            request = Request((system, {"role": "user", "content": asked}), max_tokens=1, top_logprobs=10)
            exchange = Exchange(request.messages)
            self._keep(question, exchange)
            quiet = Course()  # one letter is nothing to watch
            try:
                with question.course.stopping_by(quiet.stop):
                    exchange.reply = self._complete(request, quiet)
            except ModelError as error:
                exchange.error = error.message
                return None
            spent.append(exchange.reply.usage)
            tokens = exchange.reply.first_tokens
            if not tokens:
                return None
            odds += sign * (tokens.get("A", UNLIKELY) - tokens.get("B", UNLIKELY))
        return odds

    def _declined(self, reason: str, opinion: Translation | None, usage: Usage) -> Translation:
        """The offline translator's reading where it is sure of one; else the model's refusal is the answer."""
        if opinion is not None and opinion.confidence >= ALONE:
            note = phrase(
                "The model finds no answer ({reason}); this is how the built-in translator reads it.",
                reason=reason,
            )
            return replace(opinion, notes=(*opinion.notes, note), usage=usage)
        hint = phrase("Ask for something these tables hold; %dbsource schema shows them.")
        raise NotUnderstood(phrase("The model finds no answer here: {reason}", reason=reason), hint)

    def _answer_instead(self, question: Question, schema: Schema, error: ModelError) -> Translation:
        found = self._offline.translate(question, schema)
        note = sentences(error.message, phrase("The built-in translator answers instead."))
        return replace(found, notes=(*found.notes, note), translator=OFFLINE)

    def _opinion(self, question: Question, schema: Schema) -> Translation | None:
        try:
            found = self._offline.translate(question, schema)
        except NotUnderstood:
            return None
        return replace(found, alternatives=(), translator=OFFLINE)

    # --------------------------------------------------------------------------------------- what is known

    def _material(self, question: Question, schema: Schema) -> Material:
        prepared = self._prepare(schema)
        texts = (question.text, *(turn.question for turn in question.history[-2:]))
        relevance = weigh_schema(texts, prepared.names, question.today)
        return Material(question, schema, relevance, prepared.examples)

    def _prepare(self, schema: Schema) -> Prepared:
        key = id(schema)
        found = self._prepared.get(key)
        if found is None or found.names.schema is not schema:
            examples: tuple[Turn, ...] = ()
            if self.endpoint.small:
                examples = make_examples(
                    schema, self._offline.translate, with_values=self.endpoint.sees_values
                )
            found = self._prepared[key] = Prepared(name_index(schema), examples)
            while len(self._prepared) > KEPT:
                self._prepared.popitem(last=False)
        return found

    def _keep(self, question: Question, exchange: Exchange) -> None:
        self._exchanges.setdefault(key_of(question), []).append(exchange)
        while len(self._exchanges) > KEPT:
            self._exchanges.popitem(last=False)


def beside(opinion: Translation, readings: list[Translation]) -> list[Translation]:
    """The model's readings with the offline translator's; one that both have to the letter is nearly certain."""
    if opinion.sql not in {reading.sql for reading in readings}:
        return [*readings, opinion]
    agreed = replace(opinion, confidence=max(AGREED, opinion.confidence), translator="")
    return [agreed, *(reading for reading in readings if reading.sql != opinion.sql)]


def in_words(sql: str, schema: Schema) -> str:
    """What a statement does, in plain words: a model that gave it alone did not say how it read the question."""
    return sentences(*explain_sql(sql, schema.dialect)) if len(sql) <= LONGEST_TOLD else ""


def instead(translation: Translation, other: Translation, error: DbChatError) -> Translation:
    """Another reading in place of one that failed."""
    note = phrase(
        "The model's statement cannot be used ({error}) The built-in translator's is shown.",
        error=error.message,
    )
    return replace(
        other,
        notes=(*other.notes, note),
        usage=translation.usage,
        alternatives=tuple(each for each in translation.alternatives if each is not other),
    )


def key_of(question: Question) -> tuple[object, ...]:
    return question.datasource, question.text, question.history


def one_paragraph(text: str) -> str:
    return " ".join(text.split())[:500]
