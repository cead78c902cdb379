"""What holds for every test: deterministic properties, a count of what ran on a real Kafka, and two processes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.sharing import TwoAtATime, place

settings.register_profile(
    "khabar",
    derandomize=True,
    deadline=None,
    max_examples=100,
    phases=[phase for phase in Phase if phase is not Phase.target],  # one property aims at costly records, by the clock
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    settings.get_profile("khabar"),
    derandomize=False,
    phases=list(Phase),
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "20000")),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "khabar"))
if settings.get_current_profile_name() == "khabar":
    # Hypothesis draws the constants of our modules too, of those that happen to be imported: which examples a test
    # tried depended on the tests before it in its process, and on every number anywhere in the code.
    providers._get_local_constants = Constants

_FIGURE, _ON_KAFKA = "figure", "on_kafka"


@pytest.fixture(scope="session", autouse=True)
def _nobodys_machine() -> Iterator[None]:
    """Leave out the settings of who runs the tests, and the width of the terminal, by which texts are broken."""
    with pytest.MonkeyPatch.context() as environ:
        for name in [name for name in os.environ if name.startswith("KHABAR_")]:
            environ.delenv(name)
        environ.setenv("COLUMNS", "200")
        yield


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Note a measured figure; all of them are printed at the end of the run."""
    return lambda line: record_property(_FIGURE, line)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TwoAtATime:
    return TwoAtATime(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the real broker, so that the mark cannot be forgotten; order what two processes share."""
    for item in items:
        if {"kafka", "locked"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.kafka)
    if hasattr(config, "workerinput"):
        items.sort(key=place)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say on the report what the summary counts: only reports come from another process."""
    report = yield
    if report.when == "call" and item.get_closest_marker("kafka"):
        report.user_properties.append((_ON_KAFKA, True))
    return report


def _reports(terminalreporter: pytest.TerminalReporter) -> Iterator[pytest.TestReport]:
    for outcome in ("passed", "failed"):
        yield from terminalreporter.getreports(outcome)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran: Counter[str] = Counter()
    on_kafka: Counter[str] = Counter()
    for report in _reports(terminalreporter):
        ran[report.outcome] += 1
        for name, value in report.user_properties:
            if name == _FIGURE:
                terminalreporter.write_line(str(value))
            on_kafka[report.outcome] += name == _ON_KAFKA
    terminalreporter.write_line(
        f"{ran.total()} tests ran, {on_kafka.total()} of them on a real Kafka ({on_kafka['passed']} passed)"
    )
