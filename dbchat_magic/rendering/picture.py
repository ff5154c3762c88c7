"""Picture: a Vega-Lite chart as a file's bytes, for places that draw none: PNG, SVG, PDF, a page of its own.

Drawn by vl-convert, which holds Vega itself and needs no browser and no network.
"""

from __future__ import annotations

import importlib.util
import json
import struct
from collections.abc import Callable
from typing import Any

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import either, phrase

Json = dict[str, Any]

VERSION = "5.20"
"""Of Vega-Lite: the last of version 5, which notebooks draw."""
SCALE = 1.5
"""Dots of a picture for each pixel of the chart."""
NO_ACCESS: list[str] = []
"""Addresses that a chart may load from: none."""


def can_draw() -> bool:
    """Whether vl-convert is installed here; it is not imported."""
    return importlib.util.find_spec("vl_convert") is not None


def draw_picture(chart: Json, kind: str) -> bytes:
    """A Vega-Lite v5 specification as the bytes of a file of this kind (".png", ".svg", ".pdf", ".html", ".json").

    Raises DbChatError listing the kinds when it is another, or saying what to install.
    """
    if kind not in DRAWERS:
        known = either([", ".join([*DRAWERS][:-1]), [*DRAWERS][-1]])
        raise DbChatError(
            phrase("Charts cannot be saved as {kind}.", kind=kind or phrase("a file without ending")),
            phrase("Use {known}.", known=known),
        )
    if kind != ".json" and not can_draw():
        raise DbChatError(
            phrase(
                "A {kind} of a chart is drawn by the package vl-convert-python, which is not installed here.",
                kind=kind,
            ),
            phrase("Install it: pip install 'dbchat_magic[charts]'; a .json needs nothing."),
        )
    return DRAWERS[kind](chart)


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height at which a PNG of ours is to be shown, in pixels of the page."""
    wide, high = struct.unpack(">II", png[16:24])  # the header comes first in every PNG
    return round(wide / SCALE), round(high / SCALE)


def draw_png(chart: Json) -> bytes:
    import vl_convert  # 84 MB; the first picture of a process takes a second

    png: bytes = vl_convert.vegalite_to_png(
        chart, vl_version=VERSION, scale=SCALE, allowed_base_urls=NO_ACCESS
    )
    return png


def draw_svg(chart: Json) -> bytes:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart, vl_version=VERSION, allowed_base_urls=NO_ACCESS)
    return svg.encode()


def draw_pdf(chart: Json) -> bytes:
    import vl_convert

    pdf: bytes = vl_convert.vegalite_to_pdf(chart, vl_version=VERSION, allowed_base_urls=NO_ACCESS)
    return pdf


def draw_page(chart: Json) -> bytes:
    import vl_convert

    page: str = vl_convert.vegalite_to_html(chart, vl_version=VERSION, bundle=True)
    return page.encode()


def draw_json(chart: Json) -> bytes:
    return json.dumps(chart, indent=1, ensure_ascii=False).encode()


DRAWERS: dict[str, Callable[[Json], bytes]] = {
    ".png": draw_png,
    ".svg": draw_svg,
    ".pdf": draw_pdf,
    ".html": draw_page,
    ".json": draw_json,
}
