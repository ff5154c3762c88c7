"""Endpoint: which model is asked, at which address, with which key, and what is known of it."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dbchat_magic.core.secrets import Secrets, is_reference, know
from dbchat_magic.core.settings import Settings
from dbchat_magic.errors import ModelError, ModelKeyError
from dbchat_magic.language import phrase, sentences
from dbchat_magic.translators.model.providers import BY_NAME, Provider, provider_at

PROFILES = "models.toml"
"""A file of named profiles in the home folder; a table for each, with the fields of FIELDS."""
FIELDS: Mapping[str, type] = {
    "base_url": str,
    "model": str,
    "key": str,
    "context": int,
    "small": bool,
    "samples": str,
    "schema": bool,
    "price": list,
    "extra": dict,
}
NO_KEY = "none"
"""What is sent where no key is wanted: an empty one would make the client look for others."""
LOCAL_CONTEXT, REMOTE_CONTEXT = 4_096, 32_768
"""Tokens that a prompt and its reply may have together where nobody says it: what servers on one's own computer
start with (llama.cpp, Ollama), and what every hosted model reads."""
SMALL = 4.5
"""Billions of weights; a model with fewer gets the help that small ones need."""
WEIGHTS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)b(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Endpoint:
    """A model that can be asked."""

    base_url: str
    model: str
    key: str = field(default=NO_KEY, repr=False)
    label: str = ""
    """Whose server it is, for people."""
    context: int = REMOTE_CONTEXT
    """Tokens of prompt and reply together."""
    small: bool = False
    """It has few weights: rules of prose help it little, examples much."""
    sees_values: bool = False
    """Values of the data may be in a prompt."""
    has_schema: bool = False
    """It keeps its replies to a JSON schema."""
    price: tuple[float, float] | None = None
    """US dollars for a million tokens of prompt and of reply; None: not known."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Fields that go with each request beside the usual ones: what this server alone understands."""

    @property
    def is_local(self) -> bool:
        """It runs on this computer."""
        return is_loopback(self.base_url)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc.rpartition("@")[2]


def find_endpoint(settings: Settings, environment: Mapping[str, str] | None = None) -> Endpoint:
    """The model that the settings name: a profile, `provider/model`, or a model at the configured address.

    Raises ModelError where none is named or the profile's file cannot be read, its child ModelKeyError where a
    key is wanted and there is none.
    """
    env = os.environ if environment is None else environment
    if not settings.model:
        raise ModelError(
            phrase("No model is configured."),
            phrase(
                "Set DBCHAT_MODEL (ollama/qwen2.5-coder:7b, openai/gpt-5-mini …) or write -m NAME; "
                "%dbchat --models lists what there is."
            ),
        )
    profiles = read_profiles(settings.home)
    profile = profiles.get(settings.model)
    if profile is not None:
        return from_profile(settings.model, profile, settings, env)
    base_url, model = place_of(settings.model, settings, env)
    if not base_url:
        raise unknown_place(settings.model, profiles)
    return make_endpoint(base_url, model, find_key(base_url, env), settings)


def place_of(name: str, settings: Settings, env: Mapping[str, str]) -> tuple[str, str]:
    """The address and the model that a name means; an empty address where it says neither.

    A configured address goes before a provider of the cloud: "openai/gpt-5" is a model of OpenRouter's, too.
    """
    head, _, rest = name.partition("/")
    provider = BY_NAME.get(head.lower()) if rest else None
    if provider is not None and (provider.port or not settings.base_url):
        return provider.base_url, rest
    if settings.base_url:
        return settings.base_url, name
    if env.get("OPENAI_BASE_URL"):
        return env["OPENAI_BASE_URL"], name
    return (BY_NAME["openai"].base_url, name) if env.get("OPENAI_API_KEY") else ("", name)


def unknown_place(name: str, profiles: Mapping[str, object]) -> ModelError:
    near = difflib.get_close_matches(name, [*profiles, *BY_NAME], n=1, cutoff=0.75)
    return ModelError(
        phrase("It is not known where the model {name} is.", name=name),
        sentences(
            phrase("Did you mean {names}?", names=near[0]) if near else "",
            phrase(
                "Set DBCHAT_BASE_URL to its address, or name its server before it: ollama/NAME, openai/NAME;"
                " servers known by name: {names}.",
                names=", ".join(BY_NAME),
            ),
            phrase("Profiles: {names}.", names=", ".join(profiles)) if profiles else "",
        ),
    )


def make_endpoint(base_url: str, model: str, key: str, settings: Settings, **known: object) -> Endpoint:
    """An Endpoint with what follows from its address and name, unless it is known better."""
    url = check_url(base_url)
    provider = provider_at(url)
    local = is_loopback(url)
    facts = {
        "label": provider.label if provider else urlsplit(url).netloc.rpartition("@")[2],
        "context": LOCAL_CONTEXT if local else REMOTE_CONTEXT,
        "small": weights_of(model) < SMALL,
        "sees_values": (settings.samples == "values") if settings.samples else local,
        "has_schema": bool(provider and provider.has_schema),
    }
    if key != NO_KEY:
        know(key)
    return Endpoint(url, model, key, **{**facts, **known})  # type: ignore[arg-type]  # checked where they come from


def weights_of(model: str) -> float:
    """Billions of weights, as the model's name tells; infinite where it does not.

    >>> weights_of("qwen2.5-coder:1.5b-instruct"), weights_of("gpt-5-mini"), weights_of("qwen2.5-coder-0.5b")
    (1.5, inf, 0.5)
    """
    return min((float(found) for found in WEIGHTS.findall(model)), default=float("inf"))


