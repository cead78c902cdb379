"""Processor time as a test may bound it.

A neighbour on the core makes two and three times the time of some calls, a pause of Python's collector adds to others,
and another machine takes another time for all. So the least of several calls counts, two times are compared with each
other, and what looks like too much is measured anew, both of them: work that is too slow is so every time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES, ROUNDS = 3, 4

Work = Callable[[], object]


def seconds(work: Work, at_most: float = 0.0, *, tries: int = TRIES) -> float:
    """Return the processor's time of some work: the least of some calls, or the first that is short enough."""
    best = float("inf")
    for _ in range(tries):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
        if best <= at_most:
            break
    return best


def steep(small: Work, large: Work, *, most: float, floor_s: float) -> str:
    """Return two times, the larger work's more than ``most`` times the smaller one's in each of four rounds; else "".

    Nothing is compared where the larger work takes no longer than ``floor_s``.
    """
    few = many = 0.0
    for _ in range(ROUNDS):
        few = seconds(small, at_most=floor_s / most)
        allowed = max(floor_s, most * few)
        many = seconds(large, at_most=allowed)
        if many <= allowed:
            return ""
    return f"{few * 1e3:.2f} ms, {many * 1e3:.1f} ms"
