"""Faults done to the three roles on a Kafka of our own, under a load of numbered records, and what the account says."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import aiohttp

from service.cli.load import expected, payload
from service.errors import ExitCode, Unavailable
from service.ops.settings import Settings, load_settings
from service.pipeline.account import Report, Violation
from service.stream.clients import sending
from service.stream.devkafka import RealKafka
from service.stream.devkafka.backend import last_lines
from service.stream.reader import take_account, wait_until_idle
from service.stream.roles import Role
from service.stream.supervisor import Roles
from service.stream.topics import create_topics
from service.wire.record import Record

READY_S = 120.0
"""Seconds after which a role that does not come back ends the measurement."""
AWAY_S = 10.0
"""Seconds for which the broker is away."""

_MOMENTS_S = (0.2, 1.5)
_NEXT_BROKER_S = 0.1
_SETTLE_S = 120.0
_SLOWEST_PER_S = 20


class Outcome(NamedTuple):
    """What one fault did. ``lost`` counts raw records without an end, ``repeated`` records that were written again.

    ``kills`` counts processes that were ended. ``recovered_s`` is the longest time, in seconds, from a fault (for a
    broker that was away: from its return) until all three roles were ready again. ``wrong`` says what else contradicts
    what must have come of the records, a line each.
    """

    fault: str
    records: int
    kills: int
    lost: int
    repeated: int
    recovered_s: float
    wrong: list[str]

    @property
    def harmless(self) -> bool:
        """Whether every record ended once, as it must."""
        return not self.lost and not self.wrong


class Scene:
    """The roles and the broker that a fault may hurt. ``folder`` is that of the roles, ``log`` takes what they log."""

    def __init__(self, kafka: RealKafka, environ: Mapping[str, str], folder: Path, log: int) -> None:
        self.kafka = kafka
        self.folder = folder
        self._environ = environ
        self._log = log
        self.roles = Roles(environ, log=log)

    async def start(self) -> None:
        """Start the roles and wait until they are ready."""
        await self.roles.start()
        await self.roles.wait_until_ready(READY_S)

    async def start_again(self) -> None:
        """Stop all roles in order and start them anew."""
        await self.roles.stop()
        self.roles = Roles(self._environ, log=self._log)
        await self.start()


class Fault(NamedTuple):
    """A fault: ``strike`` does it once and returns the seconds until the roles were ready again.

    It strikes ``times`` times and ends ``kills`` processes each time.
    """

    name: str
    strike: Callable[[Scene], Awaitable[float]]
    kills: int = 1
    times: int = 1


async def killed(roles: Roles, role: Role) -> float:
    """Kill the running process of a role, wait until another one has taken its place; return the seconds it took."""
    child = roles.children[role]
    with contextlib.suppress(ProcessLookupError):  # it may have ended by itself and not be followed yet
        child.kill()
    started = time.monotonic()
    await child.wait()
    while roles.children[role] is child:  # noqa: ASYNC110 - the supervisor has no event for it
        await asyncio.sleep(0.05)
    return time.monotonic() - started


async def back_from_kill(roles: Roles, role: Role) -> float:
    """Kill the running process of a role; return the seconds until all roles were ready again."""
    started = time.monotonic()
    await killed(roles, role)
    await roles.wait_until_ready(READY_S)
    return time.monotonic() - started


def _kill(role: Role) -> Callable[[Scene], Awaitable[float]]:
    return lambda scene: back_from_kill(scene.roles, role)


async def _terminate(scene: Scene) -> float:
    started = time.monotonic()
    await scene.start_again()
    return time.monotonic() - started


async def _lose_claims(scene: Scene) -> float:
    """Take the claims away from under dedupe, which has to read them from their changelog again."""
    child = scene.roles.children[Role.DEDUPE]
    started = time.monotonic()
    child.kill()
    await child.wait()
    shutil.rmtree(scene.folder / Role.DEDUPE)
    while scene.roles.children[Role.DEDUPE] is child:  # noqa: ASYNC110 - the supervisor has no event for it
        await asyncio.sleep(0.05)
    await scene.roles.wait_until_ready(READY_S)
    return time.monotonic() - started


async def _lose_broker(scene: Scene) -> float:
    """Kill the only broker and start it again after :data:`AWAY_S`, and once every role has noticed."""
    scene.kafka.kill(1)
    away = time.monotonic()
    async with asyncio.timeout(READY_S):
        while await _any_ready(scene.roles):  # noqa: ASYNC110 - the answer is with the roles
            await asyncio.sleep(_NEXT_BROKER_S)
    await asyncio.sleep(max(0.0, away + AWAY_S - time.monotonic()))
    await asyncio.to_thread(scene.kafka.restart, 1)
    started = time.monotonic()
    await scene.roles.wait_until_ready(READY_S)
    return time.monotonic() - started


async def _any_ready(roles: Roles) -> bool:
    async with aiohttp.ClientSession() as session:
        for port in roles.ports.values():
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.ok:
                    return True
    return False


FAULTS: dict[str, Fault] = {
    "none": Fault("none", lambda _: asyncio.sleep(0, 0.0), kills=0),
    **{f"kill-{role}": Fault(f"kill -9 of {role}", _kill(role), times=3) for role in Role},
    "stop": Fault("SIGTERM of all roles", _terminate, kills=len(Role)),
    "claims": Fault("kill -9 of dedupe, its store deleted", _lose_claims),
    "broker": Fault(f"the only broker killed, away for {AWAY_S:g} s", _lose_broker),
}
"""The faults of ``khabar bench --faults`` by the names that ``--only`` takes."""


async def measure(names: list[str], records: int, environ: Mapping[str, str], folder: Path) -> AsyncIterator[Outcome]:
    """Do faults one after the other, each to new roles on new topics of one broker; yield what each did.

    ``records`` are fed for each fault. Raises :class:`~service.errors.Unavailable` where roles do not come back.
    """
    with RealKafka() as kafka:
        for name in names:
            own = dict(_environment(environ, kafka.bootstrap, folder / name, name))
            async with _scene(kafka, own, folder / name) as scene:
                yield await _measure(FAULTS[name], scene, load_settings(own), records)


def _environment(environ: Mapping[str, str], bootstrap: str, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield the roles' environment: topics and group of their own, one raw partition so that numbers keep order."""
    yield from environ.items()
    topics = load_settings({**environ, "KHABAR_BROKERS": bootstrap}).topics
    yield from ((f"KHABAR_TOPIC_{kind.upper()}", f"{name}.{topic}") for kind, topic in topics._asdict().items())
    yield "KHABAR_BROKERS", bootstrap
    yield "KHABAR_DATA_DIR", str(folder)
    yield "KHABAR_GROUP", f"bench-{name}"
    yield "KHABAR_PARTITIONS_RAW", "1"


