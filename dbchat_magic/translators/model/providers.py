"""Providers: who serves models, where, and what is peculiar to each, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """An OpenAI-compatible server, of the cloud or of this computer."""

    name: str
    """What stands before the `/` in a model's name: "ollama" in "ollama/qwen2.5-coder:7b"."""
    label: str
    base_url: str
    """Where its API begins; empty: everybody has an address of their own."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that hold its key, by preference; none: it wants no key."""
    has_schema: bool = False
    """It is known to keep replies to a JSON schema (`response_format`)."""

    @property
    def port(self) -> int | None:
        """The usual port of a server on this computer; None: it is not one."""
        host, _, rest = self.base_url.partition("127.0.0.1:")
        return int(rest.partition("/")[0]) if rest and host == "http://" else None


PROVIDERS = (
    Provider("openai", "OpenAI", "https://api.openai.com/v1", ("OPENAI_API_KEY",), has_schema=True),
    Provider("azure", "Azure OpenAI", "", ("AZURE_OPENAI_API_KEY",), has_schema=True),
    Provider("deepseek", "DeepSeek", "https://api.deepseek.com/v1", ("DEEPSEEK_API_KEY",)),
    Provider(
        "dashscope",
        "DashScope (Qwen)",
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        ("DASHSCOPE_API_KEY",),
    ),
    Provider("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
    Provider("ollama", "Ollama", "http://127.0.0.1:11434/v1"),
    Provider("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
    Provider("llamacpp", "llama.cpp, LocalAI or llamafile", "http://127.0.0.1:8080/v1"),
    Provider("vllm", "vLLM", "http://127.0.0.1:8000/v1"),
    Provider("jan", "Jan", "http://127.0.0.1:1337/v1"),
    Provider("gpt4all", "GPT4All", "http://127.0.0.1:4891/v1"),
    Provider("textgen", "text-generation-webui", "http://127.0.0.1:5000/v1"),
    Provider("koboldcpp", "KoboldCpp", "http://127.0.0.1:5001/v1"),
    Provider("sglang", "SGLang", "http://127.0.0.1:30000/v1"),
    Provider("litellm", "LiteLLM", "http://127.0.0.1:4000/v1"),
    Provider("xinference", "Xinference", "http://127.0.0.1:9997/v1"),
    Provider("docker", "Docker Model Runner", "http://127.0.0.1:12434/engines/v1"),
    Provider("dbgpt", "DB-GPT's models", "http://127.0.0.1:8100/api/v1"),
)
"""Addresses and variables as each one's documentation has them in November 2026."""

BY_NAME = {provider.name: provider for provider in PROVIDERS}
LOCAL = tuple(provider for provider in PROVIDERS if provider.port)


def provider_at(base_url: str) -> Provider | None:
    """Whose address this is; None: nobody's that is known."""
    for provider in PROVIDERS:
        if provider.base_url and base_url.rstrip("/").startswith(provider.base_url.removesuffix("/v1")):
            return provider
    if ".openai.azure.com" in base_url or ".services.ai.azure.com" in base_url:
        return BY_NAME["azure"]
    return None
