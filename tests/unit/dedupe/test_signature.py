"""Signatures and sketches."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dedupe.hashing import hash_text, hash_words
from service.dedupe.policy import Policy
from service.dedupe.signature import SIGNATURE_BYTES, decode_signature, encode_signature, milliseconds, sign
from service.dedupe.sketch import EMPTY, figures_replaced, overlap, shortened
from service.dedupe.sketching import sketch
from service.errors import Misconfigured
from service.lang.fold import words
from service.wire.closed import IdBasis
from tests.unit.dedupe.stories import HARBOUR, HARBOUR_TITLE, JISR, JISR_TITLE, WHEAT
from tests.unit.dedupe.world import article

PAGE = "https://times.example.com/news/bridge"


@pytest.mark.parametrize(
    ("title", "text"),
    [(HARBOUR_TITLE, HARBOUR), (JISR_TITLE, JISR * 9), ("كلمة " * 400, JISR * 40), (None, "a b"), (None, None)],
    ids=["English", "Arabic", "very long", "two words", "nothing"],
)
def test_a_signature_comes_back_as_it_was_and_is_small(title: str | None, text: str | None) -> None:
    long = " ".join(f"w{place % 997}x{place}" for place in range(3000)) if title and len(title) > 1000 else ""
    signature = sign(article(5, url=PAGE, title=title, text=f"{text} {long}" if text else None))
    encoded = encode_signature(signature)

    assert decode_signature(encoded) == signature
    assert len(encoded) <= SIGNATURE_BYTES


def test_other_bytes_are_no_signature() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_signature(b"\x93abc")


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=3000)))
def test_any_text_can_be_signed(title: str, text: str | None) -> None:
    encoded = encode_signature(sign(article(title=title, text=text, url=title, guid=title, description=text)))

    assert len(encoded) <= SIGNATURE_BYTES
    assert encode_signature(decode_signature(encoded)) == encoded


@pytest.mark.parametrize(
    ("about", "basis"),
    [
        ({"url": PAGE, "guid": "story-1"}, IdBasis.URL),
        ({"url": "https://times.example.com/", "guid": "story-1"}, IdBasis.GUID),
        ({"title": HARBOUR_TITLE}, IdBasis.TITLE),
        ({"title": "Cartoon", "text": HARBOUR}, IdBasis.CONTENT),
        ({}, IdBasis.CONTENT),
    ],
)
def test_what_an_identity_rests_on(about: dict[str, str], basis: IdBasis) -> None:
    assert sign(article(**about)).basis is basis  # type: ignore[arg-type]


def test_records_without_any_content_have_identities_of_their_own() -> None:
    assert sign(article(1)).own != sign(article(2)).own


def test_the_last_word_of_a_cut_text_does_not_count() -> None:
    cut = sign(article(text=HARBOUR[:100] + "…"))

    assert cut.part
    assert cut.text.words == len(words(HARBOUR[:100])) - 1


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("1970-01-01T00:00:01Z", 1000),
        ("1970-01-01T03:00:01+03:00", 1000),
        ("2026-01-01T00:00:00", None),
        ("2026-01-01", None),
        ("soon", None),
        (None, None),
    ],
)
def test_only_an_instant_with_its_zone_is_a_time(instant: str | None, expected: int | None) -> None:
    assert milliseconds(instant) == expected


# ------------------------------------------------------------------------------------------ sketches


def _jaccard(one: list[str], two: list[str]) -> float:
    first, second = ({tuple(w[at : at + 3]) for at in range(len(w) - 2)} for w in (one, two))
    return len(first & second) / len(first | second)


@given(st.integers(0, 400), st.integers(20, 1500))
def test_the_estimated_overlap_is_near_the_true_one(changed: int, length: int) -> None:
    one = [f"w{place}" for place in range(length)]
    two = [f"x{place}" if place < changed else word for place, word in enumerate(one)]

    first, second = sketch(hash_words(one))[0], sketch(hash_words(two))[0]

    assert overlap(first, second).jaccard == pytest.approx(_jaccard(one, two), abs=0.12)


def test_a_text_contains_its_beginning() -> None:
    whole, part = sketch(hash_text(HARBOUR))[0], sketch(hash_words(words(HARBOUR)[:45]))[0]

    assert overlap(part, whole).of_first == 1.0
    assert overlap(part, whole).of_second < 0.6


def test_other_texts_share_nothing() -> None:
    assert overlap(sketch(hash_text(HARBOUR))[0], sketch(hash_text(WHEAT))[0]).containment < 0.05


def test_without_words_nothing_overlaps() -> None:
    assert overlap(EMPTY, sketch(hash_text(HARBOUR))[0]).containment == 0.0


def test_word_order_counts() -> None:
    one, two = sketch(hash_text("a b c d"))[0], sketch(hash_text("c b a d"))[0]

    assert overlap(one, two).jaccard == 0.0


def test_a_shortened_sketch_still_compares() -> None:
    whole = sketch(hash_text(HARBOUR))[0]
    few = whole._replace(values=shortened(whole.values, 24))

    assert len(few.values) == 2 * 25
    assert overlap(few, whole).jaccard == 1.0


@pytest.mark.parametrize(
    ("one", "two", "replaced"),
    [
        ("up 1 2 3 4 5", "up 6 7 8 9 5", True),
        ("up 1 2 3 4 5", "up 1 2 3 4 6", False),
        ("up 1 2 3 4 5", "up 1 2 3 4 5 6 7 8 9", False),
        ("up 1 2 3", "up and down", False),
        ("up 2 2 2 2", "up 2 3 4 5", True),
    ],
    ids=["most replaced", "one replaced", "only added", "none on one side", "counted as often as they stand"],
)
def test_replaced_figures(one: str, two: str, replaced: object) -> None:
    assert figures_replaced(sketch(hash_text(one))[0], sketch(hash_text(two))[0]) is replaced


@pytest.mark.parametrize(
    "policy",
    [
        {"content_days": 0},
        {"content_days": 91},
        {"recurring_days": 0},
        {"same_text": 0.4},
        {"same_text": 1.1},
        {"headline_hours": -1},
    ],
)
def test_policies_without_sense_are_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured):
        Policy(**policy)
