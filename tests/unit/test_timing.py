"""The measure of growth: what grows with the square is seen, what grows evenly is not, whatever holds one call up."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import pytest

from tests.unit.timing import seconds, steep


def busy(turns: int) -> None:
    for _ in range(turns):
        pass


def held_up(turns: int, calls: Callable[[], int]) -> None:
    """Take thirty times as long at each call but every fifth."""
    busy(turns if calls() % 5 == 4 else 30 * turns)


@pytest.mark.parametrize(("power", "is_steep"), [(1, False), (2, True), (3, True)])
def test_growth_with_the_square_is_steep(power: int, *, is_steep: bool) -> None:
    small, large = (partial(busy, size**power * 4_000_000 // 400**power) for size in (50, 400))

    assert bool(steep(small, large, most=16, floor_s=0.003)) is is_steep


def test_a_work_that_is_held_up_most_of_the_time_is_not_steep() -> None:
    large = partial(held_up, 800_000, itertools.count().__next__)

    assert steep(partial(busy, 100_000), large, most=16, floor_s=0.003) == ""


def test_the_first_call_that_is_short_enough_counts() -> None:
    calls = itertools.count()

    assert seconds(lambda: busy(10 * next(calls)), at_most=60.0, tries=5) <= 60
    assert next(calls) == 1
