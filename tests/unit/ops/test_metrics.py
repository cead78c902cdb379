from __future__ import annotations

import pytest
from prometheus_client import generate_latest

from service.errors import ErrorReason
from service.ops.metrics import DECLARED, FINAL_STATUSES, LANGUAGES_MAX, PARTITIONS_MAX, Lag, Metrics
from service.wire import closed
from service.wire.event import Dedupe, Event, Provenance, Source
from service.wire.verdict import Verdict

PROVENANCE = Provenance(dialect="d", topic="t", partition=0, offset=0, record_time=0, pipeline_version="0")


def event(**changed: object) -> Event:
    fields: dict[str, object] = {
        "article_id": "a",
        "article_id_basis": closed.IdBasis.URL,
        "version": 1,
        "revision": 1,
        "status": closed.Status.NEW,
        "first_seen_at": "2026-03-01T00:00:00Z",
        "dedupe": Dedupe(cluster_id="a", title_key="k", key_version=1),
        "provenance": PROVENANCE,
    }
    return Event(**(fields | changed))  # type: ignore[arg-type]


def verdict(status: closed.Status, reason: closed.DuplicateReason | None = None) -> Verdict:
    return Verdict(
        status=status,
        article_id="a",
        article_id_basis=closed.IdBasis.URL,
        version=1,
        revision=1,
        first_seen=0,
        dedupe=Dedupe(cluster_id="a", title_key="k", key_version=1, reason=reason),
    )


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def series(metrics: Metrics) -> int:
    return sum(len(family.samples) for family in metrics.registry.collect())


