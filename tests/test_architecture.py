"""Rules of DESIGN that no linter knows: who may import and call what, and what may stand in a tracked file."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import dbchat_magic

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dbchat_magic"
JUPYTER = {"IPython", "ipywidgets", "jupyter_server", "tornado", "traitlets"}
HEAVY = {
    "IPython",
    "altair",
    "duckdb",
    "ipywidgets",
    "numpy",
    "openai",
    "pandas",
    "sqlalchemy",
    "sqlglot",
    "yaml",
}

# Each with the database whose statements it runs.
RUN_STATEMENTS = {
    "core/drivers.py": "the user's",
    "core/duckdb_session.py": "the user's",
    "core/file_views.py": "the views over the user's data files",
    "core/frames.py": "the user's",
    "core/postgresql_columns.py": "the user's",
    "core/postgresql_enums.py": "what types declare",
    "core/server.py": "the user's",
    "core/sqlite_columns.py": "the user's",
    "core/sqlite_session.py": "the user's",
    "core/worker_process.py": "the user's",
    "core/datasources.py": "our store",
    "core/history.py": "our store",
    "core/memory.py": "our store",
    "core/store.py": "our store",
    "demo.py": "the demo file that it writes",
    "jupyter/additions.py": "asks a connection of the notebook which file it has open",
}
OPEN_DATABASES = {
    "core/duckdb_session.py",
    "core/frames.py",
    "core/sqlite_session.py",
    "core/store.py",
    "demo.py",
}
RUNS = {"execute", "executemany", "executescript", "exec_driver_sql", "read_sql", "read_sql_query"}
OPENS = {"create_engine", "sqlite3.connect", "duckdb.connect"}

REGISTRY_HOST = re.compile(
    r"registry\.(?:npm|yarn)|npmmirror\.com|pypi\.org|pythonhosted\.org|deb\.debian\.org"
)
MACHINE_PATH = re.compile(r"(?<![\w.~$}*-])/(?:root|work|home|Users|opt)/\w+|[A-Z]:\\\\?Users\\")


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "labextension" not in path.parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def matches(path: Path, patterns: Iterable[str]) -> bool:
    return any(path.relative_to(PACKAGE).match(pattern) for pattern in patterns)


def imported(path: Path) -> Iterator[str]:
    """The top-level names of what a module imports, wherever in it the import stands."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def called(path: Path) -> Iterator[str]:
    """What a module calls, as written: `rows.execute`, `create_engine`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@cache
def tracked_files() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_only_the_jupyter_folder_imports_jupyter():
    strangers = {
        name_of(path): names
        for path in modules()
        if name_of(path).partition("/")[0] != "jupyter" and (names := JUPYTER & set(imported(path)))
    }
    assert not strangers


def test_only_the_path_to_a_database_runs_statements():
    """`guard.check` then `execute` is the only road of a question to a cursor."""
    strangers = {
        name_of(path): calls
        for path in modules()
        if not matches(path, RUN_STATEMENTS)
        and (calls := [call for call in called(path) if "." in call and call.rpartition(".")[2] in RUNS])
    }
    assert not strangers


def test_only_sessions_the_store_and_the_demo_open_databases():
    strangers = {
        name_of(path): calls
        for path in modules()
        if not matches(path, OPEN_DATABASES)
        and (calls := [call for call in called(path) if call in OPENS or call.endswith(".create_engine")])
    }
    assert not strangers


def test_no_text_is_run_as_python():
    dangerous = {"eval", "exec", "compile", "os.system", "pickle.loads", "pickle.load", "__import__"}
    assert not {name_of(path): found for path in modules() if (found := dangerous & set(called(path)))}


def test_importing_the_package_loads_nothing_heavy():
    script = "import json, sys, dbchat_magic; print(json.dumps(sorted(sys.modules)))"
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not HEAVY & set(json.loads(shown.stdout))


def test_errors_are_reachable_after_a_plain_import():
    script = "import dbchat_magic; raise SystemExit(not dbchat_magic.errors.SqlRejected)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_public_names():
    assert set(dbchat_magic.__all__) == {
        "Answer",
        "DbChat",
        "__version__",
        "errors",
        "guard",
        "manage",
        "panel",
    }
    assert all(getattr(dbchat_magic, name) is not None for name in dbchat_magic.__all__)


def test_every_error_is_one_of_ours():
    """The tree of errors.py: whoever catches DbChatError catches all of them."""
    kinds = [value for value in vars(dbchat_magic.errors).values() if isinstance(value, type)]
    assert all(
        issubclass(kind, dbchat_magic.errors.DbChatError) for kind in kinds if issubclass(kind, Exception)
    )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_says_what_it_owns(path: Path):
    tree = parsed(path)
    assert not tree.body or ast.get_docstring(tree)


def test_no_tracked_file_names_a_package_registry():
    assert not {
        str(path): found[0] for path in tracked_files() if (found := REGISTRY_HOST.search(text_of(path)))
    }


def test_no_tracked_file_names_a_path_of_one_machine():
    assert not {
        str(path): found[0] for path in tracked_files() if (found := MACHINE_PATH.search(text_of(path)))
    }


@pytest.mark.parametrize("folder", ["labextension", "labextension/tests"])
def test_a_lock_file_holds_no_address(folder: str):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))
    assert "://" not in json.dumps(lock)
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@pytest.mark.parametrize("folder", ["labextension", "labextension/tests"])
def test_a_lock_file_holds_every_platform(folder: str):
    """Npm drops an optional package that it cannot find without a word, and `npm ci` fails elsewhere."""
    packages = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = {name for package in packages.values() for name in package.get("optionalDependencies", {})}
    assert wanted
    assert not [name for name in wanted if not any(key.endswith(f"node_modules/{name}") for key in packages)]


def test_no_tracked_file_is_too_large_to_read_or_to_keep():
    code = {".py", ".ts", ".tsx", ".md"}
    too_large = {
        str(path): size
        for path in tracked_files()
        if (size := path.stat().st_size) > (80_000 if path.suffix in code else 4_000_000)
    }
    assert not too_large
