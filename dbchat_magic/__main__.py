"""The terminal front: `python -m dbchat_magic "how many orders per country?"`.

Data go to stdout and all else to stderr, so that a pipe gets the data alone. Exit code 1: our error, with a
hint; 2: the command line itself was wrong.
"""

from __future__ import annotations

import argparse
import codecs
import errno
import getpass
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO, TypeVar

from dbchat_magic.errors import Ambiguous, DbChatError, PasswordNeeded
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    import pandas as pd

    from dbchat_magic.core.ask import Answer, DbChat
    from dbchat_magic.core.translator import Translation

T = TypeVar("T")

SUBCOMMANDS = ("ask", "sources", "serve")
FORMATS = ("table", "csv", "json", "parquet")
SHOWN_ROWS = 40
OFFLINE = "offline"
LOOKALIKES = {
    **dict.fromkeys("█▉▊▋▓", "#"), **dict.fromkeys("▌▍▎▏", "|"), **dict.fromkeys("▁▂▃", "_"),
    **dict.fromkeys("▄▅▆▇", "="), **dict.fromkeys("░▒", ":"), **dict.fromkeys("─–", "-"),
    **dict.fromkeys("·•", "*"), "┤": "|", "…": ".", "→": ">", "×": "x",
}  # fmt: skip
"""What a terminal shows that knows no more than ASCII."""
EXIT_ERROR = 1
EXIT_STOPPED = 130
"""What a shell expects of a program that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words.pop(0) if words and words[0] in SUBCOMMANDS else "ask"
    show_what_they_can(sys.stdout, sys.stderr)
    try:
        COMMANDS[command](words)
        sys.stdout.flush()
    except DbChatError as error:
        tell(describe(error))
        return EXIT_ERROR
    except KeyboardInterrupt:
        tell("Stopped.")
        return EXIT_STOPPED
    except OSError as error:
        if not is_closed_pipe(error):
            raise
        forget_pipe()
    return 0


def ask(words: Sequence[str]) -> None:
    """Answer a question, or run SQL."""
    options = ask_parser().parse_args(words)
    chat = open_chat()
    text = " ".join(options.question)
    note_password(options.datasource or "")
    if options.output:
        with_password(chat, options, lambda: export(chat, text, options))
    elif options.no_run:
        write_translation(with_password(chat, options, lambda: translate(chat, text, options)))
    else:
        write_answer(with_password(chat, options, lambda: answer(chat, text, options)), options.format)


def answer(chat: DbChat, text: str, options: argparse.Namespace) -> Answer:
    if options.sql:
        return chat.run(text, options.datasource, rows=options.rows, chart=options.chart)
    return chat.ask(text, options.datasource, model=options.model, rows=options.rows, chart=options.chart)


def export(chat: DbChat, text: str, options: argparse.Namespace) -> None:
    """Write the whole result to a file; what is in it goes to stderr. Of a question, a few rows are asked first."""
    from dbchat_magic.rendering.files import check_file
    from dbchat_magic.rendering.text import reading_text, sql_text

    place = check_file(options.output)
    sql = text
    if not options.sql:
        asked = chat.ask(text, options.datasource, model=options.model, rows=1, chart="none")
        tell(reading_text(asked))
        sql = asked.sql
        tell(sql_text(sql))
    written = chat.export(sql, place, options.datasource)
    tell(f"{written.rows:,} rows, {written.bytes / 1e6:,.1f} MB: {written.path}")


def with_password(chat: DbChat, options: argparse.Namespace, step: Callable[[], T]) -> T:
    """The step's value. The password that its database wants is asked for once, where there is a terminal."""
    from dbchat_magic.core.datasources import DEMO, find_datasource, password_prompt, try_password

    try:
        return step()
    except PasswordNeeded:
        if not sys.stdin.isatty():
            raise
        kept = chat.datasources.all()
        unnamed = kept[0].name if len(kept) == 1 else DEMO
        named = options.datasource or chat.settings.datasource or unnamed
        source = find_datasource(chat.datasources, named, chat.settings.home)
        if not (secret := getpass.getpass(f"{password_prompt(source)}: ")):
            raise
        return try_password(source, secret, step)


