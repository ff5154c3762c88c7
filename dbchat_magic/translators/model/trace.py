"""Trace: what was sent to a model and what came back, to the letter, for `%dbchat --why`."""

from __future__ import annotations

from dataclasses import dataclass

from dbchat_magic.core.translator import Usage
from dbchat_magic.language import phrase
from dbchat_magic.translators.model.client import Message, Reply
from dbchat_magic.translators.model.endpoint import Endpoint


@dataclass
class Exchange:
    """One request, and what became of it."""

    messages: tuple[Message, ...]
    reply: Reply | None = None
    usage: Usage = Usage()
    error: str = ""


def tell(endpoint: Endpoint, exchanges: list[Exchange]) -> str:
    """All exchanges of a question as lines for people. The key is in none of them."""
    lines = [phrase("Model: {model} at {host}", model=endpoint.model, host=endpoint.host)]
    for number, exchange in enumerate(exchanges, 1):
        asked = exchange.reply is not None or exchange.error
        sent = phrase("--- sent") if asked else phrase("--- would be sent")
        lines.append(sent + (f" ({number})" if len(exchanges) > 1 else ""))
        for message in exchange.messages:
            lines += [f"[{message['role']}]", message["content"]]
        if exchange.reply is not None:
            lines.append(phrase("--- came back: {usage}", usage=exchange.usage.in_words))
            if exchange.reply.reasoning:
                lines += ["[reasoning]", exchange.reply.reasoning]
            lines.append(exchange.reply.text)
        elif exchange.error:
            lines += [phrase("--- failed"), exchange.error]
    return "\n".join(lines)
