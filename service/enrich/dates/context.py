"""The lists of a language about what stands around dates: its ``context.toml``."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import NamedTuple

from service.enrich.dates.languages.base import Language
from service.enrich.dates.names import Names
from service.enrich.dates.tense import Tense, sayings


class Context(NamedTuple):
    """What surrounds dates in one language.

    ``unabbreviated`` are words before a full stop that end a sentence. ``strict_next`` says that "next Friday" is
    the one of next week, ``weeks_by_thursday`` that the first week of a month is the first with its Thursday there, not
    the first whole one, ``present_is_ahead`` that a weekday in a sentence without a past is still to come,
    ``forecast_is_told`` that a count of units is a date only where its sentence looks ahead.
    """

    names: Names
    tense: Tense
    unabbreviated: frozenset[str]
    strict_next: bool
    weeks_by_thursday: bool
    forecast_is_told: bool
    present_is_ahead: bool


def context(language: Language) -> Context:
    """Return the context rules of a language, from its data."""
    text = resources.files(__package__).joinpath("data", language.code, "context.toml").read_text("utf-8")
    data = tomllib.loads(text)

    def words(key: str) -> frozenset[str]:
        return frozenset(language.fold(word) for word in data[key])

    names = Names(
        language,
        heads=words("heads"),
        tails=words("tails"),
        years_of=words("years_of"),
        counted=words("counted"),
        named_days=words("named_days"),
        day_tails=words("day_tails"),
        weak_before=words("weak_before"),
        steady_before=words("steady_before"),
    )
    tense = Tense(
        language,
        says=sayings(
            language,
            future=words("future"),
            past=words("past"),
            planned=words("planned"),
            present=words("present"),
        ),
        not_ahead=words("not_ahead"),
        modals=words("modals"),
        passive=words("passive"),
        fulfilled=words("fulfilled"),
    )
    return Context(
        names,
        tense,
        words("unabbreviated"),
        strict_next=data["strict_next"],
        weeks_by_thursday=data["weeks_by_thursday"],
        forecast_is_told=data["forecast_is_told"],
        present_is_ahead=data["present_is_ahead"],
    )
