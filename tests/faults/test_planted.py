"""The fault tests are proven: five delivery bugs are planted into the roles, and the account finds each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.ops.settings import Settings
from service.pipeline.account import Violation
from service.stream.roles import Role
from service.stream.supervisor import Roles
from tests.faults.harness import expected, feed_numbers, killed, settled, with_bug
from tests.kafka.khabar import article, environment, feed, running
from tests.kafka.support import committed, eventually, limit_record_size

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.slow]

RECORDS, MORE = 300, 50


async def all_committed(settings: Settings, records: int) -> None:
    """Wait until intake has committed so many records."""

    async def done() -> bool:
        offsets = await committed(settings.brokers, f"{settings.group}-intake", settings.topic_raw)
        return offsets.get(0) == records

    await eventually(done)


async def kill_intake_once_committed(settings: Settings, roles: Roles) -> None:
    """Kill intake as soon as it has committed the last record, and let it work once more."""

    await all_committed(settings, RECORDS)
    await killed(roles, Role.INTAKE)
    await feed_numbers(settings, range(RECORDS, RECORDS + MORE))


async def let_a_send_fail(settings: Settings, _roles: Roles) -> None:
    """Let the brokers refuse one record that is larger than the topic takes, then take all again."""
    for turn, limit in enumerate((2_000, settings.max_topic_bytes), start=1):
        await limit_record_size(settings.brokers, settings.topic_clean, limit)
        await feed(settings, [article(RECORDS + 1, words=2000)], partition=0)
        await all_committed(settings, RECORDS + turn)  # so the send is behind us when the limit goes


@pytest.mark.parametrize(
    ("bug", "hurt", "found"),
    [
        pytest.param(None, kill_intake_once_committed, None, id="control"),
        ("commit_before_send", kill_intake_once_committed, Violation.LOST),
        ("unlogged_claim", None, Violation.CLAIM_BEHIND),
        ("swallowed_exception", None, Violation.LOST),
        ("ignored_failed_send", let_a_send_fail, Violation.LOST),
        ("origin_not_kept", kill_intake_once_committed, Violation.LOST),
    ],
)
async def test_a_planted_bug_is_found(  # noqa: PLR0917 - cases and fixtures
    bug: str | None,
    hurt: Callable[..., object] | None,
    found: Violation | None,
    bootstrap: str,
    unique: Callable[[str], str],
    tmp_path: Path,
    figures: Callable[[str], None],
) -> None:
    """Without a bug the account balances over the same fault; with one it names what is wrong."""
    environ = with_bug(environment(bootstrap, tmp_path, unique("t"), KHABAR_PARTITIONS_RAW="1"), bug)
    async with running(environ) as (settings, roles):
        await feed_numbers(settings, range(RECORDS))
        if hurt is not None:
            await hurt(settings, roles)  # type: ignore[misc]
        report = await settled(settings)

    figures(f"planted {bug}: {report.violations or 'balanced'}")
    if found is None:
        assert report.balanced, report.examples
        assert report.ends == expected(range(RECORDS + MORE))
    else:
        assert found in report.violations
