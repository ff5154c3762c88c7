"""Notebook: what the fronts in one kernel share: the settings, hence the datasource in use, and the DbChat."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from traitlets import All, Bool, Enum, Float, Int, Unicode, default, observe, validate
from traitlets.config import Configurable

from dbchat_magic.jupyter.lab_language import language_of_person
from dbchat_magic.language import known_language, phrase, use_language

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dbchat_magic.core.ask import DbChat as Chat
    from dbchat_magic.core.datasources import Datasource
    from dbchat_magic.core.settings import Settings
    from dbchat_magic.jupyter.progress import ProgressLine


ENVIRONMENT = ("DBCHAT_HOME", "DBCHAT_PRIVATE_COLUMNS", "DBCHAT_LANG")
"""What is no setting of a notebook, and is looked up before every question."""


class DbChat(Configurable):
    """The settings of a notebook, for `%config DbChat`; they start from the DBCHAT_ variables."""

    datasource = Unicode(
        help="The datasource in use: a name, a file or a URL; empty: the only one, else the demo."
    ).tag(config=True)
    row_limit = Int(min=1, help="Most rows that a question fetches.").tag(config=True)
    timeout = Float(min=0.1, help="Seconds that a query may run.").tag(config=True)
    confidence = Float(min=0, max=1, help="Below this you are asked which reading you mean.").tag(config=True)
    model = Unicode(help="The model that translates; empty: the built-in translator.").tag(config=True)
    base_url = Unicode(help="Where the model's server is; empty: as the model's name says.").tag(config=True)
    model_timeout = Float(min=0.1, help="Seconds that a model may take for a reply.").tag(config=True)
    samples = Enum(
        ("", "off", "values"),
        "",
        help="Whether a model sees values of the data; empty: on this computer only.",
    ).tag(config=True)
    fallback = Enum(
        ("off", "offline"), help="offline: the built-in translator answers where the model cannot be asked."
    ).tag(config=True)
    decimals = Enum(("float", "exact"), help="exact: a DECIMAL becomes decimal.Decimal; float: a float.").tag(
        config=True
    )
    displaylimit = Int(10, min=0, help="Rows of a result that are shown.").tag(config=True)
    short_errors = Bool(True, help="Errors are a line and a hint; False: with traceback.").tag(config=True)
    lang = Unicode(help="The language you are spoken to in: en or zh.").tag(config=True)

    _chat: Chat | None = None
    _made: tuple[list[str | None], Settings] | None = None
    """Of which environment the settings were made; None where one has changed since."""

    @observe(All)
    def _has_changed(self, _change: object) -> None:
        self._made = None

    @validate("datasource")
    def _without_password(self, proposal: dict[str, Any]) -> str:
        """A URL's password is held for this session, and is no part of a setting that is shown."""
        value = str(proposal["value"])
        if "://" not in value:
            return value
        from dbchat_magic.core.datasources import has_password, hold_password_of_url

        return hold_password_of_url(value) if has_password(value) else value

    @validate("lang")
    def _a_language(self, proposal: dict[str, Any]) -> str:
        return known_language(str(proposal["value"]))

    @default("lang")
    def _language_of_person(self) -> str:
        return language_of_person()

    @default("datasource")
    def _datasource_of_environment(self) -> str:
        return from_environment().datasource or ""

    @default("row_limit")
    def _row_limit_of_environment(self) -> int:
        return from_environment().row_limit

    @default("timeout")
    def _timeout_of_environment(self) -> float:
        return from_environment().timeout

    @default("model")
    def _model_of_environment(self) -> str:
        return from_environment().model or ""

    @default("base_url")
    def _base_url_of_environment(self) -> str:
        return from_environment().base_url or ""

    @default("model_timeout")
    def _model_timeout_of_environment(self) -> float:
        return from_environment().model_timeout

    @default("samples")
    def _samples_of_environment(self) -> str:
        return from_environment().samples or ""

    @default("fallback")
    def _fallback_of_environment(self) -> str:
        return from_environment().fallback

    @default("decimals")
    def _decimals_of_environment(self) -> str:
        return from_environment().decimals

    @default("confidence")
    def _confidence_of_environment(self) -> float:
        return from_environment().confidence

    def settings(self) -> Settings:
        """What a question is asked with; raises DbChatError naming a variable that does not fit.

        The datasource in use is not among them: it goes with each question, so that another one in use
        costs no schema that was read.
        """
        environment = [os.environ.get(name) for name in ENVIRONMENT]
        if self._made is not None and self._made[0] == environment:
            return self._made[1]
        made = replace(
            from_environment(),
            datasource=None,
            row_limit=self.row_limit,
            timeout=self.timeout,
            confidence=self.confidence,
            model=self.model or None,
            base_url=self.base_url or None,
            model_timeout=self.model_timeout,
            samples=self.samples or None,
            fallback=self.fallback,
            decimals=self.decimals,
        )
        self._made = environment, made
        return made

    def chat(self) -> Chat:
        """What every front of this notebook asks; it is made anew only when the settings have changed.

        Raises DbChatError naming a variable that does not fit.
        """
        settings = self.settings()
        if self._chat is None or self._chat.settings != settings:
            from dbchat_magic.core.ask import DbChat as Chat  # pandas and the rest are loaded with it
            from dbchat_magic.core.frames import set_namespace

            self._chat = Chat(settings=settings, on_progress=self._progress_line())
            set_namespace(lambda: getattr(self.parent, "user_ns", {}))
        return self._chat

    def _progress_line(self) -> ProgressLine | None:
        """What shows in a cell how far the reading of a schema is."""
        from dbchat_magic.jupyter.progress import ProgressLine

        return None if self.parent is None else ProgressLine(cast("InteractiveShell", self.parent))


