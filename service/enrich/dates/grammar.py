"""Rules as data: regular expressions over classes of items, applied in stages.

A run of neighbouring words becomes a string of one character a word (its class), so that a rule is an
ordinary regular expression over a short string. A rule that matches replaces its items by one new item, and
later stages see that one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from service.enrich.dates.lexicon import code
from service.enrich.dates.needs import Needs, needs

DEAD = "dead"
"""The class of what looked like a date and is none: no later rule touches it."""

_REMEMBERED = 1 << 13
_NAME = re.compile(r"[A-Za-z_]+")


class Item(Struct, frozen=True, gc=False):
    """A word, a separator or a finished part: class, offsets, the value of its class, and the rule that made it."""

    kind: str
    start: int
    end: int
    value: Any
    rule: str = ""


Maker = Callable[[Sequence[Item], Sequence[Item]], object]
"""Makes a value of the matched items; sees the items behind them too. None refuses, DEAD kills."""


class Made(NamedTuple):
    """A value whose class the maker chose itself."""

    kind: str
    value: object


class Several(NamedTuple):
    """Items that a maker made itself, in the order of the text, in place of one."""

    items: list[Item]


class Rule(NamedTuple):
    """One rule: its stage's number, its name (stage and maker), the class it makes, the value's maker, its pattern.

    A signature in which the pattern matches has a class of each of ``needs``, of which there is at least one.
    """

    stage: int
    name: str
    makes: str
    maker: Maker
    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]


class Place(NamedTuple):
    """The next place in a signature where rules of a stage match: each rule with the end of its match."""

    start: int
    rules: tuple[tuple[Rule, int], ...]


def _place(rules: Sequence[Rule], signature: str, at: int) -> Place | None:
    """Return the first place from ``at`` on where one of the rules matches."""
    start = len(signature)
    found: list[tuple[Rule, int]] = []
    for rule in rules:
        match = rule.pattern.search(signature, at)
        if match is None or match.start() > start:
            continue
        if match.start() < start:
            start, found = match.start(), []
        found.append((rule, match.end()))
    return Place(start, tuple([(rule, end) for rule, end in found if end > start])) if found else None


def _reduced(items: list[Item], place: Place) -> tuple[list[Item], int]:
    """Return what the first rule to hold at a place makes, and where reading goes on."""
    for rule, end in place.rules:
        part = items[place.start : end]
        value = rule.maker(part, items[end:])
        if value is None:
            continue
        if isinstance(value, Several):
            return [replace(item, rule=rule.name) for item in value.items], end
        makes = rule.makes
        if isinstance(value, Made):
            makes, value = code(value.kind), value.value
        elif value is DEAD:
            makes = code(DEAD)
        named = next((item.rule for item in part if item.value is value and item.rule), rule.name)
        return [Item(makes, part[0].start, part[-1].end, value, named)], end
    return [items[place.start]], place.start + 1


class Grammar:
    """The stages of a language, as rules in their order.

    Signatures repeat, so what matches where is remembered for them. Most rules have no place in most signatures: only
    those are tried whose classes are all there.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._needs = Needs([rule.needs for rule in rules])
        self._stages: dict[int, dict[int, list[Rule]]] = {}
        self._next: Callable[[str, int, int], Place | None] = lru_cache(maxsize=_REMEMBERED)(self._find_next)
        self._first: Callable[[str, int], tuple[int, Place] | None] = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _able(self, signature: str) -> dict[int, list[Rule]]:
        """Return the rules that may match a signature, by their stages."""
        able = self._needs.met(signature)
        stages = self._stages.get(able)
        if stages is None:
            if len(self._stages) >= _REMEMBERED:
                self._stages.clear()
            stages = self._stages[able] = {}
            while able:
                rule = self.rules[(able & -able).bit_length() - 1]
                stages.setdefault(rule.stage, []).append(rule)
                able &= able - 1
        return stages

    def _find(self, signature: str, least: int) -> tuple[int, Place] | None:
        """Return the first stage from ``least`` on that has a rule for a signature, with the place."""
        for stage, rules in self._able(signature).items():
            if stage >= least and (place := _place(rules, signature, 0)) is not None:
                return stage, place
        return None

    def _find_next(self, signature: str, stage: int, at: int) -> Place | None:
        return _place(self._able(signature).get(stage, ()), signature, at)

    def matches(self, signature: str) -> bool:
        """Say whether any rule holds somewhere in a signature."""
        return self._first(signature, 0) is not None

    def reduce(self, items: list[Item]) -> list[Item]:
        """Apply the stages one after the other; the ones without a rule for what is there are passed over."""
        signature = "".join([item.kind for item in items])
        first = self._first(signature, 0)
        while first is not None:
            stage, place = first
            items = self._applied(items, signature, stage, place)
            signature = "".join([item.kind for item in items])
            first = self._first(signature, stage + 1)
        return items

    def _applied(self, items: list[Item], signature: str, stage: int, first: Place) -> list[Item]:
        """Return the items with every match of a stage replaced, from left to right; ``first`` is the first place."""
        out: list[Item] = []
        at = 0
        place: Place | None = first
        while place is not None:
            out += items[at : place.start]
            made, at = _reduced(items, place)
            out += made
            place = self._next(signature, stage, at)
        return out + items[at:]


def _compile(pattern: str, macros: dict[str, str]) -> str:
    """Turn a pattern over class names into one over class characters."""

    def name(match: re.Match[str]) -> str:
        word = match[0]
        return _compile(macros[word], macros) if word in macros else code(word)

    return _NAME.sub(name, pattern).replace(" ", "")


@cache
def grammar(language: str, makers: Callable[[str], Maker]) -> Grammar:
    """Return the grammar of a language; ``makers`` finds a maker by its name."""
    text = resources.files(__package__).joinpath("data", language, "rules.toml").read_text("utf-8")
    data = tomllib.loads(text)
    stages: dict[str, list[list[str]]] = data["stages"]
    patterns = [_compile(pattern, data["macros"]) for rules in stages.values() for _, _, pattern in rules]
    compiled = iter(zip(patterns, needs(patterns), strict=True))

    return Grammar(
        [
            Rule(
                stage=number,
                name=f"{stage}/{maker}",
                makes=code(makes),
                maker=makers(maker),
                pattern=re.compile(pattern),
                needs=needed,
            )
            for number, (stage, rules) in enumerate(stages.items())
            for (makes, maker, _), (pattern, needed) in zip(rules, compiled, strict=False)
        ]
    )
