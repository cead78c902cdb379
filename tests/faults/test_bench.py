"""``khabar bench --faults`` as a user runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from service.cli.faults import FAULTS
from tests.faults.harness import with_bug
from tests.kafka.khabar import environment, khabar

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]


def settings(folder: Path) -> dict[str, str]:
    """Return an environment in which no topic and no broker is named."""
    environ = environment("nowhere:1", folder, "bench")
    own = ("KHABAR_TOPIC_", "KHABAR_BROKERS", "KHABAR_GROUP", "KHABAR_DATA_DIR")
    return {name: value for name, value in environ.items() if not name.startswith(own)}


@pytest.mark.timeout(400)
async def test_the_bench_of_faults_sees_a_loss(tmp_path: Path) -> None:
    """Every tenth record fails in roles that swallow the exception: the table says so, and the exit code is 1."""
    environ = with_bug(settings(tmp_path), "swallowed_exception")
    code, out, err = await khabar("bench", "--only", "none", "--articles", "100", environ=environ, within=300)

    assert code == 1, err
    head, row, *wrong = out.splitlines()
    assert head.split() == ["fault", "records", "kills", "lost", "repeated", "back", "after"]
    assert row.split()[:4] == ["none", "100", "0", "10"]
    assert all(line.lstrip().startswith("WRONG") for line in wrong)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_the_bench_of_faults_finds_none_lost(tmp_path: Path, figures: Callable[[str], None]) -> None:
    """Every fault that the bench knows."""
    code, out, err = await khabar(
        "bench", "--faults", "--articles", "1500", "--json", environ=settings(tmp_path), within=800
    )
    outcomes = orjson.loads(out)

    assert code == 0, (out, err)
    assert [one["fault"] for one in outcomes] == [fault.name for fault in FAULTS.values()]
    assert all(one["recovered_s"] < 20 for one in outcomes)
    by_name = dict(zip(FAULTS, outcomes, strict=True))
    assert by_name["none"]["repeated"] == by_name["stop"]["repeated"] == 0
    figures("bench --faults: " + "; ".join(f"{o['fault']} {o['repeated']} repeated" for o in outcomes))
