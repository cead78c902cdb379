"""Is this process alive, is it ready? Pure functions over a heartbeat; the HTTP pages only render them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

STALL_S = 300.0
"""Seconds after which a ready role that takes no waiting record counts as stuck; many times the longest pause of a
rebalance or a fetch."""


@dataclass(slots=True)
class Beat:
    """What the shell last saw of itself.

    ``last_turn`` is the monotonic time, in seconds, at which the event loop last turned. ``joined`` says that the
    group gave us an assignment (an empty one counts: a spare replica is ready), ``recovered`` that the tables are
    as new as their changelog. ``idle_since`` is the monotonic time since which records wait and none is in work, None
    while the role works or has nothing to do; records whose outputs the brokers have not confirmed are in work.
    """

    last_turn: float
    started: bool = False
    connected: bool = False
    joined: bool = False
    recovered: bool = False
    idle_since: float | None = None


class Health(NamedTuple):
    """An answer and its reason in words."""

    ok: bool
    why: str


def liveness(beat: Beat, *, now: float, limit_s: float, stall_s: float = STALL_S) -> Health:
    """Return alive while the loop turned less than ``limit_s`` seconds ago and a ready role takes what waits.

    A ready role that takes none of the waiting records for ``stall_s`` seconds is stuck. Nothing here asks Kafka: a
    brokers' outage (no connection, or outputs unconfirmed) must not restart every worker, nor must a long recovery.
    ``now`` is on the clock of ``beat.last_turn``.
    """
    silent = now - beat.last_turn
    turned = f"the loop turned {silent:.1f} s ago (limit {limit_s:g} s)"
    if silent >= limit_s:
        return Health(False, turned)
    if readiness(beat).ok and beat.idle_since is not None and now - beat.idle_since >= stall_s:
        return Health(False, f"records wait and none was taken for {now - beat.idle_since:.0f} s (limit {stall_s:g} s)")
    return Health(True, turned)


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
