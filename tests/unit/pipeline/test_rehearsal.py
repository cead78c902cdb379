"""The rehearsal at the start of a role."""

from __future__ import annotations

from typing import Any

import pytest

from service.errors import Misconfigured
from service.pipeline import roles
from service.pipeline.options import Options
from service.pipeline.rehearsal import rehearse


def test_a_sound_installation_passes() -> None:
    rehearse(Options())


@pytest.mark.parametrize("room", ["accept", "decide", "enrich"])
def test_a_broken_room_stops_the_start(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise FileNotFoundError("data.toml")

    monkeypatch.setattr(roles, room, broken)

    with pytest.raises(Misconfigured, match="installation is broken"):
        rehearse(Options())
