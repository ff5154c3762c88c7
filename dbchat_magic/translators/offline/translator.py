"""OfflineTranslator: questions to SQL without a model: mentions, readers, a Query, sqlglot nodes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dbchat_magic.core.question import Question
from dbchat_magic.core.schema import Schema
from dbchat_magic.core.translator import Translation
from dbchat_magic.errors import DbChatError, NotUnderstood
from dbchat_magic.language import phrase
from dbchat_magic.linking.index import NameIndex, name_index
from dbchat_magic.linking.mentions import Mention, weigh_mentions
from dbchat_magic.linking.rewording import Rewordings
from dbchat_magic.linking.words import split_words
from dbchat_magic.translators.offline.confidence import confidence_of, ignored_words
from dbchat_magic.translators.offline.describe import describe
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.finish import finish, repeats
from dbchat_magic.translators.offline.followups import follow, is_followup
from dbchat_magic.translators.offline.from_sql import read_query
from dbchat_magic.translators.offline.joins import JoinGraph
from dbchat_magic.translators.offline.language import check_language
from dbchat_magic.translators.offline.meaning import say_filters
from dbchat_magic.translators.offline.query import Query
from dbchat_magic.translators.offline.readers import READERS
from dbchat_magic.translators.offline.readers.focus import find_focuses
from dbchat_magic.translators.offline.second_choices import second_choices
from dbchat_magic.translators.offline.sql import to_sql

KEPT = 8
"""Schemas whose indexes are kept ready."""


MOST_READINGS = 3
"""Tables that a question is tried to be about."""

WORDINGS = 3
"""Rewordings of a question that are read, beside the question as it is."""

PLAUSIBLE = 0.75
"""A reading that is less likely than this part of the best is not offered."""

SECOND = 0.9
"""A reading with another column for one of its words is at most this part as likely."""

CARRYING = frozenset({"make", "have", "take", "place", "get", "give", "hold", "run", "do"})
"""Verbs that say no more than what they are said of."""

BEHIND_VERBS = frozenset(
    {"", "?", ".", "in", "on", "during", "per", "by", "last", "this", "since", "between", "each"}
)
"""What may stand behind such a verb at the end of its clause."""

ALIKE = 0.5
"""How likely the first of several tables is that nothing in the question tells apart."""


@dataclass(frozen=True)
class Step:
    """A reader, and the places of the mentions that it understood."""

    reader: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Try:
    """One way in which a question was read, whether or not it was chosen."""

    draft: Draft
    """As the readers left it."""
    query: Query
    steps: tuple[Step, ...] = ()
    translation: Translation | None = None
    """None: its tables do not hang together."""


class OfflineTranslator:
    """Turns English questions into SQL by itself: no model, no network."""

    name = "offline"

    def __init__(self) -> None:
        self._indexes: OrderedDict[int, tuple[NameIndex, Rewordings, JoinGraph]] = OrderedDict()

    def translate(self, question: Question, schema: Schema) -> Translation:
        """The best reading. Raises NotUnderstood, saying what one can ask about."""
        readings = self.readings(question, schema)
        if not readings:
            raise not_about_this(schema)
        likely = [reading for reading in readings if reading.confidence > 0]
        if not likely:
            raise too_little(readings[0].ignored, schema) if readings[0].ignored else not_about_this(schema)
        best, *others = likely
        return replace(best, alternatives=tuple(plausible(others, best)))

    def explain(self, question: Question, schema: Schema) -> str:
        """How the question was read, step by step. Raises NotUnderstood for another language."""
        from dbchat_magic.translators.offline.trace import explain_translation  # it knows this class

        return str(explain_translation(question, schema, self))

    def readings(self, question: Question, schema: Schema) -> list[Translation]:
        """Every reading, the likeliest first."""
        best: dict[str, Translation] = {}
        for tried in self.tries(question, schema):
            found = tried.translation
            if found and (found.sql not in best or best[found.sql].confidence < found.confidence):
                best[found.sql] = found
        return sorted(best.values(), key=lambda reading: -reading.confidence)

    def tries(self, question: Question, schema: Schema) -> list[Try]:
        """The question read as it is and in the database's own words, each time as being about each of the tables
        it may be about; a follow-up only as what it changes. Raises NotUnderstood for another language.
        """
        wordings = self.begin(question, schema)
        following = self.following(wordings[0], question, schema)
        if following is not None:
            return [following]
        if question.history and is_followup(wordings[0]):
            wordings = [replace(start, points_back=True) for start in wordings]
        found = [tried for start in wordings for tried in self.read_as_worded(start, schema)]
        return [*found, *self.otherwise(found, schema)]

    def otherwise(self, found: list[Try], schema: Schema) -> Iterator[Try]:
        """The likeliest reading with other columns for its words: to be offered, never to be preferred to it."""
        likely = [(one.translation.confidence, one) for one in found if one.translation]
        if not likely or max(likely, key=lambda pair: pair[0])[0] == 0:
            return
        confidence, best = max(likely, key=lambda pair: pair[0])
        for draft in second_choices(best.draft):
            tried = self.read_about(draft, schema)
            if tried.translation:
                most = min(tried.translation.confidence, round(SECOND * confidence, 3))
                yield replace(tried, translation=replace(tried.translation, confidence=most))

    def read_as_worded(self, start: Draft, schema: Schema) -> Iterator[Try]:
        focuses = find_focuses(start)
        alike = len(focuses) > 1 and not start.mentioned_tables()
        for rank, focus in enumerate(focuses[:MOST_READINGS]):
            tried = self.read_about(replace(start.about(focus), rank=rank), schema)
            found = tried.translation
            if alike and found:
                found = replace(found, confidence=round(found.confidence * ALIKE, 3))
            yield from self.both_meanings(replace(tried, translation=found), schema)

    def both_meanings(self, tried: Try, schema: Schema) -> Iterator[Try]:
        """The reading; where another number may be meant as well, both, for a person to choose."""
        if tried.draft.unsure is None:
            yield tried
            return
        chosen, other = tried.draft.unsure
        select = tuple(other if term == chosen else term for term in tried.draft.query.select)
        for one in (tried, self.finished(tried.draft.use(select=select), schema)):
            found = one.translation
            if found:
                found = replace(found, confidence=round(found.confidence * ALIKE, 3))
            yield replace(one, translation=found)

    def read_about(self, draft: Draft, schema: Schema) -> Try:
        """What the readers make of a question about the draft's table."""
        steps = []
        for reader in READERS:
            after = reader(draft)
            if after.used != draft.used:
                steps.append(Step(reader.__name__, tuple(sorted(after.used - draft.used))))
            draft = after
        return self.finished(draft, schema, tuple(steps))

    def finished(self, draft: Draft, schema: Schema, steps: tuple[Step, ...] = ()) -> Try:
        """The draft's query as SQL; without a translation where its tables do not hang together."""
        query = finish(draft.query, schema, draft.graph)
        try:
            sql = to_sql(query, schema, draft.graph)
        except NotUnderstood:
            return Try(draft, query, steps)
        return Try(draft, query, steps, self.told(draft, query, sql))

    def following(self, start: Draft, question: Question, schema: Schema) -> Try | None:
        """The reading of a follow-up: the query before, changed; None where the question stands alone."""
        if not question.history or not is_followup(start):
            return None
        before = read_query(question.history[-1].sql, schema)
        draft = follow(start, before) if before is not None else None
        tried = self.finished(draft, schema) if draft is not None else None
        return tried if tried and tried.translation else None

    def told(self, draft: Draft, query: Query, sql: str) -> Translation:
        """A reading with what a person should know about it."""
        ignored = ignored_words(draft)
        return Translation(
            sql=sql,
            reading=phrase(
                "{text}.", text=describe(query, draft.schema)[:-1] + say_filters(sql, draft.schema)
            ),
            confidence=confidence_of(draft, query, ignored),
            ignored=ignored,
            notes=(
                *corrections(draft.mentions),
                *draft.guesses,
                *repeated(query, draft.graph),
            ),
        )

    def repair(
        self, question: Question, schema: Schema, translation: Translation, error: DbChatError
    ) -> Translation:
        """The next-best reading; raises `error` again when there is none."""
        if not translation.alternatives:
            raise error
        first, *rest = translation.alternatives
        return replace(first, alternatives=tuple(rest))

    def begin(self, question: Question, schema: Schema) -> list[Draft]:
        """The question's mentions in each wording, nothing read yet. Raises NotUnderstood for another language."""
        words = split_words(question.text)
        check_language(question.text, words, schema)
        names, rewordings, graph = self._index(schema)
        weighed = [weigh_mentions(wording, names, question.today) for wording in rewordings.of(words)]
        weighed.sort(key=lambda weight: -weight[0])
        best = [mentions for _, mentions in weighed[:WORDINGS]]
        said = weigh_mentions(words, names, question.today)[1]
        near = {phrase: swaps[0].fit for phrase, swaps in rewordings.unknown(words).items()}
        return [
            Draft(without_verbs(mentions), schema, graph, question.today, near=near)
            for mentions in (said, *best)
        ]

    def _index(self, schema: Schema) -> tuple[NameIndex, Rewordings, JoinGraph]:
        key = id(schema)
        if key not in self._indexes or self._indexes[key][0].schema is not schema:
            names = name_index(schema)
            self._indexes[key] = (names, Rewordings(names), JoinGraph(schema))
            while len(self._indexes) > KEPT:
                self._indexes.popitem(last=False)
        return self._indexes[key]


