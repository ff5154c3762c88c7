"""Mentions: which stretches of a question mean tables, columns, values, numbers and dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dbchat_magic.core.glossary import Metric
from dbchat_magic.core.values import Value, ValueIndex
from dbchat_magic.linking.dates import SMALL, DateRange, read_date
from dbchat_magic.linking.demonyms import countries_of
from dbchat_magic.linking.index import Link, NameIndex
from dbchat_magic.linking.likeness import likeness
from dbchat_magic.linking.names import name_words
from dbchat_magic.linking.stopwords import FUNCTION_WORDS, OPERATOR_WORDS
from dbchat_magic.linking.typos import nearest
from dbchat_magic.linking.words import Word

LONGEST_NAME = 6
"""Words in one name."""

LONGEST_VALUE = 8
"""Words in one value."""

COUNTRY = re.compile("countr|nation|citizen|origin|state|locale", re.IGNORECASE)
"""Columns in which a country's other names are looked for."""

VERBS = frozenset({"be", "have", "never", "not", "ever", "been"})

WHOLE = 0.97
"""A name that begins with a word of grammar must be said whole: "list price"."""

SHORTEST_PART = 4
"""Letters of a word that is taken for a part of a value."""

METRIC = 1.05
"""A metric's name means the metric, whatever else is called so."""

SURE = 0.95
"""A word of counting or sorting is a name only where it is the whole of one."""


TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
"""How often something happened."""

AS_SAID, SINGULAR = 0.85, 0.75
"""How well words in small letters mean a value that is spelt with capitals, and one that is their singular."""


@dataclass(frozen=True)
class Mention:
    """One or more words of the question with everything they may mean; plain words have no links."""

    words: tuple[Word, ...]
    tables: tuple[Link, ...] = ()
    """Best first, as are the others."""
    columns: tuple[Link, ...] = ()
    values: tuple[Link, ...] = ()
    number: float | None = None
    dates: DateRange | None = None
    corrected: str = ""
    """The word it was read as, where it seemed misspelt."""
    metric: Metric | None = None
    """The figure of the user's glossary that is called so; it means nothing else then."""

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def lemma(self) -> str:
        return " ".join(word.lemma for word in self.words)

    @property
    def quoted(self) -> bool:
        return self.words[0].quoted

    @property
    def reworded(self) -> str:
        """What the question says here, where it was replaced by words of the database's own."""
        return " ".join(dict.fromkeys(word.instead_of for word in self.words if word.instead_of))

    @property
    def linked(self) -> bool:
        return bool(self.tables or self.columns or self.values or self.metric)

    @property
    def score(self) -> float:
        """How well its best link fits."""
        if self.metric:
            return METRIC
        return max((links[0].score for links in (self.tables, self.columns, self.values) if links), default=0)


def find_mentions(words: Sequence[Word], names: NameIndex, today: datetime.date) -> tuple[Mention, ...]:
    """The whole question as mentions, in order, chosen so that together they explain it best."""
    return weigh_mentions(words, names, today)[1]


def weigh_mentions(
    words: Sequence[Word], names: NameIndex, today: datetime.date
) -> tuple[float, tuple[Mention, ...]]:
    """How much of the question its mentions explain, and the mentions."""
    best: list[tuple[float, tuple[Mention, ...]]] = [(0.0, ())]
    spans = candidate_spans(words, names, today)
    for end in range(1, len(words) + 1):
        choices = [(best[end - 1][0], (*best[end - 1][1], plain(words, end - 1)))]
        for start, mention in spans.get(end, ()):
            weight, before = best[start]
            choices.append((weight + weigh(mention), (*before, mention)))
        best.append(max(choices, key=lambda choice: choice[0]))
    return best[-1]


def candidate_spans(
    words: Sequence[Word], names: NameIndex, today: datetime.date
) -> dict[int, list[tuple[int, Mention]]]:
    """Every stretch that means something, by its end."""
    spans: dict[int, list[tuple[int, Mention]]] = {}
    values = names.schema.values
    longest = min(max(LONGEST_NAME, values.longest), LONGEST_VALUE)
    for start in range(len(words)):
        dates = read_date(words[start:], today)
        if dates is not None and not ("/" in words[start].text and values.find(words[start].text)):
            end = start + dates.words
            spans.setdefault(end, []).append((start, Mention(tuple(words[start:end]), dates=dates)))
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            mention = read_span(
                tuple(words[start:end]),
                names,
                values,
                first=start == 0,
                preceding=words[start - 1].lemma if start else "",
                following=next_lemma(words, end),
            )
            if mention is not None:
                spans.setdefault(end, []).append((start, mention))
    return spans


