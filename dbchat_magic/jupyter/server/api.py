"""Api: what the handlers ask: DbChat, the conversations, and the datasources as they may come over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from tornado.iostream import IOStream

from dbchat_magic.core.connect import close_all
from dbchat_magic.core.course import Course
from dbchat_magic.core.datasources import (
    DEMO,
    Datasource,
    datasource_from_params,
    demo_datasource,
    is_secret,
    keeps_secret,
    known_dialect,
    takes,
    without_password,
)
from dbchat_magic.dialects import Dialect, Parameter, dialects, find_dialect
from dbchat_magic.errors import DatasourceError
from dbchat_magic.jupyter.server import sidebar, tables, wire
from dbchat_magic.jupyter.server.conversations import Conversations
from dbchat_magic.jupyter.server.failures import Refused
from dbchat_magic.jupyter.server.file_roots import check_host, check_path, check_pattern, check_reference
from dbchat_magic.jupyter.server.talks import OFFLINE, Talk, reply_to
from dbchat_magic.jupyter.server.threads import Limits, Threads
from dbchat_magic.jupyter.tested import try_datasource
from dbchat_magic.language import phrase

if TYPE_CHECKING:
    from dbchat_magic.core.ask import DbChat
    from dbchat_magic.core.memory import Verified
    from dbchat_magic.core.schema import Schema

Json = dict[str, Any]


class Api:
    """One for each server. Its methods block: handlers call them in its threads."""

    def __init__(self, roots: tuple[Path, ...], version: str, limits: Limits | None = None) -> None:
        self.roots = roots
        self.version = version
        self.conversations = Conversations()
        self.threads = Threads(limits or Limits())
        self.in_flight: set[object] = set()
        """Requests that have come and are not answered yet. Belongs to the event loop, as the two below."""
        self.streams: WeakSet[IOStream] = WeakSet()
        """The connections they came over."""
        self.leaving = False
        """The server is told to stop: connections are closed after their answer."""
        self._opening = threading.Lock()
        self._models: frozenset[str] = frozenset()
        """The names of the models that were found when last looked for."""

    @property
    def chat(self) -> DbChat:
        """Opened by the first request; raises DbChatError when a setting does not fit."""
        with self._opening:
            return self._chat

    @cached_property
    def _chat(self) -> DbChat:
        from dbchat_magic.core.ask import DbChat  # the first one takes a second

        return DbChat()

    def arrived(self, request: object, stream: IOStream) -> None:
        self.in_flight.add(request)
        self.streams.add(stream)

    def left(self, request: object) -> None:
        self.in_flight.discard(request)

    def close(self) -> None:
        """Stop what runs, and take nothing new."""
        self.threads.close()
        close_all()

    # ------------------------------------------------------------------------------------ datasources

    def find(self, name: str) -> Datasource | None:
        """The datasource of this name, or the demo. Never a URL or a path: those are not taken over HTTP."""
        wanted = name.strip().lower()
        for source in self.chat.datasources.all():
            if source.name.lower() == wanted:
                return source
        return demo_datasource(self.chat.settings.home) if wanted == DEMO else None

    def find_id(self, id: int) -> Datasource | None:
        """The datasource of this id; 0 is the demo's."""
        for source in self.chat.datasources.all():
            if source.id == id:
                return source
        return demo_datasource(self.chat.settings.home) if id == 0 else None

    def add(self, body: wire.DatasourceBody) -> Datasource:
        """Keep a datasource; raises DatasourceError when its fields do not fit."""
        dialect = find_dialect(body.type)
        fields = self._checked(wire.fields_of(body, dialect, is_new=True), dialect)
        name = wire.name_of(body, dialect)
        return self.chat.datasources.add(name, dialect.name, comment=body.comment or "", **fields)

    def _checked(
        self, fields: dict[str, str | int], dialect: Dialect, old: Datasource | None = None
    ) -> dict[str, str | int]:
        """The fields, each as it may come over HTTP; one that stays what it was may be anything."""
        kept = old.params if old is not None else {}
        by_name = {parameter.name: parameter for parameter in dialect.parameters}
        return {
            name: value if value in ("", kept.get(name)) else self._check(by_name[name], value, dialect)
            for name, value in fields.items()
        }

    def _check(self, parameter: Parameter, value: str | int, dialect: Dialect) -> str | int:
        """The value; raises DatasourceError for a file outside the roots, a frame, a host or secret of ours."""
        own = self.chat.store.path
        if parameter.type in ("path", "folder"):
            return str(check_path(str(value), self.roots, own))
        if parameter.type == "files":
            return check_pattern(str(value), self.roots, own, dialect)
        if parameter.type == "frame":
            raise DatasourceError(
                phrase("A frame cannot be made a datasource over HTTP: frames live in a kernel."),
                phrase("In the notebook that has it, write %dbsource add df --frame."),
            )
        if parameter.secret:
            check_reference(str(value))
        if parameter.name == "host":
            check_host(str(value))
        return value

    # ------------------------------------------------------------------------------------ DB-GPT's API

    def create(self, body: wire.DatasourceBody) -> Json:
        """Raises Refused when the name is taken, DatasourceError as `add` does."""
        name = wire.name_of(body, find_dialect(body.type))
        if self._is_kept(name):
            raise wire.name_exists(name)
        return written(self.add(body))

    def update(self, body: wire.DatasourceBody) -> Json:
        """Change the one of this id, else of this name; raises Refused when there is none."""
        old = self._find_for_update(body)
        dialect = find_dialect(body.type)
        name = old.name if body.name is None else body.name
        if name.strip().lower() != old.name.lower() and self._is_kept(name):
            raise wire.name_exists(name)
        fields = self._checked(wire.fields_of(body, dialect, is_new=False), dialect, old)
        check_password_stays(old, dialect, fields)
        return written(
            self.chat.datasources.update(old.id, name=name, type=dialect.name, comment=body.comment, **fields)
        )

    def _find_for_update(self, body: wire.DatasourceBody) -> Datasource:
        name = wire.name_of(body, find_dialect(body.type)) if body.id is None else body.name or str(body.id)
        for source in self.chat.datasources.all():
            if source.id == body.id or (body.id is None and source.name.lower() == name.strip().lower()):
                return source
        raise wire.name_unknown(name)

    def _is_kept(self, name: str) -> bool:
        return name.strip().lower() in {source.name.lower() for source in self.chat.datasources.all()}

    def kept(self, id: int) -> Datasource:
        """Raises Refused (404)."""
        source = self.find_id(id)
        if source is None or source.id == 0:
            raise wire.id_unknown(id)
        return source

    def get(self, id: int) -> Json:
        """Raises Refused (404)."""
        return written(self.kept(id))

    def list(self, type: str | None = None) -> list[Json]:
        """Those kept, of one kind where it is named."""
        kept = self.chat.datasources.all()
        return [written(source) for source in kept if type is None or source.type == type]

    def types(self) -> Json:
        return {"types": [wire.write_datasource_type(dialect) for dialect in offered_dialects()]}

    def for_test(self, body: wire.DatasourceBody) -> Datasource:
        """The datasource that a body describes, not kept; a password that it leaves out is the one that is."""
        dialect = find_dialect(body.type)
        old = next((each for each in self.chat.datasources.all() if is_meant(each, body)), None)
        fields = self._checked(wire.fields_of(body, dialect, is_new=True), dialect, old)
        same = old is not None and all(fields.get(name) == old.params.get(name) for name in ("host", "port"))
        secrets = (
            {name: value for name, value in old.params.items() if is_secret(dialect, name)}
            if old and same
            else {}
        )
        return datasource_from_params(dialect, {**secrets, **fields}, body.name or "")

    def works(self, source: Datasource) -> bool:
        """Raises DatasourceError, QueryFailed."""
        return bool(try_datasource(self.chat, source))

    def reread(self, source: Datasource) -> bool:
        """Read the schema anew; raises DatasourceError, QueryFailed."""
        return bool(self.chat.refresh(check_askable(source)))

    def remove(self, id: int) -> Json:
        """Forget the datasource of this id and return it; raises Refused (404)."""
        removed = self.get(id)
        if not self._remove(id):
            raise wire.id_unknown(id)
        return removed

    def _remove(self, id: int) -> bool:
        """False: somebody else was quicker."""
        try:
            self.chat.datasources.remove(id)
        except DatasourceError:
            return False
        return True

    def find_for_chat(self, request: wire.ChatRequest) -> Datasource | None:
        """The datasource that a chat_param names; raises Refused (400) where none is called so.

        In chat_normal it may be anything: DB-GPT does not look at it there.
        """
        source = self.find(request.datasource)
        if source is not None:
            return check_askable(source)
        if request.mode != wire.CHAT_NORMAL:
            raise wire.chat_param_unknown(request.datasource)
        return None

    def reply(
        self, request: wire.ChatRequest, conversation: str, source: Datasource | None, course: Course
    ) -> wire.Reply:
        """What is said to a question; raises DatasourceError, ModelError."""
        return reply_to(Talk(self.chat, request, source, conversation, self.conversations, course))

    # ------------------------------------------------------------------------------------ the sidebar's

    def status(self) -> Json:
        settings = self.chat.settings
        return {
            "version": self.version,
            "translator": settings.model or OFFLINE,
            "row_limit": settings.row_limit,
            "shown_rows": sidebar.MOST_ROWS,
            "kinds": [sidebar.write_kind(dialect) for dialect in offered_dialects()],
        }

    def all(self) -> Json:
        sources = self.chat.datasources.all()
        listed = [sidebar.write_datasource(source, known_dialect(source)) for source in sources]
        if not self._is_kept(DEMO):
            listed.append(sidebar.write_demo(DEMO))
        return {"datasources": listed}

    def keep(self, body: wire.DatasourceBody) -> Json:
        source = self.add(body)
        return sidebar.write_datasource(source, known_dialect(source))

    def change(self, id: int, body: wire.DatasourceBody) -> Json:
        """Raises Refused (404, and 400 for the demo), DatasourceError."""
        self.need_kept(id, "changed")
        dialect = find_dialect(body.type)
        given = {key: value for key, value in body.fields.items() if not keeps_secret(dialect, key, value)}
        self.update(replace(body, id=id, fields=given))
        return self._written(id)

    def _written(self, id: int) -> Json:
        source = self.need(self.find_id(id))
        return sidebar.write_datasource(source, known_dialect(source))

    def forget(self, id: int) -> Json:
        """Raises Refused (404, and 400 for the demo)."""
        source = self.need_kept(id, "removed")
        if not self._remove(source.id):
            self.need(None)
        return sidebar.write_datasource(source, known_dialect(source))

    def need(self, source: Datasource | None) -> Datasource:
        """The datasource; raises Refused (404) listing those there are where there is none."""
        if source is None:
            names = [kept.name for kept in self.chat.datasources.all()]
            listed = f"{', '.join(names)} and the built-in {DEMO}" if names else f"only the built-in {DEMO}"
            raise Refused(404, "There is no such datasource.", f"You have {listed}.")
        return source

    def need_kept(self, id: int, done: str) -> Datasource:
        """The datasource of this id; raises Refused (404, and 400 for the demo, which cannot be `done` so)."""
        source = self.need(self.find_id(id))
        if source.id == 0:
            raise Refused(400, f"The demo is built in and cannot be {done}.", "")
        return source

    def choose(self, name: str | None) -> Datasource | None:
        """The datasource of this name; None: DbChat chooses. Raises Refused (404)."""
        return None if name is None else check_askable(self.need(self.find(name)))

    def test(self, source: Datasource) -> Json:
        """Raises DatasourceError, QueryFailed."""
        return sidebar.write_tested(try_datasource(self.chat, check_askable(source)))

    def schema(self, source: Datasource | None, is_anew: bool) -> Json:
        """The tables; `is_anew`: whatever is known of them already. Raises DatasourceError, QueryFailed."""
        return sidebar.write_schema(self._name_of(source), self._read(source, is_anew))

    def tables(self, source: Datasource | None, page: tables.Page, is_anew: bool) -> Json:
        """A page of the tables; `is_anew` as above. Raises DatasourceError, QueryFailed."""
        return tables.write_page(self._name_of(source), self._read(source, is_anew), page)

    def _read(self, source: Datasource | None, is_anew: bool) -> Schema:
        return self.chat.refresh(source) if is_anew else self.chat.schema(source)

    def table(self, source: Datasource | None, name: str) -> Json:
        """One of the tables, with its columns. Raises DatasourceError, QueryFailed."""
        schema = self.chat.schema(source)
        return sidebar.write_table(schema.find(name), find_dialect(schema.dialect))

    def first_rows(self, source: Datasource | None, table: str, rows: int, course: Course) -> Json:
        """Raises DatasourceError, QueryFailed."""
        answer = self.chat.first_rows(table, source, rows=rows, course=course)
        return sidebar.write_first_rows(answer, table)

    def questions(self, source: Datasource | None, table: str) -> Json:
        """Questions that one could ask, about a table where one is named. Raises DatasourceError, QueryFailed."""
        from dbchat_magic.core.overview import choose_questions

        schema = self.chat.schema(source)
        known = schema.only([table]) if table else schema
        return {"questions": list(choose_questions(known))[:SUGGESTED]}

    def _name_of(self, source: Datasource | None) -> str:
        return source.name if source is not None else self._chosen_name()

    def _chosen_name(self) -> str:
        kept = self.chat.datasources.all()
        return self.chat.settings.datasource or (kept[0].name if len(kept) == 1 else DEMO)

    def changes(self) -> Json:
        """How often each part of the store has changed."""
        return dict(self.chat.store.changes())

    def history(self, datasource: str | None, before: int | None, limit: int) -> Json:
        """The newest questions, and where the ones before them begin."""
        found = self.chat.history.page(limit + 1, before, datasource)
        shown = [sidebar.write_entry(entry) for entry in found[:limit]]
        return {"entries": shown, "next": shown[-1]["id"] if len(found) > limit else None}

    def verified(self, source: Datasource | None) -> Json:
        """A datasource's verified answers, newest first."""
        found = self.chat.memory.all(source)
        return {
            "datasource": self._name_of(source),
            "verified": [sidebar.write_verified(each) for each in reversed(found)],
        }

    def verify(self, body: sidebar.VerifiedBody, source: Datasource | None) -> Json:
        """Raises SqlRejected, QueryFailed, DbChatError for a question that cannot be kept."""
        added = self.chat.memory.add(body.question or "", body.sql or "", source)
        return sidebar.write_verified(added)

    def change_verified(self, id: int, body: sidebar.VerifiedBody, source: Datasource | None) -> Json:
        """Raises Refused (404), DbChatError; SQL that does not run is kept with its fault."""
        self.need_verified(id, source)
        changed = self.chat.memory.update(id, question=body.question, sql=body.sql, datasource=source)
        return sidebar.write_verified(changed)

    def forget_verified(self, id: int, source: Datasource | None) -> Json:
        """Raises Refused (404)."""
        self.need_verified(id, source)
        return sidebar.write_verified(self.chat.memory.remove(id, source))

    def need_verified(self, id: int, source: Datasource | None) -> Verified:
        """Raises Refused (404)."""
        for each in self.chat.memory.all(source):
            if each.id == id:
                return each
        raise Refused(404, "There is no such verified answer.", "It may have been removed elsewhere.")

    def check_verified(self, source: Datasource | None) -> Json:
        """Each is run; those that do not run any more say why."""
        self.chat.memory.check(source)
        return self.verified(source)

    def models(self, looks: bool) -> Json:
        """Who answers; with `looks` also whom else could be asked, which takes seconds."""
        settings = self.chat.settings
        offered = self.chat.models() if looks else []
        if looks:
            self._models = frozenset(each.name for each in offered)
        return {
            "configured": settings.model or OFFLINE,
            "address": without_password(settings.base_url or ""),
            "models": [sidebar.write_offered(each) for each in offered],
        }

    def check_model(self, name: str | None) -> None:
        """Raises Refused (404) for a model that is neither configured nor found: none is asked at an address that
        only the request knows."""
        known = {OFFLINE, self.chat.settings.model}
        if name is None or name in known | self._models:
            return
        self.models(looks=True)
        if name not in self._models:
            raise Refused(
                404, f"There is no model {name[:80]!r} here.", "Look for models, and choose one of them."
            )

    def answer(self, body: sidebar.AskBody, source: Datasource | None, course: Course) -> Json:
        """Raises what `DbChat.ask` and `DbChat.run` raise."""
        self.check_model(body.model)
        if body.sql is not None:
            answer = self.chat.run(
                body.sql, source, rows=body.rows, chart=body.chart, question=body.question, course=course
            )
            if answer.chart is not None:
                answer = replace(answer, chart=replace(answer.chart, title=body.question))
        else:
            answer = self.chat.ask(
                body.question,
                source,
                history=body.history,
                rows=body.rows,
                chart=body.chart,
                model=body.model,
                course=course,
            )
        return sidebar.write_answer(answer, body.question) | {"follows": follows(body)}


