"""Settings: where things lie and how far a question may go; from the environment, or replaced by a front."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import either, phrase

DECIMALS = ("float", "exact")
"""What a DECIMAL can become."""


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. Fronts change one with `dataclasses.replace`."""

    home: Path
    datasource: str | None = None
    row_limit: int = 10_000
    timeout: float = 60.0
    """Seconds that a query may run."""
    confidence: float = 0.5
    """Below this, `ask` offers its readings instead of running one."""
    samples: str | None = None
    """Whether a model may see values of the data: "off" or "values"; None: only on loopback."""
    private_columns: tuple[str, ...] = ()
    """Patterns (`*phone*`, `staff.*`) of columns whose values are never read for linking."""
    lang: str = "en"
    model: str | None = None
    base_url: str | None = None
    """Where the model's server is."""
    model_timeout: float = 120.0
    """Seconds that a model may take for one reply."""
    fallback: str = "off"
    """"offline": the built-in translator answers where the model cannot be asked; "off": that is an error."""
    decimals: str = "float"
    """What a DECIMAL becomes: "float", or "exact": decimal.Decimal, as the database has it."""


def read_settings(environment: Mapping[str, str] | None = None, home: str | Path | None = None) -> Settings:
    """Settings from DBCHAT_* variables; raises DbChatError naming a variable that does not fit."""
    env = os.environ if environment is None else environment
    return Settings(
        home=Path(home or env.get("DBCHAT_HOME") or default_home()).expanduser(),
        datasource=env.get("DBCHAT_DATASOURCE") or None,
        row_limit=int(read_number(env, "DBCHAT_ROW_LIMIT", 10_000, 1, 10_000_000)),
        timeout=read_number(env, "DBCHAT_TIMEOUT", 60.0, 0.1, 86_400),
        confidence=read_number(env, "DBCHAT_CONFIDENCE", 0.5, 0, 1),
        samples=read_choice(env, "DBCHAT_SAMPLES", ("off", "values")),
        private_columns=tuple(filter(None, map(str.strip, env.get("DBCHAT_PRIVATE_COLUMNS", "").split(",")))),
        lang=env.get("DBCHAT_LANG") or "en",
        model=env.get("DBCHAT_MODEL") or None,
        base_url=env.get("DBCHAT_BASE_URL") or None,
        model_timeout=read_number(env, "DBCHAT_MODEL_TIMEOUT", 120.0, 0.1, 86_400),
        fallback=read_choice(env, "DBCHAT_FALLBACK", ("off", "offline")) or "off",
        decimals=read_choice(env, "DBCHAT_DECIMALS", DECIMALS) or "float",
    )


def default_home() -> str:
    import platformdirs  # only where no home is named

    return platformdirs.user_data_dir("dbchat_magic", appauthor=False)


def read_number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = env.get(name, "")
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise DbChatError(
            phrase(
                "{name}={text!r} is not a number between {low:g} and {high:g}.",
                name=name,
                text=text,
                low=low,
                high=high,
            ),
            phrase("Correct or unset the variable; the default is {default:g}.", default=default),
        )
    return number


def read_choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    text = env.get(name, "").lower()
    if text and text not in choices:
        raise DbChatError(
            phrase("{name}={text!r} is not known.", name=name, text=text),
            phrase("It can be {choices}.", choices=either(choices)),
        )
    return text or None
