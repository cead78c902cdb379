"""The books of delivered records: what may be committed, and what is in flight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.stream.ledger import Ledger


def delivered(*offsets: int) -> tuple[Ledger[str], dict[int, object]]:
    """Return a ledger with the given offsets of partition ``p`` delivered, and their tokens."""
    ledger: Ledger[str] = Ledger()
    tokens = {offset: object() for offset in offsets}
    for offset, token in tokens.items():
        ledger.deliver("p", offset, 10, token)
    return ledger, tokens


def test_nothing_is_committable_before_anything_is_finished() -> None:
    """Delivery alone commits nothing."""
    ledger, _ = delivered(0, 1, 2)

    assert ledger.committable("p") is None


def test_an_open_record_at_the_head_holds_the_commit_back() -> None:
    """Records behind an open one are finished but not committable."""
    ledger, tokens = delivered(7, 8, 9)

    ledger.finish("p", 8, tokens[8])
    ledger.finish("p", 9, tokens[9])

    assert ledger.committable("p") is None
    ledger.finish("p", 7, tokens[7])
    assert ledger.committable("p") == 10


def test_a_gap_of_offsets_that_were_never_delivered_does_not_stall() -> None:
    """Compaction and transaction markers leave gaps; they are neither waited for nor counted."""
    ledger, tokens = delivered(3, 10, 11)

    for offset in (3, 10):
        ledger.finish("p", offset, tokens[offset])

    assert ledger.committable("p") == 11


def test_an_acknowledgement_of_an_earlier_delivery_changes_nothing() -> None:
    """After a seek the same offset is delivered again: only the new delivery's token finishes it."""
    ledger, tokens = delivered(5)
    ledger.forget(["p"])
    again = object()
    ledger.deliver("p", 5, 10, again)

    assert not ledger.finish("p", 5, tokens[5])
    assert ledger.committable("p") is None
    assert ledger.finish("p", 5, again)


def test_finishing_twice_counts_once() -> None:
    """A second acknowledgement is ignored."""
    ledger, tokens = delivered(1, 2)

    assert ledger.finish("p", 2, tokens[2])
    assert not ledger.finish("p", 2, tokens[2])
    assert (ledger.records, ledger.size) == (1, 10)


def test_forgotten_partitions_leave_nothing_in_flight() -> None:
    """Revoked partitions give their room back."""
    ledger, tokens = delivered(1, 2, 3)
    ledger.finish("p", 2, tokens[2])

    ledger.forget(["p", "unknown"])

    assert (ledger.records, ledger.size, ledger.partitions()) == (0, 0, [])


@given(
    offsets=st.lists(st.integers(0, 200), unique=True, min_size=1, max_size=40).map(sorted),
    data=st.data(),
)
def test_the_commit_never_passes_an_open_record(offsets: list[int], data: st.DataObject) -> None:
    """In any order of acknowledgements the commit is the offset behind the last finished prefix."""
    ledger, tokens = delivered(*offsets)
    finished: set[int] = set()
    for offset in data.draw(st.permutations(offsets)):
        ledger.finish("p", offset, tokens[offset])
        finished.add(offset)
        prefix = [o for i, o in enumerate(offsets) if all(before in finished for before in offsets[: i + 1])]
        assert ledger.committable("p") == (prefix[-1] + 1 if prefix else None)
        assert ledger.records == len(offsets) - len(finished)


@pytest.mark.parametrize("offset", [0, 4])
def test_unknown_records_cannot_be_finished(offset: int) -> None:
    """An acknowledgement for a record that was not delivered is refused."""
    ledger, _ = delivered(1)

    assert not ledger.finish("p", offset, object())
    assert not ledger.finish("q", 1, object())


def test_the_oldest_open_record_is_the_head() -> None:
    """Finished records behind it do not count, an empty or unknown partition has none."""
    ledger, tokens = delivered(4, 5)
    ledger.finish("p", 5, tokens[5])

    assert ledger.oldest("p") == (4, tokens[4])
    ledger.finish("p", 4, tokens[4])
    assert ledger.oldest("p") is None
    assert ledger.oldest("q") is None