def from_environment() -> Settings:
    """Raises DbChatError naming a variable that does not fit."""
    from dbchat_magic.core.settings import read_settings

    return read_settings()


def find_settings(shell: InteractiveShell | None) -> DbChat:
    """The notebook's settings; made where there are none yet. Without a shell they are nobody else's."""
    if shell is None:
        return DbChat()
    for each in configurables_of(shell):
        if is_ours(each):
            return cast(DbChat, each)
    settings = DbChat(parent=shell)
    use_language(lambda: settings.lang)
    configurables_of(shell).append(settings)
    return settings


def drop_settings(shell: InteractiveShell) -> None:
    configurables = configurables_of(shell)
    configurables[:] = [each for each in configurables if not is_ours(each)]


def configurables_of(shell: InteractiveShell) -> list[Any]:
    """What `%config` lists."""
    return cast(list[Any], shell.configurables)


def is_ours(value: object) -> bool:
    """Compared by name: after a reload the class of before is another one."""
    return type(value).__module__ == __name__ and type(value).__name__ == DbChat.__name__


# ------------------------------------------------------------------------- the datasources of a notebook


class Listed(NamedTuple):
    """A datasource as this notebook sees it."""

    datasource: Datasource
    in_use: bool


def list_datasources(settings: DbChat) -> list[Listed]:
    """Those that the user keeps, then the demo, unless one of theirs has its name. Nothing is opened."""
    from dbchat_magic.core.datasources import DEMO, Datasource

    kept = settings.chat().datasources.all()
    if all(source.name.lower() != DEMO for source in kept):
        kept.append(Datasource(0, DEMO, "sqlite", {}, phrase("the built-in shop, for trying things out")))
    in_use = settings.datasource or unnamed_datasource(settings)
    return [Listed(source, source.name.lower() == in_use.lower()) for source in kept]


def unnamed_datasource(settings: DbChat) -> str:
    """What is asked where none is named: the only one, else the demo."""
    from dbchat_magic.core.datasources import DEMO

    kept = settings.chat().datasources.known()
    return kept[0].name if len(kept) == 1 else DEMO


def place_of(source: Datasource) -> str:
    """Where a datasource is, in a word."""
    if "path" in source.params:
        return str(source.params["path"])
    if "variable" in source.params:
        return phrase("variable {name} of a notebook", name=source.params["variable"])
    if not source.params:
        return phrase("built in")
    return " ".join(str(source.params[key]) for key in ("host", "port", "database") if key in source.params)


def without_password(text: str) -> str:
    """A name, a file or a URL as it may be shown.

    >>> without_password("postgresql://me:secret@host/shop")
    'postgresql://me:******@host/shop'
    """
    return re.sub(r"(://[^:/@\s]*):[^@\s]+@", r"\1:******@", text)
