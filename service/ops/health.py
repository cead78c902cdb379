"""Is this process alive, is it ready? Pure functions over a heartbeat; the HTTP pages only render them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(slots=True)
class Beat:
    """What the shell last saw of itself.

    ``last_turn`` is the monotonic time, in seconds, at which the event loop last turned. ``joined`` says that the
    group gave us an assignment (an empty one counts: a spare replica is ready), ``recovered`` that the tables are
    as new as their changelog.
    """

    last_turn: float
    started: bool = False
    connected: bool = False
    joined: bool = False
    recovered: bool = False


class Health(NamedTuple):
    """An answer and its reason in words."""

    ok: bool
    why: str


def liveness(beat: Beat, *, now: float, limit_s: float) -> Health:
    """Return alive while the loop turned less than ``limit_s`` seconds ago, whether or not news come in.

    It does not look at Kafka: a broker's outage must not restart every worker. ``now`` is on the clock of
    ``beat.last_turn``.
    """
    silent = now - beat.last_turn
    return Health(silent < limit_s, f"the loop turned {silent:.1f} s ago (limit {limit_s:g} s)")


def readiness(beat: Beat) -> Health:
    """Return ready once the role has started, reaches its group, has its partitions and has recovered its state."""
    steps = {
        "still starting": beat.started,
        "no connection to the group's coordinator": beat.connected,
        "no assignment from the group yet": beat.joined,
        "the tables are still recovering": beat.recovered,
    }
    missing = [why for why, done in steps.items() if not done]
    return Health(not missing, missing[0] if missing else "ready")
