"""The HTTP port of a role: read-only, bounded in size, number and time, and silent about what strangers send."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from aiohttp.web_protocol import RequestHandler
from prometheus_client import CollectorRegistry, Gauge

from service.ops.health import Health
from service.stream import pages
from service.stream.pages import SECURITY_HEADERS, Pages

HOST = "127.0.0.1"
LONG_S = 30.0
"""What has to come in the end comes within this time on the busiest machine."""


async def nothing() -> None:
    """Measure nothing."""


@asynccontextmanager
async def served(*, ok: bool = True, series: int = 1) -> AsyncIterator[int]:
    """Serve and give the port."""
    registry = CollectorRegistry()
    gauge = Gauge("khabar_test", "A gauge.", ["number"], registry=registry)
    for number in range(series):
        gauge.labels(f"{number:0100}").set(number)
    server = Pages(registry, lambda: Health(ok, "as the test says"), lambda: Health(ok, "as the test says"), nothing)
    port = await server.start(HOST, 0)
    try:
        yield port
    finally:
        await server.stop()


async def asked(port: int, request: bytes, *, within: float = LONG_S) -> bytes:
    """Send bytes and return all that comes back until the connection ends."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(), within)
    except ConnectionError:
        return b""
    finally:
        await left(writer)


async def left(*writers: asyncio.StreamWriter) -> None:
    """Close connections, and wait until they are closed."""
    for writer in writers:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def get(path: str, method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: khabar\r\n\r\n".encode()


def status(answer: bytes) -> int:
    return int(answer.split(maxsplit=2)[1])


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_get_and_head_are_answered_and_the_connection_ends(path: str) -> None:
    async with served() as port:
        got, head = await asked(port, get(path)), await asked(port, get(path, "HEAD"))
    assert status(got) == status(head) == 200
    assert got.partition(b"\r\n\r\n")[2]
    assert not head.partition(b"\r\n\r\n")[2]


async def test_what_is_not_well_is_503() -> None:
    async with served(ok=False) as port:
        assert status(await asked(port, get("/healthz"))) == 503


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_nothing_can_be_written(method: str, path: str) -> None:
    async with served() as port:
        answer = await asked(port, get(path, method))
    # The target of CONNECT is an authority, not a path: aiohttp's parser refuses it before we do.
    assert status(answer) in ({400, 404} if method == "CONNECT" else {405})
    if method != "CONNECT":
        assert b"Allow: GET, HEAD\r\n" in answer


@pytest.mark.parametrize(
    "path", ["/", "/metrics/", "/METRICS", "/debug", "/healthz/..", "//metrics", "/static/../etc/passwd", "/%2e%2e/etc"]
)
async def test_any_other_path_is_404_and_is_not_repeated(path: str) -> None:
    async with served() as port:
        answer = await asked(port, get(path))
    assert status(answer) == 404
    assert answer.endswith(b"\r\n\r\nnot found\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        get("/metrics"),
        get("/readyz"),
        get("/nowhere"),
        get("/metrics", "POST"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nBad Header\r\n\r\n",
        b"GET /metrics HTTP/9.9\r\n\r\n",
    ],
)
async def test_every_answer_is_hardened(request_bytes: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Also that to what is no request, of which nothing comes back and nothing is logged."""
    caplog.set_level(logging.INFO)
    async with served() as port:
        answer = await asked(port, request_bytes)
    for name, value in SECURITY_HEADERS.items():
        assert f"{name}: {value}\r\n".encode() in answer
    assert b"Server: khabar\r\n" in answer
    assert b"Bad Header" not in answer
    assert not caplog.records


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /metrics?" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 10_000 + b"\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n" + b"".join(b"X%d: a\r\n" % number for number in range(100)) + b"\r\n",
    ],
    ids=["line", "header", "headers"],
)
async def test_a_request_is_bounded(request_bytes: bytes) -> None:
    async with served() as port:
        answer = await asked(port, request_bytes)
    assert not answer or status(answer) == 400


async def test_a_body_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten megabytes are announced and some sent: the answer comes, and the connection does not wait for its end."""
    monkeypatch.setattr(pages, "CONNECTION_S", 10 * LONG_S)
    # What aiohttp waits for the rest of a body where nobody says otherwise: 10 s.
    monkeypatch.setitem(cast(Any, RequestHandler.__init__).__kwdefaults__, "lingering_time", 10 * LONG_S)
    request = b"GET /healthz HTTP/1.1\r\nHost: khabar\r\nContent-Length: 10000000\r\n\r\n" + b"a" * 100_000
    async with served() as port:
        assert status(await asked(port, request)) == 200


async def test_slow_clients_hinder_nobody_and_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says nothing, one that trickles, one that does not read: others are served meanwhile."""
    monkeypatch.setattr(pages, "CONNECTION_S", 1.0)
    async with served(series=50_000) as port:
        slow = [await asyncio.open_connection(HOST, port) for _ in range(3)]
        silent, trickling, deaf = slow
        trickling[1].write(b"GET /metrics HTTP/1.1\r\nX")
        deaf[1].write(get("/metrics"))
        assert status(await asked(port, get("/healthz"))) == 200
        for _ in range(12):
            await asyncio.sleep(0.1)
            trickling[1].write(b"-")
        ended = [await asyncio.wait_for(_ended(reader), LONG_S) for reader, _ in (silent, trickling)]
        assert ended == [b"", b""]
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await asyncio.wait_for(deaf[0].readexactly(10_000_000), LONG_S)
        await left(*(writer for _, writer in slow))


async def _ended(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def test_connections_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound a connection ends unread; once others have ended, all is well again."""
    monkeypatch.setattr(pages, "CONNECTIONS_MAX", 5)
    async with served() as port:
        held = [await asyncio.open_connection(HOST, port) for _ in range(5)]
        assert await asked(port, get("/healthz")) == b""
        await left(*(writer for _, writer in held))
        async with asyncio.timeout(LONG_S):  # the server has still to see that they have ended
            while not (answer := await asked(port, get("/healthz"))):  # noqa: ASYNC110 - it sets no event
                await asyncio.sleep(0.01)
        assert status(answer) == 200


async def test_a_defect_of_a_page_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Health:
        raise RuntimeError("the password is in here")

    server = Pages(CollectorRegistry(), broken, broken, nothing)
    port = await server.start(HOST, 0)
    try:
        answer = await asked(port, get("/healthz"))
    finally:
        await server.stop()
    assert status(answer) == 500
    assert b"password" not in answer
    assert not caplog.records