def without_verbs(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """ "How many deliveries did each driver make?": the verb is no column, whatever is called so."""
    lemmas = [mention.lemma for mention in mentions]
    return tuple(
        replace(mention, tables=(), columns=(), values=())
        if mention.text in CARRYING
        and "do" in lemmas[:place]
        and " ".join(lemmas[place + 1 : place + 2]) in BEHIND_VERBS
        else mention
        for place, mention in enumerate(mentions)
    )


def plausible(others: list[Translation], best: Translation) -> Iterator[Translation]:
    """Those that are worth offering beside the best."""
    return (other for other in others if other.confidence >= PLAUSIBLE * best.confidence)


def corrections(mentions: tuple[Mention, ...]) -> list[str]:
    """What was read as another word than the question has."""
    pairs = [
        (
            mention.reworded or mention.text,
            mention.corrected or " ".join(word.text for word in mention.words if word.instead_of),
        )
        for mention in mentions
        if mention.corrected or mention.reworded
    ]
    return [
        phrase("I read {said!r} as {meant!r}.", said=said, meant=meant)
        for said, meant in dict.fromkeys(pairs)
    ]


def repeated(query: Query, graph: JoinGraph) -> Iterator[str]:
    """A metric adds up rows that the tables joined with them may repeat."""
    for metric in dict.fromkeys(term.metric for term in query.select if term.metric):
        if repeats(metric.tables[0], query, graph):
            yield phrase(
                "A row of {table} may be in {metric} more than once here.",
                table=metric.tables[0],
                metric=metric.name,
            )


def not_about_this(schema: Schema) -> NotUnderstood:
    return NotUnderstood(
        phrase("I found nothing in the question that this database knows."), can_ask_about(schema)
    )


def too_little(ignored: tuple[str, ...], schema: Schema) -> NotUnderstood:
    return NotUnderstood(
        phrase("I do not know what these words mean here: {words}.", words=", ".join(ignored)),
        can_ask_about(schema),
    )


def can_ask_about(schema: Schema) -> str:
    if not schema.tables:
        return phrase("This database has no tables.")
    names = [table.name for table in schema.tables]
    listed = ", ".join(names[:15])
    if len(names) > 15:
        return phrase("You can ask about: {names} and {count} more.", names=listed, count=len(names) - 15)
    return phrase("You can ask about: {names}.", names=listed)
