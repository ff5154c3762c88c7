"""Handlers: read the request, one call in a thread, write the reply. ROUTES, at the end, names them all.

Every one derives from `Handler`, which lets in nobody without the server's token and writes every error.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, NoReturn, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from dbchat_magic.core.course import Course, Event
from dbchat_magic.core.datasources import Datasource
from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.server import metrics, openapi, pages, sidebar, tables, wire
from dbchat_magic.jupyter.server.api import Api
from dbchat_magic.jupyter.server.body import LARGEST_BODY, LARGEST_INTEGER, read_object
from dbchat_magic.jupyter.server.failures import BadField, Failure, Refused, find_failure

T = TypeVar("T")
Json = dict[str, Any]

SETTING = "dbchat_api"
"""Under this name the web application holds its Api."""


LARGEST_SKIPPED = 64_000_000
"""Bytes of a body that is too large which are still read, so that its sender comes to hear the answer."""
EVENTS = "text/event-stream"
LONGEST_SEARCH = 200
USUAL_FIRST_ROWS = 20
USUAL_HISTORY, LARGEST_HISTORY = 50, 500


@web.stream_request_body
class Handler(APIHandler):
    """Who may come in, how a body is read, how an error looks.

    Of a body nothing is kept before its sender has been let in, and no more than it may be long.
    """

    auth_resource = "dbchat"

    def initialize(self) -> None:
        self.request_id = uuid.uuid4().hex[:12]
        self.gone = asyncio.Event()
        """The client has closed the connection."""
        self.body = bytearray()
        self.refused: Exception | None = None

    @property
    def api(self) -> Api:
        return cast(Api, self.settings[SETTING])

    def check_xsrf_cookie(self) -> None:
        if getattr(self, "_jupyter_current_user", self) is None:  # sooner than asked for a cookie
            raise web.HTTPError(401)
        super().check_xsrf_cookie()

    async def prepare(self) -> None:  # type: ignore[override]
        connection: Any = self.request.connection
        self.api.arrived(self, connection.stream)
        connection.set_max_body_size(LARGEST_SKIPPED)
        try:
            await self.let_in()
        except (web.HTTPError, Refused) as error:
            if not self.sends_body():
                raise
            # Who is still sending would not hear it: it is told when the body has come, of which nothing is kept.
            self.refused = error
            setattr(self, str(self.request.method).lower(), self.refuse)

    async def let_in(self) -> None:
        await super().prepare()
        if not self.current_user:  # whichever method this is, and whatever the server's own settings
            raise web.HTTPError(401)
        if self.announced > LARGEST_BODY:
            raise Refused(413)

    @property
    def announced(self) -> int:
        """Bytes of the body, as its sender says."""
        text = self.request.headers.get("Content-Length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0

    def sends_body(self) -> bool:
        """A body is on its way, of a length that can be passed over."""
        headers = self.request.headers
        asks_first = headers.get("Expect", "").lower() == "100-continue"
        comes = 0 < self.announced <= LARGEST_SKIPPED or "Transfer-Encoding" in headers
        return comes and not asks_first

    def refuse(self, *_: Any) -> NoReturn:
        assert self.refused is not None
        raise self.refused

    def data_received(self, chunk: bytes) -> None:
        if len(self.body) <= LARGEST_BODY and self.refused is None:
            self.body += chunk

    def get_login_url(self) -> str:
        raise web.HTTPError(401)

    def set_cors_headers(self) -> None:
        """None: a page of another origin has no business here."""

    @web.authenticated
    def options(self, *_: Any) -> NoReturn:  # type: ignore[override]
        raise web.HTTPError(405)

    @web.authenticated
    def head(self, *_: Any) -> NoReturn:
        raise web.HTTPError(405)

    def on_connection_close(self) -> None:
        self.gone.set()
        self.api.left(self)  # a request whose body never came whole is not finished
        super().on_connection_close()

    def flush(self, include_footers: bool = False) -> asyncio.Future[None]:
        if self.api.leaving and not self._headers_written:
            self.set_header("Connection", "close")
        return super().flush(include_footers)

    def on_finish(self) -> None:
        seconds = self.request.request_time()
        method = self.request.method if self.request.method in self.SUPPORTED_METHODS else "other"
        metrics.count_request(self.route, method, self.get_status(), seconds)
        self.api.left(self)
        super().on_finish()

    @property
    def route(self) -> str:
        """Where this is in ROUTES: for logs and figures, which must hold nothing that a client made up."""
        return LABELS.get(type(self), "")

    def read_object(self) -> Json:
        """The body; raises Refused."""
        return read_object(bytes(self.body), self.request.headers.get("Content-Type", ""))

    async def look(self, function: Callable[..., T], *arguments: object) -> T:
        """Something short, in a thread."""
        return await self.api.threads.look(function, *arguments)

    async def work(self, function: Callable[..., T], *arguments: object) -> T:
        """Something that asks a datasource, in a thread; raises Refused (429)."""
        return await self.api.threads.work(self.gone, Course(), function, *arguments)

    async def ask(self, function: Callable[..., T], *arguments: object) -> T:
        """The same for a function that takes a course at last, by which it is stopped when the client has gone."""
        course = self.api.threads.turn()
        return await self.api.threads.work(self.gone, course, function, *arguments, course)

    async def follow(
        self, hear: Callable[[Event], Awaitable[None]], function: Callable[..., T], *arguments: object
    ) -> T:
        """The same; what the course tells meanwhile goes to `hear`, in order."""
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(event: Event) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        course = self.api.threads.turn(tell)
        work = self.api.threads.work(self.gone, course, function, *arguments, course)
        working = asyncio.ensure_future(work)
        working.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                await hear(event)
        finally:
            if not working.done():  # nobody hears the rest
                self.gone.set()
                await asyncio.wait({working})
        return await working

    async def source(self) -> Datasource | None:
        """The datasource that the address names; None: DbChat chooses. Raises Refused (404)."""
        return await self.look(self.api.choose, self.get_query_argument("datasource", None) or None)

    @property
    def is_anew(self) -> bool:
        """Whatever is known already."""
        return self.get_query_argument("refresh", "") == "1"

    def number(self, name: str, usual: int, most: int) -> int:
        """A whole number of the address; raises Refused (400)."""
        text = self.get_query_argument(name, "") or str(usual)
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most):
            raise BadField(name, f"Input should be a whole number from 0 to {most}")
        return int(text)

    def write_json(self, value: Any, status: int = 200) -> None:
        self.set_status(status)
        self.finish(json.dumps(value, allow_nan=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error: BaseException | None = (kwargs.get("exc_info") or (None, None))[1]
        failed = find_failure(error, status_code, self.request_id)
        if failed.retry_after is not None:
            self.set_header("Retry-After", str(failed.retry_after))
        self.write_failure(failed, error)

    def write_failure(self, failed: Failure, error: BaseException | None) -> None:
        self.write_json(sidebar.write_failure(failed), failed.status)

    def begin_events(self) -> None:
        self.set_header("Content-Type", f"{EVENTS}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")  # proxies would keep it back

    async def send(self, data: Any, event: str = "") -> None:
        """One server-sent event."""
        name = f"event: {event}\n" if event else ""
        self.write(f"{name}data: {json.dumps(data, allow_nan=False)}\n\n")
        await self.flush()

    def end_events(self) -> None:
        self.finish(set_content_type=f"{EVENTS}; charset=utf-8")

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Of a bug its class and where it happened; never its text, which may hold values or secrets."""
        if typ is None or issubclass(typ, DbChatError | Refused | web.HTTPError | StreamClosedError):
            return
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(tb)[-4:]]
        self.log.error(
            "dbchat_magic: %s in request %s at %s", typ.__name__, self.request_id, ", ".join(places)
        )


