"""The same broker fixtures as the Kafka tests, and the long profile: it runs only where it is asked for by its mark."""

from __future__ import annotations

import pytest

from tests.kafka.conftest import bootstrap, kafka, unique

__all__ = ["bootstrap", "kafka", "unique"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the long profile, in plain sight, unless the expression of marks speaks of it."""
    if "long" in (config.option.markexpr or ""):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
