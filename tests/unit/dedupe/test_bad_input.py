"""Records that are poor, huge, endless, alike on purpose or out of time: a verdict each, and none costs the others."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from typing import Any

import pytest

from service.dedupe import candidates
from service.dedupe.claims import decode_claim
from service.dedupe.entries import LONGEST_LIST
from service.dedupe.evidence import Outcome, Pair, compare
from service.dedupe.identity import ID_BYTES
from service.dedupe.policy import DAY
from service.dedupe.signature import encode_signature, sign
from service.wire.closed import DuplicateReason
from tests.unit.dedupe.stories import HARBOUR, HARBOUR_TITLE, JISR, WHEAT, WHEAT_TITLE
from tests.unit.dedupe.world import DUPLICATE, NEW, START, UPDATED, World, article

MANY = 2_000


def words(number: int, count: int = 60) -> str:
    """Return a text that shares no words with that of another number."""
    return " ".join(f"w{number}x{place}" for place in range(count))


def longest_list(world: World) -> int:
    return max(len(value) // ID_BYTES for key, value in world.store.items() if key[:1] in b"hps")


@pytest.mark.parametrize(
    "about",
    [
        {"title": HARBOUR_TITLE, "text": HARBOUR},
        {"url": "https://a.example/1", "text": HARBOUR},
        {"url": "https://a.example/1", "title": HARBOUR_TITLE},
        {"url": "https://a.example/1"},
        {"title": HARBOUR_TITLE},
        {"text": HARBOUR},
        {"url": "https://a.example/1", "title": HARBOUR_TITLE, "text": "Yes."},
        {"text": "نعم"},
    ],
    ids=[
        "no url",
        "no title",
        "no text",
        "url alone",
        "title alone",
        "text alone",
        "one word",
        "one word alone",
    ],
)
def test_a_record_that_lacks_something_is_published_once(about: dict[str, Any]) -> None:
    world = World()

    assert world.see(url="https://b.example/9", title=WHEAT_TITLE, text=WHEAT).status == NEW
    assert world.see(**about).status == NEW
    assert world.see(**about).status == DUPLICATE


def test_marks_alone_identify_nothing() -> None:
    world = World()

    assert {world.see(title="!!!", text="...").status for _ in range(3)} == {NEW}


def test_a_megabyte_of_text_is_signed_in_few_bytes_and_known_again() -> None:
    world = World()
    text = words(1, 120_000)
    assert len(text) > 1_000_000

    header = encode_signature(sign(article(1, url="https://a.example/1", title=HARBOUR_TITLE, text=text)))
    first = world.see(url="https://a.example/1", title=HARBOUR_TITLE, text=text)
    again = world.see(url="https://b.example/2", title="Another headline over the same long text", text=text)

    assert len(header) < 1024
    assert (first.status, again.status) == (NEW, DUPLICATE)


def test_the_same_record_a_thousand_times_is_one_article_and_its_claim_stays_small() -> None:
    world = World()
    about: dict[str, Any] = {"url": "https://a.example/1", "title": HARBOUR_TITLE, "text": HARBOUR}
    statuses = Counter(world.see(hours=0.01, **about).status for _ in range(1_000))
    (claim,) = (value for key, value in world.store.items() if key[:1] == b"c")

    assert statuses == {NEW: 1, DUPLICATE: 999}
    assert decode_claim(claim).copies == 999
    assert len(claim) < 2_048


def test_one_headline_over_thousands_of_texts_hides_none_and_costs_no_more() -> None:
    world, costs = World(), []
    for number in range(MANY):
        signature = sign(
            article(number, at=START + number, url=f"https://a.example/{number}", title="The week", text=words(number))
        )
        before = time.process_time()
        verdict = world.deliver(signature)
        costs.append(time.process_time() - before)
        assert verdict.status == NEW

    assert longest_list(world) <= LONGEST_LIST
    assert no_dearer(costs)


def no_dearer(costs: list[float]) -> bool:
    """Say whether the last tenth costs less than four times the second: the middle one of each, so no pause counts."""
    tenth = len(costs) // 10
    return statistics.median(costs[-tenth:]) < 4 * statistics.median(costs[tenth : 2 * tenth])


def letters(number: int) -> str:
    """Return a text that shares no phrase with those of other numbers."""
    return " ".join(chr(97 + number) * 3 + chr(97 + place // 20) + chr(97 + place % 20) for place in range(40))


def test_of_a_column_the_youngest_are_compared_and_a_copy_of_an_old_part_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[Any] = []

    def counting(both: Pair, *others: Any) -> Outcome:
        compared.append(both.old.record_time)
        return compare(both, *others)

    monkeypatch.setattr(candidates, "compare", counting)
    world = World()
    for number in range(12):
        world.see(hours=1, url=f"https://a.example/{number}", title="Letters to the editor", text=letters(number))
    times = [decode_claim(value).record_time for key, value in world.store.items() if key[:1] == b"c"]

    compared.clear()
    other = world.see(hours=1, url="https://a.example/12", title="Letters to the editor", text=letters(12))
    assert (other.status, compared) == (NEW, sorted(times, reverse=True)[: candidates.COLUMN_COMPARED])

    again = world.see(hours=1, url="https://b.example/3", title="Letters to the editor", text=letters(3), source="B")
    assert (again.status, again.dedupe.reason) == (DUPLICATE, DuplicateReason.SAME_TEXT)


def test_texts_made_to_share_their_sample_meet_a_cap() -> None:
    """The same formula in each text: the lists behind its shingles stay short, and the articles stay apart."""
    world, costs = World(), []
    formula = words(0, 30)
    for number in range(1, MANY // 2):
        title, text = f"Notice {number} of the town hall", f"{formula} {words(number)}"
        signature = sign(article(number, at=START + number, url=f"https://a.example/{number}", title=title, text=text))
        before = time.process_time()
        assert world.deliver(signature).status == NEW
        costs.append(time.process_time() - before)

    assert longest_list(world) <= LONGEST_LIST
    assert no_dearer(costs)


@pytest.mark.parametrize("at", [0, 1, -DAY, START - 400 * DAY, START + 4_000 * DAY, 253_402_300_799_000])
def test_times_far_away_lose_nothing_and_revisions_grow(at: int) -> None:
    world = World()
    about: dict[str, Any] = {"url": "https://a.example/1", "title": HARBOUR_TITLE}
    first = world.deliver(sign(article(1, text=HARBOUR, **about)))
    odd = world.deliver(sign(article(2, at=at, url="https://a.example/2", title="الجسر", text=JISR)))
    late = world.deliver(sign(article(3, at=at, text=f"{HARBOUR} {WHEAT}", **about)))
    back = world.deliver(sign(article(4, at=START + DAY, text=f"{HARBOUR} {WHEAT} {JISR}", **about)))

    assert (first.status, odd.status) == (NEW, NEW)
    known = [verdict for verdict in (first, late, back) if verdict.article_id == first.article_id]
    assert {late.status, back.status} <= {NEW, UPDATED}
    assert [verdict.revision for verdict in known] == sorted({verdict.revision for verdict in known})
