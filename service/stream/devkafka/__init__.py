"""A Kafka to develop and test on, without Docker and without a system Java.

Two backends behind one interface: :class:`~service.stream.devkafka.real.RealKafka` is Apache Kafka itself,
:class:`~service.stream.devkafka.embedded.EmbeddedKafka` is librdkafka's mock cluster (in memory, for trying out).
Whatever they start ends with the process that started it, however that one ends.
"""

from __future__ import annotations

from service.stream.devkafka.backend import DevKafka
from service.stream.devkafka.embedded import EmbeddedKafka
from service.stream.devkafka.real import RealKafka

__all__ = ["DevKafka", "EmbeddedKafka", "RealKafka"]
