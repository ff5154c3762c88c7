"""What is said to people: in which language, and that nothing is left untranslated."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dbchat_magic import errors, language
from dbchat_magic.jupyter.lab_language import LAB_SETTING, language_of_person
from dbchat_magic.language import both, counted, either, in_english, phrase, sentences

ROOT = Path(__file__).parents[1]
FRONTS = sorted(
    path for path in (ROOT / "dbchat_magic" / "jupyter").rglob("*.py") if "server" not in path.parts
)
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]")
PLACES = re.compile(r"(?<!\{)\{(\w+)(?:![rsa])?(?::[^{}']*)?\}")
MODULES = sorted((ROOT / "dbchat_magic").rglob("*.py"))
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)} | {"Doubt"}
NO_PHRASES = (
    r"PRAGMA database_list",  # SQL
    r"\(SQL of my own\)",  # stands in a conversation that a translator reads
    r"how many \{\} are there",  # a question, which is English
    r"row wrap|<style>",  # CSS
    r"an option",  # a kind of completion, for the front end
    r"last (used|test)$",  # names by which columns are left out; shown through `phrase`
    r"(The datasource in use|Most rows|Seconds that|Below this|The model that|Where the model|Whether a model).*",
    r"(offline: the built-in|exact: a DECIMAL|Rows of a result|Errors are|The language you).*",  # help of %config, which IPython shows
)
"""What reads like a sentence and is not said to a person by us, each with its reason."""


@pytest.fixture
def catalogues() -> ModuleType:
    """`tools/catalogues.py`."""
    pytest.importorskip("babel")
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _no_language_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_find", language.language_of_environment)


def test_every_phrase_has_a_translation_and_the_catalogues_are_fresh(catalogues):
    for path in catalogues.po_files():
        fresh = catalogues.updated(catalogues.read(path))
        assert catalogues.missing(fresh) == []
        assert path.read_bytes() == catalogues.po_bytes(fresh), "run tools/catalogues.py"
        assert path.with_suffix(".mo").read_bytes() == catalogues.mo_bytes(catalogues.read(path))


def test_a_translation_has_the_places_of_its_phrase(catalogues):
    for path in catalogues.po_files():
        for message in catalogues.read(path):
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            for each in said if message.id else ():
                assert sorted(PLACES.findall(each)) == sorted(PLACES.findall(texts[-1])), texts


@pytest.mark.parametrize("path", FRONTS, ids=lambda path: path.stem)
def test_widgets_and_magics_say_nothing_that_is_in_no_catalogue(path):
    unsaid = [
        text for text in bare_texts(ast.parse(path.read_text("utf-8"))) if SENTENCE.search(strip_tags(text))
    ]
    assert not [text for text in unsaid if not any(re.match(known, text) for known in NO_PHRASES)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "/".join(path.parts[-2:]))
def test_errors_say_nothing_that_is_in_no_catalogue(path):
    told = [
        argument
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS
        for argument in (
            *node.args[:2],
            *(word.value for word in node.keywords if word.arg in ("message", "hint")),
        )
    ]
    assert not [
        ast.unparse(each) for each in told for bare in bare_texts(wrapped(each)) if SENTENCE.search(bare)
    ]


def wrapped(node: ast.expr) -> ast.Module:
    return ast.Module([ast.Assign([ast.Name("told", ast.Store())], node)], [])


def strip_tags(text: str) -> str:
    return text if text.startswith("<style>") else re.sub(r"<[^>]*>", "", text)


def bare_texts(tree: ast.Module) -> Iterator[str]:
    """Texts of a module that stand in no `phrase`, `counted` or `marked`, nor are docstrings."""
    said: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            said |= {id(part.value) for part in node.body if isinstance(part, ast.Expr)}
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("phrase", "counted", "marked"):
            said |= {id(argument) for argument in node.args}
        if isinstance(node, ast.JoinedStr):
            said |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in said:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_the_variable_decides_then_jupyterlab_then_the_locale(monkeypatch, tmp_path):
    for name in ("DBCHAT_LANG", "LC_ALL", "LC_MESSAGES", "JUPYTER_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert language_of_person() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language_of_person() == "zh"
    monkeypatch.setenv("LANG", "C")
    setting = tmp_path / LAB_SETTING
    setting.parent.mkdir(parents=True)
    setting.write_text('{\n  // Language locale\n  "locale": "zh_CN"\n}', "utf-8")
    assert language_of_person() == "zh"
    monkeypatch.setenv("DBCHAT_LANG", "en")
    assert language_of_person() == "en"


def test_a_language_without_a_catalogue_is_english(monkeypatch):
    monkeypatch.setenv("DBCHAT_LANG", "de")
    assert phrase("{name} is added.", name="shop") == "shop is added."
    monkeypatch.setenv("DBCHAT_LANG", "zh-Hans")
    assert phrase("{name} is added.", name="{0}") == "已添加 {0}。"
    assert counted("{count} row", "{count} rows", 1) == "1 行"


def test_what_was_said_in_chinese_is_there_in_english_too(monkeypatch):
    monkeypatch.setenv("DBCHAT_LANG", "zh")
    told = phrase("Tables: {names}.", names=either(["a", both(["b", "c"])]))
    whole = sentences(told, "", phrase("Nothing was created."))
    assert whole == "表：a 或 b 和 c。没有创建任何内容。"
    assert in_english(whole) == "Tables: a or b and c. Nothing was created."
    assert in_english("as it is") == "as it is"
    assert (
        in_english(phrase("No catalogue has {this}.", this=told)) == "No catalogue has Tables: a or b and c.."
    )
