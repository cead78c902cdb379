"""What holds for every test: deterministic properties, and a count of what ran on a real Kafka."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "khabar",
    derandomize=True,
    deadline=None,
    max_examples=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    settings.get_profile("khabar"),
    derandomize=False,
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "20000")),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "khabar"))

_on_kafka = pytest.StashKey[Counter[str]]()
_figures = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_on_kafka] = Counter()
    config.stash[_figures] = []


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Note a measured figure; all of them are printed at the end of the run."""
    return request.config.stash[_figures].append


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the real broker, so that the mark cannot be forgotten."""
    for item in items:
        if {"kafka", "locked"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.kafka)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and item.get_closest_marker("kafka"):
        item.config.stash[_on_kafka][report.outcome] += 1
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[_figures]:
        terminalreporter.write_line(line)
    ran = sum(len(terminalreporter.getreports(outcome)) for outcome in ("passed", "failed"))
    on_kafka = config.stash[_on_kafka]
    terminalreporter.write_line(
        f"{ran} tests ran, {on_kafka.total()} of them on a real Kafka ({on_kafka['passed']} passed)"
    )
