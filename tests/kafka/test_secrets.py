"""Passwords and hostile records leave no trace where somebody reads: logs, pages, settings, topics."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from service.ops.settings import load_settings
from service.stream.roles import Role
from service.stream.topics import topic_specs
from service.wire.record import Record
from tests.faults.harness import settled, with_bug
from tests.kafka.khabar import article, environment, khabar
from tests.kafka.secure import Secured, login
from tests.kafka.support import eventually, produce, read_topic

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

CANARY = "canary-Wq7-under-the-bridge"
FORGED = "2026-01-01T00:00:00Z [critical ] everything_is_lost"
INJECTIONS = (
    f"\n{FORGED}\n",
    f'\r\n{{"event": "everything_is_lost", "level": "critical", "timestamp": "2026"}}\r\n{FORGED}',
    f"\x1b[2K\x1b[1G\x1b[31m{FORGED}\x1b[0m\x07",
    f"\u2028{FORGED}\u2029\x85{FORGED}",
    f"\u202e{FORGED}\u202c\u2066evil\u2069",
)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066\u2067]")


def hostile(topic: str) -> list[Record]:
    """Return records that carry each injection in title, address, text, language, key and headers."""
    records = []
    for number, evil in enumerate(INJECTIONS):
        item = {
            **orjson.loads(article(number)),
            "title": f"Council votes {evil}",
            "url": f"https://example.com/{number}?q={evil}",
            "source_domain": f"example.com{evil}",
            "language": f"en{evil}",
            f"field{evil}": evil,
        }
        headers = (("traceparent", evil.encode()), (f"name{evil}", evil.encode()), ("khabar-error", evil.encode()))
        records.append(Record(topic, evil.encode(), orjson.dumps(item), headers))
        records.append(Record(topic, evil.encode(), b'{"title": "cut ' + evil.encode(), headers))
        records.append(Record(topic, None, b"\xff" + evil.encode(), headers))
    return records


class Watched:
    """``khabar run`` on a broker, with all that it says in a file."""

    def __init__(self, said: Path, environ: Mapping[str, str]) -> None:
        self.said = said
        self.environ = environ
        self.pages: dict[str, str] = {}

    async def work(self, feed: Callable[[], Any]) -> None:
        """Start, wait until all roles are ready, call ``feed``, wait for its end, read the pages, stop."""
        with self.said.open("wb") as out:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "service", "run", "--brokers", self.environ["KHABAR_BROKERS"],
                env=dict(self.environ), stdout=out, stderr=out,
            )  # fmt: skip
        try:
            await eventually(lambda: self._says("the roles are ready", child), within=200)
            await feed()
            async with aiohttp.ClientSession() as session:
                for port in re.findall(r"127\.0\.0\.1:(\d+)/metrics", self.said.read_text("utf-8")):
                    for page in ("metrics", "healthz", "readyz"):
                        async with session.get(f"http://127.0.0.1:{port}/{page}") as answer:
                            self.pages[f"{port}/{page}"] = await answer.text()
        finally:
            child.send_signal(signal.SIGTERM)
            await asyncio.wait_for(child.wait(), 100)

    async def _says(self, what: str, child: asyncio.subprocess.Process) -> bool:
        assert child.returncode is None, self.said.read_text("utf-8")
        return what in self.said.read_text("utf-8")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_no_secret_is_told_and_no_line_forged(
    locked: Secured, unique: Callable[[str], str], tmp_path: Path, log_format: str
) -> None:
    """All roles at the level debug, on hostile records: the password is nowhere, each line of the log is the log's."""
    user = f"canary-{log_format}"
    locked.add_user(user, CANARY)
    for kind in ("topic", "group"):
        locked.allow(user, [(kind, "*", "All")])
    environ = environment(
        locked.address("SCRAM"),
        tmp_path / "data",
        unique("t"),
        **login(locked, "SCRAM-SHA-512", user=user, password=CANARY),
        KHABAR_LOG_LEVEL="debug",
        KHABAR_LOG_FORMAT=log_format,
        KHABAR_SOURCES="example.com",
    )
    settings = load_settings(environ)
    watched = Watched(tmp_path / "said.txt", environ)
    plain = settings.model_copy(update={"brokers": locked.kafka.bootstrap, "security_protocol": "PLAINTEXT"})

    async def feed() -> None:
        await produce(plain.brokers, hostile(plain.topic_raw))
        report = await settled(plain)
        assert report.balanced, report.examples

    await watched.work(feed)
    said = watched.said.read_text("utf-8")
    shown = [await khabar(*command, environ=environ) for command in (("settings",), ("settings", "--json"))]
    looks = (("dlq", "list"), ("dlq", "show", "0:0"), ("dlq", "count"), ("why", "0:0"), ("why", "1:0"), ("audit",))
    listed = [await khabar(*command, environ=environ) for command in looks]

    records = [record for spec in topic_specs(plain) for record in await read_topic(plain.brokers, spec.name)]
    letters = await read_topic(plain.brokers, plain.topic_deadletter)
    assert len(letters) >= len(INJECTIONS)
    assert all(code == 0 and "SASL_PASSWORD" in out for code, out, _ in shown)
    assert len(watched.pages) == 3 * len(Role)
    for text in (said, *watched.pages.values(), *(part for one in (*shown, *listed) for part in one[1:])):
        assert CANARY not in text
        assert not UNSAFE.search(text)
        assert text.count("\u2068") == text.count("\u2069")  # texts for people are isolated, in pairs
        assert not any(line.startswith(FORGED) for line in text.splitlines())
    assert not any(CANARY.encode() in repr(record).encode() for record in records)
    if log_format == "json":
        logged = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        assert logged
        assert all("event" in line and "logger" in line for line in logged)


async def test_a_crash_tells_no_secret(locked: Secured, unique: Callable[[str], str], tmp_path: Path) -> None:
    """A defect whose message has the password in it: the traceback comes, masked, with exit code 70."""
    environ = environment(
        locked.address("SCRAM"), tmp_path, unique("t"), **login(locked, "SCRAM-SHA-256"), KHABAR_LOG_FORMAT="console"
    )
    assert (await khabar("topics", "create", environ=environ))[0] == 0
    own = {"KHABAR_HTTP_PORT": "0"}
    code, out, err = await khabar("worker", "intake", environ=with_bug({**environ, **own}, "leaking_crash"))
    assert code == 70, err
    assert "no app for ********" in err
    assert "Traceback" in err
    assert environ["KHABAR_SASL_PASSWORD"] not in out + err
    assert not any(line.startswith("2026-01-01T00:00:00Z [info     ] forged") for line in err.splitlines())
