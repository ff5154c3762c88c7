"""Grammar: the line of a magic as a Command. Flags first, then the question, kept to the letter.

A question is never split as a shell would: its apostrophes and quotes belong to it.
"""

from __future__ import annotations

import functools
import keyword
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from dbchat_magic.errors import DbChatError
from dbchat_magic.language import marked, phrase

# Patterns are compiled at the first question, not when the extension is loaded.
FILE_SIGNS = r"[./\\]"
STORE = r"([^\W\d]\w*)[ \t]*(=?)[ \t]*<<[ \t]*((?s:.*))"
QUOTED = r"""("[^"]*"|'[^']*')(?=\s|$)"""
WORD = r"""\s*("[^"]*"|'[^']*'|\S+)"""


# These are no dataclasses because making such a class would take as long as all else that loading does here.
class Flag(NamedTuple):
    """An option of a magic."""

    names: tuple[str, ...]
    help: str
    metavar: str = ""
    """What stands for its value in the help; empty: it has none."""
    optional: bool = False
    """Its value may be left out: it is one only where it stands in quotes."""
    refusal: str = ""
    """Why it is not taken, and what to do instead; empty: it is taken."""

    @property
    def key(self) -> str:
        return self.names[-1].lstrip("-")


ASK_FLAGS = (
    Flag(("-d", "--datasource"), marked("ask this datasource: a name, a file or a URL"), "X"),
    Flag(("-s", "--sql"), marked("the text is SQL: run it as it is, read-only")),
    Flag(("-N", "--no-run"), marked("only translate; the value is a Translation")),
    Flag(("-n", "--rows"), marked("fetch at most so many rows; 0: only the columns"), "N"),
    Flag(("-q", "--quiet"), marked("show nothing; the value is there all the same")),
    Flag(("--chart",), marked("bar, line, area, pie, scatter, heatmap, number, or none"), "KIND"),
    Flag(("--tables",), marked("use these tables only; commas between, no blanks"), "A,B"),
    Flag(
        ("-o", "--output"),
        marked(
            "store the DataFrame under this name; or write the whole result, however\n"
            "large, to a file: .csv, .parquet, .jsonl or .xlsx"
        ),
        "NAME|FILE",
    ),
    Flag(("-m", "--model"), marked("who translates: a model, a profile, or offline, which is built in"), "X"),
    Flag(("--votes",), marked("ask the model so often; take the rows most replies agree on"), "N"),
    Flag(("--models",), marked("the models that can be asked")),
    Flag(("--new",), marked("forget the conversation with this datasource")),
    Flag(("--why",), marked("what the last SQL does, and how the question was understood")),
    Flag(
        ("-S", "--save"),
        marked(
            "the last answer is right: give it to the same question from now on;\n"
            "with --sql: the SQL of this cell is the answer to this question"
        ),
        '["QUESTION"]',
        optional=True,
    ),
    Flag(("--history",), marked("the last questions and how they ended")),
    Flag(("-h", "--help"), marked("this help")),
    Flag(
        ("--cache",),
        marked(
            "the answer that this session has already, while the data are the same; the\n"
            "question stands by itself, without the conversation. Files only: servers do\n"
            "not tell when their data change"
        ),
    ),
)

SOURCE_FLAGS = (
    Flag(("-t", "--type"), marked("the kind of database"), "KIND"),
    Flag(("--path",), marked("its file, or data files"), "FILE"),
    Flag(("--host",), marked("the server"), "HOST"),
    Flag(("--port",), marked("the server's port"), "N"),
    Flag(("--user",), marked("your name there"), "NAME"),
    Flag(("--database",), marked("the database on the server"), "NAME"),
    Flag(("--sslmode",), marked("PostgreSQL: how the connection is encrypted"), "MODE"),
    Flag(("--sslrootcert",), marked("PostgreSQL: the file that vouches for the server"), "FILE"),
    Flag(("--ssl-ca",), marked("MariaDB: the file that vouches for the server"), "FILE"),
    Flag(
        ("--allow_superuser", "--allow-superuser"),
        marked("PostgreSQL: run generated SQL as a superuser all the same"),
        "yes|no",
    ),
    Flag(("--frame",), marked("the word is a DataFrame of this notebook")),
    Flag(("--name",), marked("what to call the frame; else as its variable"), "NAME"),
    Flag(("--from",), marked("take the fields from JupySQL's connections.ini"), "FILE"),
    Flag(("--section",), marked("which section of it; else the one of the name, or the only one"), "S"),
    Flag(("--comment",), marked("what it holds, for people"), "TEXT"),
    Flag(("-h", "--help"), marked("this help")),
    Flag(
        ("--pwd", "--password"),
        "",
        "X",
        refusal=marked(
            "A password does not belong on a line: IPython keeps every line.\n"
            "Leave it out, and you are asked for it; or refer to a variable in the URL: user:${env:NAME}@host."
        ),
    ),
)


class Command(NamedTuple):
    """A line, read: the options given and the text after them."""

    text: str
    options: Mapping[str, str] = MappingProxyType({})
    """By the long name without its dashes; a switch has the value ""."""
    name: str = ""
    """The variable that the value is stored under."""
    file: str = ""
    """The file that the whole result is written to."""
    shows: bool = True
    returns: bool = True
    """The value is handed to the cell; `NAME <<` only stores it."""

    def __contains__(self, option: object) -> bool:
        return option in self.options


