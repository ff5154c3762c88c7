"""The model translator: questions to SQL by any OpenAI-compatible endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbchat_magic.core.settings import Settings
    from dbchat_magic.core.translator import Translator


def make_translator(settings: Settings) -> Translator:
    """What the entry point `model` names."""
    from dbchat_magic.translators.model.translator import ModelTranslator

    return ModelTranslator(settings)
