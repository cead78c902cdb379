"""The budget of dead letters: past it intake ends, before a bad release or producer buries the stream."""

from __future__ import annotations

from collections import deque

SHARE_OF = 1000
"""Records over which the share is reckoned; with fewer it says nothing yet."""


class DeadLetterBudget:
    """Counts records as they end in intake, and says when too many were dead letters.

    ``run`` is how many dead letters may follow each other (0: any number), ``share`` how much of the last
    :data:`SHARE_OF` records they may be (1: all).
    """

    def __init__(self, *, run: int, share: float) -> None:
        self._longest = run
        self._share = share
        self._last: deque[bool] = deque(maxlen=SHARE_OF)
        self._dead = 0
        self._run = 0

    def count(self, *, dead: bool) -> str | None:
        """Count one record; return why the budget is spent, None while it is not."""
        self._run = self._run + 1 if dead else 0
        if len(self._last) == SHARE_OF:
            self._dead -= self._last[0]
        self._last.append(dead)
        self._dead += dead
        if self._longest and self._run > self._longest:
            return f"more than {self._longest} dead letters in a row"
        if len(self._last) == SHARE_OF and self._dead > self._share * SHARE_OF:
            return f"{self._dead} of the last {SHARE_OF} records are dead letters; the limit is {self._share:.0%}"
        return None
