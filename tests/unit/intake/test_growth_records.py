"""The time that a JSON record or a plain text takes grows with its size, never with its square."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

from tests.unit.intake.growth import taken
from tests.unit.timing import steep

ARABIC = "أعلنت الوزارة أن المشروع الجديد سيبدأ في الربيع المقبل بعد دراسة استمرت عامين. "
ENGLISH = "The ministry said the new project would begin next spring after two years of study. "
STEPS = (10_000, 100_000, 1_000_000)
"""Bytes; ten times as many cost ten times as much, and a square would cost a hundred times."""

_MOST = 25
_NOISE_S = 0.004


def message(**fields: object) -> bytes:
    return json.dumps({"title": "Rain fills the reservoirs", **fields}, ensure_ascii=False).encode()


def prose(sentence: str, size: int) -> str:
    count = size // len(sentence.encode())
    return "".join(f"{sentence} {number}{chr(10) * 2 * (number % 5 == 0)}" for number in range(count))


GROWING: dict[str, Callable[[int], bytes]] = {
    "Arabic prose": lambda size: message(text=prose(ARABIC, size)),
    "English prose": lambda size: message(text=prose(ENGLISH, size)),
    "brackets": lambda size: b"[" * size,
    "brackets in the text": lambda size: message(text="[" * size),
    "dashes in the title": lambda size: message(title="a - " * (size // 4)),
    "dashes in the text": lambda size: message(text="a - " * (size // 4)),
    "entities": lambda size: message(text="&amp;amp;" * (size // 9)),
    "entities of entities": lambda size: message(text="&" + "amp;" * (size // 4)),
    "combining marks": lambda size: message(text="a" + "\u0301\u0323\u0315\u05b0" * (size // 8)),
    "combining marks in the title": lambda size: message(title="a" + "\u0301\u0323" * (size // 4)),
    "vowel signs": lambda size: message(text="م\u064f\u064e" * (size // 6)),
    "angle brackets": lambda size: message(text="<" * size),
    "tags without end": lambda size: message(text="<div>" * (size // 5) + "x"),
    "white space": lambda size: message(text="a" + " " * size + "b"),
    "joiners": lambda size: message(text="م\u200c" * (size // 5)),
    "letters of mojibake": lambda size: message(text="Ã©" * (size // 4)),
    "authors": lambda size: message(author="A B; " * (size // 5)),
    "white space in the author": lambda size: message(author="a" + " " * size + "b"),
    "white space in the tags": lambda size: message(tags="a" + " " * size + "b"),
    "names": lambda size: message(**{f"k{number}": number for number in range(size // 12)}),
    "half surrogates": lambda size: b'{"title": "Rain falls", "text": "' + rb"\ud83d" * (size // 6) + b'"}',
    "backslashes and NUL": lambda size: b'{"title": "Rain falls", "text": "' + b"\\\\" * (size // 2) + b'\x00"}',
    "digits": lambda size: b'{"title": "Rain falls", "n": ' + b"9" * size + b"}",
    "an address": lambda size: message(url="https://a.example/" + "a/" * (size // 2)),
}


@pytest.mark.parametrize("grow", GROWING.values(), ids=GROWING.keys())
def test_ten_times_the_bytes_cost_ten_times_the_time(grow: Callable[[int], bytes]) -> None:
    steps = [partial(taken, grow(size)) for size in STEPS]

    for small, large in pairwise(steps):
        assert steep(small, large, most=_MOST, floor_s=_MOST * _NOISE_S) == ""
