"""``/metrics``, ``/healthz`` and ``/readyz`` of one role, on one port."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from service.errors import ExitCode, Unavailable
from service.ops.health import Health

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
}


class Pages:
    """A read-only HTTP server; ``liveness`` and ``readiness`` are asked at every request, ``measure`` at a scrape."""

    def __init__(
        self,
        registry: CollectorRegistry,
        liveness: Callable[[], Health],
        readiness: Callable[[], Health],
        measure: Callable[[], Awaitable[None]],
    ) -> None:
        self._registry = registry
        self._measure = measure
        self._liveness = liveness
        self._readiness = readiness
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port (port 0 takes any free one).

        Raises :class:`Unavailable` (exit 4) where the port is taken or the host is not ours.
        """
        self._runner = web.AppRunner(self.application(), access_log=None, keepalive_timeout=15)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            what = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be listened on: {error.strerror}"
            message = f"{host}:{port} {what}; KHABAR_HTTP_PORT sets another port (0 = any free one)"
            raise Unavailable(message, ExitCode.PORT_IN_USE) from error
        return int(self._runner.addresses[0][1])

    def application(self) -> web.Application:
        """Return what is served, for a server or for whoever asks which paths there are."""
        app = web.Application(client_max_size=1024)
        app.add_routes(
            [web.get("/metrics", self._metrics), web.get("/healthz", self._healthz), web.get("/readyz", self._readyz)]
        )
        return app

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _metrics(self, _request: web.Request) -> web.Response:
        await self._measure()
        body = generate_latest(self._registry)
        return web.Response(body=body, headers={**SECURITY_HEADERS, "Content-Type": CONTENT_TYPE_LATEST})

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _answer(self._liveness())

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _answer(self._readiness())


def _answer(health: Health) -> web.Response:
    return web.json_response(
        {"ok": health.ok, "why": health.why}, status=200 if health.ok else 503, headers=SECURITY_HEADERS
    )
