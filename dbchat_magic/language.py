"""Language: what is said to a person, in their language: English, or one that has a catalogue under `locale/`.

Nothing is loaded before something is said in another language than English. Catalogues are made by
`tools/catalogues.py`; what stands in `phrase`, `counted` or `marked` is in them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gettext

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
DOMAIN = "dbchat_magic"
CATALOGUES = Path(__file__).with_name("locale")


def language_of_environment() -> str:
    return known_language(os.environ.get("DBCHAT_LANG", ""))


_find: Callable[[], str] = language_of_environment


def use_language(find: Callable[[], str]) -> None:
    """From now on people are spoken to in the language that `find` names; it is asked at each phrase."""
    global _find  # noqa: PLW0603 - one person sits before a process
    _find = find


def is_english() -> bool:
    """Whether people are spoken to in English."""
    return _find() == ENGLISH


def known_language(name: str) -> str:
    """The language that a name or a locale means; English where there is no catalogue of it.

    >>> [known_language(name) for name in ("zh_CN.UTF-8", "zh-Hans", "Chinese", "de_DE", "")]
    ['zh', 'zh', 'zh', 'en', 'en']
    """
    name = name.strip().lower()
    if name in ("chinese", "中文"):
        return "zh"
    short = name.replace("_", "-").partition("-")[0].partition(".")[0]
    return short if short in LANGUAGES else ENGLISH


class Said(str):
    """What is said in another language than English, with the same in English."""

    __slots__ = ("english",)

    english: str


def phrase(text: str, /, **values: object) -> str:
    """The text in the person's language, with the values in its places.

    >>> phrase("{name} is added.", name="shop {a}")
    'shop {a} is added.'
    """
    if (language := _find()) == ENGLISH:
        return text.format(**values) if values else text
    return both_ways(catalogue(language).gettext(text), text, values)


def counted(one: str, many: str, count: int, /, **values: object) -> str:
    """One text for one thing, another for several; `{count}` is their number.

    >>> counted("{count} row", "{count} rows", 1), counted("{count} row", "{count} rows", 1200)
    ('1 row', '1,200 rows')
    """
    text = one if count == 1 else many
    values["count"] = f"{count:,}"
    if (language := _find()) == ENGLISH:
        return text.format(**values)
    return both_ways(catalogue(language).ngettext(one, many, count), text, values)


def both_ways(said: str, text: str, values: dict[str, object]) -> Said:
    whole = Said(said.format(**values) if values else said)
    whole.english = (
        text.format(**{name: in_english(value) for name, value in values.items()}) if values else text
    )
    return whole


def in_english(text: object) -> Any:
    """The text as it is said in English, as for a model; whatever is no phrase, as it is."""
    return text.english if isinstance(text, Said) else text


def sentences(*texts: str) -> str:
    """One after another; those that are empty are left out.

    >>> sentences("Check the path.", "", "Nothing was created.")
    'Check the path. Nothing was created.'
    """
    return linked(" " if is_english() else "", " ", filter(None, texts))


def both(texts: Iterable[str]) -> str:
    """ "a and b": each of them."""
    return linked(phrase(" and "), " and ", texts)


def either(texts: Iterable[str]) -> str:
    """ "a or b": one of them."""
    return linked(phrase(" or "), " or ", texts)


def linked(link: str, english_link: str, texts: Iterable[str]) -> str:
    texts = list(texts)
    whole = Said(link.join(texts))
    whole.english = english_link.join(map(in_english, texts))
    return whole.english if is_english() else whole


def marked(text: str) -> str:
    """The text as it is; it is in the catalogues, and `phrase` is asked for it when it is shown."""
    return text


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    import gettext  # only where somebody is spoken to in another language

    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)
