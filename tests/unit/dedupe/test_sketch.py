"""Sketches compare as the sets of values do that they stand for."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dedupe.hashing import hash_words
from service.dedupe.sketch import EMPTY, Overlap, Sketch, overlap
from service.dedupe.sketching import SKETCH_VALUES, sketch

TOP = 0xFFFF
Values = set[int]

values = st.sets(st.integers(0, 2_000), min_size=1, max_size=SKETCH_VALUES)
"""Few enough numbers that samples of all sizes have many in common."""


def sampled(found: Values, *, whole: bool) -> Sketch:
    """Return a sketch with a sample of these values; one that is not whole covers them up to the greatest."""
    top = TOP if whole else max(found)
    return EMPTY._replace(words=1, shingles=1, values=array("H", [top, *sorted(found)]).tobytes())


@given(values, values, st.tuples(st.booleans(), st.booleans()))
def test_the_overlap_is_that_of_the_sets_in_the_range_that_both_cover(
    one: Values, two: Values, whole: tuple[bool, bool]
) -> None:
    first, second = sampled(one, whole=whole[0]), sampled(two, whole=whole[1])
    top = min(array("H", first.values)[0], array("H", second.values)[0])
    mine, theirs = {value for value in one if value <= top}, {value for value in two if value <= top}
    both = len(mine & theirs)
    expected = Overlap(both / (len(mine | theirs) or 1), both / (len(mine) or 1), both / (len(theirs) or 1))

    assert overlap(first, second) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 40, 274, 275, 2_000])
def test_a_text_is_wholly_in_itself_and_not_at_all_in_another(count: int) -> None:
    words = [f"word{number}" for number in range(count)]
    mine, keys = sketch(hash_words(words))
    other, _ = sketch(hash_words([f"other{number}" for number in range(count)]))

    assert mine.shingles == max(0, count - 2)
    assert keys == sorted(set(keys))
    assert len(keys) == min(10, mine.shingles)
    assert array("H", mine.values)[0] == (TOP if count - 2 <= SKETCH_VALUES else max(array("H", mine.values)[1:]))
    assert overlap(mine, mine) == (Overlap(1, 1, 1) if count > 2 else Overlap(0, 0, 0))
    assert overlap(mine, other).jaccard < 0.03


def test_repeated_shingles_count_once() -> None:
    words = [
        "the",
        "port",
        "was",
        "closed",
        "because",
        "the",
        "port",
        "was",
        "flooded",
        "and",
        "the",
        "port",
        "was",
        "empty",
    ]

    found = sketch(hash_words(words))[0]

    assert found.shingles == len(set(zip(words, words[1:], words[2:], strict=False))) < len(words) - 2