# ------------------------------------------------------------------------------------------------- keys


def find_key(base_url: str, env: Mapping[str, str]) -> str:
    """The key for an address: DBCHAT_API_KEY, else the variable of whoever serves there.

    A key in OPENAI_API_KEY goes to OpenAI and to the address in OPENAI_BASE_URL, nowhere else.
    Raises ModelKeyError where one is wanted and there is none.
    """
    if env.get("DBCHAT_API_KEY"):
        return env["DBCHAT_API_KEY"]
    provider = provider_at(base_url)
    variables = list(provider.key_variables) if provider else []
    if env.get("OPENAI_BASE_URL") and env["OPENAI_BASE_URL"].rstrip("/") == base_url.rstrip("/"):
        variables.append("OPENAI_API_KEY")
    for variable in variables:
        if env.get(variable):
            return env[variable]
    if provider and provider.key_variables and not is_loopback(base_url):
        raise no_key(provider)
    return NO_KEY


def no_key(provider: Provider) -> ModelKeyError:
    return ModelKeyError(
        phrase("{label} wants a key, and none is set.", label=provider.label),
        phrase(
            "Set {variable} or DBCHAT_API_KEY where Jupyter is started, or here with %env; -m "
            "offline answers without a model.",
            variable=provider.key_variables[0],
        ),
    )


# --------------------------------------------------------------------------------------------- addresses


def check_url(base_url: str) -> str:
    """The address without its last slash; raises ModelError when it is none."""
    parts = urlsplit(base_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ModelError(
            phrase("{base_url!r} is not the address of a model server.", base_url=base_url),
            phrase(
                "It begins with http:// or https:// and ends where the API begins: http://127.0.0.1:11434/v1."
            ),
        )
    if parts.password or parts.username:
        raise ModelError(
            phrase("A key does not belong in the model's address."),
            phrase("Set DBCHAT_API_KEY instead, and take it out."),
        )
    return base_url.strip().rstrip("/")


def is_loopback(base_url: str) -> bool:
    """Whether an address is this computer's own.

    >>> is_loopback("http://localhost:8080/v1"), is_loopback("http://127.0.0.1.evil.test/v1")
    (True, False)
    """
    host = urlsplit(base_url).hostname or ""
    return host in ("localhost", "::1") or re.fullmatch(r"127\.\d+\.\d+\.\d+", host) is not None


# ---------------------------------------------------------------------------------------------- profiles


def read_profiles(home: Path) -> dict[str, dict[str, object]]:
    """The profiles in the home folder by name; none where there is no such file. Raises ModelError."""
    path = home / PROFILES
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(
            phrase("{path} cannot be read: {error}.", path=path, error=error),
            phrase("It is TOML: a [table] for each model."),
        ) from None
    for name, profile in read.items():
        check_profile(path, name, profile)
    return read


def check_profile(path: Path, name: str, profile: object) -> None:
    if not isinstance(profile, dict):
        raise ModelError(
            phrase("In {path}, {name} is not in a table.", path=path, name=name),
            phrase("Write it below a line [{name}].", name=name),
        )
    for key, value in profile.items():
        if key not in FIELDS:
            raise ModelError(
                phrase(
                    "In {path}, [{name}] has a field {key}, which no profile has.",
                    path=path,
                    name=name,
                    key=key,
                ),
                phrase("Fields: {fields}.", fields=", ".join(FIELDS)),
            )
        if type(value) is not FIELDS[key]:
            raise ModelError(
                phrase(
                    "In {path}, {key} of [{name}] is {value!r}.", path=path, key=key, name=name, value=value
                ),
                phrase("It must be a {type}.", type=FIELDS[key].__name__),
            )
    if "model" not in profile:
        raise ModelError(
            phrase("In {path}, [{name}] names no model.", path=path, name=name),
            phrase('Add a line such as model = "gpt-5-mini".'),
        )


def from_profile(
    name: str, profile: Mapping[str, object], settings: Settings, env: Mapping[str, str]
) -> Endpoint:
    """Raises ModelError where a field does not fit, ModelKeyError where its key cannot be found."""
    base_url, model = str(profile.get("base_url", "")), str(profile["model"])
    if not base_url:
        base_url, model = place_of(model, settings, env)
    if not base_url:
        raise unknown_place(model, {})
    key = str(profile.get("key", ""))
    if key and not is_reference(key):
        raise ModelKeyError(
            phrase("The profile {name} holds a key in clear.", name=name),
            phrase("Refer to it instead: ${env:NAME}, keyring:service/user or file:/path."),
        )
    known: dict[str, object] = {}
    if "context" in profile:
        known["context"] = profile["context"]
    if "small" in profile:
        known["small"] = profile["small"]
    if "schema" in profile:
        known["has_schema"] = profile["schema"]
    if "samples" in profile:
        known["sees_values"] = profile["samples"] == "values"
    if "price" in profile:
        known["price"] = read_price(name, profile["price"])
    if "extra" in profile:
        known["extra"] = profile["extra"]
    found = Secrets(settings.home).resolve(key) if key else find_key(base_url, env)
    return make_endpoint(base_url, model, found, settings, **known)


def read_price(name: str, value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value):
        return float(value[0]), float(value[1])
    raise ModelError(
        phrase("The price of the profile {name} is {value!r}.", name=name, value=value),
        phrase(
            "It is two numbers: US dollars for a million tokens of prompt and of reply, as in price "
            "= [0.25, 2]."
        ),
    )
