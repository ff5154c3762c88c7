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
from types import TracebackType
from typing import Any, NoReturn, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from dbchat_magic.core.datasources import Datasource
from dbchat_magic.errors import DbChatError
from dbchat_magic.jupyter.server import sidebar, wire
from dbchat_magic.jupyter.server.api import Api
from dbchat_magic.jupyter.server.body import read_object
from dbchat_magic.jupyter.server.failures import Failure, Refused, find_failure

Json = dict[str, Any]

SETTING = "dbchat_api"
"""Under this name the web application holds its Api."""


class Handler(APIHandler):
    """Who may come in, how a body is read, how an error looks."""

    auth_resource = "dbchat"

    def initialize(self) -> None:
        self.request_id = uuid.uuid4().hex[:12]
        self.gone = asyncio.Event()
        """The client has closed the connection."""

    @property
    def api(self) -> Api:
        return cast(Api, self.settings[SETTING])

    def check_xsrf_cookie(self) -> None:
        if getattr(self, "_jupyter_current_user", self) is None:  # sooner than asked for a cookie
            raise web.HTTPError(401)
        super().check_xsrf_cookie()

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if not self.current_user:  # whichever method this is, and whatever the server's own settings
            raise web.HTTPError(401)

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
        super().on_connection_close()

    def read_object(self) -> Json:
        """The body; raises Refused."""
        return read_object(self.request.body, self.request.headers.get("Content-Type", ""))

    def write_json(self, value: Any, status: int = 200) -> None:
        self.set_status(status)
        self.finish(json.dumps(value, allow_nan=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error: BaseException | None = (kwargs.get("exc_info") or (None, None))[1]
        failed = find_failure(error, status_code, self.request_id)
        self.write_failure(failed, error)

    def write_failure(self, failed: Failure, error: BaseException | None) -> None:
        self.write_json(sidebar.write_failure(failed), failed.status)

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
        self.write_json(wire.success(await self.api.look(self.api.list, type)))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = wire.read_datasource(self.read_object())
        self.write_json(wire.success(await self.api.look(self.api.create, body)))

    @web.authenticated
    @authorized
    async def put(self) -> None:
        body = wire.read_datasource(self.read_object())
        self.write_json(wire.success(await self.api.look(self.api.update, body)))


class DbGptDatasource(DbGptHandler):
    @web.authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.write_json(wire.success(await self.api.look(self.api.get, int(id))))

    @web.authenticated
    @authorized
    async def delete(self, id: str) -> None:
        self.write_json(wire.success(await self.api.look(self.api.remove, int(id))))


class DbGptDatasourceTypes(DbGptHandler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(wire.success(await self.api.look(self.api.types)))


class DbGptConnectionTest(DbGptHandler):
    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        body = wire.read_datasource(self.read_object())
        source = await self.api.look(self.api.for_test, body)
        self.write_json(wire.success(await self.api.work(source, self.gone, self.api.works, source)))


class DbGptRefresh(DbGptHandler):
    @web.authenticated
    @authorized("execute")
    async def post(self, id: str) -> None:
        source = await self.api.look(self.api.kept, int(id))
        self.write_json(wire.success(await self.api.work(source, self.gone, self.api.reread, source)))


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
        source = await self.api.look(self.api.find_for_chat, request.datasource)
        conversation = request.conversation or str(uuid.uuid4())
        if request.stream:
            await self.stream(request, conversation, source)
            return
        reply = await self.reply(request, conversation, source)
        self.write_json(wire.write_completion(conversation, int(time.time()), request.model, reply))

    async def reply(self, request: wire.ChatRequest, conversation: str, source: Datasource) -> wire.Reply:
        return await self.api.work(source, self.gone, self.api.reply, request, conversation, source)

    async def stream(self, request: wire.ChatRequest, conversation: str, source: Datasource) -> None:
        """Server-sent events; what fails after the first is said in one."""
        created = int(time.time())
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")  # proxies would keep it back
        await self.send(wire.write_chunk(conversation, created, request.model, ""))
        reply = await self.reply_or_failure(request, conversation, source)
        *parts, last = wire.pieces(reply, incremental=request.incremental)
        for part in parts:
            await self.send(wire.write_chunk(conversation, created, request.model, part))
        await self.send(wire.write_chunk(conversation, created, request.model, last, reply.usage))
        self.write("data: [DONE]\n\n")
        self.finish(set_content_type="text/event-stream; charset=utf-8")

    async def reply_or_failure(
        self, request: wire.ChatRequest, conversation: str, source: Datasource
    ) -> wire.Reply:
        try:
            return await self.reply(request, conversation, source)
        except Exception as error:  # noqa: BLE001 - the status is sent already: even a bug ends the stream properly
            self.log_exception(*sys.exc_info())
            failed = find_failure(error, 500, self.request_id)
            return wire.Reply(wire.harmless(f"{failed.message}\n{failed.hint}".strip()))

    async def send(self, event: Json) -> None:
        self.write(f"data: {json.dumps(event, allow_nan=False)}\n\n")
        await self.flush()


# --------------------------------------------------------------------------------------- the sidebar's


class Status(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(await self.api.look(self.api.status))


class Datasources(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.write_json(await self.api.look(self.api.all))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = sidebar.read_datasource(self.read_object())
        self.write_json(await self.api.look(self.api.keep, body), 201)


class OneDatasource(Handler):
    @web.authenticated
    @authorized
    async def delete(self, id: str) -> None:
        self.write_json(await self.api.look(self.api.forget, int(id)))


class DatasourceTest(Handler):
    @web.authenticated
    @authorized("execute")
    async def post(self, id: str) -> None:
        source = self.api.need(await self.api.look(self.api.find_id, int(id)))
        self.write_json(await self.api.work(source, self.gone, self.api.test, source))


class SchemaOf(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        source = await self.api.look(self.api.choose, self.get_query_argument("datasource", None) or None)
        is_anew = self.get_query_argument("refresh", "") == "1"
        self.write_json(await self.api.work(source, self.gone, self.api.schema, source, is_anew))


class Ask(Handler):
    @web.authenticated
    @authorized("execute")
    async def post(self) -> None:
        body = sidebar.read_ask(self.read_object())
        source = await self.api.look(self.api.choose, body.datasource)
        self.write_json(await self.api.work(source, self.gone, self.api.answer, body, source))


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
    (r"/dbchat/schema", SchemaOf),
    (r"/dbchat/ask", Ask),
    (r"/dbchat(?:/.*)?", Unknown),
)
"""Below the server's base URL; the first that fits answers."""
