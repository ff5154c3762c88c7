"""Variables: the notebook's names in a question or in SQL, `:name` and `{{name}}`.

They are not bound yet, and refused rather than passed on as text. Quoted text, SQL's comments, casts (`::`) and
slices (`[a:b]`) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Container

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase

# In a question an apostrophe may stand inside or behind a word ("what's", "customers'").
QUOTED_WORDS = r"""(?<!\w)'[^']*'(?!\w)|"[^"]*\""""
QUOTED_SQL = r"""'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|/\*(?s:.*?)\*/"""
BRACES = r"\{\{\s*([^\W\d]\w*)\s*\}\}"
COLON = r"(?<![\w:\[]):([^\W\d]\w*)(?![\w:])"


def refuse_variables(text: str, names: Container[str], is_sql: bool) -> None:
    """Raises DbChatError for `{{name}}`, and for `:name` where there is a variable of that name."""
    bare = re.sub(QUOTED_SQL if is_sql else QUOTED_WORDS, " ", text)
    braces = re.search(BRACES, bare)
    colons = (found for found in re.finditer(COLON, bare) if found[1] in names)
    found = braces or next(colons, None)
    if found:
        raise DbChatError(
            phrase("The notebook's variables cannot be used yet: {found}.", found=found[0]),
            phrase("Write the value of {found} itself; what stands in quotes stays text.", found=found[1]),
        )
