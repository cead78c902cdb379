"""The child process of :mod:`service.stream.devkafka.embedded`; run as a script, imports nothing of Khabar.

``python mock_cluster.py NODES`` writes the brokers as ``127.0.0.1:PORT[,...]`` to standard output and serves until
standard input ends, which happens when the process that started it ends in whatever way.
"""

from __future__ import annotations

import sys

_METADATA_S = 20.0


def main(nodes: int) -> None:
    """Run a mock cluster of ``nodes`` brokers."""
    from confluent_kafka import Producer  # noqa: PLC0415 - the extra khabar[embedded]

    # The cluster lives inside this client; 6 MiB is the largest message on our topics.
    client = Producer({"test.mock.num.brokers": nodes, "message.max.bytes": 6 * 1024 * 1024})
    brokers = client.list_topics(timeout=_METADATA_S).brokers.values()
    print(",".join(f"{broker.host}:{broker.port}" for broker in brokers), flush=True)  # noqa: T201 - the interface
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
