"""``/metrics``, ``/healthz`` and ``/readyz`` of one role, on one port."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from service.errors import ExitCode, Unavailable
from service.ops.health import Health

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
CONNECTION_S = 10.0
"""Seconds that a connection lives, whatever it does: one request, and a slow reader is cut off."""

CONNECTIONS_MAX = 64
"""Connections at once; one more is closed unread."""

LINE_MAX = 2_048
"""Bytes of a request line or of a header."""

HEADERS_MAX = 32


class Pages:
    """A read-only HTTP server: GET and HEAD of three pages, one request a connection, bounded in size, number and time.

    ``liveness`` and ``readiness`` are asked at every request, ``measure`` at a scrape.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        liveness: Callable[[], Health],
        readiness: Callable[[], Health],
        measure: Callable[[], Awaitable[None]],
    ) -> None:

        async def metrics() -> web.Response:
            await measure()
            return _page(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

        async def healthz() -> web.Response:
            return _answer(liveness())

        async def readyz() -> web.Response:
            return _answer(readiness())

        self._pages = {"/metrics": metrics, "/healthz": healthz, "/readyz": readyz}
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port (port 0 takes any free one).

        Raises :class:`Unavailable` (exit 4) where the port is taken or the host is not ours.
        """
        server = _Server(
            self._respond,
            access_log=None,
            lingering_time=0,  # what is left of a body is not waited for
            max_line_size=LINE_MAX,
            max_field_size=LINE_MAX,
            max_headers=HEADERS_MAX,
        )
        self._runner = web.ServerRunner(server)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            what = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be listened on: {error.strerror}"
            message = f"{host}:{port} {what}; KHABAR_HTTP_PORT sets another port (0 = any free one)"
            raise Unavailable(message, ExitCode.PORT_IN_USE) from error
        return int(self._runner.addresses[0][1])

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are served."""
        return tuple(self._pages)

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        page = self._pages.get(request.path)
        if page is None:
            return _page(b"not found\n", status=404)
        if request.method not in {"GET", "HEAD"}:
            return _page(b"read only\n", status=405, more={"Allow": "GET, HEAD"})
        return await page()


class _Server(web.Server):
    """Makes a :class:`_Connection` of each connection."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """One connection, cut off when its time is over, and at once where there are too many."""

    __slots__ = ("_end",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to count the seconds; asyncio calls it."""
        super().connection_made(transport)
        wire = cast(asyncio.Transport, transport)
        self._end = self._loop.call_later(CONNECTION_S, wire.abort)
        if self._manager is not None and len(self._manager.connections) > CONNECTIONS_MAX:
            wire.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop counting; asyncio calls it."""
        self._end.cancel()
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer what is no request, or a defect of a page, without repeating it and without a stack trace in the log.

        aiohttp writes one for every malformed request, so that anybody could fill the log.
        """
        del message
        self.log_debug("error %s on a page: %s", status, type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        return _page(b"bad request\n" if status < 500 else b"internal error\n", status=status)  # noqa: PLR2004 - HTTP


def _answer(health: Health) -> web.Response:
    response = web.json_response({"ok": health.ok, "why": health.why}, status=200 if health.ok else 503)
    return _hardened(response)


def _page(
    body: bytes,
    *,
    status: int = 200,
    content_type: str = "text/plain; charset=utf-8",
    more: dict[str, str] | None = None,
) -> web.Response:
    return _hardened(web.Response(body=body, status=status, headers={"Content-Type": content_type, **(more or {})}))


def _hardened(response: web.Response) -> web.Response:
    """Add what every answer has; the connection ends with it, and nothing tells of versions."""
    response.headers.update(SECURITY_HEADERS)
    response.headers["Server"] = "khabar"
    response.force_close()
    return response
