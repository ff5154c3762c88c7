"""Parts of texts: "whose name contains 'son'", "starting with A"; and missing values."""

from __future__ import annotations

from dbchat_magic.linking.kinds import is_measure
from dbchat_magic.linking.stopwords import FUNCTION_WORDS, OPERATOR_WORDS
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import CONTAINS, NEGATIONS
from dbchat_magic.translators.offline.query import ColumnRef, Comparison, Term
from dbchat_magic.translators.offline.readers.values import holds_text

MISSING = ("be null", "be missing", "be unknown", "be empty", "be not known", "be blank")
PRESENT = ("be not null", "be not missing", "be known", "be not empty")


BEFORE_PART = frozenset({"the", "a", "an", "word", "letter", "substring", "string", "text"})


def read_parts(draft: Draft) -> Draft:
    for start, end, phrase in draft.phrases(CONTAINS):
        draft = read_part(draft, start, end, CONTAINS[phrase])
    draft = read_out_of(draft)
    for phrases, op in ((PRESENT, "is not null"), (MISSING, "is null")):
        for start, end, _ in draft.phrases(phrases):
            draft = read_null(draft, start, end, op)
    return draft


def read_out_of(draft: Draft) -> Draft:
    """ "out of stock": there are none left."""
    for start, end, _ in draft.phrases(("out of",)):
        column = draft.choose_column(end, is_measure) if draft.is_column(end) else None
        if column is not None:
            return draft.restrict(Comparison(Term(column), "=", (0,)), *range(start, end + 1))
    return draft


def is_letter(draft: Draft, place: int) -> bool:
    """The "A" of "starts with A", "starts with a"."""
    text = draft.mentions[place].text
    if len(text) != 1 or not text.isalpha():
        return False
    return text.isupper() or draft.lemma(place + 1) in ("", ".", "?", "and", "or")


def read_part(draft: Draft, start: int, end: int, pattern: str) -> Draft:
    """A pattern on the text column nearest before; the part is a quoted text or stands with a capital."""
    place = end
    while draft.lemma(place) in BEFORE_PART and not is_letter(draft, place):
        place += 1
    if not draft.free(place):
        return draft
    mention = draft.mentions[place]
    named = draft.is_column(place) or draft.is_table(place)
    if not (
        mention.quoted
        or mention.words[0].capital
        or is_letter(draft, place)
        or (not named and mention.number is None and mention.lemma not in FUNCTION_WORDS | OPERATOR_WORDS)
    ):
        return draft
    column, column_place = column_behind(draft, place + 1)
    if column is None:
        column, column_place = column_before(draft, start)
    if column is None:
        return draft
    negations = [before for before in range(max(0, start - 2), start) if draft.lemma(before) in NEGATIONS]
    text = mention.words[0].text if mention.quoted else mention.text
    escaped = pattern.format(text.strip("%"))
    condition = Comparison(Term(column), "not like" if negations else "like", (escaped,))
    return draft.restrict(condition, *range(start, place + 1), *column_place, *negations)


def column_behind(draft: Draft, place: int) -> tuple[ColumnRef | None, list[int]]:
    """ "containing 'son' in their name"."""
    if draft.lemma(place) not in ("in", "as", "on"):
        return None, []
    for after in range(place + 1, min(place + 7, len(draft.mentions))):
        if draft.is_column(after) and (column := draft.choose_column(after)):
            return column, [after]
    return None, []


def column_before(draft: Draft, start: int) -> tuple[ColumnRef | None, list[int]]:
    for before in range(start - 1, max(-1, start - 6), -1):
        if draft.is_column(before) and (column := draft.choose_column(before, holds_text)):
            return column, [before]
    labels = draft.labels(draft.focus) if draft.focus else ()
    return (labels[0].column, []) if labels else (None, [])


def read_null(draft: Draft, start: int, end: int, op: str) -> Draft:
    for before in range(start - 1, max(-1, start - 5), -1):
        if draft.is_column(before) and (column := draft.choose_column(before)):
            condition = Comparison(Term(column), op)
            return draft.restrict(condition, *range(start, end), before)
    return draft
