"""SQLite: a file, run in the worker."""

from __future__ import annotations

from dbchat_magic.dialects.dialect import Dialect, Parameter

FUNCTIONS = frozenset(
    """
    -> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 cast ceil ceiling changes char coalesce concat
    concat_ws cos cosh count cume_dist current_date current_time current_timestamp date datetime degrees
    dense_rank exists exp first_value floor format glob group_concat hex highlight if ifnull iif instr json
    json_array json_array_insert json_array_length json_error_position json_extract json_group_array
    json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace
    json_set json_type json_valid jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array
    jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday
    lag last_insert_rowid last_value lead length like likelihood likely ln log log10 log2 lower ltrim match matchinfo max
    median min mod nth_value ntile nullif octet_length offsets percent_rank percentile percentile_cont
    percentile_disc pi pow power printf quote radians random rank replace round row_number rtrim sign sin
    sinh snippet soundex sqlite_version sqrt strftime string_agg substr substring subtype sum tan tanh time
    timediff total total_changes trim trunc typeof unhex unicode unistr unistr_quote unixepoch unlikely upper
    """.split()
)
"""Harmless functions of SQLite 3.40 to 3.51, as `tools/list_functions.py` prints them (those that came
after 3.40 from its documentation)."""

NO_CODE = "it loads code"
NO_INSIDE = "it shows the inside of the database program"
NO_ROOM = "one call can take all memory"

FORBIDDEN_FUNCTIONS = {
    "edit": "it starts a program",
    "eval": "it runs SQL that was not checked",
    "fts3_tokenizer": NO_CODE,
    "fts5": NO_INSIDE,
    "fts5_source_id": NO_INSIDE,
    "generate_series": "it can make rows without end",
    "load_extension": NO_CODE,
    "optimize": "it writes to the index",
    "randomblob": NO_ROOM,
    "readfile": "it reads files",
    "rtreecheck": NO_INSIDE,
    "rtreedepth": NO_INSIDE,
    "rtreenode": NO_INSIDE,
    "sqlite_compileoption_get": NO_INSIDE,
    "sqlite_compileoption_used": NO_INSIDE,
    "sqlite_log": "it writes to the program's log",
    "sqlite_offset": NO_INSIDE,
    "sqlite_source_id": NO_INSIDE,
    "sqlite_temp_directory": "it tells about this computer",
    "writefile": "it writes files",
    "zeroblob": NO_ROOM,
}

PRAGMAS = frozenset(
    "foreign_key_list index_info index_list index_xinfo table_info table_list table_xinfo".split()
)

TABLE_FUNCTIONS = frozenset(
    {"json_each", "json_tree", "jsonb_each", "jsonb_tree", *(f"pragma_{name}" for name in PRAGMAS)}
)
"""They may be named without brackets, too."""

SQLITE = Dialect(
    name="sqlite",
    label="SQLite",
    sqlglot="sqlite",
    advice=(
        "Dates and times are texts such as '2024-01-31': take parts with strftime('%Y', …), compare them as texts.",
        "Whole numbers divide to whole numbers: write a * 1.0 / b.",
        "Texts are joined with ||; there is no RIGHT, LEFT, YEAR, CONCAT_WS or ILIKE; LIKE ignores case.",
    ),
    parameters=(
        Parameter("path", "File", type="path", required=True, description="An existing SQLite file."),
    ),
    url_schemes=("sqlite", "sqlite+pysqlite"),
    suffixes=(".sqlite", ".sqlite3", ".db", ".db3"),
    magic_bytes=((0, b"SQLite format 3\x00"),),
    embedded=True,
    like_ignores_case=True,
    loose_types=True,
    seconds_between="ROUND((JULIANDAY(:later) - JULIANDAY(:earlier)) * 86400)",
    session_module="sqlite_session",
    column_drivers=("pyarrow", "numpy", "adbc_driver_manager", "adbc_driver_sqlite"),
    url_parameters={"database": "path"},
    session=(
        "PRAGMA query_only = ON",
        "PRAGMA trusted_schema = OFF",
        "PRAGMA cell_size_check = ON",
    ),
    limits={
        "SQLITE_LIMIT_ATTACHED": 0,
        "SQLITE_LIMIT_LENGTH": 4_000_000,
        "SQLITE_LIMIT_SQL_LENGTH": 100_000,
        "SQLITE_LIMIT_EXPR_DEPTH": 200,
        "SQLITE_LIMIT_COMPOUND_SELECT": 50,
        "SQLITE_LIMIT_LIKE_PATTERN_LENGTH": 1_000,
        "SQLITE_LIMIT_WORKER_THREADS": 0,
    },
    pragmas=PRAGMAS | {"data_version"},  # full-text tables ask for it
    errors={
        "SQLITE_AUTH": "refused",
        "not authorized": "refused",  # inside of a function or a table it comes as a plain error
        "SQLITE_BUSY": "locked",
        "SQLITE_CANTOPEN": "cannot be opened",
        "SQLITE_CORRUPT": "damaged",
        "SQLITE_FULL": "disk full",
        "SQLITE_IOERR": "unreadable",
        "SQLITE_LOCKED": "locked",
        "SQLITE_NOTADB": "no database file",
        "SQLITE_PROTOCOL": "locked",
        "SQLITE_READONLY": "read-only",
        "SQLITE_TOOBIG": "value too large",
        "no such column": "unknown name",
        "no such table": "unknown name",
    },
    catalogue={
        "relations": (
            "SELECT '', name, type, NULL, NULL, sql FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY type, name"
        ),
        "columns": (
            "SELECT '', m.name, p.name, p.type, p.\"notnull\", p.pk, NULL, NULL FROM sqlite_master m"
            " JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table' AND p.hidden <> 1"
            " ORDER BY m.name, p.cid"
        ),
        "view_columns": (
            "SELECT '', {name}, name, type, \"notnull\", pk, NULL, NULL FROM pragma_table_info({name}) ORDER BY cid"
        ),
        "foreign_keys": (
            'SELECT \'\', m.name, m.name || f.id, f."from", \'\', f."table", f."to" FROM sqlite_master m'
            " JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq"
        ),
        "count": "SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {limit})",
        "estimate": "SELECT max(rowid) FROM {table}",
        "values": "SELECT {columns} FROM {table} LIMIT {limit}",
        "version": "SELECT 'SQLite ' || sqlite_version()",
    },
    system_tables=frozenset({"sqlite_master", "sqlite_schema", "sqlite_sequence", "sqlite_stat1"})
    | TABLE_FUNCTIONS,
    system_prefixes=("sqlite_", "pragma_"),
    forbidden_tables={
        "bytecode": NO_INSIDE,
        "completion": NO_INSIDE,
        "dbstat": NO_INSIDE,
        "fsdir": "it reads folders",
        "generate_series": "it can make rows without end",
        "tables_used": NO_INSIDE,
        "zipfile": "it reads files",
    },
    table_functions=TABLE_FUNCTIONS,
    qualifiers=frozenset({"main"}),
    default_qualifiers=frozenset({"main"}),
    function_qualifiers=frozenset({"main"}),
    in_names_tables=True,
    prefixes=(("EXPLAIN", "QUERY", "PLAN"), ("EXPLAIN",)),
    functions=FUNCTIONS,
    forbidden_functions=FORBIDDEN_FUNCTIONS,
    format_functions=frozenset({"format", "printf"}),
)