def note_password(datasource: str) -> None:
    """What is wrong with a password on the command line, where there is one."""
    if "://" not in datasource:
        return
    from dbchat_magic.core.datasources import has_password

    if has_password(datasource):
        tell(
            "Note: a password on the command line is in the shell's history and in the list of processes."
            " Leave it out, and it is asked for; or write user:${env:NAME}@host in single quotes."
        )


def ask_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dbchat_magic",
        description="Ask a database in plain words. The data go to stdout, all else to stderr.",
        epilog='Other commands: "sources" lists the datasources you keep; "serve" starts the HTTP API.',
    )
    parser.add_argument("question", nargs="+", help="in plain words; quote it")
    parser.add_argument(
        "-d",
        "--datasource",
        metavar="X",
        help="a name, a file or a URL; default: the only one, else the demo",
    )
    parser.add_argument(
        "-s", "--sql", action="store_true", help="the text is SQL: run it as it is, read-only"
    )
    parser.add_argument("-N", "--no-run", action="store_true", help="only translate; the SQL goes to stdout")
    parser.add_argument(
        "-n", "--rows", type=row_count, metavar="N", help="fetch at most so many rows; 0: only the columns"
    )
    parser.add_argument(
        "-m", "--model", metavar="X", help="a model, a profile, or offline, which is built in"
    )
    parser.add_argument(
        "--chart", metavar="KIND", help="bar, line, area, pie, scatter, heatmap, number, or none"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the whole result, however large, to a file: .csv, .parquet, .jsonl or .xlsx",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="table",
        help="of the data on stdout; default: table. In csv an apostrophe stands before texts that a "
        "spreadsheet would take for a formula (they begin with = + - @)",
    )
    return parser


def row_count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rows")
    return int(text)


def open_chat() -> DbChat:
    from dbchat_magic.core.ask import DbChat  # pandas and the rest are loaded with it

    return DbChat()


def translate(chat: DbChat, text: str, options: argparse.Namespace) -> Translation:
    from dbchat_magic.core.guard import check
    from dbchat_magic.core.translator import Translation

    if not options.sql:
        return chat.translate(text, options.datasource, model=options.model)
    schema = chat.schema(options.datasource)
    return Translation(check(text, schema.dialect, schema).text, "")


def write_translation(translation: Translation) -> None:
    from dbchat_magic.rendering.text import reading_text

    tell(reading_text(translation))
    print(translation.sql)


def write_answer(answer: Answer, format: str) -> None:
    """Reading, SQL and chart to stderr, the data to stdout."""
    from dbchat_magic.rendering.cells import count_text
    from dbchat_magic.rendering.text import chart_text, reading_text, sql_text

    tell(reading_text(answer))
    tell(sql_text(answer.sql))
    if format != "table" and not sys.stdout.isatty():
        reconfigure(sys.stdout, encoding="utf-8")  # data in a file are UTF-8 whatever the terminal speaks
    WRITERS[format](answer)
    sys.stdout.flush()
    if format != "table":
        tell(count_text(len(answer.frame), len(answer.frame), answer.truncated))
    elif answer.chart is not None:
        tell(chart_text(answer.frame, answer.chart, terminal_width()))


def write_table(answer: Answer) -> None:
    from dbchat_magic.rendering.text import table_text

    print(table_text(answer.frame, SHOWN_ROWS, terminal_width(), answer.truncated))


def write_csv(answer: Answer) -> None:
    from dbchat_magic.rendering.csv import without_formulas

    without_formulas(answer.frame).to_csv(sys.stdout, index=False, lineterminator="\n")


def write_json(answer: Answer) -> None:
    import json

    from dbchat_magic.rendering.cells import json_value

    names = [str(name) for name in answer.frame.columns]
    columns = [list(answer.frame.iloc[:, at]) for at in range(len(names))]
    rows = [dict(zip(names, map(json_value, row), strict=True)) for row in zip(*columns, strict=True)]
    print("[" + ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]")