class DbGptHandler(Handler):
    """DB-GPT's envelope round every error."""

    def write_failure(self, failed: Failure, error: BaseException | None) -> None:
        self.write_json(wire.failure(failed, error), wire.status(failed))


class Unknown(Handler):
    """An address below ours that is none."""

    @web.authenticated
    def get(self, *_: Any) -> None:
        raise web.HTTPError(404)

    post = put = delete = patch = get


class DbGptUnknown(DbGptHandler):
    """The same, in the envelope."""

    @web.authenticated
    def get(self, *_: Any) -> None:
        raise web.HTTPError(404)

    post = put = delete = patch = get


# ------------------------------------------------------------------------------------------ DB-GPT's


class DbGptDatasources(DbGptHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        type = self.get_query_argument("db_type", None) or None
        self.write_json(wire.success(await self.look(self.api.list, type)))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = wire.read_datasource(self.read_object())
        self.write_json(wire.success(await self.look(self.api.create, body)))

    @web.authenticated
    @authorized
    async def put(self) -> None:
        body = wire.read_datasource(self.read_object())
        self.write_json(wire.success(await self.look(self.api.update, body)))


class DbGptDatasource(DbGptHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.write_json(wire.success(await self.look(self.api.get, int(id))))

    @web.authenticated
    @authorized
    async def delete(self, id: str) -> None:
        self.write_json(wire.success(await self.look(self.api.remove, int(id))))


class DbGptDatasourceTypes(DbGptHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(wire.success(await self.look(self.api.types)))


class DbGptConnectionTest(DbGptHandler):
    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        body = wire.read_datasource(self.read_object())
        source = await self.look(self.api.for_test, body)
        self.write_json(wire.success(await self.work(self.api.works, source)))


class DbGptRefresh(DbGptHandler):
    @web.authenticated
    @authorized("execute")
    async def post(self, id: str) -> None:
        source = await self.look(self.api.kept, int(id))
        self.write_json(wire.success(await self.work(self.api.reread, source)))


class DbGptHealth(DbGptHandler):
    @web.authenticated
    @authorized
    def get(self) -> None:
        self.write_json(wire.success({"status": "ok"}))


class DbGptChat(DbGptHandler):
    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        request = wire.read_chat(self.read_object())
        source = await self.look(self.api.find_for_chat, request)
        conversation = request.conversation or str(uuid.uuid4())
        if request.stream:
            with self.api.threads.streaming():
                await self.stream(request, conversation, source)
            return
        reply = await self.ask(self.api.reply, request, conversation, source)
        self.write_json(wire.write_completion(conversation, int(time.time()), request.model, reply))

    async def stream(self, request: wire.ChatRequest, conversation: str, source: Datasource | None) -> None:
        """Server-sent events: what a model writes as it comes, then the reply; what fails is said in one."""
        created = int(time.time())
        said = wire.Said(request.incremental)

        async def hear(event: Event) -> None:
            for delta in said.event(event):
                await self.send(wire.write_chunk(conversation, created, request.model, delta))

        self.begin_events()
        await self.send(wire.write_chunk(conversation, created, request.model, said.add("")))
        reply = await self.reply_or_failure(hear, request, conversation, source)
        for delta in (*said.pause(), *map(said.add, reply.parts)):
            await self.send(wire.write_chunk(conversation, created, request.model, delta))
        await self.send(wire.write_chunk(conversation, created, request.model, said.add(""), reply.usage))
        self.write("data: [DONE]\n\n")
        self.end_events()

    async def reply_or_failure(
        self,
        hear: Callable[[Event], Awaitable[None]],
        request: wire.ChatRequest,
        conversation: str,
        source: Datasource | None,
    ) -> wire.Reply:
        try:
            return await self.follow(hear, self.api.reply, request, conversation, source)
        except StreamClosedError:
            raise
        except Exception as error:  # noqa: BLE001 - the status is sent already: even a bug ends the stream properly
            self.log_exception(*sys.exc_info())
            failed = find_failure(error, 500, self.request_id)
            return wire.plain_reply(f"{failed.message}\n{failed.hint}".strip())


# --------------------------------------------------------------------------------------- the sidebar's


class Status(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(await self.look(self.api.status))


class Datasources(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(await self.look(self.api.all))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = sidebar.read_datasource(self.read_object())
        self.write_json(await self.look(self.api.keep, body), 201)


class OneDatasource(Handler):
    @web.authenticated
    @authorized
    async def put(self, id: str) -> None:
        body = sidebar.read_change(self.read_object())
        self.write_json(await self.look(self.api.change, int(id), body))

    @web.authenticated
    @authorized
    async def delete(self, id: str) -> None:
        self.write_json(await self.look(self.api.forget, int(id)))


class DatasourceTrial(Handler):
    """Of one that is not kept yet, or not kept so."""

    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        body = sidebar.read_trial(self.read_object())
        source = await self.look(self.api.for_test, body)
        self.write_json(await self.work(self.api.test, source))


class DatasourceTest(Handler):
    @web.authenticated
    @authorized("execute")
    async def post(self, id: str) -> None:
        source = self.api.need(await self.look(self.api.find_id, int(id)))
        self.write_json(await self.work(self.api.test, source))


class SchemaOf(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        source = await self.source()
        self.write_json(await self.work(self.api.schema, source, self.is_anew))


class Tables(Handler):
    """The names, by pages."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        page = tables.Page(
            self.get_query_argument("search", "")[:LONGEST_SEARCH],
            self.number("offset", 0, LARGEST_INTEGER),
            self.number("limit", tables.USUAL_PAGE, tables.LARGEST_PAGE),
        )
        self.write_json(await self.work(self.api.tables, await self.source(), page, self.is_anew))


class OneTable(Handler):
    """A table has any name whatever: it comes in the query."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        name = self.get_query_argument("name")
        self.write_json(await self.work(self.api.table, await self.source(), name))


class Questions(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        table = self.get_query_argument("table", "")
        self.write_json(await self.work(self.api.questions, await self.source(), table))


class FirstRows(Handler):
    @web.authenticated
    @authorized("execute")
    async def get(self) -> None:
        name = self.get_query_argument("name")
        limit = self.number("limit", USUAL_FIRST_ROWS, sidebar.MOST_ROWS)
        self.write_json(await self.ask(self.api.first_rows, await self.source(), name, limit))


class Changes(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(await self.look(self.api.changes))


class HistoryOf(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        datasource = self.get_query_argument("datasource", None) or None
        before = self.number("before", 0, LARGEST_INTEGER) or None
        limit = self.number("limit", USUAL_HISTORY, LARGEST_HISTORY)
        self.write_json(await self.look(self.api.history, datasource, before, limit))


class VerifiedAnswers(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(await self.look(self.api.verified, await self.source()))

    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        body = sidebar.read_verified(self.read_object())
        source = await self.look(self.api.choose, body.datasource)
        self.write_json(await self.work(self.api.verify, body, source), 201)


class OneVerifiedAnswer(Handler):
    @web.authenticated
    @authorized("execute")
    async def put(self, id: str) -> None:
        body = sidebar.read_verified_change(self.read_object())
        source = await self.look(self.api.choose, body.datasource)
        self.write_json(await self.work(self.api.change_verified, int(id), body, source))

    @web.authenticated
    @authorized
    async def delete(self, id: str) -> None:
        self.write_json(await self.look(self.api.forget_verified, int(id), await self.source()))


class VerifiedCheck(Handler):
    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        self.write_json(await self.work(self.api.check_verified, await self.source()))


class Models(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        looks = self.get_query_argument("discover", "") == "1"
        self.write_json(await self.work(self.api.models, looks))


class Ask(Handler):
    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        body = sidebar.read_ask(self.read_object())
        source = await self.look(self.api.choose, body.datasource)
        if sidebar.wants_events(self.request.headers.get("Accept", "")):
            with self.api.threads.streaming():
                await self.stream(body, source)
            return
        self.write_json(await self.ask(self.api.answer, body, source))

    async def stream(self, body: sidebar.AskBody, source: Datasource | None) -> None:
        """Server-sent events: `step` and `wrote` on the way, then `answer` or `error`."""
        self.begin_events()
        try:
            answer = await self.follow(self.hear, self.api.answer, body, source)
        except StreamClosedError:
            raise
        except Exception as error:  # noqa: BLE001 - the status is sent already: even a bug ends the stream properly
            self.log_exception(*sys.exc_info())
            failed = find_failure(error, 500, self.request_id)
            await self.send(sidebar.write_failure(failed) | {"status": failed.status}, "error")
        else:
            await self.send(answer, "answer")
        self.end_events()

    async def hear(self, event: Event) -> None:
        await self.send(*sidebar.write_event(event))


class OpenApi(Handler):
    @web.authenticated
    @authorized
    def get(self) -> None:
        self.write_json(openapi.document(self.api.version, self.base_url))


class Docs(Handler):
    """The same for people: a page that loads nothing from anywhere."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", pages.POLICY)
        page = pages.write_page(openapi.document(self.api.version, self.base_url))
        self.finish(page, set_content_type="text/html; charset=utf-8")


class Metrics(Handler):
    @web.authenticated
    @authorized
    def get(self) -> None:
        figures, kind = metrics.show()
        self.set_header("Content-Type", kind)
        self.finish(figures, set_content_type=kind)


ROUTES: tuple[tuple[str, type[Handler]], ...] = (
    (r"/api/v2/chat/completions", DbGptChat),
    (r"/api/v2/serve/datasources", DbGptDatasources),
    (r"/api/v2/serve/datasources/(\d{1,18})", DbGptDatasource),
    (r"/api/v2/serve/datasources/(\d{1,18})/refresh", DbGptRefresh),
    (r"/api/v2/serve/datasources/test-connection", DbGptConnectionTest),
    (r"/api/v2/serve/datasource-types", DbGptDatasourceTypes),
    (r"/api/v2/serve/health", DbGptHealth),
    (r"/api/v2(?:/.*)?", DbGptUnknown),
    (r"/dbchat/status", Status),
    (r"/dbchat/datasources", Datasources),
    (r"/dbchat/datasources/(\d{1,18})", OneDatasource),
    (r"/dbchat/datasources/(\d{1,18})/test", DatasourceTest),
    (r"/dbchat/datasources/test", DatasourceTrial),
    (r"/dbchat/schema", SchemaOf),
    (r"/dbchat/tables", Tables),
    (r"/dbchat/table", OneTable),
    (r"/dbchat/table/rows", FirstRows),
    (r"/dbchat/questions", Questions),
    (r"/dbchat/changes", Changes),
    (r"/dbchat/history", HistoryOf),
    (r"/dbchat/verified", VerifiedAnswers),
    (r"/dbchat/verified/(\d{1,18})", OneVerifiedAnswer),
    (r"/dbchat/verified/check", VerifiedCheck),
    (r"/dbchat/models", Models),
    (r"/dbchat/ask", Ask),
    (r"/dbchat/openapi.json", OpenApi),
    (r"/dbchat/docs", Docs),
    (r"/dbchat/metrics", Metrics),
    (r"/dbchat(?:/.*)?", Unknown),
)
"""Below the server's base URL; the first that fits answers."""

LABELS: dict[type[Handler], str] = {
    handler: pattern.replace(r"(\d{1,18})", "{id}").replace("(?:/.*)?", "/…") for pattern, handler in ROUTES
}
"""The same for people."""