def _log_file(folder: Path) -> BinaryIO:
    folder.mkdir()
    return (folder / "roles.log").open("wb")


@asynccontextmanager
async def _scene(kafka: RealKafka, environ: Mapping[str, str], folder: Path) -> AsyncIterator[Scene]:
    await create_topics(load_settings(environ))
    with _log_file(folder) as log:
        scene = Scene(kafka, environ, folder, log.fileno())
        try:
            await scene.start()
            yield scene
        except Unavailable as error:
            raise Unavailable(
                f"{error}; the roles' last lines:\n{last_lines(Path(log.name))}", error.exit_code
            ) from error
        finally:
            await scene.roles.stop()


async def _measure(fault: Fault, scene: Scene, settings: Settings, records: int) -> Outcome:
    """Feed the records in as many parts as the fault strikes, each while its part is worked on; take the account."""
    moments = random.Random(fault.name)  # noqa: S311 - repeatable moments
    recovered = 0.0
    for part in range(fault.times):
        await feed(settings, range(records * part // fault.times, records * (part + 1) // fault.times))
        await asyncio.sleep(moments.uniform(*_MOMENTS_S))
        recovered = max(recovered, await fault.strike(scene))
    idle = await wait_until_idle(settings, _SETTLE_S + records / _SLOWEST_PER_S)
    report, _ = await take_account(settings, now=time.time_ns() // 1_000_000)
    if scene.roles.ended.done():
        raise Unavailable(f"{fault.name}: a role ended for good with {scene.roles.ended.result()}", ExitCode.NO_BROKER)
    return outcome(fault, records, report, recovered, idle=idle)


def outcome(fault: Fault, records: int, report: Report, recovered_s: float, *, idle: bool = True) -> Outcome:
    """Return what an account says of a fault; ``idle`` says whether the roles had finished when it was taken."""
    ends = expected(range(records))
    wrong = [] if idle else ["the roles did not finish"]
    wrong += [f"{kind}: {count}" for kind, count in report.violations.items() if kind != Violation.LOST]
    wrong += [
        f"{end}: {report.ends.get(end, 0)} in place of {ends.get(end, 0)}"
        for end in sorted(ends.keys() | report.ends.keys())
        if report.ends.get(end, 0) > ends.get(end, 0)
    ]
    lost = records - sum(report.ends.values())
    repeated = sum(report.repeats.values())
    return Outcome(fault.name, records, fault.kills * fault.times, lost, repeated, recovered_s, wrong)


async def feed(settings: Settings, numbers: range) -> None:
    """Write the numbered records to the raw topic, in their order."""
    async with sending(settings) as send:
        for number in numbers:
            await send(Record(settings.topic_raw, None, payload(number)))
