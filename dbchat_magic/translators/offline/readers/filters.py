"""Filters: "including cancelled orders", "former customers": words that lift a default filter of the glossary."""

from __future__ import annotations

from collections.abc import Iterator

from dbchat_magic.core.glossary import Filter
from dbchat_magic.linking.words import lemma_of
from dbchat_magic.translators.offline.draft import Draft

INCLUDING = frozenset("including include included even also plus".split())


def read_filters(draft: Draft) -> Draft:
    for each in draft.schema.glossary.filters:
        said, included = list(said_places(draft, each)), list(included_places(draft, each))
        if said or included:
            # A word that names a value is still to be read: "former" customers may be a kind of them.
            places = [place for place in said if not draft.mentions[place].linked]
            draft = draft.use(*places, *included, unfiltered=(*draft.query.unfiltered, each.table))
    return draft


def said_places(draft: Draft, each: Filter) -> Iterator[int]:
    """Where the words stand that the glossary says lift it."""
    for words in (tuple(map(lemma_of, text.split())) for text in each.unless):
        for start in range(len(draft.mentions)):
            said: tuple[str, ...] = ()
            for end in range(start, min(start + len(words), len(draft.mentions))):
                said = (*said, *(word.lemma for word in draft.mentions[end].words))
                if said == words:
                    yield from range(start, end + 1)


def included_places(draft: Draft, each: Filter) -> Iterator[int]:
    """ "including cancelled ones": a value that the filter speaks of, behind such a word."""
    values = {value.casefold() for value in each.values}
    for place, mention in enumerate(draft.mentions):
        links = [link for link in mention.values if link.table == each.table and link.column in each.columns]
        named = {link.value.casefold() for link in links if link.value} | {mention.text.casefold()}
        before = draft.skip(place - 1, ("the", "all"), step=-1)
        if draft.lemma(before) in INCLUDING and (links or values & named):
            yield from (before, place)
            if draft.lemma(place + 1) == "one":
                yield place + 1
