"""Lab language: which language the person at this notebook reads, as far as their settings tell."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dbchat_magic.language import ENGLISH, known_language

LAB_SETTING = Path("@jupyterlab/translation-extension/plugin.jupyterlab-settings")
"""Where JupyterLab keeps what is chosen in its menu Settings, Language."""


def language_of_person() -> str:
    """DBCHAT_LANG decides; else what JupyterLab is set to, else the locale that programs here are started with."""
    if named := os.environ.get("DBCHAT_LANG"):
        return known_language(named)
    if (chosen := known_language(language_of_lab())) != ENGLISH:
        return chosen
    locales = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return known_language(next(filter(None, locales), ""))


def language_of_lab() -> str:
    """As JupyterLab writes it, such as zh_CN; empty where it is not known."""
    try:
        text = (lab_settings() / LAB_SETTING).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    # JSON with comments: Python has no reader of it
    found = re.search(r'^\s*"locale"\s*:\s*"([\w-]+)"', text, re.MULTILINE)
    return found[1] if found else ""


def lab_settings() -> Path:
    if folder := os.environ.get("JUPYTERLAB_SETTINGS_DIR"):
        return Path(folder)
    folder = os.environ.get("JUPYTER_CONFIG_DIR") or str(Path.home() / ".jupyter")
    return Path(folder) / "lab" / "user-settings"