def read_command(line: str, cell: str | None = None, flags: Sequence[Flag] = ASK_FLAGS) -> Command:
    """What a line, and the body of its cell, ask for.

    Raises DbChatError for an unknown flag, one without its value, and a name that cannot be one.
    """
    options, rest = split_flags(line, flags)
    name, shows, returns = options.get("output", ""), "quiet" not in options, True
    file = name if re.search(FILE_SIGNS, name) else ""
    name = "" if file else name
    if store := re.fullmatch(STORE, rest):
        name, rest = store[1], store[3]
        returns = bool(store[2])
        shows = shows and returns
    if name:
        check_variable(name)
    text = (rest if cell is None else f"{rest}\n{cell}").strip()
    if text.endswith(";") and "sql" not in options:
        text, shows = text.rstrip("; "), False
    return Command(text, options, name, file, shows, returns)


def split_flags(line: str, flags: Sequence[Flag]) -> tuple[dict[str, str], str]:
    """The flags at the start of a line, and what follows them unchanged.

    >>> split_flags("-s --rows=5 -- -1 isn't mine", ASK_FLAGS)
    ({'sql': '', 'rows': '5'}, "-1 isn't mine")
    """
    by_name = flags_by_name(tuple(flags))
    options: dict[str, str] = {}
    rest = line.lstrip()
    while match := re.match(r"(--?[A-Za-z][\w-]*)(?:=(\S*))?(?=\s|$)\s*|--(?=\s|$)\s*", rest):
        rest = rest[match.end() :]
        if match[1] is None:
            break
        flag = find_flag(match[1], by_name)
        if not flag.metavar:
            options[flag.key] = ""
        elif match[2] is not None:
            options[flag.key] = unquote(match[2])
        elif flag.optional and not re.match(QUOTED, rest):
            options[flag.key] = ""
        else:
            options[flag.key], rest = take_value(match[1], flag, rest)
    return options, rest


@functools.cache
def flags_by_name(flags: tuple[Flag, ...]) -> Mapping[str, Flag]:
    return {name: flag for flag in flags for name in flag.names}


def split_around(line: str, flags: Sequence[Flag]) -> tuple[dict[str, str], str]:
    """The flags at the start and at the end of a line, and what stands between them, without its quotes.

    >>> split_around("--type sqlite '/my data/x.db' --comment mine", SOURCE_FLAGS)
    ({'type': 'sqlite', 'comment': 'mine'}, '/my data/x.db')
    """
    options, rest = split_flags(line, flags)
    names = flags_by_name(tuple(flags))
    quoted = re.match(r"""("[^"]*"|'[^']*')\s""", rest)
    for found in re.compile(r"(?<=\s)(--?[A-Za-z][\w-]*)(?=[\s=]|$)").finditer(
        rest, quoted.end() if quoted else 0
    ):
        if found[1] in names:
            behind, left = split_flags(rest[found.start() :], flags)
            if left:
                raise DbChatError(
                    phrase("There is something left over: {left!r}.", left=left[:40]),
                    phrase("Put text with blanks in quotes."),
                )
            return {**options, **behind}, unquote(rest[: found.start()].strip())
    return options, unquote(rest.strip())


def find_flag(name: str, by_name: Mapping[str, Flag]) -> Flag:
    """The flag of this name; raises DbChatError where there is none or it is refused."""
    flag = by_name.get(name)
    if flag is None:
        raise DbChatError(
            phrase("There is no option {name}.", name=name),
            phrase("--help lists them; write -- before a question that starts with a dash."),
        )
    if flag.refusal:
        raise DbChatError(*phrase(flag.refusal).split("\n"))
    return flag


def take_value(name: str, flag: Flag, rest: str) -> tuple[str, str]:
    """The flag's value and what follows; quotes hold a value with blanks together."""
    match = re.match(WORD, rest)
    if match is None:
        raise DbChatError(
            phrase("The option {name} needs a value.", name=name),
            phrase("Write {name} {metavar}.", name=name, metavar=flag.metavar),
        )
    return unquote(match[1]), rest[match.end() :].lstrip()


def help_text(forms: str, flags: Sequence[Flag]) -> str:
    """What a magic can do: its forms, then a line for each flag."""
    taken = [flag for flag in flags if not flag.refusal]
    heads = [", ".join(flag.names) + (f" {flag.metavar}" if flag.metavar else "") for flag in taken]
    below = "\n" + " " * 27
    lines = [
        f"  {head:<24} {phrase(flag.help).replace(chr(10), below)}"
        for head, flag in zip(heads, taken, strict=True)
    ]
    return "\n".join((phrase(forms), "", phrase("Options:"), *lines))


def take_word(text: str) -> tuple[str, str]:
    """The first word, or what stands in quotes, and what follows.

    >>> take_word("'my shop' /data/shop.db"), take_word("")
    (('my shop', '/data/shop.db'), ('', ''))
    """
    match = re.match(WORD, text)
    return (unquote(match[1]), text[match.end() :].strip()) if match else ("", "")


def unquote(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text


def check_variable(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise DbChatError(
            phrase("{name!r} cannot be a variable's name.", name=name), phrase("Use letters, digits and _.")
        )
