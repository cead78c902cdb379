"""Sorted runs: read by ranges of keys as they were written, and not believed where they were garbled."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest

from service.errors import DeliveryFault
from service.stream import runs
from service.stream.runs import Run, bounds, entries_between, opened, read_run, write_run


@pytest.fixture(name="writes")
def _writes() -> dict[bytes, bytes | None]:
    draw = random.Random(4)  # noqa: S311 - repeatable, nothing secret
    keys = [draw.choice([b"c", b"o", b"r"]) + draw.randbytes(8) for _ in range(600)]
    return {key: draw.randbytes(draw.randrange(90)) if draw.random() < 0.9 else None for key in keys}


@pytest.fixture(name="run")
def _run(tmp_path: Path, writes: dict[bytes, bytes | None], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(runs, "BLOCK_BYTES", 1_000)
    return write_run(tmp_path / "000000.run", writes, reached=812, order=100)


def test_a_run_says_what_was_written_in_the_order_of_keys(run: Run, writes: dict[bytes, bytes | None]) -> None:
    entries = list(entries_between(run, b"", None))

    assert [(key, value) for key, value, _ in entries] == sorted(writes.items())
    assert [key for key, _, _ in sorted(entries, key=lambda entry: entry[2])] == list(writes)
    assert {order for _, _, order in entries} == set(range(100, 700))
    assert (run.reached, run.next_order) == (812, 700)
    assert len(run.blocks) > 20
    assert read_run(Path(run.path)) == run


@pytest.mark.parametrize("seed", range(5))
def test_ranges_next_to_each_other_leave_nothing_out_and_say_nothing_twice(run: Run, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    cuts = sorted({bytes([draw.randrange(90, 120), draw.randrange(256)]) for _ in range(30)} | {b"", b"c", b"o"})
    whole = list(entries_between(run, b"", None))

    parts = [entry for low, high in pairwise([*cuts, None]) for entry in entries_between(run, low or b"", high)]

    assert parts == whole


def test_bounds_cut_kinds_apart_and_each_into_equal_shares(
    tmp_path: Path, run: Run, writes: dict[bytes, bytes | None]
) -> None:
    other = write_run(tmp_path / "000001.run", dict(list(writes.items())[:300]), reached=900, order=700)
    kinds = list(bounds([run, other], 4_000, (b"c", b"o", b"r")))

    assert [keys[0] for keys in kinds] == [b"", b"c", b"d", b"o", b"p", b"r", b"s"]
    assert all(before[-1] == after[0] for before, after in pairwise(kinds))
    assert kinds[-1] == [b"s", None]
    sizes = [
        sum(len(key) + len(value or b"") for each in (run, other) for key, value, _ in entries_between(each, low, high))
        for keys in kinds
        for low, high in pairwise(keys)
        if low is not None
    ]
    assert sum(sizes) == sum(
        len(key) + len(value or b"") for key, value in [*writes.items(), *list(writes.items())[:300]]
    )
    assert max(sizes) < 7_000


def test_a_run_that_was_not_finished_is_none(tmp_path: Path, run: Run) -> None:
    whole = Path(run.path).read_bytes()
    for number, part in enumerate((b"", whole[:-1], whole[: len(whole) // 2], whole[-20:], whole + b"x")):
        path = tmp_path / f"{number}.part"
        path.write_bytes(part)
        assert read_run(path) is None
        with pytest.raises(DeliveryFault, match="is no whole run"):
            opened(str(path))


def test_a_garbled_block_is_noticed(run: Run) -> None:
    path = Path(run.path)
    whole = bytearray(path.read_bytes())
    whole[run.blocks[3].at + 50] ^= 4
    path.write_bytes(whole)

    assert len(list(entries_between(run, b"", run.blocks[3].first))) > 20
    with pytest.raises(DeliveryFault, match="Corruption: a block of"):
        list(entries_between(run, b"", None))
