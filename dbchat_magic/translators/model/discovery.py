"""Discovery: which models there are: at the configured endpoint, in the profiles, and on this computer's usual ports.

Asked only when a person asks for it, and without any key but the configured endpoint's own.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from dbchat_magic.core.settings import Settings
from dbchat_magic.core.translator import Offered
from dbchat_magic.errors import ModelError, ModelKeyError
from dbchat_magic.language import phrase
from dbchat_magic.translators.model.client import Client
from dbchat_magic.translators.model.endpoint import (
    NO_KEY,
    Endpoint,
    find_endpoint,
    make_endpoint,
    read_profiles,
)
from dbchat_magic.translators.model.providers import BY_NAME, LOCAL, Provider

PORT_SECONDS = 0.3
"""How long a port of this computer may take to answer at all."""
LIST_SECONDS = 3.0
"""How long a server may take to list its models."""


def list_models(settings: Settings) -> list[Offered]:
    """The models that can be asked; a server that cannot be listed is told with the reason.

    Raises ModelError where the file of profiles cannot be read.
    """
    found = [*configured(settings), *profiles(settings), *on_this_computer(settings)]
    return list({(each.address, each.name): each for each in reversed(found)}.values())[::-1]


def configured(settings: Settings) -> Iterator[Offered]:
    """What the endpoint in the settings offers."""
    if not (settings.model or settings.base_url):
        return
    try:
        endpoint = find_endpoint(settings if settings.model else replace(settings, model="?"))
    except ModelError as error:
        yield Offered(settings.model or "", phrase("configured"), settings.base_url or "", error.message)
        return
    prefix = prefix_for(endpoint, settings)
    yield from offered_by(endpoint, prefix, endpoint.model if settings.model else "")


def prefix_for(endpoint: Endpoint, settings: Settings) -> str:
    """What must stand before a model's name after -m, so that it is sought at this endpoint."""
    if settings.base_url and settings.base_url.rstrip("/") == endpoint.base_url:
        return ""
    for name, provider in BY_NAME.items():
        if provider.base_url == endpoint.base_url:
            return f"{name}/"
    return ""


def offered_by(endpoint: Endpoint, prefix: str, chosen: str = "") -> Iterator[Offered]:
    try:
        listed = Client(endpoint, LIST_SECONDS).list_models()
    except ModelError as error:
        yield Offered(f"{prefix}{chosen}", endpoint.label, endpoint.base_url, error.message)
        return
    for each in listed:
        note = phrase("configured") if each["id"] == chosen else ""
        yield Offered(f"{prefix}{each['id']}", endpoint.label, endpoint.base_url, note)


def profiles(settings: Settings) -> Iterator[Offered]:
    for name in read_profiles(settings.home):
        try:
            endpoint = find_endpoint(replace(settings, model=name))
        except ModelError as error:
            yield Offered(name, phrase("profile"), "", error.message)
            continue
        yield Offered(
            name, endpoint.label, endpoint.base_url, phrase("profile of {model}", model=endpoint.model)
        )


def on_this_computer(settings: Settings) -> list[Offered]:
    """What answers on the ports that model servers usually listen on."""
    with ThreadPoolExecutor(len(LOCAL), thread_name_prefix="dbchat-discovery") as pool:
        return [
            each
            for found in pool.map(lambda provider: listed_locally(provider, settings), LOCAL)
            for each in found
        ]


def listed_locally(provider: Provider, settings: Settings) -> list[Offered]:
    """Nothing where nobody listens, or whoever does is no model server."""
    if not is_open(provider.port or 0):
        return []
    endpoint = make_endpoint(provider.base_url, "", NO_KEY, settings)
    try:
        listed = Client(endpoint, LIST_SECONDS).list_models()
    except ModelKeyError:
        return [
            Offered(f"{provider.name}/", provider.label, provider.base_url, "wants a key: set DBCHAT_API_KEY")
        ]
    except ModelError:
        return []
    return [
        Offered(f"{provider.name}/{each['id']}", owner_of(each, provider), provider.base_url)
        for each in listed
    ]


def owner_of(model: dict[str, object], provider: Provider) -> str:
    """Whose server it is: llama.cpp says so; others are known by their port."""
    return "llama.cpp" if model.get("owned_by") == "llamacpp" else provider.label


def is_open(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PORT_SECONDS):
            return True
    except OSError:
        return False
