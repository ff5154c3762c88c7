"""Additions: what `%dbsource add` is told, read from every place where people have a database's fields.

READERS, at the end, are tried in order; each reads one kind of place.
"""

from __future__ import annotations

import ast
import configparser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbchat_magic.errors import DatasourceError, DbChatError
from dbchat_magic.jupyter.asking import ask_line, ask_secret, can_ask
from dbchat_magic.jupyter.grammar import SOURCE_FLAGS, split_around, take_word
from dbchat_magic.language import marked, phrase

if TYPE_CHECKING:
    from dbchat_magic.core.datasources import Value
    from dbchat_magic.dialects import Dialect, Parameter

NO_FIELDS = ("type", "name", "comment", "frame", "from", "section", "help")
"""Options that are no fields of a datasource."""


@dataclass(frozen=True)
class Line:
    """What the line says."""

    name: str
    place: str
    options: Mapping[str, str]
    shell: Any

    @property
    def type(self) -> str:
        return self.options.get("type", "")

    @property
    def given(self) -> dict[str, Value]:
        return fields_of(self.options)

    @property
    def variables(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.shell.user_ns
        return found


@dataclass(frozen=True)
class Addition:
    """A datasource to be."""

    type: str
    params: Mapping[str, Value] = field(default_factory=dict, repr=False)
    name: str = ""
    comment: str = ""
    notes: tuple[str, ...] = ()
    asks_password: bool = False
    """Where none is among the fields, a person is asked for it."""


def fields_of(options: Mapping[str, str]) -> dict[str, Value]:
    """The fields among the options, by the parameters' names."""
    return {key.replace("-", "_"): value for key, value in options.items() if key not in NO_FIELDS}


def read_addition(rest: str, shell: Any, check_name: Callable[[str], object]) -> Addition:
    """What a line of `%dbsource add` makes; a person may be asked for what is missing.

    Raises DbChatError, and what `check_name` raises before anybody is asked anything.
    """
    name, rest = take_word(rest)
    options, place = split_around(rest, SOURCE_FLAGS)
    line = Line(name, place, options, shell)
    if not name or name.startswith("-"):
        raise DbChatError(
            phrase("A datasource needs a name and a place."),
            phrase("Write %dbsource add NAME FILE, or NAME URL."),
        )
    check_name(options.get("name") or name)
    for read in READERS:
        if found := read(line):
            added = replace(
                found,
                params={**found.params, **line.given},
                name=options.get("name") or name,
                comment=options.get("comment", ""),
            )
            return with_password_asked(line, added)
    raise DbChatError(
        phrase("A datasource needs a name and a place."),
        phrase("Write %dbsource add NAME FILE, or NAME URL."),
    )


def with_password_asked(line: Line, found: Addition) -> Addition:
    """With the password that a person types, where the kind has one and it is not known."""
    from dbchat_magic.dialects import find_dialect

    has_one = any(parameter.name == "password" for parameter in find_dialect(found.type).parameters)
    if not found.asks_password or not has_one or found.params.get("password"):
        return found
    if not can_ask(line.shell):
        note = phrase(
            "It has no password yet: %dbsource password {name} asks for it; in a URL, user:${{env:NAME}}@host takes a variable's.",
            name=found.name,
        )
        return replace(found, notes=(*found.notes, note))
    user = f" of {found.params['user']}" if found.params.get("user") else ""
    secret = ask_secret(line.shell, f"Password{user} (Enter: none): ")
    return replace(found, params={**found.params, "password": secret})


# ----------------------------------------------------------------------------------- variables of the notebook


def read_frame(line: Line) -> Addition | None:
    """`add df --frame`: a DataFrame of this notebook, or a DuckDB connection that it holds."""
    if "frame" not in line.options:
        return None
    from dbchat_magic.core.frames import find_variable

    variable = line.place or line.name
    find_variable(variable)
    return Addition("frame", {"variable": variable})


def read_object(line: Line) -> Addition | None:
    """`add NAME engine`: a frame, or an engine or connection of this notebook."""
    value = line.variables.get(line.place)
    if value is None or not line.place.isidentifier() or Path(line.place).exists():
        return None
    from dbchat_magic.core.frames import is_duckdb, is_frame

    if is_frame(value) or is_duckdb(value):
        return Addition("frame", {"variable": line.place})
    for cls in type(value).__mro__:
        if reader := OBJECTS.get(f"{cls.__module__.partition('.')[0]}.{cls.__name__}"):
            return reader(value)
    raise DatasourceError(
        phrase("{place} is a {type}, which is no database.", place=line.place, type=type(value).__name__),
        phrase(
            "A datasource can be made of a DataFrame, an SQLAlchemy engine, or a connection of DuckDB, psycopg, PyMySQL or sqlite3."
        ),
    )


def of_engine(engine: Any) -> Addition:
    """From an SQLAlchemy engine or connection."""
    from dbchat_magic.core.datasources import URL_PARTS

    url = getattr(engine, "engine", engine).url
    parts = {part: getattr(url, part) for part in URL_PARTS}
    return of_parts(url.drivername, parts, url.query)


def of_psycopg(connection: Any) -> Addition:
    told = connection.info
    parts = {"host": told.host, "port": told.port, "username": told.user, "password": told.password}
    return of_parts("postgresql", {**parts, "database": told.dbname}, {})


def of_pymysql(connection: Any) -> Addition:
    parts = {"host": connection.host, "port": connection.port, "username": text(connection.user)}
    return of_parts(
        "mysql", {**parts, "password": text(connection.password), "database": text(connection.db)}, {}
    )


def of_sqlite(connection: Any) -> Addition:
    [path] = [row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"]
    if not path:
        raise DatasourceError(
            phrase("This connection holds a database in memory, which nobody else can open."),
            phrase("Write it to a file first: VACUUM INTO 'shop.db'."),
        )
    return Addition("sqlite", {"path": str(path)})


def text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def of_parts(scheme: str, parts: Mapping[str, Any], query: Mapping[str, Any]) -> Addition:
    """From the parts of a URL; options that no field takes are left out, and that is said."""
    from dbchat_magic.core.datasources import find_dialect_of_scheme, url_fields, url_options

    dialect = find_dialect_of_scheme(scheme)
    taken = {parameter.url_option for parameter in dialect.parameters if parameter.url_option}
    left_out = sorted(set(query) - taken)
    notes = (phrase("Left out: {left_out}.", left_out=", ".join(left_out)),) if left_out else ()
    options = url_options(dialect, {name: value for name, value in query.items() if name in taken})
    return Addition(dialect.name, {**url_fields(dialect, parts), **options}, notes=notes)


OBJECTS: Mapping[str, Callable[[Any], Addition]] = {
    "sqlalchemy.Engine": of_engine,
    "sqlalchemy.Connection": of_engine,
    "psycopg.BaseConnection": of_psycopg,
    "psycopg2.connection": of_psycopg,
    "pymysql.Connection": of_pymysql,
    "sqlite3.Connection": of_sqlite,
}
"""How the fields are read from an object of the notebook, by its package and class."""


# ------------------------------------------------------------------------------------------------- files


def read_ini(line: Line) -> Addition | None:
    """`add NAME --from connections.ini`: a section of JupySQL's file."""
    if "from" not in line.options:
        return None
    path = Path(line.options["from"]).expanduser()
    section = dict(find_section(path, line.options.get("section", ""), line.name))
    if not section.get("drivername"):
        raise DatasourceError(
            phrase("The section in {path} names no drivername.", path=path),
            phrase("It is such as postgresql."),
        )
    query = read_query(section.get("query", ""))
    found = of_parts(section["drivername"], {part: section.get(part) for part in INI_PARTS}, query)
    return replace(found, asks_password=True)


INI_PARTS = ("host", "port", "username", "password", "database")


def find_section(path: Path, wanted: str, name: str) -> Mapping[str, str]:
    """The section that is wanted, else the one of the datasource's name, else the only one."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        read = parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        raise DatasourceError(
            phrase("{path} cannot be read as sections with name = value.", path=path),
            phrase("Check the file."),
        ) from None
    if not read:
        raise DatasourceError(
            phrase("There is no file {path}.", path=path),
            phrase("The current folder is {folder}.", folder=Path.cwd()),
        )
    sections = parser.sections()
    section = wanted or (name if name in sections or len(sections) != 1 else sections[0])
    if section not in sections:
        raise DatasourceError(
            phrase("{path} has no section {section!r}.", path=path, section=section),
            phrase(
                "It has {sections}; take one with --section.", sections=", ".join(sections) or phrase("none")
            ),
        )
    return parser[section]


def read_query(written: str) -> Mapping[str, str]:
    """URL options as JupySQL writes them: a dictionary in Python's words."""
    try:
        query = ast.literal_eval(written) if written else {}
    except (ValueError, SyntaxError):
        query = None
    if not isinstance(query, dict):
        raise DatasourceError(
            phrase("The section's query cannot be read."), phrase("It is such as {'sslmode': 'require'}.")
        )
    return {str(name): str(value) for name, value in query.items()}


def read_files(line: Line) -> Addition | None:
    """`add NAME FILE`: a database file, a data file, a folder or a pattern of them."""
    from dbchat_magic.core.datasources import dialect_of_place

    if not line.place:
        return None
    return Addition(line.type or dialect_of_place(line.place).name, {"path": line.place})


# -------------------------------------------------------------------------------------------------- URLs


def read_variable_with_url(line: Line) -> Addition | None:
    """`add NAME ${env:DATABASE_URL}`: what an environment variable holds, its password too."""
    from dbchat_magic.core.datasources import parse_url
    from dbchat_magic.core.secrets import is_variable, know, value_of

    if not is_variable(line.place):
        return None
    value = know(value_of(line.place))
    if "://" not in value:
        return read_files(replace(line, place=str(value)))
    type, params = parse_url(value)
    return Addition(line.type or type, params, asks_password=True)


def read_url(line: Line) -> Addition | None:
    """`add NAME URL`; a password in it is not kept."""
    from dbchat_magic.core.datasources import has_password, parse_url

    if "://" not in line.place:
        return None
    type, params = parse_url(line.place)
    if not has_password(line.place):
        return Addition(line.type or type, params, asks_password=True)
    params = {name: value for name, value in params.items() if name != "password"}
    return Addition(line.type or type, params, notes=(phrase(NOT_KEPT),), asks_password=True)


NOT_KEPT = marked(
    "The password in the URL is not kept. IPython's history holds the line all the same:"
    " write URLs without it, and change it if others can read that history."
)


# ------------------------------------------------------------------------------------------------ options


def read_options(line: Line) -> Addition | None:
    """`add NAME --type KIND …`; without any field they are asked for, one by one."""
    from dbchat_magic.dialects import find_dialect

    if not line.type:
        return None
    dialect = find_dialect(line.type)
    if line.given:
        return Addition(dialect.name, asks_password=True)
    if not can_ask(line.shell):
        raise fields_wanted(line.name, dialect)
    return Addition(dialect.name, ask_fields(line.shell, dialect))


def ask_fields(shell: Any, dialect: Dialect) -> dict[str, Value]:
    print(  # noqa: T201
        phrase(
            "{label}, field by field; Enter takes what stands in brackets or leaves it out.",
            label=dialect.label,
        )
    )
    return {parameter.name: ask_field(shell, parameter) for parameter in dialect.parameters}


def ask_field(shell: Any, parameter: Parameter) -> Value:
    if parameter.secret:
        return ask_secret(shell, f"{parameter.label}: ")
    meaning = " | ".join(parameter.choices) or parameter.description
    default = "" if parameter.default is None else f" [{parameter.default}]"
    shown = f"{parameter.label} ({meaning}){default}: " if meaning else f"{parameter.label}{default}: "
    return ask_line(shell, shown) or parameter.default


def fields_wanted(name: str, dialect: Dialect) -> DatasourceError:
    """Where nobody can be asked."""
    flags = {flag.key.replace("-", "_"): flag for flag in SOURCE_FLAGS if not flag.refusal}
    named = [each for each in dialect.parameters if each.required or each.name in ("host", "user")]
    example = " ".join(f"--{each.name} {flags[each.name].metavar}" for each in named if each.name in flags)
    fields = ", ".join(f"{each.name}{' (needed)' if each.required else ''}" for each in dialect.parameters)
    return DatasourceError(
        phrase(
            "A {label} datasource has the fields {fields}; nobody can be asked for them here.",
            label=dialect.label,
            fields=fields,
        ),
        phrase(
            "Write %dbsource add {name} --type {kind} {example}",
            name=name,
            kind=dialect.name,
            example=example,
        ).rstrip()
        + ".",
    )


READERS: tuple[Callable[[Line], Addition | None], ...] = (
    read_frame,
    read_ini,
    read_variable_with_url,
    read_url,
    read_object,
    read_files,
    read_options,
)
