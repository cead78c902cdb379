"""Times on the command line."""

from __future__ import annotations

import pytest

from service.cli.moments import moment, spelt
from service.errors import Misconfigured

NOW = 1_772_600_000_000


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        (None, None),
        ("90m", NOW - 90 * 60_000),
        ("3d", NOW - 3 * 86_400_000),
        ("2026-03-01T09:30Z", 1_772_357_400_000),
        ("2026-03-01T09:30:00+03:00", 1_772_346_600_000),
        ("2026-03-01T09:30", 1_772_357_400_000),
        ("2026-03-01", 1_772_323_200_000),
    ],
)
def test_ages_and_times_are_read(text: str | None, ms: int | None) -> None:
    assert moment(text, now=NOW) == ms


@pytest.mark.parametrize("text", ["", "yesterday", "3w", "-1d", "2026-13-01"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="is no time"):
        moment(text, now=NOW)


def test_times_are_told_in_utc() -> None:
    assert (spelt(1_772_357_400_000), spelt(None)) == ("2026-03-01T09:30:00Z", "-")
