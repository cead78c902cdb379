"""One real broker for the whole session: a test that cannot have it fails, it is not skipped."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest

from service.stream.devkafka import EmbeddedKafka, RealKafka
from tests.kafka.secure import PASSWORD, USER, Secured, secured


@pytest.fixture(scope="session")
def kafka() -> Iterator[RealKafka]:
    """A real Kafka of one node. Do not kill it: a test that kills brokers starts its own."""
    with RealKafka() as running:
        yield running


@pytest.fixture(scope="session")
def bootstrap(kafka: RealKafka) -> str:
    """Where the session's broker listens, as ``127.0.0.1:PORT``."""
    return kafka.bootstrap


@pytest.fixture(scope="session")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A real Kafka with certificates, logins and access lists; :data:`USER` and our certificate may do everything."""
    with secured(tmp_path_factory.mktemp("locked")) as running:
        running.add_user(USER, PASSWORD)
        for everything in ("topic", "group"):
            running.allow(USER, [(everything, "*", "All")])
            running.allow(running.certificates.principal, [(everything, "*", "All")])
        yield running


@pytest.fixture
def embedded() -> Iterator[EmbeddedKafka]:
    """An embedded broker of its own for one test."""
    with EmbeddedKafka() as running:
        yield running


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Make names of topics and groups that no other test has: ``unique("news.raw")``."""
    mark = uuid.uuid4().hex[:8]

    def name(of: str) -> str:
        return f"{of}.{request.node.originalname.removeprefix('test_')[:40]}.{mark}"

    return name
