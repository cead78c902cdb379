"""Every regular expression of the service alone: what it costs a character does not grow with the text.

For each pattern texts are made from its own parts: the front of a match, then a run of what one of its repeats takes,
then an end that spoils the match; beside them the runs on which any pattern might stumble.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tests.unit.compiled import Compiled, compiled
from tests.unit.test_patterns import RUNS
from tests.unit.timing import seconds, steep

TINY, SMALL, LARGE = 24, 500, 4_000
MOST_GROWTH = 16
"""Eight times the characters may take sixteen times the time: a quadratic pattern takes 64 times."""
FLOOR_S = 0.003
SPOILT = "\ue000"
SIGNATURE = re.compile("[\u4e00-\u4fff]")
"""In the patterns of the date rules, whose text is a signature: words stand in it as these characters."""

DATES = "service/enrich/dates/grammar.py"
BOUNDED: dict[tuple[str, str], tuple[int, str]] = {
    (DATES, "pattern"): (80, "a phrase has 33 words at most, with what stands between them 67 classes"),
    ("service/enrich/dates/needs.py", "_PART"): (0, "reads the patterns of our own rules, once"),
    ("service/dedupe/headline.py", "back"): (40, "searched in the last 40 characters of a headline"),
    ("service/intake/blocks.py", "_TAG"): (
        0,
        "reads markup as its parser writes it: every < there opens a tag that ends",
    ),
}
"""Patterns that are steep alone: the most characters that they are tried on, and what sees to it (0: another form)."""
AT_ITS_BOUND_S = 0.002


def units(parsed: Sequence[Any], front: str = "") -> Iterator[tuple[str, str]]:
    """Yield, for each repeat of a parsed pattern, a text that leads to it and a text that it takes once."""
    for operation, argument in parsed:
        match operation:
            case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                _least, most, body = argument
                if most > 1:
                    yield from ((front, unit) for unit in samples(body))
                yield from units(body, front)
            case sre.SUBPATTERN:
                yield from units(argument[-1], front)
            case sre.BRANCH:
                for branch in argument[1]:
                    yield from units(branch, front)
            case sre.ATOMIC_GROUP:
                yield from units(argument, front)
            case sre.ASSERT | sre.ASSERT_NOT:
                yield from units(argument[1], front)
        front += sample([(operation, argument)])


def sample(parsed: Sequence[Any]) -> str:
    """Return a text that a parsed pattern takes, as far as that can be said without looking around."""
    return "".join(text for operation, argument in parsed for text in one(operation, argument)[:1])


def samples(parsed: Sequence[Any]) -> list[str]:
    """Return a few texts that a parsed pattern takes: one for each way of its first part."""
    if not parsed:
        return []
    rest = sample(parsed[1:])
    return [first + rest for first in one(*parsed[0])][:6]


def one(operation: Any, argument: Any) -> list[str]:
    """Return texts for one part of a pattern."""
    found = [""]
    match operation:
        case sre.LITERAL:
            found = [chr(argument)]
        case sre.NOT_LITERAL:
            found = ["a" if argument != ord("a") else "b"]
        case sre.ANY:
            found = ["a"]
        case sre.IN:
            found = members(argument)
        case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
            least, _most, body = argument
            found = [text * max(least, 1) for text in samples(body)]
        case sre.SUBPATTERN:
            found = samples(argument[-1])
        case sre.ATOMIC_GROUP:
            found = samples(argument)
        case sre.BRANCH:
            found = [text for branch in argument[1] for text in samples(branch)]
    return found


def members(choices: Sequence[Any]) -> list[str]:
    """Return one character of each kind that a set has."""
    candidates = "a0 \nZ_.-;,<'\"/&(ا٠،\u00a0\u200c…"
    source = [chr(low) for kind, low in choices if kind is sre.LITERAL][:3]
    source += [chr(span[0]) for kind, span in choices if kind is sre.RANGE][:3]
    inside = parser.SubPattern(parser.State(), [(sre.IN, list(choices))])
    matches = re._compiler.compile(inside).match  # type: ignore[attr-defined]
    return list(dict.fromkeys([char for char in candidates + "".join(source) if matches(char)]))[:8]


def texts(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield front, run and end of what to try on a pattern."""
    parsed = parser.parse(pattern.pattern, pattern.flags)
    own = list(dict.fromkeys(units(list(parsed))))
    if not SIGNATURE.search(str(pattern.pattern)):
        yield from (("", run, end) for run in RUNS for end in ("", SPOILT))
    for front, run in own:
        if run:
            yield from ((front, run, end) for end in ("", SPOILT))
            yield "", front + run, SPOILT
            yield "", run, SPOILT