def follows(body: sidebar.AskBody) -> bool:
    """Whether the question is understood only after those before it."""
    if not body.history:
        return False
    from dbchat_magic.core.memory import find_likeness  # words and their kin

    return not find_likeness().stands_alone(body.question)


def check_askable(source: Datasource) -> Datasource:
    """The datasource; raises DatasourceError for a frame, which only its notebook can ask."""
    if takes(find_dialect(source.type), "frame"):
        raise DatasourceError(
            phrase(
                "{name} is a DataFrame of a notebook, which only that notebook can ask.", name=source.name
            ),
            phrase("There, write %dbchat -d {name} and the question.", name=source.name),
        )
    return source


def written(source: Datasource) -> Json:
    return wire.write_datasource(source, known_dialect(source))


def offered_dialects() -> list[Dialect]:
    """The kinds that can be made over HTTP: frames live in a kernel."""
    return [dialect for dialect in dialects().values() if not takes(dialect, "frame")]


def is_meant(source: Datasource, body: wire.DatasourceBody) -> bool:
    """Whether the body is about this datasource: by its id, else by its name."""
    if body.id is not None:
        return source.id == body.id
    return body.name is not None and source.name.lower() == body.name.strip().lower()


SUGGESTED = 6
"""Questions that are offered to begin with."""

ADDRESS = ("host", "port")
"""Fields that say which server gets the password."""


def check_password_stays(old: Datasource, dialect: Dialect, fields: Mapping[str, object]) -> None:
    """Raises Refused (400) where a password that the caller does not know would go to another server."""
    moves = any(str(fields.get(name, old.params.get(name))) != str(old.params.get(name)) for name in ADDRESS)
    has_secret = any(is_secret(dialect, name) for name in old.params)
    if moves and has_secret and not any(is_secret(dialect, name) for name in fields):
        raise Refused(
            400,
            "Another host or port needs the password again: the one that is kept is not sent to another server.",
            "Send the password along with the new address.",
        )
