"""How ``make test`` shares the tests between two processes.

A test on a real Kafka mostly waits, for members to join, sessions to end, pauses to pass: two at a time take little
longer than one. Each process has a broker of its own. The longest come first, so that both processes end together, and
the unit tests, some of which bound processor time, run beside each other and not beside a Kafka.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

ON_ONE_BROKER = ("tests/kafka/test_security.py", "tests/kafka/test_secrets.py")
"""Files whose tests stay together: they share a broker that is slow to set up, and its topics."""

ON_A_BROKER = (*ON_ONE_BROKER, "tests/faults/", "tests/kafka/")
"""What goes first, in this order; what is not in :data:`ON_ONE_BROKER` goes test by test, all else file by file."""


class TwoAtATime(LoadScopeScheduling):
    """Hands out tests in the order of :func:`place`."""

    def _split_scope(self, nodeid: str) -> str:
        """Return the name of what has to stay in one process: the test, or its file."""
        file = nodeid.partition("::")[0]
        return nodeid if file.startswith(ON_A_BROKER) and file not in ON_ONE_BROKER else file


def place(item: pytest.Item) -> int:
    """Return where a test stands in the order: smaller goes first."""
    return next((place for place, start in enumerate(ON_A_BROKER) if item.nodeid.startswith(start)), len(ON_A_BROKER))
