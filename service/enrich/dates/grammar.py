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

from service.enrich.dates.lexicon import code
from service.enrich.dates.needs import needs

DEAD = "dead"
"""The class of what looked like a date and is none: no later rule touches it."""

_REMEMBERED = 1 << 13
_NAME = re.compile(r"[A-Za-z_]+")


class Item(NamedTuple):
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
    """One rule: its name (stage and maker), the class it makes, the maker of its value, its pattern.

    Every match of the pattern has one of ``needs``, where it is not empty.
    """

    name: str
    makes: str
    maker: Maker
    pattern: re.Pattern[str]
    needs: frozenset[str]


class Place(NamedTuple):
    """The next place in a signature where rules of a stage match: each rule with the end of its match."""

    start: int
    rules: tuple[tuple[Rule, int], ...]


class Stage:
    """Rules that are tried together. Signatures repeat, so what matches where is remembered for them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.search = re.compile("|".join(rule.pattern.pattern for rule in rules)).search
        """Finds the first place in a signature where a rule of the stage may match."""
        always = any(not rule.needs for rule in rules)
        self.needs: frozenset[str] = frozenset() if always else frozenset().union(*(rule.needs for rule in rules))
        self._next: Callable[[str, int], Place | None] = lru_cache(maxsize=_REMEMBERED)(self._find)
        self._able: Callable[[frozenset[str]], list[Rule]] = lru_cache(maxsize=_REMEMBERED)(self._rules_for)

    def _find(self, signature: str, at: int) -> Place | None:
        found = self.search(signature, at)
        if found is None:
            return None
        start = found.start()
        matches = [(rule, rule.pattern.match(signature, start)) for rule in self._able(frozenset(signature))]
        return Place(start, tuple((rule, match.end()) for rule, match in matches if match and match.end() > start))

    def _rules_for(self, classes: frozenset[str]) -> list[Rule]:
        return [rule for rule in self.rules if not rule.needs or not rule.needs.isdisjoint(classes)]

    def first(self, signature: str) -> Place | None:
        """Return the first place in a signature where a rule of the stage matches."""
        return self._next(signature, 0)

    def apply(self, items: list[Item], signature: str, place: Place | None) -> list[Item]:
        """Return the items with every match replaced, from left to right; ``place`` is the first of them."""
        out: list[Item] = []
        at = 0
        while place is not None:
            out += items[at : place.start]
            made, at = _reduced(items, place)
            out += made
            place = self._next(signature, at)
        return out + items[at:]


def _reduced(items: list[Item], place: Place) -> tuple[list[Item], int]:
    """Return what the first rule to hold at a place makes, and where reading goes on."""
    for rule, end in place.rules:
        part = items[place.start : end]
        value = rule.maker(part, items[end:])
        if value is None:
            continue
        if isinstance(value, Several):
            return [item._replace(rule=rule.name) for item in value.items], end
        makes = rule.makes
        if isinstance(value, Made):
            makes, value = code(value.kind), value.value
        elif value is DEAD:
            makes = code(DEAD)
        named = next((item.rule for item in part if item.value is value and item.rule), rule.name)
        return [Item(makes, part[0].start, part[-1].end, value, named)], end
    return [items[place.start]], place.start + 1


class Grammar:
    """The stages of a language."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = stages
        self._first: Callable[[str, int], tuple[int, Place | None]] = lru_cache(maxsize=_REMEMBERED)(self._find)
        self._able: Callable[[frozenset[str]], list[int]] = lru_cache(maxsize=_REMEMBERED)(self._stages_for)

    def _find(self, signature: str, at: int) -> tuple[int, Place | None]:
        """Return the first stage from ``at`` on that has a rule for a signature, with the place."""
        for number in self._able(frozenset(signature)):
            if number >= at and self.stages[number].search(signature):
                return number, self.stages[number].first(signature)
        return len(self.stages), None

    def _stages_for(self, classes: frozenset[str]) -> list[int]:
        return [n for n, stage in enumerate(self.stages) if not stage.needs or not stage.needs.isdisjoint(classes)]

    def reduce(self, items: list[Item]) -> list[Item]:
        """Apply the stages one after the other; the ones without a rule for what is there are passed over."""
        signature = "".join([item.kind for item in items])
        stage, place = self._first(signature, 0)
        while place is not None:
            items = self.stages[stage].apply(items, signature, place)
            signature = "".join([item.kind for item in items])
            stage, place = self._first(signature, stage + 1)
        return items


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

    def rule(stage: str, makes: str, maker: str) -> Rule:
        pattern, needed = next(compiled)
        return Rule(
            name=f"{stage}/{maker}",
            makes=code(makes),
            maker=makers(maker),
            pattern=re.compile(pattern),
            needs=needed,
        )

    return Grammar(
        [Stage([rule(stage, makes, maker) for makes, maker, _ in rules]) for stage, rules in stages.items()],
    )
