"""The offline translator: questions to SQL with rules alone, in milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbchat_magic.core.settings import Settings
    from dbchat_magic.core.translator import Translator


def make_translator(settings: Settings) -> Translator:
    """What the entry point `offline` names."""
    from dbchat_magic.translators.offline.translator import OfflineTranslator

    return OfflineTranslator()