def test_what_is_declared_is_what_is_served() -> None:
    served = {family.name: family for family in Metrics("intake").registry.collect()}

    for declared in DECLARED:
        family = served[declared.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (declared.kind, declared.help)
    assert {name for name in served if name.startswith("khabar_")} == {m.name.removesuffix("_total") for m in DECLARED}


def test_names_keep_to_the_conventions() -> None:
    for declared in DECLARED:
        assert declared.name.startswith("khabar_")
        assert declared.name.endswith("_total") == (declared.kind == "counter")
        assert declared.help.endswith(".")
        assert bool(declared.buckets) == (declared.kind == "histogram")


@pytest.mark.parametrize("role", FINAL_STATUSES)
def test_final_statuses_start_at_zero(role: str) -> None:
    metrics = Metrics(role)

    for status in FINAL_STATUSES[role]:
        assert value(metrics, "khabar_records_finished_total", role=role, status=status) == 0


def test_every_status_is_final_somewhere() -> None:
    assert {str(s) for statuses in FINAL_STATUSES.values() for s in statuses} >= set(map(str, closed.Status))


def test_a_refusal_counts_as_dead_letter_of_its_reason() -> None:
    metrics = Metrics("intake")
    metrics.intake_finished(ErrorReason.EMPTY)
    metrics.intake_finished(None)

    assert value(metrics, "khabar_dead_letters_total", reason="empty") == 1
    assert value(metrics, "khabar_records_finished_total", role="intake", status="dead_letter") == 1
    assert value(metrics, "khabar_records_finished_total", role="intake", status="passed") == 1


def test_a_copy_counts_by_its_evidence() -> None:
    metrics = Metrics("dedupe")
    metrics.dedupe_finished(verdict(closed.Status.DUPLICATE, closed.DuplicateReason.SAME_TEXT), logged=2)
    metrics.dedupe_finished(verdict(closed.Status.NEW), logged=1)

    assert value(metrics, "khabar_duplicates_total", reason="same_text") == 1
    assert value(metrics, "khabar_records_finished_total", role="dedupe", status="new") == 1
    assert value(metrics, "khabar_claim_writes_total") == 3


def test_an_event_counts_by_language_source_and_flags() -> None:
    metrics = Metrics("enrich", sources=["a.com"])
    metrics.enrich_finished(
        event(language="ar-SA", source=Source(domain="a.com"), quality=[closed.Quality.SHORT_TEXT], dates=[]),
        age_ms=1500,
    )

    assert value(metrics, "khabar_articles_by_language_total", language="ar") == 1
    assert value(metrics, "khabar_articles_by_source_total", source="a.com") == 1
    assert value(metrics, "khabar_quality_flags_total", flag="short_text") == 1
    assert value(metrics, "khabar_record_age_seconds_sum") == 1.5
    assert value(metrics, "khabar_dates_per_article_count") == 1


def test_what_was_not_looked_for_is_not_counted_as_none_found() -> None:
    metrics = Metrics("enrich")
    metrics.enrich_finished(event(dates=None, entities=None), age_ms=0)

    assert value(metrics, "khabar_dates_per_article_count") == 0
    assert value(metrics, "khabar_entities_per_article_count") == 0


def test_a_clock_that_is_behind_gives_no_negative_age() -> None:
    metrics = Metrics("enrich")
    metrics.enrich_finished(event(), age_ms=-5000)

    assert value(metrics, "khabar_record_age_seconds_sum") == 0


def test_labels_stay_bounded_whatever_comes() -> None:
    metrics = Metrics("enrich")
    for n in range(1000):
        metrics.enrich_finished(event(language=f"x{n}", source=Source(domain=f"{n}.com")), age_ms=0)
    before = series(metrics)
    metrics.enrich_finished(event(language="zz", source=Source(domain="zz.com")), age_ms=0)

    assert series(metrics) == before
    assert value(metrics, "khabar_articles_by_language_total", language="other") == 1001 - LANGUAGES_MAX
    assert value(metrics, "khabar_articles_by_source_total", source="other") == 1001


def test_gauges_show_the_last_value() -> None:
    metrics = Metrics("dedupe")
    metrics.record_taken("dedupe", 0.002, 7, 512)
    metrics.partitions_assigned(3)
    metrics.loop_delay(-0.1)
    metrics.record_redelivered()

    assert value(metrics, "khabar_window_records", role="dedupe") == 7
    assert value(metrics, "khabar_window_bytes", role="dedupe") == 512
    assert value(metrics, "khabar_partitions_assigned", role="dedupe") == 3
    assert value(metrics, "khabar_loop_delay_seconds") == 0
    assert value(metrics, "khabar_records_redelivered_total", role="dedupe") == 1
    assert value(metrics, "khabar_handle_seconds_count", role="dedupe") == 1


def test_two_processes_worth_of_metrics_do_not_meet() -> None:
    one, two = Metrics("intake"), Metrics("intake")
    one.intake_finished(None)

    assert value(two, "khabar_records_finished_total", role="intake", status="passed") == 0


def test_no_creation_times_are_served() -> None:
    assert b"_created" not in generate_latest(Metrics("intake").registry)


SERIES_MAX = 400
"""Time series a role at 12 partitions: what a Prometheus stores of one process."""


def test_lags_of_revoked_partitions_leave_no_series() -> None:
    metrics = Metrics("intake")
    metrics.lags({0: Lag(5, 1.5), 1: Lag(0, 0.0)})
    metrics.lags({1: Lag(2, 0.5)})

    assert value(metrics, "khabar_lag_records", role="intake", partition="0") is None
    assert value(metrics, "khabar_lag_records", role="intake", partition="1") == 2
    assert value(metrics, "khabar_lag_seconds", role="intake", partition="1") == 0.5


def test_partitions_beyond_the_bound_show_the_worst_of_them() -> None:
    metrics = Metrics("intake")
    metrics.lags({n: Lag(n, float(n)) for n in range(PARTITIONS_MAX)} | {500: Lag(9, 9.0), 501: Lag(3, 3.0)})

    assert value(metrics, "khabar_lag_records", role="intake", partition="other") == 9
    assert value(metrics, "khabar_lag_seconds", role="intake", partition="other") == 9
    assert value(metrics, "khabar_lag_records", role="intake", partition="500") is None


def test_a_late_turn_stays_visible_for_some_turns() -> None:
    metrics = Metrics("intake")
    metrics.loop_delay(4.0)
    metrics.loop_delay(0.0)
    assert value(metrics, "khabar_loop_delay_seconds") == 4

    for _ in range(30):
        metrics.loop_delay(0.25)
    assert value(metrics, "khabar_loop_delay_seconds") == 0.25


def test_the_state_of_a_role_and_its_table_is_shown() -> None:
    metrics = Metrics("dedupe")
    assert value(metrics, "khabar_ready", role="dedupe") == 0
    metrics.state(ready=True, recovering=True, recovery_left=7)
    metrics.table(keys=10, disk=20, memory={"memtables": 30})
    metrics.changelog_written(100, tombstones=2)
    metrics.disk(free=1, size=4)
    metrics.input_retention(60)
    metrics.partitions_assigned(1)
    metrics.partitions_assigned(1)
    metrics.partitions_expected(3)
    metrics.confirmed(0.5)
    metrics.handled(at=1234.0)
    metrics.sent("khabar.unique")

    assert value(metrics, "khabar_ready", role="dedupe") == 1
    assert value(metrics, "khabar_recovering", role="dedupe") == 1
    assert value(metrics, "khabar_recovery_remaining_records", role="dedupe") == 7
    assert value(metrics, "khabar_claims_held") == 10
    assert value(metrics, "khabar_table_bytes") == 20
    assert value(metrics, "khabar_table_memory_bytes", kind="memtables") == 30
    assert value(metrics, "khabar_changelog_bytes_total") == 100
    assert value(metrics, "khabar_claims_expired_total") == 2
    assert value(metrics, "khabar_data_dir_free_bytes") == 1
    assert value(metrics, "khabar_data_dir_size_bytes") == 4
    assert value(metrics, "khabar_input_retention_seconds", role="dedupe") == 60
    assert value(metrics, "khabar_rebalances_total", role="dedupe") == 2
    assert value(metrics, "khabar_partitions_expected", role="dedupe") == 3
    assert value(metrics, "khabar_confirm_seconds_sum", role="dedupe") == 0.5
    assert value(metrics, "khabar_last_finished_timestamp_seconds", role="dedupe") == 1234
    assert value(metrics, "khabar_records_sent_total", topic="khabar.unique") == 1


def test_a_listed_source_counts_from_zero() -> None:
    metrics = Metrics("enrich", sources=["a.com"])

    assert value(metrics, "khabar_articles_by_source_total", source="a.com") == 0


@pytest.mark.parametrize("role", FINAL_STATUSES)
def test_a_role_at_twelve_partitions_stays_within_its_budget_of_series(role: str) -> None:
    metrics = Metrics(role, sources=[f"{n}.com" for n in range(50)])
    metrics.lags({n: Lag(1, 1.0) for n in range(12)})
    metrics.state(ready=True, recovering=False, recovery_left=0)
    metrics.table(keys=1, disk=1, memory=dict.fromkeys(("memtables", "readers", "block_cache"), 1))
    metrics.record_taken(role, 0.1, 1, 1)
    metrics.confirmed(0.1)
    metrics.input_retention(1)
    metrics.partitions_assigned(12)
    metrics.partitions_expected(12)
    for topic in ("clean", "unique", "articles", "duplicates", "entities", "dates", "deadletter", "changelog"):
        metrics.sent(topic)
    if role == "enrich":
        for n in range(2 * LANGUAGES_MAX):
            metrics.enrich_finished(event(language=f"x{n}", quality=list(closed.Quality), dates=[]), age_ms=0)

    assert series(metrics) <= SERIES_MAX