def call(pattern: re.Pattern[Any], method: str, text: Any) -> None:
    """Call a method of a pattern, and look at all that it finds."""
    found = getattr(pattern, method)(text)
    if method == "finditer":
        for _match in found:
            pass


def encoded(pattern: re.Pattern[Any], front: str, run: str, end: str, size: int) -> Any:
    """Return a text of some characters for a pattern, or its bytes for one over bytes."""
    text = front + (run * (size // len(run) + 1))[:size] + end
    return text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text


def grown(pattern: re.Pattern[Any], methods: frozenset[str]) -> str:
    """Return what makes a pattern's time grow faster than the text, else nothing."""
    for front, run, end in dict.fromkeys(texts(pattern)):
        what = f"{front!r} + {run!r}... + {end!r}"
        of_sizes = [encoded(pattern, front, run, end, size) for size in (TINY, SMALL, LARGE)]
        for method in methods:
            tiny, few, many = (partial(call, pattern, method, text) for text in of_sizes)
            if seconds(tiny, at_most=FLOOR_S, tries=10) > FLOOR_S:
                return f"{method} of {what}: exponential"
            if times := steep(few, many, most=MOST_GROWTH, floor_s=FLOOR_S):
                return f"{method} of {what}: {times}"
    return ""


def costs(pattern: re.Pattern[Any], methods: frozenset[str], size: int) -> float:
    """Return the most that a pattern costs on a text of some size, in seconds of the processor."""
    return max(
        (
            seconds(
                partial(call, pattern, method, encoded(pattern, front, run, end, size)),
                at_most=AT_ITS_BOUND_S / 2,
                tries=10,
            )
            for front, run, end in dict.fromkeys(texts(pattern))
            for method in methods
        ),
        default=0.0,
    )


@pytest.fixture(scope="module")
def patterns() -> tuple[Compiled, ...]:
    return compiled()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_pattern_grows_faster_than_its_text(patterns: tuple[Compiled, ...]) -> None:
    found = {(one.file, one.name): why for one in patterns if (why := grown(one.pattern, one.methods))}

    assert {place: why for place, why in found.items() if place not in BOUNDED} == {}
    assert BOUNDED.keys() - found.keys() == set(), "these are steep no more"


@pytest.mark.slow
@pytest.mark.parametrize(("file", "name"), [place for place, (bound, _) in BOUNDED.items() if bound])
def test_a_steep_pattern_is_cheap_up_to_its_bound(file: str, name: str, patterns: tuple[Compiled, ...]) -> None:
    bound, _why = BOUNDED[file, name]
    ours = [one for one in patterns if (one.file, one.name) == (file, name)]

    assert ours
    assert max(costs(one.pattern, one.methods, bound) for one in ours) < AT_ITS_BOUND_S


def test_every_way_to_a_pattern_is_seen(patterns: tuple[Compiled, ...]) -> None:
    """Constants, calls of the module, patterns from data files, patterns made at first use."""
    names = {(one.file, one.name) for one in patterns}

    assert {("service/intake/urls.py", "_SLASHES"), ("service/dedupe/headline.py", "front")} <= names
    assert any(one.file == "service/intake/body.py" and one.pattern.pattern == r"\S+" for one in patterns)
    assert {one.methods for one in patterns if (one.file, one.name) == (DATES, "pattern")} == {frozenset({"search"})}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [(r"\s*;", "search"), (r"a+b+$", "search"), (r"(?:\w+\d)?x", "finditer"), (r"(?:ab?)+c", "finditer")],
)
def test_a_quadratic_pattern_is_seen(pattern: str, method: str) -> None:
    assert "exponential" not in (found := grown(re.compile(pattern), frozenset({method})))
    assert found


def test_an_exponential_pattern_is_seen() -> None:
    assert "exponential" in grown(re.compile(r"(?:a|aa)+\n"), frozenset({"match"}))
