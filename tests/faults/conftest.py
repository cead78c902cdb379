"""The same broker fixtures as the Kafka tests."""

from tests.kafka.conftest import bootstrap, kafka, unique

__all__ = ["bootstrap", "kafka", "unique"]
