"""Java's cache of Kafka's classes: made once, used from then on, and nothing fails for the want of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import ExitCode, Unavailable
from service.stream.devkafka.class_cache import options

OUTPUT, USE = "-XX:AOTCacheOutput=", "-XX:AOTCache="


def java(content: bytes, runs: list[Path]) -> Callable[[tuple[str, ...]], None]:
    """Return what stands for a run of Java: it writes its cache where the options say, nothing if it has none."""

    def run_once(given: tuple[str, ...]) -> None:
        (path,) = (Path(option.removeprefix(OUTPUT)) for option in given if option.startswith(OUTPUT))
        runs.append(path)
        if content:
            path.write_bytes(content)

    return run_once


def test_the_cache_is_made_once_and_used_from_then_on(tmp_path: Path) -> None:
    runs: list[Path] = []
    first, second = (options(tmp_path, java(b"classes", runs)) for _ in range(2))

    assert len(runs) == 1
    assert first == second
    (cache,) = (Path(option.removeprefix(USE)) for option in first if option.startswith(USE))
    assert cache.read_bytes() == b"classes"
    assert not runs[0].exists()


def test_a_java_without_caches_is_asked_once(tmp_path: Path) -> None:
    runs: list[Path] = []

    assert options(tmp_path, java(b"", runs)) == options(tmp_path, java(b"", runs)) == ()
    assert len(runs) == 1


def test_a_run_that_fails_leaves_nothing_and_the_next_start_tries_again(tmp_path: Path) -> None:
    def fails(_: tuple[str, ...]) -> None:
        raise Unavailable("did not start in time", ExitCode.NO_BROKER)

    assert options(tmp_path, fails) == ()
    assert list(tmp_path.glob("*.aot")) == []
    assert options(tmp_path, java(b"classes", [])) != ()


@pytest.mark.parametrize("folder", ["no folder", "no folder/below"])
def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, folder: str) -> None:
    (tmp_path / "no folder").write_bytes(b"")

    assert options(tmp_path / folder, java(b"classes", [])) == ()
