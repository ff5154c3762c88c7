"""Controls: how the parts of our widgets look and line up. Colours are the front end's, text is escaped."""

from __future__ import annotations

from typing import Any

import ipywidgets

from dbchat_magic.rendering.html import text

LABEL_WIDTH = "7em"
WIDE = {"width": "100%", "max_width": "44em"}
LABELS = {"description_width": LABEL_WIDTH}


def field(label: str, meaning: str, kind: type = ipywidgets.Text) -> Any:
    known = {"placeholder": meaning} if kind.__name__ in ("Text", "Password") else {}
    return kind(description=label, tooltip=meaning, layout=WIDE, style=LABELS, **known)


def row(*children: Any) -> ipywidgets.HBox:
    """Side by side, below the controls rather than below their labels."""
    layout = {"flex_flow": "row wrap", "align_items": "center", "margin": f"0 0 0 calc({LABEL_WIDTH} + 8px)"}
    return ipywidgets.HBox(children, layout=layout)


def show(box: Any, is_shown: bool) -> None:
    box.layout.display = "" if is_shown else "none"


def message_html(message: str, hint: str, is_error: bool) -> str:
    """A line and a hint, read out when it comes."""
    role, colour = ("alert", "--jp-error-color1") if is_error else ("status", "--jp-ui-font-color1")
    muted = f' <span style="color: var(--jp-ui-font-color2)">{text(hint)}</span>' if hint else ""
    return (
        f'<div class="dbchat-message" role="{role}">'
        f'<span style="color: var({colour})">{text(message)}</span>{muted}</div>'
    )


def listing_html(listing: str) -> str:
    """Lines to be copied."""
    return f'<pre class="dbchat-listing">{text_lines(listing)}</pre>' if listing else ""


def text_lines(lines: str) -> str:
    return "\n".join(text(line) for line in lines.splitlines())


def hint_html(hint: str) -> str:
    return f'<div class="dbchat-hint" style="color: var(--jp-ui-font-color2)">{text(hint)}</div>'
