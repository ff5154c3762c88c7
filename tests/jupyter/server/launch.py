"""Servers like `python -m dbchat_magic serve`, with one part of them as a test wants it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.jupyter.server.conftest import KEY, Site, free_port, prepare_home, start, stop

SERVE = "import sys; from dbchat_magic.jupyter.server.serve import serve; serve(port=int(sys.argv[1]))"

LIMITED = """
from dbchat_magic.jupyter.server import api, threads
limits = threads.Limits(questions=2, waiting=3, streams=1)
api.Limits = lambda: limits
"""

WRITING = """
import time
from dbchat_magic.core import ask
from dbchat_magic.core.course import Wrote
from dbchat_magic.core.translator import Translation, Usage

class Writing:
    name = "model"

    def translate(self, question, schema):
        question.course.tell(Wrote("hm, customers", is_reasoning=True))
        for piece in ("SELECT count(*)", " FROM customers WHERE 1 < 2"):
            question.course.tell(Wrote(piece))
        while "for ever" in question.text:
            question.course.check()
            question.course.tell(Wrote("."))
            time.sleep(0.05)
        if "break" in question.text:
            raise ValueError("CANARY of a bug")
        return Translation("SELECT count(*) FROM customers WHERE 1 < 2", "Number of customers.", usage=Usage(11, 7))

    def repair(self, question, schema, translation, error):
        raise error

ask.find_translator = lambda name, settings: Writing()
"""


@contextlib.contextmanager
def launched(folder: Path, shop_file: Path, changes: str, **environment: str) -> Iterator[Site]:
    """A server of its own, with the demo made beforehand and a copy of it in its folder."""
    prepare_home(folder, shop_file)
    port = free_port()
    site = start(["-c", changes + SERVE, str(port)], folder, "", port, DBCHAT_SERVER_KEY=KEY, **environment)
    shutil.copy(shop_file, site.folder / "shop.sqlite")
    try:
        yield site
    finally:
        if site.process.poll() is None:
            stop(site)