def write_parquet(answer: Answer) -> None:
    """Raises DbChatError where no package that writes Parquet is installed, or stdout is a terminal."""
    if sys.stdout.isatty():
        raise DbChatError(
            phrase("Parquet is not text for a terminal."),
            phrase("Send it to a file: … --format parquet > result.parquet."),
        )
    sys.stdout.buffer.write(parquet_bytes(answer.frame))


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    try:
        frame.to_parquet(buffer, index=False)
    except ImportError:
        raise DbChatError(
            phrase("Writing Parquet needs the package pyarrow."), phrase("Install it: pip install pyarrow.")
        ) from None
    return buffer.getvalue()


WRITERS: dict[str, Callable[[Answer], None]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
}


def sources(words: Sequence[str]) -> None:
    """List the datasources that are kept, one a line."""
    parser = argparse.ArgumentParser(
        prog="python -m dbchat_magic sources",
        description="List the datasources you keep: name, type, comment.",
    )
    parser.parse_args(words)
    from dbchat_magic.core.datasources import DEMO
    from dbchat_magic.rendering.cells import plain

    kept = open_chat().datasources.all()
    for source in kept:
        print("\t".join(map(plain, (source.name, source.type, source.comment))).rstrip())
    if all(source.name.lower() != DEMO for source in kept):
        print(f"{DEMO}\tsqlite\tbuilt in: a shop, for trying things out")


def serve(words: Sequence[str]) -> None:
    """Serve the HTTP API until interrupted."""
    options = serve_parser().parse_args(words)
    try:
        from dbchat_magic.jupyter.server.serve import serve as serve_http  # jupyter_server is an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("dbchat_magic"):
            raise
        raise DbChatError(
            phrase("The HTTP API needs the package jupyter_server."),
            phrase("Install it: pip install 'dbchat_magic[server]'."),
        ) from None
    serve_http(options.host, options.port)


def serve_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dbchat_magic serve",
        description="Serve the HTTP API that DB-GPT's client speaks. DBCHAT_SERVER_KEY holds the keys that let "
        "in (a comma between); where it is not set, a key is made and shown. Files must lie in the current "
        "folder, or in those that DBCHAT_FILE_ROOTS names.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; default: this computer only")
    parser.add_argument(
        "--port", type=port_number, default=5670, metavar="N", help="default: 5670; 0: a free one"
    )
    return parser


def port_number(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {"ask": ask, "sources": sources, "serve": serve}


def describe(error: DbChatError) -> str:
    """The error's message and hint; readings to choose from on lines of their own."""
    from dbchat_magic.core.secrets import redact
    from dbchat_magic.rendering.cells import plain

    if isinstance(error, Ambiguous) and error.choices:
        readings = "\n".join(
            f"  {number}. {choice.reading}" for number, choice in enumerate(error.choices, 1)
        )
        return plain(f"This can be read in several ways:\n{readings}\nAsk more precisely.", keep_lines=True)
    return redact(plain(str(error), keep_lines=True))


def tell(text: str) -> None:
    """To the person, beside the data."""
    if text:
        print(f"{text}\n", file=sys.stderr, flush=True)


def terminal_width() -> int:
    return shutil.get_terminal_size().columns


def show_what_they_can(*streams: TextIO) -> None:
    """A terminal that does not speak UTF-8 gets what looks alike, not an error."""
    codecs.register_error("lookalike", look_alike)
    for stream in streams:
        reconfigure(stream, errors="lookalike")


def look_alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(
        LOOKALIKES.get(character, "?") for character in error.object[error.start : error.end]
    ), error.end


def reconfigure(stream: TextIO, **options: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(**options)  # type: ignore[arg-type]


def is_closed_pipe(error: OSError) -> bool:
    """Whoever read our output has gone; Windows says it is an invalid argument."""
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)


def forget_pipe() -> None:
    """What is still in the buffers goes nowhere, or Python complains of it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
