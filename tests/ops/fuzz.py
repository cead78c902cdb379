"""``python -m tests.ops.fuzz [MINUTES]`` (make fuzz): the properties of bad input, with other records until time is up.

What was found is kept by hypothesis in .khabar/fuzz: records that failed come first in the next run, then those that
cost most so far, which it grows from. A failure is printed with the record; it becomes a case of the named tests. RSS
is printed at the beginning and the end of each round, for what Python's allocators do not see (parsers in C++).
"""

from __future__ import annotations

import functools
import itertools
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import run_state_machine_as_test

FOLDER = Path(".khabar/fuzz")
MINUTES = 30.0
ROUND = 400
"""Records of one property before the next one has its turn."""

_RSS_UNIT = 1024 if sys.platform == "linux" else 1


def properties() -> list[Callable[[], object]]:
    """Return the properties, which take the profile that is loaded when they are imported."""
    settings.register_profile(
        "fuzz",
        max_examples=ROUND,
        deadline=None,
        derandomize=False,
        print_blob=True,
        database=DirectoryBasedExampleDatabase(FOLDER),
        phases=(Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("fuzz")
    from tests.unit.dedupe.test_properties import Deliveries  # noqa: PLC0415 - after the profile
    from tests.unit.intake import test_fuzz  # noqa: PLC0415
    from tests.unit.pipeline import test_hostile  # noqa: PLC0415

    test_hostile.load()
    return [
        test_hostile.test_an_attacked_record_ends_once_and_costs_no_more_than_its_size_allows,
        test_hostile.test_attacked_records_end_once_among_others_and_again,
        test_fuzz.test_any_mutated_record_ends_once,
        test_fuzz.test_any_damaged_record_ends_once,
        test_fuzz.test_any_bytes_end_once,
        functools.partial(run_state_machine_as_test, Deliveries, settings=settings(stateful_step_count=30)),
    ]


def _rss_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT / 2**20


def main(minutes: float = MINUTES) -> int:
    """Run the properties in turn until the minutes are over; return the exit code: 1 where one of them failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    tests = properties()
    started, failures, rounds = time.monotonic(), 0, 0
    for test in itertools.cycle(tests):
        if time.monotonic() - started > minutes * 60:
            break
        rounds += 1
        try:
            test()
        except Exception:  # noqa: BLE001 - whatever it is, it is what is sought
            failures += 1
            traceback.print_exc()
        name = getattr(test, "__name__", "deliveries to dedupe")
        print(f"{time.monotonic() - started:6.0f} s  {name}  RSS at most {_rss_mib():.0f} MiB", flush=True)
    print(f"fuzz: {rounds} rounds of {ROUND} cases, {failures} failed, RSS at most {_rss_mib():.0f} MiB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
