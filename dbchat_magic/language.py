"""Language: what is said to a person, in their language: English, or one that has a catalogue under `locale/`.

Nothing is loaded before something is said in another language than English. Catalogues are made by
`tools/catalogues.py`; what stands in `phrase`, `counted` or `marked` is in them.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

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


def phrase(text: str, /, **values: object) -> str:
    """The text in the person's language, with the values in its places.

    >>> phrase("{name} is added.", name="shop {a}")
    'shop {a} is added.'
    """
    said = text if (language := _find()) == ENGLISH else catalogue(language).gettext(text)
    return said.format(**values) if values else said


def counted(one: str, many: str, count: int, /, **values: object) -> str:
    """One text for one thing, another for several; `{count}` is their number.

    >>> counted("{count} row", "{count} rows", 1), counted("{count} row", "{count} rows", 1200)
    ('1 row', '1,200 rows')
    """
    if (language := _find()) == ENGLISH:
        said = one if count == 1 else many
    else:
        said = catalogue(language).ngettext(one, many, count)
    return said.format(count=f"{count:,}", **values)


def marked(text: str) -> str:
    """The text as it is; it is in the catalogues, and `phrase` is asked for it when it is shown."""
    return text


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)
