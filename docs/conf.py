"""The site of these pages: `make docs` builds it from the project's own Markdown, as it stands."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dbchat_magic import __version__  # noqa: E402 - found by the line before

project = "dbchat_magic"
release = __version__
author = "the dbchat_magic authors"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/*.md",
    "benchmarks/README.md",
    "dbchat_magic/jupyter/server/README.md",
    "labextension/README.md",
]
exclude_patterns = [".*", "build", "dist", "**/node_modules", "**/static", "tests"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # the pages' headings are made for their readers on a code host
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
html_theme = "furo"
html_title = "dbchat_magic"
html_extra_path = ["site"]  # index.html, which leads to the first page
html_show_sourcelink = False
