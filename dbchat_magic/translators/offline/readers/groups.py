"""Groups: "for each country", "per month", "average price by category"."""

from __future__ import annotations

from dbchat_magic.core.schema import Table
from dbchat_magic.linking.kinds import label_columns
from dbchat_magic.translators.offline.draft import JOINING, Draft
from dbchat_magic.translators.offline.lexicon import AGGREGATES, COUNTS, DISTINCT, GROUPS, MOST, ORDERS, SUPERLATIVES
from dbchat_magic.translators.offline.query import ColumnRef, Term

SKIPPED = frozenset({"the", "of", "a", "'s"}) | DISTINCT


def read_groups(draft: Draft) -> Draft:
    """Only where something is counted or added up: "the name of each student" is a list, not a grouping."""
    if not aggregates(draft):
        return draft
    for start, end, _ in draft.phrases(GROUPS):
        draft = group_by(draft, start, end)
    by = next((place for place in range(2, len(draft.mentions)) if draft.lemma(place) == "by"), None)
    if by is not None and not draft.query.group and not sorts(draft, by):
        draft = group_by(draft, by, by + 1)
    return draft


def aggregates(draft: Draft) -> bool:
    """Whether some word asks for a number about several rows."""
    counted = next(draft.phrases((*COUNTS, *AGGREGATES, *MOST, "how much")), None)
    return counted is not None


def sorts(draft: Draft, by: int) -> bool:
    """Whether the "by" belongs to "sorted by" or to "top 5 … by"."""
    before = [draft.lemma(place) for place in range(max(0, by - 3), by)]
    said = {"order", "ordered", "sort", "sorted", "rank", "ranked", "arranged", "descending", "ascending", "top"}
    superlative = any(draft.lemma(place) in SUPERLATIVES or draft.lemma(place) in ("top", "most") for place in range(by))
    passive = draft.mentions[by - 1].text.endswith("ed") or before[-1:] == ["make"]
    return bool(said & set(before)) or superlative or passive or " ".join(before[-1:]) in ORDERS


def group_by(draft: Draft, start: int, end: int) -> Draft:
    """Group by the columns and tables listed from `end` on; unchanged when none is."""
    place = end
    places = list(range(start, end))
    columns: list[ColumnRef] = []
    shown: list[Term] = []
    while place < len(draft.mentions):
        if draft.lemma(place) in SKIPPED or (columns and draft.lemma(place) in JOINING and listed(draft, place + 1)):
            pass
        elif draft.free(place) and draft.is_table(place) and not draft.is_column(place + 1):
            table = draft.table(draft.table_at(place))
            columns += key_of(table)
            shown += [Term(ColumnRef(table.name, column.name)) for column in label_columns(table, draft.schema.values)]
            places.append(place)
        elif draft.free(place) and draft.is_table(place):
            places.append(place)
        elif draft.free(place) and draft.is_column(place) and (column := draft.choose_column(place)):
            columns.append(column)
            shown.append(Term(column))
            places.append(place)
        else:
            break
        place += 1
    if not columns:
        return draft
    group = tuple(dict.fromkeys((*draft.query.group, *columns)))
    select = tuple(dict.fromkeys((*draft.query.select, *(shown or [Term(column) for column in columns]))))
    return draft.use(*places, group=group, select=select)


def listed(draft: Draft, place: int) -> bool:
    """Whether a list of groups goes on here, rather than something else beginning ("…, how many")."""
    return draft.free(place) and draft.is_column(place) and not draft.lemma(place + 1) == "of"


def key_of(table: Table) -> list[ColumnRef]:
    names = table.primary_key or (table.columns[0].name,)
    return [ColumnRef(table.name, name) for name in names]
