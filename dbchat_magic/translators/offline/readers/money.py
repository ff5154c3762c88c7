"""Money: "revenue by country", "which customers spent the most", "best selling products"."""

from __future__ import annotations

from dataclasses import replace

from dbchat_magic.core.schema import Column, Table
from dbchat_magic.language import phrase
from dbchat_magic.linking.kinds import is_date, is_measure
from dbchat_magic.translators.offline.adding import function_of
from dbchat_magic.translators.offline.draft import Draft
from dbchat_magic.translators.offline.lexicon import ADJECTIVES, AGGREGATES, MONEY, UNITS_SOLD
from dbchat_magic.translators.offline.query import ColumnRef, Order, Term
from dbchat_magic.translators.offline.readers.superlatives import limit_before, picks_a_row
from dbchat_magic.translators.offline.readers.takings import ADDING, BETWEEN, Takings, find_event, money_of

RANKS = {
    "most": True,
    "best": True,
    "highest": True,
    "top": True,
    "largest": True,
    "least": False,
    "lowest": False,
    "worst": False,
}

SEVERAL = 10
"""How many rows "best selling products" shows."""

PASSIVE = frozenset({"be", "been", "have", "money", "we", "i", "they", "did", "do"})
"""What stands between "how much" and a participle: "how much has been invoiced"."""


def read_money(draft: Draft) -> Draft:
    """Reads words of selling as the sum of an amount; says which column that is."""
    if not draft.focus:
        return draft
    for _, end, _ in draft.phrases((*ADDING, "how much")):
        found = find_event(draft, draft.skip(end, BETWEEN | PASSIVE))
        if found is not None:
            return place_money(restricted(draft, found), found.places.start, found.places.stop, found.term)
    for start, end, words in draft.phrases((*UNITS_SOLD, *MONEY)):
        if any(draft.is_column(place) for place in range(start, end)) or draft.is_table(end - 1):
            continue
        if start and draft.mentions[start].text.lower() == "sold" and draft.is_column(start - 1):
            return add_pieces(draft.use(start), start - 1)
        if words.startswith("earn") and draft.concept(draft.focus, ADJECTIVES["rich"]):
            continue
        term = money_of(draft)
        if term is None:
            continue
        text = " ".join(draft.mentions[place].text for place in range(start, end))
        return place_money(draft.use(guess=said(text, term)), start, end, term)
    return draft


def add_pieces(draft: Draft, place: int) -> Draft:
    """ "Quantity sold per category": the pieces, not the money; an aggregate that is named sees to them itself."""
    column = draft.choose_column(place, is_measure) if draft.free(place) else None
    said = draft.lemma(place - 1) in (*AGGREGATES, "by")
    if column is None or said or not draft.query.group or function_of(column) != "sum":
        return draft
    return draft.use(place, select=(*draft.query.select, Term(column, function="sum")))


def restricted(draft: Draft, takings: Takings) -> Draft:
    """The draft where only rows count of which the money was taken."""
    if takings.condition is None or takings.condition in draft.query.where:
        return draft
    return draft.restrict(takings.condition)


def place_money(draft: Draft, start: int, end: int, term: Term) -> Draft:
    """As what is shown, with the function asked for; or as what ranks the rows."""
    before = draft.skip(start - 1, ("of", "the"), step=-1)
    places = list(range(start, end))
    # "Which country has the highest revenue" ranks sums; "the highest sale" is one of them.
    ranks_sums = draft.lemma(before) in RANKS and (
        any(column.period for column in draft.query.group) or picks_a_row(draft, before)
    )
    if draft.lemma(before) in AGGREGATES and draft.free(before) and not ranks_sums:
        term = replace(term, function=AGGREGATES[draft.lemma(before)])
        places.append(before)
    if term in draft.query.select:
        return draft.use(*places)
    ranks = [
        place
        for place in range(len(draft.mentions))
        if draft.lemma(place) in RANKS and (draft.free(place) or place in places)
    ]
    by = draft.skip(start - 1, BETWEEN | ADDING, step=-1)
    if ranks or (draft.lemma(by) == "by" and draft.query.limit is not None):
        return rank_by_money(draft.use(*places, *ranks), term, ranks[0] if ranks else start)
    return draft.use(*places, select=(*draft.query.select, term))


def rank_by_money(draft: Draft, term: Term, place: int) -> Draft:
    """The rows of the focus, or the groups, with most of it (least, where the word at the place says so)."""
    limit, number = limit_before(draft, place)
    singled_out = draft.lemma(0) in ("which", "who", "what") or not names_several(draft)
    limit = draft.query.limit or (limit if limit > 1 or singled_out else SEVERAL)
    named = None if draft.query.group else ranked_column(draft, place)
    group = draft.query.group or ((named[1],) if named else draft.key(draft.focus))
    labels = () if draft.query.group else (Term(named[1]),) if named else draft.known_by(draft.focus)
    at_the_top = all(draft.lemma(where) != "bottom" for where in range(place))
    return draft.use(
        *number,
        *(named[:1] if named else ()),
        group=group,
        select=(*draft.query.select, *labels, term),
        order=(Order(term, RANKS.get(draft.lemma(place), at_the_top)),),
        limit=limit,
    )


def ranked_column(draft: Draft, place: int) -> tuple[int, ColumnRef] | None:
    """The country of "which country has the highest revenue", where a table does not say what is ranked."""
    for before in range(place - 1, -1, -1):
        if draft.is_table(before) or draft.owner_of(before):
            return None
        if draft.is_column(before):
            column = draft.choose_column(before, is_category) if draft.free(before) else None
            return (before, column) if column else None
    return None


def is_category(table: Table, column: Column) -> bool:
    """Whether several rows may share a value of it."""
    return not is_measure(table, column) and not is_date(column) and (column.name,) != table.primary_key


def names_several(draft: Draft) -> bool:
    """Whether a table is named in the plural."""
    places = range(len(draft.mentions))
    return any(draft.is_table(place) and draft.is_plural(place) for place in places)


def said(text: str, term: Term) -> str:
    assert term.column is not None
    known = {"words": text, "column": term.column.column, "table": term.column.table}
    if term.operand is None:
        return phrase("I read {words!r} as the sum of {column} of {table}.", **known)
    return phrase(
        "I read {words!r} as the sum of {column} times {factor} of {table}.",
        factor=term.operand.column,
        **known,
    )
