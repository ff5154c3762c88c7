"""Variables: the notebook's, in a question or in SQL: `:name` and `{{name}}`.

In SQL one becomes a literal of its database, a list what stands in `IN (…)`. In a question it becomes a quoted text, a
number or a day, as if it had been typed. Quoted text, SQL's comments, casts (`::`) and slices (`[a:b]`) are left alone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.dialects import Dialect

# In a question an apostrophe may stand inside or behind a word ("what's", "customers'").
QUOTED_WORDS = r"""(?<!\w)'[^']*'(?!\w)|"[^"]*\""""
QUOTED_SQL = r"""'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|/\*(?s:.*?)\*/|(?P<dollars>\$(?:[^\W\d]\w*)?\$)(?s:.*?)(?P=dollars)"""
BRACES = r"\{\{\s*(?P<braced>[^\W\d]\w*)\s*\}\}"
COLON = r"(?<![\w:\[]):(?P<colon>[^\W\d]\w*)(?![\w:])"
IN_WORDS = re.compile(f"(?P<quoted>{QUOTED_WORDS})|{BRACES}|{COLON}")
IN_SQL = re.compile(f"(?P<quoted>{QUOTED_SQL})|{BRACES}|{COLON}")
MOST_NAMED = 12

Variables = Mapping[str, Any]


def bind_sql(sql: str, variables: Variables, find_dialect: Callable[[], Dialect]) -> str:
    """SQL with the variables' values as literals.

    Raises DbChatError for a name in braces that is no variable, and for a value that has no literal.
    """

    def write(value: Any, start: int, end: int) -> str:
        from dbchat_magic.core.binding import is_list, to_literal, to_literals  # sqlglot

        if not is_list(value):
            return to_literal(value, find_dialect())
        inside = to_literals(value, find_dialect())
        is_inside = sql[:start].rstrip().endswith("(") and sql[end:].lstrip().startswith(")")
        return inside if is_inside else f"({inside})"

    return substitute(IN_SQL, sql, variables, write)


def bind_words(text: str, variables: Variables) -> str:
    """A question with the variables' values as a person would type them; raises DbChatError as `bind_sql` does."""

    def write(value: Any, _start: int, _end: int) -> str:
        from dbchat_magic.core.binding import is_list, members, plain

        if not is_list(value):
            return typed(plain(value))
        *others, last = (typed(plain(each)) for each in members(value))
        return f"{', '.join(others)} or {last}" if others else last

    return substitute(IN_WORDS, text, variables, write)


def typed(value: Any) -> str:
    """A value as a person would type it; raises Unbindable."""
    from dbchat_magic.core.binding import Unbindable

    if isinstance(value, bool | int | float) or type(value).__name__ == "Decimal":
        return str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date):  # times are among them
        return value.isoformat(*([" "] if isinstance(value, datetime.datetime) else []))
    if not isinstance(value, str):
        kind = phrase("a value of the type {type}", type=type(value).__name__)
        raise Unbindable(phrase("a missing value") if value is None else kind)
    line = " ".join(value.split())
    for quote in ('"', "'"):
        if line and quote not in line:
            return f"{quote}{line}{quote}"
    raise Unbindable(phrase("a text with both kinds of quotes") if line else phrase("an empty text"))


def substitute(
    pattern: re.Pattern[str], text: str, variables: Variables, write: Callable[[Any, int, int], str]
) -> str:
    """The text with each variable as `write` has its value, which may raise Unbindable; it is told where it stands."""

    def replace(found: re.Match[str]) -> str:
        if found["quoted"] is not None:
            check_quoted(found["quoted"], variables)
            return found[0]
        name = found["braced"] or found["colon"]
        if name in variables:
            from dbchat_magic.core.binding import Unbindable  # sqlglot

            try:
                return write(variables[name], *found.span())
            except Unbindable as error:
                raise unbindable(name, variables[name], str(error)) from None
        if found["colon"]:  # whatever it is
            return found[0]
        raise DbChatError(
            phrase("There is no variable {name} in this notebook.", name=name), there_are(variables)
        )

    return pattern.sub(replace, text) if ":" in text or "{{" in text else text


def check_quoted(quoted: str, variables: Variables) -> None:
    """Raises DbChatError where a text is nothing but a variable in braces, as other tools want it written."""
    inside = re.fullmatch(rf"(['\"])\s*{BRACES}\s*\1", quoted)
    if inside and inside["braced"] in variables:
        raise DbChatError(
            phrase("In quotes, {found} is a text and no variable.", found=quoted[1:-1].strip()),
            phrase("Take the quotes away: a variable stands for its value, quotes and all."),
        )


def there_are(variables: Variables) -> str:
    from dbchat_magic.core.binding import is_list

    names = sorted(
        name
        for name, value in variables.items()
        if not name.startswith("_")
        and name != "In"
        and (isinstance(value, str | int | float) or is_list(value))
    )
    shown = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    if not names:
        return phrase("Run the cell that makes it.")
    return phrase("Run the cell that makes it. There are: {names}.", names=shown)


def unbindable(name: str, value: object, what: str) -> DbChatError:
    if getattr(value, "ndim", 0) == 2:
        hint = phrase("A DataFrame is asked as a datasource: %dbsource add {name} --frame.", name=name)
    else:
        hint = phrase("A number, a text, a day, a time, or a list of them can be.")
    return DbChatError(
        phrase("{name} cannot stand for a value here: it is {what}.", name=name, what=what), hint
    )
