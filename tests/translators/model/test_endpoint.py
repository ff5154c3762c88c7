"""Which model is asked, where, with which key: and that no key goes where it does not belong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dbchat_magic.core.settings import Settings
from dbchat_magic.errors import ModelError, ModelKeyError
from dbchat_magic.translators.model.endpoint import NO_KEY, Endpoint, find_endpoint

OPENAI = "https://api.openai.com/v1"


def found(home: Path, model: str | None, base_url: str | None = None, **env: str) -> Endpoint:
    return find_endpoint(Settings(home, model=model, base_url=base_url), env)


def test_no_model_is_asked_unless_one_is_named(home: Path) -> None:
    with pytest.raises(ModelError, match="No model is configured"):
        found(home, None, OPENAI_API_KEY="sk-1")


@pytest.mark.parametrize(
    ("model", "base_url", "env", "expected"),
    [
        ("gpt-5", None, {"OPENAI_API_KEY": "sk-1"}, (OPENAI, "gpt-5", "sk-1")),
        ("openai/gpt-5", None, {"OPENAI_API_KEY": "sk-1"}, (OPENAI, "gpt-5", "sk-1")),
        ("gpt-5", OPENAI, {"OPENAI_API_KEY": "sk-1"}, (OPENAI, "gpt-5", "sk-1")),
        ("gpt-5", OPENAI, {"DBCHAT_API_KEY": "sk-2", "OPENAI_API_KEY": "sk-1"}, (OPENAI, "gpt-5", "sk-2")),
        ("ollama/qwen:7b", None, {}, ("http://127.0.0.1:11434/v1", "qwen:7b", NO_KEY)),
        ("ollama/qwen:7b", OPENAI, {}, ("http://127.0.0.1:11434/v1", "qwen:7b", NO_KEY)),
        ("openai/gpt-5", "https://openrouter.ai/api/v1", {"OPENROUTER_API_KEY": "or-1"},
         ("https://openrouter.ai/api/v1", "openai/gpt-5", "or-1")),
        ("deepseek/deepseek-chat", None, {"DEEPSEEK_API_KEY": "ds-1"},
         ("https://api.deepseek.com/v1", "deepseek-chat", "ds-1")),
        ("m", None, {"OPENAI_BASE_URL": "http://proxy.test/v1/", "OPENAI_API_KEY": "sk-1"},
         ("http://proxy.test/v1", "m", "sk-1")),
        ("m", "https://x.openai.azure.com/openai/v1/", {"AZURE_OPENAI_API_KEY": "az-key-1"},
         ("https://x.openai.azure.com/openai/v1", "m", "az-key-1")),
        ("m", "http://localhost:9999/v1", {}, ("http://localhost:9999/v1", "m", NO_KEY)),
    ],
)  # fmt: skip
def test_a_name_an_address_and_a_key_come_together(
    home: Path, model: str, base_url: str | None, env: dict[str, str], expected: tuple[str, str, str]
) -> None:
    endpoint = found(home, model, base_url, **env)
    assert (endpoint.base_url, endpoint.model, endpoint.key) == expected
    assert expected[2] == NO_KEY or expected[2] not in repr(endpoint)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:11434/v1", "http://evil.test/v1", "http://api.openai.com.evil.test/v1"])  # fmt: skip
def test_openai_s_key_goes_to_nobody_else(home: Path, base_url: str) -> None:
    env = {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": OPENAI}
    assert found(home, "m", base_url, **env).key == NO_KEY


@pytest.mark.parametrize("model", ["openai/gpt-5", "deepseek/x", "openrouter/x"])
def test_a_missing_key_is_said_before_anything_is_sent(home: Path, model: str) -> None:
    with pytest.raises(ModelKeyError, match="API_KEY"):
        found(home, model)


def test_a_model_of_nobody_lists_the_servers(home: Path) -> None:
    with pytest.raises(ModelError, match=r"where the model llama is.*\n.*ollama"):
        found(home, "llama")


@pytest.mark.parametrize("base_url", ["localhost:11434", "ftp://x/v1", "http://", "https://user:pw@host/v1"])
def test_an_address_that_is_none_is_said(home: Path, base_url: str) -> None:
    with pytest.raises(ModelError) as caught:
        found(home, "m", base_url)
    assert "pw@" not in str(caught.value)


def test_a_small_model_is_known_by_its_name_and_values_stay_here(home: Path) -> None:
    local = found(home, "ollama/qwen2.5-coder:1.5b")
    assert (local.small, local.sees_values, local.context) == (True, True, 4096)
    remote = found(home, "openai/gpt-5", OPENAI_API_KEY="sk-1")
    assert (remote.small, remote.sees_values, remote.has_schema) == (False, False, True)
    assert find_endpoint(Settings(home, model="ollama/x", samples="off"), {}).sees_values is False


# ---------------------------------------------------------------------------------------------- profiles


def profile(home: Path, text: str, **env: str) -> Endpoint:
    (home / "models.toml").write_text(text, encoding="utf-8")
    return found(home, "mine", **env)


def test_a_profile_says_all_of_a_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-mine")
    endpoint = profile(
        home,
        '[mine]\nmodel = "m-7b"\nbase_url = "http://h.test/v1"\nkey = "${env:MY_KEY}"\ncontext = 9000\n'
        'samples = "values"\nsmall = true\nprice = [0.25, 2]\nschema = true\nextra = {top_k = 1}\n',
    )
    assert (endpoint.model, endpoint.base_url, endpoint.key) == ("m-7b", "http://h.test/v1", "sk-mine")
    assert (endpoint.context, endpoint.sees_values, endpoint.small) == (9000, True, True)
    assert (endpoint.price, endpoint.has_schema, endpoint.extra) == ((0.25, 2.0), True, {"top_k": 1})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[mine\n", "cannot be read"),
        ("mine = 3\n", "not in a table"),
        ("[mine]\n", "names no model"),
        ('[mine]\nmodel = "m"\nurl = "x"\n', "field url"),
        ('[mine]\nmodel = "m"\ncontext = "many"\n', "context of .mine. is 'many'"),
        ('[mine]\nmodel = "openai/m"\nkey = "sk-in-clear-1234"\n', "a key in clear"),
        ('[mine]\nmodel = "ollama/m"\nprice = [1]\n', "price"),
        ('[mine]\nmodel = "m"\n', "not known where"),
    ],
)
def test_a_profile_that_does_not_fit_is_said(home: Path, text: str, words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        profile(home, text)
    assert "sk-in-clear" not in str(caught.value)


def test_an_empty_openai_base_url_is_none_at_all(home: Path) -> None:
    assert found(home, "gpt-5", OPENAI_BASE_URL="", OPENAI_API_KEY="k").base_url == OPENAI


def test_nothing_of_the_environment_is_changed(home: Path) -> None:
    before = dict(os.environ)
    found(home, "ollama/x")
    assert dict(os.environ) == before