def read_span(
    span: tuple[Word, ...],
    names: NameIndex,
    values: ValueIndex,
    *,
    first: bool,
    preceding: str,
    following: str,
) -> Mention | None:
    """What these words mean together, if anything."""
    if len(span) > 1 and any(word.quoted for word in span):
        return None
    if metric := names.metric(tuple(word.lemma for word in span)):
        return Mention(span, metric=metric)
    if len(span) == 1 and span[0].quoted:
        return Mention(span, values=value_links(span, values))
    found = named_links(span, names, preceding, following)
    corrected = ""
    if not found:
        found, corrected = distant_links(span, names)
    held = value_links(span, values) if may_be_value(span, first=first) else ()
    mention = Mention(
        span,
        tables=tuple(link for link in found if not link.column)[:8],
        columns=tuple(link for link in found if link.column)[:60],
        values=held,
        number=number_of(span),
        corrected=corrected,
    )
    fit = min(word.fit for word in span)
    if fit < 1:
        mention = fitting(mention, fit)
    return mention if mention.linked or mention.number is not None else None


def fitting(mention: Mention, fit: float) -> Mention:
    """The mention with links that fit no better than the words that stand for those of the question."""

    def worse(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(replace(link, score=link.score * fit) for link in links)

    return replace(
        mention,
        tables=worse(mention.tables),
        columns=worse(mention.columns),
        values=worse(mention.values),
    )


def named_links(span: tuple[Word, ...], names: NameIndex, preceding: str, following: str) -> Sequence[Link]:
    """The tables and columns that these words name."""
    lemmas = tuple(word.lemma for word in span)
    if len(span) > LONGEST_NAME or span[0].is_number:
        return ()
    found = names.find(lemmas)
    if lemmas[0] in FUNCTION_WORDS or lemmas[-1] in FUNCTION_WORDS:
        return [link for link in found if link.score >= WHOLE and (len(span) > 1 or is_plural(span[0]))]
    if is_only_operators(lemmas) and operates(span[0], preceding, following):
        found = [link for link in found if link.score >= SURE and following not in ("of", "than", "by")]
    return found


def distant_links(span: tuple[Word, ...], names: NameIndex) -> tuple[Sequence[Link], str]:
    """What a word that names nothing may mean all the same: a shortened name, or a name with a typing error in it.

    With the word it was read as where it seemed misspelt.
    """
    lemma = span[0].lemma
    if len(span) > 1 or lemma in FUNCTION_WORDS | OPERATOR_WORDS or not lemma.isalpha():
        return (), ""
    short = names.shortened(lemma)
    if short or likeness().knows(lemma):
        return short, ""
    corrected = nearest(lemma, names.vocabulary - {lemma})
    found = [replace(link, score=link.score - 0.25) for link in names.find((corrected,))] if corrected else []
    return found, corrected if found else ""


def operates(word: Word, preceding: str, following: str) -> bool:
    """Whether a word of counting or sorting does that here: "in order of", not "the orders of" or "was ordered"."""
    if word.lemma == "ordered":
        return preceding not in VERBS
    return not (word.lemma == "order" and (word.text.lower() == "orders" or preceding in PICKING))


PICKING = frozenset(
    {
        "first",
        "last",
        "latest",
        "newest",
        "earliest",
        "oldest",
        "recent",
        "largest",
        "biggest",
        "average",
        "mean",
    }
)
"""Words before an order that was placed, not one that rows are in."""


def next_lemma(words: Sequence[Word], end: int) -> str:
    return words[end].lemma if end < len(words) else ""


LONGEST_CODE = 4


def value_links(span: tuple[Word, ...], values: ValueIndex) -> tuple[Link, ...]:
    """The columns that hold these words as a value, in the data's own spelling."""
    text = " ".join(word.text for word in span)
    sure = span[0].quoted or any(word.capital for word in span)
    found = values.find(text)
    unsure = AS_SAID if found else SINGULAR
    found = found or values.find(" ".join(word.lemma for word in span))
    exact = tuple(
        Link(value.table, value.column, value.text, score=0.98 if sure or value.text == text else unsure)
        for value in found
        if not (
            text.islower() and (is_code(value, values) or (unsure == SINGULAR and is_unique(value, values)))
        )
    )
    meant = country_links(text, values)
    return (*exact, *meant)[:40] or gender_links(span, values) or part_links(span, values)


def part_links(span: tuple[Word, ...], values: ValueIndex) -> tuple[Link, ...]:
    """ "Korea" where the only value with that word is "South Korea"."""
    if len(span) > 1 or not span[0].capital or span[0].quoted or len(span[0].text) < SHORTEST_PART:
        return ()
    found = values.containing(span[0].text)
    if len({value.text for value in found}) != 1:
        return ()
    return tuple(Link(value.table, value.column, value.text, score=0.75) for value in found)


def is_unique(value: Value, values: ValueIndex) -> bool:
    """Whether it is one row's own name, not one of a few kinds: nobody says it in the plural."""
    return values.of(value.table, value.column).unique


def is_code(value: Value, values: ValueIndex) -> bool:
    """Whether it is one of those short codes in capitals that spell common words by chance; not OPEN beside SHIPPED."""
    if not value.text.isupper() or len(value.text) > LONGEST_CODE or COUNTRY.search(value.column):
        return False
    return all(len(text) <= LONGEST_CODE for text in values.of(value.table, value.column).texts)


def country_links(text: str, values: ValueIndex) -> tuple[Link, ...]:
    """ "French" and "USA" where a column of countries holds "France" and "United States"."""
    return tuple(
        Link(value.table, value.column, value.text, score=0.9)
        for name in countries_of(text)
        if name.casefold() != text.casefold()
        for value in values.find(name)
        if COUNTRY.search(value.column)
    )


GENDERS = {"female": ("f", "female", "w", "woman"), "woman": ("f", "female", "w", "woman"), "girl": ("f", "female"),
           "male": ("m", "male", "man"), "man": ("m", "male", "man"), "boy": ("m", "male")}  # fmt: skip


def gender_links(span: tuple[Word, ...], values: ValueIndex) -> tuple[Link, ...]:
    """ "female" where a column called sex or gender holds "F"."""
    spellings = GENDERS.get(span[0].lemma, ()) if len(span) == 1 else ()
    return tuple(
        Link(table, column, text, score=0.9)
        for (table, column), found in values.columns.items()
        if spellings and {"sex", "gender"}.intersection(name_words(column))
        for text in found.texts
        if text.lower() in spellings
    )


def may_be_value(span: tuple[Word, ...], *, first: bool) -> bool:
    """Whether words that are no name may stand for a value of the data."""
    if span[0].lemma in FUNCTION_WORDS and not (
        span[0].capital and (len(span) > 1 or span[0].text.isupper())
    ):
        return False
    if len(span) > 1:
        return span[-1].lemma not in FUNCTION_WORDS
    word = span[0]
    if word.text.isupper() and len(word.text) > 1:
        return True
    if word.lemma in OPERATOR_WORDS or word.lemma in FUNCTION_WORDS:
        return False
    return len(word.text) > 1 or (word.capital and not first)


def is_only_operators(lemmas: tuple[str, ...]) -> bool:
    return all(lemma in OPERATOR_WORDS or lemma in FUNCTION_WORDS for lemma in lemmas)


def number_of(span: tuple[Word, ...]) -> float | None:
    if len(span) != 1:
        return None
    word = span[0]
    if word.is_number:
        return float(word.text.replace(",", ""))
    if word.lemma in TIMES:
        return TIMES[word.lemma]
    return float(SMALL.index(word.lemma)) if word.lemma in SMALL else None


def plain(words: Sequence[Word], place: int) -> Mention:
    return Mention((words[place],))


def is_shouted(word: Word) -> bool:
    """Whether it stands in capitals: "US" is a country, "us" is not."""
    return word.text.isupper() and len(word.text) > 1


def is_plural(word: Word) -> bool:
    """Whether a verb of asking may be a thing here: "how many returns", where there is a table of them."""
    return word.text.lower() == f"{word.lemma}s"


def weigh(mention: Mention) -> float:
    """How much a mention explains: longer and better fitting ones win."""
    said = [word for word in mention.words if not word.instead_of]
    count = sum(word.lemma not in FUNCTION_WORDS or is_shouted(word) or is_plural(word) for word in said)
    count += sum(len(phrase.split()) for phrase in {word.instead_of for word in mention.words} - {""})
    if mention.dates is not None:
        return float(len(mention.words))
    if mention.number is not None:
        return 1.0
    if mention.quoted:
        return 2.0
    return mention.score * count + 0.2 * (count - 1)
