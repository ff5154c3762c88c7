"""Dialect: all that differs between kinds of databases, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parameter:
    """One field that a datasource of this kind may have; forms and errors are drawn from it."""

    name: str
    label: str
    type: str = "string"
    """"string", "integer", "boolean", "path" (a file that must exist), "folder" (one that
    must exist), "files" (a file, a folder or a
    pattern of data files) or "frame" (a variable of the notebook)."""
    required: bool = False
    default: str | int | None = None
    secret: bool = False
    """Kept by `core/secrets.py`; a datasource holds a reference to it."""
    description: str = ""
    choices: tuple[str, ...] = ()
    """What it may be; empty: anything of its type."""
    url_option: str = ""
    """The option of an SQLAlchemy URL that it takes (`sslmode`), which is also how the driver calls it."""


def server_parameters(port: int) -> tuple[Parameter, ...]:
    """The fields that every server has, with its usual port; SERVER_URL says where they stand in a URL."""
    return (
        Parameter("host", "Host", default="localhost", description="The server's name or address."),
        Parameter("port", "Port", type="integer", default=port),
        Parameter("user", "User", description="Best one that can only read."),
        Parameter("password", "Password", secret=True, description="Kept apart from all else."),
        Parameter("database", "Database", required=True, description="The name of the database there."),
    )


SERVER_URL: Mapping[str, str] = {
    "host": "host",
    "port": "port",
    "username": "user",
    "password": "password",
    "database": "database",
}


@dataclass(frozen=True)
class Dialect:
    """A kind of database. Built-in ones and plug-ins come in by the entry-point group
    `dbchat_magic.dialects` (name -> Dialect)."""

    name: str
    """The kind as users write it: the `type` of a Datasource."""
    label: str
    """The kind's proper name, for people."""
    sqlglot: str
    """sqlglot's name for this SQL."""
    parameters: tuple[Parameter, ...]
    is_tried: bool = True
    """We have run it against the database itself; if not, it is as the database's documentation says."""
    aliases: tuple[str, ...] = ()
    url_schemes: tuple[str, ...] = ()
    """What stands before `://` in an SQLAlchemy URL of this kind."""
    suffixes: tuple[str, ...] = ()
    """Endings of files that hold such a database (".sqlite"); the first bytes decide."""
    magic_bytes: tuple[tuple[int, bytes], ...] = ()
    """(offset, bytes) pairs found in every file of this kind."""
    driver: str = "sqlite3"
    """The module that must be importable."""
    extra: str = ""
    """The extra of this package that installs the driver; empty: nothing to install."""
    embedded: bool = False
    """Runs inside our process: hence in the worker, which can be killed."""
    session_module: str = ""
    """The file of `core` that opens such a database inside the worker; empty: it is a server."""
    column_drivers: tuple[str, ...] = ()
    """Modules with which large results are fetched by columns, where all of them are installed."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings that the driver gets when it opens a database in the worker."""
    sqlalchemy: str = ""
    """What stands before `://` in the URL that SQLAlchemy gets; empty: it is not reached through SQLAlchemy."""
    connect_arguments: Mapping[str, object] = field(default_factory=dict)
    """What the driver's `connect` gets beside the datasource's own fields."""
    begin: tuple[str, ...] = ()
    """Statements before each statement; `{seconds}`, `{whole_seconds}` and `{milliseconds}` are the time limit."""
    ping: str = "SELECT 1"
    """The smallest statement: it tells whether a session still answers."""
    reset: tuple[str, ...] = ()
    """Statements after each statement, before the session is used again; then `session` is run again."""
    session_number: str = ""
    """A statement that gives the session's number, for `kill`."""
    kill: str = ""
    """A statement that ends what the session `{number}` runs, for a second connection; empty: the driver
    cancels."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """What the database's own errors mean (`core/failures.py` lists the meanings), by how their code begins
    or by words in their text."""
    url_parameters: Mapping[str, str] = field(default_factory=dict)
    """Which parameter takes which part of an SQLAlchemy URL (host, port, username, password, database).
    Parts and options that are not named here are refused: in a URL they can be code."""
    session: tuple[str, ...] = ()
    """Statements that make a new session unable to write."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Limits that the driver sets on a session, by its own names."""
    pragmas: frozenset[str] = frozenset()
    """Settings that a session may read (lower case)."""
    lists_one_by_one: bool = False
    """It has no tables that tell of its tables: SHOW TABLES and DESCRIBE do, one by one."""
    catalogue: Mapping[str, str] = field(default_factory=dict)
    """Statements that read the schema and the state of the server, by what they read (`core/schema.py` and
    `core/inspect.py` name them)."""
    system_tables: frozenset[str] = frozenset()
    """Tables of the database itself that a query may read, `schema.name` where a qualifier is needed (lower
    case)."""
    system_prefixes: tuple[str, ...] = ()
    """How names of the database's own tables begin (lower case); those not allowed are refused."""
    system_qualifiers: frozenset[str] = frozenset()
    """Schemas that hold nothing but the database's own tables (lower case)."""
    forbidden_tables: Mapping[str, str] = field(default_factory=dict)
    """Tables of the database itself that tell too much, each with the reason (lower case)."""
    table_functions: frozenset[str] = frozenset()
    """Functions that stand for a table and are harmless (lower case)."""
    qualifiers: frozenset[str] | None = None
    """What may stand before a table's name and a dot (lower case); None: anything."""
    default_qualifiers: frozenset[str] = frozenset()
    """Schemas whose tables need no qualifier (lower case)."""
    catalogs: frozenset[str] = frozenset()
    """What may stand before a schema's name and a dot (lower case)."""
    function_qualifiers: frozenset[str] | None = frozenset()
    """What may stand before the name of a harmless function and a dot (lower case); None: anything, since a
    value may stand there."""
    file_names: str = ""
    """A regular expression that finds names of tables which would be opened as files; empty: none are."""
    in_names_tables: bool = False
    """After `x IN` a table's name may stand."""
    prefixes: tuple[tuple[str, ...], ...] = (("EXPLAIN",),)
    """Words that may stand before a statement and leave it reading (upper case), longest first."""
    beginnings: frozenset[str] = frozenset()
    """Words beside SELECT, WITH and VALUES that a query may begin with (upper case)."""
    plain_statements: tuple[str, ...] = ()
    """Harmless statements that are no queries, word by word; `{table}` and `{text}` stand for themselves."""
    nodes: frozenset[str] = frozenset()
    """sqlglot's node classes that are harmless here beside those in `core/sql_nodes.py`."""
    roots: frozenset[str] = frozenset()
    """sqlglot's node classes that may be a whole statement here, beside queries."""
    code_comments: tuple[str, ...] = ()
    """How comments begin that the database runs."""
    session_variables: frozenset[str] = frozenset()
    """Variables `@@…` that may be read (lower case)."""
    operators: frozenset[str] = frozenset()
    """The harmless operators, where anybody can make others; empty: nobody can."""
    functions: frozenset[str] = frozenset()
    """Names of functions known to be harmless (lower case)."""
    forbidden_functions: Mapping[str, str] = field(default_factory=dict)
    """Names of functions known to do harm, each with the reason."""
    fixed_arguments: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Functions that may be called with one of these texts only (lower case)."""
    format_functions: frozenset[str] = frozenset()
    """Functions whose first argument is a printf format (lower case): a width in it is room that one call
    takes."""
    reserved: frozenset[str] = frozenset()
    """Words that are no names unless they are quoted (lower case), beside those that sqlglot knows."""
    like_ignores_case: bool = False
    """LIKE takes small and capital letters for the same."""
    loose_types: bool = False
    """A column may hold values of any type, whatever it was declared."""
    seconds_between: str = "EXTRACT(EPOCH FROM :later - :earlier)"
    """How many seconds lie between two times."""
    quote: str = '"'
    """What stands around a name that is no plain word."""
    advice: tuple[str, ...] = ()
    """What whoever writes SQL for it should know, a sentence each."""
    remedy: str = ""
    """Statements that make a user, {reader}, who can read {database} and nothing else."""
